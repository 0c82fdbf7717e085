"""A case into what becomes of its cards: their reviews, their due dates, and what is on them."""

from __future__ import annotations

from builder.anki.verify.case import Case, Verdict, on_cards
from builder.anki.verify.results import Kept
from builder.anki.verify.snapshot import Snapshot
from builder.render.clozes import cloze_numbers, hidden_texts


def judge_reviews(case: Case) -> Verdict:
    """Every row of the review log is still there, on its card."""
    kept = total = 0
    losing = []
    for card, schedule in case.before.schedules.items():
        there = case.after.schedules.get(card)
        found = len(set(schedule.reviews) & set(there.reviews)) if there else 0
        total, kept = total + len(schedule.reviews), kept + found
        if found < len(schedule.reviews):
            losing.append(card)
    return Verdict(Kept(kept=kept, of=total), on_cards("lost-review", losing, case, "reviews are lost"))


def judge_due_dates(case: Case) -> Verdict:
    """Every card has the schedule, the deck and the flag that it had."""
    lost = [card for card in case.before.schedules if card not in case.after.schedules]
    other = [
        card
        for card, schedule in case.before.schedules.items()
        if card in case.after.schedules and case.after.schedules[card] != schedule
    ]
    kept = len(case.before.schedules) - len(lost) - len(other)
    errors = (
        *on_cards("lost-card", lost, case, "gone, with their whole schedule"),
        *on_cards("lost-due-date", other, case, "due date, interval, deck or flag is another"),
    )
    return Verdict(Kept(kept=kept, of=len(case.before.schedules)), errors)


def judge_blank(case: Case) -> Verdict:
    """No card that the student holds has an empty front now."""
    blank = case.after.blank - case.before.blank
    dropped = blank & case.permitted.dropped
    waiting = {card for card in blank - dropped if card[0] in case.waiting}
    return Verdict(
        Kept(kept=len(blank)),
        on_cards("blank-card", blank - dropped - waiting, case, "nothing is left on the front, they show an error"),
        limits=(
            *on_cards("dropped-card", dropped, case, "dropped by permission, blank until the student runs Empty Cards"),
            *on_cards("late-correction", waiting, case, "blank until the correction of their note arrives"),
        ),
    )


def judge_new_cards(case: Case) -> Verdict:
    """Every card of the release is there; what the student deleted comes back."""
    there = case.after.schedules.keys()
    absent = [card for card in case.new.schedules if card not in there and card[0] not in case.conflicting]
    deleted = {card for card in case.stage.hold.schedules if card not in case.before.schedules}
    back = {card for card in deleted & there if card[0] in case.before.notes}
    return Verdict(
        errors=on_cards("missing-card", absent, case, "new, and do not arrive"),
        limits=on_cards("deleted-card", back, case, "deleted by the student, back as new cards"),
    )


def judge_numbers(case: Case) -> Verdict:
    """No gap has moved to another number, and with it to the schedule of another fact."""
    moved = [
        (guid, number)
        for guid in sorted(case.both & case.stage.changed - case.conflicting - case.waiting)
        for number in _moved(case.stage.hold, case.new, guid)
    ]
    message = "ask what another card of their note asked, on the schedule of what they asked before"
    return Verdict(errors=on_cards("renumbered-card", moved, case, message))


def _moved(old: Snapshot, new: Snapshot, guid: str) -> list[int]:
    """The numbers that hide now what another number hid, and no longer what they hid."""
    if guid not in old.notes:
        return []
    before, after = _hidden(old, guid), _hidden(new, guid)
    owners = {text: number for number, text in before.items()}
    return [
        number
        for number, text in after.items()
        if number in before and before[number] != text and owners.get(text, number) != number
    ]


def _hidden(held: Snapshot, guid: str) -> dict[int, tuple[str, ...]]:
    """What each number of a note hides, over all its fields."""
    fields = [field for field in held.notes[guid].content.fields if "{{c" in field]
    numbers = sorted({number for field in fields for number in cloze_numbers(field)})
    return {
        number: tuple(text for field in fields for text in hidden_texts(field, number, is_front=False))
        for number in numbers
    }
