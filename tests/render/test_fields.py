"""Markdown, maths, gaps and media into HTML: cases from files, then properties over random texts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pyromark
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builder.core.diagnostics import TextProblem
from builder.render import markdown
from builder.render.markdown import render_field
from builder.render.media import MediaFolder
from builder.render.protect import protect
from tests.decks import write_deck

HERE = Path(__file__).parent
# Pieces that meet in real texts and that Markdown, HTML or Anki give a meaning.
MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "word",
                "x",
                "5",
                "é",
                "細",
                " ",
                "  ",
                "\n",
                "\n\n",
                '"',
                "'",
                "\\",
                "&",
                "&amp;",
                "<",
                ">",
                "{",
                "}",
                "$",
            ),
            *("*", "**", "_", "`", "- ", "1. ", "# ", "> ", "|", "|-|", "[a](", ")", "![", "]", "https://e.org", "<b>"),
            *("</b>", "<br>", "\\(", "\\)", "{{c1::", "{{c2::", "}}", "::", "[sound:", "media/knot.svg"),
        ]
    ),
    max_size=24,
).map("".join)


def cases(name: str) -> list[tuple[str, str, str]]:
    """The cases of a file: a title, the text, and the HTML, each ended by a line with nothing but a dot."""
    found = re.findall(r"([^\n]+)\n\.\n(.*?)\n\.\n(.*?)\n\.\n", (HERE / name).read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) > 8, name
    return [(title.strip(), text, expected) for title, text, expected in found]


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> MediaFolder:
    return MediaFolder(write_deck(tmp_path_factory.mktemp("deck")))


def named(html: str, media: MediaFolder) -> str:
    """`html` with the hashes of the two files that the cases use replaced by SVG and MP3."""
    for find, path, word in ((media.picture, "media/knot.svg", "SVG"), (media.sound, "media/word.mp3", "MP3")):
        found = find(path)
        assert not isinstance(found, TextProblem)
        html = html.replace(found.sha256[:16], word)
    return html


@pytest.mark.parametrize(("title", "text", "expected"), cases("fields.md"), ids=lambda value: value[:40])
def test_field(title: str, text: str, expected: str, media: MediaFolder) -> None:
    """Each text of fields.md becomes its HTML, without a problem."""
    field = render_field(text, media)
    assert (named(field.html, media), field.problems) == (expected, ()), title


@pytest.mark.parametrize(("title", "text", "expected"), cases("clozes.md"), ids=lambda value: value[:40])
def test_cloze(title: str, text: str, expected: str, media: MediaFolder) -> None:
    """Each text of clozes.md becomes its HTML, and its numbers are the cards."""
    field = render_field(text, media, cloze=True)
    numbers = {int(number) for number in re.findall(r"\{\{c(\d+)::", text)}
    assert (named(field.html, media), field.problems, field.cards) == (expected, (), numbers), title


@given(st.text(alphabet=st.sampled_from("ab \n\t\"'>-+.)=12:#~é"), max_size=60))
@example("a\n---")
@example("a:\n-|")
@example("1 \t\n1")
def test_the_short_way_and_the_parser_agree(text: str) -> None:
    """A text that skips the Markdown parser gives what the parser would have given."""
    if markdown._has_markup(text):
        return
    parsed = pyromark.html(text, options=pyromark.Options.ENABLE_TABLES).strip()
    assert words(f"<p>{markdown._plain(text)}</p>" if text.strip() else "") == words(parsed)


@given(MARKUP)
def test_our_html_is_commonmark(text: str) -> None:
    """Without pictures, maths and gaps, what is written equals what the parser's own HTML says."""
    if re.search(r"!\[|\\|\$|\{\{|\}\}|sound:|<|https", text):
        return
    field = render_field(text, MediaFolder(HERE))
    reference = pyromark.html(text, options=pyromark.Options.ENABLE_TABLES).strip()
    if reference.startswith("<p>") and reference.count("<p>") == 1 and reference.endswith("</p>"):
        reference = reference[3:-4]
    if not field.problems:
        assert words(field.html) == words(reference)


@given(MARKUP, st.booleans())
def test_nothing_crashes_and_everything_nests(text: str, cloze: bool) -> None:
    """Whatever is written, either it is refused or its HTML is balanced and holds nothing that could run."""
    field = render_field(text, MediaFolder(HERE), cloze=cloze)
    assert all(0 <= problem.offset <= len(text) for problem in field.problems)
    if not field.problems:
        checker = Balance()
        checker.feed(field.html)
        checker.close()
        assert checker.open == []
        assert "<script" not in field.html


@given(MARKUP)
def test_offsets_survive_parking(text: str) -> None:
    """Every character that is not parked is found again at its own place."""
    protected = protect(text, cloze=True)
    for index, character in enumerate(protected.text):
        assert character == text[protected.offset_of(index)] or not character.isprintable() or character == "\u2055"
    assert protected.original(protected.text) == text


class Balance(HTMLParser):
    """Fails at a tag that closes what is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in ("br", "hr", "img", "wbr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """<br /> opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def words(html: str) -> list[str]:
    """HTML without the white space between its tags, which means nothing."""
    same = html.replace("<tbody></tbody>", "").replace("&quot;", '"')
    return re.sub(r"\s*(<[^>]*>)\s*", r" \1 ", same).split()
