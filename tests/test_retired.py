"""Retired notes: what an author writes about them, and what becomes of their fields, tags, cards and advice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from builder.compiler.deck import CompiledDeck, DeckCompiler, compile_deck
from builder.core.diagnostics import has_errors
from builder.core.notes import Deck
from builder.core.package import AnkiNote
from builder.fix.deck import fix_deck
from builder.lint.linter import Linter
from builder.render.templates import is_empty, makes_card, parse_template
from builder.source.note_types import stock_note_types
from builder.source.words import languages, words
from builder.web.session import Session
from builder.web.sides import back_page, front_page
from builder.web.study import study_days
from tests.decks import DECK_YAML, PLAIN_DECK_YAML, ROPES, notes_yaml, write_deck
from tests.releases.author import cloze, question

TODAY = date(2026, 11, 22)
RETIRED = "retired: Nobody *ties* it."
NEW = question("sheet-bend")
OWN = {
    "note_types/drill/note_type.yaml": (
        "name: Drill\nfields: [Prompt, Reply, Example, Note ID, Retired]\ntemplates:\n"
        "  - {name: Forwards, front: front.html, back: back.html}\n"
        "  - {name: Example, front: example.html, back: back.html}\n"
    ),
    "note_types/drill/front.html": "%retired%\n<p>{{Prompt}}</p>\n",
    "note_types/drill/example.html": "{{#Example}}\n%retired%\n<p>{{Example}}</p>\n{{/Example}}\n",
    "note_types/drill/back.html": "%retired%\n<p>{{Reply}}</p>\n",
}
FORMS = {
    "question": "question: Which?\nanswer: This",
    "reversed": "question: Which?\nanswer: This\nreverse: true",
    "typed": "question: Which?\nanswer: this\ntyped: true",
    "choices": "question: Which?\nchoices: [This, That]\nanswer: This",
    "cloze": "cloze: A {{c1::bend}} or {{c3::hitch}}",
    "picture": "occlusion: {image: media/rope.svg, alt: A rope, masks: {c1: loop, c2: bight}}",
    "own": "type: drill\nfields: {Prompt: Tie, Reply: It, Example: A bowline}",
    "own-without-example": "type: drill\nfields: {Prompt: Tie, Reply: It}",
}
"""The keys of a note of every form, without its id."""


def compiled(folder: Path, *notes: str, deck: str = DECK_YAML) -> CompiledDeck:
    """A deck of these notes without errors; its own note type `drill` shows what is retired."""
    files: dict[str, str | bytes] = {"notes.yaml": notes_yaml(*notes), "deck.yaml": deck, **OWN, **ROPES}
    found, diagnostics = compile_deck(write_deck(folder, files))
    assert found
    assert not has_errors(diagnostics), diagnostics
    return found


def fields(deck: CompiledDeck, note: AnkiNote) -> dict[str, str]:
    """A note's fields by their names."""
    (note_type,) = (one for one in deck.note_types if one.key == note.note_type)
    return dict(zip(note_type.fields, note.fields, strict=True))


# fields, tags and cards


@pytest.mark.parametrize("form", FORMS)
def test_a_retired_note_says_so_and_stays_itself(form: str, tmp_path: Path) -> None:
    """Of every form, only the field `Retired` and the tag are another; the cards that it makes are the same."""
    note = f"id: a\n{FORMS[form]}\ntags: [Bends]"
    plain = compiled(tmp_path / "plain", note, NEW)
    deck = compiled(tmp_path / "retired", f"{note}\n{RETIRED}\nreplaced_by: sheet-bend", NEW)
    before, after = plain.notes[0], deck.notes[0]
    assert (before.retired, after.retired) == (False, True)
    reason = (
        "Nobody <em>ties</em> it."
        '<div class="db-replaced">What to learn instead, as a search in Anki’s Browse window: '
        "<code>&quot;Note ID:sheet-bend&quot;</code></div>"
    )
    assert fields(deck, after) == {**fields(plain, before), "Retired": reason}
    assert after.tags == ("Knots::Bends", "Knots::Retired")
    assert (after.cards, after.guid, after.note_type) == (before.cards, before.guid, before.note_type)
    assert after.digest != before.digest
    assert plain.notes[1] == deck.notes[1]


