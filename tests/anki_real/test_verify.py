"""What `verify` finds in a package, and in what students keep: a good pair, and a pair for each broken promise."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("anki.collection", reason="verifying needs the anki package")

from builder.anki.verify import render, verify
from builder.anki.verify.play import NO_OLDER, NO_OTHER_EDITION
from builder.anki.verify.results import Finding, Kept, Over, Played, Verified
from builder.anki.verify.scenarios import SCENARIOS
from builder.anki.verify.student import Student, Taken
from builder.anki.verify.timing import TOO_CLOSE
from tests.anki_real.packages import broken
from tests.releases.author import DAY, FIRST, NOW, Author, cloze, question

SECOND = NOW - 10 * DAY
KNOTS = ("bowline", "clove-hitch", "reef-knot", "sheet-bend")
NOTES = (
    *(question(knot, f"Answer to {knot}") for knot in KNOTS),
    question("both-ways", "Yes", "reverse: true", "explanation: '![a](media/knot.svg) [sound:media/word.mp3]'"),
    cloze("gaps", "A {{c1::loop}} or {{c2::bend}}"),
)
OTHERS = ("both-ways", "clove-hitch", "gaps", "reef-knot", "sheet-bend")
"""The notes that the second release does not change."""
SOME = OTHERS[::2]
"""On these, and on the changed note, students act who act on some."""
WAITS = "the correction comes with the next release that changes them, because the student's clock was ahead"


@pytest.fixture
def old(author: Author) -> Path:
    """The first release: six notes, eight cards."""
    author.notes(*NOTES)
    author.release(FIRST)
    return author.kept(author.package())


@pytest.fixture
def new(author: Author, old: Path) -> Path:
    """The second release: one note changed, one new."""
    author.edit("Answer to bowline", "A better answer")
    author.notes(question("new-one"), file="more.yaml")
    author.release(SECOND)
    return author.package()


def played(verified: Verified, name: str) -> Played:
    """What one student keeps."""
    assert verified.over is not None
    (found,) = (one for one in verified.over.played if one.name == name)
    return found


def over(verified: Verified) -> Over:
    """What all students keep."""
    assert verified.over is not None
    return verified.over


def everybody(rule: str, message: str, *notes: str) -> tuple[Finding, ...]:
    """One error, as it stands in the result."""
    return (Finding(rule=rule, message=message, notes=notes),)


# a good pair


def test_every_student_keeps_everything(old: Path, new: Path) -> None:
    """Promise 6: over a good release no student loses anything; what was kept is counted."""
    verified = verify(new, [old])
    assert verified.errors == ()
    assert verified.is_kept
    whole, eight = Kept(kept=16, of=16), Kept(kept=8, of=8)
    assert played(verified, "never studied").due_dates == eight
    assert played(verified, "never studied").reviews == Kept()
    assert (played(verified, "studied everything").reviews, played(verified, "studied everything").due_dates) == (
        whole,
        eight,
    )
    assert played(verified, "edited every note").edits == Kept(kept=5, of=5)
    assert played(verified, "edited and tagged some").tags == Kept(kept=5, of=5)
    assert played(verified, "got leeches").tags == Kept(kept=3, of=3)
    assert played(verified, "got leeches").reviews.of == 16 + 4 * 8 * 2  # Anki logs a new due date as well
    assert played(verified, "restyled before").styling == Kept(kept=2, of=2)
    assert played(verified, "restyled after").styling == Kept(kept=2, of=2)
    for name in ("suspended and flagged", "moved and renamed", "clock two hours ahead", "clock two hours behind"):
        assert (played(verified, name).reviews, played(verified, name).due_dates) == (whole, eight)
    assert all((one.doubled, one.blank) == (0, 0) for one in over(verified).played)


def test_what_the_release_is(old: Path, new: Path) -> None:
    """The head of the table says what the release changes."""
    found = over(verify(new, [old]))
    assert (found.new, found.changed, found.unchanged, found.retired, found.left_behind) == (1, 1, 5, 0, ())


def test_the_package_in_anki(author: Author, new: Path) -> None:
    """Promise 5: what Anki holds, the package has and the manifest says is the same."""
    imported = verify(new).imported
    assert [(one.what, one.anki, one.package, one.manifest) for one in imported.counts] == [
        ("notes", 7, 7, 7),
        ("cards", 9, 9, 9),
        ("note types", 2, 2, None),
        ("decks", 1, 1, None),
        ("tags", 0, 0, None),
        ("media", 2, 2, None),
    ]
    assert (imported.rendered, imported.without_cards, imported.errors) == (9, 0, ())


def test_limits_are_shown_and_are_no_errors(old: Path, new: Path) -> None:
    """Promise 6: what it leaves out is told by number and name."""
    verified = verify(new, [old])
    assert verified.errors == ()
    assert played(verified, "edited every note").limits == everybody(
        "edited-by-both", "1 note: edited by the student and changed by the release, which counts", "bowline"
    )
    fields = played(verified, "added a field")
    message = "5 notes: conflicting, because the student changed the fields of their note type"
    assert fields.limits == everybody("changed-schema", message, *sorted((*KNOTS, "both-ways")))
    assert (fields.conflicts, fields.reviews.kept) == (5, 16)
    deleted = played(verified, "deleted notes and cards")
    assert deleted.limits == everybody(
        "deleted-note", "4 notes: deleted by the student, back as new notes", *sorted(("bowline", *SOME))
    )
    assert (deleted.reviews, deleted.due_dates) == (Kept(kept=4, of=4), Kept(kept=2, of=2))
    assert played(verified, "clock two hours ahead").limits == everybody(
        "late-correction", f"1 note: {WAITS}", "bowline"
    )
    assert played(verified, "clock two hours behind").limits == played(verified, "edited every note").limits


def test_a_limit_is_told_once(author: Author, old: Path) -> None:
    """A limit that students meet on other notes each is told once, with all notes and how many each student met."""
    for knot in KNOTS:
        author.edit(f"Answer to {knot}", f"A better answer to {knot}")
    author.release(SECOND)
    verified = verify(author.package(), [old])
    assert verified.errors == ()
    told = (
        "  4 notes: edited by the student and changed by the release, which counts\n"
        "    students: edited every note (4), edited and tagged some (2), clock two hours behind (2)\n"
        "    notes: bowline, clove-hitch, reef-knot, sheet-bend\n"
    )
    text, markdown = render(verified, "text"), render(verified, "markdown")
    assert told in text
    assert text.count("edited by the student and changed by the release") == 1
    assert markdown.count("edited by the student and changed by the release") == 1
    counts = {len(one.limits[0].notes) for one in over(verified).played if one.name.startswith("edited")}
    assert counts == {4, 2}


def test_restyled_by_both(author: Author, old: Path) -> None:
    """Promise 6: a release's new look replaces a student's earlier one, and not a later one."""
    author.write("style.css", ".card { color: teal; }\n")
    author.release(SECOND)
    verified = verify(author.package(), [old])
    assert verified.errors == ()
    message = "2 note types (Knots: Cloze, Knots: Question): the release changed them, and its styling counts"
    assert played(verified, "restyled before").limits == everybody("replaced-styling", message)
    assert played(verified, "restyled after").styling == Kept(kept=2, of=2)


def test_cards_that_a_release_adds(author: Author, old: Path) -> None:
    """Promise 6: new cards of old notes cost nothing; where a wrong clock holds the note back, they wait blank."""
    author.edit("answer: Answer to bowline", "answer: Answer to bowline\n    reverse: true")
    author.release(SECOND)
    verified = verify(author.package(), [old])
    assert verified.errors == ()
    assert played(verified, "studied everything").blank == 0
    ahead = played(verified, "clock two hours ahead")
    assert ahead.blank == 1
    assert ahead.limits == (
        *everybody("late-correction", "1 card: blank until the correction of their note arrives", "bowline card 2"),
        *everybody("late-correction", f"1 note: {WAITS}", "bowline"),
    )


def test_the_same_package_again(old: Path) -> None:
    """Promise 2: a package over itself changes nothing."""
    verified = verify(old, [old])
    assert verified.errors == ()
    assert (over(verified).new, over(verified).changed, over(verified).unchanged) == (0, 0, 6)


def test_releases_of_one_day(author: Author, old: Path) -> None:
    """A student whose clock is wrong by more than what lies between two releases is not played, and that is said."""
    author.edit("Answer to bowline", "A better answer")
    author.release(FIRST + 3600)
    verified = verify(author.package(), [old])
    assert verified.errors == ()
    assert played(verified, "clock two hours behind").not_played == TOO_CLOSE
    assert played(verified, "clock two hours ahead").not_played == TOO_CLOSE


# other packages


def test_other_editions(author: Author, old: Path) -> None:
    """Promise 6: who studied another edition keeps everything; the manifest beside the older package names them."""
    author.notes(question("for-students", "Yes", "audience: student"), file="students.yaml")
    author.release(SECOND)
    older = author.out.rename(author.root / "older")
    author.edit("Answer to bowline", "A better answer")
    author.release(SECOND + DAY)
    verified = verify(author.package(), [older / "knots.apkg"])
    assert verified.errors == ()
    assert played(verified, "edition student").due_dates == Kept(kept=9, of=9)
    assert played(verified, "edition clinician").due_dates == Kept(kept=8, of=8)
    verified = verify(author.package("clinician"), [older / "knots-clinician.apkg"])
    assert verified.errors == ()
    limits = everybody("other-edition", "1 note: not in this edition, they stay as they are", "for-students")
    assert set(limits) <= set(played(verified, "edition student").limits)
    assert set(limits) <= set(played(verified, "edition everything").limits)


def test_without_other_editions_or_older_packages(old: Path, new: Path) -> None:
    """What cannot be played is said, with the reason; everybody else is."""
    verified = verify(new, [old])
    found = {one.name: one.not_played for one in over(verified).played if one.not_played}
    assert found == {
        "other edition": NO_OTHER_EDITION,
        "skipped releases": NO_OLDER,
        "took every release": NO_OLDER,
    }
    assert len(over(verified).played) == len(SCENARIOS)


def test_skipped_releases(author: Author, old: Path, new: Path) -> None:
    """Promise 6: who skips releases, and who takes each, keeps the same and gets every correction."""
    between = author.kept(new)
    author.edit("Answer to reef-knot", "Another answer")
    author.release(SECOND + DAY)
    verified = verify(author.package(), [old, between])
    assert verified.errors == ()
    for name in ("skipped 1 release", "took every release"):
        assert (played(verified, name).edits, played(verified, name).due_dates) == (
            Kept(kept=2, of=2),
            Kept(kept=8, of=8),
        )
    assert (over(verified).changed, over(verified).new) == (1, 0)


def test_a_change_taken_back(author: Author, old: Path, new: Path) -> None:
    """Promise 6: a note that one release changed and the next changed back was changed, for who skips the first."""
    between = author.kept(new)
    author.edit("A better answer", "Answer to bowline")
    author.release(SECOND + DAY)
    assert verify(author.package(), [old, between]).errors == ()


# a package that is broken alone


def test_nothing_is_left_on_a_front(new: Path) -> None:
    """Promise 5: a blank front is an error that names its card, and so is the card that Anki would remove."""
    package = broken(new, "update notes set flds = replace(flds, '{{c2::bend}}', 'bend') where flds like '%c2::%'")
    assert verify(package).errors == (
        *everybody("blank-front", "the front is blank", "gaps card 2"),
        *everybody("empty-card", "has empty cards", "gaps"),
    )


def test_a_template_error(new: Path) -> None:
    """Promise 5: a template that Anki cannot show is an error in Anki's words that names every card."""

    def wrong(note_type: dict[str, Any]) -> None:
        if note_type["name"].endswith("Cloze"):
            note_type["tmpls"][0]["afmt"] += "{{Nope}}"

    (error,) = verify(broken(new, note_type=wrong)).errors
    assert (error.rule, error.notes) == ("template-error", ("gaps card 1", "gaps card 2"))
    assert error.message == "Back template has a problem: Found '{{Nope}}', but there is no field called 'Nope'"


