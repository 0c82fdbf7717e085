"""A package into an `.apkg` file: the only module that knows genanki.

genanki gives the database's schema and the JSON of note types and decks. The rows and the archive are written here,
because every note needs a time and a place of its own, and the same package must give the same bytes on any machine.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from errno import EIO
from itertools import count
from pathlib import Path
from struct import unpack_from
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from builder.core.identifiers import stable_id
from builder.core.note_types import NoteType, Template
from builder.core.package import AnkiNote, MediaFile, Package
from builder.render.templates import makes_card, parse_template

# SQLite writes its own version into the file's header, and what it leaves in the unused middle of a page depends on
# that version; the rest of the file was the same for every one tried, from 3.39 to 3.51.
_VERSION_OFFSET = 96
_VERSION = (3_040_000).to_bytes(4, "big")
_PAGE = 4096  # bytes
_PAGE_HEADERS = {2: 12, 5: 12, 10: 8, 13: 8}  # bytes, by the kind of page; pages of other kinds hold no cells
_CHUNK = 1 << 20
# Said outright, for SQLite may be compiled to do otherwise: Debian's zeroes what is deleted, others let it stand in the
# file. A torn file is thrown away, so none is synced.
_PRAGMAS = (
    f"page_size={_PAGE}",
    "encoding='UTF-8'",
    "auto_vacuum=0",
    "secure_delete=ON",
    "journal_mode=OFF",
    "synchronous=OFF",
)
_OCCLUSION_KIND = 6  # Anki's number for note types of its image occlusion
_OCCLUSION_FIELDS = 5


class MediaChangedError(OSError):
    """A picture or sound was saved while the package was being built."""

    def __init__(self, path: Path) -> None:
        super().__init__(0, "this file was saved during the build, run it again", str(path))


def write_package(package: Package, path: Path) -> None:
    """Writes `package` to `path`, with a temporary `collection.anki2` beside it.

    Raises OSError when the disk is full, and `MediaChangedError` when a media file is no longer the one that the notes
    were rendered with.
    """
    database = path.with_suffix(".anki2")
    try:
        _write_collection(package, database)
    except sqlite3.OperationalError as error:
        raise OSError(EIO, str(error), str(path.parent)) from error
    with ZipFile(path, "w", ZIP_STORED, allowZip64=True) as archive:
        with database.open("rb") as source:
            _add(archive, "collection.anki2", source)
        names = {str(number): file.name for number, file in enumerate(package.media)}
        archive.writestr(_entry("media"), json.dumps(names))
        for number, file in enumerate(package.media):
            _add_media(archive, str(number), file)
    database.unlink()


# archive


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def _add(archive: ZipFile, name: str, source: IO[bytes]) -> None:
    with archive.open(_entry(name), "w", force_zip64=False) as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)


def _add_media(archive: ZipFile, name: str, file: MediaFile) -> None:
    data = file.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise MediaChangedError(file.path)
    archive.writestr(_entry(name), data)


# database


def _write_collection(package: Package, path: Path) -> None:
    path.unlink(missing_ok=True)
    tables, indexes = _schema()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for statement in tables:
            connection.execute(statement)
        connection.execute(APKG_COL)
        decks = {name: stable_id("deck", package.deck_id, name) for name in _deck_names(package)}
        connection.execute(
            "UPDATE col SET crt = 1411124400, mod = ?, scm = ?, models = ?, decks = ?",
            (
                package.modified * 1000,
                package.modified * 1000,
                json.dumps(_note_types_json(package), ensure_ascii=False),
                json.dumps(_decks_json(connection, package, decks), ensure_ascii=False),
            ),
        )
        in_id_order = sorted(enumerate(package.notes, 1), key=lambda item: item[1].created)
        types = {note_type.key: note_type.id for note_type in package.note_types}
        connection.executemany("INSERT INTO notes VALUES (?,?,?,?,-1,?,?,?,0,0,'')", _note_rows(in_id_order, types))
        connection.executemany(
            "INSERT INTO cards VALUES (?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", _card_rows(in_id_order, decks)
        )
        for statement in indexes:
            connection.execute(statement)
        connection.execute("COMMIT")
    with path.open("r+b") as file:
        _zero_unused(file)
        file.seek(_VERSION_OFFSET)
        file.write(_VERSION)


def _zero_unused(file: IO[bytes]) -> None:
    """Writes zeros between each page's list of cells and the first of its cells, as SQLite's file format has them."""
    for place in count(0, _PAGE):
        file.seek(place)
        page = file.read(_PAGE)
        if not page:
            return
        header = 100 if place == 0 else 0
        # A page of a long text has no kind: it begins with the number of its next page, and so with a zero.
        if length := _PAGE_HEADERS.get(page[header]):
            cells, first = unpack_from(">HH", page, header + 3)
            start = header + length + 2 * cells
            if page[start:first].strip(b"\0"):
                file.seek(place + start)
                file.write(bytes(first - start))


def _schema() -> tuple[list[str], list[str]]:
    statements = [statement.strip() for statement in APKG_SCHEMA.split(";") if statement.strip()]
    indexes = [statement for statement in statements if statement.startswith("CREATE INDEX")]
    return [statement for statement in statements if statement not in indexes], indexes


def _note_rows(notes: list[tuple[int, AnkiNote]], types: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    # Anki works out the checksum of the first field itself on import; genanki leaves it 0 as well.
    for _, note in notes:
        tags = f" {' '.join(note.tags)} " if note.tags else ""
        fields = note.fields
        yield note.created, note.guid, types[note.note_type], note.modified, tags, "\x1f".join(fields), fields[0]


def _card_rows(notes: list[tuple[int, AnkiNote]], decks: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    last = 0
    for position, note in notes:
        card_id = max(note.created, last + 1)
        deck = decks.get(note.deck)  # None for a note without cards
        for number in note.cards:
            yield card_id, note.created, deck, number - 1, note.modified, position
            card_id += 1
        last = card_id - 1


def _deck_names(package: Package) -> list[str]:
    """The deck, its subdecks that have cards, and those between, sorted."""
    names = {package.deck_name}
    for name in {note.deck for note in package.notes if note.cards}:
        parts = name.split("::")
        names.update("::".join(parts[:count]) for count in range(1, len(parts) + 1))
    return sorted(names)


def _decks_json(connection: sqlite3.Connection, package: Package, decks: dict[str, int]) -> dict[str, Any]:
    (default,) = connection.execute("SELECT decks FROM col").fetchone()
    result: dict[str, Any] = json.loads(default)
    for name, deck_id in decks.items():
        description = package.description if name == package.deck_name else ""
        deck = genanki.Deck(deck_id, name, description).to_json()
        today = {key: [0, 0] for key in ("newToday", "revToday", "lrnToday", "timeToday")}
        result[str(deck_id)] = {**deck, **today, "mod": package.modified, "md": True}
    return result


def _note_types_json(package: Package) -> dict[str, Any]:
    return {str(note_type.id): _note_type_json(note_type, package) for note_type in package.note_types}


def _required(template: Template, note_type: NoteType) -> tuple[str, list[int]]:
    """Which fields make a card of a template, as older programs read it: any of these, all of these, or none."""
    front, _ = parse_template(template.front)
    every = frozenset(note_type.fields)
    alone = [number for number, name in enumerate(note_type.fields) if makes_card(front, frozenset({name}))]
    if alone or not makes_card(front, every):
        return ("any" if alone else "none"), alone
    return "all", [number for number, name in enumerate(note_type.fields) if not makes_card(front, every - {name})]


def _note_type_json(note_type: NoteType, package: Package) -> dict[str, Any]:
    # genanki gets no template to read: its reader takes `{{> path }}` for a file to be opened.
    model = genanki.Model(
        note_type.id,
        note_type.name,
        fields=[{"name": name} for name in note_type.fields],
        templates=[{"name": t.name, "qfmt": "", "afmt": ""} for t in note_type.templates],
        css=note_type.css,
        model_type=genanki.Model.FRONT_BACK if note_type.kind == "normal" else genanki.Model.CLOZE,
    )
    result: dict[str, Any] = model.to_json(package.note_type_times[note_type.key], None)
    result["req"] = [[number, *_required(t, note_type)] for number, t in enumerate(note_type.templates)]
    for template, shown in zip(result["tmpls"], note_type.templates, strict=True):
        template |= {"qfmt": shown.front, "afmt": shown.back}
    for part in (*result["flds"], *result["tmpls"]):
        part["id"] = stable_id("part", str(note_type.id), part["name"])
    if note_type.kind == "occlusion":
        # Without preventDeletion every Check Database would bump the note type's time, and our CSS would never arrive.
        result["originalStockKind"] = _OCCLUSION_KIND
        for tag, part in enumerate(result["flds"][:_OCCLUSION_FIELDS]):
            part |= {"tag": tag, "preventDeletion": True}
    return result
