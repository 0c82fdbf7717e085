"""Texts before and after, as the page of differences shows them side by side."""

from __future__ import annotations

import re

import pytest

from builder.diff.model import FieldChange
from builder.web.diff_words import compared, compared_field


def shown(html: str) -> list[str]:
    """What stands in the boxes, its marks as they are."""
    return re.findall(r'<div class="words[ a-z]*" dir="auto">(.*?)</div>', html)


def field(before: str, after: str, *pictures: str) -> str:
    """A field as it is shown."""
    return compared_field(FieldChange(name="Answer", before=before, after=after), pictures)


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ("one two", "one three", "one <del>two</del>", "one <ins>three</ins>"),
        ("one", "one two", "one", "one<ins> two</ins>"),
        (
            "<p>so &amp; <b>this</b> one</p>",
            "<p>so &amp; that one</p>",
            "so &amp; <del>this</del> one",
            "so &amp; <ins>that</ins> one",
        ),
    ],
)
def test_words(before: str, after: str, old: str, new: str) -> None:
    """Fields are shown as people read them, and only what differs is marked."""
    assert shown(field(before, after)) == [old, new]


def test_gaps() -> None:
    """Gaps are shown with their numbers and hints."""
    before, after = "the {{c1::reef::which?}} knot", "the {{c2::reef::which?}} knot"
    marked = shown(field(before, after))
    assert [re.sub("</?(?:del|ins)>", "", one) for one in marked] == [before, after]
    assert ["{{c1::" in marked[0].partition("<del>")[2], "{{c2::" in marked[1].partition("<ins>")[2]] == [True, True]


def test_nothing_before() -> None:
    """A field that was empty says so."""
    html = field("", "new")
    assert shown(html) == ["<ins>new</ins>"]
    assert '<p class="when">before</p><p class="none">empty</p>' in html


def test_only_the_markup() -> None:
    """Where people read no difference, the HTML is compared."""
    html = field("<b>so</b>", "<i>so</i>")
    assert "Answer, as HTML" in html
    assert shown(html) == [
        "<del>&lt;b&gt;</del>so<del>&lt;/b&gt;</del>",
        "<ins>&lt;i&gt;</ins>so<ins>&lt;/i&gt;</ins>",
    ]


def test_only_the_masks() -> None:
    """The numbers by which masks are drawn are told nobody."""
    mask = "{{{{c1::image-occlusion:rect:left={}:top=.1:width=.1:height=.1}}}}"
    html = field(mask.format(".1"), mask.format(".2"))
    assert "its masks differ: the cards show where" in html
    assert "left" not in html


def test_only_a_picture() -> None:
    """Where only the name of a picture differs, the picture itself is shown elsewhere."""
    before, after = '<img src="a&amp;b.png" alt="A">', '<img src="c.png" alt="A">'
    assert field(before, after, "a&b.png", "c.png") == ""
    assert "as HTML" in field(before, after)


def test_long_texts() -> None:
    """Of a long text only what stands around a difference is shown."""
    words = " ".join(map(str, range(1000)))
    old, new = shown(compared("Text", f"{words} end", f"{words} stop"))
    assert old.startswith('<span class="soft"> … </span>')
    assert old.endswith("998 999 <del>end</del>")
    assert new.endswith("998 999 <ins>stop</ins>")
    assert len(old) < 300
    middle = shown(compared("Text", f"a {words} b", f"c {words} d"))[0]
    assert middle.startswith("<del>a</del> 0 1 2 ")
    assert middle.endswith("998 999 <del>b</del>")
    assert middle.count("…") == 1


def test_beyond_the_bound() -> None:
    """What is not compared any more is told."""
    html = compared("Text", "a" * 20_001, "b")
    assert html.count("the rest is not shown") == 1
    assert "a" * 20_000 + "</del>" in html
