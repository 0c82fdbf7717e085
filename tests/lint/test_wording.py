"""Wording: which words of a text are compared, and when two texts say the same."""

from __future__ import annotations

import pytest

from builder.core.text import Text
from builder.lint.prose import Prose
from builder.lint.word_lists import word_lists
from builder.lint.wording import sequence, wording_of

ENGLISH = wording_of(word_lists("en"))


def prose(value: str) -> Prose:
    """A text without gaps."""
    return Prose(Text(value, 1, 1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Which **knot** makes a loop?", "which knot makes a loop"),
        ("A knot isn’t a bend; hepatitis A is", "a knot isn't a bend hepatitis A is"),
        ("L4/5, 1.5 kg, -3 °C, 4–5 Na+ Cl-", "L4 5 1.5 kg - 3 ° C 4 5 na + cl -"),
        ("the AV node, HELLP, Co and CO", "the AV node hellp co and CO"),
        ("rope-work 90 % a = b → c", "rope work 90 % a = b → c"),
        ("What is $x^2$ &alpha; ![A knot](media/a.png)", "what is $x^2$ &alpha; (media/a.png)"),
        ("[sound:media/w.mp3] <img src='a.png' alt=\"b\">", "[sound:media/w.mp3] <imgsrc='a.png'>"),
        ("", ""),
    ],
)
def test_a_sequence(value: str, expected: str) -> None:
    """Words in small letters but for abbreviations, numbers, signs, and at the end what is no word."""
    assert " ".join(sequence(prose(value))) == expected


def test_a_sequence_with_a_hidden_gap() -> None:
    """The gap that is asked for is hidden wherever it is, with its hint and with what is in it."""
    text = Prose(Text("{{c1::One $x$::how many?}} of {{c2::two}} or {{c1::three}}", 1, 1), has_gaps=True)
    assert " ".join(sequence(text)) == "one of two or three $x$"
    assert " ".join(sequence(text, 1)) == "[…] how many of two or […]"
    assert " ".join(sequence(text, 2)) == "one of […] or three $x$"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Which of the knots makes loops?", "knot loop make"),
        ("The nerves that are supplied", "nerv suppl"),
        ("a class of classes", "class"),
        ("the *the* and `a`, “is” *knots*", "the a is knots"),
        (
            "*All that is said here is marked, and so this is no word that is only mentioned in a text*",
            "all said here mark so no only mention text",
        ),
        ("the", "the"),
        ("L4 acids pH", "L4 acid ph"),
    ],
)
def test_a_meaning(value: str, expected: str) -> None:
    """Without little words and endings; what is mentioned stays as it is, and so do words when there are no others."""
    assert ENGLISH.meaning(prose(value)) == set(expected.split())


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("The bowline", "bowlines", True),
        ("The bowline", "The bowline, a loop", True),
        ("Nylon", "Nylon 6", False),
        ("the root", "the left root", False),
        ("the root", "the root of it, not the nerve", False),
        ("the left root", "the right root", False),
        ("duty and breach", "breach, and duty", True),
        ("bowline", "noose", False),
        ("a node", "the AV node", False),
    ],
)
def test_alike(one: str, other: str, are_alike: bool) -> None:
    """The same words, or more of them; but nothing by which texts differ."""
    first, second = ENGLISH.meaning(prose(one)), ENGLISH.meaning(prose(other))
    assert ENGLISH.are_alike(first, second) is are_alike
    assert ENGLISH.are_alike(second, first) is are_alike


@pytest.mark.parametrize(
    ("language", "value", "rest"),
    [
        ("en", "What is the capital of Malta?", "capital of malta"),
        ("en", "Name the capital of Malta", "capital of malta"),
        ("de", "Nenne die Hauptstadt von Malta", "hauptstadt von malta"),
        ("es", "¿Cuál es la capital de Malta?", "capital de malta"),
        ("fr", "Quelle est la capitale de Malte ?", "capitale de malte"),
        ("en", "How many knots", "how many knots"),
        ("en", "What is it?", ""),
    ],
)
def test_the_words_behind_those_that_ask(language: str, value: str, rest: str) -> None:
    """Only the little words at the beginning fall away; those that tell questions apart stay."""
    assert " ".join(wording_of(word_lists(language)).without_opening(sequence(prose(value)))) == rest


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_the_lists_fit_each_other(language: str) -> None:
    """No word is both little and telling; endings are not words."""
    words = word_lists(language)
    lists = [words.of(name) for name in ("little_words", "telling_words", "endings", "picture_words")]
    assert all(lists)
    assert not lists[0] & lists[1]
    assert all(" " not in word for some in lists for word in some)
