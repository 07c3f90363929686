"""Jobs by the host that they have to do with: few at once at each, and no host in another's way."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

AT_ONCE = 4
"""Jobs of one host."""
REST = 600.0
"""Seconds that a job is left alone that failed in a way that nobody foresaw."""

Job = Callable[[], Awaitable[None]]
Key = tuple[str, str]
"""What a job is about: a topic and a callback."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lane:
    jobs: deque[tuple[Key, Job]] = field(default_factory=deque)
    walkers: int = 0


class Lanes:
    """Each host's jobs in their order. A lane costs nothing while it is empty.

    `done` is called when a job may be put again.
    """

    def __init__(self, tasks: asyncio.TaskGroup, done: Callable[[], None]) -> None:
        self.taken: set[Key] = set()
        """What is waiting, under way, or left alone."""
        self._tasks = tasks
        self._done = done
        self._lanes: dict[str, _Lane] = {}
        self._is_well = True

    def put(self, host: str, key: Key, job: Job) -> None:
        """Let the job be done when its turn at this host has come, unless it is taken."""
        if key in self.taken:
            return
        self.taken.add(key)
        lane = self._lanes.setdefault(host, _Lane())
        lane.jobs.append((key, job))
        if lane.walkers < AT_ONCE:
            lane.walkers += 1
            self._tasks.create_task(self._walk(host, lane))

    async def _walk(self, host: str, lane: _Lane) -> None:
        while lane.jobs:
            await self._do(host, *lane.jobs.popleft())
        lane.walkers -= 1
        if not lane.walkers:
            del self._lanes[host]

    async def _do(self, host: str, key: Key, job: Job) -> None:
        try:
            await job()
        except Exception:
            # A store that is full fails for everybody: it is told once.
            level = logging.ERROR if self._is_well else logging.DEBUG
            log.log(level, "websub: %s cannot be served now", host, exc_info=True)
            self._is_well = False
            asyncio.get_running_loop().call_later(REST, self._free, key)
        else:
            self._is_well = True
            self._free(key)

    def _free(self, key: Key) -> None:
        self.taken.discard(key)
        self._done()
