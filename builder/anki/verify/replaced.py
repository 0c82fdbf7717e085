"""An older and a newer package into the notes that keep showing an old file, because the new one has its name."""

from __future__ import annotations

from pathlib import Path

from builder.anki.read import PackageError, StoredPackage, read_package
from builder.anki.verify.results import Finding
from builder.anki.verify.snapshot import Snapshot
from builder.core.english import counted


def replaced_media(old: Path, new: Path, old_notes: Snapshot, new_notes: Snapshot) -> tuple[Finding, ...]:
    """An error that names the notes, if there are any, or says that a file is damaged.

    Anki gives the new file another name, and only in the notes that it updates, which are those that are later.
    """
    try:
        names = _other_files(read_package(old), read_package(new))
    except PackageError as error:
        return (Finding(rule="refused-package", message=f"{error.path.name}: {error}"),)
    stale = {
        guid
        for guid in old_notes.notes.keys() & new_notes.notes.keys()
        if new_notes.notes[guid].content.modified <= old_notes.notes[guid].content.modified
        and any(name in field for name in names for field in new_notes.notes[guid].content.fields)
    }
    if not stale:
        return ()
    message = f"{counted(len(stale), 'note')}: a new file has the name of an old one, which students keep"
    return (Finding(rule="replaced-media", message=message, notes=new_notes.names(stale)),)


def _other_files(old: StoredPackage, new: StoredPackage) -> list[str]:
    common = set(old.media_names) & set(new.media_names)
    return [name for name in sorted(common) if old.media(name) != new.media(name)]
