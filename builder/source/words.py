"""A deck's language into the words that templates put around its cards."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from builder.core.text import Text
from builder.source.events import Mapping as Keys
from builder.source.events import read_tree

FALLBACK = "en"


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are words in, as codes."""
    folder = files("builder").joinpath("languages")
    return tuple(sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")))


@cache
def words(language: str) -> Mapping[str, str]:
    """The words by name, in `language`, or in that of which it is a variety, or in English."""
    code = next((code for code in (language, language.split("-", maxsplit=1)[0]) if code in languages()), FALLBACK)
    file = files("builder").joinpath("languages", f"{code}.yaml")
    tree, problems = read_tree(file.read_text(encoding="utf-8"), Path(str(file)))
    assert not problems, problems
    assert isinstance(tree.root, Keys)
    return {name: text.value for name, text in tree.root.values.items() if isinstance(text, Text)}
