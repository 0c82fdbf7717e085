"""A deck and an interpreter into what another computer makes of the deck: other habits, other places, same sources."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.source.files import LEDGER_FILE, MANIFEST_FILE
from tests.releases.author import DAY, tree
from tests.releases.listing import shuffled
from tests.releases.pythons import PROJECT

_STATE = ".deckbuilder"
# Locales that are not installed count too: a program that asks for one gets none, and must not care.
_HABITS: tuple[dict[str, str], ...] = (
    {"LC_ALL": "C.UTF-8", "TZ": "UTC0", "PYTHONUTF8": "1"},
    {"LC_ALL": "C", "TZ": "NST3:30NDT", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONOPTIMIZE": "2"},
    {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "LIN-14", "SOURCE_DATE_EPOCH": "0"},
    {"LC_ALL": "C.UTF-8", "TZ": "NPT-5:45", "PYTHONIOENCODING": "ascii", "PYTHONOPTIMIZE": "1"},
    {"LC_ALL": "", "LANG": "ar_EG.ISO-8859-6", "TZ": "MST7", "PYTHONCOERCECLOCALE": "0"},
)
_USERS = ("ada", "İpek", "root", "結")
_UMASKS = (0o022, 0o077, 0o002, 0o027)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a computer made: files by place, the ledger and what else is written beside the sources among them.

    `again` are the packages of the committed release by name, or `refused` says by which rules, in which files, there
    are none; `facts` are what the computer was like.
    """

    made: Mapping[str, bytes]
    again: Mapping[str, bytes]
    refused: tuple[str, ...]
    facts: Mapping[str, Any]


def make_on(root: Path, number: int, interpreter: str, sqlite: str, deck: Path, now: int) -> Outcome:
    """What computer `number`, new in the folder `root`, makes of `deck` as of `now`; each number has habits of its own.

    Raises `subprocess.CalledProcessError` when it makes nothing.
    """
    places = [root / "sources" / deck.name, root / "out", root / "committed" / deck.name, root / "out of committed"]
    copy_sources(deck, places[0], number, without=(LEDGER_FILE, MANIFEST_FILE))
    copy_sources(deck, places[2], number)
    sources = set(tree(places[0]))
    where = root / f"current folder {number}"
    where.mkdir()
    asked = {
        "places": [str(place) if number % 2 else os.path.relpath(place, where) for place in places],
        "now": now,
        "sqlite": sqlite,
        "umask": _UMASKS[number % len(_UMASKS)],
        "seconds_ahead": number * 100 * DAY + number * 3_601,
        "salt": str(number),
    }
    command = [interpreter, "-m", "tests.releases.elsewhere", json.dumps(asked)]
    done = subprocess.run(
        command, check=True, env=_environment(root, number), cwd=where, stdout=subprocess.PIPE, encoding="utf-8"
    )
    told = json.loads(done.stdout)
    made = {path: content for path, content in tree(*places[:2]).items() if path not in sources}
    return Outcome(
        made={Path(path).relative_to(root).as_posix(): content for path, content in made.items()},
        again={path.name: path.read_bytes() for path in sorted(places[3].glob("*.apkg"))},
        refused=tuple(told["refused"]),
        facts=told["facts"],
    )


def copy_sources(deck: Path, to: Path, number: int, *, without: tuple[str, ...] = ()) -> None:
    """Copies what git tracks of a deck, in another order and with another age for each `number`."""
    files = [path for path in deck.rglob("*") if path.is_file()]
    for age, path in enumerate(shuffled(str(number))(files)):
        inside = path.relative_to(deck)
        if inside.parts[0] == _STATE or str(inside) in without:
            continue
        (to / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to / inside)
        os.utime(to / inside, (age * DAY, (age + number) * DAY))


def _environment(root: Path, number: int) -> dict[str, str]:
    home = root / "home"
    (home / "tmp").mkdir(parents=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_"))}
    places = dict.fromkeys(("HOME", "USERPROFILE"), str(home)) | dict.fromkeys(("TMPDIR", "TEMP"), str(home / "tmp"))
    user = dict.fromkeys(("LOGNAME", "USER", "USERNAME"), _USERS[number % len(_USERS)])
    own = {"PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": str(number)}
    return kept | places | user | own | _HABITS[number % len(_HABITS)]
