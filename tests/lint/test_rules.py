"""Rules: each finds what its page calls bad and not what it calls good, at the exact place, and nothing else.

A case is a file of notes `tests/lint/cases/RULE/NAME.yaml`, or a folder of files `tests/lint/cases/RULE/NAME/**` with
the paths that they have in the deck (`notes.yaml`, `deck.yaml`, `references.yaml`, `media/...`). The test puts it into
the deck of `tests/decks.py` and asks this one rule. A comment at the end of a line says in which columns the rule
complains of it; where no comment can stand, one in a line of its own says line and column:

    answer: It never slips      # warning: 16
    # expect: 7:14
    # expect: deck.yaml:2:9

In a file in which the rule finds nothing, a comment `# expect: nothing` says that this is meant. Today is 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from builder.compiler.deck import DeckCompiler
from builder.core.diagnostics import Diagnostic, has_errors
from builder.lint.linter import Linter
from builder.lint.pages import document
from builder.lint.registry import RULES
from builder.lint.rule import Rule
from builder.lint.settings import Selection
from tests.decks import ROPES, write_deck

CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 11, 22)
BY_NAME = {rule.name: rule for rule in RULES}
_BLOCK = re.compile(r"^```yaml(?: title=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IN_LINE = re.compile(r"# warning:((?: [0-9]+)+)$")
_ON_TOP = re.compile(r"# expect: (?:([\w./-]+):)?([0-9]+):([0-9]+)$")

per_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def findings(rules: str | frozenset[str], files: dict[str, str | bytes]) -> tuple[Diagnostic, ...]:
    """What one rule says, or some, of a deck with these files; the deck must have no errors."""
    with TemporaryDirectory() as name:
        folder = write_deck(Path(name) / "knots", ROPES | files)
        compiled, problems = DeckCompiler(folder, keep_sources=True).compile()
        assert compiled
        assert not has_errors(problems), problems
        found = Linter(Selection(only=frozenset({rules}) if isinstance(rules, str) else rules)).lint(compiled, TODAY)
        return tuple(
            Diagnostic(
                path=one.path.relative_to(folder),
                line=one.line,
                column=one.column,
                rule=one.rule,
                message=one.message,
                hint=one.hint,
                severity=one.severity,
            )
            for one in found
        )


# the pages


def example(rule: Rule, heading: str) -> dict[str, str | bytes]:
    """The files of the example below a heading of a rule's page; blocks without a title are notes."""
    _, found, rest = rule.page.partition(f"**{heading}**\n")
    assert found, f"{rule.name} has no **{heading}**"
    blocks = _BLOCK.findall(re.split(r"^\*\*(?:Bad|Good)\*\*$", rest, maxsplit=1, flags=re.MULTILINE)[0])
    assert blocks, f"{rule.name} has no example below **{heading}**"
    files: dict[str, str | bytes] = {title: content for title, content in blocks if title}
    for number, content in enumerate(content for title, content in blocks if not title):
        is_file = content.startswith(("deck:", "tags:", "notes:"))
        files[f"{number}.yaml"] = content if is_file else "notes:\n" + content
    return files


@per_rule
def test_the_bad_example_is_found(rule: Rule) -> None:
    """What a page calls bad, the rule finds."""
    assert [one for one in findings(rule.name, example(rule, "Bad")) if one.rule == rule.name]


@per_rule
def test_the_good_example_is_not(rule: Rule) -> None:
    """What a page calls good, the rule does not find."""
    assert findings(rule.name, example(rule, "Good")) == ()


# What the deck of the examples has, or has not, whatever the example.
AROUND = frozenset({"missing-source", "unused-audience", "unused-media", "unused-reference"})


@per_rule
def test_no_other_rule_finds_anything_in_the_good_example(rule: Rule) -> None:
    """Who copies what a page calls good gets no warning of another rule for it."""
    others = frozenset(one.name for one in RULES if one.is_on) - AROUND
    assert findings(others | {rule.name}, example(rule, "Good")) == ()


