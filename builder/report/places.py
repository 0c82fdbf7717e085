"""Paths and texts of diagnostics as they may be shown."""

from __future__ import annotations

import os
import re
from pathlib import Path

_COMMAND = re.compile(r"^(\s*):(?=:)")


def shown_path(path: Path, root: Path) -> str:
    """The path as the author knows it: links are not followed, so that it leads to a file of the deck."""
    try:
        return Path(os.path.abspath(path)).relative_to(os.path.abspath(root)).as_posix()  # noqa: PTH100
    except ValueError:
        return path.as_posix()


def printable(text: str) -> str:
    """`text` in one line, without the characters by which it could write elsewhere on a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def without_command(line: str) -> str:
    """The line, but with `: :` for a `::` at its beginning, blanks aside: to GitHub that would begin a command."""
    return _COMMAND.sub(r"\1: ", line)
