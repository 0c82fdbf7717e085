"""What `verify` says of packages by other programs: a table, and what their students lose."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import genanki
import pytest

pytest.importorskip("anki.collection", reason="verifying needs the anki package")

from anki.collection import ExportAnkiPackageOptions
from anki.decks import DeckId

from builder.anki.verify import FORMATS, render, verify
from builder.anki.verify.results import Finding, Kept
from builder.anki.verify.student import Student
from tests.releases.author import DAY, NOW

FIRST, SECOND = NOW - 20 * DAY, NOW - 10 * DAY
NOTE_TYPE = genanki.Model(
    1607392319,
    "Simple",
    fields=[{"name": "Front"}, {"name": "Back"}],
    templates=[{"name": "Card 1", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
)
FACTS = [(f"Question {number}", f"Answer {number}") for number in range(6)]


class Fixed(genanki.Note):  # type: ignore[misc]
    """A note whose GUID comes from its first field."""

    @property
    def guid(self) -> str:
        return str(genanki.guid_for(self.fields[0]))


def package(
    path: Path,
    facts: Sequence[tuple[str, str]],
    when: int,
    kind: type[genanki.Note] = genanki.Note,
    model: genanki.Model = NOTE_TYPE,
) -> Path:
    """A package as a genanki script of the README's kind writes it."""
    deck = genanki.Deck(2059400110, "Facts")
    for fact in facts:
        deck.add_note(kind(model=model, fields=list(fact)))
    genanki.Package(deck).write_to_file(str(path), timestamp=when)
    return path


def test_genanki_as_it_comes(tmp_path: Path) -> None:
    """Its GUIDs are of all fields, so a corrected note is doubled; its times are of the run, so edits are lost."""
    old = package(tmp_path / "1.apkg", FACTS, FIRST)
    new = package(tmp_path / "2.apkg", [("Question 0", "Better"), *FACTS[1:]], SECOND)
    verified = verify(new, [old])
    every = tuple(f"Question {number}" for number in range(1, 6))
    some = ("Question 2", "Question 4")
    edit = "notes: the student's edit is lost, though the release did not change them"
    tag = "notes: the student's tags are lost, though the release did not change them"
    styling = "1 note type (Simple): the student's styling is lost"
    assert set(verified.errors) == {
        Finding(rule="doubled-note", message="1 note: there twice, because their GUID changed", notes=("Question 0",)),
        Finding(rule="lost-edit", message=f"5 {edit}", notes=every),
        Finding(rule="lost-edit", message=f"2 {edit}", notes=some),
        Finding(rule="lost-tag", message=f"5 {tag}", notes=every),
        Finding(rule="lost-tag", message=f"2 {tag}", notes=some),
        Finding(rule="lost-styling", message=styling),
    }
    assert verified.over is not None
    assert verified.over.left_behind == ("Question 0",)
    for played in verified.over.played:
        if not played.not_played:
            assert (played.due_dates.kept, played.reviews.kept) == (played.due_dates.of, played.reviews.of)


def test_genanki_with_steady_guids(tmp_path: Path) -> None:
    """With a GUID of one's own nothing is doubled and corrections arrive; edits are lost all the same."""
    old = package(tmp_path / "1.apkg", FACTS, FIRST, Fixed)
    new = package(tmp_path / "2.apkg", [("Question 0", "Better"), *FACTS[1:]], SECOND, Fixed)
    verified = verify(new, [old])
    assert {error.rule for error in verified.errors} == {"lost-edit", "lost-tag", "lost-styling"}


def test_genanki_with_another_field(tmp_path: Path) -> None:
    """A field more under the same note type id makes every note conflicting that the student still has."""
    more = genanki.Model(
        NOTE_TYPE.model_id, "Simple", fields=[*NOTE_TYPE.fields, {"name": "More"}], templates=NOTE_TYPE.templates
    )
    old = package(tmp_path / "1.apkg", FACTS, FIRST, Fixed)
    new = package(tmp_path / "2.apkg", [(*fact, "more") for fact in FACTS], SECOND, Fixed, more)  # type: ignore[misc]
    verified = verify(new, [old])
    assert verified.errors == tuple(
        Finding(
            rule="conflicting-note",
            message=f"{len(numbers)} notes: conflicting, they are never corrected again",
            notes=tuple(f"Question {number}" for number in numbers),
        )
        for numbers in (range(6), range(1, 6, 2))
    )


def test_nothing_in_common(tmp_path: Path) -> None:
    """Two packages that have nothing to do with each other are an error that says so, once."""
    other = genanki.Model(
        7, "Other", fields=[{"name": "A"}], templates=[{"name": "x", "qfmt": "{{A}}", "afmt": "{{A}}"}]
    )
    old = package(tmp_path / "1.apkg", FACTS, FIRST)
    new = package(tmp_path / "2.apkg", [("Something else",)], SECOND, genanki.Note, other)  # type: ignore[list-item]
    verified = verify(new, [old])
    message = f"{old.as_posix()} is another deck than {new.as_posix()}: no note has the same GUID in both"
    assert verified.errors == (Finding(rule="another-deck", message=message),)


