"""Whatever happens to a run, packages, manifest and ledger are whole: the old ones or the new ones."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder.cli.app import main
from builder.staging import Staging
from tests.decks import SVG
from tests.releases.author import DAY, FIRST, NOW, SECOND, Author, question, tree

PROJECT = Path(__file__).parents[2]
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="killing and racing need os.fork")


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose sources of 62 notes are ahead of the last release and the last draft."""
    notes = [question(f"q{number}", f"Answer {number}") for number in range(60)]
    author.notes(question("seen", "'![x](media/knot.svg)'"), *notes)
    author.release(FIRST)
    author.draft(FIRST)
    author.edit("version: 2026.11", "version: 2026.12", "deck.yaml")
    author.edit("Answer 7\n", "Better\n")
    author.notes(question("new", "Yes", "audience: student"), file="new.yaml")
    return author


def killing(what: str, kind: str, author: Author, scratch: Path) -> dict[str, Any]:
    """What `killing.py` found."""
    scratch.mkdir()
    command = [sys.executable, "-m", "tests.releases.killing", what, kind, str(author.root), str(scratch)]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    found["errors"] = result.stderr
    return found


# killed, and at once


@forks
@pytest.mark.parametrize("kind", ["release", "draft"])
def test_a_killed_run(author: Author, tmp_path: Path, kind: str) -> None:
    """Promise 6: killed at any moment, a run leaves whole files, and the next run makes what it would have made."""
    result = killing("kill", kind, author, tmp_path / "scratch")
    assert result["found"] == [], result["errors"]
    assert result["kills"] > 60


@forks
@pytest.mark.parametrize("kind", ["release", "draft"])
def test_runs_at_once(author: Author, tmp_path: Path, kind: str) -> None:
    """Promise 4: runs of one deck at once all end well and leave what a single one makes."""
    result = killing("race", kind, author, tmp_path / "scratch")
    assert result["found"] == [], result["errors"]


@forks
def test_clones_at_once_into_one_folder(author: Author, tmp_path: Path) -> None:
    """Promise 4: two clones that build into one folder at once mix nothing up."""
    result = killing("race-clones", "draft", author, tmp_path / "scratch")
    assert result["found"] == [], result["errors"]


# places


def test_ledger_and_packages_on_different_file_systems(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 6: a folder for packages on another disk than the deck is as good as any."""
    replaced, renamed = os.replace, os.rename

    def same_disk(move: Callable[..., None]) -> Callable[..., None]:
        def moved(source: Path, target: Path, **options: Any) -> None:
            if Path(source).is_relative_to(author.deck) != Path(target).is_relative_to(author.deck):
                raise OSError(errno.EXDEV, "Invalid cross-device link", str(source))
            move(source, target, **options)

        return moved

    monkeypatch.setattr(os, "replace", same_disk(replaced))
    monkeypatch.setattr(os, "rename", same_disk(renamed))
    assert author.release(SECOND).is_new
    author.draft(SECOND + DAY)
    assert author.ledger.notes["q7"].modified == SECOND
    assert "new" in author.ledger.notes


def test_nothing_is_left_over(author: Author) -> None:
    """Promise 4: no partial file stays behind, neither after a release nor after an error in the middle of one."""
    author.release(SECOND)
    assert [path.name for path in author.root.rglob("*partial*")] == []
    assert sorted(path.name for path in author.out.iterdir()) == [
        "SHA256SUMS",
        "knots-clinician-draft.apkg",
        "knots-clinician.apkg",
        "knots-draft.apkg",
        "knots-student-draft.apkg",
        "knots-student.apkg",
        "knots.apkg",
        "knots.manifest.json",
        "knots.release-notes.md",
    ]


def test_an_error_while_renaming(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 6: when the disk fails before anything was renamed, the old files stay and the partial ones go."""
    before = tree(author.root)

    def fails(_: Staging) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Staging, "commit", fails)
    with pytest.raises(OSError, match="No space left"):
        author.release(SECOND)
    assert tree(author.root) == before


# said in one line


