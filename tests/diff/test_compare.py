"""Every kind of change, between states of every kind: sources, packages and what the ledger knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builder.anki.read import read_package
from builder.diff.compare import compare
from builder.diff.model import FieldChange, NoteChange
from builder.diff.sides import compiled_side, empty_side, package_side
from tests.decks import NOTE_TYPES, ROPES, png
from tests.diff.pairs import KINDS, Pair, edited
from tests.releases.author import Author, cloze, question

every = pytest.mark.parametrize(("old", "new"), [(old, new) for old in KINDS for new in KINDS])
with_texts = pytest.mark.parametrize(("old", "new"), [(old, new) for old in KINDS[:2] for new in KINDS[:2]])

OCCLUSION = """\
id: rope
question: Name it
occlusion:
  image: media/rope.svg
  alt: A rope
  masks:
    c1: loop
    c2: working-end"""


def kinds(pair: Pair, old: str, new: str) -> dict[str, str]:
    """What became of each note."""
    return {change.note.id: change.kind for change in pair.difference(old, new).notes}


@every
def test_nothing(author: Author, old: str, new: str) -> None:
    """A release of the same notes differs in its version alone."""
    author.notes(question("one"), question("two"), cloze("three", "A {{c1::gap}}"))
    found = Pair(author, lambda _: None).difference(old, new)
    assert (found.notes, found.note_types, found.unchanged) == ((), (), 3)
    assert dict(found.deck) == {"version": ("2026.11", "2026.12")}


@every
def test_what_becomes_of_notes(author: Author, old: str, new: str) -> None:
    """Added, changed, gone, retired, and back: each is told by what the ledger and the texts know."""
    pair = edited(
        author,
        (question("same"), question("change"), question("leave"), question("retire"), question("other")),
        (question("same"), question("change", "No"), question("retire", "Yes", "retired: Wrong."), question("new")),
        allow=("gone-note",),
    )
    assert kinds(pair, old, new) == {
        "change": "changed",
        "leave": "gone",
        "retire": "retired",
        "other": "gone",
        "new": "added",
    }
    assert pair.difference(old, new).unchanged == 1


@every
def test_what_was_gone_earlier(author: Author, old: str, new: str) -> None:
    """A note that was gone in an earlier release is told no more."""
    author.notes(question("leaves"), question("stays"))
    author.release(1_700_000_000)
    author.notes(question("stays"))
    author.release(1_700_000_100, allow=["gone-note"])
    pair = edited(author, (question("stays"),), (question("stays", "No"),))
    assert kinds(pair, old, new) == {"stays": "changed"}


@every
def test_a_note_comes_back(author: Author, old: str, new: str) -> None:
    """A retired note that is not any more has its cards again."""
    retired = question("loop", "Yes", "retired: Wrong.")
    author.notes(question("loop"), question("other"))
    author.release(1_700_000_000)
    pair = edited(author, (retired, question("other")), (question("loop"), question("other")))
    change = pair.only(old, new)
    assert (change.kind, change.cards_added, change.cards_lost, change.is_update) == ("returned", (), (), True)


@with_texts
def test_fields_and_tags(author: Author, old: str, new: str) -> None:
    """Each field that differs is told with its HTML, and each tag."""
    pair = edited(
        author,
        (question("loop", "A *loop*", "tags: [a, b]"),),
        (question("loop", "A **loop**", "tags: [b, c]"),),
    )
    change = pair.only(old, new)
    answer, topics = change.fields
    assert answer == FieldChange(name="Answer", before="A <em>loop</em>", after="A <strong>loop</strong>")
    assert topics.name == "Topics"
    assert (change.tags_added, change.tags_removed) == (("Knots::c",), ("Knots::a",))
    assert (change.kind, change.is_update) == ("changed", True)


@every
def test_the_ledger_tells_no_texts(author: Author, old: str, new: str) -> None:
    """Between a ledger and anything else, a note has changed, but not in which words."""
    change = edited(author, (question("loop"),), (question("loop", "No"),)).only(old, new)
    assert change.is_update
    assert bool(change.fields) == ("ledger" not in (old, new))


@every
def test_cards_added_and_lost(author: Author, old: str, new: str) -> None:
    """The numbers of cards that are there on one side only."""
    pair = edited(
        author,
        (cloze("gaps", "The {{c1::one}} {{c2::two}}"), question("loop")),
        (cloze("gaps", "The {{c1::one}} two {{c3::three}}"), question("loop", "Yes", "reverse: true")),
        allow=("gone-card",),
    )
    found = {change.note.id: (change.cards_added, change.cards_lost) for change in pair.difference(old, new).notes}
    assert found == {"gaps": ((3,), (2,)), "loop": ((2,), ())}


@with_texts
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("{{c1::end}} {{c2::loop}}", "{{c1::loop}} {{c2::end}}", (1, 2), id="exchanged"),
        pytest.param("{{c1::L4}} {{c2::L5}}", "{{c1::L5}} {{c2::L4}}", (1, 2), id="exchanged, and short"),
        pytest.param("{{c1::piriformis}}", "{{c1::the gluteal fascia}}", (1,), id="another"),
        pytest.param("{{c1::pirifromis}}", "{{c1::piriformis}}", (), id="corrected"),
        pytest.param("{{c1::end}}", "{{c1::the free end}}", (), id="more of it"),
        pytest.param("{{c1::<b>end</b>::hint}}", "{{c1::end::another hint}}", (), id="same words"),
        pytest.param("{{c1::a}} {{c2::a}} x", "{{c1::a}} {{c2::a}} y", (), id="the same twice"),
    ],
)
def test_gaps_that_ask_otherwise(
    author: Author, old: str, new: str, before: str, after: str, expected: tuple[int, ...]
) -> None:
    """A number that hides something else carries the schedule of what it hid; a correction does not count."""
    pair = edited(author, (cloze("gaps", f"'{before} end'"),), (cloze("gaps", f"'{after} end.'"),))
    assert pair.only(old, new).asks_otherwise == expected


@with_texts
def test_masks_that_ask_otherwise(author: Author, old: str, new: str) -> None:
    """A mask that lies elsewhere hides something else; one that grows does not."""
    for name, content in ROPES.items():
        author.write(name, content)
    moved = OCCLUSION.replace("c1: loop", "c1: bight").replace("c2: working-end", "c2: [[10, 190, 100, 80]]")
    pair = edited(author, (OCCLUSION,), (moved,))
    change = pair.only(old, new)
    assert change.asks_otherwise == (1,)
    assert [field.name for field in change.fields] == ["Occlusion"]


@with_texts
def test_questions_that_ask_otherwise(author: Author, old: str, new: str) -> None:
    """A card asks otherwise when both sides of it are others, or when there are choices now."""
    another = "id: loop\nquestion: Who wrote it?\nanswer: Clifford Ashley"
    choices = question("choose", "Yes", "choices: ['Yes', 'No']")
    pair = edited(
        author,
        (question("loop", "The bowline"), question("choose"), question("same", "The bowline")),
        (another, choices, question("same", "Something that is wholly different")),
    )
    found = {change.note.id: change.asks_otherwise for change in pair.difference(old, new).notes}
    assert found == {"loop": (1,), "choose": (1,), "same": ()}


@with_texts
def test_pictures(author: Author, old: str, new: str) -> None:
    """Pictures are named, those before and those after, and their bytes can be had of each side that keeps them."""
    author.write("media/knot.png", png(1, 1))
    author.notes(question("loop", "'![knot](media/knot.png) ![rope](media/knot.svg)'"))
    kept = author.compile()

    def edit(one: Author) -> None:
        one.write("media/knot.png", png(2, 2))

    pair = Pair(author, edit)
    change = pair.only(old, new)
    (before,), (after,) = change.pictures
    assert before != after
    assert before.endswith(".png")
    assert pair.old["package"].media(before) == png(1, 1)
    assert pair.new[new].media(after) == png(2, 2)
    assert compiled_side(kept, "x").media("other.png") is None


@with_texts
def test_moved(author: Author, old: str, new: str) -> None:
    """A note in another subdeck has moved, and its students' copies are not touched."""
    author.notes(question("stays"), question("moves"), file="notes.yaml", head="deck: Loops\n")
    author.notes(question("other"), file="other.yaml", head="deck: Bends\n")

    def edit(one: Author) -> None:
        one.notes(question("stays"), file="notes.yaml", head="deck: Loops\n")
        one.notes(question("other"), question("moves"), file="other.yaml", head="deck: Bends\n")

    change = Pair(author, edit).only(old, new)
    assert change == NoteChange(kind="moved", before=change.before, after=change.after, moved=True)
    assert change.before
    assert (change.before.deck, change.note.deck) == ("Knots::Loops", "Knots::Bends")


