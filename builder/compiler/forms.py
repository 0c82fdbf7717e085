"""One note of each form into the values of its fields and the numbers of its cards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from builder.core.diagnostics import Diagnostic, TextProblem, quoted
from builder.core.notes import Choice, ClozeNote, Note, OcclusionNote, QuestionNote
from builder.core.package import MediaFile
from builder.core.retiring import REPLACED, note_search
from builder.core.text import ABSENT, Text
from builder.render.markdown import Field, inert, literal, render_field
from builder.render.media import MediaFolder
from builder.render.occlusion import render_masks
from builder.render.pictures import Picture, PictureError
from builder.source.reader import Reader, suggestion

NO_FIELD = Field("")
# What a student can see or hear in a field's HTML: a character outside tags, a picture, a sound.
_SEEN = re.compile(r"(?:^|>)\s*[^<\s]|<img ")


@dataclass(slots=True)
class Content:
    """What a form makes of a note: field values by name, card numbers, media names."""

    values: dict[str, str]
    cards: tuple[int, ...]
    media: tuple[str, ...] = ()
    diagnostics: list[Diagnostic] = field(default_factory=list)


class Renderer:
    """Renders the texts and pictures of one deck; problems go to the reader of the file they are in."""

    def __init__(self, media: MediaFolder) -> None:
        self.media = media
        self._pictures: dict[str, Picture | PictureError] = {}

    def field(self, text: Text, reader: Reader, *, cloze: bool = False, gap_hint: str = "") -> Field:
        """The HTML of a text; the empty field for an absent one. `gap_hint` says what to do about a gap in it."""
        if text is ABSENT:
            return NO_FIELD
        rendered = render_field(text.value, self.media, cloze=cloze)
        if rendered.problems:
            reader.report_in(text, _with_gap_hint(rendered.problems, gap_hint))
        elif not rendered.html or (rendered.html[0] == "<" and not _SEEN.search(rendered.html)):
            problem = TextProblem(0, "empty-text", "this text shows nothing on a card", "write something to read")
            reader.report_in(text, [problem])
        return rendered

    def picture(self, file: MediaFile) -> Picture | PictureError:
        """The picture in a file, read once."""
        if file.name not in self._pictures:
            try:
                self._pictures[file.name] = Picture(file.path)
            except PictureError as error:
                self._pictures[file.name] = error
        return self._pictures[file.name]


def _with_gap_hint(problems: tuple[TextProblem, ...], hint: str) -> Iterator[TextProblem]:
    for problem in problems:
        is_gap = problem.rule == "cloze-in-question"
        yield replace(problem, hint=hint) if hint and is_gap else problem


def retired(note: Note, reader: Reader, render: Renderer, replaced_by: str) -> Field:
    """Why nobody should learn a note any more; behind the words `replaced_by` the search that finds the new note."""
    reason = render.field(note.retired, reader, gap_hint="write it without the braces")
    if not note.replaced_by.value:
        return reason
    # Of the new note only the id is here: what else it says may change.
    search = literal(note_search(note.replaced_by.value))
    line = f"{REPLACED}{literal(replaced_by)} <code>{search}</code></div>"
    return replace(reason, html=reason.html + line)


# question and answer


def question(note: QuestionNote, reader: Reader, render: Renderer) -> Content:
    """A question with its answer, reversed, typed or with choices."""
    asked, answer = render.field(note.question, reader), render.field(note.answer, reader)
    if note.typed and (not answer.is_plain or "\n" in answer.html) and note.answer is not ABSENT:
        message = "an answer that is typed must be plain text in one line"
        reader.report(note.answer, "typed-markup", message, "remove the formatting, or `typed: true`")
    values = {
        "Question": asked.html,
        "Answer": answer.html,
        "Reverse": "1" if note.reverse else "",
        "Typed": answer.html if note.typed else "",
    }
    media = asked.media + answer.media
    if note.choices:
        values["Choices"], values["Choices answered"], used = _choices(note, reader, render)
        media += used
    return Content(values, (1, 2) if note.reverse else (1,), media)


def _choices(note: QuestionNote, reader: Reader, render: Renderer) -> tuple[str, str, tuple[str, ...]]:
    """The choices as the front and as the back show them, and the media in them."""
    choices = note.choices if note.ordered else sorted(note.choices, key=lambda one: _shuffled(note.id.value, one))
    texts = {choice: render.field(choice.text, reader) for choice in note.choices}
    _report_same(texts, reader)
    front: list[str] = []
    back: list[str] = []
    media: tuple[str, ...] = ()
    for choice in choices:
        text, why = texts[choice], render.field(choice.why, reader)
        media += text.media + why.media
        shown = f'<div class="db-option">{text.html}</div>'
        reason = f'<div class="db-reason">{why.html}</div>' if why.html else ""
        is_right = choice.text.value.strip() == note.answer.value.strip()
        front.append(f"<li>{shown}</li>")
        back.append(f'<li class="db-right">{shown}{reason}</li>' if is_right else f"<li>{shown}{reason}</li>")
    return (
        f'<ol class="db-options">{"".join(front)}</ol>',
        f'<ol class="db-options db-answered">{"".join(back)}</ol>',
        media,
    )


def _report_same(texts: Mapping[Choice, Field], reader: Reader) -> None:
    """Reports choices that a student cannot tell apart."""
    lines: dict[str, int] = {}
    for choice, rendered in texts.items():
        shown = " ".join(rendered.html.split())
        if not shown or rendered.problems:
            continue
        if shown in lines:
            hint = f"the first is in line {lines[shown]}; remove one of them"
            message = f"{quoted(choice.text.value)} is there twice"
            reader.report(choice.text, "duplicate-choice", message, hint)
        lines.setdefault(shown, choice.text.line)


def _shuffled(note_id: str, choice: Choice) -> bytes:
    """Where a choice comes in the shuffled order: for ever the same, and of no other choice."""
    text = f"{note_id}\0{choice.text.value.strip()}"
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest()


# gaps


def cloze(note: ClozeNote, reader: Reader, render: Renderer) -> Content:
    """A text with gaps; each number is a card."""
    text = render.field(note.text, reader, cloze=True)
    if note.text is not ABSENT and not text.cards and not text.problems:
        hint = "mark what to hide: {{c1::hidden}} or {{c1::hidden::hint}}"
        reader.report(note.text, "missing-cloze", "the text has no gap", hint)
    return Content({"Text": text.html}, tuple(sorted(text.cards)), text.media)


# a picture with masks


def occlusion(note: OcclusionNote, reader: Reader, render: Renderer) -> Content:
    """A picture; each number of its masks is a card."""
    asked = render.field(note.question, reader, gap_hint="write it without the braces; the masks are the gaps")
    content = Content({"Header": asked.html}, tuple(mask.number for mask in note.masks), asked.media)
    if note.image is ABSENT:
        return content
    file = render.media.picture(note.image.value)
    if isinstance(file, TextProblem):
        reader.report_in(note.image, [file])
        return content
    content.media += (file.name,)
    alt = literal(" ".join(note.alt.value.split()))
    content.values["Image"] = inert(f'<img src="{file.name}" alt="{alt}">')
    picture = render.picture(file)
    if isinstance(picture, PictureError):
        if picture.line:
            content.diagnostics.append(_in_picture(file, picture))
        else:
            reader.report(note.image, picture.rule, picture.message, picture.hint)
        return content
    content.values["Occlusion"], problems = render_masks(note, picture, suggestion)
    for problem in problems:
        reader.report((problem.line, problem.column), problem.rule, problem.message, problem.hint)
    return content


def _in_picture(file: MediaFile, error: PictureError) -> Diagnostic:
    return Diagnostic(
        path=file.path, line=error.line, column=1, rule=error.rule, message=error.message, hint=error.hint
    )
