"""The preview's page in a real browser: a card with all that can be done to it, and what is said beside it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

pytest.importorskip("playwright.sync_api", reason="the preview's page is driven by playwright")

from playwright.sync_api import expect

from tests.web.fake import FakeServer, problem
from tests.web.page import Visit, card, frame, shown

# The card


def test_both_cards_of_reversed(visit: Visit) -> None:
    """A reversed note has two cards to choose from."""
    page = visit("note=two-ropes")
    page.locator("#cards").get_by_text("Reversed").click()
    shown(page, "two-ropes", 2)
    expect(card(page).locator("#qa")).to_have_text("Sheet bend")
    expect(card(page).locator("body")).to_have_class(re.compile(r"\bcard2\b"))
    page.locator("#cards").get_by_text("Question").click()
    expect(card(page).locator("#qa")).to_have_text("joins two ropes?")


def test_cloze_numbers(visit: Visit) -> None:
    """A note with gaps has a card for each number that is written, and no other."""
    page = visit("note=reef")
    assert page.locator("#cards button").all_text_contents() == ["c1", "c2", "c4"]
    page.locator("#cards").get_by_text("c4").click()
    expect(card(page).locator("#qa")).to_have_text("A reef knot is never a bend; a [...] is worse.")
    expect(page.locator("#cards [aria-pressed=true]")).to_have_text("c4")
    visit("note=fixed-loop").locator("#cards").wait_for(state="hidden")


def test_both_sides(visit: Visit) -> None:
    """Front and back stand side by side, and stay so from note to note."""
    page = visit("note=reef&side=both")
    expect(card(page).locator("#qa")).to_contain_text("A [...] is")
    expect(card(page, "two").locator("#qa")).to_contain_text("A reef knot is")
    one, two = frame(page).bounding_box(), frame(page, "two").bounding_box()
    assert one is not None
    assert two is not None
    assert two["x"] >= one["x"] + one["width"]
    assert two["y"] == one["y"]
    page.keyboard.press("j")
    shown(page, "map")
    shown(page, "map", side="Back", pane="two")
    page.locator("#sides [value=back]").click()
    shown(page, "map", side="Back")
    expect(page.locator("#pane-two")).to_be_hidden()


def test_typed_answer(visit: Visit) -> None:
    """Enter in the card's field compares what was typed; the front keeps it; another card begins empty."""
    page = visit("note=a-line")
    card(page).locator("#typeans").click()
    page.keyboard.type("a jnk 1")
    page.keyboard.press("Enter")
    shown(page, "a-line", side="Back")
    expect(card(page).locator("code#typeans")).to_have_text("a jnk 1")
    page.keyboard.press(" ")
    expect(card(page).locator("input#typeans")).to_have_value("a jnk 1")
    page.keyboard.press("j")
    page.keyboard.press("k")
    shown(page, "a-line")
    expect(card(page).locator("input#typeans")).to_have_value("")


def test_typed_answer_compares_beside(visit: Visit) -> None:
    """With both sides in view the back follows on Enter, and Esc gives the keys back."""
    page = visit("note=a-line&side=both")
    card(page).locator("#typeans").click()
    page.keyboard.type("a rope")
    page.keyboard.press("Enter")
    expect(card(page, "two").locator("code#typeans")).to_have_text("a rope")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    shown(page, "pick-loop")


@pytest.mark.parametrize("way", ["click", "key"])
def test_choices(visit: Visit, way: str) -> None:
    """A picked choice turns the card, is outlined on the back, and the page says what was right."""
    page = visit("note=pick-loop")
    if way == "click":
        card(page).get_by_text("Sheet bend").click()
    else:
        page.keyboard.press("b")
    shown(page, "pick-loop", side="Back")
    expect(page.locator("#verdict")).to_have_text("You picked B; the answer is A")
    expect(frame(page)).to_be_in_viewport(ratio=1)
    outlines = (
        card(page).locator(".db-options > li").evaluate_all("all => all.map(one => getComputedStyle(one).outlineStyle)")
    )
    assert outlines == ["none", "dashed", "none"]
    page.keyboard.press(" ")
    shown(page, "pick-loop", side="Front")
    expect(page.locator("#verdict")).to_be_hidden()
    page.keyboard.press("a")
    expect(page.locator("#verdict")).to_have_text("You picked A: right")
    page.keyboard.press("j")
    expect(page.locator("#verdict")).to_be_hidden()


