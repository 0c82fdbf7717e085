"""`release --locked`: the recorded release again, or the names of everything that differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.decks import SVG
from tests.releases.author import FIRST, SECOND, Author, RefusedError, cloze, question, tree


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck is released."""
    author.notes(
        question("a", "First", "sources: [ashley-1944]"),
        question("b", "'![x](media/knot.svg)'", "tags: [Loops]"),
        cloze("c", "A {{c1::gap}} and {{c2::another}}"),
        question("d", "Yes", "audience: student"),
    )
    author.release(FIRST)
    return author


def restyled(author: Author) -> None:
    """Changes the stock styling, as a new version of deckbuilder might."""
    author.restyle = lambda note_type: replace(note_type, css=note_type.css + "/* new */")


D = "  - id: d\n    question: What about d?\n    answer: Yes\n    audience: student\n"


def reordered(author: Author) -> None:
    """Moves a note from the end of the deck to its beginning."""
    author.edit(D, "")
    author.edit("notes:\n", f"notes:\n{D}")


def swapped(author: Author) -> None:
    """Makes each edition for the other's audience."""
    author.edit("student: {audience: student}", "student: {audience: clinician}", "deck.yaml")
    author.edit("clinician: {audience: clinician}", "clinician: {audience: student}", "deck.yaml")


CHANGES: dict[str, tuple[Callable[[Author], object], str, int, str]] = {
    "answer": (lambda a: a.edit("First", "Second"), "notes.yaml", 2, "`a` has changed"),
    "question": (lambda a: a.edit("What about b?", "What is b?"), "notes.yaml", 6, "`b` has changed"),
    "tags": (lambda a: a.edit("[Loops]", "[Bends]"), "notes.yaml", 6, "`b` has changed"),
    "source": (lambda a: a.edit("family: Ashley", "family: Day", "references.yaml"), "notes.yaml", 2, "`a` has"),
    "picture": (lambda a: a.write("media/knot.svg", SVG.replace(b'"3"', b'"2"')), "notes.yaml", 6, "`b` has changed"),
    "card": (lambda a: a.edit("and {{c2::another}}", "and another"), "notes.yaml", 10, "`c` has changed"),
    "new note": (lambda a: a.notes(question("e"), file="new.yaml"), "new.yaml", 2, "`e` was never released"),
    "gone note": (lambda a: a.edit(D, ""), "ledger.txt", 0, "`d` is gone"),
    "note type": (
        lambda a: a.edit("question: What about a?\n    answer: First", "cloze: A {{c1::x}}"),
        "notes.yaml",
        2,
        "`a`",
    ),
    "order": (reordered, "deck.yaml", 1, "order"),
    "subdeck": (lambda a: a.edit("notes:", "deck: Sub\nnotes:"), "deck.yaml", 1, "subdeck"),
    "audience": (lambda a: a.edit("audience: student", "audience: clinician"), "deck.yaml", 1, "differs"),
    "description": (lambda a: a.edit("Knots and what", "Knots, what", "deck.yaml"), "deck.yaml", 1, "description"),
    "name": (lambda a: a.edit("name: Knots", "name: Ropes", "deck.yaml"), "deck.yaml", 1, "differs"),
    "editions": (swapped, "deck.yaml", 1, "differs"),
    "edition's name": (lambda a: a.edit("clinician: {", "expert: {", "deck.yaml"), "deck.yaml", 1, "differs"),
    "styling": (restyled, "deck.yaml", 1, "styling"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_difference_is_named(author: Author, name: str) -> None:
    """Promises 4 and 8: what the ledger does not record is an error at its place, and nothing is written."""
    change, file, line, words = CHANGES[name]
    change(author)
    before = tree(author.root)
    with pytest.raises(RefusedError) as caught:
        author.rebuild()
    (found,) = caught.value.diagnostics
    assert found.path.name == file
    assert found.line == (line or line_of(author, "note d "))
    assert words in found.message
    assert "release" in found.hint
    assert tree(author.root) == before


def line_of(author: Author, beginning: str) -> int:
    """The line of the ledger that begins so."""
    lines = author.ledger_path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(beginning))


def test_all_differences_at_once(author: Author) -> None:
    """Promise 8: every note that differs is named in one run."""
    author.edit("First", "Second")
    author.edit("[Loops]", "[Bends]")
    author.notes(question("e"), file="new.yaml")
    with pytest.raises(RefusedError) as caught:
        author.rebuild()
    assert sorted(found.message.split("`")[1] for found in caught.value.diagnostics) == ["a", "b", "e"]


def test_a_change_taken_back_is_no_difference(author: Author) -> None:
    """Promise 4: the sources as they were released are the release, whatever was tried in between."""
    released = tree(author.out)
    author.edit("First", "Second")
    author.draft(SECOND)
    author.edit("Second", "First")
    author.rebuild()
    assert {path: content for path, content in tree(author.out).items() if not path.endswith("-draft.apkg")} == released


@pytest.mark.parametrize("ledger", [None, "", "# deckbuilder-ledger 1\n"])
def test_a_deck_that_was_never_released(author: Author, ledger: str | None) -> None:
    """Promise 8: without a recorded release there is nothing to make again."""
    author.ledger_path.unlink()
    if ledger is not None:
        author.ledger_path.write_text(ledger)
    before = tree(author.root)
    with pytest.raises(RefusedError, match="never-released"):
        author.rebuild()
    assert tree(author.root) == before


def test_it_needs_no_manifest(author: Author, tmp_path: Path) -> None:
    """Promise 4: a fresh clone, without `dist/`, makes the recorded release and its manifest."""
    clone = author.branch(tmp_path / "clone")
    clone.rebuild()
    assert clone.manifest_path.read_bytes() == author.manifest_path.read_bytes()


def test_a_merged_ledger_must_be_released_first(author: Author, tmp_path: Path) -> None:
    """Promise 4: what a merge made of two releases is no release; the next release makes it one."""
    other = author.branch(tmp_path / "other")
    author.edit("First", "Ours")
    author.release(SECOND)
    other.edit("[Loops]", "[Bends]")
    other.release(SECOND + 1)
    author.edit("[Loops]", "[Bends]")
    text = author.ledger_path.read_text(encoding="utf-8") + other.ledger_path.read_text(encoding="utf-8")
    author.ledger_path.write_text(text, encoding="utf-8")
    with pytest.raises(RefusedError, match="differs-from-release"):
        author.rebuild()
    author.release(SECOND + 2)
    before = tree(author.root)
    author.rebuild()
    assert tree(author.root) == before


def test_the_version_that_was_released(author: Author) -> None:
    """Promise 4: with a version, it must be that of the recorded release."""
    before = tree(author.root)
    with pytest.raises(RefusedError, match=r"the recorded release is `2026\.11`, not `2026\.12`") as caught:
        author.rebuild(version="2026.12")
    assert caught.value.rules == {"differs-from-release"}
    assert tree(author.root) == before
    assert author.rebuild(version="2026.11").version == "2026.11"
