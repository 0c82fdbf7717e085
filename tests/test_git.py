"""What git tells of a folder, in repositories that are made for each test, hostile ones too: nothing in them runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from builder import git
from builder.git import GitError, MissingFolderError, UnknownRevisionError

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not have such files")


def run(folder: Path, *arguments: str) -> str:
    """What git prints."""
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"]
    command = ["git", "-C", str(folder), *settings, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout.strip()


def commit(folder: Path, message: str = "more") -> str:
    """Commits everything; gives the commit's id."""
    run(folder, "add", "--all", "--force")
    run(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return run(folder, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with two commits: `deck/a.yaml` and `deck/b.yaml`, then the first changed."""
    folder = tmp_path / "repository"
    (folder / "deck").mkdir(parents=True)
    run(folder, "init", "--quiet", "--initial-branch", "main")
    (folder / "deck" / "a.yaml").write_bytes(b"one\n")
    (folder / "deck" / "b.yaml").write_bytes(b"same\r\n")
    commit(folder)
    run(folder, "tag", "v1")
    (folder / "deck" / "a.yaml").write_bytes(b"two\n")
    commit(folder)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path."""
    found = (path for path in folder.rglob("*") if not path.is_dir())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_head(root: Path, tmp_path: Path) -> None:
    """The commit that is checked out, also of a folder in the repository and of no branch; '' where there is none."""
    expected = run(root, "rev-parse", "HEAD")
    assert git.head(root) == git.head(root / "deck") == expected
    run(root, "checkout", "--quiet", "--detach", "HEAD~1")
    assert git.head(root) == run(root, "rev-parse", "v1") != expected
    empty = tmp_path / "empty"
    empty.mkdir()
    assert git.head(empty) == ""
    run(empty, "init", "--quiet")
    assert git.head(empty) == ""
    assert git.head(tmp_path / "nowhere") == ""


def test_modified(root: Path) -> None:
    """Edited, new, removed and staged files count, those elsewhere and those that git ignores do not."""
    deck = root / "deck"
    assert not git.is_modified(deck)
    (root / "elsewhere.txt").write_text("x", encoding="utf-8")
    (root / ".gitignore").write_text("*.tmp\n", encoding="utf-8")
    (deck / "x.tmp").write_text("x", encoding="utf-8")
    assert not git.is_modified(deck)
    assert git.is_modified(root)
    (deck / "new.yaml").write_text("x", encoding="utf-8")
    assert git.is_modified(deck)
    assert not git.is_modified(deck, ["new.yaml"])
    (deck / "a.yaml").write_bytes(b"three\n")
    assert git.is_modified(deck, ["new.yaml"])
    assert not git.is_modified(deck, ["new.yaml", "a.yaml"])
    (deck / "b.yaml").unlink()
    assert git.is_modified(deck, ["new.yaml", "a.yaml"])
    run(root, "add", "--all")
    assert git.is_modified(deck, ["new.yaml", "a.yaml"])


def test_only_files_directly_in_the_folder_are_spared(root: Path) -> None:
    """A file of the same name in a folder below counts."""
    (root / "deck" / "below").mkdir()
    (root / "deck" / "below" / "ledger.txt").write_text("x", encoding="utf-8")
    assert git.is_modified(root / "deck", ["ledger.txt"])


def test_modified_without_a_commit_or_a_repository(tmp_path: Path) -> None:
    """Before the first commit every file is new; without a repository there is nothing to differ from."""
    (tmp_path / "a.yaml").write_text("x", encoding="utf-8")
    assert not git.is_modified(tmp_path)
    run(tmp_path, "init", "--quiet")
    assert git.is_modified(tmp_path)


def test_last_change(root: Path) -> None:
    """The commit that last changed a file; '' for one that git does not know, or that is not there."""
    assert git.last_change(root / "deck" / "a.yaml") == run(root, "rev-parse", "HEAD")
    assert git.last_change(root / "deck" / "b.yaml") == run(root, "rev-parse", "v1")
    assert git.last_change(root / "deck" / "c.yaml") == ""
    assert git.last_change(root / "none" / "c.yaml") == ""


def test_check_out(root: Path, tmp_path: Path) -> None:
    """The files of a folder as they were, byte for byte, whatever is in the working tree now."""
    (root / "deck" / "a.yaml").write_bytes(b"edited\n")
    for revision, expected in (("v1", b"one\n"), ("HEAD~1", b"one\n"), ("main", b"two\n"), ("HEAD", b"two\n")):
        into = tmp_path / revision
        git.check_out(root / "deck", revision, into)
        assert files(into) == {"a.yaml": expected, "b.yaml": b"same\r\n"}
    assert (root / "deck" / "a.yaml").read_bytes() == b"edited\n"
    git.check_out(root, "v1", tmp_path / "all")
    assert set(files(tmp_path / "all")) == {"deck/a.yaml", "deck/b.yaml"}


def test_check_out_of_a_folder_that_is_gone(root: Path, tmp_path: Path) -> None:
    """A folder that was removed since is still there in the old revision."""
    shutil.rmtree(root / "deck")
    commit(root)
    git.check_out(root / "deck", "v1", tmp_path / "old")
    assert set(files(tmp_path / "old")) == {"a.yaml", "b.yaml"}


@linux
def test_names_of_every_kind(root: Path, tmp_path: Path) -> None:
    """Blanks, other scripts, line ends, quotes and what looks like an option or a pattern are names like any other."""
    names = ("a b.yaml", "ü/日本.yaml", "line\nend.yaml", "-x", ":(top)y", '"q"', "*.yaml", "back\\slash", "tab\t")
    for name in names:
        path = root / "deck" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name, encoding="utf-8")
    commit(root)
    git.check_out(root / "deck", "HEAD", tmp_path / "out")
    assert {name: name.encode() for name in names}.items() <= files(tmp_path / "out").items()
    assert not git.is_modified(root / "deck")
    odd = root / "deck" / "in\nside"
    odd.mkdir()
    (odd / "ledger.txt").write_text("1", encoding="utf-8")
    assert git.is_modified(odd)
    assert not git.is_modified(odd, ["ledger.txt"])
    assert git.last_change(root / "deck" / "*.yaml") == run(root, "rev-parse", "HEAD")


@linux
def test_links_and_submodules_are_left_out(root: Path, tmp_path: Path) -> None:
    """A link could lead anywhere, and what it leads to is never written."""
    (root / "deck" / "link.yaml").symlink_to("/etc/passwd")
    (root / "deck" / "folder").symlink_to(tmp_path)
    commit(root)
    entry = f"160000,{run(root, 'rev-parse', 'HEAD')},deck/module"
    run(root, "update-index", "--add", "--cacheinfo", entry)
    run(root, "commit", "--quiet", "--message", "a submodule")
    git.check_out(root / "deck", "HEAD", tmp_path / "out")
    assert set(files(tmp_path / "out")) == {"a.yaml", "b.yaml"}


@linux
@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT"])
def test_a_tree_that_leads_out(root: Path, tmp_path: Path, name: str) -> None:
    """A tree made by hand has names that git's own tools refuse; so do we, before anything is written."""
    blob = run(root, "rev-parse", "HEAD:deck/a.yaml")
    inner = _object(root, "tree", b"100644 evil\0" + bytes.fromhex(blob))
    outer = _object(root, "tree", f"40000 {name}\0".encode() + bytes.fromhex(inner))
    evil = _object(root, "commit", f"tree {outer}\nauthor A <a> 0 +0000\ncommitter A <a> 0 +0000\n\nx\n".encode())
    with pytest.raises(GitError) as raised:
        git.check_out(root, evil, tmp_path / "out")
    assert str(raised.value) == f"the name `{name}/evil` cannot be written here"
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "evil").exists()


