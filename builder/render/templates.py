"""Anki's card templates, read as Anki reads them: what is wrong with them, and which cards they make."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from builder.core.diagnostics import MAX_IN_TEXT, TextProblem, quoted
from builder.core.note_types import MADE_FIELDS, Kind
from builder.render.placeholders import Suggest, shown_by_parts
from builder.render.plain import WHITE_SPACE
from builder.render.template_html import BRACES, html_problems

SPECIAL_FIELDS = frozenset({"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
# Anki takes these for filled, whatever they hold.
_ALWAYS_FILLED = SPECIAL_FIELDS - {"FrontSide", "Tags"}
FILTERS = ("cloze", "cloze-only", "furigana", "hint", "kana", "kanji", "nc", "tts", "type")
_MAX_DEPTH = 50
_TOKEN = re.compile(rf"{BRACES}|<!--")
_VOICE = re.compile(r"tts [a-z]{2,3}_[A-Z]{2}(?: [a-z]+=[^ <>&\"]+)*")
# What Anki takes for an empty field.
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE | re.ASCII)

Side = Literal["front", "back"]


@dataclass(frozen=True, slots=True)
class Replacement:
    """`{{filter:field}}`; filters from the outermost to the innermost, `offset` that of its braces."""

    field: str
    filters: tuple[str, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Section:
    """`{{#field}}…{{/field}}`, shown when the field is not empty; negated (`^`) when it is."""

    field: str
    negated: bool
    parts: tuple[Part, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Words:
    """HTML that Anki leaves as it is, comments too."""

    html: str


Part = Replacement | Section | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTemplate:
    """A template with every part of it, and what is wrong; `is_readable` is False when Anki shows an error instead."""

    parts: tuple[Part, ...]
    problems: tuple[TextProblem, ...]
    is_readable: bool


def is_empty(html: str) -> bool:
    """Whether Anki takes a field for empty."""
    return _EMPTY.fullmatch(html) is not None


@dataclass(slots=True)
class _Open:
    """A section whose end is still to come, or the whole template."""

    name: str
    negated: bool
    offset: int
    parts: list[Part] = field(default_factory=list)
    is_told: bool = False


def parse_template(text: str) -> tuple[tuple[Part, ...], tuple[TextProblem, ...]]:
    """The parts of a template that stand for something, and what keeps Anki from reading it."""
    template = read_template(text)
    return _without_words(template.parts), template.problems


def read_template(text: str) -> ReadTemplate:
    """A template as Anki reads it, to the last blank.

    Some are refused that Anki takes: with other brackets (`{{=<% %>=}}`), with braces in braces, where Anki may find a
    field at their end (`{{A{{hint:B}}`), with sections deeper than 50 levels, or with too many mistakes to tell.
    """
    if _has_other_brackets(text):
        hint = "write {{Field}} and {{#Field}}"
        problem = TextProblem(text.index("{{="), "template-syntax", "other brackets are not used here", hint)
        return ReadTemplate(parts=(), problems=(problem,), is_readable=False)
    reader = _TemplateReader(text)
    problems = tuple(reader.problems[:MAX_IN_TEXT])
    return ReadTemplate(parts=reader.parts, problems=problems, is_readable=reader.is_readable)


def _without_words(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(
        Section(part.field, part.negated, _without_words(part.parts), part.offset)
        if isinstance(part, Section)
        else part
        for part in parts
        if not isinstance(part, Words)
    )


def _has_other_brackets(text: str) -> bool:
    return text.lstrip().startswith("{{=")


def _pieces(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Braces and comments, into which Anki does not look: start, end, and what stands in the braces."""
    position, last_comment = 0, text.rfind("-->")
    while match := _TOKEN.search(text, position):
        position = match.end()
        if match["braces"] is not None:
            yield match.start(), position, match["braces"].strip(WHITE_SPACE)
        elif position <= last_comment:  # without an end it is none
            position = text.index("-->", position) + len("-->")
            yield match.start(), position, None


