"""The HTML that authors may write: a safe list, checked tag by tag, then held by a real sanitiser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3

from builder.core.diagnostics import TextProblem, quoted

TAGS = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "dfn", "div", "dl", "dt"}
    | {"em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark"}
    | {"ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "summary", "sup"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var", "wbr"}
)
_SIMPLE_TAG = re.compile(r"<(/?)([a-z]+[1-6]?)>")
_NO_TAG = re.compile(r"<!--|<\?|<!\[|<![A-Za-z]")
_BEGINNING = re.compile(r"<[A-Za-z!?/]")
_EVERYWHERE = frozenset({"class", "dir", "lang", "title"})
_OWN = {
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start", "type"}),
    "td": frozenset({"colspan", "rowspan", "style"}),
    "th": frozenset({"colspan", "rowspan", "scope", "style"}),
}
VOID = frozenset({"br", "hr", "img", "wbr"})
PHRASING = frozenset(
    {"b", "br", "code", "em", "i", "kbd", "mark", "q", "s", "small", "strong", "sub", "sup", "u", "wbr"}
)
"""Tags that a browser keeps wherever text may stand."""
LINK_SCHEMES = frozenset({"http", "https", "mailto"})
_ADVICE = {
    "script": "cards run no programs; remove it",
    "style": "put styling into the deck's own CSS",
    "iframe": "link to the page instead",
    "video": "use [sound:media/film.mp4]",
    "audio": "use [sound:media/sound.mp3]",
}


@dataclass(frozen=True, slots=True)
class HtmlTag:
    """A start or end tag as written: `length` characters from `offset` in its text."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    closing: bool
    offset: int
    length: int


class _Tags(HTMLParser):
    """Lists what is markup in a piece of HTML."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.markup = markup
        self.found: list[HtmlTag] = []
        self.text: list[str] = []
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", markup))]
        self.feed(markup)
        self.close()

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = tuple((name, value or "") for name, value in attrs)
        length = len(self.get_starttag_text() or "")
        self.found.append(HtmlTag(tag, attributes, closing=False, offset=self._offset(), length=length))

    def handle_endtag(self, tag: str) -> None:
        offset = self._offset()
        length = self.markup.find(">", offset) + 1 - offset
        self.found.append(HtmlTag(tag, (), closing=True, offset=offset, length=length))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read_tags(markup: str) -> tuple[list[HtmlTag], list[TextProblem]]:
    """The tags in a piece of raw HTML, and what is markup but no tag."""
    if simple := _SIMPLE_TAG.fullmatch(markup):
        closing, name = simple.groups()
        return [HtmlTag(name, (), closing=bool(closing), offset=0, length=len(markup))], []
    if other := _NO_TAG.search(markup):
        comment = other.group() == "<!--"
        what = "an HTML comment" if comment else f"`{other.group()}`"
        hint = "use a YAML comment: a line that begins with #" if comment else "write a literal < as &lt;"
        return [], [TextProblem(other.start(), "forbidden-html", f"{what} is not allowed in a card", hint)]
    return _Tags(markup).found, []


def unread_tag(markup: str, tags: list[HtmlTag]) -> int:
    """Where something stands that begins like a tag and is none of `tags`; -1 when nothing does."""
    if any(tag.name not in TAGS for tag in tags):
        return -1  # what is inside <script> and its like is not HTML
    position = 0
    for tag in (*tags, HtmlTag("", (), closing=False, offset=len(markup), length=0)):
        if found := _BEGINNING.search(markup, position, tag.offset):
            return found.start()
        position = tag.offset + tag.length
    return -1


def tag_problems(tag: HtmlTag) -> Iterator[TextProblem]:
    """What is forbidden in a tag."""
    if tag.name not in TAGS:
        hint = _ADVICE.get(tag.name, "remove it, or write a literal < as &lt;")
        yield TextProblem(
            tag.offset, "forbidden-html", f"the tag {quoted('<' + tag.name + '>')} is not allowed in a card", hint
        )
        return
    for name, value in tag.attributes:
        if name not in _EVERYWHERE and name not in _OWN.get(tag.name, ()):
            hint = (
                "cards run no programs; remove it"
                if name.startswith("on")
                else "remove it; `class` and CSS can style it"
            )
            message = f"the attribute {quoted(name)} is not allowed in {quoted('<' + tag.name + '>')}"
            yield TextProblem(tag.offset, "forbidden-html", message, hint)
        elif name == "style" and not value.replace(" ", "").startswith("text-align:"):
            hint = "use `class` and the deck's own CSS"
            yield TextProblem(tag.offset, "forbidden-html", "`style` may only set text-align here", hint)
        elif name == "href" and (reason := link_problem(value)):
            yield TextProblem(tag.offset, "bad-link", reason, "begin it with https:// or mailto:")


def link_problem(address: str) -> str:
    """Why a link cannot be followed from a card; '' when it can."""
    try:
        scheme = urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return f"{quoted(address)} is not an address"
    if scheme in LINK_SCHEMES:
        return ""
    if scheme:
        return f"links may not begin with {quoted(scheme + ':')}"
    return f"{quoted(address)} leads nowhere from a card"


_ALLOWED = {tag: set(_OWN.get(tag, frozenset()) | _EVERYWHERE) for tag in TAGS}


def _cleaner(attribute_filter: Callable[[str, str, str], str | None] | None = None) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags={"script", "style"},
        attributes=_ALLOWED,
        attribute_filter=attribute_filter,
        link_rel=None,
        url_schemes=set(LINK_SCHEMES),
        filter_style_properties={"text-align"},
    )


_without_pictures = cache(_cleaner)


def clean(markup: str, pictures: Mapping[str, str]) -> str:
    """What the sanitiser keeps of a field's HTML, with the paths of its pictures replaced by their names in Anki."""
    if not pictures:
        return _without_pictures().clean(markup)

    def name_in_anki(tag: str, attribute: str, value: str) -> str:
        return pictures.get(value, value) if (tag, attribute) == ("img", "src") else value

    return _cleaner(name_in_anki).clean(markup)


def outline(markup: str) -> list[object]:
    """The tags and words of some HTML, to compare what went into the sanitiser with what came out."""
    parser = _Tags(markup)
    # Browsers add <tbody> and a self-closing tag is the same as an open one; both are harmless.
    tags = [
        (tag.name, tag.closing, {name for name, _ in tag.attributes}) for tag in parser.found if tag.name != "tbody"
    ]
    return [*tags, "".join(parser.text).split()]
