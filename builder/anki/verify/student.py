"""A folder into a student: a throw-away collection of real Anki, driven through Anki's own calls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Self

import anki.collection  # before the rest of anki, whose modules need each other
from anki.cards import Card, CardId
from anki.dbproxy import DBProxy
from anki.notes import Note, NoteId
from anki.scheduler.v3 import CardAnswer, Scheduler

RATINGS = {
    "again": CardAnswer.AGAIN,
    "hard": CardAnswer.HARD,
    "good": CardAnswer.GOOD,
    "easy": CardAnswer.EASY,
}
Rating = Literal["again", "hard", "good", "easy"]
_WAYS: Sequence[tuple[Rating, ...]] = (("easy",), ("good", "good", "hard"), ("again", "good"), ("easy", "again"))
_LAPSES = 8  # after which Anki, as it comes, calls a card a leech
_OTHER_OUTCOMES = ("first_field_match", "missing_notetype", "missing_deck", "empty_first_field")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What Anki says an import did, in notes; `other` is everything that is wrong in any other way.

    `conflicts` are the ids, in the package, of those that are `conflicting`.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicting: int = 0
    other: int = 0
    conflicts: tuple[int, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What a student must never lose of a card; `reviews` are its rows of the review log, `memory` is JSON."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a student sees of a note, and when it was changed last (seconds since 1970)."""

    fields: tuple[str, ...]
    tags: tuple[str, ...]
    modified: int


