"""The page of differences with packages that are hostile or huge: nothing runs, nothing is loaded, and it opens."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="the page is driven by playwright")

from playwright.sync_api import expect

from builder.core.note_types import Template
from builder.diff.model import FieldChange, NoteChange, NoteTypeChange
from builder.web.diff_cards import PICTURE_BYTES
from builder.web.diff_page import MOST_NOTES, MOST_WITH_CARDS, diff_page
from tests.web.differences import PLAIN, changed, difference, note, side

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EVIL = '<img src=x onerror="top.hacked=1;window.hacked=1"><script>top.hacked=1</script>'
BREAKS = [
    "</script>",
    "<!--<script>",
    "-->",
    "]]>",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "\u202eevil\u202d",
    "\ufdd0\uffff",
    "</title>",
]
CARD = f"""{EVIL}<link rel=preconnect href="http://localhost:9"><LINK/rel=dns-prefetch href="http://localhost:9">
<svg onload="top.hacked=1"><script>top.hacked=1</script></svg>
<details open ontoggle="top.hacked=1"><summary>fold</summary></details>
<p><a id=run href="javascript:top.hacked=1">run</a> <a id=far href="http://localhost:9/far" target="_top">far</a>
<a id=self href="http://localhost:9/self" ping="http://localhost:9/ping">self</a>
<button id=press onclick="top.hacked=1">press</button></p>
<form action="http://localhost:9/form" target="_top"><button id=send>send</button></form>
<iframe srcdoc="<script>top.hacked=1</script>"></iframe><iframe src="http://localhost:9/frame"></iframe>
<meta http-equiv="refresh" content="0;url=http://localhost:9/refresh"><base href="http://localhost:9/">
<link rel=stylesheet href="http://localhost:9/style"><link rel=preload as=image href="http://localhost:9/preload">
<style>@import "http://localhost:9/import"; body {{ background: url(http://localhost:9/ground) }}
@font-face {{ font-family: far; src: url(http://localhost:9/font) }} p {{ font-family: far }}</style>
<object data="http://localhost:9/object"></object><embed src="http://localhost:9/embed">
<video src="http://localhost:9/film" autoplay></video><audio src="http://localhost:9/sound" autoplay></audio>
<img srcset="http://localhost:9/set 1x" alt=set><input type=image src="http://localhost:9/input">
<template shadowrootmode=open><a id=hidden href="http://localhost:9/hidden">hidden</a></template>
<svg><a id=late xlink:href="http://localhost:9/drawn"><set attributeName=href to="http://localhost:9/late"/>
<text y=20>late</text></a></svg>
<img name=querySelectorAll><form name=documentElement><input name=href></form><form id=getElementById></form>"""


@pytest.fixture
def far() -> Iterator[socket.socket]:
    """A machine elsewhere, to which nobody may connect."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        yield listening
        with contextlib.suppress(TimeoutError):
            listening.accept()[0].close()
            pytest.fail("the page connected to it")


@pytest.fixture
def page(browser: Browser) -> Page:
    """A page of a window."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(10_000)
    return page


def evil_card(far: socket.socket) -> str:
    """A card that tries everything to run something or to tell somebody."""
    return CARD.replace("localhost:9", f"127.0.0.1:{far.getsockname()[1]}")


def shown(page: Page, html: str, folder: Path) -> str:
    """Opens a page from disk; gives its address."""
    file = folder / "difference.html"
    file.write_bytes(html.encode("utf-8"))
    page.goto(file.as_uri())
    return file.as_uri()


def test_texts_are_text(page: Page, tmp_path: Path) -> None:
    """HTML in ids, titles, tags, decks, names, versions and styling is shown as it is written."""
    before = note(EVIL, EVIL, EVIL, deck=f"{EVIL}::{EVIL}", tags=(EVIL,))
    evil_type = replace(
        PLAIN, name=EVIL, fields=(EVIL, "Back"), templates=(Template(name=EVIL, front=EVIL, back=EVIL),)
    )
    new_type = replace(evil_type, fields=("Front", "Back"), css=EVIL)
    told = FieldChange(name=EVIL, before=EVIL, after=f"{EVIL}!")
    change = NoteChange(
        kind="changed", before=before, after=replace(before, fields=(f"{EVIL}!", EVIL), deck=EVIL), fields=(told,),
        tags_added=(EVIL,), pictures=((f"{EVIL}.png",), (f'".svg" onerror="top.hacked=1"{EVIL}.svg',)), moved=True,
        left=(EVIL,), cards_lost=(2,),
    )  # fmt: skip
    types = NoteTypeChange(
        before=evil_type, after=new_type, schema=("fields",), css=("", EVIL), templates=((EVIL, "front", EVIL, ""),)
    )
    names = {"deck_name": EVIL, "version": EVIL, "note_types": (evil_type,), "media": {}}
    old, new = side(EVIL, before, **names), side(EVIL, **names)  # type: ignore[arg-type]
    html = diff_page(difference(change, old=old, new=new, note_types=(types,), deck={EVIL: (EVIL, f"{EVIL}!")}))
    address = shown(page, html, tmp_path)
    for place in [
        "h1",
        ".sides dd",
        ".stops b bdi",
        ".panel h3",
        "h3",
        ".about > span",
        ".tags ins",
        ".chip bdi",
        ".facts bdi",
        ".field h5",
    ]:
        expect(page.locator(place).first).to_contain_text(EVIL)
    assert page.locator("body img:not([data-picture]), body script").count() == 2  # its data, and its own script
    assert page.locator("[onerror], [onload]").count() == 0
    assert page.evaluate("window.hacked") is None
    assert page.url == address


def test_nothing_runs_in_a_card(page: Page, tmp_path: Path, far: socket.socket) -> None:
    """No script, handler, link, form or address of a card does anything, in the page or in its frame."""
    port = far.getsockname()[1]
    evil = replace(PLAIN, css=f"</style><script>top.hacked=1</script>@import 'http://127.0.0.1:{port}/css';")
    change = changed(note("loop", "a", "b"), evil_card(far), "b")
    old, new = side("old", change.note, note_types=(evil,)), side("new", change.note, note_types=(evil,))
    address = shown(page, diff_page(difference(change, old=old, new=new)), tmp_path)
    page.locator(".cards > summary").click()
    place = page.locator(".frame").nth(1)
    expect(place).to_have_attribute("data-state", "ready")
    card = place.frame_locator("> iframe")
    for button in ["#run", "#far", "#self", "#press", "#send", "#hidden", "#late", "summary"]:
        card.locator(button).click(force=True)
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert page.url == address
    assert len(page.context.pages) == 1
    frame = place.locator("iframe").element_handle().content_frame()
    assert frame
    assert frame.url == "about:srcdoc"
    expect(card.locator("#run")).to_be_visible()


# A browser connects for a link before it asks the policy, so the script takes their addresses away: `self` is not here.
@pytest.mark.parametrize("link", ["run", "far", "press", "send"])
def test_the_frame_alone_holds(page: Page, tmp_path: Path, far: socket.socket, link: str) -> None:
    """Also where the page's script took nothing out of a card, sandbox and policy let nothing through."""
    shown(page, diff_page(difference(changed(note("loop", "a", "b"), evil_card(far), "b"))), tmp_path)
    page.locator(".cards > summary").click()
    expect(page.locator(".frame").nth(1)).to_have_attribute("data-state", "ready")
    page.evaluate("""() => {
        const from = document.querySelectorAll(".frame > iframe")[1], frame = document.createElement("iframe");
        frame.id = "untouched"; frame.srcdoc = from.srcdoc; frame.sandbox = from.getAttribute("sandbox");
        frame.style.cssText = "width: 600px; height: 600px"; document.body.prepend(frame); }""")
    address = page.url
    page.frame_locator("#untouched").locator(f"#{link}").click(force=True)
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert page.url == address


@pytest.mark.parametrize("text", BREAKS, ids=ascii)
def test_texts_that_break_pages(page: Page, tmp_path: Path, text: str) -> None:
    """Ends of elements, comments, what is no character and what turns the direction break nothing."""
    evil = f"a{text}b"
    old = side(evil, note_types=(replace(PLAIN, css=evil, name=evil),))
    change = changed(note(evil, evil, "b", tags=(evil,)), f"{evil}!", "b", tags_added=(evil,))
    shown(
        page,
        diff_page(difference(change, old=old, new=replace(old, title="new"), deck={"name": ("a", evil)})),
        tmp_path,
    )
    expect(page.locator(".note:visible")).to_have_count(1)
    seen = re.sub("[\0\ud800-\udfff\ufdd0\uffff]", "\ufffd", evil)
    assert page.locator(".tags ins").text_content() == seen
    page.locator(".cards > summary").click()
    expect(page.locator(".frame").first).to_have_attribute("data-state", "ready")
    assert page.locator(".about > span").first.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"


def test_policy() -> None:
    """The page may load nothing, and run only the one script whose hash it names."""
    html = diff_page(difference(changed(note("loop", "a", "b"), "c", "b")))
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert re.sub(r"sha256-[A-Za-z0-9+/]{43}=", "HASH", policy) == (
        "default-src 'none'; script-src 'HASH'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    assert re.findall(r"<script[^>]*>", html) == [
        '<script type="application/json" id="data">',
        '<script type="module">',
    ]
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'" in html


def test_many_notes(page: Page, tmp_path: Path) -> None:
    """10,000 changed notes make a page of a few megabytes that opens at once, and says what it leaves out."""
    words = "The nerve leaves the pelvis through the greater sciatic foramen, below the piriformis. " * 3
    notes = [note(f"n{i}", f"{words} {i}", words, deck=f"Knots::Part {i // 500}") for i in range(10_000)]
    found = difference(*(changed(one, f"{one.fields[0]} now", words) for one in notes))
    started = time.monotonic()
    html = diff_page(found)
    assert time.monotonic() - started < 20
    assert len(html) < 10_000_000
    shown(page, html, tmp_path)
    assert page.locator(".note").count() == MOST_NOTES
    assert page.locator("details.cards").count() == MOST_WITH_CARDS
    assert page.locator("p.amber").all_text_contents() == [
        "Only the first 5,000 of 10,000 notes are on this page; JSON has them all.",
        "Cards are shown of the first 1,000 notes.",
    ]
    page.locator("#search").fill("foramen 4999")
    # An expectation would describe the whole page before it is met.
    page.locator("#count", has_text="1 of 5,000 notes").wait_for(timeout=30_000)
    assert page.locator("iframe").count() == 0


def test_huge_notes(page: Page, tmp_path: Path) -> None:
    """Of texts that nobody reads to their end the beginning is shown, and they have no cards."""
    long = "word " * 400_000
    html = diff_page(difference(changed(note("long", long, "b"), f"other {long}", "b")))
    assert len(html) < 200_000
    shown(page, html, tmp_path)
    expect(page.locator(".field .none").first).to_have_text("the rest is not shown")
    assert page.locator(".cards").count() == 0


def test_many_pictures() -> None:
    """Pictures beyond a bound are left out, and the page says how many."""
    media = {f"{i}.png": bytes([i]) * (PICTURE_BYTES // 4 + 1) for i in range(6)}
    changes = [
        changed(note(f"n{i}", "a", "b"), f'<img src="{i}.png">', "b", pictures=((), (f"{i}.png",))) for i in range(6)
    ]
    html = diff_page(difference(*changes, media=media))
    assert html.count("data:image/png;base64,") == 3
    assert "Left out: 3 pictures, beyond 24 MB of them." in html
    assert len(html) < PICTURE_BYTES * 4 / 3 + 100_000


def test_many_cards() -> None:
    """Of a note with very many gaps the first cards are shown."""
    gaps = " ".join(f"{{{{c{i}::gap}}}}" for i in range(1, 301))
    cloze = replace(
        PLAIN, kind="cloze", templates=(Template(name="Gaps", front="{{cloze:Front}}", back="{{cloze:Front}}"),)
    )
    change = NoteChange(kind="added", before=None, after=note("many", gaps, "", cards=tuple(range(1, 301))))
    html = diff_page(difference(change, new=side("new", note_types=(cloze,))))
    assert html.count('<section class="card">') == 30
    assert "and 270 more cards of this note" in html


@pytest.mark.parametrize(
    "part", ["<img ", "<img a='", '<img src="', "<script>", "<!--", "{{c1::", "[sound:", "<", "\\("]
)
def test_slow_markup(part: str) -> None:
    """Markup that is made to be looked through again and again takes no more than seconds."""
    started = time.monotonic()
    diff_page(difference(changed(note("slow", "a", "b"), part * (45_000 // len(part)), "b")))
    assert time.monotonic() - started < 10


def test_wrong_notes() -> None:
    """Notes of no known type, with too few fields or cards that no template makes are told without cards."""
    few = NoteChange(kind="added", before=None, after=note("few", "only one", cards=(0, 1, 2, 3, 70_000)))
    unknown = NoteChange(kind="added", before=None, after=note("unknown", "text", "b", note_type="nowhere"))
    empty = NoteChange(kind="gone", before=note("empty", "", "", cards=()), after=None)
    html = diff_page(difference(few, unknown, empty))
    assert html.count('<section class="card">') == 2
    assert [title for _, title in re.findall(r"<h4( dir=.auto.)>(.*?)</h4>", html)] == ["only one", "unknown", "empty"]
