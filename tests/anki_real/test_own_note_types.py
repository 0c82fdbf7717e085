"""Note types of the deck's own, as real Anki holds, shows and updates them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.anki_real.forms import NOTE_TYPES, OWN, STYLE, WORD_STYLE
from tests.anki_real.student import Student, Taken
from tests.releases.author import FIRST, SECOND, THIRD, Author

WORD_TYPE = "note_types/word/note_type.yaml"
WORD_FRONT = "note_types/word/recognise.html"
PROVERB_TYPE = "note_types/proverb/note_type.yaml"


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck of five notes of two note types of its own is released."""
    for file, content in NOTE_TYPES.items():
        author.write(file, content)
    author.write("notes.yaml", OWN)
    author.release(FIRST)
    return author


@pytest.fixture
def student(author: Author, student: Student) -> Student:
    """A student who holds the first release and has studied every card, each in another way."""
    assert student.take(author.package()) == Taken(new=5)
    student.study_everything()
    return student


# what Anki makes of it


def test_each_template_that_shows_something_is_a_card(student: Student) -> None:
    """Promise 5: Anki makes the cards that were counted: a template for each front, a card for each gap's number."""
    assert set(student.schedules()) == {
        ("word", 1),
        ("word", 2),
        ("word-alone", 1),
        ("word-alone", 2),
        ("word-one-way", 1),
        ("proverb", 1),
        ("proverb", 3),
        ("proverb-without-origin", 2),
    }
    assert student.faults() == []


def test_sections_and_filters(student: Student) -> None:
    """Promise 5: sections, hints, voices, and what is typed are on the card as in any note type of Anki."""
    front, back = student.sides("word")
    assert "Not the ends" in front
    assert "class=hint" in front
    assert "hint" not in student.sides("word-alone")[0]
    assert "No meaning" not in back
    assert "No meaning" in student.sides("word-one-way")[1]
    (voice,) = student.card("word").render_output().question_av_tags
    assert "field_text='bight', lang='en_US', voices=['Apple_Samantha']" in str(voice)
    front, back = student.sides("word", 2)
    assert "<p>A <em>curved</em> part of a rope</p> [[type:Word]]" in front
    assert "A <em>curved</em> part of a rope" in back
    assert "About a thing" in student.sides("proverb", 1)[0]
    assert "About a thing" not in student.sides("proverb", 3)[0]
    assert "how strong?" in student.sides("proverb", 3)[0]


def test_what_every_note_has_fills_its_fields(student: Student) -> None:
    """Promise 5: explanation, sources, topics and the note's id are in the fields of these names, where there are."""
    note = student.note("word")
    assert note["Explanation"] == "From <em>biegen</em>."
    assert note["Sources"] == '<span data-key="ashley-1944">Ashley 1944</span>'
    assert "The Ashley Book of Knots" in note["References"]
    assert "Loops" in note["Topics"]
    assert note.tags == ["Knots::Loops"]
    assert student.note("proverb").keys() == ["Text", "Origin", "Explanation", "Note ID"]
    assert student.note("proverb")["Explanation"] == "Ropes are like that, too."


def test_parts_of_our_note_types_are_there_for_others(author: Author, student: Student) -> None:
    """Promise 5: explanation, sources, tags, version, licence and report link stand in a template by their names."""
    author.edit("editions:", "report_url: https://example.org/{id}/{version}\neditions:", "deck.yaml")
    author.release(SECOND, version="2027.1")
    student.take(author.package())
    back = student.sides("word")[1]
    assert "<summary>Why</summary>" in back
    assert "From <em>biegen</em>." in back
    assert "Ashley C. The Ashley Book of Knots. 1944." in back
    assert "<span>Loops</span>" in back
    assert "CC BY 4.0" in back
    assert "2027.1" in back
    assert 'href="https://example.org/word/2027.1"' in back
    assert "%" not in back
    assert "summary" not in student.sides("word-alone")[1]


