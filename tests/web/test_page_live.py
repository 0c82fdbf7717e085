"""The preview's page in a real browser, while the deck is edited and while it is studied."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

pytest.importorskip("playwright.sync_api", reason="the preview's page is driven by playwright")

from playwright.sync_api import expect

from tests.web.fake import FakeNote, FakeServer, problem
from tests.web.page import SCROLLED, Visit, card, current, frame, row, shown

# Live


def test_change_keeps_the_card_as_it_is(visit: Visit, server: FakeServer) -> None:
    """A change of the card that is shown keeps its side, its scrolling, its open fold and its place in the list."""
    page = visit("note=long&side=back")
    card(page).locator("summary").click()
    frame(page).evaluate("frame => { frame.contentDocument.scrollingElement.scrollTop = 700; }")
    place = current(page).bounding_box()
    front, back = server.notes["long"].sides[1]
    server.change(
        "long", title="Why does a bowline not slip?", sides={1: (front, back.replace("Friction", "Its turns"))}
    )
    expect(card(page).locator("#qa")).to_contain_text("Its turns")
    expect(page.locator("#live")).to_have_text("updated")
    expect(current(page)).to_contain_text("Why does a bowline not slip?")
    expect(card(page).locator("details")).to_have_attribute("open", "")
    assert frame(page).evaluate(SCROLLED) == 700
    shown(page, "long", side="Back")
    assert current(page).bounding_box() == place
    assert len(page.frames) == 2


def test_change_keeps_typed_text_and_focus(visit: Visit, server: FakeServer) -> None:
    """Somebody who types goes on typing where the cursor stood, though the card is another one."""
    page = visit("note=a-line")
    card(page).locator("#typeans").click()
    page.keyboard.type("a lne")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    front, back = server.notes["a-line"].sides[1]
    server.change("a-line", sides={1: (front.replace("sailor", "mariner"), back)})
    expect(card(page).locator("#qa")).to_contain_text("mariner")
    page.keyboard.type("i")
    expect(card(page).locator("#typeans")).to_have_value("a line")


def test_change_keeps_an_open_hint(visit: Visit, server: FakeServer) -> None:
    """A hint that was unfolded stays so."""
    page = visit("note=palstek")
    card(page).locator("a.hint").click()
    front, back = server.notes["palstek"].sides[1]
    server.change("palstek", sides={1: (front.replace("der Palstek", "Palstek, der"), back)})
    expect(card(page).locator("#qa")).to_contain_text("Palstek, der")
    expect(card(page).locator("#hint1")).to_be_visible()


def test_change_elsewhere_loads_nothing(visit: Visit, server: FakeServer) -> None:
    """Only what changed is drawn: a change of another note leaves the card's document and the other rows alone."""
    page = visit()
    page.evaluate("document.querySelector('#pane-one iframe').contentDocument.body.dataset.same = 'yes'")
    page.evaluate("document.querySelectorAll('.row').forEach(row => { row.dataset.same = 'yes'; })")
    asked = len(server.asked)
    server.change("two-ropes", title="Which bend joins two ropes?")
    expect(row(page, "Which bend joins")).to_be_visible()
    expect(row(page, "Which bend joins")).not_to_have_attribute("data-same", "yes")
    expect(row(page, "Which knot makes")).to_have_attribute("data-same", "yes")
    expect(card(page).locator("body")).to_have_attribute("data-same", "yes")
    assert len(server.asked) == asked


def test_change_of_the_look(visit: Visit, server: FakeServer) -> None:
    """Another styling loads the card anew, though no note has changed."""
    page = visit("note=long&side=back")
    card(page).locator("summary").click()
    page.evaluate("document.querySelector('#pane-one iframe').contentDocument.body.dataset.same = 'yes'")
    server.look = "2"
    server.push()
    expect(card(page).locator("body")).not_to_have_attribute("data-same", "yes")
    expect(card(page).locator("details")).to_have_attribute("open", "")


