"""`deckbuilder diff`: what can be compared, what stands for what is left out, and what it says when it cannot."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from builder.cli.app import app
from tests.decks import DECK_YAML, NOTE_TYPES, write_deck
from tests.releases.author import FIRST, SECOND, Author, question


def git(author: Author, *arguments: str) -> str:
    """What git prints in the author's folder."""
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"]
    command = ["git", "-C", str(author.root), *settings, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout.strip()


def commit(author: Author, tag: str = "") -> None:
    """Commits the deck, and names the commit."""
    if not (author.root / ".git").exists():
        git(author, "init", "--quiet", "--initial-branch", "main")
    git(author, "add", "decks")
    git(author, "commit", "--quiet", "--allow-empty", "--message", "x")
    if tag:
        git(author, "tag", tag)


@pytest.fixture
def deck(author: Author, monkeypatch: pytest.MonkeyPatch) -> Author:
    """A deck in a repository, released once as 2026.11, with the name `v1` for that, and edited since."""
    author.notes(question("loop"), question("bend", "Yes", "audience: clinician"), question("hitch"))
    author.release(FIRST)
    commit(author, "v1")
    author.notes(question("loop", "No"), question("bend", "No", "audience: clinician"), question("hitch"))
    monkeypatch.chdir(author.root)
    return author


def run(*arguments: str) -> Result:
    """What the command prints."""
    return CliRunner().invoke(app, ("diff", *arguments), catch_exceptions=False)


def told(*arguments: str) -> tuple[str, str, list[str]]:
    """The titles of both sides, and the ids of the notes that differ."""
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    return content["old"]["title"], content["new"]["title"], [note["id"] for note in content["notes"]]


def refusal(code: int, *arguments: str) -> str:
    """The last line that it complains with."""
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    return result.stderr.splitlines()[-1]


# what is left out


def test_the_last_release_is_its_package(deck: Author) -> None:
    """The package that the committed manifest lists, if it is there as it was released."""
    assert told() == ("the last release, 2026.11", "the working tree", ["loop", "bend"])
    with_words = run()
    assert with_words.stdout.startswith("Knots: the last release, 2026.11 → the working tree\n2 changed, 1 unchanged\n")
    assert "Answer: [-Yes-]{+No+}\n" in with_words.stdout
    shutil.move(deck.out, deck.root / "elsewhere")
    assert told("--out", "elsewhere")[0] == "the last release, 2026.11"


def test_the_last_release_is_its_sources(deck: Author) -> None:
    """Without the package, or with another one in its place, it is compiled again from the commit of the ledger."""
    (deck.out / "knots.apkg").write_bytes(b"another")
    commit(deck)
    assert told() == ("the last release, 2026.11", "the working tree", ["loop", "bend"])
    assert "Answer: [-Yes-]{+No+}\n" in run().stdout
    shutil.rmtree(deck.out)
    assert "Answer: [-Yes-]{+No+}\n" in run().stdout


def test_the_last_release_is_its_ledger(deck: Author) -> None:
    """Without git, or where the sources do not fit, which notes differ is known, and not in which words."""
    shutil.rmtree(deck.out)
    shutil.rmtree(deck.root / ".git")
    shown = run().stdout
    assert "only the ledger is known of one side" in shown
    assert "changed loop" in shown
    assert "Answer" not in shown
    commit(deck, "late")  # the ledger together with sources that are no longer those of the release
    assert "only the ledger is known of one side" in run().stdout


def test_a_release_that_is_not_committed(deck: Author) -> None:
    """The sources of its ledger are in no commit yet."""
    deck.release(SECOND)
    shutil.rmtree(deck.out)
    deck.notes(question("loop", "Perhaps"), question("bend", "No", "audience: clinician"), question("hitch"))
    assert told()[2] == ["loop"]
    assert "only the ledger is known" in run().stdout


def test_a_manifest_knows_the_commit(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that was lost and taken from the manifest has the commit with it."""
    author.notes(question("loop"))
    commit(author)
    author.release(FIRST)
    commit(author)
    author.ledger_path.unlink()
    author.notes(question("loop", "No"))
    commit(author)
    shutil.rmtree(author.out)
    monkeypatch.chdir(author.root)
    assert "Answer: [-Yes-]{+No+}\n" in run().stdout


def test_never_released(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is new."""
    monkeypatch.chdir(author.root)
    assert told()[2] == ["bowline"]


def test_a_deck_that_was_not_there_yet(deck: Author) -> None:
    """At a revision before the deck's first, nothing of it is there: everything is new."""
    write_deck(deck.root / "decks" / "ropes", {"deck.yaml": DECK_YAML.replace("nots", "opes")})
    assert told("HEAD", "--deck", "ropes")[2] == ["bowline"]


def test_a_damaged_ledger(deck: Author) -> None:
    """It is told with its place; nothing is guessed."""
    deck.ledger_path.write_text("note x\n", encoding="utf-8")
    result = run()
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0].startswith("decks/knots/ledger.txt:1:1: error: ")
    assert result.stderr.splitlines()[-1] == "error: the last release is not known"


# what is named


def test_packages(deck: Author) -> None:
    """Two packages need neither sources nor git."""
    old = deck.kept(deck.package())
    deck.release(SECOND)
    new = shutil.move(deck.package(), deck.root / "new one.apkg")
    shutil.rmtree(deck.root / "decks")
    shutil.rmtree(deck.root / ".git")
    assert told(old.name, "new one.apkg") == (old.name, "new one.apkg", ["loop", "bend"])
    assert told("new one.apkg", "new one.apkg")[2] == []
    assert new


def test_a_manifest_with_its_package(deck: Author) -> None:
    """The package is read if it stands beside the manifest with the bytes that are listed; else the ledger."""
    path = "dist/knots.manifest.json"
    assert told(path) == (path, "the working tree", ["loop", "bend"])
    assert "Answer: [-Yes-]{+No+}" in run(path).stdout
    (deck.out / "knots.apkg").write_bytes(b"another")
    assert "only the ledger is known of one side" in run(path).stdout
    (deck.out / "knots.apkg").unlink()
    assert told(path) == (path, "the working tree", ["loop", "bend"])


def test_a_manifest_that_names_a_file_elsewhere(deck: Author) -> None:
    """A manifest may be anybody's: one that names a file elsewhere is none, and the file is not opened."""
    path = deck.manifest_path
    shutil.move(deck.package(), deck.root / "outside.apkg")
    path.write_text(path.read_text(encoding="utf-8").replace('"knots.apkg"', '"../outside.apkg"'), encoding="utf-8")
    result = run(path.as_posix())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "this is not a manifest that deckbuilder wrote" in result.stderr


def test_revisions(deck: Author) -> None:
    """Tags, branches and commits, of which the working tree knows nothing."""
    assert told("v1") == ("v1", "the working tree", ["loop", "bend"])
    commit(deck, "v2")
    deck.notes(question("other"))
    assert told("v1", "v2") == ("v1", "v2", ["loop", "bend"])
    assert told("HEAD~1", "main")[2] == ["loop", "bend"]
    assert told("v2", "v1")[2] == ["loop", "bend"]
    assert told(git(deck, "rev-parse", "v1"), "HEAD")[2] == ["loop", "bend"]
    assert told("v2", "dist/knots.apkg")[2] == ["loop", "bend"]


def test_pictures_of_a_revision(deck: Author) -> None:
    """Both are at hand as long as the page is made."""
    deck.notes(question("loop", "'![knot](media/knot.svg)'"))
    commit(deck, "v2")
    deck.write("media/knot.svg", (deck.deck / "media" / "knot.svg").read_bytes().replace(b'r="3"', b'r="2"'))
    result = run("v2", "--format", "html")
    assert result.exit_code == 0
    assert result.stdout.startswith("<!doctype html>")
    pictures = json.loads(run("v2", "--format", "json").stdout)["notes"][0]["pictures"]
    assert len(pictures["before"]) == len(pictures["after"]) == 1


def test_a_file_comes_before_a_revision(deck: Author) -> None:
    """A package called like a branch is the package; so `refs/heads/…` names the branch."""
    shutil.copy(deck.package(), deck.root / "main")
    deck.notes(question("other"))
    commit(deck)
    assert told("main")[2] == ["loop", "bend", "hitch", "other"]
    assert told("refs/heads/main")[2] == []


def test_old_sources_with_errors(deck: Author) -> None:
    """They are told at their places in the revision."""
    deck.notes("id: loop\nquestion: What?")
    commit(deck, "broken")
    deck.notes(question("loop"))
    result = run("broken")
    assert result.exit_code == 1
    first, *_, last = result.stderr.splitlines()
    assert first == "broken:decks/knots/notes.yaml:2:5: error: note has no answer [missing-answer]"
    assert last == "error: the sources of broken have errors"


def test_sources_with_errors(deck: Author) -> None:
    """Those of the working tree are told as `check` tells them."""
    deck.notes("id: loop\nquestion: What?")
    result = run("v1")
    assert result.exit_code == 1
    assert result.stderr.startswith("decks/knots/notes.yaml:2:5: error: note has no answer")
    assert result.stderr.splitlines()[-1] == "error: the sources of the working tree have errors"


def test_the_deck_of_a_package(deck: Author) -> None:
    """Of several decks a package or manifest says which one is its own; what says nothing needs `--deck`."""
    write_deck(deck.root / "decks" / "ropes", {"deck.yaml": DECK_YAML.replace("nots", "opes")})
    assert told("dist/knots.apkg")[2] == ["loop", "bend"]
    assert told("dist/knots.manifest.json")[2] == ["loop", "bend"]
    several = "error: there are several decks; name one with --deck: knots, ropes"
    assert refusal(2) == several
    deck.edit("name: Knots", "name: Other", file="deck.yaml")
    assert refusal(2, "dist/knots.apkg") == several
    assert told("dist/knots.apkg", "--deck", "knots")[2] == ["loop", "bend"]


def test_a_deck_in_the_place_of_a_state(deck: Author) -> None:
    """The option that names decks is told."""
    expected = "error: `knots` is no file, and there is no revision `knots`; for the deck write `--deck knots`"
    assert refusal(2, "knots") == expected
    assert refusal(2, "decks/knots").endswith("; for the deck write `--deck knots`")


def test_a_retired_note_that_was_never_released(deck: Author) -> None:
    """It is in no package, nor is a note type that only it has."""
    for name, content in NOTE_TYPES.items():
        deck.write(name, content)
    drill = "id: never\ntype: drill\nfields: {Prompt: A, Reply: B}\nretired: Wrong."
    deck.notes(question("loop"), question("bend", "Yes", "audience: clinician"), question("hitch"), drill)
    content = json.loads(run("--format", "json").stdout)
    assert (content["notes"], content["note_types"], content["counts"]["unchanged"]) == ([], [], 3)


def test_a_note_that_was_gone_comes_back(deck: Author) -> None:
    """The ledger knows it: it is no new note, and keeps the schedule that students have."""
    deck.notes(question("loop"), question("bend", "Yes", "audience: clinician"))
    deck.release(SECOND, version="2", allow=["gone-note"])
    deck.notes(question("loop"), question("bend", "Yes", "audience: clinician"), question("hitch"))
    assert "1 back again, 2 unchanged\n" in run().stdout
    assert "## Back again (1)\n\n- What about hitch?\n" in run("--format", "markdown").stdout
    assert run("--format", "html").exit_code == 0
    assert "      reaches students who hold it: it replaces their copy of the note, and its cards" in run().stdout


# editions


def test_an_edition_of_sources(deck: Author) -> None:
    """Only what its students meet; what leaves it keeps its cards, what joins it is new."""
    assert told("v1", "--edition", "student") == ("v1", "the working tree", ["loop"])
    assert told("v1", "--edition", "clinician")[2] == ["loop", "bend"]
    deck.notes(question("loop", "Yes", "audience: clinician"), question("bend"), question("hitch"))
    content = json.loads(run("v1", "--edition", "student", "--format", "json").stdout)
    assert [(note["id"], note["kind"], note["is_held_back"]) for note in content["notes"]] == [
        ("loop", "edition", True),
        ("bend", "added", False),
    ]


def test_an_edition_of_the_last_release(deck: Author) -> None:
    """Its own package is read."""
    assert told("--edition", "student") == ("the last release, 2026.11", "the working tree", ["loop"])
    (deck.out / "knots.apkg").unlink()
    assert "Answer: [-Yes-]{+No+}" in run("--edition", "student").stdout
    shutil.rmtree(deck.out)
    assert told("--edition", "student")[2] == ["loop"]


def test_everything_is_an_edition(deck: Author) -> None:
    """Its name means all notes, as for `build`."""
    assert told("--edition", "everything") == ("the last release, 2026.11", "the working tree", ["loop", "bend"])
    assert run("v1", "--edition", "everything").stdout == run("v1").stdout


def audiences() -> dict[str, tuple[str, list[str], list[str]]]:
    """What became of each note since the last release, and whom it left and joined."""
    found = json.loads(run("--format", "json").stdout)["notes"]
    return {note["id"]: (note["kind"], note["audiences"]["left"], note["audiences"]["joined"]) for note in found}


def test_a_note_that_leaves_an_edition(deck: Author) -> None:
    """Since the last release it is told once: the packages of its editions say who had it then."""
    student, clinician = "audience: student", "audience: clinician"
    expected = {"loop": ("edition", ["student"], []), "bend": ("edition", ["clinician"], ["student"])}
    deck.notes(question("loop", "Yes", clinician), question("bend", "Yes", student), question("hitch"))
    assert audiences() == expected
    assert "      gone from the edition for student: who holds its cards keeps them\n" in run().stdout
    deck.release(SECOND, version="2")
    assert audiences() == {}
    deck.notes(question("loop"), question("bend", "Yes", student), question("hitch", "No"))
    assert audiences() == {"loop": ("edition", [], ["student"]), "hitch": ("changed", [], [])}


def test_a_note_that_leaves_an_edition_without_its_packages(deck: Author) -> None:
    """The ledger tells it after the first release, and later nothing that may be false."""
    deck.package("student").unlink()
    shutil.rmtree(deck.root / ".git")
    clinician = question("loop", "Yes", "audience: clinician")
    deck.notes(clinician, question("bend", "Yes", "audience: clinician"), question("hitch"))
    assert audiences() == {"loop": ("edition", ["student"], [])}
    deck.release(SECOND, version="2")
    deck.package("student").unlink()
    assert audiences() == {}
    shutil.rmtree(deck.out)
    assert audiences() == {}


def test_the_package_of_an_edition(deck: Author) -> None:
    """Compared with everything it lacks notes that are for others: the text says what may have been meant."""
    clinician = (question("bend", "Yes", "audience: clinician"), question("knot", "Yes", "audience: clinician"))
    deck.notes(question("loop", "No"), *clinician, question("hitch"))
    last = run("dist/knots-student.apkg").stdout.splitlines()[-1]
    hint = "looks like the package of one edition: compare with `--edition student`"
    assert last == f"dist/knots-student.apkg {hint}"
    assert hint not in run("dist/knots.apkg").stdout
    assert hint not in run("dist/knots-student.apkg", "--edition", "student").stdout
    assert hint not in run("dist/knots-student.apkg", "--format", "markdown").stdout


def test_notes_that_were_for_everybody(deck: Author) -> None:
    """A package of everything is not taken for that of an edition when notes for others have come since."""
    deck.notes(question("loop"), question("hitch"))
    deck.release(SECOND, version="2", allow=["gone-note"])
    old = deck.kept(deck.package())
    deck.notes(question("loop"), question("hitch"), question("new", "Yes", "audience: clinician"))
    deck.release(SECOND + 1, version="3")
    assert "--edition" not in run(old.name).stdout


def test_no_such_edition(deck: Author) -> None:
    """The names that are there are told."""
    expected = "error: there is no edition `nurse`; there is: clinician, student"
    assert refusal(2, "v1", "--edition", "nurse") == expected
    package = deck.package().as_posix()
    expected = "error: there is no edition `student`; there is: none, since no side is made from sources"
    assert refusal(2, package, package, "--edition", "student") == expected


# output


def test_into_a_file(deck: Author) -> None:
    """It is written whole, as UTF-8 with line ends as they are, and nothing is printed."""
    result = run("--format", "markdown", "--to", "notes.md")
    assert (result.exit_code, result.output) == (0, "")
    text = (deck.root / "notes.md").read_bytes().decode("utf-8")
    assert text == run("--format", "markdown").stdout
    assert text.startswith("# Knots 2026.11\n\nSince the last release, 2026.11: 2 notes changed.")
    assert not list(deck.root.glob(".*.partial"))


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("x.html", "<!doctype html>"),
        ("x.HTM", "<!doctype html>"),
        ("x.md", "# Knots"),
        ("x.markdown", "# Knots"),
        ("x.json", "{"),
        ("x.txt", "Knots: "),
        ("x", "Knots: "),
    ],
)
def test_the_ending_is_the_format(deck: Author, name: str, start: str) -> None:
    """Unless another format is asked for."""
    assert run("--to", name).output == ""
    assert (deck.root / name).read_text(encoding="utf-8").startswith(start)
    assert run("--to", name, "--format", "json").output == ""
    assert (deck.root / name).read_text(encoding="utf-8").startswith("{")


