"""The page of differences in a real browser: everything that changed is there, and nothing but the page is loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("playwright.sync_api", reason="the page is driven by playwright")

from playwright.sync_api import expect

from builder.core.note_types import NoteType, Template
from builder.diff.model import Difference, FieldChange, NoteChange
from builder.web.diff_page import diff_page
from tests.web.differences import PLAIN, changed, difference, every_change, note, side

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Locator, Page

Look = Callable[..., "Page"]
# Each visible text's colour against the nearest ground that is painted, as WCAG counts contrast.
CONTRASTS = """() => {
const rgb = text => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const ground = node => { for (; node; node = node.parentElement) {
  const found = rgb(getComputedStyle(node).backgroundColor);
  if (found.length < 4 || found[3] > 0) return found; } return null; };
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
  if (!text || node.closest("script, noscript, .unseen") || !node.checkVisibility()) continue;
  const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
  found.push([(Math.max(a, b) + .05) / (Math.min(a, b) + .05), text]);
}
return found; }"""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Difference:
    """A difference with everything that can become of a deck."""
    return every_change(tmp_path_factory.mktemp("every") / "knots")


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Iterator[Look]:
    """Opens a difference from disk; nothing but the page may be asked for, and nothing be wrong in its console."""
    contexts, complaints, asked = [], [], []
    file = tmp_path / "difference.html"

    def look(shown: Difference, **options: Any) -> Page:
        file.write_text(diff_page(shown), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"} | options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        return page

    yield look
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if url != file.as_uri() and not url.startswith("data:")] == []


def article(page: Page, note_id: str) -> Locator:
    """The part of a note."""
    return page.locator(".note", has=page.locator(f".about > :text-is('{note_id}')"))


def opened(page: Page, note_id: str) -> Locator:
    """The part of a note with its cards open."""
    found = article(page, note_id)
    found.locator(".cards > summary").click()
    return found


def card(found: Locator, title: str) -> FrameLocator:
    """The document of a side of a card."""
    place = found.locator(f'.frame[data-title="{title}"]')
    place.scroll_into_view_if_needed()
    expect(place).to_have_attribute("data-state", "ready", timeout=15_000)
    return place.frame_locator("iframe")


# What changed


def test_what_is_compared(look: Look, everything: Difference) -> None:
    """The page says first what is compared and how much of it differs."""
    page = look(everything)
    expect(page).to_have_title("Knots: release 2026.11 → working tree")
    expect(page.locator(".sides")).to_have_text(
        "beforerelease 2026.11 version 2026.11afterworking tree version 2027.03"
    )
    assert page.locator(".summary > li").all_text_contents() == [
        "Notes: 1 new, 7 changed, 1 moved, 2 in other editions, 1 retired, 1 back again, 1 gone; 13 as before.",
        "The update replaces 6 notes that students hold; reviews and due dates stay.",
        "New on notes that students have: 1 card.",
        "Lost on notes that students have: 1 card.",
    ]


def test_what_stops_updates_is_red_and_first(look: Look, everything: Difference) -> None:
    """A schema change and a note of another type stand before all else, in red, with what they cost."""
    page = look(everything)
    first = page.locator("main > section").first
    assert first.locator("ul > li").all_inner_texts()[0].split("\n")[0] == (
        "Knots: Word has other fields. Students who hold its 3 notes get no update of any of them, now or later."
    )
    expect(first).to_contain_text(
        "1 note has another note type now. Anki never updates what students hold of them again."
    )
    assert first.locator("ins").all_text_contents() == ["Origin"]
    red, green, blue = re.findall(r"\d+", first.evaluate("e => getComputedStyle(e).borderTopColor"))
    assert int(red) > 2 * int(green)
    assert int(red) > 2 * int(blue)


def test_the_deck_and_its_note_types(look: Look, everything: Difference) -> None:
    """The deck's own texts, and templates and styling line by line."""
    page = look(everything)
    deck = page.locator("main > section").nth(1)
    assert deck.locator("del").all_text_contents() == ["Knots", "what they are for"]
    assert deck.locator("ins").all_text_contents() == ["Ropes", "their use"]
    expect(deck).to_contain_text("cards that students hold stay in the deck that has the old name")
    types = page.locator("main > section").nth(2)
    assert types.locator("h3").all_inner_texts() == ["Knots: Asked", "Plain new", "Knots: Proverb not used any more"]
    assert types.locator("summary").all_text_contents() == ["Name", "Question: front", "Styling"]
    front = types.locator("details").nth(1)
    front.locator("summary").click()
    assert front.locator("del").all_inner_texts() == ['-<div class="db-prompt">{{Question}}</div>']
    assert front.locator("ins").all_inner_texts() == ['+<div class="db-prompt db-large">{{Question}}</div>']