# Each of these shows an error in Anki, or a card more or less than was counted, if it is taken.
PITFALLS = {
    "a front with Anki's own field": ("normal", "{{Word}}", "{{Deck}}: {{Meaning}}", "{Word: hitch}"),
    "a section of Anki's own field": ("normal", "{{Word}}", "{{#Deck}}{{Word}}!{{/Deck}}", "{Word: hitch}"),
    "a section of the tags": ("normal", "{{Word}}", "{{#Tags}}{{Word}} {{Tags}}{{/Tags}}", "{Word: hitch}"),
    "a section without tags": ("normal", "{{Word}}", "{{^Tags}}{{Meaning}}{{/Tags}}", "{Word: hitch, Meaning: A knot}"),
    "a section of the front": ("normal", "{{Word}}", "{{Word}}{{#FrontSide}}x{{/FrontSide}}", "{Word: hitch}"),
    "a sound": ("normal", "{{Word}}", "{{Word}} [sound:x.mp3]", "{Word: hitch}"),
    "LaTeX": ("normal", "{{Word}}", "{{Word}} [latex]x[/latex]", "{Word: hitch}"),
    "the picture of our own note type": ("normal", "{{Word}}", "{{Word}} %picture%", "{Word: hitch}"),
    "a line that goes away": ("normal", "{{Word}}", "{{Word}}{{#Word}}%license%\n{{/Word}}", "{Word: hitch}"),
    "a comment with half a section": ("normal", "{{Word}}", "{{Word}}!<!-- {{#Meaning}} -->", "{Word: hitch}"),
    "a section with braces to spare": ("normal", "{{Word}}", "{{Word}}{{{#Word}}!{{/Word}}", "{Word: hitch}"),
    "gaps in a section": ("cloze", "{{#Meaning}}{{cloze:Word}}{{/Meaning}}", "", "{Word: 'A {{c1::hitch}}'}"),
    "gaps in a section of a gap": ("cloze", "{{#c1}}{{cloze:Word}}{{/c1}}", "", "{Word: '{{c1::A}} {{c2::hitch}}'}"),
    "gaps in two texts": ("cloze", "{{cloze:Word}} {{cloze:Meaning}}", "", "{Word: '{{c1::A}}', Meaning: '{{c2::B}}'}"),
    "a gap in a text without": (
        "cloze",
        "{{cloze:Word}} {{Meaning}}",
        "",
        "{Word: '{{c1::A}}', Meaning: '&#123;{c2::B}}'}",
    ),
    "a gap in a text that is not shown": (
        "cloze",
        "{{cloze:Word}}",
        "",
        "{Word: '{{c1::A}}', Meaning: '\\{\\{c3::B}}'}",
    ),
}


@pytest.mark.parametrize("name", PITFALLS)
def test_what_anki_would_trip_over(author: Author, new_student: Callable[[], Student], name: str) -> None:
    """Promise 5: what Anki would show as an error, or count in another way, is refused, or the same in Anki."""
    kind, front, other, fields = PITFALLS[name]
    templates = "  - {name: One, front: one.html, back: one.html}\n"
    templates += "  - {name: Two, front: two.html, back: two.html}\n" if kind == "normal" else ""
    head = f"name: Pit\nkind: {kind}\nfields: [Word, Meaning, Note ID]\ntemplates:\n"
    author.write("note_types/pit/note_type.yaml", head + templates)
    author.write("note_types/pit/one.html", front)
    author.write("note_types/pit/two.html", other)
    author.edit("license: CC-BY-4.0\n", "", "deck.yaml")
    author.notes(f"id: pit\ntype: pit\nfields: {fields}\ntags: [Pits]", file="pit.yaml")
    if refused := author.refused(SECOND):
        assert refused.files <= {"pit.yaml", "one.html", "two.html", "note_type.yaml"}
        return
    student = new_student()
    student.take(author.package())
    assert student.faults() == []


def test_no_template_reads_a_file(author: Author) -> None:
    """Promise 9: what other readers of such templates take for the name of a file is none, not even in a comment."""
    secret = author.root / "secret.mustache"
    secret.write_text("{{Nobody", encoding="utf-8")
    author.write("note_types/word/recognise.html", f"<!-- {{{{> {secret.with_suffix('')} }}}} -->{{{{Word}}}}")
    refused = author.refused(SECOND)
    assert refused is None or refused.files == {"recognise.html"}


