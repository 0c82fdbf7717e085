"""The preview's page in a real browser, with decks that are hostile or huge."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="the preview's page is driven by playwright")

from playwright.sync_api import expect

from tests.web.fake import FakeNote, FakeServer, problem
from tests.web.page import Visit, card, current, frame, row, shown

# Many notes


def test_many_notes(visit: Visit, server: FakeServer) -> None:
    """20,000 notes are found and walked, and only the rows in sight are in the page."""
    many = [
        FakeNote(id=f"n{number}", title=f"Question {number}", text="word " * 80, subdeck=f"Part {number // 500}")
        for number in range(20_000)
    ]
    server.notes = {note.id: note for note in many}
    page = visit()
    expect(page.locator("#count")).to_have_text("20,000 notes")
    assert page.locator(".item").count() < 60
    page.keyboard.press("End")
    shown(page, "n19999")
    expect(current(page)).to_have_text(re.compile("Question 19999"))
    expect(current(page)).to_be_in_viewport()
    assert page.locator(".item").count() < 60
    page.locator("#search").fill("question 1999 word")
    expect(page.locator("#count")).to_have_text("12 of 20,000 notes")
    assert page.locator(".row").count() == 12
    page.locator("#search").fill("")
    server.change("n19998", title="Changed")
    expect(row(page, "Changed")).to_be_in_viewport()


# Hostile decks

EVIL = '<img src=x onerror="parent.hacked=1;window.hacked=1"><script>parent.hacked=1</script>'


def test_texts_are_text(visit: Visit, server: FakeServer) -> None:
    """HTML in titles, tags, names, ids, hints and paths is shown as it is written."""
    evil = problem(EVIL, "error", rule=EVIL, hint=EVIL, path=f"decks/{EVIL}", link="javascript:hacked=1")
    note = FakeNote(
        id=EVIL, title=EVIL, subdeck=EVIL, tags=(EVIL,), audience=EVIL, type=EVIL, form="own",
        cards=((EVIL, 1), ("b", 2)), path=EVIL, problems=(evil,), stale=True,
    )  # fmt: skip
    server.deck |= {"name": EVIL, "folder": EVIL, "audiences": [EVIL], "editions": [{"name": EVIL, "audience": EVIL}]}
    server.notes = {note.id: note, "other": FakeNote(id="other", title="img", subdeck="A")}
    server.problems, server.broken = [evil], [EVIL]
    page = visit("search=img")
    assert row(page, "onerror").locator("mark").all_text_contents() == ["img"]
    for place in ["#deck-name", ".group .name", ".row .title", "#about .message", "#elsewhere .hint", "#cards button"]:
        expect(page.locator(place).first).to_contain_text(EVIL)
    assert page.locator("body img, body script").count() == 0
    assert page.locator('[href^="javascript:"]').count() == 0
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("policy", [True, False], ids=["policy", "sandbox alone"])
def test_nothing_runs_in_a_card(visit: Visit, server: FakeServer, complaints: list[str], policy: bool) -> None:
    """No script, handler or link of a card runs or leads the page away, even where the card comes without a policy."""
    if not policy:
        server.card_policy = None
    side = f"""{EVIL}<svg onload="parent.hacked=1"></svg><details open ontoggle="parent.hacked=1"></details>
        <p><a id=run href="javascript:parent.hacked=1">run</a> <a id=top href="/state" target="_top">top</a>
        <a id=self href="/state">self</a> <button id=press onclick="parent.hacked=1">press</button></p>
        <form action="/state" target="_top"><button id=send>send</button></form>
        <iframe srcdoc="<script>parent.parent.hacked=1</script>"></iframe>
        <meta http-equiv="refresh" content="0;url=/state">"""
    server.notes["evil"] = FakeNote(id="evil", title="evil", sides={1: (side, side)})
    page = visit("note=evil")
    for link in ["#run", "#top", "#self", "#press", "#send"]:
        card(page).locator(link).click()
    page.keyboard.press(" ")
    shown(page, "evil", side="Back")
    page.keyboard.press(" ")
    shown(page, "evil", side="Front")
    assert page.evaluate("window.hacked") is None
    assert page.url.startswith(server.address)
    assert "/state" not in page.url
    assert frame(page).evaluate("frame => frame.contentWindow.location.pathname") == "/card"
    assert len(page.context.pages) == 1
    expect(frame(page)).to_have_attribute("sandbox", "allow-same-origin")
    assert complaints
    complaints.clear()


def test_nothing_runs_in_a_frame_that_may(visit: Visit, server: FakeServer, complaints: list[str]) -> None:
    """WebKit runs no listener in a frame that may run no scripts: where it may, the card's policy still stops all."""
    server.notes["evil"] = FakeNote(
        id="evil",
        title="evil",
        sides={1: (f'{EVIL}<a id=run href="javascript:parent.hacked=1" onclick="parent.hacked=1">run</a>', "")},
    )
    page = visit("note=reef")
    page.add_init_script(
        """if (window === top) document.addEventListener("load", ({ target }) => {
          if (target.matches?.("iframe[sandbox=allow-same-origin]")) target.contentDocument.dispatchEvent = () => true;
        }, true);"""
    )
    page.goto("about:blank")
    page.goto(f"{server.address}#note=evil")
    expect(frame(page)).to_have_attribute("sandbox", "allow-same-origin allow-scripts")
    card(page).locator("#run").click()
    page.keyboard.press("Home")
    shown(page, "fixed-loop")
    assert page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in said for said in complaints)
    complaints.clear()