def test_every_kind_of_change_is_told(look: Look, everything: Difference) -> None:
    """Each note says in chips what changed, and in sentences what it means for students."""
    page = look(everything)
    told = {
        one.locator(".about > :first-child").text_content(): (
            one.locator(".chips > li").all_text_contents(),
            one.locator(".facts > li").all_text_contents(),
        )
        for one in page.locator(".note").all()
    }
    assert told == {
        "basic": (["changed", "Answer", "tags"], []),
        "picture": (["changed", "Question", "pictures"], []),
        "typed": (
            ["moved"],
            [
                "moved from Knots to Knots › Words: cards that students hold stay where they are",
                "students’ copies are not touched",
            ],
        ),
        "table": (["changed", "Answer"], []),
        "cloze": (
            ["changed", "Text", "new card: c3", "asks otherwise"],
            [
                "c2 hides something else now, and keeps the schedule of what it was",
                "c3: new to everybody, the others keep their schedule",
            ],
        ),
        "reverse": (
            ["changed", "lost card: Reversed"],
            [
                "Reversed: who has it sees an error on it until they run Empty Cards",
                "students’ copies are not touched",
            ],
        ),
        "map": (
            ["changed", "Occlusion", "asks otherwise"],
            ["c1 hides something else now, and keeps the schedule of what it was"],
        ),
        "sound": (["retired"], ["who has its cards keeps them with their schedule, new students get none"]),
        "maths": (
            ["back again"],
            ["it is asked again: the same note, with the schedule that students had"],
        ),
        "choices": (
            ["in other editions"],
            [
                "no more for student: who has it keeps it",
                "now also for clinician, everybody",
                "students’ copies are not touched",
            ],
        ),
        "cloze-gap": (
            ["in other editions"],
            [
                "it comes without cards now: who holds them keeps them, nobody else gets any",
                "students’ copies are not touched",
            ],
        ),
        "html": (
            ["changed"],
            ["another note type: Anki never updates a student’s copy again", "students’ copies are not touched"],
        ),
        "proverb": (["gone"], ["it stays with the students who have it and is never updated again"]),
        "word": (["new"], []),
    }


def test_words_are_marked(look: Look, everything: Difference) -> None:
    """A field stands before and after, side by side, with the words marked that differ; so do tags."""
    page = look(everything)
    basic = article(page, "basic")
    assert basic.locator(".field .words").all_inner_texts() == ["The bowline", "The double bowline"]
    assert basic.locator("ins").all_text_contents() == ["double ", "Knots::Safe"]
    assert basic.locator("del").all_text_contents() == ["Knots::Loops::Fixed"]
    before, after = (basic.locator(f".field .{when}").bounding_box() for when in ("before", "after"))
    assert before
    assert after
    assert before["y"] == after["y"]
    assert before["x"] + before["width"] < after["x"]


def test_subdecks_in_source_order(look: Look) -> None:
    """Notes stand below their subdecks, which stand where their first note does."""
    decks = ["Knots::Loops", "Knots", "Knots::Bends::Two", "Knots::Loops", "Other"]
    found = difference(*(changed(note(f"n{i}", "a", "b", deck=deck), "c", "b") for i, deck in enumerate(decks)))
    page = look(found)
    groups = page.locator(".subdeck").all()
    assert [group.locator("h3").inner_text() for group in groups] == [
        "Loops 2",
        "In no subdeck 1",
        "Bends › Two 1",
        "Other 1",
    ]
    assert groups[0].locator(".about > :first-child").all_inner_texts() == ["n0", "n3"]


