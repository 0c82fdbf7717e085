"""A note as it is written into the id that its words propose."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from unicodedata import category, normalize

from builder.core.text import Text
from builder.source.events import Mapping, Node

_WORDS = 4
_LENGTH = 60
_READ = 1000
_GAP_MARK = re.compile(r"\{\{c[0-9]*::|::[^{}]*\}\}|\{\{:*|\}\}")
# Paths, sounds and tags say nothing about what a card asks.
_UNSPOKEN = re.compile(r"\]\([^()]*\)|\[sound:[^\]]*\]|</?[A-Za-z][^<>]*>")
_WORD = re.compile(r"[^\W_]+")


def proposed_id(node: Mapping) -> str:
    """A readable id from the first words of what a note asks; '' when there are none."""
    return next((found for text in _asked(node) if (found := _from_words(text))), "")


def _asked(node: Mapping) -> Iterator[str]:
    """What a note can be named after, the best first."""
    fields, picture = node.values.get("fields"), node.values.get("occlusion")
    for key in ("question", "cloze"):
        yield _spoken(node.values.get(key))
    if isinstance(picture, Mapping):
        yield _spoken(picture.values.get("alt"))
        yield _name(picture.values.get("image"))
    if isinstance(fields, Mapping):
        yield from map(_spoken, fields.values.values())
    yield _spoken(node.values.get("answer"))


def _spoken(node: Node | None) -> str:
    """A text without what nobody would read aloud."""
    if not isinstance(node, Text):
        return ""
    return html.unescape(_UNSPOKEN.sub("", _GAP_MARK.sub(" ", node.value[:_READ])))


def _name(node: Node | None) -> str:
    return PurePosixPath(node.value).stem if isinstance(node, Text) else ""


def _from_words(text: str) -> str:
    # Marks that stand apart from their letters, as vowels do in Hindi, cannot be in an id.
    lowered = "".join(one for one in normalize("NFC", text.lower()) if category(one)[0] != "M")
    words = _WORD.findall(lowered)
    kept = ([word for word in words if len(word) > 3] or words)[:_WORDS]
    while len(kept) > 1 and sum(map(len, kept)) + len(kept) > _LENGTH:
        kept.pop()
    return "-".join(kept)[:_LENGTH]
