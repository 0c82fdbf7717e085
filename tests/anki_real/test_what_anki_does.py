"""What the promises rest on: how Anki imports with its default options. An Anki that fails here changes the design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from builder.anki.write import write_package
from builder.build import assemble
from builder.core.note_types import NoteType, Template
from builder.core.package import AnkiNote, Package
from builder.ledger import EMPTY
from tests.anki_real.student import Student, Taken
from tests.decks import SVG
from tests.releases.author import DAY, FIRST, NOW, Author, cloze, question


class Packages:
    """Packages of one deck, written without any ledger: every note and note type is dated as the test says."""

    def __init__(self, author: Author) -> None:
        self.author = author
        self.count = 0

    def at(self, now: int, change: Callable[[Package], Package] = lambda package: package) -> Path:
        """The deck with `now` as the time of everything, changed."""
        self.count += 1
        path = self.author.root / f"{self.count}.apkg"
        write_package(change(assemble(self.author.compile(), EMPTY, EMPTY, now, "1")), path)
        return path


@pytest.fixture
def packages(author: Author) -> Packages:
    """Packages of a deck with a question, a question asked both ways, and a text with two gaps."""
    author.notes(question("a", "Aye"), question("b", "Bee", "reverse: true"), cloze("c", "A {{c1::x}} or {{c2::y}}"))
    return Packages(author)


@pytest.fixture
def student(packages: Packages, student: Student) -> Student:
    """A student who holds the deck as of `FIRST`."""
    assert student.take(packages.at(FIRST)) == Taken(new=3)
    return student


def each_type(change: Callable[[NoteType], NoteType]) -> Callable[[Package], Package]:
    """Changes every note type of a package."""
    return lambda package: replace(package, note_types=tuple(map(change, package.note_types)))


def each_note(change: Callable[[AnkiNote], AnkiNote]) -> Callable[[Package], Package]:
    """Changes every note of a package."""
    return lambda package: replace(package, notes=tuple(map(change, package.notes)))


def styled(note_type: NoteType) -> NoteType:
    """The note type with something added to its styling."""
    return replace(note_type, css=note_type.css + "/* ours */")


# notes


@pytest.mark.parametrize(("now", "updated"), [(FIRST - 1, 0), (FIRST, 0), (FIRST + 1, 1)])
def test_only_a_newer_note_updates(
    author: Author, packages: Packages, student: Student, now: int, updated: int
) -> None:
    """Promise 3 rests on this: a text with the same or an older time is skipped, with a newer one it is taken."""
    author.edit("Aye", "Other")
    expected = Taken(updated=3) if updated else Taken(unchanged=3)
    assert student.take(packages.at(now)) == expected
    assert student.note("a")["Answer"] == ("Other" if updated else "Aye")


def test_a_newer_time_overwrites_everything_of_the_student(packages: Packages, student: Student) -> None:
    """Promise 2 rests on this: an unchanged note with a newer time overwrites the student's edit and tags."""
    student.edit("a", "Answer", "Mine")
    student.edit("a", "Explanation", "Mine too")
    student.tag("a", "mine")
    assert student.take(packages.at(NOW + DAY)) == Taken(updated=3)
    assert (student.note("a")["Answer"], student.note("a")["Explanation"], student.note("a").tags) == ("Aye", "", [])


def test_a_missing_note_stays(author: Author, packages: Packages, student: Student) -> None:
    """Promise 1 rests on this: a note that is no longer in the package stays with the student."""
    author.notes(question("a", "Aye"))
    assert student.take(packages.at(FIRST)) == Taken(unchanged=1)
    assert student.counts == (3, 5)


def test_a_note_is_found_by_guid(packages: Packages, student: Student) -> None:
    """Promise 1 rests on this: another note id with the same GUID is the same note."""
    moved = each_note(lambda note: replace(note, created=note.created - 1_000_000))
    assert student.take(packages.at(FIRST, moved)) == Taken(unchanged=3)
    assert student.counts == (3, 5)


def test_another_note_type_conflicts(packages: Packages, student: Student) -> None:
    """Promise 6 rests on this: a note whose note type changed never updates again."""

    def change(note: AnkiNote) -> AnkiNote:
        if note.id != "a":
            return note
        return replace(note, note_type="cloze", fields=("{{c1::a}}", *note.fields[1:11]))

    assert student.take(packages.at(NOW + DAY, each_note(change))) == Taken(updated=2, conflicting=1)
    assert student.note("a")["Answer"] == "Aye"


# note types


@pytest.mark.parametrize(("now", "arrives"), [(FIRST - 1, False), (FIRST, False), (FIRST + 1, True)])
def test_only_a_newer_style_arrives(packages: Packages, student: Student, now: int, arrives: bool) -> None:
    """Promise 3 rests on this: styling with the same or an older time is skipped, with a newer one it is taken."""
    student.take(packages.at(now, each_type(styled)))
    assert student.note_type("Question")["css"].endswith("/* ours */") == arrives


def a_field_more(note_type: NoteType) -> NoteType:
    """The note type with another field at its end."""
    return replace(note_type, fields=(*note_type.fields, "More"))


def a_field_less(note_type: NoteType) -> NoteType:
    """The note type without its last field."""
    return replace(note_type, fields=note_type.fields[:-1])


def fields_swapped(note_type: NoteType) -> NoteType:
    """The note type with its last two fields swapped."""
    return replace(note_type, fields=(*note_type.fields[:-2], note_type.fields[-1], note_type.fields[-2]))


def a_template_more(note_type: NoteType) -> NoteType:
    """The note type with another template at its end, unless it is for gaps."""
    more = Template(name="More", front="{{Note ID}}", back="{{Note ID}}")
    return note_type if note_type.kind == "cloze" else replace(note_type, templates=(*note_type.templates, more))


