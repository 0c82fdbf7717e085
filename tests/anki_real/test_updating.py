"""What a student keeps and gets when a release is imported over an older one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from builder.core.note_types import NoteType
from tests.anki_real.student import Student, Taken
from tests.decks import SVG
from tests.releases.author import DAY, FIRST, FOURTH, NOW, SECOND, THIRD, Author, cloze, question

KNOTS = ("bowline", "clove-hitch", "figure-eight", "reef-knot", "sheet-bend")


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck of six notes and seven cards is released."""
    author.notes(
        *(question(knot, f"Answer to {knot}") for knot in KNOTS), cloze("gaps", "A {{c1::loop}} or {{c2::bend}}")
    )
    author.release(FIRST)
    return author


@pytest.fixture
def student(author: Author, student: Student) -> Student:
    """A student who holds the first release and has studied every card, each in another way."""
    assert student.take(author.package()) == Taken(new=6)
    assert student.counts == (6, 7)
    student.study_everything()
    return student


# notes that change, and notes that do not


def test_one_edited_answer_updates_one_note(author: Author, student: Student) -> None:
    """Promise 6: one edit updates one note; every review, due date, edit, tag, flag and move elsewhere survives."""
    student.edit("clove-hitch", "Answer", "My own words")
    student.tag("figure-eight", "mine")
    student.suspend("reef-knot")
    student.flag("sheet-bend", 3)
    student.move("gaps", "My deck", card=2)
    content, schedules = student.content(), student.schedules()
    author.edit("Answer to bowline", "A better answer")
    assert author.release(SECOND).changes.changed == 1
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.note("bowline")["Answer"] == "A better answer"
    assert student.schedules() == schedules
    assert {**student.content(), "bowline": content["bowline"]} == content
    assert student.counts == (6, 7)


def test_an_edited_question_keeps_guid_and_reviews(author: Author, student: Student) -> None:
    """Promise 1: a new wording of the question is the same note, with its GUID and its reviews."""
    before, schedules = student.note("bowline"), student.schedules()
    author.edit("What about bowline?", "Which knot is called king?")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    after = student.note("bowline")
    assert after["Question"] == "Which knot is called king?"
    assert (after.guid, after.id) == (before.guid, before.id)
    assert after.guid == "s2K3RJeH5411"  # of deck `knots-7f3k2q` and note `bowline`, whoever builds it, for ever
    assert student.schedules() == schedules


def test_changed_tags_update_a_note(author: Author, student: Student) -> None:
    """Promise 3: a note whose tags change has changed; no other note has."""
    author.edit("answer: Answer to bowline", "answer: Answer to bowline\n    tags: [Loops]")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.note("bowline").tags == ["Knots::Loops"]


@pytest.mark.parametrize("touch", ["edit", "tag", "leech"])
def test_a_fix_reaches_a_student_who_touched_the_note(author: Author, student: Student, touch: str) -> None:
    """Promise 6: a fix released after a student's edit, tag or leech arrives, though it was written before them."""
    author.edit("Answer to bowline", "A better answer")
    if touch == "edit":
        student.edit("bowline", "Answer", "My own words")
    elif touch == "tag":
        student.tag("bowline", "mine")
    else:
        student.fail_until_leech("bowline")
    assert student.content()["bowline"].modified >= NOW
    schedules = student.schedules()
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.note("bowline")["Answer"] == "A better answer"
    assert student.schedules() == schedules


def test_a_draft_before_the_release_does_not_hold_the_fix_back(author: Author, student: Student) -> None:
    """Promise 6: a fix that was drafted before a student's touch is dated by the release, not by the draft."""
    author.edit("Answer to bowline", "A better answer")
    author.draft(NOW - DAY)
    student.tag("bowline", "mine")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)


