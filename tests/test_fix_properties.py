"""Random files of notes, written in all the ways that YAML knows, put right: nothing but what was missing changes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.compiler.deck import CompiledDeck, compile_deck
from builder.core.diagnostics import in_source_order
from builder.fix.deck import fix_deck
from builder.fix.edits import FileFix
from builder.fix.shown import as_diff
from builder.fix.write import write_fixes
from tests.decks import write_deck
from tests.test_fix import patched
from tests.test_never_crashes import _YAML

WORDS = st.sampled_from(["Knot", "rope", "é", "e\u0301", "中", "𝒳", "L5", "*b*", "`c`", "$x$", "it's", "a\\", '"q"'])
PARTINGS = st.sampled_from([" ", "  ", "\n", " \n", "  \n", "\n\n", "\n  \n", "\n- ", "\n    ", "\n```\n", "\t\n"])
GAPS = st.sampled_from(["{{Knot}}", "{{::rope}}", "{{c::L5::hint}}", "{{c3::é}}", "{{bend::hint}}", "{{a {{b}}}}"])
STYLES = st.sampled_from(["plain", "single", "double", "|", "|-", ">", ">+"])
DASHES = st.sampled_from(["  - ", "- ", "  -   ", "  -\n    ", "  - # why\n    ", "  -\n    # why\n    "])
LINE_ENDS = st.sampled_from(["", "", "", " ", "  ", "\t"])


def scalar(text: str, style: str, indentation: int) -> str:
    """A text as it may be written behind a key; plainly only where YAML allows it."""
    inside = "\n" + " " * indentation
    if style in ("|", "|-", ">", ">+"):
        return style + inside + text.strip().replace("\n", inside)
    if style == "single":
        return "'" + text.replace("'", "''").replace("\n", inside) + "'"
    return text if style == "plain" and re.fullmatch(r"\w[\w*$ ]*", text) else in_quotes(text)


def in_quotes(text: str) -> str:
    """A text in double quotes, in which there may be no tab."""
    return json.dumps(text.replace("\t", " "), ensure_ascii=False)


@st.composite
def notes(draw: st.DrawFn, number: int) -> str:
    """A note with or without an id, in lines of its own or in braces."""
    words = draw(st.lists(st.tuples(WORDS, PARTINGS), min_size=1, max_size=5))
    text = "".join(word + parting for word, parting in words)
    if draw(st.booleans()):
        keys = {"cloze": text + " ".join(draw(st.lists(GAPS, min_size=1, max_size=3)))}
    else:
        keys = {"question": text, "answer": draw(WORDS), "explanation": text}
    note_id = draw(st.sampled_from(["", "", f"n{number}", f"knot-{number}"]))
    if note_id:
        keys = {"id": note_id} | keys
    if draw(st.integers(0, 5)) == 0:
        return "  - {" + ", ".join(f"{key}: {in_quotes(text)}" for key, text in keys.items()) + "}"
    dash = draw(DASHES)
    column = len(dash.split("\n")[-1])
    styles = {key: "plain" if key == "id" else draw(STYLES) for key in keys}
    lines = (f"{key}: {scalar(text, styles[key], column + 2)}" for key, text in keys.items())
    return dash + ("\n" + " " * column).join(lines)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file of notes with blanks at the ends of lines, line ends of either kind, and perhaps a byte order mark."""
    indented = draw(st.booleans())
    written = [draw(notes(number)) for number in range(draw(st.integers(1, 4)))]
    if not indented:
        written = [re.sub("^  ", "", note, flags=re.MULTILINE) if note.startswith("  ") else note for note in written]
    else:
        written = [note if note.startswith("  ") else re.sub("^", "  ", note, flags=re.MULTILINE) for note in written]
    lines = "\n".join(["# the top", "notes:", *written]).split("\n")
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"]]))
    text = "".join(line + draw(LINE_ENDS) + draw(st.sampled_from(ends)) for line in lines).replace("-\t", "- ")
    text = text if draw(st.booleans()) else text.rstrip("\r\n")
    return (draw(st.sampled_from(["", "\ufeff"])) + text).encode("utf-8")


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deck whose `notes.yaml` each example replaces."""
    return write_deck(tmp_path_factory.mktemp("deck") / "knots")


def compiled(deck: Path) -> tuple[CompiledDeck, list[str]]:
    """The deck, and the rules that its files break."""
    found, diagnostics = compile_deck(deck)
    assert found
    return found, [one.rule for one in in_source_order(diagnostics)]


@given(content=files())
@settings(max_examples=100, deadline=None)
def test_random_files_are_put_right(deck: Path, content: bytes) -> None:
    """Every note has an id, every gap a number; what compiled before compiles to the same; a second run is idle."""
    (deck / "notes.yaml").write_bytes(content)
    before, missing = compiled(deck)
    fixes, told = write_fixes(deck)
    after, left = compiled(deck)
    assert set(missing) <= {"cloze-without-number", "missing-id", "unbalanced-braces"}
    assert (told, left) == ((), [])
    assert fixes or not missing
    for fix in fixes:
        assert_nothing_else(fix)
        assert patched(fix.before, as_diff(fixes, deck)) == fix.after
    kept = {note.id: note for note in after.notes}
    assert [note for note in before.notes if kept[note.id] != note] == []
    assert fix_deck(deck) == ((), ())


def assert_nothing_else(fix: FileFix) -> None:
    """Edits remove blanks and add ids and numbers; all lines without an edit are there, in their order."""
    for edit in fix.edits:
        assert fix.before[edit.offset : edit.offset + edit.length].strip(" \t") == ""
        assert re.fullmatch(r'("?id"?: [\w"-]+(, |\r?\n *))?|c?[0-9]+(::)?', edit.text), edit
    changed = {edit.line for edit in fix.edits}
    rest = iter(fix.after.split("\n"))
    for number, line in enumerate(fix.before.split("\n"), 1):
        assert number in changed or line in rest, line


@given(content=_YAML)
@example(content="notes:\n- {? a : b}")
@example(content="notes: [{question: a}, ? {question: b}]")
@settings(max_examples=100, deadline=None)
def test_random_yaml(deck: Path, content: str) -> None:
    """Whatever a file holds, fixing it ends, and a second run finds nothing."""
    (deck / "notes.yaml").write_bytes(content.encode("utf-8"))
    fixes, told = write_fixes(deck)
    assert [fix for fix in fixes if fix.before == fix.after] == []
    assert fix_deck(deck) == ((), told)
