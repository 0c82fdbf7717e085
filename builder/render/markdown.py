"""Markdown with maths, gaps, pictures and sounds into the HTML of one field."""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from dataclasses import dataclass
from unicodedata import normalize

from builder.core.diagnostics import MAX_IN_TEXT, TextProblem
from builder.render.media import MediaFolder
from builder.render.protect import Protected, protect
from builder.render.writer import HtmlWriter

# Without one of these characters, and without a line that begins or ends like markup, a text is what it seems to be.
_SPECIAL = re.compile(r"[\\`*_\[<&|${}]")
_PROTECTABLE = re.compile(r"[\\$]|\{\{|\}\}|\[sound:")
_MARKS = re.compile(r"[\\`*_\[<&|]")
_BLOCK = re.compile(r"(?: {4}|[ ]*\t|[ \t]*(?:[-+>#=~:]|[0-9]{1,9}[.)]))")
_LINES = re.compile(rf"[ \t][ \t]\n|\n[ \t]*\n|\n{_BLOCK.pattern}")


def _has_markup(text: str) -> bool:
    return bool(_MARKS.search(text)) or _begins_block(text)


def _begins_block(text: str) -> bool:
    return bool(_BLOCK.match(text) or ("\n" in text and _LINES.search(text)))


_REFERENCE = re.compile(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\U000f0000-\U0010ffff]|^$")
_ATTRIBUTE = re.compile(r'="[^"]*"')
_GAP = re.compile(r"\{\{(?=c([0-9,]+)::)")
# What Anki would take for a sound, or for a formula to be run through LaTeX.
_FOR_ANKI = re.compile(r"\[(?=sound:|anki:|latex\]|\$\$?\])", re.IGNORECASE)


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
    if not _SPECIAL.search(text) and not _begins_block(text):
        return Field(_plain(text), is_plain=True)
    if "&#" in text and (unseen := _unseen_entities(text)):
        return Field("", problems=unseen)
    protected = protect(text, cloze=cloze) if _PROTECTABLE.search(text) else Protected(text)
    problems = list(protected.problems)
    used = _place_sounds(protected, media, problems)
    has_markup = _has_markup(protected.text)
    if has_markup:
        writer = HtmlWriter(protected, media, problems)
        markup = inert(writer.write(), protected.cards)
        used.update(writer.media)
    else:
        markup = _plain(protected.text)
    if "&#" in text:
        markup = normalize("NFC", markup)  # as Anki does when it imports; texts themselves were composed when read
    if protected.pieces:
        markup = protected.restored(markup)
    return Field(
        markup,
        tuple(used),
        frozenset(protected.cards),
        tuple(problems),
        is_plain=not protected.pieces and "<" not in markup and html.unescape(markup) == text.strip(),
    )


def literal(text: str) -> str:
    """`text` as HTML that shows exactly it, in a browser and in Anki."""
    return inert(html.escape(text))


def inert(markup: str, gaps: Collection[int] = ()) -> str:
    """HTML in which Anki finds nothing of its own: no sound, no LaTeX, and no gap but those with the numbers `gaps`.

    Character references may spell one out; in a note type with gaps it would make a card, whatever field it is in.
    """
    if "{{c" in markup:
        known = {str(number) for number in gaps}
        markup = _GAP.sub(lambda gap: gap.group() if gap.group(1) in known else "{&#123;", markup)
    if "[" in markup:
        # The filters for furigana read brackets, also those in an attribute, and would write HTML into it.
        markup = _ATTRIBUTE.sub(lambda value: value.group().replace("[", "&#91;"), markup)
    return _FOR_ANKI.sub("&#91;", markup)


def _unseen_entities(text: str) -> tuple[TextProblem, ...]:
    """Character references for what a text may not hold as itself."""
    return tuple(
        TextProblem(match.start(), "control-character", "this stands for an invisible character", "remove it")
        for match in _REFERENCE.finditer(text)
        if _UNSEEN.match(html.unescape(match.group()))
    )[:MAX_IN_TEXT]


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
