"""Two or more packages into what every student keeps who updates from the older ones to the newest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from anki.errors import AnkiException

from builder.anki.verify.another_deck import another_deck
from builder.anki.verify.beside import other_editions
from builder.anki.verify.case import Case, changed_between
from builder.anki.verify.doubled import doubles
from builder.anki.verify.judging_cards import (
    judge_blank,
    judge_due_dates,
    judge_new_cards,
    judge_numbers,
    judge_reviews,
)
from builder.anki.verify.judging_notes import (
    judge_arrivals,
    judge_conflicts,
    judge_corrections,
    judge_doubles,
    judge_edits,
    judge_tags,
)
from builder.anki.verify.judging_types import judge_look, judge_styling
from builder.anki.verify.permitted import permitted
from builder.anki.verify.replaced import replaced_media
from builder.anki.verify.results import Over, Played
from builder.anki.verify.scenarios import SCENARIOS, Holds, Scenario, Stage
from builder.anki.verify.shelf import Held, Shelf, held
from builder.anki.verify.snapshot import Snapshot, snapshot
from builder.anki.verify.student import Student
from builder.anki.verify.taking import RefusedError, take, words
from builder.anki.verify.timing import TOO_CLOSE, moment

_LETTERS = 16  # of an edition's name, so that a table stays narrow
NO_OTHER_EDITION = "no manifest beside the older package names another edition that is there"
NO_OLDER = "name older packages as well, the oldest first"


def play_students(new: Path, alone: Snapshot, over: Sequence[Path], folder: Path) -> Over:
    """Plays all students; `alone` is `new` alone in Anki, `over` older packages, oldest first; uses up `folder`.

    An older package that is refused or is another deck is an error in it, and nothing is played.
    """
    shelf, newest = Shelf(folder=folder), held(new, alone)
    older = []
    for package in over:
        try:
            older.append(shelf.hold(package))
        except RefusedError as refused:
            return Over(packages=tuple(over), errors=(refused.finding,))
    errors = another_deck(older[-1], newest)
    if not newest.ledger:  # a draft builds on the last release, and on what was permitted until then
        newest = replace(newest, ledger=older[-1].ledger)
    errors += tuple(error for one in older[:-1] for error in another_deck(one, newest))
    if errors:
        return Over(packages=tuple(over), errors=errors)
    last = older[-1].alone
    common = last.notes.keys() & alone.notes.keys()
    retired = {guid for guid in common if alone.notes[guid].is_retired and not last.notes[guid].is_retired}
    changed = changed_between((last, alone)) - retired
    return Over(
        packages=tuple(over),
        new=len(alone.notes.keys() - last.notes.keys()),
        changed=len(changed),
        unchanged=len(common - changed - retired),
        retired=len(retired),
        left_behind=last.names(last.notes.keys() - alone.notes.keys()),
        played=tuple(_play_all(shelf, (*older, newest))),
        errors=replaced_media(over[-1], new, last, alone),
    )


def _play_all(shelf: Shelf, chain: Sequence[Held]) -> Iterator[Played]:
    """Every scenario of the registry; one on another edition once for each that there is."""
    for scenario in SCENARIOS:
        if scenario.holds is Holds.LAST:
            yield _play(shelf, scenario, chain[-2:], chain[-2])
        elif scenario.holds is Holds.OTHER:
            yield from _play_editions(shelf, scenario, *chain[-2:])
        elif len(chain) < 3:
            yield Played(name=scenario.name, did=scenario.did, not_played=NO_OLDER)
        else:
            skipped = replace(scenario, name=f"skipped {len(chain) - 2} release{'s' if len(chain) > 3 else ''}")
            yield _play(shelf, skipped if scenario.holds is Holds.SKIPS else scenario, chain, chain[-2])


def _play_editions(shelf: Shelf, scenario: Scenario, last: Held, newest: Held) -> Iterator[Played]:
    others = other_editions(last.package)
    if not others:
        yield Played(name=scenario.name, did=scenario.did, not_played=NO_OTHER_EDITION)
    for other in others:
        name = f"edition {other.edition[:_LETTERS]}"
        try:
            yield _play(shelf, replace(scenario, name=name), (shelf.hold(other.path), newest), last)
        except RefusedError as refused:
            yield Played(name=name, did=scenario.did, not_played=str(refused))


def _play(shelf: Shelf, scenario: Scenario, releases: Sequence[Held], last: Held) -> Played:
    """One student: holds the first package, acts, takes the last one, or each; `last` is that of the older ones."""
    chain = tuple(one.alone for one in releases)
    recorded = moment(scenario.when, chain)
    if recorded is None:
        return Played(name=scenario.name, did=scenario.did, not_played=TOO_CLOSE)
    stage = Stage(hold=chain[0], changed=changed_between(chain))
    try:
        with shelf.student(releases[0].package, scenario.has_studied) as student:
            _act(student, scenario, stage, recorded)
            before = snapshot(student)
            for one in releases[1:-1] if scenario.holds is Holds.EACH else ():
                take(student, one.package)
            taken = take(student, releases[-1].package)
            after = snapshot(student)
    except RefusedError as refused:
        return Played(name=scenario.name, did=scenario.did, errors=(refused.finding,))
    except AnkiException as error:
        return Played(name=scenario.name, did=scenario.did, not_played=f"Anki refuses: {words(error)}")
    allowed = permitted(releases[0].ledger, releases[-1].ledger)
    case = Case(
        scenario=scenario,
        stage=stage,
        chain=chain,
        before=before,
        after=after,
        taken=taken,
        permitted=allowed,
        gone=allowed.gone | (last.alone.notes.keys() - chain[-1].notes.keys()),
    )
    return _judged(case)


def _act(student: Student, scenario: Scenario, stage: Stage, recorded: int) -> None:
    """Lets the student act, and dates whatever they touched at `recorded`."""
    notes, types = student.content(), _type_times(student)
    scenario.act(student, stage)
    touched = [guid for guid, content in student.content().items() if content != notes.get(guid)]
    changed = [name for name, time in _type_times(student).items() if time != types.get(name)]
    student.set_clock(dict.fromkeys(touched, recorded), dict.fromkeys(changed, recorded))


def _type_times(student: Student) -> dict[str, tuple[object, ...]]:
    """By name, what changes when a note type does."""
    found = student.collection.models.all()
    return {one["name"]: (one["mod"], one["css"], len(one["flds"])) for one in found}


def _judged(case: Case) -> Played:
    """All verdicts on a case."""
    reviews, due_dates = judge_reviews(case), judge_due_dates(case)
    edits, tags, styling = judge_edits(case), judge_tags(case), judge_styling(case)
    doubled = judge_doubles(case, doubles(case.stage.hold, case.new))
    conflicts, blank = judge_conflicts(case), judge_blank(case)
    rest = (judge_corrections(case), judge_look(case), judge_arrivals(case), judge_new_cards(case), judge_numbers(case))
    verdicts = (reviews, due_dates, edits, tags, styling, doubled, conflicts, blank, *rest)
    return Played(
        name=case.scenario.name,
        did=case.scenario.did,
        reviews=reviews.kept,
        due_dates=due_dates.kept,
        edits=edits.kept,
        tags=tags.kept,
        styling=styling.kept,
        doubled=doubled.kept.kept,
        conflicts=conflicts.kept.kept,
        blank=blank.kept.kept,
        errors=tuple(error for verdict in verdicts for error in verdict.errors),
        limits=tuple(limit for verdict in verdicts for limit in verdict.limits),
    )
