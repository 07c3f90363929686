"""One request over one connection, to addresses that were judged: a transport for httpx."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from ipaddress import ip_address
from itertools import zip_longest
from typing import cast

import httpx

from feedhub.fetch import faults
from feedhub.fetch.address import Address
from feedhub.fetch.exchange import Exchange
from feedhub.fetch.faults import FetchError
from feedhub.fetch.fields import Fields
from feedhub.fetch.race import first
from feedhub.model import Limits

HEAD_START = 0.25
"""Seconds that one of a host's addresses has before the next is tried too (RFC 8305 section 8)."""
MOST_ADDRESSES = 6
"""Of one host, tried at most."""

Header = tuple[str, str]
"""Name, and value as text of ISO-8859-1."""

# RFC 9110 sections 5.1 and 5.5.
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")


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


class Line(httpx.AsyncBaseTransport):
    """Opens connections, all under the same limits; without `tls` they trust who is trusted.

    httpx's own transport keeps connections for later and looks names up again; its client would add
    cookies, redirects that nobody judged and a log of whole addresses.
    """

    def __init__(self, limits: Limits, tls: ssl.SSLContext | None = None) -> None:
        self._limits = limits
        self._given = tls
        self._patience = limits.connect.total_seconds()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made when it is first needed, since reading all authorities takes a while."""
        context = self._given or trusted()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def get(
        self, address: Address, found: Sequence[str], headers: Iterable[Header]
    ) -> AbstractAsyncContextManager[Reply]:
        """Ask one of the IP addresses that were found; raises FetchError, and so does the body."""
        return self._ask(_request("GET", address, found, headers))

    def post(
        self, address: Address, found: Sequence[str], headers: Iterable[Header], body: bytes
    ) -> AbstractAsyncContextManager[Reply]:
        """Give this to one of the IP addresses that were found; raises as `get` does."""
        return self._ask(_request("POST", address, found, headers, body))

    @asynccontextmanager
    async def _ask(self, request: httpx.Request) -> AsyncIterator[Reply]:
        try:
            answer = await self.handle_async_request(request)
            raw = cast("AsyncGenerator[bytes]", answer.aiter_raw())
            async with aclosing(answer), aclosing(raw) as body:
                fields = Fields(answer.headers.raw)
                yield Reply(status=answer.status_code, fields=fields, body=body)
        except OSError as error:
            raise FetchError(faults.of_os_error(error) or faults.DISCONNECTED) from error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to come. The request names its `address` and who was `found`."""
        exchange = await self._connected(**request.extensions)
        try:
            exchange.send(_written(request))
            await exchange.head()
            return httpx.Response(exchange.status, headers=exchange.fields, stream=exchange)
        except BaseException:
            exchange.close()
            raise

    async def _connected(self, address: Address, found: Sequence[str]) -> Exchange:
        loop = asyncio.get_running_loop()
        plug = await self._plugged(address.port, found)
        secure = address.scheme == "https"
        try:
            async with asyncio.timeout(self._patience):
                _, exchange = await loop.create_connection(
                    partial(Exchange, self._limits),
                    sock=plug,
                    ssl=self._tls if secure else None,
                    server_hostname=address.host if secure else None,
                )
        except BaseException:
            plug.close()
            raise
        return exchange

    async def _plugged(self, port: int, found: Sequence[str]) -> socket.socket:
        """Connected to the quickest of these, whatever host is asked for."""
        tried = _by_turns(found)[:MOST_ADDRESSES]
        attempts = [partial(self._plug, each, port) for each in tried]
        return await first(attempts, HEAD_START, undo=_unplug)

    async def _plug(self, ip: str, port: int) -> socket.socket:
        plug = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET)
        try:
            plug.setblocking(False)
            async with asyncio.timeout(self._patience):
                await asyncio.get_running_loop().sock_connect(plug, (ip, port))
        except BaseException:
            plug.close()
            raise
        return plug


async def _unplug(plug: socket.socket) -> None:
    plug.close()


def _request(
    method: str,
    address: Address,
    found: Sequence[str],
    headers: Iterable[Header],
    body: bytes | None = None,
) -> httpx.Request:
    """Raises FetchError for what would be no request."""
    fields = (("host", address.authority), *headers)
    try:
        raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in fields]
        # Before httpx sees it, since it names in its errors what may be a secret.
        if not all(_NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in raw):
            raise FetchError(faults.UNSENDABLE)
        extensions = {"address": address, "found": found}
        return httpx.Request(method, str(address), headers=raw, content=body, extensions=extensions)
    except (httpx.InvalidURL, ValueError):
        raise FetchError(faults.UNSENDABLE) from None


def _written(request: httpx.Request) -> bytes:
    """RFC 9112 section 3. The target is the address's own: httpx would quote more of it."""
    method, target = request.method, request.extensions["address"].target
    lines = [f"{method} {target} HTTP/1.1".encode("ascii")]
    lines += [b"%b: %b" % field for field in request.headers.raw]
    return b"\r\n".join([*lines, b"", request.content])


def _by_turns(found: Sequence[str]) -> Sequence[str]:
    """Both kinds of addresses by turns, so that one kind that leads nowhere costs little."""
    if len(found) < 2:
        return found
    usual = ip_address(found[0]).version
    kinds: tuple[list[str], list[str]] = ([], [])
    for each in found:
        kinds[ip_address(each).version != usual].append(each)
    return [each for pair in zip_longest(*kinds) for each in pair if each is not None]