def test_a_file_that_cannot_be_written(deck: Author) -> None:
    """The file that was asked for is named."""
    (deck.root / "folder.md").mkdir()
    for name in ("nowhere/x.md", "folder.md"):
        result = run("--to", name)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.endswith(f": {name}\n")
    assert not list(deck.root.glob("**/.*.partial"))


def test_old_files_stay_when_it_fails(deck: Author) -> None:
    """A run that fails leaves what was there."""
    (deck.root / "notes.md").write_text("old", encoding="utf-8")
    assert run("nowhere", "--to", "notes.md").exit_code == 2
    assert (deck.root / "notes.md").read_text(encoding="utf-8") == "old"


# what cannot be compared


def test_what_is_not_there(deck: Author) -> None:
    """One line that says so, with the exit code for wrong usage."""
    assert refusal(2, "v9") == "error: `v9` is no file, and there is no revision `v9`"
    assert refusal(2, "old.apkg") == "error: there is no file `old.apkg`"
    assert refusal(2, "x/knots.manifest.json") == "error: there is no file `x/knots.manifest.json`"
    assert refusal(2, "--", "-v1") == "error: `-v1` cannot be a revision: it begins with `-`"
    assert refusal(2, "v1", "--format", "pdf") == "error: --format is one of text, markdown, html, json, not `pdf`"
    assert refusal(2, "v1", "--deck", "bends") == "error: there is no deck `bends`; decks are folders with a deck.yaml"
    assert deck.deck.exists()