@with_texts
def test_another_name_of_the_deck(author: Author, old: str, new: str) -> None:
    """It is told once, not as a move of every note."""
    author.notes(question("loop"), head="deck: Loops\n")
    pair = Pair(author, lambda one: one.edit("name: Knots", "name: Ropes", file="deck.yaml"))
    found = pair.difference(old, new)
    assert found.notes == ()
    assert found.deck["name"] == ("Knots", "Ropes")
    assert {change.names for change in found.note_types} == {("Knots: Question", "Ropes: Question")}


@with_texts
def test_description(author: Author, old: str, new: str) -> None:
    """The deck's description is told without the version that stands in it."""
    author.notes(question("loop"))
    pair = Pair(author, lambda one: one.edit("what they are for.", "how to tie them.", file="deck.yaml"))
    before, after = pair.difference(old, new).deck["description"]
    assert before == "Knots and what they are for.\n\nCC-BY-4.0"
    assert after == "Knots and how to tie them.\n\nCC-BY-4.0"


@pytest.mark.parametrize("old", ["compiled", "ledger"])
def test_audiences(author: Author, old: str) -> None:
    """A note that leaves an edition, or joins one; after a single release the ledger knows whom it went to."""
    student, clinician = "audience: student", "audience: clinician"
    pair = edited(
        author,
        (question("leaves"), question("joins", "Yes", student), question("turns", "Yes", student)),
        (question("leaves", "Yes", clinician), question("joins"), question("turns", "Yes", clinician)),
    )
    found = {change.note.id: (change.left, change.joined) for change in pair.difference(old).notes}
    assert found == {
        "leaves": (("student",), ()),
        "joins": ((), ("clinician",)),
        "turns": (("student",), ("clinician",)),
    }
    assert {(change.kind, change.is_update) for change in pair.difference(old).notes} == {("edition", False)}


