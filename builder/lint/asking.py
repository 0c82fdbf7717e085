"""A question into what rules ask of it: the sentence that asks, its clauses, what in it is named and not used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from builder.lint.prose import Prose
from builder.lint.word_lists import WordLists, word_lists

# Every pattern takes time in proportion to the text, whatever is in it.
_MENTIONED = re.compile(
    r"```.*?```|``.+?``|`[^`\n]+`|\"[^\"\n]+\"|“[^“”\n]+”|„[^„“”\n]+[“”]|«[^«»\n]+»|»[^«»\n]+«|‘[^‘’\n]+’|‚[^‚‘\n]+‘"
    r"|(?<!\w)'[^'\n]+'(?!\w)|(?<![*\w])\*(?![*\s])[^*\n]+(?<![*\s])\*(?![*\w])|(?<![_\w])_(?![_\s])[^_\n]+_(?![_\w])",
    re.DOTALL,
)
_MENTIONING = re.compile(r"[\"'`*_“„«»‘‚]")
_CLAUSE = re.compile(r"(?:^|[,:;(¿¡–—]|[.!?…]\s|(?<!\s)\s-\s|(?<!\s)[ \t]*+\n[ \t]*+\n)\s*+(?=\w)")
_QUESTION_MARKS = ("?", "？", "؟")
_CLOSING = " \n\"'”’»›)]"
_LETTERS = re.compile(r"\w+")
_AFTER_ANSWER = re.compile(r"\s*(?:[.,;:!(–—]|-\s|$)")
_IN_BRACKETS = re.compile(r"\([^()]*\)")


def straight(prose: Prose) -> str:
    """The text as it is read, with straight apostrophes, as word lists write them; as long as written."""
    return prose.plain.replace("’", "'")


def used(prose: Prose) -> str:
    """The same without what stands in quotes, in code or in italics: words that are meant as words."""
    value, text = prose.text.value, straight(prose)
    if not _MENTIONING.search(value):
        return text
    parts: list[str] = []
    position = 0
    for match in _MENTIONED.finditer(value if "‘" in value else value.replace("’", "'")):
        parts += text[position : match.start()], " " * (match.end() - match.start())
        position = match.end()
    return "".join(parts) + text[position:]


def asks(prose: Prose) -> Iterator[tuple[int, str]]:
    """The sentences that end in a question mark, with their offsets, without what is only mentioned in them."""
    text = used(prose)
    for offset, sentence in prose.sentences:
        if sentence.rstrip(_CLOSING).endswith(_QUESTION_MARKS):
            yield offset, text[offset : offset + len(sentence)]


def last_sentence(prose: Prose) -> tuple[int, str]:
    """The sentence that asks, with its offset: the last with a question mark, else the last."""
    if found := tuple(asks(prose)):
        return found[-1]
    offset, sentence = prose.sentences[-1] if prose.sentences else (0, "")
    return offset, used(prose)[offset : offset + len(sentence)]


def clause_starts(text: str) -> Iterator[int]:
    """The first characters of sentences and of parts of sentences."""
    return (match.end() for match in _CLAUSE.finditer(text))


def without_brackets(text: str) -> str:
    """A text without what it adds in brackets."""
    return _IN_BRACKETS.sub("", text) if "(" in text else text


def may_have(words: WordLists, name: str, prose: Prose, more: tuple[str, ...] = ()) -> bool:
    """False when no word of this list, nor of `more`, can be in the text: the quick look before the exact one."""
    firsts, lasts = _ends(words, name, more)
    return not prose.vocabulary.isdisjoint(firsts) and not prose.vocabulary.isdisjoint(lasts)


def has(words: WordLists, name: str, text: str) -> bool:
    """Whether a word of this list is in the text."""
    pattern = words.pattern(name)
    return bool(pattern and pattern.search(text))


def match_at(words: WordLists, name: str, text: str, start: int, more: tuple[str, ...] = ()) -> re.Match[str] | None:
    """The word of this list, or of `more`, that stands there."""
    first = _LETTERS.match(text, start)
    if not first or first.group().casefold() not in _ends(words, name, more)[0]:
        return None
    pattern = words.pattern(name, more)
    return pattern.match(text, start) if pattern else None


def begins_with(words: WordLists, name: str, text: str, more: tuple[str, ...] = ()) -> bool:
    """Whether a part of a sentence in the text begins with a word of this list, or of `more`."""
    return any(match_at(words, name, text, start, more) for start in clause_starts(text))


def is_yes_or_no(words: WordLists, answer: Prose, *, alone: bool = False) -> bool:
    """Whether an answer is a yes or a no, with or without more behind it; `alone`: only without."""
    if not may_have(words, "yes_no_answers", answer):
        return False
    text = straight(answer).strip()
    found = match_at(words, "yes_no_answers", text, 0)
    if not found:
        return False
    return not text[found.end() :].strip(" .!") if alone else bool(_AFTER_ANSWER.match(text, found.end()))


def is_question(prose: Prose) -> bool:
    """Whether the text itself ends as a question: an answer that does is a translation, or a reply to be practised."""
    return prose.plain.rstrip(_CLOSING).endswith(_QUESTION_MARKS)


def language_of(prose: Prose) -> str:
    """The language whose little words a text has most of; '' when none of ours, or two of them, have most."""
    counts = sorted(((len(prose.vocabulary & words), code) for code, words in _little_words()), reverse=True)
    return counts[0][1] if counts[0][0] > counts[1][0] else ""


@cache
def _little_words() -> tuple[tuple[str, frozenset[str]], ...]:
    """For each language that has lists, the words that say nothing alone."""
    folder = files("builder").joinpath("lint", "languages")
    codes = sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))
    return tuple((code, word_lists(code).of("stop_words")) for code in codes)


@cache
def _ends(words: WordLists, name: str, more: tuple[str, ...] = ()) -> tuple[frozenset[str], frozenset[str]]:
    """The first and the last words of the phrases of a list, in small letters."""
    phrases = (*words.of(name), *(phrase.casefold() for phrase in more))
    runs = [found for phrase in phrases if (found := _LETTERS.findall(phrase))]
    return frozenset(run[0] for run in runs), frozenset(run[-1] for run in runs)
