"""A deck that is being written: what can be shown after each save, and what a page is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from builder.web.session import Session
from builder.web.sides import front_page
from builder.web.snapshot import Snapshot, difference, whole_state
from tests.decks import DECK_YAML, NOTE_TYPES, NOTES_YAML, PLAIN_DECK_YAML, REFERENCES_YAML, write_deck

NOW = 1_800_000_000
TODAY = date(2026, 11, 22)
TWO = NOTES_YAML + "  - id: reef\n    question: Which knot joins two ends?\n    answer: The reef knot\n"


def session(folder: Path, files: dict[str, str | bytes] | None = None) -> Session:
    """A session on a deck of these files, seen once."""
    made = Session(write_deck(folder / "knots", files or {"notes.yaml": TWO}))
    made.refresh(NOW)
    return made


def saved(deck: Session, name: str, text: str) -> Snapshot:
    """What can be shown after a file has been saved."""
    path = deck.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return deck.refresh(NOW, {path})


def titles(snapshot: Snapshot) -> list[str]:
    """The titles of the notes, with a star at those that are not as they are written."""
    return [one.entry["title"] + "*" * one.entry["stale"] for one in snapshot.shown.values()]


def test_a_save_shows_only_what_has_changed(tmp_path: Path) -> None:
    """The page is told of the one note, and not of the order."""
    deck = session(tmp_path)
    before = deck.snapshot
    after = saved(deck, "notes.yaml", TWO.replace("two ends", "two ropes"))
    changes = difference(before, after)
    assert changes
    assert [one["title"] for one in changes["notes"]] == ["Which knot joins two ropes?"]
    assert (changes["order"], changes["gone"], changes["state"]) == (None, [], before.number + 1)


def test_a_save_without_a_change_tells_nothing(tmp_path: Path) -> None:
    """A comment at the end moves no note and no number."""
    deck = session(tmp_path)
    before = deck.snapshot
    after = saved(deck, "notes.yaml", TWO + "# a comment\n")
    assert difference(before, after) is None
    assert after.number == before.number


def test_a_new_note_has_its_place_in_the_order(tmp_path: Path) -> None:
    """The order is told when it is another."""
    deck = session(tmp_path)
    before = deck.snapshot
    first = "notes:\n  - id: new\n    question: Which knot first?\n    answer: This\n"
    changes = difference(before, saved(deck, "notes.yaml", TWO.replace("notes:\n", first)))
    assert changes
    assert changes["order"] == ["new", "bowline", "reef"]
    before = deck.snapshot
    changes = difference(before, saved(deck, "notes.yaml", TWO))
    assert changes
    assert (changes["order"], changes["gone"]) == (["bowline", "reef"], ["new"])


def test_a_syntax_error_keeps_the_last_good_cards(tmp_path: Path) -> None:
    """All notes of the file stay, marked; the mistake belongs to the file; putting it right ends it."""
    deck = session(tmp_path)
    broken = saved(deck, "notes.yaml", TWO.replace("question: Which knot joins", "question: 'Which knot joins"))
    assert titles(broken) == ["Which knot makes a fixed loop?", "Which knot joins two ends?*"]
    assert [one["rule"] for one in broken.problems] == ["unclosed-quote"]
    assert [path.name for path in broken.broken] == ["notes.yaml"]
    mended = saved(deck, "notes.yaml", TWO)
    assert titles(mended) == ["Which knot makes a fixed loop?", "Which knot joins two ends?"]
    assert (mended.problems, mended.broken) == ((), ())


def test_a_note_with_an_error_keeps_its_last_good_card(tmp_path: Path) -> None:
    """The note is marked and carries its problem."""
    deck = session(tmp_path)
    broken = saved(deck, "notes.yaml", TWO.replace("answer: The reef", "anwser: The reef"))
    assert titles(broken)[1] == "Which knot joins two ends?*"
    (problem,) = broken.shown["reef"].entry["problems"]
    assert (problem["rule"], problem["line"], broken.problems) == ("unknown-key", 8, ())


def test_a_note_taken_out_is_gone(tmp_path: Path) -> None:
    """Also when the rest of its file has an error."""
    deck = session(tmp_path)
    assert titles(saved(deck, "notes.yaml", NOTES_YAML)) == ["Which knot makes a fixed loop?"]
    saved(deck, "notes.yaml", TWO)
    only_broken = TWO.replace(NOTES_YAML, "notes:\n").replace("answer:", "anwser:")
    assert titles(saved(deck, "notes.yaml", only_broken)) == ["Which knot joins two ends?*"]


def test_a_file_taken_away_takes_its_notes(tmp_path: Path) -> None:
    """A file of notes can be renamed: its notes come back under the other name."""
    deck = session(tmp_path, {"notes.yaml": NOTES_YAML, "more.yaml": TWO.replace(NOTES_YAML, "notes:\n")})
    path = deck.folder / "more.yaml"
    path.rename(deck.folder / "other.yaml")
    after = deck.refresh(NOW, {path, deck.folder / "other.yaml"})
    assert [one.entry["path"].rpartition("/")[2] for one in after.shown.values()] == ["notes.yaml", "other.yaml"]


def test_a_broken_deck_file_keeps_everything(tmp_path: Path) -> None:
    """Its mistake is a problem of no note, and the cards stay."""
    deck = session(tmp_path)
    broken = saved(deck, "deck.yaml", DECK_YAML.replace("name: Knots", "name: 'Knots"))
    assert len(broken.shown) == 2
    assert broken.problems
    assert broken.deck is not None
    assert broken.deck.name == "Knots"
    assert [path.name for path in broken.broken] == ["deck.yaml"]
    mended = saved(deck, "deck.yaml", DECK_YAML)
    assert (mended.problems, mended.broken) == ((), ())


def test_a_deck_file_that_never_was_right_keeps_nothing_back(tmp_path: Path) -> None:
    """What can be shown of the deck is shown, and follows each save."""
    deck = session(tmp_path, {"deck.yaml": DECK_YAML + "nmae: Bends\n", "notes.yaml": NOTES_YAML})
    after = saved(deck, "notes.yaml", NOTES_YAML.replace("fixed loop", "loop"))
    assert (titles(after), after.broken) == (["Which knot makes a loop?"], ())
    saved(deck, "deck.yaml", DECK_YAML)
    assert titles(deck.snapshot) == ["Which knot makes a loop?"]


def test_a_deck_that_never_could_be_read_shows_why(tmp_path: Path) -> None:
    """No notes, and the problem; from the moment that it can be read, the notes."""
    deck = session(tmp_path, {"deck.yaml": b"id: \xff", "notes.yaml": NOTES_YAML})
    assert (len(deck.snapshot.shown), len(deck.snapshot.problems)) == (0, 1)
    assert len(saved(deck, "deck.yaml", DECK_YAML).shown) == 1


def test_broken_references_keep_the_sources_on_cards(tmp_path: Path) -> None:
    """Cards go on to show what they showed."""
    deck = session(tmp_path)
    before = deck.snapshot.shown["bowline"].note.fields
    broken = saved(deck, "references.yaml", REFERENCES_YAML + "  - 'open\n")
    assert broken.shown["bowline"].note.fields == before
    assert [one["path"].rpartition("/")[2] for one in broken.problems] == ["references.yaml"]


def test_another_title_of_a_source_is_on_its_cards(tmp_path: Path) -> None:
    """Only the notes that name it change."""
    deck = session(tmp_path)
    before = deck.snapshot
    changes = difference(before, saved(deck, "references.yaml", REFERENCES_YAML.replace("Ashley Book", "Big Book")))
    assert changes
    assert [one["id"] for one in changes["notes"]] == ["bowline"]
    assert "Big Book" in "".join(deck.snapshot.shown["bowline"].note.fields)


def test_styling_changes_the_look_and_no_note(tmp_path: Path) -> None:
    """`look` is another; notes are not sent again."""
    deck = session(tmp_path)
    before = deck.snapshot
    changes = difference(before, saved(deck, "style.css", ".card { color: teal; }\n"))
    assert changes
    assert changes["notes"] == []
    assert changes["look"] != before.look


def test_another_picture_is_shown_when_it_is_saved(tmp_path: Path) -> None:
    """The note changes, since the name of a picture follows from its content; the old one can still be had."""
    note = "notes:\n  - id: a\n    question: What is ![a knot](media/knot.svg)?\n    answer: A knot\n"
    deck = session(tmp_path, {"notes.yaml": note})
    before = deck.snapshot
    path = deck.folder / "media" / "knot.svg"
    after = saved(deck, "media/knot.svg", path.read_text(encoding="utf-8").replace('r="3"', 'r="2"'))
    assert before.shown["a"].entry["stamp"] != after.shown["a"].entry["stamp"]
    assert len(after.media) == len(before.media) + 1


def test_another_name_of_a_card_is_listed(tmp_path: Path) -> None:
    """The list names the cards of a note type of the deck's own as its templates are called now."""
    note = "notes:\n  - id: a\n    type: drill\n    fields: {Prompt: Ahoy, Reply: Belay}\n"
    deck = session(tmp_path, NOTE_TYPES | {"notes.yaml": note})
    name = "note_types/drill/note_type.yaml"
    after = saved(deck, name, str(NOTE_TYPES[name]).replace("name: Forwards", "name: Ahead"))
    assert [card["name"] for card in after.shown["a"].entry["cards"]] == ["Ahead"]


