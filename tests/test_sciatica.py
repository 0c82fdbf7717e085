"""The sciatica deck against docs/writing-cards.md: what can be counted and compared is, the rest is read by people."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from builder.compiler.deck import DeckCompiler
from builder.core.notes import ClozeNote, OcclusionNote, QuestionNote
from builder.lint.linter import Linter
from builder.lint.settings import Selection
from tests.scripts import script

make = script("coverage")

DECK: Path = make.DECK
COMPILED, ENTRIES = make.read_deck(DECK)
FORMS = Counter(entry.form for entry in ENTRIES)
REFERENCES = {key: reference.item for key, reference in COMPILED.references.items()}
GUIDELINES = {key for key, item in REFERENCES.items() if item.get("keyword") == "guideline"}
PICTURES = sorted((DECK / "media").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"

# The tree of topics, in the order of the course.
TOPICS = {
    "01-words.yaml": {"Words": {"Terms", "Epidemiology"}},
    "02-spine-and-plexus.yaml": {"Anatomy": {"Spine", "Plexus"}},
    "03-course-and-branches.yaml": {"Anatomy": {"Course", "Gluteal", "Branches", "Skin", "Variants"}},
    "04-roots.yaml": {"Roots": {"Levels", "Myotomes", "Reflexes", "Dermatomes", "Localising"}},
    "05-mechanism.yaml": {"Mechanism": {"Disc", "Root_pain"}},
    "06-causes.yaml": {"Causes": {"Spinal", "Deep_gluteal", "Pelvic", "Systemic", "Injury"}},
    "07-assessment.yaml": {
        "Assessment": {"History", "Examination", "Tests", "Red_flags", "Cauda_equina", "Imaging", "Electrodiagnosis"}
        | {"Mimics", "Measures"}
    },
    "08-prognosis.yaml": {"Prognosis": {"Course", "Disc", "Recurrence", "Weakness"}},
    "09-treatment.yaml": {"Treatment": {"Conservative", "Exercise", "Drugs", "Injections", "Surgery", "Piriformis"}},
    "10-safety.yaml": {"Safety": {"Emergency", "Urgent", "Advice"}},
}
REGIONS = {f"Region::{name}" for name in ("Spine", "Pelvis", "Buttock", "Thigh", "Leg", "Foot")}
ROOTS = {f"Root::{name}" for name in ("L3", "L4", "L5", "S1", "Sacral")}
PALETTE = {"nerve": "#F2C84B", "muscle": "#C9705A", "bone": "#F3E7CC", "disc": "#9FB4C4", "lig": "#BCD6B3"}
DOSE = re.compile(r"\d\s?(?:mg|mcg|µg|micrograms?|milligrams?|IU|g/day|tablets?)\b|\b(?:twice|three times) daily\b")
IDENTIFIERS = {
    "DOI": r"10\.\d{4,9}/\S+",
    "PMID": r"[1-9]\d{0,7}",
    "PMCID": r"PMC[1-9]\d{0,7}",
    "URL": r"https?://[a-z0-9.-]+\.[a-z]{2,}(?:/\S*)?",
}


def note_id(entry: Any) -> str:
    """The id of a note, for the names of tests."""
    return str(entry.note.id.value)


def texts(entry: Any) -> Iterator[str]:
    """Everything a student reads of a note, as it is written."""
    note = entry.note
    yield note.explanation.value
    match note:
        case QuestionNote():
            yield note.question.value
            yield note.answer.value
            for choice in note.choices:
                yield choice.text.value
                yield choice.why.value
        case ClozeNote():
            yield note.text.value
        case OcclusionNote():
            yield note.question.value
            yield note.alt.value


# size


def test_the_deck_is_as_large_as_a_course() -> None:
    """At least 240 notes and 350 cards, of every form enough to suit what is taught."""
    assert len(ENTRIES) >= 240
    assert sum(len(entry.cards) for entry in ENTRIES) >= 350
    vignettes = [entry for entry in ENTRIES if note_id(entry).endswith("-vignette")]
    assert all(entry.form == "choices" for entry in vignettes)
    assert len(vignettes) >= 25
    assert FORMS["gaps"] >= 40
    assert FORMS["typed"] >= 10
    reversible = [entry for entry in ENTRIES if isinstance(entry.note, QuestionNote) and entry.note.reverse]
    assert len(reversible) >= 20
    assert len({entry.note.image.value for entry in ENTRIES if entry.form == "picture with masks"}) >= 10


# tags, audience, order


@pytest.mark.parametrize("entry", ENTRIES, ids=note_id)
def test_tags_say_topic_level_place_and_root(entry: Any) -> None:
    """One topic of its file's tree, one level, and no tag that the guide does not know."""
    tags = list(entry.tags)
    ((root, names),) = TOPICS[entry.file].items()
    assert tags.pop(0) in {f"{root}::{name}" for name in names}
    assert tags.pop(0) in {"Core", "Extended"}
    assert set(tags) <= {"Contested", "RedFlag"} | REGIONS | ROOTS
    assert len(tags) == len(set(tags))


