"""What a release would cost students is refused, with what they lose and how to allow it, and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from typer.testing import CliRunner

from builder.cli.app import app
from builder.core.note_types import NoteType
from builder.guards import COSTS
from tests.releases.author import DAY, FIRST, NOW, SECOND, THIRD, Author, RefusedError, cloze, question, tree

NOTES = [question(f"q{number}", f"Answer {number}") for number in range(20)]
BOTH_WAYS = question("both", "Yes", "reverse: true")
GAPS = cloze("gaps", "A {{c1::loop}}, {{c2::bend}} or {{c3::hitch}}")
PAIRS = cloze("pairs", "A {{c1::rope}} and {{c2::an end}}")


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck of 23 notes is released, one of them without a gap that it once had."""
    author.notes(*NOTES, BOTH_WAYS, GAPS)
    author.notes(PAIRS, file="pairs.yaml")
    author.release(FIRST - DAY)
    author.edit("and {{c2::an end}}", "and a knot", "pairs.yaml")
    author.release(FIRST, allow=["gone-card:pairs"])
    return author


def without(author: Author, note: str) -> None:
    """Removes a note from the sources."""
    author.notes(*(one for one in (*NOTES, BOTH_WAYS, GAPS) if one is not note))


def more_fields(note_type: NoteType) -> NoteType:
    """The note type with another field."""
    return replace(note_type, fields=(*note_type.fields, "More"))


def fewer_templates(note_type: NoteType) -> NoteType:
    """The note type without its last template, unless it is its only one."""
    return replace(note_type, templates=note_type.templates[:1])


def set_restyle(author: Author, change: Callable[[NoteType], NoteType]) -> None:
    """Changes the stock note types."""
    author.restyle = change


@dataclass(frozen=True, kw_only=True)
class Cost:
    """A change, what it costs, and the words that say what students lose; `subject` is what the cost is about."""

    rule: str
    subject: str
    change: Callable[[Author], object]
    loses: str
    place: str
    now: int = SECOND


CASES = {
    "gone-note": Cost(
        rule="gone-note",
        subject="q7",
        change=lambda a: without(a, NOTES[7]),
        loses="students keep it for ever and it is never corrected again",
        place="ledger.txt",
    ),
    "gone-card, reversed": Cost(
        rule="gone-card",
        subject="both",
        change=lambda a: a.edit("\n    reverse: true", ""),
        loses="students who study it would see an error in its place",
        place="notes.yaml",
    ),
    "gone-card, gap": Cost(
        rule="gone-card",
        subject="gaps",
        change=lambda a: a.edit("{{c2::bend}}", "bend"),
        loses="students who study it would see an error in its place",
        place="notes.yaml",
    ),
    "gone-card, renumbered": Cost(
        rule="gone-card",
        subject="gaps",
        change=lambda a: a.edit("{{c3::hitch}}", "{{c4::hitch}}"),
        loses="students who study it would see an error in its place",
        place="notes.yaml",
    ),
    "returned-card": Cost(
        rule="returned-card",
        subject="pairs",
        change=lambda a: a.edit("and a knot", "and {{c2::a knot}}", "pairs.yaml"),
        loses="students who still have it would meet it on the schedule of what it asked then",
        place="pairs.yaml",
    ),
    "changed-note-type": Cost(
        rule="changed-note-type",
        subject="q7",
        change=lambda a: a.edit("question: What about q7?\n    answer: Answer 7", "cloze: What is {{c1::q7}}?"),
        loses="Anki would never update it again for students who have it",
        place="notes.yaml",
    ),
    "changed-schema, field": Cost(
        rule="changed-schema",
        subject="cloze",
        change=lambda a: set_restyle(a, lambda t: more_fields(t) if t.key == "cloze" else t),
        loses="none of its notes would ever update again for students who have them",
        place="ledger.txt",
    ),
    "changed-schema, template": Cost(
        rule="changed-schema",
        subject="question",
        change=lambda a: set_restyle(a, fewer_templates),
        loses="none of its notes would ever update again for students who have them",
        place="ledger.txt",
    ),
    "changed-deck-id": Cost(
        rule="changed-deck-id",
        subject="",
        change=lambda a: a.edit("id: knots-7f3k2q", "id: ropes-7f3k2q", "deck.yaml"),
        loses="students would get every card a second time, without their reviews",
        place="deck.yaml",
    ),
    "future-ledger": Cost(
        rule="future-ledger",
        subject="",
        change=lambda a: a.edit("Answer 7\n", "Better\n"),
        loses="a later fix could be older than what students did in the meantime and never arrive",
        place="ledger.txt",
        now=FIRST - DAY,
    ),
    "mass-change": Cost(
        rule="mass-change",
        subject="",
        change=lambda a: a.notes(*(n.replace("Answer", "Réponse") for n in NOTES[:5]), *NOTES[5:], BOTH_WAYS, GAPS),
        loses="every edit that students made in them would be overwritten",
        place="deck.yaml",
    ),
}