def test_a_retired_note_stays_in_its_subdeck(look: Look) -> None:
    """In a package it is in none: it stands where it was, and its card after names that deck too."""
    deck = replace(PLAIN, templates=(Template(name="Forwards", front="{{Deck}}", back="{{Deck}} {{Back}}"),))
    before = note("loop", "What?", "This", deck="Knots::Loops")
    after = replace(before, fields=("What?", "That"), deck="", cards=(), retired=True)
    told = (FieldChange(name="Back", before="This", after="That"),)
    retired = NoteChange(kind="retired", before=before, after=after, fields=told)
    sides = {"old": side("old", before, note_types=(deck,)), "new": side("new", after, note_types=(deck,))}
    page = look(difference(retired, **sides))
    assert page.locator(".subdeck h3").all_inner_texts() == ["Loops 1"]
    found = opened(page, "loop")
    expect(card(found, "back, after: Forwards of loop").locator("#qa")).to_have_text("Knots::Loops That")


def test_what_only_follows_is_not_told(look: Look) -> None:
    """The field that makes a reversed card says nothing beside the card itself."""
    one = note("loop", "a", "b")
    told = (FieldChange(name="Reverse", before="", after="yes"), FieldChange(name="Back", before="b", after="c"))
    found = replace(changed(one, "a", "c", field=1), fields=told, cards_added=(2,))
    page = look(difference(found))
    assert article(page, "loop").locator("h5").all_inner_texts()[:1] == ["Back"]
    assert article(page, "loop").locator(".chips > li").all_text_contents() == [
        "changed",
        "Back",
        "new card: Backwards",
    ]


def test_nothing_differs(look: Look) -> None:
    """Two equal decks are told to be equal."""
    page = look(difference(unchanged=3))
    assert page.locator("main").inner_text().strip() == ""
    expect(page.locator(".summary")).to_have_text("Nothing differs.")


def test_only_a_ledger_before(look: Look) -> None:
    """Where only a ledger is known of what was before, cards and texts after are shown, and the page says why."""
    before = note("loop", deck="", tags=(), cards=(1,))
    known = changed(before, "What?", "That", fields=(), is_update=True)
    old = side("ledger", before, has_texts=False, media={})
    page = look(difference(known, old=old))
    expect(page.locator(".summary")).to_contain_text("only the ledger is known, so there are no texts before")
    found = opened(page, "loop")
    assert found.locator("figcaption").all_inner_texts() == ["front", "back"]
    expect(card(found, "front: Forwards of loop").locator("#qa")).to_have_text("What?")


# Cards and pictures


def test_cards_before_and_after(look: Look, everything: Difference) -> None:
    """A card is rendered as Anki shows it, front and back, before and after."""
    page = look(everything)
    assert page.locator("iframe").count() == 0
    found = opened(page, "basic")
    name = "Question of basic"
    assert found.locator("figcaption").all_inner_texts() == [
        "front, before",
        "front, after",
        "back, before",
        "back, after",
    ]
    expect(card(found, f"front, before: {name}").locator(".db-prompt")).to_have_text("Which knot makes a fixed loop?")
    expect(card(found, f"back, before: {name}").locator(".db-answer")).to_have_text("The bowline")
    after = card(found, f"back, after: {name}")
    expect(after.locator(".db-answer strong")).to_have_text("double bowline")
    expect(after.locator(".db-facts")).to_contain_text("Version 2026.11")
    assert found.locator("iframe").first.get_attribute("sandbox") == "allow-same-origin"


def test_what_stays_is_shown_once(look: Look) -> None:
    """A side that looks the same is shown once, and of a card that looks the same nothing is."""
    one = note("loop", "What?", "This", cards=(1, 2))
    page = look(difference(changed(one, "What?", "That", field=1), changed(note("same", "a", "b"), "a", "b")))
    found = opened(page, "loop")
    assert found.locator(".card").first.locator("figcaption").all_inner_texts() == [
        "front, before and after",
        "back, before",
        "back, after",
    ]
    expect(card(found, "front, before and after: Forwards of loop").locator("#qa")).to_have_text("What?")
    expect(opened(page, "same").locator(".card")).to_contain_text("looks the same as before")


