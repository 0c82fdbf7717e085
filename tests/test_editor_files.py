"""What lies beside the decks for editors: schemas, the line that leads to them, and settings of VS Code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from builder.source.schema import SCHEMAS, SCHEMAS_FOLDER, editor_line, schema_file, schema_text
from builder.starter import new_deck, write_schemas

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "file", "line"),
    [
        ("deck", "decks/knots/deck.yaml", "../.schemas/deck.schema.json"),
        ("notes", "decks/knots/more/deep/a.yaml", "../../../.schemas/notes.schema.json"),
        ("note-type", "decks/knots/note_types/drill/note_type.yaml", "../../../.schemas/note-type.schema.json"),
    ],
)
def test_the_line_for_editors(name: str, file: str, line: str, tmp_path: Path) -> None:
    """It leads from the file to its schema beside the decks."""
    expected_line = f"# yaml-language-server: $schema={line}"
    assert editor_line(name, tmp_path / file, tmp_path / "decks" / SCHEMAS_FOLDER) == expected_line
    assert (tmp_path / file).parent.joinpath(line).as_posix().endswith(f"/{schema_file(name)}")


def test_a_new_deck_comes_with_schemas_and_settings(tmp_path: Path) -> None:
    """A second one refreshes schemas that are not today's, and leaves settings alone, which are somebody's own."""
    first = new_deck(tmp_path, "Knots", "7f3k2q")
    assert [path.relative_to(tmp_path).as_posix() for path in first[4:]] == [
        *(f"decks/.schemas/{schema_file(name)}" for name in SCHEMAS),
        ".vscode/settings.json",
        ".vscode/extensions.json",
    ]
    old, settings = first[4], first[-2]
    old.write_text("{}", encoding="utf-8")
    settings.write_text("{}", encoding="utf-8")
    assert new_deck(tmp_path, "More", "7f3k2q")[4:] == (old,)
    assert old.read_text(encoding="utf-8") == schema_text(SCHEMAS[0])
    assert settings.read_text(encoding="utf-8") == "{}"
    assert write_schemas(tmp_path / "decks") == ()


def jsonc(path: Path) -> Any:
    """A settings file, which may have comments in lines of their own."""
    return json.loads(re.sub(r"^ *//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize("name", ["settings.json", "extensions.json"])
def test_our_own_settings_are_those_of_a_new_deck(name: str) -> None:
    """Who works here has what every instructor has."""
    assert (ROOT / ".vscode" / name).read_bytes() == (ROOT / "builder" / "starter" / "vscode" / name).read_bytes()
    assert jsonc(ROOT / ".vscode" / name)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("decks/knots/deck.yaml", "deck"),
        ("decks/knots/references.yaml", "references"),
        ("decks/knots/note_types/drill/note_type.yaml", "note-type"),
        ("decks/knots/01-loops.yaml", "notes"),
        ("decks/knots/more/02-bends.yml", "notes"),
        ("decks/knots/more/deck.yaml", "notes"),
        ("decks/knots/deck.yml", "notes"),
        ("decks/knots/note_types/drill/other.yaml", ""),
        ("decks/other.yaml", ""),
        ("other/knots/deck.yaml", ""),
    ],
)
def test_each_file_matches_one_schema(file: str, name: str) -> None:
    """An editor takes all schemas whose patterns match, so that no file may match two."""
    found = []
    for path, globs in jsonc(ROOT / ".vscode" / "settings.json")["yaml.schemas"].items():
        refused = [glob[1:] for glob in globs if glob.startswith("!")]
        if any(matches(file, glob) for glob in globs) and not any(matches(file, glob) for glob in refused):
            found.append(path)
    assert found == ([f"./decks/{SCHEMAS_FOLDER}/{schema_file(name)}"] if name else [])


def matches(file: str, glob: str) -> bool:
    """Whether a path matches: `*` within a folder, `**` across any number of them."""
    pattern = re.escape(glob).replace(r"\*\*/", "(?:.+/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    return re.fullmatch(pattern, file) is not None
