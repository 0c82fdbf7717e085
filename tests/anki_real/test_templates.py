"""Our reading of card templates against real Anki's: which it takes, and which cards they make."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

pytest.importorskip("anki.collection", reason="what we take for a template is held against the anki package")

from anki.cards import Card
from anki.errors import AnkiException, CardTypeError
from anki.models import NotetypeId

from builder.core.note_types import Kind
from builder.render.templates import cloze_fields, is_empty, makes_card, parse_template, template_problems
from tests.anki_real.student import Student

FIELDS = ("Always", "A", "B", "C")
SPECIAL = ("Deck", "Subdeck", "Tags", "Type", "Card", "CardFlag", "CardID")
WORDS = ("", "words ", "<hr>", "<p>words</p>", "<!-- {{Nobody}} {{#A}} -->", "}}", "{ ", "&amp;")
FILTERS = ("", "hint:", "type:", "type:nc:", "furigana:", "kana:", "kanji:", "tts en_US:", "kana:hint:")


class Collection:
    """A collection for many note types, each with a few notes."""

    def __init__(self, folder: Path) -> None:
        self.student = Student(folder)
        self.anki = self.student.collection
        self.deck = self.anki.decks.id("Deck")
        self.count = itertools.count()

    def takes(self, fronts: Sequence[str], backs: Sequence[str], *, cloze: bool = False) -> NotetypeId | None:
        """The id of the note type with these templates and our fields; None when Anki refuses it."""
        models = self.anki.models
        made = models.new(f"Note type {next(self.count)}")
        made["type"] = int(cloze)
        for field in FIELDS:
            models.add_field(made, models.new_field(field))
        for number, (front, back) in enumerate(zip(fronts, backs, strict=True)):
            template = models.new_template(f"Template {number}")
            template["qfmt"], template["afmt"] = front, back
            models.add_template(made, template)
        try:
            return NotetypeId(models.add_dict(made).id)
        except CardTypeError:
            return None

    def cards(self, note_type: NotetypeId | None, fields: dict[str, str], tags: Sequence[str] = ()) -> list[Card]:
        """The cards that Anki makes for a new note."""
        assert note_type is not None
        held = self.anki.models.get(note_type)
        assert held is not None
        note = self.anki.new_note(held)
        for name, value in fields.items():
            note[name] = value
        note.tags = list(tags)
        assert self.deck is not None
        self.anki.add_note(note, self.deck)
        return note.cards()


def numbers(cards: list[Card]) -> set[int]:
    """The numbers of cards, from 1."""
    return {card.ord + 1 for card in cards}


def shows_errors(card: Card) -> bool:
    """Whether Anki shows an error on a side of a card."""
    try:
        output = card.render_output(reload=True)
    except AnkiException:
        return True
    return any("docs.ankiweb.net/templates/errors" in side for side in (output.question_text, output.answer_text))


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """One collection for all note types."""
    made = Collection(tmp_path_factory.mktemp("templates"))
    yield made
    made.student.close()


@pytest.fixture(scope="module")
def note_type_of_two(collection: Collection) -> NotetypeId | None:
    """A note type with a card that is always there, and one for the field A."""
    return collection.takes(["{{Always}}", "{{A}}"], ["{{A}}", "{{A}}"])


def problems(front: str, back: str, *, cloze: bool = False) -> list[str]:
    """What we find wrong with a template."""
    kind: Kind = "cloze" if cloze else "normal"
    found = [
        *template_problems(front, FIELDS, kind, "front", lambda word, words: ""),
        *template_problems(back, FIELDS, kind, "back", lambda word, words: ""),
    ]
    return [problem.rule for problem in found]


def replacement(fields: Sequence[str], filters: Sequence[str]) -> st.SearchStrategy[str]:
    """`{{filter:Field}}`, with blanks and braces where Anki forgives them."""
    shape = st.sampled_from(["{{%s%s}}", "{{ %s%s }}", "{{{%s%s}}}", "{{\n%s%s\n}}"])
    return st.builds(
        lambda form, filter_, field: form % (filter_, field), shape, *map(st.sampled_from, (filters, fields))
    )


def sections(inner: st.SearchStrategy[str], fields: Sequence[str]) -> st.SearchStrategy[str]:
    """`{{#Field}}…{{/Field}}` and `{{^Field}}…{{/Field}}`."""
    shape = st.sampled_from(["{{%s%s}}%s{{/%s}}", "{{%s %s }}%s{{/ %s }}", "{{ %s%s}}%s{{{/%s}}}"])
    return st.builds(
        lambda form, mark, field, parts: form % (mark, field, parts, field),
        shape,
        st.sampled_from("#^"),
        st.sampled_from(fields),
        inner,
    )


def templates(
    fields: Sequence[str], conditions: Sequence[str], filters: Sequence[str] = FILTERS
) -> st.SearchStrategy[str]:
    """Templates that read well: words, fields, and sections in sections."""
    leaf = st.one_of(st.sampled_from(WORDS), replacement(fields, filters))
    part = st.recursive(
        leaf, lambda inner: sections(st.lists(inner, max_size=3).map("".join), conditions), max_leaves=8
    )
    return st.lists(part, min_size=1, max_size=4).map("".join)


# which cards


@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
@given(templates(FIELDS[1:], FIELDS[1:]))
@example("{{^C}}words{{/C}}{{^A}}{{B}}{{/A}}")
@example("{{#A}}{{^B}}{{C}}{{/B}}{{/A}}")
@example("{{#A}}{{#B}}words{{/B}}{{/A}}{{C}}")
def test_which_cards_a_template_makes(collection: Collection, front: str) -> None:
    """Promise 5: for every way to fill the fields, a template makes the card that Anki makes, or none as in Anki."""
    assume("same-front" not in problems(front, "{{Always}}"))
    assert problems(front, "{{Always}}") == []
    check_cards(collection, front, [()])


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(templates((*FIELDS[1:], *SPECIAL), (*FIELDS[1:], *SPECIAL)))
@example("{{Deck}}{{#A}}{{A}}{{/A}}")
@example("{{#Deck}}{{A}}{{/Deck}}")
@example("{{^Deck}}{{A}}{{/Deck}}")
@example("{{#Tags}}{{A}}{{/Tags}}")
@example("{{^Tags}}{{A}}{{/Tags}}")
@example("{{CardFlag}}{{A}}")
def test_which_cards_a_template_with_ankis_own_fields_makes(collection: Collection, front: str) -> None:
    """Promise 5: so it is with the fields that Anki fills itself, such as the deck's name or the tags."""
    assume(not problems(front, "{{Always}}"))
    check_cards(collection, front, [(), ("tag",)])


