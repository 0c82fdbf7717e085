"""What a release remembers in ledger, manifest and checksums, and must neither forget nor ask again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.releases.author import FIRST, FOURTH, SECOND, THIRD, Author, RefusedError, cloze, question

GAPS = cloze("gaps", "A {{c1::loop}} or {{c2::bend}}")
FEWER = cloze("gaps", "A {{c1::loop}}")
RETIRED = question("old", "Yes", "retired: Nobody ties it any more.")


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck of three notes is released."""
    author.notes(question("old"), question("other"), GAPS)
    author.release(FIRST, version="1")
    return author


def test_a_retired_note_that_is_taken_out_is_gone(author: Author) -> None:
    """Promise 6: who skipped the release that retired it would never be told, so that is a cost, asked once."""
    author.notes(RETIRED, question("other"), GAPS)
    author.release(SECOND, version="2")
    author.notes(question("other"), GAPS)
    refused = author.refused(THIRD)
    assert refused
    assert refused.rules == {"gone-note"}
    author.release(THIRD, version="3", allow=["gone-note:old"])
    author.rebuild()
    assert (author.ledger.notes["old"].retired, author.ledger.notes["old"].gone) == (SECOND, THIRD)
    author.edit("What about other?", "What else?")
    author.release(FOURTH, version="4")


def test_a_card_of_a_retired_note_is_asked_for_once(author: Author) -> None:
    """Promise 6: students have paid for the card that a retired note lost."""
    author.notes(question("old"), question("other"), f"{FEWER}\nretired: Nobody ties it any more.")
    author.release(SECOND, version="2", allow=["gone-card:gaps"])
    author.edit("What about other?", "What else?")
    author.release(THIRD, version="3")


def test_the_release_notes_tell_of_lost_cards(author: Author) -> None:
    """What students are promised: a card that a release drops is named in its release notes."""
    author.notes(question("old"), question("other"), FEWER)
    author.release(SECOND, version="2", allow=["gone-card:gaps"])
    notes = (author.out / "knots.release-notes.md").read_text(encoding="utf-8")
    assert "Empty Cards" in notes


def test_an_older_manifest_asks_for_nothing_again(author: Author, tmp_path: Path) -> None:
    """Who has the packages of an older release in the output folder is not refused what was allowed since."""
    older = tmp_path / "older"
    shutil.copytree(author.out, older)
    author.notes(question("other"), FEWER)
    author.release(SECOND, version="2", allow=["gone-card:gaps", "gone-note:old"])
    shutil.rmtree(author.out)
    shutil.copytree(older, author.out)
    author.edit("What about other?", "What else?")
    author.release(THIRD, version="3")


def test_locked_keeps_the_only_record_of_a_later_release(author: Author) -> None:
    """Promise 6: a later release that only the manifest in the output folder knows is not written over."""
    ledger, manifest = author.ledger_path.read_bytes(), (author.deck / "manifest.json").read_bytes()
    author.edit("What about other?", "What else?")
    author.release(SECOND, version="2")
    later = author.manifest_path.read_bytes()
    author.edit("What else?", "What about other?")
    author.ledger_path.write_bytes(ledger)
    author.write("manifest.json", manifest)
    with pytest.raises(RefusedError, match="this is of a later release, `2`, than the ledger knows"):
        author.rebuild()
    assert author.manifest_path.read_bytes() == later
    author.release(THIRD, version="3")
    assert author.ledger.notes["other"].modified == THIRD


def test_checksums_forget_an_edition_that_is_gone(author: Author) -> None:
    """A package of an older release that is still in the folder is not part of this one."""
    author.edit("  clinician: {audience: clinician}\n", "", file="deck.yaml")
    author.release(SECOND, version="2")
    assert "knots-clinician.apkg" not in (author.out / "SHA256SUMS").read_text(encoding="utf-8")
