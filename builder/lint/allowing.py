"""Comments such as `# allow absolute-claim: the reason` into what of the findings is let pass, and where."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from builder.compiler.deck import CompiledDeck
from builder.compiler.file import CompiledFile
from builder.core.diagnostics import Diagnostic, Severity, quoted
from builder.lint.registry import RULES
from builder.source.comments import Comment, comments
from builder.source.files import DECK_FILE, REFERENCES_FILE, read_text
from builder.source.reader import suggestion

_ALLOW = re.compile(
    r"#+\s*allow\b(?P<colon>:?)\s*(?P<names>[\w-]+(?:\s*,\s*[\w-]+)*)?\s*(?P<rest>:\s*(?P<reason>.*\S)?|$)?"
)
_CANDIDATE = re.compile(r"#+[ \t]*allow\b")
_HINT = "write `# allow name-of-the-rule: the reason`"


@dataclass(frozen=True, slots=True)
class Allowance:
    """One rule that a comment lets pass in a note or reference; the place is that of the rule's name.

    `region` is the first line of the note with the comments above it, 0 for the whole file.
    """

    rule: str
    line: int
    column: int
    region: int


@dataclass(frozen=True, slots=True)
class Allowances:
    """What the comments of one file let pass; `wrong` are comments that say it in a way that does not count.

    `regions` are the first lines of notes or references, each with the comments above it, in order.
    """

    path: Path
    regions: tuple[int, ...] = ()
    wrong: tuple[Diagnostic, ...] = ()
    allowed: Mapping[tuple[str, int], list[Allowance]] = field(default_factory=dict)

    def region(self, line: int) -> int:
        """The first line of the note or reference that a line belongs to; 0 above all of them."""
        before = bisect_right(self.regions, line)
        return self.regions[before - 1] if before else 0

    def allowing(self, diagnostic: Diagnostic) -> tuple[Allowance, ...]:
        """Those that let a finding of this file pass."""
        if not self.allowed:
            return ()
        places = {0, self.region(diagnostic.line)}
        return tuple(one for place in places for one in self.allowed.get((diagnostic.rule, place), ()))

    def unused(self, used: Collection[Allowance], rules: frozenset[str]) -> Iterator[Diagnostic]:
        """Those that let nothing pass although their rule, one of `rules`, looked."""
        for one in (one for some in self.allowed.values() for one in some):
            if one.rule in rules and one not in used:
                message = f"there is nothing that {quoted(one.rule)} would say here"
                yield _diagnostic(self.path, one.line, one.column, "unused-allow", message, "remove the comment")


def allowances_of(file: CompiledFile) -> Allowances:
    """The comments of a file of notes: in a note or right above it for that note, above all notes for all of them.

    Those of retired notes are passed over, as their notes are.
    """
    assert file.source, "the deck was compiled without its sources"
    found = _read(file.path, file.source.reader.content, file.source.starts)
    retired = {found.region(note.id.line) for note in file.source.notes if note.is_retired}
    return replace(found, allowed={key: those for key, those in found.allowed.items() if key[1] not in retired})


def other_allowances(compiled: CompiledDeck) -> tuple[Allowances, ...]:
    """The comments of `deck.yaml`, for all of it, and of `references.yaml`, for a reference or for all of them."""
    folder = compiled.deck.folder
    starts = {DECK_FILE: (), REFERENCES_FILE: tuple(one.line for one in compiled.references.values())}
    found = []
    for name, lines in starts.items():
        path = folder / name
        text = read_text(path, folder)[0] if path.exists() else ""
        found.append(_read(path, text, tuple(sorted(lines))))
    return tuple(found)


def _read(path: Path, text: str, starts: tuple[int, ...]) -> Allowances:
    if not _CANDIDATE.search(text):
        return Allowances(path)
    wrong: list[Diagnostic] = []
    allowed: dict[tuple[str, int], list[Allowance]] = {}
    found = Allowances(path, _regions(text.split("\n"), starts))
    for comment in comments(text):
        if _CANDIDATE.match(comment.text):
            for one in _allowed(path, comment, found.region(comment.line), wrong):
                allowed.setdefault((one.rule, one.region), []).append(one)
    return replace(found, wrong=tuple(wrong), allowed=allowed)


def _allowed(path: Path, comment: Comment, region: int, wrong: list[Diagnostic]) -> Iterator[Allowance]:
    """The rules that a comment allows; what is wrong with it is added to `wrong`."""
    found = _ALLOW.match(comment.text)
    assert found, comment
    known = [rule.name for rule in RULES]
    names = [(name.group(), found.start("names") + name.start()) for name in _names(found["names"])]
    if not found["reason"]:
        has_colon = found["colon"] or found["rest"]
        # A sentence may begin with this word.
        if has_colon or not names or any(name in known or suggestion(name, known) for name, _ in names):
            message = "this comment does not say why" if names else "this comment names no rule to allow"
            wrong.append(_diagnostic(path, comment.line, comment.column, "bad-allow", message, _HINT))
        return
    for name, offset in names:
        if name in known:
            yield Allowance(name, comment.line, comment.column + offset, region)
        else:
            hint = suggestion(name, known) or "`deckbuilder rules` lists them"
            message = f"there is no rule {quoted(name)}"
            wrong.append(_diagnostic(path, comment.line, comment.column + offset, "unknown-rule", message, hint))


def _names(written: str | None) -> Iterator[re.Match[str]]:
    return re.finditer(r"[\w-]+", written or "")


def _regions(lines: list[str], starts: tuple[int, ...]) -> tuple[int, ...]:
    """The first line of each note or reference, with the comments right above it that are not further to the right."""
    firsts: list[int] = []
    for start in starts:
        first = start - 1 if start > 1 and lines[start - 2].strip() == "-" else start
        indent = _indent(lines[first - 1])
        while first > 1 and lines[first - 2].lstrip().startswith("#"):
            if firsts and _indent(lines[first - 2]) > indent:
                break  # it is in the note before
            first -= 1
        firsts.append(first)
    return tuple(firsts)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _diagnostic(path: Path, line: int, column: int, rule: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        path=path, line=line, column=column, rule=rule, message=message, hint=hint, severity=Severity.WARNING
    )
