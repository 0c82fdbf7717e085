"""Comments that allow something: where they hold, which ones say it wrongly, and which texts are no comments."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from builder.compiler.deck import DeckCompiler
from builder.core.diagnostics import has_errors
from builder.lint.linter import Linter
from builder.lint.settings import Selection
from builder.source.comments import Comment, comments
from tests.decks import PLAIN_DECK_YAML, write_deck

ASKED = Selection(only=frozenset({"absolute-claim", "missing-source", "unused-audience", "unused-reference"}))


def said(folder: Path, files: dict[str, str | bytes], *rules: str) -> list[str]:
    """What is said of a deck, as `file:line:column rule`; with `rules`, only these are asked."""
    deck = write_deck(folder / "knots", {"references.yaml": "references: []\n", "deck.yaml": DECK} | files)
    compiled, problems = DeckCompiler(deck, keep_sources=True).compile()
    assert compiled
    linter = Linter(Selection(only=frozenset(rules)) if rules else ASKED)
    found = linter.lint(compiled, date(2026, 11, 22), is_whole=not has_errors(problems))
    return [f"{one.path.name}:{one.line}:{one.column} {one.rule}" for one in found]


UNCITED = "notes:\n  - {id: one, question: Which?, answer: This}\n"
DECK = PLAIN_DECK_YAML.partition("editions:")[0]


# where a comment holds


def test_without_comments(tmp_path: Path) -> None:
    """What the rules say of the notes that the following tests use."""
    notes = """\
notes:
  - id: one
    question: Which?
    answer: Never that
  - id: two
    question: Which other?
    answer: Always this
"""
    assert said(tmp_path, {"notes.yaml": notes}) == [
        "notes.yaml:2:9 missing-source",
        "notes.yaml:4:13 absolute-claim",
        "notes.yaml:5:9 missing-source",
        "notes.yaml:7:13 absolute-claim",
    ]


def test_in_a_note_and_right_above_it(tmp_path: Path) -> None:
    """A comment holds for its note, wherever it is in it, and for no other."""
    notes = """\
# About the file.
notes:
  # allow missing-source: right above
  - id: one   # allow absolute-claim: in a line
    question: Which?
    answer: Never that
    # allow absolute-claim: this is still in the note before
  - id: two
    question: Which other?

    # allow missing-source: in a line of its own, and not even indented like its note
    answer: Always this
# One more line.
# allow absolute-claim: above a note that begins further to the right
  - id: three
    question: Which third?
    answer: Always that
"""
    assert said(tmp_path, {"notes.yaml": notes}) == [
        "notes.yaml:12:13 absolute-claim",
        "notes.yaml:15:9 missing-source",
    ]


def test_behind_a_blank_line(tmp_path: Path) -> None:
    """Only what stands right above a note belongs to it."""
    notes = """\
notes:
  - id: one
    question: Which?
    answer: Never that
  # allow absolute-claim: a blank line follows, so that this still belongs to the note before

  - id: two
    question: Which other?
    answer: Always this
"""
    assert said(tmp_path, {"notes.yaml": notes}, "absolute-claim") == ["notes.yaml:9:13 absolute-claim"]


@pytest.mark.parametrize(
    "above",
    ["# allow absolute-claim: why\nnotes:\n", "deck: A\n# allow absolute-claim: why\n\nnotes: # as follows\n"],
)
def test_above_all_notes(tmp_path: Path, above: str) -> None:
    """Above all notes, a comment holds for all of the file, and for no other file."""
    notes = "  - {id: one, question: Which?, answer: Never}\n  - {id: two, question: What?, answer: Always}\n"
    files: dict[str, str | bytes] = {"a.yaml": above + notes, "b.yaml": "notes:\n" + notes.replace("id: ", "id: b-")}
    assert said(tmp_path, files, "absolute-claim") == ["b.yaml:2:43 absolute-claim", "b.yaml:3:42 absolute-claim"]


def test_above_the_first_note(tmp_path: Path) -> None:
    """Right above the first note, a comment holds for that one, however it is indented."""
    for indent in ("", "  ", "      "):
        notes = f"notes:\n{indent}# allow absolute-claim: why\n  - {{id: one, question: Which?, answer: Never}}\n"
        notes += "  - {id: two, question: What?, answer: Always}\n"
        found = said(tmp_path, {"notes.yaml": notes}, "absolute-claim")
        assert found == ["notes.yaml:4:40 absolute-claim"]


def test_a_dash_in_a_line_of_its_own(tmp_path: Path) -> None:
    """The note begins at its dash."""
    notes = """\
notes:
  -
    id: one
    question: Which?
    answer: This
  # allow absolute-claim: why
  -
    id: two
    question: Which?
    answer: Never
"""
    assert said(tmp_path, {"notes.yaml": notes}, "absolute-claim") == []


def test_notes_that_cannot_be_read_keep_their_comments(tmp_path: Path) -> None:
    """A comment in a broken note reaches no other note; as long as there are errors, none is called needless."""
    notes = """\