def check_cards(collection: Collection, front: str, tags: list[Sequence[str]]) -> None:
    """Compares our cards and Anki's over all ways to fill the fields, and over tags."""
    note_type = collection.takes(["{{Always}}", front], ["{{A}}", "{{FrontSide}}{{A}}"])
    assert note_type is not None
    parts, _ = parse_template(front)
    for values in itertools.product(("", "x"), repeat=3):
        filled = dict(zip(FIELDS[1:], values, strict=True))
        names = frozenset(name for name, value in filled.items() if value)
        for own in tags:
            expected = {1, 2} if makes_card(parts, names | ({"Tags"} if own else set())) else {1}
            cards = collection.cards(note_type, {"Always": "x", **filled}, own)
            assert numbers(cards) == expected, (filled, own)
            assert not any(map(shows_errors, cards)), (filled, own)


@settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    st.lists(st.sampled_from(["<br>", "<BR/>", "<div>", "</div>", "<div />", " ", "\n", "\t", "<p>", "x", "&nbsp;"]))
)
@example(["<br >"])
@example(["<br  />"])
@example(["<div", ">"])
@example(["</br>"])
@example(["<div class=x>"])
@example(["\xa0"])
@example(["\u3000"])
@example(["\u2028<br>"])
@example(["<d\u0131v>"])
def test_what_is_an_empty_field(collection: Collection, note_type_of_two: NotetypeId | None, pieces: list[str]) -> None:
    """Promise 5: a field is empty when Anki takes it for empty."""
    html = "".join(pieces)
    cards = collection.cards(note_type_of_two, {"Always": "x", "A": html})
    assert is_empty(html) == (numbers(cards) == {1})


# which templates

SOUP = st.lists(
    st.sampled_from(
        [
            *("{{", "}}", "{", "}", "#", "^", "/", ":", " ", "\n", "A", "B", "x", "<!--", "-->", "{{A}}", "{{#A}}"),
            *(
                "{{^A}}",
                "{{/A}}",
                "{{#B}}",
                "{{/B}}",
                "{{cloze:A}}",
                "{{FrontSide}}",
                "{{Tags}}",
                "{{hint:A}}",
                "=",
                "!",
            ),
            *(
                "{{tts en_US:A}}",
                "{{tts-voices:}}",
                "{{type:B}}",
                "{{=<% %>=}}",
                "<%A%>",
                "Nobody",
                "{{}}",
                "{{c1}}",
                "<br>",
            ),
        ]
    ),
    min_size=1,
    max_size=8,
).map("".join)


