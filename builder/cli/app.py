"""The command line as a whole: its commands, and how a run begins and ends.

Exit codes: 0 done, 1 problems in the sources, 2 wrong usage.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from builder import __version__
from builder.cli import build, check, diff, fix, new, preview, release, rules, schema, verify
from builder.cli.output import fail

# Rich's help markup would double the time that --help takes.
app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"max_content_width": 100},
)


def main() -> None:
    """Runs the command line; mishaps of the machine end in one line, not in a traceback."""
    import gc
    from signal import SIGTERM, signal

    # Notes live until they are written: looking for garbage among them costs a tenth of a build and finds none.
    gc.set_threshold(200_000)
    signal(SIGTERM, lambda *_: sys.exit(143))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error), 1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"deckbuilder {__version__}")
        raise typer.Exit


@app.callback()
def deckbuilder(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Compile YAML questions and answers into Anki packages.

    \b
    Examples:
      deckbuilder new "My deck"        a small deck to start from, in decks/my-deck
      deckbuilder check                every mistake, with file, line and column
      deckbuilder build                drafts of every deck, in dist/
      deckbuilder build my-deck --edition student
      deckbuilder diff                 what students will meet in the next release
      deckbuilder release my-deck --version 1.1
      deckbuilder verify dist/my-deck.apkg --over last/my-deck.apkg

    Run it in a folder that holds `decks/`. `deckbuilder COMMAND --help` tells more.
    """


for _command in (
    new.new,
    check.check,
    fix.fix,
    preview.preview,
    build.build,
    diff.diff,
    release.release,
    verify.verify,
    rules.rules,
    schema.schema,
):
    app.command()(_command)
