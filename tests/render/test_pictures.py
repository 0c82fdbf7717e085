"""A picture's file into its size and the shapes in it."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from builder.render.pictures import Picture, PictureError, Shape
from tests.decks import png

Frame = tuple[float, float, float, float]


def svg(*elements: str, size: str = 'viewBox="0 0 200 100" width="200" height="100"') -> bytes:
    """An SVG around some elements."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(elements)}</svg>'.encode()


def picture(folder: Path, content: bytes, name: str = "a.svg") -> Picture:
    """The picture in a file of that content."""
    path = folder / name
    path.write_bytes(content)
    return Picture(path)


def shapes(folder: Path, *elements: str, size: str = 'viewBox="0 0 200 100" width="200" height="100"') -> list[Shape]:
    """What the element with the id `x` among some elements is."""
    return list(picture(folder, svg(*elements, size=size)).shapes("x"))


def frame(folder: Path, *elements: str, size: str = 'viewBox="0 0 200 100" width="200" height="100"') -> Frame:
    """The frame of the only shape in the element with the id `x`, in parts of the picture."""
    (shape,) = shapes(folder, *elements, size=size)
    return (shape.left, shape.top, shape.width, shape.height)


def flat(shape: Shape) -> list[float]:
    """The corners of a polygon, one number after the other."""
    return [number for point in shape.points for number in point]


def refused(folder: Path, content: bytes, name: str = "a.svg", *, element: str = "") -> PictureError:
    """Why a picture, or an element of it, cannot be used."""

    def use() -> None:
        found = picture(folder, content, name)
        if element:
            found.shapes(element)

    with pytest.raises(PictureError) as caught:
        use()
    assert caught.value.hint
    assert caught.value.message[0] in "`<" or caught.value.message[0].islower()
    return caught.value


# shapes

RECT = '<rect id="x" x="20" y="10" width="40" height="30"/>'


@pytest.mark.parametrize(
    ("element", "kind", "expected"),
    [
        (RECT, "rect", (0.1, 0.1, 0.2, 0.3)),
        ('<rect id="x" width="40" height="30"/>', "rect", (0, 0, 0.2, 0.3)),
        ('<rect id="x" x="20px" y=" 10 " width="4e1" height="30.0" rx="5"/>', "rect", (0.1, 0.1, 0.2, 0.3)),
        ('<rect id="x" x="-20" y="-1e1" width=".5" height="0.5"/>', "rect", (-0.1, -0.1, 0.0025, 0.005)),
        ('<circle id="x" cx="100" cy="50" r="20"/>', "ellipse", (0.4, 0.3, 0.2, 0.4)),
        ('<circle id="x" r="20"/>', "ellipse", (-0.1, -0.2, 0.2, 0.4)),
        ('<ellipse id="x" cx="100" cy="50" rx="40" ry="20"/>', "ellipse", (0.3, 0.3, 0.4, 0.4)),
        ('<polygon id="x" points="20,10 60,10 40,90"/>', "polygon", (0.1, 0.1, 0.2, 0.8)),
        ('<polygon id="x" points="20 10,60-10 4e1.5"/>', "polygon", (0.1, -0.1, 0.2, 0.2)),
        ('<path id="x" d="M20,10 L60,10 40,90 Z"/>', "polygon", (0.1, 0.1, 0.2, 0.8)),
        ('<path id="x" d="m 20 10 l 40 0 -20 80 z"/>', "polygon", (0.1, 0.1, 0.2, 0.8)),
        ('<path id="x" d="M20 10h40v3e1H2e1z"/>', "polygon", (0.1, 0.1, 0.2, 0.3)),
        ('<path id="x" d="m20 10 40 0V40L20 40Z"/>', "polygon", (0.1, 0.1, 0.2, 0.3)),
    ],
)
def test_closed_shapes(element: str, kind: str, expected: Frame, tmp_path: Path) -> None:
    """Rectangles, circles, ellipses and polygons are known by their frame, in parts of the picture."""
    (shape,) = shapes(tmp_path, element)
    assert shape.kind == kind
    assert (shape.left, shape.top, shape.width, shape.height) == pytest.approx(expected)


