"""A pull request from a stranger: nothing of it runs, nothing outside the deck is read, nothing elsewhere written."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.decks import NOTE_TYPES, write_deck
from tests.github import ACTION, CHANGE, NOTES, GitHub
from tests.releases.author import FIRST, Author
from tests.workflows import Run, copied, step_named

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the steps are for bash")

HOSTILE_PYTHON = "from pathlib import Path\nPath(__file__).with_suffix('.pwned').touch()\n"
IMPORTED = ("pip", "venv", "ensurepip", "yaml", "json", "anki", "genanki", "typer", "sitecustomize", "deckbuilder")


def hostile_repository(author: Author, outside: Path) -> None:
    """Everything of a repository but a deck that a program might run or follow."""
    for name in IMPORTED:
        (author.root / f"{name}.py").write_text(HOSTILE_PYTHON, encoding="utf-8")
        author.write(f"{name}.py", HOSTILE_PYTHON)
    (author.root / "builder").mkdir()
    (author.root / "builder" / "__init__.py").write_text(HOSTILE_PYTHON, encoding="utf-8")
    evil = f'"touch {outside}/pwned"'
    texts = {
        ".gitattributes": "* filter=evil diff=evil merge=evil textconv=evil export-subst\n",
        ".gitconfig": f'[filter "evil"]\nsmudge = {evil}\nclean = {evil}\n[diff "evil"]\ncommand = {evil}\n',
        ".gitmodules": f'[submodule "x"]\npath = x\nurl = ext::touch {outside}/pwned\n',
        ".githooks/post-checkout": f"#!/bin/sh\ntouch {outside}/pwned\n",
        "pip.conf": "[global]\nindex-url = https://example.org/evil\n",
        "uv.toml": 'index-url = "https://example.org/evil"\n',
        "Makefile": f"all:\n\ttouch {outside}/pwned\n",
    }
    for name, text in texts.items():
        path = author.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)


NAMES = ("$(touch pwned)", '";touch pwned;"', "`touch pwned`", "--help", "x\n::add-mask::a", "##[add-mask]b", "'x' & y")
TEXTS = (
    "$(touch pwned)",
    "::add-mask::a",
    "##[stop-commands]b",
    "${{ github.token }}",
    "```\n\n::set-output name=x::y\n",
)


def hostile_deck(author: Author) -> None:
    """Decks without a mistake whose names and texts are what a shell or GitHub might take for a command."""
    for number, name in enumerate(NAMES):
        folder = author.root / "decks" / name
        shutil.copytree(author.deck, folder, ignore=shutil.ignore_patterns(".deckbuilder", "ledger.txt", "*.py"))
        deck = folder / "deck.yaml"
        text = deck.read_text(encoding="utf-8").replace("knots-7f3k2q", f"knots-{number}f3k2q")
        deck.write_text(text.replace("name: Knots", f"name: '##[add-mask]{number}'"), encoding="utf-8")
    question = "question: Which knot is number {}?\nanswer: {}"
    notes = (f"id: n{i}\n{question.format(i, yaml_text(text))}" for i, text in enumerate(TEXTS))
    author.notes(*notes, file="$(touch pwned)\n::add-mask::c.yaml")
    author.edit(*CHANGE)


def yaml_text(text: str) -> str:
    """A text as YAML, in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


SECRET = "the-secret-of-another-folder"


def everything(folder: Path, *but: Path) -> dict[str, bytes]:
    """Every file and link in a folder and below it with what is in it, without what is in `but`."""
    found = {}
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(parent, name) not in but]
        for path in (Path(parent, name) for name in (*folders, *files)):
            link = str(path.readlink()) if path.is_symlink() else ""
            found[str(path)] = path.read_bytes() if path.is_file() and not link else link.encode()
    return found


