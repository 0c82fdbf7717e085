"""An older and a newer package into the error that they are of two decks, so that nobody updates from one to the other.

It is an error of the packages and no wrong usage: a program that gives its notes other GUIDs each time, or a deck whose
id was changed, makes just such a pair, and students would have every card twice.
"""

from __future__ import annotations

from builder.anki.verify.doubled import doubles
from builder.anki.verify.permitted import is_followed
from builder.anki.verify.results import Finding
from builder.anki.verify.shelf import Held
from builder.core.diagnostics import quoted


def another_deck(old: Held, new: Held) -> tuple[Finding, ...]:
    """The error, if there is one. Their ledgers tell; where one has none, whether they share a GUID."""
    if old.ledger.deck_id and new.ledger.deck_id:
        if old.ledger.deck_id == new.ledger.deck_id or is_followed(old.ledger, new.ledger):
            return ()
        why = f"its id is {quoted(old.ledger.deck_id)}, not {quoted(new.ledger.deck_id)}"
    else:
        if not old.alone.notes or not new.alone.notes or old.alone.notes.keys() & new.alone.notes.keys():
            return ()
        why = "no note has the same GUID in both"
        if same := len(doubles(old.alone, new.alone)):
            why += f", though {same:,} say{'s' if same == 1 else ''} the same and would be there twice"
    message = f"{old.package.as_posix()} is another deck than {new.package.as_posix()}: {why}"
    return (Finding(rule="another-deck", message=message),)
