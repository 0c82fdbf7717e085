"""The HTML of a card template into what is wrong with it: what runs or loads something, and what is not closed.

It is read by a grammar so narrow that Anki and every browser read the same in it. What stands in fields is not looked
at here: it is safe between tags, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from builder.core.diagnostics import MAX_IN_TEXT, TextProblem, quoted
from builder.render.placeholders import PARTS
from builder.render.sanitize import TAGS as FIELD_TAGS
from builder.render.sanitize import VOID, link_problem

TAGS = FIELD_TAGS - {"img"} | {"article", "aside", "footer", "header", "main", "nav", "section"}
ATTRIBUTES = frozenset({"class", "dir", "hidden", "href", "id", "lang", "open", "role", "title"})
BRACES = r"(?<!\{)\{\{+(?P<braces>[^{}]*)\}\}"
"""`{{field}}`, as Anki reads it; more braces before the field make no difference."""
_MAX_OPEN = 100
# Browsers do not look for tags in these.
_RAW = frozenset({"iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"})

# What may begin something: where no tag or comment can be read, it is an error. At the end of the text, what Anki puts
# behind it would decide.
_PIECE = re.compile(
    rf"(?P<bracket><(?=[A-Za-z/!?%{{]|\s*\Z))|{BRACES}|(?P<file>\[(?:sound:|anki:|latex\]|\$\$?\]))", re.IGNORECASE
)
_BLANK = r"[ \t\n\f\r]"
_NAME = r"[^ \t\n\f\r\"'<>/=%{}]+"
_VALUE = r"\"[^\"<]*\"|'[^'<]*'|[^ \t\n\f\r\"'=<>`%{}]+"
_ATTRIBUTE = re.compile(rf"{_BLANK}+({_NAME})(?:{_BLANK}*={_BLANK}*({_VALUE}))?")
_TAG = re.compile(rf"<(/?)([A-Za-z][A-Za-z0-9]*)((?:{_ATTRIBUTE.pattern})*){_BLANK}*/?>")
_UNREAD = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)?[^<>]*>?")
_COMMENT = re.compile(r"<!--(?!-?>)(?P<inside>.*?)--(?P<other>!?)>", re.DOTALL)
_WORD = re.compile(r"%[A-Za-z_]+%")
# An id is letters, digits, `-`, `_` and `.`: it cannot end an attribute.
_NOTE_ID = "{{Note ID}}"
_FILLED_WITH_HTML = re.compile(rf"\{{\{{|%(?:{'|'.join(PARTS)})%")

_ADVICE = {
    "img": "put the picture into a field: ![description](media/name.svg)",
    "audio": "put the sound into a field: [sound:media/word.mp3]",
    "input": "let students type with {{type:Field}}",
    "link": "write the styling into the style.css beside it",
    "script": "cards run no programs; remove it",
    "style": "put it into the style.css beside it",
    "svg": "put the picture into a field: ![description](media/name.svg)",
    "video": "put the film into a field: [sound:media/film.mp4]",
}


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    closing: bool
    offset: int


def html_problems(text: str, *, whole: bool) -> tuple[TextProblem, ...]:
    """What is forbidden in a template, not written as HTML, or else not closed.

    The latter is looked for if the template is `whole`: if its sections are closed.
    """
    html = _HtmlReader(text)
    if html.problems or not whole:
        return tuple(html.problems)
    # What is balanced in every case is so when all fields hold something, and when none does.
    left_open = (*_unbalanced(html.pieces, filled=True), *_unbalanced(html.pieces, filled=False))
    return tuple(dict.fromkeys(left_open))[:MAX_IN_TEXT]


class _HtmlReader:
    """Notes down tags, the marks of sections (`#`, `^`, `/`) between them, and what is wrong."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[_Tag | str] = []
        self.problems: list[TextProblem] = []
        self._refused: set[str] = set()
        position = 0
        while len(self.problems) < MAX_IN_TEXT and (found := _PIECE.search(text, position)):
            position = self._piece(found)

    def _report(self, offset: int, message: str, hint: str, rule: str = "forbidden-html") -> None:
        self.problems.append(TextProblem(offset, rule, message, hint))

    def _piece(self, found: re.Match[str]) -> int:
        """Reads what begins there; gives where it ends."""
        start = found.start()
        if found["bracket"]:
            if self.text.startswith("<!--", start):
                return self._comment(start)
            tag = _TAG.match(self.text, start)
            return self._tag(tag) if tag else self._unread(start)
        if found["file"]:
            hint = "put sounds and formulas into a field: [sound:media/word.mp3], $x$"
            self._report(start, f"{quoted(found.group())} is not allowed in a template", hint)
        elif (mark := found["braces"].strip()[:1]) in ("#", "^", "/"):
            self.pieces.append(mark)
        return found.end()

    def _comment(self, start: int) -> int:
        end = self.text.find("-->", start + len("<!--")) + len("-->")
        found = _COMMENT.match(self.text, start)
        if end < len("-->"):
            self._report(start, "this comment is not closed", "end it with -->")
            return len(self.text)
        if not found or found["other"]:
            hint = "write <!-- words -->, with blanks, and without --!> in it"
            self._report(start, "browsers end this comment elsewhere than Anki", hint)
        elif word := _WORD.search(found["inside"]):
            hint = "write it without the per cent signs"
            self._report(start, f"{quoted(word.group())} would be filled in inside the comment", hint)
        return end

    def _tag(self, tag: re.Match[str]) -> int:
        name, closing = tag[2].lower(), bool(tag[1])
        if name not in TAGS:
            return self._refuse(tag, name, closing)
        self.pieces.append(_Tag(name, closing, tag.start()))
        filled = len(_FILLED_WITH_HTML.findall(tag.group()))
        for attribute in _ATTRIBUTE.finditer(self.text, tag.start(3), tag.end(3)):
            key, value = attribute[1].lower(), _unquoted(attribute[2] or "")
            if key not in ATTRIBUTES and not key.startswith("aria-"):
                hint = "cards run no programs; remove it" if key.startswith("on") else "use `class` and style.css"
                self._report(tag.start(), f"the attribute {quoted(key)} is not allowed in {quoted(f'<{name}>')}", hint)
            elif key == "href":
                filled -= value.count(_NOTE_ID)
                is_filled = _FILLED_WITH_HTML.search(value.replace(_NOTE_ID, ""))
                if not is_filled and value != "#" and (reason := link_problem(unescape(value))):
                    self._report(tag.start(), reason, "begin it with https:// or mailto:", "bad-link")
        if filled:
            self._report_filled(tag.start())
        return tag.end()

    def _refuse(self, tag: re.Match[str], name: str, closing: bool) -> int:
        if not closing or name not in self._refused:
            hint = _ADVICE.get(name, "remove it, or use <div> with a class")
            self._report(tag.start(), f"the tag {quoted(f'<{name}>')} is not allowed in a template", hint)
        self._refused.add(name)
        inside = re.compile(rf".*?</{name}(?=[\s/>])[^>]*>?", re.DOTALL | re.IGNORECASE)
        raw = inside.match(self.text, tag.end()) if name in _RAW and not closing else None
        return raw.end() if raw else tag.end()

    def _report_filled(self, start: int) -> None:
        hint = "show the field between tags; only {{Note ID}} may stand in a tag, in an `href` behind https://"
        self._report(start, "a field's HTML could end the tag that it stands in", hint)

    def _unread(self, start: int) -> int:
        """Something that begins like a tag, and that browsers would take for another thing than it seems to be."""
        found = _UNREAD.match(self.text, start)
        assert found
        written, name = found.group(), (found[1] or "").lower()
        if name and name not in TAGS:
            return self._refuse(found, name, closing=False)
        if _FILLED_WITH_HTML.search(written):
            self._report_filled(start)
        elif written.startswith(("<!", "<?", "<%")):
            self._report(start, f"{quoted(written)} is not allowed in a template", "write a literal < as &lt;")
        elif written.count('"') % 2 or written.count("'") % 2:
            self._report(start, "a quote is not closed in this tag", "close it with the same quote")
        elif _WORD.search(written):
            self._report(start, "what is filled in needs quotes around it", 'write title="%version%"')
        elif not written.endswith(">"):
            self._report(start, "this tag is not finished", "end it with >, or write a literal < as &lt;")
        else:
            self._report(start, "this is not written as HTML", 'write <div class="name">, or a literal < as &lt;')
        return found.end()


