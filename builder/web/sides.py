"""A side of a card into a page of its own: the HTML that Anki shows, with what Anki's programs put around it."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

from builder.core.note_types import NoteType
from builder.core.package import AnkiNote
from builder.render.cards import Card, render_card
from builder.render.sounds import Sound, SoundFile, Speech
from builder.render.typed_answer import typed_answer, with_comparison, with_input
from builder.web.maths import with_maths
from builder.web.snapshot import Shown, Snapshot

MEDIA = "/media/"
_MARK = re.compile(r"\[anki:play:([qa]):([0-9]{1,4})\]")
# The page does what these do in Anki; in its frames they cannot run, and browsers would complain of each.
_END = "</script>"
_PROGRAM = re.compile(rf"<script\b.*?{_END}", re.DOTALL)
_HANDLER = re.compile(r"(?<=<a class=hint href=\"#\")\s+onclick=\"[^\"]*\"")
# What Anki's reviewer says of buttons that play, and of the picture and the canvas over it.
_REVIEWER = """\
.replay-button{text-decoration:none;display:inline-flex;vertical-align:middle;margin:3px}
.replay-button svg{width:40px;height:40px}
.replay-button svg circle{fill:#fff;stroke:#414141}
.replay-button svg path{fill:#414141}
.nightMode .replay-button svg circle{fill:#414141;stroke:#fff}
.nightMode .replay-button svg path{fill:#fff}
.card-notice{font-style:italic}
#typeans{width:100%;box-sizing:border-box;line-height:1.75}
code#typeans{white-space:pre-wrap;font-variant-ligatures:none}
.typeGood{background:#afa;color:black}
.typeBad{color:black;background:#faa}
.typeMissed{color:black;background:#ccc}
#image-occlusion-container{position:relative;margin:0 auto;max-height:calc(95vh - 40px)}
#image-occlusion-container img{max-width:none;max-height:none}
#image-occlusion-container img,#image-occlusion-canvas{position:absolute;top:0;left:0;width:100%;height:100%}
"""
_BUTTON = (
    '<a class="replay-button soundLink" href="#" {data}><svg class="playImage" viewBox="0 0 64 64">'
    '<circle cx="32" cy="32" r="29"/><path d="M56.502 32.301l-37.502 20.101.329-40.804z"/></svg></a>'
)


def front_page(snapshot: Snapshot, note_id: str, number: int, *, night: bool) -> str | None:
    """The front as a page; None when there is no such card."""
    shown = _shown(snapshot, note_id, number)
    if shown is None:
        return None
    markup = front_markup(shown.note, shown.note_type, number)
    return _page(markup, shown, number, night=night)


def back_page(snapshot: Snapshot, note_id: str, number: int, typed: str, *, night: bool) -> str | None:
    """The back as a page, `typed` compared with what was asked for; None when there is no such card."""
    shown = _shown(snapshot, note_id, number)
    if shown is None:
        return None
    markup = back_markup(shown.note, shown.note_type, number, typed)
    return _page(markup, shown, number, night=night)


def front_markup(note: AnkiNote, note_type: NoteType, number: int) -> str:
    """The HTML of a card's front, with what Anki's programs put into it, but no program."""
    fields = note_type.named(note.fields)
    card = _card(note, note_type, number)
    answer = typed_answer(card.front, fields, number)
    return _drawn(with_input(card.front, answer), card)


def back_markup(note: AnkiNote, note_type: NoteType, number: int, typed: str = "") -> str:
    """The same of its back, `typed` compared with what was asked for."""
    fields = note_type.named(note.fields)
    card = _card(note, note_type, number)
    answer = typed_answer(card.front, fields, number)
    return _drawn(with_comparison(card.back, answer, typed), card)


def document(markup: str, css: str, number: int | str, *, night: bool, head: str) -> str:
    """The whole document around a side; its classes are those that Anki's programs give, `head` is HTML."""
    mode = "nightMode night_mode" if night else ""
    return (
        f'<!doctype html><html class="{"night-mode" if night else ""}"><head><meta charset="utf-8">'
        f'{head}<meta name="viewport" content="width=device-width">'
        f"<style>{_REVIEWER}</style><style>{within_style(css)}</style></head>"
        f'<body class="card card{number} {mode}"><div id="qa">{markup}</div></body></html>'
    )


def _shown(snapshot: Snapshot, note_id: str, number: int) -> Shown | None:
    shown = snapshot.shown.get(note_id)
    return shown if shown and number in shown.note.cards else None


def _page(markup: str, shown: Shown, number: int, *, night: bool) -> str:
    head = f'<base href="{MEDIA}"><title>{html.escape(shown.note.id)}</title>'
    return document(markup, shown.note_type.css, number, night=night, head=head)


def _card(note: AnkiNote, note_type: NoteType, number: int) -> Card:
    return render_card(note_type, note_type.named(note.fields), number, deck=note.deck, tags=note.tags)


def _drawn(markup: str, card: Card) -> str:
    """A side with the buttons of its sounds and its formulas, without its programs."""
    return with_maths(_without_programs(_played(markup, card)))


def _without_programs(markup: str) -> str:
    end = markup.rfind(_END) + len(_END)  # else the end of one that has none would be looked for each time
    return _HANDLER.sub("", _PROGRAM.sub("", markup[:end]) + markup[end:])


def within_style(css: str) -> str:
    """CSS that cannot end the element it stands in."""
    return css.replace("</", "<\\/")


def _played(markup: str, card: Card) -> str:
    """Marks of sounds as the buttons that play them; those of the front stand on a back that holds the front."""

    def button(match: re.Match[str]) -> str:
        sounds = card.front_sounds if match[1] == "q" else card.back_sounds
        number = int(match[2])
        # An author may have written such a mark, and there is nothing to play.
        return _button(sounds[number]) if number < len(sounds) else ""

    return _MARK.sub(button, markup)


def _button(sound: Sound) -> str:
    if isinstance(sound, SoundFile):
        return _BUTTON.format(data=f'data-sound="{MEDIA}{quote(sound.name)}"')
    assert isinstance(sound, Speech)
    data = {"speech": sound.text, "lang": sound.language, "speed": str(sound.speed)}
    return _BUTTON.format(data=" ".join(f'data-{name}="{html.escape(value)}"' for name, value in data.items()))
