"""Retired notes, and notes that have left an edition, in packages, ledger and release notes."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from builder.core.diagnostics import Severity
from builder.guards import ledger_problems
from builder.ledger import NoteEntry, before_last_release, parse_ledger
from tests.releases.author import FIRST, FOURTH, SECOND, THIRD, Author, RefusedError, cloze, question

OLD = question("old", "Yes", "reverse: true")
RETIRED = question("old", "Yes", "reverse: true", "retired: It was wrong.", "replaced_by: new")
GAPS = cloze("gaps", "A {{c1::loop}} or {{c2::bend}}", "audience: student")


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck of three notes is released, one of them for students alone."""
    author.notes(OLD, question("other"), GAPS)
    author.release(FIRST, version="1.0")
    return author


def held(package: Path) -> dict[str, int]:
    """How many cards each note of a package has, by the field `Note ID`."""
    with TemporaryDirectory() as folder, zipfile.ZipFile(package) as archive:
        connection = sqlite3.connect(archive.extract("collection.anki2", folder))
        rows = connection.execute(
            "select flds, (select count(*) from cards where nid = notes.id) from notes"
        ).fetchall()
        connection.close()
    ids = {"old", "other", "gaps", "new"}
    return {next(field for field in fields.split("\x1f") if field in ids): cards for fields, cards in rows}


# retired notes


def test_a_retired_note_ships_without_cards(author: Author) -> None:
    """Who holds its cards gets the note's last words, nobody else a card; the ledger keeps cards and time."""
    author.notes(RETIRED, question("new"), question("other"), GAPS)
    made = author.release(SECOND, version="1.1")
    assert (made.changes.new, made.changes.changed, made.changes.retired, made.changes.gone) == (1, 0, 1, 0)
    assert held(author.package()) == {"old": 0, "new": 1, "other": 1, "gaps": 2}
    assert [(file.notes, file.cards) for file in made.files] == [(4, 4), (4, 4), (3, 2)]
    entry = author.ledger.notes["old"]
    assert (entry.cards, entry.dropped, entry.retired, entry.modified, entry.since) == (
        (1, 2),
        (),
        SECOND,
        SECOND,
        FIRST,
    )


def test_it_stays_as_it_is(author: Author) -> None:
    """Promise 2: later releases neither change nor forget it, and can be made again."""
    author.notes(RETIRED, question("new"), question("other"), GAPS)
    author.release(SECOND, version="1.1")
    entry = author.ledger.notes["old"]
    author.edit("What about other?", "What else?")
    made = author.release(THIRD, version="1.2")
    assert (made.changes.changed, made.changes.retired) == (1, 0)
    assert author.ledger.notes["old"] == entry
    author.rebuild()


def test_it_can_be_corrected(author: Author) -> None:
    """A change of a retired note reaches those who hold it, and is no second retiring."""
    author.notes(RETIRED, question("new"), question("other"), GAPS)
    author.release(SECOND, version="1.1")
    author.edit("It was wrong.", "It was misleading.")
    made = author.release(THIRD, version="1.2")
    assert (made.changes.changed, made.changes.retired) == (1, 0)
    assert (author.ledger.notes["old"].modified, author.ledger.notes["old"].retired) == (THIRD, SECOND)


def test_it_can_come_back(author: Author) -> None:
    """Without the key it is a note like any other again, with all its cards."""
    author.notes(RETIRED, question("new"), question("other"), GAPS)
    author.release(SECOND, version="1.1")
    author.notes(OLD, question("new"), question("other"), GAPS)
    made = author.release(THIRD, version="1.2")
    assert (made.changes.changed, made.changes.retired) == (1, 0)
    assert author.ledger.notes["old"].retired == 0
    assert held(author.package())["old"] == 2


def test_a_retired_note_keeps_its_cards(author: Author) -> None:
    """Taking a gap or the reversed card from a retired note costs those who hold it, as it always does."""
    author.notes(RETIRED.replace("reverse: true\n", ""), question("new"), question("other"), GAPS)
    with pytest.raises(RefusedError, match="gone-card: `old` loses a released card: the reversed card"):
        author.release(SECOND)