def test_no_repository(deck: Author) -> None:
    """A revision without git is trouble with git."""
    shutil.rmtree(deck.root / ".git")
    assert refusal(1, "v1").startswith("error: `v1` is no file, and `decks/knots` is in no git repository")


def test_no_git(deck: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is missing."""
    monkeypatch.setenv("PATH", str(deck.root))
    assert refusal(1, "v1") == "error: `v1` is no file, and git is not installed"


def test_what_is_no_package(deck: Author) -> None:
    """A file that is none is refused in one line."""
    (deck.root / "x.apkg").write_bytes(b"hello")
    assert refusal(1, "x.apkg").startswith("error: x.apkg: ")
    (deck.root / "x.json").write_text("{}", encoding="utf-8")
    assert refusal(1, "x.json") == "error: x.json cannot be compared"


def test_several_decks(deck: Author) -> None:
    """Which one is asked for, when sources are needed, and not for packages."""
    write_deck(deck.root / "decks" / "bends")
    assert refusal(2, "v1") == "error: there are several decks; name one with --deck: bends, knots"
    assert told("v1", "--deck", "knots")[2] == ["loop", "bend"]
    assert told("v1", "--deck", "decks/knots")[2] == ["loop", "bend"]
    package = Path("dist/knots.apkg").as_posix()
    assert told(package, package)[2] == []


def test_nothing_is_written(deck: Author) -> None:
    """Neither the repository nor the output folder nor the ledger is touched."""
    commit(deck)
    before = {path: path.stat().st_mtime_ns for path in deck.root.rglob("*") if path.is_file()}
    run("v1", "HEAD")
    run()
    run("dist/knots.apkg", "v1")
    assert {path: path.stat().st_mtime_ns for path in deck.root.rglob("*") if path.is_file()} == before