def test_a_missing_picture_and_sound(new: Path) -> None:
    """Promise 5: each file that a note names and the package lacks is an error that names its cards."""
    errors = verify(broken(new, media=dict.clear)).errors
    assert {error.rule for error in errors} == {"missing-media", "silent-sound"}
    assert all(note.startswith("both-ways") for error in errors for note in error.notes)
    assert sorted(error.message.partition("-")[0] for error in errors if error.rule == "missing-media") == [
        "knot",
        "word",
    ]


def test_an_unused_picture(new: Path) -> None:
    """A file that no note names is told, and no error: Anki does not bring it along."""
    verified = verify(broken(new, media=lambda files: files.update({"more.png": b"x"})))
    assert (verified.errors, verified.imported.unused_media) == ((), ("more.png",))
    assert "  unused media: more.png\n" in render(verified, "text")
    assert "Unused media: more.png" in render(verified, "markdown")


def test_a_voice_with_nothing_to_read(new: Path) -> None:
    """Promise 5: a voice that reads an empty field is an error."""

    def speak(note_type: dict[str, Any]) -> None:
        if note_type["name"].endswith("Cloze"):
            note_type["tmpls"][0]["qfmt"] += "{{tts en_US:Explanation}}"

    assert verify(broken(new, note_type=speak)).errors == everybody(
        "silent-sound", "a voice has nothing to read", "gaps card 1", "gaps card 2"
    )


