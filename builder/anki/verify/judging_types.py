"""A case into what becomes of its note types: the student's styling, and the release's."""

from __future__ import annotations

from collections.abc import Iterable

from builder.anki.verify.case import Case, Verdict
from builder.anki.verify.results import Finding, Kept
from builder.core.english import counted


def judge_styling(case: Case) -> Verdict:
    """A student's styling stays where the release did not change the note type, or did before the student."""
    held, before = case.stage.hold.note_types, case.before.note_types
    restyled = {number for number in before if number in held and before[number].css != held[number].css}
    replaced = {number for number in restyled if _is_changed(case, number) and not _is_later(case, number)}
    own = restyled - replaced
    lost = {number for number in own if _css_after(case, number) != before[number].css}
    return Verdict(
        Kept(kept=len(own - lost), of=len(own)),
        _on_types("lost-styling", lost, case, "the student's styling is lost"),
        _on_types("replaced-styling", replaced, case, "the release changed them, and its styling counts"),
    )


def judge_look(case: Case) -> Verdict:
    """A release's templates and styling arrive, but where the student's own are later or the note type conflicts."""
    due = {
        number
        for number, note_type in case.new.note_types.items()
        if number in case.before.note_types
        and case.before.note_types[number].schema == note_type.schema
        and _is_changed(case, number)
        and not (_is_later(case, number) and _is_restyled(case, number))
    }
    absent = {
        number
        for number in due
        if number not in case.after.note_types or case.after.note_types[number].look != case.new.note_types[number].look
    }
    message = "new templates or styling do not arrive, they are dated no later than the old"
    return Verdict(errors=_on_types("missing-look", absent, case, message))


def _is_changed(case: Case, number: int) -> bool:
    """Whether a package after the one held looks other than the one before it."""
    looks = [package.note_types[number].look for package in case.chain if number in package.note_types]
    return any(look != looks[0] for look in looks)


def _is_restyled(case: Case, number: int) -> bool:
    held = case.stage.hold.note_types.get(number)
    return held is None or held.css != case.before.note_types[number].css


def _is_later(case: Case, number: int) -> bool:
    """Whether the student's note type was changed no earlier than the release's."""
    return case.before.note_types[number].modified >= case.new.note_types[number].modified


def _css_after(case: Case, number: int) -> str:
    found = case.after.note_types.get(number)
    return found.css if found else ""


def _on_types(rule: str, numbers: Iterable[int], case: Case, message: str) -> tuple[Finding, ...]:
    """A finding on note types, if there are any; it names them."""
    names = sorted(case.before.note_types[number].name for number in numbers)
    if not names:
        return ()
    return (Finding(rule=rule, message=f"{counted(len(names), 'note type')} ({', '.join(names)}): {message}"),)