class Student:
    """One collection. Notes are named as `names` says, here by GUID; cards by their number from 1."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.collection = anki.collection.Collection(str(folder / "collection.anki2"))
        self._answered = 0
        self._ids: dict[str, NoteId] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the collection."""
        self.collection.close()

    def set_clock(self, note_times: dict[str, int], type_times: dict[str, int]) -> None:
        """Restarts Anki with notes and note types changed last at other moments (seconds since 1970).

        Anki knows no clock but the computer's, so what the student did is dated afterwards.
        """
        if not note_times and not type_times:
            return
        identities = [(time, self.note(name).id) for name, time in note_times.items()]
        self.database.executemany("update notes set mod = ? where id = ?", identities)
        types = [(time, self.note_type(name)["id"]) for name, time in type_times.items()]
        self.database.executemany("update notetypes set mtime_secs = ? where id = ?", types)
        self.collection.close()  # what Anki remembers of note types would overrule the file
        self.collection.reopen()
        self.collection.models._clear_cache()

    @property
    def database(self) -> DBProxy:
        """The collection's tables."""
        assert self.collection.db is not None
        return self.collection.db

    @property
    def _scheduler(self) -> Scheduler:
        assert isinstance(self.collection.sched, Scheduler)
        return self.collection.sched

    # importing

    def take(self, package: Path) -> Taken:
        """Imports a package with the options that Anki's dialogue starts with; raises AnkiException if Anki does."""
        options = self.collection._backend.get_import_anki_package_presets()
        request = anki.collection.ImportAnkiPackageRequest(package_path=str(package), options=options)
        log = self.collection.import_anki_package(request).log
        self._ids.clear()
        self.collection.models._clear_cache()  # the desktop app does so whenever a note type has changed
        return Taken(
            new=len(log.new),
            updated=len(log.updated),
            unchanged=len(log.duplicate),
            conflicting=len(log.conflicting),
            other=sum(len(getattr(log, name)) for name in _OTHER_OUTCOMES),
            conflicts=tuple(note.id.nid for note in log.conflicting),
        )

    # looking

    @property
    def counts(self) -> tuple[int, int]:
        """How many notes and cards there are."""
        return self.collection.note_count(), self.collection.card_count()

    @property
    def decks(self) -> set[str]:
        """The names of all decks but Anki's own."""
        return {deck.name for deck in self.collection.decks.all_names_and_ids()} - {"Default"}

    def note(self, name: str) -> Note:
        """The note with a GUID; raises KeyError."""
        if name not in self._ids:
            self._ids = {name: number for number, name in self.names().items()}
        return self.collection.get_note(self._ids[name])

    def names(self) -> dict[NoteId, str]:
        """What each note is called here, by its id."""
        return {NoteId(number): guid for number, guid in self.database.execute("select id, guid from notes")}

    def card(self, name: str, number: int = 1) -> Card:
        """One card of a note."""
        (found,) = (card for card in self.note(name).cards() if card.ord == number - 1)
        return found

    def note_type(self, name: str) -> dict[str, Any]:
        """The note type of a name; raises KeyError."""
        found = self.collection.models.by_name(name)
        if found is None:
            raise KeyError(name)
        return found

    def content(self) -> dict[str, Content]:
        """Every note by its name."""
        names = self.names()
        rows = self.database.execute("select id, flds, tags, mod from notes")
        return {
            names[number]: Content(fields=tuple(fields.split("\x1f")), tags=tuple(tags.split()), modified=modified)
            for number, fields, tags, modified in rows
        }

    def schedules(self) -> dict[tuple[str, int], Schedule]:
        """Every card by its note's name and its number."""
        reviews: dict[int, list[tuple[Any, ...]]] = {}
        for row in self.database.execute("select * from revlog order by id"):
            reviews.setdefault(row[1], []).append(tuple(row))
        decks = {deck.id: deck.name for deck in self.collection.decks.all_names_and_ids()}
        names = self.names()
        columns = "id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, flags, odue, odid, data"
        found = {}
        for row in self.database.execute(f"select {columns} from cards"):
            card, note, deck, number, kind, queue, due, interval, ease, repetitions, lapses, flag, *rest = row
            found[names[note], number + 1] = Schedule(
                id=card,
                deck=decks[deck],
                type=kind,
                queue=queue,
                due=due,
                interval=interval,
                ease=ease,
                repetitions=repetitions,
                lapses=lapses,
                flag=flag & 7,
                memory=json.dumps(rest),
                reviews=tuple(reviews.get(card, ())),
            )
        return found

    def blank(self) -> dict[str, tuple[int, ...]]:
        """The cards that show an error because nothing is left on their front: numbers by the note's name."""
        report, names = self.collection.get_empty_cards(), self.names()
        return {
            names[NoteId(entry.note_id)]: tuple(
                sorted(self.collection.get_card(CardId(card)).ord + 1 for card in entry.card_ids)
            )
            for entry in report.notes
        }

    # acting

    def study(self, name: str, *ratings: Rating, card: int = 1) -> None:
        """Answers a card through the scheduler, once for each rating."""
        for rating in ratings or ("good",):
            current = self.card(name, card)
            current.start_timer()
            states = self.collection._backend.get_scheduling_states(current.id)
            answer = self._scheduler.build_answer(card=current, states=states, rating=RATINGS[rating])
            # Anki moves the second answer of a millisecond on in its log alone, which Check Database may then mend.
            self._answered = answer.answered_at_millis = max(answer.answered_at_millis, self._answered + 1)
            self._scheduler.answer_card(answer)

    def study_everything(self, cards: Iterable[tuple[str, int]] = ()) -> None:
        """Answers every card, each in another way, so that schedules differ; in the order of `cards`, or by name."""
        for number, (name, card) in enumerate(cards or sorted(self.schedules())):
            self.study(name, *_WAYS[number % len(_WAYS)], card=card)

    def fail_until_leech(self, name: str, card: int = 1) -> None:
        """Forgets a card so often that Anki tags its note."""
        for _ in range(_LAPSES):
            self.collection.sched.set_due_date([self.card(name, card).id], "0")
            self.study(name, "again", card=card)

    def edit(self, name: str, field: str, text: str) -> None:
        """Rewrites one field, as in the editor."""
        note = self.note(name)
        note[field] = text
        self.collection.update_note(note)

    def tag(self, name: str, tag: str) -> None:
        """Adds a tag, as in the browser."""
        self.collection.tags.bulk_add([self.note(name).id], tag)

    def suspend(self, name: str, card: int = 1) -> None:
        """Suspends a card."""
        self.collection.sched.suspend_cards([self.card(name, card).id])

    def flag(self, name: str, flag: int, card: int = 1) -> None:
        """Flags a card."""
        self.collection.set_user_flag_for_cards(flag, [self.card(name, card).id])

    def move(self, name: str, deck: str, card: int = 1) -> None:
        """Moves a card to a deck, made if need be."""
        identity = self.collection.decks.id(deck)
        assert identity is not None
        self.collection.set_deck([self.card(name, card).id], identity)

    def rename_deck(self, old: str, new: str) -> None:
        """Renames a deck, and with it the decks below."""
        deck = self.collection.decks.id_for_name(old)
        assert deck is not None
        self.collection.decks.rename(deck, new)

    def restyle(self, name: str, css: str) -> None:
        """Adds styling to a note type, as in the card editor."""
        note_type = self.note_type(name)
        note_type["css"] += css
        self.collection.models.update_dict(note_type)

    def add_field(self, name: str, field: str) -> None:
        """Adds a field to a note type."""
        note_type = self.note_type(name)
        self.collection.models.add_field(note_type, self.collection.models.new_field(field))
        self.collection.models.update_dict(note_type)

    def delete(self, name: str) -> None:
        """Deletes a note with its cards."""
        self.collection.remove_notes([self.note(name).id])
        self._ids.clear()

    def delete_card(self, name: str, card: int = 1) -> None:
        """Deletes a card, and its note if it was the last."""
        self.collection.remove_cards_and_orphaned_notes([self.card(name, card).id])
        self._ids.clear()


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    """A folder for collections, which is gone afterwards, whatever happens."""
    with TemporaryDirectory(prefix="deckbuilder-verify-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
