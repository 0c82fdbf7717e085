"""Makes `docs/comparison.md`: two releases of the same notes by several tools, and what a student keeps of each.

    python -m uv run --extra verify python docs/comparison/make.py

Installs every tool in an environment of its own, so it needs the network and the Pythons that are named below; and
libfaketime, so it needs a C compiler and no Windows. What was found goes to `docs/comparison/results.json`, from
which the page is written.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
RESULTS = HERE / "results.json"
WORDS = HERE / "page.txt"
PAGE = HERE.parent / "comparison.md"
CLOCK = "libfaketime==3.0.1"
FIRST, LATER = 60, 30  # days ago, to the tools: the first release, and whatever they build after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool and how it is used: its files below `sources`, and the commands of the first and of every later build.

    `{n}` is the release whose sources are built, `{old}` the package that students have. `has_styling` is False where
    the tool has no way to restyle its cards.
    """

    key: str
    name: str
    requirement: str
    python: str
    files: tuple[tuple[str, str], ...]
    first: tuple[str, ...]
    later: tuple[str, ...]
    package: str = "knots.apkg"
    has_styling: bool = True


_ROWS = (("rows/{n}/notes.csv", "notes.csv"), ("rows/{n}/style.css", "style.css"), ("overhand.svg", "overhand.svg"))
_DEFAULT = ("python", "build.py", "default", "knots.apkg")
_IDS = ("python", "build.py", "ids", "knots.apkg")
_YAML = ("anki-yaml-tool", "build", "--file", "knots.yaml", "--output", "knots.apkg")
_ANKC = ("ankc", "build", "--deck", "Knots")
_MARKDOWN = ("md2anki", "knots.markdown", "-o-anki", "knots.apkg")
_RELEASE = ("python", "-m", "builder", "release", "--version", "{n}")
OURS = Tool(
    key="deckbuilder",
    name="deckbuilder",
    requirement="",
    python="",
    files=(
        ("deckbuilder/{n}", "decks/knots"),
        ("overhand.svg", "decks/knots/media/overhand.svg"),
    ),
    first=_RELEASE,
    later=(*_RELEASE, "--allow", "gone-note:granny-knot"),
    package="dist/knots.apkg",
)
PLAIN = Tool(
    key="genanki",
    name="genanki, as it comes",
    requirement="genanki==0.13.1",
    python="3.11",
    files=(("genanki/build.py", "build.py"), *_ROWS),
    first=_DEFAULT,
    later=_DEFAULT,
)
WITH_IDS = Tool(
    key="genanki-ids",
    name="genanki, GUIDs from ids",
    requirement="genanki==0.13.1",
    python="3.11",
    files=PLAIN.files,
    first=_IDS,
    later=_IDS,
)
TOOLS = (
    OURS,
    PLAIN,
    WITH_IDS,
    Tool(
        key="ankiforge",
        name="ankiforge",
        requirement="ankiforge==0.3.1",
        python="3.11",
        files=(("ankiforge/build.py", "build.py"), *_ROWS),
        first=("python", "build.py", "knots.apkg"),
        later=("python", "build.py", "knots.apkg", "{old}"),
    ),
    Tool(
        key="anki-yaml-tool",
        name="anki-yaml-tool",
        requirement="anki-yaml-tool==0.4.0",
        python="3.11",
        files=(("anki-yaml-tool/{n}/knots.yaml", "knots.yaml"), ("overhand.svg", "media/overhand.svg")),
        first=_YAML,
        later=_YAML,
    ),
    Tool(
        key="ankcompiler",
        name="ankcompiler",
        requirement="ankcompiler==0.6.0",
        python="3.11",
        # It looks for `.md`, which below docs/ is a page of the documentation.
        files=(("ankcompiler/{n}/knots.markdown", "knots.md"), ("overhand.svg", "overhand.svg")),
        first=_ANKC,
        later=_ANKC,
        has_styling=False,
    ),
    Tool(
        key="md2anki",
        name="md2anki",
        requirement="md2anki==3.1.0",
        python="3.12",
        files=(("md2anki/{n}/knots.markdown", "knots.markdown"), ("overhand.svg", "overhand.svg")),
        first=_MARKDOWN,
        later=_MARKDOWN,
        has_styling=False,
    ),
)


