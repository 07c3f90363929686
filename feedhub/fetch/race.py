"""The first of several attempts that succeeds, each with a head start over the next."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")

Attempt = Callable[[], Coroutine[Any, Any, T]]


async def first(
    attempts: Iterable[Attempt[T]], head_start: float, *, undo: Callable[[T], Awaitable[None]]
) -> T:
    """What the quickest attempt gave; raises the last error when all fail.

    A failure lets the next begin at once. What others gave too late is undone.
    """
    waiting = list(attempts)
    async with _Race(undo) as race:
        while waiting or race.running:
            if waiting:
                race.running.add(asyncio.create_task(waiting.pop(0)()))
            given = await race.step(head_start if waiting else None)
            if given:
                return given[0]
        raise race.error


class _Race(Generic[T]):
    """Attempts that are running; none outlives the block."""

    def __init__(self, undo: Callable[[T], Awaitable[None]]) -> None:
        self.running: set[asyncio.Task[T]] = set()
        self.error: BaseException = OSError("there is nothing to attempt")
        self._undo = undo

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in self.running:
            each.cancel()
        for late in await asyncio.gather(*self.running, return_exceptions=True):
            if not isinstance(late, BaseException):
                await self._undo(late)

    async def step(self, pause: float | None) -> list[T]:
        """What one has given; nothing when the pause is over or something has failed."""
        done, self.running = await asyncio.wait(
            self.running, timeout=pause, return_when=asyncio.FIRST_COMPLETED
        )
        good = []
        for each in done:
            self.error = each.exception() or self.error
            if each.exception() is None:
                good.append(each.result())
        for spare in good[1:]:
            await self._undo(spare)
        return good[:1]
