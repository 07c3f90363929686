"""The HTTP face: the published files, and what only the running daemon can answer.

A file is answered for by one look at its inode. Its bytes are read, hashed and encoded once, in a
thread, and again only when the file has been replaced; a conditional request is answered without
them.
"""

import asyncio
import os
import socket
import stat
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from feedhub.model import Story
from feedhub.publish.packing import is_text
from feedhub.publish.representation import (
    FRESH,
    NOSNIFF,
    PAGE,
    Headers,
    Representation,
    acceptable,
    asked_of,
    evaluate,
    published_name,
    read_if_there,
    represent,
    stamp_of,
)

Health = Callable[[], Awaitable[Mapping[str, object]]]
Search = Callable[[str, int], Awaitable[Sequence[Story]]]
Subscribe = Callable[[bytes, str], Awaitable[tuple[int, str]]]
"""From a form and the IP address that it came from to a status and plain text."""
Links = Callable[[str], str | None]
"""From a published file's name to its Link header field, if it is to have one."""


class Answers(Protocol):
    """What only the running daemon can answer."""

    async def health(self) -> Mapping[str, object]: ...

    async def search(self, query: str, limit: int) -> Sequence[Story]: ...

    def search_page(self, query: str, found: Sequence[Story]) -> bytes: ...

    async def subscribe(self, body: bytes, peer: str) -> tuple[int, str]: ...

    def origin(self) -> tuple[str, str | None]:
        """The public base address and the WebSub hub: a changed configuration may change them."""
        ...


SEARCH_RESULTS = 50
QUERY_LENGTH = 200
FORM_BYTES = 8_192
FORM_SECONDS = 10
CACHED_BYTES = 32_000_000
CACHED_COPIES = 20_000
SHUTDOWN_SECONDS = 3


def create_app(
    public: Path,
    *,
    health: Health | None = None,
    routes: Sequence[BaseRoute] = (),
    links: Links | None = None,
) -> ASGIApp:
    """The whole face: the files under `public`, `/healthz`, and the given routes."""
    files = Files(public, links)
    own = [health_route(health)] if health else []
    dynamic = Starlette(routes=[*own, *routes], exception_handlers={404: files.missing})

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not await files.answer(scope, send):
            await dynamic(scope, receive, send)

    return app


def health_route(health: Health) -> Route:
    """`/healthz`: what `health` says, as 503 when its `ok` is false."""

    async def answer(_request: Request) -> Response:
        said = await health()
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return JSONResponse(dict(said), 200 if said["ok"] else 503, headers)

    return Route("/healthz", answer)


def search_route(search: Search, page: Callable[[str, Sequence[Story]], bytes]) -> Route:
    """`/search?q=`: `page` renders what `search` found, at most [50] stories."""

    async def answer(request: Request) -> Response:
        query = _tidy(request.query_params.get("q", ""))
        found = await search(query, SEARCH_RESULTS) if query else ()
        body = await run_in_threadpool(page, query, found)
        response = Response(body, media_type="text/html")
        response.raw_headers += [FRESH, NOSNIFF, *PAGE]
        return response

    return Route("/search", answer)


def hub_route(subscribe: Subscribe) -> Route:
    """`/websub`: `subscribe` answers subscription requests to the site's own hub (WebSub 5.1)."""

    async def answer(request: Request) -> Response:
        status, text = await _subscribed(request, subscribe)
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        return Response(text, status, headers, "text/plain")

    return Route("/websub", answer, methods=["POST"])


