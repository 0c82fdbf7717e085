"""The preview as it runs: whatever happens to the deck's folder, the page follows; and it ends when it is told to."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from builder.compiler.deck import DeckCompiler
from builder.lint.linter import Linter
from builder.web.running import HOST, Preview, hosts, open_socket
from builder.web.session import Session
from tests.decks import PLAIN_DECK_YAML, write_deck

PATIENCE = 20  # seconds until a test gives up


class Served:
    """A preview that runs in a thread, and what its page would see."""

    def __init__(self, folder: Path, between: Callable[[], object] = lambda: None) -> None:
        listening = open_socket(0)
        self.port: int = listening.getsockname()[1]
        self.folder = folder
        session = Session(folder)
        session.refresh(0)
        between()
        self._preview = Preview(session, hosts(self.port))
        is_ready = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._preview.run(listening, is_ready.set)))
        self._thread.start()
        assert is_ready.wait(PATIENCE)

    def connect(self) -> http.client.HTTPConnection:
        """A connection, as browsers have them."""
        return http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)

    def get(self, address: str) -> tuple[int, bytes]:
        """The status and the content of an answer."""
        with closing(self.connect()) as connection:
            connection.request("GET", address)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The state, once it is as wanted."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state: dict[str, Any] = json.loads(self.get("/state")[1])
            if wanted(state):
                return state
            time.sleep(0.01)
        raise AssertionError(state)

    def save(self, text: str, name: str = "notes.yaml") -> None:
        """Writes a file of the deck."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def follows(self, knot: str) -> None:
        """Saves another question, and waits until it is shown."""
        self.save(question(knot))
        self.shows(knot)

    def shows(self, knot: str) -> None:
        """Waits until that question is shown."""
        self.wait(lambda state: titles(state) == [f"Which is the {knot}?"])

    def end(self) -> None:
        """Stops it and waits until it has ended."""
        self._preview.stop()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


Serve = Callable[..., Served]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts previews, and ends them."""
    started: list[Served] = []

    def start(folder: Path, **how: Callable[[], object]) -> Served:
        started.append(Served(folder, **how))
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deck with one question."""
    return write_deck(tmp_path / "knots")


def question(knot: str) -> str:
    """A file with one question."""
    return f"notes:\n  - id: bowline\n    question: Which is the {knot}?\n    answer: This\n"


def titles(state: dict[str, Any]) -> list[str]:
    """What the notes are called in the list."""
    return [note["title"] for note in state["notes"]]


def rules(state: dict[str, Any]) -> list[str]:
    """The rules of the problems that belong to no note."""
    return [problem["rule"] for problem in state["problems"]]


# the folder, however it is named


@pytest.mark.parametrize("name", ["my deck", "100%25 #1", "Übung", "a'b", "[x]{y}", "-dash"])
def test_any_name_of_a_folder(tmp_path: Path, serve: Serve, name: str) -> None:
    """Blanks, signs and letters of all kinds."""
    serve(write_deck(tmp_path / name)).follows("reef")


