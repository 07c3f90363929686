"""When to try again, and how to wait for that without looking all the time."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from feedhub.model import Fault

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
DOUBLINGS = 10
"""Enough to reach the longest pause."""

LATEST = timedelta(minutes=1)
"""How long a wait may be mistaken: a clock may be set, or a machine sleep."""
GATHERING = 0.05
"""Seconds in which what comes together is taken as one."""

_OVERLOADED = frozenset({408, 425, 429})


def pause_after(failures: int) -> timedelta:
    """How long to stay away after so many failures in a row: twice as long each time."""
    doublings = min(failures - 1, DOUBLINGS)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def may_pass(answer: int | Fault) -> bool:
    """Whether the same request may fare better later (RFC 9110 section 15)."""
    return isinstance(answer, Fault) or answer >= 500 or answer in _OVERLOADED


def is_down(answer: int | Fault) -> bool:
    """Whether no other request would fare better now."""
    return isinstance(answer, Fault) or answer in {429, 503}


def is_success(answer: int | Fault) -> bool:
    return isinstance(answer, int) and 200 <= answer < 300


class Bell:
    """Wakes one who waits, when it rings or the time has come."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, until: datetime | None) -> None:
        """Until it rings, or until then; it may come back too early."""
        left = LATEST if until is None else min(until - self._now(), LATEST)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(left.total_seconds(), 0)):
                await self._rung.wait()
        await asyncio.sleep(GATHERING)
        self._rung.clear()
