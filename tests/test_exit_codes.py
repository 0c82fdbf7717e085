"""What the commands answer to the shell: 0 done, 1 problems in the sources, 2 wrong usage; and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from builder.cli.app import app
from tests.decks import DECK_YAML, NOTES_YAML, notes_yaml, write_deck

BAD_NOTES = "notes:\n  - id: a\n    qestion: x\n    answer: y\n    question: z\n"
LEDGER = "# deckbuilder-ledger 1\nnote sheet-bend question 1 1700000000000 1700000000 1700000000 0123456789abcdef -\n"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`deckbuilder` with these arguments in the test's folder; what is not an exit fails the test."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A deck without problems."""
    return write_deck(tmp_path / "decks" / "knots")


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A deck with one problem, at 3:5 of its notes."""
    return write_deck(tmp_path / "decks" / "bad", {"notes.yaml": BAD_NOTES})


# check


def test_check_of_a_good_deck(run: Run, good: Path) -> None:
    """Nothing to say but that."""
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no problems in 1 note of 1 deck\n"


def test_check_of_a_bad_deck(run: Run, bad: Path) -> None:
    """Problems go to standard output, the verdict to standard error, and the exit code is 1."""
    result = run("check")
    assert result.exit_code == 1
    assert result.stdout.startswith("decks/bad/notes.yaml:3:5: error: ")
    assert result.stdout.splitlines()[1:3] == ["  3 |     qestion: x", "    |     ^"]
    assert result.stderr.startswith("1 problem in ")


def test_check_of_one_deck_or_file_only(run: Run, good: Path, bad: Path) -> None:
    """A path chooses what is shown: a deck, a folder or a file in it, from anywhere."""
    write_deck(bad, {"more/notes.yaml": BAD_NOTES.replace("id: a", "id: b")})
    (bad / "notes.yaml").write_text(BAD_NOTES, encoding="utf-8")
    for path, lines in {
        "decks/knots": 0,
        "decks/bad": 2,
        "decks/bad/notes.yaml": 1,
        "decks/bad/deck.yaml": 0,
        "decks/bad/more": 1,
        str(bad / "more" / "notes.yaml"): 1,
    }.items():
        result = run("check", path, "--format", "json")
        assert len(json.loads(result.stdout)) == lines, path
        assert result.exit_code == (1 if lines else 0), path
    assert len(json.loads(run("check", "decks/knots", "decks/bad/more", "--format", "json").stdout)) == 1


def test_check_of_a_file_counts_its_deck_once(run: Run, good: Path) -> None:
    """Two files of a deck are one deck."""
    (good / "more.yaml").write_text(
        NOTES_YAML.replace("bowline", "sheet-bend").replace("fixed loop", "bend"), encoding="utf-8"
    )
    result = run("check", "decks/knots/notes.yaml", "decks/knots/more.yaml")
    assert (result.exit_code, result.stderr) == (0, "no problems in 2 notes of 1 deck\n")


def test_warnings_alone_are_no_failure(run: Run, good: Path) -> None:
    """What only a release would refuse does not fail a check."""
    (good / "ledger.txt").write_text(LEDGER, encoding="utf-8")
    result = run("check", "--format", "json")
    assert [one["severity"] for one in json.loads(result.stdout)] == ["warning"]
    assert result.exit_code == 0


def test_check_in_every_format(run: Run, bad: Path) -> None:
    """The same problem as text, JSON and annotation, with the same exit code."""
    text, as_json, github = (run("check", "--format", form) for form in ("text", "json", "github"))
    assert [result.exit_code for result in (text, as_json, github)] == [1, 1, 1]
    assert json.loads(as_json.stdout)[0]["line"] == 3
    assert github.stdout.startswith("::error file=decks/bad/notes.yaml,line=3,col=5,")
    assert as_json.stderr == ""


def test_json_of_a_good_deck_is_json(run: Run, good: Path) -> None:
    """A program gets an empty list, not nothing."""
    assert run("check", "--format", "json").stdout == "[]\n"


@pytest.mark.parametrize("form", ["yaml", "", "TEXT", "jsn"])
def test_an_unknown_format(run: Run, good: Path, form: str) -> None:
    """The formats are named."""
    result = run("check", "--format", form)
    assert result.exit_code == 2
    assert "text, json, github" in result.stderr


def test_check_of_what_is_not_there(run: Run, good: Path) -> None:
    """A path that does not exist, or that belongs to no deck."""
    result = run("check", "decks/none")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "decks/none" in result.stderr
    (good.parent.parent / "notes.yaml").write_text("x", encoding="utf-8")
    result = run("check", "notes.yaml")
    assert result.exit_code == 2
    assert "no deck" in result.stderr


@pytest.mark.parametrize(("written", "meant"), [("knots", "knots"), ("knits", "knots"), ("decks/knits", "knots")])
def test_check_of_a_name_that_is_nearly_a_deck(run: Run, good: Path, written: str, meant: str) -> None:
    """`build` takes the deck's name; `check` at least says which path is meant."""
    result = run("check", written)
    if written == meant:
        assert result.exit_code == 0 or f"decks/{meant}" in result.stderr, result.stderr
    else:
        assert result.exit_code == 2
        assert f"`{meant}`" in result.stderr or f"decks/{meant}" in result.stderr, result.stderr


