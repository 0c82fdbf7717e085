"""A release into the manifest beside its packages and in the deck's folder, and back: all that the next one needs."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import __version__
from builder.core.diagnostics import Diagnostic, quoted
from builder.core.notes import Deck
from builder.core.package import Package, PackageFile
from builder.ledger import EMPTY, Ledger, format_ledger, parse_ledger
from builder.source.files import MANIFEST_FILE

FORMAT = 1
_DAMAGES = (ValueError, KeyError, TypeError, OverflowError, RecursionError)  # what other JSON raises


def manifest_path(out: Path, deck: Deck) -> Path:
    """Where the manifest of a deck's packages in `out` is."""
    return out / f"{deck.folder_name}.manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The commit that a release was made at, '' for none; `is_modified` when not all of the deck was committed."""

    commit: str = ""
    is_modified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is read of a manifest; `packages` lie beside it when it was published with them."""

    released: int = 0
    builder: str = ""
    revision: Revision = Revision()
    packages: tuple[PackageFile, ...] = ()
    deck_name: str = ""
    ledger: Ledger = EMPTY


NO_MANIFEST = Manifest()


def format_manifest(
    deck: Deck, package: Package, files: Sequence[PackageFile], ledger: Ledger, revision: Revision
) -> str:
    """The manifest's text: deck, version, source, counts, note type schemas, builder, and the whole ledger."""
    release = ledger.releases[-1]
    content = {
        "format": FORMAT,
        "deck": {"id": deck.id, "name": deck.name, "folder": deck.folder_name},
        "version": release.version,
        "released": release.modified,
        "builder": __version__,
        "source": {"commit": revision.commit, "modified": revision.is_modified},
        "packages": [
            {
                "file": file.path.name,
                "edition": file.edition,
                "notes": file.notes,
                "cards": file.cards,
                "bytes": file.size,
                "sha256": file.sha256,
            }
            for file in files
        ],
        "note_types": {note_type.key: json.loads(note_type.schema) for note_type in package.note_types},
        "ledger": format_ledger(ledger).rstrip("\n").split("\n"),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def read_manifest(path: Path, deck_ids: Collection[str] = ()) -> tuple[Manifest, tuple[Diagnostic, ...]]:
    """A manifest; it must be of a deck with one of `deck_ids`, if there are any."""

    def problem(message: str, hint: str) -> tuple[Manifest, tuple[Diagnostic, ...]]:
        found = Diagnostic(path=path, line=1, column=1, rule="damaged-manifest", message=message, hint=hint)
        return NO_MANIFEST, (found,)

    another = "take the manifest from the last release, or remove it"
    if path.name == MANIFEST_FILE and not path.resolve().is_relative_to(path.parent.resolve()):
        return problem("this manifest is a link to a place outside the deck", another)
    if not path.exists():
        return problem("there is no such file", "write the path of a manifest, such as dist/knots.manifest.json")
    nothing = problem("this is not a manifest that deckbuilder wrote", another)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found_format, found_id = content["format"], str(content["deck"]["id"])
    except (OSError, *_DAMAGES):
        return nothing
    if found_format != FORMAT:
        return problem("a newer deckbuilder wrote this manifest", "update deckbuilder")
    if deck_ids and found_id not in deck_ids:
        return problem(f"this manifest belongs to the deck {quoted(found_id)}", another)
    try:
        manifest, damages = _manifest(content, path)
    except _DAMAGES:
        return nothing
    return problem("the ledger in this manifest is damaged", another) if damages else (manifest, ())


def _listed(folder: Path, entry: dict[str, Any]) -> PackageFile:
    """A package as it is listed; raises one of the errors of what is no manifest."""
    file = str(entry["file"])
    # A manifest may be a stranger's: packages are beside it.
    if Path(file).name != file or file in ("", "..") or "\\" in file:
        raise ValueError(file)
    return PackageFile(
        path=folder / file,
        edition=str(entry["edition"]),
        notes=int(entry["notes"]),
        cards=int(entry["cards"]),
        size=int(entry["bytes"]),
        sha256=str(entry["sha256"]),
    )


def _manifest(content: Any, path: Path) -> tuple[Manifest, tuple[Diagnostic, ...]]:
    ledger, damages = parse_ledger("\n".join(content["ledger"]), path)
    source = content["source"]
    manifest = Manifest(
        released=int(content["released"]),
        builder=str(content["builder"]),
        revision=Revision(commit=str(source["commit"]), is_modified=source["modified"] is True),
        packages=tuple(_listed(path.parent, one) for one in content["packages"]),
        deck_name=str(content["deck"]["name"]),
        ledger=ledger,
    )
    return manifest, damages
