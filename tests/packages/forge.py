"""Packages made by hand, byte for byte: good ones, and ones with a single thing wrong."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = 4096
MODEL: dict[str, Any] = {
    "id": 10,
    "name": "Knot",
    "type": 0,
    "mod": 1_700_000_000,
    "flds": [{"name": "Front"}, {"name": "Back"}],
    "tmpls": [{"name": "Card 1", "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
    "css": ".card {}",
}
DECK: dict[str, Any] = {"id": 20, "name": "Knots", "desc": "All knots"}

_SHARED = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer, mod integer, scm integer, ver integer, dty integer, usn integer,
    ls integer, conf text, models text, decks text, dconf text, tags text);
CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, mod integer, usn integer, tags text, flds text,
    sfld integer, csum integer, flags integer, data text);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, ord integer, mod integer, usn integer,
    type integer, queue integer, due integer, ivl integer, factor integer, reps integer, lapses integer, left integer,
    odue integer, odid integer, flags integer, data text);
INSERT INTO notes VALUES (1, 'guid-1', 10, 1700000000, -1, ' Loops ', 'bowline' || char(31) || 'a loop', 0, 0, 0, '');
INSERT INTO cards VALUES (2, 1, 20, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, '');
"""

_TABLES = """
CREATE TABLE fields (ntid integer NOT NULL, ord integer NOT NULL, name text NOT NULL COLLATE unicase,
    config blob NOT NULL, PRIMARY KEY (ntid, ord)) without rowid;
CREATE UNIQUE INDEX idx_fields_name_ntid ON fields (name, ntid);
CREATE TABLE templates (ntid integer NOT NULL, ord integer NOT NULL, name text NOT NULL COLLATE unicase,
    mtime_secs integer NOT NULL, usn integer NOT NULL, config blob NOT NULL, PRIMARY KEY (ntid, ord)) without rowid;
CREATE TABLE notetypes (id integer NOT NULL PRIMARY KEY, name text NOT NULL COLLATE unicase,
    mtime_secs integer NOT NULL, usn integer NOT NULL, config blob NOT NULL);
CREATE TABLE decks (id integer PRIMARY KEY NOT NULL, name text NOT NULL COLLATE unicase, mtime_secs integer NOT NULL,
    usn integer NOT NULL, common blob NOT NULL, kind blob NOT NULL);
"""


def field(number: int, value: bytes | int) -> bytes:
    """One field of a protobuf message: bytes, or a number below 128."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2]) + varint(len(value)) + value


def varint(number: int) -> bytes:
    """A whole number as protobuf writes it."""
    low = [number & 0x7F]
    while number := number >> 7:
        low[-1] |= 0x80
        low.append(number & 0x7F)
    return bytes(low)


def legacy_database(*changes: str, models: object = None, decks: object = None) -> bytes:
    """A database of the older form with one note and one card, after the SQL of `changes`.

    `models` and `decks` are the JSON of note types and decks: a text as it is, anything else encoded.
    """
    values = [{"10": MODEL} if models is None else models, {"20": DECK} if decks is None else decks]
    texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SHARED)
        connection.execute("INSERT INTO col VALUES (1, 0, 0, 0, 11, 0, 0, 0, '{}', ?, ?, '{}', '{}')", texts)
        return _changed(connection, changes)


def latest_database(*changes: str) -> bytes:
    """A database of today's form with the same in it."""
    kind = field(1, field(4, b"All knots"))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        connection.executescript(_SHARED + _TABLES)
        connection.execute("INSERT INTO col VALUES (1, 0, 0, 0, 18, 0, 0, 0, '', '', '', '', '')")
        connection.execute("INSERT INTO notetypes VALUES (10, 'Knot', 1700000000, 0, ?)", [field(3, b".card {}")])
        connection.executemany("INSERT INTO fields VALUES (10, ?, ?, x'')", [(0, "Front"), (1, "Back")])
        sides = field(1, b"{{Front}}") + field(2, b"{{Back}}")
        connection.execute("INSERT INTO templates VALUES (10, 0, 'Card 1', 0, 0, ?)", [sides])
        connection.execute("INSERT INTO decks VALUES (20, 'Knots', 0, 0, x'', ?)", [kind])
        return _changed(connection, changes)


def _changed(connection: sqlite3.Connection, changes: tuple[str, ...]) -> bytes:
    connection.commit()
    connection.execute("PRAGMA writable_schema = ON")
    for change in changes:
        connection.execute(change)
    connection.commit()
    return connection.serialize()


def root_of(table: str, database: bytes) -> int:
    """The number of the page where a table begins."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database)
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
    return int(found[0])


def with_pages(database: bytes, *pages: bytes) -> bytes:
    """A database of pages of 4096 bytes with pages put after its last."""
    count = len(database) // PAGE + len(pages)
    return database[:28] + count.to_bytes(4, "big") + database[32:] + b"".join(pages)


def fan_page(child: int) -> bytes:
    """A page of a table that has the same page below it 500 times."""
    cell = child.to_bytes(4, "big") + b"\1"
    start = PAGE - 500 * len(cell)
    head = b"\5\0\0" + (500).to_bytes(2, "big") + start.to_bytes(2, "big") + b"\0" + child.to_bytes(4, "big")
    places = b"".join((start + number * len(cell)).to_bytes(2, "big") for number in range(500))
    return (head + places).ljust(start, b"\0") + cell * 500


def zeros(gigabytes: int) -> bytes:
    """So many gigabytes of zeros as one zstd frame."""
    encoder = zstd.ZstdCompressor(level=1)
    return b"".join([*(encoder.compress(bytes(10_000_000)) for _ in range(gigabytes * 100)), encoder.flush()])


def write_zip(path: Path, entries: Mapping[str, bytes], compression: int = ZIP_STORED) -> Path:
    """A zip archive of `entries`; gives `path` back."""
    with ZipFile(path, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def legacy(database: bytes, media: object = None, **files: bytes) -> dict[str, bytes]:
    """The entries of a package of the oldest form; `files` are media by their number, as `_0`."""
    listed = media if isinstance(media, bytes) else json.dumps({} if media is None else media).encode()
    return {"collection.anki2": database, "media": listed} | {name[1:]: data for name, data in files.items()}


def latest(database: bytes, media: bytes = b"", **files: bytes) -> dict[str, bytes]:
    """The entries of a package of today's form; `media` is its list, not compressed yet, as `files` are not."""
    return {
        "meta": field(1, 3),
        "collection.anki21b": zstd.compress(database),
        "collection.anki2": legacy_database("UPDATE notes SET flds = 'Please update' || char(31)"),
        "media": zstd.compress(media),
    } | {name[1:]: zstd.compress(data) for name, data in files.items()}
