"""What git knows of a folder: its commit, whether it was edited since, and its files as they once were.

git is asked by commands that run nothing: no filters, no hooks, no diff programs, no fetching, whatever attributes and
settings a repository has.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO

from builder.core.diagnostics import quoted

_MAX_FILES = 200_000  # a few objects of git can make a tree of billions
_CHUNK = 1 << 20
_FILES = (b"100644", b"100755", b"100664")
# Set where git itself has called us, and then about another repository perhaps.
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE")
_FILTER = re.compile(r"(filter\..*)\.(?:clean|smudge|process|required)", re.IGNORECASE | re.DOTALL)


class GitError(Exception):
    """Why git does not give what was asked for, in one clause."""


class UnknownRevisionError(GitError):
    """There is no revision of that name, or it cannot be one."""


class MissingFolderError(GitError):
    """There was no such folder at that revision."""


def head(folder: Path) -> str:
    """The full id of the commit that is checked out; '' without git, a repository or a commit."""
    return _asked(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")


def is_modified(folder: Path, ignoring: Collection[str] = ()) -> bool:
    """Whether files in a folder, or below it, differ from its commit; files that git ignores do not count.

    `ignoring` are names of files directly in the folder that do not count either. False where there is no repository.
    """
    try:
        prefix = _prefix(folder)
        settings = {f"{name}.{key}": value for name in _filters(folder) for key, value in _NO_FILTER.items()}
        options = ("--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=all", "--no-renames")
        changed = _output(folder, "status", *options, "--", ".", settings=settings)
    except GitError:
        return False
    spared = {os.fsencode(prefix + name) for name in ignoring}
    return any(entry[3:] not in spared for entry in changed.split(b"\0") if entry)


_NO_FILTER = {"clean": "", "smudge": "", "process": "", "required": "false"}


def _filters(folder: Path) -> set[str]:
    """The settings of filters, without their last part: git runs them on files that it compares."""
    names = _asked(folder, "config", "--name-only", "-z", "--get-regexp", r"^filter\.").split("\0")
    return {found[1] for name in names if (found := _FILTER.fullmatch(name))}


def last_change(path: Path) -> str:
    """The full id of the commit that last changed a file, as far back as this clone knows; '' when there is none."""
    return _asked(path.parent, "rev-list", "-1", "HEAD", "--", path.name)


def is_shallow(folder: Path) -> bool:
    """Whether the clone lacks older commits."""
    return _asked(folder, "rev-parse", "--is-shallow-repository") == "true"


def check_out(folder: Path, revision: str, into: Path) -> None:
    """Writes the files of a folder as they were at a revision into another, without links and submodules.

    The folder need not exist any more. Raises GitError when git does not have them, and OSError when `into` cannot take
    them.
    """
    present = next((one for one in (folder, *folder.absolute().parents) if one.is_dir()), Path())
    prefix = _prefix(present) + "".join(f"{part}/" for part in _parts_below(folder, present))
    commit = _commit(present, revision)
    tree = _tree(present, commit, prefix, revision)
    if not tree:
        raise MissingFolderError(f"there is no folder {quoted(prefix)} at {quoted(revision)}")
    files = tuple(_files(present, tree, revision))
    with _running(present, "cat-file", "--batch") as git:
        assert git.stdin
        assert git.stdout
        for name, blob in files:
            git.stdin.write(blob + b"\n")
            git.stdin.flush()
            path = into.joinpath(*name.split("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(git.stdout, path, revision)
        git.stdin.close()


def _parts_below(folder: Path, present: Path) -> tuple[str, ...]:
    return () if folder == present else folder.absolute().relative_to(present).parts


def _commit(folder: Path, revision: str) -> str:
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise UnknownRevisionError(f"{quoted(revision)} cannot be a revision")
    commit = _asked(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if not commit:
        shallow = "; this clone is shallow, `git fetch --unshallow` brings the rest" if is_shallow(folder) else ""
        raise UnknownRevisionError(f"there is no revision {quoted(revision)}{shallow}")
    return commit


def _tree(folder: Path, commit: str, prefix: str, revision: str) -> str:
    """The id of a folder's tree; '' when there is no such folder, which only a clone that has all trees can tell."""
    if not prefix:
        return f"{commit}^{{tree}}"
    try:
        entry = _output(folder, "ls-tree", "-z", "--full-tree", "--", commit, prefix.removesuffix("/"))
    except GitError as error:
        raise _lacking(revision) from error
    kind, _, name = entry.partition(b"\t")[0].partition(b" ")[2].partition(b" ")
    return name.decode("ascii") if kind == b"tree" else ""


