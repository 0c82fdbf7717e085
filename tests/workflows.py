"""A small GitHub: workflows and composite actions into the steps that a runner would run, and those run for real."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Context = dict[str, Any]
StandIn = Callable[["Run", dict[str, str]], dict[str, str]]

# The words that a runner takes for commands in what a step prints: at the start of a line, or after `##[` anywhere.
COMMANDS = frozenset(
    [
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "notice",
        "remove-matcher",
        "save-state",
        "set-env",
        "set-output",
        "stop-commands",
        "warning",
    ]
)
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|==|!=|&&|\|\||!|\(|\)|[\w.-]+)")


def read_workflow(path: Path) -> dict[str, Any]:
    """A workflow or action; YAML 1.1 reads the key `on` as True, here it is `on`."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in found.items()}


def steps_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """All steps of a workflow's jobs or of a composite action."""
    if "runs" in document:
        return list(document["runs"]["steps"])
    return [step for job in document["jobs"].values() for step in job["steps"]]


def step_named(path: Path, name: str) -> dict[str, Any]:
    """The step of a workflow or action with this name."""
    (found,) = (step for step in steps_of(read_workflow(path)) if step["name"] == name)
    return found


def evaluate(text: str, context: Context) -> Any:
    """An expression as GitHub has it: paths into contexts, texts, `==`, `!=`, `&&`, `||`, `!`, `()`, `cancelled()`."""
    tokens = [match[1] for match in _TOKEN.finditer(text)]
    assert "".join(tokens) == re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", text), f"not understood: {text}"

    def either() -> Any:
        value = both()
        while tokens[:1] == ["||"]:
            tokens.pop(0)
            other = both()
            value = value or other
        return value

    def both() -> Any:
        value = equal()
        while tokens[:1] == ["&&"]:
            tokens.pop(0)
            other = equal()
            value = value and other
        return value

    def equal() -> Any:
        value = single()
        while tokens[:1] in (["=="], ["!="]):
            wanted = tokens.pop(0) == "=="
            value = (_text(value).lower() == _text(single()).lower()) == wanted
        return value

    def single() -> Any:
        token = tokens.pop(0)
        if token == "!":
            return not single()
        if token == "(":
            value = either()
            assert tokens.pop(0) == ")"
            return value
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token == "cancelled":
            assert [tokens.pop(0), tokens.pop(0)] == ["(", ")"]
            return False
        value = context
        for part in token.split("."):
            value = value.get(part, "") if isinstance(value, dict) else ""
        return value

    value = either()
    assert not tokens, f"not understood: {text}"
    return value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def filled(text: Any, context: Context) -> str:
    """A value with its expressions replaced."""
    return _EXPRESSION.sub(lambda match: _text(evaluate(match[1], context)), _text(text))