def test_a_tree_of_too_many_files(root: Path, tmp_path: Path) -> None:
    """A few objects can make a tree of billions of files: it is not written."""
    blob = bytes.fromhex(run(root, "rev-parse", "HEAD:deck/a.yaml"))
    tree = _object(root, "tree", b"".join(b"100644 %d\0" % number + blob for number in range(9)))
    for _ in range(8):
        rows = b"".join(b"40000 %d\0" % number + bytes.fromhex(tree) for number in range(9))
        tree = _object(root, "tree", rows)
    bomb = _object(root, "commit", f"tree {tree}\nauthor A <a> 0 +0000\ncommitter A <a> 0 +0000\n\nx\n".encode())
    with pytest.raises(GitError, match=r"^there are more than 200,000 files$"):
        git.check_out(root, bomb, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def _object(root: Path, kind: str, content: bytes) -> str:
    command = ["git", "-C", str(root), "hash-object", "-t", kind, "-w", "--stdin", "--literally"]
    return subprocess.run(command, check=True, capture_output=True, input=content).stdout.decode().strip()


def refusal(folder: Path, revision: str, into: Path) -> tuple[type[GitError], str]:
    """How checking out fails."""
    with pytest.raises(GitError) as raised:
        git.check_out(folder, revision, into)
    assert not into.exists()
    return type(raised.value), str(raised.value)


def test_what_cannot_be_checked_out(root: Path, tmp_path: Path) -> None:
    """Each refusal says why."""
    into = tmp_path / "out"
    assert refusal(root / "deck", "v2", into) == (UnknownRevisionError, "there is no revision `v2`")
    for odd in ("-v1", "--help", "", "v1\n", "v1\0"):
        assert refusal(root / "deck", odd, into)[0] is UnknownRevisionError
    assert refusal(root / "deck", "-v1", into)[1] == "`-v1` cannot be a revision"
    assert refusal(root / "deck", "v1..main", into) == (UnknownRevisionError, "there is no revision `v1..main`")
    assert refusal(root / "deck", "v1:deck", into) == (UnknownRevisionError, "there is no revision `v1:deck`")
    assert refusal(root / "other", "v1", into) == (MissingFolderError, "there is no folder `other/` at `v1`")
    assert refusal(root / "deck" / "a.yaml", "v1", into) == (
        MissingFolderError,
        "there is no folder `deck/a.yaml/` at `v1`",
    )
    outside = tmp_path / "outside"
    outside.mkdir()
    kind, message = refusal(outside, "v1", into)
    assert (kind, message.endswith("` is in no git repository")) == (GitError, True)
    run(outside, "init", "--quiet")
    assert refusal(outside, "HEAD", into) == (UnknownRevisionError, "there is no revision `HEAD`")


def test_a_shallow_clone_says_so(root: Path, tmp_path: Path) -> None:
    """Of a clone without its past the refusal names what brings it."""
    clone = tmp_path / "clone"
    run(tmp_path, "clone", "--quiet", "--depth", "1", "--no-tags", root.as_uri(), str(clone))
    assert git.is_shallow(clone)
    assert not git.is_shallow(root)
    expected = "there is no revision `v1`; this clone is shallow, `git fetch --unshallow` brings the rest"
    assert refusal(clone / "deck", "v1", tmp_path / "out") == (UnknownRevisionError, expected)
    git.check_out(clone / "deck", "HEAD", tmp_path / "now")
    assert files(tmp_path / "now")["a.yaml"] == b"two\n"


def test_a_clone_without_its_files_fetches_none(root: Path, tmp_path: Path) -> None:
    """In a partial clone git would ask the server for what is missing: here it is told to be missing."""
    run(root, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    run(tmp_path, "clone", "--quiet", "--filter=blob:none", "--no-checkout", root.as_uri(), str(clone))
    with pytest.raises(GitError) as raised:
        git.check_out(clone / "deck", "v1", tmp_path / "out")
    assert str(raised.value) == "this clone lacks files of `v1`; `git fetch --refetch` may bring them"


def test_without_git(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known, and whoever asks for a revision is told why."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git.head(root) == git.last_change(root / "deck" / "a.yaml") == ""
    assert not git.is_modified(root)
    assert refusal(root / "deck", "v1", tmp_path / "out") == (GitError, "git is not installed")


@linux
def test_a_git_among_the_sources_is_not_run(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program called `git` in the folder that we are started in, or at a relative place, is the sources' own."""
    proof = tmp_path / "pwned"
    (root / "git").write_text(f"#!/bin/sh\ntouch {proof}\n", encoding="utf-8")
    (root / "git").chmod(0o755)
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", os.pathsep.join(("", ".", os.environ["PATH"])))
    assert git.head(root)
    assert not proof.exists()


@linux
def test_nothing_that_a_repository_says_is_run(root: Path, tmp_path: Path) -> None:
    """Filters, diff programs, hooks, watchers, signatures and aliases: all are set, and none is started."""
    proof = tmp_path / "pwned"
    bait = tmp_path / "bait.sh"
    bait.write_text(f"#!/bin/sh\ntouch {proof}\ncat\n", encoding="utf-8")
    bait.chmod(0o755)
    (root / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n", encoding="utf-8")
    commit(root)
    settings = ["diff.evil.textconv", "diff.evil.command", "core.fsmonitor", "core.pager", "core.editor", "gpg.program"]
    settings += ["filter.evil.clean", "filter.evil.smudge", "filter.Evil.Two.clean", "alias.status", "core.sshCommand"]
    for name in settings:
        run(root, "config", name, str(bait))
    run(root, "config", "filter.evil.required", "true")
    run(root, "config", "log.showSignature", "true")
    run(root, "config", "core.hooksPath", str(tmp_path / "hooks"))
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (tmp_path / "hooks").mkdir(exist_ok=True)
        shutil.copy(bait, tmp_path / "hooks" / hook)
    (root / "deck" / "a.yaml").write_bytes(b"new\n")
    (root / "deck" / "b.yaml").touch()
    proof.unlink(missing_ok=True)

    assert git.is_modified(root / "deck")
    assert not git.is_modified(root / "deck", ["a.yaml"])
    assert git.head(root)
    assert git.last_change(root / "deck" / "a.yaml")
    git.check_out(root / "deck", "HEAD", tmp_path / "out")
    assert files(tmp_path / "out")["a.yaml"] == b"two\n"
    assert not proof.exists()

    run(root, "-c", "core.fsmonitor=false", "diff-files", "-p")  # the bait is one: git itself takes it
    assert proof.exists()


def test_called_by_git_itself(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git tells its hooks of their repository does not lead us to another one; its settings stay."""
    other = tmp_path / "other"
    other.mkdir()
    run(other, "init", "--quiet")
    expected = git.head(root)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.setenv(name, str(other / ".git"))
    for name, value in (("COUNT", "1"), ("KEY_0", "core.ignoreCase"), ("VALUE_0", "false")):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    assert git.head(root) == expected
    assert not git.is_modified(root / "deck")


def test_the_index_is_left_alone(root: Path) -> None:
    """Looking changes nothing in the repository, so that another git may be at work."""
    index = root / ".git" / "index"
    (root / "deck" / "b.yaml").touch()
    (root / ".git" / "index.lock").touch()
    before = index.read_bytes()
    assert not git.is_modified(root / "deck")
    assert index.read_bytes() == before


def test_a_clone_without_trees(root: Path, tmp_path: Path) -> None:
    """Where a clone has only commits, nobody can say that a folder was not there."""
    run(root, "config", "uploadpack.allowFilter", "true")
    run(tmp_path, "clone", "-q", "--filter=tree:0", root.as_uri(), "clone")
    expected = "this clone lacks files of `HEAD^`; `git fetch --refetch` may bring them"
    with pytest.raises(GitError) as caught:
        git.check_out(tmp_path / "clone" / "deck", "HEAD^", tmp_path / "into")
    assert (type(caught.value), str(caught.value)) == (GitError, expected)
