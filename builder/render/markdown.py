"""Markdown with maths, gaps, pictures and sounds into the HTML of one field."""

from __future__ import annotations

import re
from dataclasses import dataclass

from builder.core.diagnostics import MAX_IN_TEXT, TextProblem
from builder.render.media import MediaFolder
from builder.render.protect import Protected, protect
from builder.render.writer import HtmlWriter

# Without one of these characters, and without a line that begins or ends like markup, Markdown leaves a text as it is.
_PROTECTABLE = re.compile(r"[\\$]|\{\{|\}\}|\[sound:")
_MARKS = re.compile(r"[\\`*_\[<&|]")
_BLOCK = re.compile(r"(?: {4}|[ ]*\t|[ \t]*(?:[-+>#=~:]|[0-9]{1,9}[.)]))")
_LINES = re.compile(rf"  \n|\n[ \t]*\n|\n{_BLOCK.pattern}")


def _has_markup(text: str) -> bool:
    return bool(_MARKS.search(text) or _BLOCK.match(text) or ("\n" in text and _LINES.search(text)))


@dataclass(frozen=True, slots=True)
class Field:
    """The HTML of a field, with the media it uses, the card numbers of its gaps and what is wrong with the text.

    `is_plain` says that it is nothing but text.
    """

    html: str
    media: tuple[str, ...] = ()
    cards: frozenset[int] = frozenset()
    problems: tuple[TextProblem, ...] = ()
    is_plain: bool = False


def render_field(text: str, media: MediaFolder, *, cloze: bool = False) -> Field:
    """The field's HTML; a text of one paragraph is not wrapped in `<p>`. With `cloze`, gaps are kept for Anki."""
    if _PROTECTABLE.search(text):
        protected = protect(text, cloze=cloze)
    elif not _has_markup(text):
        return Field(_plain(text), is_plain=True)
    else:
        protected = Protected(text)
    problems = list(protected.problems)
    used = _place_sounds(protected, media, problems)
    has_markup = _has_markup(protected.text)
    if has_markup:
        writer = HtmlWriter(protected, media, problems)
        markup = writer.write()
        used.update(writer.media)
    else:
        markup = _plain(protected.text)
    if protected.pieces:
        markup = protected.restored(markup)
    return Field(
        markup,
        tuple(used),
        frozenset(protected.cards),
        tuple(problems),
        is_plain=not has_markup and not protected.pieces,
    )


def _plain(text: str) -> str:
    text = text.strip()
    if "\n" in text:
        text = "\n".join(map(str.strip, text.split("\n")))
    return text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _place_sounds(protected: Protected, media: MediaFolder, problems: list[TextProblem]) -> dict[str, None]:
    used: dict[str, None] = {}
    for index, piece in protected.sounds():
        found = media.sound(piece.html)
        if isinstance(found, TextProblem) and len(problems) >= MAX_IN_TEXT:
            break
        if isinstance(found, TextProblem):
            problems.append(TextProblem(piece.offset, found.rule, found.message, found.hint))
        else:
            used[found.name] = None
            protected.pieces[index] = piece.with_html(f"[sound:{found.name}]")
    return used
