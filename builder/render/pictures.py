"""A picture's file into its size and, for an SVG, the closed shapes in it by their ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any

from builder.core.diagnostics import quoted

MAX_PICTURE = 16 * 1024 * 1024
CLOSED_SHAPES = ("rect", "circle", "ellipse", "polygon")
_SVG = "{http://www.w3.org/2000/svg}"
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)(px|pt|pc|mm|cm|in)?\s*")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# A path that is one run of straight lines, and closes.
_POLYGON_PATH = re.compile(r"[Mm][^A-DF-Za-df-z]+(?:[LlHhVv][^A-DF-Za-df-z]+)*[Zz]")
_COMMAND = re.compile(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)")
_TRANSFORM = re.compile(r"([a-zA-Z]+)\s*\(([^()]*)\)[\s,]*")
_TRANSFORMS = re.compile(r"[\s,]*(?:[a-zA-Z]+\s*\([-+0-9.eE,\s]*\)[\s,]*)*")
# Properties of CSS by which a shape would not be where its attributes say.
_PLACING = re.compile(
    r"(?:^|[{;\s])(transform|translate|rotate|scale|x|y|width|height|cx|cy|r|rx|ry|d)\s*:", re.IGNORECASE
)
_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".webp": "WEBP", ".avif": "AVIF"}
_ORIENTATION = 0x0112  # EXIF's number for how a picture is turned
# What the XML parser says, in an author's words.
_XML_COMPLAINTS = (
    (r"Document is empty", "the file is empty"),
    (r"Opening and ending tag mismatch: (\S+) line (\d+) and (\S+?),", "<{0}> in line {1} is not closed before </{2}>"),
    (r"Premature end of data in tag (\S+) line (\d+)", "<{0}> in line {1} is not closed"),
    (r"Couldn't find end of Start Tag (\S+) line (\d+)", "the tag <{0}> in line {1} does not end"),
    (r"Entity '(\S+)' not defined", "`&{0};` means nothing in XML"),
    (r"xmlParseEntityRef|EntityRef:", "an & in this line begins nothing"),
    (r"StartTag: invalid element name|Unescaped '<'", "a < in this line begins no tag"),
    (r"Attribute (\S+) redefined", "the attribute `{0}` is written twice"),
    (r"Input is not proper UTF-8|.*[Ii]nvalid bytes", "a byte in this line is not UTF-8"),
    (r"AttValue|attributes construct error|Specification mandates value", "an attribute's value is not in quotes"),
    (r"Namespace prefix (\S+)", "nothing says what `{0}:` means"),
)
_NEVER_DRAWN = frozenset({"defs", "symbol", "clipPath", "mask", "pattern", "marker"})

Point = tuple[float, float]


class PictureError(ValueError):
    """Why a picture or a part of it cannot be used; `line` is that in the picture's own file, or 0."""

    def __init__(self, rule: str, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.rule, self.message, self.hint, self.line = rule, message, hint, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A closed shape in fractions of the picture's width and height: its frame, and a polygon's corners."""

    kind: str
    left: float
    top: float
    width: float
    height: float
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class _Scaling:
    """x → sx·x + dx, y → sy·y + dy."""

    sx: float = 1.0
    sy: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    def then(self, inner: _Scaling) -> _Scaling:
        return _Scaling(
            self.sx * inner.sx, self.sy * inner.sy, self.sx * inner.dx + self.dx, self.sy * inner.dy + self.dy
        )


class Picture:
    """A picture's size in its own units (`width`, `height`), from `left` and `top`; raises PictureError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._twins: dict[str, Any] = {}
        self.is_svg = path.suffix.lower() == ".svg"
        if path.stat().st_size > MAX_PICTURE:
            raise PictureError("picture-too-large", f"{quoted(path.name)} is larger than 16 MB", "make it smaller")
        self.left, self.top, self.width, self.height = self._svg_size() if self.is_svg else self._raster_size()

    def box(self, sides: tuple[float, float, float, float]) -> Shape:
        """A rectangle given as left, top, width and height in the picture's units."""
        left, top, width, height = sides
        return self._shape("rect", left, top, width, height)

    def shapes(self, element_id: str) -> tuple[Shape, ...]:
        """The closed shape with an id, or those in the group with that id; raises PictureError and KeyError."""
        element = self.elements[element_id]
        if element_id in self._twins:
            twin = self._twins[element_id]
            message = f"{quoted(element_id)} is the id of two elements in {quoted(self.path.name)}"
            hint = f"rename that in line {element.sourceline} or that in line {twin.sourceline}"
            raise PictureError("duplicate-id", message, hint)
        if self._is_styled_into_place:
            message = f"a `<style>` in {quoted(self.path.name)} moves or sizes shapes, which a mask cannot follow"
            raise PictureError("turned-shape", message, "give sizes and places as attributes, or mask with boxes")
        name = _name(element)
        inside = [one for one in (element.iter() if name == "g" else (element,)) if _is_closed(one)]
        if not inside:
            what = {"g": "group without closed shapes", "path": "path that is open or has curves"}.get(
                name, f"<{name}>"
            )
            shapes = ", ".join(CLOSED_SHAPES)
            hint = f"a mask is a {shapes}, a closed path of straight lines, or a group: draw one over it, with an id"
            raise PictureError("open-shape", f"{quoted(element_id)} is a {what}, not a closed shape", hint)
        return tuple(self._element(one, element_id) for one in inside)

    @cached_property
    def elements(self) -> dict[str, Any]:
        """The elements of an SVG by their ids; of doubled ids the first, the second is put aside."""
        found: dict[str, Any] = {}
        for element in self._root.iter():
            if (element_id := element.get("id")) and found.setdefault(element_id, element) is not element:
                self._twins.setdefault(element_id, element)
        return found

    @cached_property
    def _is_styled_into_place(self) -> bool:
        return any(_PLACING.search("".join(one.itertext())) for one in self._root.iter(f"{_SVG}style"))

    # sizes

    def _raster_size(self) -> tuple[float, float, float, float]:
        import warnings

        from PIL import Image

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # only the head of the file is read, however large the picture
                with Image.open(self.path, formats=[_FORMATS[self.path.suffix.lower()]]) as image:
                    width, height = image.size
                    # Cameras turn pictures by a note in the file's head, which browsers follow.
                    notes = Image.Exif()
                    notes.load(image.info.get("exif", b""))
                    turned = notes.get(_ORIENTATION) in (5, 6, 7, 8)
        except Exception as error:  # whatever the reader of a kind of picture makes of somebody else's bytes
            hint = "save it again as PNG or JPEG"
            raise PictureError("bad-picture", f"{quoted(self.path.name)} is no picture of its kind", hint) from error
        return (0.0, 0.0, height, width) if turned else (0.0, 0.0, width, height)

    @cached_property
    def _root(self) -> Any:
        from lxml import etree

        safe = {"resolve_entities": False, "no_network": True, "load_dtd": False}
        parser = etree.XMLParser(**safe, remove_comments=True, remove_pis=True)
        try:
            root = etree.fromstring(self.path.read_bytes(), parser)
        except etree.XMLSyntaxError as error:
            hint = "save the picture again as SVG, or mend it in a text editor"
            raise PictureError("bad-svg", _in_plain_words(error.msg or ""), hint, line=error.lineno or 1) from error
        if root.tag != f"{_SVG}svg":
            hint = 'it begins with <svg xmlns="http://www.w3.org/2000/svg" ...>'
            raise PictureError("bad-svg", "this is not an SVG", hint, line=root.sourceline or 1)
        return root

    def _svg_size(self) -> tuple[float, float, float, float]:
        root = self._root
        line = root.sourceline or 1
        numbers = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
        if len(numbers) != 4 or not all(map(isfinite, numbers)) or min(numbers[2:]) <= 0:
            hint = 'add viewBox="0 0 WIDTH HEIGHT" to <svg>'
            raise PictureError("svg-size", "the picture has no viewBox, so that masks have no place", hint, line=line)
        left, top, width, height = numbers
        sizes = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
        hint = f'write width="{width:g}" height="{height:g}" in <svg>'
        if not all(sizes):
            message = "the picture has no fixed width and height, so that Anki would show it in another size"
            raise PictureError("svg-size", message, hint, line=line)
        shown = [float(size.group(1)) for size in sizes if size]
        if not all(shown) or not all(map(isfinite, shown)) or abs(shown[0] * height / (shown[1] * width) - 1) > 0.01:
            message = "width and height do not fit the viewBox, so that masks would be off their places"
            raise PictureError("svg-size", message, hint, line=line)
        return left, top, width, height

    # shapes

    def _shape(
        self,
        kind: str,
        left: float,
        top: float,
        width: float,
        height: float,
        points: tuple[tuple[float, float], ...] = (),
    ) -> Shape:
        return Shape(
            kind=kind,
            left=(left - self.left) / self.width,
            top=(top - self.top) / self.height,
            width=width / self.width,
            height=height / self.height,
            points=tuple(((x - self.left) / self.width, (y - self.top) / self.height) for x, y in points),
        )

    def _element(self, element: Any, element_id: str) -> Shape:
        scaling = _scaling(element, element_id)
        kind = _name(element)

        def number(name: str) -> float:
            found = _LENGTH.fullmatch(element.get(name, "0").lstrip("-"))
            if not found or found.group(2) not in (None, "px"):
                message = f"the {name} of {quoted(element_id)} is not a number"
                raise PictureError("open-shape", message, "give it in the units of the viewBox")
            return float(found.group(1)) * (-1 if element.get(name, "").startswith("-") else 1)

        if kind in ("polygon", "path"):
            kind = "polygon"
            corners = _path_corners(element) or _corners(element)
            if len(corners) < 3:
                raise PictureError("open-shape", f"{quoted(element_id)} has fewer than three corners", "draw it again")
        elif kind == "rect":
            x, y = number("x"), number("y")
            corners = [(x, y), (x + number("width"), y + number("height"))]
        else:
            rx, ry = (number("r"), number("r")) if kind == "circle" else (number("rx"), number("ry"))
            corners = [(number("cx") - rx, number("cy") - ry), (number("cx") + rx, number("cy") + ry)]
        placed = [(scaling.sx * x + scaling.dx, scaling.sy * y + scaling.dy) for x, y in corners]
        left, top = min(x for x, _ in placed), min(y for _, y in placed)
        right, bottom = max(x for x, _ in placed), max(y for _, y in placed)
        points = tuple(placed) if kind == "polygon" else ()
        return self._shape("ellipse" if kind == "circle" else kind, left, top, right - left, bottom - top, points)


def _in_plain_words(complaint: str) -> str:
    for pattern, message in _XML_COMPLAINTS:
        if found := re.match(pattern, complaint):
            return message.format(*found.groups())
    return "this is not XML, of which an SVG is made"


def _is_closed(element: Any) -> bool:
    return _name(element) in CLOSED_SHAPES or (_name(element) == "path" and bool(_path_corners(element)))


def _corners(polygon: Any) -> list[Point]:
    values = [float(value) for value in _NUMBER.findall(polygon.get("points", ""))]
    return list(zip(values[::2], values[1::2], strict=False))


def _path_corners(element: Any) -> list[Point]:
    """The corners of a path of straight lines that closes, as drawing programs write a polygon; else none."""
    written = element.get("d", "").strip()
    if not _POLYGON_PATH.fullmatch(written):
        return []
    x = y = 0.0
    corners: list[Point] = []
    for command, arguments in _COMMAND.findall(written):
        values = [float(value) for value in _NUMBER.findall(arguments)]
        if command in "MmLl" and len(values) % 2:
            return []
        steps = (
            zip(values[::2], values[1::2], strict=True) if command in "MmLl" else ((value, value) for value in values)
        )
        for along, down in steps:
            start_x, start_y = (x, y) if command.islower() else (0.0, 0.0)
            x = x if command in "Vv" else start_x + along
            y = y if command in "Hh" else start_y + down
            corners.append((x, y))
    return corners


def _name(element: Any) -> str:
    return element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""


def _scaling(element: Any, element_id: str) -> _Scaling:
    """What the transforms of an element and of the groups around it do to it."""
    result = _Scaling()
    chain = [element, *element.iterancestors()][:-1]
    for one in reversed(chain):
        if _name(one) in _NEVER_DRAWN:
            message = f"{quoted(element_id)} is inside <{_name(one)}>, which is not drawn itself"
            raise PictureError("open-shape", message, "take a shape that can be seen")
        if _name(one) == "svg":
            message = f"{quoted(element_id)} is in a picture within the picture"
            raise PictureError("turned-shape", message, "take it out of the inner <svg>")
        if moved := _PLACING.search(one.get("style", "")):
            message = f"{quoted(element_id)} is moved by `{moved.group(1)}` in a style, which a mask cannot follow"
            raise PictureError("turned-shape", message, "move it with the attribute `transform`")
        for inner in _transforms(one.get("transform", ""), element_id):
            result = result.then(inner)
    return result


def _transforms(written: str, element_id: str) -> Iterator[_Scaling]:
    if not _TRANSFORMS.fullmatch(written):
        message = f"{quoted(element_id)} has a `transform` that is none"
        raise PictureError("turned-shape", message, "move it with translate and scale only, in numbers without units")
    for match in _TRANSFORM.finditer(written):
        name, numbers = match.group(1), [float(number) for number in _NUMBER.findall(match.group(2))]
        if name == "translate" and len(numbers) in (1, 2):
            yield _Scaling(dx=numbers[0], dy=numbers[1] if len(numbers) == 2 else 0.0)
        elif name == "scale" and len(numbers) in (1, 2):
            yield _Scaling(numbers[0], numbers[-1])
        elif name == "matrix" and len(numbers) == 6 and numbers[1] == numbers[2] == 0:
            yield _Scaling(numbers[0], numbers[3], numbers[4], numbers[5])
        else:
            message = f"{quoted(element_id)} is moved by `{name}`, which a mask cannot follow"
            hint = "move it with translate and scale only, or draw it where it belongs"
            raise PictureError("turned-shape", message, hint)
