"""A deck that is compiled and linted time and again: after any edits it is what it would be the first time."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from builder.compiler.deck import CompiledDeck, DeckCompiler
from builder.core.diagnostics import Diagnostic, has_errors
from builder.lint.linter import Linter
from builder.lint.note_view import NoteView
from builder.lint.rule import Finding, Option, Options, Rule
from builder.lint.settings import Selection
from tests.decks import MP3, NOTE_TYPES, PLAIN_DECK_YAML, PNG, REFERENCES_YAML, ROPE_SVG, ROPES, SVG, png, write_deck

TODAY = date(2026, 11, 22)
_FRONT, _TYPE = "note_types/drill/front.html", "note_types/drill/note_type.yaml"

LOOPS = """\
deck: Loops
tags: [Loops]
notes:
  - id: bowline
    question: "Which knot always makes a fixed loop? ![](media/knot.svg)"
    answer: The bowline
    sources: [ashley-1944]
  - id: noose
    # allow missing-source: common knowledge
    question: Which knot makes a loop that slides shut? [sound:media/word.mp3]
    answer: The noose ![A loop](media//knot.png)
    tags: [Loop]
    review_by: 2026-10
"""
DRILLS = """\
notes:
  - id: drill
    type: drill
    fields: {Prompt: Tie a bowline, Reply: "![](media/knot.png)"}
    sources: [budworth-2012, {key: ashley-1944, at: p. 2}]
  - id: gaps
    cloze: The {{c1::bowline}} makes a fixed loop.
    audience: student
  - id: map
    question: Name the masked part
    occlusion: {image: media/rope.svg, alt: rope.svg, masks: {c1: loop, c2: bight}}
"""
START: dict[str, str | bytes] = {"loops.yaml": LOOPS, "more/drills.yaml": DRILLS, **ROPES, **NOTE_TYPES}

# What an author may save; None removes the file. What is wrong in them is meant.
VERSIONS: dict[str, tuple[str | bytes | None, ...]] = {
    "loops.yaml": (
        LOOPS,
        None,
        LOOPS.replace("The bowline", "Never the bowline"),
        LOOPS.replace("bowline\n    question", "gaps\n    question"),
        LOOPS.replace("ashley-1944", "ashley-1945"),
        LOOPS.replace("notes:", "# allow undescribed-picture: drawn for those who see\nnotes:"),
        LOOPS.replace("tags: [Loop]", "audience: clinician"),
        LOOPS.replace("media//knot", "media/sub/knot"),
        LOOPS.replace("# allow missing-source: common knowledge", "sources: [ashley-1944]"),
        LOOPS.replace("fixed", "{{c1::fixed}}"),
        LOOPS.replace("answer: The noose", "answer: [The noose"),
        LOOPS.replace("deck: Loops", "deck: DRILLS"),
        LOOPS + LOOPS.partition("notes:\n")[2],
        LOOPS.replace("review_by: 2026-10", "retired: It is cruel\n    replaced_by: drill"),
    ),
    "more/drills.yaml": (
        DRILLS,
        None,
        DRILLS.replace("deck", "Deck").replace("Prompt", "Promt"),
        DRILLS.replace("notes:", "deck: Drills\nnotes:"),
        DRILLS.replace("masks: {c1: loop", "masks: {c1: lop"),
        DRILLS.replace("type: drill", "type: drills"),
        DRILLS.replace("sources: [b", "retired: It bores\n    sources: [b"),
        DRILLS.replace("media/knot.png", "media/Knot.png"),
        DRILLS.replace("The {{c1::bowline}}", "The {{c2::bowline}} (a knot)"),
    ),
    "new.yaml": (
        None,
        LOOPS,
        "notes:\n  - {id: new, question: Which knot makes a fixed loop?, answer: The noose}\n",
        "\t",
    ),
    "references.yaml": (
        REFERENCES_YAML,
        REFERENCES_YAML.replace("The Knot Book", "The Book of Knots"),
        REFERENCES_YAML.replace("budworth-2012", "budworth-2013"),
        REFERENCES_YAML.replace("budworth-2012", "ashley-1945"),
        REFERENCES_YAML.replace("1944]]", "nineteen]]"),
        "# allow unused-reference: soon\n"
        + REFERENCES_YAML
        + "  - {id: nobody, type: book, title: Nobody, issued: 1999}\n",
    ),
    "style.css": (None, ".card { --db-accent: #123456; }\n", ".card { color: }\n", "@import 'x.css';\n"),
    _FRONT: (NOTE_TYPES[_FRONT], "<b>{{Prompt}}</b>\n", "{{#Sources}}<p>{{Prompt}}</p>{{/Sources}}\n", "{{Promt}}\n"),
    _TYPE: (
        NOTE_TYPES[_TYPE],
        None,
        str(NOTE_TYPES[_TYPE]).replace("Explanation, ", ""),
        str(NOTE_TYPES[_TYPE]).replace("Drill", "Exercise"),
    ),
    "media/knot.png": (PNG, None, png(2, 2), b"no picture"),
    "media/knot.svg": (SVG, None, SVG.replace(b'r="3"', b'r="2"')),
    "media/word.mp3": (MP3, None, MP3 + bytes(2_000_000)),
    "media/rope.svg": (ROPE_SVG, None, ROPE_SVG.replace(b'id="bight"', b'id="bend"'), b"<svg"),
    "media/sub/knot.png": (None, PNG),
    "deck.yaml": (
        PLAIN_DECK_YAML,
        PLAIN_DECK_YAML.replace("name: Knots", "name: Bends"),
        PLAIN_DECK_YAML.replace("language: en", "language: de"),
        PLAIN_DECK_YAML.replace("tag: Knots", "tag: Ropes"),
        PLAIN_DECK_YAML.replace("  clinician: {audience: clinician}\n", ""),
        PLAIN_DECK_YAML + "citation_style: apa\n",
        PLAIN_DECK_YAML + "lint:\n  undescribed-picture: off\n  answer-too-long: {words: 1}\n  nothing: on\n",
        PLAIN_DECK_YAML + "# allow unused-media: on purpose\n",
        PLAIN_DECK_YAML.replace("version: 2026.11", "version: [2026]"),
        "name: Knots",
        "id: [",
    ),
}
EDITS = st.sampled_from([(name, content) for name, contents in VERSIONS.items() for content in contents])


def facts(compiled: CompiledDeck | None) -> tuple[object, ...]:
    """All that a compiled deck holds, but for the readers of its files."""
    if compiled is None:
        return ()
    files = [
        (one.path, one.notes, one.ids, one.subdeck, one.diagnostics, one.cites, one.asks, one.own_types, one.retired)
        for one in compiled.files
    ]
    notes = [one.source.notes for one in compiled.files if one.source]
    whole = compiled.deck, compiled.note_types, compiled.notes, compiled.media, compiled.places, compiled.references
    return *whole, files, notes


class Desk:
    """A deck in a folder, with a compiler and a linter that have seen all that was done to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = write_deck(folder / "knots", START)
        self._times = count(1_700_000_000)
        self._compiler = DeckCompiler(self.folder, keep_sources=True)
        self._linter = Linter()

    def save(self, name: str, content: str | bytes | None) -> None:
        """Writes a file, or removes it; two files of the same content differ in their times."""
        path = self.folder / name
        if content is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        time = next(self._times)
        os.utime(path, (time, time))

    def look(self, changed: Collection[Path] = ()) -> tuple[object, ...]:
        """What the compiler and the linter that know the deck say of it now."""
        return _seen(self._compiler, self._linter, changed)

    def look_for_the_first_time(self) -> tuple[object, ...]:
        """What new ones say of it."""
        return _seen(DeckCompiler(self.folder, keep_sources=True), Linter(), ())


def _seen(compiler: DeckCompiler, linter: Linter, changed: Collection[Path]) -> tuple[object, ...]:
    compiled, problems = compiler.compile(changed=changed)
    advice: tuple[Diagnostic, ...] = ()
    if compiled:
        advice = linter.lint(compiled, TODAY, is_whole=not has_errors(problems))
    return facts(compiled), problems, advice


@given(st.lists(EDITS, min_size=1, max_size=6))
# A hint names a reference that is there only now.
@example([("references.yaml", VERSIONS["references.yaml"][2]), ("references.yaml", VERSIONS["references.yaml"][3])])
# A picture is named in two ways, and becomes another.
@example([("media/knot.png", png(2, 2))])
# The same picture is there twice, and the notes change from one to the other.
@example([("media/sub/knot.png", PNG), ("more/drills.yaml", None), ("loops.yaml", VERSIONS["loops.yaml"][7])])
# A note gets the id of another one, in another file.
@example([("loops.yaml", VERSIONS["loops.yaml"][3])])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_after_any_edits_a_deck_is_what_it_would_be_the_first_time(edits: list[tuple[str, str | bytes | None]]) -> None:
    """Compiled deck, problems and advice are the same as those of a compiler and a linter that know nothing."""
    with TemporaryDirectory() as name:
        desk = Desk(Path(name))
        assert desk.look() == desk.look_for_the_first_time()
        for path, content in edits:
            desk.save(path, content)
            assert desk.look() == desk.look_for_the_first_time(), (path, content)


def test_what_changed_is_read_again_whatever_its_times(tmp_path: Path) -> None:
    """An editor may save twice in a moment, and a file of as many bytes: who watches the folder knows better."""
    desk = Desk(tmp_path)
    desk.look()
    for name, content in (
        ("loops.yaml", LOOPS.replace("slides", "closes")),
        ("media/knot.svg", SVG.replace(b"3", b"2")),
    ):
        path = desk.folder / name
        before = path.stat()
        with path.open("r+b") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_size == before.st_size
        assert desk.look({path}) == desk.look_for_the_first_time()


def compiled(folder: Path, files: dict[str, str | bytes]) -> CompiledDeck:
    """A deck compiled with its sources."""
    deck, _ = DeckCompiler(write_deck(folder / "knots", files), keep_sources=True).compile()
    assert deck
    return deck


def advice(deck: CompiledDeck, linter: Linter, today: date = TODAY, **how: bool) -> list[tuple[str, int, int, str]]:
    """What a linter says, as (file, line, column, rule)."""
    return [(one.path.name, one.line, one.column, one.rule) for one in linter.lint(deck, today, **how)]


def test_a_deck_that_is_not_whole(tmp_path: Path) -> None:
    """Rules about the deck as a whole are not asked, and no comment is called needless."""
    notes = """\
notes:
  - id: loop
    question: Which?
    answer: Never that # allow absolute-claim: so it is
  - id: other # allow similar-question: meant
    question: Which?
    answer: This # allow absolute-claim: nothing to allow
    sources: [ashley-1944]
"""
    deck = compiled(tmp_path, {"notes.yaml": notes})
    of_notes = [("notes.yaml", 2, 9, "missing-source")]
    only = Selection(only=frozenset({"absolute-claim", "missing-source", "similar-question", "unused-reference"}))
    assert advice(deck, Linter(only), is_whole=False) == of_notes
    needless = [("notes.yaml", 5, 23, "unused-allow"), ("notes.yaml", 7, 26, "unused-allow")]
    assert advice(deck, Linter(only)) == [*of_notes, *needless, ("references.yaml", 7, 5, "unused-reference")]


def test_only_the_rules_that_are_selected(tmp_path: Path) -> None:
    """Named rules run also when the deck switches them off; those left out do not, and their comments are let be."""
    notes = "notes:\n  - {id: a, question: Which?, answer: Never} # allow absolute-claim: so it is\n"
    lint = "lint: {missing-source: off}\n"
    deck = compiled(tmp_path, {"notes.yaml": notes, "deck.yaml": PLAIN_DECK_YAML + lint})

    def found(only: set[str], without: set[str]) -> list[str]:
        selection = Selection(only=frozenset(only), without=frozenset(without))
        return [rule for _, _, _, rule in advice(deck, Linter(selection))]

    assert found({"missing-source"}, set()) == ["missing-source"]
    assert found({"missing-source", "absolute-claim"}, {"absolute-claim"}) == ["missing-source"]
    assert "missing-source" not in found(set(), set())
    assert "unused-reference" in found(set(), set())
    assert "unused-reference" not in found(set(), {"unused-reference"})


def test_the_day_counts_each_time(tmp_path: Path) -> None:
    """The same linter says tomorrow what it does not say today."""
    notes = "notes:\n  - {id: a, question: Which?, answer: This, review_by: 2026-11-22}\n"
    deck = compiled(tmp_path, {"notes.yaml": notes})
    linter = Linter(Selection(only=frozenset({"review-due"})))
    assert advice(deck, linter, date(2026, 11, 22)) == []
    assert advice(deck, linter, date(2026, 11, 23)) == [("notes.yaml", 2, 56, "review-due")]


def test_notes_are_looked_at_again_when_their_file_or_the_settings_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A save costs the notes of one file; other options, or another language, all."""
    seen: list[str] = []

    def check(view: NoteView, options: Options) -> Iterator[Finding]:
        seen.append(f"{view.note.id.value} {options.number('limit')}")
        yield from ()

    rule = Rule(name="counting", page="Counting\n", check=check, options={"limit": Option(1, "a limit")})
    monkeypatch.setattr("builder.lint.settings.RULES", (rule,))
    desk = Desk(tmp_path)

    def looked() -> list[str]:
        seen.clear()
        desk.look()
        return list(seen)

    assert looked() == ["bowline 1", "noose 1", "drill 1", "gaps 1", "map 1"]
    assert looked() == []
    desk.save("loops.yaml", LOOPS.replace("shut", "tight"))
    assert looked() == ["bowline 1", "noose 1"]
    desk.save("deck.yaml", PLAIN_DECK_YAML + "lint:\n  counting: {limit: 2}\n")
    assert looked() == ["bowline 2", "noose 2", "drill 2", "gaps 2", "map 2"]
    desk.save("deck.yaml", PLAIN_DECK_YAML.replace("2026.11", "2026.12") + "lint:\n  counting: {limit: 2}\n")
    assert looked() == []


def test_notes_with_errors_are_not_looked_at(tmp_path: Path) -> None:
    """What cannot be on a card is told as an error; advice would say it once more."""
    notes = """\
notes:
  - {id: sound, question: Which?, answer: This}
  - {id: broken, question: "Which? ![](media/none.png)", answer: This}
  - {id: twice, question: Which one?, answer: This}
  - {id: twice, question: Which other?, answer: That}
"""
    deck = compiled(tmp_path, {"notes.yaml": notes})
    linter = Linter(Selection(only=frozenset({"missing-source"})))
    assert advice(deck, linter, is_whole=False) == [("notes.yaml", 2, 10, "missing-source")]
