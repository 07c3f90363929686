"""What came of polls into the store: a poll's entries and memory together, many polls at once.

A transaction costs as much as several entries, and polls end faster than one can be made for each:
what has ended by then is kept with the next. A poll that fails undoes no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from feedhub import polling
from feedhub.model import Fetched, Memory, Outcome, Source, Unchanged
from feedhub.pipeline.intake import Register, Taken, take_in, unchanged
from feedhub.pipeline.journal import note_dropped
from feedhub.pipeline.judging import Polled
from feedhub.store import Store

if TYPE_CHECKING:
    from feedhub.parse.digest import Digest

MOST = 50
"""Polls that are kept at once, before others get at the store again."""
REST = 5
"""So many times as long as it took to keep some polls it rests, unless there are MOST by then."""
LONGEST_REST = 0.2
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A poll that has ended; `memory` is what was remembered until now."""

    source: Source
    outcome: Outcome
    judged: "Digest | None"
    judging: str
    """Fingerprint of all that the entries were judged by."""
    memory: Memory


@dataclass(frozen=True, slots=True)
class Kept:
    """What a poll changed, and what is remembered from now on."""

    taken: Taken
    memory: Memory


Result = Kept | Exception
KeepAll = Callable[[Sequence[Ended]], Awaitable[Sequence[Result]]]


class Keeper:
    """Has polls kept that have ended: at once when it is rested, else with those that follow."""

    def __init__(self, keep_all: KeepAll) -> None:
        self._keep_all = keep_all
        self._waiting: list[tuple[Ended, asyncio.Future[Kept]]] = []
        self._work: asyncio.Task[None] | None = None
        self._rested = 0.0
        """By the event loop's clock."""

    async def keep(self, ended: Ended) -> Kept:
        """Raises StoreError when it could not be kept."""
        future: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((ended, future))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._work_off())
        return await future

    async def _work_off(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._waiting:
            # A full batch would not get any fuller.
            await asyncio.sleep(0 if len(self._waiting) >= MOST else self._rested - clock())
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            # Whoever was cancelled meanwhile is polled again.
            wanted = [(ended, future) for ended, future in batch if not future.done()]
            began = clock()
            results = await self._results([ended for ended, _ in wanted])
            self._rested = clock() + min(REST * (clock() - began), LONGEST_REST)
            for (_, future), result in zip(wanted, results, strict=True):
                _settle(future, result)

    async def _results(self, batch: Sequence[Ended]) -> Sequence[Result]:
        try:
            return await self._keep_all(batch) if batch else ()
        except Exception as error:  # noqa: BLE001 -- whoever waits is to be told
            return [error] * len(batch)


def _settle(future: asyncio.Future[Kept], result: Result) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)


def keep_all(
    store: Store, register: Register, polls: Sequence[Ended], *, now: datetime
) -> list[Result]:
    """Keep these polls in one transaction, or each in its own when one of them cannot be (sync).

    So that any poll can be undone alone, SQLite would have to copy every page that it changes.
    """
    try:
        with store.transaction():
            return [keep(store, register, each, now=now) for each in polls]
    except Exception as error:  # noqa: BLE001 -- one poll's failure is no other's
        if len(polls) == 1:
            return [error]
    return [result for each in polls for result in keep_all(store, register, [each], now=now)]


def keep(store: Store, register: Register, ended: Ended, *, now: datetime) -> Kept:
    """Entries and memory: neither is ever remembered without the other."""
    taken = Taken()
    name, outcome, judged = ended.source.name, ended.outcome, ended.judged
    if isinstance(outcome, Fetched) and judged is not None:
        if outcome.partial or judged.feed.truncated:
            # What is absent from a part tells nothing.
            register = replace(register, checks=0)
        taken = take_in(store, _polled(ended.source, outcome, judged), register, now=now)
        note_dropped(store, name, judged.normalized.dropped, now=now)
    elif isinstance(outcome, Unchanged):
        taken = unchanged(store, name, register, now=now)
    memory = _remembered(ended, now)
    store.remember(memory)
    return Kept(taken, memory)


def _polled(source: Source, fetched: Fetched, judged: "Digest") -> Polled:
    entries, notes = judged.normalized.entries, judged.normalized.notes
    # What is absent from a folder, or from a complete feed, has been removed.
    some = source.path is not None or bool(entries)
    is_complete = judged.feed.complete and not fetched.partial and some
    complete = source.name if is_complete else None
    return Polled(entries=entries, traits=judged.traits, notes=notes, complete=complete)


def _remembered(ended: Ended, now: datetime) -> Memory:
    outcome, judged = ended.outcome, ended.judged
    hints = _hints(judged) if judged else None
    memory = polling.after(ended.source, ended.memory, outcome, hints=hints, now=now)
    if not isinstance(outcome, Fetched) or judged is None:
        return memory
    if judged.normalized.held:
        # The same files will say something else when the date has come.
        return replace(memory, etag=None, body_hash=None)
    return replace(memory, body_hash=outcome.fingerprint, judged=ended.judging)


def _hints(judged: "Digest") -> polling.Hints:
    feed = judged.feed
    return polling.Hints(
        update_every=feed.update_every,
        skip_hours=feed.skip_hours,
        skip_days=feed.skip_days,
        expired=feed.expired,
        published=tuple(entry.published for entry in judged.normalized.entries),
    )