costs = pytest.mark.parametrize("cost", CASES.values(), ids=CASES)
costs_of_something = pytest.mark.parametrize(
    "cost",
    [cost for cost in CASES.values() if cost.subject],
    ids=[name for name, cost in CASES.items() if cost.subject],
)


def test_every_cost_has_a_case() -> None:
    """Promise 6: every cost that `--allow` knows is shown here."""
    assert {cost.rule for cost in CASES.values()} | {"same-version"} == set(COSTS)


@costs
def test_refused_and_nothing_written(author: Author, cost: Cost) -> None:
    """Promise 6: a release that costs students something names the loss and the way to allow it, and writes nothing."""
    cost.change(author)
    before = tree(author.root)
    with pytest.raises(RefusedError) as caught:
        author.release(cost.now)
    assert tree(author.root) == before
    (found,) = caught.value.diagnostics
    name = f"{cost.rule}:{cost.subject}" if cost.subject else cost.rule
    assert found.rule == cost.rule
    assert found.path.name == cost.place
    assert cost.subject in found.message
    assert cost.loses in found.hint
    assert f"`deckbuilder release --allow {name}`" in found.hint


@costs
def test_allowed_by_name(author: Author, cost: Cost) -> None:
    """Promise 6: what is allowed by name is released and recorded, and everything else of the deck with it."""
    cost.change(author)
    made = author.release(cost.now, allow=[cost.rule])
    assert made.is_new
    assert author.ledger.releases[-1].modified == max(cost.now, FIRST + 1)
    assert set(author.ledger.notes) == {f"q{number}" for number in range(20)} | {"both", "gaps", "pairs"}


@costs_of_something
def test_allowed_for_one_alone(author: Author, cost: Cost) -> None:
    """Promise 6: `NAME:ID` allows the cost for that note or note type and for no other."""
    cost.change(author)
    before = tree(author.root)
    for other in (f"{cost.rule}:q3", f"{cost.rule}:", f"{cost.rule}:{cost.subject}x", "mass-change"):
        with pytest.raises(RefusedError):
            author.release(cost.now, allow=[other])
    assert tree(author.root) == before
    assert author.release(cost.now, allow=[f"{cost.rule}:q3", f"{cost.rule}:{cost.subject}"]).is_new


@costs
def test_what_was_allowed_is_asked_once(author: Author, cost: Cost) -> None:
    """Promise 6: a cost that students have paid is not in the way of the next release."""
    cost.change(author)
    author.release(cost.now, allow=[cost.rule])
    author.edit("Answer 11\n", "Better\n")
    author.release(THIRD)
    assert author.ledger.notes["q11"].modified == THIRD


@costs
def test_a_refused_release_changes_nothing_in_the_next(author: Author, cost: Cost) -> None:
    """Promise 4: a refusal leaves no trace in what is released afterwards."""
    clean = author.branch(author.root / "clean")
    cost.change(author)
    with pytest.raises(RefusedError):
        author.release(cost.now)
    author.restyle = clean.restyle
    for file in ("notes.yaml", "pairs.yaml", "deck.yaml"):
        author.write(file, (clean.deck / file).read_bytes())
    for one in (author, clean):
        one.edit("Answer 11\n", "Better\n")
        one.release(SECOND)
    assert author.package().read_bytes() == clean.package().read_bytes()
    assert author.ledger_path.read_bytes() == clean.ledger_path.read_bytes()


def test_several_costs_at_once(author: Author) -> None:
    """Promise 8: all costs are named in one run, and each must be allowed."""
    author.notes(*(note.replace("Answer", "Réponse") for note in NOTES[1:]), GAPS.replace("{{c2::bend}}", "bend"))
    with pytest.raises(RefusedError) as caught:
        author.release(SECOND)
    rules = sorted(diagnostic.rule for diagnostic in caught.value.diagnostics)
    assert rules == ["gone-card", "gone-note", "gone-note", "mass-change"]
    allow = ["gone-card", "gone-note:q0", "gone-note:both", "mass-change"]
    for missing in allow:
        with pytest.raises(RefusedError):
            author.release(SECOND, allow=[name for name in allow if name != missing])
    author.release(SECOND, allow=allow)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_few_changes_are_no_mass_change(author: Author, count: int) -> None:
    """Promise 6: a handful of changed notes is released without a question, also in a small deck."""
    changed = (note.replace("Answer", "Réponse") for note in NOTES[:count])
    author.notes(*changed, *NOTES[count:], BOTH_WAYS, GAPS)
    assert author.release(SECOND).changes.changed == count


