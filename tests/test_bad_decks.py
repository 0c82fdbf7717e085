"""Bad decks: every mistake is told at its exact place, once, and nothing else is.

A case is a file below `tests/bad/` (or, in `tests/bad/several/`, a folder of files). The test puts it into an otherwise
valid deck, in the place that its folder names, and runs `deckbuilder check`:

    tests/bad/notes/NAME.yaml         a file of notes          in the deck: notes.yaml
    tests/bad/deck/NAME.yaml          the deck's own file                   deck.yaml
    tests/bad/references/NAME.yaml    the references                        references.yaml
    tests/bad/ledger/NAME.txt         what was released                     ledger.txt
    tests/bad/styling/NAME.css        the deck's styling                    style.css
    tests/bad/note-type/NAME.yaml     a note type                           note_types/drill/note_type.yaml
    tests/bad/front/NAME.html         the front of its cards                note_types/drill/front.html
    tests/bad/back/NAME.html          the back of its cards                 note_types/drill/back.html
    tests/bad/several/NAME/**         several of them                       the same paths

The rest of the deck is in `tests/decks.py`: editions for `student` and `clinician`, the references `ashley-1944` and
`budworth-2012`, the note types `drill` and `gapped` (with gaps), and in `media/` the files `knot.svg`, `knot.png` and
`word.mp3` and, for masks, the rope with its shapes in `rope.svg`, `rope.png` and `rope.jpg`.

A comment at the end of a wrong line says in which column which rule must complain; a line can have several mistakes:

    reverse: yes            # error: 14 [wrong-type]
    tags: [a b, c d]        # error: 12 [bad-tag] 17 [bad-tag]
    @import "more.css";     /* error: 1 [forbidden-css] */
    <p>{{Promt}}</p>        <!-- error: 4 [unknown-field] -->

Where no comment can stand in the line itself (below `|`, inside a quote, in a line with a tab ...), a comment on a line
of its own says the line too, and the file when it is another one of the deck:

    # expect: 7:14 [unclosed-quote]
    # expect: notes.yaml:2:9 [changed-note-type]
    <!-- expect: note_types/drill/note_type.yaml:4:12 [duplicate-front] -->

Lines and columns count from 1; a column is a character, whatever its width or bytes. To add a case, add a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from typer.testing import CliRunner

from builder.cli.app import app
from builder.lint.registry import RULES
from tests.decks import DECK_YAML, NOTE_TYPES, ROPES, notes_yaml, write_deck

BAD = Path(__file__).parent / "bad"
PLACES = {
    "notes": "notes.yaml",
    "deck": "deck.yaml",
    "references": "references.yaml",
    "ledger": "ledger.txt",
    "styling": "style.css",
    "note-type": "note_types/drill/note_type.yaml",
    "front": "note_types/drill/front.html",
    "back": "note_types/drill/back.html",
}

_IN_LINE = re.compile(r"(?:#|/\*|<!--) error:((?: [0-9]+ \[[a-z0-9-]+\])+)(?: \*/| -->)?$")
_ONE = re.compile(r"([0-9]+) \[([a-z0-9-]+)\]")
_ON_TOP = re.compile(r"(?:#|/\*|<!--) expect: (?:([\w./-]+):)?([0-9]+):([0-9]+) \[([a-z0-9-]+)\](?: \*/| -->)?$")

# What the rules for good cards say is tried in `tests/lint/`.
ADVICE = frozenset(rule.name for rule in RULES)

# Words of the libraries that read YAML, CSS, XML and references, and of Python.
JARGON = (
    *("expected <", "did not find", "could not find", "while parsing", "while scanning", "``"),
    *("token", "qualified", "Opening and ending tag", "Error:", "No such file"),
)

Place = tuple[str, int, int, str]  # file, line, column, rule


def cases() -> dict[str, dict[str, bytes]]:
    """The files of each case by their names in the deck."""
    single = {
        f"{folder}/{path.stem}": {name: path.read_bytes()}
        for folder, name in PLACES.items()
        for path in sorted((BAD / folder).iterdir())
    }
    several = {
        f"several/{folder.name}": {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }
        for folder in sorted((BAD / "several").iterdir())
    }
    return single | several


CASES = cases()


def expected(name: str, content: bytes) -> Iterator[Place]:
    """What the comments in a file promise; a comment that is not understood fails the test."""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if found := _ON_TOP.match(line):
            file, row, column, rule = found.groups()
            yield file or name, int(row), int(column), rule
        elif found := _IN_LINE.search(line):
            yield from ((name, number, int(column), rule) for column, rule in _ONE.findall(found[1]))
        else:
            assert not re.search(r"(?:#|/\*|<!--) *(?:error|expect)\b", line), f"{name}, line {number}: {line}"


def check(root: Path) -> list[dict[str, str | int]]:
    """What `deckbuilder check --format json` says about the decks below `root`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        result = CliRunner().invoke(app, ["check", "--format", "json"], catch_exceptions=False)
    diagnostics: list[dict[str, str | int]] = json.loads(result.stdout)
    has_errors = any(diagnostic["severity"] == "error" for diagnostic in diagnostics)
    assert result.exit_code == (1 if has_errors else 0)
    return diagnostics


