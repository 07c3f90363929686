"""Servers on loopback that do what no server should, byte by byte over raw connections."""

import asyncio
import gzip
import ssl
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAUSE = 0.02
"""Seconds between the drops of a server that drips."""
BOMB = 64_000_000
"""Bytes that a bomb unpacks to."""
MEGABYTE = 1_000_000

FEED = b'<rss version="2.0"><channel><title>Kyl\xc3\xa4</title></channel></rss>'


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    line: bytes
    fields: tuple[tuple[bytes, bytes], ...]

    @property
    def target(self) -> str:
        return self.line.split(b" ")[1].decode()

    def all(self, name: bytes) -> list[bytes]:
        return [value for each, value in self.fields if each.lower() == name]

    def first(self, name: bytes) -> bytes | None:
        return next(iter(self.all(name)), None)


Handler = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A running server, and what it saw."""

    address: str = ""
    connections: int = 0
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    starts: list[float] = field(default_factory=list)

    def url(self, target: str = "/") -> str:
        return f"{self.address}{target}"


@asynccontextmanager
async def serving(
    handler: Handler, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """Serve on a free port until the block ends."""
    server = Server()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        tasks.add(asyncio.create_task(_serve(server, handler, reader, writer)))

    listener = await asyncio.start_server(accept, host, 0, ssl=tls)
    scheme = "https" if tls else "http"
    server.address = f"{scheme}://{host}:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _serve(
    server: Server, handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    server.at_once += 1
    server.most_at_once = max(server.most_at_once, server.at_once)
    server.starts.append(asyncio.get_running_loop().time())
    try:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = parsed(await reader.readuntil(b"\r\n\r\n"))
            server.asked.append(asked)
            await handler(asked, writer)
    finally:
        server.at_once -= 1
        writer.close()


def parsed(head: bytes) -> Asked:
    line, *fields = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    pairs = (each.partition(b":") for each in fields)
    return Asked(line, tuple((name, value.removeprefix(b" ")) for name, _, value in pairs))


# What servers say


def reply(status: int = 200, body: bytes = b"", **headers: str) -> Handler:
    """A whole answer; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return raw(head(status, {"content-length": str(len(body)), **named}) + body)


