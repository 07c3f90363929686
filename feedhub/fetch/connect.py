"""One request over one connection, to addresses that were judged."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from ipaddress import ip_address
from itertools import zip_longest

import certifi

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
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The head of an answer, and its body as it comes over the wire."""

    status: int
    fields: Fields
    body: AsyncIterator[bytes]


def trusted() -> ssl.SSLContext:
    """The authorities of the system and those of Mozilla; TLS 1.2 or newer."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    return context


class Line:
    """Opens connections, all under the same limits; without `tls` they trust who is trusted."""

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
        return self._ask(address, found, _request("GET", address, headers))

    def post(
        self, address: Address, found: Sequence[str], headers: Iterable[Header], body: bytes
    ) -> AbstractAsyncContextManager[Reply]:
        """Give this to one of the IP addresses that were found; raises as `get` does."""
        sized = (*headers, ("content-length", str(len(body))))
        return self._ask(address, found, _request("POST", address, sized) + body)

    @asynccontextmanager
    async def _ask(
        self, address: Address, found: Sequence[str], request: bytes
    ) -> AsyncIterator[Reply]:
        try:
            exchange = await self._connected(address, found)
            try:
                exchange.send(request)
                await exchange.head()
                fields = Fields(exchange.fields)
                yield Reply(status=exchange.status, fields=fields, body=exchange)
            finally:
                exchange.close()
        except OSError as error:
            raise FetchError(faults.of_os_error(error) or faults.DISCONNECTED) from error

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


def _request(method: str, address: Address, headers: Iterable[Header]) -> bytes:
    """The head of a request; raises FetchError for what would not be one."""
    fields = (("host", address.authority), *headers)
    # Nothing is repeated of what is wrong here, since it may be a secret.
    if not all(_NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in fields):
        raise FetchError(faults.UNSENDABLE)
    lines = [f"{method} {address.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _by_turns(found: Sequence[str]) -> Sequence[str]:
    """Both kinds of addresses by turns, so that one kind that leads nowhere costs little."""
    if len(found) < 2:
        return found
    usual = ip_address(found[0]).version
    kinds: tuple[list[str], list[str]] = ([], [])
    for each in found:
        kinds[ip_address(each).version != usual].append(each)
    return [each for pair in zip_longest(*kinds) for each in pair if each is not None]
