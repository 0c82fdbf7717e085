"""`deckbuilder release`: decks into packages for students, a manifest and a ledger."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from builder.cli.decks import Decks, Out, compile_or_stop, deck_folders
from builder.cli.output import fail, print_diagnostics, print_packages


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
        bool, typer.Option("--locked", help="Build the recorded release again; fail where the sources differ.")
    ] = False,
) -> None:
    """Write packages for students, a manifest, and the deck's ledger, which you commit.

    Students can import them over any older release and lose nothing. What would cost them something is refused, with a
    name under which it can be allowed.

    \b
    Examples:
      deckbuilder release sciatica --version 2026.12
      deckbuilder release sciatica --allow gone-card:exit-foramen
      deckbuilder release --locked          in CI, from the committed ledger
    """
    from builder import release as releasing
    from builder.core.diagnostics import in_source_order

    if locked and (version or allow or previous):
        fail("--locked builds what was released: --version, --allow and --previous do not go with it", 2)
    allowed = frozenset(allow or ())
    _known_costs(allowed)
    _known_version(version)
    options = releasing.ReleaseOptions(out=out, version=version, allowed=allowed, previous=tuple(previous or ()))
    failed = False
    for one in compile_or_stop(deck_folders(decks), with_ledger=False):
        if locked:
            made, diagnostics = releasing.rebuild(one, options)
        else:
            made, diagnostics = releasing.release(one, options, int(time.time()))
        print_diagnostics(in_source_order(diagnostics))
        if made is None:
            failed = True
            continue
        what = "released" if made.is_new else "as released before"
        print_packages(f"{one.deck.name} {made.version}: {what}", made.files, made.changes, "")
        if made.is_new:
            typer.echo(f"  commit {(one.deck.folder / 'ledger.txt').as_posix()} with the sources")
    if failed:
        raise typer.Exit(1)


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
