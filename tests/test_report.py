"""How diagnostics are shown: as text with the line and a caret right under the place, as JSON, and as annotations."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from builder.core.diagnostics import Diagnostic, Severity, has_errors, in_source_order
from builder.report import render


def diagnostic(path: Path, line: int = 1, column: int = 1, **words: str) -> Diagnostic:
    """A diagnostic with some words."""
    chosen = {"rule": "some-rule", "message": "something is wrong", "hint": "do something else"} | words
    return Diagnostic(path=path, line=line, column=column, **chosen)  # type: ignore[arg-type]


def shown(tmp_path: Path, source: str | bytes, line: int, column: int) -> list[str]:
    """The lines of text for a diagnostic at a place in a file of this content."""
    path = tmp_path / "notes.yaml"
    path.write_bytes(source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source)
    return render([diagnostic(path, line, column)], "text", tmp_path).split("\n")


def test_a_diagnostic_as_text(tmp_path: Path) -> None:
    """Place, severity, message and rule in a line; the source line; a caret; what to do."""
    assert shown(tmp_path, "notes:\n  - id: a\n    reverse: yes\n", 3, 14) == [
        "notes.yaml:3:14: error: something is wrong [some-rule]",
        "  3 |     reverse: yes",
        "    |              ^",
        "    hint: do something else",
    ]


def test_a_diagnostic_without_hint_or_line(tmp_path: Path) -> None:
    """What there is nothing to show of is left out: no hint, no empty line, no line behind the end of the file."""
    path = tmp_path / "notes.yaml"
    path.write_text("notes:\n\n", encoding="utf-8")
    first = "error: something is wrong [some-rule]"
    for line in (2, 3, 99):
        one = diagnostic(path, line, 1, hint="")
        assert render([one], "text", tmp_path) == f"notes.yaml:{line}:1: {first}"
    gone = diagnostic(tmp_path / "gone.yaml", 1, 1, hint="")
    assert render([gone], "text", tmp_path) == f"gone.yaml:1:1: {first}"


def test_no_line_of_a_picture_is_shown(tmp_path: Path) -> None:
    """The bytes of a picture or a sound are nothing to read; an SVG has lines."""
    first = "1:1: error: something is wrong [some-rule]"
    for name in ("knot.png", "knot.JPG", "word.mp3"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n")
        assert render([diagnostic(tmp_path / name, hint="")], "text", tmp_path) == f"{name}:{first}"
    (tmp_path / "knot.svg").write_text("<svg", encoding="utf-8")
    assert render([diagnostic(tmp_path / "knot.svg", hint="")], "text", tmp_path).split("\n")[1] == "  1 | <svg"


def test_a_warning_says_so(tmp_path: Path) -> None:
    """The severity is in the first line."""
    one = Diagnostic(path=tmp_path / "x", line=1, column=1, rule="r", message="m", severity=Severity.WARNING)
    assert render([one], "text", tmp_path) == "x:1:1: warning: m [r]"
    assert not has_errors((one,))


def place_of_caret(lines: list[str]) -> tuple[str, int]:
    """The source as it is shown, and before which cell of it the caret stands."""
    source, caret = lines[1:3]
    assert source.index("|") == caret.index("|"), "the margins line up"
    start = source.index("|") + 2
    return source[start:], cell_len(caret[start : caret.rindex("^")])


_WORDS = st.text(st.sampled_from("ab.,:{}|^ \t中字é\u0301\U0001f600\u00a0\u3000\x07ßж"), max_size=200)

LINES = [
    "a plain line with an X in it",
    "X",
    "\tX behind a tab",
    "  - a\t\tX behind tabs inside the line",
    "中文字 X behind wide letters",
    "\U0001f600\U0001f9f6 X behind emojis",
    "e\u0301a\u0308 X behind accents of their own",
    "\u200bX behind a blank of no width",
    "\u00a0\u3000X behind odd blanks",
    "\x07\x1bX behind control characters",
    "\u202eX behind a change of direction",
    "X" + " wide 中文" * 3,
    "x " * 300 + "X far to the right" + " y" * 300,
    "中" * 300 + "X far to the right of wide letters",
    "\t" * 100 + "X behind many tabs",
    "X at the left of a long line" + " y" * 300,
    "x" * 79 + "X",
    "x" * 80 + "X",
    "x" * 81 + "X",
]


@pytest.mark.parametrize("line", LINES)
def test_the_caret_is_right_under_the_place(line: str, tmp_path: Path) -> None:
    """Whatever is before it in the line, in a terminal: tabs, wide letters, invisible ones, and a long way."""
    column = line.index("X") + 1
    source, cells = place_of_caret(shown(tmp_path, f"first\n{line}\n", 2, column))
    at = next(index for index in range(len(source)) if cell_len(source[:index]) >= cells and source[index] == "X")
    assert cell_len(source[:at]) == cells


@pytest.mark.parametrize("line", LINES)
def test_the_shown_line_is_safe_and_short(line: str, tmp_path: Path) -> None:
    """Nothing that moves a terminal's cursor is printed, and a line that is too long is cut around the place."""
    lines = shown(tmp_path, f"first\n{line}\n", 2, line.index("X") + 1)
    assert all(character.isprintable() for character in "".join(lines))
    source, _ = place_of_caret(lines)
    assert cell_len(source) <= 320


@given(before=_WORDS, after=_WORDS)
@example(before="\t中", after="")
@settings(max_examples=150, deadline=None)
def test_the_caret_is_under_any_place(tmp_path_factory: pytest.TempPathFactory, before: str, after: str) -> None:
    """The same for any mixture of letters of no, one and two cells, blanks, bars and carets."""
    lines = shown(tmp_path_factory.mktemp("x"), f"{before}X{after}\n", 1, len(before) + 1)
    source, cells = place_of_caret(lines)
    assert cell_len(source[: source.index("X")]) == cells


