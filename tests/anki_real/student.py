"""A student at work, as tests name notes: by the author's id, which is a field of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("anki.collection", reason="what students are promised is shown with the anki package")

from anki.notes import NoteId

from builder.anki.verify import student
from builder.anki.verify.rendering import EMPTY_CARD, MISSING_CARD, MISSING_MEDIA, Fault, faults
from builder.anki.verify.student import RATINGS, Content, Rating, Schedule, Taken

__all__ = ["RATINGS", "Content", "Occlusion", "Rating", "Schedule", "Student", "Taken"]


@dataclass(frozen=True, kw_only=True)
class Occlusion:
    """What Anki's mask editor opens: a picture's file and, by the number of the card, its masks."""

    file: str
    masks: dict[int, list[tuple[str, dict[str, str]]]]
    header: str
    back_extra: str
    hides_all: bool


class Student(student.Student):
    """One collection. Notes are named by the author's id, note types by how their names end."""

    # looking

    def names(self) -> dict[NoteId, str]:
        """The author's id of each note; fails when two have the same."""
        found = {number: self.collection.get_note(number)["Note ID"] for number in self.collection.find_notes("")}
        assert len(set(found.values())) == len(found), "a note is there twice"
        return dict(found)

    def note_type(self, name: str) -> dict[str, Any]:
        """The only note type whose name ends so."""
        (found,) = (n for n in self.collection.models.all_names_and_ids() if n.name.endswith(f": {name}"))
        return super().note_type(found.name)

    def files_of(self, note_id: str) -> list[str]:
        """The pictures and sounds that a note names, as often as it names them."""
        note = self.note(note_id)
        return [file for text in note.fields for file in self.collection.media.files_in_str(note.mid, text)]

    def read_file(self, file: str) -> bytes:
        """The bytes of a picture or sound."""
        return Path(self.collection.media.dir(), file).read_bytes()

    def sides(self, note_id: str, number: int = 1) -> tuple[str, str]:
        """Front and back of a card as Anki renders them, without the styling."""
        card = self.card(note_id, number)
        front, back = (side.rsplit("</style>", 1)[1] for side in (card.question(), card.answer()))
        return front, back

    def occlusion(self, note_id: str) -> Occlusion:
        """A note as Anki's mask editor opens it; fails when the note is none of that kind."""
        response = self.collection._backend.get_image_occlusion_note(note_id=self.note(note_id).id)
        assert response.WhichOneof("value") == "note", response.error
        note = response.note
        assert note.image_data == self.read_file(note.image_file_name)
        return Occlusion(
            file=note.image_file_name,
            masks={
                one.ordinal: [(shape.shape, {p.name: p.value for p in shape.properties}) for shape in one.shapes]
                for one in note.occlusions
            },
            header=note.header,
            back_extra=note.back_extra,
            hides_all=note.occlude_inactive,
        )

    def note_type_times(self) -> dict[str, int]:
        """When each note type was changed last, by its name."""
        return {note_type["name"]: note_type["mod"] for note_type in self.collection.models.all()}

    def deck(self, name: str) -> dict[str, Any]:
        """A deck."""
        found = self.collection.decks.by_name(name)
        assert found is not None
        return found

    def description(self, deck: str) -> str:
        """What a deck's page says."""
        return str(self.deck(deck)["desc"])

    def study_order(self, deck: str) -> list[str]:
        """The ids of the new cards' notes, as the scheduler shows them one after the other."""
        identity = self.deck(deck)["id"]
        config = self.collection.decks.config_dict_for_deck_id(identity)
        config["new"]["perDay"] = 9999
        self.collection.decks.update_config(config)
        self.collection.decks.select(identity)
        queued = self.collection.sched.get_queued_cards(fetch_limit=9999)
        return [self.collection.get_note(entry.card.note_id)["Note ID"] for entry in queued.cards]

    # what a review shows

    def faults(self) -> list[str]:
        """Every template error, blank side, card without content and missing file, over all cards and both sides."""
        return list(map(_said, faults(self)))

    # acting

    def typing_is_right(self, note_id: str, typed: str) -> bool:
        """Whether Anki finds nothing to mark in what the student types, compared as the reviewer does it."""
        expected = self.note(note_id)["Typed"]
        marked = self.collection.compare_answer(expected, typed)
        return "typeBad" not in marked and "typeMissed" not in marked

    def edit_masks(self, note_id: str, masks: str) -> None:
        """Draws masks, as in Anki's mask editor; the rest stays."""
        note = self.note(note_id)
        self.collection._backend.update_image_occlusion_note(
            note_id=note.id,
            occlusions=masks,
            header=note["Header"],
            back_extra=note["Back Extra"],
            tags=note.tags,
        )

    def stock_occlusion(self) -> dict[str, Any]:
        """Anki's own note type for image occlusion, which it adds when somebody opens its mask editor."""
        self.collection._backend.add_image_occlusion_notetype()
        note_type = self.collection.models.by_name("Image Occlusion")
        assert note_type is not None
        return note_type

    def check_database(self) -> None:
        """Runs Tools > Check Database."""
        report, is_ok = self.collection.fix_integrity()
        assert is_ok, report
        self.collection.models._clear_cache()

    def describe(self, deck: str, description: str) -> None:
        """Writes a deck's description."""
        found = self.deck(deck)
        found["desc"] = description
        self.collection.decks.update_dict(found)

    def make_preset(self, deck: str, name: str, new_per_day: int) -> None:
        """Gives a deck options of its own."""
        found = self.deck(deck)
        config = self.collection.decks.add_config(name)
        config["new"]["perDay"] = new_per_day
        self.collection.decks.update_config(config)
        self.collection.decks.set_config_id_for_deck_dict(found, config["id"])

    def preset(self, deck: str) -> tuple[str, int]:
        """The name of a deck's options, and how many new cards a day they give."""
        config = self.collection.decks.config_dict_for_deck_id(self.deck(deck)["id"])
        return config["name"], config["new"]["perDay"]

    def empty_cards(self) -> None:
        """Runs Tools > Empty Cards."""
        empty = [card for note in self.collection.get_empty_cards().notes for card in note.card_ids]
        self.collection.remove_cards_and_orphaned_notes(empty)

    def lose_file(self, file: str) -> None:
        """Deletes a picture or sound."""
        self.collection.media.trash_files([file])


def _said(fault: Fault) -> str:
    if fault.rule == MISSING_CARD:
        return f"{fault.name} lacks its card {fault.card}"
    if fault.rule == EMPTY_CARD:
        return f"{fault.name} {fault.words}"
    if fault.rule == MISSING_MEDIA and not fault.card:
        return fault.words
    return f"{fault.name} card {fault.card}{f', {fault.side}' if fault.side else ''}: {fault.words}"
