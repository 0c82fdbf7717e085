"""What became of a note into its part of the page of differences: words marked, pictures, and places for its cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape

from builder.core.note_types import NoteType
from builder.core.package import AnkiNote
from builder.diff.model import Difference, FieldChange, Kind, NoteChange, Side
from builder.diff.plain import plain, title
from builder.diff.telling import told_deck, told_fields
from builder.web.diff_cards import Frames, Kept
from builder.web.diff_words import compared_field

MOST_CARDS = 30
"""So many cards of one note are shown."""
_TITLE = 160  # characters
_MOST_TEXT = 4_000  # characters of a field
_MOST_NAMES = 20  # cards, tags, pictures in one sentence
KINDS: Mapping[Kind, str] = {
    "added": "new",
    "changed": "changed",
    "moved": "moved",
    "edition": "in other editions",
    "retired": "retired",
    "returned": "back again",
    "gone": "gone",
}
"""What the page calls the kinds, in the order of its filter."""
_FATE: Mapping[Kind, str] = {
    "retired": "who has its cards keeps them with their schedule, new students get none",
    "returned": "it is asked again: the same note, with the schedule that students had",
    "gone": "it stays with the students who have it and is never updated again",
}


_FOLDED = {"Explanation": "db-explanation", "References": "db-references"}
"""Fields that cards show folded, with the classes of their folds: what changed in one stands open."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A change with what is needed to show it; a note without texts is None."""

    change: NoteChange
    before: AnkiNote | None
    after: AnkiNote | None
    before_type: NoteType | None
    after_type: NoteType | None

    @property
    def note_type(self) -> NoteType | None:
        return self.after_type or self.before_type


class Articles:
    """Makes the parts of a page, one a note; `kept` takes what stands in their frames."""

    def __init__(self, difference: Difference, kept: Kept) -> None:
        self._difference = difference
        self._kept = kept
        self._old_types = {one.key: one for one in difference.old.note_types}
        self._new_types = {one.key: one for one in difference.new.note_types}

    def article(self, change: NoteChange, *, with_cards: bool) -> str:
        """The part of one note, as HTML."""
        shown = self._shown(change)
        note = change.note
        cards = self._cards(shown) if with_cards else ""
        parts = (
            _listed("facts", _facts(shown)),
            "".join(compared_field(field, sum(change.pictures, ())) for field in _fields(change)),
            _tags(change),
            self._pictures(change),
            cards or _texts(shown),
        )
        name = shown.note_type.name if shown.note_type else ""
        about = " · ".join(f"<span>{_text(word)}</span>" for word in (note.id, name) if word)
        return (
            f'<article class="note" data-kind="{change.kind}"><header><h4 dir="auto">{_text(_title(shown))}</h4>'
            f'<p class="about">{about}</p>{_listed("chips", _chips(shown))}</header>{"".join(parts)}</article>\n'
        )

    def _shown(self, change: NoteChange) -> _Shown:
        before = change.before if self._difference.old.has_texts else None
        after = change.after if self._difference.new.has_texts else None
        if after and not after.deck:  # retired: without cards it is in no subdeck, and students have it where it was
            after = replace(after, deck=told_deck(change))
        old = self._old_types.get(change.before.note_type) if change.before else None
        new = self._new_types.get(change.after.note_type) if change.after else None
        return _Shown(change, before, after, old, new)

    def _pictures(self, change: NoteChange) -> str:
        old, new = change.pictures
        if not old and not new:
            return ""
        sides = ((self._difference.old, old, "before"), (self._difference.new, new, "after"))
        boxes = "".join(
            f'<div class="{when}">{"".join(self._picture(side, name, when) for name in names[:_MOST_NAMES])}</div>'
            for side, names, when in sides
            if names
        )
        return f'<section class="pictures"><h5>Pictures</h5><div class="pair">{boxes}</div></section>'

    def _picture(self, side: Side, name: str, when: str) -> str:
        place = self._kept.picture(side, name)
        caption = f'<figcaption><span class="when">{when}</span> <bdi>{_text(name)}</bdi></figcaption>'
        if place is None:
            return f'<figure>{caption}<p class="none">not shown here</p></figure>'
        alt = _attribute(f"{when}: {name}")
        return f'<figure>{caption}<img data-picture="{place}" alt="{alt}"></figure>'

    def _cards(self, shown: _Shown) -> str:
        """The cards before and after; '' if none can be shown."""
        before, after = shown.before, shown.after
        olds = set(before.cards) if before else set()
        # Who holds the cards of a note that comes without any sees what it says now.
        news = (set(after.cards) or olds) if after else set()
        numbers = sorted(olds | news)
        parts = [self._card(shown, number, number in olds, number in news) for number in numbers[:MOST_CARDS]]
        told = "".join(parts)
        if not told:
            return ""
        left = len(numbers) - MOST_CARDS
        more = f'<p class="none">and {left} more cards of this note</p>' if left > 0 else ""
        names = _names(shown, numbers)
        word = "Card" if len(numbers) == 1 else f"{len(numbers)} cards"
        return f"<details class=cards><summary>{word} <span>{_text(names)}</span></summary>{told}{more}</details>"

    def _card(self, shown: _Shown, number: int, was: bool, stays: bool) -> str:
        kept, difference = self._kept, self._difference
        old = new = None
        opened = [name for field, name in _FOLDED.items() if any(one.name == field for one in shown.change.fields)]
        if was and shown.before:
            old = kept.card(difference.old, shown.before, shown.before_type, number, opened)
        if stays and shown.after:
            new = kept.card(difference.new, shown.after, shown.after_type, number, opened)
        if not old and not new:
            return ""
        name = _name(shown, number)
        fate = "" if was and stays else ("lost" if was else "new")
        if shown.change.kind in ("added", "gone") or not (shown.before and shown.after):
            fate = ""
        said = f' <span class="chip {fate}">{fate}</span>' if fate else ""
        frames = "".join(_frames(old, new, f"{name} of {shown.change.note.id}"))
        return f'<section class="card"><h5>{_text(name)}{said}</h5>{frames}</section>'


