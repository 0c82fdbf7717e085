"""Places inside texts: whatever quotes, folds or escapes a text in YAML, its characters are found again in the file."""

from __future__ import annotations

from itertools import pairwise
from unicodedata import combining

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.core.text import Text
from builder.source.locate import locate

# What is told apart in YAML, and letters of one to four bytes, wide, combining, and blanks beyond ASCII.
_LETTERS = st.sampled_from("ab01-:#?,'\"\\{}[]&*!|>%@` \n\té\u0301中\U0001f600\u00a0\u3000𝒳")
_TEXTS = st.lists(_LETTERS | st.sampled_from(["word ", "\n\n", "  ", "x y", ": ", " #", "''", "\\n"])).map("".join)
_ESCAPES = {"a": "\a", "e": "\x1b", "0": "\0", '"': '"', "\\": "\\", "/": "/"}


def _read(content: str) -> tuple[list[str], Text]:
    """The lines of a file, and the text behind the key `x` in it."""
    scalars = [event for event in yaml.parse(content, Loader=yaml.CSafeLoader) if isinstance(event, yaml.ScalarEvent)]
    (found,) = (event for key, event in pairwise(scalars) if key.value == "x")
    mark = found.start_mark
    return content.split("\n"), Text(found.value, mark.line + 1, mark.column + 1, found.style or "")


def _written(lines: list[str], line: int, column: int, style: str) -> str:
    """The character that the source writes at a place."""
    source = lines[line - 1][column - 1 :]
    if style == '"' and source[0] == "\\":
        digits = {"x": 2, "u": 4, "U": 8}.get(source[1])
        return chr(int(source[2 : 2 + digits], 16)) if digits else _ESCAPES[source[1]]
    return source[0]


def _assert_found(content: str) -> Text:
    lines, text = _read(content)
    places = []
    for offset, character in enumerate(text.value):
        if not character.isspace() and not combining(character):
            place = locate(lines, text, offset)
            assert _written(lines, *place, text.style) == character, (offset, place)
            places.append(place)
    assert places == sorted(set(places)), "each character has a place of its own, in their order"
    return text


@pytest.mark.parametrize("style", [None, "'", '"', "|", ">"], ids=["plain", "single", "double", "literal", "folded"])
@given(value=_TEXTS, width=st.integers(5, 60), indent=st.integers(2, 6), unicode=st.booleans())
@example(value="a\n b\n\n c", width=80, indent=2, unicode=True)
@example(value="it's 'quoted' \\ \"twice\"", width=10, indent=2, unicode=True)
@example(value="\U0001f600 é \u00a0x", width=80, indent=2, unicode=False)
@settings(max_examples=120, deadline=None)
def test_every_visible_character_is_found(
    style: str | None, value: str, width: int, indent: int, unicode: bool
) -> None:
    """PyYAML writes random texts in every style, folded at random widths; `locate` finds each character itself."""
    note = {"id": "a", "x": value, "y": "after it"}
    content = yaml.dump(
        {"notes": [note]}, default_style=style, width=width, indent=indent, allow_unicode=unicode, sort_keys=False
    )
    # PyYAML's own folding sometimes turns a blank into a line end.
    assert _assert_found(content).value.split() == value.split()


@pytest.mark.parametrize(
    "written",
    [
        "one two",
        "one\n      two\n\n      three",
        "one # not a part of it",
        "'it''s ''quoted'''",
        "'one\n      two''s'",
        '"tab\\tnew\\nline \\u00e9\\x41\\U0001F600 \\"x\\" \\\\ \\/"',
        '"folded\n      in \\\n      two \\\n      \\  ways"',
        '"\\N\\_\\L\\Pvisible"',
        "|\n      one\n        two\n\n      three",
        "|2\n        code\n      text",
        "|2-\n        code\n      text\n\n",
        "|-  # a comment with | and >\n      one\n      two",
        ">+\n      one\n      two\n\n        three\n      four\n\n",
        ">-\n\n\n      one",
        "\n      one\n      two",
        "\n      'one'",
        "\n      |\n      one",
    ],
)
def test_what_people_write_is_found(written: str) -> None:
    """Comments, indentation indicators, chomping, escaped line ends: what PyYAML never writes, but authors do."""
    assert _assert_found(f"notes:\n  - id: a\n    x: {written}\n    y: after it\n").value.strip()
