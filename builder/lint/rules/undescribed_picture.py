"""Picture without description

A picture on a card of which nothing is said, as in `![](media/knot.png)`; or only what the file is called, or that it
is a picture. A picture with masks must have an `alt` anyway; here it is asked whether that says anything.

**Why it matters.** Students who cannot see the picture hear the description, and everybody reads it when the picture
does not load. Without it the card asks them nothing. It also tells the next author what the picture was chosen for.

**What to do.** Say in the brackets what is to be seen, in a sentence without its end, but do not give the answer away.

**Bad**

```yaml
- id: bowline-picture
  question: "Which knot is this? ![](media/knot.svg)"
  answer: The bowline
```

```yaml
- id: reef-knot-picture
  question: "Which knot is this? ![knot.png](media/knot.png)"
  answer: The reef knot
```

**Good**

```yaml
- id: bowline-picture
  question: "Which knot is this? ![A loop whose end passes around the standing part](media/knot.svg)"
  answer: The bowline
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from builder.core.diagnostics import quoted
from builder.core.notes import OcclusionNote
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Options, note_rule

_WRITTEN = re.compile(r"!\[([^\[\]]*)\]\(\s*<?([^\s<>()]*)")
_ATTRIBUTE = re.compile(r"""\s(alt|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE)
_FILE = re.compile(r"\S+\.(?:png|jpe?g|gif|webp|avif|svg)", re.IGNORECASE)
_IN_FILE_NAMES = re.compile(r"[\d_-]")
_LETTERS = re.compile(r"[^\W\d_]+")
_HINT = "say in a few words what is to be seen, for those who cannot see it, but not the answer"


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """The pictures in all texts, and the one with masks."""
    if not view.made.media:
        return
    empty = view.words.of("picture_words")
    for prose in view.texts:
        for start, alt, path in _pictures(prose):
            if not alt.strip():
                yield view.at(prose, start, "the picture has no description", _HINT)
            elif _says_nothing(alt, path, empty):
                yield view.at(prose, start, f"{quoted(alt.strip())} does not describe the picture", _HINT)
    if isinstance(view.note, OcclusionNote) and _says_nothing(view.alt.text.value, view.note.image.value, empty):
        yield view.at(view.alt, 0, f"{quoted(view.alt.text.value.strip())} does not describe the picture", _HINT)


def _pictures(prose: Prose) -> Iterator[tuple[int, str, str]]:
    """Of each picture of a text where its description begins (or else the picture), the description and the path."""
    value = prose.text.value
    for start, end in prose.shown:
        if found := _WRITTEN.match(value, start):
            yield found.start(1) if found[1].strip() else start, found[1], found[2]
        elif value.startswith("<", start):
            written = {"alt": ("", start), "src": ("", start)}
            for match in _ATTRIBUTE.finditer(value, start, end):
                written[match[1].lower()] = match[match.lastindex or 0], match.start(match.lastindex or 0)
            alt, place = written["alt"]
            yield place if alt.strip() else start, alt, written["src"][0]


def _says_nothing(alt: str, path: str, empty: frozenset[str]) -> bool:
    """Whether a description is a file's name, or only says that this is a picture."""
    alt = " ".join(alt.split())
    words = [word.casefold() for word in _LETTERS.findall(alt)]
    is_name = alt == PurePosixPath(path).stem and _IN_FILE_NAMES.search(alt) is not None
    return is_name or _FILE.fullmatch(alt) is not None or all(word in empty for word in words)


RULE = note_rule(__name__, __doc__, check)