def test_the_corners_of_a_polygon(tmp_path: Path) -> None:
    """A polygon keeps its corners in their order; another shape has none."""
    (shape,) = shapes(tmp_path, '<polygon id="x" points="20,10 60,10 40,90 "/>')
    assert flat(shape) == pytest.approx([0.1, 0.1, 0.3, 0.1, 0.2, 0.9])
    assert shapes(tmp_path, RECT)[0].points == ()


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ('viewBox="0 0 200 100" width="200" height="100"', (0.1, 0.1, 0.2, 0.3)),
        ('viewBox="0,0,200,100" width="800px" height="400px"', (0.1, 0.1, 0.2, 0.3)),
        ('viewBox="0 0 200 100" width="10cm" height="50mm"', None),
        ('viewBox="0 0 200 100" width="100mm" height="50mm"', (0.1, 0.1, 0.2, 0.3)),
        ('viewBox="0 0 200 100" width="20.1" height="10"', (0.1, 0.1, 0.2, 0.3)),
        ('viewBox="20 10 200 100" width="200" height="100"', (0, 0, 0.2, 0.3)),
        ('viewBox="-20 -10 400 200" width="200" height="100"', (0.1, 0.1, 0.1, 0.15)),
        ('viewBox="10.5 0.5 100 100" width="50" height="50"', (0.095, 0.095, 0.4, 0.3)),
        ('viewBox=" -1e1  0  2e2  1e2 " width="200" height="100"', (0.15, 0.1, 0.2, 0.3)),
    ],
)
def test_the_view_box(size: str, expected: Frame | None, tmp_path: Path) -> None:
    """Shapes are measured in the units of the viewBox, from where it begins, whatever size the picture is shown in."""
    if expected is None:
        assert refused(tmp_path, svg(RECT, size=size)).rule == "svg-size"
    else:
        assert frame(tmp_path, RECT, size=size) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ("translate(20)", (0.2, 0.1, 0.2, 0.3)),
        ("translate(20 10)", (0.2, 0.2, 0.2, 0.3)),
        ("translate(-20,-10)", (0, 0, 0.2, 0.3)),
        ("scale(2)", (0.2, 0.2, 0.4, 0.6)),
        ("scale(2 1)", (0.2, 0.1, 0.4, 0.3)),
        ("scale(.5,.5)", (0.05, 0.05, 0.1, 0.15)),
        ("translate(20 10) scale(2)", (0.3, 0.3, 0.4, 0.6)),
        ("scale(2) translate(20 10)", (0.4, 0.4, 0.4, 0.6)),
        ("scale(2),translate(20 10)", (0.4, 0.4, 0.4, 0.6)),
        ("  translate( 20 , 10 )\n", (0.2, 0.2, 0.2, 0.3)),
        ("scale(-1 1) translate(-200 0)", (0.7, 0.1, 0.2, 0.3)),
        ("scale(-1)", (-0.3, -0.4, 0.2, 0.3)),
        ("translate(200 100) scale(-1)", (0.7, 0.6, 0.2, 0.3)),
        ("matrix(2 0 0 3 20 10)", (0.3, 0.4, 0.4, 0.9)),
        ("matrix(-1,0,0,1,200,0)", (0.7, 0.1, 0.2, 0.3)),
        ("", (0.1, 0.1, 0.2, 0.3)),
    ],
)
@pytest.mark.parametrize("around", [False, True], ids=["itself", "its group"])
def test_what_is_moved_and_scaled(transform: str, expected: Frame, around: bool, tmp_path: Path) -> None:
    """A shape, or the group around it, may be moved, scaled and mirrored; the outermost is done last."""
    itself = RECT.replace("/>", f' transform="{transform}"/>')
    element = f'<g transform="{transform}">{RECT}</g>' if around else itself
    assert frame(tmp_path, element) == pytest.approx(expected)


