"""Requests to subscribers' callbacks and to a WebSub hub elsewhere: guarded, bounded, never led on.

A callback is whatever a stranger wrote into a form. It is asked under the same rules as a partner's
server, with less time; a redirect is an answer like any other, and no more of a body is read than
a challenge takes.
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from feedhub.fetch import faults
from feedhub.fetch.address import Address, parse
from feedhub.fetch.bounds import Deadline
from feedhub.fetch.connect import Line, Reply
from feedhub.fetch.faults import FetchError
from feedhub.fetch.guard import Guard
from feedhub.fetch.resolve import Lookup, Resolver, system_lookup
from feedhub.fetch.turns import Turn, Turns
from feedhub.model import Fault, Limits

DEADLINE = timedelta(seconds=10)
"""For one request. A subscriber is to say that it has the news, not to digest them first."""
AT_ONCE = 64
"""Requests under way to servers that answer quickly; the slow stand aside."""
AT_HOST = 4
"""Of them to one server."""
PAUSE = timedelta(milliseconds=200)
"""Between two GETs to one server, since a stranger's word alone has us make them."""
ECHO_BYTES = 1_024
"""Of an answer's body; more is no challenge of ours."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """A request to be made; without a body it is a GET."""

    address: Address
    headers: Mapping[str, str]
    body: bytes | None = None


class Callbacks:
    """Asks and tells addresses that somebody else chose.

    `tls` and `lookup` stand for the authorities that are trusted and for the system's resolver.
    """

    def __init__(
        self,
        limits: Limits,
        agent: str,
        *,
        tls: ssl.SSLContext | None = None,
        lookup: Lookup = system_lookup,
    ) -> None:
        self._limits = replace(
            limits,
            deadline=min(limits.deadline, DEADLINE),
            concurrency=AT_ONCE,
            per_host=AT_HOST,
            host_delay=timedelta(0),
        )
        self._agent = " ".join(agent.split()).encode().decode("latin-1")
        self._guard = Guard.of(limits)
        self._line = Line(self._limits, tls)
        self._resolver = Resolver(lookup)
        self._telling = Turns(self._limits)
        self._asking = Turns(replace(self._limits, host_delay=min(limits.host_delay, PAUSE)))

    def host(self, address: str) -> str | None:
        """Whose server would be asked; None for an address that no server can have."""
        try:
            return parse(address).host
        except FetchError:
            return None

    async def get(self, address: str) -> tuple[int, bytes] | Fault:
        """The status, and the body when it is a success and short."""
        try:
            headers = {"accept-encoding": "identity"}
            async with self._made(_Errand(parse(address), headers), self._asking) as reply:
                success = 200 <= reply.status < 300
                return reply.status, await _short(reply.body) if success else b""
        except Exception as error:  # noqa: BLE001 - one subscriber's failure is no other's
            return faults.of_error(error)

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> int | Fault:
        """The status; what the answer says is not read."""
        try:
            async with self._made(_Errand(parse(address), headers, body), self._telling) as reply:
                return reply.status
        except Exception as error:  # noqa: BLE001 - as above
            return faults.of_error(error)

    @asynccontextmanager
    async def _made(self, errand: _Errand, turns: Turns) -> AsyncIterator[Reply]:
        """Make the request in its turn; only waiting for that costs no time."""
        address = errand.address
        try:
            async with Turn(turns) as turn, Deadline(self._limits.deadline) as deadline:
                with deadline.stopped():
                    await turn.move(address.server)
                found = await self._resolver.found(address.host, self._limits.idle)
                if fault := self._guard.refuses(address, found):
                    raise FetchError(fault)
                async with self._sent(errand, found) as reply:
                    yield reply
        except TimeoutError:
            raise FetchError(faults.TIMEOUT) from None

    @asynccontextmanager
    async def _sent(self, errand: _Errand, found: tuple[str, ...]) -> AsyncIterator[Reply]:
        ours = {"user-agent": self._agent, "accept": "*/*", "connection": "close"}
        headers = {**ours, **errand.headers}.items()
        if errand.body is None:
            request = self._line.get(errand.address, found, headers)
        else:
            request = self._line.post(errand.address, found, headers, errand.body)
        async with request as reply:
            yield reply


async def _short(body: AsyncIterator[bytes]) -> bytes:
    """The body; nothing of one that is too long."""
    said = b""
    async for piece in body:
        said += piece
        if len(said) > ECHO_BYTES:
            return b""
    return said
