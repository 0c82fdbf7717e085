"""Students for each test, in folders that are thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.anki_real.student import Student


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
