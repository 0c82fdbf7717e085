"""A package into what real Anki makes of it, alone and over the packages that students hold: the door to `anki`.

Only modules below this one import `anki`, which the extra `verify` brings; importing this one does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from builder.anki.verify.results import Verified

FORMATS = ("text", "json", "markdown")


def verify(package: Path, over: Sequence[Path] = ()) -> Verified:
    """Imports `package` into throw-away collections: an empty one, and those of students who hold `over`, oldest first.

    What is wrong with a package is in the result; raises OSError for a file that cannot be read, and ImportError where
    the `anki` package is missing.
    """
    from anki.buildinfo import version

    from builder.anki.verify.imported import import_package
    from builder.anki.verify.play import play_students
    from builder.anki.verify.results import Verified
    from builder.anki.verify.student import throw_away_folder

    with throw_away_folder() as folder:
        imported, held = import_package(package, folder / "alone")
        played = play_students(package, held, over, folder) if held and over else None
    return Verified(anki=version, imported=imported, over=played)


def render(verified: Verified, form: str) -> str:
    """What was found in one of `FORMATS`, without a line end after the last line."""
    if form == "json":
        from builder.anki.verify.as_json import as_json

        return as_json(verified)
    if form == "markdown":
        from builder.anki.verify.as_markdown import as_markdown

        return as_markdown(verified)
    from builder.anki.verify.as_text import as_text

    return as_text(verified)
