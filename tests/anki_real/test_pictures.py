"""Pictures with masks: real Anki's own image occlusion, its mask editor included."""

from __future__ import annotations

from typing import Any

import pytest

from tests.anki_real.forms import MAP_SVG, PHOTO, PICTURES
from tests.anki_real.student import Student, Taken
from tests.releases.author import FIRST, SECOND, THIRD, Author, question

Shape = tuple[str, dict[str, Any]]

NORTH: Shape = ("rect", {"left": 0.05, "top": 0.1, "width": 0.2, "height": 0.2})
LAKE: Shape = ("ellipse", {"left": 0.45, "top": 0.15, "rx": 0.1, "ry": 0.1})
CAPE: Shape = ("polygon", {"points": [0.8, 0.55, 0.95, 0.55, 0.875, 0.85]})
# By hand from MAP_SVG, in parts of its width and height.
MASKS: dict[str, dict[int, list[Shape]]] = {
    "map": {
        1: [NORTH],
        2: [LAKE, CAPE],
        5: [
            ("rect", {"left": 0.05, "top": 0.6, "width": 0.1, "height": 0.2}),
            ("ellipse", {"left": 0.225, "top": 0.55, "rx": 0.075, "ry": 0.15}),
        ],
        7: [
            ("rect", {"left": 0.8, "top": 0.05, "width": 0.15, "height": 0.2}),
            ("ellipse", {"left": 0.725, "top": 0.1, "rx": 0.075, "ry": 0.15}),
        ],
    },
    "map-hidden": {1: [NORTH], 2: [LAKE], 3: [CAPE]},
    "photo": {
        1: [("rect", {"left": 0.1, "top": 0.1, "width": 0.2, "height": 0.25})],
        2: [
            ("rect", {"left": 0.5, "top": 0.5, "width": 0.25, "height": 0.2}),
            ("rect", {"left": 0.0, "top": 0.75, "width": 1.0, "height": 0.25}),
        ],
    },
}
MASK_MORE = "<br>{{c9::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}"


@pytest.fixture
def author(author: Author) -> Author:
    """An author whose deck of three pictures is released."""
    author.write("media/map.svg", MAP_SVG)
    author.write("media/photo.png", PHOTO)
    author.write("notes.yaml", PICTURES)
    author.release(FIRST)
    return author


@pytest.fixture
def student(author: Author, student: Student) -> Student:
    """A student who holds the first release and has studied every card, each in another way."""
    assert student.take(author.package()) == Taken(new=3)
    student.study_everything()
    return student


# what Anki makes of it


def test_anki_knows_them_as_its_own(student: Student) -> None:
    """Promise 5: Anki's mask editor opens every picture with the shapes that were written, each on its card."""
    for note_id, masks in MASKS.items():
        held = student.occlusion(note_id).masks
        assert held.keys() == masks.keys()
        for number, shapes in masks.items():
            assert [shape for shape, _ in held[number]] == [shape for shape, _ in shapes]
            for (_, found), (_, wanted) in zip(held[number], shapes, strict=True):
                assert found.keys() - {"oi"} == wanted.keys()
                for name, value in wanted.items():
                    numbers = [float(number) for number in found[name].replace(",", " ").split()]
                    assert numbers == pytest.approx(value if isinstance(value, list) else [value], abs=0.0001)


def test_the_note_type_is_ankis_own_kind(student: Student) -> None:
    """Promise 5: Anki finds the five fields of its image occlusion where its editor and its apps look for them."""
    found = student.collection._backend.get_image_occlusion_fields(notetype_id=student.note("map").mid)
    assert (found.occlusions, found.image, found.header, found.back_extra) == (0, 1, 2, 3)
    note_type = student.note_type("Picture")
    assert note_type["originalStockKind"] == student.stock_occlusion()["originalStockKind"]
    assert [field["tag"] for field in note_type["flds"]][:6] == [0, 1, 2, 3, 4, None]


def test_each_number_is_a_card(student: Student) -> None:
    """Promise 5: a mask's number is its card's, with gaps in the numbers; other shapes of a number are no cards."""
    cards = {(note_id, number) for note_id, masks in MASKS.items() for number in masks}
    assert set(student.schedules()) == cards
    assert student.faults() == []


def test_picture_question_and_explanation(student: Student) -> None:
    """Promise 5: what Anki calls header and back extra are the question and the explanation."""
    shown = student.occlusion("map")
    assert shown.file.startswith("map-")
    assert shown.file.endswith(".svg")
    assert shown.header == "Which part of the <em>map</em> is hidden?"
    assert shown.back_extra == "Maps are <strong>pictures</strong>."
    assert student.read_file(shown.file) == MAP_SVG
    assert student.read_file(student.occlusion("photo").file) == PHOTO
    assert 'alt="A &quot;photo&quot; &amp; &lt;more&gt;"' in student.sides("photo")[0]


def test_hide_all_hides_the_others(student: Student) -> None:
    """Promise 5: Anki hides the masks that are not asked for in the mode `hide-all`, and in no other."""
    assert student.occlusion("map-hidden").hides_all
    assert not student.occlusion("map").hides_all
    assert not student.occlusion("photo").hides_all
    assert student.sides("map-hidden", 2)[0].count('data-occludeInactive="1"') == 3


def test_a_card_asks_for_its_own_mask(student: Student) -> None:
    """Promise 5: on the front exactly the shapes of the card's number are asked for, and on the back shown."""
    front, back = student.sides("map", 5)
    assert front.count('class="cloze" data-ordinal="5"') == 2
    assert back.count('class="cloze-highlight" data-ordinal="5"') == 2
    for number in (1, 2, 7):
        assert f'class="cloze-inactive" data-ordinal="{number}"' in front
    assert front.count('class="cloze"') == back.count('class="cloze-highlight"') == 2


