"""A case into what becomes of its notes: the student's edits and tags, corrections, conflicts and doubles."""

from __future__ import annotations

from builder.anki.verify.case import Case, Verdict, on_notes
from builder.anki.verify.results import Finding, Kept
from builder.anki.verify.scenarios import Holds
from builder.anki.verify.snapshot import Note
from builder.core.english import counted


def judge_edits(case: Case) -> Verdict:
    """Fields that the student edited stay on every note that the release did not change."""
    held, before, after = case.stage.hold.notes, case.before.notes, case.after.notes
    edited = {guid for guid in before if guid in held and _is_edited(held[guid], before[guid])}
    own = edited - case.stage.changed
    lost = {guid for guid in own if guid not in after or after[guid].content.fields != before[guid].content.fields}
    replaced = (edited & case.stage.changed & case.both) - case.waiting - case.conflicting
    return Verdict(
        Kept(kept=len(own - lost), of=len(own)),
        on_notes("lost-edit", lost, case, "the student's edit is lost, though the release did not change them"),
        on_notes("edited-by-both", replaced, case, "edited by the student and changed by the release, which counts"),
    )


def judge_tags(case: Case) -> Verdict:
    """Tags that the student gave, or Anki for a leech, stay on every note that the release did not change."""
    held, before, after = case.stage.hold.notes, case.before.notes, case.after.notes
    tagged = {guid for guid in before if guid in held and before[guid].content.tags != held[guid].content.tags}
    own = tagged - case.stage.changed
    lost = {guid for guid in own if guid not in after or after[guid].content.tags != before[guid].content.tags}
    return Verdict(
        Kept(kept=len(own - lost), of=len(own)),
        on_notes("lost-tag", lost, case, "the student's tags are lost, though the release did not change them"),
    )


def judge_corrections(case: Case) -> Verdict:
    """What the release changed is there, also where the student had touched the note."""
    due = case.both & case.stage.changed - case.conflicting
    late = {guid for guid in due if not _is_taken(case, guid)}
    held = case.stage.hold.newest
    early = {guid for guid in late - case.waiting if case.new.notes[guid].content.modified > held}
    never = "the correction does not arrive, it is dated no later than the last release"
    touched = (
        "the correction does not arrive at students who touched them, because it is dated before the release "
        "(if there was another release in between, name it with --over, too)"
    )
    waiting = "the correction comes with the next release that changes them, because the student's clock was ahead"
    return Verdict(
        errors=(
            *on_notes("missing-correction", late - early - case.waiting, case, never),
            *on_notes("early-correction", early, case, touched),
        ),
        limits=on_notes("late-correction", late & case.waiting, case, waiting),
    )


def judge_arrivals(case: Case) -> Verdict:
    """Every new note arrives; one that the student deleted comes back."""
    absent = case.new.notes.keys() - case.after.notes.keys() - case.conflicting
    deleted = case.stage.hold.notes.keys() - case.before.notes.keys()
    elsewhere = case.before.notes.keys() - case.new.notes.keys() if case.scenario.holds is Holds.OTHER else set()
    gone = elsewhere & case.gone
    return Verdict(
        errors=on_notes("missing-note", absent, case, "new, and do not arrive"),
        limits=(
            *on_notes(
                "deleted-note", deleted & case.after.notes.keys(), case, "deleted by the student, back as new notes"
            ),
            *on_notes("gone-note", gone, case, "no longer in the package, they stay as they are"),
            *on_notes("other-edition", elsewhere - gone, case, "not in this edition, they stay as they are"),
        ),
    )


def judge_conflicts(case: Case) -> Verdict:
    """Anki calls no note conflicting, but those whose note type the student changed, or the release by permission."""
    own = case.conflicting & case.reshaped
    permitted = (case.conflicting - own) & case.permitted.conflicting
    unnamed = case.taken.conflicting + case.taken.other - len(case.conflicting)
    never = "they are never corrected again"
    errors = on_notes("conflicting-note", case.conflicting - own - permitted, case, f"conflicting, {never}")
    if unnamed:
        message = f"{counted(unnamed, 'note')}: Anki could not take them"
        errors += (Finding(rule="conflicting-note", message=message),)
    return Verdict(
        Kept(kept=case.taken.conflicting + case.taken.other),
        errors,
        (
            *on_notes(
                "changed-schema", own, case, "conflicting, because the student changed the fields of their note type"
            ),
            *on_notes("changed-note-type", permitted, case, f"conflicting by permission, {never}"),
        ),
    )


def judge_doubles(case: Case, doubles: dict[str, str]) -> Verdict:
    """The student has no note twice; `doubles` are the GUIDs that a note had, by the one it has now."""
    twice = {new for new, old in doubles.items() if old in case.after.notes and new in case.after.notes}
    excused = {new for new in twice if case.permitted.has_another_id or doubles[new] in case.permitted.gone}
    return Verdict(
        Kept(kept=len(twice)),
        on_notes("doubled-note", twice - excused, case, "there twice, because their GUID changed"),
        on_notes("doubled-note", excused, case, "there twice by permission, the old ones stay as they are"),
    )


def _is_edited(held: Note, now: Note) -> bool:
    """Whether a field has another text; one that the student added has none yet."""
    return now.content.fields[: len(held.content.fields)] != held.content.fields


def _is_taken(case: Case, guid: str) -> bool:
    """Whether a note is the release's; one whose picture Anki had to rename has at least its time."""
    mine, theirs, before = (held.notes[guid].content for held in (case.after, case.new, case.before))
    if (mine.fields, mine.tags) == (theirs.fields, theirs.tags):
        return True
    return mine.modified == theirs.modified > before.modified
