"""Packages that nobody should give to students: a good one, broken in one way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile


def broken(
    package: Path,
    *statements: str,
    note_type: Callable[[dict[str, Any]], None] | None = None,
    media: Callable[[dict[str, bytes]], None] | None = None,
) -> Path:
    """`package` in a folder of its own, with SQL run on its notes and cards; `note_type` changes every note type.

    `media` changes the files that come with it, by name.
    """
    folder = package.parent / f"broken-{len(list(package.parent.glob('broken-*')))}"
    folder.mkdir()
    with ZipFile(package) as archive:
        (folder / "collection.anki2").write_bytes(archive.read("collection.anki2"))
        files = {name: archive.read(number) for number, name in json.loads(archive.read("media")).items()}
    with closing(sqlite3.connect(folder / "collection.anki2")) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, f"{statement} changes nothing"
        if note_type:
            _change_types(connection, note_type)
    if media:
        media(files)
    return _packed(folder, package.name, files)


def _change_types(connection: sqlite3.Connection, change: Callable[[dict[str, Any]], None]) -> None:
    (text,) = connection.execute("select models from col").fetchone()
    types = json.loads(text)
    for found in types.values():
        change(found)
    connection.execute("update col set models = ?", (json.dumps(types),))


def _packed(folder: Path, name: str, files: Mapping[str, bytes]) -> Path:
    with ZipFile(folder / name, "w") as archive:
        archive.write(folder / "collection.anki2", "collection.anki2")
        archive.writestr("media", json.dumps({str(number): file for number, file in enumerate(files)}))
        for number, data in enumerate(files.values()):
            archive.writestr(str(number), data)
    (folder / "collection.anki2").unlink()
    return folder / name
