"""Question that asks nothing

A question without a question mark and without a word that asks or says what to do.

These are fine: a term to be defined or translated (up to three words, articles and the like not counted), what plainly
waits for its end (`12 × 7 =`, `The ... nerve`, `Capital of Peru:`), a clue (*This knot jams under load*), a picture, a
sound, a quotation, a sentence whose answer is in another language, and the beginning of a sentence that the choices
end. Notes with `reverse: true` are not looked at, because both of their sides are terms.

**Why it hurts memory.** A statement or a heading lets the student guess what is wanted. They answer something true,
turn the card and find something else, or they read on without trying, and without trying there is no practice in
recalling.

**What to do.** Ask one thing, with a question mark, or say what is to be done: *Name the …*, *Translate: …*

**Bad**

```yaml
- id: bowline-parts
  question: The way a bowline is usually tied around a post
  answer: The working end goes around the post and back through the small loop
```

**Good**

```yaml
- id: bowline-parts
  question: Through what does the working end go back when a bowline is tied around a post?
  answer: Through the small loop
- id: spanish-knot
  question: el nudo corredizo
  answer: the slip knot
- id: translate-knot
  question: "Translate: El nudo de la cuerda se aprieta con la carga"
  answer: The knot of the rope tightens with the load
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.lint.asking import begins_with, has, is_yes_or_no, language_of, used
from builder.lint.note_view import NoteView
from builder.lint.prose import Prose
from builder.lint.rule import Finding, Option, Options, note_rule
from builder.lint.word_lists import WordLists, word_lists

_OPEN_END = re.compile(r"[?？؟;]|\.\.\.|…|_{2,}|\\[cl]?dots\b|:\s*$|[=≈≠<>→⇌⇒⟶]|(?<!\w)[bB]\.?\)")
_COMMA = re.compile(r"[,;/]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENGLISH = word_lists("en")
_HINT = "ask one thing, with a question mark, or say what to do (`Name …`, `Translate: …`)"


def check(view: NoteView, options: Options) -> Iterator[Finding]:
    """The question, when it is too long for a term, and nothing in it asks."""
    question = view.question
    if not view.answer or view.choices or "?" in question.text.value or getattr(view.note, "reverse", False):
        return
    words = view.words
    if words.pattern("interrogatives") is None or _OPEN_END.search(question.text.value) or _is_shown(question):
        return
    prompt = used(question)
    if _count(words, prompt) <= options.number("words") or is_yes_or_no(words, view.answer):
        return
    # In a deck of another language a question may well be in English.
    is_asking = any(_asks(one, prompt, options.words("more")) for one in (words, _ENGLISH))
    if not is_asking and not _is_translated(question, view.answer):
        yield view.at(question, 0, "nothing here asks: there is no question mark, and no word says what to do", _HINT)


def _is_shown(question: Prose) -> bool:
    """Whether there is a picture or a sound to be named."""
    return any(question.text.value.startswith(("![", "<", "["), start) for start, _ in question.shown)


def _is_translated(question: Prose, answer: Prose) -> bool:
    """Whether both are in languages that we know, and not in the same."""
    asked, answered = language_of(question), language_of(answer)
    return bool(asked and answered and asked != answered)


def _count(words: WordLists, text: str) -> int:
    """The most words that a part of the prompt has, but for articles and the like; what is quoted is not counted."""
    small = words.of("stop_words")
    parts = _COMMA.split(text)
    return max(sum(match.group().casefold() not in small for match in _WORD.finditer(part)) for part in parts)


def _asks(words: WordLists, text: str, more: tuple[str, ...]) -> bool:
    """Whether a word asks, says what to do, or points at something to be named."""
    if any(has(words, name, text) for name in ("interrogatives", "pointers")):
        return True
    return begins_with(words, "instructions", text, more) or begins_with(words, "vague_openings", text)


RULE = note_rule(
    __name__,
    __doc__,
    check,
    options={
        "words": Option(3, "the most words, articles and the like not counted, that are taken for a term"),
        "more": Option((), "words at the beginning of a sentence that say what to do, besides the rule's own"),
    },
)
