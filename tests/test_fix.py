"""Files put right: what an author forgot is added, and every other character stays as it is."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from builder.compiler.deck import compile_deck
from builder.core.diagnostics import Severity
from builder.fix.deck import Fixes, fix_deck
from builder.fix.shown import as_diff, as_list
from builder.fix.write import write_fixes
from builder.source.schema import SCHEMAS, SCHEMAS_FOLDER, schema_file
from tests.decks import NOTE_TYPES, notes_yaml, write_deck
from tests.releases.author import DAY, FIRST, Author, cloze, question
from tests.test_outside import link

HERE = Path(__file__).parent
PROJECT = HERE.parent
MARKS = {"·": " ", "→": "\t", "¶": "\r", "◆": "\ufeff", "∎\n": ""}


def cases(name: str) -> dict[str, tuple[str, str]]:
    """The cases in `fix/NAME.md`: a title, a file of notes, and the file put right, each ended by a line with a dot.

    `·` stands for a blank, `→` for a tab, `¶` for the first half of a Windows line end, `◆` for a byte order mark, and
    `∎` for the end of a file whose last line has no end.
    """
    text = (HERE / "fix" / f"{name}.md").read_text(encoding="utf-8")
    found = re.findall(r"([^\n]+)\n\.\n(.*?\n)\.\n(.*?\n)\.\n", text, re.DOTALL)
    assert len(found) > 7, name
    return {title: (unmarked(before), unmarked(after)) for title, before, after in found}


def unmarked(text: str) -> str:
    """A text with what the marks in it stand for."""
    for mark, character in MARKS.items():
        text = text.replace(mark, character)
    return text


IDS, BLANKS = cases("ids"), cases("blanks")


def patched(text: str, diff: str) -> str:
    """A text after a diff of it."""
    lines, copied, parts = text.split("\n"), 0, []
    for first, count, body in re.findall(r"(?s)@@ -(\d+),(\d+) \+\d+,\d+ @@\n(.*?)(?=@@ -|\Z)", diff):
        start = int(first) - 1 if int(count) else 0
        parts += [f"{line}\n" for line in lines[copied:start]]
        copied = start + int(count)
        after = re.findall(r"(?m)^[ +](.*\n(?:\\ No.*\n)?)", body)
        parts += [re.sub(r"\n\\ No.*\n", "", line) for line in after]
    return "".join(parts) + "\n".join(lines[copied:])


def fixed(root: Path, content: str | bytes, **others: str | bytes) -> str:
    """A file of notes as fixing leaves it, read as it is on disk; fixing it again changes nothing."""
    files = {name.replace("__", "/") + ".yaml": text for name, text in others.items()}
    deck = write_deck(root / "decks" / "knots", NOTE_TYPES | files | {"notes.yaml": content})
    for fix in write_fixes(deck)[0]:
        assert patched(fix.before, as_diff([fix], root)) == fix.after
    assert fix_deck(deck)[0] == ()
    return (deck / "notes.yaml").read_bytes().decode("utf-8")


# ids


@pytest.mark.parametrize(("before", "after"), IDS.values(), ids=IDS)
def test_a_note_without_an_id_gets_one(before: str, after: str, tmp_path: Path) -> None:
    """The id is written where it belongs in each way to write a note; nothing else changes."""
    assert fixed(tmp_path, before) == after
    rules = {one.rule for one in compile_deck(tmp_path / "decks" / "knots")[1]}
    assert rules.isdisjoint({"missing-id", "duplicate-id", "bad-id"})


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("question: Which spinal nerve roots form the sciatic nerve?", "which-spinal-nerve-roots"),
        ("question: Is it so?", "is-it-so"),
        ("question: What is H<sub>2</sub>O &amp; CO<sub>2</sub>?", "what"),
        ("question: O &amp; H<sub>2</sub>?", "o-h2"),
        ("question: 'Who? [sound:media/word.mp3] ![A knot](media/knot.svg)'", "knot"),
        ("cloze: The {{c1::sheet bend::a bend}} joins {{c2::two}} {{ropes::which}}", "sheet-bend-joins-ropes"),
        ("question: '?'\nanswer: Forty", "forty"),
        ("question: '?'\nanswer: '!'", "note"),
        ("occlusion: {alt: A rope with ends, image: media/rope.svg, masks: {c1: loop}}", "rope-with-ends"),
        ("occlusion: {image: media/the_rope.svg, masks: {c1: loop}}", "rope"),
        ("question: Name it\nocclusion: {alt: A rope, image: media/rope.svg, masks: {c1: loop}}", "name"),
        ("type: drill\nfields: {Prompt: Clove hitch, Reply: a hitch}", "clove-hitch"),
        ("question: Quels nœuds à l'été?", "quels-nœuds"),
        ("question: 座骨神経の根は何ですか", "座骨神経の根は何ですか"),
        ("question: Что такое седалищный нерв?", "такое-седалищный-нерв"),
        ("question: हिन्दी भाषा", "हनद-भष"),
        ("question: " + 300 * "ab", 30 * "ab"),
        ("question: " + 4 * (25 * "x" + " "), "-".join(2 * [25 * "x"])),
    ],
)
def test_ids_can_be_read(note: str, expected: str, tmp_path: Path) -> None:
    """An id is the first words of what the note asks, in any script, without what nobody reads aloud."""
    deck = write_deck(tmp_path / "knots", {"notes.yaml": notes_yaml(note)})
    ((fix,), _) = fix_deck(deck)
    assert fix.edits[0].message == f"adds id: {expected}"


def test_check_proposes_the_same_id(tmp_path: Path) -> None:
    """The hint for a note without an id names the one that fixing gives; without words it says what to do."""
    notes = notes_yaml("cloze: The {{c1::sheet bend}} joins ropes", "question: '?'\nanswer: '!'")
    _, diagnostics = compile_deck(write_deck(tmp_path / "knots", {"notes.yaml": notes}))
    assert [one.hint for one in diagnostics] == [
        "add `id: sheet-bend-joins-ropes` or run `deckbuilder fix`; it must never change after a release",
        "add `id: a-short-name` or run `deckbuilder fix`; it must never change after a release",
    ]


def test_a_misspelled_id_is_left_to_its_author(tmp_path: Path) -> None:
    """Where an id seems to be meant, a second one would be wrong; so would be an id for what is no note."""
    content = "notes:\n  - Id: loop\n    question: a\n  -\n  - text\n  - {}\n  - []\n  - id: [a]\n    question: a\n"
    assert fixed(tmp_path, content) == content
    assert fixed(tmp_path, "notes: [question: a, answer: b]\n") == "notes: [question: a, answer: b]\n"
    assert fixed(tmp_path, "notes:\n  id: a\n  question: a\n") == "notes:\n  id: a\n  question: a\n"


def test_ids_are_unique_in_the_deck(tmp_path: Path) -> None:
    """No id of any file is given a second time, also not of a file that cannot be read to its end."""
    content = "notes:\n  - {question: a, answer: b}\n  - {question: c, answer: d}\n  - {question: e, answer: f}\n"
    others = {"a": "notes:\n  - {question: c, answer: d}\n", "sub__z": "notes:\n  - {\"id\": 'e', question: [}\n"}
    after = fixed(tmp_path, content, z="notes:\n  - {id: a, question: x, answer: y}\n", **others)
    ids = [line.split(",")[0] for line in after.splitlines()]
    assert ids == ["notes:", "  - {id: a-2", "  - {id: c-2", "  - {id: e-2"]


def test_ids_that_were_released_are_never_given_again(author: Author) -> None:
    """Neither an id that students have, nor a retired one, nor one of a draft, goes to another note."""
    author.notes(question("loop"), question("bight"), question("hitch"))
    author.release(FIRST)
    author.notes(question("loop"), question("bight"))
    author.release(FIRST + DAY, allow=["gone-note"])
    author.notes(question("loop"), question("bight"), question("draft"))
    author.draft(FIRST + 2 * DAY)
    author.write("notes.yaml", notes_yaml(question("loop"), question("bight")))
    new = [f"question: {word}\nanswer: It" for word in ("loop", "bight", "hitch", "draft", "other")]
    author.notes(*new, file="new.yaml")
    fixes, diagnostics = write_fixes(author.deck)
    ids = [edit.message.removeprefix("adds id: ") for fix in fixes for edit in fix.edits]
    assert ids == ["loop-2", "bight-2", "hitch-2", "draft-2", "other"]
    assert diagnostics == ()


def test_a_released_note_that_lost_its_id_is_told(author: Author) -> None:
    """Another id would give students the note twice: the one that was lost is named."""
    author.notes("id: bowline\nquestion: Bowline?\nanswer: A loop", question("other"))
    author.release(FIRST)
    author.notes("question: Bowline?\nanswer: A loop", question("other"))
    fixes, (told,) = fix_deck(author.deck)
    assert as_list(fixes, author.root) == "decks/knots/notes.yaml:2: adds id: bowline-2"
    assert (told.path, told.line, told.column, told.rule) == (author.deck / "notes.yaml", 2, 5, "lost-id")
    assert told.severity is Severity.WARNING
    assert told.message == "`bowline` was released and is no longer in the deck, and this note could be it"
    assert told.hint.startswith("if it is, write `id: bowline`")


def test_a_ledger_that_cannot_be_read(author: Author) -> None:
    """Nobody knows which ids and numbers are free, so none is given; blanks are removed all the same."""
    author.notes("question: a  \nanswer: b", "id: c\ncloze: a {{b}}")
    author.write("ledger.txt", "note\n")
    fixes, (told,) = fix_deck(author.deck)
    assert [fix.after for fix in fixes] == [fixes[0].before.replace("a  \n", "a\n")]
    assert (told.path.name, told.line, told.rule) == ("ledger.txt", 1, "damaged-ledger")


# gaps


def gap(text: str) -> str:
    """A file with one note with gaps."""
    return f"notes:\n  - id: a\n    cloze: {text}\n"


GAPS = {
    "a word": ("The {{bowline}} holds", "The {{c1::bowline}} holds"),
    "several, in their order": ("The {{bowline}} is a {{knot}}", "The {{c1::bowline}} is a {{c2::knot}}"),
    "a hint": ("The {{bowline::a knot}} holds", "The {{c1::bowline::a knot}} holds"),
    "colons alone": ("The {{::bowline}} holds", "The {{c1::bowline}} holds"),
    "a letter alone": ("The {{c::bowline::which?}} holds", "The {{c1::bowline::which?}} holds"),
    "after the highest number": (
        "A {{c7::knot}} a {{bend}} a {{c2::hitch}}",
        "A {{c7::knot}} a {{c8::bend}} a {{c2::hitch}}",
    ),
    "after the highest number in maths": ("A $x_{{c3::1}}$ and {{bend}}", "A $x_{{c3::1}}$ and {{c4::bend}}"),
    "a gap in a gap": ("The {{bow{{line}} knot}} {{holds}}", "The {{c1::bow{{c2::line}} knot}} {{c3::holds}}"),
    "a gap around one with a number": ("The {{bow{{c1::line}}}} holds", "The {{c2::bow{{c1::line}}}} holds"),
    "a name that could be a number": (
        "The root {{C5}} and {{5}} and {{L4::level}}",
        "The root {{c1::C5}} and {{c2::5}} and {{c3::L4::level}}",
    ),
    "maths in a gap": ("It is {{$x$}}", "It is {{c1::$x$}}"),
    "blanks inside, which YAML would take for a value": ("The {{  bowline }} holds", "The {{c1::bowline }} holds"),
    "single quotes": ("'{{it''s}} {{a knot}}'", "'{{c1::it''s}} {{c2::a knot}}'"),
    "double quotes": ('"{{\\"it\\u0073\\"}} a {{knot}}"', '"{{c1::\\"it\\u0073\\"}} a {{c2::knot}}"'),
    "below |": ("|\n      - {{one}}\n      - {{two}}\n", "|\n      - {{c1::one}}\n      - {{c2::two}}\n"),
    "below >": (
        ">-\n      The {{one}}\n\n      and {{two\n      three}}",
        ">-\n      The {{c1::one}}\n\n      and {{c2::two\n      three}}",
    ),
    "folded without quotes": (
        "The\n      {{one}} and\n\n      {{two}}",
        "The\n      {{c1::one}} and\n\n      {{c2::two}}",
    ),
    "accents apart from their letters": ("Cafe\u0301 {{cafe\u0301}}", "Cafe\u0301 {{c1::cafe\u0301}}"),
    "outside of the first plane": ("🎓 {{𝒳}}", "🎓 {{c1::𝒳}}"),
    "more than are told of one text": (
        " ".join(f"{{{{w{n}}}}}" for n in range(1, 60)).join("''"),
        " ".join(f"{{{{c{n}::w{n}}}}}" for n in range(1, 60)).join("''"),
    ),
}


@pytest.mark.parametrize(("before", "after"), GAPS.values(), ids=GAPS)
def test_a_gap_without_a_number_gets_one(before: str, after: str, tmp_path: Path) -> None:
    """The number is the next that the note never had; the note then compiles."""
    assert fixed(tmp_path, gap(before)) == gap(after)
    assert [one.rule for one in compile_deck(tmp_path / "decks" / "knots")[1]] == []


@pytest.mark.parametrize(
    "text",
    [
        "Code `{{x}}` and maths ${{x}}$ and \\{{x}",
        *("A {{c1:bowline}}", "A {{C1::bowline}}", "A {{1::bowline}}", "A {{ c1::bowline}}", "A {{c01::x}}"),
        *("A {{c1}}", "A {{c}}", "A {{c:x}}", "A {{}}", "'A {{ }}'", "A {{::}}", "A {{c::}}", "A {{c1::}} and {{x}}"),
        *("A {{bowline", "A bowline}}", "A {{a}} and {{b", "A {{a {{b}}", "A {{{a}}}", "A {{\\frac{a}{b}}}"),
        *("[a](https://example.org/{{x}}) and {{y}}", "**a {{b** c}}", '"A {\\x7Bx}}"', "A {{\n      x}}"),
        '"A {\\\n      {x}}"',
        "A {{c499::x}} and {{y}}",
    ],
)
def test_gaps_for_their_author_to_look_at(text: str, tmp_path: Path) -> None:
    """What is code or maths, and gaps of which nobody knows what they hide or which number is meant, stay."""
    assert fixed(tmp_path, gap(text)) == gap(text)


def test_gaps_of_own_note_types(tmp_path: Path) -> None:
    """Gaps are numbered through all fields that have gaps, in the order they are written, and only there."""
    sides = "<p>{{cloze:Text}} {{cloze:More}} {{Extra}}</p>\n"
    rhyme = {
        "note_types/rhyme/note_type.yaml": "name: Rhyme\nkind: cloze\nfields: [Text, More, Extra]\n"
        "templates: [{name: Gaps, front: front.html, back: front.html}]\n",
        "note_types/rhyme/front.html": sides,
    }
    notes = (
        "id: a\ntype: rhyme\nfields:\n  Extra: a {{b}}\n  More: the {{second}}\n  Text: c {{d}} {{c3::e}}",
        "id: b\ntype: drill\nfields: {Prompt: 'a {{b}}', Reply: c}",
        "id: c\ntype: none\nfields: {Text: 'a {{b}}'}",
        "id: d\nquestion: a {{b}}\nanswer: c {{d}}",
    )
    deck = write_deck(tmp_path / "knots", NOTE_TYPES | rhyme | {"notes.yaml": notes_yaml(*notes)})
    ((fix,), _) = fix_deck(deck)
    numbered = notes[0].replace("{{second}}", "{{c4::second}}").replace("{{d}}", "{{c5::d}}")
    assert fix.after == notes_yaml(numbered, *notes[1:])


def test_numbers_that_were_released_are_never_given_again(author: Author) -> None:
    """A gap that was dropped keeps its number for ever: the next one is higher."""
    author.notes(cloze("a", "'{{c1::x}} {{c2::y}} {{c5::z}}'"), cloze("b", "'{{c9::x}}'"))
    author.release(FIRST)
    author.notes(cloze("a", "'{{c1::x}} {{new}}'"), cloze("b", "'{{c9::x}}'"))
    write_fixes(author.deck)
    assert "cloze: '{{c1::x}} {{c6::new}}'" in (author.deck / "notes.yaml").read_text(encoding="utf-8")


# blanks


@pytest.mark.parametrize(("before", "after"), BLANKS.values(), ids=BLANKS)
def test_blanks_at_the_ends_of_lines(before: str, after: str, tmp_path: Path) -> None:
    """They go where they mean nothing; what cards show stays the same to the last character."""
    deck = write_deck(tmp_path / "decks" / "knots", {"notes.yaml": before})
    compiled, problems = compile_deck(deck)
    assert problems == ()
    assert fixed(tmp_path, before) == after
    again, problems = compile_deck(deck)
    assert problems == ()
    assert compiled
    assert again
    assert again.notes == compiled.notes


def test_blanks_in_other_files(tmp_path: Path) -> None:
    """The deck's description and references keep what stands below `|`, which is not ours to read."""
    deck = "id: knots-7f3k2q  \nname: Knots\ntag: Knots \ndescription: |\n  one \n  two  \n"
    references = "references: \n  - id: a\n    type: book\n    title: |\n      one \n    issued: 1944 \n"
    folder = tmp_path / "decks" / "knots"
    fixed(tmp_path, notes_yaml(question("a")), deck=deck, references=references)
    assert (folder / "deck.yaml").read_bytes().decode() == deck.replace("2q  ", "2q").replace(
        "tag: Knots ", "tag: Knots"
    )
    assert (folder / "references.yaml").read_bytes().decode() == references.replace("s: ", "s:").replace(
        "1944 ", "1944"
    )