def test_findings_arrive_later(visit: Visit, server: FakeServer) -> None:
    """Findings that come after the card appear beside it and in its row, and the card is not loaded again."""
    page = visit()
    asked = len(server.asked)
    server.change("fixed-loop", stamp="1", problems=(problem("question is asked twice"),))
    expect(page.locator("#about .message")).to_have_text("warning: question is asked twice")
    expect(current(page).locator(".mark.warning")).to_be_visible()
    assert len(server.asked) == asked


def test_change_keeps_the_place_in_a_scrolled_list(visit: Visit, server: FakeServer) -> None:
    """Notes that come or go above leave the rows in sight where they are."""
    page = visit("note=fixed-loop", viewport={"width": 1280, "height": 500})
    page.locator("#rows").evaluate("rows => { rows.scrollTop = 700; }")
    seen = row(page, "knot number 3 of")
    expect(seen).to_be_in_viewport()
    place = seen.bounding_box()
    order = ["new", *server.notes]
    order.remove("two-ropes")
    order.remove("a-line")
    server.push(FakeNote(id="new", title="New", subdeck="New"), gone=["two-ropes", "a-line"], order=order)
    expect(page.locator("#count")).to_have_text("23 notes")
    assert seen.bounding_box() == place


@pytest.mark.parametrize(
    ("gone", "kept"),
    [
        (["two-ropes"], "a-line"),
        (["two-ropes", "a-line"], "pick-loop"),
        (["plain-14"], "plain-13"),
    ],
)
def test_neighbour_of_a_removed_note(visit: Visit, server: FakeServer, gone: list[str], kept: str) -> None:
    """When the shown note goes, the next one is shown, or the one before when it was the last."""
    page = visit(f"note={gone[0]}&side=back")
    shown(page, gone[0], side="Back")
    server.push(gone=gone)
    shown(page, kept, side="Front")
    expect(current(page)).to_have_count(1)


def test_all_notes_go_and_come_back(visit: Visit, server: FakeServer) -> None:
    """A deck that loses every note says so, and shows the first that comes."""
    page = visit()
    notes = [*server.notes]
    kept = server.notes["reef"]
    server.push(gone=notes)
    expect(page.locator("#nothing")).to_have_text("the deck has no cards yet")
    expect(page.locator("#no-card")).to_be_visible()
    server.push(kept)
    shown(page, "reef")
    expect(page.locator("#no-card")).to_be_hidden()


def test_card_that_goes(visit: Visit, server: FakeServer) -> None:
    """When the shown card goes, the note's nearest card is shown."""
    page = visit("note=reef&card=4")
    server.change("reef", cards=(("c1", 1), ("c2", 2)))
    shown(page, "reef", 2)


def test_new_order(visit: Visit, server: FakeServer) -> None:
    """Notes that are moved in their files are moved in the list."""
    page = visit()
    order = ["two-ropes", "fixed-loop", *[note for note in server.notes if note not in ("two-ropes", "fixed-loop")]]
    server.push(order=order)
    expect(page.locator(".row .title").first).to_have_text("Which knot joins two ropes?")
    shown(page, "fixed-loop")


def test_missed_change(visit: Visit, server: FakeServer) -> None:
    """A change that skips a number makes the page ask for everything."""
    page = visit()
    server.notes["reef"] = replace(server.notes["reef"], title="Missed")
    server.push(skip=True)
    expect(row(page, "Missed")).to_be_visible()


def test_fixed_problem_leaves_the_card(visit: Visit, server: FakeServer) -> None:
    """A note that no longer fits the filter goes from the list, but not from under the instructor's eyes."""
    page = visit("note=reef&problems=1")
    server.change("reef", problems=())
    expect(page.locator("#count")).to_have_text("1 of 24 notes")
    shown(page, "reef")
    page.keyboard.press("j")
    shown(page, "accents")


