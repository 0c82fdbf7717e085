"""How a difference reads: in a terminal, as release notes, and for programs."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pyromark
import pytest

from builder.core.note_types import NoteType, Template
from builder.core.package import AnkiNote, content_digest
from builder.diff.as_json import as_json
from builder.diff.as_markdown import release_notes
from builder.diff.as_text import as_text
from builder.diff.compare import compare
from builder.diff.model import Difference, FieldChange, NoteChange, NoteTypeChange
from builder.diff.sides import compiled_side, empty_side
from builder.diff.students_words import field_changes
from builder.diff.telling import type_consequences
from builder.report.markdown import as_item, as_words
from tests.decks import NOTE_TYPES, ROPES
from tests.diff.pairs import Pair, edited
from tests.releases.author import Author, cloze, question

BEFORE = (
    question("bowline", "The bowlin"),
    question("clove", "Two turns", "explanation: It holds on a post.", "tags: [hitch]"),
    question("granny", "Yes"),
    question("left", "Yes"),
    cloze("gaps", "The {{c1::end::part}} goes over {{c2::the standing part}}."),
)
AFTER = (
    question("bowline", "The bowline", "tags: [loop]"),
    question("clove", "Two turns", "explanation: It holds on a spar.", "reverse: true", "tags: [hitch]"),
    question("granny", "Yes", "retired: It **slips**.", "replaced_by: bowline"),
    cloze("gaps", "The {{c2::end::part}} goes over {{c1::the standing part}}."),
    question("new", "Yes"),
)
TEXT = """\
Knots: package of 2026.11 → sources of 2026.12
1 added, 3 changed, 1 retired, 1 gone, 0 unchanged
version of the deck: 2026.11 → 2026.12

in Knots
  changed bowline: What about bowline?
      Answer: The [-bowlin-]{+bowline+}
      tags: +Knots::loop
      reaches students: it replaces their copy of the note
  changed clove: What about clove?
      Explanation: It holds on a [-post-]{+spar+}.
      card 2 (Reversed): added, the others keep their schedule
      reaches students: it replaces their copy of the note
  retired granny: What about granny?
      tags: +Knots::Retired
      why: It slips. What to learn instead, as a search in Anki’s Browse window: "Note ID:bowline"
      reaches students: it replaces their copy of the note
  gone left: What about left?
      students keep it for ever, and it is never corrected again
  changed gaps: The end goes over the standing part.
      Text: The [-{{c1::end::part}}-]{+{{c2::end::part}}+} goes over [-{{c2::the standing part}}-]\
{+{{c1::the standing part}}+}.
      gap c1 and gap c2: something else is asked now, on the schedule of what was asked before
      reaches students: it replaces their copy of the note
  added new: What about new?
"""
NOTES = """\
# Knots 2026.12

Since 2026.11: 1 note new, 3 changed, 1 retired and 1 gone. Each note makes one card or more. Import the package \
over the one that you have: your reviews stay.

## New (1)

- What about new?

To see them, press *Browse* in Anki and paste this into the search line:

```text
"Note ID:new"
```

## Changed (3)

If you had edited one of these notes, it now has the deck’s text.

- What about bowline? — answer: “The bowlin” → “The bowline”; tags
- What about clove? — explanation: “It holds on a post.” → “It holds on a spar.”; 1 card more
- The end goes over the standing part. — text; asks for something else now

To see them, press *Browse* in Anki and paste this into the search line:

```text
"Note ID:bowline" or "Note ID:clove" or "Note ID:gaps"
```

## Retired (1)

Nobody needs to learn these any more. You keep their cards; suspend those that you do not want.

- What about granny? — It slips; instead: What about bowline?

To see them, press *Browse* in Anki and paste this into the search line:

```text
"Note ID:granny"
```

All that was ever retired here:

```text
"tag:Knots::Retired"
```

## Gone (1)

These are no longer part of the deck. You keep their cards, and they are not corrected any more.

- {gone}

To see them, press *Browse* in Anki and paste this into the search line:

```text
"Note ID:left"
```
"""


@pytest.fixture
def pair(author: Author) -> Pair:
    """Two releases with a change of every common kind."""
    return edited(author, BEFORE, AFTER, allow=("gone-note",))


def test_text(pair: Pair) -> None:
    """For who makes the deck: every field, word by word, and what it means for students."""
    assert as_text(pair.difference("package")) == TEXT


def test_text_in_colour(pair: Pair) -> None:
    """On a terminal words are red and green; without the colours they read as before, but for the marks."""
    shown = as_text(pair.difference("package"), colour=True)
    assert "Answer: The \x1b[31mbowlin\x1b[0m\x1b[32mbowline\x1b[0m\n" in shown
    assert re.sub(r"\x1b\[[0-9]+m", "", shown) == re.sub(r"\[-(?!/)|-\]|\{\+|\+\}(?!\})", "", TEXT)


def test_nothing_to_tell(author: Author) -> None:
    """Two states that are the same say so in every form."""
    author.notes(question("one"))
    side = compiled_side(author.compile(), "x")
    same = compare(side, side)
    assert same.is_empty
    assert as_text(same) == "Knots: x → x\nno difference in 1 note\n"
    assert release_notes(same) == "# Knots 2026.11\n\nSince x: nothing has changed.\n"
    assert json.loads(as_json(same))["notes"] == []


def test_two_decks(author: Author) -> None:
    """Two packages that have no note in common may not be what somebody meant."""
    author.notes(question("one"))
    old = compiled_side(author.compile(), "old")
    author.notes(question("two"))
    shown = as_text(compare(old, compiled_side(author.compile(), "new")))
    assert shown.splitlines()[:3] == [
        "Knots: old → new",
        "1 added, 1 gone, 0 unchanged",
        "no note is on both sides: are they of one deck?",
    ]


def test_release_notes(pair: Pair) -> None:
    """For students: what is new, changed, retired and gone, in their words, with searches to paste."""
    assert release_notes(pair.difference("package")) == NOTES.replace("{gone}", "What about left?")


def test_release_notes_by_the_ledger(pair: Pair) -> None:
    """Known is which notes have changed, not in which words; of what is gone, only how many."""
    expected = NOTES.replace("{gone}", "1 note, of which only the id is known")
    expected = re.sub(r"\? — (answer|explanation): .*?”(; tags)?(?=\n|;)", "?", expected).replace("?; 1", "? — 1")
    expected = expected.replace(" — text; asks for something else now", "")
    assert release_notes(pair.difference("ledger")) == expected


def test_release_notes_say_the_same_twice(pair: Pair) -> None:
    """The same difference gives the same text."""
    assert release_notes(pair.difference()) == release_notes(pair.difference())


def test_a_first_release(author: Author) -> None:
    """It tells how much there is, not every note."""
    author.notes(question("a"), question("b", "Yes", "reverse: true"), head="deck: Loops\n", file="1.yaml")
    author.notes(question("c"), head="deck: Loops::Fixed\n", file="2.yaml")
    author.remove("notes.yaml")
    new = compiled_side(author.compile(), "the working tree")
    expected = "# Knots 2026.11\n\nFirst release: 3 notes with 4 cards.\n\n- Loops: 2 notes\n- Loops › Fixed: 1 note\n"
    assert release_notes(compare(empty_side("nothing", "Knots"), new)) == expected
    in_one = replace(new, notes=new.notes[:1])
    assert (
        release_notes(compare(empty_side("", ""), in_one)) == "# Knots 2026.11\n\nFirst release: 1 note with 1 card.\n"
    )


def test_subdecks_and_moves(author: Author) -> None:
    """Notes stand under their subdecks in source order; a move says that cards stay."""
    author.notes(question("a"), question("b"), head="deck: Loops\n")
    author.notes(question("c"), file="other.yaml", head="deck: Bends\n")

    def edit(one: Author) -> None:
        one.notes(question("a", "No"), head="deck: Loops\n")
        one.notes(question("c", "No"), question("b"), file="other.yaml", head="deck: Bends\n")

    difference = Pair(author, edit).difference()
    notes = release_notes(difference)
    about = "If you had edited one of these notes, it now has the deck’s text."
    loops = "### Loops\n\n- What about a? — answer: “Yes” → “No”"
    assert f"## Changed (2)\n\n{about}\n\n{loops}\n\n### Bends\n\n- What about c?" in notes
    moved = "## Moved to another deck (1)\n\nCards that you have stay where they are.\n\n### Bends\n\n"
    assert f"{moved}- What about b? — moved from Loops to Bends\n" in notes
    clause = "      moved from Knots::Loops to Knots::Bends: cards that students hold stay where they are\n"
    assert f"{clause}      students' copies of the note are not touched\n" in as_text(difference)


def test_editions(author: Author) -> None:
    """Who no longer gets a note, and who gets it now."""
    pair = edited(
        author,
        (question("a"), question("b", "Yes", "audience: student")),
        (question("a", "Yes", "audience: student"), question("b")),
    )
    notes, text = release_notes(pair.difference()), as_text(pair.difference())
    about = "You keep the cards that you have; their corrections still reach you."
    left = f"## No longer in every edition (1)\n\n{about}\n\n- What about a? — no longer in the edition for clinician\n"
    assert left in notes
    joined = "## Also in another edition (1)\n\n- What about b? — now also in the edition for clinician\n"
    assert joined in notes
    assert "gone from the edition for clinician: who holds its cards keeps them\n" in text
    assert "new in the edition for clinician\n" in text


def test_note_types(author: Author) -> None:
    """Templates and styling as lines that differ; a schema change is red, and bold in release notes."""
    for name, content in NOTE_TYPES.items():
        author.write(name, content)
    author.notes("id: loop\ntype: drill\nfields: {Prompt: A, Reply: B}")

    def edit(one: Author) -> None:
        one.write("note_types/drill/front.html", "<p><b>{{Prompt}}</b></p>\n")
        one.write("style.css", ".card { color: red }\n")
        one.edit("fields: [Prompt, Reply,", "fields: [Prompt, More, Reply,", file="note_types/drill/note_type.yaml")
        one.edit("{{Reply}}", "{{Reply}} {{More}}", file="note_types/drill/back.html")

    difference = Pair(author, edit, allow=("changed-schema",)).difference()
    text, notes = as_text(difference), release_notes(difference)
    stops = "fields differ: this stops updates, Anki calls every note of this type conflicting"
    assert f"\nnote type Knots: Drill\n  {stops}\n  fields: More added\n  front of Forwards\n    @@ -1 +1 @@\n" in text
    assert "\n    -<p>{{Prompt}}</p>\n    +<p><b>{{Prompt}}</b></p>\n" in text
    assert "\n  styling\n" in text
    assert f"  \x1b[31m{stops}\x1b[0m\n" in as_text(difference, colour=True)
    assert "- **The note type Knots: Drill has other fields: Anki will not update its notes.**\n" in notes
    assert "- The cards look different now; where you have changed their look yourself, yours is replaced.\n" in notes


def test_masks_and_pictures(author: Author) -> None:
    """Masks are told by their numbers; another picture is named."""
    for name, content in ROPES.items():
        author.write(name, content)
    note = "id: rope\nquestion: Name it\nocclusion:\n  image: media/rope.svg\n  alt: A rope\n  masks: {c1: loop}"
    other = question("knot", "'![A knot](media/knot.svg)'")
    pair = edited(
        author,
        (note, other),
        (note.replace("loop", "bight"), other.replace("knot.svg", "rope.svg").replace("A knot", "A rope")),
    )
    text = as_text(pair.difference())
    assert "changed rope: Name it [A rope]\n      Occlusion: mask c1 placed otherwise\n" in text
    assert "      mask c1: something else is asked now, on the schedule of what was asked before\n" in text
    (before,), (after,) = pair.difference().notes[1].pictures
    assert "      Answer: \\[A [-knot-]{+rope+}]\n".replace("\\", "") in text
    assert f"      no longer shown: {before}\n      now shown: {after}\n" in text
    notes = release_notes(pair.difference())
    assert "- Name it \\[A rope\\] — masks; asks for something else now\n" in notes
    assert "- What about knot? — answer: “\\[A knot\\]” → “\\[A rope\\]”; picture\n" in notes


def test_masks_with_other_numbers(author: Author) -> None:
    """A mask that has another number is one that is gone and one that is new; another picture is no markup."""
    for name, content in ROPES.items():
        author.write(name, content)
    author.write("media/other.svg", (author.deck / "media/rope.svg").read_bytes().replace(b"</svg>", b"<!-- --></svg>"))
    masks = "{c1: loop, c2: bight}"
    note = f"id: rope\nquestion: Name it\nocclusion:\n  image: media/rope.svg\n  alt: A rope\n  masks: {masks}"
    pair = edited(author, (note,), (note.replace("c2", "c3").replace("rope.svg", "other.svg"),), allow=("gone-card",))
    text = as_text(pair.difference())
    assert "      Occlusion: mask c2 gone; mask c3 new\n      Image: another picture\n" in text


def test_retired_notes_stand_with_the_others(author: Author) -> None:
    """In a package a retired note is in no subdeck: it is told in the one that it was in, under one heading."""
    before = (question("a"), question("b"), question("c"))
    author.notes(*before, head="deck: Loops\n")
    after = (question("a", "Yes", "retired: Wrong."), question("b"), question("c", "No"))
    difference = Pair(author, lambda one: one.notes(*after, head="deck: Loops\n")).difference("package", "package")
    assert re.findall("^in .*", as_text(difference), re.MULTILINE) == ["in Knots::Loops"]


def test_other_fields_and_templates() -> None:
    """Which names are new, gone, or in another place."""
    faces = tuple(Template(name=name, front="{{A}}", back="") for name in ("One", "Two"))
    before = NoteType(key="t", name="T", id=1, kind="normal", fields=("A", "B", "C", "D"), templates=faces, css="")
    after = replace(before, kind="cloze", fields=("A", "C", "B", "E"), templates=faces[:1])
    change = NoteTypeChange(before=before, after=after, schema=("fields", "templates", "kind"))
    assert list(type_consequences(change))[1:] == [
        "fields: E added; D removed; C and B moved",
        "templates: Two removed",
        "kind: cloze, was normal",
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("25 %", "a quarter (25 %)", "“25 %” → “a quarter (25 %)”"),
        (
            "Of all knots that are tied on boats and in tents, 25 % of them slip when they are wet.",
            "Of all knots that are tied on boats and in tents, a quarter (25 %) of them slip when they are wet.",
            "“25 %” → “a quarter (25 %)”",
        ),
        (
            "A knot (which sailors call a hitch when it holds on a post and a bend when it joins two ropes) may slip.",
            "A knot, which sailors call a hitch when it holds on a post and a bend when it joins two ropes, may slip.",
            "",
        ),
        (
            "Of one sort of knots, that are tied on boats, in tents, on trees and elsewhere, most will slip.",
            "Of all sorts of knots, that are tied on boats, in tents, on trees and elsewhere, some will slip.",
            "“one sort” → “all sorts”, “most” → “some”",
        ),
    ],
)
def test_words_that_differ_for_students(before: str, after: str, expected: str) -> None:
    """A phrase is given once and whole, not the halves of its brackets."""
    field = FieldChange(name="Answer", before=before, after=after)
    change = NoteChange(kind="changed", before=None, after=None, fields=(field,))
    assert list(field_changes(change)) == [f"answer: {expected}" if expected else "answer"]


def test_many_notes_are_folded(author: Author) -> None:
    """A long list is there as a whole, and shown when somebody opens it; searches are cut where Anki would fail."""
    author.notes(*(question(f"n{number}") for number in range(401)), question("stays"))
    old = compiled_side(author.compile(), "old")
    author.notes(*(question(f"n{number}", "No") for number in range(401)), question("stays"))
    notes = release_notes(compare(old, compiled_side(author.compile(), "new")))
    assert "it now has the deck’s text.\n\n<details><summary>Show all 401</summary>\n\n- What about n0?" in notes
    assert notes.count("- What about n") == 401
    assert "</details>\n\nTo see them," in notes
    assert "<details><summary>Show all 3 searches</summary>\n\n```text\n" in notes
    assert [search.count("Note ID:") for search in re.findall("```text\n(.*)\n```", notes)] == [200, 200, 1]


def test_json(pair: Pair) -> None:
    """The shape that programs can rely on."""
    content = json.loads(as_json(pair.difference("package")))
    assert content["format"] == 1
    assert content["counts"] == {
        "added": 1,
        "changed": 3,
        "moved": 0,
        "edition": 0,
        "retired": 1,
        "returned": 0,
        "gone": 1,
        "unchanged": 0,
        "updates": 4,
    }
    assert content["deck"] == {"version": {"before": "2026.11", "after": "2026.12"}}
    assert content["old"]["title"] == "package of 2026.11"
    bowline = content["notes"][0]
    assert bowline.pop("guid")
    assert bowline == {
        "kind": "changed",
        "id": "bowline",
        "title": "What about bowline?",
        "note_type": "Knots: Question",
        "deck": "Knots",
        "reaches_students": True,
        "changes_note_type": False,
        "fields": [
            {"name": "Answer", "before": "The bowlin", "after": "The bowline"},
            {"name": "Topics", "before": "", "after": "<span>loop</span>"},
        ],
        "tags": {"added": ["Knots::loop"], "removed": []},
        "cards": {"added": [], "lost": [], "ask_otherwise": []},
        "pictures": {"before": [], "after": []},
        "moved": None,
        "audiences": {"left": [], "joined": []},
        "is_held_back": False,
    }
    new = content["notes"][-1]
    assert (new["kind"], new["fields"][0]) == (
        "added",
        {"name": "Question", "before": "", "after": "What about new?"},
    )


# texts by anybody

HOSTILE = (
    "::error file=x::boo",
    "##[error]boo",
    "<script>alert(1)</script>",
    "<!-- --> & &lt;b&gt;",
    "@octocat and a@example.org, #123 and GH-7",
    "https://evil.example and www.evil.example http://x",
    "[a](javascript:x) ![b](http://x/y.png) [c]: http://x",
    "# head",
    "- item",
    "1. first",
    "2) second",
    "+ plus",
    "> quote",
    "``` fence",
    "~~~ fence",
    "| a | b |",
    "***bold*** __under__ ~~gone~~ `code` $math$",
    "</details></summary>",
    "line\nbreak\r\n\r\n# not a heading",
    "\x1b[31mred\x1b[0m \u202eright to left\u2066 \x00 \x85",
    "trailing \\",
    "    code",
    "---",
    "===",
)


def hostile(author: Author) -> Difference:
    """A deck into whose every text somebody wrote something nasty."""
    author.notes(question("a"))
    side = compiled_side(author.compile(), "# <b>old</b> @x")
    (sample,) = side.notes

    def note(number: int, text: str, answer: str, *, retired: bool = False) -> AnkiNote:
        fields = (text, answer, *sample.fields[2:])
        fields = tuple(
            text if name == "Retired" else one for name, one in zip(side.note_types[0].fields, fields, strict=True)
        )
        return replace(
            sample,
            id=f"n_{number}" if number % 2 else f"{text}, the id",
            created=number,
            guid=f"guid{number}",
            fields=fields,
            deck=f"Knots::{text}",
            tags=(text.replace(" ", ""), "x::Retired"),
            digest=content_digest(fields, ()),
            retired=retired,
        )

    olds = [note(number, text, "old") for number, text in enumerate(HOSTILE)]
    news = [note(number, text, text, retired=number % 3 == 0) for number, text in enumerate(HOSTILE)]
    extra = [note(number + 100, text, text) for number, text in enumerate(HOSTILE)]
    types = tuple(replace(one, name="<b>@x</b> ::x") for one in side.note_types)
    old = replace(side, notes=tuple(olds), deck_name="# <i>", version="1")
    new = replace(side, notes=tuple(news + extra), note_types=types, title="\n::x", version="2")
    return compare(old, new)


def test_release_notes_of_hostile_texts(author: Author) -> None:
    """Nothing that a card says becomes markup, a link, a mention, a reference or a command."""
    notes = release_notes(hostile(author))
    starts = '# |##+ |- |```|Since |If you had |To see |Nobody |All that |<details>|</details>|"tag:|"Note ID:|nid:|$'
    for line in notes.splitlines():
        assert re.match(starts, line), line
        assert not line.lstrip().startswith("::")
    prose = re.sub("```text\n.*?\n```", "", notes, flags=re.DOTALL)
    assert not re.search(r"@\w|(?<!^)#\d|GH-\d|://|www\.|##\[", prose)
    assert all(character.isprintable() or character in "\n\u200b" for character in prose)
    extensions = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
    extensions |= pyromark.Options.ENABLE_TASKLISTS | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_MATH
    html = pyromark.html(notes, options=extensions).replace("<em>Browse</em>", "Browse")
    ours = {"h1", "h2", "h3", "p", "ul", "li", "pre", "code", "details", "summary"}
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= ours
    assert html.count("<details>") == html.count("</details>")
    shown = re.sub("[\u200b\\s]+", "", re.sub("<[^>]*>", "", html))
    for text in ("::errorfile=x::boo", "-item", "1.first", "|a|b|", "***bold***__under__~~gone~~`code`$math$", "---"):
        assert text in shown


def test_searches_of_hostile_texts(author: Author) -> None:
    """A search is one line in a block that no id or tag can end."""
    for search in re.findall("```text\n(.*?)\n```", release_notes(hostile(author)), flags=re.DOTALL):
        assert re.fullmatch(r'(("Note ID:[\w.\\-]+"|nid:\d+)( or (?!$))?)+|"tag:x::Retired"', search), search


def test_text_of_hostile_texts(author: Author) -> None:
    """No line is a command to a terminal, or to what runs workflows and reads what is printed."""
    text = as_text(hostile(author))
    assert all(character.isprintable() or character == "\n" for character in text)
    assert not re.search(r"^\s*::|##\[", text, re.MULTILINE)


def test_words_at_the_beginning_of_a_line() -> None:
    """What would begin a list or an underline there does not; elsewhere it needs nothing."""
    assert as_item("1. x") == "1\\. x"
    assert as_item("- x") == "\\- x"
    assert as_item("> x") == "\\> x"
    assert as_words("1. x") == "1. x"
    assert as_words("a & b > c < d &lt; &#60;") == "a & b > c &lt; d &amp;lt; &amp;\\#\u200b60;"
    assert as_words("a@b #1 x_y") == "a@\u200bb \\#\u200b1 x\\_y"
    assert as_words("می\u200cخواهم") == "می\u200cخواهم"