def test_every_topic_and_tag_is_taught() -> None:
    """The tree has no empty branch."""
    used = {tag for entry in ENTRIES for tag in entry.tags}
    topics = {f"{root}::{name}" for tree in TOPICS.values() for root, names in tree.items() for name in names}
    assert topics | {"Core", "Extended", "Contested", "RedFlag"} | REGIONS | ROOTS == used


def test_anki_meets_the_files_in_the_order_of_the_course() -> None:
    """The subdecks' names sort as the files do, since Anki gathers new cards by them."""
    files = {file.path.name: file.source.notes[0].deck for file in COMPILED.files if file.source}
    assert list(files) == sorted(files) == list(TOPICS)
    assert list(files.values()) == sorted(files.values())
    assert len(set(files.values())) == len(files)


@pytest.mark.parametrize("audience", [edition.audience for edition in COMPILED.deck.editions])
def test_each_edition_stands_alone(tmp_path: Path, audience: str) -> None:
    """A deck of its notes only leaves no abbreviation unexplained, no level of the course empty, and no rule broken."""
    folder = tmp_path / "sciatica"
    shutil.copytree(DECK, folder, ignore=shutil.ignore_patterns(".deckbuilder"))
    for path in folder.glob("[01]*.yaml"):
        head, *notes = re.split(r"^(?=  - id: )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        kept = [note for note in notes if not re.search(rf"^    audience: (?!{audience}$)", note, re.MULTILINE)]
        path.write_text(head + "".join(kept), encoding="utf-8")
    compiled, diagnostics = DeckCompiler(folder, keep_sources=True).compile()
    assert compiled is not None
    assert not diagnostics
    aside = frozenset({"unused-reference", "unused-media", "unused-audience", "stray-tag"})
    found = Linter(Selection(without=aside)).lint(compiled, date(2026, 11, 22))
    assert [f"{one.path.name}:{one.line}: {one.message}" for one in found] == []
    counts = Counter(note.deck for note in compiled.notes)
    assert len(counts) == len(TOPICS)
    assert min(counts.values()) >= 10
    assert sum(counts.values()) >= 180


# words


@pytest.mark.parametrize("entry", ENTRIES, ids=note_id)
def test_a_note_says_why_and_from_where(entry: Any) -> None:
    """An explanation of one to three sentences, and a source; every wrong choice has its own reason."""
    note = entry.note
    assert note.sources
    prose = re.sub(r"^\|.*$", "", note.explanation.value, flags=re.MULTILINE)
    assert 1 <= len(re.findall(r"[.!?](?=[\"”)]*(?:\s|$))", prose)) <= 3, prose
    if isinstance(note, QuestionNote) and note.choices:
        assert 3 <= len(note.choices) <= 5
        assert all(choice.why.value for choice in note.choices if choice.text.value != note.answer.value)


@pytest.mark.parametrize("entry", ENTRIES, ids=note_id)
def test_no_doses(entry: Any) -> None:
    """Cards teach principles: no amount of a drug, no schedule."""
    assert [found[0] for text in texts(entry) for found in DOSE.finditer(text)] == []


def test_the_description_says_what_students_must_know() -> None:
    """For what and whom, education and not advice, the licence, and where to report a mistake."""
    description = COMPILED.deck.description
    for words in ("For whom", "Education, not medical advice", "Found a mistake?", "CC BY 4.0", "emergency"):
        assert words in description
    assert COMPILED.deck.version
    assert COMPILED.deck.report_url or "the name at the foot of the card's back" in " ".join(description.split())


# sources


@pytest.mark.parametrize("entry", ENTRIES, ids=note_id)
def test_what_rests_on_a_guideline_is_looked_at_again(entry: Any) -> None:
    """A note that cites one says by when, and names its year where students can see it."""
    cited = {source.key.value for source in entry.note.sources} & GUIDELINES
    if cited:
        assert re.fullmatch(r"20\d\d-\d\d", entry.note.review_by.value)
    if cited - {"bmj-bp-ces", "csp-ces-2024"}:  # a page without a date; an article about a guideline
        assert any(re.search(r"\b20[0-2]\d\b", text) for text in texts(entry))


def test_guidelines_are_known_as_such() -> None:
    """What NICE and GIRFT publish carries the word by which notes on guidelines are found."""
    assert {key for key in REFERENCES if key.startswith(("nice-", "girft-"))} <= GUIDELINES
    assert len(GUIDELINES) >= 6


@pytest.mark.parametrize("key", REFERENCES)
def test_a_reference_is_complete_and_well_formed(key: str) -> None:
    """Who wrote it or where it is, a title, a year that can be, and identifiers in the form of their kind."""
    item = REFERENCES[key]
    names = item.get("author") or item.get("editor") or []
    assert names or "URL" in item
    assert all(name.get("literal") or (name["family"] and name["given"]) for name in names)
    assert len(item["title"]) > 6
    if "issued" in item:
        assert 1900 <= int(item["issued"]["date-parts"][0][0]) <= 2026
    for name, form in IDENTIFIERS.items():
        if name in item:
            assert re.fullmatch(form, str(item[name])), (name, item[name])
    if item["type"] == "article-journal":
        assert item["container-title"]
        assert item.keys() & {"volume", "issue", "URL"} or {"DOI", "PMID"} <= item.keys()
    if isbn := re.sub(r"[ -]", "", str(item.get("ISBN", ""))):
        assert len(isbn) == 13
        assert sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(isbn)) % 10 == 0


