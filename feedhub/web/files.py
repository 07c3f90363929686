"""The published files: found by one look at the inode, answered from memory while it is the same.

The bytes of a file are read, hashed and encoded once, in a thread, and again only when the file has
been replaced; a conditional request is answered without them.
"""

import asyncio
import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope, Send

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

Links = Callable[[str], str | None]
"""From a published file's name to its Link header field, if it is to have one."""

CACHED_BYTES = 32_000_000
CACHED_COPIES = 20_000


def feed_links(base: str, hub: str | None) -> Links:
    """Link header fields for the feeds below `base`: `self`, and the `hub` that is told (WebSub 4)."""
    told = f', <{hub}>; rel="hub"' if hub else ""

    def link(name: str) -> str | None:
        is_feed = name.rpartition("/")[2] in {"atom.xml", "rss.xml", "feed.json"}
        return f'<{base}{name}>; rel="self"{told}' if is_feed else None

    return link


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


@dataclass(frozen=True, slots=True)
class Question:
    """All of a GET or HEAD request for a file that its answer depends on."""

    key: tuple[str, tuple[str, ...]]
    """The file's name, and the content codings that are welcome."""
    conditions: Mapping[bytes, bytes]
    bodiless: bool
    """HEAD."""

    @classmethod
    def of(cls, name: str, headers: Headers, method: str) -> "Question":
        asked = asked_of(headers)
        codings = acceptable(asked.get(b"accept-encoding", b"")) if is_text(name) else ()
        return cls((name, codings), asked, method == "HEAD")

    def status(self, copy: Representation) -> int:
        return evaluate(self.conditions, copy.etag, copy.modified)


class Files:
    """Answers with the files of a folder, which may be replaced at any time."""

    def __init__(self, public: Path, links: Links | None = None) -> None:
        self._public = public
        self._root = f"{public}/"
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
            await self._give(Question.of(name, scope["headers"], scope["method"]), found, send)
        except (FileNotFoundError, PermissionError):
            # It was taken away after the look, or is not ours to read.
            return False
        return True

    def question(self, scope: Scope) -> Question | None:
        """What a request asks, if it asks for a file that is in memory."""
        name = published_name(scope["path"])
        if name is None or scope["method"] not in {"GET", "HEAD"}:
            return None
        question = Question.of(name, scope["headers"], scope["method"])
        return question if question.key in self._copies else None

    def remembered(self, question: Question) -> Representation | None:
        """What is in memory of the file that is asked for, if it has not been replaced since."""
        copy = self._copies.get(question.key)
        try:
            found = os.stat(self._root + question.key[0])  # noqa: PTH116 - on every request
        except OSError:
            return None
        return copy if copy and copy.stamp == stamp_of(found) else None

    def body(self, copy: Representation) -> bytes | None:
        """The bytes that go with it, if they are in memory."""
        return self._bodies.get(copy.etag)

    def _look(self, name: str) -> os.stat_result | None:
        try:
            found = os.stat(self._root + name)  # noqa: PTH116 - on every request
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

    async def _give(self, question: Question, found: os.stat_result, send: Send) -> None:
        copy, body = self._copies.get(question.key), None
        if copy is None or copy.stamp != stamp_of(found):
            copy, body = await self._read(*question.key)
        status = question.status(copy)
        if status != 200 or question.bodiless:
            await _send(send, status, copy.headers if status == 200 else copy.unchanged)
            return
        body = body or self._bodies.get(copy.etag)
        if body is None:
            copy, body = await self._read(*question.key)
        await _send(send, 200, copy.headers, body)

    async def _read(self, name: str, codings: tuple[str, ...]) -> tuple[Representation, bytes]:
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