@pytest.mark.parametrize("form", FORMS)
def test_the_templates_make_the_same_cards_of_a_retired_note(form: str, tmp_path: Path) -> None:
    """Anki, which makes cards of what fronts show, makes none for the banner alone."""
    deck = compiled(tmp_path, f"id: a\n{FORMS[form]}\n{RETIRED}")
    note = deck.notes[0]
    (note_type,) = (one for one in deck.note_types if one.key == note.note_type)
    if note_type.kind == "normal":
        filled = frozenset(name for name, value in fields(deck, note).items() if not is_empty(value))
        fronts = [parse_template(template.front)[0] for template in note_type.templates]
        assert note.cards == tuple(number for number, front in enumerate(fronts, 1) if makes_card(front, filled))
    else:
        assert not any("{{c" in value for name, value in fields(deck, note).items() if name == "Retired")


def test_a_note_of_a_type_without_the_field_is_retired_by_its_tag(tmp_path: Path) -> None:
    """Fields cannot be added after a release: such a note has no banner, and everything else."""
    files: dict[str, str | bytes] = {
        "notes.yaml": notes_yaml(f"id: a\n{FORMS['own-without-example']}\n{RETIRED}"),
        "note_types/drill/note_type.yaml": (
            "name: Drill\nfields: [Prompt, Reply]\ntemplates:\n  - {name: One, front: front.html, back: back.html}\n"
        ),
        "note_types/drill/front.html": "<p>{{Prompt}}</p>\n",
        "note_types/drill/back.html": "<p>{{Reply}}</p>\n",
    }
    deck, diagnostics = compile_deck(write_deck(tmp_path, files))
    assert deck
    assert diagnostics == ()
    (note,) = deck.notes
    assert (note.retired, note.tags, note.fields) == (True, ("Knots::Retired",), ("Tie", "It"))


def test_the_replacement_is_named_and_not_quoted(tmp_path: Path) -> None:
    """Promise 3: another text of the new note does not change the retired one."""
    old = question("granny", "Yes", RETIRED, "replaced_by: sheet-bend")
    one = compiled(tmp_path / "one", old, NEW).notes[0]
    assert compiled(tmp_path / "two", old, NEW.replace("Yes", "No")).notes[0] == one


@pytest.mark.parametrize(
    ("note_id", "search"),
    [
        ("sheet-bend", "&quot;Note ID:sheet-bend&quot;"),
        ("sheet_bend", r"&quot;Note ID:sheet\_bend&quot;"),
        ("1.10", "&quot;Note ID:1.10&quot;"),
        ("nœud", "&quot;Note ID:nœud&quot;"),
    ],
)
def test_the_search_finds_the_id_and_no_other(note_id: str, search: str, tmp_path: Path) -> None:
    """What means something to Anki's search does not in an id."""
    deck = compiled(tmp_path, question("old", "Yes", RETIRED, f"replaced_by: '{note_id}'"), question(f"'{note_id}'"))
    assert f"<code>{search}</code>" in fields(deck, deck.notes[0])["Retired"]


def test_the_tag_is_no_topic(tmp_path: Path) -> None:
    """The chips on the back stay those that the author gave."""
    deck = compiled(tmp_path, question("a", "Yes", RETIRED, "tags: [Bends]"))
    assert fields(deck, deck.notes[0])["Topics"] == "<span>Bends</span>"


def test_pictures_in_the_reason_come_along(tmp_path: Path) -> None:
    """A picture that only the reason shows is media of the note and of the deck."""
    deck = compiled(tmp_path, question("a", "Yes", 'retired: "See ![a knot](media/knot.svg)"'))
    (name,) = deck.notes[0].media
    assert name.startswith("knot-")
    assert [file.name for file in deck.media] == [name]
    assert f'<img src="{name}"' in fields(deck, deck.notes[0])["Retired"]