def head(status: int = 200, fields: Mapping[str, str] | None = None) -> bytes:
    lines = [
        f"HTTP/1.1 {status} So",
        *(f"{name}: {value}" for name, value in (fields or {}).items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def raw(*pieces: bytes) -> Handler:
    """These bytes, then the end of the connection."""

    async def handle(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return handle


def stalled(*pieces: bytes) -> Handler:
    """These bytes, then nothing for ever."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await raw(*pieces)(asked, writer)
        await asyncio.Event().wait()

    return handle


def dripping(start: bytes, drop: bytes, pause: float = PAUSE) -> Handler:
    """A drop now and then for ever."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await raw(start)(asked, writer)
        while True:
            await raw(drop)(asked, writer)
            await asyncio.sleep(pause)

    return handle


def endless(start: bytes, piece: bytes) -> Handler:
    """As fast as it is taken, for ever."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await raw(start)(asked, writer)
        while True:
            await raw(piece)(asked, writer)

    return handle


def hops(count: int, status: int = 302) -> Handler:
    """A chain of redirects from anywhere to /`count`, where the feed is."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        last = asked.target.strip("/")
        number = int(last) if last.isdigit() else 0
        answer = reply(status, location=f"/{number + 1}") if number < count else reply(body=FEED)
        await answer(asked, writer)

    return handle


def reset(asked: Asked, writer: asyncio.StreamWriter) -> Awaitable[None]:
    """End the connection rudely."""
    writer.transport.abort()
    return asyncio.sleep(0)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


# What is packed

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstd.compress,
}


@cache
def bomb(coding: str) -> bytes:
    """A small body that unpacks to a very large one."""
    return PACKERS[coding](bytes(BOMB))


@cache
def nested_bomb() -> bytes:
    """A gzip file in a gzip file."""
    return gzip.compress(bomb("gzip"))


def packed(coding: str, body: bytes) -> Handler:
    return reply(body=body, content_encoding=coding)


CHUNKED = head(fields={"transfer-encoding": "chunked"})
TO_THE_END = head()
"""A body without a length, which lasts as long as the connection."""
PROMISED = head(fields={"content-length": "1000"})

# Each with the fault that it is found out by.
SERVERS: dict[str, tuple[str, Callable[[], Handler]]] = {
    "slow headers": ("timeout", lambda: dripping(b"HTTP/1.1 200 OK\r\nX: ", b"a")),
    "slow status line": ("timeout", lambda: dripping(b"HTTP/1.1 200 ", b"O")),
    "slow body": ("timeout", lambda: dripping(PROMISED, b" ")),
    "slow chunks": ("timeout", lambda: dripping(CHUNKED, chunk(b" "))),
    "slow half chunk": ("timeout", lambda: dripping(CHUNKED + b"ffff\r\n", b" ")),
    "slow interim answers": ("timeout", lambda: dripping(b"", b"HTTP/1.1 102 So\r\n\r\n")),
    "silent": ("timeout", stalled),
    "stalled in the header": ("timeout", lambda: stalled(b"HTTP/1.1 200 OK\r\nContent-Le")),
    "stalled before the body": ("timeout", lambda: stalled(PROMISED)),
    "stalled in the body": ("timeout", lambda: stalled(PROMISED, FEED)),
    "stalled before the last chunk": ("timeout", lambda: stalled(CHUNKED, chunk(FEED))),
    "stalled redirect to itself": ("redirects", lambda: stalled(head(302, {"location": "/"}))),
    "endless body": ("too-large", lambda: endless(TO_THE_END, bytes(65_536))),
    "endless chunks": ("too-large", lambda: endless(CHUNKED, chunk(bytes(65_536)))),
    "endless tiny chunks": ("too-large", lambda: endless(CHUNKED, chunk(b" ") * 4_000)),
    "10 GB announced": (
        "too-large",
        lambda: stalled(head(fields={"content-length": "10000000000"})),
    ),
    "a length of thirty digits": (
        "too-large",
        lambda: stalled(head(fields={"content-length": "9" * 18})),
    ),
    "gzip bomb": ("too-large", lambda: packed("gzip", bomb("gzip"))),
    "deflate bomb": ("too-large", lambda: packed("deflate", bomb("deflate"))),
    "brotli bomb": ("too-large", lambda: packed("br", bomb("br"))),
    "zstd bomb": ("too-large", lambda: packed("zstd", bomb("zstd"))),
    "endless gzip": (
        "too-large",
        lambda: endless(head(fields={"content-encoding": "gzip"}), bomb("gzip")),
    ),
    "gzip bomb packed twice": ("coding", lambda: packed("gzip, gzip", nested_bomb())),
    "two codings": ("coding", lambda: packed("br, gzip", gzip.compress(brotli.compress(FEED)))),
    "unknown coding": ("coding", lambda: packed("compress", FEED)),
    "gzip that is none": ("coding", lambda: packed("gzip", FEED)),
    "brotli that is none": ("coding", lambda: packed("br", b"\xff" * 99)),
    "zstd that is none": ("coding", lambda: packed("zstd", FEED)),
    "cut gzip": ("truncated", lambda: packed("gzip", gzip.compress(FEED * 99)[:-20])),
    "gzip without its last byte": ("truncated", lambda: packed("gzip", gzip.compress(FEED)[:-1])),
    "cut brotli": ("truncated", lambda: packed("br", brotli.compress(FEED * 99)[:-3])),
    "cut zstd": ("truncated", lambda: packed("zstd", zstd.compress(FEED * 99)[:-3])),
    "cut body": ("truncated", lambda: raw(PROMISED, FEED)),
    "cut chunks": ("truncated", lambda: raw(CHUNKED, chunk(FEED))),
    "thirty redirects": ("redirects", lambda: hops(30)),
    "redirect to itself": ("redirects", lambda: reply(301, location="/")),
    "redirect to nowhere": ("redirects", lambda: reply(302)),
    "redirect to a telephone": ("bad-address", lambda: reply(302, location="tel:112")),
    "redirect to ten thousand letters": (
        "bad-address",
        lambda: reply(302, location="/" + "a" * 10_000),
    ),
    "one long header": ("protocol", lambda: endless(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 65_536)),
    "many headers": (
        "protocol",
        lambda: endless(b"HTTP/1.1 200 OK\r\n", b"Set-Cookie: a=b\r\n" * 999),
    ),
    "endless interim answers": ("protocol", lambda: endless(b"", b"HTTP/1.1 103 So\r\n\r\n" * 999)),
    "endless trailers": ("protocol", lambda: endless(CHUNKED + b"0\r\n", b"X: a\r\n" * 9_999)),
    "endless chunk extension": ("protocol", lambda: endless(CHUNKED + b"1;", b"a" * 65_536)),
    "no HTTP": ("protocol", lambda: raw(b"220 mail.kyla.example.fi ESMTP\r\n\r\n")),
    "noise": ("protocol", lambda: raw(bytes(range(256)) * 9)),
    "NUL in a header": ("protocol", lambda: raw(b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n")),
    "two lengths": (
        "protocol",
        lambda: raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    ),
    "a negative length": ("protocol", lambda: raw(head(fields={"content-length": "-1"}))),
    "chunks that are none": ("protocol", lambda: raw(CHUNKED, b"zz\r\n")),
    "hangs up": ("disconnected", raw),
    "hangs up in the header": ("disconnected", lambda: raw(b"HTTP/1.1 200 OK\r\nContent-Le")),
    "hangs up rudely": ("disconnected", lambda: reset),
    "another protocol": ("protocol", lambda: reply(101, upgrade="websocket")),
    "no content": ("http-204", lambda: raw(head(204))),
    "a part": ("http-206", lambda: reply(206, FEED, content_range="bytes 0-9/99")),
    "304 unasked": ("http-304", lambda: raw(head(304))),
    "news only unasked": ("http-226", lambda: reply(226, FEED, im="feed")),
    "an error of its own": ("http-599", lambda: reply(599)),
    "a status of no class": ("http-999", lambda: reply(999)),
}
