"""Measures a cold build against the plain genanki script, in pairs, each a whole process.

    python bench/run.py [--notes 1000 10000 100000] [--pairs 5]

Prints the median of both and of the ratio, pair by pair: only ratios taken in one run mean anything. Peak memory is
that of the largest process, as the system accounts for it (not on Windows). Exit code 1 when a build costs more than
1.5 times the script's time or memory at 10 000 notes or more.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import generate

LIMIT = 1.5
HERE = Path(__file__).parent


def measure(command: list[str], folder: Path) -> tuple[float, float]:
    """Wall seconds, and peak memory in MiB (0 where the system does not tell), of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    if not hasattr(os, "wait4"):
        code, peak = process.wait(), 0.0
    else:
        _, status, usage = os.wait4(process.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    seconds = time.perf_counter() - begun
    if code:
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return seconds, peak


def compare(notes: int, pairs: int) -> bool:
    """Prints one size's figures; whether they are within the limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(notes, folder)
        ours = [sys.executable, "-m", "builder", "build", "--out", str(folder / "dist")]
        theirs = [sys.executable, str(HERE / "baseline.py"), str(folder), str(folder / "plain.apkg")]
        results = []
        for _ in range(pairs + 1):
            shutil.rmtree(folder / "decks" / "bench" / ".deckbuilder", ignore_errors=True)
            results.append((measure(ours, folder), measure(theirs, folder)))
        counted = results[1:]  # the first pair warms the disk's cache
        fine = True
        for what, place, unit in (("wall", 0, "s"), ("peak", 1, "MiB")):
            mine = statistics.median(one[place] for one, _ in counted)
            base = statistics.median(other[place] for _, other in counted)
            if not base:
                continue
            ratio = statistics.median(one[place] / other[place] for one, other in counted)
            fine &= ratio <= LIMIT
            figures = f"deckbuilder {mine:8.2f} {unit:<3}  genanki {base:8.2f} {unit:<3}  ratio {ratio:.2f}"
            print(f"{notes:>9,} notes  {what}  {figures}")
        return fine or notes < 10_000


def start_time(arguments: list[str], runs: int) -> float:
    """Median wall seconds of a Python program."""
    return statistics.median(measure([sys.executable, *arguments], HERE.parent)[0] for _ in range(runs))


def main() -> None:
    """Runs every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--pairs", type=int, default=5)
    chosen = parser.parse_args()
    starts = [start_time(command, chosen.pairs) for command in (["-m", "builder", "--help"], ["-c", ""])]
    print(f"deckbuilder --help {starts[0]:.2f} s, Python doing nothing {starts[1]:.2f} s")
    results = [compare(notes, chosen.pairs) for notes in chosen.notes]
    if not all(results):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
