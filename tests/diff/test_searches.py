"""The searches in release notes, pasted into the browser of a real Anki: each finds exactly the notes it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builder.anki.read import read_package
from builder.diff.as_markdown import release_notes
from builder.diff.compare import compare
from builder.diff.sides import compiled_side, package_side
from tests.decks import NOTE_TYPES
from tests.releases.author import FIRST, SECOND, THIRD, Author, question

if TYPE_CHECKING:
    from tests.anki_real.student import Student


@pytest.fixture
def student(tmp_path: Path) -> Iterator[Student]:
    """A student's collection."""
    from tests.anki_real.student import Student

    one = Student(tmp_path / "student")
    yield one
    one.close()


def searches(notes: str) -> dict[str, list[str]]:
    """The searches of each section."""
    sections = re.split(r"^## (.*) \(.*\)$", notes, flags=re.MULTILINE)[1:]
    return {
        name: re.findall("```text\n(.*)\n```", text) for name, text in zip(sections[::2], sections[1::2], strict=True)
    }


def found(student: Student, search: str) -> set[str]:
    """The questions of the notes that a search finds."""
    return {student.collection.get_note(note).fields[0] for note in student.collection.find_notes(search)}


def asked(*names: str) -> set[str]:
    """The questions of notes by their ids."""
    return {f"What about {name}?" for name in names}


def test_each_finds_its_notes(author: Author, student: Student) -> None:
    """New, corrected and retired notes, among others with ids that are nearly the same."""
    same = [question(name) for name in ("axb", "a-b", "A.c", "a", "b", "ab")]
    before = (question("a_b"), question("a.b"), question("old"), question("gone"), *same)
    author.notes(*before)
    author.release(FIRST)
    student.take(author.package())
    old = package_side(read_package(author.kept(author.package())), "old")
    retired = question("old", "Yes", "retired: It was wrong.")
    author.notes(question("a_b", "No"), question("a.b", "No"), retired, question("é_1"), question("new"), *same)
    author.release(SECOND, allow=["gone-note"])
    student.take(author.package())
    notes = release_notes(compare(old, compiled_side(author.compile(), "new")))

    sections = searches(notes)
    assert list(sections) == ["New", "Changed", "Retired", "Gone"]
    assert [found(student, search) for search in sections["New"]] == [asked("é_1", "new")]
    assert [found(student, search) for search in sections["Changed"]] == [asked("a_b", "a.b")]
    assert [found(student, search) for search in sections["Retired"]] == [asked("old"), asked("old")]
    assert [found(student, search) for search in sections["Gone"]] == [asked("gone")]


def test_everything_that_was_ever_retired(author: Author, student: Student) -> None:
    """The tag finds what this release and earlier ones retired, and no tag that only looks like it."""
    author.edit("tag: Knots", "tag: My_knots", file="deck.yaml")
    author.notes(question("a"), question("b"), question("c"))
    author.release(FIRST)
    student.take(author.package())
    author.notes(question("a", "Yes", "retired: Wrong."), question("b"), question("c"))
    author.release(SECOND)
    old = compiled_side(author.compile(), "old")
    author.notes(question("a", "Yes", "retired: Wrong."), question("b", "Yes", "retired: Wrong."), question("c"))
    author.release(THIRD)
    student.take(author.package())
    student.tag("c", "Myxknots::Retired")
    student.tag("c", "Retired")
    ours, all_of_it = searches(release_notes(compare(old, compiled_side(author.compile(), "new"))))["Retired"]
    assert found(student, ours) == asked("b")
    assert found(student, all_of_it) == asked("a", "b")


def test_many_notes(author: Author, student: Student) -> None:
    """Anki takes each of several searches, and together they find all."""
    author.notes(*(question(f"n{number}") for number in range(450)), question("same"))
    author.release(FIRST)
    old = compiled_side(author.compile(), "old")
    author.notes(*(question(f"n{number}", "No") for number in range(450)), question("same"))
    author.release(SECOND, allow=["mass-change"])
    student.take(author.package())
    each = [found(student, search) for search in searches(_notes(author, old))["Changed"]]
    assert [len(one) for one in each] == [200, 200, 50]
    assert set().union(*each) == asked(*(f"n{number}" for number in range(450)))


def _notes(author: Author, old: object) -> str:
    return release_notes(compare(old, compiled_side(author.compile(), "new")))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["package", "ledger"])
def test_notes_without_a_field_for_their_id(author: Author, student: Student, kind: str) -> None:
    """Notes of a note type of the deck's own may have no such field: Anki's own number finds them."""
    for name, content in NOTE_TYPES.items():
        author.write(name, content)
    drill: Callable[[str, str], str] = lambda name, reply: (  # noqa: E731
        f"id: {name}\ntype: drill\nfields: {{Prompt: What about {name}?, Reply: '{reply}'}}"
    )
    author.notes(drill("a", "Yes"), drill("b", "Yes"), drill("c", "Yes"), question("d"))
    author.release(FIRST)
    student.take(author.package())
    old = package_side(read_package(author.kept(author.package())), "old")
    author.notes(drill("a", "No"), drill("b", "No"), drill("c", "Yes"), drill("new", "Yes"), question("d", "No"))
    author.release(SECOND)
    student.take(author.package())
    new = package_side(read_package(author.package()), "new")
    if kind == "ledger":
        new = compiled_side(author.compile(), "new", ledger=author.ledger)
    sections = searches(release_notes(compare(old, new)))
    assert [found(student, search) for search in sections["Changed"]] == [asked("a", "b", "d")]
    assert [found(student, search) for search in sections["New"]] == [asked("new")]
