"""Anki's card templates, read as Anki reads them: what is wrong with them, and which cards they make."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from builder.core.diagnostics import TextProblem, quoted
from builder.core.note_types import Kind
from builder.render.sanitize import TAGS, HtmlTag, link_problem, read_tags

SPECIAL_FIELDS = frozenset({"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
FILTERS = ("cloze", "cloze-only", "furigana", "hint", "kana", "kanji", "nc", "text", "tts", "type")
_TAGS = TAGS | {"article", "aside", "footer", "header", "main", "nav", "section"}
_ATTRIBUTES = frozenset({"class", "dir", "hidden", "href", "id", "lang", "open", "role", "title"})
_TOKEN = re.compile(r"\{\{(.*?)\}\}|<!--.*?-->", re.DOTALL)
_VOICE = re.compile(r"tts [a-z]{2,3}_[A-Z]{2}(?: [a-z]+=[^ ]+)*")
# What Anki takes for an empty field.
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)

Suggest = Callable[[str, Iterable[str]], str]
"""Gives `did you mean …?` for a word and the words that there are, or ''."""


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


Part = Replacement | Section


def is_empty(html: str) -> bool:
    """Whether Anki takes a field for empty."""
    return _EMPTY.fullmatch(html) is not None


def parse_template(text: str) -> tuple[tuple[Part, ...], tuple[TextProblem, ...]]:
    """The parts of a template that stand for something, and what keeps Anki from reading it."""
    problems: list[TextProblem] = []
    if text.lstrip().startswith("{{="):
        hint = "write {{Field}} and {{#Field}}"
        return (), (TextProblem(text.index("{{="), "template-syntax", "other brackets are not used here", hint),)
    open_sections: list[tuple[str, bool, int, list[Part]]] = [("", False, 0, [])]
    end = 0
    for match in _TOKEN.finditer(text):
        problems += _unclosed(text, end, match.start())
        end = match.end()
        if match.group(1) is None:
            continue  # a comment: Anki does not look into it
        inside = match.group(1).lstrip("{").strip()
        mark, name = (inside[:1], inside[1:].strip()) if inside[:1] in ("#", "^", "/") else ("", inside)
        offset = match.start()
        if not name:
            problems.append(TextProblem(offset, "template-syntax", "these braces hold nothing", "name a field in them"))
        elif mark in ("#", "^"):
            open_sections.append((name, mark == "^", offset, []))
        elif mark == "/":
            if len(open_sections) == 1 or open_sections[-1][0] != name:
                problems.append(_wrong_end(name, offset, [section[0] for section in open_sections[1:]]))
                continue
            section = open_sections.pop()
            open_sections[-1][3].append(Section(section[0], section[1], tuple(section[3]), section[2]))
        else:
            *filters, field = name.split(":")
            open_sections[-1][3].append(Replacement(field, tuple(filters), offset))
    problems += _unclosed(text, end, len(text))
    for name, _, offset, _ in open_sections[1:]:
        hint = f"write {quoted('{{/' + name + '}}')} where it ends"
        problems.append(TextProblem(offset, "unclosed-section", f"the section {quoted(name)} is not closed", hint))
    return tuple(open_sections[0][3]), tuple(problems)


def _unclosed(text: str, start: int, end: int) -> Iterator[TextProblem]:
    found = text.find("{{", start, end)
    if found >= 0:
        yield TextProblem(found, "template-syntax", "these braces are not closed", "write }} behind the field's name")


def _wrong_end(name: str, offset: int, open_names: list[str]) -> TextProblem:
    message = f"no section {quoted(name)} is open here"
    hint = f"close {quoted(open_names[-1])} first" if open_names else "remove it, or open the section before"
    return TextProblem(offset, "unclosed-section", message, hint)


def replacements(parts: Iterable[Part]) -> Iterator[Replacement]:
    """Every `{{field}}`, also those in sections."""
    for part in parts:
        if isinstance(part, Section):
            yield from replacements(part.parts)
        else:
            yield part


def _sections(parts: Iterable[Part]) -> Iterator[Section]:
    for part in parts:
        if isinstance(part, Section):
            yield part
            yield from _sections(part.parts)


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
    for part in front:
        if isinstance(part, Replacement):
            if part.field in filled:
                return True
        elif (part.field in filled) != part.negated and makes_card(part.parts, filled):
            return True
    return False


def template_problems(
    text: str, fields: tuple[str, ...], kind: Kind, side: Literal["front", "back"], suggest: Suggest
) -> tuple[TextProblem, ...]:
    """Everything that is wrong with one side of a card of the deck's own note type."""
    parts, found = parse_template(text)
    problems = list(found)
    known = {*fields, *SPECIAL_FIELDS}
    for one in replacements(parts):
        problems += _replacement_problems(one, known, kind, side, suggest)
    for section in _sections(parts):
        gap = kind == "cloze" and re.fullmatch(r"c[1-9][0-9]*", section.field)
        if section.field not in known and not gap:
            problems.append(_unknown_field(section.field, section.offset, fields, suggest))
    if not problems:
        problems += _sameness(parts, frozenset(fields), kind, side)
    return (*problems, *_html_problems(text))