def test_a_title_has_no_marks_of_maths(tmp_path: Path) -> None:
    """The list cannot draw formulas, and shows what is in them."""
    note = "notes:\n  - id: a\n    question: What is $R$ after \\(t\\)?\n    answer: A number\n"
    assert titles(session(tmp_path, {"notes.yaml": note}).snapshot) == ["What is R after t ?"]


def test_a_broken_note_type_keeps_its_cards(tmp_path: Path) -> None:
    """The notes of a type whose template has a mistake stay as they were."""
    note = "notes:\n  - id: a\n    type: drill\n    fields: {Prompt: Ahoy, Reply: Belay}\n"
    deck = session(tmp_path, NOTE_TYPES | {"notes.yaml": note})
    broken = saved(deck, "note_types/drill/front.html", "{{#Prompt}}")
    assert titles(broken) == ["Ahoy*"]
    assert [one["rule"] for one in broken.problems] == ["unclosed-section"]
    assert titles(saved(deck, "note_types/drill/front.html", "<b>{{Prompt}}</b>\n")) == ["Ahoy"]


def test_advice_stands_beside_its_note(tmp_path: Path) -> None:
    """What the rules find comes after the cards, at the note it is about or with those of no note."""
    deck = session(tmp_path, {"deck.yaml": PLAIN_DECK_YAML, "notes.yaml": TWO})
    assert not any(one.entry["problems"] for one in deck.snapshot.shown.values())
    advised = deck.lint(TODAY)
    assert [one["rule"] for one in advised.shown["reef"].entry["problems"]] == ["missing-source"]
    assert "unused-reference" in [one["rule"] for one in advised.problems]
    assert advised.shown["reef"].entry["problems"][0]["severity"] == "warning"