@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
@given(SOUP, SOUP | st.just("{{Always}}"))
@example("{{A}}{{#FrontSide}}x{{/FrontSide}}", "{{A}}")
@example("{{A}}", "{{#FrontSide}}x{{/FrontSide}}")
@example("{{A}}<!--", "{{A}}")
@example("{{A}}<!-- {{#A}}", "{{A}}")
@example("{{A}}", "{{=<% %>=}}<%A%>")
@example(" \n{{=A}}", "{{A}}")
@example("{{#A}}{{A}}{{/A}", "{{A}}")
@example("{{#A}}{{#B}}{{A}}{{/A}}{{/B}}", "{{A}}")
@example("{{A:}}", "{{A}}")
@example("{{::A}}", "{{A}}")
@example("{{A}}{{tts-voices:}}", "{{tts-voices:}}")
def test_what_we_take_anki_takes(collection: Collection, front: str, back: str) -> None:
    """Promise 5: whatever Anki refuses, or shows with an error, we refuse; there may be more that we refuse."""
    if problems(front, back):
        return
    note_type = collection.takes([front], [back])
    assert note_type is not None, "Anki refuses it"
    for values in itertools.product(("", "x"), repeat=2):
        filled = dict(zip(("Always", "A", "B"), ("x", *values), strict=True))
        names = frozenset(name for name, value in filled.items() if value)
        if makes_card(parse_template(front)[0], names):
            assert not any(map(shows_errors, collection.cards(note_type, filled))), filled


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(templates(FIELDS[1:], FIELDS[1:]), templates(FIELDS, (*FIELDS[1:], "Tags", "Deck")))
def test_what_reads_well_is_taken_by_both(collection: Collection, front: str, back: str) -> None:
    """Promise 5: no template that names only fields, known filters and closed sections is refused, by Anki or us."""
    assert set(problems(front, back)) <= {"same-front", "same-back"}
    if not problems(front, back):
        assert collection.takes([front], [back]) is not None


@pytest.mark.parametrize(
    "front",
    [
        "{{A",
        "{{A}",
        "{{Nobody}}{{A}}",
        "{{#Nobody}}{{A}}{{/Nobody}}",
        "{{^Nobody}}{{A}}{{/Nobody}}",
        "{{#A}}{{A}}",
        "{{A}}{{/A}}",
        "{{#A}}{{#B}}{{A}}{{/A}}{{/B}}",
        "{{a}}",
        "words",
        "",
        "{{!A}}",
        "{{=A}}",
    ],
)
def test_what_anki_refuses(collection: Collection, front: str) -> None:
    """Promise 5: these Anki refuses, so that it is seen to refuse anything at all; so do we."""
    assert collection.takes([front], ["{{A}}"]) is None
    assert problems(front, "{{A}}") != []


def test_two_templates_with_the_same_front(collection: Collection) -> None:
    """Promise 5 rests on this: Anki does not take a note type of which two templates have the same front."""
    assert collection.takes(["{{A}}", "{{A}}"], ["{{B}}", "{{C}}"]) is None
    assert collection.takes(["{{A}}", "{{A}} "], ["{{B}}", "{{C}}"]) is not None


# gaps

GAPS = {"c1": "{{c1::x}}", "c2 and c5": "{{c5::x}} {{c2::y::hint}}", "nested": "{{c3::x {{c1::y}}}}"}
CLOZE_FILTERS = ("", "cloze:", "cloze:", "cloze:", "type:cloze:", "kana:cloze:", "cloze:kana:", "hint:")


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(templates(FIELDS[1:], ("c1", "c2", "B", "Tags"), CLOZE_FILTERS), st.sampled_from(sorted(GAPS)))
@example("{{cloze:A}}{{#c1}}first{{/c1}}{{^c1}}other{{/c1}}", "c2 and c5")
def test_which_cards_gaps_make(collection: Collection, front: str, gaps: str) -> None:
    """Promise 5: a template with gaps that we take is taken by Anki, and each number of the text with gaps a card."""
    assume(not problems(front, front, cloze=True))
    note_type = collection.takes([front], [front], cloze=True)
    assert note_type is not None
    field = min(cloze_fields(parse_template(front)[0]))
    wanted = {int(text[1]) for text in GAPS[gaps].split("{{")[1:]}
    assert numbers(collection.cards(note_type, {"Always": "x", field: GAPS[gaps]})) == wanted


@pytest.mark.parametrize("front", ["{{A}}", "{{cloze-only:A}}", "{{#A}}{{A}}{{/A}}"])
def test_gaps_need_their_filter(collection: Collection, front: str) -> None:
    """Promise 5: a note type of the kind cloze that shows no gaps is refused, by Anki and us."""
    assert collection.takes([front], [front], cloze=True) is None
    assert problems(front, front, cloze=True) != []
