"""What the tests of releases tell at the end of a run."""

from __future__ import annotations

import pytest

MACHINES = pytest.StashKey[list[str]]()
"""A line for each computer that made the same bytes, and for each that was left out."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tells which computers were compared, and which were left out and why."""
    if lines := config.stash.get(MACHINES, []):
        terminalreporter.section("computers whose releases were compared")
        for line in lines:
            terminalreporter.write_line(line)
