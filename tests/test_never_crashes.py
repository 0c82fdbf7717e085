"""Random input: the compiler answers anything with diagnostics, and each of them points into the file it is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.compiler.deck import CompiledDeck, compile_deck
from builder.core.diagnostics import Diagnostic, in_source_order
from builder.report import FORMATS, render
from tests.decks import write_deck

_YAML_PIECES = (
    *("notes:", "\n", "\n  ", "\n    ", "  - ", "- ", "id: a", "question: ", "answer: x", "cloze: ", "tags: ", "true"),
    *(
        "sources: [",
        "{key: ",
        "deck: ",
        ": ",
        ":",
        "?",
        ",",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "|",
        ">",
        "&a",
        "*a",
        "<<: ",
    ),
    *("!x", "!!str", "#", " #", "%", "@", "`", "\\", '"\\', "---", "...", "\t", "\r", "\r\n", "\0", "\x85", "\u2028"),
    *("é", "\U0001f600", "\ufeff", "{{c1::", "}}", "<b>", "<!--", "![", "](media/knot.svg)", "ashley-1944"),
)
_YAML = st.lists(st.sampled_from(_YAML_PIECES) | st.text(max_size=4), max_size=40).map("".join)

_MARKDOWN_PIECES = (
    *("*", "**", "_", "`", "``", "```\n", "[", "]", "(", ")", "![", "](media/knot.svg)", "](none.png)", "<b>", "</b>"),
    *(
        "<",
        ">",
        "<a href='",
        "<td>",
        "</div>",
        "<div>",
        "<!--",
        "-->",
        "<script>",
        "&",
        "&amp;",
        "&#0;",
        "\\",
        "$",
        "$$",
    ),
    *("\\(", "\\)", "\\[", "\\]", "{{c1::", "{{c2::", "{{", "}}", "::", "}", "{", "[sound:media/word.mp3]", "[sound:"),
    *("\n", "\n\n", "  \n", "    ", "# ", "- ", "1. ", "> ", "|", "|-|\n", "---\n", "===\n", "[a]: b\n", "x", " ", "é"),
    *("中", "\U0001f600", "\u00a0", "https://example.org", "javascript:", "5"),
)
_LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="\u2028\u2029\ufeff")
_MARKDOWN = st.lists(st.sampled_from(_MARKDOWN_PIECES) | st.text(_LETTERS, max_size=4), max_size=40).map("".join)


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deck whose `notes.yaml` each example replaces."""
    return write_deck(tmp_path_factory.mktemp("deck") / "knots")


def _compiled(
    deck: Path, content: bytes, name: str = "notes.yaml"
) -> tuple[CompiledDeck | None, tuple[Diagnostic, ...]]:
    """Compiles the deck with a file replaced; asserts that every diagnostic can be shown and is in that file."""
    (deck / name).write_bytes(content)
    compiled, diagnostics = compile_deck(deck)
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n")
    lines = text.split("\n")
    for one in diagnostics:
        assert one.path == deck / name
        assert 1 <= one.line <= len(lines), one
        assert 1 <= one.column <= len(lines[one.line - 1]) + 1, one
        assert one.rule, one
        assert one.message, one
    for form in FORMATS:
        render(in_source_order(diagnostics), form, deck)
    return compiled, diagnostics


@given(content=_YAML)
@example(content="notes:\n  - id: a\n    question: '\n")
@example(content="? ")
@example(content="{{c1::")
@settings(max_examples=300, deadline=None)
def test_random_yaml(deck: Path, content: str) -> None:
    """Pieces of YAML in any order."""
    _compiled(deck, content.encode("utf-8"))


@given(content=st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_random_bytes(deck: Path, content: bytes) -> None:
    """Any bytes at all."""
    _compiled(deck, content)


@pytest.mark.parametrize("name", ["deck.yaml", "references.yaml"])
@given(content=_YAML)
@settings(max_examples=60, deadline=None)
def test_random_yaml_in_the_other_files(tmp_path_factory: pytest.TempPathFactory, name: str, content: str) -> None:
    """Pieces of YAML as `deck.yaml` and as `references.yaml`."""
    deck = write_deck(tmp_path_factory.mktemp("deck") / "knots", {"notes.yaml": "notes: [{id: a, cloze: '{{c1::x}}'}]"})
    _compiled(deck, content.encode("utf-8"), name)


@given(question=_MARKDOWN, answer=_MARKDOWN, cloze=_MARKDOWN)
@example(question="x", answer="</b", cloze="{{c1::</b")
@example(question="\\``", answer="x", cloze="{{c1::x}} \\```")
@example(question="<a", answer="![a\n", cloze="<td>{{c1::x}}</td>")
@settings(max_examples=300, deadline=None)
def test_random_markdown(deck: Path, question: str, answer: str, cloze: str) -> None:
    """Pieces of Markdown, HTML, maths and gaps in any order; a note without a diagnostic has fields to show.

    A gap that a text has without complaint is in its field, and no program is.
    """
    # JSON's strings are YAML's double-quoted ones.
    texts = [json.dumps(text, ensure_ascii=False) for text in (question, answer, cloze)]
    content = f"notes:\n  - id: q\n    question: {texts[0]}\n    answer: {texts[1]}\n  - id: c\n    cloze: {texts[2]}\n"
    compiled, diagnostics = _compiled(deck, content.encode("utf-8"))
    assert compiled
    wrong = {one.line for one in diagnostics}
    notes = {note.id: note for note in compiled.notes}
    assert ("q" in notes) == (not wrong & {3, 4})
    assert ("c" in notes) == (6 not in wrong)
    for note in notes.values():
        assert note.fields[0]
        assert "<script" not in "".join(note.fields).lower()
    if "c" in notes:
        assert notes["c"].cards
        for number in notes["c"].cards:
            assert f"{{{{c{number}::" in notes["c"].fields[0]