# what students do to it


def test_a_student_draws_a_mask(author: Author, student: Student) -> None:
    """Promise 5: a student can draw a mask in Anki's editor; the card appears and everything still renders."""
    schedules = student.schedules()
    student.edit_masks("map", student.note("map")["Occlusion"] + MASK_MORE)
    assert student.occlusion("map").masks[9] == [("rect", {"left": ".1", "top": ".1", "width": ".2", "height": ".2"})]
    assert student.schedules().keys() - schedules.keys() == {("map", 9)}
    assert student.faults() == []
    author.edit("id: photo", "id: photo\n    tags: [Photos]")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=2)
    assert 9 in student.occlusion("map").masks, "a release that leaves a note alone leaves its masks alone"
    author.edit("Maps are **pictures**.", "Maps are *flat*.")
    author.release(THIRD)
    assert student.take(author.package()) == Taken(updated=1, unchanged=2)
    assert student.occlusion("map").masks.keys() == MASKS["map"].keys()
    student.empty_cards()
    assert student.schedules().items() >= {key: schedules[key] for key in schedules if key[0] == "map"}.items()
    assert student.faults() == []


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside Anki's own note type"])
def test_a_look_arrives_after_check_database(author: Author, student: Student, beside: bool) -> None:
    """Promise 3: Check Database leaves the note type and its time alone, so that a later look arrives."""
    times, content, schedules = student.note_type_times(), student.content(), student.schedules()
    if beside:
        student.stock_occlusion()
    student.check_database()
    after = student.note_type_times()
    assert {name: after[name] for name in times} == times
    assert (student.content(), student.schedules()) == (content, schedules)
    author.write("style.css", ".card { color: #123456 }\n")
    assert author.release(SECOND).changes.changed == 0
    assert student.take(author.package()) == Taken(unchanged=3)
    assert "#123456" in student.note_type("Picture")["css"]
    assert (student.content(), student.schedules()) == (content, schedules)
    student.check_database()
    assert student.faults() == []


# releases


def test_a_new_mask_adds_a_card(author: Author, student: Student) -> None:
    """Promise 6: a new number adds its card and leaves the others' reviews alone; only that note updates."""
    schedules = student.schedules()
    author.edit("masks: {c1: north, c2: lake, c3: cape}", "masks: {c1: north, c2: lake, c3: cape, c4: south}")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=2)
    assert student.schedules().keys() - schedules.keys() == {("map-hidden", 4)}
    assert student.schedules().items() >= schedules.items()
    assert student.occlusion("map-hidden").hides_all
    assert student.faults() == []


def test_a_number_in_between_adds_a_card(author: Author, student: Student) -> None:
    """Promise 6: a number that stands before others shifts none of their schedules."""
    schedules = student.schedules()
    author.edit("c5: south", "c4: [[0, 110, 60, 60]]\n        c5: south")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=2)
    assert student.schedules().keys() - schedules.keys() == {("map", 4)}
    assert student.schedules().items() >= schedules.items()


def test_a_dropped_mask_is_refused(author: Author, student: Student) -> None:
    """Promise 6: a number that was released cannot go without being allowed, for its card would show an error."""
    author.edit("masks: {c1: north, c2: lake, c3: cape}", "masks: {c1: north, c3: cape}")
    refused = author.refused(SECOND)
    assert refused is not None
    assert refused.rules == {"gone-card"}
    assert "loses a released card: c2" in str(refused)
    author.release(SECOND, allow=["gone-card:map-hidden"])
    schedules = student.schedules()
    assert student.take(author.package()) == Taken(updated=1, unchanged=2)
    assert student.schedules() == schedules
    student.empty_cards()
    assert schedules.keys() - student.schedules().keys() == {("map-hidden", 2)}


def test_a_moved_mask_stays_its_card(author: Author, student: Student) -> None:
    """Promise 1: a shape moved in the picture is the same card, with another picture; notes of it update."""
    schedules = student.schedules()
    before = student.occlusion("map").file
    author.write("media/map.svg", MAP_SVG.replace(b'x="0" y="30"', b'x="20" y="30"'))
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=2, unchanged=1)
    shown = student.occlusion("map")
    assert shown.file != before
    assert float(shown.masks[1][0][1]["left"]) == pytest.approx(0.1)
    assert student.schedules() == schedules
    student.lose_file(before)
    assert student.faults() == []


def test_another_mode_is_a_changed_note(author: Author, student: Student) -> None:
    """Promise 3: the mode is part of a note; it arrives, and every schedule stays."""
    schedules = student.schedules()
    author.edit("mode: hide-all", "mode: hide-one")
    author.release(SECOND)
    assert student.take(author.package()) == Taken(updated=1, unchanged=2)
    assert not student.occlusion("map-hidden").hides_all
    assert student.schedules() == schedules


def test_a_question_turned_into_a_picture_is_refused(author: Author) -> None:
    """Promise 6: a released question cannot become a picture under its id."""
    author.notes(question("plain"), file="plain.yaml")
    author.release(SECOND)
    picture = "id: plain\nquestion: What?\nocclusion: {image: media/map.svg, alt: A map, masks: {c1: north}}"
    author.notes(picture, file="plain.yaml")
    refused = author.refused(THIRD)
    assert refused is not None
    assert refused.rules == {"changed-note-type"}
