"""`deckbuilder fix`: files of decks with small things put right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from builder.cli.decks import Paths, decks_of, existing_paths
from builder.cli.output import print_diagnostics
from builder.core.english import counted

if TYPE_CHECKING:
    from builder.core.diagnostics import Diagnostic
    from builder.fix.edits import FileFix


def fix(
    paths: Paths = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the changes and write nothing.")] = False,
) -> None:
    """Put right what needs no judgement: ids, numbers of gaps, blanks at line ends, the line for editors.

    A note without an id gets one from its question; a gap such as {{this}} gets the next free number. Nothing else in
    a file changes, and a file with a syntax error is left alone. A dry run shows the lines for editors only where the
    schemas are there: see `deckbuilder schema`.

    \b
    Examples:
      deckbuilder fix --dry-run
      deckbuilder fix
      deckbuilder fix decks/sciatica/04-roots.yaml
    """
    from builder.core.diagnostics import has_errors, in_source_order
    from builder.fix.deck import fix_deck
    from builder.fix.shown import as_diff, as_list
    from builder.fix.write import write_fixes
    from builder.starter import write_schemas

    wanted = existing_paths(paths)
    fixes: list[FileFix] = []
    diagnostics: list[Diagnostic] = []
    for folder in decks_of(wanted):
        if not dry_run:
            write_schemas(folder.absolute().parent)
        found, problems = fix_deck(folder, wanted) if dry_run else write_fixes(folder, wanted)
        fixes += found
        diagnostics += problems
    if fixes:
        typer.echo(as_list(fixes, Path()))
    if fixes and dry_run:
        typer.echo(f"\n{as_diff(fixes, Path())}", nl=False)
    print_diagnostics(in_source_order(diagnostics))
    typer.echo(_verdict(fixes, dry_run=dry_run), err=True)
    if has_errors(tuple(diagnostics)):
        raise typer.Exit(1)


def _verdict(fixes: list[FileFix], *, dry_run: bool) -> str:
    changes = sum(len(one.edits) for one in fixes)
    if not changes:
        return "nothing to fix"
    count = f"{counted(changes, 'change')} in {counted(len(fixes), 'file')}"
    return f"{count}{'; nothing was written' if dry_run else ''}"