@pytest.mark.parametrize(("changed", "refused"), [(10, False), (11, True)])
def test_a_tenth_is_the_limit(author: Author, changed: int, refused: bool) -> None:
    """Promise 6: more than a tenth of the released notes at once is refused, new notes do not count."""
    many = [question(f"m{number}", "Old") for number in range(77)]
    author.notes(*many, file="many.yaml")
    author.release(NOW)
    assert len(author.ledger.notes) == 100
    author.notes(*(note.replace("Old", "New") for note in many[:changed]), *many[changed:], file="many.yaml")
    author.notes(*(question(f"new{number}") for number in range(50)), file="new.yaml")
    if refused:
        with pytest.raises(RefusedError, match="mass-change: 11 of 100 released notes"):
            author.release(SECOND)
    else:
        assert author.release(SECOND).changes.changed == changed


def test_a_clock_that_stands_still_is_no_future(author: Author) -> None:
    """Promise 3: a release in the second of the last one is later than it, and needs no allowance."""
    author.edit("Answer 7\n", "Better\n")
    author.release(FIRST)
    assert author.ledger.notes["q7"].modified == FIRST + 1


def test_a_retired_id_returns_as_the_same_note(author: Author) -> None:
    """Promise 1: an id that was retired comes back with its GUID, its note id and, unchanged, its time."""
    before = author.ledger.notes["q7"]
    without(author, NOTES[7])
    author.release(SECOND, allow=["gone-note:q7"])
    assert author.ledger.notes["q7"] == replace(before, gone=SECOND)
    author.notes(*NOTES, BOTH_WAYS, GAPS)
    author.release(THIRD)
    assert author.ledger.notes["q7"] == before


def test_a_retired_id_is_never_another_note(author: Author) -> None:
    """Promise 1: an id that was retired cannot come back with another note type."""
    without(author, NOTES[7])
    author.release(SECOND, allow=["gone-note:q7"])
    author.notes(*NOTES[:7], cloze("q7", "Something {{c1::else}}"), *NOTES[8:], BOTH_WAYS, GAPS)
    with pytest.raises(RefusedError, match="changed-note-type"):
        author.release(THIRD)


def test_nothing_is_in_the_way_of_the_first_release(author: Author) -> None:
    """Promise 6: before the first release ids, forms and note types are free."""
    author.forget()
    author.draft(FIRST)
    author.notes(cloze("q7", "Something {{c1::else}}"))
    author.restyle = more_fields
    author.draft(SECOND)
    assert author.release(SECOND).changes.new == 2


def test_a_version_is_released_once(author: Author) -> None:
    """A second release of one version with other content is refused until allowed; the same release again is not."""
    author.edit("Answer 7\n", "Better\n")
    before = tree(author.root)
    with pytest.raises(RefusedError) as caught:
        author.release(SECOND, version="2026.11")
    (found,) = caught.value.diagnostics
    assert (found.rule, found.path.name) == ("same-version", "deck.yaml")
    assert "students, and what they report, could not tell the two apart" in found.hint
    assert "`deckbuilder release --allow same-version:2026.11`" in found.hint
    assert tree(author.root) == before
    with pytest.raises(RefusedError):
        author.release(SECOND, version="2026.11", allow=["same-version:2026.12"])
    author.release(SECOND, version="2026.12")
    assert not author.release(THIRD, version="2026.12").is_new
    author.edit("Better\n", "Best\n")
    with pytest.raises(RefusedError, match="same-version"):
        author.release(THIRD, version="2026.11")
    author.release(THIRD, version="2026.11", allow=["same-version:2026.11"])


def test_a_version_is_needed(author: Author) -> None:
    """Promise 8: a release without a version is refused in `deck.yaml`, before anything is written."""
    author.edit("version: 2026.11\n", "", "deck.yaml")
    before = tree(author.root)
    with pytest.raises(RefusedError, match="missing-version"):
        author.release(SECOND)
    assert tree(author.root) == before
    assert author.release(SECOND, version="1.2").version == "1.2"