def test_guids_of_chance(tmp_path: Path) -> None:
    """A program that gives its notes other GUIDs each time makes such packages, too, and that is told."""

    class Chance(genanki.Note):  # type: ignore[misc]
        @property
        def guid(self) -> str:
            return str(genanki.guid_for(self.fields[0], id(self)))

    old = package(tmp_path / "1.apkg", FACTS, FIRST, Chance)
    new = package(tmp_path / "2.apkg", FACTS, SECOND)
    (error,) = verify(new, [old]).errors
    assert error.message.endswith(": no note has the same GUID in both, though 6 say the same and would be there twice")


def test_many_tags(tmp_path: Path) -> None:
    """Ten tags are named; more are told by their first two levels, with how many each holds. JSON names all."""
    for count, told in (
        (10, "10 tags: Knots::Bends::1, Knots::Bends::10, Knots::Bends::2,"),
        (12, "13 tags: Knots::Bends (12), Loose (1)\n"),
    ):
        deck = genanki.Deck(2059400110, "Facts")
        tags = [f"Knots::Bends::{number}" for number in range(1, count + 1)] + (["Loose"] if count > 10 else [])
        for tag in tags:
            deck.add_note(genanki.Note(model=NOTE_TYPE, fields=[tag, "x"], tags=[tag]))
        path = tmp_path / f"{count}.apkg"
        genanki.Package(deck).write_to_file(str(path), timestamp=FIRST)
        verified = verify(path)
        assert told in render(verified, "text")
        assert f"Knots::Bends::{count}" in render(verified, "json")


def test_an_empty_package(tmp_path: Path) -> None:
    """A package without notes is a table of nothing, old or new."""
    empty = package(tmp_path / "0.apkg", [], FIRST)
    full = package(tmp_path / "1.apkg", FACTS, SECOND)
    assert verify(full, [empty]).errors == ()
    assert verify(empty, [full]).errors == ()


def test_names_of_a_stranger(tmp_path: Path) -> None:
    """A note is named by the beginning of its first field; Markdown of a stranger stays text in every format."""
    facts = [("<b>A | `bold`</b> [claim](https://example.org) that goes on for ever and ever", "x"), *FACTS[1:]]
    old = package(tmp_path / "1.apkg", facts, FIRST, Fixed)
    new = package(tmp_path / "2.apkg", facts, SECOND, Fixed)
    verified = verify(new, [old])
    name = "A | `bold` [claim](https://example.org)…"
    assert any(name in error.notes for error in verified.errors)
    texts = {form: render(verified, form) for form in FORMATS}
    assert name in texts["text"]
    assert name in texts["json"]
    assert "A \\| \\`bold\\` \\[claim\\](https:\u200b//example.org)…" in texts["markdown"]
    assert max(map(len, texts["text"].splitlines())) <= 100


def test_many_names(tmp_path: Path) -> None:
    """Ten notes are named, the others counted; JSON names all."""
    facts = [(f"Question {number:02}", "x") for number in range(30)]
    old = package(tmp_path / "1.apkg", facts, FIRST, Fixed)
    verified = verify(package(tmp_path / "2.apkg", facts, SECOND, Fixed), [old])
    text = " ".join(render(verified, "text").split())
    assert "Question 08, Question 09, and 20 more" in text
    assert "Question 29" not in text
    assert "Question 29" in render(verified, "json")


def test_a_name_that_anki_has(tmp_path: Path) -> None:
    """A note type that is named as one of Anki's own gets another name there; its styling is judged all the same."""
    basic = genanki.Model(77, "Basic", fields=NOTE_TYPE.fields, templates=NOTE_TYPE.templates, css=".card {}")
    old = package(tmp_path / "1.apkg", FACTS, FIRST, Fixed, basic)
    new = package(tmp_path / "2.apkg", FACTS, SECOND, Fixed, basic)
    verified = verify(new, [old])
    assert {error.rule for error in verified.errors} == {"lost-edit", "lost-tag", "lost-styling"}
    basic.css = ".card { color: teal; }"
    verified = verify(package(tmp_path / "3.apkg", FACTS, SECOND, Fixed, basic), [old])
    assert {error.rule for error in verified.errors} == {"lost-edit", "lost-tag"}


def test_the_default_deck(tmp_path: Path) -> None:
    """Students also move and rename cards out of Anki's own deck, and packages that Anki exports are read."""
    with Student(tmp_path / "author") as author:
        note = author.collection.new_note(author.note_type("Cloze"))
        note["Text"] = "A {{c1::loop}} or {{c2::bend}}"
        author.collection.add_note(note, DeckId(1))
        old, new = (tmp_path / "1.apkg", tmp_path / "2.apkg")
        options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, with_deck_configs=True)
        for path in (old, new):
            author.collection.export_anki_package(out_path=str(path), options=options, limit=None)
    verified = verify(new, [old])
    assert verified.errors == ()
    assert verified.over is not None
    assert {played.due_dates for played in verified.over.played if not played.not_played} >= {Kept(kept=2, of=2)}
