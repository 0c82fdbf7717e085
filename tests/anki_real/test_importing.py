"""What real Anki holds and shows after importing a package."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from builder.cli.app import app
from tests.anki_real.forms import write_every_form
from tests.anki_real.student import Student, Taken
from tests.decks import SVG
from tests.releases.author import DAY, FIRST, SECOND, Author, cloze, question

SCIATICA = Path(__file__).parents[2] / "decks" / "sciatica"


@pytest.fixture
def every_form(author: Author) -> Author:
    """An author with a deck of every form."""
    write_every_form(author)
    return author


def sciatica(folder: Path) -> Path:
    """The shipped deck, copied so that nothing is written into the project; gives the folder that holds `decks/`."""
    shutil.copytree(SCIATICA, folder / "decks" / "sciatica", ignore=shutil.ignore_patterns(".deckbuilder"))
    return folder


def printed_counts(output: str) -> dict[str, tuple[int, int]]:
    """Notes and cards by package, as the command line printed them."""
    found = re.findall(r"^ +(\S+\.apkg) +([\d,]+) notes +([\d,]+) cards", output, re.MULTILINE)
    return {path: (int(notes.replace(",", "")), int(cards.replace(",", ""))) for path, notes, cards in found}


# counts


def test_every_package_of_every_form_holds_what_was_counted(
    every_form: Author, new_student: Callable[[], Student]
) -> None:
    """Promise 5: the note and card counts of each edition are the ones Anki holds after import."""
    every_form.edit("id: typed\n", "id: typed\n    audience: student\n")
    every_form.edit("id: cloze\n", "id: cloze\n    audience: clinician\n")
    made = every_form.release(FIRST)
    assert [(file.edition, file.notes, file.cards) for file in made.files] == [
        ("everything", 27, 45),
        ("student", 26, 43),
        ("clinician", 26, 44),
    ]
    for file in made.files:
        student = new_student()
        assert student.take(file.path) == Taken(new=file.notes)
        assert student.counts == (file.notes, file.cards)


@pytest.mark.parametrize("command", ["build", "release"])
def test_counts_on_the_command_line(
    command: str, tmp_path: Path, new_student: Callable[[], Student], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 5: the counts the command line prints are the ones Anki holds."""
    monkeypatch.chdir(sciatica(tmp_path))
    result = CliRunner().invoke(app, [command])
    assert result.exit_code == 0, result.output
    printed = printed_counts(result.output)
    assert len(printed) == 3
    for path, counts in printed.items():
        student = new_student()
        student.take(Path(path))
        assert student.counts == counts


# rendering


def test_every_form_shows_on_both_sides(every_form: Author, student: Student) -> None:
    """Promise 5: Anki renders both sides of every card of every form, without an error or a missing file."""
    every_form.release(FIRST)
    student.take(every_form.package())
    assert student.faults() == []
    assert "[[type:Typed]]" in student.card("typed").question()
    assert "which knot?" in student.card("cloze").question()
    assert "\\(\\frac{1}{{\\mu} }\\)" in student.card("cloze-maths", 2).answer()
    assert set(student.schedules()) >= {("cloze-gap", 2), ("cloze-gap", 7), ("cloze-nested", 2), ("reverse", 2)}