notes:
  - id: one
    # allow absolute-claim: why
    question: Which?
    answer: [Never]
  - id: two
    question: Which?
    answer: Never
"""
    assert said(tmp_path, {"notes.yaml": notes}, "absolute-claim") == ["notes.yaml:8:13 absolute-claim"]


def test_in_references(tmp_path: Path) -> None:
    """In `references.yaml`, a comment holds for a reference, or above all of them for all."""
    references = """\
references:
  - id: ashley-1944
    type: book
    title: The Ashley Book of Knots
    issued: 1944
  - type: book
    title: The Knot Book
    id: budworth-2012
    issued: 2012
"""
    unused = ["references.yaml:2:5 unused-reference", "references.yaml:6:5 unused-reference"]

    def with_comment(before: str) -> list[str]:
        comment = "# allow unused-reference: why\n"
        files = {"references.yaml": references.replace(before, comment + before), "notes.yaml": UNCITED}
        return said(tmp_path, files, "unused-reference")

    assert with_comment("nowhere") == unused
    assert with_comment("  - id") == [unused[1].replace("6", "7")]
    assert with_comment("    issued: 1944") == [unused[1].replace("6", "7")]
    assert with_comment("  - type") == unused[:1]
    assert with_comment("    id: bud") == unused[:1]
    assert with_comment("references:") == []


def test_in_the_deck(tmp_path: Path) -> None:
    """In `deck.yaml`, a comment holds for all that is said of that file, and only there."""
    deck = DECK + "editions:\n  student: {audience: student}\n"
    comment = "# allow unused-audience: to come\n"

    def found(deck: str, notes: str = UNCITED) -> list[str]:
        return said(tmp_path, {"deck.yaml": deck, "notes.yaml": notes}, "unused-audience")

    assert found(deck) == ["deck.yaml:9:3 unused-audience"]
    assert found(deck.replace("id:", comment + "id:")) == []
    assert found(deck + comment) == []
    assert found(deck, comment + UNCITED) == ["deck.yaml:9:3 unused-audience", "notes.yaml:1:9 unused-allow"]


def test_several_rules_in_one_comment(tmp_path: Path) -> None:
    """Names are separated by commas; one that is needless is told at its own place."""
    notes = """\
notes:
  - id: one
    question: Which?
    answer: Never # allow absolute-claim,  missing-source : why
  - id: two # allow: missing-source, absolute-claim: why
    question: Which?
    answer: This
"""
    assert said(tmp_path, {"notes.yaml": notes}) == ["notes.yaml:5:38 unused-allow"]


def test_a_comment_is_used_by_one_of_several_findings(tmp_path: Path) -> None:
    """Two comments for the same are both of use; one covers all that its rule finds in the note."""
    notes = """\
# allow absolute-claim: for all
notes:
  - id: one # allow absolute-claim: for this one
    question: Which?
    answer: Never
    explanation: Always