def _unknown_field(name: str, offset: int, fields: Iterable[str], suggest: Suggest) -> TextProblem:
    fields = tuple(fields)
    hint = suggest(name, fields) or f"its fields are: {', '.join(fields)}"
    return TextProblem(offset, "unknown-field", f"the note type has no field {quoted(name)}", hint)


def _replacement_problems(
    one: Replacement, known: set[str], kind: Kind, side: str, suggest: Suggest
) -> Iterator[TextProblem]:
    if one.field not in known and not (one.field == "" and one.filters == ("tts-voices",)):
        yield _unknown_field(one.field, one.offset, sorted(known - SPECIAL_FIELDS), suggest)
    if one.field == "FrontSide" and side == "front":
        yield TextProblem(one.offset, "unknown-field", "the front cannot hold itself", "use {{FrontSide}} on the back")
    for name in one.filters:
        word = name.split(" ")[0]
        if word == "tts":
            if not _VOICE.fullmatch(name):
                hint = "write {{tts en_US:Field}}, or {{tts en_US voices=Apple_Samantha speed=0.8:Field}}"
                yield TextProblem(one.offset, "bad-voice", f"{quoted(name)} names no voice", hint)
        elif name == "cloze" and kind != "cloze":
            hint = "write `kind: cloze` in note_type.yaml, or remove `cloze:`"
            yield TextProblem(one.offset, "misplaced-cloze", "only a note type of the kind cloze has gaps", hint)
        elif name not in FILTERS and name != "tts-voices":
            hint = suggest(name, FILTERS) or f"Anki's filters are: {', '.join(FILTERS)}"
            yield TextProblem(one.offset, "unknown-filter", f"Anki has no filter {quoted(name)}", hint)


def _sameness(
    parts: tuple[Part, ...], fields: frozenset[str], kind: Kind, side: Literal["front", "back"]
) -> Iterator[TextProblem]:
    if kind == "cloze" and not cloze_fields(parts):
        hint = "write {{cloze:Field}} on both sides"
        yield TextProblem(0, "missing-cloze", f"the {side} shows no text with gaps", hint)
    elif side == "front" and not any(one.field in fields for one in replacements(parts)):
        hint = "show a field of the note, such as {{Question}}"
        yield TextProblem(0, "same-front", "this front is the same for all notes", hint)


def _html_problems(text: str) -> Iterator[TextProblem]:
    # What Anki fills in is safe already; letters in its place keep every offset.
    masked = _TOKEN.sub(lambda match: "x" * len(match.group()), text)
    tags, problems = read_tags(masked)
    yield from problems
    for tag in tags:
        yield from _tag_problems(tag)


def _tag_problems(tag: HtmlTag) -> Iterator[TextProblem]:
    shown = quoted(f"<{tag.name}>")
    if tag.name == "img":
        hint = "put the picture into a field: ![description](media/name.svg)"
        yield TextProblem(tag.offset, "forbidden-html", "a template cannot name a picture", hint)
    elif tag.name not in _TAGS:
        hint = {"script": "cards run no programs; remove it", "style": "put it into the style.css beside it"}.get(
            tag.name, "remove it, or use <div> with a class"
        )
        yield TextProblem(tag.offset, "forbidden-html", f"the tag {shown} is not allowed in a template", hint)
    else:
        for name, value in tag.attributes:
            if name not in _ATTRIBUTES and not name.startswith("aria-"):
                hint = "cards run no programs; remove it" if name.startswith("on") else "use `class` and style.css"
                message = f"the attribute {quoted(name)} is not allowed in {shown}"
                yield TextProblem(tag.offset, "forbidden-html", message, hint)
            elif name == "href" and value != "#" and (reason := link_problem(value)):
                yield TextProblem(tag.offset, "bad-link", reason, "begin it with https:// or mailto:")
