"""YAML text into its comments, each at its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, NamedTuple

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

_CANDIDATE = re.compile(r"(?:^|(?<=[ \t]))#", re.MULTILINE)
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+#")


class Comment(NamedTuple):
    """A comment with its `#`; line and column count from 1, `is_alone` when nothing else is in its line."""

    text: str
    line: int
    column: int
    is_alone: bool


def comments(text: str) -> Iterator[Comment]:
    """The comments of a YAML file in order; none after a syntax error."""
    lines = text.split("\n")
    begins = [0, *accumulate(len(line) + 1 for line in lines)]
    spans = _scalars(text, begins)
    starts = [start for start, _ in spans]
    last = 0
    for match in _CANDIDATE.finditer(text):
        at = match.start()
        before = bisect_right(starts, at) - 1
        if before >= 0 and at < spans[before][1] and not _is_header(text, spans[before][0], at):
            continue
        line = bisect_right(begins, at) - 1
        if line < last:
            continue  # a further `#` in a comment
        last = line + 1
        column = at - begins[line]
        yield Comment(lines[line][column:], line + 1, column + 1, not lines[line][:column].strip())


def _is_header(text: str, start: int, at: int) -> bool:
    """Whether a `#` stands behind the `|` of a block text, where a comment is allowed."""
    found = _BLOCK_HEADER.match(text, start)
    return found is not None and found.end() == at + 1


def _scalars(text: str, begins: list[int]) -> list[tuple[int, int]]:
    """Where the texts begin and end, as offsets; when there is a syntax error, one that holds everything behind it."""
    found = []
    end = 0
    parser = CParser(text)
    try:
        while parser.check_event():
            event: Any = parser.get_event()
            end = min(begins[min(event.end_mark.line, len(begins) - 1)] + event.end_mark.column, len(text))
            if isinstance(event, yaml.ScalarEvent) and event.value:
                start: Any = event.start_mark
                found.append((begins[start.line] + start.column, end))
    except yaml.YAMLError:
        found.append((end, len(text)))
    finally:
        parser.dispose()
    return found
