"""What `write` wrote, `read` reads: nothing that Anki stores is lost between the two."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from builder.anki.read import read_package
from builder.anki.write import write_package
from builder.build import assemble
from builder.compiler.deck import compile_deck
from builder.core.diagnostics import has_errors
from builder.core.package import AnkiNote, Package
from builder.ledger import EMPTY
from tests.anki_real.forms import write_every_form
from tests.decks import notes_yaml
from tests.packages.forge import legacy, legacy_database, write_zip
from tests.releases.author import FIRST, SECOND, Author, question

SCIATICA = Path(__file__).parents[2] / "decks" / "sciatica"


def as_stored(package: Package) -> Package:
    """`package` as `read_package` gives it: with Anki's ids for our keys, and without what only we know."""
    keys = {note_type.key: str(note_type.id) for note_type in package.note_types}
    note_types = sorted(package.note_types, key=lambda note_type: note_type.id)
    with_cards = [note for note in package.notes if note.cards]
    without = sorted((note for note in package.notes if not note.cards), key=lambda note: note.created)

    def stored(note: AnkiNote) -> AnkiNote:
        deck = note.deck if note.cards else ""
        return replace(note, note_type=keys[note.note_type], deck=deck, audience="", media=(), retired=False)

    return Package(
        deck_id="",
        deck_name=package.deck_name,
        description=package.description,
        note_types=tuple(replace(note_type, key=str(note_type.id)) for note_type in note_types),
        note_type_times={keys[key]: time for key, time in package.note_type_times.items()},
        notes=tuple(map(stored, [*with_cards, *without])),
        media=(),
    )


def check_round_trip(package: Package, path: Path) -> None:
    """Asserts that what is written is read, media included."""
    write_package(package, path)
    stored = read_package(path)
    assert stored.package == as_stored(package)
    assert stored.media_names == tuple(sorted(file.name for file in package.media))
    for file in package.media:
        assert stored.media(file.name) == file.path.read_bytes()


def test_every_form_comes_back(author: Author, tmp_path: Path) -> None:
    """Notes of every form, in several subdecks, with tags, pictures, sounds and note types of the author's own."""
    write_every_form(author)
    author.notes(question("deeper"), file="more.yaml", head="deck: Loops::Fixed\ntags: [Loops]\n")
    package = assemble(author.compile(), EMPTY, EMPTY, FIRST, "2026.11")
    assert len(package.note_types) > 3
    assert package.media
    assert len({note.deck for note in package.notes}) > 1
    check_round_trip(package, tmp_path / "forms.apkg")


def test_sciatica_comes_back(tmp_path: Path) -> None:
    """The shipped deck, with each of its editions."""
    compiled, diagnostics = compile_deck(SCIATICA)
    assert compiled is not None
    assert not has_errors(diagnostics)
    package = assemble(compiled, EMPTY, EMPTY, FIRST, "2026.11")
    assert len(package.notes) > 100
    check_round_trip(package, tmp_path / "everything.apkg")
    for audience in compiled.deck.audiences:
        check_round_trip(package.edition(audience), tmp_path / f"{audience}.apkg")


def test_a_note_without_cards_comes_last(author: Author, tmp_path: Path) -> None:
    """A retired note is shipped without cards: it has no place in the order, and no deck."""
    author.notes(question("one"), question("two"), question("three"))
    package = assemble(author.compile(), EMPTY, EMPTY, FIRST, "")
    notes = tuple(replace(note, cards=()) if note.id == "one" else note for note in package.notes)
    check_round_trip(replace(package, notes=notes), tmp_path / "retired.apkg")
    stored = read_package(tmp_path / "retired.apkg").package
    assert [(note.id, note.deck) for note in stored.notes] == [("two", "Knots"), ("three", "Knots"), ("one", "")]


def test_released_twice_the_order_stays_the_source_order(author: Author, tmp_path: Path) -> None:
    """A note put before others in the second release is read before them, though it was created later."""
    author.notes(question("one"), question("two"))
    author.release(FIRST)
    author.notes(question("new"), question("two"), question("one"))
    author.release(SECOND)
    stored = read_package(author.package()).package
    assert [note.id for note in stored.notes] == ["new", "two", "one"]


@pytest.mark.parametrize(
    ("names", "top", "description"),
    [
        (["Knots", "Knots::Loops"], "Knots", "of Knots"),
        (["Knots::Loops", "Knots::Bends"], "Knots", "of Knots"),
        (["Knots::Loops"], "Knots", "of Knots"),
        (["Sea::Knots::Loops", "Sea::Knots::Bends"], "Sea::Knots", "of Sea::Knots"),
        (["Sea::Ropes", "Sea::Sails"], "Sea", ""),
        (["Knots", "Knotted"], "", ""),
        (["Knots", "My deck"], "", ""),
    ],
)
def test_the_deck_is_the_one_above_all_others(names: list[str], top: str, description: str, tmp_path: Path) -> None:
    """The package's deck: the first level that all cards share, or the first below it that has a description."""
    described = {"Knots", "Sea::Knots", "Knots::Loops"}
    decks = {name: f"of {name}" if name in described else "" for name in ["Sea", "Knots", "Sea::Knots", *names]}
    ids = {name: str(number) for number, name in enumerate(decks, 20)}
    json = {ids[name]: {"id": int(ids[name]), "name": name, "desc": text} for name, text in decks.items()}
    cards = [
        f"INSERT INTO cards SELECT 100 + {ids[name]}, nid, {ids[name]}, ord, mod, usn, type, queue, due, ivl, factor,"
        " reps, lapses, left, odue, odid, flags, data FROM cards WHERE id = 2"
        for name in names
    ]
    database = legacy_database(*cards, "DELETE FROM cards WHERE id = 2", decks=json)
    package = read_package(write_zip(tmp_path / "decks.apkg", legacy(database))).package
    assert (package.deck_name, package.description) == (top, description)


def test_an_empty_package_comes_back(author: Author, tmp_path: Path) -> None:
    """A deck without a note has no cards to tell its name from."""
    author.write("notes.yaml", notes_yaml(question("one")))
    package = replace(assemble(author.compile(), EMPTY, EMPTY, FIRST, ""), notes=(), media=())
    write_package(package, tmp_path / "empty.apkg")
    stored = read_package(tmp_path / "empty.apkg").package
    assert (stored.deck_name, stored.description, stored.notes) == ("", "", ())
    assert stored.card_count == 0


def test_a_hundred_thousand_notes_are_read_in_seconds(author: Author, tmp_path: Path) -> None:
    """A guard against anything that grows faster than the notes: a healthy run takes two seconds and 200 MB."""
    author.notes(question("one", "Yes", "reverse: true", "tags: [Loops]"))
    package = assemble(author.compile(), EMPTY, EMPTY, FIRST, "")
    (note,) = package.notes
    notes = tuple(
        replace(
            note,
            guid=f"guid-{number}",
            fields=(f"Question {number}", "answer " * 40, *note.fields[2:]),
            created=note.created - number,
        )
        for number in range(100_000)
    )
    path = tmp_path / "large.apkg"
    write_package(replace(package, notes=notes), path)
    began = time.process_time()
    stored = read_package(path).package
    assert time.process_time() - began < 15
    assert [found.guid for found in stored.notes] == [one.guid for one in notes]
    assert stored.card_count == 200_000