def test_groups_in_groups(tmp_path: Path) -> None:
    """All groups around a shape count, from the inside out, the shape's own transform first."""
    inner = '<circle id="x" cx="10" cy="5" r="5" transform="translate(10 5)"/>'
    element = f'<g transform="translate(40 20)"><g><a><g transform="scale(2 -2)">{inner}</g></a></g></g>'
    # The circle around (20, 10) with 5, doubled and mirrored: around (40, -20) with 10, moved: around (80, 0).
    assert frame(tmp_path, element) == pytest.approx((0.35, -0.1, 0.1, 0.2))


def test_a_mirrored_polygon_has_its_corners_mirrored(tmp_path: Path) -> None:
    """Each corner is moved by itself, in the order it was drawn."""
    element = '<polygon id="x" points="20,10 60,10 60,90" transform="translate(200 0) scale(-1 1)"/>'
    (shape,) = shapes(tmp_path, element)
    assert flat(shape) == pytest.approx([0.9, 0.1, 0.7, 0.1, 0.7, 0.9])
    assert (shape.left, shape.width) == pytest.approx((0.7, 0.2))


def test_a_group_is_its_closed_shapes(tmp_path: Path) -> None:
    """A group stands for the closed shapes in it, in groups of it too; texts and lines in it are passed over."""
    group = (
        '<g id="x" transform="translate(20 0)"><title>A group</title><rect width="20" height="10"/><text>a</text>'
        '<path d="M0 0L1 1"/><g transform="scale(2)"><circle cx="20" cy="20" r="10"/></g><!-- a comment --></g>'
    )
    found = shapes(tmp_path, group, '<rect width="1" height="1"/>')
    assert [one.kind for one in found] == ["rect", "ellipse"]
    assert [(one.left, one.top) for one in found] == [pytest.approx((0.1, 0)), pytest.approx((0.2, 0.2))]


def test_a_box_is_in_the_pictures_units(tmp_path: Path) -> None:
    """A box written in a note is measured as the shapes in the picture are."""
    found = picture(tmp_path, svg(RECT, size='viewBox="-20 10 400 200" width="200" height="100"'))
    assert found.box((20, 10, 40, 30)) == found.shapes("x")[0]


@pytest.mark.parametrize(
    ("element", "rule"),
    [
        ('<path id="x" d="M0 0L9 0L9 9"/>', "open-shape"),
        ('<path id="x" d="M0 0C1 1 2 2 9 9Z"/>', "open-shape"),
        ('<path id="x" d="M0 0L9 0L9 9ZM20 20L30 20L30 30Z"/>', "open-shape"),
        ('<path id="x" d="M0 0L9 0L9Z"/>', "open-shape"),
        ('<path id="x" d="M0 0L9 0Z"/>', "open-shape"),
        ('<path id="x" d="Z"/>', "open-shape"),
        ('<path id="x"/>', "open-shape"),
        ('<line id="x"/>', "open-shape"),
        ('<polyline id="x" points="0,0 1,1 2,2"/>', "open-shape"),
        ('<text id="x">a</text>', "open-shape"),
        ('<image id="x"/>', "open-shape"),
        ('<use id="x"/>', "open-shape"),
        ('<g id="x"/>', "open-shape"),
        ('<g id="x"><path d="M0 0"/></g>', "open-shape"),
        ('<polygon id="x" points="1,2 3,4"/>', "open-shape"),
        ('<polygon id="x"/>', "open-shape"),
        ('<rect id="x" width="20%" height="10"/>', "open-shape"),
        ('<rect id="x" width="2cm" height="10"/>', "open-shape"),
        ('<rect id="x" width="a" height="10"/>', "open-shape"),
        (f"<defs>{RECT}</defs>", "open-shape"),
        (f"<clipPath>{RECT}</clipPath>", "open-shape"),
        (f"<g><mask><g>{RECT}</g></mask></g>", "open-shape"),
        (f"<symbol>{RECT}</symbol>", "open-shape"),
        (f'<g id="x"><defs>{RECT.replace(" id=", " class=")}</defs></g>', "open-shape"),
        (f'<svg x="5">{RECT}</svg>', "turned-shape"),
        (f'<g transform="rotate(3)">{RECT}</g>', "turned-shape"),
        (RECT.replace("/>", ' transform="skewX(3)"/>'), "turned-shape"),
        (RECT.replace("/>", ' transform="matrix(1 .1 0 1 0 0)"/>'), "turned-shape"),
        (RECT.replace("/>", ' transform="translate(1) rotate(90 5 5)"/>'), "turned-shape"),
        (RECT.replace("/>", ' transform="translate(1 2 3)"/>'), "turned-shape"),
        (RECT.replace("/>", ' transform="scale()"/>'), "turned-shape"),
    ],
)
def test_what_no_mask_can_be(element: str, rule: str, tmp_path: Path) -> None:
    """Open, turned and never drawn elements are refused."""
    assert refused(tmp_path, svg(element), element="x").rule == rule


