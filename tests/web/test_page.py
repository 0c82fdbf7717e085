"""The preview's page in a real browser: the list of notes, its filters and search, the keys, and the address."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="the preview's page is driven by playwright")

from playwright.sync_api import expect

from tests.web.fake import FakeServer, problem
from tests.web.page import Visit, card, current, frame, row, shown

# The list


def test_list_in_source_order(visit: Visit) -> None:
    """Notes stand in source order below their subdecks, with the number of notes, and the first one is shown."""
    page = visit()
    expect(page.locator("#deck-name")).to_have_text("Knots")
    expect(page.locator("#count")).to_have_text("24 notes")
    groups = page.locator(".group .name")
    assert groups.all_text_contents()[:4] == ["Loops", "Bends", "Bends › Words", "Ends"]
    rows = page.locator(".row .title").all_text_contents()
    assert rows[:3] == [
        "Which knot makes a fixed loop?",
        "Which knot joins two ropes?",
        "What does a sailor call a rope in use?",
    ]
    expect(current(page)).to_contain_text("Which knot makes a fixed loop?")
    expect(card(page).locator("#qa")).to_contain_text("Which knot makes a fixed loop?")


def test_row_tells_form_cards_and_problems(visit: Visit) -> None:
    """A row says its form, how many cards it makes, what is wrong with it, and that it is not up to date."""
    page = visit()
    assert row(page, "reef knot").inner_text().split() == [
        "Gaps:",
        *["A", "reef", "knot", "is", "never", "a", "bend;"],
        "a",
        "granny",
        "is",
        "worse.",
        "1",
        "warning",
        "3",
        "cards",
    ]
    expect(row(page, "reef knot").locator(".mark.warning")).to_have_attribute("title", "1 warning")
    expect(row(page, "nœud").locator(".mark.error")).to_have_attribute("title", "1 error")
    expect(row(page, "nœud").locator(".stale-mark")).to_be_visible()
    expect(row(page, "reef knot").locator(".stale-mark")).to_have_count(0)


def test_a_retired_note_is_marked(visit: Visit) -> None:
    """Its row has a mark, and beside its card stands what that means; a search finds it like any other."""
    page = visit("note=plain-07&search=number 7")
    expect(row(page, "number 7").locator(".retired-mark")).to_be_visible()
    assert row(page, "number 7").inner_text().split()[-1] == "retired"
    expect(page.locator("#about .retired-note")).to_contain_text("retired: new students get no card of it")
    page.locator("#search").fill("number 8")
    row(page, "number 8").click()
    expect(current(page)).to_contain_text("number 8")
    expect(page.locator(".retired-mark, .retired-note")).to_have_count(0)


def test_groups_fold(visit: Visit) -> None:
    """A click folds a subdeck, another one unfolds it, and a reload keeps it folded."""
    page = visit()
    page.get_by_role("button", name="Loops 4 notes").click()
    expect(page.locator(".row .title").first).to_have_text("A reef knot is never a bend; a granny is worse.")
    page.wait_for_url("**closed=Loops")
    page.reload()
    expect(page.get_by_role("button", name="Loops 4 notes")).to_have_attribute("aria-expanded", "false")
    page.get_by_role("button", name="Loops 4 notes").click()
    expect(page.locator(".row .title").first).to_have_text("Which knot makes a fixed loop?")


@pytest.mark.parametrize(
    ("searched", "titles"),
    [
        ("fixed LOOP", ["Which knot makes a fixed loop?", "Pick the knot that makes a fixed loop"]),
        ("eleve noeud", []),
        ("eleve ecole", ["Comment dit-on « nœud » à l’école ? Élève"]),
        ("friction", ["Why does a bowline hold?"]),
        ("plain-07", ["What is knot number 7 of Ashley's book, and where would a sailor have tied it?"]),
        ("حلقة", ["ما اسم العقدة التي تصنع حلقة ثابتة؟"]),
    ],
)
def test_search(visit: Visit, searched: str, titles: list[str]) -> None:
    """Every word must occur, in the title or elsewhere in the note, without regard to capitals and accents."""
    page = visit()
    page.keyboard.press("/")
    page.keyboard.insert_text(searched)
    expect(page.locator("#count")).to_have_text(f"{len(titles)} of 24 notes")
    assert page.locator(".row .title").all_text_contents() == titles
    expect(page.locator("#nothing")).to_be_visible(visible=not titles)


def test_search_highlights(visit: Visit) -> None:
    """The words are marked in titles; where a title lacks one, a piece of the note shows it."""
    page = visit()
    page.locator("#search").fill("eleve com")
    assert row(page, "nœud").locator("mark").all_text_contents() == ["Com", "Élève"]
    page.locator("#search").fill("clove")
    assert row(page, "Pick the knot").locator(".excerpt mark").all_text_contents() == ["Clove"]


def test_search_keys(visit: Visit) -> None:
    """`/` goes to the search, keys are text there, and Esc gives them back."""
    page = visit()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("njk 2")
    expect(page.locator("#search")).to_have_value("njk 2")
    expect(page.locator("html")).to_have_attribute("data-theme", "day")
    page.locator("#search").fill("")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).not_to_be_focused()
    page.keyboard.press("j")
    shown(page, "two-ropes")


@pytest.mark.parametrize(
    ("name", "value", "count", "first"),
    [
        ("subdeck", "Bends", 3, "A reef knot"),
        ("subdeck", "Bends::Words", 1, "der Palstek"),
        ("tag", "Bends", 2, "Which knot joins"),
        ("tag", "Bends::Bad", 1, "A reef knot"),
        ("audience", "student", 23, "Which knot makes"),
        ("audience", "*", 22, "Which knot makes"),
        ("form", "cloze", 1, "A reef knot"),
    ],
)
def test_filters(visit: Visit, name: str, value: str, count: int, first: str) -> None:
    """A subdeck and a tag include those below them; an edition has what is for everybody, and its own."""
    page = visit()
    page.locator("#filters summary").click()
    page.locator(f"#{name}").select_option(value)
    expect(page.locator("#count")).to_have_text(f"{count} of 24 notes")
    expect(page.locator(".row .title").first).to_contain_text(first)
    expect(page.locator("#filters-set")).to_have_text("1")
    page.locator("#clear").click()
    expect(page.locator("#count")).to_have_text("24 notes")


def test_filter_choices_are_a_tree(visit: Visit) -> None:
    """Tags are indented below their parents, with the number of notes in them."""
    page = visit()
    options = page.locator("#tag option").all_text_contents()
    assert options == ["all tags", "Bends (2)", "\u2003Bad (1)", "Core (3)", "Loops (1)", "\u2003Fixed (1)"]
    audiences = page.locator("#audience option").all_text_contents()
    assert audiences == ["all notes", "student edition", "clinician edition", "for everybody"]


def test_only_problems_and_problems_first(visit: Visit) -> None:
    """The list can be of notes with problems only, or have them on top, errors before warnings."""
    page = visit()
    page.get_by_label("only problems (2)").check()
    expect(page.locator("#count")).to_have_text("2 of 24 notes")
    page.get_by_label("only problems (2)").uncheck()
    page.locator("#filters summary").click()
    page.locator("#sort").select_option("problems")
    expect(page.locator(".row .title").first).to_contain_text("nœud")
    assert "reef" in page.locator(".row .title").nth(1).inner_text()
    expect(page.locator(".group")).to_have_count(0)


def test_filters_survive_a_reload(visit: Visit) -> None:
    """Everything that is chosen stands in the address."""
    page = visit()
    page.locator("#search").fill("knot")
    page.get_by_label("only problems (2)").check()
    row(page, "reef").click()
    page.locator("#sides [value=both]").click()
    page.locator("#widths [value=tablet]").click()
    page.locator("#cards [value='2']").click()
    page.locator("#night").click()
    page.wait_for_url("**#**night=1**")
    page.reload()
    expect(page.locator("#count")).to_have_text("1 of 24 notes")
    expect(page.locator("#search")).to_have_value("knot")
    shown(page, "reef", 2, "Front")
    shown(page, "reef", 2, "Back", "two")
    expect(page.locator("#widths [value=tablet]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("html")).to_have_attribute("data-theme", "night")


@pytest.mark.parametrize("view", ["card=x&side=%3Cb%3E&width=9&sort=&mode=!&note=nobody&night=maybe&closed", "%%%=%"])
def test_senseless_address(visit: Visit, view: str) -> None:
    """An address that makes no sense shows the first note."""
    shown(visit(view), "fixed-loop")


def test_address_of_a_note_far_below(visit: Visit) -> None:
    """A note that the address names is in sight in the list."""
    expect(current(visit("note=plain-14"))).to_be_in_viewport()


# Keys


def test_walking_notes(visit: Visit) -> None:
    """j, k and the arrows walk notes, Home and End go to the ends, and nothing happens beyond them."""
    page = visit()
    for key, note in [
        ("j", "two-ropes"), ("ArrowDown", "a-line"), ("k", "two-ropes"), ("ArrowUp", "fixed-loop"), ("k", "fixed-loop"),
        ("End", "plain-14"), ("j", "plain-14"), ("Home", "fixed-loop"),
    ]:  # fmt: skip
        page.keyboard.press(key)
        shown(page, note)
        expect(current(page)).to_be_in_viewport()


def test_walking_cards(visit: Visit) -> None:
    """The other arrows walk cards, on into the next note and back into the last card of the one before."""
    page = visit()
    for key, note, number in [
        ("ArrowRight", "two-ropes", 1), ("ArrowRight", "two-ropes", 2), ("ArrowRight", "a-line", 1),
        ("ArrowLeft", "two-ropes", 2), ("ArrowLeft", "two-ropes", 1), ("ArrowLeft", "fixed-loop", 1),
        ("ArrowLeft", "fixed-loop", 1),
    ]:  # fmt: skip
        page.keyboard.press(key)
        shown(page, note, number)


def test_space_flips(visit: Visit) -> None:
    """Space and Enter show the back and the front again; another note begins with its front."""
    page = visit()
    page.keyboard.press(" ")
    shown(page, "fixed-loop", side="Back")
    expect(card(page).locator(".db-answer")).to_have_text("Bowline")
    page.keyboard.press("Enter")
    shown(page, "fixed-loop", side="Front")
    page.keyboard.press(" ")
    page.keyboard.press("j")
    shown(page, "two-ropes", side="Front")


def test_keys_after_a_click_in_the_card(visit: Visit) -> None:
    """Keys do the same after a click on the card's text or fold, and on buttons and rows of the page."""
    page = visit("note=long&side=back")
    card(page).locator("summary").click()
    expect(card(page).locator("details")).to_have_attribute("open", "")
    page.keyboard.press(" ")
    shown(page, "long", side="Front")
    card(page).locator(".db-prompt").click()
    page.keyboard.press("j")
    shown(page, "arabic")
    page.locator("#next").click()
    page.keyboard.press(" ")
    shown(page, "accents", side="Back")
    row(page, "nœud").click()
    page.keyboard.press(" ")
    shown(page, "accents", side="Front")


