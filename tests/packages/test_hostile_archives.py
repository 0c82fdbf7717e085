"""Archives and compression made to crash, hang, exhaust or trick a reader: each is one clear error, soon."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from builder.anki.read import PackageError, read_package
from tests.packages.apart import read_apart, refused
from tests.packages.forge import (
    field,
    latest,
    latest_database,
    legacy,
    legacy_database,
    write_zip,
    zeros,
    zstd,
)

GOOD = legacy(legacy_database(), {"0": "a.txt"}, _0=b"content of a file")


def _good(path: Path) -> bytes:
    return write_zip(path, GOOD).read_bytes()


def _listed_at(data: bytes, name: bytes) -> int:
    """Where the central directory has the entry with this name."""
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(name)] != name:
        at = data.index(b"PK\x01\x02", at + 4)
    return at


def _patched(path: Path, name: bytes, offset: int, value: bytes, base: bytes = b"") -> bytes:
    """A good archive with bytes of one entry's row in the central directory replaced."""
    data = bytearray(base or _good(path))
    at = _listed_at(bytes(data), name) + offset
    data[at : at + len(value)] = value
    return bytes(data)


def _repeated_names(path: Path) -> bytes:
    """Two databases: one reader takes the first, another the second."""
    twice = {**GOOD, "collection.anki3": legacy_database("UPDATE notes SET guid = 'other'")}
    return write_zip(path, twice).read_bytes().replace(b"collection.anki3", b"collection.anki2")


def _many_entries(_: Path) -> bytes:
    """A list of entries of 20 MB, each without a byte of its own."""
    count = 400_000
    rows = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0) + b"%06d" % number
        for number in range(count)
    )
    zip64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(rows), 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(rows), 1)
    return rows + zip64 + locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)


def _overlapping(path: Path) -> bytes:
    """Two names for the same bytes; with thousands of them, a small file is a huge one."""
    data = _good(path)
    return _patched(path, b"0", 42, data[_listed_at(data, b"media") + 42 :][:4])


def _bomb(path: Path) -> bytes:
    """A gigabyte of zeros in a megabyte."""
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("media", "{}")
        with archive.open("collection.anki2", "w", force_zip64=True) as target:
            for _ in range(100):
                target.write(bytes(10_000_000))
    return path.read_bytes()


