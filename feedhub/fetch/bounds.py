"""What one fetch may take: of time by its deadline, of memory by the room for its body."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Self

from feedhub.fetch.faults import TOO_LARGE, FetchError

STEPS = ((131_072, 8), (2_097_152, 2))
"""Beyond so many bytes a body is one of so many at the same time. Nearly every feed is smaller than
the first step; all fetches together hold less than a hundred megabytes."""
BREATH = 1_048_576
"""Bytes that are unpacked at one go, or as much other work."""


class Deadline:
    """So much time for all that happens inside, save where it is stopped; raises TimeoutError."""

    def __init__(self, span: timedelta) -> None:
        self.span = span.total_seconds()

    async def __aenter__(self) -> Self:
        self._timeout = asyncio.timeout(self.span)
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._timeout.__aexit__(kind, error, trace)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """What happens in here costs no time."""
        loop = asyncio.get_running_loop()
        left = (self._timeout.when() or 0) - loop.time()
        self._timeout.reschedule(None)
        yield
        self._timeout.reschedule(loop.time() + left)


class Room:
    """The room that all bodies share. It is shut while what was fetched waits to be read."""

    def __init__(self) -> None:
        self._steps = [(size, asyncio.Semaphore(count)) for size, count in STEPS]
        self._open = asyncio.Event()
        self._open.set()

    def shut(self, *, full: bool) -> None:
        """Let no body grow beyond the first step, or let them again."""
        if full:
            self._open.clear()
        else:
            self._open.set()

    async def enter(self, step: asyncio.Semaphore) -> None:
        """Wait for a place, and until the room is open."""
        await step.acquire()
        try:
            await self._open.wait()
        except BaseException:
            step.release()
            raise

    def beyond(self, size: int) -> Iterator[asyncio.Semaphore]:
        """What a body of this size must hold."""
        return (free for step, free in self._steps if size > step)


class Body:
    """A body as it grows. It waits for room, which costs no time of its fetch, but not for ever."""

    def __init__(self, most: int, room: Room, deadline: Deadline) -> None:
        self._most = most
        self._room = room
        self._deadline = deadline
        self._pieces: list[bytes] = []
        self._size = 0
        self._held: list[asyncio.Semaphore] = []
        self._work = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # At once, since an error may keep this alive for a while.
        self._pieces.clear()
        for each in self._held:
            each.release()

    async def add(self, piece: bytes) -> None:
        """One more piece; raises FetchError when it is one too many."""
        self._size += len(piece)
        if self._size > self._most:
            raise FetchError(TOO_LARGE)
        await self.reserve(self._size)
        self._pieces.append(piece)
        await self.breathe(len(piece))

    async def reserve(self, size: int) -> None:
        """Wait until there is room for so many bytes."""
        for each in self._room.beyond(size):
            if each not in self._held:
                await self._hold(each)

    async def breathe(self, bytes_worth: int) -> None:
        """Let others have their turn after so much work."""
        self._work += bytes_worth
        if self._work > BREATH:
            self._work = 0
            await asyncio.sleep(0)

    async def _hold(self, step: asyncio.Semaphore) -> None:
        with self._deadline.stopped():
            async with asyncio.timeout(self._deadline.span):
                await self._room.enter(step)
        self._held.append(step)

    def whole(self) -> bytes:
        return b"".join(self._pieces)
