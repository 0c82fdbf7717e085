"""Compiled decks into packages on disk: dated, one for each edition and one with everything, all or none."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from builder.compiler.deck import CompiledDeck
from builder.core.checksum import sha256_of
from builder.core.notes import Deck
from builder.core.package import EVERYTHING, AnkiNote, Package, PackageFile
from builder.dating import date_notes, date_types, recorded
from builder.ledger import EMPTY, Ledger, ledger_lines, read_ledger
from builder.source.files import DRAFT_LEDGER
from builder.staging import Staging, locked, staging

# Lines of Markdown that are more than prose, and line ends that an author's editor made.
_BLOCK = re.compile(r"^(?: {4}|\s*(?:[*+-]\s|\d+[.)]\s|[>|#`<~]|[-=_*]{3}))", re.MULTILINE)
_WRAP = re.compile(r"(?<=[^\s\\])\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How many notes differ from what was released; `changed` is without those that are retired now."""

    new: int
    changed: int
    retired: int
    gone: int


def assemble(compiled: CompiledDeck, released: Ledger, draft: Ledger, now: int, version: str) -> Package:
    """The package with every note of a deck, dated.

    A retired note has no cards in it: who holds them keeps them and gets the note's last words. One that was never
    released is nobody's and is left out.
    """
    deck = compiled.deck
    notes = [
        replace(note, cards=()) if note.retired else note
        for note in compiled.notes
        if not note.retired or note.id in released.notes
    ]
    used = {note.note_type for note in notes}
    note_types = tuple(note_type.at(version) for note_type in compiled.note_types if note_type.key in used)
    return Package(
        deck_id=deck.id,
        deck_name=deck.name,
        description=describe(deck, version),
        note_types=note_types,
        note_type_times=date_types(note_types, released, draft, now),
        notes=date_notes(notes, released, draft, now),
        media=compiled.media,
    )


def describe(deck: Deck, version: str) -> str:
    """What Anki shows on the deck's page: the description, then version and licence, as Markdown."""
    about = " · ".join(part for part in (f"Version {version}" if version else "", deck.license) if part)
    return "\n\n".join(part for part in (_unwrapped(deck.description), about) if part)


def _unwrapped(text: str) -> str:
    """Markdown with each paragraph in one line: Anki would break it where the author's editor wrapped it."""
    if "```" in text or "~~~" in text:
        return text
    paragraphs = text.split("\n\n")
    return "\n\n".join(one if _BLOCK.search(one) else _WRAP.sub(" ", one) for one in paragraphs)


def changes_since(released: Ledger, package: Package) -> Changes:
    """What a student who holds the last release would meet."""
    known = released.notes
    present = {note.id for note in package.notes}
    differing = [note for note in package.notes if note.id in known and known[note.id].digest != note.digest]
    retired = sum(note.retired and not known[note.id].retired for note in package.notes if note.id in known)
    return Changes(
        new=sum(note.id not in known for note in package.notes),
        changed=sum(not note.retired or known[note.id].retired > 0 for note in differing),
        retired=retired,
        gone=sum(not entry.gone and key not in present for key, entry in known.items()),
    )


def package_digest(deck: Deck, package: Package, ledger: Ledger) -> str:
    """16 hexadecimal digits for everything the deck's packages hold: order, texts of the deck and editions included."""
    types = [[t.schema, t.digest, package.note_type_times[t.key]] for t in package.note_types]
    state = hashlib.blake2b(digest_size=8)
    editions = [[edition.name, edition.audience] for edition in deck.editions]
    state.update(json.dumps([package.deck_id, package.deck_name, package.description, types, editions]).encode())
    for note in package.notes:
        row = [
            note.guid,
            note.digest,
            note.created,
            note.modified,
            note.note_type,
            note.deck,
            note.cards,
            note.audience,
            left_audiences(note, ledger),
        ]
        state.update(json.dumps(row).encode())
    return state.hexdigest()


def left_audiences(note: AnkiNote, ledger: Ledger) -> tuple[str, ...]:
    """To whom the note was released once and is not any more; they keep its cards."""
    entry = ledger.notes.get(note.id)
    if entry is None or not note.audience:
        return ()
    return tuple(audience for audience in entry.audiences if audience != note.audience)


def editions_of(deck: Deck, package: Package, edition: str, ledger: Ledger) -> dict[str, Package]:
    """The packages to write by edition; `edition` '' means all of them."""
    left = {note.id: left_audiences(note, ledger) for note in package.notes if note.audience}
    packages = {EVERYTHING: package}
    for wanted in deck.editions:
        if edition in ("", wanted.name):
            held = frozenset(note_id for note_id, audiences in left.items() if wanted.audience in audiences)
            packages[wanted.name] = package.edition(wanted.audience, held)
    return {name: packages[name] for name in packages if edition in ("", name)}


def file_name(deck: Deck, edition: str, suffix: str) -> str:
    """The name of a package: the folder's, the edition's, and what it is."""
    parts = (deck.folder_name, "" if edition == EVERYTHING else edition, suffix)
    return "-".join(part for part in parts if part) + ".apkg"


def write_packages(
    stage: Staging, packages: Mapping[str, Package], deck: Deck, out: Path, suffix: str
) -> tuple[PackageFile, ...]:
    """Writes the packages of one deck into `stage`; they take the returned paths when it commits."""
    from builder.anki.write import write_package

    files = []
    for edition, package in packages.items():
        final = out / file_name(deck, edition, suffix)
        partial = stage.place(final)
        write_package(package, partial)
        files.append(
            PackageFile(
                path=final,
                edition=edition,
                notes=len(package.notes),
                cards=package.card_count,
                size=partial.stat().st_size,
                sha256=sha256_of(partial),
            )
        )
    return tuple(files)


def build_draft(
    compiled: CompiledDeck, released: Ledger, out: Path, edition: str, now: int
) -> tuple[tuple[PackageFile, ...], Changes]:
    """Writes a deck's packages as drafts into `out`, and the draft ledger; no tracked file is touched."""
    deck = compiled.deck
    with locked(deck.folder) as state, staging(out, deck.folder_name) as stage:
        draft_path = state / DRAFT_LEDGER
        draft, problems = read_ledger(draft_path)
        draft = EMPTY if problems else draft
        package = assemble(compiled, released, draft, now, deck.version)
        files = write_packages(stage, editions_of(deck, package, edition, released), deck, out, "draft")
        drafted = recorded(draft, package, deck.audiences, now)
        stage.text(draft_path, ledger_lines(drafted))
        stage.commit()
    return files, changes_since(released, package)