def test_the_whole_state_is_what_changes_lead_to(tmp_path: Path) -> None:
    """A page that follows all changes has what a page has that was opened later."""
    deck = session(tmp_path)
    page = whole_state(deck.snapshot)
    for text in (TWO.replace("reef", "granny"), NOTES_YAML, TWO + "  - id: x\n    question: Which?\n", TWO):
        before = deck.snapshot
        saved(deck, "notes.yaml", text)
        deck.lint(TODAY)
        changes = difference(before, deck.snapshot)
        assert changes
        notes = {one["id"]: one for one in page["notes"]} | {one["id"]: one for one in changes["notes"]}
        order = changes["order"] or [one["id"] for one in page["notes"]]
        page = {**changes, "notes": [notes[key] for key in order]}
        assert set(changes["gone"]).isdisjoint(order)
        assert {key: page[key] for key in whole_state(deck.snapshot)} == whole_state(deck.snapshot)


def test_places_lead_to_the_editor(tmp_path: Path) -> None:
    """A note's link opens its file at its line."""
    entry = session(tmp_path).snapshot.shown["reef"].entry
    path = (tmp_path / "knots" / "notes.yaml").as_posix()
    assert entry["link"] == f"vscode://file/{path.removeprefix('/')}:6:9"
    assert (entry["line"], entry["column"]) == (6, 9)


def test_an_emptied_file_keeps_its_cards(tmp_path: Path) -> None:
    """Some editors empty a file and then write it; who empties it for good is told so."""
    deck = session(tmp_path)
    for text in ("", "# later\n", "notes:\n"):
        emptied = saved(deck, "notes.yaml", text)
        assert titles(emptied) == ["Which knot makes a fixed loop?*", "Which knot joins two ends?*"]
        assert [path.name for path in emptied.broken] == ["notes.yaml"]
    assert titles(saved(deck, "notes.yaml", TWO)) == ["Which knot makes a fixed loop?", "Which knot joins two ends?"]


