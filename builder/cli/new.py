"""`deckbuilder new`: a name into a deck to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from builder.cli.output import fail


def new(name: Annotated[str, typer.Argument(help='The deck\'s name, such as "Knots".')]) -> None:
    """Start a small deck that builds, with a comment on every key.

    \b
    Example:
      deckbuilder new "Low back pain"
    """
    import secrets

    from builder.starter import folder_name, new_deck

    if not folder_name(name):
        fail(f"`{name}` has no letters or digits that can name a folder", 2)
    # A digit, a letter, and six more of either: what `deck.yaml` asks of an id that nobody else has.
    letters, digits = "abcdefghjkmnpqrstvwxyz", "23456789"
    ends = secrets.choice(digits) + secrets.choice(letters)
    try:
        written = new_deck(Path(), name, ends + "".join(secrets.choice(letters + digits) for _ in range(6)))
    except FileExistsError:
        fail(f"decks/{folder_name(name)} is already there", 2)
    for path in written:
        typer.echo(f"wrote {path.as_posix()}")
    typer.echo(f"\nNext: run `deckbuilder preview {folder_name(name)}` and edit {written[1].as_posix()}.")
