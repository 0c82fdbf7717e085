"""`deckbuilder verify` on the command line: what it prints, its exit codes, and what it says of misuse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from builder.anki.verify import render
from builder.anki.verify.results import Finding, Imported, Verified
from builder.cli.app import app
from tests.releases.author import DAY, FIRST, NOW, Author, cloze, question

pytest.importorskip("anki.collection", reason="verifying needs the anki package")

SECOND = NOW - 10 * DAY
Run = Callable[..., Result]


@pytest.fixture
def run(author: Author, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`deckbuilder verify` with these arguments beside the author's packages; what is not an exit fails the test."""
    monkeypatch.chdir(author.root)
    return lambda *arguments: CliRunner().invoke(app, ["verify", *arguments], catch_exceptions=False)


@pytest.fixture
def releases(author: Author) -> Author:
    """Two releases of three notes: the first in `old/`, the second, with one note more and one changed, in `dist/`."""
    author.notes(
        question("bowline", "A loop", "tags: [Loops]"),
        question("reef-knot", "A bend", "reverse: true"),
        cloze("gaps", "A {{c1::loop}} or {{c2::bend}}"),
    )
    author.release(FIRST)
    author.out.rename(author.root / "old")
    author.edit("A loop", "A fixed loop")
    author.notes(question("new-one"), file="more.yaml")
    author.release(SECOND)
    return author


def restamp(package: Path) -> None:
    """Gives every note of a package the time of the second release."""
    from tests.anki_real.packages import broken

    broken(package, f"update notes set mod = {SECOND}").replace(package)


ALONE = """\
dist/knots.apkg in Anki VERSION
              Anki  package  manifest
  notes          4        4         4
  cards          6        6         6
  note types     2        2
  decks          1        1
  tags           1        1
  media          0        0
  6 cards rendered on both sides
  1 tag: Knots::Loops
"""

STUDENTS = """\
over old/knots.apkg: 1 new, 1 changed, 2 unchanged
  student                  reviews  due dates  edits  tags  styling  doubled  conflicts  blank
  never studied                  —        ✓ 5      —     —        —        0          0      0
  studied everything           ✓ 9        ✓ 5      —     —        —        0          0      0
  edited every note            ✓ 9        ✓ 5    ✓ 2     —        —        0          0      0
  edited and tagged some       ✓ 9        ✓ 5    ✓ 1   ✓ 2        —        0          0      0
  got leeches                 ✓ 41        ✓ 5      —   ✓ 1        —        0          0      0
  restyled before              ✓ 9        ✓ 5      —     —      ✓ 2        0          0      0
  restyled after               ✓ 9        ✓ 5      —     —      ✓ 2        0          0      0
  added a field                ✓ 9        ✓ 5      —     —        —        0          2      0
  suspended and flagged        ✓ 9        ✓ 5      —     —        —        0          0      0
  deleted notes and cards      ✓ 2        ✓ 1      —     —        —        0          0      0
  moved and renamed            ✓ 9        ✓ 5      —     —        —        0          0      0
  edition student              ✓ 9        ✓ 5    ✓ 1   ✓ 2        —        0          0      0
  edition clinician            ✓ 9        ✓ 5    ✓ 1   ✓ 2        —        0          0      0
  clock two hours ahead        ✓ 9        ✓ 5    ✓ 1   ✓ 2        —        0          0      0
  clock two hours behind       ✓ 9        ✓ 5    ✓ 1   ✓ 2        —        0          0      0
  not played: skipped releases, took every release: name older packages as well, the oldest first

known limits that these students met:
  1 note: edited by the student and changed by the release, which counts
    students: edited every note, edited and tagged some, edition student, edition clinician, clock two
      hours behind
    notes: bowline
  2 notes: conflicting, because the student changed the fields of their note type
    students: added a field
    notes: bowline, reef-knot
  2 notes: deleted by the student, back as new notes
    students: deleted notes and cards
    notes: bowline, gaps
  1 card: deleted by the student, back as new cards
    students: deleted notes and cards
    notes: reef-knot card 2
  1 note: the correction comes with the next release that changes them, because the student's clock
    was ahead
    students: clock two hours ahead
    notes: bowline

everything promised is kept
"""


