"""From an address to its answer: turns, names, redirects and the body, under one deadline.

Only waiting for one's turn costs no time. Every hop is judged anew, and connects to the IP
addresses that were judged.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from string import printable
from urllib.parse import quote

from feedhub.fetch import coding, faults
from feedhub.fetch.address import Address
from feedhub.fetch.bounds import Body, Deadline, Room
from feedhub.fetch.connect import Line, Reply
from feedhub.fetch.faults import FetchError
from feedhub.fetch.fields import Fields
from feedhub.fetch.guard import Guard, redirected
from feedhub.fetch.resolve import Lookup, Resolver
from feedhub.fetch.turns import Turn, Turns
from feedhub.model import Limits

LASTING = frozenset({301, 308})
REDIRECTS = LASTING | {302, 303, 307}
WITH_BODY = frozenset({200, 203, 226})
"""The body of any other answer is not read."""

LEAST_PIECE = 512
"""What every piece of a body counts for, since many tiny ones cost time like few large ones."""
PIECE_WORK = 4_096
"""What it takes to receive a piece, compared with unpacking so many bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A GET to be made. `secrets` are headers for the origin of `address` only."""

    address: Address
    headers: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    guard: Guard

    def at(self, address: Address) -> "Ask":
        """The same at another address. Another origin never gets the secrets, nor any after it."""
        secrets = self.secrets if address.origin == self.address.origin else {}
        return replace(self, address=address, secrets=secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it, redirects followed."""

    address: Address
    status: int
    fields: Fields
    body: bytes = field(repr=False)
    moved_to: str | None = None
    """The address when every redirect on the way to it was permanent."""


class Follower:
    """Makes requests, all under the same limits and in turns."""

    def __init__(self, limits: Limits, tls: ssl.SSLContext | None, lookup: Lookup) -> None:
        self._limits = limits
        self._line = Line(limits, tls)
        self._resolver = Resolver(lookup)
        self._turns = Turns(limits)
        self.room = Room()

    async def follow(self, ask: Ask) -> Answer:
        """The answer at the end of the redirects; raises FetchError."""
        try:
            async with Turn(self._turns) as turn, Deadline(self._limits.deadline) as deadline:
                return await self._hops(ask, turn, deadline)
        except TimeoutError:
            raise FetchError(faults.TIMEOUT) from None

    async def _hops(self, ask: Ask, turn: Turn, deadline: Deadline) -> Answer:
        trail: list[Address] = []
        lasting = True
        while True:
            with deadline.stopped():
                await turn.move(ask.address.server)
            answer = await self._hop(ask, deadline)
            if answer.status not in REDIRECTS:
                moved = str(answer.address) if trail and lasting else None
                return replace(answer, moved_to=moved)
            trail.append(ask.address)
            lasting = lasting and answer.status in LASTING
            ask = ask.at(self._next(answer, trail))

    def _next(self, answer: Answer, trail: list[Address]) -> Address:
        location = answer.fields.first("location")
        if not location:
            raise FetchError(faults.NOWHERE)
        address = redirected(answer.address, _unquoted(location))
        if address in trail:
            raise FetchError(faults.REDIRECT_LOOP)
        if len(trail) > self._limits.redirects:
            raise FetchError(faults.too_many_redirects(self._limits.redirects))
        return address

    async def _hop(self, ask: Ask, deadline: Deadline) -> Answer:
        found = await self._resolver.found(ask.address.host, self._limits.idle)
        if fault := ask.guard.refuses(ask.address, found):
            raise FetchError(fault)
        headers = {**ask.headers, **ask.secrets}
        async with self._line.get(ask.address, found, headers.items()) as reply:
            body = await self._body(reply, deadline) if reply.status in WITH_BODY else b""
        return Answer(address=ask.address, status=reply.status, fields=reply.fields, body=body)

    async def _body(self, reply: Reply, deadline: Deadline) -> bytes:
        """The body unpacked, refused as soon as it is larger than it may be."""
        decoder = coding.decoder(reply.fields.all("content-encoding"))
        wire = reply.fields.number("content-length") or 0
        if wire > self._limits.wire_bytes:
            raise FetchError(faults.TOO_LARGE)
        async with Body(self._limits.decoded_bytes, self.room, deadline) as body:
            await body.reserve(decoder.memory)
            wire = 0
            async for data in reply.body:
                wire += max(len(data), LEAST_PIECE)
                if wire > self._limits.wire_bytes:
                    raise FetchError(faults.TOO_LARGE)
                await body.breathe(PIECE_WORK)
                for piece in decoder.pieces(data):
                    await body.add(piece)
            decoder.finish()
            return body.whole()


def _unquoted(location: str) -> str:
    """Servers write other characters as UTF-8 where they should be quoted; other bytes are quoted."""
    raw = location.encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return quote(raw, safe=printable)
