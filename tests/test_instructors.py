"""docs/instructors.md, followed to the letter: what it says happens, and its pictures are of what happens."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

pytest.importorskip("playwright.sync_api", reason="the pictures of docs/instructors.md are taken with playwright")

from builder.compiler.deck import compile_deck
from tests.browser import chromium
from tests.decks import write_deck
from tests.scripts import script
from tests.test_docs import ROOT, between, fences, rows, run, section, spans, text_of

DOCUMENT = ROOT / "docs" / "instructors.md"
FOLDER = ROOT / "docs" / "instructors"
LARGEST = 150_000  # bytes that a picture may have

# What the table of mishaps says of deckbuilder's own words, each with a file of notes that brings it about.
SLIPS = {
    "a tab cannot indent YAML": "notes:\n  - id: one\n\tquestion: Which?\n    answer: This\n",
    "this line does not line up with the lines above": "notes:\n  - id: one\n   question: Which?\n   answer: This\n",
    "a space is missing after the colon": "notes:\n  - id: one\n    question: Which?\n    answer:This\n",
    "a colon and a space inside a text need quotes": "notes:\n  - id: one\n    question: So: which?\n    answer: A\n",
    "a text that begins with {{ must be quoted": "notes:\n  - id: one\n    cloze: {{c1::This}} is a bone.\n",
    "this quote is never closed": 'notes:\n  - id: one\n    question: "Which?\n    answer: This\n',
    'the text goes on after its closing "': 'notes:\n  - id: one\n    question: "Which" bone?\n    answer: This\n',
    "note has no id": "notes:\n  - question: Which?\n    answer: This\n",
    "this is not how a gap is written": "notes:\n  - id: one\n    cloze: The {{scaphoid}} is a bone.\n",
}
# What others say, or the page does.
OTHERS = {
    "deckbuilder",
    "running scripts is disabled on this system",
    "externally-managed-environment",
    "there is no deck below decks/ here",
    "preview stopped",
}


def size_of(picture: Path) -> tuple[int, int]:
    """A picture's width and height."""
    with Image.open(picture) as opened:
        return opened.size


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """The script that makes the pictures."""
    return script("instructors")


def test_every_picture_of_the_document_is_there(make: ModuleType) -> None:
    """The document shows each picture that the script takes, once, in its size, with words for it."""
    shown = re.findall(r"^!\[([^\]]+)\]\(instructors/([a-z-]+)\.png\)$", text_of(DOCUMENT), re.MULTILINE)
    assert sorted(name for _, name in shown) == sorted(make.VIEWS) == sorted(path.stem for path in FOLDER.glob("*.png"))
    assert all(len(words) > 20 for words, _ in shown)
    for name, view in make.VIEWS.items():
        path = FOLDER / f"{name}.png"
        assert size_of(path) == view.size
        assert path.stat().st_size < LARGEST


def test_the_script_takes_them_from_the_document(make: ModuleType, tmp_path: Path) -> None:
    """Who follows the document today sees pages that show the words for which each picture is taken."""
    chromium()
    make.make(tmp_path)
    assert {path.name: size_of(path) for path in tmp_path.iterdir()} == {
        path.name: size_of(path) for path in FOLDER.glob("*.png")
    }


def test_a_student_keeps_what_the_document_says(make: ModuleType, tmp_path: Path) -> None:
    """The draft, the release and the one after it, in real Anki: one note is corrected, reviews and edits stay."""
    pytest.importorskip("anki.collection", reason="what students are promised is shown with the anki package")
    from tests.anki_real.student import Student, Taken

    author, student = Student(tmp_path / "author"), Student(tmp_path / "student")
    try:
        for step in make.steps():
            make.follow(step, tmp_path)
            if "build" in make.commands(step):
                assert author.take(tmp_path / "dist" / "wrist-draft.apkg") == Taken(new=2)
                assert (author.counts, author.decks) == ((2, 3), {"Wrist", "Wrist::Bones"})
            elif "release" in make.commands(step):
                assert student.take(tmp_path / "dist" / "wrist.apkg") == Taken(new=11)
                assert student.counts == (11, 21)
                student.study_everything()
                student.edit("snuffbox", "Explanation", "my own words")
                before = student.schedules()
            elif "release --version 1.1" in make.commands(step):
                assert student.take(tmp_path / "dist" / "wrist.apkg") == Taken(updated=1, unchanged=10)
                assert student.schedules() == before
                assert "the edge of the radius" in student.note("commonest-fracture")["Explanation"]
                assert student.note("snuffbox")["Explanation"] == "my own words"
                break
        else:
            pytest.fail("the document makes no second release")
    finally:
        author.close()
        student.close()


