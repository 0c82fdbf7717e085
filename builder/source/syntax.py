"""libyaml's complaints into diagnostics that an author who has never heard of YAML can act on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import yaml

from builder.core.diagnostics import Diagnostic, quoted


class Complaint(NamedTuple):
    """The words of a diagnostic, without its place."""

    rule: str
    message: str
    hint: str


UNQUOTED_BRACES = Complaint(
    "unquoted-braces",
    "a text that begins with `{{` must be quoted",
    "put the whole text in single quotes, or write it in a line of its own below `|`",
)

_QUOTE_IT = "put the whole text in quotes, or write it in a line of its own below `|`"
_UNCLOSED_QUOTE = Complaint(
    "unclosed-quote",
    "this quote is never closed",
    "add the closing quote; a quote inside the text is doubled ('') in single and \\\" in double quotes",
)
_BLOCK = re.compile(r".*: +[|>][-+0-9]*\s*$")
_KEY = re.compile(r"\s*(?:- +)*[\w-]+:(?: +|$)")


def describe_syntax_error(
    error: yaml.YAMLError,
    text: str,
    path: Path,
    bracket: tuple[int, int] | None,
    quote: tuple[int, int] | None,
) -> Diagnostic:
    """The diagnostic for a syntax error that libyaml found in `text`.

    `bracket` is where the innermost `[` or `{` that is still open stands, `quote` where the last quoted text begins:
    line and column, from 0.
    """
    lines = text.split("\n")
    if bracket and isinstance(error, yaml.MarkedYAMLError) and "node content" in (error.problem or ""):
        line, column, complaint = _in_brackets(error, lines, bracket)
    else:
        line, column, complaint = _describe(error, lines)
    if complaint.rule == "text-after-quote" and quote and any(map(_KEY.match, lines[quote[0] + 1 : line + 1])):
        (line, column), complaint = quote, _UNCLOSED_QUOTE  # it was closed by the opening quote of a later text
    line = min(line, len(lines) - 1)
    column = min(column, len(lines[line]))
    return Diagnostic(
        path=path,
        line=line + 1,
        column=column + 1,
        rule=complaint.rule,
        message=complaint.message,
        hint=complaint.hint,
    )


def _describe(error: yaml.YAMLError, lines: list[str]) -> tuple[int, int, Complaint]:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return (
            0,
            0,
            Complaint("yaml-syntax", f"not valid YAML: {error}".splitlines()[0], "compare with a file that works"),
        )
    problem, context = error.problem or "", error.context or ""
    line, column = error.problem_mark.line, error.problem_mark.column
    start = (error.context_mark.line, error.context_mark.column) if error.context_mark else (line, column)
    character = lines[line][column : column + 1] if line < len(lines) else ""

    if "tab character" in problem or ("cannot start any token" in problem and character == "\t"):
        return line, column, Complaint("tab", "a tab cannot indent YAML", "use spaces, two for each level")
    if "cannot start any token" in problem:
        return line, column, _unquoted(character)
    if context in ("while scanning an alias", "while scanning an anchor", "while scanning a tag"):
        return *start, _unquoted(lines[start[0]][start[1]])
    if context == "while scanning a block scalar":
        return *start, _block_header(lines[start[0]][start[1]])
    if context == "while scanning a quoted scalar":
        return *start, _UNCLOSED_QUOTE
    if context == "while parsing a quoted scalar":
        column = max(lines[line].rfind("\\", 0, column + 1), 0)
        return line, column, _escape(lines[line][column : column + 2])
    if "could not find expected ':'" in problem and start[0] and _BLOCK.match(_line_above(lines, start[0])):
        hint = "indent the lines of the text by two spaces more than the key above them"
        return *_content(lines, start[0]), Complaint(
            "bad-indentation", "the text below `|` or `>` is not indented", hint
        )
    if "could not find expected ':'" in problem:
        return *_content(lines, start[0]), _missing_colon(lines[start[0]])
    if "mapping values are not allowed" in problem:
        return _stray_colon(lines, line, column)
    if "entries are not allowed" in problem or "mapping keys are not allowed" in problem:
        return line, column, _unquoted(lines[line][column : column + 2])
    if context in ("while parsing a flow sequence", "while parsing a flow mapping"):
        return _unclosed_bracket(lines, *start)
    if "did not find expected node content" in problem:
        return line, column, _unquoted(character)
    if "did not find expected '-' indicator" in problem:
        return _indentation(lines, line, column)
    if "<document start>" in problem:
        if any(before.rstrip() == "..." for before in lines[:line]):
            return (
                line,
                column,
                Complaint("second-document", "text follows the end of the document", "remove the line `...`"),
            )
        return _indentation(lines, line, column)
    if "did not find expected key" in problem:
        return _text_after_value(lines, line, column)
    return line, column, Complaint("yaml-syntax", f"not valid YAML: {problem}", "compare with a note that works")


def _unquoted(character: str) -> Complaint:
    shown = "a backtick" if character == "`" else f"`{character}`"
    return Complaint("unquoted-text", f"a text cannot begin with {shown} unless it is quoted", _QUOTE_IT)


def _block_header(character: str) -> Complaint:
    return Complaint(
        "unquoted-text",
        f"a text cannot follow `{character}` in the same line",
        f"quote the text, or put it in the next line, indented; `{character}` alone announces lines of text",
    )


def _escape(characters: str) -> Complaint:
    if characters[1:2] in ("x", "u", "U"):
        return Complaint("bad-escape", f"`{characters}` is not followed by the number of a character", _QUOTE_IT)
    return Complaint(
        "bad-escape",
        f"`{characters}` means nothing inside double quotes",
        f"write `\\{characters}`, use single quotes, or put the text below `|`",
    )


def _missing_colon(line: str) -> Complaint:
    content = line.strip().removeprefix("- ").strip()
    if found := re.match(r"([\w-]+)(:|：)\s*(\S.*)", content):
        message = "a space is missing after the colon" if found[2] == ":" else "this colon is not an ordinary one"
        return Complaint("missing-colon", message, f"write {quoted(f'{found[1]}: {found[3]}')}")
    key, _, rest = content.partition(" ")
    written = f"{key}: {rest.strip()}" if rest and key.isidentifier() else "key: value"
    return Complaint("missing-colon", "a colon is missing after the key", f"write {quoted(written)}")


def _indentation(lines: list[str], line: int, column: int) -> tuple[int, int, Complaint]:
    above = _line_above(lines, line)
    if found := _DASH.match(above):
        complaint = Complaint("missing-space", "a space is missing after the dash", f"write `- {found[1]}`")
        return lines.index(above), found.start(1) - 1, complaint
    return (
        line,
        column,
        Complaint(
            "bad-indentation",
            "this line does not line up with the lines above",
            "keys of one note begin in the same column, two to the right of its `-`",
        ),
    )


_DASH = re.compile(r" *-([^\s-].*)")


def _line_above(lines: list[str], line: int) -> str:
    """The last line with something in it before `line`."""
    return next((lines[above] for above in reversed(range(min(line, len(lines)))) if lines[above].strip()), "")


def _content(lines: list[str], line: int) -> tuple[int, int]:
    """Where the content of a line begins, after its indentation and `- `."""
    text = lines[line]
    column = len(text) - len(text.lstrip())
    while text.startswith("- ", column):
        column += 2
        column += len(text[column:]) - len(text[column:].lstrip())
    return line, column


def _stray_colon(lines: list[str], line: int, column: int) -> tuple[int, int, Complaint]:
    if _KEY.match(lines[line], 0, column):
        hint = _QUOTE_IT
        if re.search(r": +[“‘„«]", lines[line]):
            hint = "YAML knows straight quotes only: put \" or ' around the whole text"
        return line, column, Complaint("unquoted-colon", "a colon and a space inside a text need quotes", hint)
    above = line - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    if above >= 0 and not _KEY.match(lines[above]):
        return *_content(lines, above), _missing_colon(lines[above])
    return _indentation(lines, *_content(lines, line))


def _in_brackets(error: yaml.MarkedYAMLError, lines: list[str], bracket: tuple[int, int]) -> tuple[int, int, Complaint]:
    mark = error.problem_mark
    if mark is not None and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == ",":
        complaint = Complaint("missing-item", "nothing stands before this comma", "remove it, or write what is missing")
        return mark.line, mark.column, complaint
    return _unclosed_bracket(lines, *bracket)


def _unclosed_bracket(lines: list[str], line: int, column: int) -> tuple[int, int, Complaint]:
    if lines[line].startswith("{{", column):
        return line, column, UNQUOTED_BRACES
    character = lines[line][column]
    closing = {"[": "]", "{": "}"}.get(character, "")
    hint = f"add `{closing}` and put a comma between the parts; a text that begins with `{character}` must be quoted"
    return line, column, Complaint("unclosed-bracket", f"the list that `{character}` opens is not closed", hint)


def _text_after_value(lines: list[str], line: int, column: int) -> tuple[int, int, Complaint]:
    before = lines[line][:column].rstrip()
    key = _KEY.match(lines[line])
    if key and lines[line].startswith("{{", key.end()):
        return line, key.end(), UNQUOTED_BRACES
    if before.endswith(("'", '"')):
        quote = before[-1]
        inside = "''" if quote == "'" else '\\"'
        hint = f"write a quote inside the text as `{inside}`, or put the text in a line of its own below `|`"
        return line, column, Complaint("text-after-quote", f"the text goes on after its closing {quote}", hint)
    if key and lines[line][key.end() : key.end() + 1] in ("[", "{"):
        return line, key.end(), _unquoted(lines[line][key.end()])
    return _indentation(lines, line, column)
