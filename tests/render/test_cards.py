"""What we make of a card: its sides, what is played, and what a student types; Anki itself is asked elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from builder.core.note_types import Kind, NoteType, Template
from builder.render.cards import Card, render_card
from builder.render.clozes import cloze_numbers
from builder.render.sounds import SoundFile, Speech, with_marks
from builder.render.typed_answer import TypedAnswer, compare, typed_answer, with_comparison, with_input

FIELDS = ("Word", "Meaning", "Hint")


def card(front: str, back: str = "{{FrontSide}}", *, number: int = 1, kind: Kind = "normal", **fields: str) -> Card:
    """A card of a note of a note type with these templates."""
    templates = (
        Template(name="Forwards", front=front, back=back),
        Template(name="Backwards", front="{{Meaning}}? {{Card}}", back="{{FrontSide}}: {{Word}}"),
    )
    note_type = NoteType(key="word", name="A word", id=1, kind=kind, fields=FIELDS, templates=templates, css="")
    return render_card(note_type, fields, number, deck="Sea::Knots", tags=("Sea::Ropes", "Sea::Sails"))


# cards


def test_both_sides() -> None:
    """Fields and sections are filled in, and the front stands in the back."""
    made = card(
        "{{Word}}{{#Hint}} ({{Hint}}){{/Hint}}", "{{FrontSide}} = {{Meaning}}", Word="<b>bight</b>", Meaning="a loop"
    )
    assert made == Card(front="<b>bight</b>", back="<b>bight</b> = a loop")


def test_the_number_is_that_of_the_template() -> None:
    """Card 2 is that of the second template."""
    made = card("{{Word}}", number=2, Word="bight", Meaning="a loop")
    assert made == Card(front="a loop? Backwards", back="a loop? Backwards: bight")


def test_the_number_is_that_of_a_gap() -> None:
    """Card 2 of a text with gaps asks for those with its number, and shows the others."""
    made = card("{{cloze:Word}}", "{{cloze:Word}}", kind="cloze", number=2, Word="a {{c1::b}} {{c2::c::d}}")
    assert made.front == (
        'a <span class="cloze-inactive" data-ordinal="1">b</span> '
        '<span class="cloze" data-cloze="c" data-ordinal="2">[d]</span>'
    )
    assert made.back == (
        'a <span class="cloze-inactive" data-ordinal="1">b</span> <span class="cloze" data-ordinal="2">c</span>'
    )


def test_masks() -> None:
    """A mask that is asked for has another class than the others, and another one on the back."""
    text = "{{c1::image-occlusion:rect:left=.1:oi=1}}{{c2::image-occlusion:rect:left=.2:oi=1}}"
    made = card("{{cloze:Word}}", "{{cloze:Word}}", kind="occlusion", Word=text)
    first = 'data-ordinal="1" data-shape="rect" data-left=".1" data-occludeInactive="1" '
    second = (
        '<div class="cloze-inactive" data-ordinal="2" data-shape="rect" data-left=".2" data-occludeInactive="1" ></div>'
    )
    assert made.front == f'<div class="cloze" {first}></div>{second}'
    assert made.back == f'<div class="cloze-highlight" {first}></div>{second}'


def test_what_anki_fills() -> None:
    """Names of deck, note type and template, and the tags; a card that nobody studies has no id and no flag."""
    made = card("{{Word}}|{{Tags}}|{{Type}}|{{Deck}}|{{Subdeck}}|{{Card}}|{{CardFlag}}|{{CardID}}", Word="x")
    assert made.front == "x|Sea::Ropes Sea::Sails|A word|Sea::Knots|Knots|Forwards|flag0|0"


def test_a_hint() -> None:
    """A hint is a link with Anki's program in it, and what it unfolds."""
    made = card("{{hint:Word}}", Word="foo")
    assert made.front.startswith('\n<a class=hint href="#"\nonclick="this.style.display=')
    assert made.front.endswith('Word</a>\n<div id="hint2cc36f53cd00739c" class=hint style="display: none">foo</div>\n')


