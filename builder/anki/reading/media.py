"""A package's list of media files, in either form, into the archive entry and the checksum of each name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from builder.anki.reading.damage import checked_text, damaged
from builder.anki.reading.json_text import read_object
from builder.anki.reading.protobuf import media_entries, media_entry

_SHA1_SIZE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaEntry:
    """A media file: its entry's name in the archive, and its SHA-1, b'' where the list says none."""

    entry: str
    sha1: bytes = b""


def read_json_list(data: bytes) -> dict[str, MediaEntry]:
    """The media of the older forms, by name, which are listed as a JSON object."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        damaged("the list of media is not JSON", error)
    listed = read_object(text, "the list of media")
    if not all(entry.isascii() and entry.isdecimal() for entry in listed):
        damaged("the list of media has an entry without a number")
    return _by_name((name, MediaEntry(entry=entry)) for entry, name in listed.items())


def read_binary_list(data: bytes, entry_count: int) -> dict[str, MediaEntry]:
    """The media of today's form, by name; the archive has `entry_count` entries for them."""
    listed = media_entries(data)
    if len(listed) > entry_count:
        damaged("the list of media is longer than the package")
    found = []
    for number, encoded in enumerate(listed):
        name, sha1 = media_entry(encoded)
        if len(sha1) != _SHA1_SIZE:
            damaged("the list of media lacks a checksum")
        found.append((name, MediaEntry(entry=str(number), sha1=sha1)))
    return _by_name(found)


def _by_name(listed: Iterable[tuple[object, MediaEntry]]) -> dict[str, MediaEntry]:
    found: dict[str, MediaEntry] = {}
    for value, entry in listed:
        name = checked_text(value, "the name of a media file")
        if name in ("", ".", "..") or any(c in "/\\" or c < " " or c == "\x7f" for c in name):
            damaged("a media file's name is not that of a file")
        if name in found:
            damaged("two media files have the same name")
        found[name] = entry
    return found
