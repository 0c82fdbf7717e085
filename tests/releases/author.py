"""An author at work: a deck in a temporary folder, edited, drafted and released at any moment the test names."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from builder.build import Changes, build_draft
from builder.compiler.deck import CompiledDeck, compile_deck
from builder.core.diagnostics import Diagnostic, has_errors
from builder.core.note_types import NoteType
from builder.core.package import PackageFile
from builder.ledger import Ledger, read_ledger
from builder.release import Released, ReleaseOptions, rebuild, release
from tests.decks import notes_yaml, write_deck

NOW = int(time.time())
"""When the tests began: what a student does happens then or a little later."""
DAY = 86_400
FIRST = NOW - 100 * DAY
"""A release before the student does anything."""
SECOND, THIRD, FOURTH = NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY
"""Releases after the student did something."""


class RefusedError(Exception):
    """The deck could not be compiled, or its release was refused."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n".join(f"{d.rule}: {d.message}" for d in diagnostics))
        self.diagnostics = diagnostics

    @property
    def rules(self) -> set[str]:
        """The rules that were broken."""
        return {diagnostic.rule for diagnostic in self.diagnostics}

    @property
    def files(self) -> set[str]:
        """The names of the files they were broken in."""
        return {diagnostic.path.name for diagnostic in self.diagnostics}


def question(note_id: str, answer: str = "Yes", *lines: str) -> str:
    """The lines of a question note; `lines` are further keys."""
    return "\n".join((f"id: {note_id}", f"question: What about {note_id}?", f"answer: {answer}", *lines))


def cloze(note_id: str, text: str, *lines: str) -> str:
    """The lines of a cloze note; `lines` are further keys."""
    return "\n".join((f"id: {note_id}", f"cloze: {text}", *lines))


class Author:
    """A folder with one deck, called `knots`, below `decks/`; packages go to `dist/` beside it.

    `root` is the folder that holds both; `restyle` changes the stock note types of everything made from now on.
    """

    def __init__(self, root: Path, *notes: str) -> None:
        self.root = root
        self.deck = root / "decks" / "knots"
        self.out = root / "dist"
        self.restyle: Callable[[NoteType], NoteType] = lambda note_type: note_type
        write_deck(self.deck, {"notes.yaml": notes_yaml(*notes)} if notes else None)

    # sources

    def notes(self, *notes: str, file: str = "notes.yaml", head: str = "") -> None:
        """Writes a file of notes, in place of what it held; `head` goes above them (`deck:`, `tags:`)."""
        self.write(file, head + notes_yaml(*notes))

    def write(self, file: str, content: str | bytes) -> None:
        """Writes a file of the deck."""
        path = self.deck / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def edit(self, old: str, new: str, file: str = "notes.yaml") -> None:
        """Replaces a text that occurs exactly once in a file of the deck."""
        path = self.deck / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def move(self, file: str, to: str) -> None:
        """Renames a file of the deck."""
        (self.deck / to).parent.mkdir(parents=True, exist_ok=True)
        (self.deck / file).rename(self.deck / to)

    def remove(self, file: str) -> None:
        """Removes a file of the deck."""
        (self.deck / file).unlink()

    def forget(self) -> None:
        """Makes the deck one that was never released."""
        self.ledger_path.unlink(missing_ok=True)
        (self.deck / "manifest.json").unlink(missing_ok=True)
        shutil.rmtree(self.out, ignore_errors=True)

    def branch(self, root: Path) -> Author:
        """A clone of the sources and the ledger elsewhere, without what git does not track."""
        other = Author.__new__(Author)
        other.root, other.deck, other.out = root, root / "decks" / "knots", root / "dist"
        other.restyle = self.restyle
        shutil.copytree(self.deck, other.deck, ignore=shutil.ignore_patterns(".deckbuilder"))
        return other

    # what deckbuilder makes of them

    def compile(self) -> CompiledDeck:
        """The deck; raises `RefusedError` when the sources have an error."""
        compiled, diagnostics = compile_deck(self.deck)
        if compiled is None or has_errors(diagnostics):
            raise RefusedError(diagnostics)
        return replace(compiled, note_types=tuple(map(self.restyle, compiled.note_types)))

    def release(
        self, now: int, *, allow: Iterable[str] = (), version: str = "", previous: Iterable[Path] = ()
    ) -> Released:
        """Releases the deck at `now`; raises `RefusedError` when it is refused."""
        made, diagnostics = release(self.compile(), self._options(allow, version, previous), now)
        if made is None:
            raise RefusedError(diagnostics)
        return made

    def rebuild(self, *, version: str = "") -> Released:
        """Makes the recorded release again, as `release --locked` does; raises `RefusedError` when it differs."""
        made, diagnostics = rebuild(self.compile(), self._options(version=version))
        if made is None:
            raise RefusedError(diagnostics)
        return made

    def refused(self, now: int) -> RefusedError | None:
        """Releases the deck at `now`; what it is refused for, or None."""
        try:
            self.release(now)
        except RefusedError as refused:
            return refused
        return None

    def draft(self, now: int, edition: str = "") -> tuple[tuple[PackageFile, ...], Changes]:
        """Makes drafts at `now`."""
        released, problems = read_ledger(self.ledger_path)
        assert not problems
        return build_draft(self.compile(), released, self.out, edition, now)

    def _options(self, allow: Iterable[str] = (), version: str = "", previous: Iterable[Path] = ()) -> ReleaseOptions:
        """Without a version that of `deck.yaml`, however often: another one changes every note type."""
        allowed = frozenset(allow) if version else frozenset({*allow, "same-version"})
        return ReleaseOptions(out=self.out, version=version, allowed=allowed, previous=tuple(previous))

    # what is on disk afterwards

    @property
    def ledger_path(self) -> Path:
        """Where the ledger is."""
        return self.deck / "ledger.txt"

    @property
    def manifest_path(self) -> Path:
        """Where the manifest is."""
        return self.out / "knots.manifest.json"

    @property
    def ledger(self) -> Ledger:
        """The ledger, read."""
        ledger, problems = read_ledger(self.ledger_path)
        assert not problems
        return ledger

    def package(self, edition: str = "") -> Path:
        """The package last released for an edition; '' is the one with everything."""
        return self.out / f"knots{f'-{edition}' if edition else ''}.apkg"

    def draft_package(self, edition: str = "") -> Path:
        """The draft last made for an edition; '' is the one with everything."""
        return self.out / f"knots{f'-{edition}' if edition else ''}-draft.apkg"

    def kept(self, package: Path) -> Path:
        """A copy of a package that the next release will not overwrite."""
        taken = self.root / f"kept-{len(list(self.root.glob('kept-*')))}.apkg"
        shutil.copyfile(package, taken)
        return taken


def tree(*folders: Path) -> Mapping[str, bytes]:
    """Every file below the folders with its bytes, without deckbuilder's untracked state."""
    return {
        str(path): path.read_bytes()
        for folder in folders
        for parent, _, files in os.walk(folder)
        for path in (Path(parent, name) for name in files)
        if ".deckbuilder" not in path.parts
    }
