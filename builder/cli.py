"""The command line: arguments in, calls below, results out.

Exit codes: 0 done, 1 problems in the sources, 2 wrong usage.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from builder import __version__

if TYPE_CHECKING:
    from builder.build import Changes, PackageFile
    from builder.compiler.deck import CompiledDeck
    from builder.core.diagnostics import Diagnostic

# Rich's help markup would double the time that --help takes.
app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"max_content_width": 100},
)

Decks = Annotated[
    list[str] | None, typer.Argument(metavar="DECK", help="Folders below decks/, by name or path; left out: all.")
]
Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the packages go.")]


def main() -> None:
    """Runs the command line; mishaps of the machine end in one line, not in a traceback."""
    import gc
    from signal import SIGTERM, signal

    # Notes live until they are written: looking for garbage among them costs a tenth of a build and finds none.
    gc.set_threshold(200_000)
    signal(SIGTERM, lambda *_: sys.exit(143))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error), 1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"deckbuilder {__version__}")
        raise typer.Exit


@app.callback()
def deckbuilder(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Compile YAML questions and answers into Anki packages.

    \b
    Examples:
      deckbuilder new "My deck"        a small deck to start from, in decks/my-deck
      deckbuilder check                every mistake, with file, line and column
      deckbuilder build                drafts of every deck, in dist/
      deckbuilder build my-deck --edition student
      deckbuilder release my-deck --version 1.1

    Run it in a folder that holds `decks/`. `deckbuilder COMMAND --help` tells more.
    """


@app.command()
def new(name: Annotated[str, typer.Argument(help='The deck\'s name, such as "Knots".')]) -> None:
    """Start a small deck that builds, with a comment on every key.

    \b
    Example:
      deckbuilder new "Low back pain"
    """
    import secrets

    from builder.starter import folder_name, new_deck

    if not folder_name(name):
        _fail(f"`{name}` has no letters or digits that can name a folder", 2)
    # A digit, a letter, and six more of either: what `deck.yaml` asks of an id that nobody else has.
    letters, digits = "abcdefghjkmnpqrstvwxyz", "23456789"
    ends = secrets.choice(digits) + secrets.choice(letters)
    try:
        written = new_deck(Path(), name, ends + "".join(secrets.choice(letters + digits) for _ in range(6)))
    except FileExistsError:
        _fail(f"decks/{folder_name(name)} is already there", 2)
    for path in written:
        typer.echo(f"wrote {path.as_posix()}")
    typer.echo(f"\nNext: edit {written[1].as_posix()}, then run `deckbuilder build`.")


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Decks or files of decks; left out: all decks.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text, json or github (annotations in a workflow).")] = "text",
) -> None:
    """Show every problem of every file, with its place and what to do.

    \b
    Examples:
      deckbuilder check
      deckbuilder check decks/sciatica/02-anatomy.yaml
      deckbuilder check --format json
    """
    from builder.core.diagnostics import has_errors, in_source_order
    from builder.report import FORMATS, render

    if form not in FORMATS:
        _fail(f"--format is one of {', '.join(FORMATS)}, not `{form}`", 2)
    paths = [path if path.exists() else _existing(path) for path in paths or ()]
    folders = _folders([str(_deck_of(path)) for path in paths])
    diagnostics: list[Diagnostic] = []
    notes = 0
    for compiled, found in _compiled(folders):
        diagnostics += found
        if compiled:
            notes += len(compiled.places)
            diagnostics += () if has_errors(found) else _ledger_problems(compiled)
    wanted = [path.resolve() for path in paths]
    shown = in_source_order(
        [d for d in diagnostics if not wanted or any(d.path.resolve().is_relative_to(path) for path in wanted)]
    )
    if text := render(shown, form, Path()):
        typer.echo(text)
    if form == "text":
        typer.echo(_verdict(len(shown), notes, len(folders)), err=True)
    if has_errors(shown):
        raise typer.Exit(1)


