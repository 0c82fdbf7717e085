"""The schemas for editors: all that our reader takes they take, and what is wrong in form they mark in its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from builder.render.citations import knows_style
from builder.source import csl, deck, forms, masks, note_type_file, notes, references
from builder.source.deck import read_deck
from builder.source.events import read_tree
from builder.source.notes import read_notes
from builder.source.references import read_references
from builder.source.schema import SCHEMAS, SCHEMAS_FOLDER, prose, schema, schema_file, schema_text
from builder.source.schema.shapes import up_to
from builder.starter import new_deck
from tests.decks import DECK_YAML, NOTE_TYPES, NOTES_YAML, REFERENCES_YAML, write_deck
from tests.editors import NoYamlError, complaints, document, kind_of, marked_lines, value
from tests.structure import EXCEPTIONS, STRUCTURAL, UNSEEN
from tests.test_bad_decks import CASES, expected
from tests.test_docs import FORMAT, README, fences

ROOT = Path(__file__).parents[1]
DECKS = (ROOT / "decks" / "sciatica", ROOT / "docs" / "gallery" / "decks" / "gallery")


# the schemas themselves


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    """Draft-07 allows it, every definition is used, and every one that is used is there."""
    Draft7Validator.check_schema(schema(name))
    used = {ref.removeprefix("#/definitions/") for ref in found_below(schema(name), "$ref")}
    assert used == schema(name).get("definitions", {}).keys()


@pytest.mark.parametrize("name", SCHEMAS)
def test_patterns_are_understood_everywhere(name: str) -> None:
    """Patterns compile, and have nothing that Python and JavaScript read differently."""
    text = schema(name)
    patterns = [
        *found_below(text, "pattern"),
        *(key for each in found_below(text, "patternProperties") for key in each),
    ]
    assert patterns
    for pattern in patterns:
        re.compile(pattern)
        assert not re.search(r"\\[wWdDbBAZpP]|\(\?[<P(i]", pattern), pattern
        assert pattern == r"\S" or (pattern.startswith("^") and pattern.endswith("$")), pattern


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_copy_is_the_schema(name: str) -> None:
    """What editors read beside the decks is what the program says today."""
    file = ROOT / "decks" / SCHEMAS_FOLDER / schema_file(name)
    assert file.read_bytes().decode("utf-8") == schema_text(name)


def found_below(node: Any, key: str) -> Iterator[Any]:
    """The values of a key anywhere in a schema, but for what is data in it."""
    for name, below in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if name == key and not (isinstance(below, dict) and "anyOf" in below):
            yield below
        if name not in ("defaultSnippets", "enum", "examples"):
            yield from found_below(below, key)


@pytest.mark.parametrize("number", [1, 7, 9, 10, 40, 99, 100, 499, 999])
def test_a_pattern_up_to_a_number(number: int) -> None:
    """The numbers from 1 to it, and no other."""
    fitting = [one for one in range(-1, 1200) if re.fullmatch(up_to(number), str(one))]
    assert fitting == [*range(1, number + 1)]
    assert not re.fullmatch(up_to(number), "01")


# what is right


def good_files() -> dict[str, tuple[str, str]]:
    """The kind and the text of every file that is right, by where it is from."""
    found = {
        path.relative_to(ROOT).as_posix(): (kind_of(path.relative_to(folder).as_posix()), path.read_text("utf-8"))
        for folder in DECKS
        for path in folder.rglob("*.y*ml")
    }
    for document_ in (FORMAT, README):
        for fence in fences(document_):
            if fence.language == "yaml" and fence.title.startswith("decks/"):
                found[f"{document_.name}: {fence.title}"] = kind_of(fence.title.split("/", 2)[2]), fence.content
    own = {"deck.yaml": DECK_YAML, "references.yaml": REFERENCES_YAML, "notes.yaml": NOTES_YAML} | NOTE_TYPES
    for name, text in own.items():
        if isinstance(text, str) and name.endswith(".yaml"):
            found[f"tests: {name}"] = kind_of(name), text
    return found


GOOD = good_files()


def test_there_are_good_files_of_every_kind() -> None:
    """The search has found decks, examples and our own."""
    assert {kind for kind, _ in GOOD.values()} == {*SCHEMAS}
    assert len(GOOD) >= 35


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_is_not_marked(name: str) -> None:
    """The schema has nothing against a file that our reader takes."""
    assert complaints(*GOOD[name]) == []


def test_a_new_deck_is_not_marked(tmp_path: Path) -> None:
    """Nor against the files that `deckbuilder new` writes."""
    files = [path for path in new_deck(tmp_path, "Zu Hause: 1", "7f3k2q") if path.suffix == ".yaml"]
    assert len(files) == 3
    for path in files:
        kind = kind_of(path.relative_to(tmp_path / "decks" / "zu-hause-1").as_posix())
        assert complaints(kind, path.read_text(encoding="utf-8")) == []


WRITTEN = (
    *(
        "no",
        "yes",
        "on",
        "true",
        "1:30",
        "2024-01-01",
        "1.10",
        "0x1F",
        "010",
        "1_000",
        "1e3",
        ".5",
        "+1",
        ".inf",
        "NaN",
    ),
    *("=", "2026-11-01T10:00:00Z", "12:30:45", "0.1", "-1", "5%", "a:b", "a#b", "'C:'", "1885", "https://x.org"),
)


@pytest.mark.parametrize("written", WRITTEN)
def test_a_text_may_look_like_something_else(written: str) -> None:
    """Numbers, dates and truth values are texts, wherever one is written."""
    note = f"{{id: a, question: {written}, choices: [{written}, {{text: {written}}}], answer: {written}}}"
    own = f"{{id: b, type: {written}, fields: {{Front: {written}}}}}"
    assert complaints("notes", f"tags: [{written}]\nnotes: [{note}, {own}]") == []
    assert (
        complaints("references", f"references: [{{id: {written}, type: book, title: {written}, issued: 1885}}]") == []
    )


@pytest.mark.parametrize("written", ["null", "~", "Null"])
def test_where_editors_and_our_reader_differ(written: str) -> None:
    """A text that is YAML's nothing is marked although our reader takes it: an editor cannot tell it from no text."""
    assert complaints("notes", f"notes: [{{id: a, question: x, answer: {written}}}]") != []


