"""`note_type.yaml` into a `NoteType`: its name, kind, fields and templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

from builder.core.diagnostics import Diagnostic, quoted
from builder.core.identifiers import stable_id
from builder.core.note_types import Kind, NoteType, Template
from builder.core.notes import Deck
from builder.core.text import ABSENT, Text
from builder.render.templates import SPECIAL_FIELDS, Side
from builder.source.events import Mapping, Node, Sequence, name_of, read_tree
from builder.source.reader import Reader, is_blank, suggestion

NOTE_TYPE_KEYS = ("name", "kind", "fields", "templates")
TEMPLATE_KEYS = ("name", "front", "back")
_TEMPLATE = "{name: Card 1, front: front.html, back: back.html}"
BAD_FIELD = re.compile(r'[:{}<>"\n]|^[#^/]')

LoadTemplate = Callable[["NoteTypeReader", Text, Side], str]
"""Gives the text of a template that note_type.yaml names; '' when there is none."""


class NoteTypeReader:
    """Reads one note type and notes down what is wrong with it.

    `name` is the one students see. `kind` and `fields` are None where they are wrong, `fields` has refused names too:
    templates are not to blame for them.
    """

    def __init__(self, path: Path, text: str, deck: Deck) -> None:
        self.folder = path.parent
        self.deck = deck
        self.reader = Reader(path, text)
        self.name = ""
        self.kind: Kind | None = None
        self.fields: tuple[str, ...] | None = None

    def add(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Notes errors in other files of the note type."""
        found = tuple(diagnostics)
        self.reader.diagnostics.extend(found)
        self.reader.errors += len(found)

    def read(
        self, key: str, css: str, load: LoadTemplate, kinds: tuple[str, ...], taken: Iterable[str] = ()
    ) -> NoteType | None:
        """The note type `key`, of one of these kinds and with none of the names `taken`; None when it has an error."""
        reader = self.reader
        tree, problems = read_tree(reader.content, reader.path)
        self.add(problems)
        if tree.root is None or not tree.whole:
            if not problems:
                reader.report((1, 1), "empty-file", "the file is empty", "it needs `name`, `fields` and `templates`")
            return None
        root = reader.mapping(tree.root, "note_type.yaml")
        if root is None:
            return None
        meant = reader.keys(root, NOTE_TYPE_KEYS, "note_type.yaml")
        for needed in ("name", "fields", "templates"):
            if needed not in root.values and needed not in meant:
                reader.report((1, 1), "missing-key", f"note_type.yaml has no `{needed}`", f"add a line `{needed}: ...`")
        self.name = self._name(root, taken)
        self.kind = self._kind(root, kinds)
        fields = self._fields(root)
        templates = self._templates(root, load)
        if reader.errors:
            return None
        assert self.kind is not None
        return NoteType(
            key=key,
            name=self.name,
            id=stable_id("note type", self.deck.id, key),
            kind=self.kind,
            fields=fields,
            templates=templates,
            css=css,
        )

    def _name(self, root: Mapping, taken: Iterable[str]) -> str:
        text = self.reader.text(root, "name")
        if text is ABSENT:
            return ""
        self._check_name(text)
        name = f"{self.deck.name}: {text.value}"
        if name.casefold() in (other.casefold() for other in taken):
            message = f"{quoted(text.value)} is already the name of a note type"
            self.reader.report(text, "duplicate-name", message, f"students would see {quoted(name)} twice; rename it")
        return name

    def _check_name(self, text: Text) -> None:
        if "<" in text.value:  # {{Type}} and {{Card}} show names as they are
            hint = "write it without <"
            self.reader.report(text, "bad-name", f"Anki would take {quoted(text.value)} for HTML", hint)

    def _kind(self, root: Mapping, kinds: tuple[str, ...]) -> Kind | None:
        if "kind" not in root.values:
            return "normal"
        text = self.reader.text(root, "kind")
        if text is not ABSENT and text.value not in kinds:
            hint = suggestion(text.value, kinds) or "write `normal` or `cloze`"
            self.reader.report(text, "bad-value", f"there is no kind {quoted(text.value)}", hint)
        return cast(Kind, text.value) if text.value in kinds else None

    def _fields(self, root: Mapping) -> tuple[str, ...]:
        found: dict[str, Text] = {}
        texts = self.reader.texts(root, "fields")
        for text in texts:
            name = text.value
            first = next((one for other, one in found.items() if other.casefold() == name.casefold()), None)
            if first:
                hint = f"the first is in line {first.line}; rename one of them"
                self.reader.report(text, "duplicate-field", f"{quoted(name)} is already the name of a field", hint)
            elif problem := _field_problem(name):
                self.reader.report(text, "bad-field", *problem)
            else:
                found[name] = text
        if texts:
            self.fields = tuple(text.value.strip() for text in texts)
        elif isinstance(value := root.values.get("fields"), Sequence) and not value.items:
            place = root.key_place("fields")
            self.reader.report(place, "missing-key", "a note type needs a field", "write `fields: [Question, Answer]`")
        return tuple(found)

    def _templates(self, root: Mapping, load: LoadTemplate) -> tuple[Template, ...]:
        reader = self.reader
        items = self._template_items(root)
        if self.kind == "cloze" and len(items) > 1:
            hint = "the gaps make the cards; keep one template"
            reader.report(items[1], "too-many-templates", "a note type with gaps has one template", hint)
        found: list[Template] = []
        names: set[str] = set()
        fronts: dict[str, str] = {}
        for item in items:
            node = reader.mapping(item, "a template", f"write `- {_TEMPLATE}`")
            if node is None:
                continue
            meant = reader.keys(node, TEMPLATE_KEYS, "a template")
            for key in TEMPLATE_KEYS:
                if key not in node.values and key not in meant:
                    reader.report(node, "missing-key", f"the template has no `{key}`", f"add `{key}: ...`")
            name, front, back = (reader.text(node, key) for key in TEMPLATE_KEYS)
            if name is not ABSENT:
                self._check_name(name)
                if name.value.casefold() in names:
                    message = f"{quoted(name.value)} is already the name of a template"
                    reader.report(name, "duplicate-template", message, "rename one of them")
                names.add(name.value.casefold())
            one = Template(
                name=name.value,
                front=load(self, front, "front") if front is not ABSENT else "",
                back=load(self, back, "back") if back is not ABSENT else "",
            )
            if ABSENT in (name, front, back):
                continue
            if one.front and one.front in fronts:
                hint = "Anki does not take two templates with the same front: show another field, or remove one"
                message = f"this front is the same as that of {quoted(fronts[one.front])}"
                reader.report(front, "duplicate-front", message, hint)
            fronts.setdefault(one.front, one.name)
            found.append(one)
        return tuple(found)

    def _template_items(self, root: Mapping) -> list[Node]:
        value = root.values.get("templates")
        if value is None or (isinstance(value, Sequence) and value.items):
            return value.items if value else []
        hint = f"write below `templates:` a line `- {_TEMPLATE}`"
        if isinstance(value, Sequence):
            self.reader.report(root.key_place("templates"), "missing-key", "a note type needs a template", hint)
        elif is_blank(value):
            self.reader.report(root.key_place("templates"), "empty-text", "`templates` is empty", hint)
        else:
            self.reader.report(value, "wrong-type", f"`templates` must be a list, not {name_of(value)}", hint)
        return []


def _field_problem(name: str) -> tuple[str, str] | None:
    """Why Anki does not take a field's name, and what to do."""
    if not name.strip():
        return "a field needs a name", "write its name, or remove it"
    if name != name.strip():
        return f"{quoted(name)} begins or ends with a blank", "remove the blank"
    if BAD_FIELD.search(name):
        hint = 'write it in one line without : { } < > and ", and not with #, ^ or / at the beginning'
        return f"{quoted(name)} cannot name a field", hint
    if name in SPECIAL_FIELDS:
        return f"{quoted(name)} is a name of Anki's own", "Anki fills it itself; choose another name"
    return None
