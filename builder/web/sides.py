"""A side of a card into a page of its own: the HTML that Anki shows, with what Anki's programs put around it."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

from builder.render.cards import Card, render_card
from builder.render.sounds import Sound, SoundFile, Speech
from builder.render.typed_answer import typed_answer, with_comparison, with_input
from builder.web.maths import with_maths
from builder.web.snapshot import Snapshot

MEDIA = "/media/"
_MARK = re.compile(r"\[anki:play:([qa]):([0-9]{1,4})\]")
# The page does what these do in Anki; in its frames they cannot run, and browsers would complain of each.
_PROGRAM = re.compile(r"<script\b.*?</script>|(?<=<a class=hint href=\"#\")\s+onclick=\"[^\"]*\"", re.DOTALL)
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


def rendered(snapshot: Snapshot, note_id: str, number: int) -> Card | None:
    """A card of the deck as Anki renders it; None when there is none."""
    shown = snapshot.shown.get(note_id)
    if shown is None or number not in shown.note.cards:
        return None
    note = shown.note
    return render_card(shown.note_type, _fields(snapshot, note_id), number, deck=note.deck, tags=note.tags)


def front_page(snapshot: Snapshot, note_id: str, number: int, *, night: bool) -> str | None:
    """The front as a page; None when there is no such card."""
    card = rendered(snapshot, note_id, number)
    if card is None:
        return None
    answer = typed_answer(card.front, _fields(snapshot, note_id), number)
    markup = _played(with_input(card.front, answer), card)
    return _page(snapshot, note_id, number, markup, night=night)


def back_page(snapshot: Snapshot, note_id: str, number: int, typed: str, *, night: bool) -> str | None:
    """The back as a page, `typed` compared with what was asked for; None when there is no such card."""
    card = rendered(snapshot, note_id, number)
    if card is None:
        return None
    answer = typed_answer(card.front, _fields(snapshot, note_id), number)
    markup = _played(with_comparison(card.back, answer, typed), card)
    return _page(snapshot, note_id, number, markup, night=night)


def _fields(snapshot: Snapshot, note_id: str) -> dict[str, str]:
    shown = snapshot.shown[note_id]
    return dict(zip(shown.note_type.fields, shown.note.fields, strict=True))


def _page(snapshot: Snapshot, note_id: str, number: int, markup: str, *, night: bool) -> str:
    """The whole document; the classes are those that Anki's programs give."""
    shown = with_maths(_PROGRAM.sub("", markup))
    css = snapshot.shown[note_id].note_type.css
    mode = "nightMode night_mode" if night else ""
    return (
        f'<!doctype html><html class="{"night-mode" if night else ""}"><head><meta charset="utf-8">'
        f'<base href="{MEDIA}"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(note_id)}</title><style>{_REVIEWER}</style><style>{_within_style(css)}</style></head>"
        f'<body class="card card{number} {mode}"><div id="qa">{shown}</div></body></html>'
    )


def _within_style(css: str) -> str:
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