LEDGER_DAMAGES: dict[str, Callable[[str], str]] = {
    "merge marks": lambda text: text + "<<<<<<< ours\n",
    "a word for a number": lambda text: text.replace("note q7 question 1", "note q7 question one"),
    "a newer format": lambda text: text.replace("deckbuilder-ledger 1", "deckbuilder-ledger 2"),
    "half a line": lambda text: text[: text.index(" question 1") + 5] + "\n",
    "broken JSON": lambda text: text.replace('{"id"', '["id"'),
    "other JSON": lambda text: re.sub(r"(type cloze \d+ \w+) .*", r"\1 [1]", text),
    "deep JSON": lambda text: text + "type own 1 x " + "[" * 100_000 + "\n",
    "an endless number": lambda text: text + f"note q1 question {'9' * 5000} 1 1 -\n",
}


@pytest.mark.parametrize("damage", LEDGER_DAMAGES.values(), ids=LEDGER_DAMAGES)
def test_a_damaged_ledger_is_refused(author: Author, damage: Callable[[str], str]) -> None:
    """Promise 8: a ledger that cannot be read is an error at its line, and nothing is written over it."""
    author.ledger_path.write_text(damage(author.ledger_path.read_text(encoding="utf-8")), encoding="utf-8")
    author.edit("Answer 7\n", "Better\n")
    before = tree(author.root)
    with pytest.raises(RefusedError) as caught:
        author.release(SECOND)
    assert "damaged-ledger" in caught.value.rules
    assert {found.path for found in caught.value.diagnostics if found.rule == "damaged-ledger"} == {author.ledger_path}
    assert tree(author.root) == before


MANIFEST_DAMAGES = {
    "empty": "",
    "no keys": "{}",
    "a list": "[]",
    "nothing": "null",
    "no deck": '{"format": 1}',
    "no lines": '{"format": 1, "deck": {"id": "knots-7f3k2q"}, "ledger": 3}',
    "half a line": '{"format": 1, "deck": {"id": "knots-7f3k2q"}, "ledger": ["note x"]}',
    "another deck": '{"format": 1, "deck": {"id": "ropes-7f3k2q"}, "ledger": []}',
    "a newer format": '{"format": 2, "deck": {"id": "knots-7f3k2q"}, "ledger": []}',
    "deep": "[" * 100_000,
    "not UTF-8": "\xff",
    "an id that is a list": '{"format": 1, "deck": {"id": []}, "ledger": []}',
    "an endless number": '{"format": 1, "deck": {"id": "knots-7f3k2q", "name": "K"}, "ledger": [], "builder": "",'
    ' "source": {"commit": "", "modified": false}, "packages": [], "released": Infinity}',
}


@pytest.mark.parametrize("damage", MANIFEST_DAMAGES.values(), ids=MANIFEST_DAMAGES)
def test_a_damaged_manifest_is_refused(author: Author, damage: str) -> None:
    """Promise 8: a manifest that cannot be read is an error that names it, and nothing is written over it."""
    author.manifest_path.write_text(damage, encoding="latin-1")
    before = tree(author.root)
    with pytest.raises(RefusedError) as caught:
        author.release(SECOND)
    assert caught.value.rules == {"damaged-manifest"}
    assert tree(author.root) == before


# on the command line


def test_refusal_on_the_command_line(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 8: the command line shows what a release would cost, ends with 1, and knows the names it shows."""
    monkeypatch.chdir(author.root)
    without(author, NOTES[7])
    before = tree(author.root)
    refused = CliRunner().invoke(app, ["release", "knots", "--version", "2"])
    assert refused.exit_code == 1
    assert tree(author.root) == before
    assert "[gone-note]" in refused.output
    assert "--allow gone-note:q7" in refused.output
    unknown = CliRunner().invoke(app, ["release", "knots", "--allow", "gone-notes:q7"])
    assert unknown.exit_code == 2
    assert "did you mean `gone-note`?" in unknown.output
    allowed = CliRunner().invoke(app, ["release", "knots", "--version", "2", "--allow", "gone-note:q7"])
    assert allowed.exit_code == 0, allowed.output
    assert "1 gone" in allowed.output


def test_locked_on_the_command_line(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 4: `release --locked` ends with 0 where nothing differs, else with 1 and the differences."""
    monkeypatch.chdir(author.root)
    same = CliRunner().invoke(app, ["release", "--locked"])
    assert same.exit_code == 0, same.output
    author.edit("Answer 7\n", "Better\n")
    differs = CliRunner().invoke(app, ["release", "--locked"])
    assert differs.exit_code == 1
    assert "`q7` has changed since its release [differs-from-release]" in differs.output
