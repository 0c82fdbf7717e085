"""The forms of a note: which one its keys make it, and what each form asks of them."""

from __future__ import annotations

from typing import NamedTuple

from builder.core.diagnostics import quoted
from builder.core.notes import Choice, Citation, ClozeNote, Note, OcclusionNote, OwnNote, QuestionNote
from builder.core.text import ABSENT, Text
from builder.source.events import Mapping, Node, Sequence
from builder.source.masks import PICTURE_HINT, PICTURE_KEYS, read_picture
from builder.source.reader import Reader, is_blank, suggestion

QUESTION_KEYS = ("question", "answer", "reverse", "typed", "choices", "ordered")
CLOZE_KEYS = ("cloze",)
OCCLUSION_KEYS = ("occlusion",)
OWN_KEYS = ("type", "fields")
FORM_KEYS = (*QUESTION_KEYS, *CLOZE_KEYS, *OCCLUSION_KEYS, *OWN_KEYS)
_OTHER_THAN_OWN = (*QUESTION_KEYS, *CLOZE_KEYS, *OCCLUSION_KEYS)
CHOICE_KEYS = ("text", "why")
MAX_CHOICES = 10
# For keys that by themselves make no note.
_REMEDIES = {
    "type": "remove the line; only a note with `fields` has a type",
    **dict.fromkeys(("reverse", "typed", "ordered"), "remove the line"),
}
_FIELDS_HINT = "write a line such as `Front: some text` below it for each field"


class Common(NamedTuple):
    """What every note has, as keyword arguments of `Note`."""

    id: Text
    deck: str
    tags: tuple[Text, ...]
    audience: str
    explanation: Text
    sources: tuple[Citation, ...]
    review_by: Text


def form_of(reader: Reader, node: Mapping, meant: frozenset[str]) -> str:
    """The key that decides what a note is: `cloze`, `occlusion`, `type` or `question`; '' when none does."""
    values = node.values
    if "fields" in values or ("type" in values and values.keys().isdisjoint(_OTHER_THAN_OWN)):
        _excluded(reader, node, "type", _OTHER_THAN_OWN)
        return "type"
    if "occlusion" in values:
        _excluded(reader, node, "occlusion", (*QUESTION_KEYS[1:], *CLOZE_KEYS, "type"))
        return "occlusion"
    if "cloze" in values:
        _excluded(reader, node, "cloze", (*QUESTION_KEYS, "type"))
        return "cloze"
    if any(key in values for key in QUESTION_KEYS):
        _excluded(reader, node, "question", ("type",))
        return "question"
    if not meant & {*FORM_KEYS}:  # else the misspelled key has been reported
        reader.report(
            node, "no-form", "the note asks nothing", "give it `question` and `answer`, or `cloze` with {{c1::gaps}}"
        )
    return ""


def _excluded(reader: Reader, node: Mapping, form: str, keys: tuple[str, ...]) -> None:
    """Reports those of `keys` that a note has although it is of another form."""
    for key in keys:
        if key in node.values:
            hint = _REMEDIES.get(key, "make two notes of it")
            reader.report(node.key_place(key), "mixed-forms", f"`{key}` does not go with `{form}`", hint)


def belongs_below(node: Mapping) -> dict[str, str]:
    """The keys of a note that are one step too far left, with the key below which they belong."""
    fields = node.values.get("fields")
    parents = dict.fromkeys(node.values, "fields") if fields is not None and is_blank(fields) else {}
    return parents | dict.fromkeys(PICTURE_KEYS, "occlusion")


def read_form(
    form: str, reader: Reader, node: Mapping, common: Common, meant: frozenset[str], own_types: frozenset[str]
) -> Note | None:
    """The note of a form; None when too little of it can be read to render it."""
    if form == "question":
        return _question(reader, node, common, meant)
    if form == "cloze":
        return ClozeNote(**common._asdict(), text=reader.prose(node, "cloze"))
    if form == "occlusion":
        return _occlusion(reader, node, common)
    return _own(reader, node, common, meant, own_types)


# question and answer


def _question(reader: Reader, node: Mapping, common: Common, meant: frozenset[str]) -> QuestionNote:
    for key in ("question", "answer"):
        if key not in node.values and key not in meant:
            reader.report(node, f"missing-{key}", f"note has no {key}", f"add a line `{key}: ...`")
    answer = reader.prose(node, "answer")
    choices: tuple[Choice, ...] = ()
    if "choices" in node.values:
        _excluded(reader, node, "choices", ("reverse", "typed"))
        choices = _choices(reader, node, answer)
    elif "ordered" in node.values and "choices" not in meant:
        hint = "remove it, or add `choices`"
        reader.report(node.key_place("ordered"), "mixed-forms", "`ordered` is only for `choices`", hint)
    return QuestionNote(
        id=common.id,
        deck=common.deck,
        tags=common.tags,
        audience=common.audience,
        explanation=common.explanation,
        sources=common.sources,
        review_by=common.review_by,
        question=reader.prose(node, "question"),
        answer=answer,
        reverse=reader.flag(node, "reverse"),
        typed=reader.flag(node, "typed"),
        choices=choices,
        ordered=reader.flag(node, "ordered"),
    )


