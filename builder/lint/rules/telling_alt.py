"""Description that names what a mask hides

The description (`alt`) or the question of a picture with masks says the very words that are masked. The masked words
are known by the ids of the masks: `label-standing-part` hides *standing part*. Masks that are boxes, or have ids that
say nothing (`rect12`), are passed over.

**Why it hurts memory.** The description is read on the front, aloud to those who cannot see, and shown to everybody
when the picture does not load. It gives the answers away, and only to some.

**What to do.** Describe where things lie and what they look like, so that a person who does not see the picture gets
the same question, and leave the names out.

**Bad**

```yaml
- id: parts-of-a-rope
  question: Which part is hidden?
  occlusion:
    image: media/rope.svg
    alt: A rope with its standing part on the left and its working end on the right
    masks:
      c1: standing-part
      c2: working-end
```

**Good**

```yaml
- id: parts-of-a-rope
  question: Which part is hidden?
  occlusion:
    image: media/rope.svg
    alt: A rope that lies straight, turns back on itself and ends
    masks:
      c1: standing-part
      c2: working-end
```
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.core.notes import OcclusionNote
from builder.core.text import Text
from builder.lint.note_view import NoteView
from builder.lint.rule import Finding, Options, note_rule

_TOKEN = re.compile(r"[^\W_]+")
# What ids say besides the name, and what drawing programs call shapes: `label-l5`, `rect12-3`, `g7`.
_NAMELESS = re.compile(
    r"(?:labels?|masks?|box|boxes|name|names|text|tspan|leader|line|arrow|shape|cover|hide|hidden|layer|image|use"
    r"|rect|path|g|ellipse|circle|polygon|c)?\d*"
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SHORTEST = 3


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """The first place where each mask's words stand in the description or in the question."""
    if not isinstance(view.note, OcclusionNote):
        return
    names: dict[tuple[str, ...], int] = {}
    for mask in view.note.masks:
        for shape in mask.shapes:
            if isinstance(shape, Text) and (name := _name(shape.value)):
                names.setdefault(name, mask.number)
    for prose, where in ((view.alt, "description"), (view.question, "question")):
        tokens = [(match.group(), match.start()) for match in _TOKEN.finditer(prose.plain)]
        readings = [[_folded(word, plainly) for word, _ in tokens] for plainly in (True, False)]
        for name, number in names.items():
            at = next((at for words in readings for at in _places(words, name)), -1)
            if at >= 0:
                message = f"the {where} says {quoted(' '.join(name))}, which c{number} hides"
                yield view.at(prose, tokens[at][1], message, "describe where it lies and what it looks like instead")


def _name(shape: str) -> tuple[str, ...]:
    """The words of an id that name a thing; () if none do."""
    words = tuple(word for word in _TOKEN.findall(shape.casefold()) if not _NAMELESS.fullmatch(word))
    is_telling = any(len(word) >= _SHORTEST or any(map(str.isdigit, word)) for word in words)
    return words if is_telling else ()


def _folded(word: str, plainly: bool) -> str:
    """As an id writes it: `ü` is `u`, or `ue`."""
    if plainly:
        return "".join(one for one in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(one))
    return word.lower().translate(_UMLAUTS)


def _places(words: list[str], name: tuple[str, ...]) -> Iterator[int]:
    return (at for at in range(len(words)) if tuple(words[at : at + len(name)]) == name)


RULE = note_rule(__name__, __doc__, check)
