"""A deck's own CSS: what is taken, and what is wrong at which place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builder.compiler.deck import compile_deck
from builder.render.styling import styling_problems
from tests.decks import write_deck


def problems(css: str) -> list[tuple[int, str]]:
    """Where something is wrong in a style sheet, and which rule says so."""
    return [(problem.offset, problem.rule) for problem in styling_problems(css)]


RIGHT = [
    "",
    "\n\n",
    "/* nothing */",
    ".card { --accent: #7a2fb5 }",
    ".card { color: navy; }\n.nightMode .card, #answer > p:not(.a)::before { content: '}'; }",
    "@media (min-width: 40rem) { .card { margin: 0 } }",
    "@supports (display: grid) { .card { display: grid } }",
    "@container (width > 3px) { .card { color: red } }",
    "@keyframes a { from { color: red } 50% { color: green } }",
    "@layer a, b; @layer a { .card { color: red } }",
    "@page { margin: 0 }",
    ".a { .b & { color: red } &:hover { color: blue; } }",
    ".a { background: url(data:image/png;base64,AAAA) }",
    ".a { background: url('data:image/svg+xml,%3Csvg/%3E') }",
    "@media (width < 400px) { .a > .b { color: red } }",
    ".a { background: image-set(url(data:image/png;base64,AAAA) 1x) }",
    "@media print { .a { color: red; @media (width > 3px) { color: blue } } }",
    "a:hover { color: red } .a { a:hover { color: blue } }",
    ".a { background: image-set('data:image/png;base64,AAAA' 1x) }",
    ".a { --b: { c: d }; --e: ; }",
    ".a { background: linear-gradient(red, var(--x, blue)); transform: rotate(3deg) }",
    ".a { color: red /* ; } */ }",
    "@property --a { syntax: '\\3C color>'; inherits: false; initial-value: red }",
    ".\u00e9 { content: '\\2713' }",
]


@pytest.mark.parametrize("css", RIGHT)
def test_right(css: str) -> None:
    """These style sheets are all right."""
    assert problems(css) == []


WRONG = [
    ("@import 'a.css';", 0, "forbidden-css"),
    (".a{}\n@IMPORT url(a.css);", 5, "forbidden-css"),
    ("@im\\70ort url(a.css);", 0, "forbidden-css"),
    ("@font-face { font-family: x; src: local(x) }", 0, "forbidden-css"),
    ("@namespace a url(b);", 0, "forbidden-css"),
    (".a { background: url(https://example.org/a.png) }", 17, "forbidden-css"),
    (".a { background: url( 'https://example.org/a.png' ) }", 17, "forbidden-css"),
    (".a { background: URL(//example.org) }", 17, "forbidden-css"),
    (".a { background: \\75 rl(a.png) }", 17, "forbidden-css"),
    (".a { background: url(a.png) }", 17, "forbidden-css"),
    (".a { background: red, url(a.png) }", 22, "forbidden-css"),
    (".a { background: image-set('a.png' 1x) }", 17, "forbidden-css"),
    (".a { background: image-set(var(--a) 1x) }", 17, "forbidden-css"),
    (".a { background: src('a.png') }", 17, "forbidden-css"),
    (".a { --b: url(a.png) }", 10, "forbidden-css"),
    ("@media print { .a { background: url(a.png) } }", 32, "forbidden-css"),
    (".a { .b & { background: url(a.png) } }", 24, "forbidden-css"),
    ("@layer a { .b { background: url(a.png) } }", 28, "forbidden-css"),
    (".a { color red }", 5, "bad-css"),
    ("\n.a { color: red; : blue }", 18, "bad-css"),
    (".a { color: red", 0, "bad-css"),
    (".b {}\n.a { color: 'red }\n", 18, "bad-css"),
    (".a { color: red }}\n.b {}", 17, "bad-css"),
    (".a { color: red) }", 15, "bad-css"),
    (".a { background: url(a b) }", 17, "bad-css"),
    ("@media print { .a { color red } }", 20, "bad-css"),
    ("words", 0, "bad-css"),
    ("{ color: red }", 0, "bad-css"),
    (".a { color: }", 5, "bad-css"),
    (".a { color: red\nmargin: 0 }", 5, "bad-css"),
    (".a { color: red &:hover { color: blue } }", 5, "bad-css"),
    ("@media print { @font-face { font-family: x; src: local(x) } }", 15, "forbidden-css"),
    ("@media print { color: red }", 15, "bad-css"),
    ("{" * 60 + "}" * 60, 0, "bad-css"),
    (".a { background: url('data:image/svg+xml,<svg/>') }", 41, "forbidden-css"),
]


@pytest.mark.parametrize(("css", "offset", "rule"), WRONG)
def test_wrong(css: str, offset: int, rule: str) -> None:
    """Each mistake is told at its place."""
    found = problems(css)
    assert found, "nothing is wrong"
    assert found[0] == (offset, rule)
    assert {other for _, other in found} == {rule}


UNCLOSED = [
    "/* a",
    ".a { color: red } /* b",
    ".a { color: red /* }",
    "@media print { .a {}",
    ".a { color: (red }",
    ".a[",
]


@pytest.mark.parametrize("css", UNCLOSED)
def test_what_is_left_open_is_told(css: str) -> None:
    """What is not closed would swallow the styling behind it: that of the deck's own note types."""
    assert {rule for _, rule in problems(css)} == {"bad-css"}


