"""Texts by anybody into words in Markdown, in which nothing is markup, a link, a mention or a command."""

from __future__ import annotations

import re

_APART = "\u200b"  # shown as nothing; divides what would be linked
_JOINERS = "\u200c\u200d"
_MARKUP = re.compile(r"([\\`*_\[\]{}#|~$])")
_ENTITY = re.compile(r"&(?=[#\w])")
_BLOCK = re.compile(r"^([-+=>]|[0-9]{1,9}(?=[.)]))")
_LINKED = re.compile(r"@|\\#(?=[0-9])|\bGH-(?=[0-9])|:(?=//)|\bwww(?=\.)", re.IGNORECASE)


def as_words(text: str) -> str:
    """A text by anybody as words in one line of Markdown."""
    clean = "".join(one if one.isprintable() or one in _JOINERS else " " for one in text)
    escaped = _MARKUP.sub(r"\\\1", _ENTITY.sub("&amp;", " ".join(clean.split())).replace("<", "&lt;"))
    return _LINKED.sub(lambda match: match[0] + _APART, escaped)


def as_item(text: str) -> str:
    """The same where a line's content begins, and `1.` or `-` would begin a list in it."""
    return _BLOCK.sub(lambda match: match[1] + "\\" if match[1].isdigit() else "\\" + match[1], as_words(text))
