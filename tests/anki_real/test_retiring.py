"""What students keep and get when notes are retired, come back, or leave their edition; what Anki cannot be told."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.anki_real.forms import EVERY_FORM, MAP_SVG, PHOTO, PICTURES
from tests.anki_real.student import Student, Taken
from tests.releases.author import DAY, FIRST, FOURTH, SECOND, THIRD, Author, cloze, question
from tests.test_retired import OWN

RETIRED = "retired: Nobody *ties* it any more."
NEW = "new-knot"
KNOTS = ("bowline", "clove-hitch", "figure-eight", "reef-knot", "sheet-bend")
BANNER = re.compile(r'<aside class="db-retired">.*?</aside>', re.DOTALL)
BANNER_SAYS = ("Retired", "Nobody <em>ties</em> it any more.", "&quot;Note ID:new-knot&quot;", "Suspend it")
DRILLS = """\
notes:
  - id: drill
    type: drill
    fields: {Prompt: Tie, Reply: It, Example: A bowline}
  - id: drill-alone
    type: drill
    fields: {Prompt: Untie, Reply: It}
"""


def retire(author: Author, *note_ids: str, file: str = "notes.yaml", lines: str = RETIRED) -> None:
    """Marks notes as retired in their file; all of its notes, when none is named."""
    path = author.deck / file
    text = path.read_text(encoding="utf-8")
    those = "|".join(map(re.escape, note_ids)) or ".+"
    written, count = re.subn(rf"^(  - id: (?:{those}))$", rf"\1\n    {lines}", text, flags=re.MULTILINE)
    assert count == len(note_ids) or not note_ids
    path.write_text(written, encoding="utf-8")


def bring_back(author: Author, *note_ids: str) -> None:
    """Takes the key away again."""
    for note_id in note_ids:
        author.edit(f"id: {note_id}\n    {RETIRED}\n", f"id: {note_id}\n")


def found(student: Student, search: str) -> set[str]:
    """The notes of the cards that a search in Anki's browser finds."""
    cards = map(student.collection.get_card, student.collection.find_cards(search))
    return {card.note()["Note ID"] for card in cards}


def held(student: Student) -> dict[str, set[int]]:
    """The numbers of the cards that a student holds, of every note."""
    cards: dict[str, set[int]] = {note_id: set() for note_id in student.content()}
    for note_id, number in student.schedules():
        cards[note_id].add(number)
    return cards


def without_modification(student: Student) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Notes with their fields and tags."""
    return {note_id: (one.fields, one.tags) for note_id, one in student.content().items()}


@pytest.fixture
def everything(tmp_path: Path) -> Author:
    """An author whose deck has a note of every form, released."""
    author = Author(tmp_path / "everything")
    author.write("notes.yaml", EVERY_FORM)
    author.write("pictures.yaml", PICTURES)
    author.notes(question(NEW), file="new.yaml")
    files: dict[str, str | bytes] = {"media/map.svg": MAP_SVG, "media/photo.png": PHOTO, "drills.yaml": DRILLS, **OWN}
    for name, content in files.items():
        author.write(name, content)
    author.release(FIRST)
    return author


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck of six notes and seven cards is released."""
    author.notes(
        *(question(knot, f"Answer to {knot}") for knot in KNOTS), cloze("gaps", "A {{c1::loop}} or {{c2::bend}}")
    )
    author.release(FIRST)
    return author


@pytest.fixture
def studied(author: Author, student: Student) -> Student:
    """A student who holds the first release and has studied every card, each in another way."""
    student.take(author.package())
    student.study_everything()
    return student


def retire_everything(author: Author, now: int = SECOND) -> None:
    """Retires every note but the new one, and releases that."""
    for file in ("notes.yaml", "pictures.yaml", "drills.yaml"):
        retire(author, file=file, lines=rf"{RETIRED}\n    replaced_by: {NEW}")
    author.release(now, allow=["mass-change"])


# who holds the cards


def test_every_form_keeps_its_cards_and_says_that_it_is_retired(everything: Author, student: Student) -> None:
    """Promise 6: on every card of every form a banner, at the front and the back, and no schedule is touched."""
    student.take(everything.package())
    student.study_everything()
    student.flag("basic", 3)
    student.suspend("typed")
    student.move("cloze", "My deck", card=2)
    schedules, cards = student.schedules(), held(student)
    plain = {card: student.sides(*card) for card in schedules}
    retire_everything(everything)
    assert student.take(everything.package()) == Taken(updated=len(cards) - 1, unchanged=1)
    assert student.schedules() == schedules
    assert len(schedules) > 40
    for card, (front, back) in plain.items():
        shown = student.sides(*card)
        if card[0] != NEW:
            for side in shown:
                (banner,) = BANNER.findall(side)
                assert all(words in banner for words in BANNER_SAYS)
        assert tuple("".join(BANNER.sub("", side).split()) for side in shown) == (
            "".join(front.split()),
            "".join(back.split()),
        )
    assert student.faults() == []
    assert held(student) == cards


