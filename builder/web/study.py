"""Notes into the order in which a new student with Anki's usual options meets their cards."""

from __future__ import annotations

from collections.abc import Iterable

from builder.core.package import AnkiNote

PER_DAY = 20

Meeting = tuple[str, int]
"""A note's id and a card's number."""


def study_days(notes: Iterable[AnkiNote], audience: str) -> tuple[tuple[Meeting, ...], ...]:
    """The cards of each day, for everybody (`audience` '') or in the editions for an audience.

    Anki gathers a day's new cards deck by deck, in the order of the decks' names and then of the notes. Of these it
    shows the first cards of all notes before the second ones: by template, or by the number of the gap. Retired notes
    bring none.
    """
    wanted = [note for note in notes if not note.retired and (not audience or note.audience in ("", audience))]
    ordered = sorted(wanted, key=lambda note: _in_deck_order(note.deck))
    cards = [(note.id, number) for note in ordered for number in note.cards]
    days = [cards[start : start + PER_DAY] for start in range(0, len(cards), PER_DAY)]
    return tuple(tuple(sorted(day, key=lambda card: card[1])) for day in days)


def _in_deck_order(name: str) -> tuple[tuple[str, str], ...]:
    """Anki's order of decks: part by part, a deck before those below it, without regard to capitals."""
    return tuple((part.casefold(), part) for part in name.split("::"))
