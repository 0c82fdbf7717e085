"""Files made to hang, exhaust or crash a compiler: `deckbuilder check` answers them all, soon and in bounded memory.

Every input is made by the test and read by the real command in a process of its own. The limits are guards against
explosions, not benchmarks: a healthy run takes a second or two.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.decks import write_deck

SECONDS = 20
MEGABYTES = 400
ROOM = 99_000  # characters: as much as one text may have

# Runs one command from a small process: the peak of its only child is then the command's own, not that of pytest.
_LAUNCHER = """
import json, subprocess, sys
seconds, command = int(sys.argv[1]), sys.argv[2:]
try:
    done = subprocess.run(command, capture_output=True, timeout=seconds)
    code, output = done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")
except subprocess.TimeoutExpired:
    code, output = None, ""
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // (1024 if sys.platform != "darwin" else 1024 ** 2)
except ImportError:  # Windows
    peak = 0
json.dump([code, output, peak], sys.stdout)
"""


@dataclass(frozen=True)
class Run:
    """What a command did: exit code (None: stopped after `SECONDS`), everything it printed, its peak in megabytes."""

    code: int | None
    output: str
    peak: int


def run_command(folder: Path, *arguments: str) -> Run:
    """`deckbuilder` with `arguments` in `folder`, as a process of its own."""
    command = [sys.executable, "-m", "builder", *arguments]
    here = str(Path(__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": here, "PYTHONIOENCODING": "utf-8"}
    launched = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, str(SECONDS), *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=True,
    )
    return Run(*json.loads(launched.stdout))


def survives(tmp_path: Path, files: dict[str, str | bytes]) -> Run:
    """Checks a deck of `files` and asserts what holds for every input; gives the run for more."""
    write_deck(tmp_path / "decks" / "knots", files)
    return answered(run_command(tmp_path, "check"))


def answered(run: Run) -> Run:
    """Asserts that a command ended by itself, in time, without a traceback and within the memory limit."""
    assert run.code is not None, f"still running after {SECONDS} seconds"
    assert "Traceback" not in run.output, run.output[-3000:]
    assert run.code in (0, 1), f"exit code {run.code}: {run.output[-3000:]}"
    assert run.peak < MEGABYTES, f"{run.peak} MB at the peak"
    return run


# whole files


def _flow(opening: str, count: int = 1_000_000) -> str:
    return "notes: " + opening * count + "\n"


def _billion_laughs() -> str:
    lines = ["a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join(['*' + before] * 9)}]")
    return "\n".join(lines) + "\nnotes: *i\n"


def _deep_lists(levels: int) -> str:
    """Block lists, each an indentation deeper: the text grows with the square of the levels."""
    return "notes:\n" + "".join(" " * depth + "-\n" for depth in range(1, levels))


FILES: dict[str, tuple[str, str]] = {
    # name: content, a rule that the answer names ("": any)
    "a scalar of 10 MB": (f"notes:\n  - id: a\n    question: {'x' * 10_000_000}\n    answer: b\n", "text-too-long"),
    "a quoted scalar of 10 MB": (
        f'notes:\n  - id: a\n    question: "{"x" * 10_000_000}"\n    answer: b\n',
        "text-too-long",
    ),
    "a block of 10 MB": (
        "notes:\n  - id: a\n    question: |\n" + "      xxxxxxx\n" * 700_000 + "    answer: b\n",
        "text-too-long",
    ),
    "a key of 10 MB": (f'notes:\n  - "{"k" * 10_000_000}": x\n', ""),
    "a key of 10 MB behind ?": (f"notes:\n  - ? {'k' * 10_000_000}\n    : x\n", ""),
    "a tag of 90 kB": (f"notes:\n  - {{id: a, question: x, answer: y, tags: [{'a b' * 30_000}]}}\n", "bad-tag"),
    "a source of 90 kB": (
        f"notes:\n  - {{id: a, question: x, answer: y, sources: [{'a b' * 30_000}]}}\n",
        "unknown-source",
    ),
    "10 MB of escapes": ('notes:\n  - id: a\n    question: "' + r"\u0041" * 1_700_000 + '"\n', "text-too-long"),
    "a comment of 10 MB": (f"# {'x' * 10_000_000}\nnotes: []\n", "missing-notes"),
    "10 MB of empty lines": ("\n" * 10_000_000 + "notes: []\n", "missing-notes"),
    "10 MB of spaces": ("notes:" + " " * 10_000_000 + "x\n", "wrong-type"),
    "10 MB of tabs": ("notes:\n" + "\t" * 10_000_000 + "x\n", "tab"),
    "an unclosed quote of 10 MB": ('notes:\n  - id: a\n    question: "' + "x y\n " * 2_000_000, "unclosed-quote"),
    "a million [": (_flow("["), "too-deep"),
    "a million {": (_flow("{"), "unquoted-braces"),
    "a million [{": (_flow("[{a: "), "too-deep"),
    "a million ]": (_flow("]"), "unquoted-text"),
    "a million - in a line": ("notes:\n  " + "- " * 1_000_000 + "x\n", "too-deep"),
    "a million ? in a line": ("? " * 1_000_000 + "x\n", "complex-key"),
    "a million : in a line": ("notes:" + " :" * 1_000_000 + "\n", "unquoted-colon"),
    "a million anchors": ("notes: " + "&a " * 1_000_000 + "x\n", "yaml-anchor"),
    "a million tags": ("notes: " + "!a " * 1_000_000 + "x\n", "yaml-tag"),
    "a million documents": ("--- a\n" * 1_000_000, "second-document"),
    "a million commas": ("notes: [" + "," * 1_000_000 + "]\n", "missing-item"),
    "a thousand nested lists": (_deep_lists(1_500), "too-deep"),
    "a billion laughs": (_billion_laughs(), "yaml-anchor"),
    "aliases of aliases": ("a: &a [x]\nb: &b [*a, *a]\nnotes: *b\n", "yaml-anchor"),
    "100 000 keys in a file": ("".join(f"key{i}: x\n" for i in range(100_000)), "unknown-key"),
    "100 000 keys in a note": (
        "notes:\n  - id: a\n" + "".join(f"    key{i}: x\n" for i in range(100_000)),
        "unknown-key",
    ),
    "100 000 times the same key": ("notes:\n  - id: a\n" + "    id: b\n" * 100_000, "duplicate-key"),
    "100 000 empty notes": ("notes:\n" + "  -\n" * 100_000, "empty-note"),
    "a million wrong notes in a line": ("notes: [" + "x," * 1_000_000 + "]\n", "wrong-type"),
    "a million wrong notes": ("notes:\n" + "  - x\n" * 1_000_000, "wrong-type"),
    "100 000 notes without an id": ("notes:\n" + "  - question: x\n    answer: y\n" * 100_000, "missing-id"),
    "20 000 unknown sources": (
        "notes:\n  - id: a\n    question: x\n    answer: y\n    sources: ["
        + ", ".join(f"nobody-{i}" for i in range(20_000))
        + "]\n",
        "unknown-source",
    ),
    "20 000 bad tags": (
        "notes:\n  - id: a\n    question: x\n    answer: y\n    tags: [" + "a b, " * 20_000 + "]\n",
        "bad-tag",
    ),
    "NUL bytes": ("notes:\n  - id: a\n    question: " + "\0" * 100_000 + "\n    answer: b\n", "control-character"),
    "lone surrogates as escapes": (
        'notes:\n  - id: a\n    question: "' + r"\ud800" * 10_000 + '"\n    answer: b\n',
        "bad-escape",
    ),
    "100 000 bad escapes": ("notes:\n" + '  - id: "\\frac"\n' * 100_000, "bad-escape"),
    "a number beyond Unicode": ('notes:\n  - id: a\n    question: "\\U00110000"\n    answer: b\n', "bad-escape"),
    "an escape that parks nothing": (
        'notes:\n  - id: a\n    question: "$x$ `\\U000F0009` \\U000F0009"\n    answer: b\n',
        "bad-escape",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_gets_a_diagnostic(name: str, tmp_path: Path) -> None:
    """Huge, deep, exploding and broken files end in a diagnostic with the rule that explains them."""
    content, rule = FILES[name]
    run = survives(tmp_path, {"notes.yaml": content})
    assert run.code == 1
    assert f"[{rule}]" in run.output or not rule, run.output[:3000]
    assert "decks/knots/notes.yaml:" in run.output
    assert len(run.output) < 30_000_000


@pytest.mark.parametrize("name", ["deck.yaml", "references.yaml"])
@pytest.mark.parametrize("kind", ["a million [", "a billion laughs", "a scalar of 10 MB", "100 000 keys in a file"])
def test_the_other_files_of_a_deck_are_as_safe(name: str, kind: str, tmp_path: Path) -> None:
    """`deck.yaml` and `references.yaml` go through the same reader as notes."""
    assert survives(tmp_path, {name: FILES[kind][0]}).code == 1


@pytest.mark.parametrize("filler", [b"\0", b"x", b"\n", b"# comment\n", b"a: b\n"], ids=repr)
def test_a_file_beyond_the_limit_is_not_read(filler: bytes, tmp_path: Path) -> None:
    """A file of more than 64 MB is refused by its size, before a byte of it is in memory."""
    content = filler * (64 * 1024 * 1024 // len(filler) + 10)
    run = survives(tmp_path, {"notes.yaml": content})
    assert run.code == 1
    assert "[file-too-large]" in run.output
    assert run.peak < 100, f"{run.peak} MB at the peak"


def test_many_decks_of_hostile_files_stay_within_the_same_memory(tmp_path: Path) -> None:
    """What one file took is given back before the next is read: ten files of 10 MB peak like one."""
    content = FILES["a scalar of 10 MB"][0]
    run = survives(tmp_path, {f"notes{number}.yaml": content for number in range(10)})
    assert run.output.count("[text-too-long]") == 10


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe called `more.yaml` has no content and nobody writes to it: reading it would never end."""
    deck = write_deck(tmp_path / "decks" / "knots")
    os.mkfifo(deck / "more.yaml")
    assert answered(run_command(tmp_path, "check")).code == 1