def test_what_a_ledger_cannot_tell(author: Author) -> None:
    """All that a note ever went to is known: whether it left some of them earlier is not, and nothing is told."""
    clinician = question("leaves", "Yes", "audience: clinician")
    author.notes(question("leaves"), question("stays"))
    author.release(1_700_000_000)
    pair = edited(author, (clinician, question("stays")), (clinician, question("stays")))
    assert pair.difference("ledger").notes == ()
    assert pair.difference("compiled", "ledger").notes == ()


def test_what_left_an_edition(author: Author) -> None:
    """In the packages of an edition, a note that has left it has no cards: that is told, and not as a loss."""
    author.notes(question("leaves"), question("stays"))
    author.release(1_700_000_000)
    old = package_side(read_package(author.kept(author.package("student"))), "old")
    author.notes(question("leaves", "Yes", "audience: clinician"), question("stays"))
    author.release(1_700_000_100)
    new = package_side(read_package(author.package("student")), "new")
    (change,) = compare(old, new).notes
    assert (change.note.id, change.kind, change.is_held_back, change.cards_lost) == ("leaves", "edition", True, ())


def test_a_new_version_alone_is_no_change_of_templates(author: Author) -> None:
    """The version that stands in every template and address is not told for each, what else differs is."""
    address = "report_url: https://example.org/new?title={id}&version={version}\n"
    author.write("deck.yaml", address + (author.deck / "deck.yaml").read_text(encoding="utf-8"))
    author.notes(question("loop"))
    pair = Pair(author, lambda one: None)
    assert "2026.11" in pair.old["package"].note_types[0].templates[0].back
    for old, new in (("compiled", "package"), ("package", "compiled"), ("package", "package")):
        assert pair.difference(old, new).note_types == ()


