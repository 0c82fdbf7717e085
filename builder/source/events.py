"""YAML text into a tree whose every part knows its place; nothing is typed, merged or expanded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn
from unicodedata import normalize

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from builder.core.diagnostics import Diagnostic, quoted
from builder.core.text import Text
from builder.source.locate import find_escape
from builder.source.syntax import UNQUOTED_BRACES, describe_syntax_error

MAX_DEPTH = 64
MAX_TEXT = 100_000
MAX_IN_FILE = 1000


@dataclass(slots=True)
class Mapping:
    """`key: value` lines; `marks` holds the YAML mark of each key."""

    line: int
    column: int
    values: dict[str, Node] = field(default_factory=dict)
    marks: dict[str, Any] = field(default_factory=dict)

    def key_place(self, key: str) -> tuple[int, int]:
        """Line and column of a key, from 1."""
        mark = self.marks[key]
        return mark.line + 1, mark.column + 1


@dataclass(slots=True)
class Sequence:
    """A list."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)


Node = Text | Mapping | Sequence

_NAMES = {Text: "text", Mapping: "keys with values", Sequence: "a list"}


def name_of(node: Node) -> str:
    """What an author would call this kind of node."""
    return _NAMES[type(node)]


class _StoppedError(Exception):
    """The rest of the file cannot be read; the diagnostic is already noted."""


# Caught where nodes end: to ask before each of the many events would cost a tenth of the reading.
_STOPS = (_StoppedError, yaml.YAMLError)


def _no_event() -> NoReturn:
    raise _StoppedError


class _TreeReader:
    """Builds the tree of one file from libyaml's events."""

    def __init__(self, text: str, path: Path) -> None:
        self.text = text
        self.path = path
        self.diagnostics: list[Diagnostic] = []
        self.brackets: list[tuple[int, int]] = []
        self.quote: tuple[int, int] | None = None
        self.event: Callable[[], Any] = CParser(text.encode("utf-8")).get_event

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def report(self, line: int, column: int, rule: str, message: str, hint: str = "") -> None:
        if len(self.diagnostics) < MAX_IN_FILE:
            self.diagnostics.append(
                Diagnostic(path=self.path, line=line, column=column, rule=rule, message=message, hint=hint)
            )

    @property
    def stopped(self) -> bool:
        return self.event is _no_event

    def stop(self) -> NoReturn:
        self.event = _no_event
        raise _StoppedError

    def note(self, error: Exception) -> None:
        """Notes why reading stopped, when libyaml said so, where its complaint is first met."""
        if isinstance(error, yaml.YAMLError):
            bracket = self.brackets[-1] if self.brackets else None
            self.diagnostics.append(describe_syntax_error(error, self.text, self.path, bracket, self.quote))
            self.event = _no_event

    def refuse(self, event: Any, rule: str, message: str, hint: str) -> NoReturn:
        mark = event.start_mark
        self.report(mark.line + 1, mark.column + 1, rule, message, hint)
        self.stop()

    def document(self) -> Node | None:
        root: Node | None = None
        try:
            self.event()  # stream start
            if isinstance(self.event(), yaml.StreamEndEvent):
                return None
            root = self.node(self.event(), 1)
            self.event()  # document end
            following = self.event()
            if not isinstance(following, yaml.StreamEndEvent):
                self.refuse(following, "second-document", "a second YAML document starts here", "remove this `---`")
        except _STOPS as error:
            self.note(error)
        return root

    def node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if event.anchor is not None or event.tag is not None:  # an alias has an anchor, too
            self.refuse_indirection(event)
        if kind is yaml.ScalarEvent:
            return self.scalar(event)
        if depth > MAX_DEPTH:
            self.refuse(
                event, "too-deep", f"nested deeper than {MAX_DEPTH} levels", "a note needs three levels at most"
            )
        if event.flow_style:
            self.brackets.append((event.start_mark.line, event.start_mark.column))
        found = self.mapping(event, depth) if kind is yaml.MappingStartEvent else self.sequence(event, depth)
        if event.flow_style:
            self.brackets.pop()
        return found

    def refuse_indirection(self, event: Any) -> None:
        hint = "write the text itself; a text that begins with this character must be quoted"
        if type(event) is yaml.AliasEvent:
            self.refuse(event, "yaml-alias", "aliases (`*name`) are not used here", hint)
        if event.anchor is not None:
            self.refuse(event, "yaml-anchor", "anchors (`&name`) are not used here", hint)
        if event.tag is not None:
            self.refuse(event, "yaml-tag", "YAML tags (`!name`) are not used here", hint)

    def scalar(self, event: Any) -> Text:
        mark = event.start_mark
        value: str = event.value
        if len(value) > MAX_TEXT:
            self.report(
                mark.line + 1,
                mark.column + 1,
                "text-too-long",
                f"this text has {len(value):,} characters; {MAX_TEXT:,} is the limit",
                "split it into several notes, or close the quote that lets it run on",
            )
            value = ""
        elif not value.isascii():
            value = normalize("NFC", value)  # as Anki does when it imports
        text = Text(value, mark.line + 1, mark.column + 1, event.style or "")
        if event.style == '"' and (found := _ESCAPED.search(value)):
            line, column, written = find_escape(self.lines, text, found.group())
            self.report(
                line,
                column,
                "bad-escape",
                f"`{written}` is an invisible character in double quotes",
                "use single quotes, in which a backslash is a backslash, or put the text below `|`",
            )
            text = replace(text, value=_ESCAPED.sub(" ", value))
        elif event.style in ("'", '"'):
            self.quote = mark.line, mark.column
        return text

    def sequence(self, event: Any, depth: int) -> Sequence:
        mark = event.start_mark
        result = Sequence(mark.line + 1, mark.column + 1)
        items = result.items
        try:
            while type(event := self.event()) is not yaml.SequenceEndEvent:
                items.append(self.node(event, depth + 1))
        except _STOPS as error:
            self.note(error)
            # What was read whole is still checked, so that one run shows as many problems as it can.
            if items and self.is_cut(items[-1]):
                items.pop()
        return result

    def is_cut(self, node: Node) -> bool:
        """Whether the mistake that ended the reading is what made `node` end where it does."""
        last = self.diagnostics[-1]
        return last.rule == "bad-indentation" or (last.line, last.column) == (node.line, node.column)

    def mapping(self, event: Any, depth: int) -> Mapping:
        mark = event.start_mark
        result = Mapping(mark.line + 1, mark.column + 1)
        values, marks = result.values, result.marks
        try:
            while type(event := self.event()) is not yaml.MappingEndEvent:
                if type(event) is not yaml.ScalarEvent or event.anchor is not None or event.tag is not None:
                    self.refuse_key(event)
                key: str = event.value
                where: Any = event.start_mark
                value = self.node(self.event(), depth + 1)
                if key in values:
                    self.report(
                        where.line + 1,
                        where.column + 1,
                        "duplicate-key",
                        f"{quoted(key)} is written twice",
                        f"the first is in line {marks[key].line + 1}; keep one of them",
                    )
                else:
                    values[key] = value
                    marks[key] = where
        except _STOPS as error:
            self.note(error)
            if depth > 1:
                raise _StoppedError from error
        return result

    def refuse_key(self, event: Any) -> NoReturn:
        mark = event.start_mark
        line = self.lines[mark.line]
        braces = line.find("{{")
        if 0 <= braces <= mark.column:
            self.report(mark.line + 1, braces + 1, UNQUOTED_BRACES.rule, UNQUOTED_BRACES.message, UNQUOTED_BRACES.hint)
            self.stop()
        self.refuse_indirection(event)
        self.refuse(event, "complex-key", "a key must be a plain word", "write `key: value`")