def test_note_types_are_the_decks_own(author: Author, student: Student, tmp_path: Path) -> None:
    """Promise 5: two decks may each have a note type of one name, with other fields; a student can hold both."""
    other = Author(tmp_path / "other")
    other.edit("id: knots-7f3k2q", "id: ropes-2k8x4m", "deck.yaml")
    other.edit("name: Knots", "name: Ropes", "deck.yaml")
    other.write(
        WORD_TYPE, "name: Word\nfields: [Word, Note ID]\ntemplates:\n  - {name: A, front: a.html, back: a.html}\n"
    )
    other.write("note_types/word/a.html", "{{Word}}")
    other.notes("id: other-word\ntype: word\nfields: {Word: hawser}")
    other.release(FIRST)
    assert student.take(other.package()) == Taken(new=1)
    assert student.counts == (6, 9)
    assert student.take(author.package()) == Taken(unchanged=5)
    assert student.faults() == []
    assert {name for name in student.note_type_times() if name.endswith(": Word")} == {"Knots: Word", "Ropes: Word"}


def test_an_unused_note_type_stays_at_home(author: Author, new_student: Callable[[], Student]) -> None:
    """Promise 5: a note type that no note of a package uses is not in it."""
    student = new_student()
    author.edit("id: proverb\n", "id: proverb\n    audience: student\n")
    author.edit("id: proverb-without-origin\n", "id: proverb-without-origin\n    audience: student\n")
    author.forget()
    author.release(FIRST)
    assert student.take(author.package("clinician")) == Taken(new=3)
    assert [name for name in student.note_type_times() if name.startswith("Knots: ")] == ["Knots: Word"]


# releases


TEMPLATE_EDITS = {
    "front": (WORD_FRONT, '<div class="word">', '<div class="word big">'),
    "back": ("note_types/word/recall-back.html", "{{Meaning}}", "{{Meaning}}!"),
    "styling": ("note_types/word/style.css", WORD_STYLE, ".word.big { font-size: 2em }"),
    "name": (WORD_TYPE, "name: Word\n", "name: Vocabulary\n"),
}


@pytest.mark.parametrize("edit", TEMPLATE_EDITS)
def test_another_look_arrives_and_touches_no_note(author: Author, student: Student, edit: str) -> None:
    """Promise 3: front, back, styling and the name of a note type of its own arrive, and no note is touched."""
    student.edit("word", "Meaning", "My own words")
    content, schedules, times = student.content(), student.schedules(), student.note_type_times()
    file, old, new = TEMPLATE_EDITS[edit]
    author.write(file, str(NOTE_TYPES[file]).replace(old, new))
    assert author.release(SECOND).changes.changed == 0
    assert student.take(author.package()) == Taken(unchanged=5)
    assert (student.content(), student.schedules()) == (content, schedules)
    held = student.note_type("Vocabulary" if edit == "name" else "Word")
    assert (new if edit != "name" else "Knots: Vocabulary") in str(held)
    assert student.note_type_times()["Knots: Proverb"] == times["Knots: Proverb"]
    assert student.faults() == []


def test_the_decks_styling_is_everywhere(author: Author, student: Student) -> None:
    """Promise 3: the deck's style.css comes before the note type's own, and both behind deckbuilder's."""
    author.write("style.css", STYLE)
    author.release(SECOND)
    assert student.take(author.package()) == Taken(unchanged=5)
    css = student.note_type("Word")["css"]
    assert css.index(".db-card") < css.index(STYLE.strip()) < css.index(WORD_STYLE.strip())
    assert STYLE.strip() in student.note_type("Proverb")["css"]
    assert WORD_STYLE.strip() not in student.note_type("Proverb")["css"]


def test_a_field_filled_later_adds_a_card(author: Author, student: Student) -> None:
    """Promise 6: a field that a second front shows adds its card once it is filled; the first keeps its reviews."""
    schedules = student.schedules()
    author.edit("{Word: knot, Hint: Only to be recognised}", "{Word: knot, Meaning: What holds, Hint: Both ways now}")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=4)
    assert student.schedules().keys() - schedules.keys() == {("word-one-way", 2)}
    assert student.schedules().items() >= schedules.items()
    assert student.faults() == []


def test_a_field_emptied_is_a_card_gone(author: Author) -> None:
    """Promise 6: a field emptied under a released card is refused, as a gap or mask that is dropped."""
    author.edit("{Word: hitch, Meaning: A knot around a thing}", "{Word: hitch}")
    refused = author.refused(SECOND)
    assert refused is not None
    assert refused.rules == {"gone-card"}


