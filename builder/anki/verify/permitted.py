"""The ledgers beside two packages into what a release cost its students by permission, which is no error.

What `release --allow` let through cannot be mended by a later release: as an error it would keep all of them red. Of
the costs that `guards` names,

- `gone-card` leaves a blank card: the newer ledger has it as dropped;
- `gone-note` leaves the note where it is, and twice if a new one says the same: the newer ledger has it as gone;
- `changed-note-type` and `changed-schema` make notes conflicting: the two ledgers say what was released as what;
- `changed-deck-id` brings every note twice: the two ledgers have other ids;
- `returned-card`, `mass-change`, `future-ledger` and `same-version` break nothing that is judged.

Two ledgers tell only of a newer release that followed the older one, so that it was asked for the permission. A draft,
which has no manifest, goes by the one of the last older package. What cannot be told, because there is no manifest
either, stays an error.
"""

from __future__ import annotations

from dataclasses import dataclass

from builder.core.identifiers import guid
from builder.ledger import Ledger, NoteEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """Cards that were `dropped`, by GUID and number; notes, by GUID, that are `gone` or `conflicting`.

    `has_another_id` says that the deck was given another id, and with it every note another GUID.
    """

    dropped: frozenset[tuple[str, int]] = frozenset()
    gone: frozenset[str] = frozenset()
    conflicting: frozenset[str] = frozenset()
    has_another_id: bool = False


def permitted(old: Ledger, new: Ledger) -> Permitted:
    """What lies between two packages, of which these are the ledgers; an empty ledger tells nothing."""
    follows = is_followed(old, new)
    return Permitted(
        dropped=frozenset(
            (guid(new.deck_id, entry.id), number) for entry in new.notes.values() for number in entry.dropped
        ),
        gone=frozenset(guid(new.deck_id, entry.id) for entry in new.notes.values() if entry.gone),
        conflicting=_conflicting(old, new) if follows else frozenset(),
        has_another_id=follows and old.deck_id != new.deck_id,
    )


def is_followed(old: Ledger, new: Ledger) -> bool:
    """Whether the releases of one ledger came before those of the other, under whatever deck id."""
    return bool(old.releases) and old.releases[-1] in new.releases


def _conflicting(old: Ledger, new: Ledger) -> frozenset[str]:
    reshaped = {key for key in old.types.keys() & new.types.keys() if old.types[key].schema != new.types[key].schema}

    def has_another_type(before: NoteEntry, now: NoteEntry) -> bool:
        return before.note_type != now.note_type or before.note_type in reshaped

    common = old.notes.keys() & new.notes.keys()
    return frozenset(guid(new.deck_id, one) for one in common if has_another_type(old.notes[one], new.notes[one]))
