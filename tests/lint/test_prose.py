"""Prose: what a reader reads of a text, each character at the place where it was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.text import Text
from builder.lint.prose import Prose

PIECES = (
    *"aZé \n$\\`[])*_<>#|.?{}",
    *("{{c1::", "{{c2::", "}}", "::", "$$", "\\(", "\\)", "```\n", "](", "![", "[sound:"),
    *("<b>", "</b>", "&amp;", "- ", "1. ", "https://x"),
)
GAP_TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def prose(value: str) -> Prose:
    """A text without gaps."""
    return Prose(Text(value, 1, 1))


def gapped(value: str) -> Prose:
    """A text with gaps."""
    return Prose(Text(value, 1, 1), has_gaps=True)


def shape(value: str) -> list[tuple[int, str, str]]:
    """Number, hidden text as written and hint of each gap."""
    return [(gap.number, value[gap.start : gap.end], gap.hint) for gap in gapped(value).gaps]


# gaps


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("no gap", []),
        ("The {{c1::bowline}} holds", [(1, "bowline", "")]),
        ("{{c2::a}} and {{c1::b::two words}}", [(2, "a", ""), (1, "b", "two words")]),
        ("{{c1::a}} or {{c1::b}}", [(1, "a", ""), (1, "b", "")]),
        ("{{c1::a::b::c}}", [(1, "a", "b::c")]),
        ("{{c1::a::}}", [(1, "a", "")]),
        ("{{c1::the {{c2::sheet}} bend}}", [(1, "the {{c2::sheet}} bend", ""), (2, "sheet", "")]),
        ("{{c1::the {{c2::sheet::a}} bend::b}}", [(1, "the {{c2::sheet::a}} bend", "b"), (2, "sheet", "a")]),
        ("{{c1::{{c2::sheet::a}}}}", [(1, "{{c2::sheet::a}}", ""), (2, "sheet", "a")]),
        ("`{{c1::code}}`", [(1, "code", "")]),
        ("{{c1::$\\frac{a}{b^{2}}$}}", [(1, "$\\frac{a}{b^{2}}$", "")]),
        ("$e^{-{{c1::\\mu}}\\varphi}$", [(1, "\\mu", "")]),
        ("$\\frac{{{c1::a}}}{b^{2}}$ {{c2::x}}", [(1, "a", ""), (2, "x", "")]),
        ("\\({{c12::\\sqrt{x}}}\\)", [(12, "\\sqrt{x}", "")]),
    ],
)
def test_gaps(value: str, expected: list[tuple[int, str, str]]) -> None:
    """Gaps beside and in each other, with hints, in code and in formulas."""
    assert shape(value) == expected


def test_the_front_of_a_card() -> None:
    """Its own gaps are blank, the others filled; hints are not read."""
    text = gapped("A {{c1::one::first}}, {{c2::two {{c3::three}}}}, {{c1::four}}")
    assert text.without(1).split() == ["A", ",", "two", "three", ","]
    assert text.without(2).split() == ["A", "one", ",", ",", "four"]
    assert text.without(3).split() == ["A", "one", ",", "two", ",", "four"]
    assert [text.hidden(gap) for gap in text.gaps] == ["one", "two       three", "three", "four"]


# what is read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("a *b* **c** _d_ __e__ ~~f~~", "a b c d e f"),
        ("snake_case 2 * 3", "snake_case 2 3"),
        ("# Title\n\n> quoted\n\n- one\n+ two\n1. three", "Title quoted one two three"),
        ("a | b\n--|:-:\nc | d", "a | b c | d"),
        ("see [the book](https://example.org/a_(b) 'title'), p. 2", "see the book , p. 2"),
        ("see [the book](<two words.html>) now", "see the book now"),
        ("see (the book)[1] at https://example.org/x?y=1 now", "see (the book) 1 at now"),
        ("a ![a picture](media/knot.svg) b <img src='media/knot.svg' alt='x'> c", "a b c"),
        ("a ![a picture](<media/two words.svg>) b", "a b"),
        ("say [sound:media/word.mp3] it", "say it"),
        ("H<sub>2</sub>O &amp; salt&nbsp;&#8211; 2 < 3 > 1", "H 2 O salt 2 < 3 > 1"),
        ("the sum $a + b$ and \\(c\\) and\n\n$$d$$\n\nend", "the sum and and end"),
        ("from $5 to $10", "from $5 to $10"),
        ("`code with *stars*` and ``more``", "code with stars and more"),
        ("before\n\n```python\nprint(1)\n```\n\nafter", "before print(1) after"),
        ("one\\\ntwo 1990\\. \\*three\\*", "one two 1990 . three"),
        ('"quoted" «text» ¿qué?', '"quoted" «text» ¿qué?'),
    ],
)
def test_what_is_read(value: str, read: str) -> None:
    """Markup, addresses, formulas, pictures and sounds are not read; what stands between them is."""
    assert " ".join(prose(value).plain.split()) == read
    assert len(prose(value).plain) == len(value)


def test_what_is_read_of_a_text_with_gaps() -> None:
    """What is hidden is read, marks and hints are not."""
    text = gapped("The **{{c1::sheet bend::a knot}}** joins {{c2::$n$}} ropes")
    assert text.plain.split() == ["The", "sheet", "bend", "joins", "ropes"]
    assert text.folded == "the sheet bend joins ropes"


def test_words_keep_their_places() -> None:
    """A word is what stands there, with its hyphens, apostrophes and points inside."""
    value = "**L4-S1**, the *sailor's* e.g. 2.5 [Ägypten](https://example.org)"
    words = prose(value).words
    assert [word.text for word in words] == ["L4-S1", "the", "sailor's", "e.g", "2.5", "Ägypten"]
    assert all(value.startswith(word.text, word.offset) for word in words)
    assert words[-1].folded == "ägypten"


def test_code_can_be_left_out() -> None:
    """Inline and fenced code, closed or not."""
    assert prose("a `b` c ``d ` e`` f").plain_without_code.split() == ["a", "c", "f"]
    assert prose("a\n```\nb\n```\nc").plain_without_code.split() == ["a", "c"]
    assert prose("a\n~~~\nb").plain_without_code.split() == ["a"]
    assert prose("a `b").plain_without_code.split() == ["a", "b"]


def test_what_is_shown_and_not_read() -> None:
    """Formulas, pictures and sounds are at their places, and money is none of them."""
    value = "$x$ costs $5 ![a](media/knot.svg) [sound:media/word.mp3] <img src='media/knot.svg'>"
    assert [value[start:end] for start, end in prose(value).shown] == [
        "$x$",
        "![a](media/knot.svg)",
        "[sound:media/word.mp3]",
        "<img src='media/knot.svg'>",
    ]
    code = "`![a](media/knot.svg)` ![b `c`](media/knot.png)\n~~~\n![d](media/knot.svg)\n~~~"
    assert [code[start:end] for start, end in prose(code).shown] == ["![b `c`](media/knot.png)"]


# sentences


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("What is it? (one word)", ["What is it?", "(one word)"]),
        ('He said "Yes." Then he left.', ['He said "Yes."', "Then he left."]),
        ("A knot (or hitch.) Next", ["A knot (or hitch.)", "Next"]),
        ("Dr. Smith and J. R. Ashley came, e.g. today.", ["Dr. Smith and J. R. Ashley came, e.g. today."]),
        ("Das gilt z. B. am 3. Oktober, ca. 5 m tief.", ["Das gilt z. B. am 3. Oktober, ca. 5 m tief."]),
        ("Version 2.5 is out... and old.", ["Version 2.5 is out...", "and old."]),
        ("One\n\nTwo\nthree", ["One", "Two\nthree"]),
        ("Knots:\n- bowline\n- sheet bend", ["Knots:", "bowline", "sheet bend"]),
        ("¿Qué es? Un nudo.", ["¿Qué es?", "Un nudo."]),
        ("你好。再见！", ["你好。", "再见！"]),
    ],
)
def test_sentences(value: str, expected: list[str]) -> None:
    """They end at marks and empty lines, but not behind initials, numbers and shortened words."""
    text = prose(value)
    assert [sentence for _, sentence in text.sentences] == expected
    assert all(text.plain.startswith(sentence, offset) for offset, sentence in text.sentences)


def test_items_of_lists() -> None:
    """Points of lists are counted, other lines are not."""
    assert prose("- one\n* two\n+ three\n10. four\n2) five\nsix - seven\n-eight").items == 5


# any text


@given(GAP_TEXTS)
def test_every_character_keeps_its_place(value: str) -> None:
    """What is read is as long as what was written, character by character the same or a blank; lines stay lines."""
    for text in (prose(value), gapped(value)):
        fronts = [text.without(gap.number) for gap in text.gaps]
        for read in (text.plain, text.plain_without_code, *fronts):
            assert len(read) == len(value)
            assert all(a == b or (a == " " and b != "\n") for a, b in zip(read, value, strict=True))
        for offset, sentence in text.sentences:
            assert text.plain.startswith(sentence, offset)
        for gap in text.gaps:
            assert value[: gap.start].endswith("::")
            assert re.match("::|}}", value[gap.end :])