# texts of cards


def _fill(*units: str) -> str:
    """As many repetitions as fit into one text of each unit, one after the other."""
    return "".join(unit * (ROOM // len(units) // len(unit)) for unit in units)


def _table(columns: int, rows: int) -> str:
    row = "|a" * columns + "|\n"
    return row + "|-" * columns + "|\n" + row * rows


TEXTS: dict[str, str] = {
    "56 kB of a < b": "a < b, " * 8_000,
    "[": _fill("["),
    "]": _fill("]"),
    "[]": _fill("[", "]"),
    "![": _fill("!["),
    "*a ": _fill("*a "),
    "_a ": _fill("_a "),
    "*a_ ": _fill("*a_ "),
    "**a *a ": _fill("**a *a "),
    "a** ": _fill("a** "),
    "***": _fill("*", "a", "*"),
    "~~": _fill("~~a "),
    "<": _fill("<"),
    "< ": _fill("< "),
    "<a": _fill("<a"),
    "<a ": _fill("<a "),
    '<a b="': _fill('<a b="'),
    "<b>": _fill("<b>"),
    "</b>": _fill("</b>"),
    "<b></b>": _fill("<b></b>"),
    "<b></i>": _fill("<b></i>"),
    "<b> then </b>": _fill("<b>", "</b>"),
    "<div>": _fill("<div>\n"),
    "<script>": _fill("<script>"),
    "<!--": _fill("<!--"),
    "<!-- a": _fill("<!-- a -"),
    "<![CDATA[": _fill("<![CDATA["),
    "<?": _fill("<?"),
    "<!A": _fill("<!A "),
    "<x onclick=": _fill("<b onclick=x>"),
    "<https://": _fill("<https://a"),
    "`": "`" * ROOM,
    "` ": _fill("` "),
    "runs of `": " ".join("`" * length for length in range(1, 440)),
    "runs of ` with $": "$".join("`" * length for length in range(1, 440)),
    "runs of ` with gaps": "{{c1::a".join("`" * length for length in range(1, 430)),
    "runs of * ": " ".join("*" * length for length in range(1, 440)),
    "\\(": _fill("\\("),
    "\\( then \\)": _fill("\\(", "\\)"),
    "\\[": _fill("\\["),
    "\\": _fill("\\"),
    "$": "$" * ROOM,
    "$a": _fill("$a"),
    "$a ": _fill("$a "),
    "$a$": _fill("$a$"),
    "$$a": _fill("$$a"),
    "$ with \\$": "$" + _fill("a\\$"),
    "$a\\$": _fill("$a\\$ "),
    "$a\n\n": _fill("$a\n\n"),
    "${": _fill("${"),
    "${{c1::": _fill("${{c1::"),
    "$ {{c1:: in one formula": "$" + _fill("{{c1::") + "$",
    "$ }} in one formula": "$" + _fill("{", "}") + "$",
    "{{": _fill("{{"),
    "{{c1::": _fill("{{c1::"),
    "}}": _fill("}}"),
    "{{c1::a}}": _fill("{{c1::a}}"),
    "{{c1:: then }}": _fill("{{c1::", "}}"),
    "*{{c1::a*": _fill("*{{c1::a*"),
    "{{c1::a *b}}": _fill("{{c1::a *b}} "),
    "{{c1::::": _fill("{{c1::::"),
    "[sound:": _fill("[sound:"),
    "[sound:a]": _fill("[sound:a]"),
    "> ": _fill("> "),
    "> lines": _fill(">a\n"),
    "deep >": "\n".join("> " * depth + "a" for depth in range(1, 300)),
    "&": _fill("&"),
    "&amp;": _fill("&amp;"),
    "&#": _fill("&#1"),
    "&a": _fill("&a"),
    "|a in a line": _fill("|a"),
    "|a rows": _fill("|a\n"),
    "|a|b tables": _fill("|a|b\n|-|-\n"),
    "a wide table": _table(8_000, 4),
    "a wide head with short rows": "|a" * 12_000 + "|\n" + "|-" * 12_000 + "|\n" + "|a\n" * 12_000,
    "a long table": _table(2, 16_000),
    "[a](": _fill("[a]("),
    "[a](b)": _fill("[a](b) "),
    "[a](<b": _fill("[a](<b"),
    "![a](b)": _fill("![a](b) "),
    "![![": _fill("![", "](a)"),
    "[a][b]": _fill("[a][b]"),
    "[a]: definitions": _fill("[a]: b\n"),
    "different definitions": "".join(f"[a{i}]: https://b\n" for i in range(4_000)) + "[a0] " * 5_000,
    "[a]: unfinished": _fill("[a]:\n"),
    '[a]: b "': _fill('[a]: b "\n'),
    "definitions by reference": "[a]: https://" + "b" * 40_000 + "\n\n" + "[a]" * 15_000,
    "- ": _fill("- "),
    "- lines": _fill("- a\n"),
    "1. ": _fill("1. "),
    "deep lists": "".join("  " * depth + "- a\n" for depth in range(300)),
    "deep ordered lists": "".join("   " * depth + "1. a\n" for depth in range(240)),
    "lists with empty lines": _fill("- a\n\n\n"),
    "#": _fill("# a\n"),
    "=": "a\n" + _fill("="),
    "setext": _fill("a\n=\n"),
    "---": _fill("---\n"),
    "```": _fill("```\n"),
    "``` of growing length": "\n".join("`" * length for length in range(3, 430)),
    "indented code": _fill("    a\n\n"),
    "tabs": _fill("\t"),
    "tabs and text": _fill("\ta\n"),
    "spaces before line ends": _fill("a  \n"),
    "empty lines": "a" + _fill("\n") + "b",
    "a line end after a character": _fill("a\n"),
    "emails": _fill("a@b.c "),
    "addresses": _fill("https://a.b "),
    "quotes": _fill("\"'"),
    "accents on one letter": "a" + _fill("\u0301"),
    "letters of four bytes": _fill("\U0001f600"),
    "letters of four bytes with markup": _fill("\U0001f600*a* <b>"),
    "mathematics with markup": _fill("*$a$* <b>x</b> ![y](z) "),
    "right to left": _fill("\u202eab "),
}


def _as_block(text: str) -> str:
    return "|2-\n" + "".join(f"        {line}\n" if line else "\n" for line in text.split("\n")).rstrip("\n")


def _text_files(text: str) -> Iterator[str]:
    block = _as_block(text).replace("|2-", "|4-")
    yield f"notes:\n  - id: a\n    question: {block}\n    answer: b\n"
    yield f"notes:\n  - id: b\n    cloze: {block}\n"


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_rendered_in_time(name: str, tmp_path: Path) -> None:
    """Text that makes Markdown parsers, gap finders and sanitisers quadratic, as a question and as a text with gaps."""
    assert len(TEXTS[name]) <= 100_000
    question, cloze = _text_files(TEXTS[name])
    run = survives(tmp_path, {"question.yaml": question, "cloze.yaml": cloze})
    assert "[text-too-long]" not in run.output
    assert "[bad-indentation]" not in run.output


def test_the_texts_are_read_as_they_are_meant() -> None:
    """The block scalars that carry the hostile texts keep them, character for character."""
    import yaml

    for name, text in TEXTS.items():
        for content in _text_files(text):
            (note,) = yaml.load(content, Loader=yaml.CSafeLoader)["notes"]
            assert note.get("question", note.get("cloze")) == text.rstrip("\n"), name
