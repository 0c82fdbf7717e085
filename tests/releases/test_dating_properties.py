"""Which times notes and note types get, for any notes, ledger and clock."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from builder.core.identifiers import guid
from builder.core.note_types import NoteType
from builder.core.package import AnkiNote, Package, content_digest
from builder.dating import date_notes, date_types, recorded, release_time
from builder.ledger import EMPTY, Ledger, ReleaseEntry

NAMES = [f"n{number}" for number in range(12)]
START = 1_700_000_000
clocks = st.integers(START, START + 3)
"""So close together that releases often share a second and the ids of their notes a window."""


@st.composite
def decks(draw: st.DrawFn) -> tuple[AnkiNote, ...]:
    """Some notes in some order, each with one of two contents and one to five cards."""
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True))
    return tuple(note(name, draw(st.integers(1, 2)), draw(st.integers(1, 5))) for name in chosen)


def note(name: str, content: int, cards: int) -> AnkiNote:
    """A note, undated."""
    fields = (name, str(content))
    return AnkiNote(
        id=name,
        guid=guid("deck-a1b2c3", name),
        note_type="question",
        deck="Deck",
        fields=fields,
        tags=(),
        cards=tuple(range(1, cards + 1)),
        audience="",
        media=(),
        digest=content_digest(fields, ()),
    )


def note_type(content: int) -> NoteType:
    """A note type with one of several looks."""
    return NoteType(
        key="question", name="Question", id=1, kind="normal", fields=("a",), templates=(), css=f"/* {content} */"
    )


def package_of(notes: tuple[AnkiNote, ...], types: list[NoteType], times: dict[str, int]) -> Package:
    """Dated notes and note types as what is shipped."""
    return Package(
        deck_id="deck-a1b2c3",
        deck_name="Deck",
        description="",
        note_types=tuple(types),
        note_type_times=times,
        notes=notes,
        media=(),
    )


Step = tuple[tuple[AnkiNote, ...], int, int]
steps = st.tuples(decks(), st.integers(1, 2), clocks)
histories = st.lists(steps, max_size=5)


def after(ledger: Ledger, step: Step, *, draft: Ledger = EMPTY) -> tuple[tuple[AnkiNote, ...], int, Ledger]:
    """The dated notes, the note type's time and the ledger after a release."""
    notes, look, now = step
    types = [note_type(look)]
    dated = date_notes(notes, ledger, draft, now)
    times = date_types(types, ledger, draft, now)
    entry = ReleaseEntry(modified=release_time(now, ledger), version="1", digest="0")
    record = recorded(ledger, package_of(dated, types, times), (), entry.modified)
    return dated, times["question"], replace(record, releases=(*ledger.releases, entry))


def released(history: list[Step]) -> Ledger:
    """The ledger after several releases."""
    ledger = EMPTY
    for step in history:
        _, _, ledger = after(ledger, step)
    return ledger


@given(histories, steps)
def test_unchanged_notes_keep_their_times_and_changed_ones_are_the_newest(history: list[Step], step: Step) -> None:
    """Promises 2 and 3: same content, same time; other content or a new note, one time later than all before."""
    ledger = released(history)
    dated, _, _ = after(ledger, step)
    assert [one.id for one in dated] == [one.id for one in step[0]]
    stamps = set()
    for one in dated:
        entry = ledger.notes.get(one.id)
        if entry and entry.digest == one.digest:
            assert (one.created, one.modified) == (entry.created, entry.modified)
        else:
            assert one.modified > ledger.newest
            assert one.modified >= step[2]
            assert one.created == entry.created if entry else one.created
            stamps.add(one.modified)
    assert len(stamps) <= 1


@given(histories, steps)
def test_nothing_is_dated_back(history: list[Step], step: Step) -> None:
    """Promise 6: no note or note type is ever older than students hold it."""
    ledger = released(history)
    dated, look, _ = after(ledger, step)
    assert all(one.modified >= ledger.notes[one.id].modified for one in dated if one.id in ledger.notes)
    assert "question" not in ledger.types or look >= ledger.types["question"].modified


