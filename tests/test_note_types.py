"""The stock note types are frozen: their schemas are pinned here, and may only ever be added to by new note types."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from builder.compiler.deck import compile_deck
from builder.core.note_types import NoteType, fill
from builder.core.notes import Deck
from builder.render.templates import parse_template, replacements
from builder.source.note_types import stock_note_types
from builder.source.words import languages, words
from tests.decks import DECK_YAML, write_deck

DECK = Deck(
    folder=Path("knots"),
    id="knots-7f3k2q",
    name="Knots",
    tag="Knots",
    language="de",
    version="1",
    license="",
    description="",
    report_url="",
    citation_style="vancouver",
    editions=(),
)
SCHEMAS = {
    "question": (
        '{"id": 1390633754624, "kind": "normal", "fields": ["Question", "Answer", "Explanation", "Sources", '
        '"References", "Reverse", "Typed", "Choices", "Choices answered", "Topics", "Note ID", "Language", "Retired", '
        '"Spare 1", "Spare 2", "Spare 3", "Spare 4"], "templates": ["Question", "Reversed"]}'
    ),
    "cloze": (
        '{"id": 1034615073755, "kind": "cloze", "fields": ["Text", "Explanation", "Sources", "References", "Topics", '
        '"Note ID", "Language", "Retired", "Spare 1", "Spare 2", "Spare 3", "Spare 4"], "templates": ["Cloze"]}'
    ),
    "occlusion": (
        '{"id": 1160843429977, "kind": "occlusion", "fields": ["Occlusion", "Image", "Header", "Back Extra", '
        '"Comments", "Sources", "References", "Topics", "Note ID", "Language", "Retired", "Spare 1", "Spare 2", '
        '"Spare 3", "Spare 4"], "templates": ["Picture"]}'
    ),
}


@pytest.mark.parametrize("note_type", stock_note_types(DECK), ids=lambda note_type: note_type.key)
def test_schema_is_frozen(note_type: NoteType) -> None:
    """A field or template added, removed or moved would stop every student's notes from updating."""
    assert note_type.schema == SCHEMAS[note_type.key]


def test_every_stock_note_type_is_pinned() -> None:
    """No note type is released without its schema written down here."""
    assert {note_type.key for note_type in stock_note_types(DECK)} == set(SCHEMAS)


def note_types(**changes: str) -> dict[str, NoteType]:
    """The stock note types of a deck that differs in some values, by their keys."""
    return {note_type.key: note_type for note_type in stock_note_types(replace(DECK, **changes))}  # type: ignore[arg-type]


def sides(**changes: str) -> list[str]:
    """Every side of every stock template as version 1 of a deck shows it."""
    found = [template for note_type in note_types(**changes).values() for template in note_type.at("1").templates]
    return [side for template in found for side in (template.front, template.back)]


def test_made_out_to_the_deck() -> None:
    """A note type carries its deck's name and language, and ids of its own, so that two decks never share one."""
    question = note_types()["question"]
    assert question.name == "Knots: Question"
    assert 'lang="de"' in question.templates[0].front
    assert question.id != note_types(id="rope-2k8x4m")["question"].id
    assert question.id == note_types(name="Ropes", tag="Ropes", language="en", version="2")["question"].id


# what is filled in


@pytest.mark.parametrize("language", [*languages(), "de-AT", "pt-BR", "tlh"])
@pytest.mark.parametrize("report_url", ["", "https://example.org/{id}?v={version}"])
@pytest.mark.parametrize("licence", ["", "CC-BY-4.0"])
def test_nothing_is_left_to_be_filled_in(language: str, report_url: str, licence: str) -> None:
    """In every language, with and without licence and report link, no name between per cent signs is left."""
    for side in sides(language=language, report_url=report_url, license=licence):
        assert not re.search(r"%[a-z_-]+%", side)
        assert "<span></span>" not in side
        assert 'href=""' not in side
    for note_type in note_types(language=language).values():
        assert not re.search(r"%[a-z_-]+%", note_type.css)


@pytest.mark.parametrize("language", languages())
def test_anki_can_read_what_is_filled_in(language: str) -> None:
    """Every stock template names only fields of its note type, and closes its sections, in every language."""
    for note_type in note_types(language=language, license="CC-BY-4.0", report_url="https://e.org/{id}").values():
        for template in note_type.at("1").templates:
            for side in (template.front, template.back):
                parts, problems = parse_template(side)
                assert problems == ()
                assert {one.field for one in replacements(parts)} <= {*note_type.fields, "Deck"}


def test_every_language_has_every_word() -> None:
    """The languages have the same words, none of them empty, and none that would be markup."""
    assert {"de", "en", "es", "fr"} <= set(languages())
    for language in languages():
        assert words(language).keys() == words("en").keys(), language
        for name, text in words(language).items():
            assert text.strip() == text != "", (language, name)
            assert not re.search(r"[<>{}%\"]", text), (language, name)


@pytest.mark.parametrize(
    ("language", "taken"),
    [("de", "de"), ("de-AT", "de"), ("de-Latn-CH", "de"), ("en-GB", "en"), ("tlh", "en"), ("deu", "en")],
)
def test_a_variety_falls_back_on_its_language(language: str, taken: str) -> None:
    """A variety has the words of its language, a language that we do not know the English ones."""
    assert words(language) == words(taken)
    assert any(words(taken)["report"] in side for side in sides(language=language, report_url="https://e.org/{id}"))
    assert all(f'lang="{language}"' in side for side in sides(language=language))


