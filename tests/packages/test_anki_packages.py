"""Packages that real Anki writes, read as Anki itself sees what is in them.

Today's Anki writes two of the three forms: `collection.anki21b`, and `collection.anki21` when asked to support older
versions. The oldest, `collection.anki2` alone, is made here from the second: it has the same database.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest

pytest.importorskip("anki.collection", reason="what Anki writes is shown with the anki package")

from anki.collection import Collection, ExportAnkiPackageOptions, ImportAnkiPackageRequest

from builder.anki.read import StoredPackage, read_package
from builder.core.note_types import NoteType, Template
from builder.core.package import AnkiNote, content_digest
from tests.anki_real.forms import write_every_form
from tests.anki_real.student import Student
from tests.packages.forge import write_zip
from tests.releases.author import FIRST, Author, question

FORMS = ("collection.anki2", "collection.anki21", "collection.anki21b")


def export(student: Student, path: Path, form: str, *, with_scheduling: bool = True) -> Path:
    """The whole collection as a package of one of `FORMS`."""
    options = ExportAnkiPackageOptions(
        with_scheduling=with_scheduling, with_deck_configs=True, with_media=True, legacy=form != FORMS[2]
    )
    student.collection.export_anki_package(out_path=str(path), options=options, limit=None)
    with ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    assert (FORMS[1] in entries, FORMS[2] in entries) == (form != FORMS[2], form == FORMS[2])
    if form == FORMS[0]:
        del entries["meta"]
        entries[FORMS[0]] = entries.pop(FORMS[1])
        write_zip(path, entries)
    return path


def note_types_of(collection: Collection) -> tuple[NoteType, ...]:
    """The note types that notes have, as Anki gives them."""
    found = []
    for note_type_id in sorted(collection.db.list("SELECT DISTINCT mid FROM notes")):
        model: Any = collection.models.get(note_type_id)
        is_occlusion = model.get("originalStockKind") == 6
        found.append(
            NoteType(
                key=str(note_type_id),
                name=model["name"],
                id=note_type_id,
                kind="occlusion" if is_occlusion else "cloze" if model["type"] else "normal",
                fields=tuple(one["name"] for one in model["flds"]),
                templates=tuple(Template(name=t["name"], front=t["qfmt"], back=t["afmt"]) for t in model["tmpls"]),
                css=model["css"],
            )
        )
    return tuple(found)


def note_of(collection: Collection, note_id: int) -> AnkiNote:
    """A note as Anki gives it, with the home of cards that are in a filtered deck."""
    note = collection.get_note(note_id)
    cards = sorted(note.cards(), key=lambda card: card.ord)
    fields, tags = tuple(note.fields), tuple(sorted(note.tags))
    return AnkiNote(
        id=dict(note.items()).get("Note ID") or note.guid,
        guid=note.guid,
        note_type=str(note.mid),
        deck=collection.decks.name(cards[0].odid or cards[0].did) if cards else "",
        fields=fields,
        tags=tags,
        cards=tuple(card.ord + 1 for card in cards),
        audience="",
        media=(),
        digest=content_digest(fields, tags),
        created=note.id,
        modified=note.mod,
    )


def check_as_anki(stored: StoredPackage, collection: Collection) -> None:
    """Asserts that notes, note types, times and media are what the collection holds."""
    package = stored.package
    assert package.note_types == note_types_of(collection)
    assert package.note_type_times == {
        one.key: collection.models.get(one.id)["mod"]  # type: ignore[index]
        for one in package.note_types
    }
    notes = {note_id: note_of(collection, note_id) for note_id in collection.find_notes("")}
    assert {note.created: note for note in package.notes} == notes
    assert package.card_count == collection.card_count()
    folder = Path(collection.media.dir())
    used = {name for name in (path.name for path in folder.iterdir()) if name in stored.media_names}
    assert set(stored.media_names) == used
    for name in stored.media_names:
        assert stored.media(name) == (folder / name).read_bytes()


@pytest.fixture
def taught(author: Author, new_student: Callable[[], Student]) -> Student:
    """A student who has imported a deck of every form and not touched it."""
    write_every_form(author)
    author.notes(question("deeper"), file="more.yaml", head="deck: Loops::Fixed\n")
    author.release(FIRST)
    student = new_student()
    student.take(author.package())
    return student


@pytest.mark.parametrize("form", FORMS)
def test_an_export_is_what_anki_holds(form: str, taught: Student, tmp_path: Path) -> None:
    """Each of the three forms: the notes in the order of study, their cards, decks, note types and media."""
    stored = read_package(export(taught, tmp_path / "out.apkg", form))
    check_as_anki(stored, taught.collection)
    package = stored.package
    assert package.deck_name == "Knots"
    assert package.description == taught.description("Knots") != ""
    assert len(stored.media_names) > 2
    by_position = taught.collection.db.list("SELECT nid FROM cards GROUP BY nid ORDER BY min(due)")
    assert [note.created for note in package.notes] == by_position


@pytest.mark.parametrize("form", FORMS)
def test_an_export_of_an_import_is_what_we_wrote(form: str, author: Author, taught: Student, tmp_path: Path) -> None:
    """Our package, imported by Anki and exported again, has the notes and note types that ours has."""
    ours = read_package(author.package())
    theirs = read_package(export(taught, tmp_path / "out.apkg", form))
    assert theirs.package.notes == ours.package.notes
    assert theirs.package.note_types == ours.package.note_types
    assert theirs.media_names == ours.media_names


@pytest.mark.parametrize("form", FORMS)
def test_what_a_student_did_is_read(form: str, taught: Student, tmp_path: Path) -> None:
    """Tags, edits, moved, suspended and studied cards, other decks and note types, and cards in a filtered deck."""
    collection = taught.collection
    taught.tag("basic", "mine::hard")
    taught.edit("maths", "Answer", "my own answer")
    taught.move("reverse", "My deck::Ropes", card=2)
    taught.move("cloze", "My deck")
    taught.suspend("typed")
    taught.study("table", "good")
    basic = collection.models.by_name("Basic")
    note = collection.new_note(basic)
    note.fields, note.tags = ["mine", "also\nmine"], ["b", "a"]
    collection.add_note(note, collection.decks.id("My deck"))
    filtered: Any = collection.sched.get_or_create_filtered_deck(deck_id=0)
    filtered.name = "Cram"
    del filtered.config.search_terms[1:]
    filtered.config.search_terms[0].search = '"Note ID:html" OR "Note ID:choices"'
    filtered.config.search_terms[0].limit = 9
    collection.sched.add_or_update_filtered_deck(filtered)
    assert "Cram" in {collection.decks.name(card.did) for card in taught.note("html").cards()}

    stored = read_package(export(taught, tmp_path / "out.apkg", form))

    check_as_anki(stored, collection)
    assert stored.package.deck_name == ""
    notes = {note.id: note for note in stored.package.notes}
    assert notes["basic"].tags[-1] == "mine::hard"
    assert notes["html"].deck == "Knots"
    assert notes["reverse"].deck == "Knots"
    assert notes["cloze"].deck == "My deck"
    assert stored.package.notes[-1].id == "table", "a note without new cards comes last"


@pytest.mark.parametrize("form", FORMS)
def test_cards_of_a_filtered_deck_without_scheduling(form: str, taught: Student, tmp_path: Path) -> None:
    """Without scheduling, Anki exports a filtered deck as a plain one, and its cards stay in it."""
    collection = taught.collection
    filtered: Any = collection.sched.get_or_create_filtered_deck(deck_id=0)
    filtered.name = "Cram"
    del filtered.config.search_terms[1:]
    filtered.config.search_terms[0].search = '"Note ID:html"'
    filtered.config.search_terms[0].limit = 9
    collection.sched.add_or_update_filtered_deck(filtered)
    stored = read_package(export(taught, tmp_path / "out.apkg", form, with_scheduling=False))
    notes = {note.id: note for note in stored.package.notes}
    assert (notes["html"].deck, notes["basic"].deck) == ("Cram", "Knots")


@pytest.mark.parametrize("form", FORMS)
def test_a_note_without_cards_is_read(form: str, taught: Student, tmp_path: Path) -> None:
    """A note whose cards were taken away has neither cards nor a deck."""
    taught.collection.db.execute("DELETE FROM cards WHERE nid = ?", taught.note("basic").id)
    stored = read_package(export(taught, tmp_path / "out.apkg", form))
    check_as_anki(stored, taught.collection)
    assert [(note.id, note.deck, note.cards) for note in stored.package.notes if not note.cards] == [("basic", "", ())]


@pytest.mark.parametrize("legacy", [True, False])
def test_a_whole_collection_is_read(legacy: bool, taught: Student, tmp_path: Path) -> None:
    """A `.colpkg` has the same layers, also the note types that no note has."""
    path = tmp_path / "all.colpkg"
    expected = read_package(export(taught, tmp_path / "out.apkg", FORMS[2]))
    taught.collection.export_collection_package(str(path), include_media=True, legacy=legacy)
    taught.collection.reopen(after_full_sync=False)
    stored = read_package(path)
    assert stored.package.notes == expected.package.notes
    assert stored.media_names == expected.media_names
    assert {one.name for one in stored.package.note_types} > {one.name for one in expected.package.note_types}


def test_a_large_export_is_read(author: Author, new_student: Callable[[], Student], tmp_path: Path) -> None:
    """Anki compresses large packages with several threads: what it writes then is still one zstd frame."""
    author.notes(question("only"))
    author.release(FIRST)
    student = new_student()
    student.take(author.package())
    collection = student.collection
    basic: Any = collection.models.by_name("Basic")
    for number in range(12):
        note = collection.new_note(basic)
        note.fields = [str(number), Random(number).randbytes(1_000_000).hex()]
        collection.add_note(note, collection.decks.id("Large"))
    path = export(student, tmp_path / "large.apkg", FORMS[2])
    check_as_anki(read_package(path), collection)


def test_a_package_is_only_read(author: Author, taught: Student, tmp_path: Path) -> None:
    """Reading changes no byte of a package, and Anki imports it afterwards as before."""
    path = export(taught, tmp_path / "out.apkg", FORMS[2])
    before = path.read_bytes()
    stored = read_package(path)
    stored.media(stored.media_names[0])
    assert path.read_bytes() == before
    shutil.copyfile(path, tmp_path / "copy.apkg")
    request = ImportAnkiPackageRequest(package_path=str(tmp_path / "copy.apkg"))
    assert not taught.collection.import_anki_package(request).log.new
