"""Jobs by the host that they have to do with: few at once at each, and no host in another's way."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

AT_ONCE = 4
"""Jobs of one host."""
REST = 60.0
"""Seconds without a job in a lane where one failed in a way that nobody foresaw."""

Job = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lane:
    jobs: deque[Job] = field(default_factory=deque)
    walkers: int = 0


class Lanes:
    """Each host's jobs in their order. A lane costs nothing while it is empty."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._lanes: dict[str, _Lane] = {}

    def __len__(self) -> int:
        """How many hosts have something to do."""
        return len(self._lanes)

    def put(self, host: str, job: Job) -> None:
        """Let the job be done when its turn at this host has come."""
        lane = self._lanes.setdefault(host, _Lane())
        lane.jobs.append(job)
        if lane.walkers < AT_ONCE:
            lane.walkers += 1
            self._tasks.create_task(self._walk(host, lane))

    async def _walk(self, host: str, lane: _Lane) -> None:
        while lane.jobs:
            job = lane.jobs.popleft()
            try:
                await job()
            except Exception:
                log.exception("websub: a request to %s was not made", host)
                await asyncio.sleep(REST)
        lane.walkers -= 1
        if not lane.walkers:
            del self._lanes[host]
