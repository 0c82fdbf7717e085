"""What the preview answers, to whom, and what it never gives away."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from builder.render.media import PICTURES, SOUNDS
from builder.web.server import News, make_app
from builder.web.session import Session
from tests.decks import NOTE_TYPES, NOTES_YAML, SVG, write_deck

HOST = "127.0.0.1:8137"
NOTES = """\
notes:
  - id: typed
    question: Which knot?
    answer: bowline
    typed: true
  - id: both
    question: Front $x^2$
    answer: Back
    reverse: true
  - id: picture
    question: What is ![a knot](media/knot.svg)?
    answer: "A knot [sound:media/word.mp3]"
  - id: gaps
    cloze: The {{c1::bowline}} and the {{c3::reef knot}}
"""


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A deck with notes of several forms."""
    made = Session(write_deck(tmp_path / "knots", NOTE_TYPES | {"notes.yaml": NOTES}))
    made.refresh(0)
    return made


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    """A browser on this machine, on the page's own address."""
    app = make_app(session, News(session), frozenset({HOST}))
    with TestClient(app, base_url=f"http://{HOST}") as made:
        yield made


# who is answered

ADDRESSES = ("/", "/state", "/card?note=both&number=1", "/study", "/static/preview.css", "/media/x.svg", "/nowhere")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example.org"},
        {"host": "evil.example.org:8137"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:8138"},
        {"host": ""},
        {"origin": "http://evil.example.org"},
        {"origin": "null"},
        {"origin": f"https://{HOST}"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
def test_no_other_site_is_answered(client: TestClient, address: str, headers: dict[str, str]) -> None:
    """A page of another site, or a name that leads to this machine, learns nothing, not even what is there."""
    answer = client.get(address, headers=headers)
    assert (answer.status_code, answer.text) == (403, "this is not a page of the preview")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_nothing_can_be_done_to_it(client: TestClient, method: str) -> None:
    """It is read and nothing else."""
    assert client.request(method, "/state").status_code == 403


@pytest.mark.parametrize("headers", [{}, {"origin": f"http://{HOST}"}, {"sec-fetch-site": "same-origin"}], ids=str)
def test_its_own_page_is_answered(client: TestClient, headers: dict[str, str]) -> None:
    """What the page asks for it gets."""
    assert client.get("/state", headers=headers).json()["deck"]["name"] == "Knots"


@pytest.mark.parametrize("address", [*ADDRESSES[:5], "/events-that-are-not"])
def test_every_answer_says_that_it_is_nobody_elses(client: TestClient, address: str) -> None:
    """No sniffing, no referrer, no embedding elsewhere, no keeping."""
    headers = client.get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


# what can be read


@pytest.mark.parametrize(
    "address",
    [
        "/media/../deck.yaml",
        "/media/..%2fdeck.yaml",
        "/media/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/media/knot.svg",
        "/media/",
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/static/..%5cserver.py",
        "/static/server.py",
        "/static/.",
        "/static/",
        "/deck.yaml",
        "/media/C:%5cWindows%5cwin.ini",
        "/static/C:preview.js",
        "/static/PREVIEW.js",
        "/static/preview.js%00.css",
        "/static/preview.js::$DATA",
    ],
)
def test_nothing_but_pages_and_media_is_read(client: TestClient, address: str) -> None:
    """No path leads out of the page's own files and the deck's media, which go by their names in the package."""
    assert client.get(address).status_code == 404


def media_name(client: TestClient, kind: str) -> str:
    """The name in the package of the only file of a kind that is on the card with the picture."""
    page = "".join(client.get(f"/card?note=picture&number=1&side={side}").text for side in ("front", "back"))
    names = set(re.findall(rf"[\w-]+\.{kind}", page))
    assert len(names) == 1
    return names.pop()


def test_media_are_given_by_their_names_in_the_package(client: TestClient) -> None:
    """A picture as it is, of its kind, and so that nothing in it can run when it is opened by itself."""
    answer = client.get(f"/media/{media_name(client, 'svg')}")
    assert (answer.content, answer.headers["content-type"]) == (SVG, "image/svg+xml")
    assert answer.headers["content-security-policy"].endswith("sandbox")
    assert client.get(f"/media/{media_name(client, 'mp3')}").headers["content-type"] == "audio/mpeg"


def test_every_kind_of_media_says_what_it_is(tmp_path: Path) -> None:
    """By a list of our own: systems differ in what they know, and browsers do not guess."""
    names = [f"media/a{suffix}" for suffix in sorted(PICTURES | SOUNDS)]
    shown = " ".join(f"![a]({name})" if name[-4:] in PICTURES or name[-5:] in PICTURES else "" for name in names)
    heard = " ".join(f"[sound:{name}]" for name in names if f"![a]({name})" not in shown)
    note = f'notes:\n  - id: a\n    question: "What? {shown}"\n    answer: "This {heard}"\n'
    session = Session(write_deck(tmp_path / "knots", {"notes.yaml": note} | dict.fromkeys(names, b"x")))
    media = session.refresh(0).media
    assert {name.rpartition(".")[2] for name in media} == {name.rpartition(".")[2] for name in names}
    with TestClient(make_app(session, News(session), frozenset({HOST})), base_url=f"http://{HOST}") as client:
        for name in media:
            kind = client.get(f"/media/{name}").headers["content-type"]
            assert kind.partition("/")[0] in ("image", "audio", "video"), name


@pytest.mark.parametrize(
    ("wanted", "status", "part", "content"),
    [
        ("bytes=0-1", 206, "bytes 0-1/9", b"01"),
        ("bytes=5-", 206, "bytes 5-8/9", b"5678"),
        ("bytes=-2", 206, "bytes 7-8/9", b"78"),
        ("bytes=7-99", 206, "bytes 7-8/9", b"78"),
        ("bytes=-99", 206, "bytes 0-8/9", b"012345678"),
        ("bytes=9-", 416, "bytes */9", b""),
        ("bytes=-0", 416, "bytes */9", b""),
        ("bytes=3-2", 200, None, b"012345678"),
        ("bytes=-", 200, None, b"012345678"),
        ("bytes=0-1,3-4", 200, None, b"012345678"),
        ("seconds=0-1", 200, None, b"012345678"),
        ("bytes=" + "9" * 5_000 + "-", 200, None, b"012345678"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_sound_is_given_in_parts(tmp_path: Path, wanted: str, status: int, part: str | None, content: bytes) -> None:
    """As Safari asks for it, which plays nothing else."""
    files: dict[str, str | bytes] = {"notes.yaml": NOTES, "media/word.mp3": b"012345678"}
    session = Session(write_deck(tmp_path / "knots", files))
    (name,) = (name for name in session.refresh(0).media if name.endswith(".mp3"))
    with TestClient(make_app(session, News(session), frozenset({HOST})), base_url=f"http://{HOST}") as client:
        answer = client.get(f"/media/{name}", headers={"range": wanted})
        whole = client.get(f"/media/{name}", headers={"range": wanted, "if-range": '"x"'})
    assert (answer.status_code, answer.headers.get("content-range"), answer.content) == (status, part, content)
    assert (whole.status_code, whole.content) == (200, b"012345678")


def test_a_picture_that_is_exchanged_while_it_is_read(
    client: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is opened is what is looked at: a link that is honest again after the opening does not help."""
    name = media_name(client, "svg")
    path, outside = session.folder / "media" / "knot.svg", session.folder.parent / "outside.svg"
    outside.write_bytes(b"<svg/>")
    honest = path.with_name("honest.svg")
    path.rename(honest)
    try:
        path.symlink_to(outside)
    except OSError:
        pytest.skip("this account may not make links")
    open_file = Path.open

    def exchanging(self: Path, *given: Any, **named: Any) -> Any:
        opened = open_file(self, *given, **named)
        if self == path:
            path.unlink()
            path.symlink_to(honest)
        return opened

    monkeypatch.setattr(Path, "open", exchanging)
    assert client.get(f"/media/{name}").status_code == 404
    assert client.get(f"/media/{name}").content == SVG


def test_a_pipe_is_not_waited_for(client: TestClient, session: Session) -> None:
    """Nobody would ever write to it."""
    name = media_name(client, "svg")
    path = session.folder / "media" / "knot.svg"
    path.unlink()
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes with names")
    os.mkfifo(path)
    assert client.get(f"/media/{name}").status_code == 404


def test_a_picture_that_became_a_link_to_elsewhere_is_not_read(client: TestClient, session: Session) -> None:
    """Even when it was an honest file the last time."""
    name = media_name(client, "svg")
    outside = session.folder.parent / "outside.svg"
    outside.write_bytes(b"<svg/>")
    path = session.folder / "media" / "knot.svg"
    path.unlink()
    try:
        path.symlink_to(outside)
    except OSError:
        pytest.skip("this account may not make links")
    assert client.get(f"/media/{name}").status_code == 404


# what a card is


def test_a_card_can_run_nothing(client: TestClient) -> None:
    """Its policy allows pictures, sounds and styles from here, and no script from anywhere."""
    policy = client.get("/card?note=both&number=1").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert not {"script-src", "script-src-elem", "script-src-attr", "object-src", "frame-src"} & rules.keys()
    assert rules["frame-ancestors"] == "'self'"


def test_the_page_allows_only_its_own_scripts(client: TestClient) -> None:
    """No inline script, no other host, no frame around it; the page itself has no inline script or style."""
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert re.findall(r"<script(?![^>]*\bsrc=)", answer.text) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", answer.text) == []
    assert re.findall(r"https?://(?!www\.w3\.org/)", answer.text) == []


def test_both_cards_of_a_reversed_note(client: TestClient) -> None:
    """Each number is a card."""
    assert "Front" in client.get("/card?note=both&number=1&side=front").text
    assert "Back" not in client.get("/card?note=both&number=1&side=front").text
    assert "Back" in client.get("/card?note=both&number=2&side=front").text


def test_maths_is_drawn_without_a_script(client: TestClient) -> None:
    """Formulas are MathML."""
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in client.get("/card?note=both&number=1").text


def test_night_is_what_anki_calls_it(client: TestClient) -> None:
    """The classes by which templates and styling know night mode."""
    night = client.get("/card?note=both&number=1&night=1").text
    assert '<html class="night-mode">' in night
    assert '<body class="card card1 nightMode night_mode">' in night
    assert "nightMode" not in client.get("/card?note=both&number=1").text.partition("<body")[2]


def test_a_typed_answer_is_compared(client: TestClient) -> None:
    """A box on the front, and on the back what was right and what not; what was typed is text."""
    assert 'id="typeans"' in client.get("/card?note=typed&number=1&side=front").text
    back = client.get("/card", params={"note": "typed", "number": 1, "side": "back", "typed": "b<i>x"}).text
    assert "typeBad" in back
    assert "b<i>x" not in back


def test_a_sound_is_a_button(client: TestClient) -> None:
    """The page plays it."""
    back = client.get("/card?note=picture&number=1&side=back").text
    assert f'data-sound="/media/{media_name(client, "mp3")}"' in back


@pytest.mark.parametrize(
    "query",
    [
        *("", "note=nobody&number=1", "note=both", "note=both&number=3", "note=both&number=x", "note=gaps&number=2"),
        *("note=both&number=-1", "note=both&number=99999999999999999999", "note=both&number=²"),
    ],
)
def test_a_card_that_is_not_there(client: TestClient, query: str) -> None:
    """Is told as such."""
    assert client.get(f"/card?{query}").status_code == 404


def test_the_list_names_every_card(client: TestClient) -> None:
    """Numbers are those of Anki; gaps in them are right."""
    notes = {note["id"]: note for note in client.get("/state").json()["notes"]}
    assert {key: [card["name"] for card in note["cards"]] for key, note in notes.items()} == {
        "typed": ["Question"],
        "both": ["Question", "Reversed"],
        "picture": ["Question"],
        "gaps": ["c1", "c3"],
    }
    assert [note["form"] for note in notes.values()] == ["typed", "reversed", "question", "cloze"]


# news


def test_pages_are_told_of_changes(session: Session) -> None:
    """First which state there is, then each change; a page that has gone is forgotten."""
    news = News(session)

    async def follow() -> list[str]:
        listening = news.listen()
        told = [await anext(listening)]
        path = session.folder / "notes.yaml"
        path.write_text(NOTES_YAML, encoding="utf-8")
        news.tell(session.refresh(0, {path}))
        told.append(await anext(listening))
        news.close()
        told += [one async for one in listening]
        return told

    hello, change = asyncio.run(follow())
    assert hello == 'event: hello\ndata: {"state":1}\n\n'
    kind, data = re.fullmatch(r"event: (\w+)\ndata: (.+)\n\n", change).groups()  # type: ignore[union-attr]
    told = json.loads(data)
    assert (kind, told["state"], told["order"]) == ("change", 2, ["bowline"])
    assert told["gone"] == ["typed", "both", "picture", "gaps"]


def test_a_page_that_does_not_read_is_let_go(session: Session) -> None:
    """What it has not read is not kept for ever; it connects again, and gets everything."""
    news = News(session)
    path = session.folder / "notes.yaml"

    async def follow() -> tuple[list[str], str]:
        listening = news.listen()
        await anext(listening)
        for number in range(100):
            path.write_text(NOTES_YAML.replace("fixed", f"fixed {number}"), encoding="utf-8")
            news.tell(session.refresh(0, {path}))
        left = [one async for one in listening]
        return left, await anext(news.listen())

    left, hello = asyncio.run(follow())
    assert left == []
    assert hello == 'event: hello\ndata: {"state":101}\n\n'


def test_a_page_that_comes_at_the_end_is_let_go(session: Session) -> None:
    """Or the server would wait for it."""
    news = News(session)
    news.close()

    async def follow() -> list[str]:
        return [one async for one in news.listen()]

    assert len(asyncio.run(follow())) == 1
