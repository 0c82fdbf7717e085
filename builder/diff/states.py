"""What a person names (a package, a manifest, a git revision), or the last release, into a `Side`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from builder.anki.read import read_package
from builder.compiler.deck import CompiledDeck, compile_deck
from builder.core.diagnostics import Diagnostic, has_errors, in_source_order, quoted
from builder.core.package import EVERYTHING
from builder.diff.editions import listed_path, of_edition, only_edition, with_editions
from builder.diff.model import Side
from builder.diff.sides import compiled_side, empty_side, ledger_side, package_side, remembering
from builder.git import GitError, MissingFolderError, UnknownRevisionError, check_out, last_change
from builder.ledger import EMPTY, Ledger, read_ledger
from builder.manifest import NO_MANIFEST, Manifest, read_manifest
from builder.source.files import DECK_FILE, LEDGER_FILE, MANIFEST_FILE

_FILES = (".apkg", ".colpkg", ".json")
_WORKING_TREE = "the working tree"


class StateError(Exception):
    """Why there is no such state, in one clause; `is_usage` when nothing of that name can be meant."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = (), *, is_usage: bool = False) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics
        self.is_usage = is_usage


class States:
    """Finds states of the deck whose folder `deck` gives, when one is asked for that is made from sources.

    `deck` is told the name of the deck in a package or manifest that was found before, '' for none. Old sources go into
    `scratch` and must stay there as long as the sides are used. `edition` '' means everything.
    """

    def __init__(self, deck: Callable[[str], Path], out: Path, scratch: Path, edition: str = "") -> None:
        self._choose = deck
        self._name = ""
        self._out = out
        self._scratch = scratch
        self._edition = "" if edition == EVERYTHING else edition
        self._audiences: dict[str, str] = {}
        self._ledger = EMPTY
        self._listed: tuple[Side, Manifest, Path] | None = None

    def named(self, text: str) -> Side:
        """A package, a manifest, or the sources at a revision.

        Raises StateError, `PackageError`, and OSError.
        """
        path = Path(text)
        if path.is_file():
            return self._manifest(path) if path.suffix.lower() == ".json" else self._package(path, path.as_posix())
        if path.suffix.lower() in _FILES:
            raise StateError(f"there is no file {quoted(text)}", is_usage=True)
        try:
            folder = self._checked_out(text)
        except MissingFolderError:
            return empty_side(text, self._deck().name)
        except GitError as error:
            is_usage = isinstance(error, UnknownRevisionError)
            message = f"{quoted(text)} is no file, and {error}{self._meant(text)}"
            raise StateError(message, is_usage=is_usage) from error
        return self._sources(folder, text, text)

    def working_tree(self) -> Side:
        """The sources as they are."""
        return self._sources(self._deck(), _WORKING_TREE, "")

    def last_release(self) -> Side:
        """The released package if it is there, else the sources that it was made from, else what the ledger knows."""
        folder = self._deck()
        ledger, problems = read_ledger(folder / LEDGER_FILE)
        path = folder / MANIFEST_FILE
        manifest, damages = read_manifest(path) if path.is_file() else (NO_MANIFEST, ())
        if problems or damages:
            raise StateError("the last release is not known", (*problems, *damages))
        ledger = ledger if ledger.releases else manifest.ledger
        if not ledger.releases:
            return empty_side("no release", folder.name)
        version = ledger.releases[-1].version
        return (
            self._listed_package(manifest, self._out, f"the last release, {version}")
            or self._released_sources(folder, ledger, manifest)
            or ledger_side(ledger, manifest.deck_name or folder.name, f"the last release, {version}", version)
        )

    def of_edition(self, old: Side, new: Side) -> tuple[Side, Side]:
        """Both as the edition shows them: what has left it stays without cards.

        With everything, the old one has the audiences that packages beside it tell.
        """
        if not self._edition:
            if self._listed and self._listed[0] is old and new.audiences:
                old = with_editions(*self._listed, self._audiences)
            return old, new
        if self._edition not in self._audiences:
            there = ", ".join(sorted(self._audiences)) or "none, since no side is made from sources"
            raise StateError(f"there is no edition {quoted(self._edition)}; there is: {there}", is_usage=True)
        audience = self._audiences[self._edition]
        before = of_edition(old, audience)
        return before, of_edition(new, audience, frozenset(note.guid for note in before.notes))

    def hint(self, old: Side, new: Side) -> str:
        """What may have been meant instead, in one clause; '' for nothing."""
        name = "" if self._edition else only_edition(old, new, self._ledger, self._audiences)
        return f"{old.title} looks like the package of one edition: compare with `--edition {name}`" if name else ""

    def _deck(self) -> Path:
        return self._choose(self._name)

    def _meant(self, text: str) -> str:
        """The remedy for who named a deck in the place of one of its states."""
        name = Path(text).name
        is_deck = bool(name) and (self._deck().parent / name / DECK_FILE).is_file()
        return f"; for the deck write `--deck {name}`" if is_deck else ""

    # packages and manifests

    def _manifest(self, path: Path) -> Side:
        manifest, problems = read_manifest(path)
        if problems:
            raise StateError(f"{path.as_posix()} cannot be compared", problems)
        self._name = self._name or manifest.deck_name
        listed = self._listed_package(manifest, path.parent, path.as_posix())
        if listed:
            return listed
        version = manifest.ledger.releases[-1].version if manifest.ledger.releases else ""
        return ledger_side(manifest.ledger, manifest.deck_name, path.as_posix(), version)

    def _listed_package(self, manifest: Manifest, folder: Path, title: str) -> Side | None:
        """The package that a manifest lists; None when it is not in the folder as it was released."""
        path = listed_path(manifest, folder, self._edition or EVERYTHING)
        if path is None:
            return None
        side = self._package(path, title)
        if self._edition:
            return side
        side = remembering(side, manifest.ledger)
        self._listed = self._listed or (side, manifest, folder)
        return side

    def _package(self, path: Path, title: str) -> Side:
        side = package_side(read_package(path), title)
        self._name = self._name or side.deck_name
        return side

    # sources

    def _checked_out(self, revision: str) -> Path:
        folder = self._deck()
        into = self._scratch / str(len(list(self._scratch.iterdir()))) / folder.resolve().name
        into.mkdir(parents=True)
        check_out(folder, revision, into)
        return into

    def _sources(self, folder: Path, title: str, revision: str) -> Side:
        compiled, diagnostics = compile_deck(folder)
        if compiled is None or has_errors(diagnostics):
            told = in_source_order(list(_at_revision(diagnostics, folder, self._deck(), revision)))
            raise StateError(f"the sources of {title} have errors", told)
        return self._compiled(compiled, title)

    def _compiled(self, compiled: CompiledDeck, title: str, version: str = "") -> Side:
        self._audiences |= {edition.name: edition.audience for edition in compiled.deck.editions}
        ledger, problems = read_ledger(compiled.deck.folder / LEDGER_FILE)
        self._ledger = EMPTY if problems else ledger
        return compiled_side(compiled, title, version, self._ledger)

    def _released_sources(self, folder: Path, ledger: Ledger, manifest: Manifest) -> Side | None:
        """The sources that the last release was made from; None when git has none that fit the ledger."""
        release = ledger.releases[-1]
        for commit in filter(None, dict.fromkeys((last_change(folder / LEDGER_FILE), manifest.revision.commit))):
            try:
                compiled, diagnostics = compile_deck(self._checked_out(commit))
            except GitError:
                continue
            if compiled and not has_errors(diagnostics) and _is_released(compiled, ledger):
                return self._compiled(compiled, f"the last release, {release.version}", release.version)
        return None


def _is_released(compiled: CompiledDeck, ledger: Ledger) -> bool:
    """Whether every note is as the ledger says, and none is missing."""
    digests = {note.id: note.digest for note in compiled.notes}
    kept = all(digests.get(entry.id) == entry.digest for entry in ledger.notes.values() if not entry.gone)
    return kept and all(note.id in ledger.notes or note.retired for note in compiled.notes)


def _at_revision(diagnostics: tuple[Diagnostic, ...], folder: Path, shown: Path, revision: str) -> Iterator[Diagnostic]:
    """The diagnostics with the paths that people know: `v1:decks/knots/notes.yaml`."""
    for one in diagnostics:
        if revision and one.path.is_relative_to(folder):
            place = (shown / one.path.relative_to(folder)).as_posix()
            yield replace(one, path=Path(f"{revision}:{place}"))
        else:
            yield one