class _TemplateReader:
    """Reads braces and sections; what is not closed is read as if it were closed at the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[TextProblem] = []
        self.is_readable = True
        self._opened = [_Open("", False, 0)]
        self._last_closing = text.rfind("}}")
        self._read()
        # With broken braces, one of them may be the end that is missing.
        is_told = any(problem.rule == "template-syntax" for problem in self.problems)
        self.is_readable &= len(self._opened) == 1
        while len(self._opened) > 1:
            self._left_open(self._opened[-1], is_told=is_told)
            self._close()
        self.parts = tuple(self._opened[0].parts)

    def _read(self) -> None:
        copied = looked = 0  # up to where there are parts, and up to where something was looked for
        for start, end, inside in _pieces(self.text):
            self._broken_braces(looked, start)
            looked = end
            if inside is not None:
                self._words(copied, start)
                self._braces(inside, start)
                copied = end
            if len(self.problems) >= MAX_IN_TEXT or self._is_too_deep():
                self.is_readable = False
                return
        self._broken_braces(looked, len(self.text))
        self._words(copied, len(self.text))

    def _report(self, offset: int, rule: str, message: str, hint: str) -> None:
        self.problems.append(TextProblem(offset, rule, message, hint))

    def _words(self, start: int, end: int) -> None:
        if start < end:
            self._opened[-1].parts.append(Words(self.text[start:end]))

    def _broken_braces(self, start: int, end: int) -> None:
        found = self.text.find("{{", start, end)
        if found >= 0:
            hint = "write }} behind the field's name"
            self._report(found, "template-syntax", "these braces are not closed", hint)
            self.is_readable &= found > self._last_closing  # what no braces close at all are words to Anki

    def _braces(self, inside: str, offset: int) -> None:
        mark, name = (inside[:1], inside[1:].strip(WHITE_SPACE)) if inside[:1] in ("#", "^", "/") else ("", inside)
        if not name:
            self.is_readable = False
            self._report(offset, "template-syntax", "these braces hold nothing", "name a field in them")
        elif mark == "/":
            self._end(name, offset)
        elif not mark:
            *filters, field_name = name.split(":")
            self._opened[-1].parts.append(Replacement(field_name, tuple(filters), offset))
        else:
            self._opened.append(_Open(name, mark == "^", offset))

    def _is_too_deep(self) -> bool:
        if len(self._opened) <= _MAX_DEPTH + 1:
            return False
        message = f"sections are nested deeper than {_MAX_DEPTH} levels"
        self._report(self._opened[-1].offset, "template-syntax", message, "close some before")
        return True

    def _close(self) -> None:
        section = self._opened.pop()
        self._opened[-1].parts.append(Section(section.name, section.negated, tuple(section.parts), section.offset))

    def _left_open(self, section: _Open, *, is_told: bool) -> None:
        if not section.is_told and not is_told:
            hint = f"write {_end_of(section.name)} where it ends"
            self._report(section.offset, "unclosed-section", f"the section {quoted(section.name)} is not closed", hint)

    def _end(self, name: str, offset: int) -> None:
        """Ends a section; the end of another one than the innermost is told here, and not where that one begins."""
        last = self._opened[-1].name
        if name == last:
            self._close()
            return
        self.is_readable = False
        names = [section.name for section in self._opened]
        message, hint = f"no section {quoted(name)} is open here", "remove it, or open the section before"
        if name in names:
            message, hint = f"the section {quoted(last)} is still open here", f"write {_end_of(last)} before"
            at = len(names) - 1 - names[::-1].index(name)
            for section in self._opened[at + 1 :]:
                section.is_told = True
            self._opened[at - 1].parts += self._opened.pop(at).parts
        elif last and not re.compile(rf"\{{\s*/\s*{re.escape(last)}\s*\}}").search(self.text, offset):
            hint = f"write {_end_of(last)}"
            self._close()
        self._report(offset, "unclosed-section", message, hint)


def _end_of(name: str) -> str:
    return quoted("{{/" + name + "}}")


def replacements(parts: Iterable[Part]) -> Iterator[Replacement]:
    """Every `{{field}}`, also those in sections."""
    for part in parts:
        if isinstance(part, Section):
            yield from replacements(part.parts)
        elif isinstance(part, Replacement):
            yield part


def sections(parts: Iterable[Part]) -> Iterator[Section]:
    """Every section, also those in others."""
    for part in parts:
        if isinstance(part, Section):
            yield part
            yield from sections(part.parts)


def cloze_fields(parts: Iterable[Part]) -> frozenset[str]:
    """The fields whose gaps make the cards of a cloze note."""
    return frozenset(one.field for one in replacements(parts) if "cloze" in one.filters)


def typed_fields(templates: Iterable[str]) -> frozenset[str]:
    """The fields that students type, as a whole."""
    return frozenset(
        one.field for text in templates for one in replacements(parse_template(text)[0]) if one.filters == ("type",)
    )


def makes_card(front: Iterable[Part], filled: frozenset[str]) -> bool:
    """Whether a note with these fields `filled` gets the card of a template: Anki's rule, which passes over words."""
    return shows(front, filled | _ALWAYS_FILLED)


def shows(parts: Iterable[Part], filled: Collection[str]) -> bool:
    """Whether any field that is `filled` is seen."""
    for part in parts:
        if isinstance(part, Replacement):
            if part.field in filled:
                return True
        elif isinstance(part, Section) and (part.field in filled) != part.negated and shows(part.parts, filled):
            return True
    return False


