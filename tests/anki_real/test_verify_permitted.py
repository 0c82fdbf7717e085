"""What `verify` says of a release that cost students something by permission, and of packages of another deck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

pytest.importorskip("anki.collection", reason="verifying needs the anki package")

from builder.anki.verify import render, verify
from builder.anki.verify.results import Finding, Played, Verified
from builder.core.note_types import NoteType
from builder.guards import COSTS
from tests.anki_real.packages import broken
from tests.releases.author import DAY, FIRST, NOW, Author, cloze, question

SECOND, THIRD = NOW - 20 * DAY, NOW - 10 * DAY
EVERY = ("bowline", "clove-hitch", "gaps", "reef-knot")


@pytest.fixture
def deck(author: Author) -> Author:
    """A deck with a first release of four notes and five cards in `old/`."""
    author.notes(*(question(knot, f"Answer to {knot}") for knot in EVERY if knot != "gaps"), file="notes.yaml")
    author.notes(cloze("gaps", "A {{c1::loop}} or {{c2::bend}}"), file="more.yaml")
    publish(author, FIRST, "old")
    return author


def publish(author: Author, when: int, folder: str, *allow: str) -> Path:
    """Releases into a folder of its own, manifest and all; the package with everything."""
    author.release(when, allow=allow)
    return author.out.rename(author.root / folder) / "knots.apkg"


def met(verified: Verified, name: str) -> Played:
    """What one student keeps and meets."""
    assert verified.over is not None
    (found,) = (one for one in verified.over.played if one.name == name)
    return found


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What an author does who is allowed a cost, the limit that students meet, and the error without a manifest."""

    edit: Callable[[Author], None]
    limit: Finding
    error: Finding


def another_type(author: Author) -> None:
    """Makes a question a gap text."""
    author.edit(
        "question: What about bowline?\n    answer: Answer to bowline", "cloze: A {{c1::bowline}}", "notes.yaml"
    )


def another_schema(author: Author) -> None:
    """Renames the last field of the questions."""

    def renamed(note_type: NoteType) -> NoteType:
        fields = (*note_type.fields[:-1], "Another")
        return replace(note_type, fields=fields) if note_type.key == "question" else note_type

    author.restyle = renamed


def finding(rule: str, message: str, *notes: str) -> Finding:
    """A finding on notes or cards."""
    return Finding(rule=rule, message=message, notes=notes)


QUESTIONS = ("bowline", "clove-hitch", "reef-knot")
NEVER = "they are never corrected again"
PERMITTED = {
    "gone-card": Cost(
        edit=lambda author: author.edit("{{c2::bend}}", "bend", "more.yaml"),
        limit=finding(
            "dropped-card",
            "1 card: dropped by permission, blank until the student runs Empty Cards",
            "gaps card 2",
        ),
        error=finding("blank-card", "1 card: nothing is left on the front, they show an error", "gaps card 2"),
    ),
    "gone-note": Cost(
        edit=lambda author: author.edit("id: bowline", "id: bowline-two", "notes.yaml"),
        limit=finding(
            "doubled-note", "1 note: there twice by permission, the old ones stay as they are", "bowline-two"
        ),
        error=finding("doubled-note", "1 note: there twice, because their GUID changed", "bowline-two"),
    ),
    "changed-note-type": Cost(
        edit=another_type,
        limit=finding("changed-note-type", f"1 note: conflicting by permission, {NEVER}", "bowline"),
        error=finding("conflicting-note", f"1 note: conflicting, {NEVER}", "bowline"),
    ),
    "changed-schema": Cost(
        edit=another_schema,
        limit=finding("changed-note-type", f"3 notes: conflicting by permission, {NEVER}", *QUESTIONS),
        error=finding("conflicting-note", f"3 notes: conflicting, {NEVER}", *QUESTIONS),
    ),
}