class Stranger:
    """Somebody whose pull request is run, and what is there for them to read and to change."""

    def __init__(self, github: GitHub) -> None:
        self.github = github
        self.author = github.author
        self.outside = github.home / "outside"
        write_deck(
            self.outside / "ropes", {"notes.yaml": f"notes:\n  - id: x\n    question: {SECRET}\n    answer: x\n"}
        )
        for name in ("precious", "precious.md"):
            (self.outside / name).write_text(f"{SECRET}\n", encoding="utf-8")

    def link(self, path: str, target: str) -> None:
        """A link below the repository's folder, to a place outside it."""
        link = self.author.root / path
        link.parent.mkdir(parents=True, exist_ok=True)
        if link.is_dir() and not link.is_symlink():
            shutil.rmtree(link)
        link.unlink(missing_ok=True)
        link.symlink_to(self.outside / target)
        self.github.git("add", "--force", path)

    def attack(self, branch: str = "branch") -> Run:
        """Runs the pull request; asserts that it changed and showed nothing that it should not."""
        github = self.github
        before = everything(self.outside)
        run = github.pull_request(branch)
        assert everything(self.outside) == before
        made = everything(github.workspace, github.workspace / "dist", github.workspace / ".git")
        tracked = github.git("ls-tree", "-rtz", "--name-only", "merge").split("\0")
        new = {path.removeprefix(f"{github.workspace}/") for path in made} - set(tracked)
        assert [path for path in new if ".deckbuilder" not in path] == []
        assert [path for path in everything(github.home) if path.endswith("pwned")] == []
        assert [path for path in everything(github.home / "user") if "deckbuilder" not in path.lower()] == []
        assert SECRET not in run.log + run.summary
        uploaded = everything(github.uploaded)
        assert [path for path, content in uploaded.items() if SECRET.encode() in content] == []
        for command in run.commands:
            assert command.startswith(("::error file=decks/", "::warning file=decks/")), command
        assert github.calls()[0][:2] == ["release", "list"]
        assert all(call[:2] == ["release", "download"] for call in github.calls()[1:])
        return run


@pytest.fixture
def stranger(author: Author, tmp_path: Path) -> Stranger:
    """A stranger at a repository with a released deck."""
    github = GitHub(tmp_path / "github", author)
    author.notes(*NOTES)
    deck = author.deck / "deck.yaml"
    everybody = re.sub(r"^editions:\n(?: .+\n)+", "", deck.read_text(encoding="utf-8"), flags=re.MULTILINE)
    deck.write_text(everybody, encoding="utf-8")  # one package is attacked as well as three, and sooner
    author.release(FIRST)
    github.commit("Release 2026.11")
    github.published("knots-2026.11")
    return Stranger(github)


def test_names_and_texts_are_no_commands(stranger: Stranger) -> None:
    """Promise 9: decks, files, texts and a branch that look like commands are built as what they are."""
    hostile_deck(stranger.author)
    for name, content in NOTE_TYPES.items():
        stranger.author.write(name, content)
    stranger.author.write(
        "note_types/drill/front.html", "<p>{{Prompt}} $(touch pwned)`touch pwned`</p>\n##[add-mask]p\n::add-mask::q\n"
    )
    run = stranger.attack("$(touch${IFS}pwned);touch${IFS}pwned")
    assert "failure" not in run.outcomes.values(), run.log
    assert run.commands == []
    assert "\n##[add-mask]0: draft\n" in run.log
    assert len(stranger.github.artifact()) >= 1 + len(NAMES)


def test_mistakes_show_nothing_that_github_obeys(stranger: Stranger) -> None:
    """Promise 9: whatever a mistake quotes, GitHub takes the whole line for an annotation of a file of the deck."""
    for number, text in enumerate(TEXTS):
        key = yaml_text(text)
        stranger.author.write(f"{number}.yaml", f"{key}: {key}\nnotes:\n  - {{id: {key}, question: {key}, {key}: x}}\n")
    stranger.author.write("::stop-commands::x,y=z\n::add-mask::d.yaml", "::set-output name=a::b: c\n##[add-mask]e: f\n")
    stranger.author.edit("version: 2026.11", "version: $(touch pwned)", "deck.yaml")
    run = stranger.attack()
    assert run.outcomes["Check"] == "failure"
    assert len(run.commands) >= 2 * len(TEXTS) + 3
    assert all(line in run.commands for line in run.printed["Check"].splitlines())


