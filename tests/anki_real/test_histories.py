"""What students get when the recorded history is not a straight line: reverted, lost, or merged from branches."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.anki_real.student import Student, Taken
from tests.releases.author import DAY, FIRST, FOURTH, NOW, SECOND, THIRD, Author, cloze, question

Union = Callable[[Path, Path, Path], str]


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck of four notes and five cards is released."""
    author.notes(
        *(question(note, f"Answer to {note}") for note in ("a", "b", "c")), cloze("gaps", "A {{c1::x}} or {{c2::y}}")
    )
    author.release(FIRST)
    return author


@pytest.fixture
def student(author: Author, student: Student) -> Student:
    """A student who holds the first release and has studied every card, each in another way."""
    assert student.take(author.package()) == Taken(new=4)
    student.study_everything()
    return student


# reverted


@pytest.mark.parametrize("what", ["sources", "sources and ledger"])
def test_a_reverted_release_reaches_students(author: Author, student: Student, what: str) -> None:
    """Promise 6: going back to older sources, with or without the ledger, is a change that arrives at every student."""
    ledger, schedules = author.ledger_path.read_bytes(), student.schedules()
    author.edit("Answer to a", "A mistake")
    author.release(SECOND)
    student.take(author.package())
    assert student.note("a")["Answer"] == "A mistake"
    author.edit("A mistake", "Answer to a")
    if what == "sources and ledger":
        author.ledger_path.write_bytes(ledger)
    assert author.release(THIRD).changes.changed == 1
    assert student.take(author.package()) == Taken(updated=1, unchanged=3)
    assert student.note("a")["Answer"] == "Answer to a"
    assert student.schedules() == schedules


def test_a_reverted_release_reaches_those_who_skipped_it(author: Author, student: Student) -> None:
    """Promise 6: who never took the reverted release keeps the reviews, and gets the same text once more."""
    schedules = student.schedules()
    author.edit("Answer to a", "A mistake")
    author.release(SECOND)
    author.edit("A mistake", "Answer to a")
    author.release(THIRD)
    assert student.take(author.package()) == Taken(updated=1, unchanged=3)
    assert student.schedules() == schedules


def test_a_reverted_addition_is_not_forgotten(author: Author) -> None:
    """Promise 1: a note that only the manifest of a reverted release knows of is not lost without a word."""
    ledger, notes = author.ledger_path.read_bytes(), (author.deck / "notes.yaml").read_bytes()
    author.edit("id: gaps", "id: new-one\n    question: New?\n    answer: Yes\n  - id: gaps")
    author.release(SECOND)
    author.write("notes.yaml", notes)
    author.ledger_path.write_bytes(ledger)
    with pytest.raises(Exception, match="gone-note: the released note `new-one`"):
        author.release(THIRD)


# lost


def test_a_lost_ledger_costs_one_round_of_updates(author: Author, student: Student) -> None:
    """Promise 6: without ledger and manifest every note updates once; no review is lost and nothing is doubled."""
    schedules = student.schedules()
    author.forget()
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=4)
    assert student.counts == (4, 5)
    assert student.schedules() == schedules
    author.edit("Answer to a", "A better answer")
    author.release(THIRD)
    assert student.take(author.package()) == Taken(updated=1, unchanged=3)
    assert student.schedules() == schedules


def test_a_lost_ledger_costs_nothing_beside_the_manifest(author: Author, student: Student) -> None:
    """Promise 2: the manifest of the last release gives back the whole ledger, and the same package."""
    ledger, package = author.ledger_path.read_bytes(), author.package().read_bytes()
    author.ledger_path.unlink()
    author.release(SECOND)
    assert author.ledger_path.read_bytes() == ledger
    assert author.package().read_bytes() == package
    assert student.take(author.package()) == Taken(unchanged=4)


def test_a_manifest_given_by_name_costs_nothing_either(author: Author, student: Student) -> None:
    """Promise 2: a manifest from elsewhere, given as an earlier release, stands in for a lost ledger."""
    package = author.package().read_bytes()
    kept = author.root / "last-release.json"
    author.manifest_path.rename(kept)
    author.ledger_path.unlink()
    author.release(SECOND, previous=[kept])
    assert author.package().read_bytes() == package
    assert student.take(author.package()) == Taken(unchanged=4)