@with_texts
def test_templates_and_styling(author: Author, old: str, new: str) -> None:
    """A template's side and the styling are told as they were and are."""
    for name, content in NOTE_TYPES.items():
        author.write(name, content)
    author.notes("id: loop\ntype: drill\nfields: {Prompt: A, Reply: B}")

    def edit(one: Author) -> None:
        one.write("note_types/drill/front.html", "<p><b>{{Prompt}}</b></p>\n")
        one.write("style.css", ".card { color: red }\n")

    (change,) = Pair(author, edit).difference(old, new).note_types
    assert change.schema == ()
    assert change.templates == (("Forwards", "front", "<p>{{Prompt}}</p>", "<p><b>{{Prompt}}</b></p>"),)
    assert change.css
    assert change.css[1] == change.css[0].rstrip("\n") + "\n\n.card { color: red }\n"


@every
def test_schema(author: Author, old: str, new: str) -> None:
    """Another field stops updates, and even the ledger knows of it."""
    for name, content in NOTE_TYPES.items():
        author.write(name, content)
    author.notes("id: loop\ntype: drill\nfields: {Prompt: A, Reply: B}")

    def edit(one: Author) -> None:
        one.edit("fields: [Prompt, Reply,", "fields: [Prompt, Reply, More,", file="note_types/drill/note_type.yaml")
        one.edit("{{Reply}}", "{{Reply}} {{More}}", file="note_types/drill/back.html")

    pair = Pair(author, edit, allow=("changed-schema",))
    found = pair.difference(old, new)
    assert [change.schema for change in found.note_types] == [("fields",)]


@every
def test_another_note_type(author: Author, old: str, new: str) -> None:
    """A note of another note type is never updated again."""
    another = cloze("loop", "What about {{c1::it}}?")
    pair = edited(author, (question("loop"),), (another,), allow=("changed-note-type", "gone-card"))
    change = pair.only(old, new)
    assert (change.kind, change.is_other_type, change.is_update, change.asks_otherwise) == ("changed", True, False, ())
    if "ledger" not in (old, new):
        assert {field.name for field in change.fields} == {"Question", "Answer", "Text"}


def test_what_is_not_newer_does_not_arrive(author: Author) -> None:
    """Two packages in the wrong order: Anki skips the older text without a word."""
    pair = edited(author, (question("loop"),), (question("loop", "No"),))
    backwards = compare(pair.new["package"], pair.old["package"])
    assert [change.is_update for change in backwards.notes] == [False]
    assert pair.only("package", "package").is_update


def test_order(author: Author) -> None:
    """Changes stand in source order, what is gone at its old place."""
    author.notes(*(question(name) for name in ("a", "b", "c", "d", "e")))
    old = compiled_side(author.compile(), "old")
    author.notes(question("x"), question("e"), question("b", "No"), question("d"), question("y"))
    difference = compare(old, compiled_side(author.compile(), "new"))
    told = [(change.kind, change.note.id) for change in difference.notes]
    assert told == [("gone", "a"), ("added", "x"), ("changed", "b"), ("gone", "c"), ("added", "y")]
    assert difference.unchanged == 2


def test_a_first_release(author: Author) -> None:
    """Against an empty side every note is new, and neither deck nor note types differ from anything."""
    author.notes(question("a"), question("old", "Yes", "retired: It was wrong."))
    difference = compare(empty_side("nothing", "Knots"), compiled_side(author.compile(), "new"))
    assert [(change.kind, change.note.id) for change in difference.notes] == [("added", "a")]
    assert (difference.note_types, difference.deck) == ((), {})


def test_two_notes_of_one_guid(author: Author) -> None:
    """A package by anybody may hold them; the first counts, and nothing fails."""
    author.notes(question("a"), question("b"))
    side = compiled_side(author.compile(), "x")
    doubled = replace(side, notes=(*side.notes, replace(side.notes[0], digest="other")))
    assert compare(side, doubled).is_empty
    assert compare(doubled, side).is_empty