@pytest.mark.parametrize("name", PERMITTED)
def test_a_cost_that_was_permitted(deck: Author, name: str) -> None:
    """What `--allow` let through is a known limit for every later release: it could be mended by none."""
    cost, old = PERMITTED[name], deck.root / "old" / "knots.apkg"
    cost.edit(deck)
    second = publish(deck, SECOND, "second", name)
    verified = verify(second, [old])
    assert verified.errors == ()
    assert cost.limit in met(verified, "studied everything").limits
    deck.notes(question("new-one"), file="new.yaml")
    third = publish(deck, THIRD, "third")
    verified = verify(third, [old, second])
    assert verified.errors == ()
    for student in ("skipped 1 release", "took every release"):
        assert cost.limit in met(verified, student).limits


@pytest.mark.parametrize("name", PERMITTED)
def test_a_cost_without_a_manifest(deck: Author, name: str) -> None:
    """Without the manifest nothing tells of a permission: it stays an error."""
    cost, old = PERMITTED[name], deck.root / "old" / "knots.apkg"
    cost.edit(deck)
    second = publish(deck, SECOND, "second", name)
    (second.parent / "knots.manifest.json").unlink()
    verified = verify(second, [old])
    assert cost.error in verified.errors
    assert met(verified, "studied everything").errors == (cost.error,)


@pytest.mark.parametrize("name", PERMITTED)
def test_a_draft_after_a_cost(deck: Author, name: str) -> None:
    """A draft over the release that was permitted goes by that one's manifest, so that a pull request is not red."""
    cost, old = PERMITTED[name], deck.root / "old" / "knots.apkg"
    cost.edit(deck)
    second = publish(deck, SECOND, "second", name)
    deck.draft(THIRD)
    verified = verify(deck.draft_package(), [old, second])
    assert verified.errors == ()
    assert cost.limit in met(verified, "skipped 1 release").limits
    assert cost.error in verify(deck.draft_package(), [old]).errors


def test_two_ledgers_are_needed(deck: Author) -> None:
    """What a note was released as stands in the older manifest only; without that one, it stays an error."""
    cost = PERMITTED["changed-note-type"]
    cost.edit(deck)
    second = publish(deck, SECOND, "second", "changed-note-type")
    (deck.root / "old" / "knots.manifest.json").unlink()
    assert verify(second, [deck.root / "old" / "knots.apkg"]).errors[0] == cost.error


def test_a_permission_is_for_its_cards_alone(deck: Author) -> None:
    """Another card that is blank is an error beside the one that was dropped."""
    PERMITTED["gone-card"].edit(deck)
    deck.out = deck.root / "second"
    deck.release(SECOND, allow=["gone-card"])
    package = deck.package()
    blank = "update notes set flds = replace(flds, '{{c1::loop}}', 'loop') where flds like '%c1::loop%'"
    broken(package, blank).replace(package)
    found = [error for error in verify(package, [deck.root / "old" / "knots.apkg"]).errors if error.notes]
    assert finding("blank-card", "1 card: nothing is left on the front, they show an error", "gaps card 1") in found
    assert all("gaps card 2" not in error.notes for error in found)


def test_another_deck_id(deck: Author) -> None:
    """A deck that was allowed another id brings every note twice, which its releases tell from another deck."""
    deck.edit("knots-7f3k2q", "knots-8g4m3r", "deck.yaml")
    second = publish(deck, SECOND, "second", "changed-deck-id")
    old = deck.root / "old" / "knots.apkg"
    verified = verify(second, [old])
    assert verified.errors == ()
    twice = "4 notes: there twice by permission, the old ones stay as they are"
    assert met(verified, "studied everything").limits == (finding("doubled-note", twice, *EVERY),)
    deck.draft(THIRD)
    assert verify(deck.draft_package(), [old, second]).errors == ()
    (second.parent / "knots.manifest.json").unlink()
    (error,) = verify(second, [old]).errors
    assert error == finding(
        "another-deck",
        f"{old.as_posix()} is another deck than {second.as_posix()}: no note has the same GUID in both, "
        "though 4 say the same and would be there twice",
    )


