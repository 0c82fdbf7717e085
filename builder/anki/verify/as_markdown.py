"""What verifying found as Markdown, for the summary of a run in CI."""

from __future__ import annotations

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
    verdict,
    what_changed,
)
from builder.anki.verify.results import Finding, Over, Verified, by_student
from builder.report.markdown import as_item, as_words


def as_markdown(verified: Verified) -> str:
    """A heading, the verdict, the errors, and a table each for the package and the students."""
    imported, over = verified.imported, verified.over
    lines = [f"### {as_words(imported.package.as_posix())} in Anki {verified.anki}", "", f"**{verdict(verified)}**", ""]
    errors = [(error, "") for error in imported.errors]
    if over:
        errors += [(error, "") for error in over.errors]
        errors += [(error, among(over, students)) for error, students in by_student(over, "errors")]
    lines += [line for error, students in errors for line in _finding(f" `{error.rule}`", error, students)]
    lines += [""] if errors else []
    if imported.counts:
        lines += [*_table((COUNT_HEADINGS, *count_rows(imported))), "", rendered(imported), ""]
    if imported.unused_media:
        lines += [f"Unused media: {as_words(_list(imported.unused_media))}", ""]
    lines += _over(over) if over else ()
    return "\n".join(lines).rstrip()


def _over(over: Over) -> Iterator[str]:
    packages = ", ".join(as_words(package.as_posix()) for package in over.packages)
    yield f"Over {packages}: {what_changed(over) if over.played else 'nothing was played'}"
    yield ""
    if over.left_behind:
        yield from (f"Left behind: {as_words(_list(over.left_behind))}", "")
    rows = [row(played) for played in over.played if not played.not_played]
    yield from (*_table((HEADINGS, *rows)), "") if rows else ()
    for reason in not_played(over):
        yield f"- not played: {as_words(reason)}"
    for limit, students in limits(over):
        yield from _finding("known limit:", limit, students)


def _finding(label: str, finding: Finding, students: str) -> Iterator[str]:
    label, mark = ("", label) if label.startswith(" ") else (f"{label} ", "")
    message = as_words(finding.message) if label else as_item(finding.message)
    yield f"- {label}{message}{mark}{f' ({as_words(students)})' if students else ''}"
    if finding.notes:
        yield f"  - {as_item(_list(finding.notes))}"


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    head, *body = rows
    yield f"| {' | '.join(map(as_words, head))} |"
    yield f"| {' | '.join(('---', *('---:' for _ in head[1:])))} |"
    yield from (f"| {' | '.join(map(as_words, cells))} |" for cells in body)


def _list(names: Sequence[str]) -> str:
    return ", ".join(some_names(names))