# what is wrong


FILES = {
    f"{name}: {file}": (kind_of(file), content.decode("utf-8"))
    for name, files in CASES.items()
    for file, content in files.items()
    if kind_of(file) and content.decode("utf-8", "ignore").encode("utf-8") == content
}


def told(case: str) -> set[tuple[int, str]]:
    """Lines and rules of what a case expects in one of its files."""
    name, file = case.split(": ")
    places = [place for other, content in CASES[name].items() for place in expected(other, content)]
    return {(line, rule) for where, line, _, rule in places if where == file}


def test_every_rule_is_either_structural_or_not() -> None:
    """What a bad case shows is either in the schema or named as what a schema cannot know, and no name is stale."""
    seen: dict[str, set[str]] = {kind: set() for kind in SCHEMAS}
    for case, (kind, _) in FILES.items():
        seen[kind] |= {rule for _, rule in told(case)}
    unseen = {rule for rules in UNSEEN.values() for rule in rules}
    assert {kind: rules - STRUCTURAL[kind] - unseen for kind, rules in seen.items()} == {
        kind: set() for kind in SCHEMAS
    }
    assert unseen - set().union(*seen.values()) == set()
    assert sum(map(len, UNSEEN.values())) == len(unseen)
    assert EXCEPTIONS.keys() <= FILES.keys()


@pytest.mark.parametrize("case", FILES)
def test_what_is_wrong_in_form_is_marked_in_its_line(case: str) -> None:
    """Every structural mistake is in a line that editors mark; a file without one is not marked at all."""
    kind, text = FILES[case]
    try:
        marked = marked_lines(kind, text)
    except NoYamlError:
        return  # what the editor says of it is not the schema's
    wrong = {line for line, rule in told(case) if rule in STRUCTURAL[kind]}
    unmarked, _reason = EXCEPTIONS.get(case, (set(), ""))
    assert wrong - marked == unmarked
    is_whole = read_tree(text.removeprefix("\ufeff").replace("\r\n", "\n"), Path("x.yaml"))[0].whole
    assert wrong or not marked or not is_whole


# what is said of the keys


def spoken_of() -> dict[str, dict[str, set[str]]]:
    """The keys that the readers know, by kind of file and by what they belong to."""
    date_keys = {*references.DATE_KEYS, *references.YEAR_MONTH_DAY}
    return {
        "deck": {"deck": {*deck.DECK_KEYS}},
        "notes": {
            "file": {*notes.FILE_KEYS},
            "note": {*notes.NOTE_KEYS},
            "choice": {*forms.CHOICE_KEYS},
            "source": {*notes.CITATION_KEYS},
            "picture": {*masks.PICTURE_KEYS, "mask"},
            "modes": {*masks.MODES},
        },
        "references": {"name": {*csl.NAME_PARTS}, "date": date_keys},
        "note-type": {"type": {*note_type_file.NOTE_TYPE_KEYS}, "template": {*note_type_file.TEMPLATE_KEYS}},
    }


