"""One note on two sides into what became of it."""

from __future__ import annotations

from dataclasses import replace

from builder.core.note_types import NoteType
from builder.core.package import AnkiNote
from builder.diff.asking import asks_otherwise
from builder.diff.model import FieldChange, Kind, NoteChange, Side
from builder.diff.plain import media_in


class NoteComparison:
    """Two sides, and the words in which a note of both is compared."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new
        self._has_texts = old.has_texts and new.has_texts
        self._old_types = {one.key: one for one in old.note_types}
        self._new_types = {one.key: one for one in new.note_types}
        old_ids, new_ids = {one.key: one.id for one in old.note_types}, {one.key: one.id for one in new.note_types}
        has_same_types = all(new_ids.get(key, old_id) == old_id for key, old_id in old_ids.items())
        self._is_one_deck = has_same_types and old.deck_name == new.deck_name and not (old.audiences and new.audiences)

    def change(self, before: AnkiNote | None, after: AnkiNote | None) -> NoteChange | None:
        """What became of a note; None for nothing, and for a retired one that only one side has."""
        if before is None or after is None:
            return self._of_one_side(before, after)
        if self._is_same(before, after):
            return None
        left, joined = self._audiences(before.guid)
        moved = self._is_moved(before, after)
        added, lost = self._cards(before, after)
        is_held_back = bool(before.cards and not (after.cards or before.retired or after.retired))
        is_other_type = self._is_other_type(before, after)
        is_same = before.digest == after.digest and before.retired == after.retired
        if is_same and not (left or joined or moved or added or lost or is_held_back or is_other_type):
            return None
        change = NoteChange(
            kind=_kind(before, after, is_same_note=is_same and not (added or lost or is_other_type), is_moved=moved),
            before=before,
            after=after,
            cards_added=added,
            cards_lost=lost,
            moved=moved,
            left=left,
            joined=joined,
            is_update=before.digest != after.digest and not is_other_type and _is_newer(before, after),
            is_other_type=is_other_type,
            is_held_back=is_held_back,
        )
        return self._with_texts(change, before, after) if self._has_texts and before.digest != after.digest else change

    def _of_one_side(self, before: AnkiNote | None, after: AnkiNote | None) -> NoteChange | None:
        if after is None:
            return None if before is None or before.retired else NoteChange(kind="gone", before=before, after=None)
        if after.retired:
            return None
        if after.guid in self._old.released:
            return NoteChange(kind="returned", before=None, after=after, is_update=True)
        return NoteChange(kind="added", before=None, after=after)

    def _with_texts(self, change: NoteChange, before: AnkiNote, after: AnkiNote) -> NoteChange:
        old_type, new_type = self._old_types[before.note_type], self._new_types[after.note_type]
        return replace(
            change,
            fields=_fields(before, after, old_type, new_type),
            tags_added=tuple(tag for tag in after.tags if tag not in before.tags),
            tags_removed=tuple(tag for tag in before.tags if tag not in after.tags),
            asks_otherwise=() if change.is_other_type else asks_otherwise(before, after, old_type, new_type),
            pictures=_pictures(before, after),
        )

    def _is_same(self, before: AnkiNote, after: AnkiNote) -> bool:
        """Whether nothing differs, seen at a glance; if not, a closer look may still find that."""
        return (
            before.digest == after.digest
            and before.cards == after.cards
            and before.deck == after.deck
            and before.retired == after.retired
            and before.note_type == after.note_type
            and self._is_one_deck
        )

    def _audiences(self, guid: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those whom the note has left and joined; none that it may have left or joined earlier."""
        before, after = self._old.audiences.get(guid), self._new.audiences.get(guid)
        if before is None or after is None or before == after:
            return (), ()
        left = () if "" in after or guid in self._old.unsure else tuple(sorted(before - after - {""}))
        joined = () if "" in before or guid in self._new.unsure else tuple(sorted(after - before - {""}))
        return left, joined

    def _cards(self, before: AnkiNote, after: AnkiNote) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The cards that are added and lost; a note that is retired, or held back, keeps those that it has."""
        if before.cards == after.cards or before.retired or after.retired or not after.cards:
            return (), ()
        added = tuple(number for number in after.cards if number not in before.cards)
        return added, tuple(number for number in before.cards if number not in after.cards)

    def _is_other_type(self, before: AnkiNote, after: AnkiNote) -> bool:
        old, new = self._old_types.get(before.note_type), self._new_types.get(after.note_type)
        return old is not None and new is not None and old.id != new.id

    def _is_moved(self, before: AnkiNote, after: AnkiNote) -> bool:
        """Whether the subdeck is another one: without cards it has none, and another name of the whole is told once."""
        if not (before.deck and after.deck) or before.retired or after.retired:
            return False
        return before.deck.removeprefix(self._old.deck_name) != after.deck.removeprefix(self._new.deck_name)


def _kind(before: AnkiNote, after: AnkiNote, *, is_same_note: bool, is_moved: bool) -> Kind:
    if before.retired != after.retired:
        return "retired" if after.retired else "returned"
    if not is_same_note:
        return "changed"
    return "moved" if is_moved else "edition"


def _is_newer(before: AnkiNote, after: AnkiNote) -> bool:
    """Whether the note is later, where both have been dated; what is not dated yet will be."""
    return not (before.modified and after.modified) or after.modified > before.modified


def _pictures(before: AnkiNote, after: AnkiNote) -> tuple[tuple[str, ...], tuple[str, ...]]:
    was, now = media_in(before.fields), media_in(after.fields)
    return tuple(name for name in was if name not in now), tuple(name for name in now if name not in was)


def _fields(before: AnkiNote, after: AnkiNote, old: NoteType, new: NoteType) -> tuple[FieldChange, ...]:
    """The fields that differ, by name: those of the new note type, then those that are no more."""
    was, now = old.named(before.fields), new.named(after.fields)
    return tuple(
        FieldChange(name=name, before=was.get(name, ""), after=now.get(name, ""))
        for name in dict.fromkeys((*now, *was))
        if was.get(name, "") != now.get(name, "")
    )