# building


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a tool made: the first release, the same sources built again a month later, and the second release."""

    old: Path
    again: Path
    new: Path


class Builder:
    """Runs tools, each in an environment of its own below `work`, at other times than now."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.clock = ""

    def install(self, tool: Tool) -> Path:
        """Makes the tool's environment; gives the folder of its programs."""
        if not tool.requirement:
            return Path(sys.executable).parent
        return self._environment(tool.key, tool.python, tool.requirement)

    def build_all(self, tool: Tool) -> Built:
        """Both releases, and the first one twice."""
        programs = self.install(tool)
        old = self.build(tool, programs, "old", 1)
        again = self.build(tool, programs, "again", 1, old)
        return Built(old=old, again=again, new=self.build(tool, programs, "new", 2, old))

    def build(self, tool: Tool, programs: Path, name: str, release: int, old: Path | None = None) -> Path:
        """Builds a release; a later one in a copy of the folder that the old one was built in."""
        folder = self.work / tool.key / name
        if old is not None:
            shutil.copytree(folder.parent / "old", folder)
        for source, target in tool.files:
            _copy(SOURCES / source.format(n=release), folder / target)
        command = tool.first if old is None else tool.later
        words = [word.format(n=release, old=old) for word in command]
        self.run_at(LATER if old else FIRST, (str(programs / words[0]), *words[1:]), folder)
        return folder / tool.package

    def run_at(self, days_ago: int, command: tuple[str, ...], folder: Path) -> None:
        """Runs a program that takes another day for today."""
        if not self.clock:
            programs = self._environment("clock", "3.11", CLOCK)
            where = "from libfaketime import get_reload_information as get; import json; print(json.dumps(get()[1]))"
            self.clock = run((str(programs / "python"), "-c", where), self.work)
        run(command, folder, environment=json.loads(self.clock) | {"FAKETIME": f"-{days_ago}d"})

    def _environment(self, name: str, python: str, requirement: str) -> Path:
        folder = self.work / name / "venv"
        if folder.exists():
            return folder / "bin"
        uv = os.environ.get("UV") or shutil.which("uv")
        if uv is None:
            raise SystemExit("this needs uv: python -m pip install uv")
        run((uv, "venv", "--quiet", "--no-project", "--python", python, str(folder)), self.work)
        run((uv, "pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), requirement), self.work)
        return folder / "bin"


def _copy(source: Path, target: Path) -> None:
    """Copies a file, or the files of a folder into another."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def run(
    command: tuple[str, ...],
    folder: Path,
    allowed: tuple[int, ...] = (0,),
    environment: Mapping[str, str] | None = None,
) -> str:
    """What a program prints; ends with what it complains of when its exit code is not allowed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | (environment or {}),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode not in allowed:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


# what students keep

Result = dict[str, Any]
KEPT = ("reviews", "due_dates", "edits", "tags", "styling")


def compare(builder: Builder, tool: Tool) -> Result:
    """Builds with a tool and verifies: its versions, the second release and the rebuild over the first one."""
    built = builder.build_all(tool)
    return {
        **_versions(builder, tool),
        "same_bytes": built.again.read_bytes() == built.old.read_bytes(),
        "release": verified(built.new, built.old),
        "rebuild": verified(built.again, built.old),
    }


def verified(new: Path, old: Path) -> Result:
    """What `deckbuilder verify` says of a package over another, summed up over all students that it played."""
    command = (sys.executable, "-m", "builder", "verify", str(new), "--over", str(old), "--format", "json")
    found = json.loads(run(command, new.parent, allowed=(0, 1)))
    over = found["over"]
    played = [student for student in over["played"] if not student["not_played"]]
    errors = [error for student in played for error in student["errors"]]
    late = max((len(error["notes"]) for error in errors if error["rule"] == "missing-correction"), default=0)
    return {
        "anki": found["anki"],
        "students": len(played),
        "unharmed": sum(not student["errors"] for student in played),
        **{what: [sum(student[what][part] for student in played) for part in ("kept", "of")] for what in KEPT},
        "corrected": over["changed"] - late,
        "doubled": max(student["doubled"] for student in played),
        "conflicts": max(_notes(student, "conflicting-note") for student in played),
        "blank": max(student["blank"] for student in played),
        "broken": sorted({error["rule"] for error in (*found["imported"]["errors"], *errors)}),
    }


def _notes(student: Result, rule: str) -> int:
    """How many notes of a student's an error is about."""
    return sum(len(error["notes"]) for error in student["errors"] if error["rule"] == rule)


def _versions(builder: Builder, tool: Tool) -> Result:
    """Of the tool and of the Python that it ran on."""
    python = str(builder.install(tool) / "python") if tool.requirement else sys.executable
    package = tool.requirement.partition("==")[0] or "deckbuilder"
    show = f"import importlib.metadata as m, platform; print(m.version({package!r}), platform.python_version())"
    found, running = run((python, "-c", show), builder.work).split()
    return {"version": found, "python": running}


# the page

Cell = Callable[[Tool, Result], str]


def page(results: Result) -> str:
    """The whole of `docs/comparison.md`."""
    used = {tool.key.replace("-", "_"): _used(tool, results["tools"][tool.key]) for tool in TOOLS}
    ours = results["tools"][OURS.key]["release"]
    words = Template(WORDS.read_text(encoding="utf-8"))
    return words.substitute(
        used, table=_table(results["tools"]), date=results["date"], anki=ours["anki"], students=ours["students"]
    )


def _used(tool: Tool, result: Result) -> str:
    """A tool's name, versions and commands."""
    first, later = (" ".join(words) for words in (tool.first, tool.later))
    first, later = (line.replace("python -m builder", "deckbuilder").replace("{n}", "N") for line in (first, later))
    commands = f"`{first}`" if first == later else f"`{first}`, later `{later.replace('{old}', 'OLD.apkg')}`"
    return f"**{tool.name}** {result['version']}, Python {result['python']}:\n  {commands}."


def _table(results: Mapping[str, Result]) -> str:
    """What is kept by row, tools by column."""
    rows: tuple[tuple[str, Cell], ...] = (
        ("**The second release**", lambda *_: ""),
        (
            "students with nothing lost and nothing twice",
            lambda _, found: _part([found["unharmed"], found["students"]]),
        ),
        *_kept_rows("release", KEPT),
        ("corrections on the note that they have", lambda _, found: _part([found["corrected"], 3])),
        ("notes that they have twice", lambda _, found: _bad(found["doubled"])),
        ("conflicting notes", lambda _, found: _bad(found["conflicts"])),
        ("blank cards", lambda _, found: _bad(found["blank"])),
        ("the new styling arrives", _styling),
        ("**A rebuild that changes nothing**", lambda *_: ""),
        *_kept_rows("rebuild", ("edits", "tags", "styling")),
        ("the package is the same, byte for byte", lambda _, found: "yes" if found["same_bytes"] else "**no**"),
    )
    names = [tool.name for tool in TOOLS]
    lines = [f"|  | {' | '.join(names)} |", f"| --- | {' | '.join('---' for _ in names)} |"]
    for label, cell in rows:
        cells = [cell(tool, results[tool.key] | results[tool.key]["release"]) for tool in TOOLS]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _kept_rows(part: str, what: tuple[str, ...]) -> tuple[tuple[str, Cell], ...]:
    labels = {
        "reviews": "reviews",
        "due_dates": "due dates, intervals, decks, flags",
        "edits": "own edits on unchanged notes",
        "tags": "own tags on unchanged notes",
        "styling": "own styling of unchanged note types",
    }
    return tuple((labels[one], lambda _, found, one=one: _part(found[part][one])) for one in what)


def _part(kept: list[int]) -> str:
    some, of = kept
    return f"all {of}" if some == of else f"**{some} of {of}**"


def _bad(number: int) -> str:
    return f"**{number}**" if number else "none"


def _styling(tool: Tool, found: Result) -> str:
    if not tool.has_styling:
        return "has none"
    return "**no**" if "missing-look" in found["broken"] else "yes"


def main() -> None:
    """Builds, verifies and writes everything anew."""
    with tempfile.TemporaryDirectory() as folder:
        builder = Builder(Path(folder))
        tools = {tool.key: compare(builder, tool) for tool in TOOLS}
    results = {"date": datetime.now(tz=UTC).date().isoformat(), "tools": tools}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8", newline="\n")
    PAGE.write_text(page(results), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