def test_a_card_that_anki_would_add(new: Path) -> None:
    """Promise 5: a card that editing its note would bring is an error, unless the note has none at all."""
    missing = "delete from cards where ord = 1 and nid = (select id from notes where flds like '%c2::%')"
    counts = verify(broken(new, missing))
    assert counts.errors == everybody("missing-card", "lacks its card", "gaps card 2")
    none = "delete from cards where nid = (select id from notes where flds like '%c2::%')"
    verified = verify(broken(new, none))
    assert (verified.errors, verified.imported.without_cards) == ((), 1)


def test_a_guid_twice(new: Path) -> None:
    """Promise 5: of two notes with one GUID Anki keeps one, and the count says so."""
    guid = "(select guid from notes where flds like '%reef-knot%')"
    package = broken(new, f"update notes set guid = {guid} where flds like '%sheet-bend%'")
    assert Finding(rule="wrong-count", message="Anki holds 6 notes, the package 7") in verify(package).errors


def test_a_package_that_is_not_its_manifests(new: Path) -> None:
    """A package that was changed after its manifest was written is an error, and so are other counts."""
    changed = broken(
        new,
        "delete from notes where flds like '%sheet-bend%'",
        "delete from cards where nid not in (select id from notes)",
    )
    changed.replace(new)
    assert verify(new).errors == (
        Finding(rule="wrong-count", message="the manifest says 7 notes, the package holds 6"),
        Finding(rule="wrong-count", message="the manifest says 9 cards, the package holds 8"),
        Finding(
            rule="wrong-checksum",
            message="knots.apkg is not the file that its manifest was written for: another SHA-256",
        ),
    )


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no package", b"x" * 1000])
def test_no_package(tmp_path: Path, old: Path, content: bytes) -> None:
    """Promise 9: what is no package is an error, alone, as the new package and as the old one."""
    path = tmp_path / "no.apkg"
    path.write_bytes(content)
    (error,) = verify(path).errors
    assert error.rule == "refused-package"
    assert error.message.startswith("no.apkg: ")
    assert verify(path, [old]).over is None
    (error,) = verify(old, [path]).errors
    assert (error.rule, error.message.startswith("no.apkg: ")) == ("refused-package", True)