@pytest.mark.parametrize("change", [a_field_more, a_field_less, fields_swapped, a_template_more])
def test_another_schema_conflicts(
    author: Author, packages: Packages, student: Student, change: Callable[[NoteType], NoteType]
) -> None:
    """Promise 6 rests on this: a field or template added, removed or moved stops every note of that type."""
    author.edit("Aye", "Other")

    def changed(package: Package) -> Package:
        package = each_type(change)(package)
        lengths = {note_type.key: len(note_type.fields) for note_type in package.note_types}
        return each_note(lambda note: replace(note, fields=(*note.fields, "")[: lengths[note.note_type]]))(package)

    questions = Taken(updated=1, conflicting=2) if change is a_template_more else Taken(conflicting=3)
    assert student.take(packages.at(NOW + DAY, changed)) == questions
    assert student.note("a")["Answer"] == "Aye"


def test_a_field_of_the_student_conflicts(author: Author, packages: Packages, student: Student) -> None:
    """Promise 6 excludes this: once a student adds a field of their own, no note of that type updates."""
    student.add_field("Question", "Mine")
    author.edit("Aye", "Other")
    assert student.take(packages.at(NOW + DAY)) == Taken(updated=1, conflicting=2)


# cards


def test_a_card_less_stays_and_shows_an_error(author: Author, packages: Packages, student: Student) -> None:
    """Promise 6 rests on this: a card that disappears stays and shows an error, until the student runs Empty Cards."""
    author.edit("\n    reverse: true", "")
    author.edit("{{c2::y}}", "y")
    assert student.take(packages.at(NOW + DAY)) == Taken(updated=3)
    assert student.counts == (3, 5)
    assert {"b card 2: the front is blank", "c card 2: the front is blank"} <= set(student.faults())
    student.empty_cards()
    assert student.counts == (3, 3)
    assert student.faults() == []


# decks


def test_cards_stay_in_their_deck(author: Author, packages: Packages, student: Student) -> None:
    """Promise 6 rests on this: neither the package's deck nor a student's own order of decks moves a card."""
    student.move("a", "Mine")
    author.edit("notes:", "deck: Sub\nnotes:")
    assert student.take(packages.at(NOW + DAY)) == Taken(updated=3)
    assert {deck.deck for deck in student.schedules().values()} == {"Mine", "Knots"}


def test_a_description_overwrites_unless_empty(author: Author, packages: Packages, student: Student) -> None:
    """Promise 6 does not cover this: the description is ours, even with an older time; an empty one is not taken."""
    student.describe("Knots", "Mine")
    student.take(packages.at(FIRST, lambda package: replace(package, description="")))
    assert student.description("Knots") == "Mine"
    student.take(packages.at(FIRST))
    assert "what they are for" in student.description("Knots")


# media


def test_media_of_the_same_name_are_renamed(author: Author, packages: Packages, student: Student) -> None:
    """Promise 3 rests on this: other bytes under the same name get another name, and only updated notes see them."""
    author.notes(question("a", "'![a](media/knot.svg)'"))
    student.take(packages.at(NOW + DAY))
    (before,) = student.files_of("a")
    other = author.deck / "media" / "other.svg"
    other.write_bytes(SVG.replace(b'r="3"', b'r="2"'))
    changed = author.compile().media[0]

    def same_name(package: Package) -> Package:
        import hashlib

        return replace(
            package, media=(replace(changed, path=other, sha256=hashlib.sha256(other.read_bytes()).hexdigest()),)
        )

    student.take(packages.at(NOW + DAY, same_name))
    assert student.files_of("a") == [before]
    assert student.read_file(before) == SVG
    student.take(packages.at(NOW + 2 * DAY, same_name))
    (after,) = student.files_of("a")
    assert before != after
    assert b'r="2"' in student.read_file(after)


# texts


def test_texts_are_normalised_and_control_characters_dropped(packages: Packages, student: Student) -> None:
    """Promise 5 rests on this: Anki holds composed characters (NFC) and no control characters but tab and newline."""
    written = each_note(
        lambda note: replace(note, fields=("e\u0301 \x07\x7f\t\n.", *note.fields[1:]), tags=("e\u0301", "T", "t"))
    )
    student.take(packages.at(NOW + DAY, written))
    assert student.note("a")["Question"] == "\xe9 \t\n."
    assert [tag.lower() for tag in student.note("a").tags] == ["t", "\xe9"]


def test_deck_names_are_cleaned(packages: Packages, student: Student) -> None:
    """Promise 5 rests on this: deck names are composed (NFC) too, without control characters or colons at an end."""
    names = {"e\u0301": "\xe9", "a\nb": "ab", ":c": "c", "d:": "d", "E:::F": "E::F"}
    for written, held in names.items():
        student.take(packages.at(NOW + DAY, partial(in_deck, name=written)))
        assert held in student.decks


def test_deck_names_know_no_capitals(packages: Packages, student: Student) -> None:
    """Promise 5 rests on this: of two decks in one package whose names differ in capitals alone, one is renamed."""

    def two_decks(package: Package) -> Package:
        first, second, third = package.notes
        return replace(package, notes=(replace(first, deck="Sub"), replace(second, deck="sub"), third))

    student.take(packages.at(FIRST, lambda package: two_decks(in_deck(package, "Other"))))
    held = [deck for deck in student.decks if deck.lower().startswith("sub")]
    assert len(held) == 2
    assert set(held) != {"Sub", "sub"}


def in_deck(package: Package, name: str) -> Package:
    """The package as notes of another author, in a deck of that name."""
    notes = tuple(replace(note, guid=f"{name}-{note.guid}", deck=name) for note in package.notes)
    return replace(package, notes=notes)
