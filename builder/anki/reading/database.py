"""A database by a stranger into rows: opened so that it can change nothing, run nothing and not go on for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from builder.anki.reading.damage import damaged
from builder.anki.reading.limits import (
    CELL_SIZE,
    EXPRESSION_DEPTH,
    SCHEMA_COLUMNS,
    SCHEMA_SQL_SIZE,
    STEPS,
)

_STEPS_BETWEEN = 10_000

# The columns of each table up to the last that is read, as Anki orders them: a long text in a column before that has to
# be walked over, so none may be there that is not looked at.
COLUMNS = {
    "col": "id crt mod scm ver dty usn ls conf models decks",
    "notes": "id guid mid mod usn tags flds",
    "cards": "id nid did ord mod usn type queue due ivl factor reps lapses left odue odid",
    "notetypes": "id name mtime_secs usn config",
    "fields": "ntid ord name",
    "templates": "ntid ord name mtime_secs usn config",
    "decks": "id name mtime_secs usn common kind",
}

# How SQLite itself writes the beginning of each; a view, a trigger or a virtual table begins in another way.
_HARMLESS = ("CREATE TABLE ", "CREATE INDEX ", "CREATE UNIQUE INDEX ")


@contextmanager
def open_database(path: Path) -> Iterator[Database]:
    """The database in a file that nobody else has; what SQLite finds wrong in the block becomes a `DamageError`."""
    size = path.stat().st_size
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            _restrict(connection, size)
            _check_schema(connection)
            yield Database(connection, size)
    except (sqlite3.Error, UnicodeError) as error:
        # What SQLite says of it differs by version, and may quote megabytes of a text, or bytes that are none.
        damaged("the database is damaged", error)


def _restrict(connection: sqlite3.Connection, size: int) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, CELL_SIZE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, SCHEMA_SQL_SIZE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, SCHEMA_COLUMNS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, EXPRESSION_DEPTH)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    left = [(STEPS + size) // _STEPS_BETWEEN]

    def goes_on_too_long() -> bool:
        left[0] -= 1
        return left[0] < 0

    connection.set_progress_handler(goes_on_too_long, _STEPS_BETWEEN)
    for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")


def _check_schema(connection: sqlite3.Connection) -> None:
    """Anki has tables and indexes. Their SQL tells which, for the other columns of the schema may lie."""
    for kind, sql in connection.execute("SELECT type, sql FROM sqlite_master"):
        is_own_index = sql is None and kind == "index"
        if not is_own_index and not (type(sql) is str and sql.startswith(_HARMLESS)):
            damaged("the database has more than tables and indexes")


class Database:
    """What may be asked of an opened database of `size` bytes."""

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        self._connection = connection
        self._letters_left = size

    def rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """The columns named in `COLUMNS`, row by row as they are stored, with their texts counted."""
        for row in self.uncounted_rows(table):
            self.count(sum(len(value) for value in row if type(value) is str or type(value) is bytes))
            yield row

    def uncounted_rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        """The same for a caller who counts, or stops at the first text of a table that should have numbers only."""
        self._check_columns(table)
        # An index may lie about its table; without one, there is no need of the collations that it names either.
        names = ", ".join(COLUMNS[table].split())
        return self._connection.execute(f"SELECT {names} FROM main.{table} NOT INDEXED")

    def count(self, letters: int) -> None:
        """Stops when all texts are longer than the file: an honest one has a place of its own for each."""
        self._letters_left -= letters
        if self._letters_left < 0:
            damaged("the database holds more than its size")

    def _check_columns(self, table: str) -> None:
        found = self._connection.execute(f"PRAGMA main.table_xinfo({table})").fetchall()
        if not found:
            damaged(f"the database has no table {table}")
        wanted = COLUMNS[table].split()
        if [name.lower() for _, name, *_ in found[: len(wanted)]] != wanted:
            damaged(f"the table {table} lacks columns of Anki's")
        if any(hidden for *_, hidden in found):
            damaged(f"the table {table} has computed columns")
