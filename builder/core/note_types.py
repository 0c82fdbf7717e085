"""Anki's note types: fields, templates and styling, and the part of them that is frozen after a release."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote

Kind = Literal["normal", "cloze", "occlusion"]

VERSION_IN_ADDRESS = "%version-in-address%"
"""Stands for the version where its line stays without one."""

MADE_FIELDS = ("Explanation", "Sources", "References", "Topics", "Note ID", "Retired")
"""Fields that are filled from what every note has, when a note type has them."""


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

    def at(self, version: str) -> NoteType:
        """The note type as a release with that version shows it."""

        def shown(template: str) -> str:
            return fill(template, {"version": version}).replace(VERSION_IN_ADDRESS, quote(version))

        templates = tuple(replace(one, front=shown(one.front), back=shown(one.back)) for one in self.templates)
        return replace(self, templates=templates)

    def named(self, texts: Sequence[str]) -> dict[str, str]:
        """A note's fields by their names; those that it does not have are left out."""
        return dict(zip(self.fields, texts, strict=False))

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


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with `%name%` replaced by the text of that name; a line with an empty one is left out.

    Names that are not in `values` stay.
    """
    known = re.compile("%(" + "|".join(map(re.escape, values)) + ")%")
    lines = []
    for line in template.split("\n"):
        names = known.findall(line)
        if all(values[name] for name in names):
            lines.append(known.sub(lambda match: html.escape(values[match.group(1)]), line) if names else line)
    return "\n".join(lines)
