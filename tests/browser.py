"""A real browser without a window: pages as a phone shows them, and what a script finds on them."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    "--hide-scrollbars",
    "--virtual-time-budget=2000",
)
PHONE = (360, 740)


def chromium() -> str:
    """The browser's program; skips the test where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("looking at cards needs Chromium")
    return found


def _run(page: Path, size: tuple[int, int], *flags: str) -> str:
    profile = page.with_suffix(".profile")
    command = [chromium(), *_FLAGS, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}", *flags]
    done = subprocess.run([*command, page.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    shutil.rmtree(profile, ignore_errors=True)
    return done.stdout


def card_page(markup: str, number: int, *, night: bool, media: Path) -> str:
    """The page around one side of a card, with the classes that Anki gives it."""
    mode = "nightMode night_mode" if night else ""
    return (
        f'<!doctype html><html class="{"night-mode" if night else ""}"><head><meta charset="utf-8">'
        f'<base href="{media.as_uri()}/"><meta name="viewport" content="width=device-width"></head>'
        f'<body class="card card{number} {mode}"><div id="qa">{markup}</div></body></html>'
    )


def ask(pages: list[str], script: str, folder: Path, size: tuple[int, int] = PHONE) -> list[Any]:
    """What `script`, the body of a function of `document`, returns for each page, each in a frame of its own."""
    frames = "".join(
        f'<iframe style="width:{size[0]}px;height:{size[1]}px;border:0" srcdoc="{html.escape(page)}"></iframe>'
        for page in pages
    )
    collect = (
        "addEventListener('load', () => { const answers = [...document.querySelectorAll('iframe')].map(frame => "
        f"(function (document) {{ {script} }})(frame.contentDocument)); "
        "const out = document.createElement('pre'); out.id = 'answers'; "
        "out.textContent = JSON.stringify(answers); document.body.append(out); });"
    )
    page = folder / "ask.html"
    page.write_text(f'<!doctype html><meta charset="utf-8">{frames}<script>{collect}</script>', encoding="utf-8")
    dom = _run(page, (size[0] + 40, size[1]), "--dump-dom")
    found = re.search(r'<pre id="answers">(.*?)</pre>', dom, re.DOTALL)
    assert found, dom[-2000:]
    answers: list[Any] = json.loads(html.unescape(found.group(1)))
    assert len(answers) == len(pages)
    return answers