@app.command()
def build(
    decks: Decks = None,
    out: Out = Path("dist"),
    edition: Annotated[str, typer.Option("--edition", metavar="NAME", help="Only this edition, or `everything`.")] = "",
) -> None:
    """Write drafts: a package for each edition and one with everything.

    A draft is for looking at. It is not a release: nothing is recorded, and students should get releases only.

    \b
    Examples:
      deckbuilder build
      deckbuilder build sciatica --edition student --out /tmp/look
    """
    from builder.build import build_draft
    from builder.ledger import read_ledger
    from builder.source.files import LEDGER_FILE

    compiled = _compiled_without_errors(_folders(decks), with_ledger=True)
    _known_edition(compiled, edition)
    for one in compiled:
        if edition and edition != "everything" and edition not in {wanted.name for wanted in one.deck.editions}:
            continue
        released, _ = read_ledger(one.deck.folder / LEDGER_FILE)
        files, changes = build_draft(one, released, out, edition, int(time.time()))
        since = "since the last release" if released else "never released"
        _print_packages(f"{one.deck.name}: draft", files, changes, since)
    typer.echo(
        "\nDrafts are for looking at, not for students: `deckbuilder release` makes what they can update for ever."
    )


@app.command()
def release(
    decks: Decks = None,
    out: Out = Path("dist"),
    version: Annotated[str, typer.Option("--version", metavar="V", help="Instead of deck.yaml's.")] = "",
    allow: Annotated[
        list[str] | None, typer.Option("--allow", metavar="COST[:ID]", help="Accept a cost that a release names.")
    ] = None,
    previous: Annotated[
        list[Path] | None, typer.Option("--previous", metavar="MANIFEST", help="Also be later than this release.")
    ] = None,
    locked: Annotated[
        bool, typer.Option("--locked", help="Build the recorded release again; fail where the sources differ.")
    ] = False,
) -> None:
    """Write packages for students, a manifest, and the deck's ledger, which you commit.

    Students can import them over any older release and lose nothing. What would cost them something is refused, with a
    name under which it can be allowed.

    \b
    Examples:
      deckbuilder release sciatica --version 2026.12
      deckbuilder release sciatica --allow gone-card:exit-foramen
      deckbuilder release --locked          in CI, from the committed ledger
    """
    from builder import release as releasing
    from builder.core.diagnostics import in_source_order

    if locked and (version or allow or previous):
        _fail("--locked builds what was released: --version, --allow and --previous do not go with it", 2)
    allowed = frozenset(allow or ())
    _known_costs(allowed)
    _known_version(version)
    options = releasing.ReleaseOptions(out=out, version=version, allowed=allowed, previous=tuple(previous or ()))
    failed = False
    for one in _compiled_without_errors(_folders(decks), with_ledger=False):
        if locked:
            made, diagnostics = releasing.rebuild(one, options)
        else:
            made, diagnostics = releasing.release(one, options, int(time.time()))
        _print_diagnostics(in_source_order(diagnostics))
        if made is None:
            failed = True
            continue
        what = "released" if made.is_new else "as released before"
        _print_packages(f"{one.deck.name} {made.version}: {what}", made.files, made.changes, "")
        if made.is_new:
            typer.echo(f"  commit {(one.deck.folder / 'ledger.txt').as_posix()} with the sources")
    if failed:
        raise typer.Exit(1)


# what the commands share


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    raise SystemExit(code)


def _folders(names: list[str] | None) -> tuple[Path, ...]:
    """The decks' folders for names or paths; wrong usage when there is none."""
    from builder.source.files import DECK_FILE, find_decks
    from builder.source.reader import suggestion

    found = find_decks(Path())
    if not names:
        if not found:
            _fail("there is no deck below decks/ here; `deckbuilder new NAME` starts one", 2)
        return found
    chosen: dict[Path, None] = {}
    for name in names:
        folder = next((path for path in (Path("decks") / name, Path(name)) if (path / DECK_FILE).is_file()), None)
        if folder is None:
            hint = suggestion(name, [path.name for path in found]) or "decks are folders with a deck.yaml"
            _fail(f"there is no deck `{name}`; {hint}", 2)
        chosen[folder] = None
    return tuple(chosen)


def _existing(path: Path) -> Path:
    """A deck named as below decks/; wrong usage when there is none."""
    from builder.source.files import find_decks
    from builder.source.reader import suggestion

    if (named := Path("decks") / path).exists():
        return named
    hint = suggestion(path.name, [folder.name for folder in find_decks(Path())])
    _fail(f"there is no file or folder {path.as_posix()}{'; ' if hint else ''}{hint}", 2)


