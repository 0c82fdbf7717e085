"""Diagnostics as text for people, JSON for programs and annotations for GitHub."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from builder.core.diagnostics import Diagnostic

FORMATS = ("text", "json", "github")
_WIDE = 160
_SHOWABLE = 16 * 1024 * 1024  # bytes: lines of larger files are not looked up


def render(diagnostics: Iterable[Diagnostic], form: str, root: Path) -> str:
    """The diagnostics in one of `FORMATS`, with paths relative to `root` where they are inside it; '' for no text."""
    if form == "json":
        return json.dumps([_as_dict(diagnostic, root) for diagnostic in diagnostics], indent=2, ensure_ascii=False)
    if form == "github":
        return "\n".join(_annotation(diagnostic, root) for diagnostic in diagnostics)
    lines = _Lines()
    return "\n".join(line for diagnostic in diagnostics for line in _as_text(diagnostic, root, lines))


class _Lines:
    """The source lines of files, each read once."""

    def __init__(self) -> None:
        self._files: dict[Path, list[str]] = {}

    def line(self, path: Path, number: int) -> str:
        if path not in self._files:
            text = ""
            with suppress(OSError):
                if path.is_file() and path.stat().st_size <= _SHOWABLE:
                    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
            self._files[path] = text.replace("\r\n", "\n").split("\n")
        lines = self._files[path]
        return lines[number - 1] if number <= len(lines) else ""


def _shown(path: Path, root: Path) -> str:
    """The path as the author knows it: links are not followed, so that it leads to a file of the deck."""
    try:
        return Path(os.path.abspath(path)).relative_to(os.path.abspath(root)).as_posix()  # noqa: PTH100
    except ValueError:
        return path.as_posix()


def _as_text(diagnostic: Diagnostic, root: Path, lines: _Lines) -> Iterator[str]:
    place = f"{_printable(_shown(diagnostic.path, root))}:{diagnostic.line}:{diagnostic.column}"
    yield f"{place}: {diagnostic.severity}: {_printable(diagnostic.message)} [{diagnostic.rule}]"
    # A link may lead to a file that is not the author's: what is in it is not shown.
    source = "" if diagnostic.path.is_symlink() else lines.line(diagnostic.path, diagnostic.line)
    if source.strip():
        start = max(0, diagnostic.column - _WIDE // 2)
        before, after = source[start : diagnostic.column - 1], source[diagnostic.column - 1 : start + _WIDE]
        margin = " " * len(str(diagnostic.line))
        yield f"  {diagnostic.line} | {_printable(before)}{_printable(after)}"
        yield f"  {margin} | {' ' * _width(_printable(before))}^"
    if diagnostic.hint:
        yield f"    hint: {_printable(diagnostic.hint)}"


def _printable(text: str) -> str:
    """`text` in one line, without the characters by which it could write elsewhere on a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _width(text: str) -> int:
    """How many columns of a terminal `text` takes: wide letters take two, accents of their own none."""
    from rich.cells import cell_len

    return cell_len(text)


def _as_dict(diagnostic: Diagnostic, root: Path) -> dict[str, str | int]:
    return {
        "path": _shown(diagnostic.path, root),
        "line": diagnostic.line,
        "column": diagnostic.column,
        "severity": diagnostic.severity.value,
        "rule": diagnostic.rule,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }


def _annotation(diagnostic: Diagnostic, root: Path) -> str:
    """GitHub's workflow command; its own marks are escaped so that no text of an author can end it."""
    message = "%0A".join(_escaped(part) for part in (diagnostic.message, diagnostic.hint) if part)
    path = _escaped(_shown(diagnostic.path, root)).replace(":", "%3A").replace(",", "%2C")
    place = f"file={path},line={diagnostic.line},col={diagnostic.column}"
    return f"::{diagnostic.severity} {place},title={diagnostic.rule}::{message}"


def _escaped(text: str) -> str:
    return _printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))