def test_a_new_note_arrives(author: Author, student: Student) -> None:
    """Promise 6: a note that is added is added, and nothing else happens."""
    schedules = student.schedules()
    author.notes(question("new-one"), cloze("new-gap", "Some {{c1::gap}} here"), file="more.yaml")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(new=2, unchanged=6)
    assert student.counts == (8, 9)
    assert student.schedules().items() >= schedules.items()


def test_a_changed_picture_updates_its_note(author: Author, student: Student) -> None:
    """Promise 3: other bytes under the same file name are a changed note, and the student sees the new picture."""
    author.edit("answer: Answer to bowline", "answer: '![a loop](media/knot.svg)'")
    author.release(NOW - 2 * DAY)
    student.take(author.package())
    (before,) = student.files_of("bowline")
    content = student.content()
    author.write("media/knot.svg", SVG.replace(b'r="3"', b'r="2"'))
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    (after,) = student.files_of("bowline")
    assert before != after
    assert b'r="2"' in student.read_file(after)
    student.lose_file(before)
    assert student.faults() == []
    assert {**student.content(), "bowline": content["bowline"]} == content


# cards


def test_reverse_adds_a_card(author: Author, student: Student) -> None:
    """Promise 6: `reverse` switched on adds the second card and leaves the first one's reviews alone."""
    schedules = student.schedules()
    author.edit("answer: Answer to bowline", "answer: Answer to bowline\n    reverse: true")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.counts == (6, 8)
    assert student.schedules().items() >= schedules.items()
    assert student.schedules()["bowline", 2].reviews == ()
    assert student.faults() == []


def test_a_new_number_adds_a_card(author: Author, student: Student) -> None:
    """Promise 6: a new gap number adds its card and leaves the others' reviews alone; a gap in the numbers stays."""
    schedules = student.schedules()
    author.edit("A {{c1::loop}} or {{c2::bend}}", "A {{c1::loop}} or {{c2::bend}} or {{c4::hitch}}")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.counts == (6, 8)
    assert student.schedules().items() >= schedules.items()
    assert ("gaps", 4) in student.schedules()
    assert student.faults() == []


def test_choices_added_and_changed_stay_one_card(author: Author, student: Student) -> None:
    """Promise 6: a released question may get choices, and more of them; its card keeps its reviews."""
    schedules = student.schedules()
    answer = "answer: Answer to bowline"
    author.edit(answer, f"{answer}\n    choices: [Answer to bowline, Another]")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    author.edit("Another]", "{text: Another, why: It slips.}, A third]")
    author.release(THIRD)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.schedules() == schedules
    assert student.note("bowline")["Choices"].count("<li>") == 3
    assert student.faults() == []


# places


def test_a_note_moved_to_another_file_and_subdeck(author: Author, student: Student) -> None:
    """Promise 2: a note's file and subdeck are no part of it; nothing updates and its cards stay where they are."""
    content, schedules = student.content(), student.schedules()
    author.notes(*(question(knot, f"Answer to {knot}") for knot in KNOTS[2:]))
    author.notes(
        cloze("gaps", "A {{c1::loop}} or {{c2::bend}}"),
        *(question(knot, f"Answer to {knot}") for knot in KNOTS[:2]),
        file="sub/moved.yaml",
        head="deck: Moved\n",
    )
    author.release(SECOND)
    assert student.take(author.package()) == Taken(unchanged=6)
    assert (student.content(), student.schedules()) == (content, schedules)


def test_another_order_and_another_file_name(author: Author, student: Student) -> None:
    """Promise 1: neither the file's name nor the order of notes is part of a note."""
    content, schedules = student.content(), student.schedules()
    author.notes(cloze("gaps", "A {{c1::loop}} or {{c2::bend}}"), *(question(k, f"Answer to {k}") for k in KNOTS[::-1]))
    author.move("notes.yaml", "other.yaml")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(unchanged=6)
    assert (student.content(), student.schedules()) == (content, schedules)