# YAML counts NEL, LS and PS as line ends and editors do not; planes 15 and 16 are where rendering parks text.
_UNSEEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\U000f0000-\U0010ffff"
_FORBIDDEN = re.compile(f"[{_UNSEEN}]")
# In double quotes they are what becomes of LaTeX: \frac, \theta, \beta, \alpha, \rho, \vec.
_ESCAPED = re.compile(f"[\t{_UNSEEN}]")
# A line that seems indented, but with a blank that YAML takes for a letter, as text from web pages has it.
_FALSE_BLANK = re.compile(r"^ *([^\S \t\n])\s*(?:- )?[\w-]+:(?: |$)", re.MULTILINE)
# Any character that one of the two looks for: most files have none, and are searched once.
_ODD = re.compile(f"[{_UNSEEN}\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")


@dataclass(frozen=True, slots=True)
class Tree:
    """What one file holds: `root` is None when it is empty; `whole` is False when reading stopped part of the way."""

    root: Node | None
    whole: bool


def read_tree(text: str, path: Path) -> tuple[Tree, tuple[Diagnostic, ...]]:
    """The tree of one file; after a syntax error, what was whole before it."""
    is_odd = _ODD.search(text) is not None
    if is_odd and (bad := _FORBIDDEN.search(text)):
        line, column = place_of(text, bad.start())
        character = Diagnostic(
            path=path,
            line=line,
            column=column,
            rule="control-character",
            message=f"an invisible character (U+{ord(bad.group()):04X}) is in this line",
            hint="delete it; it often comes with text pasted from a PDF or a word processor",
        )
        return Tree(None, whole=False), (character,)
    if is_odd and (blank := _FALSE_BLANK.search(text)):
        line, _ = place_of(text, blank.start(1))
        return Tree(None, whole=False), (
            Diagnostic(
                path=path,
                line=line,
                column=1,
                rule="bad-indentation",
                message="this line is indented with a blank that is no ordinary space",
                hint="delete the blanks at its beginning and type spaces",
            ),
        )
    reader = _TreeReader(text, path)
    root = reader.document()
    if isinstance(root, Text) and not root.value and not root.style:
        root = None  # nothing but comments, or a lone `---`
    return Tree(root, whole=not reader.stopped), tuple(reader.diagnostics)


def place_of(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a character of `text`."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
