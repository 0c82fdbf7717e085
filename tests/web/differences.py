"""A difference in which everything occurs that can become of a deck, and what is needed to make others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from builder.compiler.deck import CompiledDeck, compile_deck
from builder.core.note_types import NoteType, Template
from builder.core.package import AnkiNote
from builder.diff.model import Difference, FieldChange, NoteChange, NoteTypeChange, Side
from tests.anki_real.forms import EVERY_FILE
from tests.decks import PNG, SVG, write_deck

PLAIN = NoteType(
    key="plain",
    name="Plain",
    id=1,
    kind="normal",
    fields=("Front", "Back"),
    templates=(
        Template(name="Forwards", front="{{Front}}", back="{{FrontSide}}<hr id=answer>{{Back}}"),
        Template(name="Backwards", front="{{Back}}", back="{{FrontSide}}<hr id=answer>{{Front}}"),
    ),
    css=".card { color: #123; background-color: #fff }\n",
)


def note(note_id: str, *fields: str, **others: Any) -> AnkiNote:
    """A note of the plain type."""
    known: dict[str, Any] = {"note_type": "plain", "deck": "Knots", "tags": (), "cards": (1,), "audience": ""}
    return AnkiNote(
        id=note_id,
        guid=note_id,
        fields=fields or (f"What is {note_id}?", "A knot"),
        **{"media": (), "digest": note_id, **known, **others},
    )


def side(title: str, *notes: AnkiNote, media: Mapping[str, bytes] | None = None, **others: Any) -> Side:
    """A side with the plain type and these notes."""
    kept = {"knot.svg": SVG, "knot.png": PNG} if media is None else media
    known: dict[str, Any] = {"deck_name": "Knots", "version": "", "description": "", "note_types": (PLAIN,)}
    return Side(title=title, notes=notes, **{"has_texts": True, "media": kept.get, **known, **others})


def difference(*changes: NoteChange, media: Mapping[str, bytes] | None = None, **others: Any) -> Difference:
    """What these notes became, and nothing else."""
    old = side("old", *(change.before for change in changes if change.before), media=media)
    new = side("new", *(change.after for change in changes if change.after), media=media)
    return Difference(
        **{"old": old, "new": new, "notes": changes, "note_types": (), "deck": {}, "unchanged": 0} | others
    )


def changed(before: AnkiNote, *fields: str, field: int = 0, **others: Any) -> NoteChange:
    """A note of the plain type whose fields are others; the change tells of one of them."""
    after = replace(before, fields=fields)
    told = FieldChange(name=PLAIN.fields[field], before=before.fields[field], after=fields[field])
    return NoteChange(**{"kind": "changed", "before": before, "after": after, "fields": (told,)} | others)


def every_change(folder: Path) -> Difference:
    """A deck of every form, of which each note but two became something else."""
    compiled, problems = compile_deck(write_deck(folder, EVERY_FILE))
    assert compiled
    assert not problems, problems
    return _Edited(compiled).difference()


class _Edited:
    """The deck of every form before and after."""

    def __init__(self, compiled: CompiledDeck) -> None:
        self._notes = {one.id: one for one in compiled.notes}
        self._types = {one.key: one.at("2026.11") for one in compiled.note_types}
        self._paths = {file.name: file.path for file in compiled.media}
        self._changes: dict[str, NoteChange] = {}

    def difference(self) -> Difference:
        """Every kind of change, and of all that differs in one."""
        self._texts()
        self._cards()
        self._fates()
        old = self._side("release 2026.11", "2026.11", self._types.values())
        types = self._new_types()
        new = self._side("working tree", "2027.03", types.values())
        return Difference(
            old=old,
            new=new,
            notes=tuple(self._changes.values()),
            note_types=self._type_changes(types),
            deck={"name": ("Knots", "Ropes"), "description": ("Knots and what they are for.", "Knots and their use.")},
            unchanged=len(self._notes) - len(self._changes),
        )

    def _texts(self) -> None:
        self._field(
            "basic",
            "Answer",
            "The <strong>double bowline</strong>",
            tags_added=("Knots::Safe",),
            tags_removed=("Knots::Loops::Fixed",),
        )
        picture = self._notes["picture"]
        map_name = next(name for name in self._paths if name.startswith("map-"))
        old = next(name for name in picture.media if name.endswith(".svg"))
        question = picture.fields[0].replace(old, map_name)
        self._field("picture", "Question", question, pictures=((old,), (map_name,)))
        self._change("typed", deck="Knots::Words", kind="moved", moved=True)
        self._field("table", "Answer", "<p>None</p>")

    def _cards(self) -> None:
        text = self._notes["cloze"].fields[0]
        self._field(
            "cloze",
            "Text",
            text.replace("never", "with {{c3::a stopper}}"),
            cards=(1, 2, 3),
            cards_added=(3,),
            asks_otherwise=(2,),
        )
        self._change("reverse", cards=(1,), cards_lost=(2,))
        masks = self._notes["map"].fields[0]
        self._field("map", "Occlusion", masks.replace("left=0.0500", "left=0.2500", 1), asks_otherwise=(1,))

    def _fates(self) -> None:
        self._change("sound", kind="retired", retired=True, is_update=True)
        self._change("maths", kind="returned")
        self._change("choices", kind="edition", left=("student",), joined=("clinician", ""))
        self._change("cloze-gap", kind="edition", cards=(), is_held_back=True)
        self._change("html", is_other_type=True)
        gone, new = self._notes["proverb"], self._notes["word"]
        self._changes["proverb"] = NoteChange(kind="gone", before=gone, after=None)
        self._changes["word"] = NoteChange(kind="added", before=None, after=new)

    def _field(self, note_id: str, name: str, value: str, **others: Any) -> None:
        before = self._notes[note_id]
        names = self._types[before.note_type].fields
        fields = tuple(value if one == name else old for one, old in zip(names, before.fields, strict=True))
        told = FieldChange(name=name, before=before.fields[names.index(name)], after=value)
        self._change(note_id, fields=fields, told=(told,), is_update=True, **others)

    def _change(self, note_id: str, *, told: tuple[FieldChange, ...] = (), **others: Any) -> None:
        of_note = {name: others.pop(name) for name in ("fields", "deck", "cards", "retired") if name in others}
        before = self._notes[note_id]
        change = {"kind": "changed", "before": before, "after": replace(before, **of_note), "fields": told}
        self._changes[note_id] = NoteChange(**change | others)

    def _new_types(self) -> dict[str, NoteType]:
        word, question = self._types["word"], self._types["question"]
        front = question.templates[0].front.replace("db-prompt", "db-prompt db-large")
        templates = (replace(question.templates[0], front=front), *question.templates[1:])
        types = self._types | {
            "word": replace(word, fields=(*word.fields, "Origin")),
            "question": replace(
                question, name="Knots: Asked", templates=templates, css=question.css + ".db-large {}\n"
            ),
            "plain": PLAIN,
        }
        del types["proverb"]
        return types

    def _type_changes(self, now: dict[str, NoteType]) -> tuple[NoteTypeChange, ...]:
        was = self._types
        old, new = was["question"], now["question"]
        face = (old.templates[0].name, "front", old.templates[0].front, new.templates[0].front)
        looks = NoteTypeChange(
            before=old,
            after=new,
            templates=(face,),
            css=(old.css, new.css),
            names=(old.name, new.name),  # type: ignore[arg-type]
        )
        return (
            NoteTypeChange(before=was["word"], after=now["word"], schema=("fields",)),
            looks,
            NoteTypeChange(before=None, after=PLAIN),
            NoteTypeChange(before=was["proverb"], after=None),
        )

    def _side(self, title: str, version: str, types: Any) -> Side:
        return Side(
            title=title,
            deck_name="Knots",
            version=version,
            description="",
            notes=tuple(self._notes.values()),
            note_types=tuple(types),
            has_texts=True,
            media=lambda name: self._paths[name].read_bytes() if name in self._paths else None,
        )
