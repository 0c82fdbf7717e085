"""The author's vocabulary: decks, references and notes as they are written in YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from builder.core.text import ABSENT, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A package of its own: the notes for everybody and those for one audience; the place is that of its name."""

    name: str
    audience: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetting:
    """What `deck.yaml` says of a rule of `deckbuilder check`: on or off, and its options as they are written."""

    name: Text
    is_on: bool
    options: Mapping[str, tuple[Text, ...]]
    option_places: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """What `deck.yaml` says; `folder` is the deck's folder, `description` is Markdown.

    `lint` has the rules that it sets, `places` line and column of the values of `id`, `name` and `citation_style`.
    `is_whole` is False when there are errors in it: then nobody is blamed for naming an audience that is not there.
    """

    folder: Path
    id: str
    name: str
    tag: str
    language: str
    version: str
    license: str
    description: str
    report_url: str
    citation_style: str
    editions: tuple[Edition, ...]
    lint: tuple[RuleSetting, ...] = ()
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    is_whole: bool = True

    @property
    def folder_name(self) -> str:
        """What the files begin with that are made of the deck."""
        return self.folder.resolve().name

    @property
    def audiences(self) -> tuple[str, ...]:
        """The audiences that a note may name."""
        return tuple(dict.fromkeys(edition.audience for edition in self.editions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One item of `references.yaml`: `item` is its CSL-JSON, `link` where a reader finds it, '' for nowhere.

    `line` and `column` are its place in the file.
    """

    key: str
    item: Mapping[str, Any]
    link: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A note's pointer to a reference, with an optional locator such as a page."""

    key: Text
    at: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What every note has; `deck` is the subdeck's name, '' for the deck itself; tags are without the deck's root.

    `review_by` is the day or month by which somebody should look at the note again; `retired` says why nobody should
    learn it any more, `replaced_by` is the id of the note to learn instead.
    """

    id: Text
    deck: str
    tags: tuple[Text, ...]
    audience: str
    explanation: Text
    sources: tuple[Citation, ...]
    review_by: Text = ABSENT
    retired: Text = ABSENT
    replaced_by: Text = ABSENT

    @property
    def is_retired(self) -> bool:
        """Whether nobody should learn it any more."""
        return self.retired is not ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the answers to choose from, and why it is right or wrong."""

    text: Text
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionNote(Note):
    """A question with its answer; `reverse` adds the card that asks the other way, `typed` lets the student type.

    `choices` are shown in an order of their own unless `ordered`; the answer is one of them.
    """

    question: Text
    answer: Text
    reverse: bool
    typed: bool
    choices: tuple[Choice, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClozeNote(Note):
    """A text with numbered gaps; each number is a card."""

    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of a picture as (left, top, width, height), in its own units, with its place in the file."""

    sides: tuple[float, float, float, float]
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """What one card of a picture hides: elements of an SVG by their ids, and boxes."""

    number: int
    shapes: tuple[Text | Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OcclusionNote(Note):
    """A picture with numbered masks; with `hide_all` a card hides the masks that it does not ask for, too."""

    question: Text
    image: Text
    alt: Text
    hide_all: bool
    masks: tuple[Mask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNote(Note):
    """A note of a note type of the deck's own: the text of each field by its name.

    `places` are those of the names, and of the keys `explanation` and `sources` under the fields' names.
    """

    note_type: str
    texts: Mapping[str, Text]
    places: Mapping[str, tuple[int, int]]
    line: int
    column: int