@pytest.mark.parametrize("language", languages())
def test_every_side_shows_the_banner(language: str, tmp_path: Path) -> None:
    """In every language, all stock fronts and backs have the banner once, in a section of the field, in its words."""
    deck = Deck(
        folder=tmp_path,
        id="knots-7f3k2q",
        name="Knots",
        tag="Knots",
        language=language,
        version="1",
        license="",
        description="",
        report_url="",
        citation_style="vancouver",
        editions=(),
    )
    said = words(language)
    sides = [
        side
        for note_type in stock_note_types(deck)
        for template in note_type.templates
        for side in (template.front, template.back)
    ]
    assert len(sides) == 8
    for side in sides:
        _, _, rest = side.partition("{{#Retired}}")
        banner, _, _ = rest.partition("{{/Retired}}")
        assert side.count("{{Retired}}") == banner.count("{{Retired}}") == 1
        assert f">{said['retired']}<" in banner
        assert f">{said['no_longer']}<" in banner
        assert "%" not in banner
    notes = DECK_YAML.replace("language: en", f"language: {language}")
    old = compiled(tmp_path / "deck", question("old", "Yes", RETIRED, "replaced_by: sheet-bend"), NEW, deck=notes)
    assert f">{said['replaced_by']} <code>" in fields(old, old.notes[0])["Retired"]


def test_a_note_comes_back_by_removing_the_key(tmp_path: Path) -> None:
    """Promise 1: without the key it is the note that it was, to the last byte."""
    note = question("a", "Yes", "tags: [Bends]")
    before = compiled(tmp_path, note).notes
    assert compiled(tmp_path, note + f"\n{RETIRED}").notes != before
    assert compiled(tmp_path, note).notes == before


def test_a_replacement_in_another_file_is_checked_on_every_save(tmp_path: Path) -> None:
    """A file that is not read again has an error as soon as the note it names is gone, and none when it is back."""
    folder = write_deck(
        tmp_path,
        {
            "a.yaml": notes_yaml(question("old", "Yes", RETIRED, "replaced_by: sheet-bend")),
            "b.yaml": notes_yaml(NEW, question("other")),
        },
    )
    compiler = DeckCompiler(folder)
    assert compiler.compile()[1] == ()
    new = folder / "b.yaml"
    for text, rules in (
        (notes_yaml(question("other")), ["unknown-note"]),
        (notes_yaml(NEW + f"\n{RETIRED}"), ["retired-replacement"]),
        (notes_yaml(NEW), []),
    ):
        new.write_text(text, encoding="utf-8")
        found = compiler.compile(changed={new})[1]
        assert [(one.path.name, one.line, one.column, one.rule) for one in found] == [
            ("a.yaml", 6, 18, rule) for rule in rules
        ]


def test_the_messages_name_the_remedy(tmp_path: Path) -> None:
    """Whoever names another note wrongly is told the one that is meant, or what to write."""
    notes = (
        question("a", "Yes", RETIRED, "replaced_by: sheet-bendd"),
        question("b", "Yes", RETIRED, "replaced_by: a"),
        question("c", "Yes", RETIRED, "replaced_by: c"),
        question("d", "Yes", "replaced_by: sheet-bend"),
        question("e", "Yes", "retired: true"),
        question("f", "Yes", "tags: [Retired::Old]"),
        NEW,
    )
    _, found = compile_deck(write_deck(tmp_path, {"notes.yaml": notes_yaml(*notes)}))
    assert [f"{one.rule}: {one.message}; {one.hint}" for one in sorted(found, key=lambda one: one.line)] == [
        "unknown-note: the deck has no note `sheet-bendd`; did you mean `sheet-bend`?",
        "retired-replacement: `a` is retired itself; write the id of the note to learn now, or remove the line",
        "replaced-by-itself: the note is replaced by itself; write the id of another one, or remove the line",
        "missing-retired: the note has `replaced_by` and no `retired`; add `retired: ...` with the reason",
        "missing-reason: `retired` must say why; write why nobody should learn this any more",
        "reserved-tag: `Retired::Old` is how Anki finds retired notes; choose another tag, or write `retired: ...`",
    ]


# advice


def advice(folder: Path, *notes: str) -> list[tuple[int, str]]:
    """What the rules say of a deck of these notes, with the lines."""
    files: dict[str, str | bytes] = {"deck.yaml": PLAIN_DECK_YAML, "notes.yaml": notes_yaml(*notes)}
    deck, diagnostics = DeckCompiler(write_deck(folder, files), keep_sources=True).compile()
    assert deck
    assert not has_errors(diagnostics), diagnostics
    return [(one.line, one.rule) for one in Linter().lint(deck, TODAY) if one.path.name in ("notes.yaml", "knot.svg")]


