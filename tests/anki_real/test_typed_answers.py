"""Answers that students type: what we say of them against real Anki, and what stands on the card."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("anki.collection", reason="what we say of an answer is held against the anki package")

from anki.collection import Collection

from builder.render.clozes import text_to_type
from builder.render.typed_answer import FONT, SIZE, compare
from tests.anki_real.student import Student
from tests.releases.author import FIRST, Author, question


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """A collection, which Anki wants even to compare two texts."""
    student = Student(tmp_path_factory.mktemp("answers"))
    yield student.collection
    student.close()


# One of each kind: letters with accents and without, in one character or two; accents alone; characters of two code
# units; characters that stand for several; HTML that stands for characters, for blanks, and for nothing.
PLAIN = (
    *(
        "a",
        "b",
        "c",
        "A",
        " ",
        "  ",
        "-",
        "'",
        '"',
        "é",
        "e\u0301",
        "\u0301",
        "ü",
        "ש",
        "\u05b0",
        "ば",
        "は",
        "가",
        "ᄀ",
    ),
    *("ﬁ", "Å", "½", "😀", "👍🏽", "\u200d", "\xa0", "\u2028", "\x85", "\x1f", "ß", "ſ", "İ", "ı"),
)
HTML = (
    *(
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&nosuch;",
        "&",
        ";",
        "&#39;",
        "&#x41;",
        "&#xD800;",
        "&#0;",
        "&Alpha;",
        "<",
        ">",
        "\n",
    ),
    *(
        "<br>",
        "<BR />",
        "<br\xa0>",
        "<div>",
        "</div>",
        "<div class=x>",
        "<b>",
        "</b>",
        "<!--x-->",
        "<!--",
        "-->",
        "<p>",
    ),
    *("<style>a</style>", "<SCRIPT>", "</script>", "</\u017fcript>", "<scr\u0131pt>", "[sound:a.mp3]", "[sound:", "]"),
    *("[anki:tts lang=en_US]x[/anki:tts]", "[anki:a b=c]d[/anki:a]"),
)
ANSWERS = st.lists(st.sampled_from(PLAIN), max_size=9).map("".join)
FIELDS = st.lists(st.sampled_from(PLAIN) | st.sampled_from(HTML), max_size=9).map("".join)
# Accents that both programs know.
KNOWN = st.characters(max_codepoint=0x06FF, exclude_categories=["Cs", "Cn"])


def nearly(answer: str) -> st.SearchStrategy[str]:
    """An answer with a few slips: left out, doubled, wrong."""
    slip = st.sampled_from(["{0}", "{0}", "{0}", "{0}", "", "{0}{0}", "x", " {0}"])
    slips = st.lists(slip, min_size=len(answer), max_size=len(answer))
    return slips.map(lambda found: "".join(one.format(letter) for one, letter in zip(found, answer, strict=True)))


@settings(max_examples=800)
@given(expected=FIELDS, typed=ANSWERS, combining=st.booleans())
@example(expected="", typed="a", combining=True)
@example(expected="\u0301a", typed="\u0301", combining=True)
@example(expected="\u0301a", typed="\u0301", combining=False)
@example(expected="ab\u0301", typed="a", combining=True)
@example(expected="e\u0301\u212b", typed="é\u00c5", combining=True)
@example(expected=" <div>a</div>\xa0", typed="a", combining=True)
def test_any_answer(anki: Collection, expected: str, typed: str, combining: bool) -> None:
    """Whatever stands in the field, and whatever is typed, we say what Anki says."""
    assert compare(expected, typed, combining=combining) == anki.compare_answer(expected, typed, combining)


@settings(max_examples=400)
@given(data=st.data(), expected=FIELDS | st.text(KNOWN, max_size=12), combining=st.booleans())
def test_an_answer_with_slips(anki: Collection, data: st.DataObject, expected: str, combining: bool) -> None:
    """So it is with answers that are nearly right, in any alphabet."""
    typed = data.draw(nearly(expected))
    assert compare(expected, typed, combining=combining) == anki.compare_answer(expected, typed, combining)


@settings(max_examples=60)
@given(data=st.data(), expected=st.text("abcde  xyzäö", min_size=190, max_size=420), combining=st.booleans())
@example(data=None, expected="a" * 100 + "x" + "a" * 98, combining=True)
@example(data=None, expected="a" * 100 + "x" + "a" * 99, combining=True)
def test_a_long_answer(anki: Collection, data: st.DataObject | None, expected: str, combining: bool) -> None:
    """So it is with long answers, in which Anki begins elsewhere: from 200 letters on."""
    typed = data.draw(nearly(expected)) if data else "x"
    assert compare(expected, typed, combining=combining) == anki.compare_answer(expected, typed, combining)


GAPS = st.lists(
    st.sampled_from(["{{c1::", "{{c2::", "{{c1,2::", "{{c10::", "{{c0::", "}}", "}", "::", "a", "a", "b", "<i>", "é"]),
    max_size=14,
).map("".join)


@settings(max_examples=500)
@given(text=GAPS, number=st.sampled_from([1, 2, 10]))
@example(text="{{c1::a}} {{c1::a}}", number=1)
@example(text="{{c1::a}} {{c1::b::hint}} {{c1::a}}", number=1)
@example(text="{{c1::a {{c1::b}}}}", number=1)
def test_what_is_typed_for_gaps(anki: Collection, text: str, number: int) -> None:
    """What a card with gaps asks to type is what Anki takes out of its text."""
    assert text_to_type(text, number) == anki.extract_cloze_for_typing(text, number)


def test_the_accents_that_anki_does_not_know(anki: Collection) -> None:
    """We differ in the blank before an accent that is younger than Anki's table, and in nothing else."""
    differing = set()
    for character in map(chr, (*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200))):
        ours, theirs = compare(character, "b"), anki.compare_answer(character, "b", True)
        if ours != theirs:
            assert ours.replace("\xa0", "") == theirs.replace("\xa0", ""), character
            differing.add(character)
    assert "\u0898" in differing, "an accent of 2021"
    assert min(differing) > "\u07f0"
    assert not differing & set(map(chr, range(0x0900, 0x09FE))), "Devanagari and Bengali, but for one"


def test_font_and_size_are_those_of_our_packages(author: Author, student: Student) -> None:
    """Anki shows the box in the font and size of the field, which in our packages are always the same."""
    author.notes(question("typed", "yes", "typed: true"))
    author.release(FIRST)
    student.take(author.package())
    note_type = student.note("typed").note_type()
    assert note_type is not None
    assert {(one["font"], one["size"]) for one in note_type["flds"]} == {(FONT, SIZE)}
