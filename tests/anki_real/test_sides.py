"""What stands on which side of a card, and which changes of a deck arrive without touching a note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from builder.source.words import words as words_of
from tests.anki_real.forms import STYLE, write_every_form
from tests.anki_real.student import Student, Taken
from tests.releases.author import FIRST, SECOND, Author

STOCK = ("question", "cloze", "occlusion")
WORDS = words_of("en")
# What a note's fields hold that must not be seen before the answer.
BACK_ONLY = ("Explanation", "Back Extra", "Sources", "References", "Topics", "Choices answered")


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Author:
    """An author whose deck of every form is released."""
    author = Author(tmp_path_factory.mktemp("author"))
    write_every_form(author)
    author.release(FIRST)
    return author


@pytest.fixture(scope="module")
def held(author: Author, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Student]:
    """A student who holds it."""
    student = Student(tmp_path_factory.mktemp("student"))
    student.take(author.package())
    yield student
    student.close()


@pytest.fixture(scope="module")
def cards(author: Author, held: Student) -> dict[tuple[str, int], tuple[str, str]]:
    """Both sides of every card of our note types, by the note's id and the card's number."""
    notes = [note for note in author.compile().notes if note.note_type in STOCK]
    assert {note.note_type for note in notes} == set(STOCK)
    return {(note.id, number): held.sides(note.id, number) for note in notes for number in note.cards}


def words(html: str) -> str:
    """What is to be read in some HTML."""
    text = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


# fronts


def test_nothing_is_told_before_the_answer(held: Student, cards: dict[tuple[str, int], tuple[str, str]]) -> None:
    """Promise 5: explanation, sources, topics and reasons of choices are on no front, and each is on the back."""
    seen = set()
    for (note_id, _), (front, back) in cards.items():
        fields = dict(held.note(note_id).items())
        for name in BACK_ONLY:
            if value := fields.get(name):
                assert value not in front, (note_id, name)
                assert value in back, (note_id, name)
                seen.add(name)
        assert not re.search(r"<details|<footer|db-(reason|right|answered|sources|explanation|about)", front)
        assert not any(word in words(front) for word in (WORDS["version"], "CC BY", WORDS["report"], "Knots::"))
    assert seen == set(BACK_ONLY)


def test_the_answer_is_on_the_back_only(held: Student, cards: dict[tuple[str, int], tuple[str, str]]) -> None:
    """Promise 5: a question's answer is not on its front, but for choices, where it is one of them."""
    for note_id in ("basic", "table", "maths", "html", "typed", "sound"):
        answer = held.note(note_id)["Answer"]
        assert answer not in cards[note_id, 1][0]
        assert answer in cards[note_id, 1][1] or note_id == "typed"
    assert held.note("reverse")["Question"] not in cards["reverse", 2][0]


@pytest.mark.parametrize("note_id", ["choices", "choices-ordered", "choices-pictures"])
def test_the_right_choice_is_marked_on_the_back_only(held: Student, note_id: str) -> None:
    """Promise 5: one choice is marked, on the back, and it is the answer; on the front nothing tells it apart."""
    front, back = held.sides(note_id)
    shown, answered = (re.search(r"<ol class=.*?>(<li.*</li>)</ol>", side, re.DOTALL) for side in (front, back))
    assert shown
    assert answered
    options = re.findall(r'<li><div class="db-option">(.*?)</div></li>', shown.group(1), re.DOTALL)
    assert "".join(f'<li><div class="db-option">{option}</div></li>' for option in options) == shown.group(1)
    marked = re.findall(r'<li class="db-right"><div class="db-option">(.*?)</div>', answered.group(1), re.DOTALL)
    assert marked == [held.note(note_id)["Answer"]]
    in_order = re.findall(r'<div class="db-option">(.*?)</div>', answered.group(1), re.DOTALL)
    assert in_order == options
    assert options.count(marked[0]) == 1
    assert back.count("db-right") == 1
    assert back.count(f">{marked[0]}<") == 1, "the answer is told once"


# backs


def test_every_back_says_which_card_it_is(cards: dict[tuple[str, int], tuple[str, str]]) -> None:
    """Promise 5: every back has one link for reports, with the note's id and the version in it."""
    for (note_id, _), (_, back) in cards.items():
        links = re.findall(r'<a href="(https://example\.org/issues[^"]*)">([^<]*)</a>', back)
        address = f"https://example.org/issues/new?title={note_id}&body=Version%202026.11"
        assert [(unescape(link), text) for link, text in links] == [(address, WORDS["report"])]


def test_every_back_says_where_it_comes_from(cards: dict[tuple[str, int], tuple[str, str]]) -> None:
    """Promise 5: every back names the deck, the version, the licence and the note, each once."""
    for (note_id, _), (_, back) in cards.items():
        about = back[back.index("<footer") :]
        assert words(about).endswith(f"Knots {WORDS['version']} 2026.11 CC BY 4.0 {note_id} {WORDS['report']}")


def test_topics_are_the_tags_as_people_read_them(held: Student, cards: dict[tuple[str, int], tuple[str, str]]) -> None:
    """Promise 5: a tag below another is shown with it, and the other not once more; a note without tags shows none."""
    assert held.note("map").tags == ["Knots::Maps", "Knots::Maps::Old"]
    assert "Knots::Maps" not in cards["map", 1][1]
    topics = re.search(r'<div class="db-topics">(.*?)</div>', cards["map", 1][1])
    assert topics
    assert words(topics.group(1)) == "Maps › Old"
    topics = re.search(r'<div class="db-topics">(.*?)</div>', cards["basic", 1][1])
    assert topics
    assert words(topics.group(1)) == "Loops › Fixed"
    assert "db-topics" not in cards["table", 1][1]


