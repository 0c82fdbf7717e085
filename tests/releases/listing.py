"""The system's listing of a folder into the same in another order, as another file system gives it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Order = Callable[[list[Any]], Iterable[Any]]


def shuffled(salt: str) -> Order:
    """An order that has nothing to do with names: another one for each `salt`."""

    def key(item: Any) -> bytes:
        name = os.fsencode(getattr(item, "name", item))
        return hashlib.blake2b(name, key=salt.encode(), digest_size=8).digest()

    return lambda found: sorted(found, key=key)


class Listing:
    """Stands in for `os.scandir` and `os.listdir`; `folders` counts what was listed."""

    def __init__(self, order: Order) -> None:
        self.folders = 0
        self._order = order
        self._scandir, self._listdir = os.scandir, os.listdir

    def scandir(self, *path: Any) -> Scan:
        """As `os.scandir`."""
        self.folders += 1
        with self._scandir(*path) as found:
            return Scan(self._order(list(found)))

    def listdir(self, *path: Any) -> list[Any]:
        """As `os.listdir`."""
        self.folders += 1
        return list(self._order(self._listdir(*path)))


class Scan:
    """What `os.scandir` gives: an iterator that is closed at the end of a `with`."""

    def __init__(self, found: Iterable[Any]) -> None:
        self._found = iter(found)

    def __iter__(self) -> Iterator[Any]:
        return self._found

    def __next__(self) -> Any:
        return next(self._found)

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is open."""