@pytest.mark.parametrize(("key", "name", "wide"), [("1", "phone", 360), ("2", "tablet", 768), ("3", "desktop", None)])
def test_widths(visit: Visit, key: str, name: str, wide: int | None) -> None:
    """The frame is as wide inside as the device, also where it is shown smaller; the desktop's fills the page."""
    page = visit("screen=card&width=" + ("tablet" if key == "1" else "phone"))
    page.keyboard.press(key)
    expect(page.locator(f"#widths [value={name}]")).to_have_attribute("aria-pressed", "true")
    inside = frame(page).evaluate("frame => frame.contentWindow.innerWidth")
    assert inside == wide if wide else inside > 800
    page.set_viewport_size({"width": 500, "height": 700})
    page.locator("#to-list").wait_for()
    # The page lays itself out in the browser's next frame.
    page.wait_for_function(
        "([frame, width]) => (({ left, right }) => left >= 0 && right <= width)(frame.getBoundingClientRect())",
        arg=[frame(page).element_handle(), 500],
    )
    if wide:
        assert frame(page).evaluate("frame => frame.contentWindow.innerWidth") == wide


def test_night(visit: Visit) -> None:
    """`n` changes page and card; before that, the page follows the system."""
    page = visit(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "night")
    expect(card(page).locator("html")).to_have_class("night-mode")
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "day")
    page.keyboard.press("n")
    expect(page.locator("#night")).to_have_attribute("aria-pressed", "true")
    expect(card(page).locator("body")).to_have_class(re.compile("nightMode"))
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", ground)[:3])) < 40


def test_masks(visit: Visit) -> None:
    """Masks are drawn on both sides in the place of their shapes; the button and M hide and show them."""
    page = visit("note=map&card=2")
    paths = card(page).locator("#image-occlusion-canvas path")
    fills = "all => all.map(one => getComputedStyle(one).fill)"
    expect(paths).to_have_count(3)
    assert paths.evaluate_all(fills) == ["rgb(11, 116, 130)", "rgb(211, 215, 220)", "rgb(211, 215, 220)"]
    asked = paths.first.evaluate("one => (({ x, y, width, height }) => [x, y, width, height])(one.getBBox())")
    assert asked == pytest.approx([0.4 * 324, 0.4 * 243, 0.2 * 324, 0.3 * 243])
    picture, drawing = card(page).locator("img").bounding_box(), paths.first.locator("..").bounding_box()
    assert picture == drawing
    assert drawing is not None
    assert (drawing["width"], drawing["height"]) == (324, 243)
    page.keyboard.press(" ")
    shown(page, "map", 2, "Back")
    assert "rgba(0, 0, 0, 0)" in paths.evaluate_all(fills)
    card(page).locator("#toggle").click()
    expect(paths).to_have_count(0)
    page.keyboard.press("M")
    expect(paths).to_have_count(3)


def test_hint(visit: Visit) -> None:
    """A hint unfolds below its link, which goes."""
    page = visit("note=palstek")
    expect(card(page).locator("#hint1")).to_be_hidden()
    card(page).locator("a.hint").click()
    expect(card(page).locator("#hint1")).to_be_visible()
    expect(card(page).locator("a.hint")).to_be_hidden()


def test_sound_and_speech(visit: Visit) -> None:
    """A click plays a file of the deck, or says the text in its language."""
    page = visit("note=palstek")
    page.evaluate(
        """() => { window.heard = [];
        HTMLMediaElement.prototype.play = function () { heard.push(this.src); return Promise.resolve(); };
        speechSynthesis.speak = said => heard.push([said.text, said.lang]); }"""
    )
    card(page).get_by_text("play").click()
    card(page).get_by_text("say").click()
    heard = page.evaluate("heard")
    assert heard == [page.url.split("#", maxsplit=1)[0] + "media/a.wav", ["Palstek", "de-DE"]]


