"""`references.yaml` (CSL-YAML) into the short forms that cards show."""

from __future__ import annotations

import os
from pathlib import Path

from builder.core.diagnostics import Diagnostic, quoted
from builder.core.notes import Reference
from builder.core.text import ABSENT, Text
from builder.render.markdown import literal
from builder.source.events import Mapping, Node, Sequence, read_tree
from builder.source.files import REFERENCES_FILE, read_text
from builder.source.reader import Reader


def read_references(folder: Path) -> tuple[dict[str, Reference] | None, tuple[Diagnostic, ...]]:
    """The references of the deck in `folder`, by key; none when it has no such file, None when they cannot be known."""
    path = folder / REFERENCES_FILE
    if not os.path.lexists(path):
        return {}, ()
    text, diagnostics = read_text(path, folder)
    if diagnostics:
        return None, diagnostics
    tree, diagnostics = read_tree(text, path)
    reader = Reader(path, text)
    reader.diagnostics.extend(diagnostics)
    found: dict[str, Reference] = {}
    readable = tree.root is not None and (tree.whole or isinstance(tree.root, Mapping))
    if readable and tree.root is not None and (root := reader.mapping(tree.root, "references.yaml")):
        reader.keys(root, ("references",), "references.yaml")
        for item in reader.items(root, "references"):
            if reference := reader.mapping(item, "a reference"):
                _add(reader, reference, found)
    return found if tree.whole and not reader.errors else None, tuple(reader.diagnostics)


def _add(reader: Reader, node: Mapping, found: dict[str, Reference]) -> None:
    key = reader.text(node, "id")
    if key is ABSENT:
        if "id" not in node.values:
            reader.report(node, "missing-id", "the reference has no `id`", "add `id: author-year`")
    elif key.value in found:
        reader.report(
            key, "duplicate-id", f"{quoted(key.value)} is already the id of another reference", "rename one of them"
        )
    else:
        found[key.value] = Reference(key=key.value, short=literal(_short_form(node)))


def _short_form(node: Mapping) -> str:
    """Authors and year as a reader looks them up: `Jensen et al. 2019`; the title when nobody is named."""
    names = _names(node.values.get("author")) or [_plain(node.values.get("title"))]
    who = f"{names[0]} et al." if len(names) > 2 or "et al." in names else " & ".join(names)
    return " ".join(filter(None, (who, _year(node.values.get("issued")))))


def _names(node: Node | None) -> list[str]:
    people = node.items if isinstance(node, Sequence) else []
    names = [
        _plain(person.values.get("family")) or _plain(person.values.get("literal"))
        for person in people
        if isinstance(person, Mapping)
    ]
    return [name for name in names if name]


def _year(node: Node | None) -> str:
    parts = node.values.get("date-parts") if isinstance(node, Mapping) else None
    while isinstance(parts, Sequence) and parts.items:
        parts = parts.items[0]
    return _plain(parts)


def _plain(node: Node | None) -> str:
    return node.value if isinstance(node, Text) else ""
