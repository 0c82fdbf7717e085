"""Note ids of large decks: unique, never in the future, and not on a grid that makes Anki's import crawl."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest

from builder.anki.write import write_package
from builder.core.identifiers import guid
from builder.core.note_types import NoteType
from builder.core.package import AnkiNote, Package, content_digest
from builder.dating import date_notes, date_types, recorded
from builder.ledger import EMPTY, Ledger
from tests.anki_real.student import Student, Taken
from tests.releases.author import DAY, FIRST, NOW, SECOND, Author, cloze, question

IMPORTER = """
import json, sys, time
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
collection = Collection(sys.argv[1])
took = []
for path in sys.argv[2:]:
    begun = time.perf_counter()
    request = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    took.append(time.perf_counter() - begun)
    assert len(log.new) == log.found_notes, (len(log.new), log.found_notes)
print(json.dumps({"took": took, "counts": [collection.note_count(), collection.card_count()]}))
collection.close()
"""


def plain_note(deck_id: str, note_type: NoteType, number: int, cards: int = 1) -> AnkiNote:
    """A question note that no author wrote."""
    fields = (f"Question {number}", "Answer", *("" for _ in note_type.fields[2:9]), str(number), *note_type.fields[10:])
    return AnkiNote(
        id=f"n{number}",
        guid=guid(deck_id, f"n{number}"),
        note_type=note_type.key,
        deck=deck_id,
        fields=fields,
        tags=(),
        cards=tuple(range(1, cards + 1)),
        audience="",
        media=(),
        digest=content_digest(fields, ()),
    )


def package_of(
    deck_id: str,
    notes: Iterable[AnkiNote],
    note_types: tuple[NoteType, ...],
    now: int,
    released: Ledger = EMPTY,
    draft: Ledger = EMPTY,
) -> Package:
    """The notes as one package, dated as released or drafted at `now`."""
    return Package(
        deck_id=deck_id,
        deck_name=deck_id,
        description="",
        note_types=note_types,
        note_type_times=date_types(note_types, released, draft, now),
        notes=date_notes(tuple(notes), released, draft, now),
        media=(),
    )


def test_two_decks_of_100_000_notes_import_side_by_side(author: Author, tmp_path: Path) -> None:
    """Promise 5: two large decks released in the same moment import in seconds; ids on a grid would take minutes."""
    note_types = author.compile().note_types[:1]
    paths = []
    for deck_id in ("one-a1b2c3", "two-d4e5f6"):
        path = tmp_path / f"{deck_id}.apkg"
        notes = (plain_note(deck_id, note_types[0], number) for number in range(100_000))
        write_package(package_of(deck_id, notes, note_types, FIRST), path)
        paths.append(str(path))
    command = [sys.executable, "-c", IMPORTER, str(tmp_path / "collection.anki2"), *paths]
    output = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
    result = json.loads(output)
    assert result["counts"] == [200_000, 200_000]
    first, second = result["took"]
    assert second < 8 * first + 5


def identities(package: Path) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Note ids, and card, note and number of each card, in id order, as a package holds them."""
    database = package.with_suffix(".anki2")
    with zipfile.ZipFile(package) as archive:
        database.write_bytes(archive.read("collection.anki2"))
    connection = sqlite3.connect(database)
    try:
        notes = [row[0] for row in connection.execute("SELECT id FROM notes ORDER BY id")]
        cards = connection.execute("SELECT id, nid, ord FROM cards ORDER BY id").fetchall()
    finally:
        connection.close()
    return notes, cards


def test_note_and_card_ids(author: Author, student: Student) -> None:
    """Promise 5: note and card ids are unique and never later than the release, over several releases."""
    for number, now in enumerate((FIRST, FIRST + 1, FIRST + 2, FIRST + DAY, NOW - 1)):
        author.notes(
            *(question(f"q{number}-{index}", "Yes", "reverse: true") for index in range(60)),
            *(
                cloze(f"c{number}-{index}", " ".join(f"a {{{{c{gap}::x}}}}" for gap in range(1, 9)))
                for index in range(30)
            ),
            file=f"{number}.yaml",
        )
        author.release(now)
        notes, cards = identities(author.package())
        assert len(set(notes)) == len(notes) == 90 * (number + 1) + 1
        assert max(notes) <= now * 1000
        assert len({card for card, _, _ in cards}) == len(cards)
        assert max(card for card, _, _ in cards) <= now * 1000
        taken = student.take(author.package())
        assert taken == Taken(new=taken.new, unchanged=len(notes) - taken.new)
        assert student.counts == (len(notes), len(cards))
    held = {card: schedule.id for card, schedule in student.schedules().items()}
    assert sorted(held.values()) == [card for card, _, _ in cards]


def test_note_ids_of_two_releases_in_one_second(author: Author) -> None:
    """Promise 5: no note id is later than now, also in a release of the second of the release before."""
    for number in range(3):
        author.notes(*(question(f"q{number}-{index}") for index in range(40)), file=f"{number}.yaml")
        author.release(FIRST)
        notes, cards = identities(author.package())
        assert len(notes) == len(cards) == 40 * (number + 1) + 1
        assert max(notes) <= FIRST * 1000


def test_ids_are_on_no_grid(author: Author) -> None:
    """Promise 5: note ids hit every remainder of 999, by which Anki steps ids that are taken."""
    note_types = author.compile().note_types[:1]
    notes = [plain_note("one-a1b2c3", note_types[0], number) for number in range(20_000)]
    remainders = {note.created % 999 for note in date_notes(notes, EMPTY, EMPTY, FIRST)}
    assert len(remainders) == 999


@pytest.mark.parametrize("cards", [1, 3])
def test_ids_leave_room_for_the_cards(author: Author, cards: int) -> None:
    """Promise 5: notes of one release are as far apart as they have cards, so that a card's id is its note's and up."""
    note_type = author.compile().note_types[0]
    notes = [plain_note("one-a1b2c3", note_type, number, cards) for number in range(5_000)]
    created = sorted(note.created for note in date_notes(notes, EMPTY, EMPTY, FIRST))
    assert all(after - before >= cards for before, after in pairwise(created))
    assert created[-1] + cards <= FIRST * 1000 + 1


def test_a_note_drafted_before_a_release_keeps_out_of_its_way(author: Author) -> None:
    """Promise 5: notes that were drafted, but not released with the others, have ids of their own in the next draft."""
    note_types = author.compile().note_types[:1]
    notes = [plain_note("one-a1b2c3", note_types[0], number) for number in range(4_000)]

    def after(released: Ledger, draft: Ledger, some: list[AnkiNote]) -> Ledger:
        package = package_of("one-a1b2c3", some, note_types, SECOND, released, draft)
        assert len({note.created for note in package.notes}) == len(some)
        return recorded(released, package, (), SECOND)

    draft = after(EMPTY, EMPTY, notes)
    released = after(EMPTY, EMPTY, notes[::2])
    after(released, draft, notes)
