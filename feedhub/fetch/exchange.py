"""One HTTP/1.1 request and its answer, over a connection made for it (door: httptools).

What httpx's transport has beneath the connection: it writes a request, and hands on what the parser
finds in the answer, no faster than it is taken.
"""

import asyncio
import ssl
from collections import deque
from typing import Self, cast

import httptools
import httpx

from feedhub.fetch import faults
from feedhub.fetch.faults import FetchError
from feedhub.model import Fault, Limits

MOST_WAITING = 65_536
"""So many bytes of a body may wait to be taken; until they are, no more is read."""

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class Exchange(asyncio.Protocol, httpx.AsyncByteStream):
    """The answer as it comes: first its head, then the pieces of its body.

    Whoever waits for it gets FetchError when the answer is none, and OSError when the connection
    breaks or nothing comes for as long as it may be idle.
    """

    def __init__(self, limits: Limits) -> None:
        self.status = 0
        self.fields: list[tuple[bytes, bytes]] = []
        self._idle = limits.idle.total_seconds()
        self._most = limits.header_bytes
        self._left = limits.header_bytes
        """Of bytes that may come before there is a head, or more of the body."""
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        self._paused = False
        self._has_head = False
        self._until_close = False
        self._ended = False
        self._error: Exception | None = None
        self._news: asyncio.Future[None] | None = None
        self._parser = httptools.HttpResponseParser(self)
        # No next answer on this connection could be taken for another by any of these.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_chunked_length=True,
            lenient_optional_cr_before_lf=True,
            lenient_spaces_after_chunk_size=True,
        )

    def send(self, request: bytes) -> None:
        """Write the request; the connection has been made."""
        self._transport.write(request)

    async def head(self) -> None:
        """Wait until `status` and `fields` are known."""
        while not self._has_head:
            await self._wait()

    def close(self) -> None:
        """Break the connection off, wherever the answer is."""
        self._pieces.clear()
        self._stop(faults.DISCONNECTED)

    async def aclose(self) -> None:
        """As `close`, for httpx."""
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        """The next piece of the body."""
        while not self._pieces:
            if self._ended:
                raise StopAsyncIteration
            await self._wait()
        piece = self._pieces.popleft()
        self._waiting -= len(piece)
        return piece

    async def _wait(self) -> None:
        """Wait until something else is known."""
        if self._error is not None:
            raise self._error
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        self._news = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(self._idle):
            await self._news

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def _stop(self, reason: Fault | Exception) -> None:
        """Nothing more will come. The first reason counts, and none when all has come."""
        if not self._ended and self._error is None:
            self._error = reason if isinstance(reason, Exception) else FetchError(reason)
        self._transport.abort()
        self._wake()

    # What the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._ended or self._error is not None:
            return
        try:
            self._parse(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            # What follows a whole answer is no part of it, and left alone.
            self._stop(faults.PROTOCOL)
        if self._waiting >= MOST_WAITING and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """The end, which may be that of a body of no stated length."""
        if self._has_head and self._until_close:
            self._ended = True
        self._stop(faults.TRUNCATED if self._has_head else faults.DISCONNECTED)

    def connection_lost(self, exc: Exception | None) -> None:
        # Servers leave TLS without a word; what was cut off then shows by its stated length.
        if exc is None or isinstance(exc, ssl.SSLEOFError):
            self.eof_received()
        else:
            self._stop(exc)

    def _parse(self, data: bytes) -> None:
        if not self._has_head:
            begun, data = data[: self._left], data[self._left :]
            self._left -= len(begun)
            self._parser.feed_data(begun)
        if data and self._has_head:
            known = len(self._pieces)
            self._parser.feed_data(data)
            grown = len(self._pieces) > known
            self._left = self._most if grown else self._left - len(data)
        if self._left <= 0 and not self._ended:
            self._stop(faults.LONG_HEADER)

    # What the parser tells

    def on_header(self, name: bytes, value: bytes) -> None:
        if b"\0" in value:
            raise FetchError(faults.PROTOCOL)
        if not self._has_head:
            self.fields.append((name.lower(), value.strip(b" \t")))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if 100 <= self.status < 200:
            # An interim answer, which another follows (RFC 9110 section 15.2).
            self.fields.clear()
            return
        names = {name for name, _ in self.fields}
        coded = [value.lower() for name, value in self.fields if name == b"transfer-encoding"]
        if coded and coded != [b"chunked"]:
            raise FetchError(faults.PROTOCOL)
        self._until_close = not names & _FRAMING
        self._has_head = True
        self._left = self._most

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._waiting += len(piece)

    def on_message_complete(self) -> None:
        self._ended = self._has_head
