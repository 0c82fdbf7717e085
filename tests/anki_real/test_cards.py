"""Cards as we render them against real Anki: every side and every sound, to the letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytest.importorskip("anki.collection", reason="what we show of a card is held against the anki package")

from builder.anki.write import write_package
from builder.build import assemble
from builder.compiler.deck import CompiledDeck, compile_deck
from builder.ledger import EMPTY
from builder.render.cards import render_card
from tests.anki_real.forms import write_every_form
from tests.anki_real.shown import NOTICE, Bench, by_anki, by_us
from tests.anki_real.student import Student
from tests.releases.author import FIRST, Author

SCIATICA = Path(__file__).parents[2] / "decks" / "sciatica"


@dataclass(frozen=True)
class Case:
    """A template and a note; without a back of its own, the back is the front, and the fields with it.

    `numbers` are the cards of a text with gaps that were there before its gaps were changed.
    """

    front: str
    fields: Mapping[str, str] = field(default_factory=lambda: {"A": "a"})
    back: str = "{{FrontSide}}<hr id=answer>{{A}}"
    tags: Sequence[str] = ()
    numbers: Sequence[int] = ()
    is_cloze: bool = False


def gaps(text: str, *, front: str = "{{cloze:A}}", **others: str) -> Case:
    """A text with gaps, shown on both sides."""
    return Case(front, {"A": text, **others}, front, is_cloze=True)


def mask(written: str, *around: str) -> Case:
    """A mask of a picture that card 1 asks for, and what else stands in the field."""
    return gaps(f"{{{{c1::image-occlusion:{written}}}}}" + "".join(around))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One collection for all cards that no deck has."""
    made = Bench(tmp_path_factory.mktemp("bench"))
    yield made
    made.student.close()


# whole decks


def check_deck(compiled: CompiledDeck, folder: Path) -> int:
    """Compares every card of a deck; gives how many there are."""
    package = assemble(compiled, EMPTY, EMPTY, FIRST, "2026.11")
    write_package(package, folder / "deck.apkg")
    student = Student(folder / "student")
    student.take(folder / "deck.apkg")
    note_types = {note_type.key: note_type for note_type in package.note_types}
    count = 0
    for note in package.notes:
        note_type = note_types[note.note_type]
        fields = dict(zip(note_type.fields, note.fields, strict=True))
        for number in note.cards:
            card = student.card(note.id, number)
            ours = render_card(note_type, fields, number, deck=note.deck, tags=note.tags, card_id=card.id)
            theirs = by_anki(card)
            assert by_us(ours) == theirs, (note.id, number)
            assert NOTICE not in theirs.front + theirs.back, (note.id, number)
            count += 1
    student.close()
    return count


def test_every_card_of_the_sciatica_deck(tmp_path: Path) -> None:
    """The preview shows every card of the shipped deck exactly as Anki does."""
    compiled, _ = compile_deck(SCIATICA)
    assert compiled is not None
    assert {note.note_type for note in compiled.notes} == {"question", "cloze", "occlusion"}
    assert check_deck(compiled, tmp_path) == sum(len(note.cards) for note in compiled.notes) > 100


def test_every_form(tmp_path: Path) -> None:
    """So it does with a note of every form: sounds, maths, choices, masks, own note types."""
    author = Author(tmp_path / "author")
    write_every_form(author)
    compiled = author.compile()
    assert check_deck(compiled, tmp_path) == sum(len(note.cards) for note in compiled.notes)


# one thing at a time

