"""A package into what real Anki makes of it in an empty collection: counts, and every fault of every card."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from builder.anki.read import StoredPackage
from builder.anki.verify.beside import listed
from builder.anki.verify.rendering import MISSING_CARD, UNUSED_MEDIA, Fault, faults
from builder.anki.verify.results import Count, Finding, Imported
from builder.anki.verify.snapshot import Snapshot, snapshot
from builder.anki.verify.student import Student
from builder.anki.verify.taking import RefusedError, read, take_first
from builder.core.checksum import sha256_of
from builder.core.english import counted
from builder.core.package import PackageFile


def import_package(package: Path, folder: Path) -> tuple[Imported, Snapshot | None]:
    """What Anki makes of `package`, and all that it holds then; uses up an empty `folder`.

    A package that cannot be read or that Anki refuses is an error in it, without a snapshot.
    """
    try:
        stored = read(package)
        with Student(folder) as student:
            taken = take_first(student, package, stored)
            held = snapshot(student)
            media = _media(student)
            decks = len({schedule.deck for schedule in held.schedules.values()})
            tags = tuple(sorted(student.collection.tags.all()))
            found = tuple(faults(student))
    except RefusedError as refused:
        return Imported(package=package, errors=(refused.finding,)), None
    manifest = listed(package)
    counts = _counts(stored, held, decks, len(tags), media, manifest)
    errors = (
        *_wrong_counts(counts),
        *_wrong_checksum(package, manifest),
        *_not_taken(taken.other),
        *_of_faults((fault for fault in found if fault.rule != UNUSED_MEDIA), held),
    )
    without_cards = sum(not cards for cards in held.cards.values())
    return (
        Imported(
            package=package,
            counts=counts,
            rendered=len(held.schedules),
            without_cards=without_cards,
            tags=tags,
            errors=errors,
            unused_media=tuple(sorted(set(stored.media_names) - media)),
        ),
        held,
    )


def _media(student: Student) -> set[str]:
    return {path.name for path in Path(student.collection.media.dir()).iterdir() if path.is_file()}


def _counts(
    stored: StoredPackage, held: Snapshot, decks: int, tags: int, media: set[str], manifest: PackageFile | None
) -> tuple[Count, ...]:
    """What Anki has beside what the package's database has; decks are those with cards."""
    package = stored.package
    types = {note.note_type for note in package.notes}
    notes, cards = (manifest.notes, manifest.cards) if manifest else (None, None)
    own_decks = {note.deck for note in package.notes if note.cards}
    own_tags = {tag.casefold() for note in package.notes for tag in note.tags}
    return (
        Count(what="notes", anki=len(held.notes), package=len(package.notes), manifest=notes),
        Count(what="cards", anki=len(held.schedules), package=package.card_count, manifest=cards),
        Count(what="note types", anki=len(held.note_types), package=len(types)),
        Count(what="decks", anki=decks, package=len(own_decks)),
        Count(what="tags", anki=tags, package=len(own_tags)),
        Count(what="media", anki=len(media), package=len(stored.media_names)),
    )


def _wrong_counts(counts: Iterable[Count]) -> Iterable[Finding]:
    """Notes or cards that got lost; the package's other numbers are told in other ways, and differ by right."""
    for count in counts:
        if count.what not in ("notes", "cards"):
            continue
        if count.anki != count.package:
            message = f"Anki holds {count.anki:,} {count.what}, the package {count.package:,}"
            yield Finding(rule="wrong-count", message=message)
        if count.manifest is not None and count.manifest != count.package:
            message = f"the manifest says {count.manifest:,} {count.what}, the package holds {count.package:,}"
            yield Finding(rule="wrong-count", message=message)


def _wrong_checksum(package: Path, manifest: PackageFile | None) -> Iterable[Finding]:
    if manifest and sha256_of(package) != manifest.sha256:
        message = f"{package.name} is not the file that its manifest was written for: another SHA-256"
        yield Finding(rule="wrong-checksum", message=message)


def _not_taken(number: int) -> Iterable[Finding]:
    if number:
        yield Finding(rule="missing-note", message=f"{counted(number, 'note')}: Anki could not take them")


def _of_faults(found: Iterable[Fault], held: Snapshot) -> Iterable[Finding]:
    """One finding for each kind of fault, naming all cards and notes that have it."""
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for fault in found:
        # Check Database gives a note without cards all of its cards: a retired note is shipped so on purpose.
        if fault.rule == MISSING_CARD and not held.cards[fault.name]:
            continue
        name = held.notes[fault.name].name if fault.name else ""
        side = f" {fault.side}" if fault.side else ""
        shown = f"{name} card {fault.card}{side}" if fault.card else name
        groups.setdefault((fault.rule, fault.words), {})[shown] = None
    for (rule, words), names in groups.items():
        yield Finding(rule=rule, message=words, notes=tuple(name for name in names if name))