BAD = 'id: bad\nquestion: "Is a bowline always safe? ![](media/knot.svg)"\nanswer: "Yes"\nreview_by: 2020-01'


def test_a_retired_note_is_not_advised_on(tmp_path: Path) -> None:
    """No rule says of it what it says of the same note that is learned, and nobody is told to remove a comment."""
    found = {rule for _, rule in advice(tmp_path / "a", BAD)}
    assert {"missing-source", "review-due", "undescribed-picture", "yes-no-question"} <= found
    allowed = BAD.replace("question:", "# allow yes-no-question: it is an old saying\nquestion:")
    assert [rule for _, rule in advice(tmp_path / "b", f"{BAD}\n{RETIRED}") if rule in found - {"unused-media"}] == []
    assert "unused-allow" not in {rule for _, rule in advice(tmp_path / "c", f"{allowed}\n{RETIRED}")}


def test_a_retired_note_is_like_no_other(tmp_path: Path) -> None:
    """The note that replaces it may ask the same."""
    same = "question: Which knot makes a fixed loop at the end of a rope?\nanswer: The bowline\nsources: [ashley-1944]"
    twice = {rule for _, rule in advice(tmp_path / "a", f"id: a\n{same}", f"id: b\n{same}")}
    assert "similar-question" in twice
    once = {rule for _, rule in advice(tmp_path / "b", f"id: a\n{same}\n{RETIRED}\nreplaced_by: b", f"id: b\n{same}")}
    assert "similar-question" not in once


def test_what_a_retired_note_uses_is_used(tmp_path: Path) -> None:
    """Its sources, pictures and audience are needed as long as it stays in its file."""
    note = question("a", 'The loop "![A knot](media/knot.svg)"', "sources: [ashley-1944]", "audience: student", RETIRED)
    files: dict[str, str | bytes] = {"deck.yaml": PLAIN_DECK_YAML, "notes.yaml": notes_yaml(note)}
    deck, _ = DeckCompiler(write_deck(tmp_path, files), keep_sources=True).compile()
    assert deck
    found = [one for one in Linter().lint(deck, TODAY) if one.rule.startswith("unused-")]
    said = " ".join(f"{one.path.name} {one.message}" for one in found)
    assert "budworth-2012" in said
    assert "clinician" in said
    assert "knot.png" in said
    for used in ("ashley-1944", "student", "knot.svg"):
        assert used not in said


# the other commands


def test_fix_leaves_the_keys_alone(tmp_path: Path) -> None:
    """An id is added beside them, and nothing else is touched."""
    text = notes_yaml(f"{question('a')}\nreplaced_by: sheet-bend\n{RETIRED}", NEW, "question: Which?\nanswer: This")
    folder = write_deck(tmp_path, {"notes.yaml": text})
    ((fix,), told) = fix_deck(folder)
    assert told == ()
    assert fix.before == text
    assert fix.after == text.replace("  - question: Which?", "  - id: which\n    question: Which?")


def test_the_preview_marks_it_and_studies_it_not(tmp_path: Path) -> None:
    """It is listed with its cards and its reason, which a search finds, and is no card of any day."""
    folder = write_deck(
        tmp_path, {"notes.yaml": notes_yaml(question("old", "Yes", RETIRED), cloze("gap", "A {{c1::gap}}"))}
    )
    session = Session(folder)
    snapshot = session.refresh(1_800_000_000)
    entries = {key: shown.entry for key, shown in snapshot.shown.items()}
    assert {key: entry["retired"] for key, entry in entries.items()} == {"old": True, "gap": False}
    assert "Nobody ties it." in entries["old"]["text"]
    assert entries["old"]["tags"] == ["Retired"]
    assert [card["number"] for card in entries["old"]["cards"]] == [1]
    for page in (front_page(snapshot, "old", 1, night=False), back_page(snapshot, "old", 1, "", night=False)):
        assert page
        assert "Nobody <em>ties</em> it." in page
    assert study_days([shown.note for shown in snapshot.shown.values()], "") == ((("gap", 1),),)
