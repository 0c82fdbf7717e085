"""A new deck's folder from the starter files."""

from __future__ import annotations

import json
import re
import unicodedata
from errno import ELOOP
from importlib.resources import files
from pathlib import Path

from builder.source.files import is_inside
from builder.source.schema import SCHEMAS, SCHEMAS_FOLDER, schema_file, schema_text

_FILES = ("deck.yaml", "basics.yaml", "references.yaml", "media/curve.svg")
_SETTINGS = ("settings.json", "extensions.json")


def folder_name(name: str) -> str:
    """The folder, and the readable part of the id, for a deck's name: small letters, digits and `-`; may be ''."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def new_deck(root: Path, name: str, suffix: str) -> tuple[Path, ...]:
    """Writes the deck `name` into `root/decks`; `suffix` makes its id unique. Gives the files written, its own first.

    Raises FileExistsError when the folder is already there.
    """
    stem = folder_name(name)
    folder = root / "decks" / stem
    folder.mkdir(parents=True)
    values = {"id": f"{stem}-{suffix}", "name": _yaml(name), "tag": _yaml("-".join(name.replace("::", "-").split()))}
    written = []
    for file in _FILES:
        text = _text(*file.split("/"))
        for key, value in values.items():
            text = text.replace(f"%{key}%", value)
        written.append(_write(folder / file, text))
    return (*written, *write_schemas(root / "decks"), *_write_settings(root))


def write_schemas(decks: Path) -> tuple[Path, ...]:
    """Writes the schemas for editors beside the decks, where they are missing or not these. Gives the files written.

    Raises OSError where a link leads out of the folder of decks: git may have brought it from a stranger.
    """
    written = []
    for name in SCHEMAS:
        path, text = decks / SCHEMAS_FOLDER / schema_file(name), schema_text(name)
        if not is_inside(path, decks):
            raise OSError(ELOOP, "this leads out of the folder of decks; remove the link", str(path))
        if not path.is_file() or path.read_bytes() != text.encode("utf-8"):
            written.append(_write(path, text))
    return tuple(written)


def _write_settings(root: Path) -> tuple[Path, ...]:
    """Writes settings of VS Code; those that are there are somebody's own, and stay."""
    folder = root / ".vscode"
    return tuple(_write(folder / name, _text("vscode", name)) for name in _SETTINGS if not (folder / name).exists())


def _text(*names: str) -> str:
    return files("builder").joinpath("starter", *names).read_text(encoding="utf-8")


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _yaml(text: str) -> str:
    """`text` as a YAML scalar, quoted where it must be."""
    return text if re.fullmatch(r"[^\W\d_][\w -]*", text) else json.dumps(text, ensure_ascii=False)