def test_what_styling_moves_is_refused(tmp_path: Path) -> None:
    """A shape that CSS moves is not where its attributes say, so that its mask would be elsewhere."""
    element = RECT.replace("/>", ' style="transform: translate(50px, 20px)"/>')
    assert refused(tmp_path, svg(element), element="x").rule == "turned-shape"


@pytest.mark.parametrize(
    "elements",
    [
        ("<style>#x{transform:translate(40px,0)}</style>", '<rect id="x" width="50" height="50"/>'),
        ("<style>rect { stroke-width: 3; x : 5px }</style>", '<rect id="x" width="50" height="50"/>'),
        ('<rect id="x" style="fill:none; width:30px" width="50" height="50"/>',),
        ('<rect id="x" transform="translate(40 0) junk" width="50" height="50"/>',),
        ('<rect id="x" transform="translate(40px,5px)" width="50" height="50"/>',),
        (f'<rect id="x" transform="{"a" * 200_000}" width="50" height="50"/>',),
    ],
)
def test_a_shape_that_is_elsewhere_than_it_says(elements: tuple[str, ...], tmp_path: Path) -> None:
    """A mask would lie beside what a browser draws: refused, and at once."""
    assert refused(tmp_path, svg(*elements), element="x").rule == "turned-shape"


def test_styles_that_move_nothing(tmp_path: Path) -> None:
    """Colours and strokes may come from a style sheet."""
    style = "<style>.label { fill: none; stroke-width: 2; font-size: 8px } text { letter-spacing: 1px }</style>"
    assert frame(tmp_path, style, '<rect id="x" class="label" width="100" height="50"/>') == (0, 0, 0.5, 0.5)


def test_instructions_are_no_elements(tmp_path: Path) -> None:
    """What is written for programs has no ids."""
    assert frame(tmp_path, '<?foo id="x"?><rect id="x" width="100" height="50"/>') == (0, 0, 0.5, 0.5)


def test_an_id_that_is_not_there(tmp_path: Path) -> None:
    """Only elements with an id are found, by exactly it."""
    found = picture(tmp_path, svg('<rect id="X" width="1" height="1"/>', '<rect class="x" width="1" height="1"/>'))
    with pytest.raises(KeyError):
        found.shapes("x")
    assert list(found.elements) == ["X"]


def test_of_doubled_ids_nobody_knows_which(tmp_path: Path) -> None:
    """An id that two elements have names neither; another one in the same picture is as good as before."""
    content = svg(RECT, '<rect id="x" width="1" height="1"/>', RECT.replace('"x"', '"y"', 1))
    assert refused(tmp_path, content, element="x").rule == "duplicate-id"
    assert len(picture(tmp_path, content).shapes("y")) == 1


