"""The examples of docs/format.md as students see them: built, imported into real Anki, and every card shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("anki.collection", reason="the examples are shown by the anki package")

from anki.sound import SoundOrVideoTag, TTSTag

from tests.anki_real.student import Student, Taken
from tests.test_docs import EXAMPLES, FORMAT, NOTE_EXAMPLES, fences, run, section, text_of, written


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A card as Anki shows it: both sides without the styling, and what it plays on either."""

    front: str
    back: str
    sounds: tuple[str, ...]
    voices: tuple[tuple[str, str], ...]

    @property
    def answer(self) -> str:
        """What the back adds: the part behind the line, where there is one."""
        return self.back.rpartition('id="answer">')[2]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The deck of docs/format.md at a student's: every card by its note's id, in order, and what note types hold."""

    cards: dict[str, tuple[Seen, ...]]
    styling: dict[str, str]
    decks: set[str]
    tags: dict[str, list[str]]

    def only(self, note_id: str) -> Seen:
        """The card of a note that has one."""
        (card,) = self.cards[note_id]
        return card


def _seen(student: Student, note_id: str, number: int) -> Seen:
    front, back = student.sides(note_id, number)
    output = student.card(note_id, number).render_output()
    played = [*output.question_av_tags, *output.answer_av_tags]
    return Seen(
        front=front.strip(),
        back=back.strip(),
        sounds=tuple(sound.filename for sound in played if isinstance(sound, SoundOrVideoTag)),
        voices=tuple((sound.lang, sound.field_text) for sound in played if isinstance(sound, TTSTag)),
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The deck of all examples, built from the command line and imported; nothing is wrong with any card.

    What is retired in them was released before, and is held by the student.
    """
    folder = tmp_path_factory.mktemp("examples")
    written(folder / "decks", *NOTE_EXAMPLES)
    retired = folder / "decks" / "knots" / "16-retired.yaml"
    text = retired.read_text(encoding="utf-8")
    retired.write_text(re.sub("^    (?:retired|replaced_by): .+\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert run("deckbuilder release knots", folder)[0] == 0
    retired.write_text(text, encoding="utf-8")
    exit_code, output = run("deckbuilder build knots", folder)
    assert exit_code == 0
    (counts,) = re.findall(r"knots-draft\.apkg +(\d+) notes +(\d+) cards .* everything\n", output)
    assert re.findall(r"^.*(?:error|warning).*$", output, re.MULTILINE) == []
    student = Student(folder / "student")
    try:
        notes, cards = map(int, counts)
        assert student.take(folder / "dist" / "knots.apkg") == Taken(new=notes)
        assert student.take(folder / "dist" / "knots-draft.apkg") == Taken(updated=1, unchanged=notes - 1)
        assert student.counts == (notes, cards + 1)
        assert student.faults() == []
        found = {note_id: student.note(note_id) for note_id in student.content()}
        yield Shown(
            cards={
                key: tuple(_seen(student, key, card.ord + 1) for card in note.cards()) for key, note in found.items()
            },
            styling={kind["name"]: kind["css"] for kind in student.collection.models.all()},
            decks=student.decks,
            tags={key: note.tags for key, note in found.items()},
        )
    finally:
        student.close()


CHECKS: dict[str, Callable[[Shown], None]] = {}
"""What each section with an example promises, by its heading."""


def shows(heading: str) -> Callable[[Callable[[Shown], None]], Callable[[Shown], None]]:
    """Makes a function the check of the section under a heading."""

    def register(check: Callable[[Shown], None]) -> Callable[[Shown], None]:
        CHECKS[heading] = check
        return check

    return register


def _headings() -> dict[str, list[str]]:
    """The titles of examples by the heading under which they stand."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in text_of(FORMAT).splitlines():
        if line.startswith(("## ", "### ")):
            heading = line
        elif opened := re.match(r"```\w+ title=(\S+)$", line):
            found.setdefault(heading, []).append(opened[1])
    return found


def test_every_section_with_an_example_has_a_check() -> None:
    """No form, key or file is described by an example of which nobody has looked at the cards."""
    assert {title for titles in _headings().values() for title in titles} == EXAMPLES.keys()
    assert _headings().keys() == CHECKS.keys()
    assert all(f"\n{heading}\n" in text_of(FORMAT) for heading in CHECKS)


@pytest.mark.parametrize("heading", _headings())
def test_an_example_is_on_the_cards(heading: str, shown: Shown) -> None:
    """The example of a section does on real Anki's cards what the section says."""
    CHECKS[heading](shown)


def test_every_note_of_the_examples_is_shown(shown: Shown) -> None:
    """Every id in the examples has its cards, each with two sides."""
    ids = [each for title in NOTE_EXAMPLES for each in re.findall(r"^  - id: (\S+)$", EXAMPLES[title], re.MULTILINE)]
    assert sorted(ids) == sorted(shown.cards)
    assert all(card.front and card.back and card.front != card.back for cards in shown.cards.values() for card in cards)


# the deck


@shows("## deck.yaml")
def _deck(shown: Shown) -> None:
    assert shown.decks == {"Knots", "Knots::Loops", "Knots::French"}
    assert {name for name in shown.styling if name.startswith("Knots: ")} == {
        f"Knots: {each}" for each in ("Question", "Cloze", "Picture", "French", "Rhyme")
    }
    back = shown.only("bowline-use").back
    for fact in ("Knots::Loops", "Version 2026.11", "CC BY 4.0"):
        assert f"<span>{fact}</span>" in back
    link = "https://example.org/issues/new?title=Card%20bowline-use&amp;body=Version%202026.11"
    assert f'<a href="{link}">Report a problem</a>' in back


# forms


@shows("### Rules for good cards")
def _rules_for_good_cards(shown: Shown) -> None:
    card = shown.only("definition-of-a-bight")
    assert "What is a bight?" in card.front
    assert "allow" not in card.back


@shows("### Question and answer")
def _question_and_answer(shown: Shown) -> None:
    card = shown.only("bowline-use")
    assert "The bowline" not in card.front
    assert "The bowline" in card.answer
    folded = re.search(r"<details [^>]+><summary>Why</summary>(.+?)</details>", card.answer)
    assert folded
    assert "neither slips nor jams" in folded[1]
    assert "Ashley 1944" in card.answer
    assert shown.tags["bowline-use"] == ["Knots::Loops"]
    order = [card.back.index(part) for part in ("at the end of a rope?", "The bowline", "Why", "Ashley", "Version")]
    assert order == sorted(order)


@shows("### Reversed")
def _reversed(shown: Shown) -> None:
    forwards, backwards = shown.cards["bight"]
    assert "A bight" not in forwards.front
    assert "A bight" in forwards.answer
    assert "A bight" in backwards.front
    assert "a curved part" not in backwards.front
    assert "a curved part" in backwards.answer


@shows("### Typed")
def _typed(shown: Shown) -> None:
    card = shown.only("working-end")
    assert "[[type:Typed]]" in card.front
    assert "[[type:Typed]]" in card.answer


def _choices(side: str) -> list[tuple[bool, str, str]]:
    """The choices on a side: whether each is marked, its text, and why."""
    found = re.findall(
        r'<li( class="db-right")?><div class="db-option">(.+?)</div>(?:<div class="db-reason">(.+?)</div>)?</li>', side
    )
    return [(bool(right), text, why) for right, text, why in found]


@shows("### Choices")
def _choices_marked(shown: Shown) -> None:
    card = shown.only("join-two-ropes")
    assert sorted(_choices(card.front)) == [
        (False, "Clove hitch", ""),
        (False, "Reef knot", ""),
        (False, "Sheet bend", ""),
    ]
    assert [text for _, text, _ in _choices(card.back)] == [text for _, text, _ in _choices(card.front)]
    assert sorted(_choices(card.back)) == [
        (False, "Clove hitch", "ties a rope to a post, not to another rope"),
        (False, "Reef knot", "slips when the ropes differ"),
        (True, "Sheet bend", ""),
    ]
    ordered = shown.only("turns-of-a-clove-hitch")
    assert _choices(ordered.back) == [(False, "Once", ""), (True, "Twice", ""), (False, "Three times", "")]


@shows("### Gaps")
def _gaps(shown: Shown) -> None:
    first, second = shown.cards["sheet-bend"]
    assert "[...]" in first.front
    assert "different thickness" in first.front
    assert "[thickness?]" in second.front
    assert 'data-ordinal="2">different thickness</span>' in second.back


def _masks(side: str) -> tuple[int, int]:
    """How many shapes a side asks for, and how many it knows besides."""
    return side.count('class="cloze" '), side.count('class="cloze-inactive" ')


@shows("### Pictures with masks")
def _pictures_with_masks(shown: Shown) -> None:
    cards = shown.cards["parts-in-a-picture"]
    assert [_masks(card.front) for card in cards] == [(1, 3), (1, 3), (2, 2)]
    shapes = [re.findall(r'class="cloze" data-ordinal="\d" data-shape="(\w+)"', card.front) for card in cards]
    assert shapes == [["rect"], ["rect"], ["rect", "ellipse"]]
    assert 'data-left="0.0500" data-top="0.0833" data-width="0.3625" data-height="0.1500"' in cards[0].front
    for card in cards:
        assert re.search(r'<img src="rope-[0-9a-f]{16}\.svg" alt="A rope that lies straight, [^"]+">', card.front)
        assert card.front.count('data-occludeInactive="1"') == 4
        assert "Name the hidden part of the rope." in card.front
        assert "Show or hide the masks</button>" in card.back
    one, two = shown.cards["parts-of-a-hook"]
    assert (_masks(one.front), _masks(two.front)) == ((1, 2), (2, 1))
    assert "data-occludeInactive" not in one.front
    assert 'data-left="0.4167" data-top="0.0500" data-width="0.1833" data-height="0.2500"' in one.front


# texts


@shows("## What a text can hold")
def _lists_and_tables(shown: Shown) -> None:
    card = shown.only("parts-of-a-rope")
    assert card.answer.count("<li>") == 3
    assert "<td>standing part</td>" in card.answer


@shows("### Maths")
def _maths(shown: Shown) -> None:
    card = shown.only("capstan")
    assert r"\(T\)" in card.front
    assert r"\(T\,e^{-\mu\varphi}\)" in card.answer
    assert r"\[T_{\text{hold}} = T_{\text{load}}\,e^{-\mu\varphi}\]" in card.answer


@shows("### Gaps around and in other things")
def _gaps_and_other_things(shown: Shown) -> None:
    markup = shown.cards["gaps-and-markup"][1]
    assert "[two things]" in markup.front
    assert "<em>post or rail</em></span>" in markup.back
    assert r"\(2\pi\)</span>" in shown.only("gap-around-maths").back
    assert r"\mu" not in shown.only("gap-in-maths").front
    assert r"\mu" in shown.only("gap-in-maths").back
    assert [card.front.count("<li>") for card in shown.cards["gaps-in-a-list"]] == [2, 2]


@shows("### Pictures and sounds")
def _pictures_and_sounds(shown: Shown) -> None:
    card = shown.only("name-this-knot")
    assert re.search(r'<img src="knot-[0-9a-f]{16}\.svg" alt="A rope with a loop at its end" />', card.front)
    assert [re.sub("[0-9a-f]{16}", "", sound) for sound in card.sounds] == ["word-.mp3"]


# sources


@shows("## references.yaml")
def _references(shown: Shown) -> None:
    card = shown.only("shoelaces")
    doi, page = "https://doi.org/10.1098/rspa.2016.0770", "https://example.org/ropes"
    shown = re.sub("</?span[^>]*>", "", card.answer)
    assert f'<a href="{doi}">Daily-Diamond et al. 2017</a>; <a href="{page}">The Rope Library</a>' in shown
    full = re.findall(r"<li>(.+?)</li>", _fold(card.answer, "Full references"))
    assert [entry.partition(".")[0] for entry in full] == [
        "Daily-Diamond CA, Gregg CE, O'Reilly OM",
        "The Rope Library",
    ]


def _fold(side: str, summary: str) -> str:
    """What a fold on a card hides."""
    return side.partition(f"<summary>{summary}</summary>")[2].partition("</details>")[0]


@shows("### Naming a source in a note")
def _place_in_a_source(shown: Shown) -> None:
    answer = shown.only("number-of-the-bowline").answer
    assert re.search(r"Ashley 1944, #1010</span>\s*<details", answer)
    assert "Ashley CW. The Ashley Book of Knots." in _fold(answer, "Full references")
    text = section(FORMAT, "### Naming a source in a note")
    assert '"Ashley 1944, #1010"' in text
    assert '"Daily-Diamond et al. 2017"' in text


# note types of one's own


@shows("## Note types of your own")
def _own_note_type(shown: Shown) -> None:
    word, _ = shown.cards["french-knot"]
    assert len(shown.cards["french-rope"]) == 1
    assert "the knot, in French?" in word.front
    assert "le nœud" not in word.front
    assert "le nœud" in word.answer
    assert "From the Latin <em>nodus</em>." in _fold(word.answer, "Why")
    assert '<span class="db-label">Sources</span> <span data-key="ashley-1944">Ashley 1944</span>' in word.answer
    assert "<span>Words</span>" in word.answer
    assert "db-sources" not in shown.only("french-rope").answer


@shows("### Templates")
def _templates(shown: Shown) -> None:
    word, sentence = shown.cards["french-knot"]
    assert "class=hint" in word.front
    assert "class=hint" not in shown.only("french-rope").front
    assert "[[type:French]]" in word.front
    assert "[[type:French]]" in word.answer
    assert word.voices == (("fr_FR", "le nœud"),)
    assert set(sentence.voices) == {("fr_FR", "Fais un nœud à la corde.")}
    assert "Version 2026.11" in word.answer
    assert 'href="https://example.org/issues/new?title=Card%20french-knot&amp;body=Version%202026.11"' in word.answer
    assert "Fais un nœud" not in sentence.front
    assert "What did you hear?" in sentence.back
    assert "le nœud: the knot" in sentence.answer


@shows("### Gaps in your own note types")
def _own_gaps(shown: Shown) -> None:
    first, second, third = shown.cards["rabbit"]
    assert "How to tie the bowline:" in first.front
    assert "out of its hole</span>" in first.back
    assert "round the tree</span>" in second.back
    assert "back down the hole</span>" in third.back


@shows("## Styling")
def _styling(shown: Shown) -> None:
    css = EXAMPLES["decks/knots/style.css"].strip()
    ours = {name: styling for name, styling in shown.styling.items() if name.startswith("Knots: ")}
    assert all(styling.rstrip().endswith(css) for styling in ours.values())
    for token in re.findall(r"--[a-z-]+", css):
        assert all(f"  {token}:" in styling for styling in ours.values())


@shows("## Retiring a note")
def _retired(shown: Shown) -> None:
    card = shown.only("join-in-a-hurry")
    assert shown.tags["join-in-a-hurry"] == ["Knots::Retired"]
    for side in (card.front, card.back):
        (banner,) = re.findall(r'<aside class="db-retired">(.+?)</aside>', side, re.DOTALL)
        assert "It slips under load. Nothing that matters should hang on it." in banner
        assert "&quot;Note ID:join-safely&quot;" in banner
    assert "granny" not in card.front
    others = [one for key, cards in shown.cards.items() if key != "join-in-a-hurry" for one in cards]
    assert not any("db-retired" in side for one in others for side in (one.front, one.back))


@shows("## YAML: when to quote")
def _quoting(shown: Shown) -> None:
    card = shown.only("quoting")
    assert "What does &quot;# 1010&quot; mean" in card.front
    assert "in several lines, which become one" in card.answer


def test_the_pictures_of_the_examples_are_drawn(tmp_path: Path) -> None:
    """A picture in docs/format.md is one that a browser draws: XML with the size that it says."""
    from builder.render.pictures import Picture

    drawn = [fence for fence in fences(FORMAT) if fence.language == "svg"]
    assert drawn
    for fence in drawn:
        path = tmp_path / Path(fence.title).name
        path.write_text(fence.content, encoding="utf-8")
        assert Picture(path).width > 0
