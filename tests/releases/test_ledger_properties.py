"""The ledger's text and its merge, for any ledger."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import reduce
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.ledger import (
    EMPTY,
    Ledger,
    NoteEntry,
    ReleaseEntry,
    TypeEntry,
    format_ledger,
    merge_ledgers,
    merge_notes,
    merge_types,
    parse_ledger,
)

PATH = Path("ledger.txt")

# Few values, so that entries of two ledgers often meet: same id, same time, same digest.
ids = st.sampled_from(["a", "b", "é", "x.y-z_1", "note", "0"])
START = 1_700_000_000
times = st.integers(START, START + 3)
digests = st.sampled_from(["0" * 16, "1" * 16, "f" * 16])
cards = st.sets(st.integers(1, 499), min_size=1, max_size=4).map(lambda numbers: tuple(sorted(numbers)))
versions = st.from_regex(r"[\w.+-]+", fullmatch=True)


def schema(*fields: str) -> str:
    """The frozen part of a note type, as it is recorded."""
    return json.dumps({"fields": fields}, ensure_ascii=False)


@st.composite
def note_entries(draw: st.DrawFn) -> NoteEntry:
    """A note as a release records it."""
    note_id, numbers = draw(ids), draw(cards)
    return NoteEntry(
        id=note_id,
        note_type="cloze" if note_id > "b" else "question",
        cards=numbers,
        dropped=tuple(number for number in numbers if draw(st.integers(0, 2)) == 0),
        created=draw(st.integers(1_600_000_000_000, 1_600_000_000_003)),
        since=draw(times),
        modified=draw(times),
        digest=draw(digests),
        audiences=tuple(sorted(draw(st.sets(st.sampled_from(["student", "clinician", "élève"]))))),
        retired=draw(st.sampled_from([0, START, START + 1])),
        gone=draw(st.sampled_from([0, START, START + 1])),
    )


type_entries = st.builds(
    TypeEntry,
    key=st.sampled_from(["question", "cloze"]),
    modified=times,
    digest=digests,
    schema=st.just(schema("Text", "Ünder score")),
)
release_entries = st.builds(ReleaseEntry, modified=times, version=versions, digest=digests)
ledgers = st.builds(
    lambda deck_id, notes, types, releases: Ledger(
        deck_id=deck_id,
        notes={note.id: note for note in notes},
        types={entry.key: entry for entry in types},
        releases=tuple(sorted(set(releases))),
    ),
    st.sampled_from(["", "knots-7f3k2q"]),
    st.lists(note_entries(), max_size=5),
    st.lists(type_entries, max_size=2),
    st.lists(release_entries, max_size=3),
)


def parsed(text: str) -> Ledger:
    """The ledger in a text that is not damaged."""
    ledger, problems = parse_ledger(text, PATH)
    assert problems == ()
    return ledger


@st.composite
def of_one_id(draw: st.DrawFn) -> list[NoteEntry]:
    """Up to four entries of one note, as branches may have recorded it, also as another note type."""
    kinds = st.sampled_from(["question", "cloze"])
    return [
        replace(entry, id="a", note_type=draw(kinds))
        for entry in draw(st.lists(note_entries(), min_size=2, max_size=4))
    ]


@st.composite
def of_one_key(draw: st.DrawFn) -> list[TypeEntry]:
    """Up to four entries of one note type, as branches may have recorded it, also with another schema."""
    schemas = st.sampled_from([schema("Text"), schema("Text", "More")])
    return [
        replace(entry, key="question", schema=draw(schemas))
        for entry in draw(st.lists(type_entries, min_size=2, max_size=4))
    ]


# text


@given(ledgers)
def test_a_ledger_comes_back_from_its_text(ledger: Ledger) -> None:
    """Promise 4: writing a ledger and reading it loses nothing."""
    assert parsed(format_ledger(ledger)) == ledger


@given(ledgers)
def test_the_text_has_one_form(ledger: Ledger) -> None:
    """Promise 4: what is read and written again is the same text, whatever order it was in."""
    text = format_ledger(ledger)
    assert format_ledger(parsed(text)) == text
    assert format_ledger(parsed("\n".join(reversed(text.splitlines())))) == text
    assert format_ledger(parsed(text.replace("\n", "\r\n"))) == text


@given(ledgers)
def test_a_line_for_each_note_type_and_note(ledger: Ledger) -> None:
    """Promise 1: the text has one line for the deck, each release, each note type and each note."""
    lines = [line for line in format_ledger(ledger).splitlines() if not line.startswith("#")]
    assert len(lines) == bool(ledger.deck_id) + len(ledger.notes) + len(ledger.types) + len(ledger.releases)


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029", "\x1c", "\r", "\n", "\v"])
def test_a_field_may_have_a_line_separator_in_its_name(separator: str) -> None:
    """Promise 4: what some programs take for the end of a line is none in a ledger."""
    entry = TypeEntry(key="own", modified=START, digest="0" * 16, schema=schema("Text", f"a{separator}b"))
    assert parsed(format_ledger(Ledger(types={"own": entry}))).types == {"own": entry}


@given(ledgers, st.data())
def test_damage_is_found_at_its_line(ledger: Ledger, data: st.DataObject) -> None:
    """Promise 8: a line that is not one of a ledger is an error at that line, and the others are read."""
    lines = format_ledger(ledger).splitlines()
    damage = data.draw(
        st.sampled_from(["<<<<<<< HEAD", "=======", ">>>>>>> x", "note", "note a b", "nonsense 1 2", "type x y"])
    )
    number = data.draw(st.integers(0, len(lines)))
    found, problems = parse_ledger("\n".join([*lines[:number], damage, *lines[number:]]), PATH)
    assert found == ledger
    assert [(problem.path, problem.line, problem.rule) for problem in problems] == [
        (PATH, number + 1, "damaged-ledger")
    ]


words = st.sampled_from(
    ["note", "type", "deck", "release", "a", "question", "1", "1,2", "-", "retired", "gone", "{}", '"', "#", ""]
)
texts = st.one_of(st.text(), st.lists(st.lists(st.one_of(words, st.text())).map(" ".join)).map("\n".join))


@given(texts)
def test_no_text_is_too_much(text: str) -> None:
    """Promise 8: any text is a ledger or has errors in existing lines; what could be read can be written."""
    ledger, problems = parse_ledger(text, PATH)
    assert all(1 <= problem.line <= len(text.splitlines()) for problem in problems)
    if not problems:
        assert parsed(format_ledger(ledger)) == ledger


# merge


@given(ledgers, ledgers)
def test_a_union_of_lines_is_a_merge(one: Ledger, other: Ledger) -> None:
    """Promise 1: reading both sides' lines is merging both ledgers, whichever side comes first."""
    merged = merge_ledgers([one, other])
    assert parsed(format_ledger(one) + format_ledger(other)) == merged
    assert parsed(format_ledger(other) + format_ledger(one)) == merged


