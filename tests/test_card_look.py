"""Cards as real Anki renders them, looked at in a real browser at phone width, by day and by night."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("anki.collection", reason="the cards are rendered by the anki package")

from tests.anki_real.forms import EVERY_FORM
from tests.anki_real.student import Student
from tests.browser import ask, card_page, chromium
from tests.releases.author import FIRST, SECOND, Author

RETIRED = """\
retired: |
      Nobody ties it *any more*; see [the new rules](https://example.org/rules).

      1. `It` slips
      2. ![A knot](media/knot.svg)
    replaced_by: a-very-long-identity-of-another-note-that-does-not-fit-into-one-line-of-a-phone\
"""
REPLACEMENT = """
  - id: a-very-long-identity-of-another-note-that-does-not-fit-into-one-line-of-a-phone
    question: Which is the new knot?
    answer: This
"""

# Each text's colour against the nearest ground that is painted, as WCAG counts contrast.
CONTRASTS = """
const rgb = text => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const ground = node => { for (; node; node = node.parentElement) {
  const found = rgb(document.defaultView.getComputedStyle(node).backgroundColor);
  if (found.length < 4 || found[3] > 0) return found; } return [255, 255, 255]; };
const walker = document.createTreeWalker(document.querySelector('#qa'), NodeFilter.SHOW_TEXT);
const found = [];
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
  if (!text || node.closest('style')) continue;
  const [a, b] = [light(rgb(document.defaultView.getComputedStyle(node).color)), light(ground(node))];
  found.push([(Math.max(a, b) + .05) / (Math.min(a, b) + .05), text]);
}
return found;
"""
LAYOUT = """
const root = document.documentElement;
return {wide: root.scrollWidth - root.clientWidth, height: root.scrollHeight, text: document.body.innerText.trim(),
  pictures: [...document.images].map(image => image.complete && image.naturalWidth > 0 && image.clientWidth <= 360),
  ground: document.defaultView.getComputedStyle(document.body).backgroundColor};
"""


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, int]], Path]:
    """Both sides of every card of a deck of every form, with the card's number, and the folder of its media.

    The deck is there twice: as it is, and with every note retired.
    """
    chromium()
    folder = tmp_path_factory.mktemp("look")
    author = Author(folder / "author")
    student = Student(folder / "student")
    found = []
    try:
        retired = re.sub("^(  - id: .+)$", rf"\1\n    {RETIRED}", EVERY_FORM, flags=re.MULTILINE)
        for now, notes in ((FIRST, EVERY_FORM), (SECOND, retired + REPLACEMENT)):
            author.write("notes.yaml", notes)
            author.release(now, allow=["mass-change"])
            student.take(author.package())
            cards = [student.collection.get_card(card) for card in student.collection.find_cards("")]
            found += [(side, card.ord + 1) for card in cards for side in (card.question(), card.answer())]
        media = Path(student.collection.media.dir())
    finally:
        student.close()
    assert len([side for side, _ in found if "Nobody ties it" in side]) > 20
    field = '<input type="text" id="typeans">'
    return [(re.sub(r"\[\[type:[^]]+\]\]", field, side), number) for side, number in found], media


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_readable(sides: tuple[list[tuple[str, int]], Path], tmp_path: Path, night: bool) -> None:
    """Every word of every card has a contrast of at least 4.5 to 1 against its ground."""
    pages = [card_page(side, number, night=night, media=sides[1]) for side, number in sides[0]]
    found = [pair for page in ask(pages, CONTRASTS, tmp_path) for pair in page]
    assert len(found) > 60
    assert [(round(contrast, 2), text) for contrast, text in found if contrast < 4.5] == []


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_fits_a_phone(sides: tuple[list[tuple[str, int]], Path], tmp_path: Path, night: bool) -> None:
    """No card is wider than a phone, every picture is shown, and the ground is light by day and dark by night."""
    pages = [card_page(side, number, night=night, media=sides[1]) for side, number in sides[0]]
    for look in ask(pages, LAYOUT, tmp_path):
        assert look["wide"] <= 0, look["text"]
        assert all(look["pictures"]), look["text"]
        assert look["text"] or look["pictures"]
        shade = sum(map(int, re.findall(r"\d+", look["ground"])[:3])) / 3
        assert shade < 60 if night else shade > 200
