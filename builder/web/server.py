"""HTTP requests of the page into answers: the page itself, the deck, its cards and media, and news of changes.

Only this machine is answered, and only pages that came from here: a request must name the address that is served as its
host, and must not come from another site. Nothing but the page's own files and the deck's pictures and sounds is read.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from builder.source.files import is_inside
from builder.web.session import Session
from builder.web.sides import back_page, front_page
from builder.web.snapshot import Snapshot, difference, whole_state
from builder.web.study import study_days

_STATIC = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_STATIC_NAME = re.compile(r"[a-z]+\.([a-z]+)")
_SHELL = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A card runs nothing and loads nothing but the deck's own pictures and sounds. Its frame is a sandbox; this policy is
# none, since in Safari the page itself could not listen to what is clicked in it.
_CARD = (
    "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; base-uri 'self'; "
    "form-action 'none'; frame-ancestors 'self'"
)
_MEDIUM = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
_TYPED = 2_000  # characters of a typed answer that are compared: it takes their number times those expected
_HEARTBEAT = 15.0  # seconds: so often a silent connection shows whether the page is still there
_BACKLOG = 32  # changes that a page may have left unread
# Browsers do not guess, and what a system says of a suffix differs from one to the next.
_KINDS = {
    ".avif": "image/avif",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


class News:
    """Tells every open page what has changed since the state that it has been told of."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told = session.snapshot
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self._is_closed = False

    def tell(self, snapshot: Snapshot) -> None:
        """Sends what is new in `snapshot` to all pages."""
        changes = difference(self._told, snapshot)
        if changes is None:
            return
        self._told = snapshot
        message = _event("change", changes)
        for listener in tuple(self._listeners):
            if listener.qsize() >= _BACKLOG:
                self._let_go(listener)
            else:
                listener.put_nowait(message)

    def _let_go(self, listener: asyncio.Queue[str | None]) -> None:
        """Ends a connection whose page does not read: when it reads again, it connects anew and asks for everything."""
        self._listeners.discard(listener)
        while not listener.empty():
            listener.get_nowait()
        listener.put_nowait(None)

    @property
    def current(self) -> Snapshot:
        """What the pages have been told of."""
        return self._told

    def close(self) -> None:
        """Ends all connections, also those to come, so that the server can stop."""
        self._is_closed = True
        for listener in self._listeners:
            listener.put_nowait(None)

    async def listen(self) -> AsyncIterator[str]:
        """The news from now on, as server-sent events."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield _event("hello", {"state": self._told.number})
            while not self._is_closed or not queue.empty():
                try:
                    message = await asyncio.wait_for(queue.get(), _HEARTBEAT)
                except TimeoutError:
                    message = ": still here\n\n"
                if message is None:
                    return
                yield message
        finally:
            self._listeners.discard(queue)


def _event(kind: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {_json(data).decode('utf-8')}\n\n"


def make_app(session: Session, news: News, hosts: frozenset[str]) -> ASGIApp:
    """The application; `hosts` are the values of the header Host that are answered, such as `127.0.0.1:8137`."""
    handlers = _Handlers(session, news)
    routes = [
        Route("/", handlers.shell),
        Route("/static/{name}", handlers.static),
        Route("/state", handlers.state),
        Route("/card", handlers.card),
        Route("/media/{name}", handlers.media),
        Route("/study", handlers.study),
        Route("/events", handlers.events),
    ]
    return _Guard(Starlette(routes=routes), hosts)


class _Guard:
    """Refuses what does not come from this machine's own pages, and adds what browsers shall keep to."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope)
        if not self._is_ours(request):
            await PlainTextResponse("this is not a page of the preview", 403)(scope, receive, send)
            return
        await self._app(scope, receive, _with_headers(send))

    def _is_ours(self, request: Request) -> bool:
        host = request.headers.get("host", "")
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "none")
        return (
            request.method in ("GET", "HEAD")
            and host in self._hosts
            and origin in (None, f"http://{host}")
            and site in ("none", "same-origin")
        )