HTML = '<b class="x">bold</b> &amp; <i>it</i><!-- {{A}} --><br>'
CASES = {
    # fields and sections
    "a field": Case("{{A}}"),
    "blanks in braces": Case("{{ A }}|{{\nA\t}}|{{A }}"),
    "more braces": Case("{{{A}}}|{{{{A}}}}|{ {{A}} }"),
    "braces that open nothing": Case("}} { }}} {{A}} }}"),
    "braces that nothing closes": Case("{{A}} {{B"),
    "half a brace": Case("{{A}} {{B}"),
    "HTML in a field": Case("{{A}}{{B}}", {"A": HTML, "B": "&lt;b&gt;"}),
    "braces in a field": Case("{{A}}", {"A": "{{B}} {{#B}} }} {{", "B": "b"}),
    "a section": Case("{{#A}}yes {{B}}{{/A}}{{^A}}no{{/A}}{{A}}"),
    "a section of an empty field": Case("{{#B}}yes{{/B}}{{^B}}no{{/B}}{{A}}"),
    "blanks in a section's braces": Case("{{# A }}yes{{/ A }}{{^\nB}}no{{/B }}{{A}}"),
    "sections in sections": Case("{{#A}}1{{#B}}2{{^C}}3{{A}}{{/C}}{{/B}}{{^B}}4{{/B}}{{/A}}5", {"A": "a", "B": "b"}),
    "a section in itself": Case("{{#A}}{{#A}}{{A}}{{/A}}{{^A}}never{{/A}}{{/A}}"),
    "nothing but blanks in a field": Case("{{#B}}yes{{/B}}{{^B}}no{{/B}}{{A}}[{{B}}]", {"A": "a", "B": " \n\t"}),
    "nothing but lines in a field": Case("{{^B}}no{{/B}}{{A}}{{B}}", {"A": "a", "B": "<br><DIV></div> <br/>"}),
    "a blank that is something": Case("{{#B}}yes{{/B}}{{A}}", {"A": "a", "B": "&nbsp;"}),
    "a section without anything": Case("{{#A}}{{/A}}{{A}}{{^A}}{{/A}}"),
    "a section across tags": Case("{{#B}}<b>{{/B}}{{A}}{{#B}}</b>{{/B}}", {"A": "a", "B": "b"}),
    "a comment": Case("<!-- {{Nobody}} {{#A}} -->{{A}}<!-- -->"),
    "a comment in braces": Case("{{A}}<!--{{B}}--{{A}}-->"),
    "a comment that does not end": Case("{{A}}<!-- {{B}} {{#A}}x{{/A}}", {"A": "a", "B": "b"}),
    "a comment that ends nothing": Case("--> {{A}} --> <!--"),
    "the shortest comments": Case("<!---->{{A}}<!--> {{Nobody}} -->"),
    # what Anki fills
    "the front on the back": Case("{{A}} asks", back="{{FrontSide}}: {{B}}|{{FrontSide}}"),
    "the front on the front": Case("[{{FrontSide}}]{{A}}"),
    "the front through filters": Case("<b>{{A}}</b>", back="{{text:FrontSide}}{{hint:FrontSide}}"),
    "the front in a section": Case("{{A}}", back="{{#A}}{{FrontSide}}{{/A}}"),
    "tags": Case("{{A}}{{Tags}}{{#Tags}}yes{{/Tags}}", tags=("a", "b::c")),
    "no tags": Case("{{A}}[{{Tags}}]{{^Tags}}none{{/Tags}}"),
    "names": Case("{{A}} {{Type}} {{Deck}} {{Subdeck}} {{Card}} {{CardFlag}} {{CardID}}"),
    "names in sections": Case("{{#Deck}}{{A}}{{/Deck}}{{#Card}}{{/Card}}{{^CardID}}never{{/CardID}}"),
    "nothing but a name": Case("{{Deck}}"),
    "names through filters": Case("{{A}}{{text:Card}}{{hint:Deck}}{{type:Tags}}"),
    "the card's number": Case("{{#c1}}one{{/c1}}{{#c2}}two{{/c2}}{{^c3}}not three{{/c3}}{{A}}{{c1}}"),
    "strange numbers": Case("{{#c01}}x{{/c01}}{{^c+7}}y{{/c+7}}{{^c4294967295}}z{{/c4294967295}}{{A}}"),
    # filters
    "a hint": Case("{{A}}{{hint:B}}", {"A": "a", "B": "b <i>c</i>"}),
    "hints of the same": Case("{{hint:A}}{{hint:B}}{{hint:A}}", {"A": "a", "B": "a"}),
    "an empty hint": Case("{{A}}[{{hint:B}}]", {"A": "a", "B": " \n"}),
    "a hint of lines": Case("{{A}}{{hint:B}}", {"A": "a", "B": "<br>"}),
    "long hints": Case("{{hint:A}}{{hint:B}}{{hint:C}}", {"A": "a" * 1023, "B": "ä" * 1024, "C": "c" * 9_999}),
    "a hint through a filter": Case("{{hint:text:A}}{{text:hint:A}}", {"A": HTML}),
    "typing": Case("{{A}}{{type:B}}", back="{{FrontSide}}{{type:B}}"),
    "typing without accents": Case("{{A}}{{type:nc:B}}"),
    "typing through a filter": Case("{{A}}{{type:hint:B}}{{type:text:furigana:B}}{{type:none:B}}"),
    "typing before a filter": Case("{{A}}{{text:type:B}}{{kana:type:B}}{{hint:type:A}}"),
    "typing with a word of Anki's own": Case("{{A}}{{type-nc:B}}{{type-cloze:B}}"),
    "text": Case("{{text:A}}", {"A": HTML + "<style>x</style>y<SCRIPT a>z</script>&nbsp;&lt;b&gt;"}),
    "text with a wrong entity": Case("{{text:A}}", {"A": "&amp; &nosuch; <b>&lt;</b>"}),
    "text with many entities": Case("{{text:A}}", {"A": "&#65;&#x41;&Alpha;&hellip;&euro;&#39;"}),
    "text of broken HTML": Case("{{text:A}}", {"A": "1 < 2 <!-- <b> > <style> </b> <!--> <script>"}),
    "text with strange letters": Case(
        "{{text:A}}", {"A": "a<\u017ftyle>b</style>c<\u017fcript>d</SCRIPT>e<scr\u0131pt>f</script>"}
    ),
    "readings": Case("{{furigana:A}}|{{kana:A}}|{{kanji:A}}", {"A": "日本[にほん] 語[ご]です&nbsp;x[y]"}),
    "readings of lines": Case("{{furigana:A}}|{{kana:A}}", {"A": "a[b\nc] d[]e] [f] g[[h]] >i[j]k[l] m"}),
    "readings before a blank": Case("{{kana:A}}{{kana:B}}{{kana:C}}", {"A": "a[b] ", "B": "  a[b]c[d] e[f]", "C": " "}),
    "readings of sounds": Case("{{furigana:A}}|{{kanji:A}}", {"A": "a[sound:b.mp3] c[d]"}),
    "a filter that nobody knows": Case("{{nosuch:A}}{{text:nosuch:A}}{{nosuch:text:A}}", {"A": "<b>a</b>"}),
    "empty filters": Case("{{:A}}{{::text:A}}{{text::A}}", {"A": "<b>a</b>"}),
    "a filter without a field": Case("{{A}}[{{text:}}{{hint:}}{{tts-voices:}}]"),
    "a voice's list of a field": Case("{{tts-voices:A}}"),
    # sounds
    "a sound": Case("{{A}}", {"A": "a[sound:b.mp3]c[sound:d &amp; e.mp3]"}, "{{FrontSide}}{{A}}[sound:f.mp3]"),
    "a sound in a folder": Case("{{A}}[sound:../g/h.mp3][sound:/i.mp3]"),
    "no sounds": Case("{{A}}[sound:][sound][sound:", back="{{A}}[sound:\nx\n]"),
    "a sound in text": Case("{{text:A}}", {"A": "<b>[sound:b.mp3]</b>"}),
    "a sound in what is no tag": Case("{{A}}[anki:[sound:b.mp3][sound:[anki:tts lang=x]c[/anki:tts]"),
    "speech": Case("{{tts en_US:A}}{{tts de_DE voices=Anna,Yannick speed=0.8 x=y:B}}", {"A": HTML, "B": "b<li>c"}),
    "speech of nothing": Case("{{A}}{{tts en_US:B}}"),
    "speech without a language": Case("{{A}}{{tts :A}}[anki:tts]x[/anki:tts]"),
    "speech of sounds": Case("{{tts en_US:A}}", {"A": "a[sound:b.mp3]"}),
    "speech in the template": Case('{{A}}[anki:tts lang=en_US cloze_blank="a b" speed=fast]{{A}}[...][/anki:tts]'),
    "speech with strange letters": Case("{{A}}[anki:tts lang=x]a<bloc\u212aquote>b<a\u017fide>c<d\u0131v>d[/anki:tts]"),
    "speech of all speeds": Case(
        "{{A}}{{tts x speed=.55:A}}{{tts x speed=2.:A}}{{tts x speed=1e-1:A}}{{tts x speed=+1_0:A}}{{tts x speed=e5:A}}"
    ),
    "speech that does not end": Case("{{A}}[anki:tts lang=en_US]x[/anki:ttx][anki:tts"),
    "other tags": Case('{{A}}[anki:a  b=c]d[/anki:a][anki:e f="]"][g][/anki:e][anki:][/anki:]'),
    # gaps
    "gaps": gaps("{{c1::one}} {{c2::two::hint}} {{c1::again}}"),
    "gaps with HTML": gaps("{{c1::<b>é</b> \"'&amp; ü::a <i>hint</i>}} {{c2::x<br>y}}"),
    "gaps in gaps": gaps("a {{c1::b {{c2::c {{c1::d}}::e}} f::g}} h"),
    "gaps of several cards": gaps("{{c1,2::both}} {{c3,,2,3::x}} {{c0,1::y}}"),
    "gaps with great numbers": gaps("{{c10::ten}} {{c12::twelve}} {{c012::again}} {{c499::last}}"),
    "numbers that are too great": gaps("{{c1::a}} {{c65536::b}} {{c99999999999::c}} {{c,::d}}"),
    "gaps that are not closed": gaps("{{c1::a}} {{c2::b {{c3::c}}"),
    "ends that close nothing": gaps("a}} {{c1::b}}}} }} {{c1:c}}"),
    "gaps with empty hints": gaps("{{c1::a::}} {{c1::::b}} {{c1::}} {{c1::c::d::e}}"),
    "gaps that are nested deep": gaps("{{c1::" * 12 + "a" + "}}" * 13 + "{{c2::b}}"),
    "gaps in maths": gaps("{{c1::\\(x^{2}<br>&lt;\\)}} \\[<b>{{c2::y}}</b>\\] \\(<i>z"),
    "gaps of several fields": gaps("{{c1::a}}", front="{{cloze:A}}|{{cloze:B}}|{{cloze:C}}", B="{{c2::b}}", C="c"),
    "hidden texts alone": gaps("{{c1::a::h}} b {{c1::{{c2::c}}}}", front="{{cloze-only:A}}|{{cloze:A}}"),
    "gaps to type": gaps("{{c1::a}} {{c2::b}}", front="{{cloze:A}}{{type:cloze:A}}{{type:A}}"),
    "gaps through filters": gaps(
        "{{c1::a[b]}} <b>c</b>", front="{{cloze:A}}{{text:cloze:A}}{{kana:cloze:A}}{{hint:cloze:A}}"
    ),
    "gaps after filters": gaps("{{c1::a<b>b</b>}}", front="{{cloze:text:A}}{{cloze:nosuch:A}}{{cloze:type:A}}"),
    "gaps without their filter": gaps("{{c1::a}}", front="{{A}}"),
    "gaps read aloud": gaps(
        "{{c1::a}} b {{c2::c::d}}", front="{{tts en_US:cloze:A}}{{tts en_US cloze_blank=x:cloze:A}}"
    ),
    "gaps with sounds": gaps("{{c1::a[sound:b.mp3]}} {{c2::c}}"),
    "sections of cards": gaps("{{c1::a}} {{c2::b}}", front="{{#c1}}one{{/c1}}{{^c1}}other{{/c1}}{{cloze:A}}"),
    "a field with the name of a card": gaps("{{c3::a}}", front="{{#c3}}{{cloze:A}}{{/c3}}{{c3}}", c3="c"),
    "a card that only a tag makes": Case("{{cloze:A}}", {"A": "a"}, tags=("{{c1::b}}",), numbers=(1,), is_cloze=True),
    # masks
    "a mask": mask("rect:left=.1234:top=.2:width=.3:height=.4:oi=1"),
    "masks of two cards": mask("rect:left=.1:top=.2", "<br>{{c2::image-occlusion:ellipse:left=.3:rx=.1:ry=0}}"),
    "masks of one card": mask("rect:left=.1", "{{c1::image-occlusion:rect:left=.2}}{{c0::image-occlusion:rect:top=1}}"),
    "a polygon": mask("polygon:points=.1,.2 .3,.4  5 6,:fill=#fff:angle=90:scale=0"),
    "a text on a picture": mask(r"text:text=a\:b\\ ü<>\::scale=1:fs=2"),
    "a mask with empty values": mask("rect:left=:top=.1:width=.2", "{{c1::image-occlusion:rect:left=.1:top=}}"),
    "a mask that is broken": mask(
        r"circle:a=b:left=.1\x:top=2", "{{c1::image-occlusion:rect}}{{c1::image-occlusion:}}"
    ),
    "a mask in a gap": gaps("{{c1::a {{c1::image-occlusion:rect:left=.1}}}} {{c2::image-occlusion:rect:x={{c3::b}}}}"),
    "words behind a mask": mask("rect:left=.1::b"),
}

