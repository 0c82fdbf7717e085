"""The decks that a command is about, found and compiled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from builder.cli.output import fail, print_diagnostics, progress_bar

if TYPE_CHECKING:
    from builder.compiler.deck import CompiledDeck
    from builder.core.diagnostics import Diagnostic

Decks = Annotated[
    list[str] | None, typer.Argument(metavar="DECK", help="Folders below decks/, by name or path; left out: all.")
]
Paths = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH", help="Decks or files of decks; left out: all decks.")
]
Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the packages go.")]


def deck_folders(names: list[str] | None) -> tuple[Path, ...]:
    """The decks' folders for names or paths; wrong usage when there is none."""
    from builder.source.files import DECK_FILE, find_decks
    from builder.source.reader import suggestion

    found = find_decks(Path())
    if not names:
        if not found:
            fail("there is no deck below decks/ here; `deckbuilder new NAME` starts one", 2)
        return found
    chosen: dict[Path, None] = {}
    for name in names:
        places = (path for path in (Path("decks") / name, Path(name)) if not _leads_out(path))
        folder = next((path for path in places if (path / DECK_FILE).is_file()), None)
        if folder is None:
            hint = suggestion(name, [path.name for path in found]) or "decks are folders with a deck.yaml"
            fail(f"there is no deck `{name}`; {hint}", 2)
        chosen[folder] = None
    return tuple(chosen)


def _leads_out(path: Path) -> bool:
    """Whether a path below the folder of the run is a link out of it, which nobody means to name."""
    below = not path.is_absolute() and ".." not in path.parts
    return below and not path.resolve().is_relative_to(Path().resolve())


def existing_paths(paths: list[Path] | None) -> tuple[Path, ...]:
    """Files and folders, a deck also by its name below decks/; wrong usage when one is not there."""
    return tuple(path if path.exists() else _below_decks(path) for path in paths or ())


def _below_decks(path: Path) -> Path:
    from builder.source.files import find_decks
    from builder.source.reader import suggestion

    named = Path("decks") / path
    if not named.exists():
        hint = suggestion(path.name, [folder.name for folder in find_decks(Path())])
        fail(f"there is no file or folder {path.as_posix()}{'; ' if hint else ''}{hint}", 2)
    return named


def decks_of(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders of the decks that files and folders belong to; those of all decks for none."""
    return deck_folders([str(_deck_of(path)) for path in paths])


def _deck_of(path: Path) -> Path:
    from builder.source.files import DECK_FILE

    folder = next((one for one in (path, *path.absolute().parents) if (one / DECK_FILE).is_file()), None)
    if folder is None:
        fail(f"{path.as_posix()} belongs to no deck: there is no deck.yaml beside or above it", 2)
    return folder


def compile_all(
    folders: tuple[Path, ...], *, keep_sources: bool = False
) -> Iterator[tuple[CompiledDeck | None, tuple[Diagnostic, ...]]]:
    """Each deck with what is wrong with it, and at the end what is wrong between them."""
    from builder.compiler.across import shared_identities
    from builder.compiler.deck import DeckCompiler

    decks = []
    with progress_bar() as progress:
        for folder in folders:
            compiled, diagnostics = DeckCompiler(folder, keep_sources=keep_sources).compile(progress)
            yield compiled, diagnostics
            if compiled:
                decks.append(compiled.deck)
    yield None, shared_identities(decks)


def compile_or_stop(folders: tuple[Path, ...], *, with_ledger: bool) -> list[CompiledDeck]:
    """The decks, all their problems printed; ends the run when one is an error, before anything is written."""
    from builder.core.diagnostics import has_errors, in_source_order
    from builder.guards import ledger_problems

    decks: list[CompiledDeck] = []
    diagnostics: list[Diagnostic] = []
    for compiled, found in compile_all(folders):
        diagnostics += found
        if compiled:
            decks.append(compiled)
            # Notes that could not be read are not gone: the ledger is asked when the deck is whole.
            if with_ledger and not has_errors(found):
                diagnostics += ledger_problems(compiled, int(time.time()))
    shown = in_source_order(diagnostics)
    print_diagnostics(shown)
    if has_errors(shown):
        typer.echo("nothing was written", err=True)
        raise typer.Exit(1)
    return decks
