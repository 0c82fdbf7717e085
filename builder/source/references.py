"""`references.yaml` (CSL-YAML) into checked CSL items, each with the link by which a reader finds it."""

from __future__ import annotations

import os
import re
from calendar import monthrange
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit

from builder.core.diagnostics import Diagnostic, quoted
from builder.core.notes import Reference
from builder.core.text import ABSENT, Text
from builder.source import csl
from builder.source.events import Mapping, Node, Sequence, read_tree
from builder.source.files import REFERENCES_FILE, read_text
from builder.source.reader import Reader, closest

DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
PMID = re.compile(r"[1-9][0-9]{0,8}")
PMCID = re.compile(r"PMC[1-9][0-9]{0,8}")
DATE_KEYS = ("date-parts", "season", "circa", "literal", "raw")
YEAR_MONTH_DAY = ("year", "month", "day")
_LIST_HINT = "write `- id: author-year` below it, with the other keys of the reference below `id`"
_ITEM_HINT = "write `- id: author-year`, with the other keys of the reference below `id`"
YEAR = re.compile(r"-?[0-9]{1,4}")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
# What people, and other formats, say instead.
_OTHER_WORDS = {
    "authors": "author",
    "book": "container-title",
    "booktitle": "container-title",
    "date": "issued",
    "editors": "editor",
    "journal": "container-title",
    "link": "URL",
    "pages": "page",
    "pubmed": "PMID",
    "website": "URL",
    "year": "issued",
}
_KEYS = frozenset({"id", "type"}) | csl.NAMES | csl.DATES | csl.TEXTS | csl.OTHERS


def read_references(folder: Path) -> tuple[dict[str, Reference] | None, tuple[Diagnostic, ...]]:
    """The references of the deck in `folder`, by key; none when it has no such file, None when they cannot be known.

    A reference with an error has an empty item.
    """
    path = folder / REFERENCES_FILE
    if not os.path.lexists(path):
        return {}, ()
    text, diagnostics = read_text(path, folder)
    if diagnostics:
        return None, diagnostics
    tree, diagnostics = read_tree(text, path)
    reader = Reader(path, text)
    reader.diagnostics.extend(diagnostics)
    references = _ReferencesReader(reader)
    if tree.root is not None and (tree.whole or isinstance(tree.root, Mapping)):
        references.read(tree.root)
    return references.found if tree.whole and references.known else None, tuple(reader.diagnostics)