# sizes


def exif(orientation: int) -> bytes:
    """A JPEG of 40 by 30 pixels that a camera says to turn."""
    file, notes = io.BytesIO(), Image.Exif()
    notes[0x0112] = orientation
    Image.new("L", (40, 30)).save(file, "JPEG", exif=notes)
    return file.getvalue()


def saved(kind: str) -> bytes:
    """A picture of 40 by 30 pixels."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30)).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp", "avif"])
def test_size_in_pixels(kind: str, tmp_path: Path) -> None:
    """PNG, JPEG, GIF, WebP and AVIF are measured in pixels, from the top left."""
    found = picture(tmp_path, saved(kind), f"a.{kind}")
    assert (found.left, found.top, found.width, found.height) == (0, 0, 40, 30)
    assert not found.is_svg
    shape = found.box((10, 15, 20, 6))
    assert (shape.kind, shape.left, shape.top, shape.width, shape.height) == ("rect", 0.25, 0.5, 0.5, 0.2)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_as_a_browser_turns_it(orientation: int, tmp_path: Path) -> None:
    """A photograph that its camera says to turn by a quarter is as wide as it was high."""
    found = picture(tmp_path, exif(orientation), "a.jpg")
    assert (found.width, found.height) == ((30, 40) if orientation >= 5 else (40, 30))


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "webp", "avif"])
def test_the_ending_says_the_kind(ending: str, tmp_path: Path) -> None:
    """What a browser would not show under this name is no picture, whatever else it is."""
    data = io.BytesIO()
    Image.new("RGB", (30, 40)).save(data, "TIFF")
    assert refused(tmp_path, data.getvalue(), f"a.{ending}").rule == "bad-picture"


@pytest.mark.parametrize("ending", ["svg", "SVG"])
def test_an_svg_by_its_name(ending: str, tmp_path: Path) -> None:
    """The file's name says that it is an SVG, in capitals too."""
    assert picture(tmp_path, svg(RECT), f"a.{ending}").is_svg


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b""),
        ("a.png", b"no picture"),
        ("a.png", png(40, 30)[:20]),
        ("a.jpg", svg(RECT)),
        ("a.avif", b"\0\0\0\x1cftypavif"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 "),
        ("a.gif", b"GIF89a"),
    ],
)
def test_what_is_no_picture(name: str, content: bytes, tmp_path: Path) -> None:
    """A file that is not what its name says is refused, not a crash."""
    assert refused(tmp_path, content, name).rule == "bad-picture"


