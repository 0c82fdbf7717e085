"""Files changed at random: our reader finds a structural mistake exactly where the schema has a complaint."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.core.diagnostics import Diagnostic
from builder.core.notes import Deck
from builder.source.deck import read_deck
from builder.source.forms import FORM_KEYS
from builder.source.note_types import read_note_types
from builder.source.notes import NOTE_KEYS, read_notes
from builder.source.references import read_references
from tests.decks import NOTE_TYPES, write_deck
from tests.editors import complaints
from tests.structure import STRUCTURAL

_MASKS = {"c1": "loop", "c2": ["bight", [1, 2, 3, 4]], "c499": [0.5, 0, 7, 8], "c10": [[1, 2, 3, 4]]}
VALUES: dict[str, Any] = {
    "id": "bowline",
    "question": "Which knot makes a fixed loop?",
    "answer": "The bowline",
    "reverse": True,
    "typed": False,
    "choices": ["The bowline", {"text": "The sheet bend", "why": "joins two ropes"}],
    "ordered": True,
    "cloze": "The {{c1::bowline}}",
    "occlusion": {"image": "media/rope.svg", "alt": "A rope", "mode": "hide-all", "masks": _MASKS},
    "type": "drill",
    "fields": {"Prompt": "x", "Reply": 7},
    "explanation": "It does not slip",
    "sources": ["ashley-1944", {"key": "budworth-2012", "at": 12}],
    "tags": ["Loops", "Loops::Fixed"],
    "audience": "student",
    "review_by": "2027-06",
    "retired": "Nobody ties it any more",
    "replaced_by": "sheet-bend",
}
"""A value that is right for each key of a note."""

_FORMS = (
    ("question", "answer", "reverse", "typed"),
    ("question", "choices", "ordered", "answer"),
    ("cloze",),
    ("question", "occlusion"),
    ("type", "fields"),
)
COMMON = ("id", "explanation", "sources", "tags", "audience", "review_by", "retired", "replaced_by")
GOOD: dict[str, Any] = {
    "notes": {
        "deck": "Knots::Loops",
        "tags": ["Loops", "Loops::Fixed"],
        "notes": [{key: VALUES[key] for key in (*COMMON, *form)} for form in _FORMS],
    },
    "deck": {
        "id": "knots-7f3k2q",
        "name": "Knots::Loops",
        "tag": "Knots",
        "language": "pt-BR",
        "version": 2026.11,
        "license": "CC-BY-4.0",
        "description": "Knots",
        "report_url": "https://example.org/new?title={id}%20{version}",
        "citation_style": "apa",
        "editions": {"student": {"audience": "student"}, "old-ones": {"audience": 7}},
        "lint": {"missing-source": "off", "answer-too-long": {"words": 30, "only": ["a", "b"]}},
    },
    "references": {
        "references": [
            {
                "id": "ashley-1944",
                "type": "book",
                "title": "The Ashley Book of Knots",
                "author": [{"family": "Ashley", "given": "C"}, {"literal": "et al."}],
                "issued": {"date-parts": [[1944, 5, 31], [1945]]},
                "DOI": "10.1098/rspa.2016.0770",
                "PMID": 19762151,
                "PMCID": "PMC2811391",
                "URL": "https://example.org/a",
            },
            {"id": 7, "type": "webpage", "title": "x", "accessed": "2026-10-04", "submitted": {"literal": "once"}},
            {"id": "c", "type": "report", "title": "x", "issued": [{"year": 2024, "month": 5, "day": 31}]},
            {"id": "d", "type": "report", "title": "x", "issued": {"year": 2024}, "accessed": {"literal": "once"}},
        ]
    },
    "note-type": {
        "name": "Drill",
        "kind": "normal",
        "fields": ["Prompt", "Reply", "Explanation", "Sources"],
        "templates": [
            {"name": "Forwards", "front": "front.html", "back": "back.html"},
            {"name": "Backwards", "front": "back.html", "back": "front.html"},
        ],
    },
}
"""A right file of each kind, with everything in it."""


# how a file is written and read


def as_yaml(node: Any) -> str:
    """One line of YAML; None is what an author has not yet written."""
    if isinstance(node, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {as_yaml(below)}" for key, below in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(as_yaml, node)) + "]"
    return "" if node is None else json.dumps(node, ensure_ascii=False)


def _read_notes(folder: Path) -> tuple[Diagnostic, ...]:
    return read_notes(folder / "notes.yaml", _deck(folder), None, frozenset({"drill"})).diagnostics


def _read_note_type(folder: Path) -> tuple[Diagnostic, ...]:
    return read_note_types(_deck(folder))[1]


def _deck(folder: Path) -> Deck:
    found, problems = read_deck(folder)
    assert found
    assert not problems
    return found


READERS: dict[str, tuple[str, Callable[[Path], tuple[Diagnostic, ...]]]] = {
    "deck": ("deck.yaml", lambda folder: read_deck(folder)[1]),
    "notes": ("notes.yaml", _read_notes),
    "references": ("references.yaml", lambda folder: read_references(folder)[1]),
    "note-type": ("note_types/drill/note_type.yaml", _read_note_type),
}


def mistakes(kind: str, folder: Path) -> list[str]:
    """What our reader says of the form of a deck's file."""
    _, read = READERS[kind]
    return [f"{one.rule}: {one.message}" for one in read(folder) if one.rule in STRUCTURAL[kind]]


def disagreement(kind: str, file: Any, folder: Path) -> str:
    """What one of them finds and the other does not, when the deck in `folder` has this file; else ''."""
    text = as_yaml(file)
    (folder / READERS[kind][0]).write_bytes(text.encode("utf-8"))
    wrong, marked = mistakes(kind, folder), complaints(kind, text)
    return "" if bool(wrong) == bool(marked) else f"{text}: {wrong}, {marked}"


