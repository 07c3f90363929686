"""Source + memory -> outcome and digest: the half of a poll that keeps nothing."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from feedhub import __version__
from feedhub.config import Settings
from feedhub.fetch.files import read_folder
from feedhub.fetch.web import Web
from feedhub.model import Failed, Fault, Fetched, Memory, Outcome, Source, Unchanged
from feedhub.parse.errors import ParseError
from feedhub.parse.pool import ParsePool
from feedhub.pipeline.fingerprint import fingerprint

if TYPE_CHECKING:
    from feedhub.parse.digest import Digest

PARSE_DEADLINE = timedelta(seconds=10)
PARSE_MEMORY = 512 * 1024 * 1024
PARSE_WORKERS = 2
PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
"""What is asked for where a page is."""
POLLS_A_PLACE = 8
"""Of each request under way at once so many polls may be begun: slow servers stand aside."""
WAITING_BYTES = 16_000_000
"""So much may wait to be parsed; nothing more is fetched until it is less."""

# Faults of a body that may be read all the same another time.
_PASSING = frozenset({"parse-crash", "parse-memory", "parse-timeout"})


def new_web(settings: Settings) -> Web:
    """What asks partners' servers, under the name and address of whoever runs this hub."""
    contact = settings.site.contact or settings.site.url
    return Web(settings.limits, f"feedhub/{__version__} (+{contact})")


class _Tally:
    """How much is under way."""

    def __init__(self) -> None:
        self.amount = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def with_more(self, amount: int) -> AsyncIterator[None]:
        """So much more, until the block ends."""
        self.amount += amount
        try:
            yield
        finally:
            self.amount -= amount
            async with self._changed:
                self._changed.notify_all()

    async def fall_below(self, limit: int) -> None:
        """Wait until it is less than this."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.amount < limit)


class Reader:
    """Fetches and digests; opened and closed as one."""

    def __init__(self, settings: Settings) -> None:
        self.limits = settings.limits
        self.rules = settings.rules
        self._web = new_web(settings)
        self._pool = ParsePool(PARSE_WORKERS, deadline=PARSE_DEADLINE, memory_bytes=PARSE_MEMORY)
        self._exits = AsyncExitStack()
        self._polls = _Tally()
        self._unread = _Tally()
        self._slots = asyncio.Semaphore(settings.limits.concurrency * POLLS_A_PLACE)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as exits:
            await exits.enter_async_context(self._web)
            await exits.enter_async_context(self._pool)
            self._exits = exits.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What is being read is read to its end, as when the configuration changes meanwhile."""
        await self._polls.fall_below(1)
        await self._exits.__aexit__(kind, error, trace)

    async def read(
        self, source: Source, memory: Memory, *, now: datetime, judging: str = ""
    ) -> "tuple[Outcome, Digest | None]":
        """Ask the source; bytes that were read before say nothing new.

        `judging` is a fingerprint of all that its entries are judged by.
        """
        async with self._slots, self._polls.with_more(1):
            await self._unread.fall_below(WAITING_BYTES)
            outcome = await self._fetch(source, memory, now)
            if not isinstance(outcome, Fetched):
                return outcome, None
            body = body_hash(outcome)
            if memory.body_hash == body:
                return _unchanged(outcome), None
            refused = fingerprint(judging, body)
            if memory.fault and memory.refused == refused:
                return Failed(fault=memory.fault, refused=refused), None
            read, found = await self._digested(source, outcome, now)
        if isinstance(read, Fetched):
            # Whoever waits for what came of it must not hold the bytes.
            read = replace(read, documents=(), fingerprint=body)
        elif isinstance(read, Failed) and read.fault.code not in _PASSING:
            read = replace(read, refused=refused)
        return read, found

    async def _digested(
        self, source: Source, fetched: Fetched, now: datetime
    ) -> "tuple[Outcome, Digest | None]":
        # Most polls bring nothing to read, and some starts need no part of what reads.
        from feedhub.parse.digest import digest  # noqa: PLC0415

        # Nothing secret goes where foreign bytes are read.
        plain = replace(source, headers=(), username=None, password=None)
        size = sum(len(document.body) for document in fetched.documents)
        async with self._unread.with_more(size):
            self._web.shut(full=self._unread.amount >= WAITING_BYTES)
            try:
                found = await self._pool.run(digest, fetched.documents, plain, self.rules, now)
            except ParseError as error:
                return Failed(fault=error.fault), None
            finally:
                self._web.shut(full=self._unread.amount - size >= WAITING_BYTES)
        return fetched, found

    async def picture(self, address: str, known: str | None = None) -> str | None:
        """The picture that a page names, or the known one when the page cannot be read."""
        from feedhub.parse.page import MAX_BYTES, picture  # noqa: PLC0415 -- as above

        async with self._polls.with_more(1):
            page = await self._web.get(address, accept=PAGE)
            if isinstance(page, Fault) or page.status != 200:
                return known
            body = page.body[:MAX_BYTES]
            try:
                return await self._pool.run(picture, body, page.content_type, page.address)
            except ParseError:
                return known

    async def status(self, address: str) -> int | None:
        """What a page answers (RFC 9110 section 15), None when there is no answer."""
        async with self._polls.with_more(1):
            page = await self._web.get(address, accept=PAGE)
        return None if isinstance(page, Fault) else page.status

    async def _fetch(self, source: Source, memory: Memory, now: datetime) -> Outcome:
        if source.path is None:
            return await self._web.fetch(source, memory, now=now)
        return await asyncio.to_thread(read_folder, source, memory, limits=self.limits)


def body_hash(fetched: Fetched) -> str:
    """A fingerprint of the decoded bytes and names, and of whether they are all."""
    bodies = hashlib.blake2b(b"part" if fetched.partial else b"", digest_size=16)
    for document in fetched.documents:
        bodies.update(f"{document.name}\n{len(document.body)}\n".encode())
        bodies.update(document.body)
    return bodies.hexdigest()


def _unchanged(fetched: Fetched) -> Unchanged:
    return Unchanged(
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        fresh_for=fetched.fresh_for,
        moved_to=fetched.moved_to,
    )
