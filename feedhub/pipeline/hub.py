"""One pass over the due sources: fetch, read, keep, publish. The only reader of the clock.

A source is polled as a sentence: ask with what is remembered, read what came, keep it, remember.
Its failure is a value that the report names; only a broken store or a bug raises.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from feedhub import __version__, polling
from feedhub.config import Settings
from feedhub.model import Grouping, Memory, Source, Story
from feedhub.pipeline.crowd import side_by_side
from feedhub.pipeline.fingerprint import fingerprint
from feedhub.pipeline.intake import Register, relist, stories
from feedhub.pipeline.journal import KEEP
from feedhub.pipeline.keeping import Ended, Keeper, Kept, Result, keep_all
from feedhub.pipeline.pages import with_pictures
from feedhub.pipeline.printed import Printed
from feedhub.pipeline.publisher import Publisher
from feedhub.pipeline.reading import Reader
from feedhub.pipeline.report import Report
from feedhub.pipeline.telling import Telling
from feedhub.publish.status import StatusRow
from feedhub.store import Store, StoreError
from feedhub.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from feedhub.pipeline.press import Press

TOUCHED = "*"
"""Asks for no source but for what a command has touched to be published."""
STORE_PAUSE = timedelta(minutes=5)
"""How long a source rests whose entries could not be kept."""
AT_WORK = 2_048
"""So many polls have begun at once, however many are due: all that the highest concurrency lets fetch."""
AT_ONCE = 500
"""So many stories are expired before others get at the store again."""
INDEXED = 100
"""So many entries are indexed at a time, before others get at the store again."""

P = ParamSpec("P")
T = TypeVar("T")


def clock() -> datetime:
    """Now, in UTC with whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


