"""The trees of a file before and after its edits into all in which they differ: what nobody meant stops the edits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeGuard

from builder.core.text import Text
from builder.source.events import Mapping, Node, Sequence

Place = tuple[str | int, ...]
"""The keys and numbers of items that lead to a node from the root."""

_TRAILING = re.compile(r"[ \t]+(?=\n|\Z)")


class Difference(NamedTuple):
    """What stands at a place before and after; None for what is not there."""

    place: Place
    before: Node | None
    after: Node | None


def differences(before: Node | None, after: Node | None, place: Place = ()) -> Iterator[Difference]:
    """Where two trees differ; a key `id` that is put before the others is a difference of its own."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys, now = list(before.values), list(after.values)
        if now == ["id", *keys]:
            yield Difference((*place, "id"), None, after.values["id"])
        elif now != keys:
            yield Difference(place, before, after)
            return
        for key in keys:
            yield from differences(before.values[key], after.values[key], (*place, key))
    elif isinstance(before, Sequence) and isinstance(after, Sequence) and len(before.items) == len(after.items):
        for number, (one, other) in enumerate(zip(before.items, after.items, strict=True)):
            yield from differences(one, other, (*place, number))
    elif isinstance(before, Text) and isinstance(after, Text):
        if (before.value, before.style) != (after.value, after.style):
            yield Difference(place, before, after)
    elif before is not None or after is not None:
        yield Difference(place, before, after)


def nodes(node: Node | None, place: Place = ()) -> Iterator[tuple[Place, Node]]:
    """Every node of a tree with its place, in source order."""
    if node is None:
        return
    yield place, node
    if isinstance(node, Mapping):
        for key, value in node.values.items():
            yield from nodes(value, (*place, key))
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from nodes(item, (*place, number))


def is_block(node: Node | None) -> TypeGuard[Text]:
    """Whether a node is a text below `|` or `>`."""
    return isinstance(node, Text) and node.style in ("|", ">")


def is_trimmed(before: Node | None, after: Node | None) -> bool:
    """Whether two texts below `|` or `>` differ in blanks at the ends of their lines alone."""
    return is_block(before) and is_block(after) and same_but_for_blanks(before.value, after.value)


def same_but_for_blanks(before: str, after: str) -> bool:
    """Whether two texts are the same without the blanks at the ends of their lines, and empty lines at their end."""
    return _TRAILING.sub("", before).rstrip("\n") == _TRAILING.sub("", after).rstrip("\n")
