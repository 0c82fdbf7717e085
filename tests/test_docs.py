"""The documentation against the program: what it names exists, what exists is named, and its examples run."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest
import typer.main
import yaml
from PIL import Image

from builder.cli.app import app
from builder.compiler.deck import CompiledDeck, compile_deck
from builder.core.diagnostics import Diagnostic
from builder.core.note_types import MADE_FIELDS
from builder.guards import COSTS
from builder.lint.registry import RULES
from builder.render import (
    citations,
    media,
    occlusion,
    pictures,
    protect,
    sanitize,
    template_html,
    templates,
    writer,
)
from builder.render.markdown import render_field
from builder.source import csl, deck, events, files, forms, masks, note_type_file, notes, words
from tests.decks import write_deck

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
FORMAT = ROOT / "docs" / "format.md"
RELEASING = ROOT / "docs" / "releasing.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DOCS = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("decks/**/*.md")})
COMMANDS = typer.main.get_command(app).commands
ITSELF = "`deckbuilder` itself"

_FENCE = re.compile(r"^```(\w+)(?: title=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(`+) ?(.+?) ?\1")
_STEP = re.compile(
    r"^<!-- (?P<how>write|append) -->\n\n```\w+ title=(?P<file>\S+)\n(?P<text>.*?)^```$"
    r"|^<!-- (?P<what>edit|run|delete) (?P<rest>.+?) -->$|^```console\n(?P<console>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_SIZE = re.compile(r" +[\d.]+ [kM]B\b")
_ANKI = re.compile(r"(?<=\bin Anki )\d[\d.]+")


def per_document(*paths: Path) -> pytest.MarkDecorator:
    """The test, once for each document."""
    return pytest.mark.parametrize("path", paths, ids=[path.relative_to(ROOT).as_posix() for path in paths])


@cache
def text_of(path: Path) -> str:
    """A document's text."""
    return path.read_text(encoding="utf-8")


class Fence(NamedTuple):
    """A fenced block: its language, its title ('' when it has none), its lines."""

    language: str
    title: str
    content: str


def fences(path: Path) -> list[Fence]:
    """The fenced blocks of a document, in order."""
    return [Fence(language, title, content) for language, title, content in _FENCE.findall(text_of(path))]


def prose(path: Path) -> str:
    """A document's text without its code."""
    return _SPAN.sub("", _FENCE.sub("", text_of(path)))


def code(path: Path) -> Iterator[str]:
    """The pieces of code in a document: lines of fenced blocks but YAML, and spans."""
    for fence in fences(path):
        yield from fence.content.splitlines() if fence.language != "yaml" else ()
    yield from (content for _, content in _SPAN.findall(_FENCE.sub("", text_of(path))))


def section(path: Path, heading: str) -> str:
    """The text under a heading, up to the next one of its level or above."""
    level = heading.split(" ", maxsplit=1)[0]
    _, found, rest = text_of(path).partition(f"\n{heading}\n")
    assert found, f"{path.name} has no heading `{heading}`"
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str, *header: str) -> list[list[str]]:
    """The rows of all tables in `text` whose header begins with these cells."""
    found: list[list[str]] = []
    wanted = False
    for line in text.splitlines():
        if not line.startswith("|"):
            wanted = False
            continue
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells[: len(header)] == list(header):
            wanted = True
        elif wanted and not set(cells[0]) <= {"-", ":"}:
            found.append(cells)
    assert found, f"no table begins with {header}"
    return found


def uncoded(cell: str) -> str:
    """What stands in a cell that is one piece of code."""
    match = _SPAN.fullmatch(cell)
    assert match, f"not one piece of code: {cell}"
    return match[2]


def compiled(folder: Path) -> tuple[CompiledDeck, tuple[Diagnostic, ...]]:
    """A deck and everything that is wrong in it."""
    result, diagnostics = compile_deck(folder)
    assert result
    return result, diagnostics


# commands


