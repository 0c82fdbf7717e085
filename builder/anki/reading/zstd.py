"""A zstd frame into its bytes: the only module that knows zstd."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.anki.reading.damage import damaged
from builder.anki.reading.limits import MEGABYTE, WINDOW_LOG

if TYPE_CHECKING:
    from backports.zstd import ZstdDecompressor

_CHUNK = MEGABYTE


def decompressed(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """The content of one frame in pieces of at most a megabyte; raises `DamageError`, also beyond `limit` bytes.

    Anki writes one frame. More are refused: a megabyte has room for 80 000 empty ones, and each takes a decoder.
    """
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    size = 0
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: WINDOW_LOG}
    try:
        for plain in _plain(zstd.ZstdDecompressor(options=options), pieces):
            size += len(plain)
            if size > limit:
                damaged("an entry is too large")
            yield plain
    except zstd.ZstdError as error:
        damaged("an entry is not what was packed", error)


def _plain(decoder: ZstdDecompressor, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if decoder.eof:
            damaged("an entry goes on after its end")
        yield decoder.decompress(piece, _CHUNK)
        while not decoder.eof and not decoder.needs_input:
            yield decoder.decompress(b"", _CHUNK)
    if not decoder.eof:
        damaged("an entry is not as long as the archive says")
    if decoder.unused_data:
        damaged("an entry goes on after its end")
