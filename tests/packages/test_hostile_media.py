"""Lists of media, and media, made to crash, exhaust or trick a reader: each is one clear error."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED

import pytest

from builder.anki.read import PackageError, read_package
from builder.anki.reading import limits
from tests.packages.apart import read_apart, refused
from tests.packages.forge import (
    field,
    latest,
    latest_database,
    legacy,
    legacy_database,
    varint,
    write_zip,
    zeros,
)

GOOD = legacy(legacy_database(), {"0": "a.txt"}, _0=b"content of a file")
ONE_MEDIA_FILE = field(1, field(1, b"a.txt") + field(3, b"\0" * 20))


DEEP = b'{"0":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}"
JSON_LISTS: dict[str, tuple[object, str]] = {
    "an array": ([], "the list of media is not a JSON object"),
    "a number": (b"1", "the list of media is not a JSON object"),
    "nothing": (b"", "the list of media is not JSON"),
    "not a number": (b'{"0": NaN}', "the list of media is not JSON"),
    "a number of 10 000 digits": (b'{"0": ' + b"1" * 10_000 + b"}", "the list of media is not JSON"),
    "not UTF-8": (b'{"0": "\xff"}', "the list of media is not JSON"),
    "a million [": (DEEP, "the list of media is not JSON"),
    "ten million []": (b'{"0": [' + b"[]," * 5_000_000 + b"[]]}", "the list of media is too long"),
    "a NUL": (b'{"0": "a\0"}', "the list of media has a NUL character"),
    "an escaped NUL": (b'{"0": "a\\u0000"}', "the name of a media file has a NUL character"),
    "half a character": (b'{"0": "\\ud800"}', "the name of a media file has half a character"),
    "a name that is no text": ({"0": 1}, "the name of a media file is not a text"),
    "no name": ({"0": ""}, "a media file's name is not that of a file"),
    "a parent": ({"0": ".."}, "a media file's name is not that of a file"),
    "a path": ({"0": "../a.png"}, "a media file's name is not that of a file"),
    "a path from the root": ({"0": "/etc/passwd"}, "a media file's name is not that of a file"),
    "a path of Windows": ({"0": "..\\a.png"}, "a media file's name is not that of a file"),
    "a line end": ({"0": "a\nb"}, "a media file's name is not that of a file"),
    "an escape sequence": ({"0": "\x1b[2J"}, "a media file's name is not that of a file"),
    "an entry that is a path": ({"../0": "a.png"}, "the list of media has an entry without a number"),
    "the database as a picture": (
        {"collection.anki2": "a.png"},
        "the list of media has an entry without a number",
    ),
    "digits of another script": ({"٠": "a.png"}, "the list of media has an entry without a number"),
    "one name twice": ({"0": "a.png", "1": "a.png"}, "two media files have the same name"),
    "a file that is not there": ({"2": "a.png"}, "a media file that is listed is not there"),
    "20 MB": (b'{"0": "' + b"a" * 20_000_000 + b'"}', "an entry is too large"),
}


@pytest.mark.parametrize("name", JSON_LISTS)
def test_a_hostile_list_of_media_is_refused(name: str, tmp_path: Path) -> None:
    """The older forms list media in JSON."""
    listed, message = JSON_LISTS[name]
    entries = legacy(legacy_database(), listed, _0=b"", _1=b"")
    assert refused(write_zip(tmp_path / "hostile.apkg", entries, ZIP_DEFLATED)) == message


BINARY_LISTS: dict[str, tuple[bytes, str]] = {
    "garbage": (b"\xff" * 100, "a message is not what Anki writes"),
    "half a list": (ONE_MEDIA_FILE[:-1], "a message is not what Anki writes"),
    "a length beyond the end": (b"\x0a" + varint(2**40), "a message is not what Anki writes"),
    "a name that is not UTF-8": (
        field(1, field(1, b"\xff") + field(3, bytes(20))),
        "a message is not what Anki writes",
    ),
    "five million empty entries": (b"\x0a\x00" * 5_000_000, "the list of media is longer than the package"),
    "no checksum": (field(1, field(1, b"a.txt")), "the list of media lacks a checksum"),
    "a path": (field(1, field(1, b"../a") + field(3, bytes(20))), "a media file's name is not that of a file"),
    "no name": (field(1, field(3, bytes(20))), "a media file's name is not that of a file"),
    "one name twice": (ONE_MEDIA_FILE * 2, "two media files have the same name"),
    "another checksum": (ONE_MEDIA_FILE, "an entry is not what was packed"),
}


@pytest.mark.parametrize("name", BINARY_LISTS)
def test_a_hostile_binary_list_of_media_is_refused(name: str, tmp_path: Path) -> None:
    """Today's form lists media in a message."""
    listed, message = BINARY_LISTS[name]
    entries = latest(latest_database(), listed, _0=b"foo", _1=b"foo")
    assert refused(write_zip(tmp_path / "hostile.apkg", entries)) == message


def test_a_huge_media_file_is_refused(tmp_path: Path) -> None:
    """A picture that unpacks to a gigabyte is refused when it is asked for, and its package is read."""
    entries = latest(latest_database(), ONE_MEDIA_FILE) | {"0": zeros(1)}
    path = write_zip(tmp_path / "hostile.apkg", entries)
    assert read_package(path).media_names == ("a.txt",)
    reading = read_apart(path)
    assert reading.message == "an entry is too large"
    assert reading.peak < limits.MEDIA_SIZE // limits.MEGABYTE + 100


def test_a_package_that_changed_since_is_refused(tmp_path: Path) -> None:
    """Media are read when asked for: another file in the package's place gives no bytes of its own."""
    path = write_zip(tmp_path / "changing.apkg", GOOD)
    stored = read_package(path)
    path.write_bytes(bytes(100_000))
    with pytest.raises(PackageError, match=r"\Aan entry is not where the archive says\Z"):
        stored.media("a.txt")
