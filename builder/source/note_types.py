"""A note type's folder (`note_type.yaml`, templates, styling) into a `NoteType`."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast

from builder.core.identifiers import stable_id
from builder.core.note_types import Kind, NoteType, Template
from builder.core.notes import Deck
from builder.source.events import Mapping, Sequence, read_tree
from builder.source.reader import Reader

STOCK = ("question", "cloze")


def stock_note_types(deck: Deck) -> tuple[NoteType, ...]:
    """The note types that come with deckbuilder, made out to `deck`: its name, its ids, its language."""
    folder = files("builder").joinpath("note_types")
    css = folder.joinpath("style.css").read_text(encoding="utf-8")
    return tuple(_read(folder.joinpath(key), key, css, deck) for key in STOCK)


def _read(folder: Traversable, key: str, css: str, deck: Deck) -> NoteType:
    path = Path(str(folder.joinpath("note_type.yaml")))
    text = folder.joinpath("note_type.yaml").read_text(encoding="utf-8")
    tree, _ = read_tree(text, path)
    reader = Reader(path, text)
    root = cast(Mapping, tree.root)

    def template(name: str) -> str:
        return folder.joinpath(name).read_text(encoding="utf-8").replace("%language%", deck.language).strip()

    note_type = NoteType(
        key=key,
        name=f"{deck.name}: {reader.text(root, 'name').value}",
        id=stable_id("note type", deck.id, key),
        kind=cast(Kind, reader.text(root, "kind").value),
        fields=tuple(text.value for text in reader.texts(root, "fields")),
        templates=tuple(
            Template(
                name=reader.text(item, "name").value,
                front=template(reader.text(item, "front").value),
                back=template(reader.text(item, "back").value),
            )
            for item in cast(Sequence, root.values["templates"]).items
            if isinstance(item, Mapping)
        ),
        css=css,
    )
    assert not reader.diagnostics, reader.diagnostics
    return note_type
