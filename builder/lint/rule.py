"""What a rule is: a name, its page, its options, and the check itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from builder.lint.deck_view import DeckView
    from builder.lint.note_view import NoteView, Spot

Value = int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """Something of a rule that a deck can set: a number, or a list of words to be added to the rule's own."""

    default: Value
    about: str


class Options:
    """The values of a rule's options in one deck."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def number(self, name: str) -> int:
        """The value of an option that is a number."""
        value = self._values[name]
        assert isinstance(value, int)
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """The value of an option that is a list of words."""
        value = self._values[name]
        assert isinstance(value, tuple)
        return value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Options) and self._values == other._values

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule has found: where, what, and what to do; a place is (path, line, column)."""

    place: Spot | tuple[Path, int, int]
    message: str
    hint: str


CheckNote = Callable[["NoteView", Options], Iterator[Finding]]
Collect = Callable[["NoteView", Options], Iterable[Any]]
Conclude = Callable[[list[Any], "DeckView", Options], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that looks at one note at a time (`check`) or at all of a deck (`collect` from notes, then `conclude`).

    `page` is its documentation: Markdown, the first line a summary. What `collect` gives is kept for each file, so it
    is small and knows nothing of other notes.
    """

    name: str
    page: str
    check: CheckNote | None = None
    collect: Collect | None = None
    conclude: Conclude | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    is_on: bool = True

    @property
    def summary(self) -> str:
        """The bad thing, in a few words."""
        return self.page.partition("\n")[0].rstrip(".")

    @property
    def defaults(self) -> Options:
        """The options of a deck that sets none."""
        return Options({name: option.default for name, option in self.options.items()})


_NO_OPTIONS: Mapping[str, Option] = MappingProxyType({})


def note_rule(
    module: str,
    page: str | None,
    check: CheckNote,
    *,
    options: Mapping[str, Option] = _NO_OPTIONS,
    is_on: bool = True,
) -> Rule:
    """The rule of a module that looks at one note at a time."""
    return Rule(name=_name(module), page=_page(page), check=check, options=options, is_on=is_on)


def deck_rule(
    module: str,
    page: str | None,
    collect: Collect,
    conclude: Conclude,
    *,
    options: Mapping[str, Option] = _NO_OPTIONS,
    is_on: bool = True,
) -> Rule:
    """The rule of a module that compares notes, or looks at what is around them."""
    return Rule(name=_name(module), page=_page(page), collect=collect, conclude=conclude, options=options, is_on=is_on)


def nothing(_view: NoteView, _options: Options) -> Iterable[Any]:
    """What a rule collects that looks at the deck alone."""
    return ()


def _name(module: str) -> str:
    return module.rpartition(".")[2].replace("_", "-")


def _page(page: str | None) -> str:
    assert page, "a rule's docstring is its page"
    return re.sub(r"\n{3,}", "\n\n", page.strip()) + "\n"