# the line for editors


def write_schemas(root: Path, *kinds: str) -> None:
    """Empty schema files beside the decks."""
    folder = root / "decks" / SCHEMAS_FOLDER
    folder.mkdir(parents=True)
    for kind in kinds:
        (folder / schema_file(kind)).write_text("{}", encoding="utf-8")


def test_the_line_for_editors(tmp_path: Path) -> None:
    """Every YAML file of the deck begins with the way to its schema, in the line ends and behind the mark it has."""
    write_schemas(tmp_path, *SCHEMAS)
    files = {
        "deck.yaml": "id: knots-7f3k2q\nname: Knots\ntag: Knots\n",
        "references.yaml": "---\nreferences: []\n",
        "notes.yaml": "\ufeff# ours\r\nnotes: []",
        "deeper/folder/notes.yml": "",
        "note_types/drill/note_type.yaml": "name: Drill\n",
    }
    deck = write_deck(tmp_path / "decks" / "knots", {**files, "note_types/ledger.yaml": "a: b  \n", "style.css": "a  "})
    assert write_fixes(deck)[1] == ()
    line = "# yaml-language-server: $schema="
    expected = {
        "deck.yaml": f"{line}../.schemas/deck.schema.json\n{files['deck.yaml']}",
        "references.yaml": f"{line}../.schemas/references.schema.json\n---\nreferences: []\n",
        "notes.yaml": f"\ufeff{line}../.schemas/notes.schema.json\r\n# ours\r\nnotes: []",
        "deeper/folder/notes.yml": f"{line}../../../.schemas/notes.schema.json\n",
        "note_types/drill/note_type.yaml": f"{line}../../../.schemas/note-type.schema.json\nname: Drill\n",
        "note_types/ledger.yaml": "a: b  \n",
        "style.css": "a  ",
    }
    assert {name: (deck / name).read_bytes().decode("utf-8") for name in expected} == expected
    assert fix_deck(deck) == ((), ())


