"""What is said of the keys, in YAML beside the modules, into descriptions and snippets of a schema."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from builder.core.text import Text
from builder.source.events import Mapping, Node, Sequence, read_tree
from builder.source.schema.shapes import Schema

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_WRAP = re.compile(r"(?<!\n)\n(?!\n)")
_MARKUP = re.compile(r"`|\*\*")


def sections(kind: str) -> dict[str, dict[str, str]]:
    """What is said in a kind of file: by what the keys belong to, then by key, as Markdown."""
    return {
        name: {key: text.value.strip() for key, text in section.values.items() if isinstance(text, Text)}
        for name, section in _tree(kind).values.items()
        if isinstance(section, Mapping)
    }


def said(kind: str, section: str, key: str) -> Schema:
    """What an editor shows of a key, as plain words and as Markdown with an example."""
    markdown = _unwrapped(sections(kind)[section][key])
    return {"description": _MARKUP.sub("", _FENCED.sub("", markdown)).strip(), "markdownDescription": markdown}


def told(kind: str, section: str, shapes: MappingType[str, Schema], those: Iterable[str]) -> dict[str, Schema]:
    """The shapes of those keys, with what is said of each."""
    return {key: shapes[key] | said(kind, section, key) for key in those}


def meanings(kind: str, section: str, words: tuple[str, ...]) -> dict[str, str]:
    """What each of a few words means, in their order."""
    told = sections(kind)[section]
    return {word: _MARKUP.sub("", _unwrapped(told[word])) for word in words}


def snippets(kind: str) -> list[Schema]:
    """The notes or references that an editor writes for the author, with the places to fill in."""
    found = _tree(kind).values["snippets"]
    assert isinstance(found, Sequence)
    return [dict(_plain(one)) for one in found.items]


@cache
def _tree(kind: str) -> Mapping:
    file = files("builder").joinpath("source", "schema", f"{kind}.yaml")
    tree, problems = read_tree(file.read_text(encoding="utf-8"), Path(str(file)))
    assert not problems, problems
    assert isinstance(tree.root, Mapping)
    return tree.root


def _plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.values.items()}
    return node.value if isinstance(node, Text) else [_plain(item) for item in node.items]


def _unwrapped(markdown: str) -> str:
    """Markdown with each paragraph in one line; what is fenced stays."""
    parts = _FENCED.split(markdown)
    return "".join(part if part.startswith("```") else _WRAP.sub(" ", part) for part in parts)
