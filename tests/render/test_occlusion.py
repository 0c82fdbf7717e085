"""A picture's masks into the text by which Anki draws them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builder.core.notes import Box, Mask, OcclusionNote
from builder.core.text import ABSENT, Text
from builder.render.occlusion import MaskProblem, render_masks
from builder.render.pictures import Picture
from builder.source.reader import suggestion
from tests.decks import png

SVG = b"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" width="400" height="200">
  <rect id="north" x="20" y="20" width="80" height="40"/>
  <circle id="island" cx="300" cy="60" r="30"/>
  <polygon id="cape" points="300,120 360,120 330,180"/>
  <g id="both"><rect x="100" y="100" width="40" height="40"/><ellipse cx="200" cy="120" rx="40" ry="20"/></g>
  <path id="river" d="M0 0C1 1 2 2 3 3"/>
  <rect id="speck" x="20" y="20" width="26" height="40"/>
  <rect id="beyond" x="380" y="20" width="40" height="40"/>
  <rect id="over-the-edge" x="-.5" y="-.3" width="401" height="200.6"/>
</svg>
"""


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    """An SVG of 400 by 200 units."""
    path = tmp_path_factory.mktemp("drawing") / "map.svg"
    path.write_bytes(SVG)
    return Picture(path)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    """A PNG of 300 by 200 pixels."""
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    path.write_bytes(png(300, 200))
    return Picture(path)


def note(masks: dict[int, list[str | tuple[float, float, float, float]]], *, hide_all: bool = False) -> OcclusionNote:
    """A note with masks: ids, and boxes; each is in the line of its number, ids before boxes."""
    return OcclusionNote(
        id=Text("a", 1, 1),
        deck="",
        tags=(),
        audience="",
        explanation=ABSENT,
        sources=(),
        question=ABSENT,
        image=Text("map.svg", 1, 1),
        alt=Text("A map", 1, 1),
        hide_all=hide_all,
        masks=tuple(
            Mask(
                number=number,
                shapes=tuple(
                    Text(shape, number, column)
                    if isinstance(shape, str)
                    else Box(sides=shape, line=number, column=column)
                    for column, shape in enumerate(shapes, 1)
                ),
            )
            for number, shapes in masks.items()
        ),
    )


def rendered(picture: Picture, written: OcclusionNote) -> list[str]:
    """The clozes of a note without problems."""
    text, problems = render_masks(written, picture, suggestion)
    assert problems == ()
    return text.split("<br>")


def problems(picture: Picture, written: OcclusionNote) -> list[tuple[int, int, str]]:
    """The problems of a note: line, column and rule."""
    _, found = render_masks(written, picture, suggestion)
    assert all(problem.hint for problem in found)
    return [(problem.line, problem.column, problem.rule) for problem in found]


# what Anki reads


def test_shapes(drawing: Picture) -> None:
    """Every shape is a cloze of its own in the words of Anki's mask editor, each number as often as it has shapes."""
    written = note({1: ["north"], 2: ["island", "cape"], 7: ["both", (0, 0, 400, 200)]})
    assert rendered(drawing, written) == [
        "{{c1::image-occlusion:rect:left=0.0500:top=0.1000:width=0.2000:height=0.2000}}",
        "{{c2::image-occlusion:ellipse:left=0.6750:top=0.1500:rx=0.0750:ry=0.1500}}",
        "{{c2::image-occlusion:polygon:points=0.7500,0.6000 0.9000,0.6000 0.8250,0.9000}}",
        "{{c7::image-occlusion:rect:left=0.2500:top=0.5000:width=0.1000:height=0.2000}}",
        "{{c7::image-occlusion:ellipse:left=0.4000:top=0.5000:rx=0.1000:ry=0.1000}}",
        "{{c7::image-occlusion:rect:left=0.0000:top=0.0000:width=1.0000:height=1.0000}}",
    ]


def test_hide_all(drawing: Picture) -> None:
    """With `hide-all` every shape says so, a polygon too."""
    written = note({1: ["north"], 2: ["island", "cape"]}, hide_all=True)
    assert [text[-7:] for text in rendered(drawing, written)] == [":oi=1}}"] * 3


def test_boxes_in_pixels(photo: Picture) -> None:
    """Boxes of a photograph are in its pixels."""
    assert rendered(photo, note({1: [(30, 20, 60, 50)], 2: [(150, 100, 75, 40)]})) == [
        "{{c1::image-occlusion:rect:left=0.1000:top=0.1000:width=0.2000:height=0.2500}}",
        "{{c2::image-occlusion:rect:left=0.5000:top=0.5000:width=0.2500:height=0.2000}}",
    ]