def test_the_shipped_deck_shows_on_both_sides(
    tmp_path: Path, student: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Promise 5: Anki renders both sides of every card of the sciatica deck, without an error or a missing file."""
    monkeypatch.chdir(sciatica(tmp_path))
    assert CliRunner().invoke(app, ["build"]).exit_code == 0
    taken = student.take(Path("dist/sciatica-draft.apkg"))
    assert taken == Taken(new=taken.new)
    assert taken.new >= 20
    assert student.faults() == []


def test_a_fault_would_be_found(author: Author, student: Student) -> None:
    """Promise 5: the search for faults finds what it looks for: blank cards, lost files, cards to add or to remove."""
    media = '"![a](media/knot.svg) [sound:media/word.mp3]"'
    author.notes(
        question("picture", media, "reverse: true"),
        cloze("gap", "A {{c1::gap}}"),
        cloze("two", "A {{c1::b}} {{c2::c}}"),
    )
    author.release(FIRST)
    student.take(author.package())
    assert student.faults() == []
    sound, picture = student.files_of("picture")
    student.lose_file(picture)
    student.lose_file(sound)
    student.edit("picture", "Question", "")
    student.edit("gap", "Text", "no gap")
    student.collection.remove_cards_and_orphaned_notes([student.card("two", 1).id])
    found = set(student.faults())
    assert {
        f"picture card 2, front: {picture} is missing",
        f"picture card 2: SoundOrVideoTag(filename='{sound}') cannot be played",
        f"{picture} is missing",
        "picture card 1: the front is blank",
        "gap has empty cards",
        "two lacks its card 1",
    } <= found


# what could be refused, but must not be mangled

CONTROL = ['"a\\x1fb"', '"a\\0b"', '"a\\x07b"', '"a\\x7fb"', "'a&#31;b'", "'a&#x1f;b'"]
UNICODE = ['"e\\u0301"', '"\\u212B"', '"a\\u2028b"', '"\\uFEFFa"', "'結び目 🪢'"]
BLANK = ["'<br>'", "'<div></div>'", "'<div><br></div>'", '"\\e"', "'<b></b>'", "'&nbsp;'"]
ANKI = [
    "'[latex]x[/latex]'",
    "'[sound&#58;x.mp3]'",
    "'\\[sound:x.mp3]'",
    "'{{Front}}'",
    "'{{#Typed}}'",
    "'&lbrace;&lbrace;c1::a}}'",
    "'&lbrace;&lbrace;c9::a}}'",
    "'\\{\\{c9::a}}'",
    "'{{c9::a}}'",
    "'[anki:play:q:0]'",
]
PLACES = {
    "in-question": "id: in-question\nquestion: {}\nanswer: a",
    "in-answer": "id: in-answer\nquestion: q\nanswer: {}\nreverse: true",
    "in-typed": "id: in-typed\nquestion: q\nanswer: {}\ntyped: true",
    "in-explanation": "id: in-explanation\nquestion: q\nanswer: a\nexplanation: {}",
    "in-locator": "id: in-locator\nquestion: q\nanswer: a\nsources: [{{key: ashley-1944, at: {}}}]",
    "in-cloze": "id: in-cloze\ncloze: {quote}{inner} {{{{c1::a}}}}{quote}",
    "in-choice": "id: in-choice\nquestion: q\nanswer: a\nchoices: [a, {}]",
    "in-why": "id: in-why\nquestion: q\nanswer: a\nchoices: [a, {{text: b, why: {}}}]",
    "in-why-of-cloze": "id: in-why-of-cloze\ncloze: A {{{{c1::b}}}}\nexplanation: {}",
    "in-place-of-cloze": "id: in-place-of-cloze\ncloze: A {{{{c1::b}}}}\nsources: [{{key: ashley-1944, at: {}}}]",
    "in-alt": "id: in-alt\nocclusion: {{image: media/knot.svg, alt: {}, masks: {{c1: [1, 1, 6, 6]}}}}",
    "in-header": (
        "id: in-header\nquestion: {}\nocclusion: {{image: media/knot.svg, alt: a, masks: {{c1: [1, 1, 6, 6]}}}}"
    ),
    "in-why-of-picture": (
        "id: in-why-of-picture\nexplanation: {}\n"
        "occlusion: {{image: media/knot.svg, alt: a, masks: {{c1: [1, 1, 6, 6]}}}}"
    ),
    "in-gap": "id: in-gap\ncloze: {quote}{{{{c1::{inner}}}}}{quote}",
}


@pytest.mark.parametrize("text", [*CONTROL, *UNICODE, *BLANK, *ANKI])
def test_a_text_is_refused_or_taken_as_it_is(author: Author, student: Student, text: str) -> None:
    """Promise 5: a text that Anki cannot hold, or shows as an error, is an error; any other is held as packaged."""
    accepted = []
    for note in PLACES.values():
        written = note.format(text, inner=text[1:-1], quote=text[0])
        author.notes(written)
        if refused := author.refused(FIRST):
            assert refused.files == {"notes.yaml"}
        else:
            accepted.append(written)
        author.forget()
    author.notes(question("plain"), *accepted)
    made = author.release(FIRST)
    assert student.take(author.package()) == Taken(new=len(accepted) + 1)
    assert student.counts == (made.files[0].notes, made.files[0].cards)
    assert student.faults() == []
    held = {note_id: content.fields for note_id, content in student.content().items()}
    assert held == {note.id: note.fields for note in author.compile().notes}


NAMES = ["Kno\\x1fts", "Kne\\u0301", "A:::B", ":A", "A:", "x\\ty", "x\\ny", 'Kn\\"ots', "A\\\\B", "K*_%", "<b>"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", ["name", "subdeck"])
def test_a_deck_name_is_refused_or_taken_as_it_is(author: Author, student: Student, key: str, name: str) -> None:
    """Promise 5: a deck name that Anki would change is an error of the deck; any other is the name Anki shows."""
    author.notes(question("bowline"), head=f'deck: "{name}"\n' if key == "subdeck" else "")
    if key == "name":
        author.edit("name: Knots", f'name: "{name}"', "deck.yaml")
    if refused := author.refused(FIRST):
        assert refused.files == {"deck.yaml" if key == "name" else "notes.yaml"}
        return
    student.take(author.package())
    deck = author.compile().notes[0].deck
    assert student.schedules()["bowline", 1].deck == deck
    assert all(deck.startswith(name) for name in student.decks)


@pytest.mark.parametrize("name", ["Default", "default"])
def test_the_name_of_the_deck_that_everybody_has_is_refused(author: Author, name: str) -> None:
    """Promise 5: a deck called as Anki's own first deck, which is in every package, is an error of the deck."""
    author.edit("name: Knots", f"name: {name}", "deck.yaml")
    refused = author.refused(FIRST)
    assert refused is not None
    assert refused.files == {"deck.yaml"}


def test_subdecks_that_differ_in_capitals_are_refused_or_taken_as_they_are(author: Author, student: Student) -> None:
    """Promise 5: subdecks that are one for Anki, such as Loops and loops, are an error, or the one that Anki shows."""
    author.notes(question("a"), head="deck: Loops\n")
    author.notes(question("b"), head="deck: loops\n", file="second.yaml")
    author.notes(question("c"), head="deck: LOOPS::Fixed\n", file="third.yaml")
    if refused := author.refused(FIRST):
        assert refused.files <= {"notes.yaml", "second.yaml", "third.yaml"}
        return
    student.take(author.package())
    held = {note_id: schedule.deck for (note_id, _), schedule in student.schedules().items()}
    assert held == {note.id: note.deck for note in author.compile().notes}


@pytest.mark.parametrize(
    "tags",
    [
        *(
            '"e\\u0301"',
            '"\\x07"',
            "Loops, loops",
            '"é", "e\\u0301"',
            "A, 'A::B'",
            '"a,b"',
            '":a"',
            '"A:::b"',
            '"a*_%"',
        ),
        *('"[sound:x.mp3]"', '"[latex]x[/latex]"', '"[$]x[/$]"', '"{{c9::a}}"', '"<b>"', '"a&b"', '"{{Answer}}"'),
    ],
)
def test_tags_are_refused_or_taken_as_they_are(author: Author, student: Student, tags: str) -> None:
    """Promise 5: tags that Anki would change or merge are an error of the deck; any others are held as packaged."""
    author.notes(question("bowline", "Yes", f"tags: [{tags}]"), cloze("gap", "A {{c1::gap}}", f"tags: [{tags}]"))
    if refused := author.refused(FIRST):
        assert refused.files == {"notes.yaml"}
        return
    student.take(author.package())
    assert student.content()["bowline"].tags == author.compile().notes[0].tags
    assert student.faults() == []


TYPED = [
    "a line",
    "1.5",
    "-5",
    "50 %",
    "2 < 3 & 4",
    "a_b",
    "L4, L5",
    "$5",
    "œdème",
    "#1",
    "~10",
    "= 4",
    "don't",
    '"so"',
    "a  b",
]


@pytest.mark.parametrize("written", TYPED)
def test_a_typed_answer_is_compared_as_it_was_written(author: Author, student: Student, written: str) -> None:
    """Promise 5: a plain answer of one line can be typed, and Anki finds it right, and nothing else."""
    author.notes(question("x", json.dumps(written, ensure_ascii=False), "typed: true"))
    author.release(FIRST)
    student.take(author.package())
    assert student.typing_is_right("x", written)
    assert not student.typing_is_right("x", written + "x")
    assert not student.typing_is_right("x", written[:-1])


def test_one_picture_named_in_two_ways_is_one_file(author: Author, student: Student) -> None:
    """Promise 5: media that Anki stores once are in the package once, whatever paths name them."""
    author.write("media/copy/knot.svg", SVG)
    author.notes(
        question("one", '"![a](media/knot.svg)"'),
        question("two", '"![a](./media/knot.svg)"'),
        question("three", '"![a](media/copy/knot.svg)"'),
    )
    compiled = author.compile()
    assert len({file.name for file in compiled.media}) == 1
    author.release(FIRST)
    student.take(author.package())
    assert student.faults() == []
    assert len(compiled.media) == 1


# importing again


def test_the_same_package_again_changes_nothing(every_form: Author, student: Student) -> None:
    """Promise 6: importing the same package again updates no note and touches no review, edit or tag."""
    every_form.release(FIRST)
    student.take(every_form.package())
    student.study_everything()
    student.edit("basic", "Answer", "Mine")
    student.tag("cloze", "mine")
    content, schedules = student.content(), student.schedules()
    assert student.take(every_form.package()) == Taken(unchanged=len(content))
    assert (student.content(), student.schedules()) == (content, schedules)


def test_a_release_without_changes_changes_nothing(every_form: Author, student: Student) -> None:
    """Promises 2 and 6: a later release of unchanged sources is the same package, and Anki takes nothing from it."""
    every_form.release(FIRST)
    student.take(every_form.package())
    first = every_form.package().read_bytes()
    student.study_everything()
    content, schedules = student.content(), student.schedules()
    assert not every_form.release(SECOND).is_new
    assert every_form.package().read_bytes() == first
    assert student.take(every_form.package()) == Taken(unchanged=len(content))
    assert (student.content(), student.schedules()) == (content, schedules)


# editions


def test_from_the_student_to_the_clinician_edition(author: Author, student: Student) -> None:
    """Promise 6: importing another edition adds its notes, doubles none and loses nothing."""
    author.notes(
        question("both"),
        question("beginner", "Yes", "audience: student"),
        question("expert", "Yes", "audience: clinician", "reverse: true"),
        cloze("both-cloze", "A {{c1::gap}}"),
    )
    author.release(FIRST)
    assert student.take(author.package("student")) == Taken(new=3)
    student.study_everything()
    schedules = student.schedules()
    assert student.take(author.package("clinician")) == Taken(new=1, unchanged=2)
    assert student.counts == (4, 5)
    assert student.schedules().items() >= schedules.items()
    assert student.take(author.package()) == Taken(unchanged=4)
    assert student.counts == (4, 5)


# order


def test_new_cards_come_in_source_order(author: Author, student: Student) -> None:
    """Promise 5: `due` follows source order, files by name and notes from the top, whatever the ids are."""
    author.notes(question("zebra"), question("apple", "Yes", "reverse: true"), cloze("mango", "A {{c2::b}} {{c1::c}}"))
    author.notes(question("first"), question("aardvark"), file="01-first.yaml")
    author.notes(question("last"), file="zz/01.yaml")
    author.release(FIRST)
    student.take(author.package())
    expected = ["first", "aardvark", "zebra", "apple", "mango", "last"]
    schedules = student.schedules()
    assert sorted(expected, key=lambda note_id: schedules[note_id, 1].due) == expected
    assert schedules["apple", 1].due == schedules["apple", 2].due
    assert list(dict.fromkeys(student.study_order("Knots"))) == expected


def test_new_cards_of_many_notes_come_in_source_order(author: Author, student: Student) -> None:
    """Promise 5: the scheduler shows a file of two hundred new notes from the top."""
    names = [f"n{number * 7919 % 200:03}" for number in range(200)]
    author.notes(*map(question, names))
    author.release(FIRST)
    student.take(author.package())
    assert student.study_order("Knots") == names


def test_a_note_added_between_two_comes_between_them(author: Author, student: Student) -> None:
    """Promise 6: a later note takes its place in the order of what the student has not seen yet."""
    author.notes(question("a"), question("c"), question("d"))
    author.release(FIRST)
    student.take(author.package())
    author.notes(question("a"), question("b"), question("c"), question("d"))
    author.release(FIRST + DAY)
    assert student.take(author.package()) == Taken(new=1, unchanged=3)
    due = {note_id: schedule.due for (note_id, _), schedule in student.schedules().items()}
    assert due["a"] <= due["b"] <= due["c"] < due["d"]