def test_a_package_that_anki_refuses(old: Path, new: Path) -> None:
    """What Anki refuses is an error in Anki's words, as the new package and as the old one."""
    package = broken(new, note_type=lambda note_type: note_type.update(name=""))
    error = everybody("refused-package", "knots.apkg: Anki refuses it: Empty notetype name")
    assert verify(package).errors == error
    verified = verify(old, [package])
    assert (verified.errors, over(verified).played) == (error, ())


# a promise that is not kept


def test_restamped_notes(old: Path, new: Path) -> None:
    """Promise 2: unchanged notes with a new time overwrite edits and tags, and every one of them is named."""
    verified = verify(broken(new, f"update notes set mod = {SECOND}"), [old])
    every_edit, some_edits, every_tag, some_tags = (
        everybody(
            rule, f"{len(notes)} notes: the student's {what} lost, though the release did not change them", *notes
        )
        for rule, what in (("lost-edit", "edit is"), ("lost-tag", "tags are"))
        for notes in (OTHERS, SOME)
    )
    assert played(verified, "edited every note").errors == every_edit
    assert played(verified, "edited every note").edits == Kept(kept=0, of=5)
    assert played(verified, "edited and tagged some").errors == some_edits + every_tag
    assert played(verified, "got leeches").errors == some_tags
    assert set(verified.errors) == {*every_edit, *some_edits, *every_tag, *some_tags}
    assert played(verified, "studied everything").errors == ()