def test_an_older_ledger_beside_the_manifest(author: Author, student: Student) -> None:
    """Promise 3: with an older ledger, what the last release changed is not dated again and never goes back in time."""
    ledger = author.ledger_path.read_bytes()
    author.edit("Answer to a", "A better answer")
    author.release(NOW - DAY)
    student.take(author.package())
    author.ledger_path.write_bytes(ledger)
    author.edit("Answer to b", "Another answer")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=3)


# merged


def by_git(ours: Path, base: Path, theirs: Path) -> str:
    """What `git merge` leaves with the union driver."""
    command = ["git", "merge-file", "-p", "--union", str(ours), str(base), str(theirs)]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def by_hand(ours: Path, base: Path, theirs: Path) -> str:
    """The lines of both sides, one below the other."""
    return ours.read_text(encoding="utf-8") + theirs.read_text(encoding="utf-8")


def by_hand_the_other_way(ours: Path, base: Path, theirs: Path) -> str:
    """The lines of both sides, the other way round."""
    return by_hand(theirs, base, ours)


def merge(author: Author, base: Path, other: Author, union: Union) -> None:
    """Leaves in the author's ledger what a merge with the other's branch leaves."""
    author.ledger_path.write_text(union(author.ledger_path, base, other.ledger_path), encoding="utf-8")


@pytest.fixture
def base(author: Author) -> Path:
    """A copy of the ledger as it was when the branches parted."""
    kept = author.root / "base.txt"
    kept.write_bytes(author.ledger_path.read_bytes())
    return kept


unions = pytest.mark.parametrize("union", [by_git, by_hand, by_hand_the_other_way])


@unions
def test_branches_that_changed_different_notes_heal(
    author: Author, base: Path, student: Student, new_student: Callable[[], Student], union: Union
) -> None:
    """Promise 6: students of either branch get the other's changes from the merged release, and lose nothing."""
    other, other_student = author.branch(author.root / "branch"), new_student()
    other_student.take(author.package())
    other_student.study_everything()
    schedules = student.schedules(), other_student.schedules()

    author.edit("Answer to a", "Ours")
    author.notes(question("ours-new"), file="ours.yaml")
    author.release(NOW - 20 * DAY)
    student.take(author.package())
    other.edit("Answer to b", "Theirs")
    other.edit("{{c2::y}}", "{{c2::y}} or {{c3::z}}")
    other.notes(question("theirs-new"), file="theirs.yaml")
    other.release(NOW - 10 * DAY)
    other_student.take(other.package())

    other.edit("Answer to a", "Ours")
    author.write("notes.yaml", (other.deck / "notes.yaml").read_bytes())
    author.write("theirs.yaml", (other.deck / "theirs.yaml").read_bytes())
    merge(author, base, other, union)
    author.release(SECOND)
    assert student.take(author.package()) == Taken(new=1, updated=2, unchanged=3)
    assert other_student.take(author.package()) == Taken(new=1, updated=1, unchanged=4)
    assert student.content() == other_student.content()
    assert student.schedules().items() >= schedules[0].items()
    assert other_student.schedules().items() >= schedules[1].items()
    assert student.counts == other_student.counts == (6, 8)
    lines = author.ledger_path.read_text(encoding="utf-8").splitlines()
    assert len({line.split(" ")[1] for line in lines if line.startswith("note ")}) == 6
    assert len([line for line in lines if line.startswith("note ")]) == 6


