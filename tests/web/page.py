"""Where things are on the preview's page, for its tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page

Visit = Callable[..., "Page"]
SCROLLED = "frame => frame.contentDocument.scrollingElement.scrollTop"


def card(page: Page, pane: str = "one") -> FrameLocator:
    """The document of the card that is shown."""
    return page.frame_locator(f"#pane-{pane} iframe.shown")


def frame(page: Page, pane: str = "one") -> Locator:
    """The frame that is shown."""
    return page.locator(f"#pane-{pane} iframe.shown")


def current(page: Page) -> Locator:
    """The row of the note that is shown."""
    return page.locator(".row[aria-current]")


def row(page: Page, title: str) -> Locator:
    """The row with a title."""
    return page.locator(".row", has_text=title)


def shown(page: Page, note: str, number: int = 1, side: str = "Front", pane: str = "one") -> None:
    """Waits for a side of a card."""
    expect(frame(page, pane)).to_have_attribute("title", f"{side} of card {number}, note {note}")
