"""Whose turn it is: few requests in all, few at a host, and their starts at a host apart.

Turns come in the order in which they were asked for. Whoever waits for a busy host takes nobody's
place elsewhere. A server that keeps us waiting costs a socket and little else, so after PATIENCE
its request no longer counts among the few: a hundred of them cannot hold up the others.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from types import TracebackType
from typing import Self

from feedhub.model import Limits

PATIENCE = 1.0
"""Seconds."""
SLOW_SHARE = 7
"""So many times as many slow requests are let be as there may be quick ones."""


class Turns:
    """The turns of one process; the table of hosts holds only those of the moment."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._places = _Places(limits.concurrency)
        self._hosts: dict[str, _Host] = {}

    def __len__(self) -> int:
        """How many hosts are remembered."""
        return len(self._hosts)

    @asynccontextmanager
    async def at(self, host: str) -> AsyncIterator[None]:
        """One request's turn at a host."""
        async with AsyncExitStack() as turn:
            known = turn.enter_context(self._known(host))
            await turn.enter_async_context(known.free)
            async with known.door:
                await asyncio.sleep(known.next_start - _time())
                await turn.enter_async_context(self._places.one())
                known.next_start = _time() + self._limits.host_delay.total_seconds()
            yield

    @contextmanager
    def _known(self, name: str) -> Iterator["_Host"]:
        host = self._hosts.setdefault(name, _Host(self._limits.per_host))
        host.users += 1
        if host.forgetting:
            host.forgetting.cancel()
        try:
            yield host
        finally:
            host.users -= 1
            if not host.users:
                loop = asyncio.get_running_loop()
                host.forgetting = loop.call_at(host.next_start, self._hosts.pop, name)


class Turn:
    """The turns of one fetch: one at a time, kept while it stays at its host."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._host: str | None = None
        self._held = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._held.__aexit__(kind, error, trace)

    async def move(self, host: str) -> None:
        """Give back the turn at the last host, and wait for one at this host."""
        if host == self._host:
            return
        await self._held.aclose()
        self._host = None
        await self._held.enter_async_context(self._turns.at(host))
        self._host = host


class _Host:
    """A host that is being asked, or was asked just now."""

    def __init__(self, at_once: int) -> None:
        self.free = asyncio.Semaphore(at_once)
        self.door = asyncio.Lock()
        self.next_start = 0.0
        self.users = 0
        self.forgetting: asyncio.TimerHandle | None = None


class _Places:
    """So many places; who stays long stands aside, unless too many do so already."""

    def __init__(self, places: int) -> None:
        self.free = asyncio.Semaphore(places)
        self.aside = SLOW_SHARE * places

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        await self.free.acquire()
        place = _Place(self)
        try:
            yield
        finally:
            place.leave()


class _Place:
    """A place that somebody has."""

    def __init__(self, places: _Places) -> None:
        self._places = places
        self._is_aside = False
        self._wait()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._step_aside)

    def _step_aside(self) -> None:
        if not self._places.aside:
            self._wait()
            return
        self._is_aside = True
        self._places.aside -= 1
        self._places.free.release()

    def leave(self) -> None:
        self._timer.cancel()
        if self._is_aside:
            self._places.aside += 1
        else:
            self._places.free.release()


def _time() -> float:
    return asyncio.get_running_loop().time()
