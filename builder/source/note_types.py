"""The folder of a note type (`note_type.yaml`, templates, styling) into a `NoteType`: ours, and the deck's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Literal, cast

from builder.core.diagnostics import Diagnostic, TextProblem, quoted
from builder.core.identifiers import stable_id
from builder.core.note_types import VERSION_IN_ADDRESS, Kind, NoteType, Template, fill
from builder.core.notes import Deck
from builder.core.text import ABSENT, Text
from builder.render.styling import styling_problems
from builder.render.templates import SPECIAL_FIELDS, template_problems
from builder.source.events import Mapping, Sequence, place_of, read_tree
from builder.source.files import NOTE_TYPES_FOLDER, STYLE_FILE, is_inside, read_text
from builder.source.reader import Reader, suggestion
from builder.source.words import words

STOCK = ("question", "cloze", "occlusion")
NOTE_TYPE_KEYS = ("name", "kind", "fields", "templates")
TEMPLATE_KEYS = ("name", "front", "back")
_KINDS = ("normal", "cloze")
PARTS = {
    "picture": ("Occlusion", "Image", "Header"),
    "explanation": ("Explanation",),
    "sources": ("Sources", "References"),
    "about": ("Topics", "Note ID"),
}
"""What templates share, by the name in `%name%`, and the fields that it shows."""
_FILE = "note_type.yaml"
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_BAD_FIELD = re.compile(r'[:{}"]|^[#^/]')
_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-([0-9]\.[0-9])")


@dataclass(frozen=True, slots=True)
class NoteTypes:
    """The note types of a deck: all that are sound, and the names of its own, sound or not."""

    all: tuple[NoteType, ...]
    own: frozenset[str]


def read_note_types(deck: Deck) -> tuple[NoteTypes, tuple[Diagnostic, ...]]:
    """The note types that come along and those in the deck's folder, with the deck's styling after ours."""
    css, diagnostics = _styling(deck.folder, deck.folder / STYLE_FILE)
    stock = stock_note_types(deck, css)
    own: list[NoteType] = []
    folder = deck.folder / NOTE_TYPES_FOLDER
    names: list[str] = []
    if folder.is_dir() and is_inside(folder, deck.folder):
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or not path.is_dir():
                continue
            names.append(path.name)
            note_type, problems = _own(path, deck, css)
            diagnostics += problems
            if note_type:
                own.append(note_type)
    return NoteTypes((*stock, *own), frozenset(names)), diagnostics


def stock_note_types(deck: Deck, css: str = "") -> tuple[NoteType, ...]:
    """The note types that come with deckbuilder, made out to `deck`: its name, ids, language, licence and report link.

    `%version%` is left for the release; `css` comes after our own.
    """
    folder = files("builder").joinpath("note_types")

    def template(key: str, written: Text, _side: str) -> str:
        return _filled(folder.joinpath(key, written.value).read_text(encoding="utf-8"), deck)

    found = []
    for key in STOCK:
        path = Path(str(folder.joinpath(key, _FILE)))
        text = folder.joinpath(key, _FILE).read_text(encoding="utf-8")
        reader = _NoteTypeReader(path, text, deck, key, css)
        read = reader.read(partial(template, key))
        assert read is not None, reader.reader.diagnostics
        found.append(read)
    return tuple(found)


def _filled(template: str, deck: Deck) -> str:
    """A template with its parts, the words in the deck's language, and what is said of the deck."""
    folder = files("builder").joinpath("note_types", "parts")
    for part in PARTS:
        if f"%{part}%" in template:
            template = template.replace(f"%{part}%", folder.joinpath(f"{part}.html").read_text("utf-8").strip())
    values = {f"word_{name}": text for name, text in words(deck.language).items()}
    values |= {"language": deck.language, "license": _license(deck), "report": _report(deck)}
    return fill(template.strip(), values)


def _license(deck: Deck) -> str:
    """The licence as people write it: `CC BY 4.0` for `CC-BY-4.0`."""
    found = _CREATIVE_COMMONS.fullmatch(deck.license)
    return f"CC {found.group(1)} {found.group(2)}" if found else deck.license


def _report(deck: Deck) -> str:
    return deck.report_url.replace("{id}", "{{Note ID}}").replace("{version}", VERSION_IN_ADDRESS)


