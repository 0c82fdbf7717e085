"""The gallery in docs/ is what the decks build today, and shows every form, both sides, by day and by night."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("anki.collection", reason="the gallery's cards are rendered by the anki package")

from tests.browser import ask
from tests.scripts import script

ROOT = Path(__file__).parent.parent
GALLERY = ROOT / "docs" / "gallery"
# In each frame: its words, whether its pictures are there, and how many of the canvas's points are painted.
FRAMES = """
return [...document.querySelectorAll('iframe[data-side]')].map(frame => {
  const card = frame.contentDocument, canvas = card.querySelector('canvas');
  const points = canvas ? canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data : [];
  return {label: frame.title, text: card.body.innerText.trim(), masked: points.some(value => value > 0),
    wide: card.documentElement.scrollWidth - card.documentElement.clientWidth, occlusion: canvas !== null,
    pictures: [...card.images].every(image => image.complete && image.naturalWidth > 0)};
});
"""


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """The script that makes the gallery."""
    return script("gallery")


def test_the_gallery_is_of_today(make: ModuleType, tmp_path: Path) -> None:
    """The committed page is what the script makes of the present decks, templates and styling."""
    make.make(tmp_path / "index.html", None)
    today = (tmp_path / "index.html").read_text(encoding="utf-8")
    committed = (GALLERY / "index.html").read_text(encoding="utf-8")
    assert today == committed, "run `python -m uv run --group test python docs/gallery/make.py`"


def test_every_frame_shows_its_card(make: ModuleType, tmp_path: Path) -> None:
    """On the page every side of every card is there, by day and by night, with its pictures and masks."""
    page = (GALLERY / "index.html").read_text(encoding="utf-8").replace('loading="lazy" ', "")
    (frames,) = ask([page], FRAMES, tmp_path, size=(1600, 3000))
    cards = sum(len(cards) for _, _, cards in make.FORMS)
    assert len(frames) == 4 * cards
    for frame in frames:
        assert frame["text"], frame["label"]
        assert frame["pictures"], frame["label"]
        assert frame["wide"] <= 0, frame["label"]
        if frame["occlusion"] and ", front," in frame["label"]:
            assert frame["masked"], frame["label"]


def test_every_form_is_shown(make: ModuleType) -> None:
    """No form of the authoring format is missing."""
    page = (GALLERY / "index.html").read_text(encoding="utf-8")
    markup = page.replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
    for sign in ('class="db-options db-answered"', 'id="typeans"', "db-direction", 'class="cloze"', "image-occlusion"):
        assert sign in markup
    assert re.search(r'data-shape="rect"[^>]*data-occludeInactive="1"', markup)
    assert "Word" in markup
