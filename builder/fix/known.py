"""A deck's folder into what fixing its files needs: their trees, every id there is or was, and where gaps may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from builder.core.diagnostics import Diagnostic
from builder.core.text import Text
from builder.fix.edits import WrittenText
from builder.ledger import EMPTY, read_ledger
from builder.render.templates import cloze_fields, parse_template
from builder.source.deck import read_deck
from builder.source.events import Mapping as Keys
from builder.source.events import Node, Sequence, read_tree
from builder.source.files import (
    DECK_FILE,
    DRAFT_LEDGER,
    LEDGER_FILE,
    NOTE_TYPE_FILE,
    REFERENCES_FILE,
    STATE_FOLDER,
    note_files,
    note_type_folders,
    read_text,
)
from builder.source.note_types import read_note_types

_ID = re.compile(r"""\bid["']?[ \t]*:[ \t]*["']?(\w[\w.-]*)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeckFile:
    """A YAML file of a deck, of one of the kinds that schemas are for; `real` is what a link leads to."""

    path: Path
    real: Path
    kind: str
    written: WrittenText
    root: Node | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def notes(self) -> Sequence:
        """Its list of notes; an empty one where there is none."""
        found = self.root.values.get("notes") if isinstance(self.root, Keys) and self.kind == "notes" else None
        return found if isinstance(found, Sequence) else Sequence(1, 1)


class KnownDeck:
    """What is known of the deck in `folder`; with `diagnostics` for its ledger, nobody knows which ids are free."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = tuple(_files(folder))
        self.released, self.diagnostics = read_ledger(folder / LEDGER_FILE)
        draft, problems = read_ledger(folder / STATE_FOLDER / DRAFT_LEDGER)
        self._draft = EMPTY if problems else draft

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all notes, also of those in files that cannot be read to their end."""
        return frozenset(note_id for file in self.files if file.kind == "notes" for note_id in _ids(file))

    @property
    def taken(self) -> frozenset[str]:
        """The ids that no new note can have: those of notes, of what was released, and of drafts."""
        return self.ids | self.released.notes.keys() | self._draft.notes.keys()

    def shipped(self, note: Keys) -> int:
        """The highest number of a card of a note that students may have."""
        note_id = note.values.get("id")
        entry = self.released.notes.get(note_id.value) if isinstance(note_id, Text) else None
        return max(entry.cards, default=0) if entry else 0

    @cached_property
    def gap_fields(self) -> Mapping[str, frozenset[str]]:
        """The fields with gaps of the deck's own note types, by the note type's name."""
        deck, _ = read_deck(self.folder)
        if deck is None:
            return {}
        note_types, _ = read_note_types(deck)
        return {
            one.key: cloze_fields(parse_template(one.templates[0].front)[0])
            for one in note_types.all
            if one.key in note_types.own and one.kind == "cloze"
        }


def _files(folder: Path) -> Iterator[DeckFile]:
    """The YAML files of a deck, each once, by its own name rather than that of a link."""
    paths = {folder / DECK_FILE: "deck", folder / REFERENCES_FILE: "references"}
    paths |= dict.fromkeys(note_files(folder), "notes")
    paths |= dict.fromkeys((path / NOTE_TYPE_FILE for path in note_type_folders(folder)), "note-type")
    names: dict[Path, Path] = {}
    for path in sorted(paths, key=lambda path: path.is_symlink()):
        names.setdefault(_real(path), path)
    own_names = {*names.values()}
    return (_read(path, kind, folder) for path, kind in paths.items() if path in own_names and _is_there(path))


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links that lead round in a circle, which reading tells
        return path


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _read(path: Path, kind: str, folder: Path) -> DeckFile:
    """A file with its tree, or with what keeps it from being read to its end."""
    written, real = WrittenText(""), _real(path)
    root: Node | None = None
    _, problems = read_text(path, folder)
    if real.suffix.lower() != path.suffix.lower() and not problems:
        problems = (_odd_link(path),)
    if not problems:
        written = WrittenText(path.read_bytes().decode("utf-8"))
        tree, problems = read_tree(written.text, path)
        root = None if problems else tree.root
    elif problems[0].rule == "not-utf-8":
        written = WrittenText(path.read_bytes().decode("utf-8", "replace"))
    return DeckFile(
        path=path, real=real, kind=kind, written=written, root=root, diagnostics=tuple(map(_left, problems))
    )


def _left(problem: Diagnostic) -> Diagnostic:
    return replace(problem, hint=f"{problem.hint}; until then the file is left as it is".removeprefix("; "))


def _odd_link(path: Path) -> Diagnostic:
    message = "this file is a link to one that is no YAML file"
    hint = "copy the file into the deck"
    return Diagnostic(path=path, line=1, column=1, rule="linked-file", message=message, hint=hint)


def _ids(file: DeckFile) -> Iterator[str]:
    """The ids in a file of notes; all that could be one where it cannot be read to its end."""
    if file.diagnostics:
        yield from _ID.findall(file.written.text)
    for note in file.notes.items:
        if isinstance(note, Keys) and isinstance(note_id := note.values.get("id"), Text):
            yield note_id.value