def test_every_key_has_words_of_its_own() -> None:
    """What is said is said of a key that there is, and of each."""
    for kind, wanted in spoken_of().items():
        found = prose.sections(kind)
        assert {section: {*found[section]} for section in wanted} == wanted
    known = {"id", "type"} | csl.NAMES | csl.DATES | csl.TEXTS | csl.OTHERS
    assert prose.sections("references")["reference"].keys() <= known
    assert schema("references")["definitions"]["reference"]["properties"].keys() == known


def described(node: Any, key: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that an editor explains, with its schema."""
    if isinstance(node, dict):
        if "markdownDescription" in node:
            yield key, node
        for name, below in node.items():
            yield from described(below, name)
    elif isinstance(node, list):
        for below in node:
            yield from described(below)


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_said_is_plain_and_its_examples_are_right(name: str) -> None:
    """Descriptions are sentences without markup; an example of a key is something that its schema takes."""
    checked = 0
    for key, shape in described(schema(name)):
        plain = shape["description"]
        assert re.fullmatch(r"[^`*\n]+\.", plain), plain
        for example in re.findall(r"```yaml\n(.*?)```", shape["markdownDescription"], re.DOTALL):
            holds = value(document(example))
            if key in holds:
                here = {"definitions": schema(name).get("definitions", {}), "allOf": [shape]}
                assert [*Draft7Validator(here).iter_errors(holds[key])] == [], example
                checked += 1
    assert checked >= {"deck": 11, "notes": 20, "references": 12, "note-type": 3}[name]


def test_proposed_values_exist() -> None:
    """Languages and styles that editors propose are known."""
    properties = schema("deck")["properties"]
    assert "en" in properties["language"]["examples"]
    assert [style for style in properties["citation_style"]["examples"] if not knows_style(style)] == []


# what editors write


def filled_in(body: Any) -> Any:
    """A snippet as it is written when each place to fill in keeps what it proposes."""
    if isinstance(body, dict):
        return {filled_in(key): filled_in(below) for key, below in body.items()}
    if isinstance(body, list):
        return [filled_in(below) for below in body]
    return re.sub(r"\$\{\d+(?::([^{}]*)|\|([^,|]*)[^}]*)\}", lambda found: found[1] or found[2], body)


def as_yaml(body: Any, indent: str = "") -> str:
    """The lines that an editor writes for a snippet."""
    if isinstance(body, dict):
        return "".join(f"\n{indent}{key}:{as_yaml(below, indent + '  ')}" for key, below in body.items())
    if isinstance(body, list):
        return "".join(f"\n{indent}- {as_yaml(below, indent + '  ').lstrip()}" for below in body)
    return f" {body}"


SNIPPETS = [(kind, one) for kind in ("notes", "references") for one in prose.snippets(kind)]


@pytest.mark.parametrize(("kind", "snippet"), SNIPPETS, ids=[one["label"] for _, one in SNIPPETS])
def test_what_an_editor_writes_is_right(kind: str, snippet: dict[str, Any], tmp_path: Path) -> None:
    """A new note or reference has no mistake but what is still to be filled in."""
    text = as_yaml({kind: [filled_in(snippet["body"])]}).lstrip()
    assert complaints(kind, text) == []
    folder = write_deck(tmp_path, {f"{kind}.yaml": text})
    if kind == "references":
        assert read_references(folder)[1] == ()
        return
    knots, _ = read_deck(folder)
    assert knots
    assert read_notes(folder / "notes.yaml", knots, None, frozenset({"folder-in-note_types"})).diagnostics == ()


def test_a_snippet_has_each_kind_of_note_and_common_reference() -> None:
    """Questions, choices, gaps, pictures and own types; articles, books, chapters, reports, theses and pages."""
    bodies = [one["body"] for _, one in SNIPPETS]
    for key in ("question", "choices", "cloze", "occlusion", "fields"):
        assert any(key in body for body in bodies), key
    types = {body["type"] for body in bodies if "title" in body}
    assert types == {"article-journal", "book", "chapter", "report", "thesis", "webpage"}
