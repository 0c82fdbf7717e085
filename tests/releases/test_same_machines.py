"""Promise 4 for the deck that is shipped: every computer at hand, each with other habits, makes the same bytes."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builder import __version__
from builder.source.files import LEDGER_FILE, MANIFEST_FILE
from tests.releases.author import FIRST
from tests.releases.conftest import MACHINES
from tests.releases.machines import Outcome, make_on
from tests.releases.pythons import PROJECT, STAND_IN, Equipped, equip, find_pythons, running

DECK = PROJECT / "decks" / "sciatica"
TOLD = ("Python", "SQLite", "libraries", "hash seed", "locale", "time zone", "day", "umask", "user")
"""What is said of each computer at the end of a run."""
MAY_BE_SAME = ("Python", "SQLite", "libraries", "locale", "folders listed")
"""What only some computers have more than one of."""


def interpreters(folder: Path, left_out: list[str]) -> Iterator[Equipped]:
    """The running Python as it is, then each Python in an environment of its own, the first with old dependencies."""
    pythons = find_pythons()
    yield running(pythons[0])
    for number, python in enumerate(pythons):
        oldest = number % 2 == 0
        try:
            yield equip(python, folder / str(number), oldest=oldest)
        except OSError as error:
            which = "oldest" if oldest else "newest"
            left_out.append(f"left out: Python {python.version} with the {which} dependencies: {error}")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> tuple[Outcome, ...]:
    """What each computer made; what they were is told at the end of the run."""
    root = tmp_path_factory.mktemp("machines")
    lines: list[str] = []
    kinds = [(one.path, sqlite) for one in interpreters(root / "environments", lines) for sqlite in one.sqlites]
    kinds += kinds[:1]  # at the least the same computer under two settings

    def make(number: int) -> Outcome:
        return make_on(root / f"computer {number}", number, *kinds[number], DECK, FIRST)

    with ThreadPoolExecutor(2) as pool:
        made = tuple(pool.map(make, range(len(kinds))))
    lines[:0] = [", ".join(f"{name} {one.facts[name]}" for name in TOLD) for one in made]
    pytestconfig.stash[MACHINES] = lines
    return made


def test_the_computers_differ(outcomes: tuple[Outcome, ...]) -> None:
    """What could be in the bytes did differ, or the other tests show nothing: SQLite too, where a second one is."""
    values = {name: {one.facts[name] for one in outcomes} for name in outcomes[0].facts}
    same = {name for name, found in values.items() if len(found) == 1} - {*MAY_BE_SAME}
    assert same == ({"umask"} if sys.platform == "win32" else set()), "Windows has no umask"
    assert min(values["folders listed"]) > 0
    if sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 15):
        assert len(values["SQLite"]) > 1, f"{STAND_IN} is a dependency of the tests here"


def test_every_computer_releases_the_same_bytes(outcomes: tuple[Outcome, ...]) -> None:
    """Promise 4: packages, manifest, notes, sums and ledger know nothing of the computer, nor of the day."""
    expected = outcomes[0].made
    assert f"out/{DECK.name}.apkg" in expected
    assert f"sources/{DECK.name}/{LEDGER_FILE}" in expected
    for one in outcomes[1:]:
        assert sorted(one.made) == sorted(expected), one.facts
        assert [path for path in expected if one.made[path] != expected[path]] == [], one.facts


def test_the_release_made_again_is_the_release(outcomes: tuple[Outcome, ...]) -> None:
    """Promise 4: `release --locked` makes what `release` made, file for file."""
    made = outcomes[0].made
    again = {path.replace("/again/", "/"): content for path, content in made.items() if "/again/" in path}
    assert again == {
        path: content for path, content in made.items() if path.startswith("out/") and "/again/" not in path
    }


def test_every_computer_makes_the_committed_release_again(outcomes: tuple[Outcome, ...]) -> None:
    """Promise 4: from committed sources and ledger come the packages whose sums the committed manifest lists.

    Sources that have changed since are refused, and another version of deckbuilder may make other bytes.
    """
    manifest = DECK / MANIFEST_FILE
    assert manifest.exists() == (DECK / LEDGER_FILE).exists()
    again, refused = outcomes[0].again, outcomes[0].refused
    for one in outcomes[1:]:
        assert (one.refused, sorted(one.again)) == (refused, sorted(again)), one.facts
        assert [name for name in again if one.again[name] != again[name]] == [], one.facts
    if not manifest.exists():
        assert refused == ("never-released in deck.yaml",)
        return
    changed = {f"differs-from-release in {path.name}" for path in DECK.rglob("*") if path != manifest}
    assert set(refused) <= changed, "a release is due, or a new version number for deckbuilder"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    if not refused and told["builder"] == __version__:
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in again.items()}
        assert sums == {package["file"]: package["sha256"] for package in told["packages"]}
