"""The Pythons of this computer into interpreters that have what deckbuilder needs."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
STAND_IN = "pysqlite3"
"""The module of the package pysqlite3-binary, which brings an SQLite of its own."""

_ASK = """
import json, platform, sys, sqlite3
print(json.dumps([platform.python_implementation(), sys.version_info[:2], platform.python_version(), sys.version]))
"""
_PATIENCE = 60  # seconds: a network that only swallows is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Python:
    """An interpreter; `build` tells it from others of its version."""

    path: str
    version: str
    build: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipped:
    """An interpreter with deckbuilder's dependencies; `sqlites` are the modules by which it reaches an SQLite."""

    path: str
    sqlites: tuple[str, ...]


def find_pythons() -> tuple[Python, ...]:
    """Every CPython at hand that deckbuilder promises to run on, the running one first."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = tuple(int(part) for part in project["requires-python"].removeprefix(">=").split("."))
    found: dict[str, Python] = {}
    for path in dict.fromkeys(_paths()):
        asked = _run(path, "-I", "-c", _ASK)
        if asked.returncode:
            continue  # of pyenv's shims, most lead nowhere
        implementation, release, version, build = json.loads(asked.stdout)
        if implementation == "CPython" and tuple(release) >= oldest:
            found.setdefault(build, Python(path=path, version=version, build=build))
    return tuple(found.values())


def running(python: Python) -> Equipped:
    """The running interpreter with what is installed beside it."""
    return Equipped(path=python.path, sqlites=("sqlite3", *((STAND_IN,) if _stand_in() else ())))


def equip(python: Python, folder: Path, *, oldest: bool) -> Equipped:
    """The interpreter in a virtual environment in `folder`, with the oldest or the newest dependencies allowed.

    Raises OSError, saying why, where that cannot be had.
    """
    uv = os.environ.get("UV") or shutil.which("uv")
    if not uv:
        raise OSError("uv is not at hand, so nothing can be installed for it")
    path = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    resolution = ("--resolution", "lowest-direct") if oldest else ()
    install = (uv, "pip", "install", "--quiet", "--no-build", "--python", path)
    for command in (
        (uv, "venv", "--quiet", "--python", python.path, str(folder)),
        (*install, *resolution, "--requirements", str(PROJECT / "pyproject.toml")),
    ):
        done = _run(*command)
        if done.returncode:
            raise OSError(" ".join(done.stderr.split()))
    stand_in = _stand_in()
    second = bool(stand_in) and not _run(*install, stand_in).returncode
    return Equipped(path=path, sqlites=("sqlite3", *((STAND_IN,) if second else ())))


def _stand_in() -> str:
    """The requirement that brings the second SQLite; '' where the tests have none, for want of a wheel."""
    try:
        return f"pysqlite3-binary=={importlib.metadata.version('pysqlite3-binary')}"
    except importlib.metadata.PackageNotFoundError:
        return ""


def _paths() -> Iterator[str]:
    yield sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from (str(path) for path in sorted(pyenv.glob("versions/*/bin/python")))
    for folder in os.get_exec_path():
        named = (path for path in Path(folder).glob("python3.*") if re.fullmatch(r"python3\.\d+t?(\.exe)?", path.name))
        yield from (str(path) for path in sorted(named))
    if uv := os.environ.get("UV") or shutil.which("uv"):
        listed = _run(uv, "python", "list", "--only-installed", "--output-format", "json")
        yield from (one["path"] for one in json.loads(listed.stdout or "[]") if one["path"])


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    """The command, ended; one that cannot be run or takes too long has failed."""
    try:
        return subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))