def test_a_front_that_needs_more_is_cards_gone(author: Author) -> None:
    """Promise 6: a front changed so that released notes no longer make its card is refused."""
    author.write("note_types/word/recall.html", "{{#Hint}}{{Meaning}}{{/Hint}}\n")
    refused = author.refused(SECOND)
    assert refused is not None
    assert refused.rules == {"gone-card"}
    assert "`word-alone` loses a released card" in str(refused)


SCHEMA_EDITS = {
    "a field more": (WORD_TYPE, "Note ID]", "Note ID, More]"),
    "a field less": (WORD_TYPE, "Topics, ", ""),
    "fields swapped": (WORD_TYPE, "Meaning, Hint", "Hint, Meaning"),
    "a field renamed": (WORD_TYPE, "References", "Bibliography"),
    "a template less": (WORD_TYPE, "  - {name: Recall, front: recall.html, back: recall-back.html}\n", ""),
    "templates renamed": (WORD_TYPE, "Recall,", "Remember,"),
    "templates swapped": (WORD_TYPE, "Recognise, front: recognise.html", "Recall, front: recognise.html"),
    "a template more": (
        WORD_TYPE,
        "back: recall-back.html}\n",
        "back: recall-back.html}\n  - {name: Third, front: third.html, back: back.html}\n",
    ),
}


@pytest.mark.parametrize("edit", SCHEMA_EDITS)
def test_the_schema_is_frozen_by_the_first_release(author: Author, edit: str) -> None:
    """Promise 6: fields and templates of a released note type cannot be added, removed, renamed or moved."""
    file, old, new = SCHEMA_EDITS[edit]
    author.edit(old, new, file)
    author.write("note_types/word/third.html", "{{Hint}}")
    if edit == "templates swapped":
        author.edit("name: Recall, front: recall.html", "name: Recognise, front: recall.html", file)
    elif edit in ("a field less", "a field renamed"):
        shown = ("%about%", "") if edit == "a field less" else ("%sources%", "{{Sources}}")
        author.edit(*shown, "note_types/word/back.html")
    refused = author.refused(SECOND)
    assert refused is not None
    assert "changed-schema" in refused.rules
    assert refused.rules <= {"changed-schema", "gone-card"}
    assert "`word` changed its " + ("fields" if "field" in edit else "templates") in str(refused)


def test_the_kind_is_frozen_by_the_first_release(author: Author) -> None:
    """Promise 6: a released note type with gaps cannot become one without."""
    author.edit("kind: cloze\n", "", PROVERB_TYPE)
    for side in ("front", "back"):
        file = f"note_types/proverb/{side}.html"
        author.write(
            file, str(NOTE_TYPES[file]).replace("cloze:", "").replace("{{#c1}}<p>About a thing</p>{{/c1}}", "")
        )
    author.notes("id: proverb\ntype: proverb\nfields: {Text: A chain}", file="notes.yaml")
    refused = author.refused(SECOND)
    assert refused is not None
    assert "`proverb` changed its kind" in str(refused)


def test_a_folder_renamed_is_another_note_type(author: Author) -> None:
    """Promise 6: the folder's name is the note type; renamed, none of its notes would update again."""
    author.move("note_types/word", "note_types/vocabulary")
    author.write("notes.yaml", OWN.replace("type: word\n", "type: vocabulary\n"))
    refused = author.refused(SECOND)
    assert refused is not None
    assert refused.rules == {"changed-note-type"}
    assert str(refused).count("was released as a word note and is now a vocabulary note") == 3


def test_an_allowed_schema_change_costs_what_it_says(author: Author, student: Student) -> None:
    """Promise 6 excludes this: released all the same, another schema leaves every released note as it was for ever."""
    author.edit("Note ID]", "Note ID, More]", WORD_TYPE)
    author.edit("Hint: Not the ends", "Hint: Another hint")
    author.release(SECOND, allow=["changed-schema:word"])
    assert student.take(author.package()) == Taken(unchanged=2, conflicting=3)
    assert student.note("word")["Hint"] == "Not the ends"
    author.edit("Another hint", "A third hint")
    assert author.refused(THIRD) is None, "the new schema is the recorded one from now on"