# how a file is changed

OTHERS: tuple[Any, ...] = (
    *(
        None,
        "",
        " ",
        "x",
        7,
        0.5,
        -1,
        2024,
        True,
        [],
        {},
        ["x"],
        {"x": "y"},
        [[1, 2, 3, 4]],
        [[1, 2, 3]],
        [[1, 2, 0, 4]],
    ),
    *("c1", "hide-one", "cloze", "on", "off", "Default", "Tags", "front.html", "everything", "old-draft", "10%", "a-b"),
    *("2024", "2024-2-3", "2024-12-31/2025", "2024-13", "2024-00-01", "1899-01", "2027-06", "12", "a<b", "a b", "a: b"),
    *("https://a", "http://", "mailto:x{id}", "https://{idd}", "10.1000/1", "PMC1", "de-AT", "a1b2c3", "-a", "x" * 101),
    *("a::", ":a", "a:", "a:::b", "a::b::c", "a::::b", "::a", "a:b", 10**9, "1000000000", "PMC01", " a ", "a\n"),
)
NAMES = ("x", *NOTE_KEYS, "key", "at", "c0", "c7", "c500", "year", "literal", "everything", "old-draft")
_REMOVED = object()
LETTERS = st.text("ab7:< /-._é–#{}\n", max_size=6)


def spots(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a file: what holds it, and by which key or number."""
    steps: Iterable[Any] = [*node] if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [found for step in steps for found in ((node, step), *spots(node[step]))]


def replace(holder: Any, step: Any, other: Any) -> None:
    """Puts something else into a place; an item of a list cannot be left out in the way we write YAML."""
    holder[step] = "" if other is None and isinstance(holder, list) else copy.deepcopy(other)


def starts(kind: str) -> Iterator[Any]:
    """Right files, each with one note or reference."""
    several = next((key for key in ("notes", "references") if key in GOOD[kind]), "")
    yield from ({**GOOD[kind], several: [one]} for one in GOOD[kind][several]) if several else (GOOD[kind],)


def single_changes(kind: str) -> Iterator[Any]:
    """A right file with each place removed, replaced by each other thing or renamed, and each list grown."""
    for number, start in enumerate(starts(kind)):
        for place, (holder, step) in enumerate(spots(start)):
            if number and step in COMMON:
                continue  # what all notes have is changed in the first
            grown = [(holder[step] * least)[:least] for least in (3, 11)] if isinstance(holder[step], list) else []
            for other in (_REMOVED, *OTHERS, *grown):
                file = copy.deepcopy(start)
                there, key = spots(file)[place]
                if other is _REMOVED:
                    del there[key]
                else:
                    replace(there, key, other)
                yield file
            for name in ("x", "c0", "c500", "everything", "old-draft", "-a") if isinstance(holder, dict) else ():
                file = copy.deepcopy(start)
                there, key = spots(file)[place]
                there[name] = there.pop(key)
                yield file


@st.composite
def changed(draw: st.DrawFn, kind: str) -> Any:
    """A right file with one to three changes: something removed, renamed, replaced or doubled."""
    file = copy.deepcopy(GOOD[kind])
    for _ in range(draw(st.integers(1, 3))):
        holder, step = draw(st.sampled_from(spots(file)))
        how = draw(st.sampled_from(["remove", "rename", "replace", "replace", "double"]))
        if how == "remove":
            del holder[step]
        elif how == "rename" and isinstance(holder, dict):
            holder[draw(st.sampled_from(NAMES) | LETTERS)] = holder.pop(step)
        elif how == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[step]))
        else:
            replace(holder, step, draw(st.sampled_from(OTHERS) | LETTERS))
        if not spots(file):
            break
    return file


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_with_everything_in_it_is_right(kind: str, tmp_path: Path) -> None:
    """What the others change is right to both."""
    write_deck(tmp_path, NOTE_TYPES, media=False)
    assert disagreement(kind, GOOD[kind], tmp_path) == ""
    assert mistakes(kind, tmp_path) == []


@pytest.mark.parametrize("kind", GOOD)
def test_reader_and_schema_agree_on_every_change(kind: str, tmp_path: Path) -> None:
    """Whatever a single thing becomes, both find something wrong in form, or neither does."""
    write_deck(tmp_path, NOTE_TYPES, media=False)
    found = [told for file in single_changes(kind) if (told := disagreement(kind, file, tmp_path))]
    assert found == []


@pytest.mark.parametrize("kind", GOOD)
def test_reader_and_schema_agree_on_changes_at_random(kind: str, tmp_path: Path) -> None:
    """So it is after several changes, with any signs in texts and names."""
    write_deck(tmp_path, NOTE_TYPES, media=False)

    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(changed(kind))
    def agree(file: Any) -> None:
        assert disagreement(kind, file, tmp_path) == ""

    agree()


@pytest.mark.parametrize("first", [*FORM_KEYS, ""])
def test_reader_and_schema_agree_on_any_keys_of_a_note(first: str, tmp_path: Path) -> None:
    """Whatever keys come together, with values that are right, they are a form to both or to neither."""
    write_deck(tmp_path, media=False)
    later = FORM_KEYS[FORM_KEYS.index(first) + 1 :] if first else ()
    rests = [rest for number in range(len(later) + 1) for rest in combinations(later, number)]
    notes = ({"id": "a"} | {key: VALUES[key] for key in (first, *rest) if key} for rest in rests)
    assert [told for note in notes if (told := disagreement("notes", {"notes": [note]}, tmp_path))] == []
