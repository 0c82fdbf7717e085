"""Card templates of a deck's own note types: what is read in them, and what is wrong at which place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.note_types import Kind
from builder.render.templates import (
    FILTERS,
    Replacement,
    Section,
    cloze_fields,
    is_empty,
    makes_card,
    parse_template,
    replacements,
    template_problems,
)
from builder.source.reader import suggestion

FIELDS = ("Word", "Meaning", "Hint")


def problems(text: str, kind: Kind = "normal", side: str = "front") -> list[tuple[int, str]]:
    """Where something is wrong in a template, and which rule says so."""
    assert side in ("front", "back")
    found = template_problems(text, FIELDS, kind, "front" if side == "front" else "back", suggestion)
    for problem in found:
        assert problem.hint, problem
        assert not problem.message.endswith("."), problem
        assert problem.message[0] in "`<{" or problem.message[0].islower() or problem.message.startswith("Anki"), (
            problem
        )
    return [(problem.offset, problem.rule) for problem in found]


# reading


def test_the_parts_of_a_template() -> None:
    """Fields with their filters from the outermost, sections in sections, each with its place."""
    parts, found = parse_template("a {{hint:text:Word}}{{#Hint}}b{{^Meaning}}{{Word}}{{/Meaning}}{{/Hint}}")
    assert found == ()
    assert parts == (
        Replacement("Word", ("hint", "text"), 2),
        Section("Hint", False, (Section("Meaning", True, (Replacement("Word", (), 42),), 30),), 20),
    )
    assert [one.field for one in replacements(parts)] == ["Word", "Word"]


@pytest.mark.parametrize("written", ["{{Word}}", "{{ Word }}", "{{{Word}}}", "{{\nWord\t}}", "{{{{Word}}}}"])
def test_blanks_and_braces_that_anki_forgives(written: str) -> None:
    """A field is named with blanks around it, or more braces, as Anki reads it."""
    parts, found = parse_template(written)
    assert found == ()
    assert [one.field for one in replacements(parts)] == ["Word"]


@pytest.mark.parametrize("written", ["<!-- {{Nobody}} -->", "<!--{{#Word}}-->", "<!-- a\n{{ -->"])
def test_comments_are_passed_over(written: str) -> None:
    """Anki does not look into a comment."""
    assert parse_template(written) == ((), ())


@given(st.text(alphabet="{}#^/: <!->AB\n", max_size=40))
def test_nothing_crashes(text: str) -> None:
    """Whatever is written, it is read or refused at a place inside it."""
    parts, found = parse_template(text)
    assert all(0 <= problem.offset < max(len(text), 1) for problem in found)
    for fields in (frozenset[str](), frozenset({"A"}), frozenset({"A", "B"})):
        assert makes_card(parts, fields) in (True, False)
    assert all(0 <= offset <= len(text) for offset, _ in problems(text))


# which cards

CARDS = [
    ("{{Word}}", {"Word"}, True),
    ("{{Word}}", {"Meaning"}, False),
    ("words", {"Word"}, False),
    ("{{#Hint}}words{{/Hint}}", {"Hint"}, False),
    ("{{#Hint}}{{Word}}{{/Hint}}", {"Word"}, False),
    ("{{#Hint}}{{Word}}{{/Hint}}", {"Word", "Hint"}, True),
    ("{{^Hint}}{{Word}}{{/Hint}}", {"Word"}, True),
    ("{{^Hint}}{{Word}}{{/Hint}}", {"Word", "Hint"}, False),
    ("{{^Hint}}words{{/Hint}}", set(), False),
    ("{{#Hint}}{{^Meaning}}{{Word}}{{/Meaning}}{{/Hint}}", {"Word", "Hint"}, True),
    ("{{#Hint}}{{^Meaning}}{{Word}}{{/Meaning}}{{/Hint}}", {"Word", "Hint", "Meaning"}, False),
    ("{{hint:Word}}", {"Word"}, True),
    ("{{type:Word}}", {"Word"}, True),
]


@pytest.mark.parametrize(("front", "filled", "expected"), CARDS)
def test_makes_card(front: str, filled: set[str], expected: bool) -> None:
    """A front makes a card when a field that it shows is filled, whatever words stand around it."""
    assert makes_card(parse_template(front)[0], frozenset(filled)) is expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", True),
        (" \n\t", True),
        ("<br>", True),
        ("<BR/><div></div> <div />", True),
        ("</br>", True),
        ("<br class=x>", False),
        ("<p></p>", False),
        ("&nbsp;", False),
        ("0", False),
        ('<img src="a.png">', False),
    ],
)
def test_is_empty(html: str, expected: bool) -> None:
    """A field is empty when there is nothing in it but white space and bare line breaks and divisions."""
    assert is_empty(html) is expected


def test_the_fields_with_gaps() -> None:
    """The text with gaps is what the filter `cloze` shows, wherever it stands."""
    parts, _ = parse_template("{{#c1}}{{cloze:Word}}{{/c1}}{{type:cloze:Hint}}{{cloze-only:Meaning}}")
    assert cloze_fields(parts) == {"Word", "Hint"}


# what is right

RIGHT = [
    "{{Word}}",
    "{{Word}} {{FrontSide}}",  # on the back
    "{{#Hint}}{{Hint}}{{/Hint}}{{Word}}",
    "{{Word}} {{Tags}} {{Deck}} {{Subdeck}} {{Card}} {{Type}}",
    "{{tts en_US:Word}}",
    "{{tts es_ES voices=Apple_Monica,AwesomeTTS speed=0.8:Word}}",
    "{{tts-voices:}}{{Word}}",
    '<section class="a" id="b" lang="en" aria-label="c" role="note"><h1>{{Word}}</h1></section>',
    '<a href="https://example.org/a?b={{Note ID}}">{{Word}}</a>',
    '<a href="mailto:a@example.org">{{Word}}</a> <a href="#">up</a>',
    "<details open><summary>{{Word}}</summary><div hidden>{{Meaning}}</div></details>",
    "<!-- a comment with {{Nobody}} --> {{Word}}",
    "1 < 2 &amp; {{Word}} } { }}",
    "{{#Hint}}<div class='a'>{{/Hint}}{{^Hint}}<div class=b>{{/Hint}}{{Word}}</div>",
    "{{#Hint}}<div>{{/Hint}}{{Word}}{{#Hint}}</div>{{/Hint}}",
    "<P CLASS = 'a'\n ID=b>{{Word}}<br/><hr ></P >",
    "{{Word}} <!----> <!-- > --> <!-- <b> ---->",
    *(f"{{{{{name}:Word}}}}" for name in FILTERS if name not in ("cloze", "cloze-only", "tts")),
]


@pytest.mark.parametrize("text", RIGHT)
def test_right(text: str) -> None:
    """These templates are all right."""
    fields = (*FIELDS, "Note ID")
    side = "back" if "FrontSide" in text else "front"
    assert template_problems(text, fields, "normal", side, suggestion) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "{{cloze:Word}}",
        "{{type:cloze:Word}}",
        "{{#c1}}first{{/c1}}{{^c12}}another{{/c12}}{{cloze:Word}}",
        "{{#Word}}{{cloze:Word}}{{/Word}}",
        "{{cloze:Word}}{{^Hint}}{{cloze:Word}}{{/Hint}}",
        "{{cloze:Word}}{{Hint}}",
    ],
)
def test_right_with_gaps(text: str) -> None:
    """These templates of the kind cloze are all right."""
    assert problems(text, "cloze") == []


# what is wrong

WRONG = [
    ("{{Wrod}}", 0, "unknown-field"),
    ("{{Word}}{{word}}", 8, "unknown-field"),
    ("{{hint:Wrod}}", 0, "unknown-field"),
    ("{{Word}}{{#Wrod}}{{/Wrod}}", 8, "unknown-field"),
    ("{{Word}}{{^Wrod}}{{/Wrod}}", 8, "unknown-field"),
    ("{{Word}}{{#c1}}{{/c1}}", 8, "unknown-field"),
    ("{{Word}}{{FrontSide}}", 8, "unknown-field"),
    ("{{Word}}{{#FrontSide}}{{/FrontSide}}", 8, "unknown-field"),
    ("{{:Word}}", 0, "unknown-filter"),
    ("{{Hint:Word}}", 0, "unknown-filter"),
    ("a {{hnit:Word}}", 2, "unknown-filter"),
    ("{{Text:Word}}", 0, "unknown-filter"),
    ("{{tts:Word}}", 0, "bad-voice"),
    ("{{tts en:Word}}", 0, "bad-voice"),
    ("{{tts en-US:Word}}", 0, "bad-voice"),
    ("{{tts en_US speed:Word}}", 0, "bad-voice"),
    ("{{cloze:Word}}", 0, "misplaced-cloze"),
    ("{{Word}}{{text:Hint}}", 8, "unknown-filter"),
    ("{{Word}}{{hint:text:Hint}}", 8, "unknown-filter"),
    ("{{Word}}{{#Hint}}x{{/Hnit}}", 18, "unclosed-section"),
    ("{{Word}}{{#Hint}}x{{/Meaning}}{{/Hint}}", 18, "unclosed-section"),
    ("{{Word}}{{#Hint}}x{{/Hint}", 18, "template-syntax"),
    ("{{Word} and {{Hint}}", 0, "template-syntax"),
    ("{{#Word}}" * 60 + "{{Word}}" + "{{/Word}}" * 60, 450, "template-syntax"),
    ("{{Word", 0, "template-syntax"),
    ("{{Word}", 0, "template-syntax"),
    ("ab {{}}{{Word}}", 3, "template-syntax"),
    ("{{ # }}{{Word}}", 0, "template-syntax"),
    ("\n{{=<% %>=}}<%Word%>", 1, "template-syntax"),
    ("{{#Word}}{{Word}}", 0, "unclosed-section"),
    ("{{Word}}{{/Word}}", 8, "unclosed-section"),
    ("{{Word}}{{#Hint}}{{^Meaning}}{{/Hint}}{{/Meaning}}", 29, "unclosed-section"),
    ("words", 0, "same-front"),
    ("{{Deck}} {{Tags}}", 0, "same-front"),
    ("{{#Word}}words{{/Word}}", 0, "same-front"),
    ("{{Word}}<script>x</script>", 8, "forbidden-html"),
    ("{{Word}}<SCRIPT SRC=//x>", 8, "forbidden-html"),
    ("{{Word}}<style>a{}</style>", 8, "forbidden-html"),
    ("{{Word}}<img src=x.png>", 8, "forbidden-html"),
    ("{{Word}}<iframe></iframe>", 8, "forbidden-html"),
    ("{{Word}}<svg/onload=x>", 8, "forbidden-html"),
    ("{{Word}}<p style='color:red'>", 8, "forbidden-html"),
    ("{{Word}}<p onclick=x>", 8, "forbidden-html"),
    ("{{Word}}<a/onclick=x>", 8, "forbidden-html"),
    ("{{Word}}<{{Hint}}>", 8, "forbidden-html"),
    ("{{Word}}<p {{Hint}}>", 8, "forbidden-html"),
    ("{{Word}}<p {{#Hint}}onclick=x{{/Hint}}>", 8, "forbidden-html"),
    ("{{Word}}<!-- never closed", 8, "forbidden-html"),
    ("{{Word}}<!DOCTYPE html>", 8, "forbidden-html"),
    ("{{Word}}<?php ?>", 8, "forbidden-html"),
    ("{{Word}}<![CDATA[x]]>", 8, "forbidden-html"),
    ("{{Word}}<a href='javascript:x'>a</a>", 8, "bad-link"),
    ("{{Word}}<a href=' java\nscript:x'>a</a>", 8, "bad-link"),
    ("{{Word}}<a href='&#106;avascript:x'>a</a>", 8, "bad-link"),
    ("{{Word}}<a href='data:text/html,x'>a</a>", 8, "bad-link"),
    ("{{Word}}<a href='page.html'>a</a>", 8, "bad-link"),
    ("{{Word}}<a href='{{Hint}}'>a</a>", 8, "forbidden-html"),
    ("{{Word}}<p>", 8, "unbalanced-html"),
    ("{{Word}}</p>", 8, "unbalanced-html"),
    ("{{Word}}<div><p></div>", 13, "unbalanced-html"),
    ("{{Word}}<p/>", 8, "unbalanced-html"),
    ("{{Word}}{{#Hint}}<p>{{/Hint}}", 17, "unbalanced-html"),
    ("{{Word}}{{^Hint}}</p>{{/Hint}}", 17, "unbalanced-html"),
    ("{{Word}}" + "<p>" * 200 + "</p>" * 200, 308, "unbalanced-html"),
]


@pytest.mark.parametrize(("text", "offset", "rule"), WRONG)
def test_wrong(text: str, offset: int, rule: str) -> None:
    """Each mistake is told at its place; what a browser closes behind it is not told apart."""
    found = problems(text)
    assert found, "nothing is wrong"
    assert found[0] == (offset, rule)
    assert {other for _, other in found} == {rule}


# What a browser or Anki makes of these is not what stands there: each would run a program on the card.
SMUGGLED = {
    "a comment that a browser ends at once": "{{Word}}<!--><script>alert(1)</script>-->",
    "a comment that a browser ends a little later": "{{Word}}<!---><script>alert(1)</script>-->",
    "a comment that a browser ends differently": "{{Word}}<!-- --!><script>alert(1)</script>-->",
    "a tag that what comes behind it closes": "{{Word}}<img src=x onerror=alert(1) ",
    "a script that what comes behind it closes": "{{Word}}<script ",
    "a comment with what is filled in": "{{Word}}<!-- %version%> <b> -->",
    "a bracket that the front's end leaves to the back": "{{Word}}<",
    "a bracket before a field": "{{Word}}<{{Word}}",
    "a bracket before the end of a section": "{{#Word}}{{Word}}<{{/Word}}script>",
    "a bracket before what is filled in": "{{Word}}<%license%>",
    "an attribute without quotes that is filled in": "<p title=%license%>{{Word}}</p>",
    "an address that is filled in": '<a href="%license%">{{Word}}</a>',
    "a part in an attribute": '<p title="%sources%">{{Word}}</p>',
    "an id before the colon": '<a href="{{Note ID}}:x">{{Word}}</a>',
    "a second address": '<a href="javascript:x" href="https://example.org/{{Note ID}}">{{Word}}</a>',
    "a voice with a tag": "{{Word}}{{tts en_US voices=<b>:Word}}",
    "a filter on an id": '<a href="https://example.org/{{text:Note ID}}">{{Word}}</a>',
    "a blank that is none": "<p\u00a0onclick=x>{{Word}}</p>",
    "a slash for a blank": "<p/onclick=x>{{Word}}</p>",
    "a field that ends an attribute": "<p title='{{Word}}'>{{Word}}</p>",
    "a field in a class": '<p class="{{Word}}">{{Word}}</p>',
    "a field in an address": "<a href='https://example.org/{{Word}}'>{{Word}}</a>",
    "a section across attributes": (
        "<b title='{{^Word}}' class=\"{{/Word}}' onclick='alert(1)' title=\" id=\"z\">{{Word}}</b>"
    ),
}


@pytest.mark.parametrize("text", SMUGGLED.values(), ids=SMUGGLED)
def test_nothing_is_smuggled_in(text: str) -> None:
    """What is harmless only until Anki or a browser has read it is refused."""
    assert {rule for _, rule in problems(text)} & {"forbidden-html", "bad-link", "bad-voice", "template-syntax"}


# What Anki would take for a sound, or for a formula to be run through LaTeX: a file that is nowhere.
@pytest.mark.parametrize("text", ["[sound:x.mp3]", "[latex]x[/latex]", "[$]x[/$]", "[$$]x[/$$]"])
def test_nothing_is_missing(text: str) -> None:
    """A template names no file, neither a sound nor a picture of LaTeX."""
    assert problems("{{Word}}" + text) != []
    assert problems(text + "{{Word}}", side="back") != []


def test_the_back_may_be_what_it_likes() -> None:
    """A back may be nothing but the front, or a field."""
    assert problems("{{FrontSide}}", side="back") == []
    assert problems("words {{Hint}}", side="back") == []


@pytest.mark.parametrize("text", ["", " ", "words", "{{Deck}} {{Tags}}", "<hr>"])
def test_a_side_that_is_the_same_for_all(text: str) -> None:
    """Neither side may show nothing of the note; the back shows it with the front."""
    assert problems(text) == [(0, "same-front")]
    assert problems(text, side="back") == [(0, "same-back")]
    assert problems(text + "{{FrontSide}}", side="back") == []
    fields = (*FIELDS, "Explanation")
    assert template_problems(text + "%explanation%", fields, "normal", "back", suggestion) == ()


@pytest.mark.parametrize(
    "text",
    [
        "{{#Meaning}}{{cloze:Word}}{{/Meaning}}",
        "{{^Meaning}}{{cloze:Word}}{{/Meaning}}",
        "{{#c1}}{{cloze:Word}}{{/c1}}",
        "{{#Meaning}}{{#Word}}{{cloze:Word}}{{/Word}}{{/Meaning}}",
        "{{cloze:Hint}}{{#Meaning}}{{cloze:Word}}{{/Meaning}}",
    ],
)
def test_gaps_that_are_hidden(text: str) -> None:
    """A front shows gaps on every card that they make; a back may leave them out."""
    assert problems(text, "cloze") == [(text.index("{{cloze:Word"), "misplaced-cloze")]
    assert problems(text, "cloze", "back") == []


@pytest.mark.parametrize("text", ["{{Wrod}}", "{{cloze:Word}}", "{{#c1}}{{Word}}{{/c1}}", "words"])
def test_no_blame_for_what_is_not_known(text: str) -> None:
    """Where fields and kind are wrong themselves, a template is not blamed for them."""
    assert template_problems(text, None, None, "front", suggestion) == ()


@pytest.mark.parametrize(
    "text",
    ["{{#Word}}" * 100_000, "<p>" * 100_000, "<script>" * 50_000, "{" * 300_000, "<!--" * 100_000, "{{/A}}" * 99_999],
)
def test_nothing_takes_long(text: str) -> None:
    """A template that is one mistake many times is read in no time, and told as a few."""
    assert 1 <= len(problems(text)) <= 40


@pytest.mark.parametrize("side", ["front", "back"])
@pytest.mark.parametrize("text", ["{{Word}}", "{{cloze-only:Word}}", "words"])
def test_gaps_are_missing(text: str, side: str) -> None:
    """Both sides of the kind cloze show a text with gaps."""
    assert problems(text, "cloze", side) == [(0, "missing-cloze")]


def test_a_suggestion_for_a_slip() -> None:
    """A field or filter that is nearly right gets the right one in its hint."""
    found = template_problems("{{Wrod}}{{hnit:Word}}{{Meening}}", FIELDS, "normal", "front", suggestion)
    assert [re.sub(r"[^`]*`([^`]*)`.*", r"\1", problem.hint) for problem in found] == ["Word", "hint", "Meaning"]


def test_everything_at_once() -> None:
    """Several mistakes are all told, each at its place."""
    assert problems("{{Wrod}} {{hnit:Word}}\n<p onclick=x>{{#Hint}}") == [
        (31 + 5, "unclosed-section"),
        (0, "unknown-field"),
        (9, "unknown-filter"),
        (23, "forbidden-html"),
    ]