async def _subscribed(request: Request, subscribe: Subscribe) -> tuple[int, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return 415, "The request must be a form: application/x-www-form-urlencoded.\n"
    try:
        async with asyncio.timeout(FORM_SECONDS):
            body = await _form(request)
    except TimeoutError:
        return 408, "The form did not come in time.\n"
    if body is None:
        return 413, f"The form must not be larger than {FORM_BYTES} bytes.\n"
    return await subscribe(body, request.client.host if request.client else "")


async def _form(request: Request) -> bytes | None:
    """The body; None as soon as it is too large."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES:
            return None
    return body


def _tidy(query: str) -> str:
    printable = "".join(each if each.isprintable() else " " for each in query)
    return " ".join(printable.split())[:QUERY_LENGTH]


def feed_links(base: str, hub: str | None) -> Links:
    """Link header fields for the feeds below `base`: `self`, and the `hub` that is told (WebSub 4)."""
    told = f', <{hub}>; rel="hub"' if hub else ""

    def link(name: str) -> str | None:
        is_feed = name.rpartition("/")[2] in {"atom.xml", "rss.xml", "feed.json"}
        return f'<{base}{name}>; rel="self"{told}' if is_feed else None

    return link


# Files


class Bodies:
    """The bytes used last, as many as fit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._size = 0

    def get(self, etag: bytes) -> bytes | None:
        body = self._kept.get(etag)
        if body is not None:
            self._kept.move_to_end(etag)
        return body

    def keep(self, etag: bytes, body: bytes) -> None:
        if etag in self._kept or len(body) > self._limit // 4:
            return
        self._kept[etag] = body
        self._size += len(body)
        while self._size > self._limit:
            self._size -= len(self._kept.popitem(last=False)[1])


class Files:
    """Answers with the files of a folder, which may be replaced at any time."""

    def __init__(self, public: Path, links: Links | None = None) -> None:
        self._public = public
        self._links = links
        self._copies: OrderedDict[tuple[str, tuple[str, ...]], Representation] = OrderedDict()
        self._bodies = Bodies(CACHED_BYTES)

    async def answer(self, scope: Scope, send: Send) -> bool:
        """Answer when there is such a file; else leave it to others and return False."""
        name = published_name(scope["path"])
        found = self._look(name) if name else None
        if name is None or found is None:
            return False
        if stat.S_ISDIR(found.st_mode):
            return await self._redirect(name, scope, send)
        if scope["method"] not in {"GET", "HEAD"}:
            await _send(send, 405, [(b"allow", b"GET, HEAD"), (b"content-length", b"0")])
            return True
        try:
            await self._give(name, found, scope, send)
        except (FileNotFoundError, PermissionError):
            # It was taken away after the look, or is not ours to read.
            return False
        return True

    def _look(self, name: str) -> os.stat_result | None:
        try:
            found = os.stat(f"{self._public}/{name}")  # noqa: PTH116 - on every request
        except (OSError, ValueError):
            return None
        return found if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode) else None

    async def _redirect(self, name: str, scope: Scope, send: Send) -> bool:
        """From a folder's name to its page, by a relative way that survives any proxy."""
        if self._look(f"{name}/index.html") is None:
            return False
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        location = f"./{quote(name.rpartition('/')[2])}/".encode() + query
        await _send(send, 308, [(b"location", location), (b"content-length", b"0")])
        return True

    async def _give(self, name: str, found: os.stat_result, scope: Scope, send: Send) -> None:
        asked = asked_of(scope["headers"])
        codings = acceptable(asked.get(b"accept-encoding", b"")) if is_text(name) else ()
        copy = self._copies.get((name, codings))
        body = None
        if copy is None or copy.stamp != stamp_of(found):
            copy, body = await self._load(name, codings)
        status = evaluate(asked, copy.etag, copy.modified)
        if status != 200 or scope["method"] == "HEAD":
            await _send(send, status, copy.headers if status == 200 else copy.unchanged)
            return
        body = body or self._bodies.get(copy.etag)
        if body is None:
            copy, body = await self._load(name, codings)
        await _send(send, 200, copy.headers, body)

    async def _load(self, name: str, codings: tuple[str, ...]) -> tuple[Representation, bytes]:
        link = self._links(name) if self._links else None
        copy, body = await asyncio.to_thread(represent, self._public / name, codings, link)
        self._copies[name, codings] = copy
        while len(self._copies) > CACHED_COPIES:
            self._copies.popitem(last=False)
        self._bodies.keep(copy.etag, body)
        return copy, body

    async def missing(self, _request: Request, _error: Exception) -> Response:
        """404 with the site's own page."""
        page = self._public / "404.html"
        body = await asyncio.to_thread(read_if_there, page)
        response = Response(body or b"Not found.", 404, media_type="text/html")
        response.raw_headers += [FRESH, NOSNIFF, *PAGE]
        return response


async def _send(send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


# The server


def bind(host: str, port: int) -> socket.socket:
    """Listen there; port 0 takes a free one. Raises OSError when that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    # Connections inherit it. Else a body waits 40 ms for the header to be acknowledged: asyncio
    # sets it only where the socket names its protocol.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class Face:
    """The HTTP face on its port, which is taken before anything else is begun.

    Raises OSError when it cannot be.
    """

    def __init__(self, host: str, port: int) -> None:
        self._listener = bind(host, port)

    @property
    def address(self) -> str:
        host, port = self._listener.getsockname()[:2]
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def serve(self, public: Path, daemon: Answers) -> "Server":
        """A server of the published files and of what only the daemon can answer."""

        def links(name: str) -> str | None:
            return feed_links(*daemon.origin())(name)

        routes = [search_route(daemon.search, daemon.search_page), hub_route(daemon.subscribe)]
        app = create_app(public, health=daemon.health, routes=routes, links=links)
        return Server(app, self._listener)

    def close(self) -> None:
        self._listener.close()


class _Uvicorn(uvicorn.Server):
    """Leaves the signals alone, and says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Server:
    """Serves an app on a bound socket inside the running event loop, while it is entered."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        self._listener = listener
        config = uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        self._server = _Uvicorn(config)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._server.serve([self._listener]))
        ready = asyncio.create_task(self._server.ready.wait())
        await asyncio.wait((ready, self._task), return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            await self._task
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        await self._task
