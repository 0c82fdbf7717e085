"""A student's collection into its faults: whatever a review or one of Anki's checks would stumble over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anki.collection  # noqa: F401 - before the rest of anki, whose modules need each other
from anki.errors import AnkiException
from anki.sound import AVTag, TTSTag

from builder.anki.verify.student import Student
from builder.render.plain import spoken

if TYPE_CHECKING:
    from anki.cards import Card

TEMPLATE_ERROR = "template-error"
BLANK_FRONT = "blank-front"
MISSING_MEDIA = "missing-media"
UNUSED_MEDIA = "unused-media"
SILENT_SOUND = "silent-sound"
EMPTY_CARD = "empty-card"
MISSING_CARD = "missing-card"

_ERROR_PAGE = "docs.ankiweb.net/templates/errors"  # Anki links to it from every error it shows
_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong: `words` say it, of Anki where it has any.

    `name` is the note's, '' for none; `card` a number from 1, 0 for the whole note; `side` front, back or ''.
    """

    rule: str
    words: str
    name: str = ""
    card: int = 0
    side: str = ""


def faults(student: Student) -> Iterator[Fault]:
    """Every fault of all cards, both sides, notes and media; adds the cards that Anki would add, so looks last."""
    names = student.names()
    for number in student.collection.find_cards(""):
        card = student.collection.get_card(number)
        yield from _of_card(student, card, names[card.nid])
    yield from _of_media(student)
    yield from _of_generation(student)


def plain(words: str) -> str:
    """Anki's words without markup and the link to its manual, in one line."""
    return " ".join(spoken(words.partition("<a href=")[0]).translate(_ISOLATES).split())


def missing(file: str) -> str:
    """What is said of a file that is not there."""
    return f"{file} is missing"


def _of_card(student: Student, card: Card, name: str) -> Iterator[Fault]:
    collection, number = student.collection, card.ord + 1
    try:
        rendered = collection._backend.render_existing_card(card_id=card.id, browser=False, partial_render=False)
    except AnkiException as error:
        yield Fault(rule=TEMPLATE_ERROR, words=plain(str(error)), name=name, card=number)
        return
    if rendered.is_empty:
        yield Fault(rule=BLANK_FRONT, words="the front is blank", name=name, card=number)
    output = card.render_output(reload=True)
    for side, text in (("front", output.question_text), ("back", output.answer_text)):
        if _ERROR_PAGE in text and not rendered.is_empty:  # Anki shows one in place of a blank front as well
            yield Fault(rule=TEMPLATE_ERROR, words=plain(text), name=name, card=number, side=side)
        for file in dict.fromkeys(collection.media.files_in_str(card.note().mid, text)):
            if not collection.media.have(file):
                yield Fault(rule=MISSING_MEDIA, words=missing(file), name=name, card=number, side=side)
    for sound in (*output.question_av_tags, *output.answer_av_tags):
        if words := _silence(student, sound):
            yield Fault(rule=SILENT_SOUND, words=words, name=name, card=number)


def _silence(student: Student, sound: AVTag) -> str:
    """Why a sound is not heard; '' if it is."""
    if isinstance(sound, TTSTag):
        return "" if sound.field_text else "a voice has nothing to read"
    return "" if sound.filename and student.collection.media.have(sound.filename) else f"{sound} cannot be played"


def _of_media(student: Student) -> Iterator[Fault]:
    report, names = student.collection.media.check(), student.names()
    owners: dict[str, list[str]] = {}
    blamed = set(report.missing_media_notes)
    for note in (student.collection.get_note(number) for number in names if number in blamed):
        for file in student.collection.media.files_in_str(note.mid, " ".join(note.fields)):
            owners.setdefault(file, []).append(names[note.id])
    for file in report.missing:
        for name in dict.fromkeys(owners.get(file, [""])):
            yield Fault(rule=MISSING_MEDIA, words=missing(file), name=name)
    for file in report.unused:
        yield Fault(rule=UNUSED_MEDIA, words=f"{file} is in the package and on no card")


def _of_generation(student: Student) -> Iterator[Fault]:
    """Cards that Anki would remove as empty, or add once the student has edited their note."""
    collection, names = student.collection, student.names()
    for name in student.blank():
        yield Fault(rule=EMPTY_CARD, words="has empty cards", name=name)
    before = set(collection.find_cards(""))
    notes = collection.find_notes("")
    collection._backend.after_note_updates(nids=notes, mark_notes_modified=False, generate_cards=True)
    for number in sorted(set(collection.find_cards("")) - before):
        card = collection.get_card(number)
        yield Fault(rule=MISSING_CARD, words="lacks its card", name=names[card.nid], card=card.ord + 1)