def test_what_anki_offers_to_tidy_up_touches_nothing(everything: Author, student: Student) -> None:
    """Neither Empty Cards nor Check Database takes or gives a card of a retired note that is held."""
    student.take(everything.package())
    student.study_everything()
    retire_everything(everything, FIRST + DAY)  # Check Database mends times that are still to come
    student.take(everything.package())
    schedules, content, times = student.schedules(), student.content(), student.note_type_times()
    assert list(student.collection.get_empty_cards().notes) == []
    student.empty_cards()
    student.check_database()
    assert (student.schedules(), student.content(), student.note_type_times()) == (schedules, content, times)


def test_the_retired_cards_are_found_by_their_tag(author: Author, studied: Student) -> None:
    """`tag:Knots::Retired` finds the retired cards that a student holds; the search on them finds the new note."""
    retire(author, "bowline", "gaps", lines=rf"{RETIRED}\n    replaced_by: sheet-bend")
    author.release(SECOND)
    assert studied.take(author.package()) == Taken(updated=2, unchanged=4)
    assert found(studied, "tag:Knots::Retired") == {"bowline", "gaps"}
    assert len(studied.collection.find_cards("tag:Knots::Retired")) == 3
    (search,) = re.findall("<code>(.+?)</code>", studied.note("bowline")["Retired"])
    assert found(studied, search.replace("&quot;", '"')) == {"sheet-bend"}


def test_an_id_with_an_underscore_is_found_alone(author: Author, student: Student) -> None:
    """What means any character to Anki's search does not in the search on the card."""
    author.notes(question("knot_2"), question("knotx2"), file="more.yaml")
    author.release(SECOND)
    retire(author, "bowline", lines=rf"{RETIRED}\n    replaced_by: knot_2")
    author.release(THIRD)
    student.take(author.package())
    (search,) = re.findall("<code>(.+?)</code>", student.note("bowline")["Retired"])
    assert found(student, search.replace("&quot;", '"')) == {"knot_2"}


def test_a_suspended_card_stays_suspended(author: Author, studied: Student) -> None:
    """Suspending, flags, tags of one's own deck and due dates are the student's; the release has the fields."""
    studied.suspend("bowline")
    studied.flag("gaps", 2, card=2)
    studied.move("gaps", "My deck", card=1)
    schedules = studied.schedules()
    retire(author, "bowline", "gaps")
    author.release(SECOND)
    studied.take(author.package())
    assert studied.schedules() == schedules
    assert studied.schedules()["bowline", 1].queue == -1


def test_an_edited_note_takes_the_side_of_the_release(author: Author, studied: Student) -> None:
    """Promise 6: what both changed is the release's, so that nobody goes on learning it unwarned."""
    studied.edit("bowline", "Answer", "My own words")
    studied.tag("bowline", "mine")
    schedules = studied.schedules()
    retire(author, "bowline")
    author.release(SECOND)
    assert studied.take(author.package()) == Taken(updated=1, unchanged=5)
    assert studied.note("bowline")["Answer"] == "Answer to bowline"
    assert "Nobody <em>ties</em> it any more." in studied.sides("bowline")[0]
    assert studied.note("bowline").tags == ["Knots::Retired"]
    assert studied.schedules() == schedules


def test_a_card_can_still_be_studied(author: Author, studied: Student) -> None:
    """A retired card is scheduled as before: whoever goes on learning it can."""
    retire(author, "bowline")
    author.release(SECOND)
    studied.take(author.package())
    before = studied.schedules()["bowline", 1]
    studied.study("bowline", "good")
    assert studied.schedules()["bowline", 1].repetitions == before.repetitions + 1


def test_a_later_release_changes_nothing_of_it(author: Author, studied: Student) -> None:
    """Promise 2: the release after it, with nothing new in the note, updates nothing."""
    retire(author, "bowline")
    author.release(SECOND)
    studied.take(author.package())
    content, schedules = studied.content(), studied.schedules()
    author.edit("Answer to reef-knot", "A better answer")
    author.release(THIRD)
    assert studied.take(author.package()) == Taken(updated=1, unchanged=5)
    assert studied.content()["bowline"] == content["bowline"]
    author.release(FOURTH)
    assert studied.take(author.package()) == Taken(unchanged=6)
    assert studied.schedules() == schedules


