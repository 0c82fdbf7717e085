"""An offset inside a YAML value back to its line and column in the file, whatever the quoting and folding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import combining

from builder.core.text import Text

_ESCAPED_BLANKS = frozenset("ntvfrN_LP \t")
_LETTERS = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"}
_LETTERS |= {"N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029", "\t": "\t"}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}


def locate(lines: list[str], text: Text, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of the character `offset` of `text.value`; `lines` are the file's, without line ends.

    YAML folds, trims and escapes white space, and accents are joined to their letters, but every other character keeps
    its order: so the n-th visible character of the value is the n-th visible character of the source. Worked out only
    when a problem is reported.
    """
    visible = sum(not _is_hidden(character) for character in text.value[: offset + 1])
    place = text.line, text.column
    for count, found in enumerate(_visible_characters(lines, text), 1):
        place = found
        if count >= visible:
            break
    return place


def _visible_characters(lines: list[str], text: Text) -> Iterator[tuple[int, int]]:
    """The places of the characters of the value that are not white space, in order."""
    line, column = text.line - 1, text.column - 1
    if text.style in ("|", ">"):
        line, column = line + 1, 0  # behind the `|` only blanks and a comment can follow
    elif text.style:
        column += 1
    while line < len(lines):
        source = lines[line]
        while column < len(source):
            width, is_blank = _unit(source, column, text.style)
            if not is_blank:
                yield line + 1, column + 1
            column += width
        line, column = line + 1, 0


def _unit(source: str, column: int, style: str) -> tuple[int, bool]:
    """How many characters of the source stand for one of the value, and whether that one is white space."""
    character = source[column]
    if style == "'" and source.startswith("''", column):
        return 2, False
    if style == '"' and character == "\\":
        escape = source[column + 1 : column + 2]
        digits = _HEX_DIGITS.get(escape, 0)
        if digits:
            return 2 + digits, _is_hidden(chr(int(source[column + 2 : column + 2 + digits], 16)))
        return 2, escape in _ESCAPED_BLANKS or not escape
    return 1, _is_hidden(character)


def _is_hidden(character: str) -> bool:
    return character.isspace() or combining(character) > 0


def find_escape(lines: list[str], text: Text, character: str) -> tuple[int, int, str]:
    """Line and column, from 1, of the escape in a double-quoted text that stands for `character`, and the escape."""
    line, column = text.line - 1, text.column
    while line < len(lines):
        for match in _ESCAPE.finditer(lines[line], column):
            number = match[1] or match[2] or match[3]
            if (chr(int(number, 16)) if number else _LETTERS.get(match[4], match[4])) == character:
                return line + 1, match.start() + 1, match.group()
        line, column = line + 1, 0
    return text.line, text.column, "\\"


_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
