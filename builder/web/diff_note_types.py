"""Note types that differ into their part of the page of differences: what stops updates, and what looks different."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from html import escape

from builder.core.english import counted
from builder.core.note_types import NoteType
from builder.diff.model import Difference, NoteTypeChange

_MOST_LINES = 1_500  # of a template or a style sheet whose lines are compared
_LONGEST_LINE = 500  # characters
_MOST_NAMES = 60  # fields or templates of a note type that are told


def stopped_updates(difference: Difference) -> str:
    """What costs students most: what keeps Anki from updating, as HTML; '' for nothing."""
    told = "".join(_schema_change(difference, change) for change in difference.note_types if change.schema)
    others = sum(change.is_other_type for change in difference.notes)
    if others:
        subject = "1 note has" if others == 1 else f"{others:,} notes have"
        told += f"<li><b>{subject} another note type now.</b> Anki never updates what students hold of them again.</li>"
    if not told:
        return ""
    return f'<section class="panel stops"><h2>This stops updates</h2><ul>{told}</ul></section>\n'


def _schema_change(difference: Difference, change: NoteTypeChange) -> str:
    held = sum(note.note_type == change.before.key for note in difference.old.notes) if change.before else 0
    rows = "".join(
        f'<div class="{when}"><p class="when">{when}</p><ol>{"".join(_schema(change, when))}</ol></div>'
        for when in ("before", "after")
    )
    name, parts = escape(_type_name(change)), " and ".join(change.schema)
    return (
        f"<li><b><bdi>{name}</bdi> has other {parts}.</b> Students who hold its {counted(held, 'note')} get no update "
        f'of any of them, now or later.<div class="pair">{rows}</div></li>'
    )


def _schema(change: NoteTypeChange, when: str) -> Iterator[str]:
    """The frozen parts that differ; what only one side has is marked."""
    sides = (change.before, change.after)
    one, other = sides if when == "before" else sides[::-1]
    if one is None:
        return
    mark = "del" if when == "before" else "ins"
    if "kind" in change.schema:
        yield f'<li class="kind"><{mark}>kind: {one.kind}</{mark}></li>'
    for part, of_other in (("fields", other.fields if other else ()), ("templates", _templates(other))):
        if part not in change.schema:
            continue
        names = one.fields if part == "fields" else _templates(one)
        for place, name in enumerate(names[:_MOST_NAMES]):
            same = place < len(of_other) and of_other[place] == name
            yield f"<li>{escape(name)}</li>" if same else f"<li><{mark}>{escape(name)}</{mark}></li>"


def _templates(note_type: NoteType | None) -> tuple[str, ...]:
    return tuple(template.name for template in note_type.templates) if note_type else ()


def _type_name(change: NoteTypeChange) -> str:
    return change.note_type.name or change.note_type.key


def note_type_changes(difference: Difference) -> str:
    """What differs in templates and styling, line by line, as HTML; '' for nothing."""
    told = "".join(map(_note_type, difference.note_types))
    return f'<section class="panel"><h2>Note types</h2>{told}</section>\n' if told else ""


def _note_type(change: NoteTypeChange) -> str:
    if change.before is None or change.after is None:
        what = "new" if change.before is None else "not used any more"
        return f'<h3 dir="auto">{escape(_type_name(change))} <span class="chip">{what}</span></h3>'
    parts = [("Name", *change.names)] if change.names else []
    parts += [(f"{name}: {side}", before, after) for name, side, before, after in change.templates]
    if change.css:
        parts.append(("Styling", *change.css))
    if not parts:
        return ""
    told = "".join(
        f"<details><summary><bdi>{escape(name)}</bdi></summary>{_lines(before, after)}</details>"
        for name, before, after in parts
    )
    said = "its cards look different after the update, but where a student restyled them"
    return f'<h3 dir="auto">{escape(_type_name(change))}</h3><p class="soft">{said}</p>{told}'


def _lines(before: str, after: str) -> str:
    """What differs in a text of lines, with the lines around it."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > _MOST_LINES:
        return f'<p class="none">too long to compare here: {len(old):,} lines before, {len(new):,} after</p>'
    found = list(difflib.unified_diff(old, new, n=2, lineterm=""))[2:]
    marks = {"-": "del", "+": "ins"}
    shown = []
    for line in found:
        mark = marks.get(line[0])
        text = "…" if line.startswith("@@") else escape(line[:_LONGEST_LINE])
        shown.append(f"<{mark}>{text}</{mark}>" if mark else f"<span>{text}</span>")
    return f'<pre class="lines" dir="ltr" tabindex="0">{"".join(shown)}</pre>'
