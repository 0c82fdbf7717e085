"""Diagnostics into text for people: place, message, the line with a caret, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from builder.core.diagnostics import Diagnostic
from builder.render.media import PICTURES, SOUNDS
from builder.report.places import printable, shown_path

_WIDE = 160
_UNREADABLE = (PICTURES | SOUNDS) - {".svg"}
_SHOWABLE = 16 * 1024 * 1024  # bytes: lines of larger files are not looked up


def as_text(diagnostics: Iterable[Diagnostic], root: Path) -> str:
    """All diagnostics, with paths relative to `root`."""
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
                if path.suffix.lower() not in _UNREADABLE and path.is_file() and path.stat().st_size <= _SHOWABLE:
                    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
            self._files[path] = text.replace("\r\n", "\n").split("\n")
        lines = self._files[path]
        return lines[number - 1] if number <= len(lines) else ""


def _as_text(diagnostic: Diagnostic, root: Path, lines: _Lines) -> Iterator[str]:
    place = f"{printable(shown_path(diagnostic.path, root))}:{diagnostic.line}:{diagnostic.column}"
    yield f"{place}: {diagnostic.severity}: {printable(diagnostic.message)} [{diagnostic.rule}]"
    # A link may lead to a file that is not the author's: what is in it is not shown.
    source = "" if diagnostic.path.is_symlink() else lines.line(diagnostic.path, diagnostic.line)
    if source.strip():
        start = max(0, diagnostic.column - _WIDE // 2)
        before, after = source[start : diagnostic.column - 1], source[diagnostic.column - 1 : start + _WIDE]
        margin = " " * len(str(diagnostic.line))
        yield f"  {diagnostic.line} | {printable(before)}{printable(after)}"
        yield f"  {margin} | {' ' * _width(printable(before))}^"
    if diagnostic.hint:
        yield f"    hint: {printable(diagnostic.hint)}"


def _width(text: str) -> int:
    """How many columns of a terminal `text` takes: wide letters take two, accents of their own none."""
    from rich.cells import cell_len

    return cell_len(text)
