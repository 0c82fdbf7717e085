"""Nothing outside a deck's folder is read, whatever leads there: links, loops of links, and files that are no files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.decks import NOTE_TYPES, NOTES_YAML, PNG, ROPE_SVG, notes_yaml, write_deck
from tests.test_bad_decks import check

SECRET = "notes:\n  - id: secret-of-another-folder\n    question: x\n"


def link(path: Path, target: Path | str, *, folder: bool = False) -> None:
    """A symbolic link, or the reason why there cannot be one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.symlink_to(target, target_is_directory=folder)
    except (OSError, NotImplementedError) as error:
        pytest.skip(f"this system or account forbids symbolic links: {error}")


def rules(root: Path) -> list[tuple[str, int, int, str]]:
    """Path, line, column and rule of what `check` says; asserts that it shows nothing of what is outside."""
    found = check(root)
    assert "secret-of-another-folder" not in str(found)
    return [(str(one["path"]), int(one["line"]), int(one["column"]), str(one["rule"])) for one in found]


@pytest.mark.parametrize("name", ["more.yaml", "deck.yaml", "references.yaml", "notes/more.yml"])
def test_a_link_to_a_file_outside(name: str, tmp_path: Path) -> None:
    """A YAML file that is a link out of the deck is an error, not read."""
    (tmp_path / "secret.yaml").write_text(SECRET, encoding="utf-8")
    deck = write_deck(tmp_path / "decks" / "knots")
    (deck / name).unlink(missing_ok=True)
    link(deck / name, tmp_path / "secret.yaml")
    assert rules(tmp_path) == [(f"decks/knots/{name}", 1, 1, "outside-deck")]


def test_a_link_to_a_file_inside(tmp_path: Path) -> None:
    """A link that stays in the deck is only another name: its notes are there twice."""
    deck = write_deck(tmp_path / "decks" / "knots")
    link(deck / "other.yaml", "notes.yaml")
    assert rules(tmp_path) == [("decks/knots/other.yaml", 2, 9, "duplicate-id")]


def test_a_link_to_nothing(tmp_path: Path) -> None:
    """A link whose target is gone cannot be read, and that is said."""
    deck = write_deck(tmp_path / "decks" / "knots")
    link(deck / "more.yaml", "gone.yaml")
    assert rules(tmp_path) == [("decks/knots/more.yaml", 1, 1, "unreadable-file")]


@pytest.mark.parametrize("name", ["more.yaml", "references.yaml"])
def test_a_link_to_itself(name: str, tmp_path: Path) -> None:
    """A loop of links has no end and no file."""
    deck = write_deck(tmp_path / "decks" / "knots")
    (deck / name).unlink(missing_ok=True)
    link(deck / name, name)
    assert rules(tmp_path) == [(f"decks/knots/{name}", 1, 1, "unreadable-file")]


def test_a_folder_of_notes_that_is_a_link_outside(tmp_path: Path) -> None:
    """Notes behind a link to a folder outside are an error; ignoring them would lose them without a word."""
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "more.yaml").write_text(SECRET, encoding="utf-8")
    deck = write_deck(tmp_path / "decks" / "knots")
    link(deck / "more", outside, folder=True)
    assert rules(tmp_path) == [("decks/knots/more", 1, 1, "outside-deck")]


@pytest.mark.parametrize("name", ["media/secret.png", "media/secret.mp3"])
def test_a_picture_or_sound_that_is_a_link_outside(name: str, tmp_path: Path) -> None:
    """A link to a file outside is not packed into the deck."""
    (tmp_path / Path(name).name).write_bytes(PNG)
    written = f"![x]({name})" if name.endswith("png") else f"[sound:{name}]"
    notes = notes_yaml(f"id: a\nquestion: Which {written}?\nanswer: x")
    deck = write_deck(tmp_path / "decks" / "knots", {"notes.yaml": notes})
    link(deck / name, tmp_path / Path(name).name)
    assert rules(tmp_path) == [("decks/knots/notes.yaml", 3, 21, "outside-deck")]


def test_a_media_folder_that_is_a_link_outside(tmp_path: Path) -> None:
    """The same through a folder; even which files are there is not told."""
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "knot.png").write_bytes(PNG)
    notes = notes_yaml(
        "id: a\nquestion: Which ![x](pictures/knot.png)?\nanswer: Which ![x](pictures/Knot.png)?",
        "id: b\nquestion: Which ![x](pictures/none.png)?\nanswer: x",
    )
    deck = write_deck(tmp_path / "decks" / "knots", {"notes.yaml": notes})
    link(deck / "pictures", outside, folder=True)
    assert rules(tmp_path) == [
        ("decks/knots/notes.yaml", 3, 21, "outside-deck"),
        ("decks/knots/notes.yaml", 4, 19, "outside-deck"),
        ("decks/knots/notes.yaml", 6, 21, "outside-deck"),
        ("decks/knots/pictures", 1, 1, "outside-deck"),
    ]


def test_a_picture_that_is_a_link_inside(tmp_path: Path) -> None:
    """A link that stays in the deck is a picture like any other."""
    notes = notes_yaml("id: a\nquestion: Which ![x](media/again.png)?\nanswer: x")
    deck = write_deck(tmp_path / "decks" / "knots", {"notes.yaml": notes})
    link(deck / "media" / "again.png", "knot.png")
    assert rules(tmp_path) == []


def test_a_picture_that_is_a_link_to_itself(tmp_path: Path) -> None:
    """A loop of links is no picture."""
    notes = notes_yaml("id: a\nquestion: Which ![x](media/loop.png)?\nanswer: x")
    deck = write_deck(tmp_path / "decks" / "knots", {"notes.yaml": notes})
    link(deck / "media" / "loop.png", "loop.png")
    assert rules(tmp_path) == [("decks/knots/notes.yaml", 3, 21, "missing-media")]


