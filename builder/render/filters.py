"""The HTML of a field through the filters of `{{filter:Field}}`, as Anki applies them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from builder.core.note_types import digest_of
from builder.render.clozes import hidden_texts, shown_text
from builder.render.plain import WHITE_SPACE, text_of

# What a reading in brackets may belong to.
_BASE = re.compile("[^ >]+")


def filtered(html: str, filters: Sequence[str], field: str, number: int, *, is_front: bool) -> str:
    """A field's HTML on a card; `filters` from the outermost, as they are written.

    What Anki does not know ends it: add-ons could go on there. The windows of Anki know one more filter, `tts-voices`,
    which lists the voices of the student's machine.
    """
    if filters and filters[0] == "type":
        kind = filters[1] + ":" if len(filters) == 2 and filters[1] in ("cloze", "nc") else ""
        return f"[[type:{kind}{field}]]"
    for name in reversed(filters):
        if name == "cloze":
            html = shown_text(html, number, is_front=is_front)
        elif name == "cloze-only":
            html = ", ".join(hidden_texts(html, number, is_front=is_front))
        elif name == "hint":
            html = _hint(html, field)
        elif name == "type":
            html = f"[[type:{field}]]"
        elif name in ("type-cloze", "type-nc"):
            html = f"[[type:{name[5:]}:{field}]]"
        elif name.startswith("tts "):
            html = f"[anki:tts lang={name[4:]}]{html}[/anki:tts]"
        elif name in _OF_TEXT:
            html = _OF_TEXT[name](html)
        elif name:
            break
    return html


def _hint(html: str, field: str) -> str:
    if not html.strip(WHITE_SPACE):
        return html
    name = f"hint{_hint_id(html, field)}"
    return f"""
<a class=hint href="#"
onclick="this.style.display='none';
document.getElementById('{name}').style.display='block';
return false;" draggable=false>
{field}</a>
<div id="{name}" class=hint style="display: none">{html}</div>
"""


@lru_cache(maxsize=1024)
def _hint_id(html: str, field: str) -> str:
    return digest_of(html + field)


def _readings(html: str, replaced: Callable[[str, str], str]) -> str:
    """Every `base[reading]`, with the blank before it, replaced; but for sounds."""
    html = html.replace("&nbsp;", " ")
    last = html.rfind("]")
    kept: list[str] = []
    position = start = run_end = 0
    while start < last:
        if start >= run_end:
            run = _BASE.search(html, start)
            if not run:
                break
            start, run_end = run.span()
        opening, closing = _brackets(html, start, run_end)
        if not closing:
            start = run_end
            continue
        before = start - (start > position and html[start - 1] == " ")
        base, reading, end = html[start:opening], html[opening + 1 : closing], closing + 1
        is_sound = reading.startswith("sound:")
        kept += html[position:before], html[before:end] if is_sound else replaced(base, reading)
        position = start = end
    return "".join(kept) + html[position:]


def _brackets(html: str, start: int, end: int) -> tuple[int, int]:
    """The first bracket behind something, before `end`, that holds something in its line, and its end; or zeros."""
    opening = html.find("[", start + 1, end)
    while opening >= 0:
        closing = html.find("]", opening + 2)
        if closing < 0:
            break
        line_end = html.rfind("\n", opening + 1, closing)
        if line_end < 0:
            return opening, closing
        opening = html.find("[", line_end, end)
    return 0, 0


_OF_TEXT: dict[str, Callable[[str], str]] = {
    "furigana": lambda html: _readings(html, "<ruby><rb>{}</rb><rt>{}</rt></ruby>".format),
    "kana": lambda html: _readings(html, lambda base, reading: reading),
    "kanji": lambda html: _readings(html, lambda base, reading: base),
    "text": text_of,
}
