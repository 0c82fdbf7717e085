"""Cards as Anki shows them and as we do, in a form in which they can be held against each other."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

pytest.importorskip("anki.collection", reason="what we show of a card is held against the anki package")

from anki.cards import Card as AnkiCard
from anki.sound import AVTag, TTSTag

from builder.core.note_types import NoteType, Template
from builder.render.cards import Card, render_card
from builder.render.sounds import NO_LANGUAGE, Sound, SoundFile, Speech
from tests.anki_real.student import Student

FIELDS = ("A", "B", "C", "c3")
DECK = "Knots::Bends"
NOTICE = "(a notice)"

# Anki explains on a page of its own why it shows no card; both sides then hold nothing else.
_EXPLAINED = re.compile(
    r"\A(?:Front|Back) template has a problem:.*#template-syntax-error.*\Z"
    r"|<div>[^<]*<br><a href='https://docs\.ankiweb\.net/templates/errors\.html#[^']*'>[^<]*</a></div>",
    re.DOTALL,
)
_HINT = re.compile(r"\bhint[0-9a-f]{16}\b")
_OUR_NOTICE = re.compile(r'<div class="card-notice">[^<]*</div>')
_NO_LANGUAGE = "[Error in directive '\u2068anki:tts\u2069': \u2068'\u2068lang\u2069' not set\u2069]"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Both sides and what is played, with `NOTICE` in the place of a notice, of which everyone has their own words."""

    front: str
    back: str
    front_sounds: tuple[Sound, ...] = ()
    back_sounds: tuple[Sound, ...] = ()


def by_anki(card: AnkiCard) -> Shown:
    """What Anki shows of a card."""
    output = card.render_output(reload=True)
    front, back = (
        _named(_EXPLAINED.sub(NOTICE, side.replace(_NO_LANGUAGE, NO_LANGUAGE)))
        for side in (output.question_text, output.answer_text)
    )
    sounds = (tuple(map(_sound, tags)) for tags in (output.question_av_tags, output.answer_av_tags))
    return Shown(front=front, back=back, **dict(zip(("front_sounds", "back_sounds"), sounds, strict=True)))


def by_us(card: Card) -> Shown:
    """What we show of it."""
    return Shown(
        front=_named(_OUR_NOTICE.sub(NOTICE, card.front)),
        back=_named(_OUR_NOTICE.sub(NOTICE, card.back)),
        front_sounds=tuple(map(_comparable, card.front_sounds)),
        back_sounds=tuple(map(_comparable, card.back_sounds)),
    )


def _named(side: str) -> str:
    """A side with what hints unfold numbered: Anki's names are another digest of the same texts."""
    names: dict[str, str] = {}
    return _HINT.sub(lambda found: names.setdefault(found[0], f"hint-{len(names)}"), side)


def _sound(tag: AVTag) -> Sound:
    if not isinstance(tag, TTSTag):
        return SoundFile(name=tag.filename)
    speech = Speech(
        text=tag.field_text,
        language=tag.lang,
        voices=tuple(tag.voices),
        speed=tag.speed,
        options=tuple(tag.other_args),
    )
    return _comparable(speech)


def _comparable(sound: Sound) -> Sound:
    """A sound with its speed as exact as Anki's, and its options in an order."""
    if isinstance(sound, SoundFile):
        return sound
    (speed,) = struct.unpack("f", struct.pack("f", sound.speed))
    return replace(sound, speed=speed, options=tuple(sorted(sound.options)))


class Bench:
    """A collection with a note type of each kind, whose template is another one for each card that is looked at."""

    def __init__(self, folder: Path) -> None:
        self.student = Student(folder)
        self.anki = self.student.collection
        self.deck = self.anki.decks.id(DECK)
        self._note_types = {is_cloze: self._note_type(is_cloze) for is_cloze in (False, True)}

    def _note_type(self, is_cloze: bool) -> int:
        models = self.anki.models
        made = models.new("With gaps" if is_cloze else "Without")
        made["type"] = int(is_cloze)
        for name in FIELDS:
            models.add_field(made, models.new_field(name))
        template = models.new_template("The <card>")
        template["qfmt"] = template["afmt"] = "always {{cloze:A}}"
        models.add_template(made, template)
        return models.add_dict(made).id

    def both(
        self,
        front: str,
        back: str,
        fields: Mapping[str, str],
        *,
        is_cloze: bool = False,
        tags: Sequence[str] = (),
        numbers: Sequence[int] = (),
    ) -> list[tuple[Shown, Shown]]:
        """What Anki and we show of each card of a new note; the cards `numbers` are there before it has its text."""
        note_type = self.anki.models.get(self._note_types[is_cloze])
        assert note_type is not None
        assert self.deck is not None
        template = note_type["tmpls"][0]
        template["qfmt"] = template["afmt"] = "always {{cloze:A}}"
        self.anki.models.update_dict(note_type)
        note = self.anki.new_note(note_type)
        note["A"] = "".join(f"{{{{c{number}::gap}}}}" for number in numbers) or fields.get("A", "")
        self.anki.add_note(note, self.deck)
        for name, value in fields.items():
            note[name] = value
        note.tags = list(tags)
        self.anki.update_note(note)
        template["qfmt"], template["afmt"] = front, back
        self.anki.models.update_dict(note_type, skip_checks=True)
        ours = NoteType(
            key="bench",
            name=note_type["name"],
            id=note_type["id"],
            kind="cloze" if is_cloze else "normal",
            fields=FIELDS,
            templates=(Template(name=template["name"], front=front, back=back),),
            css="",
        )
        found = []
        for card in note.cards():
            held = dict(self.anki.get_note(note.id).items())
            made = render_card(ours, held, card.ord + 1, deck=DECK, tags=note.tags, card_id=card.id)
            found.append((by_anki(card), by_us(made)))
        self.anki.remove_notes([note.id])
        return found