@cache
def check_case(name: str) -> list[dict[str, str | int]]:
    """What `check` says about a case, but for advice, and for warnings that one of our `# error:` is a comment."""
    files = CASES[name]
    with TemporaryDirectory() as folder:
        write_deck(Path(folder) / "decks" / "knots", ROPES | NOTE_TYPES | files)
        found = check(Path(folder))
    ours = {
        (f"decks/knots/{file}", number)
        for file, content in files.items()
        for number, line in enumerate(content.split(b"\n"), 1)
        if b"# error: " in line
    }
    return [
        one
        for one in found
        if one["rule"] not in ADVICE and (one["rule"] != "comment-after-text" or (one["path"], one["line"]) not in ours)
    ]


def test_there_are_cases() -> None:
    """The folder has been found, and each of its files is a case that expects something."""
    assert len(CASES) >= 400
    for name, files in CASES.items():
        assert [place for file, content in files.items() for place in expected(file, content)], name


@pytest.mark.parametrize("name", CASES)
def test_every_mistake_is_told_at_its_place_and_nothing_else(name: str) -> None:
    """The diagnostics are exactly those that the case's comments expect."""
    found = [
        (str(one["path"]).removeprefix("decks/knots/"), one["line"], one["column"], one["rule"])
        for one in check_case(name)
    ]
    wanted = [place for file, content in CASES[name].items() for place in expected(file, content)]
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("name", CASES)
def test_every_message_is_one_clause_and_says_what_to_do(name: str) -> None:
    """Messages begin small, have no full stop, no words of a library and no empty quotes; each has a hint."""
    for one in check_case(name):
        message, hint = str(one["message"]), str(one["hint"])
        begins_well = message[:1] in "`<{" or message[:1].islower() or message[:1].isdigit()
        assert begins_well or message.startswith(("Anki", "CSL", "YAML")), message
        assert not message.endswith("."), message
        assert "\n" not in message
        assert "\n" not in hint
        assert hint, message
        assert not hint.endswith(" "), hint
        assert len(hint) < 400, hint
        for jargon in JARGON:
            assert jargon not in f"{message}; {hint}", message
        assert "write ``" not in hint


def test_a_deck_without_notes(tmp_path: Path) -> None:
    """A deck of a `deck.yaml` alone says what to add."""
    (tmp_path / "decks" / "knots").mkdir(parents=True)
    (tmp_path / "decks" / "knots" / "deck.yaml").write_text(DECK_YAML, encoding="utf-8")
    (one,) = check(tmp_path)
    assert (one["path"], one["line"], one["column"], one["rule"]) == ("decks/knots/deck.yaml", 1, 1, "missing-notes")
    assert "`notes:`" in str(one["hint"])


def test_a_picture_with_masks_that_is_too_large(tmp_path: Path) -> None:
    """A picture that no phone would show is not read."""
    notes = notes_yaml("id: a\nocclusion: {image: media/large.png, alt: x, masks: {c1: [0, 0, 60, 60]}}")
    deck = write_deck(tmp_path / "decks" / "knots", {"notes.yaml": notes})
    with (deck / "media" / "large.png").open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    (one,) = check(tmp_path)
    assert (one["path"], one["line"], one["column"]) == ("decks/knots/notes.yaml", 3, 24)
    assert (one["rule"], one["hint"]) == ("picture-too-large", "make it smaller")
