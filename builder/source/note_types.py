"""The folders of note types (`note_type.yaml`, templates, styling) into `NoteType`s: ours, and a deck's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from unicodedata import normalize

from builder.core.diagnostics import Diagnostic, Severity, TextProblem, quoted
from builder.core.note_types import VERSION_IN_ADDRESS, NoteType, fill
from builder.core.notes import Deck
from builder.core.text import Text
from builder.render.placeholders import PARTS, placeholder_problems, without_lines
from builder.render.styling import declared_tokens, misspelt_tokens, styling_problems
from builder.render.templates import Side, template_problems
from builder.source.events import place_of
from builder.source.files import (
    NOTE_TYPE_FILE,
    STYLE_FILE,
    is_inside,
    misplaced_files,
    note_type_folders,
    read_text,
)
from builder.source.note_type_file import NoteTypeReader
from builder.source.reader import Reader, suggestion
from builder.source.words import FALLBACK, words

STOCK = ("question", "cloze", "occlusion")
_OUR_PARTS = (*PARTS, "picture")  # with a script
_OUR_KINDS = ("normal", "cloze", "occlusion")
OWN_KINDS = ("normal", "cloze")
_OWN_VALUES = ("language", "license", "version")
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-([0-9]\.[0-9])")


@dataclass(frozen=True, slots=True)
class NoteTypes:
    """The note types of a deck: all that are sound, and the names of its own, sound or not."""

    all: tuple[NoteType, ...]
    own: frozenset[str]


def read_note_types(deck: Deck) -> tuple[NoteTypes, tuple[Diagnostic, ...]]:
    """The note types that come along and those in the deck's folder, with the deck's styling after ours."""
    css, diagnostics = _styling(deck.folder, deck.folder / STYLE_FILE)
    diagnostics += tuple(map(_misplaced, misplaced_files(deck.folder)))
    found = list(stock_note_types(deck, css))
    names = [note_type.name for note_type in found]
    folders = note_type_folders(deck.folder)
    for folder in folders:
        if is_inside(folder, deck.folder):  # else it is told as a link
            note_type, name, problems = _own(folder, deck, css, names)
            diagnostics += problems
            names.append(name)
            found += [note_type] if note_type else []
    return NoteTypes(tuple(found), frozenset(folder.name for folder in folders)), diagnostics


def stock_note_types(deck: Deck, css: str = "") -> tuple[NoteType, ...]:
    """The note types that come with deckbuilder, made out to `deck`: its name, ids, language, licence and report link.

    `%version%` is left for the release; `css` comes after our own.
    """
    found = []
    for key in STOCK:
        file = files("builder").joinpath("note_types", key, NOTE_TYPE_FILE)
        reader = NoteTypeReader(Path(str(file)), file.read_text(encoding="utf-8"), deck)
        read = reader.read(key, _css(deck, css), _our_template, _OUR_KINDS)
        assert read is not None, reader.reader.diagnostics
        found.append(read)
    return tuple(found)


def _our_template(reader: NoteTypeReader, written: Text, _side: Side) -> str:
    file = files("builder").joinpath("note_types", reader.folder.name, written.value)
    return _filled(file.read_text(encoding="utf-8"), _OUR_PARTS, reader.deck)


# what is filled in


def _filled(template: str, parts: Iterable[str], deck: Deck) -> str:
    """A template with these parts, the words in the deck's language, and what is said of the deck."""
    folder = files("builder").joinpath("note_types", "parts")
    for part in parts:
        if f"%{part}%" in template:
            template = template.replace(f"%{part}%", folder.joinpath(f"{part}.html").read_text("utf-8").strip())
    values = {f"word_{name}": text for name, text in words(deck.language).items()}
    values |= {"language": deck.language, "license": _license(deck), "report": _report(deck)}
    return fill(template.strip(), values)


def _license(deck: Deck) -> str:
    """The licence as people write it: `CC BY 4.0` for `CC-BY-4.0`."""
    found = _CREATIVE_COMMONS.fullmatch(deck.license)
    return f"CC {found.group(1)} {found.group(2)}" if found else deck.license


def _report(deck: Deck) -> str:
    return deck.report_url.replace("{id}", "{{Note ID}}").replace("{version}", VERSION_IN_ADDRESS)


# styling


def _css(deck: Deck, *others: str) -> str:
    """Our styling, made out to the deck, and what comes after it."""
    return "\n\n".join(filter(None, (_base_css(deck.language), "\n".join(filter(None, others))))) + "\n"


@cache
def _base_css(language: str) -> str:
    css = files("builder").joinpath("note_types", "style.css").read_text(encoding="utf-8").strip()
    return css.replace("%word_right%", words(language)["right"])


