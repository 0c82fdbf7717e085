"""`deckbuilder build`: decks into drafts of their packages."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from builder.cli.decks import Decks, Out, compile_or_stop, deck_folders
from builder.cli.output import fail, print_packages

if TYPE_CHECKING:
    from builder.compiler.deck import CompiledDeck


def build(
    decks: Decks = None,
    out: Out = Path("dist"),
    edition: Annotated[str, typer.Option("--edition", metavar="NAME", help="Only this edition, or `everything`.")] = "",
) -> None:
    """Write drafts: a package for each edition and one with everything.

    A draft is for looking at. It is not a release: nothing is recorded, and students should get releases only.

    \b
    Examples:
      deckbuilder build
      deckbuilder build sciatica --edition student --out /tmp/look
    """
    from builder.build import build_draft
    from builder.ledger import read_ledger
    from builder.source.files import LEDGER_FILE

    compiled = compile_or_stop(deck_folders(decks), with_ledger=True)
    _known_edition(compiled, edition)
    for one in compiled:
        if edition and edition != "everything" and edition not in {wanted.name for wanted in one.deck.editions}:
            continue
        released, _ = read_ledger(one.deck.folder / LEDGER_FILE)
        files, changes = build_draft(one, released, out, edition, int(time.time()))
        since = "since the last release" if released else "never released"
        print_packages(f"{one.deck.name}: draft", files, changes, since)
    typer.echo(
        "\nDrafts are for looking at, not for students: `deckbuilder release` makes what they can update for ever."
    )


def _known_edition(compiled: list[CompiledDeck], edition: str) -> None:
    from builder.source.reader import suggestion

    names = {"everything", *(wanted.name for one in compiled for wanted in one.deck.editions)}
    if edition and edition not in names:
        hint = suggestion(edition, sorted(names)) or f"there is: {', '.join(sorted(names))}"
        fail(f"there is no edition `{edition}`; {hint}", 2)
