"""The action and the workflows: linted, run step by step as GitHub would run them, and safe from strangers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.decks import DECK_YAML, write_deck
from tests.github import ACTION, CHANGE, DECKS, NOTES, PROGRAMS, REPLACED, ROOT, GitHub
from tests.releases.author import FIRST, Author
from tests.workflows import evaluate, obeyed, read_workflow, step_named, steps_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the steps are for bash")

TESTS = ROOT / ".github" / "workflows" / "tests.yml"
ALL = (ACTION, DECKS, TESTS)
CI_PAGE = ROOT / "docs" / "ci.md"
DAY = 86_400


@pytest.mark.parametrize(
    "command",
    [
        ("zizmor", "--offline", "--no-progress", ACTION, DECKS, TESTS),
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", DECKS, TESTS),
        ("check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION),
    ],
    ids=["zizmor", "workflows", "action"],
)
def test_linters_find_nothing(command: tuple[str | Path, ...]) -> None:
    """The files are what GitHub's schemas ask for, and zizmor knows no way to attack them."""
    done = subprocess.run([PROGRAMS / command[0], *command[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# what happens for each event


@pytest.fixture
def github(author: Author, tmp_path: Path) -> GitHub:
    """A repository whose deck was released as 2026.11, and that release on GitHub."""
    made = GitHub(tmp_path / "github", author)
    author.notes(*NOTES)
    author.release(FIRST)
    made.commit("Release 2026.11")
    made.published("knots-2026.11")
    return made


DRAFTS = {"knots-draft.apkg", "knots-student-draft.apkg", "knots-clinician-draft.apkg"}
PACKAGES = {"knots.apkg", "knots-student.apkg", "knots-clinician.apkg"}
RELEASE = PACKAGES | {"knots.manifest.json", "knots.release-notes.md", "SHA256SUMS"}


def test_a_pull_request(github: GitHub) -> None:
    """Drafts, what the pull request changes as a summary, and what students of the last release keep of it."""
    github.author.edit(*CHANGE)
    run = github.pull_request()
    assert "failure" not in run.outcomes.values(), run.log
    assert set(run.replaced) == REPLACED - {"actions/download-artifact"}
    assert github.artifact() == DRAFTS | {"changes.md", "verify.md"}
    assert "king of knots" in run.summary
    assert "two ropes" not in run.summary
    assert run.commands == []
    assert [call[:2] for call in github.calls()] == [["release", "list"], ["release", "download"]]


def test_main(github: GitHub) -> None:
    """Drafts of main are compared with the last release, however many commits ago it was."""
    github.author.edit(*CHANGE)
    github.commit()
    github.author.notes(
        "id: hitch\nquestion: Which knot ties a rope to a pole?\nanswer: The clove hitch", file="more.yaml"
    )
    github.commit()
    run = github.push()
    assert "failure" not in run.outcomes.values(), run.log
    assert github.artifact() == DRAFTS | {"changes.md", "verify.md"}
    assert "king of knots" in run.summary
    assert "1 note new and 1 changed" in run.summary


@pytest.mark.parametrize("event", ["pull_request", "push"])
def test_before_the_first_release(author: Author, tmp_path: Path, event: str) -> None:
    """A deck that was never released, in a repository without releases, is built and shown all the same."""
    github = GitHub(tmp_path / "github", author)
    author.notes(*NOTES)
    github.commit()
    author.edit(*CHANGE)
    run = github.pull_request() if event == "pull_request" else github.push()
    assert "failure" not in run.outcomes.values(), run.log
    assert github.artifact() == DRAFTS | {"changes.md", "verify.md"}
    assert ("king of knots" if event == "pull_request" else "First release: 2 notes") in run.summary
    assert github.calls()[1:] == []


def test_a_pull_request_with_a_new_deck(github: GitHub) -> None:
    """A deck that is not in the branch yet is shown as new."""
    write_deck(
        github.author.root / "decks" / "ropes",
        {"deck.yaml": DECK_YAML.replace("Knots", "Ropes").replace("knots-", "ropes-")},
    )
    run = github.pull_request()
    assert "failure" not in run.outcomes.values(), run.log
    assert "First release: 1 note with 1 card." in run.summary


def test_a_tag(github: GitHub) -> None:
    """The recorded release, byte for byte, verified over the earlier one, and published with its notes."""
    github.author.edit(*CHANGE)
    github.author.release(FIRST + DAY, version="2026.12")
    github.commit("Release 2026.12")
    run = github.tag("knots-2026.12")
    assert "failure" not in run.outcomes.values(), run.log
    assert set(run.replaced) == REPLACED
    assert github.artifact() == RELEASE | {"verify.md"}
    for name in RELEASE - {"SHA256SUMS"}:
        assert (github.uploaded / "decks" / name).read_bytes() == (github.author.out / name).read_bytes()
    create = github.calls()[-1]
    assert create[:3] == ["release", "create", "knots-2026.12"]
    assert {Path(word).name for word in create if word.startswith("dist/")} == RELEASE | {"verify.md"}
    assert create[-5:] == ["--verify-tag", "--title", "knots-2026.12", "--notes-file", "notes.md"]
    notes = (github.workspace.with_name("workspace-release") / "notes.md").read_bytes()
    assert notes == (github.uploaded / "decks" / "knots.release-notes.md").read_bytes()


@pytest.mark.parametrize(
    ("tag", "step"),
    [
        ("knots-2026.12", "Build the recorded release again"),
        ("knots-2026.1", "Build the recorded release again"),
        ("nots-2026.11", "Check"),
        ("knots-2026.11-1", "Check"),
        ("2026.11", "Check"),
    ],
)
def test_a_tag_that_is_not_the_recorded_release(github: GitHub, tag: str, step: str) -> None:
    """A tag for another version or deck than the recorded one publishes nothing."""
    run = github.tag(tag)
    assert [name for name, outcome in run.outcomes.items() if outcome == "failure"] == [
        step,
        "Check, build, compare and verify",
    ]
    assert [call[1] for call in github.calls()] == ["list", "download"][: 2 if tag != "knots-2026.11" else 1]


def test_a_tag_on_sources_that_were_not_released(github: GitHub) -> None:
    """Promise 4: what differs from the recorded release is named, and nothing is published."""
    github.author.edit(*CHANGE)
    github.commit()
    run = github.tag("knots-2026.11")
    assert run.outcomes["Build the recorded release again"] == "failure"
    assert "`loop` has changed since its release [differs-from-release]" in run.log
    assert not github.uploaded.exists()
    assert "create" not in {call[1] for call in github.calls()}


def test_mistakes_are_annotations(github: GitHub) -> None:
    """Promise 8: each mistake stands at its line in the pull request, and nothing is built."""
    github.author.edit("answer: The bowline", "anwser: The bowline")
    run = github.pull_request()
    assert run.outcomes["Check"] == "failure"
    assert run.commands[0].startswith("::error file=decks/knots/notes.yaml,line=4,col=5,title=unknown-key::`anwser`")
    assert run.outcomes["Build drafts"] == "skipped"
    assert not github.uploaded.exists()


def test_what_students_would_lose_fails_the_run(github: GitHub) -> None:
    """Promise 6: a pull request that breaks one fails, and what it breaks is shown and uploaded all the same."""
    released = github.home / "releases" / "knots-2026.11"
    (released / "knots.apkg").write_bytes(b"no package")
    github.author.edit(*CHANGE)
    run = github.pull_request()
    assert run.outcomes["Verify in Anki"] == "failure"
    assert run.outcomes["Summarise"] == run.outcomes["Upload"] == "success"
    assert run.outcomes["Check, build, compare and verify"] == "failure"
    assert github.artifact() == DRAFTS | {"changes.md", "verify.md"}


def test_a_long_summary_is_cut(github: GitHub) -> None:
    """GitHub takes 1 MiB: what is longer is cut at the end of a line, and a notice before it says so."""
    out = github.workspace / "dist"
    out.mkdir()
    (out / "changes.md").write_text("| ä | row |\n" * 200_000, encoding="utf-8")
    (out / "verify.md").write_text("All kept.\n", encoding="utf-8")
    run = github.run()
    outcome, _ = run.script(step_named(ACTION, "Summarise"), {"OUT": "dist", "ARTIFACT": "decks"})
    assert outcome == "success"
    lines = run.summary.splitlines()
    assert lines[1] == "> This is too long for here: `changes.md` in the artifact `decks` has all of it."
    assert set(lines[3:-1]) == {"| ä | row |"}
    assert lines[-1] == "All kept."
    assert len(run.summary.encode()) > 400_000


def test_the_last_three_releases_of_each_deck_are_fetched(github: GitHub) -> None:
    """Other tags are left alone, and so is the release that is being made; folders sort from the oldest on."""
    for tag in ("knots-2026.2", "ropes-1.0", "v0.1.0", "knots-2026.9", "ropes-1.1", "knots-2026.10"):
        github.published(tag)
    for deck in ("knots", "ropes"):
        (github.workspace / "decks" / deck).mkdir(parents=True)
        (github.workspace / "decks" / deck / "deck.yaml").touch()
    previous = github.temp / "previous"
    run = github.run(ref_name="knots-2026.10")
    assert run.script(step_named(DECKS, "Fetch earlier releases"), {"PREVIOUS": str(previous)})[0] == "success", run.log
    assert sorted(path.name for path in previous.iterdir() if path.is_dir()) == [
        "7-knots-2026.11",
        "8-knots-2026.2",
        "8-ropes-1.0",
        "9-knots-2026.9",
        "9-ropes-1.1",
    ]


def test_each_package_is_verified_over_all_earlier_ones_of_its_edition(github: GitHub) -> None:
    """Promise 6: students who skipped releases are played, too; `previous` holds packages or folders of them."""
    program = github.temp / "deckbuilder"
    program.write_text('#!/usr/bin/env bash\necho "$@" >> "$OUT/asked"\n', encoding="utf-8")
    program.chmod(0o755)
    dist, previous = github.workspace / "dist", github.temp / "previous"
    for path in ("knots-1.0/knots.apkg", "knots-1.1/knots.apkg", "ropes-1.0/ropes.apkg", "knots-student.apkg"):
        (previous / path).parent.mkdir(parents=True, exist_ok=True)
        (previous / path).touch()
    dist.mkdir()
    for name in ("knots-draft.apkg", "knots-student-draft.apkg", "knots-clinician.apkg"):
        (dist / name).touch()
    knots = previous / "knots"
    given = {"OUT": "dist", "DECKBUILDER": str(program), "PREVIOUS": str(previous)}
    assert github.run().script(step_named(ACTION, "Verify in Anki"), given)[0] == "success"
    assert (dist / "asked").read_text(encoding="utf-8").splitlines() == [
        "verify --format markdown dist/knots-clinician.apkg",
        f"verify --format markdown dist/knots-draft.apkg --over {knots}-1.0/knots.apkg --over {knots}-1.1/knots.apkg",
        f"verify --format markdown dist/knots-student-draft.apkg --over {previous}/knots-student.apkg",
    ]


# what the files are


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_nothing_from_outside_is_part_of_a_script(path: Path) -> None:
    """Branches, titles, tags and inputs reach scripts in environment variables, where they are no commands."""
    scripts = [one["run"] for one in steps_of(read_workflow(path)) if "run" in one]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []
    assert [script for script in scripts if "\n" in script and not script.startswith("set -euo pipefail\n")] == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_only_values_that_strangers_do_not_write_are_used(path: Path) -> None:
    """Expressions name nothing of an event's payload: no title, branch or text of a pull request, and no secret."""
    used = " ".join(re.findall(r"\$\{\{(.*?)\}\}", path.read_text(encoding="utf-8")))
    names = set(re.findall(r"[a-z]+(?:\.[\w-]+)+", used))
    ours = {name for name in names if name.split(".")[0] in ("inputs", "steps", "needs", "matrix")}
    assert names - ours <= {
        "github.action_path",
        "github.event_name",
        "github.ref",
        "github.ref_type",
        "github.repository",
        "github.token",
        "github.workflow",
        "runner.temp",
    }


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_actions_of_others_are_pinned(path: Path) -> None:
    """An action of somebody else's is one commit, with its version beside it for people and programs that update it."""
    used = re.findall(r"^ +(?:- )?uses: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    others = [one for one in used if not one.startswith("./")]
    assert [one for one in others if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


def test_one_action_has_one_commit() -> None:
    """The three files use the same commit of each action."""
    text = "".join(path.read_text(encoding="utf-8") for path in ALL)
    pins = {tuple(pin.split("@")) for pin in re.findall(r"uses: (actions/.+)$", text, re.MULTILINE)}
    assert len(pins) == len({name for name, _ in pins}) == 4


@pytest.mark.parametrize("path", [DECKS, TESTS], ids=lambda path: path.name)
def test_workflows_may_only_read(path: Path) -> None:
    """Only publishing, on a tag, may write; it checks nothing out and runs no deckbuilder."""
    workflow = read_workflow(path)
    assert set(workflow["on"]) == {"pull_request", "push"}
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 60
        if "permissions" not in job:
            continue
        assert (name, job["permissions"]) == ("release", {"contents": "write"})
        assert job["if"] == "${{ github.ref_type == 'tag' }}"
        assert [one["name"] for one in job["steps"]] == ["Download the packages", "Check the sums", "Publish"]


@pytest.mark.parametrize("path", [DECKS, TESTS], ids=lambda path: path.name)
def test_no_step_of_a_pull_request_keeps_the_token(path: Path) -> None:
    """The token that reads is in the environment of `gh` alone, not in the checkout, where all steps would find it."""
    for one in steps_of(read_workflow(path)):
        if one.get("uses", "").startswith("actions/checkout@"):
            assert one["with"]["persist-credentials"] is False
        if "github.token" in str(one):
            assert "gh release " in one["run"]
            assert not re.search("deckbuilder|python|uv ", one["run"])


def test_python_runs_isolated() -> None:
    """`python -m` looks for modules in the folder it is called in, which is a stranger's; with -I it does not."""
    install = step_named(ACTION, "Install deckbuilder")["run"]
    assert install.splitlines()[1:] == [
        '"$PYTHON" -I -m venv --clear "$INSTALLED"',
        '"$INSTALLED/bin/python" -I -m pip install --quiet "${BUILDER}[verify]"',
    ]


def test_what_prints_texts_of_decks_stops_commands() -> None:
    """Only `check --format github` talks to GitHub; before every other command of ours GitHub stops listening."""
    for one in steps_of(read_workflow(ACTION)):
        if "$DECKBUILDER" in one.get("run", "") and one["name"] != "Check":
            assert one["run"].splitlines()[1].startswith('echo "::stop-commands::$RANDOM')


def test_the_mac_and_windows_jobs_run_the_readmes_commands() -> None:
    """What the README begins with is what those machines run."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [one["run"] for one in read_workflow(TESTS)["jobs"]["others"]["steps"] if "run" in one]
    assert len(commands) == 2
    assert [command for command in commands if f"```sh\n{command}\n```" not in readme] == []


# the page


def test_the_page_has_every_input() -> None:
    """docs/ci.md has a row for each input with its default."""
    text = CI_PAGE.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.*?) \|", text, re.MULTILINE))
    wanted = {name: one["default"] for name, one in read_workflow(ACTION)["inputs"].items()}
    assert rows == {name: f"`{default}`" if default else "" for name, default in wanted.items()}


def test_the_page_says_how_to_run_each_step_by_hand() -> None:
    """docs/ci.md has a row for each step that runs a command."""
    text = CI_PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z][^|`]+?) \| ", text, re.MULTILINE)
    for path in (ACTION, DECKS):
        names = [one["name"] for one in steps_of(read_workflow(path)) if "run" in one]
        assert [name for name in names if name not in rows] == []


def test_the_workflow_of_the_page_is_valid(tmp_path: Path) -> None:
    """Who copies the workflow of docs/ci.md has one that GitHub takes, with inputs that there are."""
    (text,) = re.findall(
        r"^```yaml title=\S+\n(.*?)^```", CI_PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    path = tmp_path / "decks.yml"
    path.write_text(text, encoding="utf-8")
    for command in ("zizmor", "--offline"), ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"):
        done = subprocess.run([PROGRAMS / command[0], *command[1:], path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    inputs = read_workflow(ACTION)["inputs"]
    used = next(one for one in steps_of(read_workflow(path)) if "deckbuilder@" in one.get("uses", ""))
    assert set(used["with"]) <= set(inputs)


# the small GitHub of these tests


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a.b", "x"),
        ("a.none.c", ""),
        ("a.b == 'X'", True),
        ("a.b != 'x' || a.c", "y"),
        ("a.b == 'x' && 'HEAD^' || ''", "HEAD^"),
        ("!cancelled() && (a.b == 'y' || a.c == 'y')", True),
        ("a.b == 'it''s' && 'x' || 'it''s'", "it's"),
    ],
)
def test_expressions(expression: str, value: object) -> None:
    """Expressions mean what GitHub's documentation says."""
    assert evaluate(expression, {"a": {"b": "x", "c": "y"}}) == value


@pytest.mark.parametrize(
    ("printed", "commands"),
    [
        ("::error file=a::b", ["::error file=a::b"]),
        ("  ::add-mask::b", ["  ::add-mask::b"]),
        ("x ::add-mask::b", []),
        ("x ##[add-mask]b", ["x ##[add-mask]b"]),
        ("::nothing::b", []),
        ("::stop-commands::t\n::add-mask::b\n::t::\n::debug::c", ["::debug::c"]),
    ],
)
def test_commands(printed: str, commands: list[str]) -> None:
    """Lines are commands where GitHub's runner takes them for commands."""
    assert obeyed(printed) == commands
