"""The fixes of a deck onto its files, each of them whole at any moment: the old one or the new one."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from builder.core.diagnostics import Diagnostic
from builder.fix.deck import Fixes, fix_deck
from builder.fix.edits import FileFix
from builder.staging import Staging, locked


def write_fixes(folder: Path, only: Collection[Path] = ()) -> Fixes:
    """Fixes the deck in `folder` as `fix_deck` says and gives what was written; runs at once follow each other.

    Raises OSError when a file cannot be written; then no file was.
    """
    with locked(folder) as state:
        fixes, diagnostics = fix_deck(folder, only)
        stage = Staging(folder.resolve(), state / "fix.partial")
        try:
            written = tuple(fix for fix in fixes if _stage(stage, fix))
            stage.commit()
        finally:
            stage.close()
    saved = tuple(_saved_meanwhile(fix.path) for fix in fixes if fix not in written)
    return written, (*diagnostics, *saved)


def _stage(stage: Staging, fix: FileFix) -> bool:
    """Puts the new text beside the file, which must still be what was read; an editor knows no lock."""
    if fix.real.read_bytes() != fix.before.encode("utf-8"):
        return False
    partial = stage.place(fix.real)
    partial.write_text(fix.after, encoding="utf-8", newline="")
    shutil.copymode(fix.real, partial)
    return True


def _saved_meanwhile(path: Path) -> Diagnostic:
    return Diagnostic(
        path=path,
        line=1,
        column=1,
        rule="saved-meanwhile",
        message="this file was saved while it was being fixed",
        hint="run `deckbuilder fix` again",
    )