@dataclass
class Run:
    """One run of a workflow: what its steps did, in order.

    `stand_ins` take the place of actions by their names, and of `run` steps by theirs: each gets the step's inputs or
    environment and gives its outputs. Every other step runs.
    """

    workspace: Path
    temp: Path
    github: dict[str, str]
    environment: Mapping[str, str]
    stand_ins: Mapping[str, StandIn]
    action: Path
    outcomes: dict[str, str] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)
    log: str = ""
    printed: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    summary: str = ""

    def workflow(self, path: Path) -> Run:
        """Runs the jobs in the order they are written; a job that needs one that failed is left out."""
        jobs: Context = {}
        for name, job in read_workflow(path)["jobs"].items():
            needs = job.get("needs", [])
            needed = {one: jobs[one] for one in ([needs] if isinstance(needs, str) else needs)}
            context: Context = {"github": self.github, "needs": needed, "runner": {"temp": str(self.temp)}}
            if "if" in job and not evaluate(_condition(job["if"]), context):
                continue
            if any(one["result"] != "success" for one in needed.values()):
                continue
            if jobs:  # another job gets another machine
                self.workspace = self.workspace.with_name(f"{self.workspace.name}-{name}")
                self.workspace.mkdir()
            result = self.steps(job["steps"], context)
            outputs = {key: filled(value, context) for key, value in job.get("outputs", {}).items()}
            jobs[name] = {"result": result, "outputs": outputs}
        return self

    def steps(self, steps: list[dict[str, Any]], context: Context) -> str:
        """Runs steps; `success` or `failure`."""
        result = "success"
        context["steps"] = {}
        for step in steps:
            condition = _condition(step.get("if", ""))
            wanted = result == "success" or "cancelled()" in condition
            outcome, outputs = "skipped", {}
            if wanted and (not condition or evaluate(condition, context)):
                outcome, outputs = self._step(step, context)
            self.outcomes[step["name"]] = outcome
            if "id" in step:
                context["steps"][step["id"]] = {"outcome": outcome, "outputs": outputs}
            if outcome == "failure":
                result = "failure"
        return result

    def _step(self, step: dict[str, Any], context: Context) -> tuple[str, dict[str, str]]:
        given = {key: filled(value, context) for key, value in {**step.get("with", {}), **step.get("env", {})}.items()}
        what = step["uses"].partition("@")[0] if "uses" in step else step["name"]
        if what in self.stand_ins:
            self.replaced.append(what)
            return "success", self.stand_ins[what](self, given)
        if "uses" in step:
            assert what == "./", f"no stand-in for {what}"
            return self._composite(given, context), {}
        return self.script(step, given)

    def _composite(self, given: dict[str, str], context: Context) -> str:
        action = read_workflow(self.action / "action.yml")
        assert set(given) <= set(action["inputs"])
        inputs = {name: given.get(name, _text(one["default"])) for name, one in action["inputs"].items()}
        # What a workflow leaves empty stays empty: GitHub takes the default only where a key is not there.
        inner: Context = {
            "github": {**self.github, "action_path": str(self.action)},
            "runner": context["runner"],
            "inputs": inputs,
        }
        return self.steps(action["runs"]["steps"], inner)

    def script(self, step: dict[str, Any], given: dict[str, str]) -> tuple[str, dict[str, str]]:
        """Runs a `run` step with this environment; its outcome and outputs."""
        files = {name: self.temp / f"{name}-{len(self.outcomes)}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.touch()
        script = self.temp / f"script-{len(self.outcomes)}.sh"
        script.write_text(step["run"], encoding="utf-8")
        variables = {f"GITHUB_{key.upper()}": value for key, value in self.github.items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=self.workspace / step.get("working-directory", "."),
            env={**self.environment, **variables, **{key: str(path) for key, path in files.items()}, **given}
            | {"CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(self.temp)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed = done.stdout.decode("utf-8", "replace")
        self.log += printed
        self.printed[step["name"]] = printed
        self.commands += obeyed(printed)
        text = files["GITHUB_STEP_SUMMARY"].read_bytes()
        assert len(text) <= 1024 * 1024, "GitHub drops a summary as long as this"
        self.summary += text.decode("utf-8")
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines())
        return ("failure" if done.returncode else "success"), outputs


def _condition(text: Any) -> str:
    match = _EXPRESSION.fullmatch(_text(text).strip())
    return match[1].strip() if match else _text(text)


def obeyed(printed: str) -> list[str]:
    """The lines of a step's output that a runner would take for commands."""
    found = []
    stopped = ""
    for line in printed.replace("\r", "\n").split("\n"):
        at_start = re.match(r"\s*::([^\s:]+)[^\n]*?::", line)
        anywhere = re.search(r"##\[([^\s\]]+)[^\]]*\]", line)
        name = next((one[1] for one in (at_start, anywhere) if one and one[1].lower() in COMMANDS | {stopped}), "")
        if stopped:
            stopped = "" if name == stopped else stopped
        elif name == "stop-commands":
            stopped = line.rpartition("::")[2]
        elif name:
            found.append(line)
    return found


def copied(source: Path, target: Path, *, links: bool = False) -> None:
    """Copies a folder; links become what they lead to, as in an upload, unless `links` keeps them."""
    shutil.copytree(source, target, symlinks=links, dirs_exist_ok=True)


def bare_environment(home: Path, *folders: Path) -> dict[str, str]:
    """What of this machine a step gets: programs in `folders` first, and an empty home."""
    home.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    kept = {key: os.environ[key] for key in ("LANG", "LC_ALL", "TMPDIR") if key in os.environ}
    return {**kept, "PATH": path, "HOME": str(home)}