def test_keys_of_what_has_the_focus(visit: Visit) -> None:
    """What was reached with the Tab key is pressed with space, and does not flip the card."""
    page = visit("note=long&side=back")
    card(page).locator("summary").focus()
    page.keyboard.press(" ")
    expect(card(page).locator("details")).to_have_attribute("open", "")
    page.locator("#widths [value=tablet]").focus()
    page.keyboard.press(" ")
    expect(page.locator("#widths [value=tablet]")).to_have_attribute("aria-pressed", "true")
    shown(page, "long", side="Back")


def test_help(visit: Visit) -> None:
    """`?` shows the keys, Esc closes them, and no key does anything else meanwhile."""
    page = visit()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    shown(page, "fixed-loop")


# Narrow windows, and everybody


def test_narrow_window(visit: Visit) -> None:
    """In a narrow window the list and the card are two screens, and nothing is wider than the window."""
    page = visit(viewport={"width": 360, "height": 740})
    expect(page.locator("#bench")).to_be_hidden()
    row(page, "reef").click()
    expect(page.locator("#rows")).to_be_hidden()
    shown(page, "reef")
    assert frame(page).evaluate("frame => frame.contentWindow.innerWidth") == 360
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for control in page.locator("button:visible, select:visible, #bench a:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["x"] >= 0, control.inner_text()
        assert box["x"] + box["width"] <= 360, control.inner_text()
    page.get_by_role("button", name="Notes", exact=True).click()
    expect(row(page, "reef")).to_be_in_viewport()


CONTRASTS = """() => {
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const rgb = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data]; };
const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const ground = node => { for (; node; node = node.parentElement) {
  const found = rgb(getComputedStyle(node).backgroundColor);
  if (found[3] > 0) return found; } return [255, 255, 255]; };
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
  if (!text || !node.checkVisibility()) continue;
  const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
  found.push([(Math.max(a, b) + .05) / (Math.min(a, b) + .05), text]);
}
return found; }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["note=reef&side=both", "note=accents&search=comment", "note=plain-07", "mode=study"])
def test_contrast(visit: Visit, plan: FakeServer, scheme: str, view: str) -> None:
    """Every word of the page has a contrast of at least 4.5 to 1 against its ground, by day and by night."""
    plan.problems, plan.broken = [problem("not YAML", "error")], ["decks/knots/01-loops.yaml"]
    page = visit(view, color_scheme=scheme, reduced_motion="reduce")
    if "study" not in view:
        expect(page.locator("#elsewhere .broken")).to_be_visible()
        page.locator("#filters summary").click()
    found: list[tuple[float, str]] = page.evaluate(CONTRASTS)
    assert len(found) > 15
    assert [(round(contrast, 2), text) for contrast, text in found if contrast < 4.5] == []


def test_names_for_those_who_hear(visit: Visit) -> None:
    """Every control and frame has a name, and the page has its landmarks."""
    page = visit("note=reef&side=both")
    for role in ["banner", "navigation", "main", "search"]:
        expect(page.get_by_role(role)).to_have_count(1)
    page.locator("#filters summary").click()
    for role in ["button", "combobox", "checkbox", "searchbox", "link"]:
        named: Any = page.get_by_role(role)
        assert named.count() > 0
        assert named.count() == page.get_by_role(role, name=re.compile(r"\w")).count()
    assert all(frame.get_attribute("title") for frame in page.locator("iframe").all())
    names = page.locator("button[id], select[id]").evaluate_all("all => all.map(one => one.id)")
    assert len(names) == len(set(names))


def test_tab_reaches_the_shown_note(visit: Visit) -> None:
    """The Tab key reaches the row of the shown note, the focus follows j, and it can be seen."""
    page = visit("note=two-ropes")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.row')"):
            break
    expect(current(page)).to_be_focused()
    page.keyboard.press("j")
    expect(row(page, "sailor call")).to_be_focused()
    assert current(page).evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
    page.keyboard.press(" ")
    shown(page, "a-line", side="Back")