def test_links_leave_the_page_alone(visit: Visit) -> None:
    """A link opens in a tab of its own, which knows nothing of the page; one into the card scrolls."""
    page = visit("note=palstek&side=back")
    page.context.route("https://example.org/**", lambda route: route.fulfill(body="Ashley"))
    with page.context.expect_page() as opened:
        card(page).locator("#web").click()
    assert opened.value.url == "https://example.org/knots"
    assert opened.value.evaluate("window.opener") is None
    with page.context.expect_page() as opened:
        card(page).locator("#web").click(button="middle")
    assert opened.value.url == "https://example.org/knots"
    card(page).locator("#part").click()
    shown(page, "palstek", side="Back")
    assert frame(page).evaluate("frame => frame.contentWindow.location.pathname") == "/card"


def test_back_is_scrolled_to_the_answer(visit: Visit, server: FakeServer) -> None:
    """A back that is longer than the screen begins at the answer, as in Anki; the page around it does not move."""
    server.notes["long"] = replace(
        server.notes["long"], sides={1: ("x", "<p>a</p>" * 40 + "<hr id=answer>" + "<p>b</p>" * 80)}
    )
    page = visit("note=long")
    page.keyboard.press(" ")
    shown(page, "long", side="Back")
    top = card(page).locator("#answer").evaluate("one => one.getBoundingClientRect().top")
    assert abs(top) < 2
    assert page.locator("#panes").evaluate("one => [one.scrollTop, document.scrollingElement.scrollTop]") == [0, 0]


# Where written, findings


def test_place(visit: Visit) -> None:
    """The place is a link into the editor, and can be copied as path and line."""
    page = visit("note=two-ropes", permissions=["clipboard-read", "clipboard-write"])
    place = page.locator("#about .where a")
    expect(place).to_have_text("01-loops.yaml:12")
    expect(place).to_have_attribute("href", "vscode://file/home/author/decks/knots/01-loops.yaml:12:5")
    page.get_by_role("button", name="Copy the place").click()
    expect(page.locator(".copied")).to_have_text("copied")
    assert page.evaluate("navigator.clipboard.readText()") == "decks/knots/01-loops.yaml:12"


def test_findings(visit: Visit) -> None:
    """What was found in a note stands beside its card: how grave, what, what to do, which rule, where."""
    page = visit("note=accents")
    found = page.locator("#about .finding.error")
    expect(found.locator(".message")).to_have_text("error: answer is empty")
    expect(found.locator(".hint")).to_have_text("write what the back tells")
    expect(found.locator(".rule code")).to_have_text("missing-answer")
    expect(found.locator(".rule a")).to_have_attribute("href", re.compile("^vscode://file/.*:3:5$"))
    expect(page.locator("#about .stale-note")).to_contain_text("this is the last good card")
    page.keyboard.press("k")
    expect(page.locator("#about .finding")).to_have_count(0)
    expect(page.locator("#about .stale-note")).to_have_count(0)
    page = visit("note=reef")
    assert page.locator("#about .finding .hint code").all_text_contents() == ["sources:"]


def test_problems_of_no_note(visit: Visit, server: FakeServer) -> None:
    """A panel counts them and their files, opens by itself for errors, and tells which files show old cards."""
    server.problems = [
        problem("`answr` is no key", "error", path="decks/knots/02-bends.yaml", line=7),
        problem("not YAML", "error", path="decks/knots/02-bends.yaml", line=9),
        problem("deck has no licence", path="decks/knots/deck.yaml", line=1),
    ]
    server.broken = ["decks/knots/02-bends.yaml"]
    page = visit()
    panel = page.locator("#elsewhere")
    expect(panel.locator("summary")).to_contain_text("3 problems in 2 files")
    expect(panel.locator("summary")).to_contain_text("showing the last good cards")
    expect(panel.locator(".broken")).to_be_visible()
    expect(panel.locator(".broken")).to_have_text("02-bends.yaml: showing the last good cards")
    assert panel.locator(".rule a").all_text_contents() == ["02-bends.yaml:7", "02-bends.yaml:9", "deck.yaml:1"]
    server.problems, server.broken = server.problems[2:], []
    server.push()
    expect(panel).to_have_attribute("data-severity", "warning")
    expect(panel.locator(".rule")).to_be_hidden()
    panel.locator("summary").click()
    expect(panel.locator(".rule")).to_be_visible()
    server.problems = []
    server.push()
    expect(panel).to_be_hidden()