def _frames(old: Frames | None, new: Frames | None, name: str) -> Iterator[str]:
    """Places for the sides of a card: in pairs where they differ."""
    if old and new and old.looks == new.looks:
        yield '<p class="none">looks the same as before</p>'
        return
    if not old or not new:
        only = old or new
        assert only is not None
        yield f'<div class="pair">{_frame(only.front, "front", name)}{_frame(only.back, "back", name)}</div>'
        return
    for side, before, after, is_same in (
        ("front", old.front, new.front, old.looks[0] == new.looks[0]),
        ("back", old.back, new.back, old.looks[1] == new.looks[1]),
    ):
        if is_same:
            yield f'<div class="pair">{_frame(after, f"{side}, before and after", name)}</div>'
        else:
            pair = _frame(before, f"{side}, before", name) + _frame(after, f"{side}, after", name)
            yield f'<div class="pair">{pair}</div>'


def _frame(place: int, side: str, name: str) -> str:
    title = _attribute(f"{side}: {name}")
    return (
        f'<figure><figcaption class="when">{side}</figcaption>'
        f'<div class="frame" data-frame="{place}" data-title="{title}"></div></figure>'
    )


def _title(shown: _Shown) -> str:
    """What a note asks, in one line; its id where nothing is known of it."""
    note = shown.after or shown.before
    if note is None:
        return shown.change.note.id
    found = title(note, shown.after_type if note is shown.after else shown.before_type)
    return found if len(found) <= _TITLE else found[: _TITLE - 1] + "…"


def _name(shown: _Shown, number: int) -> str:
    note_type = shown.note_type
    if note_type and note_type.kind == "normal":
        return note_type.templates[number - 1].name if number <= len(note_type.templates) else f"card {number}"
    return f"c{number}"


def _names(shown: _Shown, numbers: Iterable[int]) -> str:
    names = [_name(shown, number) for number in numbers]
    left = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {left} more" if left > 0 else "")


