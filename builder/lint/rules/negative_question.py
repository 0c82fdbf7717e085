"""Question for what is not so

A question such as *Which of these knots does not slip?*, *What is not a knot?*, *All of these are knots except*, also
where the *not* is bold or in capitals.

Not meant are questions for *why* and *how*, and a *not* in a part of the sentence that only describes (*if it does not
slip*). Without choices, what must not be done may be asked: a contraindication is a fact.

**Why it hurts memory.** The little word is easily read over, so that a mistake says nothing about what was known. And
who finds the one thing that does not belong has learnt no more of it than that: it is tied to nothing.

**What to do.** Ask for what is so. An exception that matters has a reason: ask for that, or for the exception by what
sets it apart.

**Bad**

```yaml
- id: no-loop
  question: Which of these knots does **not** make a loop?
  choices: [Bowline, Figure of eight, Sheet bend]
  answer: Sheet bend
```

**Good**

```yaml
- id: no-loop
  question: Which of these knots joins two ropes?
  choices: [Bowline, Clove hitch, Sheet bend]
  answer: Sheet bend
  explanation: The bowline makes a loop, and the clove hitch holds a rope on a post.
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.core.diagnostics import quoted
from builder.lint.asking import clause_starts, has, is_question, last_sentence, may_have, without_brackets
from builder.lint.note_view import NoteView
from builder.lint.rule import Finding, Options, note_rule

_END = re.compile(r"[\s:?.…!_*]*$")
_BREAK = re.compile(r"[,;:]")
_HINT = "ask for what is so; if the exception matters, ask for what sets it apart"


def check(view: NoteView, _options: Options) -> Iterator[Finding]:
    """The word by which the question asks for what is not so."""
    lists = ("exceptions", "negations", "negative_predicates")
    if not view.answer or not any(may_have(view.words, name, view.question) for name in lists):
        return
    if is_question(view.answer):
        return
    offset, sentence = last_sentence(view.question)
    found = _exception(view, sentence) or _negation(view, sentence)
    if found:
        place = offset + found.start()
        shown = " ".join(found.group().split())
        message = f"{quoted(shown)} makes this a question for what is not so"
        if _stands_out(view.question.text.value, place, found.group()):
            message += ", even though it stands out"
        yield view.at(view.question, place, message, _HINT)


def _exception(view: NoteView, sentence: str) -> re.Match[str] | None:
    """`except` and the like at the end of the question, where the choices follow."""
    pattern = view.words.pattern("exceptions")
    if not pattern:
        return None
    found = list(pattern.finditer(sentence))[-1:]
    return found[0] if found and _END.match(sentence, found[0].end()) else None


def _negation(view: NoteView, sentence: str) -> re.Match[str] | None:
    """The first negation that belongs to what `which` or `what` asks for."""
    words = view.words
    asking, choosing = words.pattern("interrogatives"), words.pattern("interrogatives_of_choice")
    asked = asking.search(sentence) if asking else None
    if not asked or not choosing or not (chosen := choosing.match(sentence, asked.start())):
        return None
    if "?" not in sentence and chosen.start() not in clause_starts(sentence):
        return None
    lists = ("negations", "negative_predicates") if view.choices else ("negations",)
    patterns = (words.pattern(name) for name in lists)
    found = [match for pattern in patterns if pattern and (match := pattern.search(sentence, chosen.end()))]
    first = min(found, key=lambda match: match.start(), default=None)
    return first if first and _belongs(view, sentence, chosen.end(), first) else None


def _belongs(view: NoteView, sentence: str, start: int, found: re.Match[str]) -> bool:
    """Whether nothing between them begins a part of its own, and the negation is not that of the next word."""
    words = view.words
    between = without_brackets(sentence[start : found.start()])
    if _BREAK.search(between) or has(words, "subordinators", between) or has(words, "mild_negations", sentence):
        return False
    last = "".join(between.casefold().split()[-1:])
    if last in words.of("articles") or last in words.of("prepositions") or sentence.startswith("-", found.end()):
        return False
    if words.of("negation_halves") and not has(words, "negation_halves", between + found.group()):
        return has(words, "negative_predicates", found.group())
    return bool(view.choices) or not has(words, "modals", between + found.group())


def _stands_out(value: str, place: int, shown: str) -> bool:
    """Whether the negation, or a word of it, is in capitals, or has marks or tags around it."""
    is_loud = any(len(word) > 1 and word.isupper() for word in re.findall(r"\w+", shown))
    around = value[max(0, place - 3) : place] + value[place : place + len(shown) + 1]
    return is_loud or "*" in around or "</" in value[place : place + len(shown) + 2] or "_" in around


RULE = note_rule(__name__, __doc__, check)
