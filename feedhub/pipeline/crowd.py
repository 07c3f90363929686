"""Many calls side by side, of which only so many have begun at once.

Each that has begun costs memory, and to begin thousands of them takes the event loop a second.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def side_by_side(calls: Iterable[Coroutine[Any, Any, T]], *, most: int) -> AsyncIterator[T]:
    """Their results as they come. When one ends the next begins, whoever waits for results or not.

    The first that fails ends it: then no other begins, and those that have begun go on.
    """
    waiting = iter(calls)
    begun: set[asyncio.Task[T]] = set()
    ended: asyncio.Queue[asyncio.Task[T]] = asyncio.Queue()
    over = False

    def begin() -> None:
        call = None if over else next(waiting, None)
        if call is not None:
            task = asyncio.create_task(call)
            begun.add(task)
            task.add_done_callback(end)

    def end(task: asyncio.Task[T]) -> None:
        begun.discard(task)
        ended.put_nowait(task)
        if not task.cancelled():
            begin()

    try:
        for _ in range(most):
            begin()
        while begun or not ended.empty():
            yield (await ended.get()).result()
    finally:
        over = True
