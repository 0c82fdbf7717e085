"""Compiled decks into packages on disk: dated, one for each edition and one with everything, all or none."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from errno import EIO, EISDIR
from getpass import getuser
from pathlib import Path
from tempfile import gettempdir

from builder.compiler.deck import CompiledDeck
from builder.core.notes import Deck
from builder.core.package import Package
from builder.dating import date_notes, date_types, recorded
from builder.ledger import EMPTY, Ledger, ledger_lines, read_ledger

STATE_FOLDER = ".deckbuilder"
DRAFT_LEDGER = "draft-ledger.txt"
EVERYTHING = "everything"
# Lines of Markdown that are more than prose, and line ends that an author's editor made.
_BLOCK = re.compile(r"^(?: {4}|\s*(?:[*+-]\s|\d+[.)]\s|[>|#`<~]|[-=_*]{3}))", re.MULTILINE)
_WRAP = re.compile(r"(?<=[^\s\\])\n\s*")
_PATIENCE = 24 * 60 * 60  # seconds to wait for another run


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """A package that was written; `edition` is `everything` or an edition's name, `size` is in bytes."""

    path: Path
    edition: str
    notes: int
    cards: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How many notes differ from what was released."""

    new: int
    changed: int
    gone: int


def assemble(compiled: CompiledDeck, released: Ledger, draft: Ledger, now: int, version: str) -> Package:
    """The package with every note of a deck, dated."""
    deck = compiled.deck
    used = {note.note_type for note in compiled.notes}
    note_types = tuple(note_type.at(version) for note_type in compiled.note_types if note_type.key in used)
    return Package(
        deck_id=deck.id,
        deck_name=deck.name,
        description=describe(deck, version),
        note_types=note_types,
        note_type_times=date_types(note_types, released, draft, now),
        notes=date_notes(compiled.notes, released, draft, now),
        media=compiled.media,
    )


def describe(deck: Deck, version: str) -> str:
    """What Anki shows on the deck's page: the description, then version and licence, as Markdown."""
    about = " · ".join(part for part in (f"Version {version}" if version else "", deck.license) if part)
    return "\n\n".join(part for part in (_unwrapped(deck.description), about) if part)


def _unwrapped(text: str) -> str:
    """Markdown with each paragraph in one line: Anki would break it where the author's editor wrapped it."""
    if "```" in text or "~~~" in text:
        return text
    paragraphs = text.split("\n\n")
    return "\n\n".join(one if _BLOCK.search(one) else _WRAP.sub(" ", one) for one in paragraphs)


def changes_since(released: Ledger, package: Package) -> Changes:
    """What a student who holds the last release would meet."""
    known = released.notes
    present = {note.id for note in package.notes}
    return Changes(
        new=sum(note.id not in known for note in package.notes),
        changed=sum(note.id in known and known[note.id].digest != note.digest for note in package.notes),
        gone=sum(not entry.retired and key not in present for key, entry in known.items()),
    )


def package_digest(deck: Deck, package: Package) -> str:
    """16 hexadecimal digits for everything the deck's packages hold: order, texts of the deck and editions included."""
    types = [[t.schema, t.digest, package.note_type_times[t.key]] for t in package.note_types]
    state = hashlib.blake2b(digest_size=8)
    editions = [[edition.name, edition.audience] for edition in deck.editions]
    state.update(json.dumps([package.deck_id, package.deck_name, package.description, types, editions]).encode())
    for note in package.notes:
        row = [
            note.guid,
            note.digest,
            note.created,
            note.modified,
            note.note_type,
            note.deck,
            note.cards,
            note.audience,
        ]
        state.update(json.dumps(row).encode())
    return state.hexdigest()


def editions_of(deck: Deck, package: Package, edition: str) -> dict[str, Package]:
    """The packages to write by edition; `edition` '' means all of them."""
    packages = {EVERYTHING: package}
    packages.update((wanted.name, package.edition(wanted.audience)) for wanted in deck.editions)
    return {name: packages[name] for name in packages if edition in ("", name)}


def file_name(deck: Deck, edition: str, suffix: str) -> str:
    """The name of a package: the folder's, the edition's, and what it is."""
    parts = (deck.folder.resolve().name, "" if edition == EVERYTHING else edition, suffix)
    return "-".join(part for part in parts if part) + ".apkg"


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
        with self.place(final).open("w", encoding="utf-8", newline="\n") as file:
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
            partial.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def staging(out: Path, deck: Deck) -> Iterator[Staging]:
    """A `Staging` for one deck's files in `out`; nothing is renamed unless `commit` is called."""
    out.mkdir(parents=True, exist_ok=True)
    name = deck.folder.resolve().name
    # Two clones may build into one folder. The lock is not kept there: that folder is for what people upload.
    lock = hashlib.sha256(f"{getuser()} {out.resolve()} {name}".encode()).hexdigest()[:16]
    with _alone(Path(gettempdir()) / f"deckbuilder-{lock}.lock"):
        stage = Staging(out, out / f".{name}.partial")
        try:
            yield stage
        finally:
            stage.close()


def write_packages(
    stage: Staging, packages: Mapping[str, Package], deck: Deck, out: Path, suffix: str
) -> tuple[PackageFile, ...]:
    """Writes the packages of one deck into `stage`; they take the returned paths when it commits."""
    from builder.anki.write import write_package

    files = []
    for edition, package in packages.items():
        final = out / file_name(deck, edition, suffix)
        partial = stage.place(final)
        write_package(package, partial)
        with partial.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        files.append(
            PackageFile(
                path=final,
                edition=edition,
                notes=len(package.notes),
                cards=package.card_count,
                size=partial.stat().st_size,
                sha256=digest,
            )
        )
    return tuple(files)


def build_draft(
    compiled: CompiledDeck, released: Ledger, out: Path, edition: str, now: int
) -> tuple[tuple[PackageFile, ...], Changes]:
    """Writes a deck's packages as drafts into `out`, and the draft ledger; no tracked file is touched."""
    deck = compiled.deck
    with locked(deck.folder) as state, staging(out, deck) as stage:
        draft_path = state / DRAFT_LEDGER
        draft, problems = read_ledger(draft_path)
        draft = EMPTY if problems else draft
        package = assemble(compiled, released, draft, now, deck.version)
        files = write_packages(stage, editions_of(deck, package, edition), deck, out, "draft")
        drafted = recorded(draft, package)
        stage.text(draft_path, ledger_lines(drafted))
        stage.commit()
    return files, changes_since(released, package)
