"""Databases made to crash, hang, exhaust or trick a reader: each is one clear error, soon, in little memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from builder.anki.read import read_package
from tests.packages.apart import read_apart, refused
from tests.packages.forge import (
    DECK,
    MODEL,
    PAGE,
    fan_page,
    latest,
    latest_database,
    legacy,
    legacy_database,
    root_of,
    with_pages,
    write_zip,
)


def _cut(database: bytes, share: float) -> bytes:
    return database[: int(len(database) * share)]


def _repeat(table: str, page: int) -> str:
    """SQL that makes the schema say that a table is where another page is."""
    return f"UPDATE sqlite_master SET rootpage = {page} WHERE name = '{table}'"


def _fan(table: str) -> bytes:
    """A table with three levels of pages, each 500 times the page below."""
    base = legacy_database()
    last = len(base) // PAGE
    pages = fan_page(root_of(table, base)), fan_page(last + 1), fan_page(last + 2)
    return with_pages(legacy_database(_repeat(table, last + 3)), *pages)


def _big_varint(number: int) -> bytes:
    """A number of 22 to 28 bits as SQLite writes it."""
    return bytes(number >> shift & 0x7F | (0x80 if shift else 0) for shift in (21, 14, 7, 0))


def _endless_texts() -> bytes:
    """Two notes of 4 MB each, in a file of 4 MB: of each, the last page is followed by itself."""
    written = 2_200_000
    more = 500 * (PAGE - 4)  # whole pages, so that as much as before is beside the row's beginning
    database = bytearray(
        legacy_database(
            f"UPDATE notes SET flds = 'a' || char(31) || printf('%.*c', {written - 2}, 'b')",
            "INSERT INTO notes SELECT 3, 'guid-3', mid, mod, usn, tags, flds, sfld, csum, flags, data FROM notes",
        )
    )
    for at in range(0, len(database), PAGE):
        if database[at : at + 9] == b"\0\0\0\0bbbbb":
            database[at : at + 4] = (at // PAGE + 1).to_bytes(4, "big")
    text, longer = _big_varint(2 * written + 13), _big_varint(2 * (written + more) + 13)
    assert database.count(text) == 2
    for _ in range(2):
        kind = database.index(text)
        database[kind : kind + 4] = longer
        size = next(n for n in range(written, written + 200) if _big_varint(n) in database[kind - 20 : kind])
        at = database.index(_big_varint(size), kind - 20)
        database[at : at + 4] = _big_varint(size + more)
    return bytes(database)


SHORT_CARDS = "id, nid, did, ord, mod, usn, type, queue, due, ivl"
MALFORMED = "the database is damaged"
NOT_ONLY_TABLES = "the database has more than tables and indexes"
DATABASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "the database has no table col"),
    "a text": (lambda: b"SELECT 1;" * 1000, MALFORMED),
    "a header alone": (lambda: legacy_database()[:100], MALFORMED),
    "the first half": (lambda: _cut(legacy_database(), 0.5), MALFORMED),
    "zeros after the first page": (lambda: legacy_database()[:4096] + bytes(len(legacy_database()) - 4096), MALFORMED),
    "another page size": (lambda: legacy_database()[:16] + b"\x02\x00" + legacy_database()[18:], MALFORMED),
    "without tables": (lambda: legacy_database("DELETE FROM sqlite_master"), "the database has no table col"),
    "without notes": (lambda: legacy_database("DROP TABLE notes"), "the database has no table notes"),
    "without cards": (lambda: legacy_database("DROP TABLE cards"), "the database has no table cards"),
    "without a column": (
        lambda: legacy_database("ALTER TABLE notes RENAME COLUMN guid TO other"),
        "the table notes lacks columns of Anki's",
    ),
    "with half the columns": (
        lambda: legacy_database("DROP TABLE cards", f"CREATE TABLE cards ({SHORT_CARDS})"),
        "the table cards lacks columns of Anki's",
    ),
    "a table of another program": (
        lambda: legacy_database("DROP TABLE col", "CREATE TABLE col (id, name, models)"),
        "the table col lacks columns of Anki's",
    ),
    "a computed column": (
        lambda: legacy_database("ALTER TABLE notes ADD COLUMN x AS (zeroblob(1000000000))"),
        "the table notes has computed columns",
    ),
    "a view for notes": (
        lambda: legacy_database("ALTER TABLE notes RENAME TO n", "CREATE VIEW notes AS SELECT * FROM n"),
        NOT_ONLY_TABLES,
    ),
    "an endless view for cards": (
        lambda: legacy_database(
            "DROP TABLE cards",
            "CREATE VIEW cards AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        ),
        NOT_ONLY_TABLES,
    ),
    "a trigger": (
        lambda: legacy_database("CREATE TRIGGER t AFTER UPDATE ON notes BEGIN DELETE FROM notes; END"),
        NOT_ONLY_TABLES,
    ),
    "a virtual table": (
        lambda: legacy_database("DROP TABLE notes", "CREATE VIRTUAL TABLE notes USING fts4(id, guid)"),
        NOT_ONLY_TABLES,
    ),
    "a schema that is not SQL": (
        lambda: legacy_database("UPDATE sqlite_master SET sql = 'CREATE TABLE notes (((' WHERE name = 'notes'"),
        MALFORMED,
    ),
    "a schema of a megabyte": (
        lambda: legacy_database(
            "UPDATE sqlite_master SET sql = 'CREATE TABLE notes (' || printf('%.*c', 1000000, 'x') || ')'"
            " WHERE name = 'notes'"
        ),
        MALFORMED,
    ),
    "a schema that nests": (
        lambda: legacy_database(f"CREATE TABLE t (x CHECK (x{' + 1' * 200}))"),
        MALFORMED,
    ),
    "a table twice": (
        lambda: legacy_database("INSERT INTO sqlite_master SELECT * FROM sqlite_master WHERE name = 'notes'"),
        MALFORMED,
    ),
    "a table in the place of the schema": (lambda: legacy_database(_repeat("notes", 1)), MALFORMED),
    "a table beyond the end": (lambda: legacy_database(_repeat("notes", 4_000_000)), MALFORMED),
    "notes that are cards": (
        lambda: legacy_database("UPDATE sqlite_master SET rootpage = 4 WHERE name = 'notes'"),
        "a note has a value of the wrong kind",
    ),
    "two long texts in a small file": (_endless_texts, "the database holds more than its size"),
    "125 000 000 cards in a small file": (lambda: _fan("cards"), MALFORMED),
    "125 000 000 notes in a small file": (lambda: _fan("notes"), "two notes have the id 1"),
    "an empty col": (lambda: legacy_database("DELETE FROM col"), "the table col is empty"),
    "a schema of tomorrow": (
        lambda: legacy_database("UPDATE col SET ver = 19"),
        "the database is of a form that Anki never puts into packages",
    ),
    "a schema that is no number": (
        lambda: legacy_database("UPDATE col SET ver = 'eleven'"),
        "the version of the database is not a whole number",
    ),
    "JSON in a blob": (
        lambda: legacy_database("UPDATE col SET models = x'7b7d'"),
        "the list of note types is not a text",
    ),
    "no note types": (lambda: legacy_database(models="{}"), "note 1 is of a note type that is not there"),
    "note types in an array": (lambda: legacy_database(models=[]), "the list of note types is not a JSON object"),
    "a million [ of note types": (
        lambda: legacy_database(models="[" * 1_000_000),
        "the list of note types is not JSON",
    ),
    "four million note types in 31 MB": (
        lambda: legacy_database(models='{"🪢":[' + "[]," * 1_999_000 + " " * 25_000_000 + "0]}"),
        "a note type is not a JSON object",
    ),
    "too many note types": (
        lambda: legacy_database(models="[" + "[]," * 2_001_000),
        "the list of note types is too long",
    ),
    "a note type that is a text": (lambda: legacy_database(models={"10": "x"}), "a note type is not a JSON object"),
    "a note type without an id": (
        lambda: legacy_database(models={"10": {**MODEL, "id": None}}),
        "the id of a note type is not a whole number",
    ),
    "a note type with a huge id": (
        lambda: legacy_database(models={"10": {**MODEL, "id": 2**63}}),
        "the id of a note type is not a whole number",
    ),
    "a note type without a time": (
        lambda: legacy_database(models={"10": {**MODEL, "mod": 1.5}}),
        "the time of note type 10 is not a whole number",
    ),
    "a note type of no kind": (
        lambda: legacy_database(models={"10": {**MODEL, "type": None}}),
        "the kind of note type 10 is not a whole number",
    ),
    "a note type without fields": (
        lambda: legacy_database(models={"10": {**MODEL, "flds": []}}),
        "note type 10 has no field",
    ),
    "fields in an object": (
        lambda: legacy_database(models={"10": {**MODEL, "flds": {}}}),
        "a field of note type 10 is not in a JSON array",
    ),
    "a field without a name": (
        lambda: legacy_database(models={"10": {**MODEL, "flds": [{}, {}]}}),
        "a field's name of note type 10 is not a text",
    ),
    "a note type without templates": (
        lambda: legacy_database(models={"10": {**MODEL, "tmpls": []}}),
        "note type 10 has no template",
    ),
    "a template without a back": (
        lambda: legacy_database(models={"10": {**MODEL, "tmpls": [{"name": "Card 1", "qfmt": "x"}]}}),
        "a template's back of note type 10 is not a text",
    ),
    "styling with half a character": (
        lambda: legacy_database(models={"10": {**MODEL, "css": "\udc80"}}),
        "the styling of note type 10 has half a character",
    ),
    "no decks": (lambda: legacy_database(decks={}), "a card of note 1 is in a deck that is not there"),
    "a deck with a NUL": (
        lambda: legacy_database(decks={"20": {**DECK, "name": "a\0b"}}),
        "the name of deck 20 has a NUL character",
    ),
    "a deck with a list for a description": (
        lambda: legacy_database(decks={"20": {**DECK, "desc": []}}),
        "the description of deck 20 is not a text",
    ),
    "a note of no note type": (
        lambda: legacy_database("UPDATE notes SET mid = 11"),
        "note 1 is of a note type that is not there",
    ),
    "too few fields": (
        lambda: legacy_database("UPDATE notes SET flds = 'one'"),
        "note 1 has 1 fields, and its note type 2",
    ),
    "too many fields": (
        lambda: legacy_database("UPDATE notes SET flds = flds || char(31)"),
        "note 1 has 3 fields, and its note type 2",
    ),
    "fields in a blob": (
        lambda: legacy_database("UPDATE notes SET flds = x'611f62'"),
        "a note has a value of the wrong kind",
    ),
    "fields that are not UTF-8": (
        lambda: legacy_database("UPDATE notes SET flds = CAST(x'ff1f' AS TEXT)"),
        MALFORMED,
    ),
    "fields with a NUL": (
        lambda: legacy_database("UPDATE notes SET flds = 'a' || char(0) || char(31)"),
        "note 1 has a NUL character",
    ),
    "a time that is a text": (
        lambda: legacy_database("UPDATE notes SET mod = 'now'"),
        "a note has a value of the wrong kind",
    ),
    "a time that is infinite": (
        lambda: legacy_database("UPDATE notes SET mod = 9e999"),
        "a note has a value of the wrong kind",
    ),
    "a GUID that is nothing": (
        lambda: legacy_database("UPDATE notes SET guid = NULL"),
        "a note has a value of the wrong kind",
    ),
    "two notes of one id": (
        lambda: legacy_database(
            "CREATE TABLE n AS SELECT * FROM notes",
            "INSERT INTO n SELECT * FROM n",
            "DROP TABLE notes",
            "ALTER TABLE n RENAME TO notes",
        ),
        "two notes have the id 1",
    ),
    "a text beyond the limit": (
        lambda: legacy_database("UPDATE notes SET flds = printf('%.*c', 70000000, 'x')"),
        MALFORMED,
    ),
    "a card of no note": (
        lambda: legacy_database("UPDATE cards SET nid = 7"),
        "a card is of note 7, which is not there",
    ),
    "a card in no deck": (
        lambda: legacy_database("UPDATE cards SET did = 21"),
        "a card of note 1 is in a deck that is not there",
    ),
    "a card of no template": (
        lambda: legacy_database("UPDATE cards SET ord = 1"),
        "note 1 has a card 2, and its note type 1 templates",
    ),
    "a card with a negative number": (
        lambda: legacy_database("UPDATE cards SET ord = -1"),
        "a card of note 1 has no number",
    ),
    "a card with a text for a number": (
        lambda: legacy_database("UPDATE cards SET ord = 'first'"),
        "a card has a value of the wrong kind",
    ),
    "a card with a blob before what is read": (
        lambda: legacy_database("UPDATE cards SET ivl = zeroblob(1000000)"),
        "a card has a value of the wrong kind",
    ),
}


@pytest.mark.parametrize("name", DATABASES)
def test_a_hostile_database_is_refused(name: str, tmp_path: Path) -> None:
    """No database, however it lies about itself, does more than fail."""
    make, message = DATABASES[name]
    path = write_zip(tmp_path / "hostile.apkg", legacy(make()))
    assert refused(path) == message


TABLES: dict[str, tuple[str, str]] = {
    "without note types": ("DROP TABLE notetypes", "the database has no table notetypes"),
    "without fields": ("DELETE FROM fields", "note type 10 has no field"),
    "without templates": ("DELETE FROM templates", "note type 10 has no template"),
    "without decks": ("DELETE FROM decks", "a card of note 1 is in a deck that is not there"),
    "a message that is a text": ("UPDATE notetypes SET config = 'x'", "a message is not what Anki writes"),
    "a message that is garbage": ("UPDATE notetypes SET config = x'ffffffff'", "a message is not what Anki writes"),
    "a text that is not UTF-8": ("UPDATE templates SET config = x'0a01ff'", "a message is not what Anki writes"),
    "a deck that is garbage": ("UPDATE decks SET kind = x'0a05'", "a message is not what Anki writes"),
    "a deck in a deck that is garbage": ("UPDATE decks SET kind = x'0a022205'", "a message is not what Anki writes"),
    "a name that is a blob": ("UPDATE notetypes SET name = x'00'", "the name of note type 10 is not a text"),
    "a name with a NUL": (
        "UPDATE fields SET name = 'a' || char(0) WHERE ord",
        "a field's name of note type 10 has a NUL character",
    ),
    "a deck's name that is a blob": ("UPDATE decks SET name = x'00'", "the name of deck 20 is not a text"),
    "a time that is a text": (
        "UPDATE notetypes SET mtime_secs = 'x'",
        "the time of note type 10 is not a whole number",
    ),
    "a position that is a text": (
        "UPDATE fields SET ord = 'x' WHERE ord",
        "the position of a field is not a whole number",
    ),
    "a view for decks": ("CREATE VIEW more AS SELECT * FROM decks", NOT_ONLY_TABLES),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_hostile_database_of_the_latest_form_is_refused(name: str, tmp_path: Path) -> None:
    """Note types and decks are tables with messages in them today."""
    change, message = TABLES[name]
    path = write_zip(tmp_path / "hostile.apkg", latest(latest_database(change)))
    assert refused(path) == message


def test_the_older_name_with_the_latest_tables_is_read(tmp_path: Path) -> None:
    """The database itself says of what form it is."""
    path = write_zip(tmp_path / "mixed.apkg", legacy(latest_database()))
    assert read_apart(path).message == ""


@pytest.mark.parametrize("lie", ["name = 'other'", "type = 'table'", "type = 'table', name = 'other'"])
def test_a_view_that_lies_about_itself_is_refused(lie: str, tmp_path: Path) -> None:
    """A view in the place of the notes that says it is something else; newer versions of SQLite see most of these."""
    database = legacy_database(
        "ALTER TABLE notes RENAME TO n",
        "CREATE VIEW notes AS SELECT * FROM n",
        f"UPDATE sqlite_master SET {lie} WHERE type = 'view'",
    )
    path = write_zip(tmp_path / "hostile.apkg", legacy(database))
    assert refused(path) in (MALFORMED, NOT_ONLY_TABLES)


def test_a_database_in_the_middle_of_writing_is_read_as_it_is(tmp_path: Path) -> None:
    """A database that says it has a write-ahead log, with logs and journals in the package: none is looked for."""
    database = legacy_database()
    logged = database[:18] + b"\2\2" + database[20:]
    names = (
        "collection-wal",
        "collection-journal",
        "collection-shm",
        "collection.anki2-wal",
        "collection.anki2-journal",
    )
    entries = legacy(logged) | {name: b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(1000) for name in names}
    assert read_apart(write_zip(tmp_path / "logged.apkg", entries)).message == ""


def test_a_note_with_all_cards_that_anki_can_count(tmp_path: Path) -> None:
    """65 536 cards of one note take no more time than those of many."""
    cards = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 65535) INSERT INTO cards"
        " SELECT 65540 - i, 1, 20, i, 0, 0, 0, 0, i, 0, 0, 0, 0, 0, 0, 0, 0, '' FROM n"
    )
    database = legacy_database("DELETE FROM cards", cards, models={"10": {**MODEL, "type": 1}})
    path = write_zip(tmp_path / "cards.apkg", legacy(database))
    assert read_apart(path).message == ""
    assert read_package(path).package.notes[0].cards == tuple(range(2, 65_537))
