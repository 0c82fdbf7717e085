"""What the command line loads before it does anything: help must answer at once."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"yaml", "genanki", "sqlite3", "nh3", "pyromark", "filelock", "rich", "pydantic", "asyncio", "anki"}


def modules_after(code: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint('MODULES', *sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in run.stdout.rpartition("MODULES")[2].split()}


def test_help_loads_nothing_heavy() -> None:
    """`deckbuilder --help` loads no reader, renderer, writer or markup library."""
    loaded = modules_after("from builder.cli.app import app\ntry: app(['--help'])\nexcept SystemExit: pass")
    assert "typer" in loaded
    assert loaded & HEAVY == set()


def test_the_build_never_loads_anki() -> None:
    """The `anki` package (AGPL) is for tests and verifying only: no module of the build imports it."""
    loaded = modules_after("import builder.build, builder.release, builder.anki.write, builder.cli.app")
    assert "genanki" in loaded
    assert "anki" not in loaded