def test_another_version_looks_the_same(look: Look) -> None:
    """The deck's version on a card, as words or in an address, is no difference of that card; a text like it is."""

    def versioned(version: str) -> NoteType:
        back = f'{{{{Front}}}}<br>Version {version} <a href="https://x.example/?v={version}">x</a> {{{{Back}}}}'
        return replace(PLAIN, templates=(Template(name="Forwards", front="{{Front}}", back=back),))

    front, text = note("front", "a", "b"), note("text", "a", "1.0")
    changes = (changed(front, "c", "b"), changed(text, "a", "1.1", field=1), changed(note("same", "a", "b"), "a", "b"))
    befores, afters = [one.before for one in changes], [one.after for one in changes]
    old = side("old", *befores, version="1.0", note_types=(versioned("1.0"),))
    new = side("new", *afters, version="1.1", note_types=(versioned("1.1"),))
    page = look(difference(*changes, old=old, new=new))
    expect(opened(page, "same").locator(".card")).to_contain_text("looks the same as before")
    found = opened(page, "text")
    assert found.locator("figcaption").all_inner_texts() == ["front, before and after", "back, before", "back, after"]
    for when, version in (("before", "1.0"), ("after", "1.1")):
        back = card(found, f"back, {when}: Forwards of text").locator("#qa")
        expect(back).to_have_text(f"aVersion {version} x {version}")


def test_an_explanation_that_changed_stands_open(look: Look) -> None:
    """What is folded on cards is open on the page when it is what changed, and only then."""
    fold = '<details class="db-fold db-explanation"><summary>Why</summary>{{Explanation}}</details>'
    template = Template(name="Forwards", front="{{Front}}", back=f"{{{{Front}}}}{fold}")
    explained = replace(PLAIN, fields=("Front", "Explanation"), templates=(template,))
    one, other = note("why", "a", "b"), note("front", "a", "b")
    told = (FieldChange(name="Explanation", before="b", after="c"),)
    changes = (changed(one, "a", "c", field=1, fields=told), changed(other, "c", "b"))
    sides = {
        "old": side("old", one, other, note_types=(explained,)),
        "new": side("new", *(change.after for change in changes if change.after), note_types=(explained,)),
    }
    page = look(difference(*changes, **sides))
    for when in ("before", "after"):
        expect(card(opened(page, "why"), f"back, {when}: Forwards of why").locator("details[open]")).to_have_count(1)
        article(page, "why").locator(".cards > summary").click()
        back = card(opened(page, "front"), f"back, {when}: Forwards of front")
        expect(back.locator("details:not([open])")).to_have_count(1)
        article(page, "front").locator(".cards > summary").click()


def test_cards_added_and_lost(look: Look, everything: Difference) -> None:
    """A card that is only before or only after is shown alone and says which."""
    page = look(everything)
    lost = opened(page, "reverse").locator(".card").nth(1)
    assert lost.locator("h5").inner_text() == "Reversed lost"
    assert lost.locator("figcaption").all_inner_texts() == ["front", "back"]
    new = opened(page, "cloze").locator(".card").nth(2)
    assert new.locator("h5").inner_text() == "c3 new"
    expect(card(new, "front: c3 of cloze").locator(".cloze")).to_have_text("[...]")


def test_what_anki_puts_into_cards(look: Look, everything: Difference) -> None:
    """Formulas are drawn, sounds have their mark, and a typed answer has its box."""
    page = look(everything)
    expect(card(opened(page, "maths"), "front, after: Question of maths").locator("math").first).to_be_visible()
    expect(card(opened(page, "sound"), "front, after: Question of sound").locator(".replay-button")).to_be_visible()
    expect(card(opened(page, "typed"), "front, after: Question of typed").locator("input#typeans")).to_be_visible()


