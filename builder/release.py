"""A deck's next release: dated once, refused when it would cost students something, recorded in the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from builder import __version__
from builder.build import Changes, assemble, changes_since, editions_of, package_digest, write_packages
from builder.checksums import CHECKSUMS_FILE, checksum_lines
from builder.compiler.deck import CompiledDeck
from builder.core.diagnostics import Diagnostic, has_errors, quoted
from builder.core.notes import Deck
from builder.core.package import Package, PackageFile
from builder.dating import recorded, release_time
from builder.diff.last_release import notes_of_last_release, notes_path
from builder.git import head, is_modified
from builder.guards import costs, is_allowed
from builder.ledger import EMPTY, Ledger, ReleaseEntry, format_ledger, merge_ledgers, read_ledger
from builder.manifest import NO_MANIFEST, Manifest, Revision, format_manifest, manifest_path, read_manifest
from builder.source.files import DECK_FILE, LEDGER_FILE, MANIFEST_FILE
from builder.staging import Staging, locked, sharing, staging

# What a release writes into the deck's folder, and what one that was killed leaves there.
_OURS = (LEDGER_FILE, MANIFEST_FILE, f".{LEDGER_FILE}.partial", f".{MANIFEST_FILE}.partial")


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
    """Writes packages, what stands beside them, manifest and ledger; nothing at all when a diagnostic is an error."""
    deck = compiled.deck
    with _releasing(deck, options.out) as stage:
        before, diagnostics = released_so_far(compiled, options)
        if has_errors(diagnostics):
            return None, diagnostics
        version = options.version or deck.version
        package = assemble(compiled, before, EMPTY, now, version)
        after = _after(before, deck, package, version, now)
        is_new = before.releases[-1:] != after.releases[-1:]
        diagnostics += tuple(costs(compiled, before, now, options.allowed, releasing=True))
        if not version:
            diagnostics += (_without_version(compiled),)
        elif is_new and not _may_have(version, before, options.allowed):
            diagnostics += (_same_version(compiled, version),)
        if has_errors(diagnostics):
            return None, diagnostics
        revision = _revision(deck, after)  # before files are written beside those of the deck
        stage.text(deck.folder / LEDGER_FILE, format_ledger(after))
        files = _write(stage, compiled, package, after, revision, options)
        stage.commit()
    return Released(version=version, files=files, changes=changes_since(before, package), is_new=is_new), diagnostics


def _may_have(version: str, before: Ledger, allowed: frozenset[str]) -> bool:
    """Whether a release with new content may be called that: no other is, or it was allowed."""
    is_used = version in {entry.version for entry in before.releases}
    return not is_used or is_allowed("same-version", version, allowed)


def rebuild(compiled: CompiledDeck, options: ReleaseOptions) -> tuple[Released | None, tuple[Diagnostic, ...]]:
    """Writes the recorded release again, or says where the sources differ from it."""
    deck = compiled.deck
    with _releasing(deck, options.out) as stage:
        before, diagnostics = read_ledger(deck.folder / LEDGER_FILE)
        if has_errors(diagnostics):
            return None, diagnostics
        if not before.releases:
            return None, (_never_released(compiled),)
        recorded_release = before.releases[-1]
        beside = manifest_path(options.out, deck)
        known, _ = _manifest_at(beside, deck)
        if known.released > recorded_release.modified:
            return None, (_later_release(beside, known),)
        if options.version not in ("", recorded_release.version):
            return None, (_other_version(deck, options.version, recorded_release.version),)
        package = assemble(compiled, before, EMPTY, recorded_release.modified, recorded_release.version)
        differences = _differences(compiled, package, before)
        if differences:
            return None, differences
        files = _write(stage, compiled, package, before, _revision(deck, before), options)
        if others := _other_bytes(deck, before, files):
            return None, others
        stage.commit()
    changes = changes_since(before, package)
    return Released(version=recorded_release.version, files=files, changes=changes, is_new=False), ()


@contextmanager
def _releasing(deck: Deck, out: Path) -> Iterator[Staging]:
    """Holds the deck and the output folder, whose checksums all decks share."""
    with locked(deck.folder), staging(out, deck.folder_name) as stage, sharing(out):
        yield stage


def released_so_far(compiled: CompiledDeck, options: ReleaseOptions) -> tuple[Ledger, tuple[Diagnostic, ...]]:
    """The committed ledger together with those of earlier manifests, which may know of more."""
    deck = compiled.deck
    ledger, diagnostics = read_ledger(deck.folder / LEDGER_FILE)
    ledgers = [ledger]
    ours = [path for path in (deck.folder / MANIFEST_FILE, manifest_path(options.out, deck)) if path.exists()]
    for path in (*options.previous, *ours):
        found, problems = read_manifest(path, {deck.id, ledger.deck_id} if path in ours else {deck.id})
        if not _is_before(found.ledger, ledger):
            ledgers.append(found.ledger)
        diagnostics += problems
    return merge_ledgers(ledgers), diagnostics


def _is_before(one: Ledger, other: Ledger) -> bool:
    """Whether a ledger is an earlier state of another: it would only bring back what has been dropped since."""
    return set(one.releases) < set(other.releases) and one.notes.keys() <= other.notes.keys()


def _after(before: Ledger, deck: Deck, package: Package, version: str, now: int) -> Ledger:
    moment = release_time(now, before)
    after = recorded(before, package, deck.audiences, moment)
    digest = package_digest(deck, package, after)
    last = before.releases[-1:]
    if last and (last[0].version, last[0].digest) == (version, digest):
        return after
    return replace(after, releases=(*before.releases, ReleaseEntry(modified=moment, version=version, digest=digest)))


def _write(
    stage: Staging,
    compiled: CompiledDeck,
    package: Package,
    ledger: Ledger,
    revision: Revision,
    options: ReleaseOptions,
) -> tuple[PackageFile, ...]:
    """Packages, release notes, manifest (also in the deck's folder) and checksums."""
    deck, out = compiled.deck, options.out
    files = write_packages(stage, editions_of(deck, package, "", ledger), deck, out, "")
    manifest = format_manifest(deck, package, files, ledger, revision)
    texts = {notes_path(out, deck): notes_of_last_release(compiled, ledger), manifest_path(out, deck): manifest}
    for path, text in texts.items():
        stage.text(path, text)
    known, _ = _manifest_at(manifest_path(out, deck), deck)
    before = {file.path.name for file in known.packages}
    checksums = {file.path.name: file.sha256 for file in files}
    checksums |= {path.name: hashlib.sha256(text.encode("utf-8")).hexdigest() for path, text in texts.items()}
    stage.text(out / CHECKSUMS_FILE, checksum_lines(out, checksums, before))
    stage.text(deck.folder / MANIFEST_FILE, manifest)
    return files


def _manifest_at(path: Path, deck: Deck) -> tuple[Manifest, tuple[Diagnostic, ...]]:
    """The deck's manifest in a file; one that says nothing when there is no such file."""
    return read_manifest(path, {deck.id}) if path.exists() else (NO_MANIFEST, ())


def _revision(deck: Deck, ledger: Ledger) -> Revision:
    """The commit that the last release was made at: the recorded one, or where the deck's folder is now."""
    known, problems = _manifest_at(deck.folder / MANIFEST_FILE, deck)
    if not problems and known.released == ledger.releases[-1].modified:
        return known.revision
    return Revision(commit=head(deck.folder), is_modified=is_modified(deck.folder, _OURS))


def _other_bytes(deck: Deck, ledger: Ledger, files: tuple[PackageFile, ...]) -> tuple[Diagnostic, ...]:
    """Packages that are not, byte for byte, those of the committed manifest, if the same deckbuilder wrote that."""
    path = deck.folder / MANIFEST_FILE
    known, problems = _manifest_at(path, deck)
    if problems or known.builder != __version__ or known.released != ledger.releases[-1].modified:
        return problems
    released = {(file.path.name, file.sha256) for file in known.packages}
    names = [file.path.name for file in files if (file.path.name, file.sha256) not in released]
    what = f"{', '.join(names)} would not have the bytes that were released"
    hint = "a library that writes packages may have changed: install what the release was made with, or release anew"
    found = Diagnostic(path=path, line=1, column=1, rule="differs-from-release", message=what, hint=hint)
    return (found,) if names else ()


def _without_version(compiled: CompiledDeck) -> Diagnostic:
    return Diagnostic(
        path=compiled.deck.folder / DECK_FILE,
        line=1,
        column=1,
        rule="missing-version",
        message="a release needs a version",
        hint="add a line such as `version: 2026.11`, or give --version",
    )


def _same_version(compiled: CompiledDeck, version: str) -> Diagnostic:
    return Diagnostic(
        path=compiled.deck.folder / DECK_FILE,
        line=1,
        column=1,
        rule="same-version",
        message=f"{quoted(version)} was released before with other content",
        hint="students, and what they report, could not tell the two apart: write a new `version` in deck.yaml or give "
        f"--version; `deckbuilder release --allow same-version:{version}` releases it all the same",
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


def _later_release(path: Path, known: Manifest) -> Diagnostic:
    return Diagnostic(
        path=path,
        line=1,
        column=1,
        rule="differs-from-release",
        message=f"this is of a later release, {quoted(known.ledger.releases[-1].version)}, than the ledger knows",
        hint="commit its ledger, or name another folder with --out: this manifest may be the only record of it",
    )


def _other_version(deck: Deck, wanted: str, version: str) -> Diagnostic:
    return Diagnostic(
        path=deck.folder / LEDGER_FILE,
        line=1,
        column=1,
        rule="differs-from-release",
        message=f"the recorded release is {quoted(version)}, not {quoted(wanted)}",
        hint="name the version that was released, or release the other one and commit the ledger",
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
        elif entry.note_type != note.note_type or bool(entry.retired) != note.retired:
            found.append(
                differs(*compiled.places[note.id], f"{quoted(note.id)} was released as another note, or retired")
            )
    path = compiled.deck.folder / LEDGER_FILE
    for note_id, entry in ledger.notes.items():
        if not entry.gone and note_id not in compiled.places:
            found.append(differs(path, entry.line, 1, f"the released note {quoted(note_id)} is gone"))
    if not found and package_digest(compiled.deck, package, ledger) != ledger.releases[-1].digest:
        what = "the deck differs from its last release in order, subdecks, editions, description, templates or styling"
        found.append(differs(compiled.deck.folder / DECK_FILE, 1, 1, what))
    return tuple(found)
