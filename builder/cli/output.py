"""What commands print."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from builder.build import Changes
    from builder.core.diagnostics import Diagnostic
    from builder.core.package import PackageFile


def fail(message: str, code: int) -> NoReturn:
    from builder.report.places import printable

    typer.echo(f"error: {printable(message)}", err=True)
    raise SystemExit(code)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, from the moment that reading takes longer than a blink."""
    from builder.compiler.deck import no_progress

    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    begun = time.monotonic()
    task = bar.add_task("reading", total=None)

    def update(done: int, total: int) -> None:
        if not bar.live.is_started and time.monotonic() - begun > 0.4:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield update
    finally:
        bar.stop()


def print_diagnostics(diagnostics: tuple[Diagnostic, ...]) -> None:
    from builder.report import render

    if diagnostics:
        typer.echo(render(diagnostics, "text", Path()), err=True)


def print_packages(title: str, files: tuple[PackageFile, ...], changes: Changes, since: str) -> None:
    typer.echo(title)
    width = max(len(file.path.as_posix()) for file in files)
    for file in files:
        counts = f"{file.notes:>7,} notes {file.cards:>7,} cards {_size(file.size):>9}"
        typer.echo(f"  {file.path.as_posix():<{width}} {counts}  {file.edition}")
    retired = f"{changes.retired:,} retired, " if changes.retired else ""
    counts = f"{changes.new:,} new, {changes.changed:,} changed, {retired}{changes.gone:,} gone"
    typer.echo(f"  {counts}{f' ({since})' if since else ''}")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
