"""Promise 4: same sources, ledger and builder version, same bytes; on any machine, any day, under any settings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from builder.source.files import MANIFEST_FILE
from tests.decks import SVG
from tests.releases.author import DAY, FIRST, NOW, SECOND, Author, cloze, question, tree
from tests.releases.listing import Listing, Order, shuffled

PROJECT = Path(__file__).parents[2]

# Releases the deck in the folder argv[1] at the time argv[2], drafts it a day later, and rebuilds the release.
MAKER = """
import sys
from pathlib import Path
from builder.build import build_draft
from builder.compiler.deck import compile_deck
from builder.ledger import read_ledger
from builder.release import ReleaseOptions, rebuild, release
folder, now, out = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
compiled, diagnostics = compile_deck(folder)
assert compiled and not diagnostics, diagnostics
made, diagnostics = release(compiled, ReleaseOptions(out=out), now)
assert made, diagnostics
ledger, _ = read_ledger(folder / "ledger.txt")
build_draft(compiled, ledger, out, "", now + 86400)
again, diagnostics = rebuild(compiled, ReleaseOptions(out=out / "again"))
assert again, diagnostics
"""


def fill(author: Author) -> Author:
    """A deck of several files and subdecks with audiences, tags, sources, pictures and gaps."""
    author.write("media/copy of knot.svg", SVG.replace(b'r="3"', b'r="1"'))
    author.notes(
        question("a", "'![x](media/knot.svg)'", "tags: [Z, A, M::N]", "sources: [budworth-2012, ashley-1944]"),
        question("b", "'[sound:media/word.mp3] ![x](<media/copy of knot.svg>)'", "audience: student"),
        cloze("İstanbul", "Łódź {{c3::ß}} {{c1::ſ}} {{c2::結び目}}", "audience: clinician"),
        head="deck: Sub::Deck\ntags: [Ä, b, B2]\n",
    )
    author.notes(
        *(question(f"n{number}", f"1,5 {number:,}", "reverse: true") for number in range(60)), file="z/more.yaml"
    )
    author.notes(question("typed", "ein Knoten", "typed: true"), file="Ä.yaml", head="deck: Ünder\n")
    return author


def made_in_a_process(root: Path, *, cwd: Path | None = None, umask: int = -1, **settings: str) -> dict[str, bytes]:
    """What another process makes of the filled deck at `root` as of `FIRST`."""
    author = fill(Author(root))
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), **settings}
    where = cwd or root
    paths = [os.path.relpath(path, where) for path in (author.deck, author.out)]
    command = [sys.executable, "-c", MAKER, paths[0], str(FIRST), paths[1]]
    subprocess.run(command, check=True, env=environment, cwd=where, umask=umask)
    return made_by(author)


def made_by(author: Author) -> dict[str, bytes]:
    """What deckbuilder made of the author's deck: files by path, ledger and manifest beside the sources among them."""
    beside = (author.ledger_path, author.deck / MANIFEST_FILE)
    made = {**tree(author.out)} | {str(path): path.read_bytes() for path in beside}
    return {os.path.relpath(path, author.root): content for path, content in made.items()}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What is made under plain settings."""
    made = made_in_a_process(tmp_path_factory.mktemp("plain"), PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")
    # Three packages, each as release, draft and rebuilt release; a manifest, notes and checksums with both releases;
    # ledger and manifest beside the sources.
    assert len(made) == 3 * 3 + 2 * 3 + 2
    return made


def assert_same(made: dict[str, bytes], expected: dict[str, bytes]) -> None:
    """Fails with the names of the files that differ."""
    assert sorted(made) == sorted(expected)
    assert [path for path in made if made[path] != expected[path]] == []


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242", "PYTHONOPTIMIZE": "1"},
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8"},
        {"TZ": "Pacific/Kiritimati"},
        {"TZ": "America/St_Johns", "SOURCE_DATE_EPOCH": "0"},
    ],
    ids=",".join,
)
def test_under_other_settings(tmp_path: Path, expected: dict[str, bytes], settings: dict[str, str]) -> None:
    """Promise 4: hash seed, locale, encoding and time zone change no byte of packages, manifest or ledger."""
    assert_same(made_in_a_process(tmp_path, **settings), expected)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_under_another_umask(tmp_path: Path, expected: dict[str, bytes], umask: int) -> None:
    """Promise 4: who may read the files on this machine is not in the packages."""
    assert_same(made_in_a_process(tmp_path, umask=umask), expected)


def test_from_another_folder(tmp_path: Path, expected: dict[str, bytes]) -> None:
    """Promise 4: neither the current directory nor the place of the deck's folder is in the packages."""
    elsewhere = tmp_path / "some" / "where else"
    elsewhere.mkdir(parents=True)
    assert_same(made_in_a_process(tmp_path / "übung", cwd=elsewhere), expected)


