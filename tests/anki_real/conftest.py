"""Authors and students for each test, in folders that are thrown away."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.releases.author import Author

if TYPE_CHECKING:
    from tests.anki_real.student import Student


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here pulls the plug, so nothing waits until bytes are on the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author with a deck of one note, to be written anew."""
    return Author(tmp_path / "author")


@pytest.fixture
def new_student(tmp_path: Path) -> Iterator[Callable[[], Student]]:
    """Makes students."""
    from tests.anki_real.student import Student

    students: list[Student] = []

    def make() -> Student:
        students.append(Student(tmp_path / f"student-{len(students)}"))
        return students[-1]

    yield make
    for student in students:
        student.close()


@pytest.fixture
def student(new_student: Callable[[], Student]) -> Student:
    """One student."""
    return new_student()
