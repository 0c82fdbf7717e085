"""A browser for the tests of a file, and pages in it that complain when their console does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.fake import FakeServer
from tests.web.knots import knots

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window; skips where it or what drives it is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the preview's page is driven by playwright")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("looking at the preview's page needs Chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A server with the knots, running."""
    server = FakeServer(knots())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def plan(server: FakeServer) -> FakeServer:
    """Three cards on the first day and two on the second."""
    server.days = [[("reef", 2), ("fixed-loop", 1), ("palstek", 1)], [("reef", 1), ("two-ropes", 2)]]
    return server


@pytest.fixture
def complaints() -> list[str]:
    """What browsers say on the console; a test that expects something of that clears it."""
    return []


def _is_wrong(said: ConsoleMessage) -> bool:
    # Anki's markup has handlers and scripts; the browser says so when a card's frame keeps them from running.
    kept = said.text.startswith("Blocked script execution in") and "/card?" in said.text
    return said.type in ("error", "warning") and not kept


@pytest.fixture
def visit(browser: Browser, server: FakeServer, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens the page, at an address's hash and in a context of one's own; nothing may be wrong in its console."""
    contexts = []

    def visit(view: str = "", *, rows: bool = True, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"} | options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _is_wrong(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{server.address}#{view}")
        if rows:
            page.wait_for_selector("#rows .item", state="attached")
            page.wait_for_selector("#pane-one iframe.shown", state="attached")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
