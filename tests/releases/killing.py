"""Runs releases and drafts that are killed, or that run at once, and tells what was not whole afterwards.

A program of its own, because it forks: `python -m tests.releases.killing WHAT KIND PREPARED SCRATCH`. `PREPARED` is a
folder with `decks/knots`, whose last release and draft are behind its sources; `SCRATCH` is for copies. Prints JSON.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from builder.build import build_draft
from builder.compiler.deck import compile_deck
from builder.ledger import parse_ledger, read_ledger
from builder.release import ReleaseOptions, release
from tests.releases.author import SECOND

EVENTS = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "shutil.rmtree", "sqlite3.connect"}
"""What Python tells before it touches a file."""
CALLS = {io.open, os.replace, os.rename, os.unlink, getattr(os, "sendfile", None)}
"""What is also told afterwards, for a file that was just opened may be empty."""

os.fsync = lambda _: (
    None
)  # a killed process loses nothing that the system holds, so that nothing waits for the disk here


def run_release(root: Path) -> None:
    """Releases the deck below `root`."""
    compiled, _ = compile_deck(root / "decks" / "knots")
    assert compiled
    made, problems = release(compiled, ReleaseOptions(out=root / "dist"), SECOND)
    assert made, problems


def run_draft(root: Path) -> None:
    """Drafts the deck below `root`."""
    compiled, _ = compile_deck(root / "decks" / "knots")
    assert compiled
    released, problems = read_ledger(root / "decks" / "knots" / "ledger.txt")
    assert not problems
    build_draft(compiled, released, root / "dist", "", SECOND)


RUNS: dict[str, Callable[[Path], None]] = {"release": run_release, "draft": run_draft}


def in_a_child(action: Callable[[], None]) -> int:
    """Starts `action` in a process of its own; gives the process id. Exit code 0: it ended, 1: it failed."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        action()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Waits for a process; its exit code, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def files_of(root: Path) -> dict[str, bytes]:
    """What is on disk, without the lock, which says nothing."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def damages(files: dict[str, bytes], old: dict[str, bytes], new: dict[str, bytes]) -> Iterator[str]:
    """Which files are neither the old ones nor the new ones, or cannot be read."""
    for name in sorted({*old, *new}):
        if files.get(name) not in (old.get(name), new.get(name)):
            yield f"{name} is neither old nor new"
    for name, content in files.items():
        if name.endswith(".apkg") and "partial" not in name:
            yield from (f"{name}: {damage}" for damage in package_damages(content))
        elif name.endswith("ledger.txt") and parse_ledger(content.decode(), Path(name))[1]:
            yield f"{name} cannot be read"
        elif name.endswith(".manifest.json"):
            json.loads(content)


def package_damages(content: bytes) -> Iterator[str]:
    """What is broken in a package."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "package")
        path.write_bytes(content)
        if not zipfile.is_zipfile(path):
            yield "not a whole archive"
            return
        with zipfile.ZipFile(path) as archive:
            if broken := archive.testzip():
                yield f"{broken} is broken"
            archive.extract("collection.anki2", folder)
        connection = sqlite3.connect(Path(folder, "collection.anki2"))
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        connection.close()
        if verdict != "ok":
            yield str(verdict)


def killed_at(moment: int, action: Callable[[], None]) -> Callable[[], None]:
    """`action`, killed when it is about to touch a file, or has just touched one, for the `moment`-th time."""

    def run() -> None:
        left = moment

        def touch() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(lambda event, _: touch() if event in EVENTS else None)
        sys.setprofile(lambda _, event, call: touch() if event == "c_return" and call in CALLS else None)
        action()

    return run


