"""Packages into collections that hold one each, made once and copied for every student."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from builder.anki.verify.beside import manifest_of
from builder.anki.verify.snapshot import Snapshot, snapshot
from builder.anki.verify.student import Student
from builder.anki.verify.taking import read, take_first
from builder.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A package, what is `alone` in Anki of it, and the ledger in the manifest beside it, empty for none."""

    package: Path
    alone: Snapshot
    ledger: Ledger


def held(package: Path, alone: Snapshot) -> Held:
    """A package with the ledger beside it."""
    return Held(package=package, alone=alone, ledger=manifest_of(package).ledger)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The collections, in `folder`."""

    folder: Path

    def hold(self, package: Path) -> Held:
        """A package alone in Anki; raises `RefusedError`."""
        stored = read(package)
        with Student(self._place(package, "new")) as student:
            if not student.counts[0]:
                take_first(student, package, stored)
            return held(package, snapshot(student))

    def student(self, package: Path, has_studied: bool) -> Student:
        """A student of their own who holds a package that `hold` was asked for."""
        origin = self._place(package, "studied" if has_studied else "new")
        if not origin.exists():
            shutil.copytree(self._place(package, "new"), origin)
            with Student(origin) as student:
                student.study_everything(snapshot(student).schedules)
        own = self.folder / "student"
        shutil.rmtree(own, ignore_errors=True)
        shutil.copytree(origin, own)
        return Student(own)

    def _place(self, package: Path, kind: str) -> Path:
        return self.folder / f"{hashlib.sha256(bytes(package.resolve())).hexdigest()[:16]}-{kind}"
