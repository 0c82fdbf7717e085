"""A student at work: a throw-away collection of real Anki, driven through Anki's own calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

pytest.importorskip("anki.collection", reason="what students are promised is shown with the anki package")

from anki.cards import Card
from anki.collection import Collection, ImportAnkiPackageRequest
from anki.consts import QUEUE_TYPE_SUSPENDED
from anki.errors import AnkiException
from anki.notes import Note
from anki.scheduler.v3 import CardAnswer
from anki.sound import TTSTag

RATINGS = {
    "again": CardAnswer.AGAIN,
    "hard": CardAnswer.HARD,
    "good": CardAnswer.GOOD,
    "easy": CardAnswer.EASY,
}
Rating = Literal["again", "hard", "good", "easy"]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What Anki says an import did, in notes; `other` is everything that is wrong in any other way."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicting: int = 0
    other: int = 0


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What a student must never lose of a card; `reviews` are its rows of the review log."""

    id: int
    deck: str
    type: int
    queue: int
    due: int
    interval: int
    ease: int
    repetitions: int
    lapses: int
    flag: int
    memory: str
    reviews: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a student sees of a note, and when it was changed last (seconds since 1970)."""

    fields: tuple[str, ...]
    tags: tuple[str, ...]
    modified: int


@dataclass(frozen=True, kw_only=True)
class Occlusion:
    """What Anki's mask editor opens: a picture's file and, by the number of the card, its masks."""

    file: str
    masks: dict[int, list[tuple[str, dict[str, str]]]]
    header: str
    back_extra: str
    hides_all: bool


class Student:
    """One collection. Notes are named by the author's id, which is a field of theirs; cards by their number from 1."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.collection = Collection(str(folder / "collection.anki2"))
        self._answered = 0

    def close(self) -> None:
        """Closes the collection."""
        self.collection.close()

    # importing

    def take(self, package: Path) -> Taken:
        """Imports a package with the options that Anki's dialogue starts with."""
        options = self.collection._backend.get_import_anki_package_presets()
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        log = self.collection.import_anki_package(request).log
        self.collection.models._clear_cache()  # the desktop app does so whenever a note type has changed
        rest = ("first_field_match", "missing_notetype", "missing_deck", "empty_first_field")
        return Taken(
            new=len(log.new),
            updated=len(log.updated),
            unchanged=len(log.duplicate),
            conflicting=len(log.conflicting),
            other=sum(len(getattr(log, name)) for name in rest),
        )

    # looking

    @property
    def counts(self) -> tuple[int, int]:
        """How many notes and cards there are."""
        return self.collection.note_count(), self.collection.card_count()

    def note(self, note_id: str) -> Note:
        """The only note with an id."""
        (found,) = self.collection.find_notes(f'"Note ID:{note_id}"')
        return self.collection.get_note(found)

    def card(self, note_id: str, number: int = 1) -> Card:
        """One card of a note."""
        (found,) = (card for card in self.note(note_id).cards() if card.ord == number - 1)
        return found

    def content(self) -> dict[str, Content]:
        """Every note by its id; fails when two have the same."""
        found = {}
        for note_id in self.collection.find_notes(""):
            note = self.collection.get_note(note_id)
            assert note["Note ID"] not in found, f"{note['Note ID']} is there twice"
            found[note["Note ID"]] = Content(fields=tuple(note.fields), tags=tuple(note.tags), modified=note.mod)
        return found

    def schedules(self) -> dict[tuple[str, int], Schedule]:
        """Every card by its note's id and its number."""
        assert self.collection.db is not None
        found = {}
        for card_id in self.collection.find_cards(""):
            card = self.collection.get_card(card_id)
            found[card.note()["Note ID"], card.ord + 1] = Schedule(
                id=card.id,
                deck=self.collection.decks.name(card.did),
                type=card.type,
                queue=card.queue,
                due=card.due,
                interval=card.ivl,
                ease=card.factor,
                repetitions=card.reps,
                lapses=card.lapses,
                flag=card.user_flag(),
                memory=str(card.memory_state),
                reviews=tuple(map(tuple, self.collection.db.all("select * from revlog where cid = ?", card_id))),
            )
        return found

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

    def note_type(self, name: str) -> dict[str, Any]:
        """The only note type whose name ends so."""
        (found,) = (n for n in self.collection.models.all_names_and_ids() if n.name.endswith(f": {name}"))
        note_type = self.collection.models.get(found.id)
        assert note_type is not None
        return note_type

    @property
    def decks(self) -> set[str]:
        """The names of all decks but Anki's own."""
        return {deck.name for deck in self.collection.decks.all_names_and_ids()} - {"Default"}

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
        return [*self._rendering_faults(), *self._media_faults(), *self._generation_faults()]

    def _rendering_faults(self) -> Iterator[str]:
        for card_id in self.collection.find_cards(""):
            card = self.collection.get_card(card_id)
            name = f"{card.note()['Note ID']} card {card.ord + 1}"
            try:
                rendered = self.collection._backend.render_existing_card(
                    card_id=card_id, browser=False, partial_render=False
                )
            except AnkiException as error:
                yield f"{name}: {error}"
                continue
            if rendered.is_empty:
                yield f"{name}: the front is blank"
            output = card.render_output(reload=True)
            for side, text in (("front", output.question_text), ("back", output.answer_text)):
                if "docs.ankiweb.net/templates/errors" in text:  # Anki links to it from every error it shows
                    yield f"{name}, {side}: {text}"
                for file in self.collection.media.files_in_str(card.note().mid, text):
                    if not self.collection.media.have(file):
                        yield f"{name}, {side}: {file} is missing"
            for sound in (*output.question_av_tags, *output.answer_av_tags):
                if isinstance(sound, TTSTag):
                    if not sound.field_text:
                        yield f"{name}: a voice has nothing to read"
                    continue
                file = getattr(sound, "filename", "")
                if not file or not self.collection.media.have(file):
                    yield f"{name}: {sound} cannot be played"

    def _media_faults(self) -> Iterator[str]:
        report = self.collection.media.check()
        yield from (f"{file} is missing" for file in report.missing)
        yield from (f"{file} is in the package and on no card" for file in report.unused)

    def _generation_faults(self) -> Iterator[str]:
        """Cards that Anki would remove as empty, or add once the student has edited their note."""
        for entry in self.collection.get_empty_cards().notes:
            yield f"{self.collection.get_note(entry.note_id)['Note ID']} has empty cards"
        before = set(self.schedules())
        notes = self.collection.find_notes("")
        self.collection._backend.after_note_updates(nids=notes, mark_notes_modified=False, generate_cards=True)
        yield from (f"{note_id} lacks its card {number}" for note_id, number in set(self.schedules()) - before)

    # acting

    def study(self, note_id: str, *ratings: Rating, card: int = 1) -> None:
        """Answers a card through the scheduler, once for each rating."""
        for rating in ratings or ("good",):
            current = self.card(note_id, card)
            current.start_timer()
            states = self.collection._backend.get_scheduling_states(current.id)
            answer = self.collection.sched.build_answer(card=current, states=states, rating=RATINGS[rating])
            # Anki moves the second answer of a millisecond on in its log alone, which Check Database may then mend.
            self._answered = answer.answered_at_millis = max(answer.answered_at_millis, self._answered + 1)
            self.collection.sched.answer_card(answer)

    def study_everything(self) -> None:
        """Answers every card, each in another way, so that no two schedules are alike."""
        ways: Sequence[tuple[Rating, ...]] = (("easy",), ("good", "good", "hard"), ("again", "good"), ("easy", "again"))
        for number, (note_id, card) in enumerate(sorted(self.schedules())):
            self.study(note_id, *ways[number % len(ways)], card=card)

    def fail_until_leech(self, note_id: str) -> None:
        """Forgets a card so often that Anki tags its note."""
        for _ in range(8):
            self.collection.sched.set_due_date([self.card(note_id).id], "0")
            self.study(note_id, "again")
        assert "leech" in self.note(note_id).tags

    def typing_is_right(self, note_id: str, typed: str) -> bool:
        """Whether Anki finds nothing to mark in what the student types, compared as the reviewer does it."""
        expected = self.note(note_id)["Typed"]
        marked = self.collection.compare_answer(expected, typed)
        return "typeBad" not in marked and "typeMissed" not in marked

    def edit(self, note_id: str, field: str, text: str) -> None:
        """Rewrites one field, as in the editor."""
        note = self.note(note_id)
        note[field] = text
        self.collection.update_note(note)

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

    def tag(self, note_id: str, tag: str) -> None:
        """Adds a tag, as in the browser."""
        self.collection.tags.bulk_add([self.note(note_id).id], tag)

    def restyle(self, name: str, css: str) -> None:
        """Adds styling to a note type, as in the card editor."""
        note_type = self.note_type(name)
        note_type["css"] += css
        self.collection.models.update_dict(note_type)

    def suspend(self, note_id: str, card: int = 1) -> None:
        """Suspends a card."""
        self.collection.sched.suspend_cards([self.card(note_id, card).id])
        assert self.card(note_id, card).queue == QUEUE_TYPE_SUSPENDED

    def flag(self, note_id: str, flag: int, card: int = 1) -> None:
        """Flags a card."""
        self.collection.set_user_flag_for_cards(flag, [self.card(note_id, card).id])

    def move(self, note_id: str, deck: str, card: int = 1) -> None:
        """Moves a card to a deck, made if need be."""
        identity = self.collection.decks.id(deck)
        assert identity is not None
        self.collection.set_deck([self.card(note_id, card).id], identity)

    def add_field(self, name: str, field: str) -> None:
        """Adds a field to a note type."""
        note_type = self.note_type(name)
        self.collection.models.add_field(note_type, self.collection.models.new_field(field))
        self.collection.models.update_dict(note_type)

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

    def delete(self, note_id: str) -> None:
        """Deletes a note with its cards."""
        self.collection.remove_notes([self.note(note_id).id])
