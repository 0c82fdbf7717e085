"""`references.yaml` (CSL-YAML) into checked CSL items, each with the link by which a reader finds it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit

from builder.core.diagnostics import Diagnostic, quoted
from builder.core.notes import Reference
from builder.core.text import ABSENT, Text
from builder.source import csl
from builder.source.events import Mapping, Node, Sequence, read_tree
from builder.source.files import REFERENCES_FILE, read_text
from builder.source.reader import Reader, closest, suggestion

_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_PMID = re.compile(r"[1-9][0-9]{0,8}")
_PMCID = re.compile(r"PMC[1-9][0-9]{0,8}")
_DATE_KEYS = ("date-parts", "season", "circa", "literal", "raw")
_RANGES = ((-9999, 9999), (1, 12), (1, 31))
_YEAR = re.compile(r"-?[0-9]{1,4}")
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
    """The references of the deck in `folder`, by key; none when it has no such file, None when they cannot be known."""
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
    readable = tree.root is not None and (tree.whole or isinstance(tree.root, Mapping))
    if readable and tree.root is not None and (root := reader.mapping(tree.root, "references.yaml")):
        reader.keys(root, ("references",), "references.yaml")
        for item in reader.items(root, "references"):
            if node := reader.mapping(item, "a reference"):
                references.add(node)
    known = tree.whole and not references.unnamed
    return references.found if known else None, tuple(reader.diagnostics)


class _ReferencesReader:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.found: dict[str, Reference] = {}
        self.unnamed = False  # a note may name what has no readable key, so that no note can be blamed

    def add(self, node: Mapping) -> None:
        reader = self.reader
        key = reader.text(node, "id")
        if key is ABSENT:
            self.unnamed = True
            if "id" not in node.values:
                reader.report(node, "missing-id", "the reference has no `id`", "add `id: author-year`")
        elif key.value in self.found:
            hint = "rename one of them"
            reader.report(key, "duplicate-id", f"{quoted(key.value)} is already the id of another reference", hint)
        meant = self._unknown_keys(node)
        item: dict[str, Any] = {"type": self._type(node, meant)}
        for name, value in node.values.items():
            if name in csl.NAMES:
                item[name] = self._names(name, value)
            elif name in csl.DATES:
                item[name] = self._date(name, value)
            elif name in csl.TEXTS:
                item[name] = reader.text(node, name).value
        if "title" not in node.values and "title" not in meant:
            reader.report(node, "missing-title", "the reference has no title", "add `title: ...`")
        if not {"issued", "accessed"} & {*node.values, *meant}:
            hint = "add `issued: {date-parts: [[2024]]}`, or `accessed` for a web page without a date"
            reader.report(node, "missing-year", "the reference has no year", hint)
        link = self._link(node)
        if key is not ABSENT and key.value not in self.found:
            line, column = node.line, node.column
            item = {name: value for name, value in item.items() if value}
            self.found[key.value] = Reference(key=key.value, item=item, link=link, line=line, column=column)

    def _unknown_keys(self, node: Mapping) -> frozenset[str]:
        """Reports what CSL does not know; gives the keys that were probably meant."""
        meant = set()
        for key in node.values.keys() - _KEYS:
            close = _OTHER_WORDS.get(key.casefold()) or closest(key, _KEYS)
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
            hint = suggestion(text.value, sorted(csl.TYPES)) or "use one of CSL, such as `article-journal` or `book`"
            self.reader.report(text, "unknown-type", f"CSL has no type {quoted(text.value)}", hint)
        return text.value

    def _names(self, name: str, node: Node) -> list[dict[str, str]]:
        reader = self.reader
        hint = f"write `{name}: [{{family: Bogduk, given: Nikolai}}]`, or `[{{literal: World Health Organization}}]`"
        if not isinstance(node, Sequence):
            reader.report(node, "bad-name", f"`{name}` must be a list of names", hint)
            return []
        people = []
        for person in node.items:
            if not isinstance(person, Mapping):
                reader.report(person, "bad-name", "a name must say what is family and what is given", hint)
                continue
            meant = reader.keys(person, sorted(csl.NAME_PARTS), "a name")
            parts = {part: reader.text(person, part).value for part in person.values if part in csl.NAME_PARTS}
            if not parts.keys() & {"family", "literal"} and not meant:
                reader.report(person, "bad-name", "the name has neither `family` nor `literal`", hint)
            people.append({part: value for part, value in parts.items() if value})
        return [person for person in people if person]

    def _date(self, name: str, node: Node) -> dict[str, Any]:
        """A date as CSL-JSON.

        It is written `{date-parts: [[2024, 5, 31]]}`, `2024-05-31`, or `[{year: 2024, month: 5}]` as pandoc does.
        """
        dates: list[list[Node]] | None = None
        if isinstance(node, Text):
            days = [_DAY.fullmatch(day) for day in node.value.split("/")]
            if all(days):
                dates = [[replace(node, value=part) for part in day.groups() if part] for day in days if day]
        elif isinstance(node, Sequence):
            dates = [self._year_month_day(day) for day in node.items]
        elif isinstance(literal := node.values.get("literal"), Text) and name != "issued":
            return {"literal": literal.value}
        else:
            self.reader.keys(node, _DATE_KEYS, "a date")
            parts = node.values.get("date-parts")
            if isinstance(parts, Sequence):
                dates = [day.items if isinstance(day, Sequence) else [day] for day in parts.items]
        if dates is None or not 1 <= len(dates) <= 2 or not all(dates):
            return self._bad_date(name, node)
        for date in dates:
            for part, (low, high) in zip_longest(date, _RANGES[: len(date)], fillvalue=(1, 0)):
                is_number = isinstance(part, Text) and _YEAR.fullmatch(part.value)
                if not is_number or not low <= int(cast(Text, part).value) <= high:
                    return self._bad_date(name, cast(Node, part))
        return {"date-parts": [[int(cast(Text, part).value) for part in date] for date in dates]}

    def _year_month_day(self, node: Node) -> list[Node]:
        if not isinstance(node, Mapping):
            return []
        self.reader.keys(node, ("year", "month", "day"), "a date")
        return [node.values[key] for key in ("year", "month", "day") if key in node.values]

    def _bad_date(self, name: str, node: Node) -> dict[str, Any]:
        hint = f"write `{name}: {{date-parts: [[2024, 5, 31]]}}`; the year is enough"
        self.reader.report(node, "bad-date", f"`{name}` is not a date", hint)
        return {}

    def _link(self, node: Mapping) -> str:
        """The address of the DOI, of the record in PubMed, or the URL, in this order; each is checked."""
        doi = self._matching(node, "DOI", _DOI, "write it as 10.1016/j.pain.2009.08.020, without https://doi.org/")
        pmid = self._matching(node, "PMID", _PMID, "write its digits only, such as 19762151")
        pmcid = self._matching(node, "PMCID", _PMCID, "write it as PMC2811391")
        url = self.reader.text(node, "URL")
        if url is not ABSENT and not _is_web_address(url.value):
            message = f"{quoted(url.value)} is not a web address"
            self.reader.report(url, "bad-link", message, "begin it with https://")
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


def _is_web_address(text: str) -> bool:
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.netloc) and not re.search(r"\s", text)