@pytest.mark.parametrize("above", ["", "# ours\n\n", "%YAML 1.2\n---\n"])
def test_a_line_for_editors_that_is_there_stays(above: str, tmp_path: Path) -> None:
    """Whoever wrote another schema meant it, anywhere in the comments above the first key."""
    write_schemas(tmp_path, "notes")
    content = f"{above}#yaml-language-server : $schema=mine.json\n" + notes_yaml(question("a"))
    assert fixed(tmp_path, content) == content


def test_no_line_for_editors_without_a_schema(tmp_path: Path) -> None:
    """A line must not lead nowhere; one that is not in the comments on top is no such line."""
    content = notes_yaml(question("a")) + "# yaml-language-server: $schema=mine.json\n"
    assert fixed(tmp_path, content) == content
    write_schemas(tmp_path, "deck")
    assert fixed(tmp_path, content) == content
    (tmp_path / "decks" / SCHEMAS_FOLDER / schema_file("notes")).write_text("{}", encoding="utf-8")
    assert fixed(tmp_path, content) == f"# yaml-language-server: $schema=../.schemas/notes.schema.json\n{content}"


def test_the_line_for_editors_from_inside_the_deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way to the schema does not depend on where the command runs."""
    write_schemas(tmp_path, "notes")
    deck = write_deck(tmp_path / "decks" / "knots")
    monkeypatch.chdir(deck)
    ((fix,), _) = fix_deck(Path())
    assert fix.edits[0].text == "# yaml-language-server: $schema=../.schemas/notes.schema.json\n"


# what is left as it is


@pytest.mark.parametrize(
    ("content", "line", "rule"),
    [
        (b"notes:\n  - question: a: b  \n", 2, "unquoted-colon"),
        (b"notes:\n  - question: a  \n  - cloze: {{b}}\n", 3, "unquoted-braces"),
        (b"notes:\n  - question: &a b  \n", 2, "yaml-anchor"),
        (b"notes:\n  - question: !a b  \n", 2, "yaml-tag"),
        (b"notes:\n  - question: a  \n---\nnotes: []\n", 3, "second-document"),
        (b"notes:\n  - question: a  \n    question: b\n", 3, "duplicate-key"),
        (b"notes:\n  - question: a\r  \n", 2, "control-character"),
        (b"notes:\n  - question: \xff  \n", 2, "not-utf-8"),
    ],
)
def test_a_file_with_a_mistake_is_left_as_it_is(content: bytes, line: int, rule: str, tmp_path: Path) -> None:
    """What cannot be read to its end is not touched, and that is said at the mistake; other files are put right."""
    other = "notes:\n  - {question: a, answer: b}\n"
    deck = write_deck(tmp_path / "knots", {"notes.yaml": content, "other.yaml": other})
    fixes, (told,) = write_fixes(deck)
    assert [fix.path.name for fix in fixes] == ["other.yaml"]
    assert (deck / "notes.yaml").read_bytes() == content
    assert (told.path, told.line, told.rule) == (deck / "notes.yaml", line, rule)
    assert told.hint.endswith("; until then the file is left as it is")


def test_links_that_lead_outside(tmp_path: Path) -> None:
    """Nothing outside the deck is changed; a link to a file of the deck is put right once, and stays a link."""
    outside = tmp_path / "outside.yaml"
    outside.write_text("notes:\n  - {question: a, answer: b}\n", encoding="utf-8")
    hidden = {".kept/real.yaml": "notes:\n  - {question: c, answer: d}\n", ".kept/ledger.txt": "a  \n"}
    deck = write_deck(tmp_path / "knots", {"notes.yaml": "notes:\n  - {question: e, answer: f}\n", **hidden})
    link(deck / "away.yaml", outside)
    link(deck / "again.yaml", "notes.yaml")
    link(deck / "here.yaml", ".kept/real.yaml")
    link(deck / "text.yaml", ".kept/ledger.txt")
    link(deck / "round.yaml", "round.yaml")
    fixes, told = write_fixes(deck)
    assert [(fix.path.name, fix.real.name) for fix in fixes] == [
        ("here.yaml", "real.yaml"),
        ("notes.yaml", "notes.yaml"),
    ]
    rules = [(one.path.name, one.rule) for one in told]
    assert rules == [("away.yaml", "outside-deck"), ("round.yaml", "unreadable-file"), ("text.yaml", "linked-file")]
    assert outside.read_text(encoding="utf-8") == "notes:\n  - {question: a, answer: b}\n"
    assert (deck / ".kept" / "ledger.txt").read_text(encoding="utf-8") == "a  \n"
    assert (deck / "here.yaml").is_symlink()
    assert (deck / "again.yaml").is_symlink()
    assert (deck / ".kept" / "real.yaml").read_text(encoding="utf-8") == "notes:\n  - {id: c, question: c, answer: d}\n"


def test_only_the_files_that_are_asked_for(tmp_path: Path) -> None:
    """Other files are read for their ids and neither changed nor told of."""
    note = "notes:\n  - {question: a, answer: b}\n"
    others = {"loops/a.yaml": note, "b.yaml": note, "broken.yaml": "notes: [{id: a}, {"}
    deck = write_deck(tmp_path / "knots", {"notes.yaml": note, **others})
    fixes, told = fix_deck(deck, [deck / "loops", deck / "notes.yaml"])
    assert [(fix.path.name, fix.edits[0].message) for fix in fixes] == [
        ("a.yaml", "adds id: a-2"),
        ("notes.yaml", "adds id: a-3"),
    ]
    assert told == ()


def test_edits_that_would_change_more_are_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The net below all of this: a file that would read otherwise than meant is left, and that is told."""
    deck = write_deck(tmp_path / "knots", {"notes.yaml": "notes:\n  - question: a\n    answer: b\n"})
    monkeypatch.setattr("builder.fix.ids.proposed_id", lambda _: "a: b")
    fixes, (told,) = write_fixes(deck)
    assert fixes == ()
    assert (deck / "notes.yaml").read_text(encoding="utf-8") == "notes:\n  - question: a\n    answer: b\n"
    assert (told.rule, told.line, told.column) == ("unfixable-file", 1, 1)
    assert told.message == "this file is left as it is, because more would change than what is missing"


