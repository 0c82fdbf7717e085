"""What a deck sets of the rules: which run, with which options, and what is said of settings that mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.core.diagnostics import Severity
from builder.core.notes import Deck
from builder.lint.registry import RULES
from builder.lint.settings import MOST, Selection, active_rules, setting_problems
from builder.source.deck import read_deck
from tests.decks import PLAIN_DECK_YAML, write_deck

ALL_ON = [rule.name for rule in RULES if rule.is_on]


def deck(folder: Path, lint: str) -> Deck:
    """A deck with these lines below `lint:`, which begins in line 1."""
    text = f"lint:\n{lint}" + PLAIN_DECK_YAML
    found, problems = read_deck(write_deck(folder / "knots", {"deck.yaml": text}))
    assert found
    assert not problems
    return found


def names(deck: Deck, *, only: str = "", without: str = "") -> list[str]:
    """The rules that run."""
    selection = Selection(only=frozenset(only.split()), without=frozenset(without.split()))
    return [rule.name for rule, _ in active_rules(deck, selection)]


def problems(folder: Path, lint: str) -> list[tuple[int, int, str, str, str]]:
    """What is wrong with settings: line, column, rule, message and hint."""
    found = list(setting_problems(deck(folder, lint)))
    assert all(one.path.name == "deck.yaml" and one.severity is Severity.ERROR for one in found)
    return [(one.line, one.column, one.rule, one.message, one.hint) for one in found]


def test_a_deck_that_sets_nothing(tmp_path: Path) -> None:
    """The rules that are on run in the order of their names, with their own options."""
    found, _ = read_deck(write_deck(tmp_path / "knots", {"deck.yaml": PLAIN_DECK_YAML}))
    assert found
    assert names(found) == ALL_ON
    assert list(setting_problems(found)) == []
    assert all(options == rule.defaults for rule, options in active_rules(found, Selection()))


def test_on_and_off(tmp_path: Path) -> None:
    """A rule is switched off and on; one with options is on."""
    off = next((rule.name for rule in RULES if not rule.is_on), "")
    lint = "  missing-source: off\n  absolute-claim: on\n  answer-too-long: {words: 3}\n" + f"  {off}: on\n" * bool(off)
    found = deck(tmp_path, lint)
    assert names(found) == sorted({*ALL_ON, off} - {"missing-source", ""})
    assert list(setting_problems(found)) == []


def test_what_the_command_line_says_comes_first(tmp_path: Path) -> None:
    """Rules that are named run even if the deck switches them off; those left out do not, whatever it says."""
    found = deck(tmp_path, "  missing-source: off\n  absolute-claim: on\n")
    assert names(found, only="missing-source absolute-claim") == ["absolute-claim", "missing-source"]
    assert names(found, without="absolute-claim") == [
        name for name in ALL_ON if name not in ("missing-source", "absolute-claim")
    ]
    assert names(found, only="missing-source absolute-claim", without="absolute-claim") == ["missing-source"]


def test_options(tmp_path: Path) -> None:
    """Numbers and lists of words, in every way in which YAML writes them; a single word is a list of one."""
    lint = """\
  answer-too-long:
    words: "7"
  absolute-claim: {more: [by definition, no]}
  unused-media:
    keep:
      - media/*
  undescribed-picture: {}
"""
    found = {rule.name: options for rule, options in active_rules(deck(tmp_path, lint), Selection())}
    assert found["answer-too-long"].number("words") == 7
    assert found["absolute-claim"].words("more") == ("by definition", "no")
    assert found["unused-media"].words("keep") == ("media/*",)
    assert "undescribed-picture" in found
    one = deck(tmp_path, "  absolute-claim: {more: certainly}\n")
    (options,) = (options for rule, options in active_rules(one, Selection()) if rule.name == "absolute-claim")
    assert options.words("more") == ("certainly",)


def test_options_also_hold_for_a_rule_that_the_command_line_names(tmp_path: Path) -> None:
    """`--select` asks the rule as the deck has set it."""
    found = deck(tmp_path, "  answer-too-long: {words: 7}\n")
    ((_, options),) = active_rules(found, Selection(only=frozenset({"answer-too-long"})))
    assert options.number("words") == 7


@pytest.mark.parametrize(
    ("lint", "expected"),
    [
        (
            "  absolute-claims: off\n",
            (2, 3, "unknown-rule", "there is no rule `absolute-claims`", "did you mean `absolute-claim`?"),
        ),
        ("  'zzz': on\n", (2, 3, "unknown-rule", "there is no rule `zzz`", "`deckbuilder rules` lists them")),
        (
            "  duplicate-id: off\n",
            (2, 3, "unknown-rule", "there is no rule `duplicate-id`", "`deckbuilder rules` lists them"),
        ),
        (
            "  answer-too-long: {word: 7}\n",
            (2, 21, "unknown-option", "the rule has no option `word`", "did you mean `words`?"),
        ),
        (
            "  answer-too-long:\n    zzz: 7\n",
            (3, 5, "unknown-option", "the rule has no option `zzz`", "its options are: words"),
        ),
        (
            "  missing-source: {words: 7}\n",
            (2, 20, "unknown-option", "the rule has no option `words`", "it has none: write `on` or `off`"),
        ),
        (
            "  answer-too-long: {words: few}\n",
            (2, 21, "bad-value", "`words` is not a number", "write a whole number, such as 25"),
        ),
        (
            "  answer-too-long: {words: [7, 8]}\n",
            (2, 21, "bad-value", "`words` is not a number", "write a whole number, such as 25"),
        ),
        (
            "  absolute-claim: {more: []}\n",
            (2, 20, "bad-value", "`more` is not a list of words", "write `[one, another]`"),
        ),
    ],
)
def test_settings_that_mean_nothing(tmp_path: Path, lint: str, expected: tuple[int, int, str, str, str]) -> None:
    """Rules and options that there are not, and values of the wrong kind, each at its place."""
    assert problems(tmp_path, lint) == [expected]


@pytest.mark.parametrize("number", ["0", "25", str(MOST), "007"])
def test_numbers(tmp_path: Path, number: str) -> None:
    """Whole numbers from 0 on."""
    assert problems(tmp_path, f"  answer-too-long: {{words: {number}}}\n") == []


@pytest.mark.parametrize("number", ["-1", "1.5", "1e3", str(MOST + 1), "９", "1_000", "0x10", "+7", "1" * 10_000])
def test_what_is_no_number(tmp_path: Path, number: str) -> None:
    """Signs, points, letters and other digits; the rule then runs with its own number."""
    lint = f"  answer-too-long: {{words: {number}}}\n"
    assert [found[:3] for found in problems(tmp_path, lint)] == [(2, 21, "bad-value")]
    options = {rule.name: options for rule, options in active_rules(deck(tmp_path, lint), Selection())}
    assert options["answer-too-long"].number("words") == 25


def test_a_bad_value_beside_a_good_one(tmp_path: Path) -> None:
    """What is right still counts."""
    lint = "  answer-too-long: {words: 7, letters: 9}\n  nothing: off\n"
    found = deck(tmp_path, lint)
    options = {rule.name: options for rule, options in active_rules(found, Selection())}
    assert options["answer-too-long"].number("words") == 7
    assert [one[:3] for one in problems(tmp_path, lint)] == [(2, 31, "unknown-option"), (3, 3, "unknown-rule")]
