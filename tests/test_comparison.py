"""The comparison with other tools: its page is as recorded, its sources differ as told, its columns hold today."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("anki.collection", reason="the students of the comparison are played in real Anki")

from tests.scripts import DOCS, script

COMPARISON = DOCS / "comparison"
# A program that takes another day for today: how many days ago it was, then what to run.
AT = """
import runpy, sys, time
now, ago = time.time, 86400 * int(sys.argv[1])
time.time = lambda: now() - ago
sys.argv = sys.argv[2:]
if sys.argv[0] == "-m":
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
else:
    runpy.run_path(sys.argv[0], run_name="__main__")
"""
# What the page says of the second release: the texts that changed, the note that went and the one that came.
CHANGED = {
    "diferent": "different",
    "What holds a rope to a post for a moment?": "Which hitch holds a rope to a post for a short while?",
    "20px": "24px",
}
RETAGGED, OLD_TAG, NEW_TAG = "What must a reef knot never do?", "Bends", "Safety"
GONE, NEW = "Which knot is a reef knot tied wrongly?", "Which hitch grips a rope only under load?"
# Before each note in the sources of a tool; what cannot be said in its format.
FORMATS = {
    "rows/{n}/notes.csv": "\n",
    "deckbuilder/{n}/notes.yaml": "  - id: ",
    "anki-yaml-tool/{n}/knots.yaml": "  - front: ",
    "ankcompiler/{n}/knots.markdown": "\n---\n\n",
    "md2anki/{n}/knots.markdown": "\n## ",
}
WITHOUT_GAPS = "anki-yaml-tool/{n}/knots.yaml"


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """The script that makes the comparison."""
    return script("comparison")


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """What was recorded."""
    recorded: dict[str, Any] = json.loads((COMPARISON / "results.json").read_text(encoding="utf-8"))
    return recorded


def read(path: str, release: int) -> str:
    """A source of a release."""
    return (COMPARISON / "sources" / path.format(n=release)).read_text(encoding="utf-8")


def rows(release: int) -> list[dict[str, str]]:
    """The notes of a release, as the scripts read them."""
    return list(csv.DictReader(read("rows/{n}/notes.csv", release).splitlines()))


def test_the_page_is_what_was_recorded(make: ModuleType, results: dict[str, Any]) -> None:
    """The committed page is what the script makes of the committed results."""
    committed = (DOCS / "comparison.md").read_text(encoding="utf-8")
    assert make.page(results) == committed, "run docs/comparison/make.py"


def test_every_tool_was_run(make: ModuleType, results: dict[str, Any]) -> None:
    """Each tool has results, in the version that the script asks for, by the same Anki and with as many students."""
    assert list(results["tools"]) == [tool.key for tool in make.TOOLS]
    runs = [found[part] for found in results["tools"].values() for part in ("release", "rebuild")]
    assert len({(run["anki"], run["students"]) for run in runs}) == 1
    for tool in make.TOOLS:
        if tool.requirement:
            assert tool.requirement.endswith(f"=={results['tools'][tool.key]['version']}")


def test_every_tool_has_both_releases(make: ModuleType) -> None:
    """The sources of every tool are there, for both releases, and nothing else is."""
    named = {source.format(n=n) for tool in make.TOOLS for source, _ in tool.files for n in (1, 2)}
    there = {path.relative_to(make.SOURCES) for path in make.SOURCES.rglob("*") if path.is_file()}
    for name in named:
        assert (make.SOURCES / name).exists(), name
    for path in there:
        assert named & {path.as_posix(), path.parent.as_posix()}, path


@pytest.mark.parametrize("path", FORMATS)
def test_the_sources_hold_the_same_notes(path: str) -> None:
    """Each text of each note stands in the sources of each tool once, but gaps where a format has none."""
    for release in (1, 2):
        text = read(path, release)
        for row in rows(release):
            if row["cloze"] and path == WITHOUT_GAPS:
                assert row["cloze"] not in text
                continue
            for words in filter(None, (row["question"], row["answer"], row["cloze"])):
                assert text.count(words) == 1, words


@pytest.mark.parametrize("path", [*FORMATS, "rows/{n}/style.css"])
def test_the_releases_differ_as_told(path: str) -> None:
    """One answer, one question and one tag are others, one note is gone, one is new, the font is larger."""

    def second(note: str) -> str:
        for old, new in CHANGED.items():
            note = note.replace(old, new)
        return note.replace(OLD_TAG, NEW_TAG) if RETAGGED in note else note

    mark = FORMATS.get(path, "\0")
    first, then = (read(path, release).rstrip("\n").split(mark) for release in (1, 2))
    stayed = [second(note).rstrip("\n") for note in first if GONE not in note]
    assert stayed == [note.rstrip("\n") for note in then if NEW not in note]
    if path in FORMATS:
        assert sum(GONE in note for note in first) == sum(NEW in note for note in then) == 1
        assert sum(second(note) != note for note in first) == (4 if path == WITHOUT_GAPS else 3)


def test_only_the_styling_is_new_besides() -> None:
    """Of deckbuilder's deck nothing but the notes changes, and the styling comes."""
    assert read("deckbuilder/{n}/deck.yaml", 1) == read("deckbuilder/{n}/deck.yaml", 2)
    assert not (COMPARISON / "sources" / "deckbuilder" / "1" / "style.css").exists()
    assert "24px" in read("deckbuilder/{n}/style.css", 2)


@pytest.fixture
def compare(make: ModuleType, tmp_path: Path) -> Callable[[Any], dict[str, Any]]:
    """Builds and verifies with a tool that is installed here, without the network."""

    class Here(make.Builder):  # type: ignore[name-defined, misc]
        def install(self, tool: Any) -> Path:
            return Path(sys.executable).parent

        def run_at(self, days_ago: int, command: tuple[str, ...], folder: Path) -> None:
            assert Path(command[0]).name == "python"
            make.run((sys.executable, "-c", AT, str(days_ago), *command[1:]), folder)

    return lambda tool: make.compare(Here(tmp_path), tool)


@pytest.mark.parametrize("key", ["deckbuilder", "genanki", "genanki-ids"])
def test_the_columns_hold_today(
    key: str, make: ModuleType, results: dict[str, Any], compare: Callable[[Any], dict[str, Any]]
) -> None:
    """What the page says of deckbuilder and of plain genanki is what they and the students do now."""
    (tool,) = (tool for tool in make.TOOLS if tool.key == key)
    found = compare(tool)
    for part in ("release", "rebuild"):
        recorded = results["tools"][key][part]
        assert found[part] | {"anki": recorded["anki"]} == recorded, "run docs/comparison/make.py"
    assert found["same_bytes"] == results["tools"][key]["same_bytes"]


def test_deckbuilder_keeps_everything(results: dict[str, Any]) -> None:
    """Promises 2 and 6: nothing is lost or doubled, every correction arrives, a rebuild changes no byte."""
    ours = results["tools"]["deckbuilder"]
    assert ours["same_bytes"]
    for part in ("release", "rebuild"):
        found = ours[part]
        assert found["broken"] == []
        assert found["unharmed"] == found["students"] > 0
        for what in ("reviews", "due_dates", "edits", "tags", "styling"):
            kept, of = found[what]
            assert kept == of > 0, what
    assert ours["release"]["corrected"] == 3