@pytest.mark.parametrize(("mark", "end"), [(b"", b"\n"), (b"\xef\xbb\xbf", b"\r\n"), (b"", b"\r\n")])
def test_marks_and_line_ends_are_not_shown(mark: bytes, end: bytes, tmp_path: Path) -> None:
    """A byte order mark and a carriage return are no part of the line."""
    source = mark + end.join([b"Xyz", b"notes: X", b""])
    assert shown(tmp_path, source, 1, 1)[1:3] == ["  1 | Xyz", "    | ^"]
    assert shown(tmp_path, source, 2, 8)[1:3] == ["  2 | notes: X", "    |        ^"]


def test_a_place_behind_the_end_of_the_line(tmp_path: Path) -> None:
    """Where something is missing, the caret stands behind the last letter."""
    assert shown(tmp_path, "notes:\n", 1, 7)[1:3] == ["  1 | notes:", "    |       ^"]


def test_a_line_that_is_not_utf_8_is_shown(tmp_path: Path) -> None:
    """The wrong byte is a replacement character, and the caret is under it."""
    assert shown(tmp_path, b"caf\xe9 X\n", 1, 4)[1:3] == ["  1 | caf\ufffd X", "    |    ^"]


def test_the_margin_grows_with_the_line_number(tmp_path: Path) -> None:
    """Bars stand below each other."""
    lines = shown(tmp_path, "\n" * 999 + "here\n", 1000, 1)
    assert lines[1:3] == ["  1000 | here", "       | ^"]


def test_paths_are_relative_to_where_the_command_runs(tmp_path: Path) -> None:
    """Inside the root as `decks/...`, with slashes on every system; outside as they are."""
    (tmp_path / "decks").mkdir()
    inside = diagnostic(tmp_path / "decks" / "notes.yaml", hint="")
    outside = diagnostic(tmp_path / "notes.yaml", hint="")
    text = render([inside, outside], "text", tmp_path / "decks")
    assert text.split("\n") == [
        "notes.yaml:1:1: error: something is wrong [some-rule]",
        f"{(tmp_path / 'notes.yaml').as_posix()}:1:1: error: something is wrong [some-rule]",
    ]
    assert json.loads(render([inside], "json", tmp_path))[0]["path"] == "decks/notes.yaml"
    assert "file=decks/notes.yaml," in render([inside], "github", tmp_path)


@pytest.mark.parametrize("form", ["text", "github"])
def test_an_author_cannot_write_to_the_terminal(form: str, tmp_path: Path) -> None:
    """What a message repeats of a file can neither begin a line of its own nor send commands to a terminal."""
    bad = "x\n::error file=a::forged\r\x1b[31mred\x1b]0;title\x07\u202e\u2028"
    text = render([diagnostic(tmp_path / "x.yaml", message=f"`{bad}` is bad", hint=f"not `{bad}`")], form, tmp_path)
    lines = text.split("\n")
    assert len(lines) == (2 if form == "text" else 1)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", text)
    assert not any(line.startswith("::error file=a") for line in lines)


def test_json_is_for_programs(tmp_path: Path) -> None:
    """A list of objects, also when it is empty; letters are themselves."""
    one = diagnostic(tmp_path / "é.yaml", 3, 4, message='`"é中"` is bad\n', hint="")
    assert json.loads(render([one], "json", tmp_path)) == [
        {
            "path": "é.yaml",
            "line": 3,
            "column": 4,
            "severity": "error",
            "rule": "some-rule",
            "message": '`"é中"` is bad\n',
            "hint": "",
        }
    ]
    assert "é中" in render([one], "json", tmp_path)
    assert json.loads(render([], "json", tmp_path)) == []


@pytest.mark.parametrize("form", ["text", "github"])
def test_nothing_is_shown_of_nothing(form: str, tmp_path: Path) -> None:
    """No diagnostics, no text."""
    assert render([], form, tmp_path) == ""


def test_annotations_for_github(tmp_path: Path) -> None:
    """One workflow command a line; what would end it or its parts is escaped as GitHub wants it."""
    plain = diagnostic(tmp_path / "decks" / "notes.yaml", 3, 14)
    odd = diagnostic(tmp_path / "a,b:c%.yaml", 1, 2, message="50% of `a::b`", hint="two\r\nlines")
    assert render([plain, odd], "github", tmp_path).split("\n") == [
        "::error file=decks/notes.yaml,line=3,col=14,title=some-rule::something is wrong%0Ado something else",
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=some-rule::50%25 of `a::b`%0Atwo%0D%0Alines",
    ]
    warning = Diagnostic(path=tmp_path / "x", line=1, column=1, rule="r", message="m", severity=Severity.WARNING)
    assert render([warning], "github", tmp_path) == "::warning file=x,line=1,col=1,title=r::m"


def test_source_order(tmp_path: Path) -> None:
    """By file, line and column as numbers; what is said twice is said once."""
    places = [("b", 1, 1), ("a", 10, 1), ("a", 9, 1), ("a", 9, 12), ("a", 9, 2), ("a", 9, 2)]
    found = in_source_order([diagnostic(tmp_path / name, line, column) for name, line, column in places])
    assert [(one.path.name, one.line, one.column) for one in found] == [
        ("a", 9, 1),
        ("a", 9, 2),
        ("a", 9, 12),
        ("a", 10, 1),
        ("b", 1, 1),
    ]