@cache
def _base_css(language: str) -> str:
    css = files("builder").joinpath("note_types", "style.css").read_text(encoding="utf-8").strip()
    return css.replace("%word_right%", words(language)["right"])


def _styling(folder: Path, path: Path) -> tuple[str, tuple[Diagnostic, ...]]:
    """The CSS in a file of the deck in `folder`; '' when there is no such file."""
    if not path.exists() and not path.is_symlink():
        return "", ()
    text, diagnostics = read_text(path, folder)
    reader = Reader(path, text)
    reader.diagnostics.extend(diagnostics)
    for problem in styling_problems(text):
        reader.report(place_of(text, problem.offset), problem.rule, problem.message, problem.hint)
    return text.strip(), tuple(reader.diagnostics)


def _own(folder: Path, deck: Deck, css: str) -> tuple[NoteType | None, tuple[Diagnostic, ...]]:
    """A note type of the deck's own; None when something is wrong with it."""
    path = folder / _FILE
    text, diagnostics = read_text(path, deck.folder)
    if diagnostics:
        return None, diagnostics
    styling, diagnostics = _styling(deck.folder, folder / STYLE_FILE)
    reader = _NoteTypeReader(path, text, deck, folder.name, f"{css}\n{styling}" if styling else css)
    reader.reader.diagnostics.extend(diagnostics)
    if not _NAME.fullmatch(folder.name) or folder.name in STOCK:
        taken = folder.name in STOCK
        what = "is a note type that comes along" if taken else "cannot name a note type"
        hint = "use small letters, digits and `-`, and no name that is taken"
        reader.reader.report((1, 1), "bad-name", f"the folder's name {quoted(folder.name)} {what}", hint)
    found = reader.read(reader.own_template)
    return found if not reader.reader.errors else None, tuple(reader.reader.diagnostics)


