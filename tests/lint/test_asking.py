"""Asking: which sentence asks, where its clauses begin, and what in it is named without being used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.text import Text
from builder.lint.asking import (
    asks,
    begins_with,
    clause_starts,
    is_question,
    is_yes_or_no,
    language_of,
    last_sentence,
    match_at,
    may_have,
    straight,
    used,
    without_brackets,
)
from builder.lint.prose import Prose
from builder.lint.word_lists import WordLists, word_lists

LISTS = WordLists({"tasks": ("name", "work out"), "short": ("isn't",), "none": ()})


def prose(value: str) -> Prose:
    """A text of one line, wherever it stands."""
    return Prose(Text(value, 1, 1))


# what is read


def test_typographic_apostrophes_become_straight_in_place() -> None:
    """Word lists are written with the plain one."""
    assert straight(prose("It isn’t **so**")) == "It isn't   so  "


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('Who said "is it so"?', "Who said ?"),
        ("Who said “is it so”?", "Who said ?"),
        ("Wer sagte „ist es so“?", "Wer sagte ?"),
        ("Qui dit « est-ce ainsi » ?", "Qui dit ?"),
        ("What does 'is' mean?", "What does mean?"),
        ("What does ‘is’ mean?", "What does mean?"),
        ("What does *is* mean?", "What does mean?"),
        ("What does _is_ mean?", "What does mean?"),
        ("What does `is` mean?", "What does mean?"),
        ("What does **is** mean?", "What does is mean?"),
        ("The sailors' knots and climbers' knots", "The sailors' knots and climbers' knots"),
        ("It isn’t Ashley’s", "It isn't Ashley's"),
        ("2 * 3 * 4", "2 3 4"),
        ('an 8" rope', 'an 8" rope'),
    ],
)
def test_words_that_are_meant_as_words_are_left_out(value: str, expected: str) -> None:
    """Quotes, italics and code; not bold words, apostrophes and lonely marks."""
    assert " ".join(used(prose(value)).split()) == expected


@given(st.text(alphabet="ab’'\"“”„«»‘‚`*_ \n.?", max_size=40))
def test_every_character_that_is_left_stays_at_its_place(value: str) -> None:
    """Findings stand where the offset says."""
    text = used(prose(value))
    assert len(text) == len(value)
    assert all(mine in (" ", "\n", theirs.replace("’", "'")) for mine, theirs in zip(text, value, strict=True))


def test_a_vocabulary_is_divided_at_apostrophes_and_hyphens() -> None:
    """What is looked up in it is found by its first and last part."""
    assert prose("Qu’est-ce que le **Nœud** ?").vocabulary == {"qu", "est", "ce", "que", "le", "nœud"}


# sentences and clauses


def test_sentences_that_ask_come_with_their_places() -> None:
    """In brackets and quotes, too; what is mentioned in them is blank."""
    value = "A rope. Which one? (Is it “wet”?) Tie it."
    assert list(asks(prose(value))) == [(8, "Which one?"), (19, "(Is it      ?)")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Why? A rope is wet.", (0, "Why?")),
        ("Why? And how? (two words)", (5, "And how?")),
        ("A rope. All are wet except:", (8, "All are wet except:")),
        ("", (0, "")),
    ],
)
def test_the_last_sentence_that_asks_or_else_the_last(value: str, expected: tuple[int, str]) -> None:
    """A remark behind the question is not the question."""
    assert last_sentence(prose(value)) == expected


def test_clauses_begin_behind_marks_and_empty_lines() -> None:
    """Not behind a hyphen or a decimal point."""
    text = "In 1.5 m, is it wet? So: (or not) - a well-known\n\nrope, ¿es?"
    assert [text[start:].split(maxsplit=1)[0] for start in clause_starts(text)] == [
        "In",
        "is",
        "So:",
        "or",
        "a",
        "rope,",
        "es?",
    ]


def test_brackets_are_left_out() -> None:
    """The innermost ones, whatever stands around them."""
    assert without_brackets("a (b) c ((d) e") == "a  c ( e"


# words of lists


def test_words_are_found_at_a_place_and_at_the_beginnings_of_clauses() -> None:
    """Whole words and phrases, in any case, and those of a deck."""
    text = "For sailors: Work  out the name"
    assert match_at(LISTS, "tasks", text, 13)
    assert not match_at(LISTS, "tasks", text, 4)
    assert not match_at(LISTS, "tasks", "names", 0)
    assert match_at(LISTS, "tasks", "Untie it", 0, ("untie",))
    assert begins_with(LISTS, "tasks", text)
    assert not begins_with(LISTS, "tasks", "The name of a rope")
    assert begins_with(LISTS, "tasks", "Untie it", ("untie",))
    assert not begins_with(LISTS, "none", text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Work it out", True), ("It isn’t wet", False), ("works out", False), ("NAME", True), ("", False)],
)
def test_the_quick_look_never_misses(value: str, expected: bool) -> None:
    """It may find what is not there, but not the other way round."""
    assert may_have(LISTS, "tasks", prose(value)) is expected
    assert may_have(LISTS, "short", prose("It isn’t wet"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("the rope of the boat", "en"),
        ("das Seil von dem Boot", "de"),
        ("la cuerda del barco con el nudo", "es"),
        ("la corde du bateau avec les nœuds", "fr"),
        ("Clove hitch", ""),
        ("", ""),
    ],
)
def test_a_language_is_known_by_its_little_words(value: str, expected: str) -> None:
    """Where there are none, nothing is said."""
    assert language_of(prose(value)) == expected


# answers


@pytest.mark.parametrize(
    ("value", "is_one", "is_alone"),
    [
        ("Yes", True, True),
        ("**No.**", True, True),
        ("No, it slips", True, False),
        ("No (it slips)", True, False),
        ("No better than before", False, False),
        ("True lover's knot", False, False),
        ("Nobody", False, False),
        ("It is true", False, False),
    ],
)
def test_a_yes_or_a_no(value: str, is_one: bool, is_alone: bool) -> None:
    """Alone, or with more behind a mark."""
    words = word_lists("en")
    assert (is_yes_or_no(words, prose(value)), is_yes_or_no(words, prose(value), alone=True)) == (is_one, is_alone)


@pytest.mark.parametrize(("value", "expected"), [("Is it? ", True), ("“Is it?”", True), ("Is it? Yes", False)])
def test_an_answer_that_is_a_question(value: str, expected: bool) -> None:
    """It is a translation, or a reply."""
    assert is_question(prose(value)) is expected