def test_a_renamed_deck(author: Author, student: Student) -> None:
    """Promise 6: a new name doubles nothing and updates no note; old cards stay, new ones go to the new name."""
    content, schedules = student.content(), student.schedules()
    author.edit("name: Knots", "name: Ropes", "deck.yaml")
    author.edit("id: gaps", "id: brand-new\n    question: New?\n    answer: Yes\n  - id: gaps")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(new=1, unchanged=6)
    assert student.content().items() >= content.items()
    assert student.schedules().items() >= schedules.items()
    assert student.schedules()["brand-new", 1].deck == "Ropes"
    assert student.note_type("Question")["name"] == "Ropes: Question"
    assert student.faults() == []


def test_a_description_arrives(author: Author, student: Student) -> None:
    """Promise 3: the deck's description and the version on it are no part of any note."""
    author.edit("description: Knots and what they are for.", "description: All about *knots*.", "deck.yaml")
    author.release(SECOND, version="2027.1")
    assert student.take(author.package()) == Taken(unchanged=6)
    description = student.description("Knots")
    assert "All about *knots*." in description
    assert "2027.1" in description
    assert student.deck("Knots")["md"], "Anki would show the Markdown as it is written"


def test_deck_options_survive(author: Author, student: Student) -> None:
    """Promise 6: the student's options for the deck, and those of all other decks, are left alone by a release."""
    student.make_preset("Knots", "Mine", 7)
    other = student.preset("Default")
    author.edit("description: Knots and what they are for.", "description: All about *knots*.", "deck.yaml")
    author.edit("Answer to bowline", "A better answer")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.preset("Knots") == ("Mine", 7)
    assert student.preset("Default") == other


# note types


def redder(note_type: NoteType) -> NoteType:
    """The note type with another look."""
    return replace(note_type, css=note_type.css + "\n.card { color: red }\n")


def reworded(note_type: NoteType) -> NoteType:
    """The note type with other words on the back of its cards."""
    templates = tuple(replace(template, back=template.back + "<p>Reworded") for template in note_type.templates)
    return replace(note_type, templates=templates)


@pytest.mark.parametrize(("change", "sign"), [(redder, "color: red"), (reworded, "Reworded")])
def test_a_new_look_updates_the_note_type_and_no_note(
    author: Author, student: Student, change: Callable[[NoteType], NoteType], sign: str
) -> None:
    """Promise 3: styling and templates move the note type's time and no note's; they reach the student."""
    student.edit("bowline", "Answer", "My own words")
    content, schedules = student.content(), student.schedules()
    author.restyle = change
    made = author.release(SECOND)
    assert made.is_new
    assert made.changes.changed == 0
    assert student.take(author.package()) == Taken(unchanged=6)
    assert (student.content(), student.schedules()) == (content, schedules)
    for name in ("Question", "Cloze"):
        assert sign in str(student.note_type(name))
    assert student.faults() == []


def test_a_restyling_survives_releases_that_do_not_restyle(author: Author, student: Student) -> None:
    """Promise 6: a student's own styling survives every release in which ours did not change."""
    student.restyle("Question", ".card { color: green }")
    for now, answer in ((SECOND, "Answer to bowline"), (THIRD, "Second answer")):
        author.edit(answer, answer.replace("Answer to bowline", "Second answer") + "!")
        author.release(now)
        assert student.take(author.package()) == Taken(updated=1, unchanged=5)
        assert "color: green" in student.note_type("Question")["css"]


def test_what_both_sides_restyled_takes_the_release(author: Author, student: Student) -> None:
    """Promise 6: a note type that both sides restyled takes the release's side, and nothing conflicts."""
    student.restyle("Question", ".card { color: green }")
    author.restyle = redder
    author.release(SECOND)
    assert student.take(author.package()) == Taken(unchanged=6)
    assert "color: red" in student.note_type("Question")["css"]
    assert "color: green" not in student.note_type("Question")["css"]


