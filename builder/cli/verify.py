"""`deckbuilder verify`: a package into what real Anki makes of it, and what students keep who update to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from builder.cli.output import fail

_HOW = (
    'this needs real Anki: python -m pip install "deckbuilder[verify]", or uv run --extra verify deckbuilder verify ...'
)


def verify(
    package: Annotated[
        Path, typer.Argument(metavar="PACKAGE", help="The package to look at, or its manifest.", show_default=False)
    ],
    over: Annotated[
        list[Path] | None,
        typer.Option("--over", metavar="OLD", help="A package that students hold, or its manifest; oldest first."),
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
) -> None:
    """Import a package into real Anki and show every fault; with --over, what students keep.

    Everything happens in collections of Anki's that are thrown away. With --over, students who hold the older package
    study, edit, tag, restyle, suspend, delete and move, then import the new one; the table shows what each keeps. What
    was promised to them and is not kept is an error; what `release --allow` let through is a known limit, if the
    manifests lie beside the packages.

    \b
    Examples:
      deckbuilder verify dist/sciatica.apkg
      deckbuilder verify dist/sciatica.apkg --over old/sciatica.manifest.json
      deckbuilder verify dist/sciatica.apkg --over 1.0.apkg --over 1.1.apkg --format markdown
    """
    from importlib.util import find_spec

    from builder.anki import verify as verifying

    if form not in verifying.FORMATS:
        fail(f"--format is one of {', '.join(verifying.FORMATS)}, not `{form}`", 2)
    if find_spec("anki") is None:
        fail(_HOW, 2)
    verified = verifying.verify(_package(package), tuple(map(_package, over or ())))
    typer.echo(verifying.render(verified, form))
    if not verified.is_kept:
        raise typer.Exit(1)


def _existing(path: Path) -> Path:
    if not path.is_file():
        fail(f"there is no package {path.as_posix()}", 2)
    return path


def _package(path: Path) -> Path:
    """A package; a manifest stands for its package with everything."""
    from builder.anki.verify.beside import ManifestError, package_of

    try:
        return _existing(package_of(_existing(path)))
    except ManifestError as error:
        fail(str(error), 2)