def _unquoted(value: str) -> str:
    return value[1:-1] if value[:1] in ("'", '"') else value


def _unbalanced(pieces: list[_Tag | str], *, filled: bool) -> Iterator[TextProblem]:
    """Tags that nothing opens or closes on a card whose fields are all `filled`, or all empty."""
    opened: list[_Tag] = []
    shown: list[bool] = []  # of the sections around
    for piece in pieces:
        if isinstance(piece, _Tag):
            if all(shown):
                yield from _next_tag(piece, opened)
        elif piece == "/":
            shown.pop()
        else:
            shown.append((piece == "#") == filled)
    yield from map(_left_open, opened)


def _next_tag(tag: _Tag, opened: list[_Tag]) -> Iterator[TextProblem]:
    if not tag.closing:
        if len(opened) == _MAX_OPEN:
            message = f"more than {_MAX_OPEN} tags are open here"
            yield TextProblem(tag.offset, "unbalanced-html", message, "close some before")
        elif tag.name not in VOID:
            opened.append(tag)
    elif tag.name in (one.name for one in opened):
        while (last := opened.pop()).name != tag.name:
            yield _left_open(last)
    else:
        yield TextProblem(tag.offset, "unbalanced-html", f"</{tag.name}> closes nothing here", "remove it")


def _left_open(tag: _Tag) -> TextProblem:
    return TextProblem(tag.offset, "unbalanced-html", f"<{tag.name}> is never closed here", f"add </{tag.name}>")
