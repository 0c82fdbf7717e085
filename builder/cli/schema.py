"""`deckbuilder schema`: what editors must know of the authoring format into files beside the decks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from builder.cli.output import fail


def schema(
    name: Annotated[
        str, typer.Argument(metavar="[KIND]", help="Print that of deck, notes, references or note-type instead.")
    ] = "",
) -> None:
    """Write the JSON Schemas by which editors complete keys, explain them and mark mistakes.

    They go into `decks/.schemas`, where the first lines of the decks' files and VS Code's settings look for them.

    \b
    Examples:
      deckbuilder schema
      deckbuilder schema notes
    """
    from builder.source.reader import suggestion
    from builder.source.schema import SCHEMAS, schema_text
    from builder.starter import write_schemas

    if name and name not in SCHEMAS:
        fail(f"there is no schema `{name}`; {suggestion(name, SCHEMAS) or 'there is: ' + ', '.join(SCHEMAS)}", 2)
    if name:
        typer.echo(schema_text(name), nl=False)
        return
    decks = Path("decks")
    if not decks.is_dir():
        fail("there is no folder decks/ here; `deckbuilder new NAME` starts one", 2)
    written = write_schemas(decks)
    for path in written:
        typer.echo(f"wrote {path.as_posix()}")
    if not written:
        typer.echo("the schemas in decks/.schemas are those of this deckbuilder")