def _lacking(revision: str) -> GitError:
    return GitError(f"this clone lacks files of {quoted(revision)}; `git fetch --refetch` may bring them")


def _files(folder: Path, tree: str, revision: str) -> Iterator[tuple[str, bytes]]:
    """The names of a tree's files, with `/`, and the ids of what is in them."""
    with _running(folder, "ls-tree", "-r", "-z", "--full-tree", tree) as git:
        assert git.stdout
        for count, entry in enumerate(_entries(git.stdout)):
            described, _, name = entry.partition(b"\t")
            mode, _, blob = described.split(b" ")
            if count >= _MAX_FILES:
                git.kill()
                raise GitError(f"there are more than {_MAX_FILES:,} files")
            if mode in _FILES:
                yield _safe(os.fsdecode(name)), blob
        if git.wait():
            raise _lacking(revision)


def _entries(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


def _safe(name: str) -> str:
    """A name that stays below the folder it is written into; git's own tools make no others."""
    for part in name.split("/"):
        is_drive = os.name == "nt" and (set(part) & set('\\:<>"|?*') or part != part.rstrip(". "))
        if part in ("", ".", "..") or part.lower() == ".git" or is_drive:
            raise GitError(f"the name {quoted(name)} cannot be written here")
    return name


def _write(stream: IO[bytes], path: Path, revision: str) -> None:
    """Writes the next of the objects that `cat-file` gives."""
    answer = stream.readline().split()
    if len(answer) != 3 or answer[1] != b"blob":
        raise _lacking(revision)
    left = int(answer[2])
    with path.open("wb") as file:
        while left:
            chunk = stream.read(min(left, _CHUNK))
            if not chunk:
                raise GitError(f"git stopped within {quoted(path.name)}")
            file.write(chunk)
            left -= len(chunk)
    stream.read(1)


# asking git


def _prefix(folder: Path) -> str:
    """Where the folder is in its repository, with `/` at the end; '' for the whole. Raises GitError outside of any."""
    if not _program():
        raise GitError("git is not installed")
    found = _run(folder, "rev-parse", "--show-prefix")
    if found.returncode:
        if b"dubious ownership" in found.stderr:
            raise GitError(f"git does not trust the owner of {quoted(folder.as_posix())}: see its safe.directory")
        raise GitError(f"{quoted(folder.as_posix())} is in no git repository")
    return os.fsdecode(found.stdout.removesuffix(b"\n"))


def _asked(folder: Path, *arguments: str) -> str:
    """What git prints, without its end; '' when it fails."""
    try:
        return os.fsdecode(_output(folder, *arguments)).rstrip("\n")
    except GitError:
        return ""


def _output(folder: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> bytes:
    if not _program() or not folder.is_dir():
        raise GitError("git is not installed")
    found = _run(folder, *arguments, settings=settings)
    if found.returncode:
        raise GitError(f"git {arguments[0]} failed")
    return found.stdout


def _run(
    folder: Path, *arguments: str, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command, environment = _command(folder, arguments), _environment(settings or {})
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def _running(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command, environment = _command(folder, arguments), _environment({})
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _command(folder: Path, arguments: tuple[str, ...]) -> list[str]:
    options = ["--no-pager", "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs"]
    return [_program(), "-C", str(folder), *options, *arguments]


def _program() -> str:
    """Where git is; never in the folder that we were started in, where Windows would look first. '' when nowhere."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = Path(folder, name)
        if program.is_absolute() and program.is_file() and os.access(program, os.X_OK):
            return str(program)
    return ""


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our own environment, with settings that keep git from running anything, and its messages in English."""
    environment = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
    # Older gits fetch lazily all the same, and a repository's `protocol.ext.allow` outdoes `protocol.allow`.
    environment["GIT_ALLOW_PROTOCOL"] = ""
    # A commit can hold what git takes for a repository without work tree, with settings of a stranger's.
    quiet = {"core.fsmonitor": "false", "core.hooksPath": os.devnull, "safe.bareRepository": "explicit"}
    given = environment.get("GIT_CONFIG_COUNT", "")
    count = int(given) if given.isdecimal() else 0
    for number, (name, value) in enumerate({**quiet, **settings}.items(), count):
        environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        environment["GIT_CONFIG_COUNT"] = str(number + 1)
    return environment
