"""`deckbuilder check`: decks into everything that is wrong with them, and what would make their cards better."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from builder.cli.decks import Paths, compile_all, decks_of, existing_paths
from builder.cli.output import fail
from builder.core.english import counted

if TYPE_CHECKING:
    from builder.core.diagnostics import Diagnostic
    from builder.lint.settings import Selection

Rules = list[str] | None


def check(
    paths: Paths = None,
    form: Annotated[str, typer.Option("--format", help="text, json, github (annotations) or sarif.")] = "text",
    select: Annotated[
        Rules, typer.Option("--select", metavar="RULE", help="Only these of the rules for good cards.")
    ] = None,
    ignore: Annotated[
        Rules, typer.Option("--ignore", metavar="RULE", help="Not these of the rules for good cards.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail the run, too. For CI.")] = False,
) -> None:
    """Show every problem of every file, with its place and what to do.

    Errors keep a deck from being built. Warnings say what makes cards hard to remember; `deckbuilder rules` lists what
    they look for.

    \b
    Examples:
      deckbuilder check
      deckbuilder check decks/sciatica/04-roots.yaml
      deckbuilder check --select answer-too-long --select yes-no-question
      deckbuilder check --format json
    """
    from builder.core.diagnostics import has_errors, in_source_order
    from builder.report import FORMATS, render

    if form not in FORMATS:
        fail(f"--format is one of {', '.join(FORMATS)}, not `{form}`", 2)
    wanted = existing_paths(paths)
    folders = decks_of(wanted)
    diagnostics, notes = _everything(folders, _selection(select, ignore))
    shown = in_source_order(_inside(wanted, diagnostics))
    if text := render(shown, form, Path()):
        typer.echo(text)
    if form == "text":
        typer.echo(_verdict(len(shown), notes, len(folders)), err=True)
    if has_errors(shown) or (strict and shown):
        raise typer.Exit(1)


def _inside(paths: tuple[Path, ...], diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics in files at or below one of `paths`; all of them for none."""
    places = [path.resolve() for path in paths]
    return [d for d in diagnostics if not places or any(d.path.resolve().is_relative_to(path) for path in places)]


def _everything(folders: tuple[Path, ...], selection: Selection) -> tuple[list[Diagnostic], int]:
    """All problems of decks, and how many notes they have."""
    from builder.core.diagnostics import has_errors
    from builder.guards import ledger_problems
    from builder.lint.linter import Linter

    diagnostics: list[Diagnostic] = []
    notes = 0
    for compiled, found in compile_all(folders, keep_sources=True):
        diagnostics += found
        if compiled:
            is_whole = not has_errors(found)
            notes += len(compiled.places)
            diagnostics += ledger_problems(compiled, int(time.time())) if is_whole else ()
            diagnostics += Linter(selection).lint(compiled, date.today(), is_whole=is_whole)  # noqa: DTZ011
    return diagnostics, notes


def _selection(select: Rules, ignore: Rules) -> Selection:
    from builder.lint.registry import RULES
    from builder.lint.settings import Selection
    from builder.source.reader import suggestion

    names = [rule.name for rule in RULES]
    for option, wanted in (("--select", select), ("--ignore", ignore)):
        for name in wanted or ():
            if name not in names:
                hint = suggestion(name, names) or "`deckbuilder rules` lists them"
                fail(f"{option} does not know the rule `{name}`; {hint}", 2)
    if select and set(select) <= set(ignore or ()):
        fail("--ignore leaves none of the rules that --select names", 2)
    return Selection(only=frozenset(select or ()), without=frozenset(ignore or ()))


def _verdict(problems: int, notes: int, decks: int) -> str:
    found = counted(problems, "problem") if problems else "no problems"
    return f"{found} in {counted(notes, 'note')} of {counted(decks, 'deck')}"
