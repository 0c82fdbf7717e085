"""The HTML of a side into what is shown and what is played: Anki takes sounds and speech out, and leaves marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from builder.render.plain import decoded, spoken

NO_LANGUAGE = "[the language of this speech is missing]"
"""Stands where Anki says, in more words, that a voice has no language."""

_OPENING = re.compile(r"\[(?:(?P<sound>sound:)|anki:)(?=[^\]])")
_NAME_END = re.compile(r"[\] \t\r\n]")
_OPTION = re.compile(r"([^\] \t\r\n=]+)=(?:\"([^\"]*)\"|([^\] \t\r\n\"]*))[ \t\r\n]*")
_BLANKS = re.compile(r"[ \t\r\n]*")
_SPEED = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf|infinity|nan)", re.IGNORECASE | re.ASCII
)
_LONGEST_NAME = 1000  # of a tag; no tag that Anki knows is named so
_NEEDS_QUOTES = re.compile(r"[\] \t\r\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFile:
    """A sound or film by its name in the package."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A text to be read aloud; the first of the `voices` that the student has, or any of that `language`."""

    text: str
    language: str
    voices: tuple[str, ...] = ()
    speed: float = 1.0
    options: tuple[str, ...] = ()


Sound = SoundFile | Speech


@dataclass(frozen=True, slots=True)
class _Tag:
    """`[anki:name key=value]content[/anki:name]`."""

    name: str
    options: dict[str, str]
    content: str


_Node = str | SoundFile | _Tag


def without_sounds(html: str) -> str:
    """HTML without sounds and what is to be read aloud."""
    if not has_sounds(html):
        return html
    return "".join(_written(node) for node in _nodes(html))


def with_marks(html: str, side: Literal["q", "a"]) -> tuple[str, tuple[Sound, ...]]:
    """HTML with a mark such as `[anki:play:q:0]` in the place of each sound, and the sounds."""
    if not has_sounds(html):
        return html, ()
    shown: list[str] = []
    sounds: list[Sound] = []
    for node in _nodes(html):
        if isinstance(node, SoundFile):
            sound: Sound = SoundFile(name=decoded(node.name).rpartition("/")[2])
        elif isinstance(node, _Tag) and node.name == "tts":
            sound = _speech(node)
            if not sound.language:
                shown.append(NO_LANGUAGE)
                continue
        else:
            shown.append(_written(node))
            continue
        shown.append(f"[anki:play:{side}:{len(sounds)}]")
        sounds.append(sound)
    return "".join(shown), tuple(sounds)


def has_sounds(html: str) -> bool:
    """Whether there may be any: most cards have none."""
    return "[sound:" in html or "[anki:" in html


def _written(node: _Node) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, SoundFile) or node.name == "tts":
        return ""
    options = "".join(
        f' {key}="{value}"' if _NEEDS_QUOTES.search(value) else f" {key}={value}" for key, value in node.options.items()
    )
    return f"[anki:{node.name}{options}]{node.content}[/anki:{node.name}]"


def _speech(tag: _Tag) -> Speech:
    options = dict(tag.options)
    language, voices = options.pop("lang", ""), options.pop("voices", None)
    speed, blank = options.pop("speed", ""), options.pop("cloze_blank", "blank")
    return Speech(
        text=spoken(tag.content).replace("[...]", blank),
        language=language,
        voices=() if voices is None else tuple(voices.split(",")),
        speed=float(speed) if _SPEED.fullmatch(speed) else 1.0,
        options=tuple(f"{key}={value}" for key, value in options.items()),
    )


def _nodes(html: str) -> Iterator[_Node]:
    """Sounds, tags, and the HTML between them."""
    position = start = 0
    reader = _NodeReader(html)
    while found := _OPENING.search(html, start):
        node, end = reader.sound(found.end()) if found["sound"] else reader.tag(found.end())
        start = end or found.end()
        if node:
            if position < found.start():
                yield html[position : found.start()]
            yield node
            position = end
    if position < len(html):
        yield html[position:]


class _NodeReader:
    """Reads sounds and tags; where letters end, and what ends nowhere, is looked for once."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._last_bracket = html.rfind("]")
        self._name_end = 0
        self._absent: set[str] = set()

    def sound(self, start: int) -> tuple[SoundFile | None, int]:
        """The sound whose name begins there, and where it ends; None when it is none."""
        if start > self._last_bracket:
            return None, 0
        end = self._html.index("]", start)
        return SoundFile(name=self._html[start:end]), end + 1

    def tag(self, start: int) -> tuple[_Tag | None, int]:
        """The tag whose name begins there, and where it ends; None when it is none."""
        html = self._html
        if start >= self._name_end:
            found = _NAME_END.search(html, start)
            self._name_end = found.start() if found else len(html)
        if self._name_end - start > _LONGEST_NAME:
            return None, 0
        name = html[start : self._name_end]
        closing = f"[/anki:{name}]"
        if name in self._absent or html.find(closing, self._name_end) < 0:
            self._absent.add(name)
            return None, 0
        options, inside = self._options(self._name_end)
        end = html.find(closing, inside)
        return (_Tag(name, options, html[inside:end]), end + len(closing)) if inside and end >= 0 else (None, 0)

    def _options(self, start: int) -> tuple[dict[str, str], int]:
        """The options from there on, and where the content begins; 0 when the tag does not end."""
        blanks = _BLANKS.match(self._html, start)
        position = blanks.end() if blanks else start
        options: dict[str, str] = {}
        while found := _OPTION.match(self._html, position):
            options[found[1]] = found[2] if found[2] is not None else found[3]
            position = found.end()
        return options, position + 1 if self._html.startswith("]", position) else 0