EMPTY_CARDS = {
    "an empty front": Case("words {{B}}", back="{{A}}"),
    "a front of words": Case("words", back="{{FrontSide}}"),
    "a front in a hidden section": Case("{{#B}}{{A}}{{/B}}words"),
    "a front of sounds": Case("[sound:a.mp3]{{B}}"),
    "a front with a front": Case("{{FrontSide}}"),
    "an empty front before a bad back": Case("{{B}}", back="{{Nobody}}"),
    "a number that no gap has": Case("{{cloze:A}}", {"A": "{{c2::b}}"}, numbers=(1, 2), is_cloze=True),
    "no gaps any more": Case("{{cloze:A}}{{B}}", {"A": "a", "B": "b"}, numbers=(1, 12), is_cloze=True),
}

MISTAKES = {
    "a field that is not there": Case("{{A}}{{Nobody}}"),
    "a field that is not there, on the back": Case("{{A}}", back="{{A}}{{Nobody}}"),
    "a field that is not there, in what is hidden": Case("{{A}}{{#B}}{{Nobody}}{{/B}}"),
    "a section that is not there": Case("{{A}}{{#Nobody}}{{/Nobody}}"),
    "a section of the front": Case("{{A}}", back="{{#FrontSide}}x{{/FrontSide}}"),
    "another case": Case("{{a}}"),
    "a blank before the field": Case("{{A}}{{hint: A}}"),
    "another card's number": Case("{{A}}{{c2}}"),
    "a number that is too great": Case("{{A}}{{#c4294967296}}{{/c4294967296}}"),
    "a number of many digits": Case("{{A}}{{#c" + "9" * 5_000 + "}}{{/c" + "9" * 5_000 + "}}"),
    "a number that is none": Case("{{A}}{{#c}}{{/c}}{{#c1x}}{{/c1x}}"),
    "a section that is not closed": Case("{{#A}}{{A}}"),
    "a section that is not open": Case("{{A}}{{/A}}"),
    "sections that cross": Case("{{#A}}{{#B}}{{A}}{{/A}}{{/B}}"),
    "an end that is not closed": Case("{{#A}}{{A}}{{/A}"),
    "nothing in braces": Case("{{A}}{{}}"),
    "nothing but a mark": Case("{{A}}{{#}}{{ / }}"),
    "braces that go on too long": Case("{{A}}{{B and {{A}}"),
    "one brace in braces": Case("{{A}}{{B}A}}"),
    "other marks": Case("{{A}}{{!A}}{{>A}}"),
}


def check(bench: Bench, case: Case) -> str:
    """Compares every card of a case; gives all that Anki shows."""
    cards = bench.both(case.front, case.back, case.fields, is_cloze=case.is_cloze, tags=case.tags, numbers=case.numbers)
    assert cards
    for theirs, ours in cards:
        assert ours == theirs
    return "".join(theirs.front + theirs.back for theirs, _ in cards)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_shows_what_anki_shows(bench: Bench, case: Case) -> None:
    """Both sides of each card, and what is played, are Anki's to the letter."""
    assert NOTICE not in check(bench, case)


@pytest.mark.parametrize("case", (EMPTY_CARDS | MISTAKES).values(), ids=EMPTY_CARDS | MISTAKES)
def test_shows_a_notice_where_anki_does(bench: Bench, case: Case) -> None:
    """Where Anki says why it shows no card, so do we, and what else it shows we show as well."""
    assert NOTICE in check(bench, case)
