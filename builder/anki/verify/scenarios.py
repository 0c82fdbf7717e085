"""What each student does between two releases: the registry of all students, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from math import ceil

from builder.anki.verify.snapshot import Note, Snapshot
from builder.anki.verify.student import Student

WORDS = " (my own words)"
TAG = "my::own"
STYLING = "\n.card { color: navy; }\n"
FIELD = "My field"
DECK = "My own deck"
_FEW = 6
_MASKS = "image-occlusion:"


class When(Enum):
    """When Anki recorded what the student did."""

    BETWEEN = "between the two releases"
    LATER = "an hour after the new release"
    AHEAD = "an hour before the new release, by a clock two hours ahead"
    BEHIND = "an hour before the new release, by a clock two hours behind"


class Holds(Enum):
    """Which package the student holds, and so which students there are."""

    LAST = "the last of the older packages"
    OTHER = "another edition, of the release of the last older package"
    SKIPS = "the oldest package, and takes the new one over it"
    EACH = "the oldest package, and takes every later one in turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a student meets: what they `hold`, and the notes in it that a later release changed, by GUID."""

    hold: Snapshot
    changed: frozenset[str]

    def some(self, share: int = 1) -> tuple[str, ...]:
        """A few of the notes with cards that the release changes, and a few others, by GUID.

        `share` is 1 or 2, which have no note in common.
        """
        with_cards = [guid for guid, cards in self.hold.cards.items() if cards]
        changed = [guid for guid in with_cards if guid in self.changed]
        others = [guid for guid in with_cards if guid not in self.changed]
        return (*_spread(changed, share), *_spread(others, share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A student: what they are called, what they do, and how that is done in Anki."""

    name: str
    did: str
    act: Callable[[Student, Stage], None]
    when: When = When.BETWEEN
    holds: Holds = Holds.LAST
    has_studied: bool = True


def _spread(guids: list[str], share: int) -> list[str]:
    """At most a few of them, and at most every second, from all over the list."""
    return guids[share - 1 :: max(2, ceil(len(guids) / _FEW))]


def edited_field(note: Note, names: tuple[str, ...]) -> str:
    """The field that students edit: the one with the most text; masks of a picture are none."""
    sizes = [0 if _MASKS in text else len(text) for text in note.content.fields]
    return names[sizes.index(max(sizes))]


def nothing(student: Student, stage: Stage) -> None:
    """Whoever has imported the deck and does not look at it, or only studies."""


def edit(student: Student, stage: Stage, guids: tuple[str, ...]) -> None:
    """Adds own words to a field of each note."""
    for guid in guids:
        note = stage.hold.notes[guid]
        field = edited_field(note, stage.hold.note_types[note.note_type].fields)
        student.edit(guid, field, student.note(guid)[field] + WORDS)


def edit_every_note(student: Student, stage: Stage) -> None:
    """Edits all notes that have a card to study."""
    edit(student, stage, tuple(guid for guid, cards in stage.hold.cards.items() if cards))


def edit_and_tag_some(student: Student, stage: Stage) -> None:
    """Edits some notes, and tags these and some others."""
    edit(student, stage, stage.some())
    for guid in {*stage.some(), *stage.some(2)}:
        student.tag(guid, TAG)


def get_leeches(student: Student, stage: Stage) -> None:
    """Forgets some cards until Anki suspends them and tags their notes."""
    for guid in stage.some():
        student.fail_until_leech(guid, stage.hold.cards[guid][0])


def restyle(student: Student, stage: Stage) -> None:
    """Adds styling to every note type."""
    for note_type in stage.hold.note_types.values():
        student.restyle(note_type.name, STYLING)


def add_a_field(student: Student, stage: Stage) -> None:
    """Adds a field to the note type that most notes have."""
    used = [note.note_type for note in stage.hold.notes.values()]
    for most in sorted(stage.hold.note_types, key=used.count, reverse=True)[:1]:
        student.add_field(stage.hold.note_types[most].name, FIELD)


def suspend_and_flag(student: Student, stage: Stage) -> None:
    """Suspends every third card, and flags all but every eighth in Anki's seven colours."""
    for place, (guid, number) in enumerate(stage.hold.schedules):
        if place % 3 == 0:
            student.suspend(guid, number)
        if place % 8:
            student.flag(guid, place % 8, number)


def delete_some(student: Student, stage: Stage) -> None:
    """Deletes some notes, and one card of some others that have several."""
    gone = stage.some()
    for guid in gone:
        student.delete(guid)
    several = [guid for guid, cards in stage.hold.cards.items() if len(cards) > 1 and guid not in gone]
    for guid in several[:_FEW]:
        student.delete_card(guid, stage.hold.cards[guid][-1])


def move_and_rename(student: Student, stage: Stage) -> None:
    """Moves every second card into an own deck, and renames the deck that they came in."""
    for guid, number in list(stage.hold.schedules)[::2]:
        student.move(guid, DECK, number)
    for deck in sorted({schedule.deck.split("::")[0] for schedule in stage.hold.schedules.values()}):
        student.rename_deck(deck, f"My {deck}")


SCENARIOS = (
    Scenario(name="never studied", did="imported the deck and did nothing", act=nothing, has_studied=False),
    Scenario(name="studied everything", did="answered every card, each in another way", act=nothing),
    Scenario(name="edited every note", did="added words to a field of every note", act=edit_every_note),
    Scenario(name="edited and tagged some", did="edited some notes and tagged some", act=edit_and_tag_some),
    Scenario(name="got leeches", did="forgot some cards until Anki tagged them as leeches", act=get_leeches),
    Scenario(name="restyled before", did="styled every note type before the release", act=restyle),
    Scenario(
        name="restyled after",
        did="styled every note type after the release, then imported it",
        act=restyle,
        when=When.LATER,
    ),
    Scenario(name="added a field", did="added a field to the note type of most notes", act=add_a_field),
    Scenario(name="suspended and flagged", did="suspended a third of the cards and flagged most", act=suspend_and_flag),
    Scenario(name="deleted notes and cards", did="deleted some notes, and one card of some others", act=delete_some),
    Scenario(
        name="moved and renamed",
        did="moved half of the cards into an own deck and renamed the old one",
        act=move_and_rename,
    ),
    Scenario(
        name="other edition",
        did="studied another edition, and edited and tagged some notes",
        act=edit_and_tag_some,
        holds=Holds.OTHER,
    ),
    Scenario(
        name="skipped releases",
        did="edited and tagged some notes of the oldest package, then took the new one",
        act=edit_and_tag_some,
        holds=Holds.SKIPS,
    ),
    Scenario(
        name="took every release",
        did="edited and tagged some notes of the oldest package, then took every later one",
        act=edit_and_tag_some,
        holds=Holds.EACH,
    ),
    Scenario(
        name="clock two hours ahead",
        did="edited and tagged some notes an hour before the release, by a clock two hours ahead",
        act=edit_and_tag_some,
        when=When.AHEAD,
    ),
    Scenario(
        name="clock two hours behind",
        did="edited and tagged some notes an hour before the release, by a clock two hours behind",
        act=edit_and_tag_some,
        when=When.BEHIND,
    ),
)