def test_server_stops_and_comes_back(visit: Visit, server: FakeServer, complaints: list[str]) -> None:
    """The page says when the preview has stopped, and goes on by itself with what has changed since."""
    page = visit("note=long&side=back")
    frame(page).evaluate("frame => { frame.contentDocument.scrollingElement.scrollTop = 500; }")
    server.stop()
    expect(page.locator("#live")).to_have_text("preview stopped — run it again")
    page.keyboard.press("j")
    expect(page.locator("#no-card")).to_have_text("the preview has stopped")
    page.keyboard.press("k")
    server.state = 1
    server.notes["long"] = replace(server.notes["long"], title="Changed meanwhile", stamp="2")
    server.start()
    expect(page.locator("#live")).not_to_contain_text("stopped", timeout=15_000)
    expect(current(page)).to_contain_text("Changed meanwhile")
    shown(page, "long")
    expect(page.locator("#no-card")).to_be_hidden()
    server.change("long", title="Changed again")
    expect(current(page)).to_contain_text("Changed again")
    assert all("ERR_" in said or "chrome-error" in said for said in complaints)
    complaints.clear()


def test_server_stops_in_a_narrow_window(visit: Visit, server: FakeServer, complaints: list[str]) -> None:
    """Where there is little room, the sign that the preview has stopped leaves the buttons theirs."""
    page = visit("screen=card", viewport={"width": 360, "height": 740})
    server.stop()
    expect(page.locator("#live")).to_contain_text("stopped")
    for part in ["#live", "#to-list", "#deck-name", "#study", "#night", "#show-keys"]:
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    complaints.clear()


# Studying


def test_study(visit: Visit, plan: FakeServer) -> None:
    """Space shows the back and goes on, in Anki's order and day by day, to the end; Esc leaves."""
    page = visit("note=arabic")
    page.keyboard.press("s")
    expect(page.locator("#study-place")).to_have_text("Day 1 · card 1 of 3")
    shown(page, "reef", 2)
    expect(page.locator("#rows")).to_be_hidden()
    for note, number, place in [
        ("fixed-loop", 1, "Day 1 · card 2 of 3"), ("palstek", 1, "Day 1 · card 3 of 3"),
        ("reef", 1, "Day 2 · card 1 of 2"), ("two-ropes", 2, "Day 2 · card 2 of 2"),
    ]:  # fmt: skip
        page.keyboard.press(" ")
        expect(frame(page)).to_have_attribute("title", re.compile("^Back of"))
        page.keyboard.press(" ")
        shown(page, note, number)
        expect(page.locator("#study-place")).to_have_text(place)
    page.keyboard.press(" ")
    page.keyboard.press(" ")
    expect(page.locator("#study-place")).to_have_text("That was the last of 5 new cards, on day 2")
    page.keyboard.press("Escape")
    expect(page.locator("#rows")).to_be_visible()
    shown(page, "two-ropes", 2)


def test_study_of_an_audience(visit: Visit, plan: FakeServer) -> None:
    """Another audience meets other cards, from the first one."""
    page = visit()
    page.locator("#study").click()
    expect(page.locator("#study-place")).to_have_text("Day 1 · card 1 of 3")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#study-place")).to_have_text("Day 1 · card 2 of 3")
    page.locator("#students").select_option("student")
    expect(page.locator("#study-place")).to_have_text("Day 1 · card 1 of 2")
    page.locator("#leave").click()
    expect(page.locator("#study-bar")).to_be_hidden()


def test_study_survives_a_reload_and_a_change(visit: Visit, plan: FakeServer) -> None:
    """A reload goes on at the same card, and so does a change that adds cards before it."""
    page = visit("mode=study&note=palstek&card=1")
    expect(page.locator("#study-place")).to_have_text("Day 1 · card 3 of 3")
    plan.days[0].insert(0, ("map", 1))
    plan.change("map")
    expect(page.locator("#study-place")).to_have_text("Day 1 · card 4 of 4")
    shown(page, "palstek")


def test_study_of_nothing(visit: Visit) -> None:
    """A deck without cards to study says so."""
    page = visit("mode=study")
    expect(page.locator("#study-place")).to_have_text("no cards to study")
    page.keyboard.press(" ")
    page.keyboard.press(" ")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("End")
    expect(page.locator("#study-place")).to_have_text("no cards to study")
