"""A difference into one HTML page that needs no network: what changed, word by word, and the cards before and after.

Nothing of the page can be loaded from anywhere: pictures are in it, and its policy allows nothing else. Its one script
is known by its hash; notes and cards, which may be anybody's, stand in it as text or in frames in which nothing runs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from builder.core.english import counted
from builder.diff.model import Difference, Kind, NoteChange
from builder.diff.telling import told_deck
from builder.web.diff_cards import PICTURE_BYTES, Kept
from builder.web.diff_note_types import note_type_changes, stopped_updates
from builder.web.diff_notes import KINDS, Articles
from builder.web.diff_words import compared

MOST_NOTES = 5_000
"""So many notes are on the page."""
MOST_WITH_CARDS = 1_000
"""Of so many of them, the first, the cards are shown."""
_POLICY = (
    "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
# What no HTML file can hold, and what no encoding can.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def diff_page(difference: Difference) -> str:
    """The page; the same for the same difference."""
    kept = Kept()
    notes = _notes(difference, kept)
    script = "".join(_file(*path) for path in (("static", "occlusion.js"), ("diff", "page.js")))
    policy = _POLICY.format(hash=base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii"))
    new, old = difference.new, difference.old
    body = "".join(
        (
            _head(difference),
            stopped_updates(difference),
            _deck(difference),
            note_type_changes(difference),
            notes,
            _left_out(kept),
            "</main>\n",
        )
    )
    # `<` would let a card end the element it is kept in.
    data = json.dumps(kept.as_json(), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    page = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(new.deck_name)}: {_text(old.title)} → {_text(new.title)}</title>\n"
        f"<style>\n{_file('diff', 'page.css')}</style>\n</head>\n<body>\n{body}"
    )
    return (
        f'{_UNFIT.sub("�", page)}<script type="application/json" id="data">{_UNFIT.sub("�", data)}</script>\n'
        f'<script type="module">{script}</script>\n</body>\n</html>\n'
    )


def _file(*path: str) -> str:
    return files("builder").joinpath("web", *path).read_text(encoding="utf-8")


def _head(difference: Difference) -> str:
    old, new = difference.old, difference.new
    name = new.deck_name or old.deck_name
    titles = "".join(
        f"<div><dt>{word}</dt><dd><bdi>{_text(side.title)}</bdi>{_version(side.version)}</dd></div>"
        for word, side in (("before", old), ("after", new))
    )
    told = "".join(f"<li>{one}</li>" for one in _summary(difference))
    return (
        f'<header class="top"><p class="kind">What changes</p><h1 dir="auto">{_text(name)}</h1>'
        f'<dl class="sides">{titles}</dl><ul class="summary">{told}</ul>'
        "<noscript><p class=red>Cards, pictures and the filter need scripts: this browser runs none.</p></noscript>"
        "</header>\n<main>\n"
    )


def _version(version: str) -> str:
    return f' <span class="soft">version <bdi>{_text(version)}</bdi></span>' if version else ""


def _summary(difference: Difference) -> Iterator[str]:
    if difference.is_empty:
        yield "Nothing differs."
        return
    counts = [f"{len(found):,} {name}" for kind, name in KINDS.items() if (found := difference.of(kind))]
    if counts:
        yield f"Notes: <b>{', '.join(counts)}</b>; {difference.unchanged:,} as before."
    else:
        yield f"No note differs: {difference.unchanged:,} are as before."
    updates = sum(change.is_update for change in difference.notes if change.kind != "added")
    if updates:
        yield f"The update replaces <b>{counted(updates, 'note')}</b> that students hold; reviews and due dates stay."
    ours = [change for change in difference.notes if change.kind not in ("added", "gone")]
    for word, cards in (
        ("New on notes that students have", sum(len(change.cards_added) for change in ours)),
        ("Lost on notes that students have", sum(len(change.cards_lost) for change in ours)),
    ):
        if cards:
            yield f"{word}: <b>{counted(cards, 'card')}</b>."
    if not difference.old.has_texts:
        yield "Of what was before only the ledger is known, so there are no texts before."


def _deck(difference: Difference) -> str:
    stay = '<p class="soft">cards that students hold stay in the deck that has the old name</p>'
    told = "".join(
        compared(name, before, after) + (stay if name == "name" else "")
        for name, (before, after) in difference.deck.items()
        if name != "version"  # it stands at the head of the page
    )
    return f'<section class="panel"><h2>The deck</h2>{told}</section>\n' if told else ""


def _notes(difference: Difference, kept: Kept) -> str:
    """The notes by subdeck, each group at the place of its first note, and the bar that filters them."""
    if not difference.notes:
        return ""
    articles = Articles(difference, kept)
    groups: dict[str, list[str]] = {}
    with_cards = 0
    for change in difference.notes[:MOST_NOTES]:
        is_shown = with_cards < MOST_WITH_CARDS and not kept.is_full
        with_cards += is_shown
        groups.setdefault(_subdeck(change, difference), []).append(articles.article(change, with_cards=is_shown))
    sections = "".join(
        f'<section class="subdeck"><h3 dir="auto">{_text(name)} <span class="soft">{len(found):,}</span></h3>'
        f"{''.join(found)}</section>\n"
        for name, found in groups.items()
    )
    limits = "".join(f'<p class="amber">{one}</p>' for one in _limits(difference, with_cards))
    return (
        f"<section aria-labelledby=notes><h2 id=notes>Notes</h2>{limits}{_filter(difference.notes)}{sections}"
        '<p class="none" id="nothing" hidden>No note fits the filter.</p></section>\n'
    )


def _subdeck(change: NoteChange, difference: Difference) -> str:
    deck = told_deck(change)
    for name in (difference.new.deck_name, difference.old.deck_name):
        if deck == name or deck.startswith(f"{name}::"):
            deck = deck[len(name) + 2 :]
            break
    return deck.replace("::", " › ") or "In no subdeck"


def _limits(difference: Difference, with_cards: int) -> Iterator[str]:
    """What is left out of a page that would be too large to open."""
    shown = min(len(difference.notes), MOST_NOTES)
    if shown < len(difference.notes):
        yield f"Only the first {shown:,} of {len(difference.notes):,} notes are on this page; JSON has them all."
    if with_cards < shown:
        yield f"Cards are shown of the first {with_cards:,} notes."


def _filter(notes: Sequence[NoteChange]) -> str:
    counts = {kind: sum(change.kind == kind for change in notes[:MOST_NOTES]) for kind in KINDS}
    boxes = "".join(map(_choice, (kind for kind, count in counts.items() if count), (c for c in counts.values() if c)))
    return (
        '<div class="filter" id="filter" role="search" aria-label="Notes" hidden>'
        '<input type="search" id="search" placeholder="Search in what changes" aria-label="Search in what changes" '
        f'autocomplete="off" spellcheck="false"><fieldset class="kinds"><legend class="unseen">Show</legend>{boxes}'
        '</fieldset><label class="check"><input type="checkbox" id="open"> show all cards</label>'
        '<output id="count" for="search"></output></div>\n'
    )


def _choice(kind: Kind, count: int) -> str:
    return (
        f'<label class="choice {kind}"><input type="checkbox" value="{kind}" checked>'
        f"<span>{KINDS[kind]} <b>{count:,}</b></span></label>"
    )


def _left_out(kept: Kept) -> str:
    if not kept.left_out:
        return ""
    size = PICTURE_BYTES // 1_000_000
    return f'<p class="amber">Left out: {counted(kept.left_out, "picture")}, beyond {size} MB of them.</p>\n'


def _text(text: str) -> str:
    return escape(text, quote=False)