def options_of(name: str) -> set[str]:
    """The options of a command, or with '' of deckbuilder itself, as they are typed."""
    command = COMMANDS[name] if name else typer.main.get_command(app)
    named = (option for one in command.params for option in (*one.opts, *one.secondary_opts))
    return {option for option in named if option.startswith("--")} | {"--help"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_readme(name: str) -> None:
    """The README's table of commands has each."""
    documented = {uncoded(row[0]).split()[1] for row in rows(text_of(README), "Command")}
    assert name in documented


def test_the_readme_lists_every_option_of_every_command_and_no_other() -> None:
    """The README's table of options says which command has which."""
    documented = set()
    for cells in rows(text_of(README), "Option", "Of"):
        options = {content.split()[0] for _, content in _SPAN.findall(cells[0])}
        owners = [*COMMANDS, ""] if cells[1] == "all" else [""] if cells[1] == ITSELF else cells[1].split(", ")
        documented |= {(owner, option) for owner in owners for option in options}
    assert documented == {(name, option) for name in ("", *COMMANDS) for option in options_of(name)}


@per_document(*DOCS)
def test_every_command_in_the_docs_exists(path: Path) -> None:
    """A command that a reader may copy is one that deckbuilder has, with options that it has."""
    for piece in code(path):
        for match in re.finditer(r"(?<![\w/`.-])deckbuilder(?![\w.-])((?: +[^\s`]+)*)", piece):
            words = match[1].split()
            name = words[0] if words and not words[0].startswith("-") else ""
            assert not name or name in COMMANDS, piece
            assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options_of(name), piece


# the authoring format


def test_every_key_is_in_the_authoring_format() -> None:
    """Each key that the readers know has a row in a table of keys, and each row is a key that they know."""
    documented = {uncoded(row[0]) for row in rows(text_of(FORMAT), "Key", "Needed")}
    readers = (deck, notes, forms, note_type_file)
    known = {key for module in readers for name, keys in vars(module).items() if name.endswith("_KEYS") for key in keys}
    assert known <= documented
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "builder" / "source").glob("*.py"))
    assert [key for key in documented if f'"{key}"' not in sources] == []


EXAMPLES = {fence.title: fence.content for fence in fences(FORMAT) if fence.title}
NOTE_EXAMPLES = [title for title in EXAMPLES if re.fullmatch(r"decks/knots/\d\d-[a-z]+\.yaml", title)]


def photograph() -> bytes:
    """The picture that an example cuts boxes out of, as large as the example takes it for."""
    content = io.BytesIO()
    Image.new("RGB", (600, 400), "peru").save(content, "PNG")
    return content.getvalue()


def written(folder: Path, *titles: str) -> Path:
    """The deck of docs/format.md with these files of notes, and media as the examples name them."""
    wanted = {title: EXAMPLES[title] for title in (*EXAMPLES.keys() - set(NOTE_EXAMPLES), *titles)}
    texts = {title.removeprefix("decks/knots/"): text for title, text in wanted.items()}
    return write_deck(folder / "knots", {**texts, "media/hook.png": photograph()})


def test_every_yaml_example_says_which_file_it_is() -> None:
    """An example is a whole file, and there are some."""
    assert len(NOTE_EXAMPLES) >= 14
    assert all(title.startswith("decks/knots/") for title in EXAMPLES)
    assert len(EXAMPLES) == sum(fence.language in ("css", "html", "svg", "yaml") for fence in fences(FORMAT))


@pytest.mark.parametrize("title", NOTE_EXAMPLES)
def test_an_example_compiles(title: str, tmp_path: Path) -> None:
    """A file of notes from docs/format.md, alone with that page's deck.yaml and references.yaml, has no problem."""
    result, diagnostics = compiled(written(tmp_path, title))
    assert diagnostics == ()
    assert result.notes