@given(ledgers, ledgers, ledgers)
def test_merging_ledgers_knows_no_order(one: Ledger, two: Ledger, three: Ledger) -> None:
    """Promise 4: ledgers merge to the same in any order and any grouping."""
    merged = merge_ledgers([one, two, three])
    assert merge_ledgers([merge_ledgers([one, two]), three]) == merged
    assert merge_ledgers([one, merge_ledgers([two, three])]) == merged
    assert merge_ledgers([three, one, two]) == merged


@given(ledgers)
def test_merging_a_ledger_with_itself_changes_nothing(ledger: Ledger) -> None:
    """Promise 2: a ledger and a copy of it, or nothing, merge to the ledger."""
    assert merge_ledgers([ledger, ledger]) == ledger
    assert merge_ledgers([EMPTY, ledger, EMPTY]) == ledger


@given(ledgers, ledgers)
def test_a_merge_is_never_older(one: Ledger, other: Ledger) -> None:
    """Promise 3: a merge is as new as its newest side, and knows every note and every card of both."""
    merged = merge_ledgers([one, other])
    assert merged.newest == max(one.newest, other.newest)
    for side in (one, other):
        for note_id, note in side.notes.items():
            assert merged.notes[note_id].modified >= note.modified
            assert merged.notes[note_id].created <= note.created
            assert set(merged.notes[note_id].cards) >= set(note.cards)


@given(of_one_id())
def test_entries_of_a_note_merge_by_the_rule(entries: list[NoteEntry]) -> None:
    """Promise 3: greatest modified, least created, all cards; the newest digest, or none where those contradict."""
    merged = reduce(merge_notes, entries)
    newest = max(entry.modified for entry in entries)
    contents = {entry.digest for entry in entries if entry.modified == newest}
    assert merged.modified == newest
    assert merged.created == min(entry.created for entry in entries)
    assert set(merged.cards) == {card for entry in entries for card in entry.cards}
    assert set(merged.dropped) == set.intersection(
        *({*entry.dropped, *(set(merged.cards) - set(entry.cards))} for entry in entries)
    )
    assert merged.digest == (contents.pop() if len(contents) == 1 else "")
    assert merged.note_type in {entry.note_type for entry in entries if entry.modified == newest}


@given(of_one_id())
def test_entries_of_a_note_merge_in_any_order(entries: list[NoteEntry]) -> None:
    """Promise 4: which line of a note comes first in a ledger makes no difference."""
    assert len({reduce(merge_notes, order) for order in permutations(entries)}) == 1


@given(of_one_key())
def test_entries_of_a_note_type_merge_in_any_order(entries: list[TypeEntry]) -> None:
    """Promise 4: which line of a note type comes first in a ledger makes no difference."""
    assert len({reduce(merge_types, order) for order in permutations(entries)}) == 1