def _styling(folder: Path, path: Path) -> tuple[str, tuple[Diagnostic, ...]]:
    """The CSS in a file of the deck in `folder`; '' when there is no such file."""
    if not path.exists() and not path.is_symlink():
        return "", ()
    text, diagnostics = read_text(path, folder)
    misspelt = misspelt_tokens(text, declared_tokens(_base_css(FALLBACK)))
    warnings = _told(path, text, misspelt, Severity.WARNING)
    return text.strip(), (*diagnostics, *_told(path, text, styling_problems(text)), *warnings)


def _told(
    path: Path, text: str, problems: Iterable[TextProblem], severity: Severity = Severity.ERROR
) -> tuple[Diagnostic, ...]:
    """The problems of a file with their places."""
    reader = Reader(path, text)
    for problem in problems:
        reader.report(place_of(text, problem.offset), problem.rule, problem.message, problem.hint, severity)
    return tuple(reader.diagnostics)


# note types of the deck's own


def _own(
    folder: Path, deck: Deck, css: str, taken: Iterable[str]
) -> tuple[NoteType | None, str, tuple[Diagnostic, ...]]:
    """A note type of the deck's own and the name that students see; None when something is wrong with it."""
    path = folder / NOTE_TYPE_FILE
    if path.name not in _listing(folder):
        return None, "", (_missing(path),)
    text, diagnostics = read_text(path, deck.folder)
    if diagnostics:
        return None, "", diagnostics
    reader = NoteTypeReader(path, text, deck)
    styling, diagnostics = _styling(deck.folder, folder / STYLE_FILE)
    reader.add(diagnostics)
    if not _NAME.fullmatch(folder.name) or folder.name in STOCK:
        what = "is a note type that comes along" if folder.name in STOCK else "cannot name a note type"
        hint = "use small letters, digits and `-`, and no name that is taken"
        reader.reader.report((1, 1), "bad-name", f"the folder's name {quoted(folder.name)} {what}", hint)
    found = reader.read(folder.name, _css(deck, css, styling), _own_template, OWN_KINDS, taken)
    return found, reader.name, tuple(reader.reader.diagnostics)


def _own_template(reader: NoteTypeReader, written: Text, side: Side) -> str:
    """A template file of the deck's own note type, checked."""
    listing = _listing(reader.folder)
    if written.value not in listing or not written.value.endswith(".html"):
        hint = suggestion(written.value, (name for name in listing if name.endswith(".html")))
        hint = hint or "write the name of a file beside note_type.yaml, such as front.html"
        reader.reader.report(written, "missing-template", f"there is no template {quoted(written.value)}", hint)
        return ""
    path = listing[written.value]
    text, diagnostics = read_text(path, reader.deck.folder)
    reader.add(diagnostics)
    if diagnostics:
        return ""
    reader.add(_told(path, text, dict.fromkeys(_template_problems(text, reader, side))))
    return _filled(text, PARTS, reader.deck)


def _template_problems(text: str, reader: NoteTypeReader, side: Side) -> Iterator[TextProblem]:
    words_of_ours = tuple(f"word_{name}" for name in words(reader.deck.language))
    yield from placeholder_problems(text, reader.fields, (*_OWN_VALUES, *words_of_ours), suggestion)
    # Lines with nothing to fill in are left out: what remains must be as sound.
    license_alone = () if reader.deck.license else ("license",)
    for left_out in ((), license_alone, (*license_alone, "version")):
        shown = without_lines(text, left_out)
        yield from template_problems(shown, reader.fields, reader.kind, side, suggestion)


def _listing(folder: Path) -> dict[str, Path]:
    """The files of a folder by their names, in capitals and small letters as they are on every system."""
    return {normalize("NFC", path.name): path for path in folder.iterdir()}


def _missing(path: Path) -> Diagnostic:
    near = next((name for name in sorted(_listing(path.parent)) if name.lower().endswith((".yaml", ".yml"))), "")
    hint = f"rename {quoted(near)} to {path.name}" if near else f"add {path.name}, or remove the folder"
    message = f"the folder of a note type has no {path.name}"
    return Diagnostic(path=path, line=1, column=1, rule="unreadable-file", message=message, hint=hint)


def _misplaced(path: Path) -> Diagnostic:
    message = "this file is neither read as notes nor as a note type"
    hint = f"move notes out of note_types/; the file of a note type is note_types/NAME/{NOTE_TYPE_FILE}"
    return Diagnostic(path=path, line=1, column=1, rule="misplaced-file", message=message, hint=hint)
