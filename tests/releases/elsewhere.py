"""Sources into releases, as a computer of other habits makes them: run with what `machines.py` asks, as JSON.

Prints, as JSON too, what the computer was like. It needs deckbuilder's own dependencies and nothing else.
"""

from __future__ import annotations

import importlib.metadata
import json
import locale
import os
import sys
import time
from contextlib import suppress
from typing import Any

from tests.releases.listing import Listing, shuffled


def behave(umask: int, seconds_ahead: int, module: str, listing: Listing) -> None:
    """Takes on the habits that no environment variable gives."""
    os.umask(umask)
    clock, fine_clock = time.time, time.time_ns
    time.time = lambda: clock() + seconds_ahead
    time.time_ns = lambda: fine_clock() + seconds_ahead * 10**9
    sys.modules["sqlite3"] = importlib.import_module(module)
    os.scandir, os.listdir = listing.scandir, listing.listdir  # type: ignore[assignment]
    with suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")


def release_anew(deck: str, out: str, now: int) -> None:
    """Releases a deck that has no ledger as of `now`, and makes that release again in `out/again`."""
    from pathlib import Path

    from builder.compiler.deck import compile_deck
    from builder.release import ReleaseOptions, rebuild, release

    compiled, diagnostics = compile_deck(Path(deck))
    if compiled is None:
        raise SystemExit(str(diagnostics))
    for made, problems in (
        release(compiled, ReleaseOptions(out=Path(out)), now),
        rebuild(compiled, ReleaseOptions(out=Path(out, "again"))),
    ):
        if made is None:
            raise SystemExit(str(problems))


def release_again(deck: str, out: str) -> list[str]:
    """Makes a deck's committed release again; or says by which rules, in which files, it is refused."""
    from pathlib import Path

    from builder.compiler.deck import compile_deck
    from builder.release import ReleaseOptions, rebuild

    compiled, diagnostics = compile_deck(Path(deck))
    if compiled is None:
        raise SystemExit(str(diagnostics))
    made, diagnostics = rebuild(compiled, ReleaseOptions(out=Path(out)))
    return sorted({f"{problem.rule} in {problem.path.name}" for problem in diagnostics}) if made is None else []


def facts(listing: Listing) -> dict[str, Any]:
    """What could be in the bytes of a release, and must not."""
    import platform
    import sqlite3
    from getpass import getuser
    from pathlib import Path

    libraries = (f"{name} {importlib.metadata.version(name)}" for name in ("lxml", "Pillow", "PyYAML", "tinycss2"))
    umask = os.umask(0)
    os.umask(umask)
    return {
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "libraries": " ".join(libraries),
        "hash seed": os.environ["PYTHONHASHSEED"],
        "hash": hash("sciatica"),
        "locale": locale.setlocale(locale.LC_CTYPE),
        "encoding": f"{locale.getpreferredencoding()} {sys.getfilesystemencoding()} {sys.stdout.encoding}",
        "time zone": time.tzname[0],
        "day": time.strftime("%Y-%m-%d", time.gmtime(time.time())),
        "umask": f"{umask:03o}",
        "optimised": sys.flags.optimize,
        "user": getuser(),
        "home": str(Path.home()),
        "current folder": str(Path.cwd()),
        "folders listed": listing.folders,
    }


def main(asked: dict[str, Any]) -> None:
    """Does what is asked and prints what the computer was like."""
    listing = Listing(shuffled(asked["salt"]))
    behave(asked["umask"], asked["seconds_ahead"], asked["sqlite"], listing)
    deck, out, committed, out_of_committed = asked["places"]
    release_anew(deck, out, asked["now"])
    refused = release_again(committed, out_of_committed)
    print(json.dumps({"facts": facts(listing), "refused": refused}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