@pytest.mark.parametrize(
    "size",
    [
        "",
        'width="200" height="100"',
        'viewBox="0 0 200 100"',
        'viewBox="0 0 200 100" width="200"',
        'viewBox="0 0 200 100" width="100%" height="100%"',
        'viewBox="0 0 200 100" width="auto" height="100"',
        'viewBox="0 0 200 100" width="0" height="0"',
        'viewBox="0 0 200 100" width="-200" height="-100"',
        'viewBox="0 0 200 100" width="200" height="200"',
        'viewBox="0 0 200 100" width="205" height="100"',
        'viewBox="0 0 0 100" width="200" height="100"',
        'viewBox="0 0 200 -100" width="200" height="100"',
        'viewBox="0 0 200" width="200" height="100"',
        'viewBox="0 0 200 100 5" width="200" height="100"',
        'viewBox="a" width="200" height="100"',
    ],
)
def test_an_svg_needs_its_size(size: str, tmp_path: Path) -> None:
    """Without viewBox, width and height that fit each other, masks would be off their places; the line is told."""
    content = svg(RECT, size=size).replace(b"<svg", b'<?xml version="1.0"?>\n<!-- a -->\n<svg')
    error = refused(tmp_path, content)
    assert (error.rule, error.line) == ("svg-size", 3)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"no XML", 1),
        (b"<html/>", 1),
        (b"<svg/>", 1),
        (b"\n\n" + svg(RECT)[:-6], 3),
        (svg("\n<rect>\n"), 3),
        (b"\xff\xfe\x00", 1),
        (svg("&nbsp;"), 1),
    ],
)
def test_what_is_no_svg(content: bytes, line: int, tmp_path: Path) -> None:
    """What is not well-formed, or no SVG, is told with the line in the picture's own file."""
    error = refused(tmp_path, content)
    assert (error.rule, error.line) == ("bad-svg", line)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"no XML", "this is not XML, of which an SVG is made"),
        (svg("<g>"), "<g> in line 1 is not closed before </svg>"),
        (svg()[:-6], "<svg> in line 1 is not closed"),
        (svg("a < b"), "a < in this line begins no tag"),
        (svg() + b"<", "this is not XML, of which an SVG is made"),
        (svg("<rect x=5/>"), "an attribute's value is not in quotes"),
        (svg('<rect x="5" x="6"/>'), "the attribute `x` is written twice"),
        (svg('<use xlink:href="#a"/>'), "nothing says what `xlink:` means"),
        (svg("a & b"), "an & in this line begins nothing"),
        (svg("&nbsp;"), "`&nbsp;` means nothing in XML"),
        (svg().replace(b"></svg>", b">\xff</svg>"), "a byte in this line is not UTF-8"),
    ],
)
def test_what_is_wrong_is_told_in_plain_words(content: bytes, message: str, tmp_path: Path) -> None:
    """The XML parser's words are not an author's."""
    assert refused(tmp_path, content).message == message


def test_a_picture_that_is_too_large(tmp_path: Path) -> None:
    """A file of more than 16 MB is not read at all."""
    path = tmp_path / "a.png"
    with path.open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    with pytest.raises(PictureError, match="larger than 16 MB"):
        Picture(path)


# what must not happen


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    """An SVG's entities are not resolved: no file is read and no bomb goes off."""
    (tmp_path / "secret.txt").write_text("30", encoding="utf-8")
    doctype = f'<!DOCTYPE svg [<!ENTITY s SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    content = doctype.encode() + svg('<rect id="x" x="20" y="10" width="40" height="30"><title>&s;</title></rect>')
    found = picture(tmp_path, content)
    assert found.shapes("x")[0].width == pytest.approx(0.2)
    assert "30" not in "".join(found.elements["x"].itertext())


def test_no_bomb_goes_off(tmp_path: Path) -> None:
    """An SVG whose entities would fill the memory is refused, or its entities are left alone."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]>'.encode() + svg(RECT, "<title>&l11;</title>")
    (tmp_path / "bomb.svg").write_bytes(bomb)
    rules: set[object] = set()
    try:
        rules.add(len(Picture(tmp_path / "bomb.svg").shapes("x")))
    except PictureError as error:
        rules.add(error.rule)
    assert rules <= {1, "bad-svg"}


@given(
    st.lists(st.sampled_from(["translate(", "scale(", "matrix(", "rotate(", ")", "1", "-", ".", "e", ",", " "])).map(
        "".join
    ),
    st.text(alphabet="0123456789.-+e%pxcm ", max_size=6),
)
@example("translate(1e999)", "1")
@example("scale(1e999)", "0")
@example("", "1e999")
@example("", "-")
@example("", "--5")
def test_nothing_crashes(tmp_path_factory: pytest.TempPathFactory, transform: str, number: str) -> None:
    """Whatever stands in the attributes of a shape, it has a place or is refused."""
    path = tmp_path_factory.getbasetemp() / "random.svg"
    path.write_bytes(svg(f'<rect id="x" x="{number}" width="{number}" height="9" transform="{transform}"/>'))
    with contextlib.suppress(PictureError):
        (shape,) = Picture(path).shapes("x")
        assert shape.kind == "rect"
