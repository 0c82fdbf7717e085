"""A deck's folder into its files put right; what would change more than that is told instead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from builder.core.diagnostics import Diagnostic, Severity, quoted
from builder.core.text import Text
from builder.fix.blanks import blank_edits, shows_the_same
from builder.fix.editor import editor_edits
from builder.fix.edits import Edit, FileFix, WrittenText, edited
from builder.fix.gaps import numbered_gaps
from builder.fix.ids import TakenIds, new_ids
from builder.fix.known import DeckFile, KnownDeck
from builder.fix.trees import Place, differences, is_block, is_trimmed, same_but_for_blanks
from builder.render.media import MediaFolder
from builder.source.events import Mapping, Node, read_tree

Fixes = tuple[tuple[FileFix, ...], tuple[Diagnostic, ...]]
"""The files that change, and what is to be told: files that are left as they are, and ids that were lost."""


@dataclass(slots=True)
class _Plan:
    """What is to be changed in a file: the edits, and what the texts at some places are then."""

    edits: list[Edit] = field(default_factory=list)
    texts: dict[Place, str] = field(default_factory=dict)


def fix_deck(folder: Path, only: Collection[Path] = ()) -> Fixes:
    """What fixing the deck in `folder` changes, in the files at or below one of `only`; nothing is written."""
    return _DeckFixer(folder, only).fix()


class _DeckFixer:
    def __init__(self, folder: Path, only: Collection[Path]) -> None:
        self.deck = KnownDeck(folder)
        self.only = tuple(path.resolve() for path in only)
        self.media = MediaFolder(folder)
        self.taken = TakenIds(self.deck.taken)
        self.fixes: list[FileFix] = []
        self.diagnostics = list(self.deck.diagnostics)

    def fix(self) -> Fixes:
        for file in self.deck.files:
            if self._is_wanted(file):
                self.diagnostics += file.diagnostics
                if not file.diagnostics:
                    self._fix(file)
        return tuple(self.fixes), tuple(self.diagnostics)

    def _is_wanted(self, file: DeckFile) -> bool:
        return not self.only or any(file.real.is_relative_to(path) for path in self.only)

    def _fix(self, file: DeckFile) -> None:
        plan = _Plan()
        plan.edits += editor_edits(file.written, file.kind, file.path, self.deck.folder)
        if file.notes.items and not self.deck.diagnostics:
            self._plan_ids(file, plan)
            self._plan_gaps(file, plan)
        plan.edits += blank_edits(file.written, file.path, file.root, partial(self._is_same, file))
        if not plan.edits:
            return
        after = edited(file.written.raw, plan.edits)
        if _is_as_planned(file, after, plan):
            edits = tuple(sorted(plan.edits, key=lambda edit: (edit.offset, edit.length)))
            self.fixes.append(
                FileFix(path=file.path, real=file.real, before=file.written.raw, after=after, edits=edits)
            )
        else:
            self.diagnostics.append(_unfixable(file.path))

    def _plan_ids(self, file: DeckFile, plan: _Plan) -> None:
        for new in new_ids(file.written, file.notes, self.taken):
            plan.edits.append(new.edit)
            plan.texts["notes", new.number, "id"] = new.id
            entry = self.deck.released.notes.get(new.wish)
            if entry and not entry.gone and entry.id not in self.deck.ids:
                self.diagnostics.append(_lost_id(file.path, file.notes.items[new.number], entry.id))

    def _plan_gaps(self, file: DeckFile, plan: _Plan) -> None:
        for number, note in enumerate(file.notes.items):
            if isinstance(note, Mapping):
                fields = self.deck.gap_fields if "fields" in note.values else {}
                shipped = self.deck.shipped(note)
                for place, found in numbered_gaps(file.written, note, fields, shipped, self.media):
                    plan.edits += found.edits
                    plan.texts["notes", number, *place] = found.value

    def _is_same(self, file: DeckFile, place: Place, before: str, after: str) -> bool:
        return _is_markdown(file, place) and shows_the_same(before, after, self.media)


def _is_markdown(file: DeckFile, place: Place) -> bool:
    """Whether nothing but a field is made of a text: by the text of a choice, the choices are put in order."""
    match place:
        case ("notes", int(number), "answer"):
            note = file.notes.items[number]
            return isinstance(note, Mapping) and "choices" not in note.values
        case ("notes", int(), "question" | "cloze" | "explanation"):
            return True
        case ("notes", int(), "fields", str()) | ("notes", int(), "choices", int(), "why"):
            return True
    return False


def _is_as_planned(file: DeckFile, after: str, plan: _Plan) -> bool:
    """Whether the edits change what they are meant to and nothing else, read as any file is."""
    tree, problems = read_tree(WrittenText(after).text, file.path)
    found = set()
    for place, before, now in differences(file.root, tree.root):
        planned = plan.texts.get(place)
        if planned is not None:
            found.add(place)
        if not (is_trimmed(before, now) if planned is None else _is_now(now, planned)):
            return False
    return not problems and found == plan.texts.keys()


def _is_now(node: Node | None, planned: str) -> bool:
    if not isinstance(node, Text):
        return False
    return node.value == planned or (is_block(node) and same_but_for_blanks(node.value, planned))


def _lost_id(path: Path, note: Node, note_id: str) -> Diagnostic:
    return Diagnostic(
        path=path,
        line=note.line,
        column=note.column,
        rule="lost-id",
        message=f"{quoted(note_id)} was released and is no longer in the deck, and this note could be it",
        hint=f"if it is, write `id: {note_id}`: with another id students get it twice, the second time without reviews",
        severity=Severity.WARNING,
    )


def _unfixable(path: Path) -> Diagnostic:
    return Diagnostic(
        path=path,
        line=1,
        column=1,
        rule="unfixable-file",
        message="this file is left as it is, because more would change than what is missing",
        hint="write ids and numbers of gaps yourself; `deckbuilder check` says where",
    )