def _choices(reader: Reader, node: Mapping, answer: Text) -> tuple[Choice, ...]:
    """The choices that can be read; when these are all, the answer must be one of them."""
    items = reader.items(node, "choices")
    choices = tuple(choice for item in items if (choice := _choice(reader, item)))
    texts = [choice.text.value.strip() for choice in choices]
    if isinstance(node.values["choices"], Sequence) and not 2 <= len(items) <= MAX_CHOICES:
        few = len(items) < 2
        message = "there is nothing to choose from" if few else f"{len(items)} choices are more than anybody weighs"
        hint = "write at least two choices" if few else f"keep the best, at most {MAX_CHOICES}"
        reader.report(node.key_place("choices"), "number-of-choices", message, hint)
    elif texts and len(texts) == len(items) and answer is not ABSENT and answer.value.strip() not in texts:
        hint = suggestion(answer.value, texts) or "write the answer exactly as one of the choices"
        reader.report(answer, "answer-not-a-choice", "the answer is none of the choices", hint)
    return choices


def _choice(reader: Reader, item: Node) -> Choice | None:
    if isinstance(item, Mapping):
        return _choice_with_keys(reader, item)
    if not isinstance(item, Text):
        reader.report(item, "wrong-type", "a choice must be text", "write its text, or `{text: ..., why: ...}`")
        return None
    if not item.value.strip():
        reader.report(item, "empty-text", "this choice is empty", "write its text, or remove it")
        return None
    reader.warn_if_cut(item)
    return Choice(text=item, why=ABSENT)


def _choice_with_keys(reader: Reader, item: Mapping) -> Choice | None:
    if len(item.values) == 1 and not reader.is_bracketed(item):
        (key,) = item.values
        if key.casefold() not in CHOICE_KEYS:  # then it is the beginning of a text
            line, column = item.key_place(key)
            place = line, reader.lines[line - 1].index(":", column - 1 + len(key)) + 1
            hint = "put the whole text in quotes, or write `{text: ..., why: ...}`"
            reader.report(place, "unquoted-colon", "a colon and a space inside a text need quotes", hint)
            return None
    meant = reader.keys(item, CHOICE_KEYS, "a choice")
    text, why = reader.prose(item, "text"), reader.prose(item, "why")
    if "text" not in item.values and not meant:
        reader.report(item, "missing-text", "the choice has no `text`", "write `{text: ..., why: ...}`")
    return Choice(text=text, why=why) if text is not ABSENT else None


# a picture with masks


def _occlusion(reader: Reader, node: Mapping, common: Common) -> OcclusionNote | None:
    question = reader.prose(node, "question")
    picture = reader.keys_below(node, "occlusion", PICTURE_HINT)
    if picture is None:
        return None
    read = read_picture(reader, picture)
    return OcclusionNote(
        **common._asdict(),
        question=question,
        image=read.image,
        alt=read.alt,
        hide_all=read.hide_all,
        masks=read.masks,
    )


# note types of the deck's own


def _own(
    reader: Reader, node: Mapping, common: Common, meant: frozenset[str], own_types: frozenset[str]
) -> OwnNote | None:
    """The note; its `note_type` is '' when the deck has none of that name."""
    note_type = reader.text(node, "type")
    if "type" not in node.values and "type" not in meant:
        hint = "add `type: name`, a folder in the deck's note_types/"
        reader.report(node.key_place("fields"), "missing-type", "the note has `fields` and no `type`", hint)
    if note_type is not ABSENT and note_type.value not in own_types:
        message = f"the deck has no note type {quoted(note_type.value)}"
        hint = suggestion(note_type.value, sorted(own_types)) or _types_there_are(own_types)
        reader.report(note_type, "unknown-note-type", message, hint)
        note_type = ABSENT
    if "fields" not in node.values:
        if "fields" not in meant:
            reader.report(node, "missing-fields", "the note has no `fields`", "add `fields:` with a line for each")
        return None
    fields = reader.keys_below(node, "fields", _FIELDS_HINT)
    if fields is None:
        return None
    texts = {name: reader.prose(fields, name) for name in fields.values}
    # Two fields can also be filled from keys of the note.
    places = {key.capitalize(): node.key_place(key) for key in ("explanation", "sources") if key in node.values}
    return OwnNote(
        **common._asdict(),
        note_type=note_type.value,
        texts=texts,
        places=places | {name: fields.key_place(name) for name in texts},
        line=node.line,
        column=node.column,
    )


def _types_there_are(own_types: frozenset[str]) -> str:
    if own_types:
        return f"its note types are: {', '.join(sorted(own_types))}"
    return "its own ones are folders in note_types/; a question, a text with gaps and a picture need no `type`"