# The styling stands in a <style> element of the card's page, which the first </style> ends, whatever CSS says.
@pytest.mark.parametrize(
    "css",
    [
        "/* </style><script>alert(1)</script> */",
        ".a::before { content: '</style><script>alert(1)</script>' }",
        ".a { --b: </STYLE > }",
        ".a[title='</style\n>'] { color: red }",
    ],
)
def test_nothing_is_smuggled_out_of_the_style_element(css: str) -> None:
    """What would end the <style> element of a card's page is refused, wherever it stands."""
    assert problems(css) != []


def test_every_picture_of_a_set_counts() -> None:
    """In a set of pictures, none may be loaded from elsewhere, not only the first."""
    css = ".a { background: image-set('data:image/png;base64,AAAA' 1x, 'https://example.org/a.png' 2x) }"
    assert {rule for _, rule in problems(css)} == {"forbidden-css"}


@pytest.mark.parametrize("css", [css for css, _, _ in WRONG] + UNCLOSED)
def test_messages_are_for_people(css: str) -> None:
    """A message begins small and has no full stop; there are no words of the parser in it, and always a hint."""
    for problem in styling_problems(css):
        assert problem.message[0] in "`@" or problem.message[0].islower(), problem.message
        assert not problem.message.endswith("."), problem.message
        for jargon in ("eof", "token", "qualified"):
            assert jargon not in problem.message, problem.message
        assert problem.hint


def test_many_mistakes_are_one() -> None:
    """A file that is no CSS at all gives a handful of problems, not thousands."""
    assert 1 <= len(problems(".a { b c }\n" * 5000)) <= 20


@given(st.text(alphabet="@{}()[];:.,#'\"\\/*<>-! \n\r\f\tab\u00e9\U0001f600", max_size=40))
@example(".a{}\f\f\f}")
@example(".a{}\r\r}")
@example("\ufeff}")
@example("\0}")
def test_nothing_crashes(css: str) -> None:
    """Whatever the file holds, it is taken or refused at a place inside it."""
    assert all(0 <= offset <= len(css) for offset, _ in problems(css))


# in a deck


def told(folder: Path, files: dict[str, str | bytes]) -> list[tuple[str, int, int, str]]:
    """Every diagnostic of a deck: file, line, column, rule."""
    _, diagnostics = compile_deck(write_deck(folder, files))
    return [(one.path.name, one.line, one.column, one.rule) for one in diagnostics]


def test_the_place_in_the_file(tmp_path: Path) -> None:
    """Mistakes are told with line and column, whatever line ends the file has."""
    css = ".a { color: red }\r\n\r\n  .b { background: url(a.png) }\r\n"
    assert told(tmp_path, {"style.css": css}) == [("style.css", 3, 20, "forbidden-css")]


@pytest.mark.parametrize("name", ["style.css", "note_types/word/style.css"])
def test_a_style_sheet_that_is_no_text(name: str, tmp_path: Path) -> None:
    """A file that is not UTF-8 is told as such."""
    word = "name: Word\nfields: [Word]\ntemplates: [{name: A, front: a.html, back: a.html}]\n"
    files: dict[str, str | bytes] = {"note_types/word/note_type.yaml": word, "note_types/word/a.html": "{{Word}}"}
    assert told(tmp_path, {**files, name: b".a { color: \xff }"}) == [("style.css", 1, 13, "not-utf-8")]


def test_styling_from_elsewhere(tmp_path: Path) -> None:
    """A link out of the deck is told, and nothing of the file behind it."""
    secret = tmp_path / "secret.css"
    secret.write_text(".a {", encoding="utf-8")
    folder = write_deck(tmp_path / "deck")
    (folder / "style.css").symlink_to(secret)
    _, diagnostics = compile_deck(folder)
    assert [(one.path.name, one.rule) for one in diagnostics] == [("style.css", "outside-deck")]