def test_masks_are_drawn(look: Look, everything: Difference) -> None:
    """Masks lie on the picture, each side's where it has them, in the colours of the style sheet."""
    page = look(everything)
    found = opened(page, "map").locator(".card").first
    places = []
    for when in ("before", "after"):
        front = card(found, f"front, {when}: c1 of map")
        picture = front.locator("#image-occlusion-container img").bounding_box()
        mask = front.locator("#image-occlusion-canvas path").first
        box = mask.bounding_box()
        assert picture
        assert box
        assert picture["width"] > 300
        places.append((box["x"] - picture["x"]) / picture["width"])  # its line is a little outside
        assert round(box["width"] / picture["width"], 1) == 0.2
        assert mask.evaluate("e => getComputedStyle(e).fill") != "rgb(0, 0, 0)"
    assert 0.03 < places[0] < 0.05
    assert round(places[1] - places[0], 3) == 0.2


def test_both_pictures(look: Look, everything: Difference) -> None:
    """Of a picture that was exchanged both are shown, and the name of a file is not told as a change of the text."""
    page = look(everything)
    found = article(page, "picture")
    for when in ("before", "after"):
        picture = found.locator(f".pictures .{when} img")
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        expect(picture).to_be_visible()
        assert picture.evaluate("e => e.decode().then(() => e.naturalWidth)") > 0
    assert found.locator(".field").count() == 0
    assert found.locator("figcaption bdi").all_inner_texts() == list(sum(everything.notes[1].pictures, ()))


def test_pictures_are_kept_once(everything: Difference) -> None:
    """Pictures and style sheets that many cards use are in the page once, sounds not at all."""
    page = diff_page(everything)
    addresses = re.findall(r"data:[a-z/+]+;base64,[A-Za-z0-9+/=]{20,}", page)
    assert len(addresses) == len(set(addresses)) > 2
    assert "audio" not in page
    assert page.count(".db-large {}") == 2  # in the styles, and where it is told that it is new