@pytest.mark.parametrize(
    "change",
    ["", ", flds = replace(flds, 'What about reef-knot?', 'Which?'), sfld = 'Which?'"],
    ids=["the same text", "another first field"],
)
def test_another_guid(author: Author, change: str) -> None:
    """Promise 1: a note whose GUID changed is doubled, also where only another long text tells that it is the same."""
    why = "explanation: It lies flat and unties with one tug of an end."
    author.notes(question("reef-knot", "Yes", why), *(question(f"note-{number}") for number in range(5)))
    author.release(FIRST)
    old = author.package()
    new = broken(old, f"update notes set guid = 'another', mod = {SECOND} {change} where flds like '%reef-knot%'")
    verified = verify(new, [old])
    message = "1 note: there twice, because their GUID changed"
    assert verified.errors == everybody("doubled-note", message, "reef-knot")
    assert played(verified, "studied everything").doubled == 1
    assert over(verified).left_behind == ("reef-knot",)


def test_a_note_that_is_gone_is_left_behind(author: Author, old: Path) -> None:
    """A note that is not in the release stays as it is: that is told, and no error."""
    author.notes(*NOTES[1:], question("new-one"))
    author.release(SECOND, allow=["gone-note"])
    verified = verify(author.package(), [old])
    assert verified.errors == ()
    assert over(verified).left_behind == ("bowline",)


def test_a_retired_note(author: Author, old: Path) -> None:
    """Promise 6: a retired note is shipped without cards; who holds them keeps them and gets the reason."""
    author.edit("answer: Answer to bowline", "answer: Answer to bowline\n    retired: Nobody ties it any more.")
    author.release(SECOND)
    verified = verify(author.package(), [old])
    assert verified.errors == ()
    assert verified.imported.without_cards == 1
    assert (over(verified).retired, over(verified).changed, over(verified).left_behind) == (1, 0, ())
    assert played(verified, "studied everything").due_dates == Kept(kept=8, of=8)


def test_a_new_field(old: Path, new: Path) -> None:
    """Promise 6: a note type with another field makes every note of it conflicting, for everybody."""

    def add(note_type: dict[str, Any]) -> None:
        if note_type["name"].endswith("Cloze"):
            note_type["flds"].append({**note_type["flds"][-1], "name": "More", "ord": len(note_type["flds"]), "id": 7})

    more = "update notes set flds = flds || char(31) where flds like '%c2::%'"
    verified = verify(broken(new, more, note_type=add), [old])
    message = "1 note: conflicting, they are never corrected again"
    assert verified.errors == everybody("conflicting-note", message, "gaps")
    assert played(verified, "studied everything").conflicts == 1


def test_a_card_that_lost_its_gap(author: Author, old: Path) -> None:
    """Promise 6: a card whose gap is gone shows an error, and is named, where no manifest says that it was allowed."""
    author.edit("{{c2::bend}}", "bend")
    author.release(SECOND, allow=["gone-card"])
    verified = verify(author.kept(author.package()), [old])
    message = "1 card: nothing is left on the front, they show an error"
    assert verified.errors == everybody("blank-card", message, "gaps card 2")
    assert played(verified, "studied everything").blank == 1
    assert played(verified, "studied everything").due_dates == Kept(kept=8, of=8)


def test_renumbered_gaps(author: Author, old: Path) -> None:
    """A card that asks for what another card asked is on the schedule of another fact, and is named."""
    author.edit("A {{c1::loop}} or {{c2::bend}}", "A {{c2::loop}} or {{c1::bend}}")
    author.release(SECOND)
    verified = verify(author.package(), [old])
    message = "2 cards: ask what another card of their note asked, on the schedule of what they asked before"
    assert verified.errors == everybody("renumbered-card", message, "gaps card 1", "gaps card 2")


