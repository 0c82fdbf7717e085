"""A zip archive into its entries, and an entry into bytes: names are keys and never paths, sizes are only claims."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from errno import EINVAL
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from builder.anki.reading.damage import damaged
from builder.anki.reading.limits import DIRECTORY_SIZE, MEGABYTE

_LOCAL_HEADER = 30
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 0x1
_CHUNK = MEGABYTE
_NO_ARCHIVE = "the package is not a zip archive, or only a part of one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Where the bytes of one entry are, and what the archive claims about them."""

    offset: int
    compressed: int
    size: int
    crc: int
    is_deflated: bool


class _Guarded(io.BufferedReader):
    """A file that is not read in large pieces: zipfile takes the whole list of entries into memory, however long."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_SIZE:
            damaged("the package has too many entries")
        return super().read(size)


def open_archive(path: Path) -> BinaryIO:
    """The file at `path`, to be read with the other functions here; raises OSError."""
    return _Guarded(io.FileIO(path))


def read_entries(file: BinaryIO) -> dict[str, Entry]:
    """Every entry of the archive by its name; raises `DamageError`."""
    try:
        with ZipFile(file) as archive:
            listed, end = archive.filelist, archive.start_dir
    except (BadZipFile, NotImplementedError, ValueError) as error:
        damaged(_NO_ARCHIVE, error)
    except OSError as error:
        if error.errno != EINVAL:  # a place before the file's beginning
            raise
        damaged(_NO_ARCHIVE, error)
    _check_places(listed, end)
    entries: dict[str, Entry] = {}
    for info in listed:
        if info.filename in entries:
            damaged("two entries have the same name")
        entries[info.filename] = _entry(info)
    return entries


def _check_places(listed: list[ZipInfo], end: int) -> None:
    """An honest archive has every byte once: entries that share bytes make a small file a huge one."""
    places = sorted((info.header_offset, info.compress_size) for info in listed)
    if places and places[0][0] < 0:
        damaged(_NO_ARCHIVE)
    for (start, size), (following, _) in pairwise([*places, (end, 0)]):
        if start + _LOCAL_HEADER + size > following:
            damaged("the entries overlap")


def _entry(info: ZipInfo) -> Entry:
    if info.flag_bits & _ENCRYPTED:
        damaged("the package is encrypted")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        damaged("an entry is compressed in a way that Anki does not use")
    if info.compress_type == ZIP_STORED and info.compress_size != info.file_size:
        damaged("an entry is not as long as the archive says")
    return Entry(
        offset=info.header_offset,
        compressed=info.compress_size,
        size=info.file_size,
        crc=info.CRC,
        is_deflated=info.compress_type == ZIP_DEFLATED,
    )


def stream(file: BinaryIO, entry: Entry, limit: int) -> Iterator[bytes]:
    """The bytes of an entry in pieces of at most a megabyte; raises `DamageError` at the first that is one too many."""
    if entry.size > limit:
        damaged("an entry is too large")
    size = checksum = 0
    stored = _stored(file, entry)
    for piece in filter(None, _inflated(stored) if entry.is_deflated else stored):
        size += len(piece)
        if size > entry.size:
            break
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if size != entry.size:
        damaged("an entry is not as long as the archive says")
    if checksum != entry.crc:
        damaged("an entry is not what was packed")


def _stored(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    file.seek(entry.offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(_SIGNATURE):
        damaged("an entry is not where the archive says")
    skipped = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(skipped, io.SEEK_CUR)
    left = entry.compressed
    while left and (piece := file.read(min(_CHUNK, left))):
        left -= len(piece)
        yield piece


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in pieces:
            while piece and not inflate.eof:
                yield inflate.decompress(piece, _CHUNK)
                piece = inflate.unconsumed_tail
        yield inflate.flush()
    except zlib.error as error:
        damaged("an entry is not what was packed", error)
    if not inflate.eof:
        damaged("an entry is not as long as the archive says")