def _with_headers(send: Send) -> Send:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] += [
                (b"x-content-type-options", b"nosniff"),
                (b"referrer-policy", b"no-referrer"),
                (b"cross-origin-resource-policy", b"same-origin"),
                (b"cross-origin-opener-policy", b"same-origin"),
                (b"cache-control", b"no-store"),
            ]
        await send(message)

    return sending


Handler = Callable[[Request], Awaitable[Response]]


class _Handlers:
    """One method for each address."""

    def __init__(self, session: Session, news: News) -> None:
        self._session = session
        self._news = news

    async def shell(self, _request: Request) -> Response:
        return _static("index.html", {"content-security-policy": _SHELL})

    async def static(self, request: Request) -> Response:
        return _static(request.path_params["name"], {})

    async def state(self, _request: Request) -> Response:
        content = await run_in_threadpool(lambda: _json(whole_state(self._news.current)))
        return Response(content, media_type="application/json")

    async def study(self, request: Request) -> Response:
        notes = [one.note for one in self._news.current.shown.values()]
        days = await run_in_threadpool(study_days, notes, request.query_params.get("audience", ""))
        return Response(_json({"days": days}), media_type="application/json")

    async def card(self, request: Request) -> Response:
        wanted = request.query_params
        night = wanted.get("night") == "1"
        note_id, written = wanted.get("note", ""), wanted.get("number", "")
        number = int(written) if re.fullmatch(r"[0-9]{1,3}", written, re.ASCII) else 0
        # The newest there is: the page asks when it has been told that something is new.
        snapshot = self._session.snapshot
        if wanted.get("side") == "back":
            typed = wanted.get("typed", "")[:_TYPED]
            page = await run_in_threadpool(back_page, snapshot, note_id, number, typed, night=night)
        else:
            page = await run_in_threadpool(front_page, snapshot, note_id, number, night=night)
        if page is None:
            return PlainTextResponse("there is no such card", 404)
        return HTMLResponse(page, headers={"content-security-policy": _CARD})

    async def media(self, request: Request) -> Response:
        path = self._session.snapshot.media.get(request.path_params["name"])
        kind = _KINDS.get(path.suffix.lower()) if path else None
        data = await run_in_threadpool(_read_inside, path, self._session.folder) if path and kind else None
        if data is None:
            return PlainTextResponse("there is no such file", 404)
        headers = {"content-security-policy": _MEDIUM, "accept-ranges": "bytes"}
        wanted = None if "if-range" in request.headers else request.headers.get("range")
        part = _part(wanted or "", len(data))
        if part is None:
            return Response(data, media_type=kind, headers=headers)
        headers["content-range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}" if part else f"bytes */{len(data)}"
        return Response(data[part.start : part.stop], 206 if part else 416, media_type=kind, headers=headers)

    async def events(self, _request: Request) -> Response:
        return StreamingResponse(self._news.listen(), media_type="text/event-stream")


def _json(value: dict[str, Any]) -> bytes:
    # Names of files may hold what is no character.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _read_inside(path: Path, folder: Path) -> bytes | None:
    """The bytes of a file of the deck; None when it is gone, or has become a way to another place."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            # Looked at when it is open, since a link can be changed between a look and a reading.
            found = path.resolve()
            is_same = os.path.samestat(os.fstat(file.fileno()), found.lstat())
            return file.read() if is_same and is_inside(found, folder) else None
    except (OSError, RuntimeError):  # links that lead round in a circle, before Python 3.13
        return None


def _part(wanted: str, size: int) -> range | None:
    """The bytes that a header Range asks for, none when there are none there; None for the whole.

    Safari plays only what can be asked for in parts.
    """
    found = _RANGE.fullmatch(wanted)
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        return range(max(0, size - int(found[2])), size)
    first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    return None if found[2] and last < first else range(first, min(last + 1, size))


def _static(name: str, headers: dict[str, str]) -> Response:
    """A file of the page; their names are plain, so that none leads elsewhere."""
    plain = _STATIC_NAME.fullmatch(name)
    kind = _STATIC.get(plain[1]) if plain else None
    file = files("builder").joinpath("web", "static", name) if kind else None
    if file is None or not file.is_file():
        return PlainTextResponse("there is no such file", 404)
    return Response(file.read_bytes(), media_type=kind, headers=headers)
