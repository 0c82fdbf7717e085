"""Makes `docs/coverage.md`: which notes of the sciatica deck teach which claim and topic, and rest on which source.

    python -m uv run python docs/coverage/make.py

Exits with a message when a claim has no note, or names one that the deck does not have.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from builder.compiler.deck import CompiledDeck, DeckCompiler
from builder.core.notes import ClozeNote, Note, OcclusionNote, QuestionNote
from builder.render.citations import short_form

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DECK = ROOT / "decks" / "sciatica"
CLAIMS = HERE / "claims.yaml"
PAGE = HERE.parent / "coverage.md"
VERDICTS = ("agree", "nuance", "disputed")
LEVELS = ("Core", "Extended")
# Tags that say something else than the topic.
MARKS = (*LEVELS, "Contested", "RedFlag", "Region", "Root")
_TITLE = """\
# Coverage of the sciatica deck

Made by `docs/coverage/make.py` from the deck itself; a test makes it again and compares. How the notes are written is
in [Writing cards](writing-cards.md).

- [Claims](#claims): what a popular article says, what the evidence makes of it, and the notes that teach it
- [Topics](#topics): notes and cards for each audience
- [Forms](#forms): kinds of notes, and what the tags mark
- [Sources](#sources): the notes that rest on each
"""
_CLAIMS = """\
## Claims

The deck began with a popular article, *How Does Sciatica Originate?* Its 17 claims in our words, with a verdict:
*agree*, *nuance* (right in the main, but it needs other words), or *disputed* (the literature does not support it as it
stands).
"""
_TOPICS = """\
## Topics

As notes / cards. A note for one audience is left out of the other's edition; a note for nobody in particular is in
both.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim of the article, the verdict with its reason, and the ids of the notes that teach it."""

    id: str
    claim: str
    verdict: str
    because: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A note as it is written, the numbers of its cards, and the name of its file."""

    note: Note
    cards: tuple[int, ...]
    file: str

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, without the deck's root."""
        return tuple(tag.value for tag in self.note.tags)

    @property
    def topic(self) -> str:
        """The tag that names its topic; exits when it has none or several."""
        topics = [tag for tag in self.tags if tag.partition("::")[0] not in MARKS]
        if len(topics) != 1:
            raise SystemExit(f"the note {self.note.id.value} has {len(topics)} topics instead of one")
        return topics[0]

    @property
    def form(self) -> str:
        """Which form of note it is."""
        match self.note:
            case QuestionNote(choices=choices) if choices:
                return "choices"
            case QuestionNote(typed=True):
                return "typed"
            case QuestionNote(reverse=True):
                return "reversed"
            case QuestionNote():
                return "question and answer"
            case ClozeNote():
                return "gaps"
            case OcclusionNote():
                return "picture with masks"
        raise SystemExit(f"the note {self.note.id.value} has a form that this page does not know")


def read_claims(path: Path) -> tuple[Claim, ...]:
    """The claims in `path`; exits when one has a verdict of its own making or no note."""
    claims = tuple(
        Claim(**item | {"notes": tuple(item.get("notes") or ())})
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["claims"]
    )
    for claim in claims:
        if claim.verdict not in VERDICTS:
            raise SystemExit(f"the claim {claim.id} has the verdict {claim.verdict}, which is none of {VERDICTS}")
        if not claim.notes:
            raise SystemExit(f"the claim {claim.id} has no note")
    return claims


def read_deck(folder: Path) -> tuple[CompiledDeck, tuple[Entry, ...]]:
    """The deck in `folder` and its notes, in the order of the course."""
    compiled, diagnostics = DeckCompiler(folder, keep_sources=True).compile()
    if compiled is None or any(one.severity.value == "error" for one in diagnostics):
        raise SystemExit(f"{folder} does not compile; `deckbuilder check` says why")
    made = {note.id: note for note in compiled.notes}
    entries = tuple(
        Entry(note=note, cards=made[note.id.value].cards, file=file.path.name)
        for file in compiled.files
        if file.source
        for note in file.source.notes
    )
    return compiled, entries


def coverage(folder: Path, claims: Path) -> str:
    """The page about the deck in `folder` and the claims in the file `claims`."""
    compiled, entries = read_deck(folder)
    audiences = tuple(edition.audience for edition in compiled.deck.editions)
    parts = (
        _TITLE,
        _CLAIMS,
        *_claims(read_claims(claims), entries),
        _TOPICS,
        *_topics(entries, audiences),
        "## Forms\n",
        *_forms(entries, audiences),
        "## Sources\n",
        *_sources(compiled, entries),
    )
    return "\n".join(parts)


def _claims(claims: Iterable[Claim], entries: Iterable[Entry]) -> Iterator[str]:
    files = {entry.note.id.value: entry.file for entry in entries}
    yield "| | Claim | Verdict | Why | Notes |\n| --- | --- | --- | --- | --- |"
    for claim in claims:
        if missing := [note for note in claim.notes if note not in files]:
            raise SystemExit(f"the claim {claim.id} names notes that the deck does not have: {', '.join(missing)}")
        notes = ", ".join(f"[{note}](../decks/{DECK.name}/{files[note]})" for note in claim.notes)
        yield f"| {claim.id} | {claim.claim} | {claim.verdict} | {claim.because} | {notes} |"
    yield ""


def _topics(entries: Iterable[Entry], audiences: tuple[str, ...]) -> Iterator[str]:
    by_topic: dict[str, list[Entry]] = {}
    for entry in entries:
        by_topic.setdefault(entry.topic, []).append(entry)
    yield _row("Topic", "All", *(f"Edition {audience}" for audience in audiences), "Core", "Contested")
    yield _row(*["---"] * (4 + len(audiences)))
    for topic, found in by_topic.items():
        yield _row(f"`{topic}`", *_sizes(found, audiences), *_tagged(found))
    everything = [entry for found in by_topic.values() for entry in found]
    yield _row("**All**", *_sizes(everything, audiences), *_tagged(everything)) + "\n"


def _sizes(entries: list[Entry], audiences: tuple[str, ...]) -> Iterator[str]:
    yield _size(entries)
    for audience in audiences:
        yield _size(entry for entry in entries if entry.note.audience in ("", audience))


def _tagged(entries: list[Entry]) -> Iterator[str]:
    for tag in ("Core", "Contested"):
        yield str(sum(tag in entry.tags for entry in entries))


def _size(entries: Iterable[Entry]) -> str:
    found = list(entries)
    return f"{len(found)} / {sum(len(entry.cards) for entry in found)}"


def _forms(entries: tuple[Entry, ...], audiences: tuple[str, ...]) -> Iterator[str]:
    yield _row("Form", "All", *(f"Edition {audience}" for audience in audiences))
    yield _row(*["---"] * (2 + len(audiences)))
    forms = Counter(entry.form for entry in entries)
    for form, _ in forms.most_common():
        found = [entry for entry in entries if entry.form == form]
        yield _row(form, *_sizes(found, audiences))
    yield ""
    yield "| Tag | Notes |\n| --- | --- |"
    tags = Counter(tag for entry in entries for tag in entry.tags if tag.partition("::")[0] in MARKS)
    for tag in sorted(tags, key=lambda tag: (MARKS.index(tag.partition("::")[0]), tag)):
        yield _row(f"`{tag}`", str(tags[tag]))
    yield ""


def _sources(compiled: CompiledDeck, entries: Iterable[Entry]) -> Iterator[str]:
    cited: dict[str, list[str]] = {key: [] for key in sorted(compiled.references)}
    for entry in entries:
        for key in dict.fromkeys(source.key.value for source in entry.note.sources):
            cited[key].append(entry.note.id.value)
    yield "| Key | Source | Notes |\n| --- | --- | --- |"
    for key, notes in cited.items():
        item = compiled.references[key].item
        name = html.unescape(short_form(item)).replace("|", r"\|")
        yield _row(f"`{key}`", f"{name}, {item['title']}", ", ".join(notes))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(coverage(DECK, CLAIMS) + "\n", encoding="utf-8", newline="\n")
