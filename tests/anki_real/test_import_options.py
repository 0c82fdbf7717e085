"""The options of Anki's import window: those that docs/students.md wants left alone, and the one that may help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

pytest.importorskip("anki.collection", reason="what students are promised is shown with the anki package")

from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

from tests.anki_real.student import Student
from tests.releases.author import FIRST, SECOND, Author, cloze, question

ALWAYS, NEVER = 1, 2


@pytest.fixture
def student(author: Author, student: Student) -> Student:
    """A student who has studied the first release; the second, with one correction, lies there."""
    author.notes(question("bowline", "A loop"), question("bend", "Two ropes"), cloze("gaps", "A {{c1::loop}}"))
    author.release(FIRST)
    student.take(author.package())
    student.study_everything()
    return student


def take(student: Student, author: Author, change: Callable[[ImportAnkiPackageOptions], object]) -> None:
    """Imports the package with Anki's options and one change of them."""
    options = student.collection._backend.get_import_anki_package_presets()
    change(options)
    request = ImportAnkiPackageRequest(package_path=str(author.package()), options=options)
    student.collection.import_anki_package(request)
    student.collection.models._clear_cache()


def correct(author: Author) -> None:
    """Releases a correction."""
    author.edit("A loop", "A fixed loop")
    author.release(SECOND)


def test_the_options_are_as_the_page_says(student: Student) -> None:
    """Anki's own start: no progress, no presets, no merging, and updates if newer."""
    assert student.collection._backend.get_import_anki_package_presets() == ImportAnkiPackageOptions()


def test_update_notes_always_overwrites_edits(author: Author, student: Student) -> None:
    """With *Always* an edit is lost on a note that the release did not change."""
    student.edit("bend", "Answer", "My own words")
    correct(author)
    take(student, author, lambda options: setattr(options, "update_notes", ALWAYS))
    assert student.note("bend")["Answer"] == "Two ropes"


def test_update_notes_never_keeps_corrections_away(author: Author, student: Student) -> None:
    """With *Never* a correction does not arrive."""
    correct(author)
    take(student, author, lambda options: setattr(options, "update_notes", NEVER))
    assert student.note("bowline")["Answer"] == "A loop"


def test_update_note_types_always_takes_styling_back(author: Author, student: Student) -> None:
    """With *Always* a student's styling is lost although the release brings no other look."""
    student.restyle("Question", ".card { color: green }")
    correct(author)
    take(student, author, lambda options: setattr(options, "update_notetypes", ALWAYS))
    assert "color: green" not in student.note_type("Question")["css"]


def test_update_note_types_never_keeps_the_look_away(author: Author, student: Student) -> None:
    """With *Never* what a release changes in the templates does not arrive."""
    author.restyle = lambda note_type: replace(note_type, css=note_type.css + "\n.card { color: red }\n")
    author.release(SECOND)
    take(student, author, lambda options: setattr(options, "update_notetypes", NEVER))
    assert "color: red" not in student.note_type("Question")["css"]


def test_merging_helps_who_added_a_field(author: Author, student: Student) -> None:
    """Who added a field gets corrections with *Merge note types*, and keeps the field, its text and all reviews."""
    student.add_field("Question", "Mine")
    student.edit("bend", "Mine", "A remark")
    schedules = student.schedules()
    correct(author)
    before = student.take(author.package())
    assert (before.updated, before.conflicting) == (0, 2)
    take(student, author, lambda options: setattr(options, "merge_notetypes", True))
    assert student.note("bowline")["Answer"] == "A fixed loop"
    assert student.note("bend")["Mine"] == "A remark"
    assert student.schedules() == schedules
    assert student.counts == (3, 3)
    assert student.faults() == []
