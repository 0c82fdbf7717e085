"""A picture's masks into the text by which Anki draws them: one cloze for each shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder.core.diagnostics import quoted
from builder.core.notes import Box, OcclusionNote
from builder.core.text import Text
from builder.render.pictures import Picture, PictureError, Shape
from builder.render.placeholders import Suggest

# A finger needs 24 pixels (WCAG 2.2, target size) on a phone that shows the picture as wide or as high as it can.
_PHONE = (360, 640)
_FINGER = 24
_TOLERANCE = 0.002  # a line's width over the edge is nobody's mistake


@dataclass(frozen=True, slots=True)
class MaskProblem:
    """What is wrong with one mask, at its place in the YAML file."""

    line: int
    column: int
    rule: str
    message: str
    hint: str


def render_masks(note: OcclusionNote, picture: Picture, suggest: Suggest) -> tuple[str, tuple[MaskProblem, ...]]:
    """What Anki calls the occlusion: `{{c1::image-occlusion:rect:left=0.1:…}}` for each shape of each mask."""
    lines: list[str] = []
    problems: list[MaskProblem] = []
    for mask in note.masks:
        for written in mask.shapes:
            try:
                shapes = _shapes(written, picture, suggest)
                for shape in shapes:
                    _fitting(shape, picture, _shown(written))
            except PictureError as error:
                problems.append(MaskProblem(written.line, written.column, error.rule, error.message, error.hint))
                continue
            lines += [f"{{{{c{mask.number}::image-occlusion:{_text(shape, note.hide_all)}}}}}" for shape in shapes]
    return "<br>".join(lines), tuple(problems)


def _shown(written: Text | Box) -> str:
    return quoted(written.value) if isinstance(written, Text) else "this box"


def _shapes(written: Text | Box, picture: Picture, suggest: Suggest) -> tuple[Shape, ...]:
    if isinstance(written, Box):
        return (picture.box(written.sides),)
    if not picture.is_svg:
        hint = "write a box: [[left, top, width, height]] in pixels"
        raise PictureError("missing-mask", f"only an SVG has shapes with ids such as {quoted(written.value)}", hint)
    try:
        return picture.shapes(written.value)
    except KeyError:
        hint = suggest(written.value, picture.elements) or "give the shape this id in the SVG"
        message = f"nothing in {quoted(picture.path.name)} has the id {quoted(written.value)}"
        raise PictureError("missing-mask", message, hint) from None


def _fitting(shape: Shape, picture: Picture, shown: str) -> None:
    """Raises PictureError for a mask that cannot be seen or touched."""
    edges = (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)
    # Numbers beyond all bounds may come out as nan, which is neither larger nor smaller than any other.
    if not all(-_TOLERANCE <= edge <= 1 + _TOLERANCE for edge in edges):
        size = f"{picture.width:g} by {picture.height:g}"
        raise PictureError("mask-outside", f"{shown} reaches out of the picture", f"the picture is {size} large")
    scale = min(_PHONE[0] / picture.width, _PHONE[1] / picture.height)
    width, height = shape.width * picture.width * scale, shape.height * picture.height * scale
    if min(width, height) < _FINGER:
        need = _FINGER / scale
        message = f"{shown} is too small for a finger: {width:.0f} by {height:.0f} pixels on a phone"
        raise PictureError("mask-too-small", message, f"make it at least {need:.0f} wide and high in this picture")


def _text(shape: Shape, hide_all: bool) -> str:
    return ":".join((shape.kind, *_values(shape), *(("oi=1",) if hide_all else ())))


def _values(shape: Shape) -> Iterator[str]:
    if shape.kind == "polygon":
        yield "points=" + " ".join(f"{x:.4f},{y:.4f}" for x, y in shape.points)
        return
    yield f"left={max(shape.left, 0):.4f}"
    yield f"top={max(shape.top, 0):.4f}"
    if shape.kind == "ellipse":
        yield f"rx={shape.width / 2:.4f}"
        yield f"ry={shape.height / 2:.4f}"
    else:
        yield f"width={shape.width:.4f}"
        yield f"height={shape.height:.4f}"