class Hub:
    """All that a pass needs, opened together and closed together."""

    store: Store
    reader: Reader
    telling: Telling
    publisher: Publisher

    def __init__(self, settings: Settings, *, now: Callable[[], datetime] = clock) -> None:
        self.now = now
        self.memories: dict[str, Memory] = {}
        self.keeper = Keeper(self._keep_all)
        self._exits = AsyncExitStack()
        # One thread, since a store is used from one thread at a time.
        self._clerk = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._use(settings)

    def _use(self, settings: Settings) -> None:
        self.settings = settings
        grouping = Grouping(window=settings.dedupe.window, threshold=settings.dedupe.threshold)
        self.register = Register.of(settings.site, grouping)
        self.rules = fingerprint(__version__, settings.rules)
        self._judgings: dict[Source, str] = {}
        self.sources = self.register.sources

    def _publish_by_settings(self) -> None:
        self.publisher.use(self.settings, self.register)
        self.telling.use(self.settings, self.publisher.prefixes)

    @property
    def press(self) -> "Press":
        return self.publisher.press

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as exits:
            exits.callback(self._clerk.shutdown)
            self.store = await self.in_store(SqliteStore, self.settings.state)
            exits.push_async_callback(self.in_store, self.store.close)
            self.telling = Telling(self.store, self.in_store, self.now)
            self.publisher = Publisher(self.store, self.in_store, self.telling, self.rows, self.now)
            self._publish_by_settings()
            self.reader = await Reader(self.settings).__aenter__()
            exits.push_async_exit(self._close_reader)
            await self._recall()
            self._exits = exits.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._exits.__aexit__(kind, error, trace)

    async def _close_reader(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.reader.__aexit__(kind, error, trace)

    async def in_store(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a sync function on the store's own thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._clerk, lambda: function(*args, **kwargs))

    async def reconfigure(self, settings: Settings) -> None:
        """Take new settings over; what is remembered of unchanged sources stays."""
        reader = await Reader(settings).__aenter__()
        before, self.reader = self.reader, reader
        self._use(settings)
        self._publish_by_settings()
        await self._recall()
        await before.__aexit__(None, None, None)

    async def _recall(self) -> None:
        """Read what is remembered of each source, and list the stories of these sources only."""
        known = await self.in_store(self.store.memories)
        self.memories = {
            name: polling.reconcile(source, known.get(name) or Memory(source=name))
            for name, source in self.sources.items()
        }
        self.publisher.shrink_allowed |= await self.in_store(self._list_anew)
        self.publisher.stale = True

    def _list_anew(self) -> bool:
        """Put every story into its channels again when the sources or channels are others.

        Returns whether they are: then a feed may have far fewer entries than before.
        """
        listing = fingerprint(tuple(self.sources), sorted(self.publisher.prefixes))
        with self.store.transaction():
            if self.store.fact("listing") == listing:
                return False
            self.store.configure(tuple(self.sources))
            relist(self.store, self.store.every_story(), self.register)
            self.store.note("listing", listing)
        return True

    def due(self) -> list[Source]:
        """The enabled sources whose time has come, oldest debt first."""
        now = self.now()
        start = datetime.min.replace(tzinfo=UTC)
        ready = [
            (memory.next_poll or start, name)
            for name, memory in self.memories.items()
            if self.sources[name].enabled and polling.is_due(memory, now)
        ]
        return [self.sources[name] for _, name in sorted(ready)]

    def next(self, under_way: Collection[str]) -> list[Source]:
        """Of the due sources those that there is room for beside the polls of these."""
        waiting = [each for each in self.due() if each.name not in under_way]
        return waiting[: max(0, AT_WORK - len(under_way))]

    async def requested(self) -> list[Source]:
        """The sources that a command asked to be polled now; it may also ask to publish anew."""
        names = await self.in_store(self.store.requested)
        if "" in names:
            await self.in_store(self.publisher.touch_everything)
        self.publisher.stale |= bool(names & {"", TOUCHED})
        self.publisher.shrink_allowed |= bool(names & {"", TOUCHED})
        return [self.sources[name] for name in names if name in self.sources]

    def hurry(self, changed: Collection[Path]) -> None:
        """Files have changed: the folders of articles that they lie in are due at once."""
        for source in self.sources.values():
            if source.path and any(each.is_relative_to(source.path) for each in changed):
                self.memories[source.name] = replace(self.memories[source.name], next_poll=None)

    async def search(self, query: str, limit: int) -> list[Story]:
        """The stories that a reader's words find, the newest first."""
        return await self.in_store(self._search, query, limit)

    def _search(self, query: str, limit: int) -> list[Story]:
        return stories(self.store, self.store.search(query, limit=limit), self.register)

    async def refresh(self, sources: Collection[Source]) -> AsyncIterator[Report]:
        """Poll these sources side by side and publish on the way; reports as they come."""
        polls = (self.poll(source) for source in sources)
        async for report in side_by_side(polls, most=AT_WORK):
            yield report
            if self.publisher.is_due(busy=True):
                await self.publish(whole=False)
        await self.publish()

    async def poll(self, source: Source) -> Report:
        """Ask one source, keep what is new, and remember when to ask again."""
        judging = self._judging(source)
        asking = self._asking(source, judging)
        outcome, judged = await self.reader.read(source, asking, now=self.now(), judging=judging)
        try:
            if judged and source.page_images:
                judged = await with_pictures(self, judged)
            kept = await self.keeper.keep(
                Ended(
                    source=source,
                    outcome=outcome,
                    judged=judged,
                    judging=judging,
                    memory=self.memories[source.name],
                )
            )
        except StoreError:
            # A full disk is no reason to ask the partner again at once.
            later = self.now() + STORE_PAUSE
            self.memories[source.name] = replace(self.memories[source.name], next_poll=later)
            raise
        self.publisher.stale |= bool(kept.taken.touched)
        return Report.of(source.name, outcome, judged, kept.taken)

    def _asking(self, source: Source, judging: str) -> Memory:
        """The memory to ask with: without validators when the entries are to be judged anew."""
        memory = self.memories[source.name]
        anew = memory.judged != judging
        if source.path is not None:
            # What is remembered of a folder says more than whether it has changed.
            return replace(memory, body_hash=None) if anew else memory
        if anew:
            return replace(memory, etag=None, last_modified=None, body_hash=None)
        return polling.validators(memory, self.now())

    def _judging(self, source: Source) -> str:
        """A fingerprint of all that entries of this source are judged by."""
        known = self._judgings.get(source)
        if known is None:
            known = self._judgings[source] = fingerprint(self.rules, source)
        return known

    async def _keep_all(self, polls: Sequence[Ended]) -> Sequence[Result]:
        results = await self.in_store(keep_all, self.store, self.register, polls, now=self.now())
        for ended, result in zip(polls, results, strict=True):
            if isinstance(result, Kept) and ended.source.name in self.memories:
                self.memories[ended.source.name] = result.memory
        return results

    async def publish(self, *, everything: bool = False, whole: bool = True) -> Printed:
        """Bring the published files up to what is stored."""
        return await self.publisher.publish(everything=everything, whole=whole)

    async def index(self) -> None:
        """Make some of what was kept known to search."""
        await self.in_store(self.store.index, limit=INDEXED)

    async def tidy(self) -> None:
        """Forget what the journal need not reach back to, and what is older than what is kept."""
        now, keep = self.now(), self.settings.publish.keep
        await self.in_store(self.store.forget, now - KEEP)
        if keep is not None:
            while await self.in_store(self._expire, now - keep, now):
                self.publisher.stale = True

    def _expire(self, before: datetime, now: datetime) -> bool:
        """Take some stories out that are too old; whether there were any."""
        with self.store.transaction():
            outlived = self.store.outlived(before, limit=AT_ONCE)
            for story in outlived:
                self.store.expire(story, now=now)
        self.press.withdraw(outlived)
        self.publisher.shrink_allowed |= bool(outlived)
        return bool(outlived)

    def rows(self, now: datetime) -> list[StatusRow]:
        """How every source is doing."""
        return [
            StatusRow(source=source, health=polling.health(source, self.memories[name], now))
            for name, source in self.sources.items()
        ]
