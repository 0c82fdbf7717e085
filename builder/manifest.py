"""The manifest beside released packages: what the next release needs to know, even without git."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from builder import __version__
from builder.build import PackageFile
from builder.core.diagnostics import Diagnostic, quoted
from builder.core.notes import Deck
from builder.core.package import Package
from builder.ledger import EMPTY, Ledger, format_ledger, parse_ledger

FORMAT = 1


def manifest_path(out: Path, deck: Deck) -> Path:
    """Where the manifest of a deck's packages in `out` is."""
    return out / f"{deck.folder.resolve().name}.manifest.json"


def format_manifest(deck: Deck, package: Package, files: Sequence[PackageFile], ledger: Ledger) -> str:
    """The manifest's text: deck, version, counts, note type schemas, builder, and the whole ledger."""
    release = ledger.releases[-1]
    content = {
        "format": FORMAT,
        "deck": {"id": deck.id, "name": deck.name, "folder": deck.folder.resolve().name},
        "version": release.version,
        "released": release.modified,
        "builder": __version__,
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


def read_released(path: Path, deck_ids: set[str]) -> tuple[Ledger, tuple[Diagnostic, ...]]:
    """The ledger that a manifest carries; the manifest must be of a deck with one of `deck_ids`."""

    def problem(message: str, hint: str) -> tuple[Ledger, tuple[Diagnostic, ...]]:
        found = Diagnostic(path=path, line=1, column=1, rule="damaged-manifest", message=message, hint=hint)
        return EMPTY, (found,)

    another = "take the manifest from the last release, or remove it"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found_format, found_id, lines = content["format"], content["deck"]["id"], content["ledger"]
        ledger, damages = parse_ledger("\n".join(lines), path)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return problem("this is not a manifest that deckbuilder wrote", another)
    if found_format != FORMAT:
        return problem("a newer deckbuilder wrote this manifest", "update deckbuilder")
    if found_id not in deck_ids:
        return problem(f"this manifest belongs to the deck {quoted(str(found_id))}", another)
    if damages:
        return problem("the ledger in this manifest is damaged", another)
    return ledger, ()
