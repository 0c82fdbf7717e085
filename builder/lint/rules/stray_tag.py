"""Stray tag

A tag that only one note has and that is nearly another one, which more notes have: in other capitals, with or without
a hyphen or an ending, or with one letter wrong. Parts of tags are compared with those under the same parent. Numbers
and opposites that differ are no mistake.

**Why it matters.** Students study by tags. A note whose tag is misspelt is missing from the selection that it was made
for, and nobody notices, because nothing else is wrong with it.

**What to do.** Write the tag as the other notes do. If another one is meant, give it a name that nobody takes for a
slip.

**Bad**

```yaml
- id: bowline-loop
  question: Which knot makes a fixed loop?
  answer: The bowline
  tags: [Loops]
- id: noose-loop
  question: Which knot makes a loop that slides shut?
  answer: The noose
  tags: [Loops]
- id: angler-loop
  question: Which loop is for fishing lines?
  answer: The angler's loop
  tags: [Loop]
```

**Good**

```yaml
- id: bowline-loop
  question: Which knot makes a fixed loop?
  answer: The bowline
  tags: [Loops]
- id: noose-loop
  question: Which knot makes a loop that slides shut?
  answer: The noose
  tags: [Loops]
- id: angler-loop
  question: Which loop is for fishing lines?
  answer: The angler's loop
  tags: [Loops]
```
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from builder.core.diagnostics import quoted
from builder.core.text import Text
from builder.lint.deck_view import DeckView
from builder.lint.note_view import NoteView, Spot
from builder.lint.rule import Finding, Options, deck_rule
from builder.lint.wording import Wording, wording_of

_LONG = 6  # a slip in a shorter tag is as likely to be another tag
_MOST = 10_000  # with more tags than these, slips are not looked for
_JOINT = re.compile(r"(?<!\d)[-_]+|[-_]+(?!\d)")
_DIGITS = re.compile(r"\d+")


class _Tagged(NamedTuple):
    """The tags of a note, and where the note is."""

    spot: Spot
    tags: tuple[Text, ...]


def collect(view: NoteView, _options: Options) -> Iterator[_Tagged]:
    """The tags of a note."""
    if view.note.tags:
        yield _Tagged(view.id_spot, view.note.tags)


def conclude(facts: list[_Tagged], deck: DeckView, _options: Options) -> Iterator[Finding]:
    """The tags of one note that are nearly those of others."""
    counts: Counter[str] = Counter()
    first: dict[str, Spot] = {}
    for spot, tags in facts:
        found = {path: tag for tag in reversed(tags) for path in _paths(tag.value)}
        counts.update(found.keys())
        for path in found.keys() - first.keys():
            first[path] = Spot(spot.reader, found[path], path.rfind("::") + 2 if "::" in path else 0)
    common = _Common(counts, wording_of(deck.words))
    reported: set[str] = set()
    for path in sorted(path for path, count in counts.items() if count == 1):
        parents = _paths(path)[:-1]
        if reported.isdisjoint(parents) and (other := common.nearest(path)):
            reported.add(path)
            message = f"only this note has the tag {quoted(path)}, but {counts[other]} have {quoted(other)}"
            yield Finding(first[path], message, f"write {quoted(other)} if that is meant")


def _paths(tag: str) -> list[str]:
    """A tag with the tags above it, from the top."""
    parts = tag.split("::")
    return ["::".join(parts[:count]) for count in range(1, len(parts) + 1)]


class _Common:
    """The tags that more than one note has, to be found by what is nearly the same."""

    def __init__(self, counts: Counter[str], wording: Wording) -> None:
        self._wording = wording
        self._counts = counts
        self._same: dict[tuple[str, str], list[str]] = {}
        self._slips: dict[tuple[str, str], list[str]] = {}
        shared = sorted(path for path, count in counts.items() if count > 1)
        for path in shared:
            parent, name = _split(path)
            self._same.setdefault((parent, self._bare(name)), []).append(path)
            for variant in _shortened(name) if len(shared) <= _MOST else ():
                self._slips.setdefault((parent, variant), []).append(path)

    def nearest(self, path: str) -> str:
        """The tag that most notes have of those that `path` may have been meant to be; '' for none."""
        parent, name = _split(path)
        found = self._same.get((parent, self._bare(name))) or [
            other
            for variant in _shortened(name)
            for other in self._slips.get((parent, variant), ())
            if self._is_slip(name, _split(other)[1])
        ]
        return max(found, key=lambda other: (self._counts[other], other), default="")

    def _bare(self, name: str) -> str:
        """A name without what is easily written in two ways."""
        return self._wording.stem(_JOINT.sub("", name), 3)

    def _is_slip(self, one: str, other: str) -> bool:
        if _DIGITS.findall(one) != _DIGITS.findall(other):
            return False
        return _is_one_slip(one, other) and not (self._wording.is_telling(one) and self._wording.is_telling(other))


def _split(path: str) -> tuple[str, str]:
    """The tag above, and the name without regard to capitals."""
    parent, _, name = path.rpartition("::")
    return parent, name.casefold()


def _shortened(name: str) -> Iterable[str]:
    """The name, and the name without each of its letters: two that differ by one slip have one of these in common."""
    if len(name) < _LONG:
        return ()
    return dict.fromkeys((name, *(name[:at] + name[at + 1 :] for at in range(len(name)))))


def _is_one_slip(one: str, other: str) -> bool:
    """Whether one letter is missing, wrong or one too many, or two are swapped."""
    short, long = sorted((one, other), key=len)
    start = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = long[start + 1 : start + 2] + long[start : start + 1] + long[start + 2 :]
    return short[start + 1 :] == long[start + 1 :] or short[start:] == swapped


RULE = deck_rule(__name__, __doc__, collect, conclude)
