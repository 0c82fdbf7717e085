"""The note types of two sides into what differs between them; the deck's version in their templates does not count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from builder.core.note_types import NoteType
from builder.diff.model import NoteTypeChange, Side

_Face = tuple[str, Literal["front", "back"], str, str]


def type_changes(old: Side, new: Side) -> tuple[NoteTypeChange, ...]:
    """Each note type that differs, in the new order, then those that are no more; none for a first release."""
    if not old.notes:
        return ()
    olds, news = {one.id: one for one in old.note_types}, {one.id: one for one in new.note_types}
    return tuple(_changes(old, new, olds, news))


def _changes(old: Side, new: Side, olds: dict[int, NoteType], news: dict[int, NoteType]) -> Iterator[NoteTypeChange]:
    version = _version(old.version, new.version)
    has_texts = old.has_texts and new.has_texts
    for type_id, after in news.items():
        before = olds.get(type_id)
        if before is None:
            yield NoteTypeChange(before=None, after=after)
            continue
        change = NoteTypeChange(
            before=before,
            after=after,
            schema=tuple(_schema(before, after)),
            templates=tuple(_templates(before, after, version)) if has_texts else (),
            css=(before.css, after.css) if has_texts and before.css != after.css else None,
            names=(before.name, after.name) if has_texts and before.name != after.name else None,
        )
        if change.schema or change.templates or change.css or change.names:
            yield change
    if old.has_texts:  # a ledger keeps every note type for ever
        yield from (NoteTypeChange(before=one, after=None) for one in old.note_types if one.id not in news)


def _schema(before: NoteType, after: NoteType) -> Iterator[str]:
    if before.fields != after.fields:
        yield "fields"
    if [one.name for one in before.templates] != [one.name for one in after.templates]:
        yield "templates"
    if before.kind != after.kind:
        yield "kind"


def _templates(before: NoteType, after: NoteType, version: tuple[re.Pattern[str], str] | None) -> Iterator[_Face]:
    """The sides that differ, of templates by their names; a template that is new or gone is empty on the other side."""
    was = {one.name: one for one in before.templates}
    now = {one.name: one for one in after.templates}
    for name in dict.fromkeys((*now, *was)):
        one, other = was.get(name), now.get(name)
        fronts = (one.front if one else "", other.front if other else "")
        backs = (one.back if one else "", other.back if other else "")
        if not _same(*fronts, version):
            yield name, "front", *fronts
        if not _same(*backs, version):
            yield name, "back", *backs


def _version(old: str, new: str) -> tuple[re.Pattern[str], str] | None:
    """What finds the old version in a line, and the new one; None where they do not differ."""
    if not old or not new or old == new:
        return None
    spellings = "|".join(re.escape(one) for one in dict.fromkeys((old, quote(old))))
    return re.compile(rf"(?<![\w.+-])(?:{spellings})(?![\w+-])"), new


def _same(before: str, after: str, version: tuple[re.Pattern[str], str] | None) -> bool:
    """Whether two templates are the same but for lines in which only the version differs."""
    if before == after:
        return True
    olds, news = before.split("\n"), after.split("\n")
    if version is None or len(olds) != len(news):
        return False
    find, new = version
    return all(
        one == other or find.sub(lambda _: new, one) == other or find.sub(lambda _: quote(new), one) == other
        for one, other in zip(olds, news, strict=True)
    )