def test_a_note_that_moves_to_another_file(tmp_path: Path) -> None:
    """Cut out of one, which is empty then, and put into another, before or behind it: the note as it is written."""
    for name in ("a.yaml", "z.yaml"):
        deck = session(tmp_path / name, {"notes.yaml": NOTES_YAML})
        saved(deck, "notes.yaml", "notes:\n")
        moved = saved(deck, name, NOTES_YAML.replace("fixed loop", "loop"))
        assert titles(moved) == ["Which knot makes a loop?"]
        assert moved.shown["bowline"].entry["path"].endswith(name)


def test_an_id_that_is_there_twice_shows_the_first(tmp_path: Path) -> None:
    """The other one has the error, in its own file and in the same one."""
    again = TWO.replace("reef", "bowline").replace("two ends", "two ropes")
    for files in ({"notes.yaml": again}, {"notes.yaml": NOTES_YAML, "z.yaml": again.replace(NOTES_YAML, "notes:\n")}):
        deck = session(tmp_path / str(len(files)), dict(files))
        assert titles(deck.snapshot) == ["Which knot makes a fixed loop?"]
        assert [one["rule"] for one in deck.snapshot.shown["bowline"].entry["problems"]] == ["duplicate-id"]


DRILL = "notes:\n  - id: a\n    type: drill\n    fields: {Prompt: Ahoy, Reply: Belay}\n"
TYPE = "note_types/drill/note_type.yaml"


def test_a_broken_note_keeps_the_fields_of_its_note_type(tmp_path: Path) -> None:
    """While it cannot be read, its note type gets another field: its last good card is shown by the type of then."""
    deck = session(tmp_path, NOTE_TYPES | {"notes.yaml": DRILL})
    saved(deck, "notes.yaml", DRILL + "    'x\n")
    changed = saved(deck, TYPE, str(NOTE_TYPES[TYPE]).replace("Reply,", "Reply, Hint,"))
    assert titles(changed) == ["Ahoy*"]
    assert "Ahoy" in str(front_page(changed, "a", 1, night=False))
    styled = saved(deck, "style.css", ".card { color: teal; }\n")
    mended = saved(deck, "notes.yaml", DRILL)
    assert titles(styled) == ["Ahoy*"]
    assert titles(mended) == ["Ahoy"]
    assert "teal" in str(front_page(mended, "a", 1, night=False))


def test_an_id_that_passes_to_another_note_type(tmp_path: Path) -> None:
    """A broken note is shown by its own note type, also when a note of another one had its id the last time."""
    deck = session(tmp_path, NOTE_TYPES | {"a.yaml": NOTES_YAML, "z.yaml": DRILL.replace("id: a", "id: bowline")})
    assert titles(deck.snapshot) == ["Which knot makes a fixed loop?"]
    saved(deck, "z.yaml", "notes: [")
    (deck.folder / "a.yaml").unlink()
    after = deck.refresh(NOW, {deck.folder / "a.yaml"})
    assert titles(after) == ["Ahoy*"]
    assert "Ahoy" in str(front_page(after, "bowline", 1, night=False))


def test_styling_reaches_broken_notes(tmp_path: Path) -> None:
    """A last good card has the look of now."""
    deck = session(tmp_path, NOTE_TYPES | {"notes.yaml": DRILL})
    saved(deck, "notes.yaml", DRILL + "    'x\n")
    assert "teal" in str(front_page(saved(deck, "style.css", ".card { color: teal; }\n"), "a", 1, night=False))


def test_a_mistake_of_ours_is_a_problem_until_the_next_save(tmp_path: Path) -> None:
    """Everything else is as it was; told twice it is there once."""
    deck = session(tmp_path)
    before = deck.snapshot
    for _ in range(2):
        stumbled = deck.stumble(LookupError("a mistake\nin two lines"))
    (problem,) = stumbled.problems
    assert problem["message"] == "the preview stumbled over what was saved last: LookupError: a mistake"
    assert stumbled.shown == before.shown
    assert "preview-failed" in [one["rule"] for one in deck.lint(TODAY).problems]
    assert saved(deck, "notes.yaml", TWO).problems == ()
