"""Texts into the words that carry their meaning, to be compared whatever their markup, order and endings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import dropwhile

from builder.lint.prose import Prose
from builder.lint.word_lists import WordLists

_GAP = "[…]"
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’]t\b)?|\[…\]|(?<!\w)[-−–](?=\d)|(?<=\w)[-−](?!\w)"
    r"|[^\w\s.,;:?!…'\"’‘‚“”„«»‹›()\[\]{}/|\\–—¿¡§*_`~-]"
)
_MENTIONED = re.compile(r"(?<![*_`\"“„«‹‘])[*_`\"“„«‹‘]+([^*_`\"“”„«»‹›‘’\n]{1,60}?)[*_`\"”“»›’]")
_MAY_HAVE_THINGS = re.compile(r"[$&\\<]|\[sound:|!\[")
_ENTITY = re.compile(r"&#?\w{1,32};")
_ALT = re.compile(r"^!\[[^\[\]]*\]|\salt\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_SIGN = re.compile(r"[\d\W]")
_ABBREVIATED = 4  # a word of at most so many capitals is another than the one in small letters
_STEM = 4  # so many letters are left of a word without its ending
_REMEMBERED = 100_000


def sequence(prose: Prose, hidden: int = 0) -> tuple[str, ...]:
    """The words, numbers and signs of a text in their order, and then its formulas, pictures and sounds.

    With the number of a gap, that gap is `[…]`, with its hint.
    """
    plain, things = prose.plain, _things(prose)
    for gap in reversed(prose.gaps) if hidden else ():
        if gap.number == hidden:
            plain = f"{plain[: gap.start]} {_GAP} {gap.hint} {plain[gap.end :]}"
            things = [(start, thing) for start, thing in things if not gap.start <= start < gap.end]
    found = [_folded(token) for token in _TOKEN.findall(plain)]
    if found and len(found[0]) == 1:
        found[0] = found[0].casefold()  # `A knot` is no knot of the kind A
    return (*found, *("".join(thing.split()) for _, thing in things))


def _things(prose: Prose) -> list[tuple[int, str]]:
    """Formulas, sounds, the paths of pictures, and characters written as `&alpha;`, with their offsets."""
    value = prose.text.value
    if not _MAY_HAVE_THINGS.search(value):
        return []
    found = [(start, _ALT.sub("", value[start:end])) for start, end in prose.shown]
    return sorted(found + [(match.start(), match.group()) for match in _ENTITY.finditer(value)])


def _folded(token: str) -> str:
    return token if token.isupper() and len(token) <= _ABBREVIATED else token.casefold().replace("’", "'")


class Wording:
    """What the words of one language are to a comparison."""

    def __init__(self, words: WordLists) -> None:
        self._little = words.of("little_words")
        self._endings = tuple(sorted(words.of("endings"), key=lambda ending: (-len(ending), ending)))
        self._stems: dict[str, str] = {}
        self._telling = frozenset(map(self._stem, words.of("telling_words")))

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the language."""
        return bool(self._little)

    def meaning(self, prose: Prose) -> frozenset[str]:
        """The words of a text without little ones and without endings; what it only mentions (`*the*`) stays as it is.

        Without a word that is not little, it is all words.
        """
        found = sequence(prose)
        if len(self._stems) > _REMEMBERED:
            self._stems.clear()
        mentioned = self._mentioned(prose)
        kept = {token if token in mentioned else self._stem(token) for token in found}
        kept.discard("")
        return frozenset(kept or found)

    def without_opening(self, words: tuple[str, ...]) -> Iterator[str]:
        """The words of a sequence behind the little ones with which it begins."""
        return dropwhile(self._little.__contains__, words)

    def _mentioned(self, prose: Prose) -> frozenset[str]:
        value = prose.text.value
        spans = _MENTIONED.findall(value)
        return frozenset(_folded(token) for span in spans for token in _TOKEN.findall(span))

    def _stem(self, token: str) -> str:
        """A word without its ending; '' for a little one."""
        stem = self._stems.get(token)
        if stem is None:
            stem = self._stems[token] = "" if token in self._little else self._without_ending(token)
        return stem

    def _without_ending(self, token: str) -> str:
        return token if _SIGN.search(token) or token.isupper() else self.stem(token)

    def stem(self, word: str, least: int = _STEM) -> str:
        """A word in small letters without its ending; at least so many letters are left."""
        for ending in self._endings:
            stem = word.removesuffix(ending)
            if stem != word and len(stem) >= least and not (ending == "s" and stem[-1] == "s"):
                return stem
        return word

    def is_telling(self, word: str) -> bool:
        """Whether a word makes another text of a text: a number, a sign, an abbreviation, a side and the like."""
        return len(word) == 1 or word in self._telling or word.isupper() or _SIGN.search(word) is not None

    def are_alike(self, one: frozenset[str], other: frozenset[str]) -> bool:
        """Whether two meanings are the same, or one says more than the other, but nothing telling."""
        if one == other:
            return True
        if not one or not other or not (one < other or other < one):
            return False
        return not any(map(self.is_telling, one ^ other))


@cache
def wording_of(words: WordLists) -> Wording:
    """The comparison in one language."""
    return Wording(words)
