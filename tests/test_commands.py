"""What instructors type: choosing rules, reading about them, schemas, and starting a preview."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from builder.cli.app import app
from builder.lint.pages import document
from builder.lint.registry import RULES
from tests.decks import NOTES_YAML, write_deck
from tests.test_outside import link

ROOT = Path(__file__).parents[1]
TWO_WARNINGS = """\
notes:
  - id: slips
    question: How does a bowline behave under load?
    answer: It never slips
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a deck that has two warnings, and no errors."""
    write_deck(tmp_path / "decks" / "knots", {"notes.yaml": TWO_WARNINGS}, media=False)
    (tmp_path / "decks" / "knots" / "references.yaml").unlink()
    deck = tmp_path / "decks" / "knots" / "deck.yaml"
    deck.write_text(re.sub(r"editions:.*", "", deck.read_text(encoding="utf-8"), flags=re.DOTALL), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """What a command prints."""
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def rules_of(*options: str) -> list[str]:
    """The rules that a check complains of."""
    return [one["rule"] for one in json.loads(run("check", "--format", "json", *options).stdout)]


@pytest.mark.usefixtures("root")
def test_rules_are_chosen() -> None:
    """Only those that are selected, and not those that are ignored."""
    assert rules_of() == ["missing-source", "absolute-claim"]
    assert rules_of("--select", "absolute-claim") == ["absolute-claim"]
    assert rules_of("--select", "absolute-claim", "--select", "missing-source") == ["missing-source", "absolute-claim"]
    assert rules_of("--ignore", "absolute-claim") == ["missing-source"]
    none_left = run("check", "--select", "absolute-claim", "--ignore", "absolute-claim")
    assert (none_left.exit_code, none_left.stderr) == (
        2,
        "error: --ignore leaves none of the rules that --select names\n",
    )


def test_errors_are_told_whatever_is_chosen(root: Path) -> None:
    """A rule that is chosen chooses among advice; mistakes stay mistakes."""
    (root / "decks" / "knots" / "notes.yaml").write_text(NOTES_YAML.replace("answer", "anwser"), encoding="utf-8")
    assert "unknown-key" in rules_of("--select", "absolute-claim")


@pytest.mark.usefixtures("root")
def test_warnings_fail_a_strict_check_only() -> None:
    """For CI; a check without findings passes either way."""
    assert run("check").exit_code == 0
    assert run("check", "--strict").exit_code == 1
    chosen = ["--ignore", "absolute-claim", "--ignore", "missing-source"]
    assert run("check", "--strict", *chosen).exit_code == 0


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_rule_that_there_is_not(option: str) -> None:
    """Wrong usage, with what was probably meant."""
    result = run("check", option, "absolut-claim")
    assert result.exit_code == 2
    assert result.stderr == f"error: {option} does not know the rule `absolut-claim`; did you mean `absolute-claim`?\n"


def test_a_build_gives_no_advice(root: Path) -> None:
    """Advice is the check's."""
    result = run("build")
    assert result.exit_code == 0
    assert "absolute-claim" not in result.output
    assert (root / "dist" / "knots-draft.apkg").is_file()


def test_rules_are_listed_and_explained() -> None:
    """Each has a line; its page has the examples."""
    lines = run("rules").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [rule.name for rule in RULES]
    page = run("rules", "answer-too-long").stdout
    assert page.startswith("answer-too-long\n\nAnswer too long\n")
    assert page.index("**Bad**") < page.index("**Good**") < page.index("| `words` | 25 |")
    wrong = run("rules", "answer-to-long")
    assert (wrong.exit_code, wrong.stderr) == (
        2,
        "error: there is no rule `answer-to-long`; did you mean `answer-too-long`?\n",
    )


def test_the_page_of_all_rules_is_made_from_them() -> None:
    """docs/rules.md is what `deckbuilder rules --markdown` prints."""
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == document(RULES) == run("rules", "--markdown").stdout


def test_schemas_are_written_beside_the_decks(root: Path) -> None:
    """All of them, once; one is printed when it is named."""
    first = run("schema").stdout.splitlines()
    assert len(first) == 4
    assert all((root / line.removeprefix("wrote ")).is_file() for line in first)
    assert run("schema").stdout == "the schemas in decks/.schemas are those of this deckbuilder\n"
    assert json.loads(run("schema", "notes").stdout)["title"] == "deckbuilder"
    assert run("schema", "note").stderr == "error: there is no schema `note`; did you mean `notes`?\n"


@pytest.mark.parametrize("name", [".schemas", ".schemas/notes.schema.json"])
def test_schemas_are_not_written_through_a_link(root: Path, tmp_path: Path, name: str) -> None:
    """A link that a stranger's branch brings along leads nothing out of the folder of decks."""
    outside = tmp_path / "outside"
    outside.mkdir()
    path = root / "decks" / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    link(path, outside if name == ".schemas" else outside / "file", folder=name == ".schemas")
    with pytest.raises(OSError, match="this leads out of the folder of decks; remove the link"):
        run("schema")
    assert list(outside.iterdir()) == []


@pytest.fixture
def preview(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A running preview of the deck."""
    command = [sys.executable, "-m", "builder", "preview", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    yield process
    process.kill()
    process.communicate()


def test_a_preview_is_served_until_it_is_interrupted(preview: subprocess.Popen[str]) -> None:
    """It says where, answers there, and ends with Ctrl+C without a word."""
    assert preview.stdout
    line = preview.stdout.readline()
    found = re.fullmatch(r"Knots: (http://127\.0\.0\.1:\d+/) \(Ctrl\+C ends it\)\n", line)
    assert found, line
    with urllib.request.urlopen(found[1]) as answer:
        assert answer.status == 200
    if os.name == "nt":
        pytest.skip("a test cannot press Ctrl+C on Windows")
    preview.send_signal(signal.SIGINT)
    output, errors = preview.communicate(timeout=20)
    assert (output, errors) == ("", "")


def test_two_previews_have_two_addresses(preview: subprocess.Popen[str], root: Path) -> None:
    """A port that is taken is no mishap."""
    assert preview.stdout
    first = preview.stdout.readline()
    command = [sys.executable, "-m", "builder", "preview", "--no-browser"]
    other = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert other.stdout
    try:
        second = other.stdout.readline()
    finally:
        other.kill()
        other.communicate()
    assert "http://127.0.0.1:" in second
    assert second != first


def test_a_preview_needs_one_deck(root: Path) -> None:
    """With several, one must be named."""
    write_deck(root / "decks" / "bends", {"deck.yaml": "id: bends-7f3k2q\nname: Bends\ntag: Bends\n"})
    result = run("preview", "--no-browser")
    assert (result.exit_code, result.stderr) == (2, "error: which deck? There is: bends, knots\n")
