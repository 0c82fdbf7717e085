"""A file of notes into `Note`s: every key checked, every problem placed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from builder.core.diagnostics import Diagnostic, quoted
from builder.core.notes import Citation, Deck, Note, Reference
from builder.core.retiring import RETIRED_TAG
from builder.core.text import ABSENT, Text
from builder.source.events import Mapping, Node, Tree, read_tree
from builder.source.files import read_text
from builder.source.forms import FORM_KEYS, Common, belongs_below, form_of, read_form
from builder.source.ids import proposed_id
from builder.source.reader import Reader, suggestion

FILE_KEYS = ("deck", "tags", "notes")
NOTE_KEYS = ("id", *FORM_KEYS, "explanation", "sources", "tags", "audience", "review_by", "retired", "replaced_by")
CITATION_KEYS = ("key", "at")
_LIST_HINT = "write `- id: short-name` below it, with the other keys of the note below `id`"
NOTE_ID = re.compile(r"\w[\w.-]{0,99}")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFile:
    """One file's notes; `reader` places the problems that rendering finds in them.

    `sound` tells which of the notes have no error so far; `ids` are all that the file uses, also for broken notes;
    `starts` are the lines in which notes begin, also those that could not be read. It is not `is_whole` when reading it
    stopped at a syntax error.
    """

    path: Path
    notes: tuple[Note, ...]
    sound: tuple[bool, ...]
    ids: tuple[Text, ...]
    subdeck: Text
    starts: tuple[int, ...]
    is_whole: bool
    reader: Reader

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that is known to be wrong in the file so far."""
        return tuple(self.reader.diagnostics)


def read_notes(
    path: Path, deck: Deck, references: MappingType[str, Reference] | None, own_types: frozenset[str]
) -> NoteFile:
    """The notes of one file of `deck`; sources are not checked when the references are not known.

    `own_types` are the names of the deck's own note types.
    """
    text, diagnostics = read_text(path, deck.folder)
    reader = Reader(path, text)
    reader.diagnostics.extend(diagnostics)
    if diagnostics:
        return NoteFile(path=path, notes=(), sound=(), ids=(), subdeck=ABSENT, starts=(), is_whole=False, reader=reader)
    tree, diagnostics = read_tree(text, path)
    reader.diagnostics.extend(diagnostics)
    notes = _NotesReader(reader, deck, references, own_types)
    notes.read(tree)
    return NoteFile(
        path=path,
        notes=tuple(notes.notes),
        sound=tuple(notes.sound),
        ids=tuple(notes.ids),
        subdeck=notes.named,
        starts=tuple(notes.starts),
        is_whole=tree.whole,
        reader=reader,
    )