@given(histories, steps)
def test_note_types_are_dated_by_the_same_rule(history: list[Step], step: Step) -> None:
    """Promise 3: a note type's time moves with its look alone, and no note's time moves with it."""
    ledger = released(history)
    notes, look, now = step
    dated, time, _ = after(ledger, step)
    entry = ledger.types.get("question")
    assert time == entry.modified if entry and entry.digest == note_type(look).digest else time > ledger.newest
    assert after(ledger, (notes, 3 - look, now))[0] == dated


@given(histories, steps)
def test_ids_are_unique_for_ever(history: list[Step], step: Step) -> None:
    """Promise 5: no two notes that were ever released have the same note id, and no id is later than its release."""
    _, _, ledger = after(released(history), step)
    created = [entry.created for entry in ledger.notes.values()]
    assert len(set(created)) == len(created)
    assert all(entry.created <= ledger.newest * 1000 for entry in ledger.notes.values())


@given(histories, steps)
def test_no_id_is_later_than_now(history: list[Step], step: Step) -> None:
    """Promise 5: a new note's id is not later than the clock, however quickly one release follows another."""
    ledger = released(history)
    notes, _, now = step
    born = [one.created for one in date_notes(notes, ledger, EMPTY, now) if one.id not in ledger.notes]
    assert all(created <= now * 1000 for created in born)


@given(histories, steps, clocks)
def test_a_second_release_of_the_same_changes_nothing(history: list[Step], step: Step, later: int) -> None:
    """Promise 2: what was released is dated the same for ever."""
    dated, look, ledger = after(released(history), step)
    again, same_look, _ = after(ledger, (step[0], step[1], later))
    assert (again, same_look) == (dated, look)


@given(histories, steps, st.randoms())
def test_times_do_not_depend_on_the_order_of_notes(history: list[Step], step: Step, random: object) -> None:
    """Promise 1: a note's times depend on the ledger and the clock, not on where it stands."""
    ledger = released(history)
    shuffled = list(step[0])
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    expected = {one.id: one for one in date_notes(step[0], ledger, EMPTY, step[2])}
    assert {one.id: one for one in date_notes(shuffled, ledger, EMPTY, step[2])} == expected


@given(histories, steps, clocks)
def test_a_second_draft_is_the_first(history: list[Step], step: Step, later: int) -> None:
    """Promise 2: a draft of what was drafted before is dated the same, whenever it is made."""
    ledger = released(history)
    notes, look, now = step
    types = [note_type(look)]
    first, times = date_notes(notes, ledger, EMPTY, now), date_types(types, ledger, EMPTY, now)
    draft = recorded(EMPTY, package_of(first, types, times), (), now)
    assert date_notes(notes, ledger, draft, later) == first
    assert date_types(types, ledger, draft, later) == times


@given(histories, steps, steps, clocks)
def test_drafts_and_releases_get_along(history: list[Step], drafted: Step, step: Step, later: int) -> None:
    """Promise 5: with a release between two drafts, the second one's note ids are still unique."""
    before = released(history)
    first = date_notes(drafted[0], before, EMPTY, drafted[2])
    draft = recorded(EMPTY, package_of(first, [], {}), (), drafted[2])
    _, _, ledger = after(before, step)
    second = date_notes(drafted[0], ledger, draft, later)
    assert len({one.created for one in second}) == len(second)


@given(histories, steps)
def test_what_is_gone_stays_recorded(history: list[Step], step: Step) -> None:
    """Promise 1: the ledger forgets no note and no card: what is gone is retired or dropped, and can come back."""
    before = released(history)
    dated, _, ledger = after(before, step)
    present = {one.id for one in dated}
    assert set(ledger.notes) == set(before.notes) | present
    assert {note_id for note_id, entry in ledger.notes.items() if entry.gone} == set(before.notes) - present
    for note_id, entry in before.notes.items():
        assert set(ledger.notes[note_id].cards) >= set(entry.cards)
        assert ledger.notes[note_id].created == entry.created
    for one in dated:
        assert set(ledger.notes[one.id].cards) - set(ledger.notes[one.id].dropped) == set(one.cards)