def test_all_examples_together_are_a_deck(tmp_path: Path) -> None:
    """Who copies everything from docs/format.md has a deck without a problem."""
    result, diagnostics = compiled(written(tmp_path, *NOTE_EXAMPLES))
    assert diagnostics == ()
    assert {edition.name for edition in result.deck.editions} == {"student", "instructor"}


def note_with(line: str) -> dict[str, str | bytes]:
    """A file of notes with one note that has this line."""
    question = "" if line.startswith("cloze:") else "    question: Which?\n"
    return {"notes.yaml": f"notes:\n  - id: one\n{question}    {line}\n"}


@pytest.mark.parametrize("cells", rows(text_of(FORMAT), "Refused", "Rule", "Write"), ids=lambda cells: cells[0])
def test_quoting_rules_are_as_described(cells: list[str], tmp_path: Path) -> None:
    """What the table of quoting calls refused is refused by that rule, and what it says to write is not."""
    refused, rule, better = map(uncoded, cells)
    _, diagnostics = compiled(write_deck(tmp_path / "refused", note_with(refused)))
    assert [f"[{diagnostic.rule}]" for diagnostic in diagnostics] == [rule]
    _, diagnostics = compiled(write_deck(tmp_path / "better", note_with(better)))
    assert diagnostics == ()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("answer: knot # 1010", "knot"),
        ('answer: "knot # 1010"', "knot # 1010"),
        ("answer: C#", "C#"),
        ("answer: knot # allow missing-source: common knowledge", "knot"),
    ],
)
def test_a_comment_cuts_a_text_unless_quoted(line: str, shown: str, tmp_path: Path) -> None:
    """What docs/format.md says about ` #` is so."""
    result, diagnostics = compiled(write_deck(tmp_path, note_with(line)))
    warned = ["comment-after-text"] if "# 1010" in line and '"' not in line else []
    assert (result.notes[0].fields[1], [diagnostic.rule for diagnostic in diagnostics]) == (shown, warned)


@pytest.mark.parametrize("cells", rows(text_of(FORMAT), "You write", "It is"), ids=lambda cells: cells[0])
def test_the_dollar_rule_is_as_described(cells: list[str], tmp_path: Path) -> None:
    """Each text of the table of dollars is maths, or is not, as the table says."""
    field = render_field(uncoded(cells[0]), media.MediaFolder(tmp_path))
    assert ("maths" if r"\(" in field.html else "text") == cells[1]


def test_the_list_of_allowed_html_is_the_sanitisers() -> None:
    """Tags and attributes in docs/format.md are those of `render/sanitize.py`."""
    text = section(FORMAT, "### HTML")
    tags = text.partition("These tags are allowed:")[2].partition("with these attributes")[0]
    assert {content for _, content in _SPAN.findall(tags)} == sanitize.TAGS
    attributes = {row[0].strip("`"): {each for _, each in _SPAN.findall(row[1])} for row in rows(text, "Tag")}
    everywhere = attributes.pop("every tag")
    assert {tag: attributes.get(tag, set()) | everywhere for tag in sanitize.TAGS} == sanitize._ALLOWED


def test_the_kinds_of_media_are_the_programs() -> None:
    """Pictures and sounds in docs/format.md are those of `render/media.py`."""
    kinds = {
        row[0]: {f".{each}" for _, each in _SPAN.findall(row[1])}
        for row in rows(text_of(FORMAT), "What", "Kinds of files")
    }
    assert kinds == {"Pictures": media.PICTURES, "Sounds and films": media.SOUNDS}


def spans(text: str) -> set[str]:
    """The pieces of code in a text."""
    return {content for _, content in _SPAN.findall(text)}


def between(text: str, before: str, after: str) -> str:
    """What stands between two texts, each of which is there once."""
    assert text.count(before) == 1, before
    rest = text.partition(before)[2]
    assert after in rest, after
    return rest.partition(after)[0]


