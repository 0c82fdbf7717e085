"""Drafts: stable on one machine, invisible to git and to the next release."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from builder.cli.app import app
from tests.releases.author import DAY, FIRST, NOW, SECOND, Author, cloze, question, tree


def git(folder: Path, *arguments: str) -> str:
    """What git says."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.excludesFile=")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def drafts(author: Author) -> dict[str, bytes]:
    """The drafts on disk."""
    return {path.name: path.read_bytes() for path in author.out.glob("*-draft.apkg")}


def test_a_second_draft_is_the_first(author: Author) -> None:
    """Promise 2: a draft of unchanged sources is byte-identical at any later time, before and after a release."""
    for now in (FIRST, NOW):
        author.notes(question("a", f"As of {now}"), cloze("b", "A {{c1::gap}}"))
        author.draft(now)
        first = drafts(author)
        assert sorted(first) == ["knots-clinician-draft.apkg", "knots-draft.apkg", "knots-student-draft.apkg"]
        author.draft(now + DAY)
        assert drafts(author) == first
        author.release(now + DAY)
        author.draft(now + 2 * DAY)
        second = drafts(author)
        author.draft(now + 3 * DAY)
        assert drafts(author) == second


def test_a_draft_of_what_was_released_is_the_release(author: Author) -> None:
    """Promise 2: a draft dates what did not change as the release did."""
    author.notes(question("a"), cloze("b", "A {{c1::gap}}"))
    author.release(FIRST)
    author.draft(NOW)
    assert author.draft_package().read_bytes() == author.package().read_bytes()


def test_a_draft_dates_only_what_changed(author: Author) -> None:
    """Promise 3: a changed note is later in each draft, the others stay as they were."""
    author.notes(question("a"), question("b", "First"))
    author.release(FIRST)
    files, changes = author.draft(NOW)
    assert (changes.new, changes.changed, changes.gone) == (0, 0, 0)
    author.edit("First", "Second")
    files, changes = author.draft(NOW + 1)
    assert [file.notes for file in files] == [2, 2, 2]
    assert (changes.new, changes.changed, changes.gone) == (0, 1, 0)
    second = author.draft_package().read_bytes()
    author.edit("Second", "Third")
    author.draft(NOW + 2)
    assert author.draft_package().read_bytes() != second


def test_a_draft_touches_no_tracked_file(author: Author) -> None:
    """Promise 4: a draft, and a release's leftovers, leave nothing for git to see but what a release records."""
    author.notes(question("a"))
    git(author.root, "init", "-q")
    (author.root / ".gitignore").write_text("dist/\n")
    git(author.root, "add", "-A")
    git(author.root, "commit", "-qm", "sources")
    author.draft(FIRST)
    assert git(author.root, "status", "--porcelain") == ""
    author.release(FIRST)
    assert git(author.root, "status", "--porcelain").splitlines() == [
        "?? decks/knots/ledger.txt",
        "?? decks/knots/manifest.json",
    ]
    git(author.root, "add", "-A")
    git(author.root, "commit", "-qm", "release")
    author.draft(NOW)
    author.release(NOW)
    assert git(author.root, "status", "--porcelain") == ""
    author.edit("answer: Yes", "answer: No")
    git(author.root, "commit", "-qam", "edit")
    author.draft(NOW)
    assert git(author.root, "status", "--porcelain") == ""


def test_a_draft_changes_nothing_in_the_next_release(author: Author, tmp_path: Path) -> None:
    """Promise 4: what was drafted before does not change a byte of the release."""
    author.notes(question("a", "First"), question("b"))
    author.release(FIRST)
    other = author.branch(tmp_path / "other")
    author.edit("First", "Draft")
    author.notes(question("c"), question("d", "Yes", "reverse: true"), file="new.yaml")
    author.draft(NOW - 2 * DAY)
    author.edit("Draft", "Second")
    author.draft(NOW - DAY)
    other.edit("First", "Second")
    other.notes(question("c"), question("d", "Yes", "reverse: true"), file="new.yaml")
    for one in (author, other):
        one.release(SECOND)
    assert author.package().read_bytes() == other.package().read_bytes()
    assert author.ledger_path.read_bytes() == other.ledger_path.read_bytes()
    assert author.manifest_path.read_bytes() == other.manifest_path.read_bytes()


def test_a_draft_leaves_the_released_packages_alone(author: Author) -> None:
    """Promise 6: a draft has a name of its own, so that nobody takes it for the release in the same folder."""
    author.notes(question("a", "First"))
    author.release(FIRST)
    released = tree(author.out)
    author.edit("First", "Second")
    author.draft(NOW)
    assert {path: content for path, content in tree(author.out).items() if not path.endswith("-draft.apkg")} == released


def test_one_edition_only(author: Author) -> None:
    """Promise 5: `--edition` writes that package alone, the same as among the others."""
    author.notes(question("a"), question("b", "Yes", "audience: clinician"))
    author.draft(NOW)
    everything = drafts(author)
    shutil.rmtree(author.out)
    files, _ = author.draft(NOW, edition="clinician")
    assert [file.edition for file in files] == ["clinician"]
    assert drafts(author) == {"knots-clinician-draft.apkg": everything["knots-clinician-draft.apkg"]}


def test_a_damaged_draft_ledger_is_no_obstacle(author: Author) -> None:
    """Promise 4: what is not tracked may be lost or damaged without harm."""
    author.notes(question("a"))
    author.draft(FIRST)
    (path,) = (author.deck / ".deckbuilder").glob("draft*")
    path.write_bytes(b"\xff\x00 nonsense\n" * 10)
    author.draft(NOW)
    first = drafts(author)
    author.draft(NOW + DAY)
    assert drafts(author) == first


@pytest.mark.parametrize("name", ["everything", "draft", "student-draft"])
def test_no_two_packages_of_a_deck_share_a_name(author: Author, name: str) -> None:
    """Promise 5: whatever an edition is called, each package has a file of its own, or the name is refused."""
    author.edit("editions:", f"editions:\n  {name}: {{audience: beginner}}", "deck.yaml")
    if refused := author.refused(FIRST):
        assert refused.files == {"deck.yaml"}
        return
    released = author.release(FIRST).files
    drafted, _ = author.draft(NOW)
    paths = [file.path for file in (*released, *drafted)]
    assert len(paths) == 8
    assert len(set(paths)) == 8


def test_no_two_decks_share_a_package(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 5: an edition of one deck never overwrites another deck in the same folder."""
    author.branch(author.root / "x").deck.rename(author.root / "decks" / "knots-student")
    other = (author.root / "decks" / "knots-student" / "deck.yaml").read_text(encoding="utf-8")
    other = other.replace("knots-7f3k2q", "ropes-7f3k2q").replace("Knots", "Ropes")
    (author.root / "decks" / "knots-student" / "deck.yaml").write_text(other, encoding="utf-8")
    monkeypatch.chdir(author.root)
    result = CliRunner().invoke(app, ["build"])
    made = [word for word in result.output.split() if word.endswith(".apkg")]
    assert result.exit_code == 1 or (len(made) == len(set(made)) == 6), result.output