def _lying_bomb(path: Path) -> bytes:
    """The same, smaller, and it says that it is ten bytes long."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", bytes(300_000_000))
    return _patched(path, b"collection.anki2", 24, struct.pack("<L", 10), path.read_bytes())


def _negative_place(path: Path) -> bytes:
    data = _good(path)
    return data[:-6] + struct.pack("<L", 2**32 - 5) + data[-2:]


def _encrypted(path: Path) -> bytes:
    return _patched(path, b"collection.anki2", 8, b"\x01\x00")


def _compressed(path: Path, compression: int) -> bytes:
    return write_zip(path, GOOD, compression).read_bytes()


ARCHIVES: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "nothing": (lambda _: b"", "the package is not a zip archive, or only a part of one"),
    "a text": (lambda _: b"Question\tAnswer\n" * 1000, "the package is not a zip archive, or only a part of one"),
    "the first half": (
        lambda path: _good(path)[: len(_good(path)) // 2],
        "the package is not a zip archive, or only a part of one",
    ),
    "the last half": (
        lambda path: _good(path)[len(_good(path)) // 2 :],
        "the package is not a zip archive, or only a part of one",
    ),
    "without its last byte": (
        lambda path: _good(path)[:-1],
        "the package is not a zip archive, or only a part of one",
    ),
    "an archive without entries": (
        lambda path: write_zip(path, {}).read_bytes(),
        "the package has no collection.anki2",
    ),
    "a list of entries before the beginning": (
        _negative_place,
        "the package is not a zip archive, or only a part of one",
    ),
    "an entry of another zip": (
        lambda path: _patched(path, b"0", 6, b"\xff\x00"),
        "the package is not a zip archive, or only a part of one",
    ),
    "a name that is not UTF-8": (
        lambda path: _patched(path, b"media", 46, b"\xff", _patched(path, b"media", 8, b"\x00\x08")),
        "the package is not a zip archive, or only a part of one",
    ),
    "an encrypted entry": (_encrypted, "the package is encrypted"),
    "two entries of one name": (_repeated_names, "two entries have the same name"),
    "400 000 entries": (_many_entries, "the package has too many entries"),
    "overlapping entries": (_overlapping, "the entries overlap"),
    "an entry elsewhere": (lambda path: _patched(path, b"0", 42, struct.pack("<L", 5)), "the entries overlap"),
    "an entry beyond the end": (
        lambda path: _patched(path, b"0", 42, struct.pack("<L", 2**31)),
        "the entries overlap",
    ),
    "bzip2": (lambda path: _compressed(path, ZIP_BZIP2), "an entry is compressed in a way that Anki does not use"),
    "a zip bomb": (_bomb, "an entry is too large"),
    "a zip bomb that lies": (_lying_bomb, "an entry is not as long as the archive says"),
    "a size that is too large": (
        lambda path: _patched(path, b"collection.anki2", 24, struct.pack("<L", 60_000_000)),
        "an entry is not as long as the archive says",
    ),
    "another checksum": (
        lambda path: _patched(path, b"collection.anki2", 16, b"abcd"),
        "an entry is not what was packed",
    ),
    "a changed byte": (
        lambda path: _good(path).replace(b"content of a file", b"content of a fils"),
        "an entry is not what was packed",
    ),
    "no local header": (
        lambda path: b"XX" + _good(path)[2:],
        "an entry is not where the archive says",
    ),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_refused(name: str, tmp_path: Path) -> None:
    """Promise 9: no archive, however it lies about its entries, does more than fail."""
    make, message = ARCHIVES[name]
    path = tmp_path / "hostile.apkg"
    path.write_bytes(make(path))
    assert refused(path) == message


TRICKS = [
    "../outside.txt",
    "/outside.txt",
    "C:\\outside.txt",
    "..\\outside.txt",
    "here/../../outside.txt",
    "a\0b",
    "~/a",
]


@pytest.mark.parametrize("name", TRICKS)
def test_names_of_entries_are_never_paths(name: str, tmp_path: Path) -> None:
    """Promise 9: an entry with a name that points elsewhere is not written there, nor anywhere: it is not looked at."""
    path = tmp_path / "tricky.apkg"
    with ZipFile(path, "w") as archive:
        for good, data in GOOD.items():
            archive.writestr(good, data)
        archive.writestr(ZipInfo(name), b"gotcha")
        link = ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, b"/etc/passwd")
    assert read_apart(path).message == ""


# compression of the latest form


def _window(log: int) -> bytes:
    """A frame that asks for a window of 2 ** `log` bytes, with an empty last block."""
    return b"\x28\xb5\x2f\xfd\x00" + bytes([(log - 10) << 3]) + b"\x01\x00\x00"


def _lying_frame() -> bytes:
    """A frame that says it holds a byte more than it does."""
    frame = bytearray(zstd.compress(b"x" * 200))
    assert frame[5] == 200
    frame[5] = 201
    return bytes(frame)


WHOLE = zstd.compress(latest_database())
PARTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "not compressed": (latest_database, "an entry is not what was packed"),
    "half a frame": (lambda: WHOLE[: len(WHOLE) // 2], "an entry is not as long as the archive says"),
    "nothing": (lambda: b"", "an entry is not as long as the archive says"),
    "two frames": (lambda: WHOLE * 2, "an entry goes on after its end"),
    "a million empty frames": (lambda: zstd.compress(b"") * 1_000_000, "an entry goes on after its end"),
    "text after the frame": (lambda: WHOLE + b"text", "an entry goes on after its end"),
    "a zstd bomb": (lambda: zeros(3), "an entry is too large"),
    "a huge window": (lambda: _window(31), "an entry is not what was packed"),
    "a frame that lies about its size": (_lying_frame, "an entry is not what was packed"),
    "a frame with a dictionary": (
        lambda: b"\x28\xb5\x2f\xfd\x21\x07\x00\x01\x00\x00",
        "an entry is not what was packed",
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_hostile_compression_is_refused(name: str, tmp_path: Path) -> None:
    """The database of the latest form is compressed with zstd, which lies as easily as a zip."""
    make, message = PARTS[name]
    entries = latest(latest_database()) | {"collection.anki21b": make()}
    assert refused(write_zip(tmp_path / "hostile.apkg", entries)) == message


META: dict[str, tuple[bytes, str]] = {
    "no version": (b"", "the package is of a form that only a newer version of deckbuilder may know"),
    "a newer version": (field(1, 4), "the package is of a form that only a newer version of deckbuilder may know"),
    "a negative version": (
        b"\x08" + b"\xff" * 9 + b"\x01",
        "the package is of a form that only a newer version of deckbuilder may know",
    ),
    "garbage": (b"\xff\xff\xff\xff", "a message is not what Anki writes"),
    "groups without an end": (b"\x0b" * 1000, "a message is not what Anki writes"),
    "a long meta": (bytes(2000), "an entry is too large"),
    "a form without its database": (field(1, 2), "the package has no collection.anki21"),
}


@pytest.mark.parametrize("name", META)
def test_a_hostile_version_is_refused(name: str, tmp_path: Path) -> None:
    """`meta` says which form the package has."""
    data, message = META[name]
    entries = latest(latest_database()) | {"meta": data}
    assert refused(write_zip(tmp_path / "hostile.apkg", entries)) == message


def test_a_folder_is_no_package(tmp_path: Path) -> None:
    """A path that is not one of a file is refused like a package; one that is nowhere is the system's error."""
    with pytest.raises(PackageError, match=r"\Athe package is not a file\Z") as caught:
        read_package(tmp_path)
    assert caught.value.path == tmp_path
    with pytest.raises(FileNotFoundError):
        read_package(tmp_path / "nowhere.apkg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody writes to it: reading it would never end."""
    os.mkfifo(tmp_path / "pipe.apkg")
    assert refused(tmp_path / "pipe.apkg") == "the package is not a file"