@pytest.mark.parametrize("cells", rows(text_of(FORMAT), "You write", "It hides"), ids=lambda cells: cells[0])
def test_a_mask_is_written_as_described(cells: list[str], tmp_path: Path) -> None:
    """Each way of writing a mask of the table hides, in the picture of docs/format.md, as many shapes as it says."""
    mask = uncoded(cells[0])
    lines = "notes:\n  - id: one\n    occlusion:\n      image: media/rope.svg\n      alt: A rope\n      masks:\n"
    picture = EXAMPLES["decks/knots/media/rope.svg"]
    folder = write_deck(tmp_path, {"notes.yaml": f"{lines}        {mask}\n", "media/rope.svg": picture})
    result, diagnostics = compiled(folder)
    assert diagnostics == ()
    (note,) = result.notes
    number = 4 if "group" in cells[1] else 2 if "several" in cells[1] or "together" in cells[1] else 1
    assert note.fields[0].count("{{c1::image-occlusion:") == number
    assert note.cards == (1,)


def test_a_mask_that_is_just_large_enough(tmp_path: Path) -> None:
    """The sizes that docs/format.md names for pictures 400 and 1200 wide are the smallest that are taken."""
    text = re.sub(r"\s+", " ", section(FORMAT, "### Pictures with masks"))
    found = re.search(r"In a picture (\d+) wide that is (\d+) units, in one (\d+) wide (\d+)\.", text)
    assert found
    for width, least in (map(int, found.groups()[:2]), map(int, found.groups()[2:])):
        path = tmp_path / f"{width}.png"
        Image.new("RGB", (width, width // 2)).save(path)
        picture = pictures.Picture(path)
        occlusion._fitting(picture.box((0, 0, least, least)), picture, "")
        with pytest.raises(pictures.PictureError, match="too small"):
            occlusion._fitting(picture.box((0, 0, least - 1, least)), picture, "")


def test_what_a_reference_may_say_is_csl() -> None:
    """Types, names, dates and texts in docs/format.md are those that `source/csl.py` knows."""
    text = section(FORMAT, "## references.yaml")
    assert spans(between(text, "All types are those of CSL 1.0.2:", "All who have")) == csl.TYPES
    assert spans(between(text, "lists of names, as `author` is:", "A name has these parts:")) == csl.NAMES
    assert spans(between(text, "A name has these parts:", "All dates:")) == csl.NAME_PARTS
    assert spans(between(text, "All dates:", "All other keys are texts:")) == csl.DATES
    assert spans(between(text, "All other keys are texts:", "are passed over")) == csl.TEXTS | csl.OTHERS
    kinds = rows(text, "What it is", "`type`")
    assert {uncoded(cells[1]) for cells in kinds} <= csl.TYPES
    assert set().union(*(spans(cells[2]) for cells in kinds)) <= csl.TEXTS | csl.NAMES | csl.DATES


@pytest.mark.parametrize(
    "cells", rows(text_of(FORMAT), "`citation_style`", "The book above in full"), ids=lambda cells: cells[0]
)
def test_a_citation_style_gives_what_is_shown(cells: list[str], tmp_path: Path) -> None:
    """The book of docs/format.md is written in each style as the table says."""
    title = "decks/knots/deck.yaml"
    (before,) = re.findall(r"^citation_style: .+$", EXAMPLES[title], re.MULTILINE)
    folder = written(tmp_path, "decks/knots/01-loops.yaml")
    style = EXAMPLES[title].replace(before, f"citation_style: {uncoded(cells[0])}")
    (folder / "deck.yaml").write_text(style, encoding="utf-8")
    result, diagnostics = compiled(folder)
    assert diagnostics == ()
    full = re.sub(r"\*(.+?)\*", r"<i>\1</i>", cells[1])
    assert f'<ol class="db-references-list"><li>{full}</li></ol>' in result.notes[0].fields


def test_the_default_citation_style_is_the_programs() -> None:
    """The style that is taken when `deck.yaml` names none."""
    (row,) = (row for row in rows(text_of(FORMAT), "Key", "Needed") if row[0] == "`citation_style`")
    assert row[2].endswith(f"`{citations.DEFAULT_STYLE}` when left out.")


def test_the_fields_that_are_filled_are_the_programs() -> None:
    """docs/format.md lists the fields of own note types that deckbuilder fills."""
    assert {uncoded(row[0]) for row in rows(text_of(FORMAT), "Field")} == {*MADE_FIELDS}


def test_what_a_template_may_hold_is_the_programs() -> None:
    """Filters, tags and attributes of templates in docs/format.md are those of the program."""
    filters = between(section(FORMAT, "### Speech, hints and typing"), "one of Anki's filters:", "\n\n")
    assert spans(filters) == {*templates.FILTERS}
    text = section(FORMAT, "### What is checked")
    tags = between(text, "The tags are those of", "The attributes are")
    assert (sanitize.TAGS - {"img"}) | spans(tags) - {"img"} == template_html.TAGS
    assert spans(between(text, "The attributes are", "Pictures come")) == template_html.ATTRIBUTES | {"aria-"}


def test_the_tokens_are_those_of_the_styling() -> None:
    """Every token of `note_types/style.css` is in docs/format.md, and no other."""
    css = (ROOT / "builder" / "note_types" / "style.css").read_text(encoding="utf-8")
    documented = set().union(*(spans(row[0]) for row in rows(text_of(FORMAT), "Token")))
    by_day = css.partition("\n.card {\n")[2].partition("\n}\n")[0]
    assert documented == set(re.findall(r"^  (--[a-z-]+):", by_day, re.MULTILINE))


def test_the_languages_are_the_programs() -> None:
    """docs/format.md lists the languages that there are words in, and how many words a language has."""
    assert {uncoded(row[0]) for row in rows(text_of(FORMAT), "Code", "Language")} == {*words.languages()}
    assert len(words.words("en")) == 13
    assert "one file of thirteen words" in re.sub(r"\s+", " ", section(FORMAT, "## Languages"))
    assert words.words("de-AT") == words.words("de") != words.words("en") == words.words("pt-BR")


def test_the_limits_are_the_programs() -> None:
    """Limits in docs/format.md are those of the code."""
    assert dict(rows(text_of(FORMAT), "What", "At most")) == {
        "a file": f"{files.MAX_FILE // 1024**2} MB",
        "one text": f"{events.MAX_TEXT:,} characters",
        "nesting": f"{events.MAX_DEPTH} levels",
        "an id": "100 characters",
        "a gap's or a mask's number": str(protect.MAX_CLOZE),
        "choices of a question": str(forms.MAX_CHOICES),
        "a picture with masks": f"{pictures.MAX_PICTURE // 1024**2} MB",
        "gaps inside each other": str(protect.MAX_NESTED),
        "tags of HTML that are open at once": str(writer.MAX_OPEN),
    }
    assert protect.MAX_CLOZE == masks.MAX_MASK
    wide, high = occlusion._PHONE
    assert dict(rows(text_of(FORMAT), "What", "At least")) == {
        "choices of a question": "2",
        f"a mask, on a phone of {wide} by {high} pixels": f"{occlusion._FINGER} by {occlusion._FINGER} pixels",
    }


# what runs


def run(command: str, folder: Path) -> tuple[int, str]:
    """A `deckbuilder` command's exit code and everything it prints."""
    words = shlex.split(command)
    assert words[0] == "deckbuilder"
    done = subprocess.run(
        [sys.executable, "-m", "builder", *words[1:]],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        check=False,
    )
    return done.returncode, done.stdout


def normal(output: str) -> str:
    """Output without what may differ: the sizes of packages, Anki's version, and blanks at the ends of lines."""
    shown = _ANKI.sub("VERSION", _SIZE.sub(" SIZE", output))
    return "\n".join(line.rstrip() for line in shown.strip().splitlines())


def edit(step: str, folder: Path) -> None:
    """Carries out an edit that the reader is told to make: `path: "before" -> "after"`."""
    name, _, change = step.partition(": ")
    before, after = map(json.loads, change.split(" -> "))
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{name} has {text.count(before)} times: {before}"
    path.write_text(text.replace(before, after), encoding="utf-8", newline="\n")


def put(path: Path, text: str, mode: str) -> None:
    """Writes a block that the reader is told to save as a file, or to add to one."""
    assert mode == "w" or path.exists(), path
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode, encoding="utf-8", newline="\n") as file:
        file.write(text)


@per_document(*[path for path in DOCS if "```console" in text_of(path)])
def test_transcripts_are_what_really_happens(path: Path, tmp_path: Path) -> None:
    """Each `$` command of a document, run in one fresh folder with the edits between them, prints what is shown."""
    commands = 0
    for step in _STEP.finditer(text_of(path)):
        if step["how"]:
            put(tmp_path / step["file"], step["text"], "a" if step["how"] == "append" else "w")
        elif step["what"] == "edit":
            edit(step["rest"], tmp_path)
        elif step["what"] == "delete":
            gone = tmp_path / step["rest"]
            shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
        elif step["what"] == "run":
            assert run(step["rest"], tmp_path)[0] == 0
        else:
            for shown in re.split(r"^\$ ", step["console"], flags=re.MULTILINE)[1:]:
                command, _, expected = shown.partition("\n")
                exit_code, output = run(command, tmp_path)
                assert normal(output) == normal(expected), command
                assert exit_code == (1 if ": error: " in expected else 0), command
                commands += 1
    assert commands


def test_the_ten_line_deck_builds(tmp_path: Path) -> None:
    """The README's first deck has ten lines and makes what it says: two notes and three cards in one package."""
    blocks = [fence for fence in fences(README) if fence.title.startswith("decks/rivers/")]
    assert sum(len(fence.content.splitlines()) for fence in blocks) == 10
    for fence in blocks:
        path = tmp_path / fence.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fence.content, encoding="utf-8", newline="\n")
    exit_code, output = run("deckbuilder build", tmp_path)
    assert exit_code == 0
    assert re.search(r"dist/rivers-draft\.apkg +2 notes +3 cards ", output)
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["rivers-draft.apkg"]


