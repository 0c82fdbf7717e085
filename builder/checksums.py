"""Files of an output folder into the lines of its `SHA256SUMS`, which `sha256sum --check` reads."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

CHECKSUMS_FILE = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def checksum_lines(out: Path, checksums: Mapping[str, str], before: Collection[str] = ()) -> str:
    """The text of the file in `out`, with these SHA-256 by file name; what other decks have there keeps its lines.

    `before` are the files that this deck had there: those that are not made any more lose theirs.
    """
    others = {name: checksum for name, checksum in _others(out).items() if name not in before}
    every = {**others, **checksums}
    return "".join(f"{every[name]}  {name}\n" for name in sorted(every))


def _others(out: Path) -> dict[str, str]:
    """What the file says of files that are still there."""
    try:
        lines = (out / CHECKSUMS_FILE).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
    found = [match for line in lines if (match := _LINE.fullmatch(line))]
    return {match[2]: match[1] for match in found if match[2] == Path(match[2]).name and (out / match[2]).is_file()}