def kill(kind: str, prepared: Path, scratch: Path) -> dict[str, object]:
    """Kills runs at every touch of a file and at moments in between; after each, what is on disk must be whole."""
    action = RUNS[kind]
    old = files_of(prepared)
    complete = scratch / "complete"
    shutil.copytree(prepared, complete)
    begun = time.perf_counter()
    action(complete)
    took = time.perf_counter() - begun
    new = files_of(complete)
    assert new != old
    found: list[str] = []
    kills = 0

    def inspect(root: Path, when: str) -> None:
        found.extend(f"killed {when}: {damage}" for damage in damages(files_of(root), old, new))
        if ended(in_a_child(lambda: action(root))) != 0:
            found.append(f"killed {when}: the next run failed")
        elif (after := files_of(root)) != new:
            differing = sorted(name for name in {*after, *new} if after.get(name) != new.get(name))
            found.append(f"killed {when}: after the next run these differ: {differing}")
        shutil.rmtree(root)

    moment = 0
    code = -signal.SIGKILL
    while code == -signal.SIGKILL:
        moment += 1
        root = scratch / f"moment-{moment}"
        shutil.copytree(prepared, root)
        code = ended(in_a_child(killed_at(moment, lambda root=root: action(root))))
        inspect(root, f"at touch {moment}")
    if code:
        found.append("an undisturbed run failed")
    kills += moment - 1
    for part in range(1, 12):
        root = scratch / f"part-{part}"
        shutil.copytree(prepared, root)
        child = in_a_child(lambda root=root: action(root))
        time.sleep(took * part / 10)
        os.kill(child, signal.SIGKILL)
        kills += ended(child) == -signal.SIGKILL
        inspect(root, f"after {part}/10 of the time")
    return {"kills": kills, "found": found}


def race(kind: str, prepared: Path, scratch: Path) -> dict[str, object]:
    """Starts four runs of one deck at once, again and again; each must end well, with what a single run makes."""
    action = RUNS[kind]
    complete = scratch / "complete"
    shutil.copytree(prepared, complete)
    action(complete)
    expected = files_of(complete)
    found: list[str] = []
    for number in range(8):
        root = scratch / f"race-{number}"
        shutil.copytree(prepared, root)
        found += at_once([lambda root=root: action(root)] * 4)
        after = files_of(root)
        found += [f"{name} differs" for name in sorted({*after, *expected}) if after.get(name) != expected.get(name)]
    return {"found": found}


def race_clones(kind: str, prepared: Path, scratch: Path) -> dict[str, object]:
    """Starts runs of two clones with different sources into one folder at once; each package must be of one of them."""
    action = RUNS[kind]
    clones = [scratch / "one", scratch / "two"]
    for clone in clones:
        shutil.copytree(prepared, clone)
    notes = clones[1] / "decks" / "knots" / "notes.yaml"
    notes.write_text(notes.read_text(encoding="utf-8").replace("Answer", "Other answer"), encoding="utf-8")
    shutil.rmtree(clones[1] / "dist")
    alone = []
    for clone in clones:
        shutil.copytree(clone, clone.with_name(f"{clone.name}-alone"))
        action(clone.with_name(f"{clone.name}-alone"))
        alone.append(files_of(clone.with_name(f"{clone.name}-alone")))
    (clones[1] / "dist").symlink_to(clones[0] / "dist")
    found: list[str] = []
    for _ in range(8):
        found += at_once([lambda clone=clone: action(clone) for clone in clones * 2])
        for name, content in files_of(clones[0]).items():
            if name.endswith("-draft.apkg") and content not in (alone[0][name], alone[1][name]):
                found.append(f"{name} is of neither clone")
            if "partial" in name:
                found.append(f"{name} was left")
    return {"found": found}


def at_once(actions: list[Callable[[], None]]) -> list[str]:
    """Runs all in processes of their own that begin in the same moment; says which failed."""
    reader, writer = os.pipe()

    def when_told(action: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            os.close(writer)
            os.read(reader, 1)
            action()

        return run

    children = [in_a_child(when_told(action)) for action in actions]
    os.close(reader)
    os.close(writer)
    return [f"run {number} failed" for number, child in enumerate(children) if ended(child) != 0]


if __name__ == "__main__":
    what, kind, prepared, scratch = sys.argv[1:]
    run = {"kill": kill, "race": race, "race-clones": race_clones}[what]
    print(json.dumps(run(kind, Path(prepared), Path(scratch))))