NOTICES = {
    "the front of this card is empty": ("{{Meaning}}", "normal", {"Word": "a"}),
    "no gap of this note has the number 1": ("{{cloze:Word}}", "cloze", {"Word": "{{c2::a}}"}),
    "no mask of this note has the number 1": ("{{cloze:Word}}", "occlusion", {"Word": "a"}),
    "the template of this card names a field that is not there: &lt;Wrod&gt;": ("{{<Wrod>}}", "normal", {"Word": "a"}),
    "the template of this card has a mistake in its braces": ("{{#Word}}{{Word}}", "normal", {"Word": "a"}),
}


@pytest.mark.parametrize("message", NOTICES)
def test_a_notice(message: str) -> None:
    """Where Anki shows no card, both sides say why."""
    front, kind, fields = NOTICES[message]
    made = card(front, kind=kind, **fields)  # type: ignore[arg-type]
    assert made == Card(
        front=f'<div class="card-notice">{message}</div>', back=f'<div class="card-notice">{message}</div>'
    )


# sounds


def test_sounds_are_marked_where_they_are() -> None:
    """A sound becomes a mark; the front's keep theirs when they stand in the back."""
    made = card("{{Word}}", "{{FrontSide}} {{Meaning}}", Word="a[sound:b &amp; c.mp3]", Meaning="[sound:d.mp3]")
    assert made.front == "a[anki:play:q:0]"
    assert made.front_sounds == (SoundFile(name="b & c.mp3"),)
    assert made.back == "a[anki:play:q:0] [anki:play:a:0]"
    assert made.back_sounds == (SoundFile(name="d.mp3"),)


def test_speech() -> None:
    """What is read aloud has no tags, and a blank where a line ends; a gap has a word."""
    made = card(
        "{{tts en_US voices=Ann,Bob speed=0.8:Word}}{{tts de_DE:cloze:Hint}}",
        Word="a<br>b&lt;<i>c</i>",
        Hint="{{c1::d}}",
    )
    assert made.front == "[anki:play:q:0][anki:play:q:1]"
    assert made.front_sounds == (
        Speech(text="a b<c", language="en_US", voices=("Ann", "Bob"), speed=0.8),
        Speech(text="blank", language="de_DE"),
    )


# typed answers

BOX = """
<center>
<input type="text" id="typeans" style="font-family: 'Liberation Sans'; font-size: 20px;">
</center>
"""
NOTE: Mapping[str, str] = {"Word": "le <b>nœud</b>", "Meaning": "", "Text": "{{c1::a}} {{c2::b}} {{c1::c::d}}"}


@pytest.mark.parametrize(
    ("front", "number", "expected"),
    [
        ("a [[type:Word]] b [[type:Meaning]]", 1, TypedAnswer(expected="le <b>nœud</b>")),
        ("[[type:nc:Word]]", 1, TypedAnswer(expected="le <b>nœud</b>", combining=False)),
        ("[[type:cloze:Text]]", 1, TypedAnswer(expected="a, c")),
        ("[[type:cloze:Text]]", 2, TypedAnswer(expected="b")),
        ("[[type:cloze:Text]]", 3, TypedAnswer(notice="no gap has the number 3")),
        ("[[type:cloze:Nobody]]", 1, TypedAnswer(notice="no gap has the number 1")),
        ("[[type:Meaning]]", 1, TypedAnswer()),
        ("[[type:<i>]]", 1, TypedAnswer(notice="there is no field <i> to type")),
        ("[[type:]] [type:Word]", 1, TypedAnswer()),
        ("nothing", 1, TypedAnswer()),
    ],
)
def test_what_a_front_asks_to_type(front: str, number: int, expected: TypedAnswer) -> None:
    """The first mark counts: it names a field, or the gaps of a field; an empty field asks for nothing."""
    assert typed_answer(front, NOTE, number) == expected


def test_the_box() -> None:
    """Every mark on the front becomes a box, or nothing, or what is wrong."""
    assert with_input("a[[type:Word]]b", TypedAnswer(expected="x")) == f"a{BOX}b"
    assert with_input("a[[type:Word]]b[[type:Hint]]", TypedAnswer()) == "ab"
    assert with_input("[[type:<i>]]", TypedAnswer(notice="no <i>")) == "no &lt;i&gt;"
    assert with_input("a\\1", TypedAnswer(expected="x")) == "a\\1"