def test_boxes_on_a_photograph(tmp_path: Path) -> None:
    """The example with a photograph compiles where there is one, and its boxes lie in it."""
    (example,) = (fence for fence in fences(DOCUMENT) if fence.title == "decks/wrist/photo.yaml")
    picture = tmp_path / "hand.jpg"
    Image.new("RGB", (600, 800), "tan").save(picture)
    text = example.content.replace("moore-2018", "ashley-1944")
    result, diagnostics = compile_deck(write_deck(tmp_path, {"p.yaml": text, "media/hand.jpg": picture.read_bytes()}))
    assert diagnostics == ()
    assert result
    assert [note.cards for note in result.notes] == [(1, 2)]


def test_every_mishap_is_told_in_these_words(tmp_path: Path) -> None:
    """What the last table of the document quotes is what deckbuilder says of such a slip."""
    quoted = {words for row in rows(text_of(DOCUMENT), "You see") for words in spans(row[0])}
    assert quoted == SLIPS.keys() | OTHERS
    for words, text in SLIPS.items():
        _, diagnostics = compile_deck(write_deck(tmp_path, {"notes.yaml": text}))
        assert [diagnostic.message.replace("`", "") for diagnostic in diagnostics] == [words]


def test_what_deckbuilder_says_elsewhere(tmp_path: Path) -> None:
    """The table's other words of deckbuilder: in a folder without decks, and on the page."""
    exit_code, output = run("deckbuilder check", tmp_path)
    assert exit_code == 2
    assert "there is no deck below decks/ here" in output
    page = (ROOT / "builder" / "web" / "static" / "preview.js").read_text(encoding="utf-8")
    assert "preview stopped" in page


def test_fix_is_told_to_help_where_it_does(tmp_path: Path) -> None:
    """What the table sends to `deckbuilder fix` is right after it."""
    told = [row[0] for row in rows(text_of(DOCUMENT), "You see") if "`deckbuilder fix`" in row[1]]
    assert len(told) == 1
    slips = [SLIPS[words] for words in sorted(spans(told[0]))]
    for number, text in enumerate(slips):
        folder = write_deck(tmp_path / "decks" / f"deck-{number}", {"notes.yaml": text})
        run("deckbuilder fix", tmp_path)
        assert compile_deck(folder)[1] == ()
    assert len(slips) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="the lines for Linux and macOS need a shell of theirs")
def test_the_lines_that_make_the_folder(tmp_path: Path) -> None:
    """After the lines of step 2 for Linux and macOS, `python` is the folder's own, with pip in it."""
    (block,) = (fence for fence in fences(DOCUMENT) if fence.language == "sh" and "mkdir" in fence.content)
    bash = shutil.which("bash")
    assert bash
    script = f"set -e\n{block.content}python -m pip --version\n"
    done = subprocess.run([bash, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert str(tmp_path / "cards" / ".venv") in done.stdout


def test_the_lines_for_windows_are_the_same() -> None:
    """Each block for Windows has its twin for Linux and macOS, line by line."""
    windows = [fence.content for fence in fences(DOCUMENT) if fence.language == "bat"]
    others = {fence.content for fence in fences(DOCUMENT) if fence.language == "sh"}
    assert len(windows) == 3
    for block in windows:
        twin = re.sub(r"^py ", "python3 ", block, flags=re.MULTILINE)
        assert twin.replace(r".venv\Scripts\activate", "source .venv/bin/activate") in others


def test_what_the_text_quotes_of_the_deck_is_there(make: ModuleType, tmp_path: Path) -> None:
    """The line with two gaps, and the id and the gap that `fix` is said to write, are in the file as it becomes."""
    for step in make.steps():
        make.follow(step, tmp_path)
        if "fix" in make.commands(step):
            break
    text = (tmp_path / "decks" / "wrist" / "bones.yaml").read_text(encoding="utf-8")
    (excerpt,) = (fence.content for fence in fences(DOCUMENT) if fence.language == "yaml" and not fence.title)
    assert excerpt in text
    said = spans(between(section(DOCUMENT, "### Another card"), "Have a look at the file", "The new line"))
    assert [words for words in said if words not in text] == []
    assert len(said) == 2
