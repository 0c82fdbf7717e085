"""Cards that nobody thought of, as we render them against real Anki: every side and every sound, to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

pytest.importorskip("anki.collection", reason="what we show of a card is held against the anki package")

from tests.anki_real.shown import Bench
from tests.anki_real.test_templates import SOUP, templates

KNOWN = ("hint:", "type:", "type:nc:", "text:", "furigana:", "kana:", "kanji:", "tts en_US:", "text:hint:")
UNKNOWN = ("tts-voices:", "nosuch:", "hint:nosuch:text:", ":")
OF_GAPS = ("cloze:", "cloze:", "cloze-only:", "type:cloze:", "kana:cloze:")
NAMES = ("A", "B", "C", "FrontSide", "Tags", "Deck", "Card", "Type", "Subdeck")
CONDITIONS = ("A", "B", "C", "Tags", "Deck", "c1", "c2")


def joined(pieces: str, most: int) -> st.SearchStrategy[str]:
    """Some of these pieces, which blanks divide, one behind the other; `_` is a blank, and `|` ends a line."""
    some = [piece.replace("_", " ").replace("|", "\n") for piece in pieces.split()]
    return st.lists(st.sampled_from(some), max_size=most).map("".join)


VALUES = joined(
    "x _ | <br> <b> </b> &nbsp; &lt; & é 日本 [ ] < > :: {{ }} }} a[b] [sound:a.mp3] \\( \\) "
    "{{c1:: {{c2:: {{c1,3:: {{c1::x}} {{c2::y::z}}",
    8,
)
MASKS = joined(
    "{{c1::image-occlusion: {{c0::image-occlusion: {{c2:: }} rect polygon text :left=.1 :top= :width=0 :points= .1,.2 "
    "_ :text= a \\: \\ : = :oi=1 :: <b>",
    12,
)
# Anki goes on to the next `}}`, and may find a field before it; we say that the braces are not closed.
BRACES_IN_BRACES = re.compile(r"\{\{++[^{}]*+(?:\{|\}(?!\}))")
SLOW_TO_FIND = [HealthCheck.filter_too_much, HealthCheck.too_slow]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One collection for all cards."""
    made = Bench(tmp_path_factory.mktemp("bench"))
    yield made
    made.student.close()


@settings(max_examples=250, suppress_health_check=SLOW_TO_FIND)
@given(
    front=templates(NAMES, CONDITIONS, ("", *KNOWN, *UNKNOWN, *OF_GAPS)),
    back=templates(NAMES, CONDITIONS, ("", *KNOWN, *UNKNOWN, *OF_GAPS)),
    fields=st.fixed_dictionaries({"A": VALUES, "B": VALUES, "C": VALUES}),
    tags=st.sampled_from([(), ("one", "two::three")]),
    is_cloze=st.booleans(),
)
def test_whatever_reads_well_is_shown_as_anki_does(
    bench: Bench, front: str, back: str, fields: dict[str, str], tags: tuple[str, ...], is_cloze: bool
) -> None:
    """Templates of fields, filters and sections, on fields of all sorts, show what Anki shows."""
    for theirs, ours in bench.both(front, back, fields, is_cloze=is_cloze, tags=tags, numbers=(1, 2)):
        assert ours == theirs


@settings(max_examples=250, suppress_health_check=SLOW_TO_FIND)
@given(front=SOUP, back=SOUP, filled=st.booleans())
@example(front="{{#A}}{{A}}", back="", filled=True)
@example(front="{{A}}{{B", back="{{A}}", filled=True)
def test_whatever_reads_badly_is_read_as_anki_does(bench: Bench, front: str, back: str, filled: bool) -> None:
    """A template that is broken shows a notice where Anki shows an error, and else what Anki shows."""
    assume(not BRACES_IN_BRACES.search(front) and not BRACES_IN_BRACES.search(back))
    assume("{{=<% %>=}}" not in front + back)
    for theirs, ours in bench.both(front, back, {"A": "a", "B": "b" if filled else ""}):
        assert ours == theirs


@settings(max_examples=250, suppress_health_check=SLOW_TO_FIND)
@given(text=VALUES | MASKS, more=VALUES)
@example(text="{{c1::" * 11 + "a::b" + "}}" * 10, more="")
@example(text="{{c1::image-occlusion:rect:a:b=c:left=1}}", more="")
def test_whatever_gaps_there_are_they_are_shown_as_anki_does(bench: Bench, text: str, more: str) -> None:
    """Gaps, hints and masks, closed or not, in maths or in each other, show what Anki shows."""
    front = "{{cloze:A}}|{{cloze-only:A}}|{{text:cloze:A}}|{{cloze:B}}|{{tts en_US:cloze:A}}"
    for theirs, ours in bench.both(front, front, {"A": text, "B": more}, is_cloze=True, numbers=(1, 2, 3)):
        assert ours == theirs
