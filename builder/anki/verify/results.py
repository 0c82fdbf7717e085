"""What verifying finds, as values: of one package in Anki, and of each student who updates to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong, or a limit that is known: `message` begins with the number of `notes` if it has any.

    `rule` is kebab-case; `notes` are names of notes, each followed by ` card N` where one card is meant.
    """

    rule: str
    message: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of something Anki holds, the package's own database has, and the manifest says; None: it does not."""

    what: str
    anki: int
    package: int
    manifest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A package in an empty collection; `without_cards` is the number of its notes that have no card.

    `unused_media` are files that it brings and no note names: Anki leaves them out.
    """

    package: Path
    counts: tuple[Count, ...] = ()
    rendered: int = 0
    without_cards: int = 0
    tags: tuple[str, ...] = ()
    errors: tuple[Finding, ...] = ()
    unused_media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How many of a student's things are as they were, of those that had to be."""

    kept: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What one student keeps.

    `did` says what the student did. `reviews` counts rows of the review log, `due_dates` cards, `edits` and `tags`
    notes that the release did not change, `styling` note types. `doubled` and `conflicts` count notes, `blank` cards.
    `limits` are known and no promise; `not_played` says why nothing was tried, '' when it was.
    """

    name: str
    did: str
    reviews: Kept = Kept()
    due_dates: Kept = Kept()
    edits: Kept = Kept()
    tags: Kept = Kept()
    styling: Kept = Kept()
    doubled: int = 0
    conflicts: int = 0
    blank: int = 0
    errors: tuple[Finding, ...] = ()
    limits: tuple[Finding, ...] = ()
    not_played: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """Students over releases: the older packages, oldest first, and what changed from the last of them, in notes."""

    packages: tuple[Path, ...]
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    left_behind: tuple[str, ...] = ()
    played: tuple[Played, ...] = ()
    errors: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Everything that was found with a version of Anki; `over` is None when there was no older package to play."""

    anki: str
    imported: Imported
    over: Over | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """All that is wrong, each once."""
        found = [*self.imported.errors]
        if self.over:
            found += self.over.errors
            found += (error for played in self.over.played for error in played.errors)
        return tuple(dict.fromkeys(found))

    @property
    def is_kept(self) -> bool:
        """Whether nothing is broken and every promise is kept."""
        return not self.errors


def by_student(over: Over, kind: str) -> Iterator[tuple[Finding, tuple[str, ...]]]:
    """Each of the `errors` or `limits` once, with the names of the students who meet it."""
    students: dict[Finding, list[str]] = {}
    for played in over.played:
        findings: Iterable[Finding] = getattr(played, kind)
        for finding in findings:
            students.setdefault(finding, []).append(played.name)
    yield from ((finding, tuple(names)) for finding, names in students.items())