# build


def test_build_of_a_good_deck(run: Run, good: Path, tmp_path: Path) -> None:
    """Packages are written and named."""
    result = run("build")
    assert result.exit_code == 0
    made = sorted(path.name for path in (tmp_path / "dist").iterdir())
    assert made == ["knots-clinician-draft.apkg", "knots-draft.apkg", "knots-student-draft.apkg"]
    assert all(name in result.stdout for name in made)


def test_build_of_a_bad_deck_writes_nothing(run: Run, good: Path, bad: Path, tmp_path: Path) -> None:
    """One bad deck among good ones: its problems, exit code 1, and no package of any."""
    result = run("build")
    assert result.exit_code == 1
    assert "decks/bad/notes.yaml:3:5: error: " in result.stderr
    assert "nothing was written" in result.stderr
    assert not (tmp_path / "dist").exists()


def test_build_of_a_good_deck_beside_a_bad_one(run: Run, good: Path, bad: Path, tmp_path: Path) -> None:
    """Only the named deck counts."""
    assert run("build", "knots").exit_code == 0
    assert run("build", "bad").exit_code == 1


@pytest.mark.parametrize("command", ["build", "release"])
def test_an_unknown_deck(run: Run, good: Path, command: str) -> None:
    """A name that is nearly right is corrected; another is not guessed."""
    result = run(command, "knits")
    assert result.exit_code == 2
    assert "did you mean `knots`?" in result.stderr
    result = run(command, "something-else")
    assert result.exit_code == 2
    assert "did you mean" not in result.stderr


def test_an_unknown_edition(run: Run, good: Path) -> None:
    """The same for editions, which are named when nothing is near."""
    assert "did you mean `student`?" in run("build", "--edition", "studnet").stderr
    result = run("build", "--edition", "x")
    assert result.exit_code == 2
    assert "clinician, everything, student" in result.stderr


@pytest.mark.parametrize("command", ["check", "build", "release"])
def test_no_decks_at_all(run: Run, command: str) -> None:
    """In a folder without decks the way to start one is told."""
    result = run(command)
    assert result.exit_code == 2
    assert "deckbuilder new" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        *(["chekc"], ["check", "--formt", "json"], ["check", "--format"], ["build", "--out"], ["new"]),
        *(["release", "--version", "1 2"], ["release", "--version", "{{x}}"]),
    ],
)
def test_wrong_usage(run: Run, good: Path, arguments: list[str]) -> None:
    """Unknown commands and options, and arguments that are missing."""
    assert run(*arguments).exit_code == 2


