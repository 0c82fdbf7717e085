"""Measures `deckbuilder diff` of two packages against a plain script that compares their notes, in pairs.

    python bench/diff.py [--notes 10000 100000] [--pairs 3]

In the second package one note in a hundred has another tag, one in a thousand is gone, and as many are new. The
script opens both databases with sqlite3 and compares two dicts of fields and tags by GUID. Each run is a whole process;
only ratios of one run mean anything. Prints medians, then how long each step takes within one process.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from generate import generate
from run import measure


def packages(notes: int, folder: Path) -> tuple[Path, Path]:
    """Two releases of a deck of so many notes."""
    generate(notes, folder)
    old, new = folder / "old", folder / "new"
    _build(folder, old)
    for path in sorted((folder / "decks" / "bench").glob("notes-*.yaml")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"(- id: note-\d*42\n(?: {4,}.*\n)*?    tags: \[)", r"\1edited, ", text)
        text = re.sub(r"- id: note-(\d*500)\n", r"- id: other-\1\n", text)
        path.write_text(text, encoding="utf-8", newline="\n")
    _build(folder, new)
    return old / "bench-draft.apkg", new / "bench-draft.apkg"


def _build(folder: Path, out: Path) -> None:
    command = [sys.executable, "-m", "builder", "build", "--out", str(out)]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def plain(old: Path, new: Path) -> tuple[int, int, int]:
    """The yardstick: how many notes are new, changed and gone."""
    with tempfile.TemporaryDirectory() as name:
        before, after = _notes(old, Path(name, "old")), _notes(new, Path(name, "new"))
    changed = sum(guid in before and before[guid] != note for guid, note in after.items())
    return sum(guid not in before for guid in after), changed, sum(guid not in after for guid in before)


def _notes(package: Path, folder: Path) -> dict[str, tuple[str, str]]:
    with zipfile.ZipFile(package) as archive:
        database = archive.extract("collection.anki2", folder)
    connection = sqlite3.connect(database)
    rows = {guid: (fields, tags) for guid, fields, tags in connection.execute("SELECT guid, flds, tags FROM notes")}
    connection.close()
    return rows


def steps(old: Path, new: Path) -> None:
    """Prints how long each step takes."""
    from builder.anki.read import read_package
    from builder.diff.as_json import as_json
    from builder.diff.as_markdown import release_notes
    from builder.diff.as_text import as_text
    from builder.diff.compare import compare
    from builder.diff.sides import package_side

    begun = time.perf_counter()
    sides = [package_side(read_package(path), path.name) for path in (old, new)]
    read = time.perf_counter()
    difference = compare(*sides)
    compared = time.perf_counter()
    shown = []
    for output in (as_text, release_notes, as_json):
        start = time.perf_counter()
        output(difference)
        shown.append(f"{output.__name__} {time.perf_counter() - start:.2f} s")
    counts = {kind: len(difference.of(kind)) for kind in ("added", "changed", "gone")}
    assert tuple(counts.values()) == plain(old, new), (counts, plain(old, new))
    print(
        f"          reading both {read - begun:.2f} s, comparing {compared - read:.2f} s, {', '.join(shown)}; {counts}"
    )


def main() -> None:
    """Runs every size, or one plain comparison as a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--plain", type=Path, nargs=2, help="Only compares these two packages plainly.")
    chosen = parser.parse_args()
    if chosen.plain:
        print(plain(*chosen.plain))
        return
    for notes in chosen.notes:
        with tempfile.TemporaryDirectory() as name:
            old, new = packages(notes, Path(name))
            ours = [sys.executable, "-m", "builder", "diff", str(old), str(new)]
            theirs = [sys.executable, __file__, "--plain", str(old), str(new)]
            runs = [(measure(ours, Path(name)), measure(theirs, Path(name))) for _ in range(chosen.pairs + 1)][1:]
            for what, place, unit in (("wall", 0, "s"), ("peak", 1, "MiB")):
                mine = statistics.median(one[place] for one, _ in runs)
                base = statistics.median(other[place] for _, other in runs)
                ratio = statistics.median(one[place] / other[place] for one, other in runs if other[place])
                figures = f"deckbuilder {mine:8.2f} {unit:<3}  plain {base:8.2f} {unit:<3}  ratio {ratio:.2f}"
                print(f"{notes:>9,} notes  {what}  {figures}")
            steps(old, new)


if __name__ == "__main__":
    main()
