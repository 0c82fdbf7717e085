"""A package into a student's collection, or into the reason why it cannot be: the one way in."""

from __future__ import annotations

from pathlib import Path

from anki.errors import AnkiException

from builder.anki.read import PackageError, StoredPackage, read_package
from builder.anki.verify.rendering import plain
from builder.anki.verify.results import Finding
from builder.anki.verify.student import Student, Taken


class RefusedError(Exception):
    """A package that cannot be read or that Anki refuses; the message is one clause that begins with its name."""

    @property
    def finding(self) -> Finding:
        """It as an error in the results."""
        return Finding(rule="refused-package", message=str(self))


def read(package: Path) -> StoredPackage:
    """What is in a package, so that nothing hostile reaches Anki; raises `RefusedError`."""
    try:
        stored = read_package(package)
        for name in stored.media_names:  # Anki writes them all to the disk, however large
            stored.media(name)
        return stored
    except PackageError as error:
        raise RefusedError(f"{package.name}: {error}") from error


def take(student: Student, package: Path) -> Taken:
    """Imports a package that `read` has looked at; raises `RefusedError`, in Anki's words."""
    try:
        return student.take(package)
    except AnkiException as error:
        raise RefusedError(f"{package.name}: Anki refuses it: {words(error)}") from error


def take_first(student: Student, package: Path, stored: StoredPackage) -> Taken:
    """Imports a package into an empty collection; raises `RefusedError`.

    Where Anki's stock note types bear a name of the package's, it renames the package's and dates them now. Students
    did that before the next release, so they get the package's time back.
    """
    taken = take(student, package)
    times = stored.package.note_type_times
    found = [(one["name"], one["mod"], times.get(str(one["id"]))) for one in student.collection.models.all()]
    student.set_clock({}, {name: time for name, now, time in found if time is not None and time != now})
    return taken


def words(error: AnkiException) -> str:
    """What Anki says, in one line."""
    return plain(str(error)) or type(error).__name__