class _NotesReader:
    def __init__(
        self, reader: Reader, deck: Deck, references: MappingType[str, Reference] | None, own_types: frozenset[str]
    ) -> None:
        self.reader = reader
        self.audiences = deck.audiences
        self.knows_audiences = deck.is_whole
        self.references = references
        self.own_types = own_types
        self.subdeck = ""
        self.named = ABSENT
        self.tags: tuple[Text, ...] = ()
        self.notes: list[Note] = []
        self.sound: list[bool] = []
        self.ids: list[Text] = []
        self.starts: list[int] = []

    def read(self, tree: Tree) -> None:
        reader = self.reader
        if tree.root is None:
            if tree.whole:
                reader.report((1, 1), "empty-file", "the file is empty", "it needs `notes:` with at least one note")
            return
        if not tree.whole and not isinstance(tree.root, Mapping):
            return
        if not (root := reader.mapping(tree.root, "a file of notes")):
            return
        reader.keys(root, FILE_KEYS, "a file of notes")
        subdeck = reader.text(root, "deck")
        self.named = subdeck
        self.subdeck = reader.deck_name(subdeck) if subdeck is not ABSENT else ""
        self.tags = self._tags(root)
        items = reader.items(root, "notes", _LIST_HINT)
        if not items and tree.whole and not reader.diagnostics:
            place = root.key_place("notes") if "notes" in root.values else (1, 1)
            reader.report(place, "missing-notes", "the file has no notes", "add `notes:` with at least one note")
        for item in items:
            before = reader.errors
            self.starts.append(item.line)
            if note := self._note(item):
                self.notes.append(note)
                self.sound.append(reader.errors == before)

    def _note(self, item: Node) -> Note | None:
        reader = self.reader
        if isinstance(item, Text) and not item.value and not item.style:
            reader.report(item, "empty-note", "this note is empty", "remove its `-`, or write the note behind it")
            return None
        node = reader.mapping(item, "a note")
        if node is None:
            return None
        # One set operation: the messages are worked out only when something is wrong.
        meant: frozenset[str] = frozenset()
        if not node.values.keys() <= _NOTE_KEY_SET:
            meant = reader.keys(node, NOTE_KEYS, "a note", belongs_below(node), _SYNONYMS)
        note_id = self._id(node, meant)
        if note_id is not ABSENT:
            self.ids.append(note_id)
        note = self._form(node, note_id, meant)
        if "retired" not in node.values and "replaced_by" not in node.values:
            return note
        retired, replaced_by = self._retired(node, note_id, meant)
        return replace(note, retired=retired, replaced_by=replaced_by) if note else None

    def _form(self, node: Mapping, note_id: Text, meant: frozenset[str]) -> Note | None:
        form = form_of(self.reader, node, meant)
        # Every problem of a note is told, also when nobody knows what kind of note it is.
        common = Common(
            id=note_id,
            deck=self.subdeck,
            explanation=self.reader.prose(node, "explanation"),
            tags=self.tags + self._tags(node) if "tags" in node.values else self.tags,
            audience=self._audience(node),
            sources=self._sources(node),
            review_by=self._review_by(node) if "review_by" in node.values else ABSENT,
        )
        return read_form(form, self.reader, node, common, meant, self.own_types) if form else None

    def _id(self, node: Mapping, meant: frozenset[str]) -> Text:
        reader = self.reader
        text = reader.text(node, "id")
        if text is ABSENT:
            if "id" not in node.values and "id" not in meant:
                proposed = proposed_id(node) or "a-short-name"
                hint = f"add `id: {proposed}` or run `deckbuilder fix`; it must never change after a release"
                reader.report(node, "missing-id", "note has no id", hint)
        elif not NOTE_ID.fullmatch(text.value):
            reader.report(
                text,
                "bad-id",
                f"{quoted(text.value)} cannot be an id",
                "use letters, digits, `-`, `_` and `.`, at most 100, and begin with a letter or digit",
            )
        return text

    def _tags(self, node: Mapping) -> tuple[Text, ...]:
        if "tags" not in node.values:
            return ()
        tags: list[Text] = []
        spelled = {tag.value.casefold(): tag.value for tag in self.tags}
        for text in self.reader.texts(node, "tags"):
            if not self.reader.tag(text):
                continue
            if text.value.partition("::")[0].casefold() == RETIRED_TAG.casefold():
                message = f"{quoted(text.value)} is how Anki finds retired notes"
                self.reader.report(text, "reserved-tag", message, "choose another tag, or write `retired: ...`")
            first = spelled.setdefault(text.value.casefold(), text.value)
            if first != text.value:
                message = f"{quoted(text.value)} and {quoted(first)} are one tag to Anki"
                self.reader.report(text, "bad-tag", message, "write it in one way")
            tags.append(text)
        return tuple(tags)

    def _audience(self, node: Mapping) -> str:
        text = self.reader.text(node, "audience")
        if text is ABSENT or text.value in self.audiences or not self.knows_audiences:
            return text.value
        hint = suggestion(text.value, self.audiences)
        if not hint:
            named = ", ".join(self.audiences)
            hint = f"deck.yaml names these: {named}" if named else "name it under `editions` in deck.yaml"
        self.reader.report(text, "unknown-audience", f"no edition is for the audience {quoted(text.value)}", hint)
        return ""

    def _review_by(self, node: Mapping) -> Text:
        text = self.reader.text(node, "review_by")
        if text is ABSENT or last_day(text.value):
            return text
        hint = "write the day, such as `2027-06-30`, or the month, such as `2027-06`"
        self.reader.report(text, "bad-date", f"{quoted(text.value)} is not a date", hint)
        return ABSENT

    def _retired(self, node: Mapping, note_id: Text, meant: frozenset[str]) -> tuple[Text, Text]:
        """Why nobody should learn the note any more, and the id of the one to learn instead."""
        reader = self.reader
        retired, replaced_by = reader.prose(node, "retired"), reader.text(node, "replaced_by")
        if not retired.style and retired.value.strip() in ("true", "false"):
            hint = "write why nobody should learn this any more" if retired.value == "true" else "remove the line"
            reader.report(retired, "missing-reason", "`retired` must say why", hint)
        if "replaced_by" in node.values and not {"retired"} & (node.values.keys() | meant):
            message = "the note has `replaced_by` and no `retired`"
            hint = "add `retired: ...` with the reason"
            reader.report(node.key_place("replaced_by"), "missing-retired", message, hint)
        if replaced_by is not ABSENT and replaced_by.value == note_id.value:
            hint = "write the id of another one, or remove the line"
            reader.report(replaced_by, "replaced-by-itself", "the note is replaced by itself", hint)
            replaced_by = ABSENT
        return retired, replaced_by

    def _sources(self, node: Mapping) -> tuple[Citation, ...]:
        if "sources" not in node.values:
            return ()
        items = self.reader.items(node, "sources", self._as_list(node.values["sources"]))
        return tuple(citation for item in items if (citation := self._citation(item)))

    def _as_list(self, node: Node) -> str:
        """What to write where a single source, perhaps with a place in it, is no list."""
        key, _, place = node.value.partition(" ") if isinstance(node, Text) else ("", "", "")
        if place and key in (self.references or ()):
            return f"write {quoted(f'sources: [{{key: {key}, at: {place.strip()}}}]')}"
        return ""

    def _citation(self, item: Node) -> Citation | None:
        reader = self.reader
        key, at = item, ABSENT
        if isinstance(item, Mapping):
            if not item.values.keys() <= {*CITATION_KEYS}:
                self._misspelt_citation(item)
                return None
            if "key" not in item.values:
                reader.report(item, "missing-key", "the source has no `key`", "write `{key: author-year, at: p. 2}`")
            key, at = reader.text(item, "key"), reader.text(item, "at")
        if not isinstance(key, Text):
            reader.report(
                key, "wrong-type", "a source must be a key of references.yaml", "write `sources: [author-year]`"
            )
            return None
        if key is ABSENT:
            return None
        if not key.value.strip():
            reader.report(key, "empty-text", "the source has no key", "write `sources: [author-year]`")
            return None
        if self.references is not None and key.value not in self.references:
            hint = suggestion(key.value, self.references) or "add it to references.yaml"
            reader.report(key, "unknown-source", f"{quoted(key.value)} is not in references.yaml", hint)
        return Citation(key=key, at=at)

    def _misspelt_citation(self, item: Mapping) -> None:
        for key, value in item.values.items():
            if key in (self.references or ()) and isinstance(value, Text):
                hint = f"write {quoted(f'{{key: {key}, at: {value.value}}}')}"
                self.reader.report(item.key_place(key), "unknown-key", f"{quoted(key)} is not a key of a source", hint)
                return
        self.reader.keys(item, CITATION_KEYS, "a source")


def last_day(written: str) -> date | None:
    """The last day of a written day (`2027-06-30`) or month (`2027-06`); None for what is neither."""
    found = _DAY.fullmatch(written)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1900:
        return None
    year, month = int(found[1]), int(found[2])
    days = monthrange(year, month)[1]
    day = int(found[3] or days)
    return date(year, month, day) if 1 <= day <= days else None


# What notes are called by those who made cards elsewhere.
_SYNONYMS = {
    "front": "question",
    "back": "answer",
    "why": "explanation",
    "because": "explanation",
    "image": "occlusion",
    "deprecated": "retired",
    "superseded_by": "replaced_by",
}
_NOTE_KEY_SET = frozenset(NOTE_KEYS)