def test_releases_in_between_can_be_skipped(author: Author, studied: Student) -> None:
    """Promise 6: who never took the release that retired the note gets the banner from a later one."""
    schedules = studied.schedules()
    retire(author, "bowline")
    author.release(SECOND)
    author.edit("Answer to reef-knot", "A better answer")
    author.release(THIRD)
    assert studied.take(author.package()) == Taken(updated=2, unchanged=4)
    assert studied.schedules() == schedules
    assert found(studied, "tag:Knots::Retired") == {"bowline"}


# who does not


def test_a_new_student_gets_no_card(author: Author, student: Student) -> None:
    """A new student has the retired notes without cards: there is nothing to learn, and nothing else is wrong."""
    retire(author, "bowline", "gaps")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(new=6)
    assert student.counts == (6, 4)
    assert held(student) == {**{knot: {1} for knot in KNOTS}, "bowline": set(), "gaps": set()}
    assert found(student, "tag:Knots::Retired") == set()
    assert sorted(student.study_order("Knots")) == ["clove-hitch", "figure-eight", "reef-knot", "sheet-bend"]
    assert list(student.collection.get_empty_cards().notes) == []
    student.empty_cards()
    assert student.take(author.package()) == Taken(unchanged=6)
    assert student.counts == (6, 4)


def test_new_templates_make_no_card(author: Author, student: Student) -> None:
    """A release with another version changes every template, and Anki makes no card of a note without any for that."""
    retire(author, "bowline", "gaps")
    author.release(SECOND)
    student.take(author.package())
    before = student.note_type_times()
    author.edit("Answer to reef-knot", "A better answer")
    author.release(THIRD, version="2027.1")
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.note_type_times() != before
    assert "Version 2027.1" in student.sides("reef-knot")[1]
    assert student.counts == (6, 4)


def test_a_correction_of_the_reason_makes_no_card(author: Author, student: Student) -> None:
    """A retired note that changes again arrives, still without cards for who has none."""
    retire(author, "bowline", "gaps")
    author.release(SECOND)
    student.take(author.package())
    author.edit(f"id: bowline\n    {RETIRED}", "id: bowline\n    retired: It was renamed.")
    author.release(THIRD)
    assert student.take(author.package()) == Taken(updated=1, unchanged=5)
    assert student.note("bowline")["Retired"] == "It was renamed."
    assert student.counts == (6, 4)


def test_what_makes_the_cards_for_a_new_student(author: Author, student: Student) -> None:
    """A limit: Check Database makes new cards of all notes that have none, and editing a note makes its own."""
    retire(author, "bowline", "gaps")
    author.release(SECOND)
    student.take(author.package())
    student.edit("bowline", "Answer", "My own words")
    assert held(student)["bowline"] == {1}
    assert held(student)["gaps"] == set()
    student.check_database()
    assert held(student)["gaps"] == {1, 2}
    assert found(student, "tag:Knots::Retired is:new") == {"bowline", "gaps"}
    assert all(BANNER.search(side) for side in student.sides("gaps", 2))


def test_a_card_cannot_be_shipped_suspended(author: Author, student: Student) -> None:
    """Why retired notes come without cards: a card that is suspended in a package is not in the collection."""
    suspended = author.root / "suspended.apkg"
    database = author.root / "collection.anki2"
    with ZipFile(author.package()) as package, ZipFile(suspended, "w") as changed:
        for name in package.namelist():
            content = package.read(name)
            if name == database.name:
                database.write_bytes(content)
                with closing(sqlite3.connect(database)) as connection, connection:
                    assert connection.execute("update cards set queue = -1").rowcount == 7
                content = database.read_bytes()
            changed.writestr(name, content)
    assert student.take(suspended) == Taken(new=6)
    assert {schedule.queue for schedule in student.schedules().values()} == {0}


def test_a_student_who_lacks_a_card_gets_none(author: Author, student: Student) -> None:
    """Who deleted the note's cards before gets the note again, without them."""
    student.take(author.package())
    student.study_everything()
    student.delete("bowline")
    retire(author, "bowline")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(new=1, unchanged=5)
    assert held(student)["bowline"] == set()


# coming back


