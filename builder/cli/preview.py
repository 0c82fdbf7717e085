"""`deckbuilder preview`: a deck in the browser while it is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from builder.cli.decks import deck_folders
from builder.cli.output import fail

if TYPE_CHECKING:
    from builder.web.session import Session


def preview(
    deck: Annotated[str, typer.Argument(metavar="[DECK]", help="A folder below decks/, by name or path.")] = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Where to serve; if taken, at a free one.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
) -> None:
    """Show a deck in the browser, as Anki will show it, and again after each save.

    Only this computer can see the page. Ctrl+C ends it.

    \b
    Examples:
      deckbuilder preview
      deckbuilder preview sciatica
      deckbuilder preview sciatica --port 8200 --no-browser
    """
    from builder.web.running import PORT, serve

    folders = deck_folders([deck] if deck else None)
    if len(folders) > 1:
        fail(f"which deck? There is: {', '.join(folder.name for folder in folders)}", 2)

    def ready(address: str, session: Session) -> None:
        deck = session.snapshot.deck
        name = (deck.name if deck else "") or folders[0].resolve().name
        typer.echo(f"{name}: {address} (Ctrl+C ends it)")
        if browser:
            import webbrowser
            from threading import Thread

            # Some browsers, such as those of a terminal, keep the one who opens them waiting.
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(folders[0], port or PORT, ready)