@unions
@pytest.mark.parametrize("kept", ["Ours", "Theirs", "Both"])
@pytest.mark.parametrize("apart", [0, DAY])
def test_branches_that_changed_the_same_note_heal(
    author: Author,
    base: Path,
    student: Student,
    new_student: Callable[[], Student],
    union: Union,
    kept: str,
    apart: int,
) -> None:
    """Promise 3: whichever text a merge keeps reaches the students of both branches, even of releases of one second."""
    other, other_student = author.branch(author.root / "branch"), new_student()
    other_student.take(author.package())
    author.edit("Answer to a", "Ours")
    author.release(NOW - 10 * DAY)
    student.take(author.package())
    other.edit("Answer to a", "Theirs")
    other.release(NOW - 10 * DAY + apart)
    other_student.take(other.package())
    author.edit("Ours", kept)
    merge(author, base, other, union)
    author.release(SECOND)
    for one in (student, other_student):
        taken = one.take(author.package())
        assert (taken.new, taken.conflicting, taken.other) == (0, 0, 0)
        assert one.note("a")["Answer"] == kept
        assert one.counts == (4, 5)


@unions
def test_branches_that_gave_two_notes_the_same_moment_heal(
    author: Author, base: Path, student: Student, new_student: Callable[[], Student], union: Union
) -> None:
    """Promise 5: when two branches happened to create notes in the same milliseconds, the merged package is whole."""
    ours, theirs = ([question(f"{side}-{number}") for number in range(1000)] for side in ("ours", "theirs"))
    other, other_student = author.branch(author.root / "branch"), new_student()
    author.notes(*ours, file="new.yaml")
    author.release(NOW - 10 * DAY)
    student.take(author.package())
    other.notes(*theirs, file="new.yaml")
    other.release(NOW - 10 * DAY)
    other_student.take(other.package())
    moments = [{entry.created for entry in one.ledger.notes.values() if "-" in entry.id} for one in (author, other)]
    assert moments[0] & moments[1], "nothing coincided, so nothing would be shown"

    author.notes(*ours, *theirs, file="new.yaml")
    merge(author, base, other, union)
    author.release(SECOND)
    for one, missing in ((student, 1000), (other_student, 1000), (new_student(), 2004)):
        assert one.take(author.package()) == Taken(new=missing, unchanged=2004 - missing)
        assert one.counts == (2004, 2005)
    author.edit("Answer to b", "A better answer")
    author.release(THIRD)
    assert student.take(author.package()) == Taken(updated=1, unchanged=2003)


@unions
def test_branches_that_both_restyled_heal(
    author: Author, base: Path, student: Student, new_student: Callable[[], Student], union: Union
) -> None:
    """Promise 3: whichever look a merge keeps reaches the students of both branches, and updates no note."""
    from dataclasses import replace

    other, other_student = author.branch(author.root / "branch"), new_student()
    other_student.take(author.package())
    author.restyle = lambda note_type: replace(note_type, css=note_type.css + "/* ours */")
    author.release(NOW - 10 * DAY)
    student.take(author.package())
    other.restyle = lambda note_type: replace(note_type, css=note_type.css + "/* theirs */")
    other.release(NOW - 10 * DAY)
    other_student.take(other.package())
    merge(author, base, other, union)
    author.release(SECOND)
    for one in (student, other_student):
        assert one.take(author.package()) == Taken(unchanged=4)
        assert one.note_type("Question")["css"].endswith("/* ours */")


def test_a_merge_left_unhealed_for_a_while(author: Author, base: Path, student: Student) -> None:
    """Promise 6: a merged ledger that is merged again before any release still heals."""
    branches = []
    for number, now in enumerate((NOW - 30 * DAY, NOW - 20 * DAY, NOW - 10 * DAY)):
        branch = author.branch(author.root / f"branch-{number}")
        branch.edit("Answer to a", f"Answer {number}")
        branch.notes(question(f"new-{number}"), file="new.yaml")
        branch.release(now)
        branches.append(branch)
    student.take(branches[1].package())
    author.notes(*(question(f"new-{number}") for number in range(3)), file="new.yaml")
    author.edit("Answer to a", "Answer 0")
    for branch in branches:
        merge(author, base, branch, by_git)
    author.release(SECOND)
    assert student.take(author.package()) == Taken(new=2, updated=1, unchanged=4)
    assert student.note("a")["Answer"] == "Answer 0"
    author.edit("Answer to b", "A better answer")
    author.release(FOURTH)
    assert student.take(author.package()) == Taken(updated=1, unchanged=6)
