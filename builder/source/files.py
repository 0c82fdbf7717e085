"""Which files make up a deck, and their text; nothing outside a deck's folder is ever opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from errno import ELOOP
from pathlib import Path

from builder.core.diagnostics import Diagnostic

DECK_FILE = "deck.yaml"
REFERENCES_FILE = "references.yaml"
LEDGER_FILE = "ledger.txt"
MANIFEST_FILE = "manifest.json"
STATE_FOLDER = ".deckbuilder"
DRAFT_LEDGER = "draft-ledger.txt"
STYLE_FILE = "style.css"
NOTE_TYPES_FOLDER = "note_types"
NOTE_TYPE_FILE = "note_type.yaml"
MAX_FILE = 64 * 1024 * 1024
_SUFFIXES = (".yaml", ".yml")


def find_decks(root: Path) -> tuple[Path, ...]:
    """The deck folders under `root/decks`, in the order of their names."""
    folder = root / "decks"
    if not folder.is_dir() or not is_inside(folder, root):
        return ()
    inside = folder.resolve()
    return tuple(
        path
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if (path / DECK_FILE).is_file() and path.resolve().is_relative_to(inside)
    )


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path, its links followed, is in a folder; raises OSError for links that lead round in a circle."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except RuntimeError as error:  # how Python before 3.13 says it
        raise OSError(ELOOP, "its links lead round in a circle", str(path)) from error


def linked_folders(folder: Path) -> tuple[Path, ...]:
    """The folders of a deck that are links to places outside it; what is in them is not read."""
    found = []
    for parent, folders, _ in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in folders if Path(parent, name).is_symlink()]
    return tuple(sorted(path for path in found if not path.resolve().is_relative_to(folder.resolve())))


def note_files(folder: Path) -> tuple[Path, ...]:
    """The YAML files of a deck that hold notes, in the order new cards are shown: by path, compared part by part."""
    found = [path for path in walk(folder) if path.suffix.lower() in _SUFFIXES]
    reserved = {folder / DECK_FILE, folder / REFERENCES_FILE}
    types = folder / NOTE_TYPES_FOLDER
    notes = (path for path in found if path not in reserved and types not in path.parents)
    return tuple(sorted(notes, key=lambda path: path.parts))


def note_type_folders(folder: Path) -> tuple[Path, ...]:
    """The folders of a deck's own note types, in the order of their names."""
    types = folder / NOTE_TYPES_FOLDER
    if not types.is_dir() or not is_inside(types, folder):
        return ()
    found = (path for path in types.iterdir() if path.is_dir() and not path.name.startswith("."))
    return tuple(sorted(found, key=lambda path: path.name))


def misplaced_files(folder: Path) -> tuple[Path, ...]:
    """The YAML files among a deck's note types that are read neither as notes nor as a note type."""
    types = folder / NOTE_TYPES_FOLDER
    if not types.is_dir() or not is_inside(types, folder):
        return ()
    read = {path / NOTE_TYPE_FILE for path in note_type_folders(folder)}
    found = (path for path in walk(types) if path.suffix.lower() in _SUFFIXES and path not in read)
    # In a folder without the file of a note type, that is the mistake.
    return tuple(sorted(path for path in found if path.parent == types or (path.parent / NOTE_TYPE_FILE).exists()))


def walk(folder: Path) -> Iterator[Path]:
    """The files in a folder and below it, in no order, but for those whose names or folders begin with a dot."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in files if not name.startswith("."))


def read_text(path: Path, folder: Path) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a file of the deck in `folder`, as UTF-8 with `\\n` line ends and without a byte order mark."""

    def problem(rule: str, message: str, hint: str, line: int = 1, column: int = 1) -> tuple[str, tuple[Diagnostic]]:
        return "", (Diagnostic(path=path, line=line, column=column, rule=rule, message=message, hint=hint),)

    try:
        if not is_inside(path, folder):
            hint = "copy the file into the deck"
            return problem("outside-deck", "this file is a link to a place outside the deck", hint)
        if not path.is_file():
            path.stat()  # says why, when it is not there
            return problem("unreadable-file", "this is not a file that can be read", "remove it from the deck")
        if path.stat().st_size > MAX_FILE:
            return problem("file-too-large", "this file is larger than 64 MB", "split it into several files")
        data = path.read_bytes()
    except OSError as error:
        return problem(
            "unreadable-file", f"the file cannot be read: {error.strerror}", "check its name and permissions"
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        return problem(
            "not-utf-8",
            f"byte 0x{data[error.start]:02X} is not UTF-8",
            "save the file as UTF-8 (in VS Code: Reopen with Encoding, then Save with Encoding)",
            before.count("\n") + 1,
            len(before) - before.rfind("\n"),
        )
    return text.replace("\r\n", "\n"), ()
