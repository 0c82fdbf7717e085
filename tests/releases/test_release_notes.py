"""Release notes at release time: what sources and ledger can tell, and nothing that they cannot."""

from __future__ import annotations

from tests.releases.author import FIRST, SECOND, THIRD, Author, cloze, question

DROPPED = "one of its cards was dropped: if it shows an error, Tools → Empty Cards removes it"
ONCE = "some of its cards are no longer part of the deck: if one shows an error, Tools → Empty Cards removes it"
STAYS = question("stays")


def notes(author: Author) -> str:
    """The release notes that stand beside the packages."""
    return (author.out / "knots.release-notes.md").read_text(encoding="utf-8")


def test_a_card_that_was_dropped(author: Author) -> None:
    """A card can only have been dropped in a note's second release: students are told what to do about its error."""
    author.notes(cloze("gaps", "The {{c1::one}} and {{c2::two}}."), STAYS)
    author.release(FIRST, version="1")
    author.notes(cloze("gaps", "The {{c1::one}} and two."), STAYS)
    author.release(SECOND, version="2", allow=["gone-card"])
    assert "## Changed (1)\n\n" in notes(author)
    assert f"- The one and two. — {DROPPED}\n" in notes(author)
    assert notes(author).count("Empty Cards") == 1


def test_several_cards_that_were_dropped(author: Author) -> None:
    """They are counted."""
    author.notes(cloze("gaps", "The {{c1::one}}, {{c2::two}} and {{c3::three}}."), STAYS)
    author.release(FIRST, version="1")
    author.notes(cloze("gaps", "The {{c1::one}}, two and three."), STAYS)
    author.release(SECOND, version="2", allow=["gone-card"])
    told = "2 of its cards were dropped: if they show an error, Tools → Empty Cards removes them"
    assert f"- The one, two and three. — {told}\n" in notes(author)


def test_a_card_that_may_have_been_dropped_earlier(author: Author) -> None:
    """The ledger does not know in which release a card was dropped: what is said is true of each."""
    author.notes(cloze("gaps", "The {{c1::one}} and {{c2::two}}."), STAYS)
    author.release(FIRST, version="1")
    author.notes(cloze("gaps", "The {{c1::one}} and two."), STAYS)
    author.release(SECOND, version="2", allow=["gone-card"])
    author.notes(cloze("gaps", "The {{c1::one}} and two!"), STAYS)
    author.release(THIRD, version="3")
    assert f"- The one and two! — {ONCE}\n" in notes(author)
    author.notes(cloze("gaps", "The {{c1::one}} and two!"), question("stays", "No"))
    author.release(THIRD + 1, version="4")
    assert "Empty Cards" not in notes(author)


def test_the_notes_of_a_release_that_is_made_again(author: Author) -> None:
    """They are, byte for byte, those of the release."""
    author.notes(cloze("gaps", "The {{c1::one}} and {{c2::two}}."), STAYS)
    author.release(FIRST, version="1")
    author.notes(cloze("gaps", "The {{c1::one}} and two."), STAYS)
    author.release(SECOND, version="2", allow=["gone-card"])
    before = notes(author)
    author.rebuild(version="2")
    assert notes(author) == before


def test_a_note_that_left_an_edition(author: Author) -> None:
    """After its first release it is known whom a note went to; later it is not, and nothing is said."""
    left = "no longer in the edition for student"
    author.notes(question("a"), STAYS)
    author.release(FIRST, version="1")
    author.notes(question("a", "Yes", "audience: clinician"), STAYS)
    author.release(SECOND, version="2")
    assert "## No longer in every edition (1)" in notes(author)
    assert f"- What about a? — {left}\n" in notes(author)
    author.notes(question("a", "No", "audience: clinician"), STAYS)
    author.release(THIRD, version="3")
    assert "- What about a?\n" in notes(author)
    assert left not in notes(author)


def test_counts_of_a_release(author: Author) -> None:
    """What is counted as changed are the notes whose text is another one, as the release itself counts."""
    author.notes(question("a"), question("b"), STAYS)
    author.release(FIRST, version="1")
    author.notes(question("a", "No"), question("b", "Yes", "audience: clinician"), STAYS)
    made = author.release(SECOND, version="2")
    assert made.changes.changed == 1
    assert "Since 1: 1 note changed and 1 in other editions. " in notes(author)
    assert "## Changed (1)\n\nIf you had edited one of these notes, it now has the deck’s text.\n" in notes(author)
