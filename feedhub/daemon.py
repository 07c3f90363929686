"""The daemon: timetable, signals, the lock, and word to systemd.

One tick a second starts what is due; the truth of when stands in the store, not in the timetable.
"""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, closing, contextmanager, suppress
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from watchfiles import awatch

from feedhub.config import ConfigError, Settings, load
from feedhub.model import Source, Story
from feedhub.pipeline.hub import Hub
from feedhub.pipeline.lock import CannotStart, alone
from feedhub.pipeline.pages import look_around
from feedhub.store import StoreError

PUBLISHING = "publish"
STALL = timedelta(minutes=1)

log = logging.getLogger(__name__)


class Face(Protocol):
    """The HTTP face, on a port that is already taken; see `web.face.Face`."""

    @property
    def address(self) -> str: ...

    def serve(self, public: Path, daemon: "Daemon") -> AbstractAsyncContextManager[object]: ...

    def close(self) -> None: ...


async def run(settings: Settings, open_face: Callable[[str, int], Face]) -> None:
    """Run until told to stop. Raises CannotStart when the port or the state folder is taken."""
    with alone(settings.state) as is_alone:
        if not is_alone:
            advice = "stop it first, or name another state folder with FEEDHUB_STATE"
            raise CannotStart(f"{settings.state}: another feedhub runs here; {advice}")
        with closing(_opened(settings, open_face)) as face:
            async with Hub(settings) as hub:
                await Daemon(hub, face).run()


def _opened(settings: Settings, open_face: Callable[[str, int], Face]) -> Face:
    host, port = settings.serve.host, settings.serve.port
    try:
        return open_face(host, port)
    except OSError as error:
        place = f"{settings.folder / 'feedhub.toml'}: serve.port"
        advice = "stop the other program, or choose another host and port under [serve]"
        reason = os.strerror(error.errno) if error.errno else str(error)
        message = f"{place}: {host}:{port} cannot be listened on ({reason}); {advice}"
        raise CannotStart(message) from error