# on the disk


def test_what_is_written(tmp_path: Path) -> None:
    """The files hold what was announced, with the permissions they had, and nothing is left over."""
    deck = write_deck(tmp_path / "knots", {"notes.yaml": "notes:\n  - {question: a, answer: b}\n"})
    (deck / "sub").mkdir()
    (deck / "sub" / "more.yaml").write_bytes(b"notes:\r\n  - {question: a, answer: b}\r\n")
    (deck / "sub" / "more.yaml").chmod(0o640)
    before = {path.name for path in deck.rglob("*")}
    mode = stat.S_IMODE((deck / "sub" / "more.yaml").stat().st_mode)
    announced = fix_deck(deck)
    assert {path.name for path in deck.rglob("*")} == before
    assert write_fixes(deck) == announced
    assert [fix.real.read_bytes() for fix in announced[0]] == [
        b"notes:\n  - {id: a, question: a, answer: b}\n",
        b"notes:\r\n  - {id: a-2, question: a, answer: b}\r\n",
    ]
    assert stat.S_IMODE((deck / "sub" / "more.yaml").stat().st_mode) == mode
    assert {path.name for path in deck.rglob("*")} - before == {".deckbuilder", ".gitignore", "lock"}


def test_a_file_saved_meanwhile_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that saves between reading and writing wins, and that is told; the other files are written."""
    note = "notes:\n  - {question: a, answer: b}\n"
    deck = write_deck(tmp_path / "knots", {"notes.yaml": note, "other.yaml": note})

    def fix_and_save(*arguments: Any) -> Fixes:
        found = fix_deck(*arguments)
        (deck / "notes.yaml").write_text("notes: []\n", encoding="utf-8")
        return found

    monkeypatch.setattr("builder.fix.write.fix_deck", fix_and_save)
    fixes, (told,) = write_fixes(deck)
    assert [fix.path.name for fix in fixes] == ["other.yaml"]
    assert (deck / "notes.yaml").read_text(encoding="utf-8") == "notes: []\n"
    assert (told.path.name, told.rule, told.message) == (
        "notes.yaml",
        "saved-meanwhile",
        "this file was saved while it was being fixed",
    )


def prepared(root: Path) -> Path:
    """A folder with a deck of three files to be put right."""
    files = {f"{name}.yaml": notes_yaml("question: Which  \nanswer: It") for name in ("a", "b", "sub/c")}
    write_deck(root / "decks" / "knots", files, media=False)
    return root


RUN = """
import json, sys
from pathlib import Path
from builder.fix.write import write_fixes
from tests.releases import killing
killing.RUNS["fix"] = lambda root: write_fixes(root / "decks" / "knots")
print(json.dumps(getattr(killing, sys.argv[1])("fix", Path(sys.argv[2]), Path(sys.argv[3]))))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="killing and racing need os.fork")
@pytest.mark.parametrize("what", ["kill", "race"])
def test_killed_and_at_once(what: str, tmp_path: Path) -> None:
    """Killed at any moment, a run leaves whole files and the next one ends its work; runs at once follow each other."""
    (scratch := tmp_path / "scratch").mkdir()
    command = [sys.executable, "-c", RUN, what, str(prepared(tmp_path / "prepared")), str(scratch)]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["found"] == [], result.stderr
    assert what == "race" or found["kills"] > 20


