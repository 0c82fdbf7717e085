"""The names between per cent signs in a template: what they stand for, and which of them are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from builder.core.diagnostics import TextProblem, quoted

PARTS = {
    "explanation": ("Explanation",),
    "sources": ("Sources", "References"),
    "about": ("Topics", "Note ID"),
    "retired": ("Retired",),
}
"""What templates share, by the name in `%name%`, and the fields that it shows."""
# Of two letters it may be a character in an address: `%ef%bb`.
_PLACEHOLDER = re.compile(r"(?<!<)%([A-Za-z_]{3,})(?=%)")
_ELSEWHERE = {
    "picture": "show a picture in a field: ![description](media/name.svg)",
    "report": "`%about%` has the link",
}
"""Names of our own templates, and what to do without them."""

_LEFT_OUT = re.compile("%(?:license|version)%")

Suggest = Callable[[str, Iterable[str]], str]
"""Gives `did you mean …?` for a word and the words that there are, or ''."""


def shown_by_parts(text: str) -> frozenset[str]:
    """The fields that the parts in a template show."""
    return frozenset(field for name in _PLACEHOLDER.findall(text) for field in PARTS.get(name, ()))


def _line_around(text: str, offset: int) -> str:
    """The line of a place."""
    return text[text.rfind("\n", 0, offset) + 1 :].partition("\n")[0]


def without_lines(text: str, names: Collection[str]) -> str:
    """A template whose lines with one of these names are blank, as Anki gets it when there is nothing to fill in."""
    if not names:
        return text
    return re.sub(rf".*%(?:{'|'.join(sorted(names))})%.*", lambda match: " " * len(match.group()), text)


def placeholder_problems(
    text: str, fields: Collection[str] | None, values: Iterable[str], suggest: Suggest
) -> Iterator[TextProblem]:
    """What is wrong with the names in a template of a note type with these `fields`; None when nobody knows them.

    `values` are the names that stand for a text.
    """
    known = sorted({*PARTS, *values})
    for match in _PLACEHOLDER.finditer(text):
        name, shown = match.group(1), quoted(f"{match.group()}%")
        if name not in known:
            hint = (
                _ELSEWHERE.get(name) or suggest(name, known) or f"there are: {', '.join(known)}; or write &#37; for %"
            )
            yield TextProblem(match.start(), "unknown-placeholder", f"{shown} is not filled in here", hint)
        elif fields is not None and (missing := [field for field in PARTS.get(name, ()) if field not in fields]):
            hint = f"add to `fields` in note_type.yaml: {', '.join(missing)}"
            message = f"{shown} shows fields that the note type does not have"
            yield TextProblem(match.start(), "unknown-field", message, hint)
        elif name in PARTS and (value := _LEFT_OUT.search(_line_around(text, match.start()))):
            # A line with a value that is empty is left out: of a part it would be the last line alone.
            message = f"{shown} shares its line with {quoted(value.group())}, without which the line is left out"
            yield TextProblem(match.start(), "part-in-a-line", message, "write it in a line of its own")