def test_the_comment_shown_above_all_pages_is_of_use() -> None:
    """The rule that the example allows would find something there, and it lets that pass."""
    shown = _BLOCK.findall(document(RULES))[0][1]
    assert findings("absolute-claim", {"0.yaml": "notes:\n" + shown}) == ()
    bare = re.sub(r" *# allow .*\n", "", shown)
    assert [one.rule for one in findings("absolute-claim", {"0.yaml": "notes:\n" + bare})] == ["absolute-claim"]


@per_rule
def test_a_page_says_what_why_and_what_to_do(rule: Rule) -> None:
    """A summary without a full stop, then a paragraph, why, what to do, and two examples."""
    summary, blank, rest = rule.page.split("\n", 2)
    assert (summary[:1].isupper(), summary.endswith("."), blank) == (True, False, "")
    assert re.search(r"^\*\*Why it [a-z ]+\.\*\* [A-Z]", rest, re.MULTILINE)
    assert re.search(r"^\*\*What to do\.\*\* [A-Z]", rest, re.MULTILINE)
    assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", rule.name)


def test_rules_are_in_order_and_each_module_is_one() -> None:
    """The registry is sorted, complete and without doubles."""
    names = [rule.name for rule in RULES]
    assert names == sorted(set(names))
    folder = Path(__file__).parents[2] / "builder" / "lint" / "rules"
    assert names == sorted(path.stem.replace("_", "-") for path in folder.glob("[a-z]*.py"))


# the cases


def cases() -> Iterator[tuple[str, str, dict[str, str | bytes]]]:
    """Rule, name and files of each case."""
    for folder in sorted(CASES.iterdir()):
        for path in sorted(folder.iterdir()):
            inside = [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
            files = {one.relative_to(path).as_posix() if path.is_dir() else "notes.yaml": one for one in inside}
            yield folder.name, path.stem, {name: one.read_bytes() for name, one in files.items()}


def expected(files: dict[str, str | bytes]) -> Iterator[tuple[str, int, int]]:
    """What the comments of a case promise: file, line, column."""
    for name, content in files.items():
        assert isinstance(content, bytes)
        for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
            if found := _IN_LINE.search(line):
                yield from ((name, number, int(column)) for column in found[1].split())
            elif found := _ON_TOP.match(line.strip()):
                yield found[1] or name, int(found[2]), int(found[3])
            else:
                assert not re.search(r"# *(?:warning|expect)\b(?!: nothing$)", line), line


ALL = list(cases())


@cache
def found_in(number: int) -> tuple[Diagnostic, ...]:
    """What the rule of a case finds in it."""
    rule, _, files = ALL[number]
    return findings(rule, files)


per_case = pytest.mark.parametrize("number", range(len(ALL)), ids=[f"{rule}/{name}" for rule, name, _ in ALL])


@per_rule
def test_every_rule_has_cases(rule: Rule) -> None:
    """At least one case in which it finds something, and one note that it lets pass."""
    mine = [files for name, _, files in ALL if name == rule.name]
    assert any(list(expected(files)) for files in mine)


@per_case
def test_a_rule_finds_what_it_should_and_where(number: int) -> None:
    """The findings are exactly those that the comments of the case expect."""
    rule, _, files = ALL[number]
    assert rule in BY_NAME
    found = [(one.path.as_posix(), one.line, one.column) for one in found_in(number) if one.rule == rule]
    assert sorted(found) == sorted(expected(files))


@per_case
def test_a_finding_is_one_clause_and_says_what_to_do(number: int) -> None:
    """Messages begin small and have no full stop; each has a hint; all are warnings."""
    for one in found_in(number):
        assert one.severity == "warning"
        assert re.match(r"[a-z0-9`]", one.message), one.message
        assert not one.message.endswith("."), one.message
        assert one.hint
        assert not one.hint.endswith("."), one.hint
        assert "\n" not in one.message + one.hint
        assert len(one.message) < 160, one.message
        assert len(one.hint) < 300, one.hint
