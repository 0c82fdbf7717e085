"""What students may hold: which notes were released, when, and with which content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from builder.core.diagnostics import Diagnostic
from builder.core.identifiers import is_version

_FORMAT = "deckbuilder-ledger 1"
_HEADER = (
    f"# {_FORMAT}\n"
    "# What students may hold. Written by `deckbuilder release` only; commit it, never edit it.\n"
    "# After a merge keep the lines of both sides: the next release heals doubles.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEntry:
    """One released note: `created` in milliseconds, `since` (its first release) and `modified` in seconds since 1970.

    `cards` are all that were ever shipped, `dropped` those of them that are not any more, by permission; `audiences`
    all to whom it was ever shipped. `retired` is the time of the release that retired it, `gone` of the one that had it
    no more, by permission; 0 for none. An empty `digest` matches nothing, so that the next release dates the note anew.
    `line` is its place in the file.
    """

    id: str
    note_type: str
    cards: tuple[int, ...]
    created: int
    since: int
    modified: int
    digest: str
    audiences: tuple[str, ...] = ()
    dropped: tuple[int, ...] = ()
    retired: int = 0
    gone: int = 0
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeEntry:
    """One released note type: `digest` of what students see of it, `schema` is its frozen part as JSON."""

    key: str
    modified: int
    digest: str
    schema: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ReleaseEntry:
    """One release: its time in seconds, and a digest of everything its packages hold."""

    modified: int
    version: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All of it, by id and key; `releases` in order of time; `deck_id` '' before the first release."""

    deck_id: str = ""
    notes: Mapping[str, NoteEntry] = field(default_factory=dict)
    types: Mapping[str, TypeEntry] = field(default_factory=dict)
    releases: tuple[ReleaseEntry, ...] = ()

    @property
    def newest(self) -> int:
        """The newest time in it, in seconds; 0 when it is empty."""
        times = (entry.modified for group in (self.notes, self.types) for entry in group.values())
        return max((*times, *(release.modified for release in self.releases)), default=0)

    def __bool__(self) -> bool:
        return bool(self.notes or self.types or self.releases)


EMPTY = Ledger()


def read_ledger(path: Path) -> tuple[Ledger, tuple[Diagnostic, ...]]:
    """The ledger in a file; an empty one when there is no such file."""
    try:
        if not path.resolve().is_relative_to(path.parent.resolve()):
            return EMPTY, (_damaged(path, 1, "the ledger is a link to a place outside the deck"),)
        if path.exists() and not path.is_file():
            return EMPTY, (_damaged(path, 1, "the ledger is not a file"),)
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return EMPTY, ()
    except (OSError, RuntimeError):
        return EMPTY, (_damaged(path, 1, "the ledger cannot be read"),)
    except UnicodeDecodeError:
        return EMPTY, (_damaged(path, 1, "the ledger is not UTF-8"),)
    return parse_ledger(text, path)


def parse_ledger(text: str, path: Path) -> tuple[Ledger, tuple[Diagnostic, ...]]:
    """The ledger in a text, doubled lines merged; a line that cannot be read is an error at its place in `path`."""
    notes: dict[str, NoteEntry] = {}
    types: dict[str, TypeEntry] = {}
    releases: set[ReleaseEntry] = set()
    diagnostics = []
    deck_id = ""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line or line[0] == "#":
            if line.startswith("# deckbuilder-ledger ") and line != f"# {_FORMAT}":
                diagnostics.append(_damaged(path, number, "a newer deckbuilder wrote this ledger"))
            continue
        try:
            word, rest = line.split(" ", 1)
            if word == "note":
                note = _note(rest, number)
                notes[note.id] = merge_notes(notes[note.id], note) if note.id in notes else note
            elif word == "type":
                entry = _type(rest, number)
                types[entry.key] = merge_types(types[entry.key], entry) if entry.key in types else entry
            elif word == "deck":
                if deck_id not in ("", rest):
                    raise ValueError(rest)
                deck_id = rest
            elif word == "release":
                modified, version, digest = rest.split(" ")
                if not is_version(version):
                    raise ValueError(version)
                releases.add(ReleaseEntry(modified=_time(modified), version=version, digest=digest))
            else:
                raise ValueError(word)
        except (ValueError, RecursionError):
            what = "a merge left its marks here" if line[:7] in _CONFLICT else "this line of the ledger is damaged"
            diagnostics.append(_damaged(path, number, what))
    ledger = Ledger(deck_id=deck_id, notes=notes, types=types, releases=tuple(sorted(releases)))
    return ledger, tuple(diagnostics)


_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


def _damaged(path: Path, line: int, message: str) -> Diagnostic:
    hint = "remove the marks and keep the lines of both sides, or take the ledger from the last release"
    return Diagnostic(path=path, line=line, column=1, rule="damaged-ledger", message=message, hint=hint)


def _note(rest: str, line: int) -> NoteEntry:
    note_id, note_type, cards, created, since, modified, digest, audiences, *end = rest.split(" ")
    states = dict(zip(end[::2], end[1::2], strict=True))
    if not states.keys() <= {"retired", "gone"} or len(end) != 2 * len(states):
        raise ValueError(end)
    numbers = cards.split(",")
    return NoteEntry(
        id=note_id,
        note_type=note_type,
        cards=tuple(int(number.removesuffix("-")) for number in numbers),
        dropped=tuple(int(number[:-1]) for number in numbers if number.endswith("-")),
        created=_time(created),
        since=_time(since),
        modified=_time(modified),
        digest="" if digest == "-" else digest,
        audiences=() if audiences == "-" else tuple(audiences.split(",")),
        retired=_time(states.get("retired", "0")),
        gone=_time(states.get("gone", "0")),
        line=line,
    )