def _chips(shown: _Shown) -> Iterator[str]:
    """What differs, in a word each."""
    change = shown.change
    yield f'<li class="chip {change.kind}">{KINDS[change.kind]}</li>'
    for field in _fields(change):
        yield f'<li class="chip"><bdi>{_text(field.name)}</bdi></li>'
    told = {
        "tags": change.tags_added or change.tags_removed,
        "pictures": any(change.pictures),
        "moved": change.moved and change.kind != "moved",
        "edition": (change.left or change.joined) and change.kind != "edition",
    }
    for word, is_so in told.items():
        if is_so:
            yield f'<li class="chip">{word}</li>'
    for word, numbers in (("new", change.cards_added), ("lost", change.cards_lost)):
        if numbers and change.kind not in ("added", "gone"):
            cards = "card" if len(numbers) == 1 else "cards"
            yield f'<li class="chip {word}">{word} {cards}: <bdi>{_text(_names(shown, numbers))}</bdi></li>'
    if change.asks_otherwise:
        yield '<li class="chip otherwise">asks otherwise</li>'


def _facts(shown: _Shown) -> Iterator[str]:
    """What it means for students, in a sentence each."""
    change = shown.change
    if change.is_other_type:
        yield '<li class="red">another note type: Anki never updates a student’s copy again</li>'
    if change.kind in _FATE:
        yield f"<li>{_FATE[change.kind]}</li>"
    for number in change.asks_otherwise[:_MOST_NAMES]:
        name = _name(shown, number)
        says = (
            "asks for something else"
            if shown.note_type and shown.note_type.kind == "normal"
            else "hides something else"
        )
        yield f'<li class="amber"><bdi>{_text(name)}</bdi> {says} now, and keeps the schedule of what it was</li>'
    if change.kind not in ("added", "gone"):
        if change.cards_added:
            names = _text(_names(shown, change.cards_added))
            yield f"<li>{names}: new to everybody, the others keep their schedule</li>"
        if change.cards_lost:
            names = _text(_names(shown, change.cards_lost))
            yield f'<li class="red">{names}: who has it sees an error on it until they run Empty Cards</li>'
    if change.moved and change.before and change.after:
        old, new = _deck(change.before.deck), _deck(change.after.deck)
        yield f"<li>moved from {old} to {new}: cards that students hold stay where they are</li>"
    if change.left:
        yield f"<li>no more for {_audiences(change.left)}: who has it keeps it</li>"
    if change.joined:
        yield f"<li>now also for {_audiences(change.joined)}</li>"
    if change.is_held_back:
        yield "<li>it comes without cards now: who holds them keeps them, nobody else gets any</li>"
    if change.kind in ("changed", "moved", "edition") and not change.is_update:
        yield "<li>students’ copies are not touched</li>"


def _fields(change: NoteChange) -> tuple[FieldChange, ...]:
    """The fields to be told of a note that is on both sides."""
    return told_fields(change) if change.before and change.after else ()


def _deck(name: str) -> str:
    return f"<b><bdi>{_text(name.replace('::', ' › '))}</bdi></b>"


def _audiences(audiences: Iterable[str]) -> str:
    return ", ".join(f"<bdi>{_text(one)}</bdi>" if one else "everybody" for one in audiences)


def _texts(shown: _Shown) -> str:
    """The fields of a note of which there is no before or no after, where its cards are not shown."""
    note = shown.after or shown.before
    if not note or (shown.before and shown.after):
        return ""
    note_type = shown.after_type if note is shown.after else shown.before_type
    fields = note_type.named(note.fields) if note_type else {}
    values = ((name, plain(value[:_MOST_TEXT])) for name, value in fields.items() if value)
    told = "".join(f'<dt>{_text(name)}</dt><dd dir="auto">{_text(value)}</dd>' for name, value in values if value)
    return f"<details><summary>Fields</summary><dl>{told}</dl></details>" if told else ""


def _tags(change: NoteChange) -> str:
    if change.before is None or change.after is None or not (change.tags_added or change.tags_removed):
        return ""
    removed = (f"<li><del>{_text(tag)}</del></li>" for tag in change.tags_removed)
    added = (f"<li><ins>{_text(tag)}</ins></li>" for tag in change.tags_added)
    return f'<section class="tags"><h5>Tags</h5><ul>{"".join((*removed, *added))}</ul></section>'


def _listed(name: str, items: Iterable[str]) -> str:
    inside = "".join(items)
    return f'<ul class="{name}">{inside}</ul>' if inside else ""


def _text(text: str) -> str:
    return escape(text, quote=False)


def _attribute(text: str) -> str:
    return escape(text)
