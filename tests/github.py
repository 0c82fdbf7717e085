"""A repository of decks on a GitHub made of folders: its events run the workflow for real."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.releases.author import Author
from tests.workflows import Run, bare_environment, copied

ROOT = Path(__file__).parents[1]
ACTION = ROOT / "action.yml"
DECKS = ROOT / ".github" / "workflows" / "decks.yml"
PROGRAMS = Path(sys.executable).parent
DECKBUILDER = PROGRAMS / "deckbuilder"

NOTES = (
    "id: loop\nquestion: Which knot makes a fixed loop?\nanswer: The bowline",
    "id: two-ropes\nquestion: Which knot joins two ropes?\nanswer: The sheet bend",
)
CHANGE = ("answer: The bowline", "answer: The bowline, the king of knots")
"""What a pull request replaces in the first of the notes, and by what."""

# All that GitHub or the network does, and nothing else, has a stand-in: the other steps run as they are written.
REPLACED = {
    "actions/checkout",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions/download-artifact",
    "Install deckbuilder",
}
GH = """\
#!/usr/bin/env bash
set -euo pipefail
printf '%s\\037' "$@" >> HERE/calls
echo >> HERE/calls
case "$1 $2" in
  "release list") cat HERE/tags ;;
  "release download") mkdir -p "$5" && cp HERE/releases/"$3"/*.apkg HERE/releases/"$3"/*.manifest.json "$5" ;;
  "release create") ;;
  *) exit 1 ;;
esac
"""


class GitHub:
    """A repository with one deck, on a GitHub that is a few folders below `home`."""

    def __init__(self, home: Path, author: Author) -> None:
        self.home = home
        self.author = author
        self.temp, self.workspace = home / "temp", home / "workspace"
        self.uploaded = home / "uploaded"
        for folder in (home / "releases", home / "bin", self.temp, self.workspace):
            folder.mkdir(parents=True)
        for file in ("calls", "tags"):
            (home / file).touch()
        gh = home / "bin" / "gh"
        gh.write_text(GH.replace("HERE", f"'{home}'"), encoding="utf-8")
        gh.chmod(0o755)
        (author.root / ".gitignore").write_text("dist/\n.deckbuilder/\n", encoding="utf-8")
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str) -> str:
        """Runs git in the repository as somebody whom no settings of this machine touch."""
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/dev/null")
        done = subprocess.run(["git", *who, *words], cwd=self.author.root, capture_output=True, text=True, check=True)
        return done.stdout

    def commit(self, words: str = "Change") -> None:
        """Commits everything but what git ignores."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", words)

    def published(self, tag: str) -> None:
        """Makes what is in `dist/` the newest release."""
        shutil.copytree(self.author.out, self.home / "releases" / tag)
        tags = self.home / "tags"
        tags.write_text(f"{tag}\n{tags.read_text(encoding='utf-8')}", encoding="utf-8")

    def pull_request(self, branch: str = "better-answers") -> Run:
        """Runs the workflow for the work since `main`, merged into it, from somebody's fork."""
        self.git("checkout", "--quiet", "-B", branch)
        self.commit()
        self.git("checkout", "--quiet", "-B", "merge", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "Merge", branch)
        return self._run("merge", event_name="pull_request", ref_type="branch", ref_name="7/merge", head_ref=branch)

    def push(self) -> Run:
        """Runs the workflow for `main`."""
        return self._run("main", event_name="push", ref_type="branch", ref_name="main")

    def tag(self, name: str) -> Run:
        """Runs the workflow for a tag on what `main` is."""
        return self._run("main", event_name="push", ref_type="tag", ref_name=name)

    def calls(self) -> list[list[str]]:
        """What `gh` was asked."""
        lines = (self.home / "calls").read_text(encoding="utf-8").splitlines()
        return [line.split("\037")[:-1] for line in lines]

    def run(self, **github: str) -> Run:
        """A run that has not begun."""
        return Run(
            workspace=self.workspace,
            temp=self.temp,
            github={"repository": "a/decks", "token": "read-only", "workflow": "Decks", **github},
            environment={**bare_environment(self.home / "user", self.home / "bin"), "TMPDIR": str(self.temp)},
            stand_ins=dict(zip(sorted(REPLACED), self._stand_ins(), strict=True)),
            action=ROOT,
        )

    def _run(self, ref: str, **github: str) -> Run:
        self.ref = ref
        return self.run(**github).workflow(DECKS)

    def _stand_ins(self) -> Iterator[Any]:
        yield self._install
        yield self._check_out
        yield self._download
        yield lambda run, given: {"python-path": sys.executable}
        yield self._upload

    def _install(self, run: Run, given: dict[str, str]) -> dict[str, str]:
        assert given["BUILDER"] == str(ROOT)
        folder = Path(given["INSTALLED"]) / "bin"
        folder.mkdir(parents=True)
        (folder / "deckbuilder").symlink_to(DECKBUILDER)
        return {}

    def _check_out(self, run: Run, given: dict[str, str]) -> dict[str, str]:
        assert given["persist-credentials"] == "false"
        self.git("clone", "--quiet", "--no-hardlinks", "--branch", self.ref, ".", str(run.workspace))
        return {}

    def _upload(self, run: Run, given: dict[str, str]) -> dict[str, str]:
        copied(run.workspace / given["path"], self.uploaded / given["name"])
        return {}

    def _download(self, run: Run, given: dict[str, str]) -> dict[str, str]:
        copied(self.uploaded / given["name"], run.workspace / given["path"])
        return {}

    def artifact(self) -> set[str]:
        """The names of the files that were uploaded."""
        return {path.name for path in (self.uploaded / "decks").glob("*")}
