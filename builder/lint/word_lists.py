"""A language into the lists of words that rules look for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from builder.core.text import Text
from builder.source.events import Mapping as Keys
from builder.source.events import Sequence, read_tree


class WordLists:
    """The lists of one language by name; a list that the language does not have is empty."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        self._lists = lists
        self._sets: dict[str, frozenset[str]] = {}
        self._patterns: dict[tuple[str, tuple[str, ...]], re.Pattern[str] | None] = {}

    def of(self, name: str) -> frozenset[str]:
        """The words of a list, in small letters."""
        if name not in self._sets:
            self._sets[name] = frozenset(word.casefold() for word in self._lists.get(name, ()))
        return self._sets[name]

    def pattern(self, name: str, more: tuple[str, ...] = ()) -> re.Pattern[str] | None:
        """Finds any word or phrase of a list, or of `more`, as whole words and in any case; None for an empty list."""
        key = name, more
        if key not in self._patterns:
            self._patterns[key] = _pattern((*self._lists.get(name, ()), *more))
        return self._patterns[key]


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    # The longest first: `none of the above` before `none`. A blank of a phrase may be a line end in a text.
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    alternatives = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in ordered)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)


@cache
def word_lists(language: str) -> WordLists:
    """The lists of a language, or of the one of which it is a variety; empty ones when there are none."""
    for code in (language, language.split("-", maxsplit=1)[0]):
        file = files("builder").joinpath("lint", "languages", f"{code}.yaml")
        if file.is_file():
            tree, problems = read_tree(file.read_text(encoding="utf-8"), Path(str(file)))
            assert not problems, problems
            assert isinstance(tree.root, Keys)
            return WordLists({name: _texts(node) for name, node in tree.root.values.items()})
    return WordLists({})


def _texts(node: object) -> tuple[str, ...]:
    assert isinstance(node, Sequence)
    return tuple(item.value for item in node.items if isinstance(item, Text))
