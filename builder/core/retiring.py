"""What marks a retired note in Anki: its tag, and the search for the note to learn instead; each with its inverse."""

from __future__ import annotations

import re

RETIRED_TAG = "Retired"
REPLACED = '<div class="db-replaced">'
"""What the line begins with that names the note to learn instead."""

_SEARCHED = re.compile(r"Note ID:([^\"&<]+)")


def is_retired_tag(tag: str) -> bool:
    """Whether a full tag is that of retired notes, in whatever deck."""
    return tag.rpartition("::")[2] == RETIRED_TAG


def note_search(note_id: str) -> str:
    """The search that finds a note by its id in Anki's browser, where `_` is any character."""
    return '"Note ID:{}"'.format(note_id.replace("_", r"\_"))


def searched_note(html: str) -> str:
    """The id of the note that the first such search in HTML finds; '' for none."""
    found = _SEARCHED.search(html)
    return found[1].replace(r"\_", "_") if found else ""
