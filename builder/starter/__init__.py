"""A new deck's folder from the starter files."""

from __future__ import annotations

import json
import re
import unicodedata
from importlib.resources import files
from pathlib import Path

_FILES = ("deck.yaml", "basics.yaml", "references.yaml", "media/curve.svg")


def folder_name(name: str) -> str:
    """The folder, and the readable part of the id, for a deck's name: small letters, digits and `-`; may be ''."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def new_deck(root: Path, name: str, suffix: str) -> tuple[Path, ...]:
    """Writes the deck `name` into `root/decks`; `suffix` makes its id unique. Gives the files written.

    Raises FileExistsError when the folder is already there.
    """
    stem = folder_name(name)
    folder = root / "decks" / stem
    folder.mkdir(parents=True)
    values = {"id": f"{stem}-{suffix}", "name": _yaml(name), "tag": _yaml("-".join(name.replace("::", "-").split()))}
    written = []
    for file in _FILES:
        text = files("builder").joinpath("starter", *file.split("/")).read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(f"%{key}%", value)
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return tuple(written)


def _yaml(text: str) -> str:
    """`text` as a YAML scalar, quoted where it must be."""
    return text if re.fullmatch(r"[^\W\d_][\w -]*", text) else json.dumps(text, ensure_ascii=False)
