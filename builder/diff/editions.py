"""Packages that a manifest lists into what each edition was given, and a side into what one edition shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from builder.anki.read import read_package
from builder.core.checksum import sha256_of
from builder.core.package import EVERYTHING
from builder.diff.model import Side
from builder.ledger import Ledger
from builder.manifest import Manifest


def listed_path(manifest: Manifest, folder: Path, edition: str) -> Path | None:
    """The package of an edition; None when it is not in the folder as it was released."""
    for listed in manifest.packages:
        path = folder / listed.path.name
        if listed.edition == edition and path.is_file() and sha256_of(path) == listed.sha256:
            return path
    return None


def with_editions(side: Side, manifest: Manifest, folder: Path, audiences: Mapping[str, str]) -> Side:
    """The package with everything with the audiences that its notes had, as the packages of editions beside it tell.

    `audiences` are those of editions by name. The side stays as it is when a package is missing or is of an edition
    that is not among them.

    Raises `PackageError` and OSError.
    """
    names = [listed.edition for listed in manifest.packages if listed.edition != EVERYTHING]
    paths = {name: listed_path(manifest, folder, name) for name in names}
    if not names or not set(names) <= set(audiences) or None in paths.values():
        return side
    found: dict[str, set[str]] = {note.guid: set() for note in side.notes if note.cards}
    for name, path in paths.items():
        assert path is not None
        for note in read_package(path).package.notes:
            if note.cards and note.guid in found:
                found[note.guid].add(audiences[name])
    everybody = {audiences[name] for name in names}
    exact = {guid: frozenset((*those, "") if those == everybody else those) for guid, those in found.items()}
    return replace(side, audiences=exact, unsure=frozenset())


def of_edition(side: Side, audience: str, held: frozenset[str] = frozenset()) -> Side:
    """The notes for an audience, and those with the GUIDs `held` without cards; a package has what it has."""
    if not side.audiences:
        return side
    has = {guid for guid, audiences in side.audiences.items() if audiences & {"", audience}}
    present = has | held
    notes = (note if note.guid in has else replace(note, cards=()) for note in side.notes if note.guid in present)
    return replace(side, notes=tuple(notes), audiences={}, unsure=frozenset())


def only_edition(old: Side, new: Side, ledger: Ledger, audiences: Mapping[str, str]) -> str:
    """The edition whose package `old` seems to be, where `new` has everything; '' for none, or several.

    It lacks notes that are for others and had been released when it was, and has none but those for its audience.
    """
    held = {note.guid for note in old.notes}
    newest = max((note.modified for note in old.notes), default=0)
    missing = {
        note.guid
        for note in new.notes
        if note.guid not in held
        and (entry := ledger.notes.get(note.id))
        and not (entry.retired or entry.gone)
        and entry.since <= newest
    }
    if old.audiences or not missing or not held <= new.audiences.keys():
        return ""
    had = {note.guid: ledger.notes[note.id].audiences if note.id in ledger.notes else () for note in new.notes}
    fitting = [
        name
        for name, audience in audiences.items()
        if not any(new.audiences[guid] & {"", audience} for guid in missing)
        and all(audience in had[note.guid] or new.audiences[note.guid] & {"", audience} for note in old.notes)
    ]
    return fitting[0] if len(fitting) == 1 else ""
