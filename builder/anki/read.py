"""An `.apkg` by anybody, in any form that Anki ever wrote, into what Anki stores: the inverse of `write`.

A package is data by a stranger: names in it are never paths, sizes are claims, and nothing in it is run.
"""

from __future__ import annotations

import gc
import hashlib
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from builder.anki.reading.archive import Entry, open_archive, read_entries, stream
from builder.anki.reading.collection import Collection, Deck
from builder.anki.reading.damage import DamageError, checked_number, damaged
from builder.anki.reading.database import Database, open_database
from builder.anki.reading.legacy import read_legacy
from builder.anki.reading.limits import (
    DATABASE_RATIO,
    DATABASE_SIZE,
    MEDIA_LIST_SIZE,
    MEDIA_SIZE,
    META_SIZE,
    SMALL_DATABASE,
)
from builder.anki.reading.media import MediaEntry, read_binary_list, read_json_list
from builder.anki.reading.notes import read_cards, read_notes
from builder.anki.reading.protobuf import format_version
from builder.anki.reading.tables import read_tables
from builder.anki.reading.zstd import decompressed
from builder.core.package import Package

# The database of each version of the format. A package of version 2 or 3 also has a `collection.anki2`, with a note in
# it that asks for a newer Anki.
_DATABASES = {1: "collection.anki2", 2: "collection.anki21", 3: "collection.anki21b"}
_LATEST = 3
_JSON_SCHEMA, _TABLES_SCHEMA = 11, 18


class PackageError(Exception):
    """A file is no package, a damaged or a hostile one; the message is one clause about the package at `path`."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPackage:
    """What a package file holds; `package` is without its media, whose names are in `media_names`, sorted."""

    package: Package
    media_names: tuple[str, ...]
    _path: Path
    _is_latest: bool
    _media: Mapping[str, tuple[Entry, bytes]]

    def media(self, name: str) -> bytes | None:
        """The bytes of a media file, None when there is none of that name.

        Read anew each time; raises `PackageError`, and OSError when the package is no longer there.
        """
        if name not in self._media:
            return None
        entry, sha1 = self._media[name]
        with _blaming(self._path), open_archive(self._path) as file:
            data = b"".join(_unpacked(file, entry, self._is_latest, MEDIA_SIZE))
            if sha1 and hashlib.sha1(data, usedforsecurity=False).digest() != sha1:
                damaged("an entry is not what was packed")
        return data


def read_package(path: Path) -> StoredPackage:
    """The package at `path`, with `deck_id` '' and note types whose keys are their ids.

    Raises `PackageError`, and OSError for a file that cannot be opened or a full disk.
    """
    with _blaming(path):
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            damaged("the package is not a file")
        with open_archive(path) as file:
            entries = read_entries(file)
            version = _version(file, entries)
            package = _package(file, entries, version)
            media = _media_list(file, entries, version)
            return StoredPackage(
                package=package,
                media_names=tuple(sorted(media)),
                _path=path,
                _is_latest=version == _LATEST,
                _media=media,
            )


@contextmanager
def _blaming(path: Path) -> Iterator[None]:
    try:
        yield
    except DamageError as error:
        raise PackageError(path, str(error)) from error


# archive


def _unpacked(file: BinaryIO, entry: Entry, is_latest: bool, limit: int) -> Iterator[bytes]:
    """The bytes of an entry, which the latest form compresses once more."""
    pieces = stream(file, entry, limit)
    return decompressed(pieces, limit) if is_latest else pieces


def _version(file: BinaryIO, entries: Mapping[str, Entry]) -> int:
    if "meta" not in entries:
        return 2 if _DATABASES[2] in entries else 1
    version = format_version(b"".join(stream(file, entries["meta"], META_SIZE)))
    if version not in _DATABASES:
        damaged("the package is of a form that only a newer version of deckbuilder may know")
    return version


def _media_list(file: BinaryIO, entries: Mapping[str, Entry], version: int) -> dict[str, tuple[Entry, bytes]]:
    """Entry and SHA-1 (or b'') of each media file by its name; old packages without media have no list."""
    if "media" not in entries:
        return {}
    data = b"".join(_unpacked(file, entries["media"], version == _LATEST, MEDIA_LIST_SIZE))
    listed = read_binary_list(data, len(entries)) if version == _LATEST else read_json_list(data)
    return {name: (_media_entry(entries, media), media.sha1) for name, media in listed.items()}


def _media_entry(entries: Mapping[str, Entry], media: MediaEntry) -> Entry:
    if media.entry not in entries:
        damaged("a media file that is listed is not there")
    return entries[media.entry]


# database


def _package(file: BinaryIO, entries: Mapping[str, Entry], version: int) -> Package:
    name = _DATABASES[version]
    if name not in entries:
        damaged(f"the package has no {name}")
    entry = entries[name]
    limit = min(DATABASE_SIZE, max(SMALL_DATABASE, DATABASE_RATIO * entry.compressed))
    with TemporaryDirectory(prefix="deckbuilder-") as folder:
        path = Path(folder, "collection")
        with path.open("wb") as target:
            target.writelines(_unpacked(file, entry, version == _LATEST, limit))
        with open_database(path) as database, _no_garbage():
            collection = _collection(database)
            cards = read_cards(database, collection.decks)
            notes = read_notes(database, collection.note_types, cards)
    top = _top_deck({deck for its_cards in cards.values() for _, deck, _ in its_cards}, collection.decks.values())
    ids = sorted(collection.note_types)
    return Package(
        deck_id="",
        deck_name=top.name,
        description=top.description,
        note_types=tuple(collection.note_types[type_id] for type_id in ids),
        note_type_times={str(type_id): collection.times[type_id] for type_id in ids},
        notes=notes,
        media=(),
    )


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Keeps Python from looking for garbage: notes are none, and looking through 100 000 is half as long as reading."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _collection(database: Database) -> Collection:
    row = next(database.rows("col"), None)
    if row is None:
        damaged("the table col is empty")
    *_, models, decks = row
    schema = checked_number(row[4], "the version of the database")
    if schema == _JSON_SCHEMA:
        return read_legacy(models, decks)
    if schema != _TABLES_SCHEMA:
        damaged("the database is of a form that Anki never puts into packages")
    return read_tables(database)


def _top_deck(names: set[str], decks: Iterable[Deck]) -> Deck:
    """The deck above all others, without a name when there are several.

    A deck may itself be below one that has no description: then it is the first below that has one.
    """
    levels = [name.split("::") for name in names]
    common = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, zip(*levels, strict=False))]
    shared = ["::".join(common[:count]) for count in range(1, len(common) + 1)]
    descriptions = {deck.name: deck.description for deck in decks}
    name = next((name for name in shared if descriptions.get(name)), shared[0] if shared else "")
    return Deck(name=name, description=descriptions.get(name, ""))
