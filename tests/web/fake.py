"""A preview's server without a deck: notes made here, and changes pushed by the test that looks at the page."""

from __future__ import annotations

import asyncio
import html
import json
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

BUILDER = Path(__file__).parent.parent.parent / "builder"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
CARD_POLICY = (
    "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
_STYLE = (
    "#image-occlusion-container{position:relative;margin:0 auto;max-height:calc(95vh - 40px)}"
    "#image-occlusion-container img{max-width:none;max-height:none}"
    "#image-occlusion-container img,#image-occlusion-canvas{position:absolute;top:0;left:0;width:100%;height:100%}"
) + re.sub(r"%word_right%", "right", (BUILDER / "note_types" / "style.css").read_text(encoding="utf-8"))
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300">'
    '<rect width="400" height="300" fill="#eef"/><circle cx="200" cy="150" r="90" fill="#79a"/></svg>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeNote:
    """A note, and the HTML of its cards: `cards` has (name, number), `sides` the front and back of each number."""

    id: str
    title: str
    form: str = "question"
    subdeck: str = ""
    tags: tuple[str, ...] = ()
    audience: str = ""
    text: str = ""
    cards: tuple[tuple[str, int], ...] = (("Question", 1),)
    sides: dict[int, tuple[str, str]] = field(default_factory=dict)
    type: str = ""
    path: str = "decks/knots/01-loops.yaml"
    line: int = 3
    stamp: str = "1"
    retired: bool = False
    stale: bool = False
    problems: tuple[dict[str, Any], ...] = ()

    def json(self) -> dict[str, Any]:
        """The note as /state and /events tell it."""
        return {
            "id": self.id,
            "form": self.form,
            "type": self.type,
            "subdeck": self.subdeck,
            "tags": self.tags,
            "audience": self.audience,
            "title": self.title,
            "text": f"{self.title} {self.text} {self.id}",
            "cards": [{"name": name, "number": number} for name, number in self.cards],
            "path": self.path,
            "line": self.line,
            "column": 5,
            "link": f"vscode://file/home/author/{self.path}:{self.line}:5",
            "stamp": self.stamp,
            "retired": self.retired,
            "stale": self.stale,
            "problems": self.problems,
        }

    def side(self, number: int, side: str) -> str:
        """The HTML of one side."""
        default = (
            f"<p>{html.escape(self.title)}</p>",
            f'<p>{html.escape(self.title)}</p><hr id="answer"><p>answer</p>',
        )
        front, back = self.sides.get(number, default)
        return f'<main class="db-card">{front if side == "front" else back}</main>'


def problem(message: str, severity: str = "warning", **changes: Any) -> dict[str, Any]:
    """A problem as the server tells it."""
    path, line = changes.get("path", "decks/knots/01-loops.yaml"), changes.get("line", 3)
    return {
        "severity": severity,
        "rule": "missing-source",
        "message": message,
        "hint": "add `sources:` to the note",
        "path": path,
        "line": line,
        "column": 5,
        "link": f"vscode://file/home/author/{path}:{line}:5",
    } | changes


class FakeServer:
    """Serves notes on a port of this machine, in a thread; `push` changes what it has and tells the page."""

    def __init__(self, notes: Iterable[FakeNote], *, name: str = "Knots") -> None:
        self.notes = {note.id: note for note in notes}
        self.state = 1
        self.deck: dict[str, Any] = {
            "name": name,
            "folder": "decks/knots",
            "language": "en",
            "audiences": ["student", "clinician"],
            "editions": [{"name": "student", "audience": "student"}, {"name": "clinician", "audience": "clinician"}],
        }
        self.problems: list[dict[str, Any]] = []
        self.broken: list[str] = []
        self.look = "1"
        self.days: list[list[tuple[str, int]]] = []
        self.card_policy: str | None = CARD_POLICY
        self.asked: list[str] = []
        self.port = 0
        self._queues: set[asyncio.Queue[str]] = set()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Starts, on the same port as before when there was one."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        routes = [
            Route("/", self._page),
            Route("/state", self._state),
            Route("/card", self._card),
            Route("/study", self._study),
            Route("/events", self._events),
            Route("/media/{name}", self._media),
            Mount("/static", StaticFiles(directory=BUILDER / "web" / "static")),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), log_level="error", lifespan="off", timeout_graceful_shutdown=1
        )
        server = self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
        self._thread.start()
        while not server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        """Stops, as when the instructor closes the terminal."""
        if self._server is None or self._thread is None:
            return
        self._send("")
        self._server.should_exit = True
        self._thread.join()
        self._server = self._thread = None

    def push(
        self, *notes: FakeNote, gone: Iterable[str] = (), order: list[str] | None = None, skip: bool = False
    ) -> None:
        """Changes notes and tells the page; `skip` leaves out a number, as when the page missed a change."""
        self.state += 2 if skip else 1
        gone = [*gone]
        for note_id in gone:
            del self.notes[note_id]
        self.notes |= {note.id: note for note in notes}
        if order is not None:
            self.notes = {note_id: self.notes[note_id] for note_id in order}
        change = {
            "state": self.state,
            "notes": [note.json() for note in notes],
            "gone": gone,
            "order": order,
            "deck": self.deck,
            "problems": self.problems,
            "broken": self.broken,
            "look": self.look,
        }
        self._send(f"event: change\ndata: {json.dumps(change)}\n\n")

    def change(self, note_id: str, **changes: Any) -> None:
        """Changes one note, which gets another stamp, and tells the page."""
        note = self.notes[note_id]
        self.push(replace(note, **{"stamp": f"{note.stamp}+"} | changes))

    def _send(self, event: str) -> None:
        if self._loop is not None:
            for queue in [*self._queues]:
                self._loop.call_soon_threadsafe(queue.put_nowait, event)

    def _page(self, _: Request) -> Response:
        page = (BUILDER / "web" / "static" / "index.html").read_text(encoding="utf-8")
        return HTMLResponse(page, headers={"Content-Security-Policy": PAGE_POLICY})

    def _state(self, _: Request) -> Response:
        notes = [note.json() for note in self.notes.values()]
        parts = {"state": self.state, "deck": self.deck, "problems": self.problems}
        parts |= {"broken": self.broken, "look": self.look}
        return JSONResponse({**parts, "notes": notes})

    def _card(self, request: Request) -> Response:
        asked = request.query_params
        self.asked.append(str(request.url.query))
        note = self.notes.get(asked["note"])
        if note is None:
            return HTMLResponse("gone", status_code=404)
        number, side, night = int(asked["number"]), asked["side"], asked["night"] == "1"
        markup = note.side(number, side)
        typed = html.escape(asked["typed"])
        if side == "front":
            markup = markup.replace("[[type]]", '<input type="text" id="typeans">')
        markup = markup.replace("[[type]]", f'<code id="typeans"><span class="typeGood">{typed}</span></code>')
        page = (
            f'<!doctype html><html class="{"night-mode" if night else ""}"><head><meta charset="utf-8">'
            f"<style>{_STYLE}</style></head>"
            f'<body class="card card{number} {"nightMode night_mode" if night else ""}">'
            f'<div id="qa">{markup}</div></body></html>'
        )
        headers = {} if self.card_policy is None else {"Content-Security-Policy": self.card_policy}
        return HTMLResponse(page, headers=headers)

    def _study(self, request: Request) -> Response:
        audience = request.query_params["audience"]
        fits = {note.id for note in self.notes.values() if not audience or note.audience in ("", audience)}
        days = [[[note_id, number] for note_id, number in day if note_id in fits] for day in self.days]
        return JSONResponse({"days": [day for day in days if day]})

    def _media(self, request: Request) -> Response:
        if request.path_params["name"].endswith(".svg"):
            return Response(PICTURE, media_type="image/svg+xml")
        return Response(b"RIFF", media_type="audio/wav")

    async def _events(self, _: Request) -> Response:
        self._loop = asyncio.get_running_loop()
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield f"event: hello\ndata: {json.dumps({'state': self.state})}\n\n"
            while event := await queue.get():
                yield event
        finally:
            self._queues.discard(queue)
