"""A compiled deck into what its rules find, file by file: what did not change is not looked at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from builder.compiler.deck import CompiledDeck
from builder.compiler.file import CompiledFile
from builder.core.diagnostics import Diagnostic, Severity, in_source_order
from builder.lint.allowing import Allowance, Allowances, allowances_of, other_allowances
from builder.lint.deck_view import DeckView
from builder.lint.note_view import NoteView, Spot
from builder.lint.rule import Finding, Options, Rule
from builder.lint.settings import Selection, active_rules, setting_problems
from builder.lint.word_lists import word_lists

_Active = tuple[tuple[Rule, Options], ...]


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found in one file, before anything in it is allowed, and what deck-wide rules collected there."""

    file: CompiledFile
    found: tuple[Diagnostic, ...]
    collected: tuple[tuple[Any, ...], ...]
    allowances: Allowances


class Linter:
    """Looks at one deck, time and again; the deck must have been compiled with its sources."""

    def __init__(self, selection: Selection = Selection()) -> None:  # noqa: B008
        self._selection = selection
        self._key: object = None
        self._looked: dict[Path, _Looked] = {}

    def look(self, compiled: CompiledDeck, go_on: Callable[[], bool]) -> bool:
        """Looks at the files of a deck one by one, as long as it may go on; whether it has seen all of them.

        What it has seen is kept, so that `lint` is quick then.
        """
        rules = self._rules(compiled)
        for file in compiled.files:
            if not go_on():
                return False
            self._looked[file.path] = self._file(file, compiled, rules)
        return True

    def lint(self, compiled: CompiledDeck, today: date, *, is_whole: bool = True) -> tuple[Diagnostic, ...]:
        """Everything that the rules find, in source order, without what is allowed in place.

        Rules about the deck as a whole are asked only when it `is_whole`: a note that could not be read may be the one
        that uses a reference, or the one that needs a comment.
        """
        rules = self._rules(compiled)
        looked = [self._file(file, compiled, rules) for file in compiled.files]
        self._looked = {one.file.path: one for one in looked}
        found = [diagnostic for one in looked for diagnostic in one.found]
        if is_whole:
            found += self._across(looked, compiled, rules, today)
        allowances = [*(one.allowances for one in looked), *other_allowances(compiled)]
        asked = frozenset(rule.name for rule, _ in rules if is_whole)
        return in_source_order([*setting_problems(compiled.deck), *_judged(found, allowances, asked)])

    def _rules(self, compiled: CompiledDeck) -> _Active:
        """The rules that run; when they are others than before, nothing that was seen counts."""
        rules = active_rules(compiled.deck, self._selection)
        key = compiled.deck.language, rules
        if key != self._key:
            self._key, self._looked = key, {}
        return rules

    def _file(self, file: CompiledFile, compiled: CompiledDeck, rules: _Active) -> _Looked:
        known = self._looked.get(file.path)
        if known and known.file is file:
            return known
        views = _views(file, compiled)
        found: list[Diagnostic] = []
        collected: list[list[Any]] = [[] for _ in rules]
        for view in views:
            for number, (rule, options) in enumerate(rules):
                if rule.check:
                    found += [_diagnostic(rule, finding) for finding in rule.check(view, options)]
                elif rule.collect:
                    collected[number] += rule.collect(view, options)
        facts = tuple(tuple(one) for one in collected)
        return _Looked(file, tuple(found), facts, allowances_of(file))

    def _across(
        self, looked: list[_Looked], compiled: CompiledDeck, rules: _Active, today: date
    ) -> Iterator[Diagnostic]:
        view = DeckView(compiled, today, word_lists(compiled.deck.language))
        for number, (rule, options) in enumerate(rules):
            if rule.conclude:
                facts = [fact for one in looked for fact in one.collected[number]]
                yield from (_diagnostic(rule, finding) for finding in rule.conclude(facts, view, options))


def _views(file: CompiledFile, compiled: CompiledDeck) -> Iterator[NoteView]:
    """The notes of a file that have become notes of Anki's and are to be learned.

    But for those of one id: which is which is not known.
    """
    assert file.source, "the deck was compiled without its sources"
    made = {note.id: note for note in file.notes if not note.retired}
    doubled = Counter(note_id for note_id, _, _ in file.ids)
    words = word_lists(compiled.deck.language)
    for note in file.source.notes:
        if doubled[note.id.value] == 1 and note.id.value in made:
            yield NoteView(note, made[note.id.value], file.source.reader, words)


def _diagnostic(rule: Rule, finding: Finding) -> Diagnostic:
    path, line, column = finding.place.place if isinstance(finding.place, Spot) else finding.place
    return Diagnostic(
        path=path,
        line=line,
        column=column,
        rule=rule.name,
        message=finding.message,
        hint=finding.hint,
        severity=Severity.WARNING,
    )


def _judged(
    found: Iterable[Diagnostic], allowances: Iterable[Allowances], asked: frozenset[str]
) -> Iterator[Diagnostic]:
    """What was found and is not allowed, and what is wrong with the comments that allow something.

    `asked` are the rules that looked: a comment about another one may be of use the next time.
    """
    by_path = {one.path: one for one in allowances}
    used: dict[Path, set[Allowance]] = {path: set() for path in by_path}
    for diagnostic in found:
        file = by_path.get(diagnostic.path)
        passing = file.allowing(diagnostic) if file else ()
        if file:
            used[file.path].update(passing)
        if not passing:
            yield diagnostic
    for path, file in by_path.items():
        yield from file.wrong
        yield from file.unused(used[path], asked)
