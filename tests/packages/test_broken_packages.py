"""Packages with random damage: they are read, or refused, and nothing else ever happens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED

from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.anki.read import PackageError, read_package
from tests.packages.forge import MODEL, field, latest, latest_database, legacy, legacy_database, write_zip, zstd

PICTURE = b"content of a file" * 100
LISTED = field(1, field(1, b"a.txt") + field(3, hashlib.sha1(PICTURE).digest()))
LATEST = latest_database()
FORMS = {
    "legacy": legacy(legacy_database(), {"0": "a.txt"}, _0=PICTURE),
    "latest": latest(LATEST, LISTED, _0=PICTURE),
}


@dataclass(frozen=True)
class Damage:
    """What happens to some bytes, at places that are counted round and round: some replaced, some moved or lost."""

    replaced: tuple[tuple[int, int], ...]
    at: int
    length: int
    way: str
    new: bytes

    def done_to(self, data: bytes) -> bytes:
        """The bytes with this damage."""
        result = bytearray(data)
        for place, value in self.replaced:
            result[place % len(data)] = value
        start = self.at % (len(data) + 1)
        end = start + self.length
        changes = {
            "keep": result,
            "cut": result[:start],
            "take out": result[:start] + result[end:],
            "double": result[:end] + result[start:],
            "put in": result[:start] + self.new + result[start:],
        }
        return bytes(changes[self.way])


PLACES = st.integers(0, 200) | st.integers(0, 1_000_000)
DAMAGES = st.builds(
    Damage,
    replaced=st.lists(st.tuples(PLACES, st.integers(0, 255)), max_size=6).map(tuple),
    at=PLACES,
    length=st.integers(0, 64),
    way=st.sampled_from(["keep", "keep", "cut", "take out", "double", "put in"]),
    new=st.binary(max_size=64),
)


def read_or_refuse(entries: dict[str, bytes] | bytes) -> None:
    """Reads a package and its media; only `PackageError` may come of it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "broken.apkg")
        if isinstance(entries, bytes):
            path.write_bytes(entries)
        else:
            write_zip(path, entries)
        problems = []
        try:
            stored = read_package(path)
            for name in stored.media_names:
                assert isinstance(stored.media(name), bytes)
        except PackageError as error:
            problems.append(error)
        assert all(error.path == path and 0 < len(str(error)) < 200 for error in problems)
        assert [found.name for found in Path(folder).iterdir()] == ["broken.apkg"]


def whole(form: str, compression: int) -> bytes:
    """A good package of a form."""
    with TemporaryDirectory() as folder:
        return write_zip(Path(folder, "good.apkg"), FORMS[form], compression).read_bytes()


WHOLE = [whole(form, compression) for form in FORMS for compression in (0, ZIP_DEFLATED)]


@settings(max_examples=300)
@given(st.sampled_from(range(len(WHOLE))), DAMAGES)
def test_a_damaged_package_is_read_or_refused(number: int, damage: Damage) -> None:
    """Any damage to the file as a whole."""
    read_or_refuse(damage.done_to(WHOLE[number]))


@settings(max_examples=300)
@given(DAMAGES)
def test_a_damaged_database_is_read_or_refused(damage: Damage) -> None:
    """Damage to the database, in an archive whose checksums are right."""
    read_or_refuse(legacy(damage.done_to(FORMS["legacy"]["collection.anki2"])))


@settings(max_examples=300)
@given(DAMAGES)
def test_a_damaged_database_of_the_latest_form_is_read_or_refused(damage: Damage) -> None:
    """The same, also behind a right frame of zstd."""
    read_or_refuse(latest(damage.done_to(LATEST)))


@settings(max_examples=200)
@given(st.sampled_from(["meta", "media", "0", "collection.anki21b"]), DAMAGES)
def test_a_damaged_part_is_read_or_refused(name: str, damage: Damage) -> None:
    """Damage to one part of the latest form: its compression and its messages."""
    read_or_refuse(FORMS["latest"] | {name: damage.done_to(FORMS["latest"][name])})


@settings(max_examples=200)
@given(DAMAGES, st.binary(max_size=50), st.binary(max_size=50), st.binary(max_size=50))
def test_damaged_messages_are_read_or_refused(damage: Damage, note_type: bytes, template: bytes, deck: bytes) -> None:
    """Damage below the compression, and messages of any bytes."""
    database = latest_database(
        f"UPDATE notetypes SET config = x'{note_type.hex()}'",
        f"UPDATE templates SET config = x'{template.hex()}'",
        f"UPDATE decks SET kind = x'{deck.hex()}'",
    )
    parts = {"media": zstd.compress(damage.done_to(LISTED)), "collection.anki21b": zstd.compress(database)}
    read_or_refuse(FORMS["latest"] | parts)


ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.sampled_from(list(MODEL)), ANY_JSON, ANY_JSON, ANY_JSON)
@example("flds", [{"name": "\ud800"}], {}, {})
def test_any_json_is_read_or_refused(key: str, value: Any, decks: Any, media: Any) -> None:
    """Any value in a note type, in the place of the decks and in that of the media."""
    models = {"10": {**MODEL, key: value}}
    read_or_refuse(legacy(legacy_database(models=models, decks=decks), media))
    read_or_refuse(legacy(legacy_database(models=models), media))


@settings(max_examples=200)
@given(st.sampled_from(["id", "guid", "mid", "mod", "usn", "tags", "flds"]), st.data())
def test_any_value_in_a_note_is_read_or_refused(column: str, data: st.DataObject) -> None:
    """Numbers, texts, blobs and nothing in each column of a note."""
    value = data.draw(
        st.sampled_from(["NULL", "9e999", "1.5", "-1", "'x'", "x'ff'", "CAST(x'ff' AS TEXT)", "char(0)", "''"])
    )
    copy = "CREATE TABLE n AS SELECT * FROM notes", "DROP TABLE notes", "ALTER TABLE n RENAME TO notes"
    read_or_refuse(legacy(legacy_database(*copy, f"UPDATE notes SET {column} = {value}")))