# shown


def test_the_list_and_the_diff(tmp_path: Path) -> None:
    """Each edit with its line in the file as it is now; and the lines that change with three around them, as in git."""
    write_schemas(tmp_path, "notes")
    content = (
        "# 1\n# 2\n# 3\n# 4\nnotes:\n  - question: Loop\n    answer: a \n    explanation: c\n    tags: [d]\n"
        "    audience: student\n    sources: [ashley-1944]\n    # 12\n    # 13\n  - id: b\n"
        "    cloze: It is {{b::c}}, {{d}}"
    )
    deck = write_deck(tmp_path / "decks" / "knots", {"notes.yaml": content})
    fixes, _ = fix_deck(deck)
    path = "decks/knots/notes.yaml"
    assert as_list(fixes, tmp_path).splitlines() == [
        f"{path}:1: adds the line by which editors know the format",
        f"{path}:6: adds id: loop",
        f"{path}:7: removes blanks at the end of the line",
        f"{path}:15: numbers the gap `b`: c1",
        f"{path}:15: numbers the gap `d`: c2",
    ]
    assert as_diff(fixes, tmp_path) == (
        f"--- a/{path}\n+++ b/{path}\n"
        "@@ -1,10 +1,12 @@\n"
        "+# yaml-language-server: $schema=../.schemas/notes.schema.json\n"
        " # 1\n # 2\n # 3\n # 4\n notes:\n"
        "-  - question: Loop\n+  - id: loop\n+    question: Loop\n"
        "-    answer: a \n+    answer: a\n"
        "     explanation: c\n     tags: [d]\n     audience: student\n"
        "@@ -12,4 +14,4 @@\n"
        "     # 12\n     # 13\n   - id: b\n"
        "-    cloze: It is {{b::c}}, {{d}}\n\\ No newline at end of file\n"
        "+    cloze: It is {{c1::b::c}}, {{c2::d}}\n\\ No newline at end of file\n"
    )


def test_nothing_to_show(tmp_path: Path) -> None:
    """A deck in which nothing is missing has no list and no diff; an empty file has a diff from nothing."""
    deck = write_deck(tmp_path / "decks" / "knots")
    fixes, told = fix_deck(deck)
    assert (fixes, told, as_list(fixes, tmp_path), as_diff(fixes, tmp_path)) == ((), (), "", "")
    write_schemas(tmp_path, "references")
    (deck / "references.yaml").write_bytes(b"")
    lines = as_diff(fix_deck(deck)[0], tmp_path).splitlines()
    assert lines[2:] == [
        "@@ -0,0 +1,1 @@",
        "+# yaml-language-server: $schema=../.schemas/references.schema.json",
    ]