"""
    assert said(tmp_path, {"notes.yaml": notes}, "absolute-claim") == []


def test_rules_that_did_not_look(tmp_path: Path) -> None:
    """A comment for a rule that was not asked may be of use the next time."""
    notes = "notes:\n  - {id: one, question: Which?, answer: This} # allow absolute-claim: why\n"
    assert said(tmp_path, {"notes.yaml": notes}, "missing-source") == ["notes.yaml:2:10 missing-source"]
    assert said(tmp_path, {"notes.yaml": notes}, "absolute-claim") == ["notes.yaml:2:55 unused-allow"]


# comments that say it wrongly


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# allow absolute-claim", "1:1 bad-allow this comment does not say why"),
        ("# allow absolute-claim:", "1:1 bad-allow this comment does not say why"),
        ("# allow absolute-claim, missing-source:  ", "1:1 bad-allow this comment does not say why"),
        ("# allow absolut-claim", "1:1 bad-allow this comment does not say why"),
        ("# allow", "1:1 bad-allow this comment names no rule to allow"),
        ("# allow:", "1:1 bad-allow this comment names no rule to allow"),
        ("## allow absolut-claim: why", "1:10 unknown-rule there is no rule `absolut-claim`"),
        ("# allow absolute-claim, nothing: why", "1:25 unknown-rule there is no rule `nothing`"),
        ("# allow Absolute-Claim: why", "1:9 unknown-rule there is no rule `Absolute-Claim`"),
        # sentences
        ("# allow students to skip this file", ""),
        ("# allow some time for the next notes, they are hard", ""),
        ("# allowing absolute-claim here", ""),
        ("# we allow absolute-claim: why", ""),
        ("# allowed absolute-claim: why", ""),
    ],
)
def test_what_a_comment_says(tmp_path: Path, comment: str, expected: str) -> None:
    """Without a rule, without a reason, with a rule that there is not; and sentences that only begin alike."""
    notes = f"{comment}\nnotes:\n  - {{id: one, question: Which?, answer: Never, sources: []}}\n"
    deck = write_deck(tmp_path / "knots", {"notes.yaml": notes})
    compiled, _ = DeckCompiler(deck, keep_sources=True).compile()
    assert compiled
    found = Linter(Selection(only=frozenset({"absolute-claim"}))).lint(compiled, date(2026, 11, 22))
    wrong = [one for one in found if one.rule != "absolute-claim"]
    assert [f"{one.line}:{one.column} {one.rule} {one.message}" for one in wrong] == ([expected] if expected else [])
    assert all(one.severity == "warning" and one.hint for one in wrong)


def test_hints(tmp_path: Path) -> None:
    """A name that is misspelt is proposed."""
    notes = "# allow absolut-claim: why\nnotes:\n  - {id: one, question: Which?, answer: This, sources: []}\n"
    deck = write_deck(tmp_path / "knots", {"notes.yaml": notes})
    compiled, _ = DeckCompiler(deck, keep_sources=True).compile()
    assert compiled
    (one,) = Linter(Selection(only=frozenset({"absolute-claim"}))).lint(compiled, date(2026, 11, 22))
    assert one.hint == "did you mean `absolute-claim`?"


# what is no comment


@pytest.mark.parametrize(
    "note",
    [
        "question: 'Which? # allow absolute-claim: why'\nanswer: Never",
        'question: "Which?\n  # allow absolute-claim: why"\nanswer: Never',
        "question: Which?# allow absolute-claim:why\nanswer: Never",
        "question: |\n  Which?\n  # allow absolute-claim: why\nanswer: Never",
        "question: >-\n  Which?\n\n    # allow absolute-claim: why\n\nanswer: Never",
        "question: |2\n  # allow absolute-claim: why\n  Which?\nanswer: Never",
    ],
)
def test_in_a_text(tmp_path: Path, note: str) -> None:
    """In quotes, below `|` and inside a word, `#` begins no comment."""
    lines = note.replace("\n", "\n    ")
    found = said(tmp_path, {"notes.yaml": f"notes:\n  - id: one\n    {lines}\n"}, "absolute-claim")
    assert [one.rpartition(" ")[2] for one in found] == ["absolute-claim"]


@pytest.mark.parametrize(
    "note",
    [
        "question: 'Which?' # allow absolute-claim: why\nanswer: Never",
        "question: | # allow absolute-claim: why\n  Which?\nanswer: Never",
        "question: >-   # allow absolute-claim: why\n  Which?\nanswer: Never",
        "question: |\n  Which?\n# allow absolute-claim: why\nanswer: Never",
        "question: Which?\nanswer: |\n  Never\n  \n # allow absolute-claim: why",
        "question: Which?\nanswer: Never\ntags: [a, # allow absolute-claim: why\n  b]",
        "question: Which?\nanswer: Never\ntags: # allow absolute-claim: why\n  - a",
        "question: Which?\nanswer: Never\n\t# allow absolute-claim: why",
    ],
)
def test_beside_a_text(tmp_path: Path, note: str) -> None:
    """Behind quotes, behind `|`, below a text, in a list and behind a tab, `#` begins a comment."""
    lines = note.replace("\n", "\n    ")
    assert said(tmp_path, {"notes.yaml": f"notes:\n  - id: one\n    {lines}\n"}, "absolute-claim") == []


def test_line_ends_of_windows_and_a_byte_order_mark(tmp_path: Path) -> None:
    """Places and reasons are those of the lines as they are seen."""
    notes = """\
notes:
  - id: one
    # allow absolute-claim: why
    question: Which?
    answer: Never
  - id: two # allow absolute-claim
    question: Which?
    answer: Never
"""
    content = b"\xef\xbb\xbf" + notes.replace("\n", "\r\n").encode("utf-8")
    assert said(tmp_path, {"notes.yaml": content}, "absolute-claim") == [
        "notes.yaml:6:13 bad-allow",
        "notes.yaml:8:13 absolute-claim",
    ]


def test_a_syntax_error_in_another_file(tmp_path: Path) -> None:
    """Comments of the files that can be read count; of one that cannot, those above the error."""
    broken = """\
notes:
  - id: one
    question: Which?
    answer: Never # allow absolute-claim: why
  - id: two
    question: "Which?
    answer: Never # allow absolute-claim
"""
    whole = "notes:\n  - {id: three, question: Which?, answer: Never} # allow absolute-claim: why\n"
    assert said(tmp_path, {"broken.yaml": broken, "whole.yaml": whole}, "absolute-claim") == []


def test_comments_of_a_file() -> None:
    """Each comment once, with its place; what follows a syntax error is not read."""
    text = "# one # and more\na: 'b # c' # two\nd: |  # three\n  # text\n   \t# four\ne: [\n#five\n] #\nf: g\nh: '"
    assert list(comments(text)) == [
        Comment("# one # and more", 1, 1, True),
        Comment("# two", 2, 12, False),
        Comment("# three", 3, 7, False),
        Comment("#five", 7, 1, True),
        Comment("#", 8, 3, False),
    ]
