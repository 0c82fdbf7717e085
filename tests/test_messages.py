"""What diagnostics say: near misses are named, and hints tell an author who knows no YAML what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.compiler.deck import compile_deck
from builder.core.diagnostics import Diagnostic
from tests.decks import DECK_YAML, NOTE_TYPES, NOTES_YAML, REFERENCES_YAML, ROPES, notes_yaml, write_deck

GOOD = "question: Which knot?\nanswer: The bowline"
DRILL_YAML = str(NOTE_TYPES["note_types/drill/note_type.yaml"])
DRILL = "note_types/drill/note_type.yaml"
FRONT = "note_types/drill/front.html"
BOOK = "references:\n  - {id: ashley-1944, type: book, title: The Ashley Book of Knots, issued: 1944}\n"


def only(tmp_path: Path, content: str, name: str = "notes.yaml") -> Diagnostic:
    """The one diagnostic of a deck with a file of this content."""
    files = {**ROPES, **NOTE_TYPES, "notes.yaml": NOTES_YAML, name: content}
    _, diagnostics = compile_deck(write_deck(tmp_path / "knots", files))
    (one,) = diagnostics
    return one


def masks(written: str, image: str = "rope.svg") -> str:
    """A note with a picture and these masks."""
    return f"id: a\nocclusion: {{image: media/{image}, alt: A rope, masks: {written}}}"


@pytest.mark.parametrize(
    ("note", "meant"),
    [
        (f"id: a\n{GOOD}\nexplaination: x", "explanation"),
        (f"id: a\n{GOOD}\nExplanation: x", "explanation"),
        (f"id: a\n{GOOD}\nsource: [ashley-1944]", "sources"),
        (f"id: a\n{GOOD}\ntag: [x]", "tags"),
        (f"id: a\n{GOOD}\naudiance: student", "audience"),
        (f"id: a\n{GOOD}\nreversed: true", "reverse"),
        (f"id: a\n{GOOD}\nREVERSE: true", "reverse"),
        ("id: a\nclose: The {{c1::bowline}}", "cloze"),
        (f"id: a\n{GOOD}\nsources: [ashley-1954]", "ashley-1944"),
        (f"id: a\n{GOOD}\nsources: [Ashley-1944]", "ashley-1944"),
        (f"id: a\n{GOOD}\nsources: [ASHLEY-1944]", "ashley-1944"),
        (f"id: a\n{GOOD}\nsources: [{{key: budworth-2021}}]", "budworth-2012"),
        (f"id: a\n{GOOD}\naudience: studnet", "student"),
        (f"id: a\n{GOOD}\naudience: Clinician", "clinician"),
        (f"id: a\n{GOOD}\naudience: STUDENT", "student"),
        (f"id: a\n{GOOD}\nquestion: '![x](media/KNOT.svg)'".replace("question: Which knot?\n", ""), "media/knot.svg"),
        # choices
        (f"id: a\n{GOOD}\nchoises: [The bowline, A bend]", "choices"),
        (f"id: a\n{GOOD}\nchoices: [The bowlin, A bend]", "The bowlin"),
        (f"id: a\n{GOOD}\nchoices: [The bowline, {{Text: A bend, why: x}}]", "text"),
        (f"id: a\n{GOOD}\nchoices: [The bowline, A bend, {{Text: A hitch}}]", "text"),
        # pictures with masks
        ("id: a\noclusion: {image: media/rope.svg, alt: A rope, masks: {c1: loop}}", "occlusion"),
        ("id: a\nocclusion: {imgae: media/rope.svg, alt: A rope, masks: {c1: loop}}", "image"),
        ("id: a\nocclusion: {image: media/rope.svg, alt: A rope, mode: hide_all, masks: {c1: loop}}", "hide-all"),
        (masks("{c1: loop}", "Rope.svg"), "media/rope.svg"),
        (masks("{c1: standing-prat}"), "standing-part"),
        (masks("{c1: Loop}"), "loop"),
        # note types of the deck's own
        ("id: a\ntype: Drill\nfields: {Prompt: x}", "drill"),
        ("id: a\ntype: drill\nfield: {Prompt: x}", "fields"),
        ("id: a\ntype: drill\nfields: {Prompt: x, replay: y}", "Reply"),
        ("id: a\ntype: drill\nfields: {prompt: x}", "Prompt"),
    ],
)
def test_did_you_mean_in_notes(note: str, meant: str, tmp_path: Path) -> None:
    """A key, source, audience or file that is nearly right is named; capitals make no difference."""
    assert only(tmp_path, notes_yaml(note)).hint == f"did you mean `{meant}`?"


@pytest.mark.parametrize(
    ("name", "content", "meant"),
    [
        ("notes.yaml", NOTES_YAML + "dekc: Loops\n", "deck"),
        ("deck.yaml", DECK_YAML + "lisense: x\n", "license"),
        ("deck.yaml", DECK_YAML + "reporturl: https://example.org\n", "report_url"),
        ("deck.yaml", DECK_YAML + "Edition: x\n", "editions"),
        ("deck.yaml", DECK_YAML.replace("{audience: student}", "{audience: student, audiance: x}"), "audience"),
        ("deck.yaml", DECK_YAML + "citation-style: apa\n", "citation_style"),
        ("deck.yaml", DECK_YAML + "citation_style: vancuver\n", "vancouver"),
        ("deck.yaml", DECK_YAML + "citation_style: American Medical Association\n", "american-medical-association"),
        ("references.yaml", REFERENCES_YAML + "reference: []\n", "references"),
        ("references.yaml", BOOK.replace("type: book", "type: Boook"), "book"),
        ("references.yaml", BOOK.replace("title:", "titel:"), "title"),
        ("references.yaml", BOOK.replace("issued: 1944", "issued: 1944, doi: 10.1000/x"), "DOI"),
        ("references.yaml", BOOK.replace("issued: 1944", "issued: 1944, authors: []"), "author"),
        ("references.yaml", BOOK.replace("issued: 1944", "issued: 1944, pages: 2"), "page"),
        # as BibTeX and people call them
        ("references.yaml", BOOK.replace("issued: 1944", "issued: 1944, journal: Rope"), "container-title"),
        ("references.yaml", BOOK.replace("issued: 1944", "year: 1944"), "issued"),
        (DRILL, DRILL_YAML.replace("fields:", "feilds:"), "fields"),
        (DRILL, DRILL_YAML + "kind: Normal\n", "normal"),
        (DRILL, DRILL_YAML.replace("back: back.html", "bakc: back.html"), "back"),
        (DRILL, DRILL_YAML.replace("front.html", "fornt.html"), "front.html"),
        (FRONT, "{{Promt}}", "Prompt"),
        (FRONT, "{{#promt}}{{Prompt}}{{/promt}}", "Prompt"),
        (FRONT, "{{furiganna:Prompt}}", "furigana"),
        (FRONT, "{{tss en_US:Prompt}}", "tts"),
    ],
)
def test_did_you_mean_in_files(name: str, content: str, meant: str, tmp_path: Path) -> None:
    """The same for the keys of whole files."""
    assert only(tmp_path, content, name).hint == f"did you mean `{meant}`?"


@pytest.mark.parametrize(
    ("note", "hints"),
    [
        # nothing is near: the choices are named
        (
            f"id: a\n{GOOD}\ndifficulty: 3",
            ["question", "answer", "cloze", "explanation", "sources", "tags", "audience"],
        ),
        (f"id: a\n{GOOD}\naudience: nobody", ["student", "clinician"]),
        (f"id: a\n{GOOD}\nsources: [nobody]", ["references.yaml"]),
        (f"id: a\n{GOOD}\nsources: ashley-1944 p. 12", ["`sources: [{key: ashley-1944, at: p. 12}]`"]),
        (f"id: a\n{GOOD}\nwhy: It holds.", ["`explanation`"]),
        # wrong types: what to write, from what was written
        (f"id: a\n{GOOD}\ntags: Loops", ["`tags: [Loops]`"]),
        (f"id: a\n{GOOD}\nsources: ashley-1944", ["`sources: [ashley-1944]`"]),
        (f"id: a\n{GOOD}\nsources: [ashley-1944: p. 2]", ["{key: ashley-1944, at: "]),
        (f"id: a\n{GOOD}\naudience: [student]", ["`audience: student`"]),
        (f"id: a\n{GOOD}\nreverse: yes", ["`reverse: true`"]),
        (f"id: a\n{GOOD}\nreverse: no", ["false"]),
        (f"id: a\n{GOOD}\ntags: [Fixed loops]", ["`Fixed-loops`"]),
        # YAML
        ("id: a\nquestion:Which knot?\nanswer: x", ["`question: Which knot?`"]),
        ("id: a\nquestion:\u00a0Which knot?\nanswer: x", ["`question: Which knot?`"]),
        ("id: a\nquestion\uff1aWhich knot?\nanswer: x", ["`question: Which knot?`"]),
        ("id: a\nquestion Which knot?\nanswer: x", ["`question: Which knot?`"]),
        ("id: a\nquestion: Which: this?\nanswer: x", ["quotes"]),
        ("id: a\nquestion: \u201cWhich: this?\u201d\nanswer: x", ["straight"]),
        ("id: a\nquestion:\n  Which: this?\nanswer: x", ["quote"]),
        ("id: a\nquestion: Which number?\nanswer: #1", ["#"]),
        ("id: a\nquestion: |\nWhich knot?\nanswer: x", ["indent"]),
        ("id: a\ncloze: {{c1::x}}", ["quotes"]),
        ('id: a\nquestion: "How much is \\(x\\)?"\nanswer: x', ["single quotes"]),
        ("id: a\nquestion: 'it's'\nanswer: x", ["`''`"]),
        ('id: a\nquestion: "a "b" c"\nanswer: x', ['`\\"`']),
        # needed keys cannot be removed
        ("id:\nquestion: x\nanswer: y", ["write"]),
        # choices
        (f"id: a\n{GOOD}\nchoices: The bowline", ["`choices: [The bowline]`"]),
        (f"id: a\n{GOOD}\nchoices: [The bowline, A bend, Note: this]", ["{text: ", "quote"]),
        (f"id: a\n{GOOD}\nchoices:\n  - The bowline\n  - Note: this", ["{text: ", "quote"]),
        (f"id: a\n{GOOD}\nchoices: [The bowline, {{why: x}}]", ["{text: "]),
        (f"id: a\n{GOOD}\nchoices: [A bend, A hitch]", ["exactly"]),
        (f"id: a\n{GOOD}\nchoices: [The bowline]", ["two"]),
        (f"id: a\n{GOOD}\nordered: true", ["`choices`"]),
        # pictures with masks
        ("id: a\nocclusion: media/rope.svg", ["`image", "alt", "masks"]),
        (masks("[loop]"), ["`c1: "]),
        ("id: a\nimage: media/rope.svg", ["indent", "`occlusion:`"]),
        (masks("{c1: loop, c2: loop}"), ["line 3", "keep one"]),
        (masks("{x1: loop}"), ["c1 to c499"]),
        (masks("{c1: [0, 0, 60]}"), ["`c1: [[left, top, width, height]]`"]),
        (masks("{c1: loop}", "rope.png"), ["[[left, top, width, height]]", "pixels"]),
        (masks("{c1: label}"), ["rect, circle, ellipse, polygon"]),
        (masks("{c1: turned}"), ["translate and scale"]),
        (masks("{c1: [360, 0, 60, 60]}"), ["400 by 300"]),
        (masks("{c1: speck}"), ["27"]),
        ("id: a\nocclusion: {image: media/rope.svg, masks: {c1: loop}}", ["cannot see"]),
        # note types of the deck's own
        ("id: a\ntype: vocabulary\nfields: {Prompt: x}", ["drill", "gapped"]),
        ("id: a\nfields: {Prompt: x}", ["`type: "]),
        ("id: a\ntype: drill\nfields: {Prompt: x, Picture: y}", ["Prompt, Reply"]),
        ("id: a\ntype: drill\nfields: {Prompt: x, Explanation: y}", ["`explanation:` beside `fields`"]),
        ("id: a\ntype: drill\nfields: {Prompt: 'A {{c1::bight}}'}", ["`kind: cloze`"]),
        ("id: a\ntype: gapped\nfields: {Text: '{{c1::x}}', Extra: '{{c2::y}}'}", ["without the braces", "Text"]),
        ("id: a\ntype: gapped\nfields: {Text: x}", ["{{c1::"]),
        ("id: a\ntype: gapped\nfields: {Text: '{{c1::x}}'}\nexplanation: y", ["`%explanation%`"]),
        # Markdown
        ("id: a\nquestion: <b>Which\nanswer: x", ["</b>"]),
        ("id: a\nquestion: <script>x</script>\nanswer: x", ["cards run no programs"]),
        ("id: a\nquestion: '![x](C:\\x.png)'\nanswer: x", ["copy"]),
        ("id: a\nquestion: '![x](media\\knot.svg)'\nanswer: x", ["`media/knot.svg`"]),
        ("id: a\nquestion: '[x](other.html)'\nanswer: x", ["https://"]),
        ("id: a\ncloze: The {{bowline}}", ["{{c1::"]),
        ("id: a\nquestion: The {{c1::bowline}}\nanswer: x", ["`cloze:`"]),
    ],
)
def test_the_hint_says_what_to_write(note: str, hints: list[str], tmp_path: Path) -> None:
    """Each hint has the words that help."""
    one = only(tmp_path, notes_yaml(note))
    for hint in hints:
        assert hint in one.hint, one


@pytest.mark.parametrize(
    ("name", "content", "hints"),
    [
        (
            "references.yaml",
            BOOK.replace("1944}", "1944, DOI: https://doi.org/10.1000/x}"),
            ["`10.1000/x`"],
        ),
        ("references.yaml", BOOK.replace("1944}", "1944, PMID: 'PMID: 1'}"), ["`1`"]),
        ("references.yaml", BOOK.replace("1944}", "1944, PMCID: 28}"), ["PMC2811391"]),
        ("references.yaml", BOOK.replace("1944}", "1944, URL: www.example.org}"), ["https://"]),
        ("references.yaml", BOOK.replace("1944}", "1944, URL: 'https://example.org/a b'}"), ["%20"]),
        ("references.yaml", BOOK.replace("1944}", "1944, author: 'Ashley, Clifford'}"), ["`author: [{family: "]),
        (
            "references.yaml",
            BOOK.replace("1944}", "1944, author: ['Ashley, Clifford W.']}"),
            ["`{family: Ashley, given: Clifford W.}`"],
        ),
        ("deck.yaml", DECK_YAML.replace("language: en", "language: DE"), ["`de`"]),
        ("deck.yaml", DECK_YAML.replace("language: en", "language: Deutsch"), ["`de`"]),
        ("deck.yaml", DECK_YAML.replace("language: en", "language: '?'"), ["`pt-BR`"]),
        ("references.yaml", BOOK.replace("issued: 1944", "issued: May 1944"), ["`issued: "]),
        ("references.yaml", BOOK.replace("type: book, ", ""), ["`type: ", "`book`", "`webpage`"]),
        ("references.yaml", BOOK.replace("type: book", "type: website"), ["`webpage`"]),
        ("references.yaml", BOOK.replace(", issued: 1944", ""), ["`issued: ", "`accessed`"]),
        ("deck.yaml", DECK_YAML + "report_url: https://example.org/new?title={{id}}\n", ["`{id}`"]),
        ("deck.yaml", DECK_YAML + "report_url: https://example.org/new?title={ID}\n", ["`{id}`"]),
        ("deck.yaml", DECK_YAML + "report_url: https://example.org/new?title={id}&x={deck}\n", ["{id} and {version}"]),
        ("deck.yaml", DECK_YAML + "report_url: https://example.org/new?title=a b{id}\n", ["%20"]),
        ("deck.yaml", DECK_YAML + "report_url: https://example.org/new\n", ["{id}"]),
        ("deck.yaml", DECK_YAML + "citation_style: '?'\n", ["`vancouver`", "`apa`"]),
        (DRILL, DRILL_YAML.replace("[Prompt", '["#", Prompt'), ["#, ^ or /"]),
        (DRILL, DRILL_YAML.replace("[Prompt", "[' Number', Prompt"), ["blank"]),
        (DRILL, DRILL_YAML.replace("[Prompt", "[Tags, Prompt"), ["another name"]),
        (DRILL, DRILL_YAML.partition("templates")[0] + "templates:\n", ["front: front.html, back: back.html}"]),
        (DRILL, DRILL_YAML.partition("templates")[0] + "templates: [front.html]\n", ["front: front.html"]),
        (DRILL, DRILL_YAML.replace("fields:", "kind: basic\nfields:"), ["`normal` or `cloze`"]),
        ("note_types/empty/front.html", "{{Prompt}}", ["note_type.yaml"]),
        (FRONT, "{{Prompt}} {{#Reply}}x", ["`{{/Reply}}`"]),
        (FRONT, "{{Prompt}} {{#Reply}}x{{/Replay}}", ["`{{/Reply}}`"]),
        (FRONT, "{{Prompt}} {{Reply", ["}}"]),
        (FRONT, "{{Prompt} {{Reply}}", ["}}"]),
        (FRONT, "{{Prompt}} {{Topics}}", ["`fields` in note_type.yaml"]),
        (FRONT, "{{Prompt}} {{tts:Reply}}", ["{{tts en_US:"]),
        (FRONT, "{{cloze:Prompt}}", ["`kind: cloze`"]),
        (FRONT, "Which knot?", ["a field of the note"]),
        (FRONT, "{{Prompt}} <script></script>", ["cards run no programs"]),
        (FRONT, "{{Prompt}} <img src='media/knot.svg'>", ["into a field"]),
        (FRONT, "{{Prompt}} <style></style>", ["style.css"]),
        (FRONT, '{{Prompt}} <a href="{{Reply}}">x</a>', ["field"]),
        ("style.css", ".card { color navy; }", ["`color: navy;`"]),
        ("style.css", "color: navy;", ["`.card { color: navy; }`"]),
        ("style.css", "Make the cards navy, please.", ["`.card { color: navy; }`"]),
        ("style.css", ".card { color: navy;", ["}"]),
        ("style.css", ".card { color: navy; } /* x", ["*/"]),
        ("style.css", '.card::before { content: "x;\n}', ["quote"]),
        ("style.css", ".card { width: calc(1px; }", [")"]),
        ("style.css", "@import 'x.css';", ["here"]),
        ("style.css", ".card { background: url(x.png); }", ["into fields"]),
    ],
)
def test_the_hint_says_what_to_write_in_files(name: str, content: str, hints: list[str], tmp_path: Path) -> None:
    """The same for references, note types, templates and styling."""
    one = only(tmp_path, content, name)
    for hint in hints:
        assert hint in one.hint, one


@pytest.mark.parametrize(
    ("note", "misleading"),
    [
        # nothing was written: it is not "text" of the wrong kind
        (f"id: a\n{GOOD}\ntags:", "not text"),
        (f"id: a\n{GOOD}\nsources:", "not text"),
        # what is needed cannot be left out
        ("id:\nquestion: x\nanswer: y", "remove"),
        ("id: a\nquestion:\nanswer: y", "remove"),
        # it has a number
        ("id: a\ncloze: The {{c1:bowline}}", "needs `c` and a number"),
        ("id: a\ncloze: The {{c1000::bowline}}", "needs `c` and a number"),
        # a drive is outside, with either slash
        ("id: a\nquestion: '![x](C:\\x.png)'\nanswer: x", "write `C:/"),
        # a colon is the problem, not a bracket
        ("id: a\nquestion:\n  Which: this?\nanswer: x", "[ or {"),
        # an address with a gap does begin with https://
        ("id: a\ncloze: '[x](https://{{c1::y}}.org)'", "begin it with"),
        # it is not a key with a value that is missing
        ("id: a\nocclusion: media/rope.svg", "`key: value`"),
        ("id: a\ntype: drill\nfields: [A bight]", "`key: value`"),
        (masks("loop"), "`key: value`"),
        ("id: a\nocclusion:", "not text"),
        ("id: a\ntype: drill\nfields:", "not text"),
        # what is needed cannot be left out
        (f"id: a\n{GOOD}\nchoices: [The bowline, {{text: '', why: x}}]", "remove the key"),
        ("id: a\nocclusion: {image: '', alt: A rope, masks: {c1: loop}}", "remove the key"),
        ("id: a\nocclusion: {image: media/rope.svg, alt: '', masks: {c1: loop}}", "remove the key"),
        # there is nothing to make a second note of
        ("id: a\ncloze: The {{c1::bowline}}\nordered: true", "two notes"),
        # a folder of that name is refused
        ("id: a\ntype: question\nfields: {Question: x}", "make it a folder"),
        # neither has `cloze:` a place here
        ("id: a\ntype: drill\nfields: {Prompt: 'A {{c1::bight}}'}", "instead of `question:`"),
        (masks("{c1: loop}") + "\nquestion: Which {{c1::part}}?", "instead of `question:`"),
        ("id: a\ncloze: The {{c1::bowline}}\nexplanation: A {{c2::loop}}", "instead of `question:`"),
    ],
)
def test_nothing_misleads(note: str, misleading: str, tmp_path: Path) -> None:
    """Words that would send an author the wrong way."""
    one = only(tmp_path, notes_yaml(note))
    assert misleading not in f"{one.message}; {one.hint}"


def test_an_empty_note_is_called_empty(tmp_path: Path) -> None:
    """A `-` with nothing behind it is not "text"."""
    one = only(tmp_path, NOTES_YAML + "  -\n")
    assert "not text" not in one.message


def test_a_missing_id_is_proposed(tmp_path: Path) -> None:
    """The hint has an id made of the question, ready to paste."""
    one = only(tmp_path, "notes:\n  - question: Which knot makes a *fixed* loop?\n    answer: The bowline\n")
    assert "`id: which-knot-makes-fixed`" in one.hint


@pytest.mark.parametrize("long", ["x" * 1_000, "wort " * 200])
@pytest.mark.parametrize(
    "note",
    [
        "id: {}\n" + GOOD,
        f"id: a\n{GOOD}\naudience: {{}}",
        f"id: a\n{GOOD}\nsources: [{{}}]",
        f"id: a\n{GOOD}\ntags: ['::{{}}']",
        f"id: a\n{GOOD}\ntags: {{}}",
        f"id: a\n{GOOD}\n? {{}}\n: x",
        "id: a\nquestion: '![x](<{}.png>)'\nanswer: x",
        "id: a\nquestion: '[x](<{}>)'\nanswer: x",
        "id: a\nquestion: x <{}>\nanswer: x",
        "id: a\nquestion: '[sound:{}.mp3]'\nanswer: x",
    ],
)
def test_a_long_text_is_not_repeated_whole(note: str, long: str, tmp_path: Path) -> None:
    """A message quotes the beginning of what was written; the line is shown below it anyway."""
    _, diagnostics = compile_deck(write_deck(tmp_path / "knots", {"notes.yaml": notes_yaml(note.format(long.strip()))}))
    for one in diagnostics:
        assert len(one.message) < 300, one.message
        assert len(one.hint) < 300, one.hint
