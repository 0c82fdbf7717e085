"""Packages by other programs, and the shapes of them that today's Anki no longer writes but still reads."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED

import genanki
import pytest

from builder.anki.read import read_package
from builder.core.note_types import NoteType, Template
from tests.decks import PNG
from tests.packages.forge import DECK, MODEL, field, latest, latest_database, legacy, legacy_database, write_zip

SHA1 = bytes.fromhex("0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33")  # of b"foo"


def test_what_genanki_writes_is_read(tmp_path: Path) -> None:
    """Two decks, two note types and a picture by genanki: note type ids are texts there, and all positions are 0."""
    basic = genanki.Model(
        1607392319,
        "Simple",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[
            {"name": "Card 1", "qfmt": "{{Question}}", "afmt": "{{Answer}}"},
            {"name": "Card 2", "qfmt": "{{Answer}}", "afmt": "{{Question}}"},
        ],
        css=".card {color: red}",
    )
    cloze = genanki.Model(
        1607392320,
        "Gaps",
        fields=[{"name": "Text"}],
        templates=[{"name": "Cloze", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}"}],
        model_type=genanki.Model.CLOZE,
    )
    loops = genanki.Deck(2059400110, "Knots::Loops", "Loops hold")
    bends = genanki.Deck(2059400111, "Knots::Bends")
    loops.add_note(genanki.Note(basic, ["Bowline?", '<img src="knot.png">'], tags=["b", "a"], guid="one"))
    bends.add_note(genanki.Note(cloze, ["A {{c1::sheet}} {{c3::bend}}"], guid="two"))
    (tmp_path / "knot.png").write_bytes(PNG)
    package = genanki.Package([loops, bends], media_files=[str(tmp_path / "knot.png")])
    package.write_to_file(tmp_path / "genanki.apkg", timestamp=1_700_000_000)

    stored = read_package(tmp_path / "genanki.apkg")

    assert stored.media_names == ("knot.png",)
    assert stored.media("knot.png") == PNG
    assert stored.media("other.png") is None
    found = stored.package
    assert (found.deck_name, found.description) == ("Knots", "")
    assert found.note_types[0] == NoteType(
        key="1607392319",
        name="Simple",
        id=1607392319,
        kind="normal",
        fields=("Question", "Answer"),
        templates=(
            Template(name="Card 1", front="{{Question}}", back="{{Answer}}"),
            Template(name="Card 2", front="{{Answer}}", back="{{Question}}"),
        ),
        css=".card {color: red}",
    )
    assert [(one.name, one.kind) for one in found.note_types] == [("Simple", "normal"), ("Gaps", "cloze")]
    assert found.note_type_times == {"1607392319": 1_700_000_000, "1607392320": 1_700_000_000}
    by_guid = {note.guid: note for note in found.notes}
    one, two = by_guid["one"], by_guid["two"]
    assert (one.id, one.deck, one.tags, one.cards) == ("one", "Knots::Loops", ("a", "b"), (1, 2))
    assert (two.id, two.deck, two.tags, two.cards) == ("two", "Knots::Bends", (), (1, 3))
    assert two.fields == ("A {{c1::sheet}} {{c3::bend}}",)
    assert one.created > 1_600_000_000_000
    assert one.modified == 1_700_000_000


@pytest.mark.parametrize("entries", [legacy(legacy_database()), latest(latest_database())], ids=["legacy", "latest"])
@pytest.mark.parametrize("compression", [0, ZIP_DEFLATED], ids=["stored", "deflated"])
def test_both_forms_of_the_same_are_read_the_same(entries: dict[str, bytes], compression: int, tmp_path: Path) -> None:
    """What the tests of broken packages break is whole, and the two forms say the same."""
    package = read_package(write_zip(tmp_path / "good.apkg", entries, compression)).package
    (note,) = package.notes
    (note_type,) = package.note_types
    assert (note.id, note.fields, note.tags, note.cards) == ("guid-1", ("bowline", "a loop"), ("Loops",), (1,))
    assert (note.deck, note.note_type, note.created, note.modified) == ("Knots", "10", 1, 1_700_000_000)
    assert (note_type.name, note_type.fields, note_type.css) == ("Knot", ("Front", "Back"), ".card {}")
    assert note_type.templates == (Template(name="Card 1", front="{{Front}}", back="{{Back}}"),)
    assert package.note_type_times == {"10": 1_700_000_000}
    assert (package.deck_name, package.description) == ("Knots", "All knots")


def test_the_database_that_wins(tmp_path: Path) -> None:
    """Beside `collection.anki21` the `collection.anki2` only asks for a newer Anki; `meta` decides over both."""
    new, dummy = legacy_database(), legacy_database("UPDATE notes SET guid = 'dummy'")
    both = {"collection.anki2": dummy, "collection.anki21": new}
    for meta, guid in ((b"", "guid-1"), (field(1, 2), "guid-1"), (field(1, 1), "dummy")):
        entries = both | ({"meta": meta} if meta else {})
        package = read_package(write_zip(tmp_path / "both.apkg", entries)).package
        assert [note.guid for note in package.notes] == [guid]


def test_a_package_without_a_list_of_media(tmp_path: Path) -> None:
    """Older AnkiDroid left the list out when there was nothing to list."""
    path = write_zip(tmp_path / "old.apkg", {"collection.anki2": legacy_database()})
    assert read_package(path).media_names == ()


def test_media_of_the_latest_form(tmp_path: Path) -> None:
    """The place in the list is the entry's name, and the list has a checksum."""
    listed = field(1, field(1, b"b.txt") + field(2, 3) + field(3, SHA1))
    listed += field(1, field(1, "é.txt".encode()) + field(3, SHA1))
    path = write_zip(tmp_path / "media.apkg", latest(latest_database(), listed, _0=b"foo", _1=b"foo"))
    stored = read_package(path)
    assert stored.media_names == ("b.txt", "é.txt")
    assert stored.media("é.txt") == b"foo"