def _deck_of(path: Path) -> Path:
    from builder.source.files import DECK_FILE

    for folder in (path, *path.absolute().parents):
        if (folder / DECK_FILE).is_file():
            return folder
    _fail(f"{path.as_posix()} belongs to no deck: there is no deck.yaml beside or above it", 2)


def _compiled(folders: tuple[Path, ...]) -> Iterator[tuple[CompiledDeck | None, tuple[Diagnostic, ...]]]:
    from builder.compiler.deck import compile_deck, shared_identities

    decks = []
    with _progress() as progress:
        for folder in folders:
            compiled, diagnostics = compile_deck(folder, progress)
            yield compiled, diagnostics
            if compiled:
                decks.append(compiled.deck)
    yield None, shared_identities(decks)


def _compiled_without_errors(folders: tuple[Path, ...], *, with_ledger: bool) -> list[CompiledDeck]:
    """The decks, all their problems printed; ends the run when one is an error, before anything is written."""
    from builder.core.diagnostics import has_errors, in_source_order

    decks: list[CompiledDeck] = []
    diagnostics: list[Diagnostic] = []
    for compiled, found in _compiled(folders):
        diagnostics += found
        if compiled:
            decks.append(compiled)
            # Notes that could not be read are not gone: the ledger is asked when the deck is whole.
            diagnostics += _ledger_problems(compiled) if with_ledger and not has_errors(found) else ()
    shown = in_source_order(diagnostics)
    _print_diagnostics(shown)
    if has_errors(shown):
        typer.echo("nothing was written", err=True)
        raise typer.Exit(1)
    return decks


def _ledger_problems(compiled: CompiledDeck) -> tuple[Diagnostic, ...]:
    from builder.guards import costs
    from builder.ledger import read_ledger
    from builder.source.files import LEDGER_FILE

    released, diagnostics = read_ledger(compiled.deck.folder / LEDGER_FILE)
    return (*diagnostics, *costs(compiled, released, int(time.time()), frozenset(), releasing=False))


def _known_edition(compiled: list[CompiledDeck], edition: str) -> None:
    from builder.source.reader import suggestion

    names = {"everything", *(wanted.name for one in compiled for wanted in one.deck.editions)}
    if edition and edition not in names:
        hint = suggestion(edition, sorted(names)) or f"there is: {', '.join(sorted(names))}"
        _fail(f"there is no edition `{edition}`; {hint}", 2)


def _known_costs(allowed: frozenset[str]) -> None:
    from builder.guards import COSTS
    from builder.source.reader import suggestion

    for name in sorted(allowed):
        cost = name.partition(":")[0]
        if cost not in COSTS:
            hint = suggestion(cost, COSTS) or f"there is: {', '.join(COSTS)}"
            _fail(f"--allow does not know `{cost}`; {hint}", 2)


def _known_version(version: str) -> None:
    from builder.core.identifiers import is_version

    if version and not is_version(version):
        _fail("a version is one word of letters, digits, `.`, `_`, `+` and `-`", 2)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, from the moment that reading takes longer than a blink."""
    from builder.compiler.deck import no_progress

    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    begun = time.monotonic()
    task = bar.add_task("reading", total=None)

    def update(done: int, total: int) -> None:
        if not bar.live.is_started and time.monotonic() - begun > 0.4:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield update
    finally:
        bar.stop()


def _print_diagnostics(diagnostics: tuple[Diagnostic, ...]) -> None:
    from builder.report import render

    if diagnostics:
        typer.echo(render(diagnostics, "text", Path()), err=True)


def _print_packages(title: str, files: tuple[PackageFile, ...], changes: Changes, since: str) -> None:
    typer.echo(title)
    width = max(len(file.path.as_posix()) for file in files)
    for file in files:
        counts = f"{file.notes:>7,} notes {file.cards:>7,} cards {_size(file.size):>9}"
        typer.echo(f"  {file.path.as_posix():<{width}} {counts}  {file.edition}")
    counts = f"{changes.new:,} new, {changes.changed:,} changed, {changes.gone:,} gone"
    typer.echo(f"  {counts}{f' ({since})' if since else ''}")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def _verdict(problems: int, notes: int, decks: int) -> str:
    found = "no problems" if not problems else "1 problem" if problems == 1 else f"{problems:,} problems"
    return f"{found} in {notes:,} note{'' if notes == 1 else 's'} of {decks} deck{'' if decks == 1 else 's'}"
