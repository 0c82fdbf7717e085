"""An older and a newer package into the notes that a student of both has twice."""

from __future__ import annotations

from collections.abc import Callable, Collection

from builder.anki.verify.snapshot import Note, Snapshot, text_of

_LONG = 25  # letters from which a text that one note has, and no other, tells that note


def doubles(old: Snapshot, new: Snapshot) -> dict[str, str]:
    """The old GUID by the new one, for notes that changed their GUID and are the same otherwise.

    The same is: the first field says the same, or another long field does, and says so in no other note.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for texts in (_first_text, _long_texts):
        gone = _telling(old, texts, old.notes.keys() - new.notes.keys() - taken)
        come = _telling(new, texts, new.notes.keys() - old.notes.keys() - found.keys())
        for text in sorted(gone.keys() & come.keys()):
            if come[text] not in found and gone[text] not in taken:
                found[come[text]] = gone[text]
                taken.add(gone[text])
    return found


def _telling(held: Snapshot, texts: Callable[[Note], set[str]], wanted: Collection[str]) -> dict[str, str]:
    """The note, by GUID, of each text that only one note has, for the wanted notes."""
    owners: dict[str, list[str]] = {}
    for guid, note in held.notes.items():
        for text in texts(note):
            owners.setdefault(text, []).append(guid)
    return {text: guids[0] for text, guids in owners.items() if len(guids) == 1 and guids[0] in wanted}


def _first_text(note: Note) -> set[str]:
    first = note.content.fields[0]
    return {text_of(first).casefold() or first} - {""}


def _long_texts(note: Note) -> set[str]:
    return {text for field in note.content.fields if len(text := text_of(field).casefold()) >= _LONG}