def test_a_folder_named_from_where_one_stands(folder: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative, also upwards, and the folder itself."""
    for here, path in ((folder.parent, "knots"), (folder, "."), (folder / "media", "..")):
        monkeypatch.chdir(here)
        preview = serve(Path(path))
        preview.follows("reef")
        preview.follows("bowline")
        preview.end()


def test_a_folder_behind_a_link(folder: Path, tmp_path: Path, serve: Serve) -> None:
    """Of the deck's own folder or one above it, as all are below /tmp on a Mac."""
    try:
        (tmp_path / "link").symlink_to(folder, target_is_directory=True)
        (tmp_path / "above").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("this account may not make links")
    for path in (tmp_path / "link", tmp_path / "above" / "knots"):
        preview = serve(path)
        preview.follows("reef")
        preview.follows("bowline")
        note = preview.wait(bool)["notes"][0]
        assert note["path"].endswith(f"{path.name}/notes.yaml")


# saves, however they are made


def save_aside(path: Path, text: str) -> None:
    """Writes another file and puts it in the place of the first, as most editors do."""
    other = path.with_name(".notes.yaml.swp")
    other.write_text(text, encoding="utf-8")
    other.replace(path)


def save_with_backup(path: Path, text: str) -> None:
    """Puts the file aside and writes a new one, as vim does."""
    path.replace(path.with_name("notes.yaml~"))
    path.write_text(text, encoding="utf-8")
    path.with_name("notes.yaml~").unlink()


def save_in_place(path: Path, text: str) -> None:
    """Keeps times and size, as a copying program may."""
    before = path.stat()
    with path.open("r+b") as file:
        file.write(text.encode("utf-8"))
        file.truncate()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("save", [save_aside, save_with_backup, save_in_place], ids=lambda save: save.__name__)
def test_any_way_to_save(folder: Path, serve: Serve, save: Callable[[Path, str], None]) -> None:
    """Each save is seen, whatever an editor makes of it."""
    preview = serve(folder)
    for knot in ("reef", "bend", "loop"):
        save(folder / "notes.yaml", question(knot))
        preview.shows(knot)


def test_many_saves_at_once(folder: Path, serve: Serve) -> None:
    """What is shown in the end is what was saved last."""
    preview = serve(folder)
    for number in range(200):
        preview.save(question(f"knot {number:03}"))
    preview.shows("knot 199")


def test_a_save_before_anybody_watches(folder: Path, serve: Serve) -> None:
    """What is saved while the preview starts is not lost."""
    text = question("reef")
    serve(folder, between=lambda: (folder / "notes.yaml").write_text(text, encoding="utf-8")).shows("reef")


def test_files_come_and_go(folder: Path, serve: Serve) -> None:
    """A file in a new folder, that folder renamed, a file in it written, and the folder taken away."""
    preview = serve(folder)
    (folder / "more").mkdir()
    preview.save(question("reef").replace("bowline", "reef"), "more/reef.yaml")
    preview.wait(lambda state: len(state["notes"]) == 2)
    (folder / "more").rename(folder / "others")
    preview.wait(lambda state: any("others" in note["path"] for note in state["notes"]))
    preview.save(question("granny").replace("bowline", "reef"), "others/reef.yaml")
    preview.wait(lambda state: "Which is the granny?" in titles(state))
    shutil.rmtree(folder / "others")
    preview.wait(lambda state: len(state["notes"]) == 1)


def test_a_folder_that_goes_away_and_comes_back(folder: Path, serve: Serve) -> None:
    """Its cards stay meanwhile, with the reason; a new folder in its place is followed."""
    preview = serve(folder)
    preview.follows("reef")
    for _ in range(2):
        (folder / "deck.yaml").unlink()  # with it and without the notes, it would be a deck that has none
        shutil.rmtree(folder)
        gone = preview.wait(lambda state: "unreadable-file" in rules(state))
        assert titles(gone) == ["Which is the reef?"]
        write_deck(folder, {"notes.yaml": question("reef")})
        preview.wait(lambda state: "unreadable-file" not in rules(state))
        preview.follows("bowline")
        preview.follows("reef")


def test_another_folder_in_its_place(folder: Path, serve: Serve) -> None:
    """As when a copy is put back."""
    preview = serve(folder)
    folder.rename(folder.with_name("old"))
    write_deck(folder, {"notes.yaml": question("reef")})
    preview.shows("reef")
    preview.follows("bowline")


def test_a_file_whose_name_is_no_text(folder: Path, serve: Serve) -> None:
    """It is shown, and taken away again, and what follows too."""
    path = os.fsencode(folder) + b"/n\xff.yaml"
    preview = serve(folder)
    try:
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(question("reef").replace("bowline", "reef").encode("utf-8"))
    except OSError:
        pytest.skip("this system has no such names")
    assert preview.wait(lambda state: len(state["notes"]) == 2)["notes"][1]["path"].endswith("n?.yaml")
    Path(os.fsdecode(path)).unlink()
    preview.wait(lambda state: len(state["notes"]) == 1)
    preview.follows("loop")


# mistakes of our own


def test_a_mistake_of_ours_ends_nothing(
    folder: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The cards of before stay, with a problem on the page and a traceback in the terminal; the next save is shown."""
    compile_deck = DeckCompiler.compile

    def stumbling(self: DeckCompiler, *given: Any, **named: Any) -> Any:
        if "crash" in (folder / "notes.yaml").read_text(encoding="utf-8"):
            raise LookupError("a mistake")
        return compile_deck(self, *given, **named)

    monkeypatch.setattr(DeckCompiler, "compile", stumbling)
    preview = serve(folder)
    preview.follows("reef")
    preview.save(question("crash"))
    state = preview.wait(lambda state: "preview-failed" in rules(state))
    (problem,) = (one for one in state["problems"] if one["rule"] == "preview-failed")
    assert problem["message"] == "the preview stumbled over what was saved last: LookupError: a mistake"
    assert titles(state) == ["Which is the reef?"]
    preview.follows("loop")
    preview.wait(lambda state: "preview-failed" not in rules(state))
    assert capfd.readouterr().err.count("Traceback") == 1


def test_a_rule_that_stumbles_keeps_no_card_back(
    folder: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Cards are shown without advice."""

    def stumbling(*_given: Any, **_named: Any) -> Any:
        raise LookupError("a mistake")

    monkeypatch.setattr(Linter, "lint", stumbling)
    preview = serve(folder)
    preview.wait(lambda state: "preview-failed" in rules(state))
    preview.follows("reef")
    preview.follows("loop")
    preview.wait(lambda state: "preview-failed" in rules(state))
    preview.end()
    assert "LookupError: a mistake" in capfd.readouterr().err


# addresses and the end


def test_it_ends_with_pages_open(folder: Path, serve: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    """Pages are told, also one that has not asked to the end, and nothing is printed."""
    preview = serve(folder)
    with ExitStack() as stack:
        pages = [stack.enter_context(closing(preview.connect())) for _ in range(4)]
        for page in pages[1:]:
            page.request("GET", "/events")
        pages[0].connect()
        pages[0].sock.send(b"GET /state HTTP/1.1\r\nHo")
        told = [page.getresponse() for page in pages[1:]]
        preview.end()
        assert [answer.read().count(b"event: hello") for answer in told] == [1, 1, 1]
    assert capfd.readouterr() == ("", "")


def test_a_long_answer_is_compared(folder: Path, serve: Serve) -> None:
    """Two thousand characters that need nine bytes each in an address."""
    address = f"/card?note=bowline&number=1&side=back&typed={'%E7%B5%90' * 2_000}"
    assert serve(folder).get(address)[0] == 200


def test_an_address_that_has_just_been_left_can_be_had_again() -> None:
    """Pages that are still open find a preview that is started again."""
    with open_socket(0) as first:
        port: int = first.getsockname()[1]
        with socket.create_connection((HOST, port)):
            first.accept()[0].close()
    with open_socket(port) as again:
        assert again.getsockname()[1] == port


def test_an_address_that_is_taken() -> None:
    """Another is found."""
    with open_socket(0) as first, open_socket(first.getsockname()[1]) as second:
        assert first.getsockname()[1] != second.getsockname()[1]


def test_the_usual_port_has_no_number() -> None:
    """As browsers write it."""
    assert hosts(80) == {"127.0.0.1", "localhost"}
    assert hosts(8137) == {"127.0.0.1:8137", "localhost:8137"}


def test_what_there_is_at_the_start(tmp_path: Path, serve: Serve) -> None:
    """The notes and what the rules say of them, though nothing has been saved yet."""
    preview = serve(write_deck(tmp_path / "knots", {"deck.yaml": PLAIN_DECK_YAML, "notes.yaml": question("reef")}))
    state = preview.wait(lambda state: any(note["problems"] for note in state["notes"]))
    assert [problem["rule"] for problem in state["notes"][0]["problems"]] == ["missing-source"]
