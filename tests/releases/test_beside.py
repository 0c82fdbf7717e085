"""What stands beside the packages of a release, as later releases and people need it: manifest, checksums, notes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from builder.ledger import format_ledger
from tests.releases.author import FIRST, SECOND, THIRD, Author, RefusedError, cloze, question, tree


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck is released."""
    author.notes(question("a", "First"), question("b", "Yes", "audience: student"), cloze("c", "A {{c1::gap}}"))
    author.release(FIRST, version="1.0")
    return author


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    identity = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a"}
    environment = {**os.environ, **identity}
    ran = subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def sums(out: Path) -> dict[str, str]:
    """The SHA-256 that `SHA256SUMS` gives, by file name."""
    lines = (out / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


# checksums


def test_checksums_are_those_of_the_files(author: Author) -> None:
    """Every file of a release but the checksums themselves is in `SHA256SUMS`, and `sha256sum --check` is content."""
    found = sums(author.out)
    files = {path.name for path in author.out.iterdir()} - {"SHA256SUMS"}
    assert set(found) == files
    assert {"knots.apkg", "knots-student.apkg", "knots.manifest.json", "knots.release-notes.md"} <= files
    for name, digest in found.items():
        assert hashlib.sha256((author.out / name).read_bytes()).hexdigest() == digest
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=author.out, check=True)


def test_checksums_of_other_decks_stay(author: Author) -> None:
    """Decks that are released into one folder share the file: each keeps its lines until its files are gone."""
    (author.out / "ropes.apkg").write_bytes(b"another deck")
    lines = (author.out / "SHA256SUMS").read_text(encoding="utf-8")
    more = f"{'0' * 64}  ropes.apkg\n{'1' * 64}  gone.apkg\n{'2' * 64}  ../dist/knots.apkg\nnonsense\n"
    (author.out / "SHA256SUMS").write_text(lines + more, encoding="utf-8")
    author.edit("First", "Second")
    author.release(SECOND, version="1.1")
    found = sums(author.out)
    assert found["ropes.apkg"] == "0" * 64
    assert set(found) == {path.name for path in author.out.iterdir()} - {"SHA256SUMS"}


# the manifest


def test_a_manifest_is_also_kept_with_the_deck(author: Author) -> None:
    """What is committed beside the ledger is, byte for byte, what is published beside the packages."""
    assert (author.deck / "manifest.json").read_bytes() == author.manifest_path.read_bytes()
    manifest = json.loads(author.manifest_path.read_text(encoding="utf-8"))
    assert manifest["version"] == "1.0"
    assert manifest["released"] == FIRST
    assert manifest["ledger"] == format_ledger(author.ledger).rstrip("\n").split("\n")
    assert [(one["edition"], one["notes"], one["cards"]) for one in manifest["packages"]] == [
        ("everything", 3, 3),
        ("student", 3, 3),
        ("clinician", 2, 2),
    ]
    assert {one["file"]: one["sha256"] for one in manifest["packages"]}.items() <= sums(author.out).items()


def test_the_deck_s_own_manifest_is_enough(author: Author) -> None:
    """Promise 3: without ledger, output folder and git the committed manifest tells all that was released."""
    before = author.ledger
    author.ledger_path.unlink()
    shutil.rmtree(author.out)
    author.edit("First", "Second")
    made = author.release(SECOND, version="1.1")
    assert (made.changes.new, made.changes.changed) == (0, 1)
    assert author.ledger.notes["b"] == before.notes["b"]


def test_a_manifest_names_the_commit(author: Author) -> None:
    """The manifest says from which commit a release was made, and whether the deck was edited since."""
    assert json.loads(author.manifest_path.read_text())["source"] == {"commit": "", "modified": False}
    git(author.root, "init", "-q")
    (author.root / ".gitignore").write_text("dist/\n", encoding="utf-8")
    author.edit("First", "Second")
    git(author.root, "add", "-A")
    git(author.root, "commit", "-qm", "sources")
    sources = git(author.root, "rev-parse", "HEAD")
    author.release(SECOND, version="1.1")
    assert json.loads(author.manifest_path.read_text())["source"] == {"commit": sources, "modified": False}
    git(author.root, "add", "-A")
    git(author.root, "commit", "-qm", "release")
    released = tree(author.root / "dist", author.deck)
    author.rebuild()
    assert tree(author.root / "dist", author.deck) == released, "a later commit is not the one of the release"
    author.release(THIRD, version="1.1")
    assert tree(author.root / "dist", author.deck) == released
    author.edit("Second", "Third")
    author.release(THIRD, version="1.2")
    commit = git(author.root, "rev-parse", "HEAD")
    assert json.loads(author.manifest_path.read_text())["source"] == {"commit": commit, "modified": True}


def test_locked_compares_bytes_with_the_manifest(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 4: `--locked` fails where the same deckbuilder would write other bytes; another one may."""
    path = author.deck / "manifest.json"
    digest = sums(author.out)["knots-student.apkg"]
    path.write_text(path.read_text(encoding="utf-8").replace(digest, "0" * 64), encoding="utf-8")
    before = tree(author.root)
    with pytest.raises(RefusedError, match=r"knots-student\.apkg would not have the bytes that were released"):
        author.rebuild()
    assert tree(author.root) == before
    monkeypatch.setattr("builder.release.__version__", "99")
    author.rebuild()


def test_a_linked_manifest_is_refused(author: Author, tmp_path: Path) -> None:
    """Promise 9: a manifest that is a link out of the deck's folder is not read."""
    path = author.deck / "manifest.json"
    path.rename(tmp_path / "elsewhere.json")
    try:
        path.symlink_to(tmp_path / "elsewhere.json")
    except OSError:
        pytest.skip("this user of Windows may not make links")
    with pytest.raises(RefusedError, match="damaged-manifest: this manifest is a link to a place outside the deck"):
        author.release(SECOND)
