"""Identifiers that Anki needs, derived from the author's own and therefore the same for ever."""

from __future__ import annotations

import base64
import hashlib
import re

# Anki's ids are milliseconds since 1970 by custom; ours lie between 2001 and 2014, far from those it gives out today.
_FIRST_ID = 1_000_000_000_000
_ID_SPAN = 400_000_000_000


VERSION = re.compile(r"[\w.+-]+")


def is_version(text: str) -> bool:
    """Whether a text can name a release: one word of letters, digits, `.`, `_`, `+` and `-`."""
    return VERSION.fullmatch(text) is not None


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8")).digest()


def guid(deck_id: str, note_id: str) -> str:
    """The note's GUID: 12 characters from the deck's and the note's id, never from its text, file or order."""
    return base64.urlsafe_b64encode(_hash("note", deck_id, note_id)[:9]).decode("ascii")


def stable_id(*parts: str) -> int:
    """An id in the range Anki uses for decks, note types, fields and templates, from the names that make it unique."""
    return _FIRST_ID + int.from_bytes(_hash(*parts)[:8], "big") % _ID_SPAN


def spread(guid: str, window: int) -> int:
    """A number below `window` that scatters notes made in one moment over different note ids."""
    return int.from_bytes(hashlib.blake2b(guid.encode("utf-8"), digest_size=8).digest(), "big") % window
