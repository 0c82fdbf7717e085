"""`deck.yaml` into a `Deck`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from builder.core.diagnostics import Diagnostic, Severity, TextProblem, quoted
from builder.core.identifiers import VERSION
from builder.core.notes import Deck, Edition, RuleSetting
from builder.core.text import ABSENT, Text
from builder.render.citations import DEFAULT_STYLE, knows_style, style_names
from builder.source.events import Mapping, Sequence, read_tree
from builder.source.files import DECK_FILE, read_text
from builder.source.reader import Reader, closest, suggestion

DECK_KEYS = (
    *("id", "name", "tag", "language", "version", "license", "description", "report_url", "citation_style"),
    *("editions", "lint"),
)

# A readable part, then at least six characters with a digit and a letter among them: no two authors choose the same.
DECK_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{6,}")
RESERVED_EDITIONS = ("everything", "draft")  # parts of the names of packages
WORD = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LANGUAGE_NAMES = {"deutsch": "de", "german": "de", "english": "en", "español": "es", "spanish": "es", "french": "fr"}
_LANGUAGE_NAMES |= {"français": "fr", "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt"}
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_BRACES = re.compile(r"\{+([^{}]*)\}*|\}+")
_PICTURE = re.compile(r"!\[[^\]]*\]\(|<img\b", re.IGNORECASE)
LICENSE = re.compile(r"[^{}%<>\n]+")
_LINT_HINT = "write a line such as `missing-source: off` below it for each rule"


def read_deck(folder: Path) -> tuple[Deck | None, tuple[Diagnostic, ...]]:
    """What `deck.yaml` in `folder` says; None when the rest of the deck cannot be read without it."""
    path = folder / DECK_FILE
    text, diagnostics = read_text(path, folder)
    if diagnostics:
        return None, diagnostics
    tree, diagnostics = read_tree(text, path)
    reader = Reader(path, text)
    reader.diagnostics.extend(diagnostics)
    deck = None
    if tree.root is None:
        if tree.whole:
            reader.report((1, 1), "empty-file", "the file is empty", "it needs at least `id`, `name` and `tag`")
    elif (tree.whole or isinstance(tree.root, Mapping)) and (root := reader.mapping(tree.root, "deck.yaml")):
        deck = _deck(reader, root, folder, whole=tree.whole)
        deck = replace(deck, is_whole=tree.whole and not reader.errors)
    return deck, tuple(reader.diagnostics)


def _deck(reader: Reader, root: Mapping, folder: Path, *, whole: bool) -> Deck:
    meant = reader.keys(root, DECK_KEYS, "deck.yaml")
    for key in ("id", "name", "tag"):
        if whole and key not in root.values and key not in meant:
            reader.report((1, 1), "missing-key", f"deck.yaml has no `{key}`", f"add a line `{key}: ...`")
    deck_id = reader.text(root, "id")
    name = reader.text(root, "name")
    tag = reader.text(root, "tag")
    style = reader.text(root, "citation_style")
    return Deck(
        folder=folder,
        id=_deck_id(reader, deck_id),
        name=reader.deck_name(name) if name is not ABSENT else "",
        tag=tag.value if tag is not ABSENT and reader.tag(tag) else "",
        language=_language(reader, reader.text(root, "language")),
        version=_matching(reader, reader.text(root, "version"), VERSION, "a version", "one word such as `2026.11`"),
        license=_matching(reader, reader.text(root, "license"), LICENSE, "a licence", "one such as `CC-BY-4.0`"),
        description=_description(reader, reader.text(root, "description")),
        report_url=_report_url(reader, reader.text(root, "report_url")),
        citation_style=_citation_style(reader, style),
        editions=_editions(reader, root),
        lint=_lint(reader, root),
        places={"id": _place(deck_id), "name": _place(name), "citation_style": _place(style)},
    )


def _place(text: Text) -> tuple[int, int]:
    return text.line, text.column


def _deck_id(reader: Reader, text: Text) -> str:
    if text is not ABSENT and not DECK_ID.fullmatch(text.value):
        reader.report(
            text,
            "bad-deck-id",
            f"{quoted(text.value)} could be the id of somebody else's deck",
            "write small letters and digits in parts joined by `-`, the last of six or more with a digit among them, "
            "such as `sciatica-7f3k2q`; `deckbuilder new` makes one; never change it after a release",
        )
    return text.value


def _matching(reader: Reader, text: Text, pattern: re.Pattern[str], what: str, example: str) -> str:
    if text is not ABSENT and not pattern.fullmatch(text.value):
        reader.report(text, "bad-value", f"{quoted(text.value)} is not {what}", f"write {example}")
        return ""
    return text.value


def _language(reader: Reader, text: Text) -> str:
    example = _LANGUAGE_NAMES.get(text.value.casefold()) or text.value.lower()
    example = quoted(example) if LANGUAGE.fullmatch(example) and len(example) <= 3 else "`en` or `pt-BR`"
    return _matching(reader, text, LANGUAGE, "a language code", example) or "en"


def _report_url(reader: Reader, text: Text) -> str:
    if text is ABSENT:
        return ""
    if problem := _address_problem(text.value):
        reader.report(text, "bad-link", *problem)
    elif "{id}" not in text.value:
        hint = "write {id} where the note's id belongs, such as ...?title=Card%20{id}"
        reader.report(text, "report-without-id", "a report will not say which card it is about", hint, Severity.WARNING)
    return text.value


def _address_problem(address: str) -> tuple[str, str] | None:
    """What is wrong with an address in which `{id}` and `{version}` will be filled in, and what to do."""
    if not address.startswith(("https://", "http://", "mailto:")):
        return f"{quoted(address)} is not a web or mail address", "begin it with https:// or mailto:"
    if re.search(r"\s", address):
        return "an address has no spaces", "write a space as %20"
    for match in _BRACES.finditer(address):
        if match.group() not in ("{id}", "{version}"):
            close = closest(match.group(1) or "", ("id", "version"))
            hint = f"write `{{{close}}}`" if close else "only {id} and {version} are; write other braces as %7B and %7D"
            return f"{quoted(match.group())} is not filled in", hint
    return None


def _description(reader: Reader, text: Text) -> str:
    if found := _PICTURE.search(text.value):
        hint = "remove it, or put it on a card"
        problem = TextProblem(found.start(), "picture-in-description", "Anki shows no picture on the deck's page", hint)
        reader.report_in(text, [problem])
    return text.value.strip()


def _citation_style(reader: Reader, text: Text) -> str:
    if text is ABSENT or knows_style(text.value):
        return text.value or DEFAULT_STYLE
    hint = suggestion(text.value, style_names()) or "write `vancouver`, `apa` or another name from the CSL project"
    reader.report(text, "unknown-style", f"there is no citation style {quoted(text.value)}", hint)
    return DEFAULT_STYLE


def _editions(reader: Reader, root: Mapping) -> tuple[Edition, ...]:
    hint = "write a line such as `student: {audience: student}` below it for each"
    if "editions" not in root.values or not (mapping := reader.keys_below(root, "editions", hint)):
        return ()
    editions = []
    for name, node in mapping.values.items():
        if not WORD.fullmatch(name):
            reader.report(
                mapping.key_place(name),
                "bad-value",
                f"{quoted(name)} cannot be part of a file name",
                "use small letters, digits, `-`",
            )
        if name in RESERVED_EDITIONS or name.endswith("-draft"):
            reader.report(
                mapping.key_place(name),
                "bad-value",
                f"{quoted(name)} is a name of deckbuilder's own",
                "choose another name",
            )
        if not (details := reader.mapping(node, f"edition {quoted(name)}")):
            continue
        meant = reader.keys(details, ("audience",), f"edition {quoted(name)}")
        audience = reader.text(details, "audience")
        if audience is ABSENT:
            if not {"audience"} & {*details.values, *meant}:
                reader.report(
                    mapping.key_place(name),
                    "missing-key",
                    f"edition {quoted(name)} has no audience",
                    "write `{audience: student}`",
                )
        elif not WORD.fullmatch(audience.value):
            reader.report(
                audience, "bad-value", f"{quoted(audience.value)} is not a word", "use small letters, digits, `-`"
            )
        else:
            line, column = mapping.key_place(name)
            editions.append(Edition(name=name, audience=audience.value, line=line, column=column))
    return tuple(editions)


def _lint(reader: Reader, root: Mapping) -> tuple[RuleSetting, ...]:
    """What is set of the rules of `deckbuilder check`; which rules and options there are is known there."""
    if "lint" not in root.values or not (mapping := reader.keys_below(root, "lint", _LINT_HINT)):
        return ()
    settings = []
    for name, node in mapping.values.items():
        options: dict[str, tuple[Text, ...]] = {}
        places: dict[str, tuple[int, int]] = {}
        if isinstance(node, Mapping):
            places = {key: node.key_place(key) for key in node.values}
            options = {key: _option(reader, node, key) for key in node.values}
        elif not isinstance(node, Text) or node.value not in ("on", "off"):
            message = f"the setting of {quoted(name)} is neither `on`, `off` nor options"
            reader.report(node, "bad-value", message, f"write `{name}: off`, or an option below it, indented")
            continue
        line, column = mapping.key_place(name)
        is_on = isinstance(node, Mapping) or node.value == "on"
        settings.append(RuleSetting(name=Text(name, line, column), is_on=is_on, options=options, option_places=places))
    return tuple(settings)


def _option(reader: Reader, node: Mapping, key: str) -> tuple[Text, ...]:
    """The values of an option: one text, or a list of them."""
    if isinstance(node.values[key], Sequence):
        return reader.texts(node, key)
    text = reader.text(node, key)
    return () if text is ABSENT else (text,)
