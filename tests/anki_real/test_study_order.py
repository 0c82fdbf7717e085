"""The preview's study mode: the order is that in which real Anki gives a new student the cards."""

from __future__ import annotations

import shutil
from pathlib import Path

from builder.build import build_draft
from builder.compiler.deck import compile_deck
from builder.ledger import EMPTY
from builder.web.study import study_days
from tests.anki_real.student import Student
from tests.releases.author import NOW, Author

ROOT = Path(__file__).parents[2]

COURSE = {
    "b.yaml": "deck: Second\n" + "notes:\n" + "".join(
        f"  - id: b{number}\n    question: Question {number}?\n    answer: Answer {number}\n    reverse: true\n"
        for number in range(14)
    ),
    "a.yaml": "deck: second::Inner part\n".replace("second", "Second") + "notes:\n" + "".join(
        f"  - id: a{number}\n    cloze: 'The {{{{c2::second}}}}, {{{{c1::first}}}} and {{{{c5::last}}}} {number}'\n"
        for number in range(9)
    ),
    "c.yaml": "deck: First\nnotes:\n" + "".join(
        f"  - id: c{number}\n    question: Which {number}?\n    answer: This {number}\n" for number in range(5)
    ),
    "d.yaml": "notes:\n  - id: top\n    question: On top?\n    answer: At the top\n",
    "e.yaml": "deck: first-2\nnotes:\n  - id: dash\n    question: With a dash?\n    answer: Dash\n",
}  # fmt: skip


def days_in_anki(student: Student, deck: str) -> list[list[tuple[str, int]]]:
    """The new cards of each day; the cards of a day that is over are put aside."""
    collection = student.collection
    collection.decks.select(collection.decks.id_for_name(deck))
    days = []
    while queued := collection.sched.get_queued_cards(fetch_limit=1000).cards:
        cards = [collection.get_card(one.card.id) for one in queued]
        days.append([(card.note()["Note ID"], card.ord + 1) for card in cards])
        collection.sched.suspend_cards([card.id for card in cards])
    return days


def test_study_mode_is_the_order_of_real_anki(author: Author, student: Student) -> None:
    """Deck by deck in the order of names, twenty a day, first cards of notes before second ones."""
    for name, text in COURSE.items():
        author.write(name, text)
    author.draft(NOW, "everything")
    student.take(author.draft_package())
    expected = study_days(author.compile().notes, "")
    assert sum(map(len, expected)) > 60
    assert [list(day) for day in expected] == days_in_anki(student, "Knots")


def test_the_sciatica_deck_is_met_in_its_order(tmp_path: Path, student: Student) -> None:
    """The shipped deck, from the first day to the last, in the edition for students."""
    folder = tmp_path / "decks" / "sciatica"
    shutil.copytree(ROOT / "decks" / "sciatica", folder, ignore=shutil.ignore_patterns(".deckbuilder"))
    compiled, _ = compile_deck(folder)
    assert compiled
    files, _ = build_draft(compiled, EMPTY, tmp_path, "student", NOW)
    student.take(files[0].path)
    assert [list(day) for day in study_days(compiled.notes, "student")] == days_in_anki(student, compiled.deck.name)