# the inside


@cache
def project() -> dict[str, dict]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("cost", COSTS)
def test_every_cost_has_its_section(cost: str) -> None:
    """docs/releasing.md says what students would lose and how to allow it by name."""
    assert f"`--allow {cost}" in section(RELEASING, f"### {cost}")


def test_no_cost_is_described_that_does_not_exist() -> None:
    """The sections under `The costs` are the costs."""
    assert tuple(re.findall(r"^### (.+)$", section(RELEASING, "## The costs"), re.MULTILINE)) == COSTS


def test_the_layers_are_those_of_import_linter() -> None:
    """docs/architecture.md lists the layers as pyproject.toml does, in their order."""
    shown = _FENCE.search(section(ARCHITECTURE, "## Layers"))
    assert shown
    contracts = project()["tool"]["importlinter"]["contracts"]
    assert shown[3].splitlines() == next(contract["layers"] for contract in contracts if contract["type"] == "layers")


def test_every_module_has_a_line() -> None:
    """docs/architecture.md has a row for each module with code in it, or for its family, and no other."""
    package = ROOT / "builder"
    modules = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(not isinstance(part, ast.Expr | ast.Assign) for part in ast.parse(path.read_bytes()).body)
    }
    documented = {uncoded(row[0]) for row in rows(text_of(ARCHITECTURE), "Module")}
    families = {row for row in documented if "*" in row}
    assert documented - families <= modules
    alone = {module for module in modules - documented if not any(map(PurePosixPath(module).match, families))}
    assert alone == set()
    assert all(any(PurePosixPath(module).match(family) for module in modules) for family in families)