def test_missing_pictures(look: Look) -> None:
    """A picture that is not there, or elsewhere, is shown by its description, and never asked for."""
    markup = '<img src="gone.png" alt="Gone"><img alt=Far src="http://localhost:9/x.png"><img src=knot.png alt=Knot>'
    found = opened(look(difference(changed(note("loop", "a", "b"), markup, "b"))), "loop")
    front = card(found, "front, after: Forwards of loop")
    sizes = front.locator("img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert [size > 0 for size in sizes] == [False, False, True]


# The page itself


def test_filter(look: Look, everything: Difference) -> None:
    """Notes are chosen by what became of them and by words, and groups without any are hidden; no server is asked."""
    page = look(everything)
    shown = page.locator(".note:visible")
    assert page.locator(".choice").all_inner_texts() == [
        "new 1",
        "changed 7",
        "moved 1",
        "in other editions 2",
        "retired 1",
        "back again 1",
        "gone 1",
    ]
    expect(shown).to_have_count(14)
    expect(page.locator("#count")).to_have_text("")
    page.get_by_label("changed").uncheck()
    expect(shown).to_have_count(7)
    expect(page.locator("#count")).to_have_text("7 of 14 notes")
    page.get_by_label("changed").check()
    page.locator("#search").fill("BÓWLINE double")
    expect(shown).to_have_count(1)
    expect(shown.locator("h4")).to_have_text("Which knot makes a fixed loop?")
    page.locator("#search").fill("nowhere to be found")
    expect(page.locator("#nothing")).to_be_visible()
    expect(page.locator(".subdeck:visible")).to_have_count(0)


def test_all_cards_at_once(look: Look, everything: Difference) -> None:
    """All cards can be opened at once; only those in sight are made."""
    page = look(everything, viewport={"width": 1280, "height": 400})
    page.get_by_label("show all cards").check()
    expect(page.locator("details.cards[open]")).to_have_count(14)
    page.wait_for_timeout(300)
    assert page.locator("iframe").count() < page.locator(".frame").count() / 2
    page.locator(".frame").last.scroll_into_view_if_needed()
    expect(page.locator(".frame").last).to_have_attribute("data-state", "ready")


def test_keyboard(look: Look) -> None:
    """Search, filter and cards are reached and worked with the keyboard, in the order of the page."""
    page = look(difference(changed(note("loop", "a", "b"), "c", "b")))
    page.keyboard.press("Tab")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".note:visible")).to_have_count(0)
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".cards > summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".frame").first).to_have_attribute("data-state", "ready")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone(look: Look, everything: Difference, scheme: str) -> None:
    """On a phone before and after stand one below the other, nothing is wider than the page, and frames fit."""
    page = look(everything, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page.locator("details").evaluate_all("all => { for (const fold of all) fold.open = true; }")
    for place in page.locator(".frame").all():
        place.scroll_into_view_if_needed()
        expect(place).to_have_attribute("data-state", "ready", timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    long = replace(everything, old=replace(everything.old, title="the last release, " + "2026.11." * 20))
    heads = look(long, viewport={"width": 360, "height": 740}).locator(".sides dt")
    assert {head.evaluate("e => e.getClientRects().length + e.clientHeight") for head in heads.all()} == {1 + 20}
    wide = "e => e.contentDocument.documentElement.scrollWidth - e.clientWidth"
    assert {frame.evaluate(wide) for frame in page.locator("iframe").all()} == {0}
    before, after = (page.locator(f".field .{when}").first.bounding_box() for when in ("before", "after"))
    assert before
    assert after
    assert before["x"] == after["x"]
    assert before["y"] + before["height"] <= after["y"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readable(look: Look, everything: Difference, scheme: str) -> None:
    """Every word of the page has a contrast of at least 4.5 to 1 against its ground, by day and by night."""
    page = look(everything, color_scheme=scheme)
    page.locator("details").evaluate_all("all => { for (const fold of all) fold.open = true; }")
    found = page.evaluate(CONTRASTS)
    assert len(found) > 200
    assert [(round(contrast, 2), text) for contrast, text in found if contrast < 4.5] == []


def test_cards_follow_day_and_night(look: Look, everything: Difference) -> None:
    """Cards are shown in Anki's night mode where the reader's system is dark, also when it changes."""
    page = look(everything)
    found = opened(page, "basic")
    body = card(found, "front, before: Question of basic").locator("body")
    assert "nightMode" not in (body.get_attribute("class") or "")
    page.emulate_media(color_scheme="dark")
    expect(body).to_have_class(re.compile("nightMode"))


def test_frames_have_the_height_of_their_cards(look: Look) -> None:
    """A short card takes little room, a long one is shown whole, and one that never ends is cut."""
    texts = ["short", "<p>line</p>" * 60, '<div style="height:999999px">endless</div>']
    page = look(difference(*(changed(note(f"n{i}", "a", "b"), text, "b") for i, text in enumerate(texts))))
    heights = []
    for place in range(len(texts)):
        found = opened(page, f"n{place}")
        card(found, f"front, after: Forwards of n{place}")
        box = found.locator(".frame").nth(1).bounding_box()
        assert box
        heights.append(box["height"])
    assert heights[0] < 80
    assert 1500 < heights[1] < 4000
    assert heights[2] == 4000


def test_paper(look: Look, everything: Difference) -> None:
    """On paper there is no filter, and what was open is printed with what stands around it."""
    page = look(everything)
    page.emulate_media(media="print")
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator(".note").last).to_be_visible()
    assert page.locator(".note del").first.evaluate("e => getComputedStyle(e).textDecorationLine") == "line-through"
    assert page.pdf()[:5] == b"%PDF-"


def test_without_scripts(look: Look, everything: Difference) -> None:
    """Where no script runs all texts are there, and the page says what is not."""
    page = look(everything, java_script_enabled=False)
    expect(page.locator("noscript")).to_be_visible()
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator(".note")).to_have_count(14)


def test_same_bytes(tmp_path: Path) -> None:
    """Promise 4: the same difference makes the same page."""
    pages = {diff_page(every_change(tmp_path / name / "knots")) for name in ("one", "two")}
    assert len(pages) == 1
