"""docs/coverage.md is what the sciatica deck teaches today, and no claim is left without a note."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.scripts import DOCS, script

make = script("coverage")

CLAIM = {"id": "C1", "claim": "It is a nerve.", "verdict": "agree", "because": "It is.", "notes": ["l5-vignette"]}


def claims_file(folder: Path, **changes: object) -> Path:
    """A file with one claim."""
    path = folder / "claims.yaml"
    path.write_text(yaml.safe_dump({"claims": [CLAIM | changes]}), encoding="utf-8")
    return path


def test_the_page_is_of_today() -> None:
    """The committed page is what the script makes of the present deck and claims."""
    committed = (DOCS / "coverage.md").read_text(encoding="utf-8")
    assert committed == make.coverage(make.DECK, make.CLAIMS) + "\n", "run `python docs/coverage/make.py`"


def test_all_seventeen_claims_are_there() -> None:
    """The article made seventeen claims; each has a verdict, a reason, and a note that exists."""
    claims = make.read_claims(make.CLAIMS)
    assert [claim.id for claim in claims] == [f"C{number}" for number in range(1, 18)]
    _, entries = make.read_deck(make.DECK)
    notes = {entry.note.id.value: entry for entry in entries}
    for claim in claims:
        assert len(claim.claim) > 20
        assert len(claim.because) > 20
        assert set(claim.notes) <= notes.keys()
        if claim.verdict == "disputed":
            assert "Contested" in notes[claim.notes[0]].tags, claim.id


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"notes": []}, "the claim C1 has no note"),
        ({"notes": None}, "the claim C1 has no note"),
        ({"notes": ["l5-vignette", "gone"]}, "the claim C1 names notes that the deck does not have: gone"),
        ({"verdict": "perhaps"}, "the claim C1 has the verdict perhaps"),
    ],
)
def test_a_claim_without_a_note_stops_it(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    """No page is made while a claim is not taught, or by a note that is gone."""
    with pytest.raises(SystemExit, match=message):
        make.coverage(make.DECK, claims_file(tmp_path, **changes))


def test_a_deck_that_does_not_compile_stops_it(tmp_path: Path) -> None:
    """Nothing is said of half a deck."""
    with pytest.raises(SystemExit, match="does not compile"):
        make.coverage(tmp_path, make.CLAIMS)


def test_the_page_counts_what_is_built() -> None:
    """Its totals are those of the compiled deck, edition by edition."""
    compiled, entries = make.read_deck(make.DECK)
    page = make.coverage(make.DECK, make.CLAIMS)
    (total,) = [line for line in page.splitlines() if line.startswith("| **All** |")]
    everything = f"{len(compiled.notes)} / {sum(len(note.cards) for note in compiled.notes)}"
    cells = [cell.strip() for cell in total.split("|")[2:-1]]
    assert cells[0] == everything
    for edition, cell in zip(compiled.deck.editions, cells[1:], strict=False):
        notes = [note for note in compiled.notes if note.audience in ("", edition.audience)]
        assert cell == f"{len(notes)} / {sum(len(note.cards) for note in notes)}"
    assert len(entries) == len(compiled.notes)
