"""`[[type:Field]]` on the sides of a card into a box for the student's answer, and into what Anki says of it.

Which characters are accents Python's Unicode says. Anki has an older table of those that it puts on a blank where they
stand alone: it lacks the accents that came after Unicode 10.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

from builder.render.clozes import text_to_type
from builder.render.plain import WHITE_SPACE, text_of
from builder.render.sounds import without_sounds

FONT, SIZE = "Liberation Sans", 20
"""Those of the fields in our packages, in which Anki shows box and comparison, unless the styling says otherwise."""

_ASKED = re.compile(r"\[\[type:(.+?)\]\]")
_ANSWER_LINE = "<hr id=answer>"
_LINE_ENDS = re.compile(f"(?:\n|<br[{WHITE_SPACE}]?/?>|</?div>)+", re.IGNORECASE | re.ASCII)
_LONG = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAnswer:
    """What a card asks to type: HTML, '' for nothing; accents do not count if it is not `combining`.

    `notice` stands in the place of the box when the front asks for what is not there.
    """

    expected: str = ""
    combining: bool = True
    notice: str = ""


def typed_answer(front: str, fields: Mapping[str, str], number: int) -> TypedAnswer:
    """What the first `[[type:Field]]` of a front asks for: a field of the note, or what the gaps of the card hide."""
    asked = _ASKED.search(front)
    if not asked:
        return TypedAnswer()
    kind, *names = asked[1].split(":")
    name = names[0] if names and kind in ("cloze", "nc") else asked[1]
    if kind == "cloze" and names:
        expected = text_to_type(fields.get(name, ""), number)
        return TypedAnswer(expected=expected, notice="" if expected else f"no gap has the number {number}")
    notice = "" if name in fields else f"there is no field {name} to type"
    return TypedAnswer(expected=fields.get(name, ""), combining=not names or kind != "nc", notice=notice)


def with_input(front: str, answer: TypedAnswer) -> str:
    """A front with the box to type into, or without a mark when there is nothing to type."""
    box = f"""
<center>
<input type="text" id="typeans" style="font-family: '{FONT}'; font-size: {SIZE}px;">
</center>
"""
    shown = box if answer.expected else escape(answer.notice)
    return _ASKED.sub(lambda _: shown, front)


def with_comparison(back: str, answer: TypedAnswer, typed: str) -> str:
    """A back with what was `typed` beside what was expected; a plain `<hr id=answer>` moves before it."""
    if not answer.expected:
        return _ASKED.sub("", back)
    if not _ASKED.search(back):
        return back
    line = _ANSWER_LINE if _ANSWER_LINE in back else ""
    compared = compare(answer.expected, typed, combining=answer.combining)
    shown = f"{line}\n<div style=\"font-family: '{FONT}'; font-size: {SIZE}px\">{compared}</div>"
    return _ASKED.sub(lambda _: shown, back.replace(_ANSWER_LINE, ""))


def compare(expected_html: str, typed: str, *, combining: bool = True) -> str:
    """What Anki shows on the back: what is right, wrong and missing in `typed`, above what was expected."""
    expected = text_of(_LINE_ENDS.sub(" ", without_sounds(expected_html))).strip(WHITE_SPACE)
    if not typed:
        return _code(escape(expected))
    written, wanted = _letters(typed, combining), _letters(expected, combining)
    bases = ["".join(letter[0] for letter in letters) for letters in (written, wanted)]
    if bases[0] == bases[1]:
        return _code(f"<span class=typeGood>{escape(''.join(wanted) if combining else expected)}</span>")
    above, below = "", ""
    for kind, first, last, start, end in _Matcher(*bases).get_opcodes():
        right = "typeGood" if kind == "equal" else "typeMissed"
        if kind == "insert":
            above += _span(right, "-" * (end - start))
        else:
            above += _span("typeGood" if kind == "equal" else "typeBad", bases[0][first:last])
        if kind != "delete":
            below += _span(right, "".join(wanted[start:end]))
    return _code(f"{above}<br><span id=typearrow>&darr;</span><br>{below}")


def _letters(text: str, combining: bool) -> list[str]:
    """The letters that are compared; if accents do not count, each with those that are on it."""
    if combining:
        return list(unicodedata.normalize("NFC", text))
    letters: list[str] = []
    for character in unicodedata.normalize("NFKD", text):
        if not _is_accent(character):
            letters.append(character)
        elif letters:
            letters[-1] += character
    return letters


class _Matcher(SequenceMatcher[str]):
    """Python's algorithm, which Anki's copies; but where an answer is long, Anki begins at the letters it has most."""

    b2j: dict[str, list[int]]

    def __init__(self, written: str, wanted: str) -> None:
        super().__init__(None, written, wanted, autojunk=False)
        if len(wanted) >= _LONG:
            many = len(wanted) // 100 + 1
            self.b2j = {letter: places for letter, places in self.b2j.items() if len(places) > many}


def _is_accent(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _span(name: str, text: str) -> str:
    """A piece of the comparison; an accent that begins it stands on a blank."""
    alone = "\xa0" if text and _is_accent(text[0]) else ""
    return f"<span class={name}>{escape(alone + text)}</span>"


def _code(html: str) -> str:
    return f"<code id=typeans>{html}</code>"
