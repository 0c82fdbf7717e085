"""`deckbuilder release`: decks into packages for students, what stands beside them, and a ledger."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from builder.cli.decks import Decks, Out, compile_or_stop, deck_folders
from builder.cli.output import fail, print_diagnostics, print_packages

if TYPE_CHECKING:
    from builder.compiler.deck import CompiledDeck
    from builder.release import Released


def release(
    decks: Decks = None,
    out: Out = Path("dist"),
    version: Annotated[str, typer.Option("--version", metavar="V", help="Instead of deck.yaml's.")] = "",
    allow: Annotated[
        list[str] | None, typer.Option("--allow", metavar="COST[:ID]", help="Accept a cost that a release names.")
    ] = None,
    previous: Annotated[
        list[Path] | None, typer.Option("--previous", metavar="MANIFEST", help="Also be later than this release.")
    ] = None,
    locked: Annotated[
        bool, typer.Option("--locked", help="Build the recorded release again; fail where anything differs.")
    ] = False,
) -> None:
    """Write packages for students with notes on what is new, and the deck's ledger and manifest, which you commit.

    Students can import them over any older release and lose nothing. What would cost them something is refused, with a
    name under which it can be allowed.

    \b
    Examples:
      deckbuilder release sciatica --version 2026.12
      deckbuilder release sciatica --allow gone-card:exit-foramen
      deckbuilder release --locked          in CI, from the committed ledger
      deckbuilder release sciatica --locked --version 2026.12     only if it is that one
    """
    from builder import release as releasing
    from builder.core.diagnostics import in_source_order

    folders = deck_folders(decks)
    _known_costs(frozenset(allow or ()))
    _known_version(version)
    if locked and (allow or previous):
        fail("--locked builds what was released: --allow and --previous do not go with it", 2)
    if previous and len(folders) > 1:
        fail(f"--previous belongs to one deck; name it: {', '.join(folder.name for folder in folders)}", 2)
    options = releasing.ReleaseOptions(
        out=out, version=version, allowed=frozenset(allow or ()), previous=tuple(previous or ())
    )
    failed = False
    for one in compile_or_stop(folders, with_ledger=False):
        made, diagnostics = (
            releasing.rebuild(one, options) if locked else releasing.release(one, options, int(time.time()))
        )
        print_diagnostics(in_source_order(diagnostics))
        if made:
            _tell(one, made)
        failed = failed or made is None
    if failed:
        raise typer.Exit(1)


def _tell(one: CompiledDeck, made: Released) -> None:
    what = "released" if made.is_new else "as released before"
    print_packages(f"{one.deck.name} {made.version}: {what}", made.files, made.changes, "")
    name = one.deck.folder_name
    typer.echo(f"  beside them: {name}.manifest.json, {name}.release-notes.md, SHA256SUMS")
    if made.is_new:
        typer.echo(f"  commit {(one.deck.folder / 'ledger.txt').as_posix()} and manifest.json with the sources")


def _known_costs(allowed: frozenset[str]) -> None:
    from builder.guards import COSTS
    from builder.source.reader import suggestion

    for name in sorted(allowed):
        cost = name.partition(":")[0]
        if cost not in COSTS:
            hint = suggestion(cost, COSTS) or f"there is: {', '.join(COSTS)}"
            fail(f"--allow does not know `{cost}`; {hint}", 2)


def _known_version(version: str) -> None:
    from builder.core.identifiers import is_version

    if version and not is_version(version):
        fail("a version is one word of letters, digits, `.`, `_`, `+` and `-`", 2)
