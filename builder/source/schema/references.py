"""What the reader of `references.yaml`, and CSL, know into its schema."""

from __future__ import annotations

from builder.source import csl
from builder.source.references import DATE_KEYS, DOI, PMCID, PMID, YEAR, YEAR_MONTH_DAY
from builder.source.schema.prose import said, sections, snippets, told
from builder.source.schema.shapes import Schema, keys, list_of, ref, text, whole, word

_BAD_DATE = "write a date such as 2024-05-31; the year is enough"
_BAD_NAMES = "write `[{family: Bogduk, given: Nikolai}]`, or `[{literal: World Health Organization}]`"
_BAD_TYPE = "use one of CSL's types, such as article-journal, book, chapter, report or webpage"
_BAD_PMID = "write its digits only, such as 19762151"
_NO_YEAR = "add `issued: 2024`, or `accessed` for a web page without a date"
_NO_FAMILY = "a name needs `family`, or `literal` for a group"
_MONTH = "^(?:0{0,3}[1-9]|0{0,2}1[0-2])$"
_DAY = "^(?:0{0,3}[1-9]|0{0,2}(?:[12][0-9]|3[01]))$"
_WRITTEN = "[0-9]{4}(?:-(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12][0-9]|3[01]))?)?"


def references_schema() -> Schema:
    """The schema of `references.yaml`."""
    items = list_of(ref("reference"), "write `- id: author-year` below it", defaultSnippets=snippets("references"))
    definitions = {"reference": _reference(), "name": _name(), "date": _date(), "year-month-day": _year_month_day()}
    return keys({"references": items | said("references", "file", "references")}) | {"definitions": definitions}


def _reference() -> Schema:
    shapes = {"id": text(), "type": {"enum": sorted(csl.TYPES), "errorMessage": _BAD_TYPE}} | _links()
    found = told("references", "reference", shapes, shapes)
    for kind, those, shape in (
        ("name", csl.NAMES, list_of(ref("name"), _BAD_NAMES)),
        ("date", csl.DATES - {"issued"}, _dated(_or_in_words())),
        ("date", {"issued"}, _dated(ref("date"))),
        ("text", csl.TEXTS - shapes.keys(), text()),
        ("other", csl.OTHERS, {}),
    ):
        found |= {key: shape | _said(key, kind) for key in sorted(those)}
    is_accessed = {"required": ["accessed"], "properties": {"accessed": {"not": _in_words()}}}
    is_issued = {"required": ["issued"], "errorMessage": _NO_YEAR}
    return keys(found, ("id", "type", "title")) | {"if": is_accessed, "else": is_issued}


def _said(key: str, kind: str) -> Schema:
    """What is said of a key of CSL: words of its own, or those for all of its kind."""
    if key in sections("references")["reference"]:
        return said("references", "reference", key)
    return said("references", "others", kind)


def _links() -> dict[str, Schema]:
    pmid = {"type": ["string", "integer"], "minimum": 1, "maximum": 999_999_999, "pattern": whole(PMID)}
    return {
        "DOI": word(whole(DOI), "write it as 10.1016/j.pain.2009.08.020, without https://doi.org/"),
        "PMID": pmid | {"errorMessage": _BAD_PMID},
        "PMCID": word(whole(PMCID), "write it as PMC2811391"),
        "URL": word(r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]\S*$", "begin it with https://, and write a space as %20"),
    }


def _name() -> Schema:
    shapes = told("references", "name", dict.fromkeys(csl.NAME_PARTS, text()), sorted(csl.NAME_PARTS))
    needs = {"if": {"required": ["literal"]}, "else": {"required": ["family"], "errorMessage": _NO_FAMILY}}
    return keys(shapes) | needs


# dates


def _dated(otherwise: Schema) -> Schema:
    """A date, as a text or `otherwise` as keys or a list."""
    written = {"type": ["string", "integer", "object", "array"], "minimum": 1000, "maximum": 9999}
    written |= {"pattern": f"^{_WRITTEN}(?:/{_WRITTEN})?$", "errorMessage": _BAD_DATE}
    return written | {"if": {"type": ["object", "array"]}, "then": otherwise}


def _or_in_words() -> Schema:
    return {"if": _in_words(), "else": ref("date")}


def _in_words() -> Schema:
    a_text = {"not": {"type": ["object", "array"]}}
    return {"type": "object", "required": ["literal"], "properties": {"literal": a_text}}


def _date() -> Schema:
    """A date as CSL has it, or as pandoc writes it: `{year: 2024, month: 5}`, alone or in a list."""
    several = {"minItems": 1, "maxItems": 2, "items": ref("year-month-day")}
    parts = list_of(_parts(), _BAD_DATE, minItems=1, maxItems=2)
    shapes = {key: parts if key == "date-parts" else {} for key in DATE_KEYS}
    found = told("references", "date", shapes, DATE_KEYS)
    one = {"if": {"required": ["year"]}, "then": ref("year-month-day"), "else": keys(found, ("date-parts",))}
    return {"if": {"type": "array"}, "then": several, "else": one}


def _part(lowest: int, highest: int, pattern: str) -> Schema:
    limits = {"minimum": lowest, "maximum": highest, "pattern": pattern}
    return {"type": ["integer", "string"], "errorMessage": _BAD_DATE} | limits


def _year_month_day() -> Schema:
    shapes = dict(zip(YEAR_MONTH_DAY, _all_parts(), strict=True))
    return keys(told("references", "date", shapes, YEAR_MONTH_DAY), ("year",)) | {"dependencies": {"day": ["month"]}}


def _all_parts() -> list[Schema]:
    return [_part(-9999, 9999, whole(YEAR)), _part(1, 12, _MONTH), _part(1, 31, _DAY)]


def _parts() -> Schema:
    """`[2024, 5, 31]`, or a year without brackets of its own."""
    bracketed = {"items": _all_parts(), "additionalItems": False, "minItems": 1}
    return {"if": {"type": "array"}, "then": bracketed, "else": _all_parts()[0]}