def _time(text: str) -> int:
    """A time in seconds or milliseconds; raises ValueError for what no calendar has."""
    if not text.isdecimal() or len(text) > 14:
        raise ValueError(text)
    return int(text)


def _type(rest: str, line: int) -> TypeEntry:
    key, modified, digest, schema = rest.split(" ", 3)
    if not isinstance(json.loads(schema), dict):
        raise ValueError(schema)
    return TypeEntry(
        key=key, modified=_time(modified), digest="" if digest == "-" else digest, schema=schema, line=line
    )


def format_ledger(ledger: Ledger) -> str:
    """The text of a ledger."""
    return "".join(ledger_lines(ledger))


def ledger_lines(ledger: Ledger) -> Iterator[str]:
    """The lines of a ledger, with their ends: the deck, each release, note type and note, each kind sorted."""
    yield _HEADER
    if ledger.deck_id:
        yield f"deck {ledger.deck_id}\n"
    for release in sorted(ledger.releases):
        yield f"release {release.modified} {release.version} {release.digest}\n"
    for _, entry in sorted(ledger.types.items()):
        yield f"type {entry.key} {entry.modified} {entry.digest or '-'} {entry.schema}\n"
    for note_id in sorted(ledger.notes):
        note = ledger.notes[note_id]
        cards = ",".join(f"{number}-" if number in note.dropped else str(number) for number in note.cards)
        dates = f"{note.created} {note.since} {note.modified} {note.digest or '-'}"
        retired = f" retired {note.retired}" if note.retired else ""
        gone = f" gone {note.gone}" if note.gone else ""
        yield f"note {note.id} {note.note_type} {cards} {dates} {','.join(note.audiences) or '-'}{retired}{gone}\n"


def merge_notes(one: NoteEntry, other: NoteEntry) -> NoteEntry:
    """One entry from two branches: greatest modified, least created, every card; no digest where they contradict."""
    older, newer = sorted((one, other), key=lambda entry: (entry.modified, entry.digest))
    contradiction = older.modified == newer.modified and older.digest != newer.digest
    note_types = {newer.note_type} if older.modified < newer.modified else {older.note_type, newer.note_type}
    shipped = (set(one.cards) - set(one.dropped)) | (set(other.cards) - set(other.dropped))
    cards = tuple(sorted({*one.cards, *other.cards}))
    return replace(
        newer,
        note_type=max(note_types),
        created=min(one.created, other.created),
        since=min(one.since, other.since),
        cards=cards,
        dropped=tuple(number for number in cards if number not in shipped),
        digest="" if contradiction else newer.digest,
        audiences=tuple(sorted({*one.audiences, *other.audiences})),
        retired=newer.retired if older.modified < newer.modified else min(one.retired, other.retired),
        gone=newer.gone if older.modified < newer.modified else min(one.gone, other.gone),
    )


def merge_types(one: TypeEntry, other: TypeEntry) -> TypeEntry:
    """One entry from two branches, by the same rule."""
    older, newer = sorted((one, other), key=lambda entry: (entry.modified, entry.digest))
    contradiction = older.modified == newer.modified and older.digest != newer.digest
    schemas = {newer.schema} if older.modified < newer.modified else {older.schema, newer.schema}
    return replace(newer, schema=max(schemas), digest="" if contradiction else newer.digest)


def before_last_release(ledger: Ledger) -> Ledger:
    """The ledger before its last release, as far as it can be told.

    A note that changed in it has no digest. In which release a card was dropped is not recorded: it is taken to be an
    earlier one, unless the note's first release is the one before the last.
    """
    if not ledger.releases:
        return EMPTY
    last = ledger.releases[-1].modified
    earlier = ledger.releases[-2].modified if ledger.releases[1:] else 0
    notes = {
        key: replace(
            entry,
            digest=entry.digest if entry.modified < last else "",
            retired=entry.retired if entry.retired < last else 0,
            gone=entry.gone if entry.gone < last else 0,
            dropped=() if entry.since == earlier else entry.dropped,
        )
        for key, entry in ledger.notes.items()
        if entry.since < last
    }
    types = {key: entry if entry.modified < last else replace(entry, digest="") for key, entry in ledger.types.items()}
    return Ledger(deck_id=ledger.deck_id, notes=notes, types=types, releases=ledger.releases[:-1])


def merge_ledgers(ledgers: Iterable[Ledger]) -> Ledger:
    """Everything that any of them says was released, so that a release is later than all of it."""
    notes: dict[str, NoteEntry] = {}
    types: dict[str, TypeEntry] = {}
    releases: set[ReleaseEntry] = set()
    deck_id = ""
    for ledger in ledgers:
        deck_id = deck_id or ledger.deck_id
        for key, note in ledger.notes.items():
            notes[key] = merge_notes(notes[key], note) if key in notes else note
        for key, entry in ledger.types.items():
            types[key] = merge_types(types[key], entry) if key in types else entry
        releases.update(ledger.releases)
    return Ledger(deck_id=deck_id, notes=notes, types=types, releases=tuple(sorted(releases)))
