"""`deckbuilder diff`: two states of a deck into what differs between them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from builder.cli.decks import deck_folders
from builder.cli.output import fail, print_diagnostics

if TYPE_CHECKING:
    from builder.diff.model import Difference

FORMATS = ("text", "markdown", "html", "json")
_ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json"}


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A package, manifest or git revision.")] = "",
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same; left out: the sources as they are.")] = "",
    deck: Annotated[str, typer.Option("--deck", metavar="DECK", help="Which deck, when there are several.")] = "",
    edition: Annotated[str, typer.Option("--edition", metavar="NAME", help="What students of this edition meet.")] = "",
    form: Annotated[
        str, typer.Option("--format", help="text, markdown (release notes), html or json; left out: as FILE ends.")
    ] = "",
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write it there.")] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where the packages of the last release are.")
    ] = Path("dist"),
) -> None:
    """Show what differs between two states of a deck, and what that means for students.

    OLD is the last release when it is left out. A package may be of any program that writes them.

    \b
    Examples:
      deckbuilder diff                          what the next release would change
      deckbuilder diff v1 v2 --deck sciatica    between two git revisions of the sources
      deckbuilder diff old.apkg new.apkg --to diff.html
      deckbuilder diff origin/main --format markdown --edition student
    """
    form = form or (_ENDINGS.get(to.suffix.lower(), "text") if to else "text")
    if form not in FORMATS:
        fail(f"--format is one of {', '.join(FORMATS)}, not `{form}`", 2)
    for name in (old, new):
        if name.startswith("-"):
            fail(f"`{name}` cannot be a revision: it begins with `-`", 2)
    text = _text(old, new, deck, edition, out, form, is_file=to is not None)
    if to:
        _write(to, text)
    else:
        typer.echo(text, nl=False)


def _text(old: str, new: str, deck: str, edition: str, out: Path, form: str, *, is_file: bool) -> str:
    from tempfile import TemporaryDirectory

    from builder.anki.read import PackageError
    from builder.diff.compare import compare
    from builder.diff.states import StateError, States

    with TemporaryDirectory(prefix="deckbuilder-") as scratch:
        states = States(lambda name: _folder(deck, name), out, Path(scratch), edition)
        try:
            before = states.named(old) if old else states.last_release()
            after = states.named(new) if new else states.working_tree()
            before, after = states.of_edition(before, after)
            hint = states.hint(before, after)
            return _rendered(compare(before, after), form, hint, is_file=is_file)
        except StateError as error:
            print_diagnostics(error.diagnostics)
            fail(str(error), 2 if error.is_usage else 1)
        except PackageError as error:
            fail(f"{error.path.as_posix()}: {error}", 1)


def _folder(deck: str, name: str) -> Path:
    """The folder of the deck that is asked for, or else of the one whose name is `name`."""
    from builder.source.deck import read_deck

    found = deck_folders([deck] if deck else None)
    if len(found) > 1:
        named = [path for path in found if name and (one := read_deck(path)[0]) and one.name == name]
        if len(named) == 1:
            return named[0]
        fail(f"there are several decks; name one with --deck: {', '.join(path.name for path in found)}", 2)
    return found[0]


def _rendered(difference: Difference, form: str, hint: str, *, is_file: bool) -> str:
    if form == "markdown":
        from builder.diff.as_markdown import release_notes

        return release_notes(difference)
    if form == "html":
        from builder.web.diff_page import diff_page

        return diff_page(difference)
    if form == "json":
        from builder.diff.as_json import as_json

        return as_json(difference)
    from builder.diff.as_text import as_text

    colour = not is_file and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return as_text(difference, colour=colour, hint=hint)


def _write(path: Path, text: str) -> None:
    """Writes the whole file or nothing."""
    from builder.staging import Staging

    try:
        stage = Staging(path.parent, path.with_name(f".{path.name}.partial"))
        try:
            stage.text(path, text.encode("utf-8", "replace").decode("utf-8"))
            stage.commit()
        finally:
            stage.close()
    except OSError as error:
        fail(f"{error.strerror or error}: {path.as_posix()}", 1)