def test_every_dependency_has_its_reason() -> None:
    """docs/architecture.md has a row for each dependency, of the program and of its tests, and no other."""
    wanted = [
        *project()["project"]["dependencies"],
        *(each for group in project()["project"]["optional-dependencies"].values() for each in group),
        *(each for group in project()["dependency-groups"].values() for each in group),
    ]
    names = {re.split(r"[^\w.-]", requirement, maxsplit=1)[0] for requirement in wanted}
    assert {row[0] for row in rows(text_of(ARCHITECTURE), "Dependency")} == names


@cache
def rules() -> re.Pattern[str]:
    """What can be the id of a rule: the kebab-case texts of the program, f-strings among them."""
    found = set()
    for path in (ROOT / "builder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(re.escape(node.value))
            elif isinstance(node, ast.JoinedStr):
                found.add("".join(re.escape(p.value) if isinstance(p, ast.Constant) else "[a-z]+" for p in node.values))
    found.update(re.escape(rule.name) for rule in RULES)
    return re.compile("|".join(rule for rule in found if re.fullmatch(r"[a-z]+(?:(?:\\-|\[a-z\]\+)[a-z]*)+", rule)))


@per_document(*DOCS)
def test_every_rule_in_the_docs_exists(path: Path) -> None:
    """What stands in brackets like a rule's id is the id of a rule."""
    mentioned = {rule for piece in code(path) for rule in re.findall(r"\[([a-z]+(?:-[a-z0-9]+)+)\]", piece)}
    assert [rule for rule in sorted(mentioned) if not rules().fullmatch(rule)] == []


def test_contributors_run_what_ci_runs() -> None:
    """Every step of `.ci/run` is in CONTRIBUTING.md."""
    steps = re.findall(r"^uv run .+$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(steps) >= 5
    assert [step for step in steps if f"python -m {step}\n" not in text_of(CONTRIBUTING)] == []


def test_the_hooks_for_pre_commit_run_commands_that_there_are() -> None:
    """Each hook is a command of ours, and the README's example names one of them with options that it has."""
    hooks = {one["id"]: one for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    for hook in hooks.values():
        program, name = hook["entry"].split()
        assert (program, hook["language"], hook["pass_filenames"]) == ("deckbuilder", "python", False)
        assert name in COMMANDS
    (shown,) = (fence for fence in fences(README) if fence.title == ".pre-commit-config.yaml")
    for wanted in yaml.safe_load(shown.content)["repos"][0]["hooks"]:
        assert set(wanted["args"]) <= options_of(hooks[wanted["id"]]["entry"].split()[1])


# every document


def anchors(path: Path) -> set[str]:
    """The anchors that a document's headings get."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@per_document(*DOCS)
def test_links_within_the_project_lead_somewhere(path: Path) -> None:
    """Relative links name files that are there, and headings in them."""
    for address in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", prose(path)):
        name, _, anchor = address.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), address
        assert not anchor or anchor in anchors(target), address


@per_document(*DOCS)
def test_a_document_names_no_machine_and_no_foreign_host(path: Path) -> None:
    """Links lead to few places, paths are relative, and every document named is one that is there."""
    text = text_of(path)
    assert set(re.findall(r"https?://([\w.-]+)", text)) <= {"creativecommons.org", "example.org", "www.w3.org"}
    assert re.findall(r"(?<![\w.:/*<])/(?:[\w.-]+/)+|\b[A-Z]:\\", re.sub(r"https?://\S+", "", text)) == []
    assert set(re.findall(r"(?<![\w.-])[\w-]+\.md\b", text)) <= {document.name for document in DOCS}


def test_licences_are_named_where_they_apply() -> None:
    """MIT for the program, CC BY 4.0 for the sciatica deck."""
    assert project()["project"]["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
    result, _ = compiled(ROOT / "decks" / "sciatica")
    assert result.deck.license == "CC-BY-4.0"
    assert "https://creativecommons.org/licenses/by/4.0/" in text_of(ROOT / "decks" / "sciatica" / "LICENSE.md")
