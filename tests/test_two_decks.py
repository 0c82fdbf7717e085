"""Decks side by side: what Anki would take for one deck is told, whichever is checked."""

from __future__ import annotations

from pathlib import Path

from builder.compiler.across import shared_identities
from builder.source.deck import read_deck
from tests.decks import DECK_YAML, write_deck
from tests.test_bad_decks import check


def places(root: Path) -> list[tuple[object, ...]]:
    """Path, line, column, rule of what `check` says."""
    return [(one["path"], one["line"], one["column"], one["rule"]) for one in check(root)]


def test_two_decks_with_one_id(tmp_path: Path) -> None:
    """A copied folder: every card of one deck would overwrite the other's. The later one is told, at its id."""
    write_deck(tmp_path / "decks" / "bends", {"deck.yaml": DECK_YAML.replace("name: Knots", "name: Bends")})
    write_deck(tmp_path / "decks" / "loops", {"deck.yaml": DECK_YAML.replace("name: Knots", "name: Loops")})
    assert places(tmp_path) == [("decks/loops/deck.yaml", 1, 5, "duplicate-deck-id")]


def test_two_decks_with_one_name(tmp_path: Path) -> None:
    """Their cards would mix in one deck of the student's."""
    write_deck(tmp_path / "decks" / "bends", {"deck.yaml": DECK_YAML.replace("7f3k2q", "1a2b3c")})
    write_deck(tmp_path / "decks" / "loops")
    assert places(tmp_path) == [("decks/loops/deck.yaml", 2, 7, "duplicate-deck-name")]


def test_three_copies(tmp_path: Path) -> None:
    """Each copy is told with both of its mistakes, and which deck it copies."""
    for name in ("a", "b", "c"):
        write_deck(tmp_path / "decks" / name)
    found = check(tmp_path)
    assert [(one["path"], one["rule"]) for one in found] == [
        (f"decks/{name}/deck.yaml", f"duplicate-deck-{key}") for name in ("b", "c") for key in ("id", "name")
    ]
    for one in found:
        assert str(one["message"]).endswith(" of a")


def test_different_decks_are_no_problem(tmp_path: Path) -> None:
    """Ids and names of their own; the same ids of notes are different notes in different decks."""
    write_deck(tmp_path / "decks" / "bends")
    other = DECK_YAML.replace("7f3k2q", "1a2b3c").replace("name: Knots", "name: Loops")
    write_deck(tmp_path / "decks" / "loops", {"deck.yaml": other})
    assert places(tmp_path) == []


def test_a_deck_without_id_or_name_shares_nothing(tmp_path: Path) -> None:
    """Two decks that both lack their id have one mistake each: they do not share an identity."""
    incomplete = DECK_YAML.replace("id: knots-7f3k2q\n", "").replace("name: Knots\n", "")
    decks = [read_deck(write_deck(tmp_path / name, {"deck.yaml": incomplete}))[0] for name in ("a", "b")]
    assert shared_identities([deck for deck in decks if deck]) == ()