class _ReferencesReader:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.found: dict[str, Reference] = {}
        self.known = True  # else a note may name what cannot be read here, so that no note can be blamed

    def read(self, root: Node) -> None:
        items: list[Node] = []
        if file := self.reader.mapping(root, "references.yaml", "begin it with `references:`, and a list below it"):
            self.reader.keys(file, ("references",), "references.yaml")
            items = self.reader.items(file, "references", _LIST_HINT)
        self.known = not self.reader.errors
        for item in items:
            node = self.reader.mapping(item, "a reference", _ITEM_HINT)
            if node is None:
                self.known = False
            else:
                self._add(node)

    def _add(self, node: Mapping) -> None:
        reader = self.reader
        before = reader.errors
        meant = self._unknown_keys(node)
        key = self._key(node, meant)
        item: dict[str, Any] = {"type": self._type(node, meant)}
        for name in node.values:
            if name in csl.NAMES:
                item[name] = self._names(node, name)
            elif name in csl.DATES:
                item[name] = self._date(node, name)
            elif name in csl.TEXTS:
                item[name] = (reader.prose if name == "title" else reader.text)(node, name).value
        if "title" not in node.values and "title" not in meant:
            reader.report(node, "missing-title", "the reference has no title", "add `title: ...`")
        dates = ("issued", "accessed")
        is_told = any(name in meant or (name in node.values and not item[name]) for name in dates)
        if not is_told and not any("date-parts" in item.get(name, {}) for name in dates):
            hint = "add `issued: {date-parts: [[2024]]}`, or `accessed` for a web page without a date"
            reader.report(node, "missing-year", "the reference has no year", hint)
        link = self._link(node)
        item = {name: value for name, value in item.items() if value} if reader.errors == before else {}
        reference = Reference(key=key.value, item=item, link=link, line=node.line, column=node.column)
        self.found.setdefault(key.value, reference)

    def _key(self, node: Mapping, meant: frozenset[str]) -> Text:
        key = self.reader.text(node, "id")
        if key is ABSENT:
            self.known = False
            if "id" not in node.values and "id" not in meant:
                self.reader.report(node, "missing-id", "the reference has no `id`", "add `id: author-year`")
        elif key.value in self.found:
            hint = "rename one of them"
            message = f"{quoted(key.value)} is already the id of another reference"
            self.reader.report(key, "duplicate-id", message, hint)
        return key

    def _unknown_keys(self, node: Mapping) -> frozenset[str]:
        """Reports what CSL does not know; gives the keys that were probably meant."""
        meant = set()
        for key in node.values:
            if key in _KEYS:
                continue
            close = _OTHER_WORDS.get(key.casefold()) or closest(key, sorted(_KEYS))
            meant.add(close)
            hint = (
                f"did you mean `{close}`?" if close else "remove it; the keys are those of CSL, as Zotero writes them"
            )
            message = f"{quoted(key)} is not a key of a reference"
            self.reader.report(node.key_place(key), "unknown-key", message, hint)
        return frozenset(meant)

    def _type(self, node: Mapping, meant: frozenset[str]) -> str:
        text = self.reader.text(node, "type")
        if text is ABSENT:
            if "type" not in node.values and "type" not in meant:
                hint = "add `type: article-journal`, `book`, `chapter`, `report`, `webpage` ..."
                self.reader.report(node, "missing-type", "the reference has no type", hint)
            return "document"
        if text.value not in csl.TYPES:
            close = csl.OTHER_TYPES.get(text.value.casefold()) or closest(text.value, sorted(csl.TYPES))
            hint = f"did you mean `{close}`?" if close else "use one of CSL, such as `article-journal` or `book`"
            self.reader.report(text, "unknown-type", f"CSL has no type {quoted(text.value)}", hint)
        return text.value

    def _names(self, node: Mapping, name: str) -> list[dict[str, str]]:
        reader = self.reader
        hint = f"write `{name}: [{{family: Bogduk, given: Nikolai}}]`, or `[{{literal: World Health Organization}}]`"
        value = node.values[name]
        if reader.blank(node, name, hint):
            return []
        if not isinstance(value, Sequence):
            reader.report(value, "bad-name", f"`{name}` must be a list of names", hint)
            return []
        people = []
        for person in value.items:
            if not isinstance(person, Mapping):
                message = "a name must say what is family and what is given"
                reader.report(person, "bad-name", message, _as_person(person) or hint)
                continue
            meant = reader.keys(person, sorted(csl.NAME_PARTS), "a name")
            parts = {part: reader.text(person, part).value for part in person.values if part in csl.NAME_PARTS}
            if not parts.keys() & {"family", "literal"} and not meant:
                reader.report(person, "bad-name", "the name has neither `family` nor `literal`", hint)
            people.append({part: value for part, value in parts.items() if value})
        return [person for person in people if person]

    def _date(self, node: Mapping, name: str) -> dict[str, Any]:
        """A date as CSL-JSON.

        It is written `{date-parts: [[2024, 5, 31]]}`, `2024-05-31`, or `{year: 2024, month: 5}`, in a list too, as
        pandoc does.
        """
        value = node.values[name]
        if self.reader.blank(node, name, f"write `{name}: 2024-05-31`"):
            return {}
        literal = value.values.get("literal") if isinstance(value, Mapping) else None
        if isinstance(literal, Text) and name != "issued":
            return {"literal": literal.value}
        before = self.reader.errors
        dates = self._dates(value)
        if self.reader.errors != before:
            return {}
        is_complete = 1 <= len(dates) <= 2 and all(dates)
        wrong = [part for date in dates if (part := _wrong_part(date))] if is_complete else [value]
        if wrong:
            hint = f"write `{name}: 2024-05-31`; the year is enough"
            self.reader.report(wrong[0], "bad-date", f"`{name}` is not a date", hint)
            return {}
        return {"date-parts": [[int(cast(Text, part).value) for part in date] for date in dates]}

    def _dates(self, node: Node) -> list[list[Node]]:
        """The parts of a date, or of the beginning and the end of a time; they may be anything."""
        if isinstance(node, Text):
            days = [_DAY.fullmatch(day) for day in node.value.split("/")]
            return [[replace(node, value=part) for part in day.groups() if part] if day else [] for day in days]
        if isinstance(node, Sequence):
            return [self._year_month_day(day) for day in node.items]
        if "year" in node.values:
            return [self._year_month_day(node)]
        self.reader.keys(node, DATE_KEYS, "a date")
        parts = node.values.get("date-parts")
        written = parts.items if isinstance(parts, Sequence) else []
        return [day.items if isinstance(day, Sequence) else [day] for day in written]

    def _year_month_day(self, node: Node) -> list[Node]:
        if not isinstance(node, Mapping):
            return []
        self.reader.keys(node, YEAR_MONTH_DAY, "a date")
        found = [key for key in YEAR_MONTH_DAY if key in node.values]
        is_gapless = found == [*YEAR_MONTH_DAY[: len(found)]]
        return [node.values[key] for key in found] if is_gapless else []

    def _link(self, node: Mapping) -> str:
        """The address of the DOI, of the record in PubMed, or the URL, in this order; each is checked."""
        doi = self._matching(node, "DOI", DOI, "write it as 10.1016/j.pain.2009.08.020, without https://doi.org/")
        pmid = self._matching(node, "PMID", PMID, "write its digits only, such as 19762151")
        pmcid = self._matching(node, "PMCID", PMCID, "write it as PMC2811391")
        url = self.reader.text(node, "URL")
        if url is not ABSENT and not _is_web_address(url.value):
            message = f"{quoted(url.value)} is not a web address"
            hint = "write a space as %20" if re.search(r"\s", url.value) else "begin it with https://"
            self.reader.report(url, "bad-link", message, hint)
            url = ABSENT
        if doi:
            return f"https://doi.org/{quote(doi, safe='/:;()._-')}"
        if pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/" if pmcid else url.value

    def _matching(self, node: Mapping, key: str, pattern: re.Pattern[str], hint: str) -> str:
        text = self.reader.text(node, key)
        if text is not ABSENT and not pattern.fullmatch(text.value):
            if inside := pattern.search(text.value):
                hint = f"write {quoted(inside.group())} only"
            self.reader.report(text, f"bad-{key.lower()}", f"{quoted(text.value)} is not a {key}", hint)
            return ""
        return text.value


def _wrong_part(date: list[Node]) -> Node | None:
    """The first part of a date that is not the year, month or day that there could be."""
    before: list[int] = []
    for part in date:
        lowest, highest = _range(before)
        is_number = isinstance(part, Text) and YEAR.fullmatch(part.value)
        if not is_number or not lowest <= int(cast(Text, part).value) <= highest:
            return part
        before.append(int(cast(Text, part).value))
    return None


def _range(before: list[int]) -> tuple[int, int]:
    """Between which numbers the one lies that follows in a date; none can follow a day."""
    if len(before) == 2:
        return 1, monthrange(before[0], before[1])[1]
    return ((-9999, 9999), (1, 12), (1, 0), (1, 0))[len(before)]


def _as_person(node: Node) -> str:
    """What to write for `Bogduk, Nikolai`."""
    family, _, given = node.value.partition(",") if isinstance(node, Text) else ("", "", "")
    return f"write {quoted(f'{{family: {family.strip()}, given: {given.strip()}}}')}" if given.strip() else ""


def _is_web_address(text: str) -> bool:
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.netloc) and not re.search(r"\s", text)
