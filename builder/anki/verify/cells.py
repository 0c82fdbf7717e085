"""Results as the cells of tables and the words around them, which text and Markdown share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from builder.anki.verify.results import Finding, Imported, Kept, Over, Played, Verified
from builder.core.english import counted

COUNT_HEADINGS = ("", "Anki", "package", "manifest")
HEADINGS = ("student", "reviews", "due dates", "edits", "tags", "styling", "doubled", "conflicts", "blank")
_NAMES = 10
_NOTHING = "—"
_ABOUT = re.compile(r"[\d,]+ (note|card)s?: (.+)")  # a message on notes that are named


def count_rows(imported: Imported) -> list[tuple[str, ...]]:
    """A row for each of `COUNT_HEADINGS`."""
    return [
        (one.what, f"{one.anki:,}", f"{one.package:,}", "" if one.manifest is None else f"{one.manifest:,}")
        for one in imported.counts
    ]


def row(played: Played) -> tuple[str, ...]:
    """A cell for each of `HEADINGS`."""
    kept = (played.reviews, played.due_dates, played.edits, played.tags, played.styling)
    return (
        played.name,
        *map(_kept, kept),
        *(f"{number:,}" for number in (played.doubled, played.conflicts, played.blank)),
    )


def some_names(names: Sequence[str]) -> tuple[str, ...]:
    """The first few names, and how many more there are."""
    more = (f"and {len(names) - _NAMES:,} more",) if len(names) > _NAMES else ()
    return (*names[:_NAMES], *more)


def rendered(imported: Imported) -> str:
    """How much was looked at."""
    without = f", {counted(imported.without_cards, 'note')} without cards" if imported.without_cards else ""
    return f"{counted(imported.rendered, 'card')} rendered on both sides{without}"


def tags(imported: Imported) -> str:
    """How many tags there are, and which: many are told by their first two levels, each with how many it holds."""
    shown: Sequence[str] = imported.tags
    if len(shown) > _NAMES:
        levels = Counter("::".join(tag.split("::")[:2]) for tag in shown)
        shown = some_names([f"{level} ({number:,})" for level, number in sorted(levels.items())])
    return f"{counted(len(imported.tags), 'tag')}: {', '.join(shown)}"


def what_changed(over: Over) -> str:
    """What the release is for who holds the last of the older packages: its notes, each once, and who is not in it."""
    parts = [f"{over.new:,} new", f"{over.changed:,} changed", f"{over.unchanged:,} unchanged"]
    parts += [f"{over.retired:,} retired"] if over.retired else []
    parts += [f"{len(over.left_behind):,} left behind"] if over.left_behind else []
    return ", ".join(parts)


def not_played(over: Over) -> list[str]:
    """The students that could not be played, and why."""
    reasons: dict[str, list[str]] = {}
    for played in over.played:
        if played.not_played:
            reasons.setdefault(played.not_played, []).append(played.name)
    return [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]


def limits(over: Over) -> Iterator[tuple[Finding, str]]:
    """Each limit once, with all notes on which students met it, and these students, with numbers where they differ."""
    groups: dict[tuple[str, str, str], dict[str, Finding]] = {}
    for played in over.played:
        for limit in played.limits:
            about = _ABOUT.fullmatch(limit.message) if limit.notes else None
            key = (limit.rule, about[1], about[2]) if about else (limit.rule, "", limit.message)
            groups.setdefault(key, {})[played.name] = limit
    for (rule, what, words), met in groups.items():
        if len(set(met.values())) == 1:
            yield next(iter(met.values())), among(over, tuple(met))
            continue
        notes: Counter[str] = Counter()
        for limit in met.values():
            notes |= Counter(limit.notes)
        names = tuple(sorted(notes.elements()))
        message = f"{counted(len(names), what)}: {words}"
        students = ", ".join(f"{name} ({len(limit.notes):,})" for name, limit in met.items())
        yield Finding(rule=rule, message=message, notes=names), students


def among(over: Over, students: Sequence[str]) -> str:
    """Who meets something: names, or everybody who was played."""
    played = sum(not one.not_played for one in over.played)
    return "every student" if len(students) == played else ", ".join(students)


def verdict(verified: Verified) -> str:
    """The last line."""
    if verified.errors:
        return counted(len(verified.errors), "error")
    return "everything promised is kept" if verified.over else "no errors"


def _kept(kept: Kept) -> str:
    if not kept.of:
        return _NOTHING
    return f"✓ {kept.of:,}" if kept.kept == kept.of else f"{kept.kept:,}/{kept.of:,}"