def deckbuilder(author: Author, *arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Runs the command line beside the author's deck; `before` is shell that goes before it."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", "builder", *arguments]
    if before:
        command = ["bash", "-c", f'{before}; exec "$@"', "bash", *command]
    return subprocess.run(
        command, cwd=author.root, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def assert_one_line(result: subprocess.CompletedProcess[str]) -> None:
    """The run ended with 1 and one line that says why."""
    assert result.returncode == 1, result
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert result.stderr.startswith("error: ")


def out_is_a_file(author: Author) -> str:
    """A file where the output folder should be."""
    (author.root / "out").write_text("mine")
    return "out"


def out_is_below_a_file(author: Author) -> str:
    """A file on the way to the output folder."""
    (author.root / "out").write_text("mine")
    return "out/deeper"


def a_folder_has_a_package_name(author: Author) -> str:
    """A folder where a package should be."""
    (author.root / "out" / "knots.apkg" / "mine").mkdir(parents=True)
    (author.root / "out" / "knots-draft.apkg" / "mine").mkdir(parents=True)
    return "out"


@pytest.mark.parametrize("command", ["build", "release"])
@pytest.mark.parametrize("obstacle", [out_is_a_file, out_is_below_a_file, a_folder_has_a_package_name])
def test_an_output_folder_that_cannot_be_used(author: Author, command: str, obstacle: Callable[[Author], str]) -> None:
    """Promise 8: what is in the way of the output is said in one line that names it, and changes nothing."""
    before = tree(author.deck)
    out = obstacle(author)
    result = deckbuilder(author, command, "--out", out)
    assert_one_line(result)
    assert "out" in result.stderr
    assert tree(author.deck) == before
    assert list((author.root / "out").rglob("*partial*")) == []


@pytest.mark.skipif(os.name == "nt", reason="ulimit is of Unix shells")
@pytest.mark.parametrize("command", ["build", "release"])
@pytest.mark.parametrize("blocks", [0, 8, 60])
def test_a_full_disk(author: Author, command: str, blocks: int) -> None:
    """Promise 6: a disk that is full after some bytes is said in one line; the old files stay."""
    before = tree(author.root)
    result = deckbuilder(author, command, "--out", "dist", before=f"ulimit -f {blocks}")
    assert_one_line(result)
    assert tree(author.root) == before


@pytest.mark.parametrize("command", ["build", "release"])
def test_a_deck_folder_that_cannot_be_used(author: Author, command: str) -> None:
    """Promise 8: a deck folder in which nothing can be noted down is said in one line."""
    shutil.rmtree(author.deck / ".deckbuilder")
    (author.deck / ".deckbuilder").write_text("mine")
    assert_one_line(deckbuilder(author, command))


def test_a_ledger_that_is_a_folder(author: Author) -> None:
    """Promise 8: a ledger that cannot be opened is an error at its place."""
    author.ledger_path.unlink()
    author.ledger_path.mkdir()
    result = deckbuilder(author, "release")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("decks/knots/ledger.txt:1:1: error: ")


def test_a_picture_saved_during_the_build(
    author: Author, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Promise 3: a picture that changes between rendering and packing is said in one line, never packed."""
    from builder.compiler import deck as compiler

    compile_deck = compiler.DeckCompiler.compile

    def then_saved(*arguments: Any) -> Any:
        result = compile_deck(*arguments)
        author.write("media/knot.svg", SVG.replace(b'r="3"', b'r="2"'))
        return result

    before = tree(author.out)
    monkeypatch.setattr(compiler.DeckCompiler, "compile", then_saved)
    monkeypatch.setattr(sys, "argv", ["deckbuilder", "build"])
    monkeypatch.chdir(author.root)
    with pytest.raises(SystemExit) as ended:
        main()
    error = capsys.readouterr().err
    assert ended.value.code == 1
    assert len(error.strip().splitlines()) == 1
    assert "knot.svg" in error
    assert tree(author.out) == before


INTERRUPTED = """
import os, signal, sys
number, arguments = int(sys.argv[1]), sys.argv[2:]
def hook(event, _):
    if event == "sqlite3.connect":
        os.kill(os.getpid(), number)
sys.addaudithook(hook)
sys.argv = ["deckbuilder", *arguments]
from builder.cli.app import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("signal_name", ["SIGINT", "SIGTERM"])
def test_a_run_that_is_told_to_stop(author: Author, signal_name: str) -> None:
    """Promise 6: Ctrl-C and a polite end leave the old files, nothing partial, and no traceback."""
    import signal

    before = tree(author.root)
    number = getattr(signal, signal_name)
    result = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(int(number)), "release"],
        cwd=author.root,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode in (1, 128 + number), result
    assert "Traceback" not in result.stderr
    assert tree(author.root) == before


def test_the_author_of_these_tests_is_ahead(author: Author) -> None:
    """Promise 3: what the runs above make differs from what was there, so that a mixture would be seen."""
    before = tree(author.root)
    author.release(SECOND)
    author.draft(NOW)
    after = tree(author.root)
    unchanged = [
        path for path in after if Path(path).suffix in (".apkg", ".json", ".txt") and before.get(path) == after[path]
    ]
    assert unchanged == []


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no numbers of users")
def test_a_user_without_a_name(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container a user may be a number alone, and releases all the same."""

    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 54321")

    monkeypatch.setattr("builder.staging.getuser", nameless)
    assert author.release(SECOND).is_new