def test_sources_are_folded_below_their_short_forms(cards: dict[tuple[str, int], tuple[str, str]]) -> None:
    """Promise 5: the back shows short forms with the places in them, and the references in full folded below."""
    back = cards["map", 1][1]
    shown = words(back[back.index('<div class="db-sources">') : back.index("<footer")])
    assert shown == (
        f"{WORDS['sources']} Ashley 1944 ; Budworth 2012, p. 7 {WORDS['references']} "
        "Ashley C. The Ashley Book of Knots. 1944. Budworth G. The Knot Book. 2012."
    )
    assert "<details" in back[back.index("Budworth 2012, p. 7") : back.index("The Ashley Book of Knots")]
    assert WORDS["sources"] not in words(cards["table", 1][1])


# what arrives without touching a note


@pytest.fixture
def edited(tmp_path_factory: pytest.TempPathFactory) -> Author:
    """An author whose deck of every form is released, to be changed."""
    author = Author(tmp_path_factory.mktemp("author"))
    write_every_form(author)
    author.release(FIRST)
    return author


DECK_EDITS = {
    "version": ("version: 2026.11", "version: 2027.1.2", "2027.1.2"),
    "licence": ("license: CC-BY-4.0", "license: CC-BY-SA-4.0", "CC BY-SA 4.0"),
    "no licence": ("license: CC-BY-4.0\n", "", "2026.11"),
    "report link": ("report_url: https://example.org/issues", "report_url: https://example.net/faults", "example.net"),
    "language": ("language: en", "language: de", words_of("de")["report"]),
    "language of the page": ("language: en", "language: en-GB", 'lang="en-GB"'),
}


@pytest.mark.parametrize("edit", DECK_EDITS)
def test_what_all_notes_share_touches_none(edited: Author, student: Student, edit: str) -> None:
    """Promise 2: version, licence, report link and words are the note types'; no note is dated anew for them."""
    student.take(edited.package())
    student.study_everything()
    student.edit("basic", "Answer", "My own words")
    student.edit("map", "Header", "My own words")
    content, schedules, times = student.content(), student.schedules(), student.note_type_times()
    old, new, sign = DECK_EDITS[edit]
    edited.edit(old, new, "deck.yaml")
    made = edited.release(SECOND)
    assert made.is_new
    assert (made.changes.new, made.changes.changed) == (0, 0)
    assert student.take(edited.package()) == Taken(unchanged=len(content))
    assert (student.content(), student.schedules()) == (content, schedules)
    for note_id, number in (("basic", 1), ("reverse", 2), ("cloze", 1), ("map", 5)):
        front, back = student.sides(note_id, number)
        assert sign in back
        assert "%" not in re.sub(r"Version%20|60 %|80 %", "", front + back)
    after = student.note_type_times()
    moved = {name for name in times if after[name] != times[name]}
    assert moved >= {"Knots: Question", "Knots: Cloze", "Knots: Picture"}
    assert all(name.startswith("Knots: ") for name in moved)
    assert student.faults() == []


def test_no_licence_leaves_no_empty_place(edited: Author, student: Student) -> None:
    """Promise 5: what a deck does not say has no place on the card either."""
    edited.edit("license: CC-BY-4.0\n", "", "deck.yaml")
    edited.edit("report_url: https://example.org/issues/new?title={id}&body=Version%20{version}\n", "", "deck.yaml")
    edited.release(SECOND)
    student.take(edited.package())
    back = student.sides("basic")[1]
    assert words(back[back.index("<footer") :]) == f"Loops › Fixed Knots {WORDS['version']} 2026.11 basic"
    assert "<span></span>" not in back
    assert back.count("<a ") == 0


def test_styling_touches_no_note(edited: Author, student: Student) -> None:
    """Promise 2: the deck's style.css is in every note type behind ours; changed, it arrives and no note is touched."""
    student.take(edited.package())
    content, times = student.content(), student.note_type_times()
    edited.write("style.css", ".card { --accent: #010203 }\n")
    assert edited.release(SECOND).changes.changed == 0
    assert student.take(edited.package()) == Taken(unchanged=len(content))
    assert student.content() == content
    names = [name for name in student.note_type_times() if name.startswith("Knots: ")]
    assert sorted(names) == ["Knots: Cloze", "Knots: Picture", "Knots: Proverb", "Knots: Question", "Knots: Word"]
    for name in names:
        css = student.note_type(name.removeprefix("Knots: "))["css"]
        assert "--accent: #010203" in css
        assert STYLE.strip() not in css
        assert css.index(".db-card") < css.index("--accent: #010203")
        assert student.note_type_times()[name] != times[name]
    assert student.faults() == []


def test_a_version_given_on_the_command_line_is_on_the_cards(edited: Author, student: Student) -> None:
    """Promise 3: the version that a release is given stands on the cards, whatever deck.yaml says."""
    edited.release(SECOND, version="9.9")
    student.take(edited.package())
    assert f"{WORDS['version']} 9.9" in student.sides("basic")[1]
    assert "body=Version%209.9" in student.sides("map", 7)[1]


def test_a_report_link_of_every_id(edited: Author, student: Student) -> None:
    """Promise 5: ids of any alphabet are in their links as they are; Anki's own marks cannot get into one."""
    edited.notes("id: nœud_2.b-C\nquestion: What?\nanswer: That", file="more.yaml")
    edited.release(SECOND)
    student.take(edited.package())
    assert "title=nœud_2.b-C&amp;" in student.sides("nœud_2.b-C")[1]