def test_a_list_of_media_with_a_gap(tmp_path: Path) -> None:
    """The older lists name their entries, in any order and with gaps; some begin with a byte order mark."""
    media = b'\xef\xbb\xbf{"7": "b.txt", "0": "a.txt"}'
    path = write_zip(tmp_path / "media.apkg", legacy(legacy_database(), media, _7=b"seven", _0=b"nought"))
    stored = read_package(path)
    assert {name: stored.media(name) for name in stored.media_names} == {"a.txt": b"nought", "b.txt": b"seven"}


def test_what_others_leave_out_or_write_in_another_way(tmp_path: Path) -> None:
    """Ids as texts, no CSS, no description, keys that Anki does not know, tags divided by wide spaces."""
    models = {"x": {**MODEL, "id": "10", "vers": [], "css": ""}}
    del models["x"]["css"]
    database = legacy_database(
        "UPDATE notes SET tags = '  b\u3000a  a '", models=models, decks={"y": {"id": "20", "name": "Knots"}}
    )
    package = read_package(write_zip(tmp_path / "other.apkg", legacy(database))).package
    assert package.note_types[0].css == package.description == ""
    assert package.notes[0].tags == ("a", "b")


def test_the_author_s_id_is_a_field(tmp_path: Path) -> None:
    """A field called Note ID names the note, unless it is empty."""
    models = {"10": {**MODEL, "flds": [{"name": "Front"}, {"name": "Note ID"}]}}
    path = tmp_path / "ids.apkg"
    named = read_package(write_zip(path, legacy(legacy_database(models=models)))).package
    empty = legacy_database("UPDATE notes SET flds = 'a' || char(31)", models=models)
    unnamed = read_package(write_zip(path, legacy(empty))).package
    assert (named.notes[0].id, unnamed.notes[0].id) == ("a loop", "guid-1")


def test_an_image_occlusion_is_a_kind_of_its_own(tmp_path: Path) -> None:
    """Anki tells it from a cloze by the stock kind it was made from."""
    models = {"10": {**MODEL, "type": 1, "originalStockKind": 6}}
    legacy_path = write_zip(tmp_path / "legacy.apkg", legacy(legacy_database(models=models)))
    config = (field(1, 1) + field(9, 6)).hex()
    latest_path = write_zip(
        tmp_path / "latest.apkg", latest(latest_database(f"UPDATE notetypes SET config = x'{config}'"))
    )
    assert [read_package(path).package.note_types[0].kind for path in (legacy_path, latest_path)] == ["occlusion"] * 2


def test_a_card_whose_home_did_not_come_along(tmp_path: Path) -> None:
    """Anki may export a card of a filtered deck with the id of a home that is not in the package."""
    for odid, deck in ((21, "Loops"), (99, "Knots")):
        decks = {"20": DECK, "21": {"id": 21, "name": "Loops"}}
        database = legacy_database(f"UPDATE cards SET odid = {odid}", decks=decks)
        package = read_package(write_zip(tmp_path / "home.apkg", legacy(database))).package
        assert package.notes[0].deck == deck


def test_the_order_is_that_of_study(tmp_path: Path) -> None:
    """Notes follow the first of their new cards; the same position by id, and what is studied comes last."""
    positions = {1: [(0, 5)], 2: [(0, 9), (0, 4)], 3: [(0, 5)], 4: [(2, 1)], 5: [(2, 1), (0, 6)]}
    changes = [
        f"INSERT INTO notes SELECT {note}, 'guid-{note}', mid, mod, usn, tags, flds, sfld, csum, flags, data FROM notes"
        " WHERE id = 1"
        for note in positions
        if note > 1
    ]
    changes.append("DELETE FROM cards")
    for note, cards in positions.items():
        changes += [
            f"INSERT INTO cards VALUES ({note}{number}, {note}, 20, {number}, 0, 0, {kind}, {kind}, {due}, 0, 0, 0,"
            " 0, 0, 0, 0, 0, '')"
            for number, (kind, due) in enumerate(cards)
        ]
    models = {"10": {**MODEL, "tmpls": MODEL["tmpls"] * 2}}
    package = read_package(write_zip(tmp_path / "order.apkg", legacy(legacy_database(*changes, models=models)))).package
    assert [note.created for note in package.notes] == [2, 1, 3, 5, 4]
