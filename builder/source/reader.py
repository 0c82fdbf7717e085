"""Checks a tree against the authoring format, key by key: the getters that every kind of file shares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from builder.core.diagnostics import Diagnostic, Severity, TextProblem, quoted
from builder.core.text import ABSENT, Text
from builder.source.events import MAX_IN_FILE, Mapping, Node, Sequence, name_of
from builder.source.locate import locate

_NEEDED = frozenset(
    {"id", "name", "tag", "question", "answer", "cloze", "occlusion", "notes", "references"}
    | {"alt", "fields", "image", "issued", "text", "title", "type"}
)
_TAG_PROBLEM = re.compile(r"\s")


def closest(word: str, words: Iterable[str]) -> str:
    """The one of `words` that `word` was probably meant to be, '' when none is close."""
    from difflib import get_close_matches

    by_letters = {candidate.casefold().replace("_", ""): candidate for candidate in words}
    letters = sorted(word.casefold())
    if len(word) < 20 and (swapped := [by_letters[one] for one in by_letters if sorted(one) == letters]):
        return swapped[0]
    near = get_close_matches(word[:100].casefold().replace("_", ""), list(by_letters), n=1, cutoff=0.6)
    return by_letters[near[0]] if near else ""


def suggestion(word: str, words: Iterable[str]) -> str:
    """`did you mean …?` when one of `words` is close to `word`, else ''."""
    close = closest(word, words)
    return f"did you mean {quoted(close)}?" if close else ""


def is_blank(node: Node) -> bool:
    """Whether nothing is written here."""
    return isinstance(node, Text) and not node.value.strip()


class Reader:
    """Notes down what is wrong in one file while its tree is turned into notes."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.content = text
        self.diagnostics: list[Diagnostic] = []
        self.errors = 0
        self._has_comments = " #" in text
        self._tags: set[str] = set()

    @cached_property
    def lines(self) -> list[str]:
        """The file's lines, without line ends."""
        return self.content.split("\n")

    def report(
        self,
        place: Node | tuple[int, int],
        rule: str,
        message: str,
        hint: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Notes a problem at a node's or a given place."""
        line, column = place if isinstance(place, tuple) else (place.line, place.column)
        self.errors += severity is Severity.ERROR
        if len(self.diagnostics) >= MAX_IN_FILE:
            if len(self.diagnostics) > MAX_IN_FILE:
                return
            rule, message = "too-many-problems", "from here on, the problems of this file are not shown"
            hint, severity = "settle those above and run it again", Severity.ERROR
        self.diagnostics.append(
            Diagnostic(
                path=self.path, line=line, column=column, rule=rule, message=message, hint=hint, severity=severity
            )
        )

    def report_in(self, text: Text, problems: Iterable[TextProblem]) -> None:
        """Notes errors inside a text."""
        for problem in problems:
            place = locate(self.lines, text, problem.offset)
            self.report(place, problem.rule, problem.message, problem.hint)

    def keys(
        self,
        node: Mapping,
        known: Iterable[str],
        what: str,
        parents: MappingType[str, str] = MappingProxyType({}),
        synonyms: MappingType[str, str] = MappingProxyType({}),
    ) -> frozenset[str]:
        """Reports the keys of `node` that are not `known`; gives the keys they were probably meant to be.

        `parents` names the keys below which some of the unknown ones belong, `synonyms` what others call some keys.
        """
        known = tuple(known)
        meant = []
        for key in node.values:
            if key not in known:
                close = parents.get(key) or synonyms.get(key.casefold()) or closest(key, known)
                meant.append(close)
                hint = f"did you mean `{close}`?" if close else f"the keys of {what} are: {', '.join(known)}"
                if key in parents:
                    hint = f"indent it below `{close}:`"
                elif " " in key and isinstance(value := node.values[key], Text) and not (value.value or value.style):
                    hint = "a comma in braces ends a text: put the whole text in quotes"
                self.report(node.key_place(key), "unknown-key", f"{quoted(key)} is not a key of {what}", hint)
        return frozenset(meant)

    def mapping(self, node: Node, what: str, hint: str = "write `key: value`") -> Mapping | None:
        """`node` when it has keys, else None and a report."""
        if isinstance(node, Mapping):
            return node
        self.report(node, "wrong-type", f"{what} must be keys with values, not {name_of(node)}", hint)
        return None

    def keys_below(self, node: Mapping, key: str, hint: str) -> Mapping | None:
        """The keys with values under `key`; empty or of another kind gives None and a report."""
        return None if self.blank(node, key, hint) else self.mapping(node.values[key], f"`{key}`", hint)

    def text(self, node: Mapping, key: str) -> Text:
        """The text under `key`; absent, of another kind or empty gives `ABSENT`, the latter two with a report."""
        value = node.values.get(key)
        if value is None:
            return ABSENT
        if not isinstance(value, Text):
            self.report(value, "wrong-type", f"`{key}` must be text, not {name_of(value)}", self._as_text(key, value))
            return ABSENT
        if not value.value or value.value.isspace():
            self._empty(node, key, "write the text", "quote a text that begins with # or >")
            return ABSENT
        return value

    def blank(self, node: Mapping, key: str, hint: str) -> bool:
        """Whether nothing is written behind `key`; reports it."""
        if not is_blank(node.values[key]):
            return False
        self._empty(node, key, hint, "")
        return True

    def _empty(self, node: Mapping, key: str, what: str, besides: str) -> None:
        hint = what if key in _NEEDED else f"{what}, or remove the key"
        self.report(node.key_place(key), "empty-text", f"`{key}` is empty", f"{hint}; {besides}" if besides else hint)

    def _as_text(self, key: str, value: Node) -> str:
        """What to write where a text was meant."""
        if isinstance(value, Sequence) and len(value.items) == 1 and isinstance(value.items[0], Text):
            return f"write {quoted(f'{key}: {value.items[0].value}')}; quote a text that begins with ["
        if self.is_bracketed(value):
            return "quote a text that begins with [ or {"
        if isinstance(value, Mapping):
            return "quote a text that has a colon and a space in it"
        return f"write `{key}: some text`"

    def is_bracketed(self, node: Node) -> bool:
        """Whether a list or keys with values are written in `[]` or `{}`."""
        return self.lines[node.line - 1][node.column - 1 : node.column] in ("[", "{")

    def prose(self, node: Mapping, key: str) -> Text:
        """The text under `key`, with a warning where a comment may have cut it short."""
        text = self.text(node, key)
        if self._has_comments and text is not ABSENT:
            self.warn_if_cut(text)
        return text

    def warn_if_cut(self, text: Text) -> None:
        """Warns where a comment may have cut a text short."""
        if not self._has_comments or text.style:
            return
        rest = self.lines[text.line - 1][text.column - 1 :]
        behind = rest[len(text.value) :].lstrip()
        # A comment that allows something is meant as one.
        if rest.startswith(text.value) and behind.startswith("#") and not re.match(r"#+\s*allow\b", behind):
            self.report(
                (text.line, text.column + rest.index("#", len(text.value))),
                "comment-after-text",
                "the text ends before this `#`, which begins a comment",
                "quote the text if `#` belongs to it, else put the comment in a line of its own",
                Severity.WARNING,
            )

    def flag(self, node: Mapping, key: str) -> bool:
        """Whether `key` is switched on; it must be `true` or `false`."""
        value = node.values.get(key)
        if value is None:
            return False
        if not isinstance(value, Text) or value.value not in ("true", "false"):
            self.report(value, "wrong-type", f"`{key}` must be true or false", f"write `{key}: true` or `{key}: false`")
            return False
        return value.value == "true"

    def texts(self, node: Mapping, key: str) -> tuple[Text, ...]:
        """The list of texts under `key`."""
        found = []
        for item in self.items(node, key):
            if isinstance(item, Text):
                found.append(item)
            else:
                self.report(
                    item,
                    "wrong-type",
                    f"`{key}` must be a list of texts, not of {name_of(item)}",
                    f"write `{key}: [a, b]`",
                )
        return tuple(found)

    def items(self, node: Mapping, key: str, hint: str = "") -> list[Node]:
        """The list under `key`; absent, empty or of another kind gives an empty one, the latter two with a report.

        `hint` says how the list is written when it is not one of texts.
        """
        value = node.values.get(key)
        if value is None:
            return []
        if isinstance(value, Sequence):
            return value.items
        if self.blank(node, key, hint or f"write `{key}: [a, b]`"):
            return []
        if isinstance(value, Text):
            hint = hint or f"write {quoted(f'{key}: [{value.value}]')}"
        else:
            hint = hint or f"write `{key}: [a, b]`, or each item in a line of its own after `- `"
        self.report(value, "wrong-type", f"`{key}` must be a list, not {name_of(value)}", hint)
        return []

    def tag(self, text: Text) -> bool:
        """Whether a text can be an Anki tag; reports why not."""
        value = text.value
        if value in self._tags:
            return True
        if not value.strip():
            self.report(text, "bad-tag", "this tag is empty", "remove it, or write its name")
        elif not all(value.split("::")):
            self.report(text, "bad-tag", f"{quoted(value)} has an empty part", "write `Topic`, or `Topic::Detail`")
        elif "<" in value:
            self.report(text, "bad-tag", f"{quoted(value)} has a `<`, which cards take for HTML", "remove it")
        elif _TAG_PROBLEM.search(value):
            better = re.sub("-+", "-", "-".join(value.split()))
            self.report(
                text,
                "bad-tag",
                f"{quoted(value)} has a space; Anki would take it for two tags",
                f"write {quoted(better)}",
            )
        else:
            self._tags.add(value)
            return True
        return False

    def deck_name(self, text: Text) -> str:
        """A deck's name; reports empty parts between `::` and gives ''."""
        parts = [part.strip() for part in text.value.split("::")]
        if not all(parts):
            hint = "write `Anatomy`, or `Anatomy::Hip`"
            self.report(text, "bad-deck-name", f"{quoted(text.value)} has an empty part", hint)
        elif "\n" in text.value or any(part[0] == ":" or part[-1] == ":" for part in parts):
            hint = "write it in one line, with `::` between its parts and no other colon at their ends"
            self.report(text, "bad-deck-name", f"Anki would change the name {quoted(text.value)}", hint)
        elif "<" in text.value:
            message = f"{quoted(text.value)} has a `<`, which cards take for HTML"
            self.report(text, "bad-deck-name", message, "remove it")
        elif text.value.casefold() == "default":
            self.report(text, "bad-deck-name", "`Default` is a deck that everybody has already", "choose another name")
        else:
            return "::".join(parts)
        return ""
