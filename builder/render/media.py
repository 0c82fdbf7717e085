"""A path in a card to the file it names, found inside the deck's folder and nowhere else."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from builder.core.checksum import sha256_of
from builder.core.diagnostics import TextProblem, quoted
from builder.core.package import MediaFile

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})
SOUNDS = frozenset({".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac", ".mp4", ".webm"})
MediaKey = tuple[str, bool]
"""A path as it is written, and whether a picture is meant."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")


class MediaFolder:
    """The pictures and sounds of one deck, each looked up and hashed once; `asked` are those asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = folder.resolve()
        self.asked: set[MediaKey] = set()
        self._found: dict[MediaKey, MediaFile | TextProblem] = {}
        self._names: dict[Path, frozenset[str]] = {}
        self._stamps: dict[str, tuple[int, ...]] = {}

    def picture(self, written: str) -> MediaFile | TextProblem:
        """The picture at a path relative to the deck's folder, or what is wrong with it (at offset 0)."""
        return self._look_up(unquote(written), picture=True)

    def sound(self, written: str) -> MediaFile | TextProblem:
        """The sound or film at a path relative to the deck's folder, or what is wrong with it (at offset 0)."""
        return self._look_up(written, picture=False)

    def files(self, asked: Iterable[MediaKey]) -> Iterator[MediaFile]:
        """The files found for what was asked for."""
        found = (self._found[key] for key in asked)
        return (file for file in found if isinstance(file, MediaFile))

    def _look_up(self, written: str, *, picture: bool) -> MediaFile | TextProblem:
        key = written, picture
        self.asked.add(key)
        if key not in self._found:
            self._found[key] = self._find(written, PICTURES if picture else SOUNDS)
        return self._found[key]

    def refresh(self, changed: Collection[Path] = ()) -> frozenset[MediaKey]:
        """Looks again at what was asked for before; gives the keys of what is another, new or gone.

        `changed` files are read again, whatever their times.
        """
        self._names.clear()
        renewed = set()
        for key, found in self._found.items():
            # Known by what is written, not by path: one file may be named in two ways, and must change for both.
            is_known = isinstance(found, MediaFile) and found.path not in changed
            if is_known and self._stamps.get(key[0]) == stamp_of(self._path(key[0])):
                continue
            again = self._find(key[0], PICTURES if key[1] else SOUNDS)
            if again != found:
                renewed.add(key)
                self._found[key] = again
        return frozenset(renewed)

    def _find(self, written: str, suffixes: frozenset[str]) -> MediaFile | TextProblem:
        def problem(rule: str, message: str, hint: str) -> TextProblem:
            return TextProblem(0, rule, message, hint)

        if not written.strip():
            return problem(
                "missing-media", "no file is named here", "write its path in the deck, such as media/name.png"
            )
        if _SCHEME.match(written) and not re.match(r"[A-Za-z]:[\\/]", written):
            return problem(
                "remote-media", f"{quoted(written)} is not a file of the deck", "save it in the deck's folder"
            )
        if re.match(r"[A-Za-z]:", written):
            hint = "copy the file into the deck, such as media/"
            return problem("outside-deck", f"{quoted(written)} is outside the deck's folder", hint)
        if "\\" in written:
            return problem(
                "bad-path", f"{quoted(written)} has a backslash", f"write {quoted(written.replace(chr(92), '/'))}"
            )
        parts = written.split("/")
        if written.startswith("/") or ".." in parts or "\0" in written:
            return problem(
                "outside-deck",
                f"{quoted(written)} is outside the deck's folder",
                "copy the file into the deck, such as media/",
            )
        path = self._path(written)
        try:
            if not path.resolve().is_relative_to(self._root):
                return problem(
                    "outside-deck",
                    f"{quoted(written)} is a link to a place outside the deck",
                    "copy the file into the deck",
                )
            if found := self._spelled_differently(path):
                return problem("missing-media", f"there is no file {quoted(written)}", f"did you mean {quoted(found)}?")
            if not path.is_file():
                return problem("missing-media", f"there is no file {quoted(written)}", self._where_it_is(path.name))
        except (OSError, RuntimeError):  # a name longer than the system takes, or links that lead round in a circle
            return problem("missing-media", f"there is no file {quoted(written)}", "give the file a shorter name")
        if path.suffix.lower() not in suffixes:
            kinds = ", ".join(sorted(suffix[1:] for suffix in suffixes))
            return problem("media-kind", f"{quoted(written)} cannot be used here", f"the kinds that work are {kinds}")
        try:
            self._stamps[written] = stamp_of(path)
            digest = sha256_of(path)
        except OSError as error:
            return problem(
                "missing-media", f"{quoted(written)} cannot be read: {error.strerror}", "check its permissions"
            )
        return MediaFile(name=_name(path, digest), path=path, sha256=digest)

    def _path(self, written: str) -> Path:
        return self.folder.joinpath(*(part for part in written.split("/") if part not in ("", ".")))

    def _where_it_is(self, name: str) -> str:
        """The path of a file of that name elsewhere in the deck, or where paths begin."""
        for parent, folders, names in os.walk(self.folder):
            folders[:] = sorted(one for one in folders if not one.startswith("."))
            if name in names:
                return f"did you mean {quoted(Path(parent, name).relative_to(self.folder).as_posix())}?"
        return f"paths begin at {self.folder.name}/"

    def _spelled_differently(self, path: Path) -> str:
        """The path as it is on disk when only capitals or accents differ: some systems forgive that, phones do not."""
        actual: list[str] = []
        folder = self.folder
        for part in path.relative_to(self.folder).parts:
            names = self._listing(folder)
            if part in names:
                actual.append(part)
            else:
                close = [name for name in names if _folded(name) == _folded(part)]
                if not close:
                    return ""
                actual.append(min(close))
            folder = folder / actual[-1]
        spelled = "/".join(actual)
        return "" if spelled == path.relative_to(self.folder).as_posix() else spelled

    def _listing(self, folder: Path) -> frozenset[str]:
        if folder not in self._names:
            try:
                self._names[folder] = frozenset(path.name for path in folder.iterdir())
            except OSError:
                self._names[folder] = frozenset()
        return self._names[folder]


def stamp_of(path: Path) -> tuple[int, ...]:
    """What differs when a file has been written again; () for one that cannot be asked."""
    try:
        state = path.stat()
    except OSError:
        return ()
    return state.st_mtime_ns, state.st_size, state.st_ino


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _name(path: Path, digest: str) -> str:
    """A name every system accepts; the hash makes another picture another name, so that Anki takes it."""
    plain = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "media"
    return f"{stem}-{digest[:16]}{path.suffix.lower()}"
