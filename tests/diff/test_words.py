"""Which words of a text were removed and added, whatever the texts are."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.diff.words import marked

MARKS = {"equal": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
texts = st.text(st.sampled_from("ab 1<>/&;:{}c\n"), max_size=40)


def shown(before: str, after: str) -> str:
    """The pieces as text output marks them."""
    return "".join(MARKS[piece.kind].format(piece.text) for piece in marked(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("same", "same", "same"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("which knot makes a loop", "which knot makes a fixed loop", "which knot makes a {+fixed +}loop"),
        ("makes one loop here", "makes two loops here", "makes [-one loop-]{+two loops+} here"),
        ("wholly other words", "nothing in common", "[-wholly other words-]{+nothing in common+}"),
        ("a <b>bowlin</b> knot", "a <b>bowline</b> knot", "a <b>[-bowlin-]{+bowline+}</b> knot"),
        ("a <b>knot</b> here", "a <i>knot</i> here", "a [-<b>-]{+<i>+}knot[-</b>-]{+</i>+} here"),
        ("x &lt; 10 mm", "x &gt; 10 mm", "x [-&lt;-]{+&gt;+} 10 mm"),
        ("the {{c1::end}} here", "the {{c2::end}} here", "the [-{{c1::end}}-]{+{{c2::end}}+} here"),
    ],
)
def test_marking(before: str, after: str, expected: str) -> None:
    """Words, tags, entities and gaps stay whole; edits that only a blank divides are one."""
    assert shown(before, after) == expected


@given(texts, texts)
def test_both_texts_are_in_the_pieces(before: str, after: str) -> None:
    """Nothing is lost or made up, no two neighbours are of one kind, and a removed piece is before the added one."""
    pieces = marked(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    kinds = [piece.kind for piece in pieces]
    assert all(piece.text for piece in pieces)
    assert all(one != other for one, other in pairwise(kinds))
    assert ("added", "removed") not in pairwise(kinds)


@given(texts, texts)
def test_tags_are_not_torn(before: str, after: str) -> None:
    """No piece ends within a tag of its text."""
    for text, other in ((before, "added"), (after, "removed")):
        ends, place = set(), 0
        for piece in marked(before, after):
            if piece.kind != other:
                place += len(piece.text)
                ends.add(place)
        for tag in re.finditer(r"<[^<>]*>", text):
            assert ends.isdisjoint(range(tag.start() + 1, tag.end()))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a b " * 50_000, "b a " * 50_000, id="two words for ever"),
        pytest.param("a " * 100_000, "a " * 50_000 + "b " + "a " * 50_000, id="one word for ever"),
        pytest.param(" ".join(map(str, range(50_000))), " ".join(map(str, range(50_000, 0, -1))), id="backwards"),
        pytest.param("<" * 500_000, "<a" * 200_000, id="tags that do not end"),
        pytest.param("{{c1::" * 100_000, "{{c2::" * 100_000, id="gaps that do not end"),
        pytest.param("x" * 1_000_000, "y" * 1_000_000, id="one word"),
    ],
)
def test_long_texts_take_no_time(before: str, after: str) -> None:
    """Work is bounded, whatever somebody writes; a plain comparison would take minutes or hours."""
    begun = time.process_time()
    pieces = marked(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert time.process_time() - begun < 10
