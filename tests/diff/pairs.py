"""Two states of a deck that an author makes, as sides of every kind: compiled, packages, and what the ledger knows."""

from __future__ import annotations

from collections.abc import Callable

from builder.anki.read import read_package
from builder.diff.compare import compare
from builder.diff.model import Difference, NoteChange, Side
from builder.diff.sides import compiled_side, ledger_side, package_side
from tests.releases.author import FIRST, SECOND, Author

KINDS = ("compiled", "package", "ledger")
Edit = Callable[[Author], object]


class Pair:
    """A deck released, edited and released again; `allow` names the costs of the second release."""

    def __init__(self, author: Author, edit: Edit, *, allow: tuple[str, ...] = (), version: str = "2026.12") -> None:
        self.author = author
        self.allow = allow
        author.release(FIRST)
        self.old = self._sides("2026.11")
        edit(author)
        author.edit("version: 2026.11", f"version: {version}", file="deck.yaml")
        author.release(SECOND, allow=allow)
        self.new = self._sides(version)

    def _sides(self, version: str) -> dict[str, Side]:
        package = self.author.kept(self.author.package())
        compiled = self.author.compile()
        return {
            "compiled": compiled_side(compiled, f"sources of {version}"),
            "package": package_side(read_package(package), f"package of {version}"),
            "ledger": ledger_side(self.author.ledger, "Knots", f"ledger of {version}", version),
        }

    def difference(self, old: str = "compiled", new: str = "compiled") -> Difference:
        """What differs between two sides of these kinds."""
        return compare(self.old[old], self.new[new])

    def only(self, old: str = "compiled", new: str = "compiled") -> NoteChange:
        """The only note that differs."""
        (change,) = self.difference(old, new).notes
        return change


def edited(author: Author, before: tuple[str, ...], after: tuple[str, ...], **options: tuple[str, ...]) -> Pair:
    """A deck of the notes `before`, then of the notes `after`."""
    author.notes(*before)
    return Pair(author, lambda one: one.notes(*after), **options)
