"""What verifying found as one JSON object, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from builder.anki.verify.results import Verified

_FORMAT = 1


def as_json(verified: Verified) -> str:
    """The dataclasses of `results` as objects, with `format`, `is_kept` and all `errors` before them.

    All notes are named. `format` is another number when a program that reads this would have to change.
    """
    errors = list(map(asdict, verified.errors))
    content = {"format": _FORMAT, "is_kept": verified.is_kept, "errors": errors, **asdict(verified)}
    return json.dumps(content, indent=1, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    assert isinstance(value, Path)
    return value.as_posix()
