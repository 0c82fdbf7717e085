"""An author for each test, in a folder that is thrown away."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.releases.author import Author

# CI tries the same examples each time, so that it fails for what changed; a developer's runs find new ones.
# Machines that run tests are slow now and then; a hanging test is stopped by what runs it.
settings.register_profile("patient", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("patient")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails a run of CI that left a test out: on Linux everything that tests need is there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if "CI" in os.environ and sys.platform == "linux" and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here pulls the plug, so nothing waits until bytes are on the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author with a deck of one note, to be written anew."""
    return Author(tmp_path / "author")