def test_a_note_that_comes_back(author: Author, studied: Student, new_student: Callable[[], Student]) -> None:
    """Promise 1: it is the same note: who held its cards has their schedule, who came in between gets them now."""
    content, schedules = without_modification(studied), studied.schedules()
    retire(author, "bowline", "gaps")
    author.release(SECOND)
    studied.take(author.package())
    later = new_student()
    later.take(author.package())
    assert later.counts == (6, 4)
    bring_back(author, "bowline", "gaps")
    author.release(THIRD)
    assert studied.take(author.package()) == Taken(updated=2, unchanged=4)
    assert studied.schedules() == schedules
    assert without_modification(studied) == content
    assert later.take(author.package()) == Taken(updated=2, unchanged=4)
    assert held(later) == held(studied)
    assert without_modification(later) == content
    assert not any(BANNER.search(side) for card in schedules for side in studied.sides(*card))
    for student in (studied, later):
        assert student.faults() == []
        assert found(student, "tag:Knots::Retired") == set()


# editions


def narrow(author: Author, *note_ids: str, audience: str = "clinician") -> None:
    """Gives notes to one audience alone."""
    for note_id in note_ids:
        author.edit(f"id: {note_id}\n", f"id: {note_id}\n    audience: {audience}\n")


@pytest.fixture
def in_edition(author: Author, student: Student) -> Student:
    """A student of the edition for students who has studied every card."""
    assert student.take(author.package("student")) == Taken(new=6)
    student.study_everything()
    return student


def test_a_student_of_an_edition_gets_the_banner(author: Author, in_edition: Student) -> None:
    """Promise 6: a retired note is retired in every edition that had it."""
    schedules = in_edition.schedules()
    retire(author, "bowline", "gaps")
    author.release(SECOND)
    assert in_edition.take(author.package("student")) == Taken(updated=2, unchanged=4)
    assert in_edition.schedules() == schedules
    assert found(in_edition, "tag:Knots::Retired") == {"bowline", "gaps"}


def test_a_note_that_leaves_an_edition_stays_and_is_corrected(author: Author, in_edition: Student) -> None:
    """Promise 6: who holds its cards keeps them, and gets what is corrected in it later."""
    schedules, content = in_edition.schedules(), in_edition.content()
    narrow(author, "bowline", "gaps")
    author.release(SECOND)
    assert in_edition.take(author.package("student")) == Taken(unchanged=6)
    assert (in_edition.schedules(), in_edition.content()) == (schedules, content)
    author.edit("Answer to bowline", "A correction")
    author.release(THIRD)
    assert in_edition.take(author.package("student")) == Taken(updated=1, unchanged=5)
    assert in_edition.note("bowline")["Answer"] == "A correction"
    assert in_edition.schedules() == schedules
    assert in_edition.faults() == []


def test_a_new_student_gets_no_card_of_what_left_the_edition(author: Author, student: Student) -> None:
    """Who comes later has the note without cards, and the cards by moving to the edition that has it."""
    narrow(author, "bowline", "gaps")
    author.release(SECOND)
    assert student.take(author.package("student")) == Taken(new=6)
    assert held(student) == {**{knot: {1} for knot in KNOTS}, "bowline": set(), "gaps": set()}
    student.study_everything()
    schedules = student.schedules()
    assert student.take(author.package("clinician")) == Taken(unchanged=6)
    assert held(student) == {**{knot: {1} for knot in KNOTS}, "gaps": {1, 2}}
    assert student.schedules().items() >= schedules.items()
    assert student.faults() == []


def test_a_note_that_was_never_in_an_edition_is_not_in_it(author: Author, student: Student) -> None:
    """What is new for one audience is in no other package, with or without cards."""
    author.notes(question("for-clinicians", "Yes", "audience: clinician"), file="more.yaml")
    author.release(SECOND)
    assert student.take(author.package("student")) == Taken(new=6)
    assert "for-clinicians" not in student.content()


def test_a_note_that_left_and_is_retired(author: Author, in_edition: Student) -> None:
    """The banner reaches those, too, whose edition no longer had the note when it was retired."""
    schedules = in_edition.schedules()
    narrow(author, "bowline")
    author.release(SECOND)
    author.edit("audience: clinician\n", f"audience: clinician\n    {RETIRED}\n")
    author.release(THIRD)
    assert in_edition.take(author.package("student")) == Taken(updated=1, unchanged=5)
    assert found(in_edition, "tag:Knots::Retired") == {"bowline"}
    assert in_edition.schedules() == schedules


def test_a_retired_note_that_nobody_ever_held_is_in_no_package(author: Author, student: Student) -> None:
    """A note that is retired before its first release is for nobody."""
    author.notes(question("never", "Yes", RETIRED), file="more.yaml")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(new=6)
    assert "never" not in student.content()
