"""HTTP requests of the page into answers: the page itself, the deck, its cards and media, and news of changes.

Only this machine is answered, and only pages that came from here: a request must name the address that is served as its
host, and must not come from another site. Nothing but the page's own files and the deck's pictures and sounds is read.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from builder.render.media import PICTURES, SOUNDS
from builder.source.files import is_inside
from builder.web.session import Session
from builder.web.sides import back_page, front_page
from builder.web.snapshot import Snapshot, difference, whole_state
from builder.web.study import study_days

_STATIC = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
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
_MEDIUM = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_TYPED = 2_000  # characters of a typed answer that are compared: it takes their number times those expected
_HEARTBEAT = 15.0  # seconds: so often a silent connection shows whether the page is still there
_KINDS = {".avif": "image/avif", ".webp": "image/webp", ".opus": "audio/ogg", ".oga": "audio/ogg"}


class News:
    """Tells every open page what has changed since the state that it has been told of."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told = session.snapshot
        self._listeners: set[asyncio.Queue[str | None]] = set()

    def tell(self, snapshot: Snapshot) -> None:
        """Sends what is new in `snapshot` to all pages."""
        changes = difference(self._told, snapshot)
        if changes is None:
            return
        self._told = snapshot
        message = _event("change", changes)
        for listener in self._listeners:
            listener.put_nowait(message)

    @property
    def current(self) -> Snapshot:
        """What the pages have been told of."""
        return self._told

    def close(self) -> None:
        """Ends all connections, so that the server can stop."""
        for listener in self._listeners:
            listener.put_nowait(None)

    async def listen(self) -> AsyncIterator[str]:
        """The news from now on, as server-sent events."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield _event("hello", {"state": self._told.number})
            while True:
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
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


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
        content = await run_in_threadpool(_json, whole_state, self._news.current)
        return Response(content, media_type="application/json")

    async def study(self, request: Request) -> Response:
        notes = [one.note for one in self._news.current.shown.values()]
        days = study_days(notes, request.query_params.get("audience", ""))
        return Response(_json(lambda found: {"days": found}, days), media_type="application/json")

    async def card(self, request: Request) -> Response:
        wanted = request.query_params
        night = wanted.get("night") == "1"
        note_id, written = wanted.get("note", ""), wanted.get("number", "")
        number = int(written) if re.fullmatch(r"[0-9]{1,3}", written, re.ASCII) else 0
        # The newest there is: the page asks when it has been told that something is new.
        snapshot = self._session.snapshot
        if wanted.get("side") == "back":
            page = back_page(snapshot, note_id, number, wanted.get("typed", "")[:_TYPED], night=night)
        else:
            page = front_page(snapshot, note_id, number, night=night)
        if page is None:
            return PlainTextResponse("there is no such card", 404)
        return HTMLResponse(page, headers={"content-security-policy": _CARD})

    async def media(self, request: Request) -> Response:
        path = self._session.snapshot.media.get(request.path_params["name"])
        suffix = path.suffix.lower() if path else ""
        if path is None or suffix not in PICTURES | SOUNDS:
            return PlainTextResponse("there is no such file", 404)
        try:
            data = await run_in_threadpool(path.read_bytes) if is_inside(path, self._session.folder) else None
        except OSError:
            data = None
        if data is None:
            return PlainTextResponse("there is no such file", 404)
        kind = _KINDS.get(suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return Response(data, media_type=kind, headers={"content-security-policy": _MEDIUM})

    async def events(self, _request: Request) -> Response:
        return StreamingResponse(self._news.listen(), media_type="text/event-stream")


def _json(make: Callable[[Any], dict[str, Any]], value: Any) -> bytes:
    return json.dumps(make(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _static(name: str, headers: dict[str, str]) -> Response:
    """A file of the page; names have no folders in them, so that none is left."""
    kind = _STATIC.get("." + name.rpartition(".")[2])
    file = files("builder").joinpath("web", "static", name)
    if kind is None or "/" in name or "\\" in name or not file.is_file():
        return PlainTextResponse("there is no such file", 404)
    return Response(file.read_bytes(), media_type=kind, headers=headers)