@pytest.mark.parametrize(
    ("licence", "shown"),
    [
        ("CC-BY-4.0", "CC BY 4.0"),
        ("CC-BY-SA-4.0", "CC BY-SA 4.0"),
        ("CC-BY-NC-ND-3.0", "CC BY-NC-ND 3.0"),
        ("CC0-1.0", "CC0-1.0"),
        ("MIT", "MIT"),
        ("all rights reserved", "all rights reserved"),
        ("<b>A & B</b>", "&lt;b&gt;A &amp; B&lt;/b&gt;"),
    ],
)
def test_a_licence_is_written_as_people_write_it(licence: str, shown: str) -> None:
    """Creative Commons by their usual names, others as they are, none of them as markup."""
    backs = sides(license=licence)[1::2]
    assert all(f"<span>{shown}</span>" in back for back in backs)


@pytest.mark.parametrize("licence", ["{{Question}}", "{{Nobody}}", "{{#Nobody}}", "}}{{", "%version%", "%word_why%"])
def test_a_licence_is_no_template(licence: str, tmp_path: Path) -> None:
    """What would have a meaning in a template is refused as a licence, or is shown as it stands."""
    deck = DECK_YAML.replace("CC-BY-4.0", f"'{licence}'")
    compiled, diagnostics = compile_deck(write_deck(tmp_path, {"deck.yaml": deck}))
    assert compiled
    if diagnostics:
        assert [one.path.name for one in diagnostics] == ["deck.yaml"]
        return
    for note_type in compiled.note_types:
        back = note_type.at("1").templates[0].back
        shown = re.search(r"<span>([^<]*)</span>\s*</div>\s*</footer>", back)
        assert shown
        assert unescape(shown.group(1)) == licence
        assert "{{" not in shown.group(1)


@pytest.mark.parametrize(
    ("report_url", "link"),
    [
        ("https://example.org/{id}", "https://example.org/{{Note ID}}"),
        ("https://example.org/?a={id}&b={id}", "https://example.org/?a={{Note ID}}&amp;b={{Note ID}}"),
        ("https://example.org/?a={id}&v={version}", "https://example.org/?a={{Note ID}}&amp;v=2026.1%2B2"),
        ("mailto:a@example.org?subject=Card%20{id}", "mailto:a@example.org?subject=Card%20{{Note ID}}"),
        ('https://example.org/?a={id}"><b>', "https://example.org/?a={{Note ID}}&quot;&gt;&lt;b&gt;"),
        ("https://example.org/'{id}'", "https://example.org/&#x27;{{Note ID}}&#x27;"),
        ("https://example.org/{other}/{id}", "https://example.org/{other}/{{Note ID}}"),
    ],
)
def test_the_report_link(report_url: str, link: str) -> None:
    """The link has the note's id and the version in their places, and cannot end its attribute."""
    for note_type in note_types(report_url=report_url).values():
        for template in note_type.at("2026.1+2").templates:
            assert re.findall(r'<a href="([^"]*)">', template.back) == [link]
            assert "<a " not in template.front


def test_fill() -> None:
    """Values are put in as text; a line with an empty one goes; names that are not given stay."""
    template = "a %one%\n<b>%two%</b> %one%\n%three% 50 % %four%\n"
    assert fill(template, {"one": "<1>", "two": "", "three": "%one%"}) == "a &lt;1&gt;\n%one% 50 % %four%\n"
    assert fill("%a%%b%", {"a": "1", "b": "2"}) == "12"
    assert fill("%a%", {}) == "%a%"


# what is told apart


def test_the_digest_is_what_students_see() -> None:
    """Name, styling and templates are seen, a version too; the schema has none of them."""
    seen = note_types()["question"]
    template = seen.templates[0]
    others = [
        replace(seen, name="Knots: Questions"),
        replace(seen, css=seen.css + " "),
        replace(seen, templates=(replace(template, front=template.front + " "), *seen.templates[1:])),
        replace(seen, templates=(replace(template, back=template.back + " "), *seen.templates[1:])),
        seen.at("1"),
        seen.at("2"),
    ]
    assert len({one.digest for one in [seen, *others]}) == 7
    assert {one.schema for one in others} == {seen.schema}


def test_the_schema_is_what_may_not_change() -> None:
    """Id, kind, fields and the names of templates, each in its order, make the schema."""
    seen = note_types()["question"]
    first, second = seen.templates
    others = [
        replace(seen, id=seen.id + 1),
        replace(seen, kind="cloze"),
        replace(seen, fields=(*seen.fields, "More")),
        replace(seen, fields=seen.fields[:-1]),
        replace(seen, fields=seen.fields[::-1]),
        replace(seen, templates=(first,)),
        replace(seen, templates=(second, first)),
        replace(seen, templates=(replace(first, name="Other"), second)),
    ]
    assert len({one.schema for one in [seen, *others]}) == 9
    assert json.loads(seen.schema)["fields"] == list(seen.fields)


def test_the_decks_styling_comes_last() -> None:
    """A deck's own CSS stands behind ours, and nothing of ours is lost."""
    ours, theirs = stock_note_types(DECK)[0].css, stock_note_types(DECK, ".card { color: red }")[0].css
    assert theirs == f"{ours.rstrip()}\n\n.card {{ color: red }}\n"
