"""What diagnostics say: near misses are named, and hints tell an author who knows no YAML what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.compiler import compile_deck
from builder.core.diagnostics import Diagnostic
from tests.decks import DECK_YAML, NOTES_YAML, notes_yaml, write_deck

GOOD = "question: Which knot?\nanswer: The bowline"


def only(tmp_path: Path, content: str, name: str = "notes.yaml") -> Diagnostic:
    """The one diagnostic of a deck with a file of this content."""
    _, diagnostics = compile_deck(write_deck(tmp_path / "knots", {"notes.yaml": NOTES_YAML, name: content}))
    (one,) = diagnostics
    return one


@pytest.mark.parametrize(
    ("note", "meant"),
    [
        (f"id: a\n{GOOD}\nexplaination: x", "explanation"),
        (f"id: a\n{GOOD}\nExplanation: x", "explanation"),
        (f"id: a\n{GOOD}\nsource: [ashley-1944]", "sources"),
        (f"id: a\n{GOOD}\ntag: [x]", "tags"),
        (f"id: a\n{GOOD}\naudiance: student", "audience"),
        (f"id: a\n{GOOD}\nreversed: true", "reverse"),
        (f"id: a\n{GOOD}\nREVERSE: true", "reverse"),
        ("id: a\nclose: The {{c1::bowline}}", "cloze"),
        (f"id: a\n{GOOD}\nsources: [ashley-1954]", "ashley-1944"),
        (f"id: a\n{GOOD}\nsources: [Ashley-1944]", "ashley-1944"),
        (f"id: a\n{GOOD}\nsources: [ASHLEY-1944]", "ashley-1944"),
        (f"id: a\n{GOOD}\nsources: [{{key: budworth-2021}}]", "budworth-2012"),
        (f"id: a\n{GOOD}\naudience: studnet", "student"),
        (f"id: a\n{GOOD}\naudience: Clinician", "clinician"),
        (f"id: a\n{GOOD}\naudience: STUDENT", "student"),
        (f"id: a\n{GOOD}\nquestion: '![x](media/KNOT.svg)'".replace("question: Which knot?\n", ""), "media/knot.svg"),
    ],
)
def test_did_you_mean_in_notes(note: str, meant: str, tmp_path: Path) -> None:
    """A key, source, audience or file that is nearly right is named; capitals make no difference."""
    assert only(tmp_path, notes_yaml(note)).hint == f"did you mean `{meant}`?"


@pytest.mark.parametrize(
    ("name", "content", "meant"),
    [
        ("notes.yaml", NOTES_YAML + "dekc: Loops\n", "deck"),
        ("deck.yaml", DECK_YAML + "lisense: x\n", "license"),
        ("deck.yaml", DECK_YAML + "reporturl: https://example.org\n", "report_url"),
        ("deck.yaml", DECK_YAML + "Edition: x\n", "editions"),
        ("deck.yaml", DECK_YAML.replace("{audience: student}", "{audience: student, audiance: x}"), "audience"),
        ("references.yaml", "references: [{id: ashley-1944}]\nreference: []\n", "references"),
    ],
)
def test_did_you_mean_in_files(name: str, content: str, meant: str, tmp_path: Path) -> None:
    """The same for the keys of whole files."""
    assert only(tmp_path, content, name).hint == f"did you mean `{meant}`?"


@pytest.mark.parametrize(
    ("note", "hints"),
    [
        # nothing is near: the choices are named
        (
            f"id: a\n{GOOD}\ndifficulty: 3",
            ["question", "answer", "cloze", "explanation", "sources", "tags", "audience"],
        ),
        (f"id: a\n{GOOD}\naudience: nobody", ["student", "clinician"]),
        (f"id: a\n{GOOD}\nsources: [nobody]", ["references.yaml"]),
        # wrong types: what to write, from what was written
        (f"id: a\n{GOOD}\ntags: Loops", ["`tags: [Loops]`"]),
        (f"id: a\n{GOOD}\nsources: ashley-1944", ["`sources: [ashley-1944]`"]),
        (f"id: a\n{GOOD}\nsources: [ashley-1944: p. 2]", ["{key: ashley-1944, at: "]),
        (f"id: a\n{GOOD}\naudience: [student]", ["`audience: student`"]),
        (f"id: a\n{GOOD}\nreverse: yes", ["`reverse: true`"]),
        (f"id: a\n{GOOD}\nreverse: no", ["false"]),
        (f"id: a\n{GOOD}\ntags: [Fixed loops]", ["`Fixed-loops`"]),
        # YAML
        ("id: a\nquestion:Which knot?\nanswer: x", ["`question: Which knot?`"]),
        ("id: a\nquestion:\u00a0Which knot?\nanswer: x", ["`question: Which knot?`"]),
        ("id: a\nquestion\uff1aWhich knot?\nanswer: x", ["`question: Which knot?`"]),
        ("id: a\nquestion Which knot?\nanswer: x", ["`question: Which knot?`"]),
        ("id: a\nquestion: Which: this?\nanswer: x", ["quotes"]),
        ("id: a\nquestion: \u201cWhich: this?\u201d\nanswer: x", ["straight"]),
        ("id: a\nquestion:\n  Which: this?\nanswer: x", ["quote"]),
        ("id: a\nquestion: Which number?\nanswer: #1", ["#"]),
        ("id: a\nquestion: |\nWhich knot?\nanswer: x", ["indent"]),
        ("id: a\ncloze: {{c1::x}}", ["quotes"]),
        ('id: a\nquestion: "How much is \\(x\\)?"\nanswer: x', ["single quotes"]),
        ("id: a\nquestion: 'it's'\nanswer: x", ["`''`"]),
        ('id: a\nquestion: "a "b" c"\nanswer: x', ['`\\"`']),
        # needed keys cannot be removed
        ("id:\nquestion: x\nanswer: y", ["write"]),
        # Markdown
        ("id: a\nquestion: <b>Which\nanswer: x", ["</b>"]),
        ("id: a\nquestion: <script>x</script>\nanswer: x", ["cards run no programs"]),
        ("id: a\nquestion: '![x](C:\\x.png)'\nanswer: x", ["copy"]),
        ("id: a\nquestion: '![x](media\\knot.svg)'\nanswer: x", ["`media/knot.svg`"]),
        ("id: a\nquestion: '[x](other.html)'\nanswer: x", ["https://"]),
        ("id: a\ncloze: The {{bowline}}", ["{{c1::"]),
        ("id: a\nquestion: The {{c1::bowline}}\nanswer: x", ["`cloze:`"]),
    ],
)
def test_the_hint_says_what_to_write(note: str, hints: list[str], tmp_path: Path) -> None:
    """Each hint has the words that help."""
    one = only(tmp_path, notes_yaml(note))
    for hint in hints:
        assert hint in one.hint, one


@pytest.mark.parametrize(
    ("note", "misleading"),
    [
        # nothing was written: it is not "text" of the wrong kind
        (f"id: a\n{GOOD}\ntags:", "not text"),
        (f"id: a\n{GOOD}\nsources:", "not text"),
        # what is needed cannot be left out
        ("id:\nquestion: x\nanswer: y", "remove"),
        ("id: a\nquestion:\nanswer: y", "remove"),
        # it has a number
        ("id: a\ncloze: The {{c1:bowline}}", "needs `c` and a number"),
        ("id: a\ncloze: The {{c1000::bowline}}", "needs `c` and a number"),
        # a drive is outside, with either slash
        ("id: a\nquestion: '![x](C:\\x.png)'\nanswer: x", "write `C:/"),
        # a colon is the problem, not a bracket
        ("id: a\nquestion:\n  Which: this?\nanswer: x", "[ or {"),
        # an address with a gap does begin with https://
        ("id: a\ncloze: '[x](https://{{c1::y}}.org)'", "begin it with"),
    ],
)
def test_nothing_misleads(note: str, misleading: str, tmp_path: Path) -> None:
    """Words that would send an author the wrong way."""
    one = only(tmp_path, notes_yaml(note))
    assert misleading not in f"{one.message}; {one.hint}"


def test_an_empty_note_is_called_empty(tmp_path: Path) -> None:
    """A `-` with nothing behind it is not "text"."""
    one = only(tmp_path, NOTES_YAML + "  -\n")
    assert "not text" not in one.message


def test_a_missing_id_is_proposed(tmp_path: Path) -> None:
    """The hint has an id made of the question, ready to paste."""
    one = only(tmp_path, "notes:\n  - question: Which knot makes a *fixed* loop?\n    answer: The bowline\n")
    assert "`id: which-knot-makes-fixed`" in one.hint


@pytest.mark.parametrize("long", ["x" * 1_000, "wort " * 200])
@pytest.mark.parametrize(
    "note",
    [
        "id: {}\n" + GOOD,
        f"id: a\n{GOOD}\naudience: {{}}",
        f"id: a\n{GOOD}\nsources: [{{}}]",
        f"id: a\n{GOOD}\ntags: ['::{{}}']",
        f"id: a\n{GOOD}\ntags: {{}}",
        f"id: a\n{GOOD}\n? {{}}\n: x",
        "id: a\nquestion: '![x](<{}.png>)'\nanswer: x",
        "id: a\nquestion: '[x](<{}>)'\nanswer: x",
        "id: a\nquestion: x <{}>\nanswer: x",
        "id: a\nquestion: '[sound:{}.mp3]'\nanswer: x",
    ],
)
def test_a_long_text_is_not_repeated_whole(note: str, long: str, tmp_path: Path) -> None:
    """A message quotes the beginning of what was written; the line is shown below it anyway."""
    _, diagnostics = compile_deck(write_deck(tmp_path / "knots", {"notes.yaml": notes_yaml(note.format(long.strip()))}))
    for one in diagnostics:
        assert len(one.message) < 300, one.message
        assert len(one.hint) < 300, one.hint