def test_an_unknown_cost(run: Run, good: Path) -> None:
    """`--allow` knows the costs by name."""
    result = run("release", "--allow", "gone-crad:x")
    assert result.exit_code == 2
    assert "did you mean `gone-card`?" in result.stderr


def test_release_of_a_bad_deck(run: Run, bad: Path, tmp_path: Path) -> None:
    """Problems in the sources come first; nothing is recorded."""
    assert run("release").exit_code == 1
    assert not (bad / "ledger.txt").exists()
    assert not (tmp_path / "dist").exists()


# through the real command


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m builder` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "builder", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_exit_codes_reach_the_shell(tmp_path: Path) -> None:
    """0, 1 and 2, of the real command."""
    write_deck(tmp_path / "decks" / "knots")
    assert command(tmp_path, "check").returncode == 0
    assert command(tmp_path, "check", "--format", "x").returncode == 2
    write_deck(tmp_path / "decks" / "knots", {"notes.yaml": BAD_NOTES})
    assert command(tmp_path, "check").returncode == 1


def test_mishaps_of_the_machine_end_in_one_line(tmp_path: Path) -> None:
    """A file where the folder for packages should be: an error, no traceback."""
    write_deck(tmp_path / "decks" / "knots")
    (tmp_path / "dist").write_text("a file", encoding="utf-8")
    done = command(tmp_path, "build")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert "dist" in done.stderr


def test_a_ledger_that_is_a_folder(tmp_path: Path) -> None:
    """What cannot be read is said in a line, too."""
    write_deck(tmp_path / "decks" / "knots", {"ledger.txt/x": "y"})
    done = command(tmp_path, "check")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "ledger.txt" in done.stdout + done.stderr


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without permission is a problem of that file; the others are still checked."""
    write_deck(tmp_path / "decks" / "knots", {"notes.yaml": BAD_NOTES, "secret.yaml": NOTES_YAML})
    read_bytes = Path.read_bytes

    def forbidden(path: Path) -> bytes:
        if path.name == "secret.yaml":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["check", "--format", "json"], catch_exceptions=False)
    assert [one["rule"] for one in json.loads(done.stdout)] == ["unknown-key", "unreadable-file"]


def test_output_in_any_encoding(tmp_path: Path) -> None:
    """Letters that a terminal does not have are no reason to stop."""
    write_deck(tmp_path / "decks" / "knots", {"notes.yaml": notes_yaml("id: a\nquestion: 中文 <x>\nanswer: é")})
    done = subprocess.run(
        [sys.executable, "-m", "builder", "check"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert "中文".encode() in done.stdout


def test_a_deck_is_found_by_path(run: Run, good: Path) -> None:
    """`build` takes names and paths."""
    assert run("build", "decks/knots").exit_code == 0
    assert run("build", str(good)).exit_code == 0


def test_editions_of_several_decks(run: Run, good: Path, tmp_path: Path) -> None:
    """An edition that only one deck has is built of that one."""
    other = DECK_YAML.replace("7f3k2q", "1a2b3c").replace("name: Knots", "name: Loops").split("editions:")[0]
    write_deck(tmp_path / "decks" / "loops", {"deck.yaml": other})
    assert run("build", "--edition", "student").exit_code == 0
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["knots-student-draft.apkg"]


def test_a_manifest_belongs_to_one_deck(run: Run, good: Path) -> None:
    """An earlier manifest goes with the deck that it is of, so that one must be named when there are several."""
    write_deck(good.with_name("ropes"), {"deck.yaml": DECK_YAML.replace("nots", "opes")})
    refused = run("release", "--previous", "old.manifest.json")
    assert (refused.exit_code, refused.stderr) == (2, "error: --previous belongs to one deck; name it: knots, ropes\n")
    missing = run("release", "knots", "--previous", "old.manifest.json")
    assert missing.exit_code == 1
    assert "old.manifest.json:1:1: error: there is no such file [damaged-manifest]" in missing.stderr