def test_code_beside_the_decks_is_not_run(stranger: Stranger) -> None:
    """Promise 9: Python modules, git's settings and hooks, and other programs' files are only files."""
    hostile_repository(stranger.author, stranger.outside)
    stranger.author.edit(*CHANGE)
    run = stranger.attack()
    assert "failure" not in run.outcomes.values(), run.log
    assert "king of knots" in run.summary


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("decks/knots/more.yaml", "ropes/notes.yaml"),
        ("decks/knots/notes.yaml", "ropes/notes.yaml"),
        ("decks/knots/deck.yaml", "ropes/deck.yaml"),
        ("decks/knots/ledger.txt", "precious"),
        ("decks/knots/manifest.json", "precious"),
        ("decks/knots/style.css", "precious"),
        ("decks/knots/more", "ropes"),
        ("decks/ropes", "ropes"),
        ("decks", ""),
        ("decks/knots/.deckbuilder", "ropes"),
        ("decks/knots/.deckbuilder/lock", "new"),
        ("decks/knots/.deckbuilder/.gitignore", "new"),
        ("decks/knots/.deckbuilder/gitignore.partial", "precious"),
        ("decks/knots/.deckbuilder/draft-ledger.txt", "precious"),
        ("decks/knots/.deckbuilder/.draft-ledger.txt.partial", "precious"),
    ],
)
def test_a_link_leads_nowhere(stranger: Stranger, path: str, target: str) -> None:
    """Promise 9: a link in a pull request neither shows what is outside the deck nor lets anything be written there."""
    stranger.link(path, target)
    stranger.attack()


def test_a_deck_that_is_named_leads_nowhere(stranger: Stranger) -> None:
    """Promise 9: a link in the place of the deck that a workflow names is not that deck."""
    github = stranger.github
    stranger.link("decks/knots", "ropes")
    before = everything(stranger.outside)
    copied(stranger.author.root, github.workspace, links=True)
    run = github.run()
    action = {"name": "Action", "uses": "./", "with": {"decks": "knots"}}
    assert run.steps([action], {"github": run.github, "runner": {"temp": str(github.temp)}}) == "failure"
    assert "error: there is no deck `" in run.log
    assert everything(stranger.outside) == before
    assert SECRET not in run.log


def test_a_file_cannot_stand_for_the_branch(stranger: Stranger) -> None:
    """A package called `HEAD^` in a pull request is not what its changes are shown against."""
    stranger.author.edit(*CHANGE)
    stranger.author.draft(FIRST)
    shutil.copyfile(stranger.author.draft_package(), stranger.author.root / "HEAD^")
    run = stranger.attack()
    assert run.outcomes["Show the changes"] == "failure"
    assert "error: there is a file called HEAD^, like the revision\n" in run.log


@pytest.mark.parametrize("target", ["", "new"])
def test_the_output_folder_is_not_the_strangers(stranger: Stranger, target: str) -> None:
    """Promise 9: an output folder that comes with the pull request could be a link, so that the run ends."""
    stranger.author.edit(*CHANGE)
    stranger.link("dist", target)
    run = stranger.attack()
    assert run.outcomes["Make the output folder"] == "failure"
    assert not stranger.github.uploaded.exists()


def test_installing_imports_nothing_from_the_checkout(stranger: Stranger) -> None:
    """The one command of the installing step that needs no network runs beside modules named like Python's own."""
    github = stranger.github
    for name in IMPORTED:
        (github.workspace / f"{name}.py").write_text(HOSTILE_PYTHON, encoding="utf-8")
    run = github.run()
    install = step_named(ACTION, "Install deckbuilder")
    install["run"] = install["run"].replace('install --quiet "${BUILDER}[verify]"', "--version")
    given = {"PYTHON": sys.executable, "INSTALLED": str(github.temp / "deckbuilder")}
    outcome, _ = run.script(install, given)
    assert outcome == "success", run.log
    assert list(github.workspace.glob("*.pwned")) == []
    assert "pip " in run.log
