"""A deck's folder into a running preview: a socket, a server, and a watch on the folder."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import uvicorn
import watchfiles

from builder.web.server import News, make_app
from builder.web.session import Session

HOST = "127.0.0.1"
PORT = 8137
_STEP = 15  # milliseconds of quiet after which a save is taken for done
_GRACE = 1  # seconds for open connections when it ends


def open_socket(port: int) -> socket.socket:
    """A socket on this machine alone, at `port` or, when that is taken, at a free one."""
    for wanted in (port, 0):
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            found.bind((HOST, wanted))
        except OSError:
            found.close()
            if not wanted:
                raise
        else:
            return found
    raise AssertionError("no port was asked for")


def serve(folder: Path, port: int, ready: Callable[[str, Session], None]) -> None:
    """Serves the deck in `folder` until it is interrupted; `ready` gets the address once it is served.

    Raises OSError when nothing can be served.
    """
    with open_socket(port) as listening:
        bound = listening.getsockname()[1]
        session = Session(folder)
        session.refresh(int(time.time()))
        preview = _Preview(session, frozenset({f"{HOST}:{bound}", f"localhost:{bound}"}))
        asyncio.run(preview.run(listening, lambda: ready(f"http://{HOST}:{bound}/", session)))


class _Preview:
    """The server and the watch, side by side in one loop; what takes long is done in a thread."""

    def __init__(self, session: Session, hosts: frozenset[str]) -> None:
        self._session = session
        self._news = News(session)
        app = make_app(session, self._news, hosts)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=_GRACE
        )
        self._server = uvicorn.Server(config)
        self._stop = asyncio.Event()

    async def run(self, listening: socket.socket, ready: Callable[[], None]) -> None:
        watching = asyncio.create_task(self._watch())
        announcing = asyncio.create_task(self._announce(ready))
        try:
            await self._server.serve(sockets=[listening])
        finally:
            self._stop.set()
            announcing.cancel()
            await watching

    async def _announce(self, ready: Callable[[], None]) -> None:
        while not self._server.started:
            await asyncio.sleep(0.01)
        ready()

    async def _watch(self) -> None:
        """Brings the session up to date after each save: first the cards, then what the rules say of them."""
        await self._look()
        folder = self._session.folder
        ending = asyncio.create_task(self._end_of_server())
        async for changes in watchfiles.awatch(
            folder, watch_filter=_Wanted(folder), step=_STEP, rust_timeout=500, stop_event=self._stop
        ):
            changed = frozenset(folder / Path(path).relative_to(folder.resolve()) for _, path in changes)
            await asyncio.to_thread(self._session.refresh, int(time.time()), changed)
            self._news.tell(self._session.snapshot)
            await self._look()
        await ending

    async def _look(self) -> None:
        await asyncio.to_thread(self._session.lint, date.today())  # noqa: DTZ011
        self._news.tell(self._session.snapshot)

    async def _end_of_server(self) -> None:
        """Ends the watch, and the connections that wait for news, when the server is to end."""
        while not self._server.should_exit and not self._stop.is_set():
            await asyncio.sleep(0.1)
        self._stop.set()
        self._news.close()


class _Wanted(watchfiles.DefaultFilter):
    """Passes over what no deck reads: files and folders whose names begin with a dot."""

    def __init__(self, folder: Path) -> None:
        super().__init__(ignore_dirs=(), ignore_entity_patterns=(), ignore_paths=())
        self._root = folder.resolve()

    def __call__(self, change: watchfiles.Change, path: str) -> bool:
        try:
            parts = Path(path).relative_to(self._root).parts
        except ValueError:
            return False
        return not any(part.startswith(".") for part in parts) and super().__call__(change, path)
