"""Fixes into text for people: a line for each edit, or the changed lines as a diff that git can apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import accumulate, groupby
from pathlib import Path

from builder.fix.edits import FileFix, edited
from builder.report.places import printable, shown_path

_CONTEXT = 3
_NO_LINE_END = "\n\\ No newline at end of file\n"


def as_list(fixes: Iterable[FileFix], root: Path) -> str:
    """`decks/knots/basics.yaml:12: adds id: bowline`, with paths relative to `root`; '' for no edits."""
    return "\n".join(
        f"{printable(shown_path(fix.path, root))}:{edit.line}: {printable(edit.message)}"
        for fix in fixes
        for edit in fix.edits
    )


def as_diff(fixes: Iterable[FileFix], root: Path) -> str:
    """A unified diff of all files, with paths relative to `root` and line ends as they are; '' for no edits."""
    return "".join(line for fix in fixes for line in _diff(fix, printable(shown_path(fix.real, root))))


def _diff(fix: FileFix, path: str) -> Iterator[str]:
    """The edits tell which lines differ, so that nothing has to be compared; no edit reaches beyond its line."""
    lines = _lines(fix.before) or [""]
    changed = _changed_lines(fix, lines)
    yield f"--- a/{path}\n+++ b/{path}\n"
    longer = 0
    for first, last in _hunks(sorted(changed), len(lines)):
        body: list[str] = []
        before = after = 0
        for number in range(first, last):
            old, new = lines[number], changed.get(number)
            kept = [old] if new is None or new[-1:] == [old] else []
            gone = [] if kept or not old else [old]
            added = [] if new is None else new[: len(new) - len(kept)]
            before, after = before + len(kept) + len(gone), after + len(kept) + len(added)
            body += (_marked("-", one) for one in gone)
            body += (_marked("+", one) for one in added)
            body += (_marked(" ", one) for one in kept)
        yield f"@@ -{_span(first, before)} +{_span(first + longer, after)} @@\n"
        yield from body
        longer += after - before


def _lines(text: str) -> list[str]:
    """The lines with their ends."""
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]


def _changed_lines(fix: FileFix, lines: list[str]) -> Mapping[int, list[str]]:
    """What becomes of each line that changes, by its number from 0."""
    starts = [0, *accumulate(map(len, lines))]
    changed = {}
    for line, edits in groupby(fix.edits, key=lambda edit: edit.line - 1):
        moved = (replace(edit, offset=edit.offset - starts[line]) for edit in edits)
        changed[line] = _lines(edited(lines[line], moved))
    return changed


def _hunks(changed: list[int], count: int) -> Iterator[tuple[int, int]]:
    """The stretches of lines to show: first, and the one behind the last."""
    first = last = -1
    for number in changed:
        if first >= 0 and number - _CONTEXT > last:
            yield first, min(last, count)
            first = -1
        first = max(0, number - _CONTEXT) if first < 0 else first
        last = number + 1 + _CONTEXT
    if first >= 0:
        yield first, min(last, count)


def _marked(mark: str, line: str) -> str:
    return f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}{_NO_LINE_END}"


def _span(first: int, count: int) -> str:
    return f"{first + 1 if count else first},{count}"