def test_costs_that_need_no_permission_here(deck: Author) -> None:
    """A mass change, a note that is gone and a card that comes back break nothing that is judged."""
    old = deck.root / "old" / "knots.apkg"
    PERMITTED["gone-card"].edit(deck)
    second = publish(deck, SECOND, "second", "gone-card")
    deck.edit("or bend", "or {{c2::hitch}}", "more.yaml")
    deck.notes(*(question(f"new-{number}") for number in range(5)), file="new.yaml")
    deck.remove("notes.yaml")
    third = publish(deck, THIRD, "third", "returned-card", "gone-note")
    for older in ([old], [second], [old, second]):
        verified = verify(third, older)
        assert verified.errors == ()
        assert verified.over is not None
        assert verified.over.left_behind == QUESTIONS


def test_every_cost_is_thought_of() -> None:
    """Each cost that can be allowed is named where it is told what becomes of it here."""
    from builder.anki.verify import permitted

    assert permitted.__doc__ is not None
    assert [cost for cost in COSTS if f"`{cost}`" not in permitted.__doc__] == []


def test_another_deck(deck: Author, tmp_path: Path) -> None:
    """A package of another deck is one error that says so, and nothing is played."""
    other = Author(tmp_path / "other", question("bowline", "Answer to bowline"))
    other.edit("knots-7f3k2q", "ropes-2h5j6k", "deck.yaml")
    package, old = publish(other, SECOND, "new"), deck.root / "old" / "knots.apkg"
    verified = verify(package, [old])
    message = (
        f"{old.as_posix()} is another deck than {package.as_posix()}: its id is `knots-7f3k2q`, not `ropes-2h5j6k`"
    )
    assert verified.errors == (finding("another-deck", message),)
    assert verified.over is not None
    assert verified.over.played == ()
    assert f"\nover {old.as_posix()}: nothing was played\n" in render(verified, "text")
    assert render(verified, "markdown").endswith(": nothing was played")
    other.draft(THIRD)
    (error,) = verify(other.draft_package(), [old]).errors
    assert error.message.endswith(
        ": no note has the same GUID in both, though 1 says the same and would be there twice"
    )


def test_counts_add_up(deck: Author) -> None:
    """New, changed, unchanged and retired notes are those of the package; one that only moves is unchanged."""
    deck.edit("Answer to bowline", "A better answer", "notes.yaml")
    deck.edit("answer: Answer to reef-knot", "answer: Answer to reef-knot\n    retired: Nobody ties it.", "notes.yaml")
    more = deck.deck / "more.yaml"
    more.write_text(f"deck: Gaps\n{more.read_text(encoding='utf-8')}", encoding="utf-8")
    deck.notes(question("new-one"), file="new.yaml")
    over = verify(publish(deck, SECOND, "second"), [deck.root / "old" / "knots.apkg"]).over
    assert over is not None
    assert (over.new, over.changed, over.unchanged, over.retired, over.left_behind) == (1, 1, 2, 1, ())


def test_gone_from_every_edition(deck: Author) -> None:
    """A note that left the deck is no longer in the package, also for who studied another edition."""
    deck.remove("more.yaml")
    verified = verify(publish(deck, SECOND, "second", "gone-note"), [deck.root / "old" / "knots.apkg"])
    assert verified.errors == ()
    gone = finding("gone-note", "1 note: no longer in the package, they stay as they are", "gaps")
    assert gone in met(verified, "edition student").limits


def test_releases_a_month_apart(deck: Author) -> None:
    """Students with a wrong clock are played between any two releases of different days, and meet its limit."""
    deck.edit("Answer to bowline", "A better answer", "notes.yaml")
    verified = verify(publish(deck, FIRST + 30 * DAY, "second"), [deck.root / "old" / "knots.apkg"])
    assert verified.errors == ()
    ahead, behind = met(verified, "clock two hours ahead"), met(verified, "clock two hours behind")
    assert (ahead.not_played, behind.not_played) == ("", "")
    assert ahead.did == "edited and tagged some notes an hour before the release, by a clock two hours ahead"
    waits = (
        "1 note: the correction comes with the next release that changes them, because the student's clock was ahead"
    )
    assert ahead.limits == (finding("late-correction", waits, "bowline"),)
    both = "1 note: edited by the student and changed by the release, which counts"
    assert behind.limits == (finding("edited-by-both", both, "bowline"),)
    for one in (ahead, behind):
        assert one.edits.kept == one.edits.of > 0
        assert one.tags.kept == one.tags.of > 0
