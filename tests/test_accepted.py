"""What looks odd and is right: byte order marks, Windows line ends, and texts that YAML takes for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.compiler.deck import compile_deck
from builder.core.package import AnkiNote
from tests.decks import DECK_YAML, NOTES_YAML, REFERENCES_YAML, notes_yaml, write_deck


def compiled(tmp_path: Path, files: dict[str, str | bytes]) -> tuple[AnkiNote, ...]:
    """The notes of a deck without a single diagnostic."""
    deck, diagnostics = compile_deck(write_deck(tmp_path / "knots", files))
    assert diagnostics == ()
    assert deck
    return deck.notes


def first_field(tmp_path: Path, question: str) -> str:
    """The HTML of a question written in YAML as it stands here."""
    (note,) = compiled(tmp_path, {"notes.yaml": f"notes:\n  - id: a\n    question: {question}\n    answer: x\n"})
    return note.fields[0]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("start", [b"", b"---\n", b"# a comment\n---\n", b"%YAML 1.1\n---\n", b"\n\n"], ids=repr)
@pytest.mark.parametrize("close", [b"", b"...\n", b"\n\n", b"# the end"], ids=repr)
def test_the_same_deck_however_it_was_saved(
    mark: bytes, end: bytes, start: bytes, close: bytes, tmp_path: Path
) -> None:
    """Marks, line ends, document starts and ends change nothing of any of the files."""

    def saved(content: str) -> bytes:
        return mark + (start + content.encode("utf-8") + close).replace(b"\n", end)

    block = notes_yaml("id: b\nquestion: |\n  Two\n  lines\nanswer: >\n  folded\n  text")
    plain = compiled(tmp_path / "plain", {"notes.yaml": NOTES_YAML, "more.yaml": block})
    files: dict[str, str | bytes] = {
        "deck.yaml": saved(DECK_YAML),
        "references.yaml": saved(REFERENCES_YAML),
        "notes.yaml": saved(NOTES_YAML),
        "more.yaml": saved(block),
    }
    assert compiled(tmp_path / "saved", files) == plain


@pytest.mark.parametrize(
    "written",
    [
        *("no", "yes", "on", "true", "null", "~", "1:30", "2024-01-01", "1.10", "0x1F", "010", "1_000", "1e3", ".5"),
        *("+1", ".inf", "NaN", "=", "2026-11-01T10:00:00Z", "12:30:45", "0.1", "-1", "5%", "a:b", "a#b", "'C:'"),
        "https://x.org",
    ],
)
def test_a_text_stays_what_was_typed(written: str, tmp_path: Path) -> None:
    """YAML's booleans, numbers, dates and nulls are texts here."""
    assert first_field(tmp_path, written) == written.strip("'")


def test_texts_that_look_like_something_else_everywhere(tmp_path: Path) -> None:
    """Ids, tags, versions and audiences are texts too."""
    deck = DECK_YAML.replace("version: 2026.11", "version: 1.10").replace(
        "student: {audience: student}", "no: {audience: no}"
    )
    notes = notes_yaml("id: 007\nquestion: 1\nanswer: 2024-01-01\ntags: [no, 1.10]\naudience: no")
    (note,) = compiled(tmp_path, {"deck.yaml": deck, "notes.yaml": notes})
    assert (note.id, note.audience, note.tags) == ("007", "no", ("Knots::1.10", "Knots::no"))
    (tree,) = [compile_deck(tmp_path / "knots")[0]]
    assert tree
    assert tree.deck.version == "1.10"


@pytest.mark.parametrize(
    "text",
    ["$5 to $10", "It costs $5", "between $5 and $10 or $20", "US$5 and US$6", "$ 5 $", "5$ and 6$", "a $5, b $6"],
)
def test_money_stays_money(text: str, tmp_path: Path) -> None:
    """A dollar sign is only maths where maths is meant."""
    assert first_field(tmp_path, f"'{text}'") == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a < b and c > d", "a &lt; b and c &gt; d"),
        ("<3", "&lt;3"),
        ("x <- y", "x &lt;- y"),
        ("p<0.05", "p&lt;0.05"),
        ("AT&T & co", "AT&amp;T &amp; co"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("[brackets] stay", "[brackets] stay"),
        ("{braces} and }} or {{these}}", "{braces} and }} or {{these}}"),
        ("a | b", "a | b"),
        ("50 % of `x`", "50 % of <code>x</code>"),
        ("`<script>`", "<code>&lt;script&gt;</code>"),
        ("`$x$ and {{y}}`", "<code>$x$ and {{y}}</code>"),
    ],
)
def test_signs_in_prose_stay_signs(written: str, shown: str, tmp_path: Path) -> None:
    """Comparisons, ampersands, stars, underscores and braces of prose are no markup."""
    yaml_text = "'" + written.replace("'", "''") + "'"
    assert first_field(tmp_path, yaml_text) == shown


def test_a_tab_behind_a_colon_is_a_blank(tmp_path: Path) -> None:
    """Only indentation cannot have tabs."""
    assert first_field(tmp_path, "\tWhich knot?") == "Which knot?"


def test_keys_in_quotes_and_braces(tmp_path: Path) -> None:
    """All of YAML's ways to write keys, lists and texts are the same."""
    notes = """\
'notes': [{"id": a, question: 'x', 'answer': "y", tags: [A, 'B'], sources: ["ashley-1944", {key: ashley-1944, at: 2}]}]
"""
    blocks = notes_yaml(
        "id: a\nquestion: x\nanswer: y\ntags:\n  - A\n  - B\nsources:\n- ashley-1944\n- key: ashley-1944\n  at: 2"
    )
    assert compiled(tmp_path / "flow", {"notes.yaml": notes}) == compiled(tmp_path / "blocks", {"notes.yaml": blocks})


def test_a_deck_needs_only_three_keys(tmp_path: Path) -> None:
    """Id, name and tag; no references, no editions."""
    files: dict[str, str | bytes] = {"deck.yaml": "id: knots-7f3k2q\nname: Knots\ntag: Knots\n", "references.yaml": ""}
    files["notes.yaml"] = notes_yaml("id: a\nquestion: x\nanswer: y")
    assert len(compiled(tmp_path, files)) == 1


def test_an_id_may_be_of_any_alphabet(tmp_path: Path) -> None:
    """Letters are letters."""
    (note,) = compiled(tmp_path, {"notes.yaml": notes_yaml("id: nœud-de-chaise_2.b\nquestion: x\nanswer: y")})
    assert note.id == "nœud-de-chaise_2.b"