class _NoteTypeReader:
    def __init__(self, path: Path, text: str, deck: Deck, key: str, css: str) -> None:
        self.path = path
        self.deck = deck
        self.key = key
        self.css = "\n\n".join(filter(None, (_base_css(deck.language), css))) + "\n"
        self.reader = Reader(path, text)
        self.text = text
        self.kind: Kind = "normal"
        self.fields: tuple[str, ...] = ()

    def read(self, template: Callable[[Text, Literal["front", "back"]], str]) -> NoteType | None:
        reader = self.reader
        tree, problems = read_tree(self.text, self.path)
        reader.diagnostics.extend(problems)
        reader.errors += len(problems)
        if tree.root is None or not tree.whole:
            if not problems:
                reader.report((1, 1), "empty-file", "the file is empty", "it needs `name`, `fields` and `templates`")
            return None
        root = reader.mapping(tree.root, "note_type.yaml")
        if root is None:
            return None
        meant = reader.keys(root, NOTE_TYPE_KEYS, "note_type.yaml")
        for key in ("name", "fields", "templates"):
            if key not in root.values and key not in meant:
                reader.report((1, 1), "missing-key", f"note_type.yaml has no `{key}`", f"add a line `{key}: ...`")
        self.kind = self._kind(root)
        self.fields = self._fields(root)
        templates = self._templates(root, template)
        if reader.errors:
            return None
        return NoteType(
            key=self.key,
            name=f"{self.deck.name}: {reader.text(root, 'name').value}",
            id=stable_id("note type", self.deck.id, self.key),
            kind=self.kind,
            fields=self.fields,
            templates=templates,
            css=self.css,
        )

    def _kind(self, root: Mapping) -> Kind:
        text = self.reader.text(root, "kind")
        if text is ABSENT:
            return "normal"
        if text.value not in _KINDS and self.key not in STOCK:
            hint = suggestion(text.value, _KINDS) or "write `normal` or `cloze`"
            self.reader.report(text, "bad-value", f"there is no kind {quoted(text.value)}", hint)
            return "normal"
        return cast(Kind, text.value)

    def _fields(self, root: Mapping) -> tuple[str, ...]:
        found: dict[str, Text] = {}
        for text in self.reader.texts(root, "fields"):
            name = text.value
            folded = {other.casefold(): other for other in found}
            if not name.strip() or name != name.strip() or "\n" in name or _BAD_FIELD.search(name):
                hint = "use words without : { } and quotes, that do not begin with #, ^ or /"
                self.reader.report(text, "bad-field", f"{quoted(name)} cannot name a field", hint)
            elif name in SPECIAL_FIELDS:
                hint = "Anki fills it itself; choose another name"
                self.reader.report(text, "bad-field", f"{quoted(name)} is a name of Anki's own", hint)
            elif name.casefold() in folded:
                hint = f"the first is in line {found[folded[name.casefold()]].line}; rename one of them"
                self.reader.report(text, "duplicate-field", f"{quoted(name)} is already the name of a field", hint)
            else:
                found[name] = text
        if "fields" in root.values and not found and not self.reader.errors:
            self.reader.report(root.key_place("fields"), "missing-key", "a note type needs a field", "name one")
        return tuple(found)

    def _templates(
        self, root: Mapping, template: Callable[[Text, Literal["front", "back"]], str]
    ) -> tuple[Template, ...]:
        reader = self.reader
        items = reader.items(root, "templates")
        if "templates" in root.values and isinstance(root.values["templates"], Sequence) and not items:
            hint = "add `- {name: Card 1, front: front.html, back: back.html}`"
            reader.report(root.key_place("templates"), "missing-key", "a note type needs a template", hint)
        if self.kind != "normal" and len(items) > 1:
            hint = "the gaps make the cards; keep one template"
            reader.report(items[1], "too-many-templates", "a note type with gaps has one template", hint)
        found: list[Template] = []
        fronts: dict[str, str] = {}
        for item in items:
            node = reader.mapping(item, "a template")
            if node is None:
                continue
            meant = reader.keys(node, TEMPLATE_KEYS, "a template")
            for key in TEMPLATE_KEYS:
                if key not in node.values and key not in meant:
                    reader.report(node, "missing-key", f"the template has no `{key}`", f"add `{key}: ...`")
            name, front, back = (reader.text(node, key) for key in TEMPLATE_KEYS)
            if ABSENT in (name, front, back):
                continue
            if name.value.casefold() in (one.name.casefold() for one in found):
                hint = "rename one of them"
                message = f"{quoted(name.value)} is already the name of a template"
                reader.report(name, "duplicate-template", message, hint)
            one = Template(name=name.value, front=template(front, "front"), back=template(back, "back"))
            if one.front and one.front in fronts:
                hint = "Anki does not take two templates with the same front: show another field, or remove one"
                message = f"this front is the same as that of {quoted(fronts[one.front])}"
                reader.report(front, "duplicate-front", message, hint)
            fronts[one.front] = one.name
            found.append(one)
        return tuple(found)

    def own_template(self, written: Text, side: Literal["front", "back"]) -> str:
        """A template file of the deck's own note type, checked; '' when it cannot be read."""
        reader = self.reader
        path = self.path.parent / written.value
        if not re.fullmatch(r"[\w.-]+\.html", written.value) or not path.is_file():
            hint = "write the name of a file beside note_type.yaml, such as front.html"
            reader.report(written, "missing-template", f"there is no template {quoted(written.value)}", hint)
            return ""
        text, problems = read_text(path, self.deck.folder)
        reader.diagnostics.extend(problems)
        reader.errors += len(problems)
        own = Reader(path, text)
        for problem in self._part_problems(text):
            own.report(place_of(text, problem.offset), problem.rule, problem.message, problem.hint)
        for problem in template_problems(text, self.fields, self.kind, side, suggestion):
            own.report(place_of(text, problem.offset), problem.rule, problem.message, problem.hint)
        reader.diagnostics.extend(own.diagnostics)
        reader.errors += own.errors
        return _filled(text, self.deck)

    def _part_problems(self, text: str) -> Iterator[TextProblem]:
        for part, fields in PARTS.items():
            if part == "picture":
                continue  # its script is ours alone
            missing = [name for name in fields if name not in self.fields]
            if missing and (offset := text.find(f"%{part}%")) >= 0:
                hint = f"add to `fields` in note_type.yaml: {', '.join(missing)}"
                message = f"`%{part}%` shows fields that the note type does not have"
                yield TextProblem(offset, "unknown-field", message, hint)
