"""Anki's note types: fields, templates and styling, and the part of them that is frozen after a release."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

Kind = Literal["normal", "cloze"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One card template; `front` and `back` are Anki's template HTML."""

    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteType:
    """A note type as Anki stores it; `key` is our name for it, `name` the one students see."""

    key: str
    name: str
    id: int
    kind: Kind
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    css: str

    @property
    def schema(self) -> str:
        """The frozen part, as one line of JSON: Anki stops updating a student's notes when any of it changes."""
        shape = {"id": self.id, "kind": self.kind, "fields": self.fields, "templates": [t.name for t in self.templates]}
        return json.dumps(shape, ensure_ascii=False)

    @property
    def digest(self) -> str:
        """Identifies what students see of the note type: its name, templates and styling."""
        shown = [self.name, self.css, [[t.name, t.front, t.back] for t in self.templates]]
        return digest_of(json.dumps(shown, ensure_ascii=False))


def digest_of(text: str) -> str:
    """16 hexadecimal digits that identify `text`."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()
