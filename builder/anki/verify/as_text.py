"""What verifying found as text for people, in lines of at most 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from builder.anki.verify.cells import (
    COUNT_HEADINGS,
    HEADINGS,
    among,
    count_rows,
    limits,
    not_played,
    rendered,
    row,
    some_names,
    tags,
    verdict,
    what_changed,
)
from builder.anki.verify.results import Finding, Imported, Over, Verified, by_student
from builder.report.places import printable, without_command

_WIDTH = 100


def as_text(verified: Verified) -> str:
    """The package, the students, the limits that they met, the errors, and the verdict."""
    lines = [f"{verified.imported.package.as_posix()} in Anki {verified.anki}", *_imported(verified.imported)]
    errors = [(error, "") for error in verified.imported.errors]
    if over := verified.over:
        lines += ["", *_over(over)]
        errors += [(error, "") for error in over.errors]
        errors += [(error, among(over, students)) for error, students in by_student(over, "errors")]
    for error, students in errors:
        lines += ["", *_finding(f"error: {error.message} [{error.rule}]", error, students)]
    # Names are of the package's author, who may be a stranger.
    return "\n".join(without_command(printable(line)) for line in (*lines, "", verdict(verified)))


def _imported(imported: Imported) -> Iterator[str]:
    if not imported.counts:
        return
    yield from _table((COUNT_HEADINGS, *count_rows(imported)))
    yield f"  {rendered(imported)}"
    if imported.unused_media:
        yield from _wrapped(f"unused media: {', '.join(some_names(imported.unused_media))}", "  ", "    ")
    if imported.tags:
        yield from _wrapped(tags(imported), "  ", "    ")


def _over(over: Over) -> Iterator[str]:
    packages = ", ".join(package.as_posix() for package in over.packages)
    if not over.played:
        yield f"over {packages}: nothing was played"
        return
    yield f"over {packages}: {what_changed(over)}"
    if over.left_behind:
        yield from _wrapped(f"left behind: {', '.join(some_names(over.left_behind))}", "  ", "    ")
    yield from _table((HEADINGS, *(row(played) for played in over.played if not played.not_played)))
    for reason in not_played(over):
        yield from _wrapped(f"not played: {reason}", "  ", "    ")
    met = tuple(limits(over))
    if met:
        yield from ("", "known limits that these students met:")
    for limit, students in met:
        yield from (f"  {line}" for line in _finding(limit.message, limit, students))


def _finding(head: str, finding: Finding, students: str) -> Iterator[str]:
    yield from _wrapped(head, "", "  ")
    if students:
        yield from _wrapped(f"students: {students}", "  ", "    ")
    if finding.notes:
        yield from _wrapped(f"notes: {', '.join(some_names(finding.notes))}", "  ", "    ")


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows in aligned columns, the first on the left side, two blanks apart."""
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for first, *others in cells:
        shown = "  ".join((first.ljust(widths[0]), *map(str.rjust, others, widths[1:])))
        yield f"  {shown}".rstrip()


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
