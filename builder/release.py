"""A deck's next release: dated once, refused when it would cost students something, recorded in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from builder.build import (
    Changes,
    PackageFile,
    Staging,
    assemble,
    changes_since,
    editions_of,
    locked,
    package_digest,
    staging,
    write_packages,
)
from builder.compiler.deck import CompiledDeck
from builder.core.diagnostics import Diagnostic, has_errors, quoted
from builder.core.notes import Deck
from builder.core.package import Package
from builder.dating import recorded, release_time
from builder.guards import costs
from builder.ledger import EMPTY, Ledger, ReleaseEntry, format_ledger, merge_ledgers, read_ledger
from builder.manifest import format_manifest, manifest_path, read_released
from builder.source.files import DECK_FILE, LEDGER_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What a release made; `is_new` is False when nothing differs from the release before."""

    version: str
    files: tuple[PackageFile, ...]
    changes: Changes
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOptions:
    """`version` '' takes the deck's; `previous` are manifests of earlier releases besides the one in `out`."""

    out: Path
    version: str = ""
    allowed: frozenset[str] = frozenset()
    previous: tuple[Path, ...] = ()


def release(
    compiled: CompiledDeck, options: ReleaseOptions, now: int
) -> tuple[Released | None, tuple[Diagnostic, ...]]:
    """Writes packages, manifest and ledger; nothing at all when a diagnostic is an error."""
    deck = compiled.deck
    with locked(deck.folder), staging(options.out, deck) as stage:
        before, diagnostics = released_so_far(compiled, options)
        diagnostics += tuple(costs(compiled, before, now, options.allowed, releasing=True))
        version = options.version or deck.version
        if not version:
            diagnostics += (_without_version(compiled),)
        if has_errors(diagnostics):
            return None, diagnostics
        package = assemble(compiled, before, EMPTY, now, version)
        after = _after(before, deck, package, version, now)
        stage.text(deck.folder / LEDGER_FILE, format_ledger(after))
        files = _write(stage, compiled, package, after, options)
        stage.commit()
    is_new = before.releases[-1:] != after.releases[-1:]
    return Released(version=version, files=files, changes=changes_since(before, package), is_new=is_new), diagnostics


def rebuild(compiled: CompiledDeck, options: ReleaseOptions) -> tuple[Released | None, tuple[Diagnostic, ...]]:
    """Writes the packages and manifest of the recorded release again, or says where the sources differ from it."""
    deck = compiled.deck
    with locked(deck.folder), staging(options.out, deck) as stage:
        before, diagnostics = read_ledger(deck.folder / LEDGER_FILE)
        if has_errors(diagnostics):
            return None, diagnostics
        if not before.releases:
            return None, (_never_released(compiled),)
        recorded_release = before.releases[-1]
        package = assemble(compiled, before, EMPTY, recorded_release.modified, recorded_release.version)
        differences = _differences(compiled, package, before)
        if differences:
            return None, differences
        files = _write(stage, compiled, package, before, options)
        stage.commit()
    changes = changes_since(before, package)
    return Released(version=recorded_release.version, files=files, changes=changes, is_new=False), ()


def released_so_far(compiled: CompiledDeck, options: ReleaseOptions) -> tuple[Ledger, tuple[Diagnostic, ...]]:
    """The committed ledger together with those of earlier manifests, which may know of more."""
    deck = compiled.deck
    ledger, diagnostics = read_ledger(deck.folder / LEDGER_FILE)
    ledgers = [ledger]
    beside = manifest_path(options.out, deck)
    for path in (*options.previous, *((beside,) if beside.exists() else ())):
        found, problems = read_released(path, {deck.id, ledger.deck_id} if path == beside else {deck.id})
        ledgers.append(found)
        diagnostics += problems
    return merge_ledgers(ledgers), diagnostics


def _after(before: Ledger, deck: Deck, package: Package, version: str, now: int) -> Ledger:
    after = recorded(before, package)
    digest = package_digest(deck, package)
    last = before.releases[-1:]
    if last and (last[0].version, last[0].digest) == (version, digest):
        return after
    entry = ReleaseEntry(modified=release_time(now, before), version=version, digest=digest)
    return replace(after, releases=(*before.releases, entry))


def _write(
    stage: Staging, compiled: CompiledDeck, package: Package, ledger: Ledger, options: ReleaseOptions
) -> tuple[PackageFile, ...]:
    deck = compiled.deck
    files = write_packages(stage, editions_of(deck, package, ""), deck, options.out, "")
    stage.text(manifest_path(options.out, deck), format_manifest(deck, package, files, ledger))
    return files


def _without_version(compiled: CompiledDeck) -> Diagnostic:
    return Diagnostic(
        path=compiled.deck.folder / DECK_FILE,
        line=1,
        column=1,
        rule="missing-version",
        message="a release needs a version",
        hint="add a line such as `version: 2026.11`, or give --version",
    )


def _never_released(compiled: CompiledDeck) -> Diagnostic:
    return Diagnostic(
        path=compiled.deck.folder / DECK_FILE,
        line=1,
        column=1,
        rule="never-released",
        message="the deck has no ledger with a release in it",
        hint="run `deckbuilder release` without --locked and commit the ledger",
    )


def _differences(compiled: CompiledDeck, package: Package, ledger: Ledger) -> tuple[Diagnostic, ...]:
    hint = "release it with `deckbuilder release` and commit the ledger, or undo the change"

    def differs(path: Path, line: int, column: int, message: str) -> Diagnostic:
        return Diagnostic(path=path, line=line, column=column, rule="differs-from-release", message=message, hint=hint)

    found = []
    for note in package.notes:
        entry = ledger.notes.get(note.id)
        if entry is None:
            found.append(differs(*compiled.places[note.id], f"{quoted(note.id)} was never released"))
        elif entry.digest != note.digest or not set(note.cards) <= set(entry.cards):
            found.append(differs(*compiled.places[note.id], f"{quoted(note.id)} has changed since its release"))
        elif entry.note_type != note.note_type or entry.retired:
            found.append(
                differs(*compiled.places[note.id], f"{quoted(note.id)} was released as another note, or retired")
            )
    path = compiled.deck.folder / LEDGER_FILE
    for note_id, entry in ledger.notes.items():
        if not entry.retired and note_id not in compiled.places:
            found.append(differs(path, entry.line, 1, f"the released note {quoted(note_id)} is gone"))
    if not found and package_digest(compiled.deck, package) != ledger.releases[-1].digest:
        what = "the deck differs from its last release in order, subdecks, editions, description, templates or styling"
        found.append(differs(compiled.deck.folder / DECK_FILE, 1, 1, what))
    return tuple(found)