def test_a_look_taken_back_reaches_the_student(author: Author, student: Student) -> None:
    """Promise 6: a restyling that is reverted is a change like any other."""
    author.restyle = redder
    author.release(SECOND)
    student.take(author.package())
    author.restyle = lambda note_type: note_type
    author.release(THIRD)
    assert student.take(author.package()) == Taken(unchanged=6)
    assert "color: red" not in student.note_type("Question")["css"]


# several releases


def test_releases_can_be_skipped(author: Author, student: Student, new_student: Callable[[], Student]) -> None:
    """Promise 6: from the first release to the fourth, a student gets everything in between and loses nothing."""
    schedules = student.schedules()
    author.edit("Answer to bowline", "Second")
    author.edit("Answer to clove-hitch", "Second")
    author.release(SECOND)
    author.edit("answer: Second\n  - id: clove-hitch", "answer: Third\n    reverse: true\n  - id: clove-hitch")
    author.restyle = redder
    author.release(THIRD)
    author.notes(question("new-one"), file="more.yaml")
    author.edit("{{c2::bend}}", "{{c2::bend}} or {{c3::hitch}}")
    author.release(FOURTH)
    assert student.take(author.package()) == Taken(new=1, updated=3, unchanged=3)
    assert student.schedules().items() >= schedules.items()
    fresh = new_student()
    fresh.take(author.package())
    assert student.content() == fresh.content()
    assert student.schedules().keys() == fresh.schedules().keys()
    assert student.note_type("Question")["css"] == fresh.note_type("Question")["css"]
    assert student.faults() == []


def test_a_later_release_never_undoes_an_earlier_one(author: Author, student: Student) -> None:
    """Promise 6: an older package imported after a newer one changes nothing."""
    old = author.kept(author.package())
    author.edit("Answer to bowline", "A better answer")
    author.release(SECOND)
    student.take(author.package())
    content, schedules = student.content(), student.schedules()
    assert student.take(old) == Taken(unchanged=6)
    assert (student.content(), student.schedules()) == (content, schedules)


def test_a_second_release_in_the_same_second_arrives(author: Author, student: Student) -> None:
    """Promise 3: a changed note is later than every release before it, though the clock did not move."""
    author.edit("Answer to bowline", "Hasty")
    author.release(SECOND)
    student.take(author.package())
    author.edit("Hasty", "Corrected")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.note("bowline")["Answer"] == "Corrected"


def test_a_retired_note_returns_as_the_same_note(author: Author, student: Student) -> None:
    """Promise 1: an id that was retired comes back as the same note, with its reviews; changed, it updates."""
    identity, schedules = student.note("bowline").id, student.schedules()
    text = (author.deck / "notes.yaml").read_text(encoding="utf-8")
    author.notes(
        *(question(knot, f"Answer to {knot}") for knot in KNOTS[1:]), cloze("gaps", "A {{c1::loop}} or {{c2::bend}}")
    )
    author.release(SECOND, allow=["gone-note:bowline"])
    assert author.ledger.notes["bowline"].gone
    assert student.take(author.package()) == Taken(unchanged=5)
    assert student.counts == (6, 7)
    author.write("notes.yaml", text.replace("Answer to bowline", "Back again"))
    author.release(THIRD)
    assert not author.ledger.notes["bowline"].gone
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.note("bowline").id == identity
    assert student.note("bowline")["Answer"] == "Back again"
    assert student.schedules() == schedules


def test_a_deleted_note_comes_back_once(author: Author, student: Student) -> None:
    """Promise 6: a note the student deleted comes back as one note, and everything else stays."""
    schedules = student.schedules()
    student.delete("bowline")
    author.edit("Answer to clove-hitch", "A better answer")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(new=1, updated=1, unchanged=4)
    assert student.counts == (6, 7)
    del schedules["bowline", 1]
    assert student.schedules().items() >= schedules.items()
