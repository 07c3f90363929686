"""One request over one connection, to addresses that were judged (door: httpx, httpcore).

httpx's client is left out: before anything here could judge an answer it would read its cookies and
its Location, write whole addresses into the log, and keep connections that a poller has no use for.
Its requests, transports and responses are what remains, over one httpcore connection each.
"""

import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from itertools import zip_longest
from typing import Any, cast

import httpcore
import httpx

from feedhub.fetch import faults
from feedhub.fetch.address import Address
from feedhub.fetch.faults import FetchError
from feedhub.fetch.fields import Fields
from feedhub.fetch.race import first
from feedhub.model import Fault, Limits

HEAD_START = 0.25
"""Seconds that one of a host's addresses has before the next is tried too (RFC 8305 section 8)."""
MOST_ADDRESSES = 6
"""Of one host, tried at most."""

Header = tuple[str, str]
"""Name, and value as text of ISO-8859-1."""

# RFC 9110 sections 5.1 and 5.5.
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")

_ERRORS = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpx.StreamError,
    OSError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The head of an answer, and its body as it comes over the wire."""

    status: int
    fields: Fields
    body: AsyncIterator[bytes]


def trusted() -> ssl.SSLContext:
    """The authorities of the system and those that httpx brings; TLS 1.2 or newer."""
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    return context


class Line:
    """Opens connections, all under the same limits."""

    def __init__(self, limits: Limits, tls: ssl.SSLContext) -> None:
        self._limits = limits
        self._tls = tls
        connect, idle = limits.connect.total_seconds(), limits.idle.total_seconds()
        self._timeout = httpx.Timeout(idle, connect=connect).as_dict()

    def get(
        self, address: Address, found: Sequence[str], headers: Iterable[Header]
    ) -> AbstractAsyncContextManager[Reply]:
        """Ask one of the IP addresses that were found; raises FetchError, and so does the body."""
        return self._ask(self._request("GET", address, headers), found)

    def post(
        self, address: Address, found: Sequence[str], headers: Iterable[Header], body: bytes
    ) -> AbstractAsyncContextManager[Reply]:
        """Give this to one of the IP addresses that were found; raises as `get` does."""
        return self._ask(self._request("POST", address, headers, body), found)

    @asynccontextmanager
    async def _ask(self, request: httpx.Request, found: Sequence[str]) -> AsyncIterator[Reply]:
        dialler = _Dialler(found, self._limits.header_bytes)
        try:
            async with _Transport(dialler, self._tls) as transport:
                answer = await transport.handle_async_request(request)
                dialler.head_is_whole()
                raw = cast("AsyncGenerator[bytes]", answer.aiter_raw())
                async with aclosing(answer), aclosing(raw) as body:
                    fields = Fields(answer.headers.raw)
                    yield Reply(status=answer.status_code, fields=fields, body=body)
        except _ERRORS as error:
            raise FetchError(_fault(error, dialler)) from error

    def _request(
        self, method: str, address: Address, headers: Iterable[Header], body: bytes | None = None
    ) -> httpx.Request:
        fields = (("Host", address.authority), *headers)
        # The target as it is, since httpx would quote more of it.
        extensions = {"timeout": self._timeout, "target": address.target.encode("ascii")}
        try:
            raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in fields]
            # Before the libraries see it, since they name the value in error and log.
            if not all(_NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in raw):
                raise FetchError(faults.UNSENDABLE)
            return httpx.Request(
                method, str(address), headers=raw, content=body, extensions=extensions
            )
        except (httpx.InvalidURL, ValueError):
            raise FetchError(faults.UNSENDABLE) from None


def _fault(error: Exception, dialler: "_Dialler") -> Fault:
    """What an error of the libraries means, by what had come before it."""
    match error:
        case httpcore.TimeoutException():
            return faults.TIMEOUT
        case httpcore.RemoteProtocolError() if dialler.ended:
            return faults.TRUNCATED if dialler.has_head else faults.DISCONNECTED
        case httpcore.RemoteProtocolError():
            return faults.PROTOCOL
        case httpcore.LocalProtocolError():
            return faults.UNSENDABLE
        case _:
            return faults.of_os_error(error) or faults.DISCONNECTED


class _Transport(httpx.AsyncBaseTransport):
    """A transport for one request: its connection is closed with it."""

    def __init__(self, dialler: "_Dialler", tls: ssl.SSLContext) -> None:
        self._dialler = dialler
        self._tls = tls
        self._connection: httpcore.AsyncHTTPConnection | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"),
            headers=request.headers.raw,
            content=request.content,
            extensions=request.extensions,
        )
        self._connection = httpcore.AsyncHTTPConnection(
            asked.url.origin, ssl_context=self._tls, network_backend=self._dialler
        )
        answer = await self._connection.handle_async_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        if self._connection is not None:
            await self._connection.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of httpcore's answer as httpx wants it."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    async def aclose(self) -> None:
        await self._answer.aclose()


class _Dialler(httpcore.AsyncNetworkBackend):
    """Connects to one of these IP addresses, whatever host is asked for."""

    def __init__(self, found: Sequence[str], head_bytes: int) -> None:
        self._found = _by_turns(found)[:MOST_ADDRESSES]
        self._tcp = httpcore.AnyIOBackend()
        self._left: int | None = head_bytes
        self.ended = False

    @property
    def has_head(self) -> bool:
        """Whether the header of the answer has come."""
        return self._left is None

    def head_is_whole(self) -> None:
        """Count no longer."""
        self._left = None

    def granted(self, wanted: int) -> int:
        """How many bytes may be read now."""
        if self._left is None:
            return wanted
        if self._left <= 0:
            raise FetchError(faults.LONG_HEADER)
        return min(wanted, self._left)

    def came(self, data: bytes) -> None:
        """These bytes were read; none of them is the end."""
        self.ended = self.ended or not data
        if self._left is not None:
            self._left -= len(data)

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - it has been looked up already
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as httpcore has it, here and below
        *_: Any,
        **__: Any,
    ) -> "_Stream":
        return _Stream(await self._first(port, timeout), self)

    async def _first(self, port: int, patience: float | None) -> httpcore.AsyncNetworkStream:
        attempts = [partial(self._tcp.connect_tcp, each, port, patience) for each in self._found]
        return await first(attempts, HEAD_START, undo=_close)


async def _close(stream: httpcore.AsyncNetworkStream) -> None:
    await stream.aclose()


class _Stream(httpcore.AsyncNetworkStream):
    """A stream that gives so many bytes before the header is whole, and notices its end."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, dialler: "_Dialler") -> None:
        self._inner = inner
        self._dialler = dialler

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> bytes:
        data = await self._inner.read(self._dialler.granted(max_bytes), timeout)
        self._dialler.came(data)
        return data

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> "_Stream":
        inner = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        return _Stream(inner, self._dialler)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _by_turns(found: Sequence[str]) -> list[str]:
    """Both kinds of addresses by turns, so that one kind that leads nowhere costs little."""
    usual = ip_address(found[0]).version if found else 4
    kinds: tuple[list[str], list[str]] = ([], [])
    for each in found:
        kinds[ip_address(each).version != usual].append(each)
    return [each for pair in zip_longest(*kinds) for each in pair if each is not None]
