"""Choices: the order they are shown in is for ever, whatever happens to the deck around them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.compiler.deck import compile_deck
from builder.compiler.forms import _shuffled
from builder.core.diagnostics import has_errors
from builder.core.notes import Choice
from builder.core.package import AnkiNote
from builder.core.text import ABSENT, Text
from tests.decks import DECK_YAML, notes_yaml, write_deck

COLOURS = ("red", "green", "blue", "white", "black")


def choices_note(note_id: str, choices: list[str], *lines: str, answer: str = "") -> str:
    """The lines of a note with choices, written as JSON, which is YAML; the answer is the first unless given."""
    written = [f"id: {note_id}", "question: Which?", f"answer: {json.dumps(answer or choices[0], ensure_ascii=False)}"]
    return "\n".join((*written, f"choices: {json.dumps(choices, ensure_ascii=False)}", *lines))


def compiled(folder: Path, *notes: str, files: dict[str, str | bytes] | None = None) -> dict[str, AnkiNote]:
    """The notes of a deck without errors, by their ids."""
    deck, diagnostics = compile_deck(write_deck(folder, {"notes.yaml": notes_yaml(*notes), **(files or {})}))
    assert not has_errors(diagnostics), diagnostics
    assert deck
    return {note.id: note for note in deck.notes}


def shown(note: AnkiNote, *, back: bool = False) -> list[str]:
    """The choices of a note in the order of its front, or its back, as HTML."""
    return re.findall(r'<div class="db-option">(.*?)</div>', note.fields[8 if back else 7], re.DOTALL)


def order(folder: Path, note_id: str, choices: list[str], *lines: str, answer: str = "") -> list[str]:
    """The order in which a note's choices are shown."""
    return shown(compiled(folder, choices_note(note_id, choices, *lines, answer=answer))[note_id])


# for ever

PINNED = {
    "colour": ["red", "green", "blue", "black", "white"],
    "colour-2": ["black", "white", "red", "green", "blue"],
    "nœud": ["blue", "green", "white", "black", "red"],
}


@pytest.mark.parametrize("note_id", PINNED)
def test_orders_are_pinned(note_id: str, tmp_path: Path) -> None:
    """An order that was released is the order of every later deckbuilder: another one would change every note."""
    assert order(tmp_path, note_id, list(COLOURS)) == PINNED[note_id]


def test_a_whole_field_is_pinned(tmp_path: Path) -> None:
    """The HTML of released choices is for ever, too."""
    choice = '{text: "*red*", why: "It is **wrong**."}'
    note = compiled(tmp_path, f"id: a\nquestion: Which?\nanswer: blue\nchoices: [{choice}, blue]")["a"]
    assert note.fields[7] == (
        '<ol class="db-options"><li><div class="db-option">blue</div></li>'
        '<li><div class="db-option"><em>red</em></div></li></ol>'
    )
    assert note.fields[8] == (
        '<ol class="db-options db-answered"><li class="db-right"><div class="db-option">blue</div></li>'
        '<li><div class="db-option"><em>red</em></div>'
        '<div class="db-reason">It is <strong>wrong</strong>.</div></li></ol>'
    )