class Daemon:
    """Keeps one hub going: polls what is due, publishes what is touched, serves what is out."""

    def __init__(self, hub: Hub, face: Face) -> None:
        self.hub = hub
        self.face = face
        self.polls: dict[str, asyncio.Task[None]] = {}
        self.longer: dict[str, asyncio.Task[None]] = {}
        """What may go on from one look of the timetable to the next, by name."""
        self.trouble = ""
        """What the store was last found to suffer from."""
        self.stopping = asyncio.Event()
        self.reloading = asyncio.Event()
        self.ticking = asyncio.Lock()
        self.ticked = hub.now()
        self.timetable = AsyncIOScheduler(
            timezone=UTC,
            # A tick that came late is one tick, and none is ever dropped for being late.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )

    async def run(self) -> None:
        """Until a signal says stop."""
        self._listen_to_signals()
        server = self.face.serve(self.hub.settings.public, self)
        async with server, asyncio.TaskGroup() as helpers:
            await self.hub.publish()
            # The first news goes out at once, however long this took.
            self.hub.publisher.rest_until = 0.0
            self._start_timetable()
            sides = (self._watch(), self._reload(), self.hub.telling.run())
            watching = [helpers.create_task(side) for side in sides]
            log.info("ready: %d sources, %s", len(self.hub.sources), self.face.address)
            notify("READY=1")
            await self.stopping.wait()
            notify("STOPPING=1")
            for task in watching:
                task.cancel()
            await self._stop()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop_or_die)
        loop.add_signal_handler(signal.SIGHUP, self.reloading.set)

    def _stop_or_die(self) -> None:
        if self.stopping.is_set():
            os._exit(1)  # asked twice: whatever holds us up is not worth waiting for
        log.info("stopping")
        self.stopping.set()

    def _start_timetable(self) -> None:
        now = self.hub.now()
        self.timetable.add_job(self._tick, "interval", seconds=1, id="tick", next_run_time=now)
        self.timetable.add_job(self._publish, "interval", seconds=1, id="publish")
        self.timetable.add_job(self._index, "interval", seconds=1, id="index")
        self.timetable.add_job(self.hub.publisher.retry, "interval", seconds=60, id="retry")
        self.timetable.add_job(self._tidy, "interval", hours=24, id="tidy", next_run_time=now)
        self.timetable.add_job(self._look, "interval", hours=1, id="look", next_run_time=now)
        unwell = EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
        self.timetable.add_listener(_log_unwell, unwell)
        self.timetable.start()

    async def _stop(self) -> None:
        """End what is under way: what was not yet stored will be polled again."""
        self.timetable.pause()
        sides = [task for name, task in self.longer.items() if name != PUBLISHING]
        under_way = [*self.polls.values(), *sides]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        # The timetable's own end would cancel what is under way.
        async with self.ticking:
            # After the publication that is under way.
            await self._do(self._print)
        self.timetable.shutdown(wait=False)

    async def _tick(self) -> None:
        """Start every poll whose time has come, and what a command asked for."""
        self.ticked = self.hub.now()
        notify("WATCHDOG=1")
        asked: list[Source] = []
        async with self.ticking:
            with self._store_may_fail():
                asked = await self.hub.requested()
        for source in (*self.hub.next(self.polls), *asked):
            if source.name not in self.polls:
                self.polls[source.name] = asyncio.create_task(self._poll(source))

    async def _poll(self, source: Source) -> None:
        try:
            with self._store_may_fail():
                report = await self.hub.poll(source)
                level = logging.WARNING if report.fault else logging.INFO
                for line in report.lines():
                    log.log(level, "%s", line)
        finally:
            del self.polls[source.name]

    async def _publish(self) -> None:
        """Publish what polls have touched: at once when they are done, else every little while."""
        if self.hub.publisher.is_due(busy=bool(self.polls)):
            self._start(PUBLISHING, self._print)

    async def _print(self) -> None:
        await self.hub.publish(whole=not self.polls)

    async def _look(self) -> None:
        """Look at some pages."""
        self._start("look", partial(look_around, self.hub))

    async def _index(self) -> None:
        """Make some more of what was kept known to search."""
        self._start("index", self.hub.index)

    def _start(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Begin with it, unless it still goes on; the timetable does not wait for it."""
        before = self.longer.get(name)
        if before is None or before.done():
            self.longer[name] = asyncio.create_task(self._do(work), name=name)
            self.longer[name].add_done_callback(_log_failed)

    async def _do(self, work: Callable[[], Awaitable[object]]) -> None:
        with self._store_may_fail():
            await work()

    async def _tidy(self) -> None:
        with self._store_may_fail():
            await self.hub.tidy()

    @contextmanager
    def _store_may_fail(self) -> Iterator[None]:
        """A store that cannot be written to now is told of, and tried again: the disk may get room.

        What was published stays served meanwhile.
        """
        try:
            yield
        except StoreError as error:
            if str(error) != self.trouble:
                log.error("%s", error)
            self.trouble = str(error)
        else:
            self.trouble = ""

    async def _watch(self) -> None:
        """Look again at once when somebody saves a configuration file or an article."""
        while True:
            folders = self._folders()
            async for changes in awatch(*folders, stop_event=self.stopping, step=200):
                changed = {Path(path) for _, path in changes}
                self.hub.hurry(changed)
                if any(path.suffix == ".toml" for path in changed):
                    self.reloading.set()
                if self._folders() != folders:
                    break
            else:
                return

    def _folders(self) -> tuple[str, ...]:
        paths = [str(self.hub.settings.folder)]
        paths += [each.path for each in self.hub.sources.values() if each.path]
        return tuple(path for path in dict.fromkeys(paths) if Path(path).is_dir())

    async def _reload(self) -> None:
        """Take a changed configuration over; a broken one is refused and the old one goes on."""
        while True:
            await self.reloading.wait()
            self.reloading.clear()
            before = self.hub.settings
            try:
                settings = await asyncio.to_thread(load, before.folder)
            except ConfigError as error:
                for problem in error.problems:
                    log.error("the changed configuration is refused: %s", problem)
                continue
            if settings.serve != before.serve or settings.store != before.store:
                log.warning("[serve] and [store] take effect at the next start")
            if settings != before:
                await self.hub.reconfigure(settings)
                log.info("the changed configuration is in use: %d sources", len(self.hub.sources))

    # What the face asks

    async def search(self, query: str, limit: int) -> Sequence[Story]:
        return await self.hub.search(query, limit)

    def search_page(self, query: str, found: Sequence[Story]) -> bytes:
        return self.hub.press.search(query, found)

    async def subscribe(self, body: bytes, peer: str) -> tuple[int, str]:
        return await self.hub.telling.request(body, peer)

    def origin(self) -> tuple[str, str | None]:
        return self.hub.settings.site.url, self.hub.settings.hub_address

    async def health(self) -> dict[str, object]:
        """Whether the timetable moves, for `/healthz`."""
        late = self.hub.now() - self.ticked
        return {"ok": late < STALL, "sources": len(self.hub.sources), "polling": len(self.polls)}


def _log_failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (failure := task.exception()):
        log.error("timetable: %s did not end as planned", task.get_name(), exc_info=failure)


def _log_unwell(event: JobExecutionEvent) -> None:
    failure = getattr(event, "exception", None)
    log.error("timetable: %s did not run as planned", event.job_id, exc_info=failure)


def notify(state: str) -> None:
    """Tell systemd (sd_notify(3)); without it nobody listens and nothing happens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # A leading @ means the abstract namespace.
    path = f"\0{address[1:]}" if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(state.encode(), path)