@pytest.mark.parametrize(
    "name", ["style.css", *(f"note_types/drill/{file}" for file in ("style.css", "note_type.yaml", "front.html"))]
)
def test_a_template_or_styling_that_is_a_link_outside(name: str, tmp_path: Path) -> None:
    """What makes a note type is of the deck, not of a folder beside it."""
    (tmp_path / "secret").write_text("secret-of-another-folder { } {{secret-of-another-folder}}\n", encoding="utf-8")
    deck = write_deck(tmp_path / "decks" / "knots", NOTE_TYPES)
    (deck / name).unlink(missing_ok=True)
    link(deck / name, tmp_path / "secret")
    assert rules(tmp_path) == [(f"decks/knots/{name}", 1, 1, "outside-deck")]


@pytest.mark.parametrize("name", ["note_types", "note_types/terms"])
def test_a_folder_of_note_types_that_is_a_link_outside(name: str, tmp_path: Path) -> None:
    """A whole note type, or all of them, behind a link: told once, at the link."""
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "note_type.yaml").write_text("name: secret-of-another-folder\n", encoding="utf-8")
    deck = write_deck(tmp_path / "decks" / "knots")
    link(deck / name, outside, folder=True)
    assert rules(tmp_path) == [(f"decks/knots/{name}", 1, 1, "outside-deck")]


def test_styling_that_is_a_link_inside(tmp_path: Path) -> None:
    """A link that stays in the deck is a file like any other: its mistakes are told at its own name."""
    deck = write_deck(tmp_path / "decks" / "knots", {"style.css": "@import 'x.css';\n", **NOTE_TYPES})
    link(deck / "note_types" / "drill" / "style.css", "../../style.css")
    assert rules(tmp_path) == [
        ("decks/knots/note_types/drill/style.css", 1, 1, "forbidden-css"),
        ("decks/knots/style.css", 1, 1, "forbidden-css"),
    ]


@pytest.mark.parametrize("name", ["style.css", "note_types/drill/front.html"])
def test_a_template_or_styling_that_is_a_link_to_itself(name: str, tmp_path: Path) -> None:
    """A loop of links has no end and no file."""
    deck = write_deck(tmp_path / "decks" / "knots", NOTE_TYPES)
    (deck / name).unlink(missing_ok=True)
    link(deck / name, Path(name).name)
    (found,) = check(tmp_path)
    assert found["rule"] in ("unreadable-file", "missing-template")


def test_a_picture_with_masks_that_is_a_link_outside(tmp_path: Path) -> None:
    """Neither its shapes nor its size are looked at."""
    (tmp_path / "rope.svg").write_bytes(ROPE_SVG.replace(b'"loop"', b'"secret-of-another-folder"'))
    notes = notes_yaml("id: a\nocclusion:\n  image: media/rope.svg\n  alt: x\n  masks: {c1: secret}")
    deck = write_deck(tmp_path / "decks" / "knots", {"notes.yaml": notes})
    link(deck / "media" / "rope.svg", tmp_path / "rope.svg")
    assert rules(tmp_path) == [("decks/knots/notes.yaml", 4, 14, "outside-deck")]


def test_an_svg_that_names_a_file_outside(tmp_path: Path) -> None:
    """An entity is not looked up, and what it names is not read."""
    (tmp_path / "secret.txt").write_text("secret-of-another-folder", encoding="utf-8")
    entity = f'<!DOCTYPE svg [<!ENTITY secret SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>\n'
    svg = entity.encode() + ROPE_SVG.replace(b'id="loop"', b'id="&secret;"')
    inside = entity.encode() + ROPE_SVG.replace(b"working end", b"&secret;")
    notes = notes_yaml(
        "id: a\nocclusion:\n  image: media/attribute.svg\n  alt: x\n  masks: {c1: loop}",
        "id: b\nocclusion:\n  image: media/text.svg\n  alt: x\n  masks: {c1: loop}",
    )
    files: dict[str, str | bytes] = {"media/attribute.svg": svg, "media/text.svg": inside, "notes.yaml": notes}
    write_deck(tmp_path / "decks" / "knots", files)
    assert rules(tmp_path) == [("decks/knots/media/attribute.svg", 4, 1, "bad-svg")]


def test_a_ledger_that_is_a_link_outside(tmp_path: Path) -> None:
    """The ledger belongs to the deck as its sources do."""
    (tmp_path / "secret.txt").write_text("# deckbuilder-ledger 1\nsecret-of-another-folder\n", encoding="utf-8")
    deck = write_deck(tmp_path / "decks" / "knots")
    link(deck / "ledger.txt", tmp_path / "secret.txt")
    found = check(tmp_path)
    assert [(one["path"], one["line"], one["column"]) for one in found] == [("decks/knots/ledger.txt", 1, 1)]


def test_a_folder_named_like_a_file_of_notes(tmp_path: Path) -> None:
    """A folder may be called anything; the files in it count."""
    deck = write_deck(tmp_path / "decks" / "knots", {"folder.yaml/notes.yaml": NOTES_YAML})
    assert not (deck / "notes.yaml").exists()
    assert rules(tmp_path) == []


def test_hidden_files_are_not_notes(tmp_path: Path) -> None:
    """What editors and systems leave behind (`._notes.yaml`, `.git/`) is no part of the deck."""
    write_deck(
        tmp_path / "decks" / "knots", {"notes.yaml": NOTES_YAML, "._notes.yaml": b"\0\5\x16\7", ".x/y.yaml": SECRET}
    )
    assert rules(tmp_path) == []