def test_textbooks_alone_serve_anatomy() -> None:
    """Textbooks were not opened page by page: alone they carry anatomy and where a lesion lies, nothing else."""
    books = {key for key, item in REFERENCES.items() if item["type"] == "book"}
    resting = [entry for entry in ENTRIES if {source.key.value for source in entry.note.sources} <= books]
    assert len(resting) > 20
    elsewhere = {note_id(entry) for entry in resting if not entry.topic.startswith(("Anatomy::", "Roots::"))}
    assert elsewhere == {"isthmic-slip-defect", "cord-signs"}  # a part of the vertebra; above the roots


def test_no_source_has_two_entries() -> None:
    """Identifiers are those of one reference each."""
    for name in ("DOI", "PMID", "PMCID", "ISBN"):
        found = Counter(str(item[name]).lower() for item in REFERENCES.values() if name in item)
        assert [value for value, count in found.items() if count > 1] == []


# pictures


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_of_the_same_hand(path: Path) -> None:
    """Light, editable, of the same width and letters and colours, and it harms nobody."""
    assert path.stat().st_size < 40_000
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (left, top, width) == (0, 0, 1000)
    assert height <= 1250
    assert (float(root.attrib["width"]), float(root.attrib["height"])) == (width, height)
    assert set(re.findall(r"font-size\s*[:=]\s*\"?([\d.a-z]+)", text)) == {"36px"}
    named = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(named) >= 12
    assert len(named) == len(set(named))
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    paper = next(element for element in root.iter() if element.attrib.get("id") == "paper")
    assert paper.attrib["fill"] == "#FBFAF7"
    assert not re.search(r"<script|<foreignObject|<image|<filter|href\s*=\s*\"(?!#)|url\((?!#)", text)


@pytest.mark.parametrize("name", PALETTE)
def test_pictures_share_their_colours(name: str) -> None:
    """Nerve, muscle, bone, disc and ligament have the same fill wherever they are drawn; muscle has a pale one, too."""
    rule = re.compile(rf"\.{name}\s*{{[^}}]*?fill:\s*(#\w+)")
    fills = {fill for path in PICTURES for fill in rule.findall(path.read_text(encoding="utf-8"))}
    assert PALETTE[name] in fills
    assert fills <= {PALETTE[name], "#E2B3A5" if name == "muscle" else PALETTE[name]}


@pytest.mark.parametrize("entry", [one for one in ENTRIES if one.form == "picture with masks"], ids=note_id)
def test_a_picture_is_described_and_masked(entry: Any) -> None:
    """At least four masks, and a description from which somebody blind can learn how things lie."""
    note = entry.note
    assert len(note.masks) >= 4
    assert 30 <= len(note.alt.value.split()) <= 120
    assert note.question.value.endswith(("?", ")"))


def test_every_picture_is_asked() -> None:
    """No drawing lies unused, and none is shown that is not drawn here."""
    shown = {DECK / one.note.image.value for one in ENTRIES if one.form == "picture with masks"}
    assert shown == set(PICTURES)
