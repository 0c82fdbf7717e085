"""A difference into release notes in Markdown: what students want to know, in their words, with searches for Anki.

Texts of cards are anybody's: nothing in them is markup, a link, a mention or a command here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from builder.core.english import counted, listed
from builder.core.retiring import REPLACED, searched_note
from builder.diff.model import Difference, Kind, NoteChange, Side
from builder.diff.plain import plain
from builder.diff.searches import retired_tags, searches
from builder.diff.students_words import cut, field_changes
from builder.diff.telling import reason, told_deck, told_title, types_of
from builder.report.markdown import as_item, as_words

_COUNTED: dict[Kind, str] = {
    "added": "new",
    "changed": "changed",
    "moved": "moved",
    "edition": "in other editions",
    "retired": "retired",
    "returned": "back again",
    "gone": "gone",
}
_MANY = 30  # notes that are shown without being asked for
_TITLE = 200
_LOST_ONCE = "some of its cards are no longer part of the deck: if one shows an error, Tools → Empty Cards removes it"


def release_notes(difference: Difference) -> str:
    """The release notes, with a line end at their end; the same for the same difference."""
    blocks = _Notes(difference).blocks()
    return "\n\n".join(blocks) + "\n"


class _Notes:
    """A difference, and the words for it."""

    def __init__(self, difference: Difference) -> None:
        self._difference = difference
        self._old, self._new = difference.old, difference.new
        self._types = types_of(difference)
        self._by_id = {note.id: note for note in self._new.notes} if difference.of("retired", "returned") else {}

    def blocks(self) -> Iterator[str]:
        name = self._new.deck_name or self._old.deck_name or "Anki package"
        yield f"# {' '.join(filter(None, (as_words(name), as_words(self._new.version))))}"
        if not self._old.notes:
            yield from self._first_release()
            return
        yield self._summary()
        yield from self._deck()
        shared = self._difference.of("edition")
        yield from self._section("New", self._difference.of("added"))
        yield from self._section(
            "Changed",
            self._difference.of("changed"),
            "If you had edited one of these notes, it now has the deck’s text.",
        )
        yield from self._section(
            "Retired",
            self._difference.of("retired"),
            "Nobody needs to learn these any more. You keep their cards; suspend those that you do not want.",
        )
        yield from self._section("Back again", self._difference.of("returned"))
        yield from self._section(
            "Moved to another deck",
            self._difference.of("moved"),
            "Cards that you have stay where they are.",
        )
        yield from self._section(
            "No longer in every edition",
            [one for one in shared if one.left or one.is_held_back],
            "You keep the cards that you have; their corrections still reach you.",
        )
        joined = [one for one in shared if not (one.left or one.is_held_back)]
        yield from self._section("Also in another edition", joined)
        yield from self._section(
            "Gone",
            self._difference.of("gone"),
            "These are no longer part of the deck. You keep their cards, and they are not corrected any more.",
        )

    def _first_release(self) -> Iterator[str]:
        changes = self._difference.of("added")
        cards = sum(len(change.note.cards) for change in changes)
        yield f"First release: {counted(len(changes), 'note')} with {counted(cards, 'card')}."
        groups = _by_deck((told_deck(change), change) for change in changes)
        if len(groups) > 1:
            yield "\n".join(
                f"- {as_item(_subdeck(deck, self._new))}: {counted(len(found), 'note')}"
                for deck, found in groups.items()
            )

    def _summary(self) -> str:
        since = self._old.version if self._old.version != self._new.version else self._old.title
        start = f"Since {as_words(since)}: " if since else ""
        if self._difference.is_empty:
            return f"{start}nothing has changed." if start else "Nothing has changed."
        found = {word: len(self._difference.of(kind)) for kind, word in _COUNTED.items()}
        counts = [f"{count:,} {word}" for word, count in found.items() if count]
        if not counts:
            return f"{start}no note has changed." if start else "No note has changed."
        number, _, word = counts[0].partition(" ")
        counts[0] = f"{number} note{'' if number == '1' else 's'} {word}"
        about = "Each note makes one card or more. Import the package over the one that you have: your reviews stay."
        return f"{start}{listed(counts)}. {about}"

    def _deck(self) -> Iterator[str]:
        told = []
        for change in self._difference.note_types:
            if change.schema:
                name = as_words(change.note_type.name or change.note_type.key)
                told.append(
                    f"**The note type {name} has other {listed(change.schema)}: Anki will not update its notes.**"
                )
        if "name" in self._difference.deck:
            before, after = self._difference.deck["name"]
            told.append(
                f"The deck {as_words(before)} is called {as_words(after)} now. Cards that you have stay where they are."
            )
        if "description" in self._difference.deck:
            told.append("The deck has a new description.")
        if any(change.templates or change.css for change in self._difference.note_types):
            told.append("The cards look different now; where you have changed their look yourself, yours is replaced.")
        if told:
            yield "\n".join(f"- {one}" for one in told)

    def _section(self, heading: str, changes: Sequence[NoteChange], about: str = "") -> Iterator[str]:
        if not changes:
            return
        yield f"## {heading} ({len(changes):,})"
        if about:
            yield about
        yield from _folded(f"Show all {len(changes):,}", list(self._list(changes)), is_long=len(changes) > _MANY)
        found = searches(changes, self._types)
        if found:
            yield "To see them, press *Browse* in Anki and paste this into the search line:"
            blocks = [f"```text\n{search}\n```" for search in found]
            yield from _folded(f"Show all {len(found):,} searches", blocks, is_long=len(blocks) > 1)
        if heading == "Retired":
            for search in retired_tags(changes):
                yield f"All that was ever retired here:\n\n```text\n{search}\n```"

    def _list(self, changes: Sequence[NoteChange]) -> Iterator[str]:
        known = [change for change in changes if _is_known(change)]
        groups = _by_deck((told_deck(change), change) for change in known)
        for deck, found in groups.items():
            if len(groups) > 1 or (deck and deck != self._new.deck_name):
                yield f"### {as_words(_subdeck(deck, self._new))}"
            yield "\n".join(map(self._item, found))
        if len(known) < len(changes):
            yield f"- {counted(len(changes) - len(known), 'note')}, of which only the id is known"

    def _item(self, change: NoteChange) -> str:
        name = as_item(cut(told_title(change, self._types), _TITLE))
        told = "; ".join(self._told(change))
        return f"- {name}{' — ' if told else ''}{told}"

    def _told(self, change: NoteChange) -> Iterator[str]:
        if change.kind in ("added", "gone"):
            return
        if change.kind in ("retired", "returned"):
            yield from self._why(change)
        else:
            yield from field_changes(change)
        if change.moved and change.before and change.after:
            before, after = _subdeck(change.before.deck, self._old), _subdeck(change.after.deck, self._new)
            yield f"moved from {as_words(before)} to {as_words(after)}"
        if change.cards_added:
            yield f"{counted(len(change.cards_added), 'card')} more"
        if change.cards_lost:
            yield _lost(len(change.cards_lost))
        if change.lost_once:
            yield _LOST_ONCE
        if change.asks_otherwise:
            yield "asks for something else now"
        if change.left:
            yield f"no longer in the edition for {as_words(listed(change.left))}"
        if change.joined:
            yield f"now also in the edition for {as_words(listed(change.joined))}"
        if change.is_other_type:
            yield "Anki does not update it where you have it already"
        elif change.before and change.after and change.before.digest != change.after.digest and not change.is_update:
            yield "does not reach you if you have it already"

    def _why(self, change: NoteChange) -> Iterator[str]:
        html = reason(change, self._types) if change.kind == "retired" else ""
        why, _, replaced = html.partition(REPLACED)
        if why := plain(why):
            yield as_words(cut(why, _TITLE).removesuffix("."))
        wanted = searched_note(replaced)
        if wanted and (note := self._by_id.get(wanted)):
            replacing = NoteChange(kind="changed", before=note, after=note)
            yield f"instead: {as_words(cut(told_title(replacing, self._types), _TITLE))}"


def _is_known(change: NoteChange) -> bool:
    """Whether a side knows its texts."""
    return any(note.fields for note in (change.before, change.after) if note)


def _lost(number: int) -> str:
    if number == 1:
        return "one of its cards was dropped: if it shows an error, Tools → Empty Cards removes it"
    return f"{number} of its cards were dropped: if they show an error, Tools → Empty Cards removes them"


def _subdeck(deck: str, side: Side) -> str:
    """The deck's name below that of the whole."""
    below = deck.removeprefix(f"{side.deck_name}::")
    return (below or side.deck_name).replace("::", " › ")


def _by_deck(changes: Iterable[tuple[str, NoteChange]]) -> dict[str, list[NoteChange]]:
    groups: dict[str, list[NoteChange]] = {}
    for deck, change in changes:
        groups.setdefault(deck, []).append(change)
    return groups


def _folded(summary: str, blocks: list[str], *, is_long: bool) -> Iterator[str]:
    if not is_long:
        yield from blocks
        return
    yield f"<details><summary>{summary}</summary>"
    yield from blocks
    yield "</details>"
