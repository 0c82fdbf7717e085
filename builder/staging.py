"""Files into their places: written aside, renamed together, by one run at a time."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from errno import EIO, EISDIR, ELOOP
from getpass import getuser
from pathlib import Path
from tempfile import gettempdir

from builder.source.files import STATE_FOLDER

_PATIENCE = 24 * 60 * 60  # seconds to wait for another run


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Holds a lock that ends with the process, on every system: SQLite's, on an empty database in the file `path`.

    Raises OSError when the file cannot be made.
    """
    try:
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise OSError(EIO, str(error), str(path)) from error
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            raise OSError(EIO, str(error), str(path)) from error
        yield


@contextmanager
def locked(folder: Path) -> Iterator[Path]:
    """Holds the deck in `folder` for this process alone; gives the folder for what is not tracked."""
    state = folder / STATE_FOLDER
    state.mkdir(exist_ok=True)
    # What git brings along could be a stranger's: through a link here, a build would write outside the deck.
    link = next((path for path in (state, *state.iterdir()) if path.is_symlink()), None)
    if link:
        raise OSError(ELOOP, "this is a link, where only files may be; remove it", str(link))
    with _alone(state / "lock"):
        if not (ignore := state / ".gitignore").exists():
            partial = state / "gitignore.partial"
            partial.write_text("*\n", encoding="utf-8")
            partial.replace(ignore)
        yield state


class Staging:
    """Files written beside their places and renamed together, so that a killed run leaves the old ones whole.

    `folder` is on the file system of `out` and belongs to this process alone; what an earlier, killed run left in it is
    removed.
    """

    def __init__(self, out: Path, folder: Path) -> None:
        self.out = out
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self._moves: list[tuple[Path, Path]] = []

    def place(self, final: Path) -> Path:
        """Where to write the file that will become `final`: on the same file system, so that renaming is one step."""
        beside = final.with_name(f".{final.name}.partial")
        partial = self.folder / f"{len(self._moves)}{final.suffix}" if final.parent == self.out else beside
        self._moves.append((partial, final))
        return partial

    def text(self, final: Path, lines: Iterable[str]) -> None:
        """A text file of these lines, with the line ends they have; a whole text is one of them."""
        partial = self.place(final)
        partial.unlink(missing_ok=True)  # a link would lead elsewhere
        with partial.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines((lines,) if isinstance(lines, str) else lines)

    def commit(self) -> None:
        """Renames everything to its place, in the order it was announced; raises OSError before it begins."""
        for partial, final in self._moves:
            if final.is_dir():
                raise IsADirectoryError(EISDIR, "a folder is in the way", str(final))
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        for partial, final in self._moves:
            partial.replace(final)

    def close(self) -> None:
        """Removes what is left."""
        for partial, _ in self._moves:
            with suppress(OSError):  # what went wrong before is what matters
                partial.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def sharing(out: Path) -> Iterator[None]:
    """Holds what the decks that are released into `out` share there."""
    with _alone(_lock_for(out, "")):
        yield


def _lock_for(out: Path, name: str) -> Path:
    # Two clones may build into one folder. The lock is not kept there: that folder is for what people upload.
    user = str(os.getuid()) if hasattr(os, "getuid") else getuser()  # in a container, a user may have no name
    lock = hashlib.sha256(os.fsencode(f"{user} {out.resolve()} {name}")).hexdigest()[:16]
    return Path(gettempdir()) / f"deckbuilder-{lock}.lock"


@contextmanager
def staging(out: Path, name: str) -> Iterator[Staging]:
    """A `Staging` for one deck's files in `out`, `name` is its folder; nothing is renamed unless `commit` is called."""
    out.mkdir(parents=True, exist_ok=True)
    with _alone(_lock_for(out, name)):
        stage = Staging(out, out / f".{name}.partial")
        try:
            yield stage
        finally:
            stage.close()
