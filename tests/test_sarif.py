"""SARIF: what code scanning reads has the shape that the standard (2.1.0) asks for, whatever is in files and names."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from builder import __version__
from builder.cli.app import app
from builder.core.diagnostics import Diagnostic, Severity
from builder.report import render
from tests.decks import write_deck

# The properties that the standard knows, of the objects that are used here; the first ones are required.
LOG = (("version", "runs"), ("$schema",))
RUN = (("tool",), ("results", "columnKind"))
DRIVER = (("name",), ("version", "rules", "informationUri"))
RULE = (("id",), ("name", "shortDescription", "helpUri"))
RESULT = (("message",), ("ruleId", "ruleIndex", "level", "locations"))
# RFC 3986, without what has no place in a path.
PATH = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+")


def has_shape(found: Mapping[str, Any], shape: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    """Whether an object has what it must have, and nothing that the standard does not know."""
    required, others = shape
    return set(required) <= found.keys() <= {*required, *others}


def log_of(diagnostics: list[Diagnostic], root: Path) -> dict[str, Any]:
    """The log of diagnostics, with its shape checked."""
    log: dict[str, Any] = json.loads(render(diagnostics, "sarif", root))
    assert has_shape(log, LOG)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert has_shape(run, RUN)
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"].keys() == {"driver"}
    driver = run["tool"]["driver"]
    assert has_shape(driver, DRIVER)
    assert all(has_shape(rule, RULE) for rule in driver["rules"])
    names = [rule["id"] for rule in driver["rules"]]
    assert len(set(names)) == len(names)
    for result in run["results"]:
        check_result(result, names)
    return log


def check_result(result: Mapping[str, Any], names: list[str]) -> None:
    """That a result has a message, a rule that is listed, a level and one place."""
    assert has_shape(result, RESULT)
    assert result["message"].keys() == {"text"}
    assert result["message"]["text"].strip()
    assert names[result["ruleIndex"]] == result["ruleId"]
    assert result["level"] in ("none", "note", "warning", "error")
    (location,) = result["locations"]
    assert location.keys() == {"physicalLocation"}
    place = location["physicalLocation"]
    assert place.keys() == {"artifactLocation", "region"}
    assert place["artifactLocation"].keys() == {"uri"}
    assert PATH.fullmatch(place["artifactLocation"]["uri"].removeprefix("file://"))
    assert place["region"].keys() == {"startLine", "startColumn"}
    assert all(isinstance(value, int) and value >= 1 for value in place["region"].values())


def diagnostic(path: Path, rule: str = "some-rule", **other: Any) -> Diagnostic:
    """A diagnostic in a file."""
    return Diagnostic(path=path, line=3, column=7, rule=rule, message="something is wrong", **other)


def uri_of(path: Path, root: Path) -> str:
    """How a path is written."""
    (result,) = log_of([diagnostic(path)], root)["runs"][0]["results"]
    found: str = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    return found


def test_a_log(tmp_path: Path) -> None:
    """Each diagnostic is a result, each rule is listed once, and places and severities are those of the diagnostics."""
    path = tmp_path / "decks" / "knots" / "notes.yaml"
    found = [
        diagnostic(path, "missing-answer", hint="add a line"),
        diagnostic(path, "absolute-claim", severity=Severity.WARNING),
        diagnostic(path, "missing-answer"),
    ]
    (run,) = log_of(found, tmp_path)["runs"]
    assert run["tool"]["driver"] == {
        "name": "deckbuilder",
        "version": __version__,
        "rules": [{"id": "absolute-claim"}, {"id": "missing-answer"}],
    }
    place = {
        "artifactLocation": {"uri": "decks/knots/notes.yaml"},
        "region": {"startLine": 3, "startColumn": 7},
    }
    assert run["results"] == [
        {
            "ruleId": rule,
            "ruleIndex": index,
            "level": level,
            "message": {"text": text},
            "locations": [{"physicalLocation": place}],
        }
        for rule, index, level, text in (
            ("missing-answer", 1, "error", "something is wrong; add a line"),
            ("absolute-claim", 0, "warning", "something is wrong"),
            ("missing-answer", 1, "error", "something is wrong"),
        )
    ]


def test_a_log_of_nothing(tmp_path: Path) -> None:
    """No diagnostics are a run without results: that says that all is well, and settles what was said before."""
    (run,) = log_of([], tmp_path)["runs"]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


@pytest.mark.parametrize(
    "name", ["notes 1.yaml", "100%.yaml", "a#b?c.yaml", "Übung.yaml", "a:b/c.yaml", "字.yaml", "[a].yaml"]
)
def test_names_of_files(tmp_path: Path, name: str) -> None:
    """A path is written so that readers find the file by it."""
    uri = uri_of(tmp_path / "decks" / name, tmp_path)
    assert unquote(uri) == f"decks/{name}"
    assert urlsplit(uri).path == uri


def test_a_path_outside(tmp_path: Path) -> None:
    """A file that is not below the folder of the run has its whole address."""
    path = tmp_path / "elsewhere" / "a b.yaml"
    assert uri_of(path, tmp_path / "root") == path.as_uri()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """Each byte of a name that is not UTF-8 is written."""
    assert uri_of(tmp_path / os.fsdecode(b"n\xff.yaml"), tmp_path) == "n%FF.yaml"


@given(st.text(), st.text(min_size=1), st.text())
def test_whatever_is_in_a_message(name: str, message: str, hint: str) -> None:
    """Control characters, halves of characters and quotes do not break the log."""
    root = Path.cwd()
    path = root / (re.sub(r"[\0/\\]", "", name).strip(". ") or "x")
    one = Diagnostic(path=path, line=1, column=1, rule="some-rule", message="!" + message, hint=hint)
    log = log_of([one], root)
    text = log["runs"][0]["results"][0]["message"]["text"]
    assert all(character.isprintable() for character in text)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`deckbuilder check --format sarif` writes a log and nothing else, for errors and for advice."""
    notes = (
        "notes:\n  - {id: a, question: Which?}\n  - {id: b, question: Which?, answer: Never, sources: [ashley-1944]}\n"
    )
    write_deck(tmp_path / "decks" / "knots", {"notes.yaml": notes})
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["check", "--format", "sarif"])
    (run,) = json.loads(result.stdout)["runs"]
    levels = {(one["ruleId"], one["level"]) for one in run["results"]}
    assert {("missing-answer", "error"), ("absolute-claim", "warning")} <= levels
    assert result.exit_code == 1
