"""One note of a note type of the deck's own into the values of its fields and the numbers of its cards."""

from __future__ import annotations

from collections.abc import Mapping

from builder.compiler.forms import Content, Renderer
from builder.core.diagnostics import quoted
from builder.core.note_types import MADE_FIELDS, NoteType
from builder.core.notes import OwnNote
from builder.core.text import ABSENT
from builder.render.templates import cloze_fields, is_empty, makes_card, parse_template, replacements, typed_fields
from builder.source.reader import Reader, suggestion


def check_texts(note: OwnNote, reader: Reader, render: Renderer) -> None:
    """Checks what can be checked of a note whose type cannot be read."""
    for text in note.texts.values():
        render.field(text, reader, cloze="{{c" in text.value)


class OwnForm:
    """A note type of the deck's own, its templates read once."""

    def __init__(self, note_type: NoteType) -> None:
        self.name = note_type.key
        self.fields = note_type.fields
        self.has_gaps = note_type.kind == "cloze"
        self._fronts = [parse_template(template.front)[0] for template in note_type.templates]
        backs = [parse_template(template.back)[0] for template in note_type.templates]
        self._shown = {one.field for side in (*self._fronts, *backs) for one in replacements(side)}
        self._gaps = cloze_fields(self._fronts[0]) if self.has_gaps else frozenset()
        self._typed = typed_fields(template.front for template in note_type.templates)
        self._gap_hint = "write it without the braces; only a note type of `kind: cloze` has gaps"
        if self.has_gaps:
            self._gap_hint = f"write it without the braces; gaps belong into {', '.join(sorted(self._gaps))}"

    def content(self, note: OwnNote, reader: Reader, render: Renderer, made: Mapping[str, str]) -> Content:
        """The values of its fields; `made` are those that deckbuilder fills."""
        content = Content({}, ())
        numbers: set[int] = set()
        sound = all(text is not ABSENT for text in note.texts.values())
        for name, text in note.texts.items():
            if name in MADE_FIELDS or name not in self.fields:
                self._report_name(name, note.places[name], reader)
                sound = False
                continue
            rendered = render.field(text, reader, cloze=name in self._gaps, gap_hint=self._gap_hint)
            if name in self._typed and text is not ABSENT and (not rendered.is_plain or "\n" in rendered.html):
                message = "a field that the student types must be plain text in one line"
                reader.report(text, "typed-markup", message, "remove the formatting")
            sound = sound and not rendered.problems
            content.values[name] = rendered.html
            content.media += rendered.media
            numbers |= rendered.cards
        self._report_unshown(note, made, reader)
        shown = {**content.values, **made, "Retired": ""}  # retired or not, it has the same cards
        filled = frozenset(name for name, value in shown.items() if not is_empty(value))
        filled |= {"Tags"} if note.tags else set()
        content.cards = tuple(sorted(numbers)) if self.has_gaps else self._cards(filled)
        if sound:  # else something is empty because it is wrong, which has been reported
            self._report_empty(note, filled, content, reader)
            self._report_retired(note, filled, reader)
        return content

    def _cards(self, filled: frozenset[str]) -> tuple[int, ...]:
        return tuple(number for number, front in enumerate(self._fronts, 1) if makes_card(front, filled))

    def _report_unshown(self, note: OwnNote, made: Mapping[str, str], reader: Reader) -> None:
        for name in ("Explanation", "Sources"):
            if made[name] and name not in self._shown:
                key = name.lower()
                fields = "Sources and References" if name == "Sources" else name
                hint = f"write `%{key}%` into a back, with {fields} among its fields, or remove `{key}`"
                message = f"the note type {quoted(self.name)} shows no {key}"
                reader.report(note.places[name], f"unshown-{key}", message, hint)

    def _report_empty(self, note: OwnNote, filled: frozenset[str], content: Content, reader: Reader) -> None:
        first = self.fields[0]
        place = note.line, note.column
        if first not in filled and first not in MADE_FIELDS:
            hint = f"add `{first}: ...`; Anki needs the first field"
            reader.report(place, "missing-field", f"the field {quoted(first)} is empty", hint)
        elif not content.cards:
            what = "no field has a gap" if self.has_gaps else "every front is blank"
            hint = "mark what to hide: {{c1::hidden}}" if self.has_gaps else "fill the fields that the fronts show"
            reader.report(place, "no-card", f"the note makes no card: {what}", hint)

    def _report_retired(self, note: OwnNote, filled: frozenset[str], reader: Reader) -> None:
        """What is wrong with how the templates show that a note is retired; a type without the field cannot show it."""
        if not note.is_retired or "Retired" not in self.fields:
            return
        if "Retired" not in self._shown:
            message = f"the note type {quoted(self.name)} does not show why a note is retired"
            hint = "write `%retired%` at the top of its fronts and backs"
            reader.report(note.retired, "unshown-retired", message, hint)
        elif not self.has_gaps and self._cards(filled | {"Retired", "Tags"}) != self._cards(filled | {"Tags"}):
            message = f"in the note type {quoted(self.name)} the reason alone makes a card"
            hint = "write `%retired%` inside the section that the rest of the front stands in"
            reader.report(note.retired, "card-of-retired", message, hint)

    def _report_name(self, name: str, place: tuple[int, int], reader: Reader) -> None:
        open_fields = [one for one in self.fields if one not in MADE_FIELDS]
        if name in MADE_FIELDS:
            message, hint = f"the field {quoted(name)} is filled by deckbuilder", "remove it"
            if name in ("Explanation", "Sources", "Retired"):
                hint = f"write `{name.lower()}:` beside `fields`"
        else:
            message = f"the note type has no field {quoted(name)}"
            hint = suggestion(name, open_fields) or f"its fields are: {', '.join(open_fields)}"
        reader.report(place, "unknown-field", message, hint)