def test_the_comparison() -> None:
    """Every mark on the back becomes what is said of the answer; a plain line before the answer goes there."""
    said = "\n<div style=\"font-family: 'Liberation Sans'; font-size: 20px\"><code id=typeans>x</code></div>"
    right = TypedAnswer(expected="x")
    assert with_comparison("a [[type:Word]] b", right, "") == f"a {said} b"
    assert with_comparison("a [[type:Word]]<hr id=answer>b", right, "") == f"a <hr id=answer>{said}b"
    assert with_comparison("a<hr id=answer>b", right, "y") == "a<hr id=answer>b"
    assert with_comparison("a [[type:Word]]<hr id=answer>b", TypedAnswer(), "y") == "a <hr id=answer>b"


COMPARED = [
    ("bowline", "bowline", "<span class=typeGood>bowline</span>"),
    ("<b>a &lt; b</b>", "a < b", "<span class=typeGood>a &lt; b</span>"),
    ("<div>a</div><br>[sound:b.mp3]", "", "a"),
    (
        "bowline",
        "bolwine",
        (
            "<span class=typeGood>bo</span><span class=typeMissed>-</span><span class=typeGood>l</span>"
            "<span class=typeBad>w</span><span class=typeGood>ine</span><br><span id=typearrow>&darr;</span><br>"
            "<span class=typeGood>bo</span><span class=typeMissed>w</span><span class=typeGood>l</span>"
            "<span class=typeGood>ine</span>"
        ),
    ),
]


@pytest.mark.parametrize(("expected", "typed", "said"), COMPARED)
def test_compare(expected: str, typed: str, said: str) -> None:
    """Letters that are right, wrong and missing, above the answer; without tags and sounds."""
    assert compare(expected, typed) == f"<code id=typeans>{said}</code>"


def test_accents_may_not_count() -> None:
    """Without accents, a letter is right without its accent, and shown with it."""
    assert compare("nœud é", "nœud e", combining=False) == "<code id=typeans><span class=typeGood>nœud é</span></code>"
    assert "typeMissed" in compare("nœud é", "nœud e")


# bounds

LONG = 30_000
HOSTILE = [
    *("<" * LONG, "<!--" * LONG, "<style>" * LONG, "<script" * LONG, "&" * LONG, "[" * LONG, "a[" * LONG, "[\n" * LONG),
    *("a[b] " * LONG, "]" * LONG, "[sound:" * LONG, "[anki:" * LONG, "[anki:a " * LONG, '[anki:a b="' * LONG),
    *("[anki:a][/anki:b]" * LONG, "{{c1::" * LONG, "}}" * LONG, "{{c9" * LONG, "{{c" + "9" * LONG + "::", "\\(" * LONG),
    *(
        "{{c1::image-occlusion:" * LONG,
        "{{c1::image-occlusion:rect" + ":a=b" * LONG + "}}",
        "<div>" * LONG,
        "\n" * LONG,
    ),
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:24])
def test_nothing_takes_long(text: str) -> None:
    """What is one mark many times is shown in time that grows with it."""
    front = "{{text:Word}}{{furigana:Word}}{{cloze:Word}}{{Word}}{{tts x:Word}}{{cloze:Meaning}}"
    made = card(front, kind="cloze", Word=text, Meaning="{{c1::x}}")
    assert made.front.endswith('<span class="cloze" data-cloze="x" data-ordinal="1">[...]</span>')
    assert compare(text, "").startswith("<code id=typeans>")


def test_numbers_of_gaps() -> None:
    """Every number of a gap makes a card, but for 0 and what is above 65535."""
    text = "{{c2::a {{c4,7::b}}}} {{c0::c}} {{c65536::d}} {{c65535::e}} {{c" + "0" * 5_000 + "9::f}}"
    assert cloze_numbers(text) == {2, 4, 7, 9, 65535}


# marks


def test_a_mark_that_stands_there_is_none() -> None:
    """What looks like a mark is no tag, and other tags stay, without blanks that need not be."""
    assert with_marks("[anki:play:q:0][anki:a  b=c]d[/anki:a]", "a") == ("[anki:play:q:0][anki:a b=c]d[/anki:a]", ())