def test_a_package_alone(run: Run, releases: Author) -> None:
    """The counts of Anki, the package and the manifest, and what was looked at; exit code 0."""
    from anki.buildinfo import version

    result = run("dist/knots.apkg")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == ALONE.replace("VERSION", version) + "\nno errors\n"


def test_students_over_a_release(run: Run, releases: Author) -> None:
    """The table, the limits and the verdict; a manifest stands for its package with everything; exit code 0."""
    from anki.buildinfo import version

    for older in ("old/knots.manifest.json", "old/knots.apkg"):
        result = run("dist/knots.apkg", "--over", older)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == f"{ALONE.replace('VERSION', version)}\n{STUDENTS}"


def test_a_manifest_as_the_package(run: Run, releases: Author) -> None:
    """A manifest stands for its package with everything here, too."""
    result = run("dist/knots.manifest.json", "--over", "old/knots.manifest.json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run("dist/knots.apkg", "--over", "old/knots.apkg").stdout


def test_a_permitted_cost(run: Run, releases: Author) -> None:
    """A release that lost a card by permission can be published: a known limit, exit code 0."""
    releases.out.rename(releases.root / "second")
    releases.edit("{{c2::bend}}", "bend")
    releases.release(SECOND + DAY, allow=["gone-card:gaps"])
    result = run("dist/knots.apkg", "--over", "old/knots.apkg", "--over", "second/knots.apkg")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "  1 card: dropped by permission, blank until the student runs Empty Cards\n" in result.stdout
    assert result.stdout.endswith("\neverything promised is kept\n")


def test_another_deck(run: Run, releases: Author) -> None:
    """A package of another deck is one error of the packages: exit code 1."""
    releases.forget()
    releases.edit("knots-7f3k2q", "ropes-2h5j6k", "deck.yaml")
    releases.release(SECOND)
    result = run("dist/knots.apkg", "--over", "old/knots.apkg")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.endswith(
        "\nover old/knots.apkg: nothing was played\n\n"
        "error: old/knots.apkg is another deck than dist/knots.apkg: its id is `knots-7f3k2q`, not\n"
        "  `ropes-2h5j6k` [another-deck]\n\n1 error\n"
    )


def test_a_broken_promise(run: Run, releases: Author) -> None:
    """What is lost, who loses it and on which notes; exit code 1."""
    restamp(releases.package())
    result = run("dist/knots.apkg", "--over", "old/knots.manifest.json")
    assert result.exit_code == 1
    assert (
        "error: 2 notes: the student's edit is lost, though the release did not change them [lost-edit]\n"
        "  students: edited every note\n"
        "  notes: gaps, reef-knot\n"
        "\n"
        "error: 1 note: the student's edit is lost, though the release did not change them [lost-edit]\n"
        "  students: edited and tagged some, edition student, edition clinician, clock two hours behind\n"
        "  notes: gaps\n"
    ) in result.stdout
    assert "  edited every note            ✓ 9        ✓ 5    0/2     —        —" in result.stdout
    assert result.stdout.endswith("\n5 errors\n")


def test_markdown(run: Run, releases: Author) -> None:
    """A heading, the verdict, the errors with their students, and tables; the same exit codes."""
    result = run("dist/knots.apkg", "--over", "old/knots.apkg", "--format", "markdown")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("### dist/knots.apkg in Anki ")
    assert "**everything promised is kept**" in lines
    assert "| cards | 6 | 6 | 6 |" in lines
    assert "| edited every note | ✓ 9 | ✓ 5 | ✓ 2 | — | — | 0 | 0 | 0 |" in lines
    assert "- not played: skipped releases, took every release: name older packages as well, the oldest first" in lines
    restamp(releases.package())
    result = run("dist/knots.apkg", "--over", "old/knots.apkg", "--format", "markdown")
    assert result.exit_code == 1
    assert "**5 errors**" in result.stdout
    message = "- 2 notes: the student's tags are lost, though the release did not change them `lost-tag` ("
    assert message in result.stdout


def test_texts_of_strangers() -> None:
    """A name is no command to a terminal or a workflow, however lines are divided, and no Markdown, link or mention."""
    names = ("::error::a@b.example", "x" * 95, "::warning::c", "\x1b[2J")
    error = Finding(rule="lost-note", message="4 notes: lost", notes=names)
    package = Path("  ::error::x\n::error::#1.apkg")
    verified = Verified(
        anki="1", imported=Imported(package=package, errors=(error,), unused_media=("- www.a.example",))
    )
    lines = render(verified, "text").splitlines()
    assert lines[0] == "  : :error::x ::error::#1.apkg in Anki 1"
    assert "    : :warning::c,  [2J" in lines
    lines = render(verified, "markdown").splitlines()
    assert lines[0] == "### ::error::x ::error::\\#\u200b1.apkg in Anki 1"
    assert lines[4:6] == [
        "- 4 notes: lost `lost-note`",
        f"  - ::error::a@\u200bb.example, {'x' * 95}, ::warning::c, \\[2J",
    ]
    assert "Unused media: - www\u200b.a.example" in lines


def test_json(run: Run, releases: Author) -> None:
    """One object: whether all is kept, every error once, the package and every student; the same exit codes."""
    result = run("dist/knots.apkg", "--over", "old/knots.apkg", "--format", "json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["format"], found["is_kept"], found["errors"]) == (0, 1, True, [])
    assert found["imported"]["counts"][1] == {"what": "cards", "anki": 6, "package": 6, "manifest": 6}
    everything = found["over"]["played"][1]
    assert (everything["name"], everything["did"]) == (
        "studied everything",
        "answered every card, each in another way",
    )
    assert everything["reviews"] == {"kept": 9, "of": 9}
    restamp(releases.package())
    result = run("dist/knots.apkg", "--over", "old/knots.apkg", "--format", "json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["is_kept"]) == (1, False)
    assert {error["rule"] for error in found["errors"]} == {"lost-edit", "lost-tag", "wrong-checksum"}


def test_what_is_no_package(run: Run, releases: Author) -> None:
    """A file that is no package is an error of the package: exit code 1."""
    Path("no.apkg").write_bytes(b"no package")
    result = run("no.apkg", "--over", "old/knots.apkg")
    assert (result.exit_code, result.stdout.count("[refused-package]")) == (1, 1)
    assert result.stdout.endswith("\n1 error\n")
    assert run("dist/knots.apkg", "--over", "no.apkg").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dist/knots.apkg", "--format", "html"], "--format is one of text, json, markdown, not `html`"),
        (["nowhere.apkg"], "there is no package nowhere.apkg"),
        (["dist"], "there is no package dist"),
        (["decks/knots/manifest.json"], "there is no package decks/knots/knots.apkg"),
        (["dist/knots.apkg", "--over", "nowhere.apkg"], "there is no package nowhere.apkg"),
        (["dist/knots.apkg", "--over", "nowhere.json"], "there is no package nowhere.json"),
    ],
)
def test_wrong_usage(run: Run, releases: Author, arguments: list[str], message: str) -> None:
    """What cannot be meant is one line, with exit code 2."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {message}\n")


NO_MANIFEST = "old/changed.json: this is not a manifest that deckbuilder wrote"
CHANGED = {
    "no object": (lambda manifest: [manifest], NO_MANIFEST),
    "no packages": (lambda manifest: {**manifest, "packages": None}, NO_MANIFEST),
    "an endless number": (lambda manifest: {**manifest, "released": float("inf")}, NO_MANIFEST),
    "a newer format": (
        lambda manifest: {**manifest, "format": 2},
        "old/changed.json: a newer deckbuilder wrote this manifest",
    ),
    "half a ledger": (
        lambda manifest: {**manifest, "ledger": ["note x"]},
        "old/changed.json: the ledger in this manifest is damaged",
    ),
    "one edition": (
        lambda manifest: {**manifest, "packages": manifest["packages"][1:]},
        "old/changed.json lists no package with everything; name the package itself",
    ),
    **{
        file: (partial(lambda file, manifest: naming(manifest, file), file), NO_MANIFEST)
        for file in ("../dist/knots.apkg", "/dist/knots.apkg", "..\\dist\\knots.apkg", "..", "")
    },
    "other bytes": (
        lambda manifest: {**manifest, "packages": [{**manifest["packages"][0], "sha256": "0" * 64}]},
        "old/knots.apkg is not the package that changed.json lists",
    ),
    "gone.apkg": (lambda manifest: naming(manifest, "gone.apkg"), "there is no package old/gone.apkg"),
}


def naming(manifest: dict[str, Any], file: str) -> dict[str, Any]:
    """A manifest that has another name for its first package."""
    first, *others = manifest["packages"]
    return {**manifest, "packages": [{**first, "file": file}, *others]}


@pytest.mark.parametrize(("change", "message"), CHANGED.values(), ids=CHANGED)
def test_a_manifest_that_cannot_be_meant(
    run: Run, releases: Author, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    """A manifest that is damaged, or names no package beside it with everything, is one line, with exit code 2."""
    manifest = json.loads(Path("old/knots.manifest.json").read_text(encoding="utf-8"))
    Path("old/changed.json").write_text(json.dumps(change(manifest)), encoding="utf-8")
    result = run("dist/knots.apkg", "--over", "old/changed.json")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {message}\n")


def test_a_damaged_manifest_beside_a_package(run: Run, releases: Author) -> None:
    """It says nothing of the package, and another one beside it does."""
    Path("dist/a.manifest.json").write_text('{"packages": [{"file": "knots.apkg"}]}', encoding="utf-8")
    assert "  notes          4        4         4\n" in run("dist/knots.apkg").stdout
    Path("dist/knots.manifest.json").unlink()
    assert "  notes          4        4\n" in run("dist/knots.apkg").stdout


def test_without_anki(run: Run, releases: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, one line says how to get it, with exit code 2."""
    monkeypatch.setitem(sys.modules, "anki", None)
    result = run("dist/knots.apkg")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        'error: this needs real Anki: python -m pip install "deckbuilder[verify]", '
        "or uv run --extra verify deckbuilder verify ...\n"
    )


def test_nothing_else_needs_anki() -> None:
    """Neither the command line, its help nor the door to verifying imports the `anki` package."""
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from builder.cli.app import app\n"
        "import builder.anki.verify, builder.anki.verify.beside, builder.anki.verify.results\n"
        "assert CliRunner().invoke(app, ['verify', '--help']).exit_code == 0\n"
        "assert 'anki' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stopped_in_the_middle(releases: Author, tmp_path: Path, how: signal.Signals) -> None:
    """A run that is stopped leaves no collection behind."""
    place = tmp_path / "temporary"
    place.mkdir()
    arguments = ["verify", "dist/knots.apkg", *(3 * ["--over", "old/knots.apkg"])]
    with subprocess.Popen(
        [sys.executable, "-m", "builder", *arguments],
        cwd=releases.root,
        env={**os.environ, "TMPDIR": str(place)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        until = time.monotonic() + 60
        while not list(place.glob("*/student")) and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.01)
        process.send_signal(how)
        assert process.wait(60) != 0
    assert list(place.iterdir()) == []
