"""A deck's folder into a running preview: a socket, a server, and a watch on the folder."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
import traceback
from collections.abc import Callable, Collection
from contextlib import aclosing
from datetime import date
from pathlib import Path

import uvicorn
import watchfiles

from builder.web.server import News, make_app
from builder.web.session import Session

HOST = "127.0.0.1"
PORT = 8137
_STEP = 15  # milliseconds of quiet after which a save is taken for done
_QUIET = 500  # milliseconds without a save after which it is asked whether the folder is still the same
_GRACE = 1  # seconds for open connections when it ends
_REQUEST = 128 * 1024  # bytes of a request: an answer typed in Chinese takes nine for each character


def open_socket(port: int) -> socket.socket:
    """A socket on this machine alone, at `port` or, when that cannot be had, at a free one."""
    for wanted in (port, 0):
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform == "win32":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Else a preview that is started again would have another address for a minute, and open pages not find it.
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((HOST, wanted))
            found.listen()
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
        preview = Preview(session, hosts(bound))
        asyncio.run(preview.run(listening, lambda: ready(f"http://{HOST}:{bound}/", session)))


def hosts(port: int) -> frozenset[str]:
    """What browsers on this machine call the server; they leave out the port that is usual."""
    return frozenset(name if port == 80 else f"{name}:{port}" for name in (HOST, "localhost"))


class Preview:
    """The server and the watch, side by side in one loop; what takes long is done in a thread."""

    def __init__(self, session: Session, hosts: frozenset[str]) -> None:
        self._session = session
        self._news = News(session)
        config = uvicorn.Config(
            make_app(session, self._news, hosts),
            http="h11",
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=_REQUEST,
            timeout_graceful_shutdown=_GRACE,
        )
        self._server = uvicorn.Server(config)
        self._stop = asyncio.Event()
        self._is_new = asyncio.Event()

    async def run(self, listening: socket.socket, ready: Callable[[], None]) -> None:
        """Serves and watches until the program is interrupted; `ready` is called once."""
        watching = asyncio.create_task(self._watch())
        others = [asyncio.create_task(task) for task in (self._announce(ready), self._advise(), self._wait_for_end())]
        try:
            await self._server.serve(sockets=[listening])
        finally:
            self._stop.set()
            for task in others:
                task.cancel()
            await watching

    def stop(self) -> None:
        """Ends it as an interruption would."""
        self._server.should_exit = True

    async def _announce(self, ready: Callable[[], None]) -> None:
        while not self._server.started:
            await asyncio.sleep(0.01)
        ready()

    async def _watch(self) -> None:
        """Brings the session up to date after each save, also when the folder goes away and comes back."""
        while not self._stop.is_set():
            try:
                await self._follow()
            except Exception:  # no folder, a name that is no text, more folders than the system watches: look, and wait
                await self._refresh()
                await asyncio.sleep(_QUIET / 1000)

    async def _follow(self) -> None:
        """Brings the session up to date after each save, until another folder stands in the place of this one."""
        folder = self._session.folder
        root, identity = folder.resolve(), _identity(folder)
        saves = watchfiles.awatch(
            root,
            watch_filter=lambda _, path: not _is_hidden(path, root),
            step=_STEP,
            rust_timeout=_QUIET,
            yield_on_timeout=True,
            stop_event=self._stop,
        )
        is_first = True
        async with aclosing(saves):
            async for batch in saves:
                if batch or is_first:
                    # The first time, also what was saved before the watch began is found.
                    await self._refresh({folder / below for _, path in batch if (below := _below(path, root))})
                # Another folder may have the number of the one that was removed.
                is_gone = (watchfiles.Change.deleted, str(root)) in batch
                if is_gone or (not batch and _identity(folder) != identity):
                    return
                is_first = False

    async def _refresh(self, changed: Collection[Path] = ()) -> None:
        await self._do(lambda: self._session.refresh(int(time.time()), changed))
        self._is_new.set()

    async def _advise(self) -> None:
        """Brings what the rules say up to date, while saves go on to be shown: the first time takes long."""
        while True:
            self._is_new.clear()
            await self._do(lambda: self._session.lint(date.today()))  # noqa: DTZ011
            await self._is_new.wait()

    async def _do(self, work: Callable[[], object]) -> None:
        """Changes the session in a thread and tells the pages; what goes wrong in it ends neither."""
        try:
            await asyncio.to_thread(work)
        except Exception as error:
            traceback.print_exc()
            self._session.stumble(error)
        self._news.tell(self._session.snapshot)

    async def _wait_for_end(self) -> None:
        """Ends the watch, and the connections that wait for news, when the server is to end."""
        while not self._server.should_exit and not self._stop.is_set():
            await asyncio.sleep(0.1)
        self._stop.set()
        self._news.close()


def _identity(folder: Path) -> tuple[int, int] | None:
    """What another folder in the same place does not have; None when there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _below(path: str, root: Path) -> Path | None:
    """A path that a watch told, seen from its folder; None when it is told in other words, such as other capitals."""
    try:
        return Path(path).relative_to(root)
    except ValueError:
        return None


def _is_hidden(path: str, root: Path) -> bool:
    """Whether no deck reads it: files and folders whose names begin with a dot."""
    below = _below(path, root)
    return below is not None and any(part.startswith(".") for part in below.parts)