def template_problems(
    text: str, fields: Collection[str] | None, kind: Kind | None, side: Side, suggest: Suggest
) -> tuple[TextProblem, ...]:
    """Everything that is wrong with one side of a card of the deck's own note type.

    Without `fields` or `kind`, because they are wrong themselves, a template is not blamed for what it makes of them.
    """
    parts, found = parse_template(text)
    if _has_other_brackets(text):
        return found
    problems = list(found)
    for one in replacements(parts):
        problems += _replacement_problems(one, fields, kind, side, suggest)
    for section in sections(parts):
        gap = kind != "normal" and re.fullmatch(r"c[1-9][0-9]*", section.field)
        if fields is not None and section.field not in {*fields, *SPECIAL_FIELDS} - {"FrontSide"} and not gap:
            problems.append(_unknown_field(section.field, section.offset, fields, suggest))
    if side == "front":
        problems += _hidden_gaps(parts)
    if not problems:
        shown = {one.field for one in replacements(parts)} | shown_by_parts(text)
        problems += _sameness(parts, shown, fields, kind, side)
    return (*problems[:MAX_IN_TEXT], *html_problems(text, whole=not found))


def _unknown_field(name: str, offset: int, fields: Collection[str], suggest: Suggest) -> TextProblem:
    if name in MADE_FIELDS:
        hint = f"add {name} to `fields` in note_type.yaml"
    else:
        hint = suggest(name, (*fields, *sorted(SPECIAL_FIELDS))) or f"its fields are: {', '.join(fields)}"
    return TextProblem(offset, "unknown-field", f"the note type has no field {quoted(name)}", hint)


def _replacement_problems(
    one: Replacement, fields: Collection[str] | None, kind: Kind | None, side: Side, suggest: Suggest
) -> Iterator[TextProblem]:
    if one.field == "FrontSide" and side == "front":
        yield TextProblem(one.offset, "unknown-field", "the front cannot hold itself", "use {{FrontSide}} on the back")
    elif fields is not None and one.field not in {*fields, *SPECIAL_FIELDS} and one.filters != ("tts-voices",):
        yield _unknown_field(one.field, one.offset, fields, suggest)
    for name in one.filters:
        word = name.split(" ")[0]
        if word == "tts":
            if not _VOICE.fullmatch(name):
                hint = "write {{tts en_US:Field}}, or {{tts en_US voices=Apple_Samantha speed=0.8:Field}}"
                yield TextProblem(one.offset, "bad-voice", f"{quoted(name)} names no voice", hint)
        elif name in ("cloze", "cloze-only") and kind == "normal":
            hint = f"write `kind: cloze` in note_type.yaml, or remove `{name}:`"
            yield TextProblem(one.offset, "misplaced-cloze", "only a note type of the kind cloze has gaps", hint)
        elif name == "text":
            message = "the filter `text` would turn text such as &lt;b&gt; into HTML"
            yield TextProblem(one.offset, "unknown-filter", message, "remove `text:`")
        elif name not in FILTERS and name != "tts-voices":
            hint = suggest(word, FILTERS) or f"Anki's filters are: {', '.join(FILTERS)}"
            yield TextProblem(one.offset, "unknown-filter", f"Anki has no filter {quoted(name)}", hint)


def _hidden_gaps(parts: tuple[Part, ...]) -> Iterator[TextProblem]:
    """Fields with gaps that only sections show: a card of theirs would be blank where the section is hidden."""
    always = _always_shown(parts)
    for one in replacements(parts):
        if "cloze" in one.filters and one.field not in always:
            hint = f"show {quoted('{{cloze:' + one.field + '}}')} outside of sections"
            yield TextProblem(one.offset, "misplaced-cloze", "these gaps are not on every card that they make", hint)


def _always_shown(parts: tuple[Part, ...]) -> frozenset[str]:
    """The fields whose gaps are on every card that they make."""
    found: frozenset[str] = frozenset()
    for part in parts:
        if isinstance(part, Replacement):
            found |= cloze_fields([part])
        elif (
            isinstance(part, Section) and not part.negated
        ):  # a section of the field itself is hidden only where there are no gaps
            found |= _always_shown(part.parts) & {part.field}
    return found


def _sameness(
    parts: tuple[Part, ...], shown: Collection[str], fields: Collection[str] | None, kind: Kind | None, side: Side
) -> Iterator[TextProblem]:
    """Whether a side shows the same for all notes; Anki's own fields are not the note's."""
    if kind == "cloze" and not cloze_fields(parts):
        hint = "write {{cloze:Field}} on both sides"
        yield TextProblem(0, "missing-cloze", f"the {side} shows no text with gaps", hint)
    elif fields is not None and not any(name in shown for name in fields) and "FrontSide" not in shown:
        hint = "show a field of the note, such as {{" + next(iter(fields), "Question") + "}}"
        yield TextProblem(0, f"same-{side}", f"this {side} is the same for all notes", hint)