def made_here(author: Author) -> dict[str, bytes]:
    """What this process makes of the author's deck."""
    author.release(FIRST)
    author.draft(FIRST + DAY)
    return made_by(author)


@pytest.mark.parametrize("order", [reversed, shuffled("1")])
def test_in_another_order_of_files(
    author: Author,
    expected: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    order: Order,
) -> None:
    """Promise 4: the order in which the system lists a folder is not the order of anything."""
    listing = Listing(order)
    monkeypatch.setattr(os, "scandir", listing.scandir)
    monkeypatch.setattr(os, "listdir", listing.listdir)
    made = made_here(fill(author))
    assert listing.folders, "no folder was listed, so nothing was shown"
    assert_same(made, {path: content for path, content in expected.items() if "again" not in path})


def test_files_of_another_age(author: Author, expected: dict[str, bytes]) -> None:
    """Promise 4: when the sources were saved is not in the packages."""
    for age, path in enumerate(sorted(fill(author).deck.rglob("*"), reverse=True)):
        os.utime(path, (age * DAY, age * DAY))
    assert_same(made_here(author), {path: content for path, content in expected.items() if "again" not in path})


def test_a_release_without_changes_is_the_same_release(author: Author) -> None:
    """Promise 2: releasing unchanged sources again, even a year later, changes no byte on disk."""
    fill(author).release(FIRST)
    before = tree(author.root)
    made = author.release(SECOND + 365 * DAY)
    assert not made.is_new
    assert (made.changes.new, made.changes.changed, made.changes.gone) == (0, 0, 0)
    assert tree(author.root) == before


def test_the_recorded_release_can_be_made_again(author: Author, tmp_path: Path) -> None:
    """Promise 4: `release --locked` makes the released packages and manifest from sources and ledger, byte for byte."""
    fill(author).release(FIRST, version="1.0")
    author.edit("answer: '![x](media/knot.svg)'", "answer: Changed")
    author.release(SECOND, version="1.1")
    before = tree(author.root)
    clone = author.branch(tmp_path / "clone")
    assert clone.rebuild().version == "1.1"
    made = {path.replace(str(clone.root), str(author.root)): content for path, content in tree(clone.root).items()}
    assert made == before


def test_an_edition_of_everything_is_the_same_bytes(author: Author) -> None:
    """Promise 4: an edition that leaves nothing out is the package with everything."""
    author.notes(question("a"), cloze("b", "A {{c1::gap}}"))
    author.release(NOW)
    assert author.package("student").read_bytes() == author.package().read_bytes()


def test_a_copied_deck_folder_makes_the_same_package(author: Author, tmp_path: Path) -> None:
    """Promise 1: the folder's name names files only; what is in the packages does not know it."""
    fill(author).release(FIRST)
    shutil.copytree(author.deck, tmp_path / "renamed")
    (tmp_path / "renamed" / "ledger.txt").unlink()
    copy = Author.__new__(Author)
    copy.deck, copy.out, copy.restyle = tmp_path / "renamed", tmp_path / "out", author.restyle
    copy.release(FIRST)
    assert (copy.out / "renamed.apkg").read_bytes() == author.package().read_bytes()