def test_a_line_over_the_edge_is_nobodys_mistake(drawing: Picture) -> None:
    """A mask that reaches out of the picture by a hair begins at its edge."""
    (text,) = rendered(drawing, note({1: ["over-the-edge"]}))
    assert "left=0.0000:top=0.0000:" in text


def test_no_masks(drawing: Picture) -> None:
    """A note without masks gives no text; that it has none is told elsewhere."""
    assert render_masks(note({}), drawing, suggestion) == ("", ())


@given(
    st.tuples(*[st.floats(0, 300)] * 2, *[st.floats(20, 300)] * 2),
    st.booleans(),
)
@example((0.0, 0.0, 300.0, 200.0), False)
def test_boxes_are_where_they_were_written(
    photo: Picture, sides: tuple[float, float, float, float], hide_all: bool
) -> None:
    """For all boxes: what Anki reads is what was written within 0.0001 of the picture, or the box is refused."""
    text, found = render_masks(note({3: [sides]}, hide_all=hide_all), photo, suggestion)
    if found:
        assert (found[0].line, found[0].column) == (3, 1)
        outside = sides[0] + sides[2] > 300 or sides[1] + sides[3] > 200
        assert found[0].rule == ("mask-outside" if outside else "mask-too-small")
        return
    match = re.fullmatch(r"\{\{c3::image-occlusion:rect:left=(.*):top=(.*):width=(.*):height=([^:]*)(:oi=1)?\}\}", text)
    assert match
    written = (sides[0] / 300, sides[1] / 200, sides[2] / 300, sides[3] / 200)
    assert [float(number) for number in match.groups()[:4]] == pytest.approx(written, abs=0.0001)
    assert bool(match.group(5)) == hide_all


# what is wrong


def test_an_id_that_is_not_there(drawing: Picture) -> None:
    """An id that nothing has is told at its place, with the one that was probably meant."""
    assert problems(drawing, note({1: ["north", "islnad"], 3: ["nobody"]})) == [
        (1, 2, "missing-mask"),
        (3, 1, "missing-mask"),
    ]
    _, found = render_masks(note({1: ["islnad"]}), drawing, suggestion)
    assert found == (
        MaskProblem(1, 1, "missing-mask", "nothing in `map.svg` has the id `islnad`", "did you mean `island`?"),
    )


def test_an_id_in_a_photograph(photo: Picture) -> None:
    """Only an SVG has ids."""
    assert problems(photo, note({2: ["north"]})) == [(2, 1, "missing-mask")]


def test_what_no_mask_can_be(drawing: Picture) -> None:
    """An open shape is told where the note names it."""
    assert problems(drawing, note({1: [(0, 0, 90, 90), "river"]})) == [(1, 2, "open-shape")]


@pytest.mark.parametrize(
    ("shape", "rule"),
    [
        ("beyond", "mask-outside"),
        ((-5, 0, 90, 90), "mask-outside"),
        ((0, 150, 90, 90), "mask-outside"),
        ((399, 199, 500, 500), "mask-outside"),
        ("speck", "mask-too-small"),
        ((0, 0, 90, 26), "mask-too-small"),
        ((0, 0, 26, 90), "mask-too-small"),
    ],
)
def test_masks_that_cannot_be_seen_or_touched(
    drawing: Picture, shape: str | tuple[float, float, float, float], rule: str
) -> None:
    """A mask beyond the edge, or smaller than a finger when the picture is as wide as a phone, is refused."""
    assert problems(drawing, note({4: ["north", shape]})) == [(4, 2, rule)]


def test_what_a_finger_needs(drawing: Picture) -> None:
    """24 of a phone's 360 pixels are 26.7 of 400 units: a mask of 27 will do."""
    assert problems(drawing, note({1: [(0, 0, 27, 27)]})) == []


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_no_mask_is_nowhere(number: str, tmp_path: Path) -> None:
    """Numbers beyond all bounds are no place in a picture."""
    path = tmp_path / "map.svg"
    path.write_bytes(SVG.replace(b'id="north" x="20"', f'id="north" transform="scale({number})" x="0"'.encode()))
    text, found = render_masks(note({1: ["north"]}), Picture(path), suggestion)
    assert found
    assert "nan" not in text