def test_a_correction_with_an_old_time(old: Path, new: Path) -> None:
    """Promise 3: a changed note that is no later never arrives, at nobody."""
    package = broken(new, f"update notes set mod = {FIRST} where flds like '%bowline%'")
    verified = verify(package, [old])
    message = "1 note: the correction does not arrive, it is dated no later than the last release"
    assert verified.errors == everybody("missing-correction", message, "bowline")
    assert played(verified, "never studied").errors == verified.errors


def test_a_correction_dated_by_its_edit(old: Path, new: Path) -> None:
    """Promise 3: a correction that is dated before the release misses who touched the note in between."""
    package = broken(new, f"update notes set mod = {FIRST + 1} where flds like '%bowline%'")
    verified = verify(package, [old])
    (error,) = verified.errors
    assert (error.rule, error.notes) == ("early-correction", ("bowline",))
    assert played(verified, "never studied").errors == ()
    assert played(verified, "edited and tagged some").errors == (error,)
    assert played(verified, "got leeches").errors == (error,)


def test_a_restamped_note_type(old: Path, new: Path) -> None:
    """Promise 3: a note type with a new time and the old look overwrites a student's styling."""
    verified = verify(broken(new, note_type=lambda note_type: note_type.update(mod=SECOND)), [old])
    message = "2 note types (Knots: Cloze, Knots: Question): the student's styling is lost"
    assert verified.errors == everybody("lost-styling", message)
    assert played(verified, "restyled before").styling == Kept(kept=0, of=2)
    assert played(verified, "restyled after").styling == Kept(kept=2, of=2)


def test_a_look_with_an_old_time(old: Path, new: Path) -> None:
    """Promise 3: a new look with the old time never arrives."""
    verified = verify(broken(new, note_type=lambda note_type: note_type.update(css=".card {}")), [old])
    message = "2 note types (Knots: Cloze, Knots: Question): new templates or styling do not arrive, they are dated no "
    assert {error.message for error in verified.errors} >= {message + "later than the old"}
    assert {error.rule for error in verified.errors} == {"missing-look"}


def test_another_file_of_the_same_name(old: Path, new: Path) -> None:
    """A note that does not change shows the old file for ever, where the new one has its name."""
    verified = verify(broken(new, media=lambda files: files.update(dict.fromkeys(files, b"other"))), [old])
    message = "1 note: a new file has the name of an old one, which students keep"
    assert verified.errors == everybody("replaced-media", message, "both-ways")


# what no package can do, and Anki might one day

LOSSES: dict[str, tuple[Callable[[Student], Any], str]] = {
    "lost-review": (lambda student: student.database.execute("delete from revlog"), "8 cards: reviews are lost"),
    "lost-due-date": (
        lambda student: student.database.execute("update cards set due = due + 1"),
        "8 cards: due date, interval, deck or flag is another",
    ),
    "lost-card": (
        lambda student: student.database.execute("delete from cards where ord = 1"),
        "2 cards: gone, with their whole schedule",
    ),
    "missing-card": (
        lambda student: student.database.execute(
            "delete from cards where nid = (select id from notes where flds like '%new-one%')"
        ),
        "1 card: new, and do not arrive",
    ),
}


@pytest.mark.parametrize("rule", LOSSES)
def test_an_anki_that_loses_something(rule: str, old: Path, new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 6: an import that lost a review, a due date, a card or a new card would be an error."""
    take, (lose, message) = Student.take, LOSSES[rule]

    def losing(self: Student, package: Path) -> Taken:
        taken = take(self, package)
        if taken.unchanged:
            lose(self)
        return taken

    monkeypatch.setattr(Student, "take", losing)
    verified = verify(new, [old])
    assert rule in {error.rule for error in verified.errors}
    assert any(error.rule == rule and error.message.endswith(message) for error in verified.errors)


# collections


def test_nothing_is_left(old: Path, new: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The collections are thrown away, also when something fails in the middle."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    assert verify(new, [old]).is_kept
    assert list(place.iterdir()) == []

    def fail(*_: object) -> None:
        assert list(place.iterdir()) != []
        raise KeyboardInterrupt

    monkeypatch.setattr(Student, "study_everything", fail)
    with pytest.raises(KeyboardInterrupt):
        verify(new, [old])
    assert list(place.iterdir()) == []