def test_the_order_is_nobodys_secret_state(tmp_path: Path) -> None:
    """Other processes, with other seeds for hashes, show the same order."""
    program = (
        "import sys; from pathlib import Path; from tests.test_choices import COLOURS, order; "
        "print(order(Path(sys.argv[1]), 'colour', list(COLOURS)))"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == str(PINNED["colour"])


# what moves nothing


@pytest.mark.parametrize("written", [*permutations(COLOURS[:3])])
def test_the_order_in_the_file_means_nothing(written: tuple[str, ...], tmp_path: Path) -> None:
    """Choices sorted in the file in another way are shown as they were, and the note has not changed."""
    assert order(tmp_path, "colour", list(written), answer="red") == ["red", "green", "blue"]


@pytest.mark.parametrize("count", range(2, 6))
def test_a_choice_more_moves_no_other(count: int, tmp_path: Path) -> None:
    """A choice that is added or removed leaves the others in their order."""
    found = order(tmp_path, "colour", list(COLOURS[:count]))
    assert found == [colour for colour in PINNED["colour"] if colour in COLOURS[:count]]


def test_nothing_but_id_and_text_counts(tmp_path: Path) -> None:
    """Neither the question, the answer, a reason, the tags, the deck nor its id moves a choice."""
    written = [*COLOURS[:4], {"text": "black", "why": "It has none."}]
    note = (
        "id: colour\nquestion: Which other?\nanswer: white\ntags: [Colours]\nexplanation: None.\n"
        f"choices: {json.dumps(written)}"
    )
    deck = DECK_YAML.replace("knots-7f3k2q", "ropes-2k8x4m")
    notes = compiled(tmp_path, note, files={"deck.yaml": deck, "more.yaml": notes_yaml(choices_note("z", ["1", "2"]))})
    assert shown(notes["colour"]) == PINNED["colour"]


@given(st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=10, unique_by=str.strip), st.data())
def test_any_choice_has_its_own_place(texts: list[str], data: st.DataObject) -> None:
    """For all texts: a choice's place among others hangs on nothing but the note's id and its own text."""

    def shuffled(some: list[str]) -> list[str]:
        choices = (Choice(text=Text(text, 1, 1), why=ABSENT) for text in some)
        return [choice.text.value for choice in sorted(choices, key=lambda one: _shuffled("id", one))]

    some = data.draw(st.permutations(texts).flatmap(lambda all_: st.integers(0, len(all_)).map(lambda n: all_[:n])))
    whole = shuffled(texts)
    assert shuffled(some) == [text for text in whole if text in some]


def test_places_are_as_likely(tmp_path: Path) -> None:
    """Over many notes, the right choice comes about as often in each place: its place tells nothing."""
    notes = compiled(tmp_path, *(choices_note(f"n{number}", list(COLOURS[:4])) for number in range(400)))
    places = [shown(note).index("red") for note in notes.values()]
    assert all(70 <= places.count(place) <= 130 for place in range(4))


# ordered


@pytest.mark.parametrize("written", [*permutations(COLOURS[:3])])
def test_ordered_choices_stay_as_they_are(written: tuple[str, ...], tmp_path: Path) -> None:
    """With `ordered`, choices are shown as they stand in the file."""
    assert order(tmp_path, "colour", list(written), "ordered: true") == list(written)


def test_ordered_false_is_shuffled(tmp_path: Path) -> None:
    """`ordered: false` says what is so anyway."""
    assert order(tmp_path, "colour", list(COLOURS), "ordered: false") == PINNED["colour"]


# right and wrong


@pytest.mark.parametrize("answer", [*COLOURS])
@pytest.mark.parametrize("ordered", ["", "ordered: true"])
def test_right_is_what_the_answer_says(answer: str, ordered: str, tmp_path: Path) -> None:
    """Whichever choice is the answer, it alone is marked, on the back; the front is the same for all."""
    note = compiled(tmp_path, choices_note("colour", list(COLOURS), *filter(None, [ordered]), answer=answer))["colour"]
    other = compiled(tmp_path, choices_note("colour", list(COLOURS), *filter(None, [ordered])))["colour"]
    assert re.findall(r'<li class="db-right"><div class="db-option">(.*?)</div>', note.fields[8]) == [answer]
    assert note.fields[8].count("db-right") == 1
    assert "db-right" not in note.fields[7]
    assert note.fields[7] == other.fields[7]
    assert shown(note) == shown(note, back=True)


def test_the_answer_may_be_folded_otherwise(tmp_path: Path) -> None:
    """White space around the answer or a choice, as of a block in YAML, is no difference."""
    note = "id: a\nquestion: Which?\nanswer: |\n  red\nchoices:\n  - blue\n  - >\n    red\n"
    found = compiled(tmp_path, note)["a"]
    assert found.fields[8].count("db-right") == 1
    assert found.cards == (1,)


def test_media_of_choices_and_reasons_come_along(tmp_path: Path) -> None:
    """Pictures and sounds in choices and reasons are in the package."""
    picture, sound = "'![k](media/knot.svg)'", "'Listen: [sound:media/word.mp3]'"
    note = f"id: a\nquestion: Which?\nanswer: none\nchoices: [none, {{text: {picture}, why: {sound}}}]"
    found = compiled(tmp_path, note)["a"]
    assert [name.split("-")[0] for name in found.media] == ["knot", "word"]
    assert all(name in found.fields[8] for name in found.media)
    assert found.media[1] not in found.fields[7]
    assert "word" not in found.fields[7]
