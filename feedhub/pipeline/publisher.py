"""What is rendered, and when: the front at once, the archive when polls have had their turn.

The front is the channels' feeds and pages; the archive holds the history that new stories are bound
into. While polls go on only the front is brought up to date, so that news is out within seconds and
no volume is rendered that the next poll would fill further. What was touched stays remembered in the
store until a whole publication has rendered it.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from feedhub import __version__
from feedhub.config import Settings
from feedhub.pipeline.fingerprint import fingerprint
from feedhub.pipeline.intake import Register
from feedhub.pipeline.printed import Printed
from feedhub.pipeline.report import advice
from feedhub.pipeline.telling import Telling
from feedhub.publish.channels import channels
from feedhub.publish.status import StatusRow
from feedhub.store import ARCHIVE_PAGES, Part, Store
from feedhub.websub.house import InStore

if TYPE_CHECKING:
    from feedhub.pipeline.press import Press

PAUSE = 2.0
"""Seconds between two publications at least, while polls go on."""
SHARE = 0.1
"""The share of its time that the hub spends on publishing at most, while polls go on."""
FRONT = 1.0
"""Seconds after which no more channels are rendered while something else waits."""
PATIENCE = 600.0
"""Seconds that the archive, and channels for which there is no time, wait for polls to end."""
PIECE = 16
"""So many channels or volumes are rendered before others get at the store again."""

T = TypeVar("T")

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Rows = Callable[[datetime], Sequence[StatusRow]]
"""How every source is doing at a moment."""


class Publisher:
    """Keeps the published files up to what is stored."""

    def __init__(
        self, store: Store, in_store: InStore, telling: Telling, rows: Rows, now: Clock
    ) -> None:
        self.stale = True
        """Something that the front shows is, or may be, another than published."""
        self.owing = True
        """The archive, too, may have to be rendered."""
        self.shrink_allowed = False
        # A pass that is over by then publishes once.
        self.rest_until = _clock() + PAUSE
        """By the event loop's clock."""
        self._held = False
        self._refused: set[str] = set()
        self._patient_until = _clock() + PATIENCE
        self._published = datetime.min.replace(tzinfo=UTC)
        self._one_at_a_time = asyncio.Lock()
        self._store = store
        self._in_store = in_store
        self._telling = telling
        self._rows = rows
        self._now = now

    def use(self, settings: Settings, register: Register) -> None:
        """Publish as these settings say."""
        self._settings, self._register = settings, register
        self.prefixes = frozenset(each.prefix for each in channels(settings.site))
        self.__dict__.pop("press", None)
        about = settings.site, settings.publish, settings.hub_address
        self._fingerprint = fingerprint(__version__, *about)

    @cached_property
    def press(self) -> "Press":
        """Made when something is to be rendered, since a start without it is a quarter shorter."""
        from feedhub.pipeline.press import Press  # noqa: PLC0415

        return Press(self._settings, self._register)

    @property
    def is_out(self) -> bool:
        """Whether anything was ever published here."""
        return (self._settings.public / "atom.xml").is_file()

    def is_due(self, *, busy: bool) -> bool:
        """Whether there is something to publish; and, while polls go on, they have had their turn."""
        if busy:
            return self.stale and _clock() >= self.rest_until
        return self.stale or self.owing

    def retry(self) -> None:
        """Let what was refused be tried again with the next publication."""
        self.stale |= self._held

    async def publish(self, *, everything: bool = False, whole: bool = True) -> Printed:
        """Render what was touched (or all that there is) and replace the files that differ.

        In pieces, so that polls go on keeping what they read between two of them. Not `whole` means
        without the archive, if it has not waited too long by now.
        """
        async with self._one_at_a_time:
            began = _clock()
            whole = whole or began >= self._patient_until
            self._published = self._now()
            allowed, self.shrink_allowed = self.shrink_allowed, False
            self.stale, self.owing, self._held = False, not whole, True
            anew = await self._in_store(self._begin, everything)
            printed = await (self._whole(allowed) if whole else self._front(allowed))
            printed += await self._in_store(self._frame, anew, whole, bool(printed.rendered))
            await self._in_store(self._store.touch, printed.held)
            self._mind(printed)
            ended = _clock()
            self.rest_until = ended + max(PAUSE, (ended - began) / SHARE)
            self._patient_until = ended + PATIENCE if whole else self._patient_until
        return printed

    def _begin(self, everything: bool) -> bool:
        """Whether all is to be rendered anew, as when the configuration is another."""
        with self._store.transaction():
            printed = self._store.fact("printed")
            if not everything and printed == self._fingerprint and self.is_out:
                return False
            self.touch_everything()
            self._store.note("printed", self._fingerprint)
        return True

    def touch_everything(self) -> None:
        """All channels and all volumes are to be rendered anew (in the store)."""
        self._store.touch((prefix, None) for prefix in self.prefixes)
        self._store.touch_history(self.prefixes)

    async def _front(self, shrink_allowed: bool) -> Printed:
        """The channels as they stand, those with the most readers first, as far as time allows.

        What is new in them is bound by the next whole publication, which renders them all.
        """
        channels = await self._in_store(self._store.touched_channels)
        channels.sort(key=lambda prefix: prefix.startswith("organizations/"))
        return await self._print(_fronts(channels), shrink_allowed, until=_clock() + FRONT)

    async def _whole(self, shrink_allowed: bool) -> Printed:
        """Volumes before the feeds that lead to them; but when there are many, news goes first."""
        waiting = await self._in_store(self._store.touched_volumes)
        printed = await self._front(shrink_allowed) if len(waiting) > PIECE else Printed()
        channels = await self._in_store(self._store.touched_channels)
        for piece in _pieces(channels):
            await self._in_store(self._bind, piece)
        volumes = await self._in_store(self._store.touched_volumes)
        printed += await self._print(volumes, shrink_allowed, finish=True)
        if any(prefix == ARCHIVE_PAGES for prefix, _ in volumes):
            printed += await self._in_store(self.press.archive, self._store, now=self._published)
        return printed + await self._print(_fronts(channels), shrink_allowed, finish=True)

    def _bind(self, channels: Iterable[str]) -> None:
        with self._store.transaction():
            for prefix in channels:
                self.press.bind(self._store, prefix, now=self._published)

    async def _print(
        self,
        parts: Sequence[Part],
        shrink_allowed: bool,
        *,
        finish: bool = False,
        until: float = math.inf,
    ) -> Printed:
        printed = Printed()
        for piece in _pieces(parts):
            some = await self._in_store(self._print_piece, piece, shrink_allowed, finish)
            await self._telling.announce(some.changed)
            printed += some
            if _clock() >= until:
                break
        return printed

    def _print_piece(self, parts: Sequence[Part], shrink_allowed: bool, finish: bool) -> Printed:
        now, allowed = self._published, shrink_allowed
        printed = self.press.publish(self._store, parts, now=now, shrink_allowed=allowed)
        if finish:
            with self._store.transaction():
                self._store.untouch([part for part in parts if self._is_finished(part)])
        return printed

    def _is_finished(self, part: Part) -> bool:
        """Not a channel that got stories since its others were bound: these wait for their volume."""
        prefix, place = part
        return place is not None or not self._store.unbound(prefix)

    def _frame(self, anew: bool, whole: bool, is_news: bool) -> Printed:
        """What no single story changes, at the end."""
        now = self._published
        printed = self.press.standing(now=now) if anew else Printed()
        if whole:
            printed += self._status(anew)
        if whole and (anew or is_news):
            printed += self.press.sitemap(self._store, now=now)
        if is_news:
            self.press.rest()
        return printed

    def _status(self, anew: bool) -> Printed:
        """Every source's health, rendered when it is another than published."""
        rows = self._rows(self._published)
        shown = fingerprint(self._fingerprint, *((row.source.name, row.health) for row in rows))
        if not anew and self._store.fact("status") == shown:
            return Printed()
        printed = self.press.status(rows, now=self._published)
        if not printed.refused:
            with self._store.transaction():
                self._store.note("status", shown)
        return printed

    def _mind(self, printed: Printed) -> None:
        """What could not go out is told once."""
        self._held = bool(printed.held)
        said = {advice(fault) for fault in printed.refused}
        for each in sorted(said - self._refused):
            log.error("not published: %s", each)
        self._refused = said


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _fronts(channels: Iterable[str]) -> list[Part]:
    return [(prefix, None) for prefix in channels]


def _pieces(parts: Sequence[T]) -> Iterator[Sequence[T]]:
    return (parts[start : start + PIECE] for start in range(0, len(parts), PIECE))