def test_retiring_what_nobody_has(author: Author) -> None:
    """A note that is retired before its first release is told, and is in no package and not in the ledger."""
    author.notes(OLD, question("new", "Yes", "retired: Too hard."), question("other"), GAPS)
    (warning,) = ledger_problems(author.compile(), SECOND)
    assert (warning.rule, warning.severity, warning.path.name) == ("needlessly-retired", Severity.WARNING, "notes.yaml")
    made = author.release(SECOND, version="1.1")
    assert held(author.package()) == {"old": 2, "other": 1, "gaps": 2}
    assert made.changes.new == 0
    assert "new" not in author.ledger.notes
    author.rebuild()


def test_a_draft_of_a_retired_note(author: Author) -> None:
    """Promise 5: the counts that a draft prints are those of its packages."""
    author.notes(RETIRED, question("new"), question("other"), GAPS)
    files, changes = author.draft(SECOND)
    assert (files[0].notes, files[0].cards) == (4, 4)
    assert held(author.draft_package()) == {"old": 0, "new": 1, "other": 1, "gaps": 2}
    assert changes.retired == 1


# notes that have left an edition


def test_a_note_that_left_an_edition(author: Author) -> None:
    """It stays in that edition's package without cards, so that those who hold them are not cut off."""
    author.edit("What about other?\n    answer: Yes", "What about other?\n    answer: Yes\n    audience: clinician")
    author.edit("audience: student", "audience: clinician")
    author.release(SECOND, version="1.1")
    assert held(author.package()) == {"old": 2, "other": 1, "gaps": 2}
    assert held(author.package("clinician")) == {"old": 2, "other": 1, "gaps": 2}
    assert held(author.package("student")) == {"old": 2, "other": 0, "gaps": 0}
    assert author.ledger.notes["gaps"].audiences == ("clinician", "student")
    author.rebuild()
    author.edit("A {{c1::loop}} or", "A {{c1::noose}} or")
    author.release(THIRD, version="1.2")
    assert held(author.package("student")) == {"old": 2, "other": 0, "gaps": 0}
    assert author.ledger.notes["gaps"].modified == THIRD


def test_it_can_return_to_the_edition(author: Author) -> None:
    """Back in the edition, it has its cards there again."""
    author.edit("    audience: student", "    audience: clinician")
    author.release(SECOND, version="1.1")
    author.edit("    audience: clinician", "    audience: student")
    author.release(THIRD, version="1.2")
    assert held(author.package("student")) == {"old": 2, "other": 1, "gaps": 2}
    assert held(author.package("clinician")) == {"old": 2, "other": 1, "gaps": 0}


def test_an_edition_that_never_had_it_stays_without(author: Author) -> None:
    """A note that was never in an edition is not shipped there."""
    assert held(author.package("clinician")) == {"old": 2, "other": 1}


# what the ledger knows of the last release


def test_the_ledger_before_the_last_release(author: Author) -> None:
    """What is new, changed or retired in the last release follows from the ledger alone."""
    author.notes(RETIRED, question("new"), question("other", "No"), GAPS)
    author.release(SECOND, version="1.1")
    before = before_last_release(author.ledger)
    assert [release.version for release in before.releases] == ["1.0"]
    assert sorted(before.notes) == ["gaps", "old", "other"]
    assert before.notes["gaps"] == author.ledger.notes["gaps"]
    assert before.notes["other"].digest == ""
    assert (before.notes["old"].digest, before.notes["old"].retired) == ("", 0)


def test_the_ledger_before_the_first_release() -> None:
    """Before the first release there was nothing."""
    assert not before_last_release(parse_ledger("", Path("ledger.txt"))[0])


def test_a_note_that_was_taken_out(author: Author) -> None:
    """The ledger says when a note was taken out, once; it comes back as the note that it was."""
    author.notes(question("other"), GAPS)
    author.release(SECOND, version="1.1", allow=["gone-note:old"])
    author.edit("What about other?", "What else?")
    author.release(THIRD, version="1.2")
    assert author.ledger.notes["old"].gone == SECOND
    assert not before_last_release(author.ledger).notes["other"].digest
    assert isinstance(before_last_release(author.ledger).notes["old"], NoteEntry)
    author.notes(OLD, question("other"), GAPS)
    author.release(FOURTH, version="1.3")
    assert author.ledger.notes["old"].gone == 0
    assert author.ledger.notes["old"].since == FIRST
