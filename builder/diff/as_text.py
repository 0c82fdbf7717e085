"""A difference into text for a terminal, words marked with `[-removed-]` and `{+added+}`, or in colour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff

from builder.core.english import counted, listed
from builder.core.note_types import NoteType
from builder.diff.model import Difference, FieldChange, NoteChange, NoteTypeChange
from builder.diff.plain import media_in, plain
from builder.diff.telling import (
    KINDS,
    card_names,
    consequences,
    told_deck,
    told_fields,
    told_title,
    type_consequences,
    types_of,
)
from builder.diff.words import marked
from builder.report.places import printable, without_command

_CONTEXT = 40  # characters of what is equal beside what is not
_TITLE = 100
_SHORT = 60  # a text of the deck that is shown whole
_MOST_LINES = 2_000  # of a template that is compared line by line
_MASK_NUMBER = re.compile(r"\{\{c([0-9]{1,5})::image-occlusion:[^{}]*\}\}")
_RED, _GREEN, _BOLD, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"


def as_text(difference: Difference, *, colour: bool = False, hint: str = "") -> str:
    """The text, with a line end at its end; `colour` is for terminals, `hint` is its last line."""
    lines = (*_Text(difference, colour=colour).lines(), *(("", _line(hint)) if hint else ()))
    return "".join(without_command(line) + "\n" for line in lines)


def _line(text: str) -> str:
    """A text by anybody in one line that is no command to a terminal or to what runs workflows."""
    return printable(text).replace("##[", "## [")


class _Text:
    """A difference, and how it is marked."""

    def __init__(self, difference: Difference, *, colour: bool) -> None:
        self._difference = difference
        self._types = types_of(difference)
        self._colour = colour

    def lines(self) -> Iterator[str]:
        old, new = self._difference.old, self._difference.new
        name = _line(new.deck_name or old.deck_name or "packages")
        yield self._bold(f"{name}: {_line(old.title)} → {_line(new.title)}")
        yield self._counts()
        if not (old.has_texts and new.has_texts):
            yield "only the ledger is known of one side: which notes differ is told, not in which words"
        if old.notes and new.notes and not self._difference.has_common_notes:
            yield "no note is on both sides: are they of one deck?"
        yield from self._deck()
        for note_type in self._difference.note_types:
            yield from self._note_type(note_type)
        groups: dict[str, list[NoteChange]] = {}
        for change in self._difference.notes:
            groups.setdefault(_line(told_deck(change)) or name, []).append(change)
        for deck, changes in groups.items():
            yield ""
            yield self._bold(f"in {deck}")
            for change in changes:
                yield from self._note(change)

    def _counts(self) -> str:
        if self._difference.is_empty:
            return f"no difference in {counted(self._difference.unchanged, 'note')}"
        counts = [
            f"{len(found):,} {word}"
            for kind, word in KINDS.items()
            if (found := [change for change in self._difference.notes if change.kind == kind])
        ]
        return ", ".join([*counts, f"{self._difference.unchanged:,} unchanged"])

    def _deck(self) -> Iterator[str]:
        for name, (before, after) in self._difference.deck.items():
            is_short = before and after and max(len(before), len(after)) <= _SHORT
            told = self._instead(before, after) if is_short else self._marked(before, after)
            yield f"{name} of the deck: {told}"
            if name == "name":
                yield "  cards that students hold stay where they are"

    def _note_type(self, change: NoteTypeChange) -> Iterator[str]:
        yield ""
        name = change.note_type.name or change.note_type.key
        yield self._bold(f"note type {_line(name)}")
        for clause in type_consequences(change):
            yield f"  {self._red(_line(clause)) if change.schema and 'stops updates' in clause else _line(clause)}"
        for template, side, before, after in change.templates:
            yield f"  {side} of {_line(template)}"
            yield from self._lines_of(before, after)
        if change.css:
            yield "  styling"
            yield from self._lines_of(*change.css)

    def _lines_of(self, before: str, after: str) -> Iterator[str]:
        one, other = before.splitlines(), after.splitlines()
        if max(len(one), len(other)) > _MOST_LINES:
            yield f"    {len(one):,} lines before, {len(other):,} after: too many to compare"
            return
        for line in list(unified_diff(one, other, n=1, lineterm=""))[2:]:
            shown = f"    {_line(line)}"
            yield self._red(shown) if line[:1] == "-" else self._green(shown) if line[:1] == "+" else shown

    def _note(self, change: NoteChange) -> Iterator[str]:
        name = told_title(change, self._types)
        name = "" if name == change.note.id else f": {name if len(name) <= _TITLE else name[: _TITLE - 1] + '…'}"
        yield f"  {KINDS[change.kind]} {_line(change.note.id)}{_line(name)}"
        for field in told_fields(change):
            if change.kind not in ("retired", "returned") or field.name != "Retired":
                yield f"      {_line(field.name)}: {self._field(field, change, self._types)}"
        tags = [f"{self._green('+' + _line(tag))}" for tag in change.tags_added]
        tags += [f"{self._red('-' + _line(tag))}" for tag in change.tags_removed]
        if tags:
            yield f"      tags: {' '.join(tags)}"
        for word, names in zip(("no longer shown", "now shown"), change.pictures, strict=True):
            if names:
                yield f"      {word}: {_line(listed(names))}"
        for clause in consequences(change, self._types):
            yield f"      {_line(clause)}"

    def _field(self, field: FieldChange, change: NoteChange, types: dict[str, NoteType]) -> str:
        masks = "; ".join(
            f"{card_names(numbers, change.note, types)} {what}" for what, numbers in _changed_masks(field) if numbers
        )
        if masks:
            return masks
        before, after = plain(field.before, gaps=True), plain(field.after, gaps=True)
        if before != after:
            return self._marked(before, after)
        is_other = media_in((field.before,)) != media_in((field.after,))
        return "another picture" if is_other else "only its markup differs"

    def _marked(self, before: str, after: str) -> str:
        pieces = marked(_line(before), _line(after))
        return "".join(
            _abridged(piece.text, is_first=number == 0, is_last=number == len(pieces) - 1)
            if piece.kind == "equal"
            else self._removed(piece.text)
            if piece.kind == "removed"
            else self._added(piece.text)
            for number, piece in enumerate(pieces)
        )

    def _instead(self, before: str, after: str) -> str:
        return f"{self._red(_line(before))} → {self._green(_line(after))}"

    def _removed(self, text: str) -> str:
        return self._red(text) if self._colour else f"[-{text}-]"

    def _added(self, text: str) -> str:
        return self._green(text) if self._colour else f"{{+{text}+}}"

    def _red(self, text: str) -> str:
        return f"{_RED}{text}{_PLAIN}" if self._colour else text

    def _green(self, text: str) -> str:
        return f"{_GREEN}{text}{_PLAIN}" if self._colour else text

    def _bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self._colour else text


def _changed_masks(field: FieldChange) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What became of masks, with their numbers; none in a field without any."""

    def masks(html: str) -> set[tuple[int, str]]:
        return {(int(match[1]), match[0]) for match in _MASK_NUMBER.finditer(html)}

    before, after = masks(field.before), masks(field.after)
    was, now = {number for number, _ in before}, {number for number, _ in after}
    placed = {number for number, _ in before ^ after} & was & now
    told = {"gone": was - now, "new": now - was, "placed otherwise": placed}
    return tuple((what, tuple(sorted(numbers))) for what, numbers in told.items())


def _abridged(text: str, *, is_first: bool, is_last: bool) -> str:
    """What is equal, without what is far from any change."""
    if len(text) <= 2 * _CONTEXT:
        return text
    start = "" if is_first else text[:_CONTEXT].rpartition(" ")[0] or text[:_CONTEXT]
    end = "" if is_last else text[-_CONTEXT:].partition(" ")[2] or text[-_CONTEXT:]
    return f"{start}{' ' if start else ''}…{' ' if end else ''}{end}"
