"""Changed feeds are told of, as [websub] says: to a hub elsewhere, by a hub of our own, or not."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path

from feedhub import __version__
from feedhub.config import Settings
from feedhub.fetch.callbacks import Callbacks
from feedhub.publish.representation import media_type, read_if_there
from feedhub.store import StoreError
from feedhub.websub.house import Content, House, InStore, Shelf
from feedhub.websub.hub import Hub
from feedhub.websub.publisher import Publisher
from feedhub.websub.wishes import Answer

FEEDS = ("atom.xml", "rss.xml", "feed.json")
"""What each channel publishes that can be subscribed to."""
REST = 60.0
"""Seconds until telling goes on when the store, or a bug, has ended it."""

NO_HUB = Answer(404, "There is no hub here.\n")

log = logging.getLogger(__name__)


class Feeds:
    """The published feeds by their addresses."""

    def __init__(self, public: Path, base: str, prefixes: Collection[str]) -> None:
        self._public = public
        self._base = base
        self.addresses = frozenset(f"{base}{prefix}{name}" for prefix in prefixes for name in FEEDS)

    def named(self, names: Iterable[str]) -> set[str]:
        """The addresses of the feeds among these published files."""
        return {f"{self._base}{name}" for name in names} & self.addresses

    def knows(self, address: str) -> bool:
        return address in self.addresses

    async def content(self, address: str) -> Content | None:
        name = address.removeprefix(self._base)
        body = await asyncio.to_thread(read_if_there, self._public / name)
        return Content(body, media_type(name)) if body else None


class Telling:
    """Remembers which feeds have changed, and tells of them while it runs."""

    def __init__(self, store: Shelf, in_store: InStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._in_store = in_store
        self._now = now
        self._used: tuple[object, ...] = ()
        self._renewed = asyncio.Event()
        self._teller: Hub | Publisher | None = None
        self._unsaid: set[str] = set()
        """Feeds that may have changed, which is not remembered yet."""

    def use(self, settings: Settings, prefixes: Collection[str]) -> None:
        """Tell as these settings say, of the channels with these prefixes."""
        about = settings.websub, settings.site.url, settings.limits, sorted(prefixes)
        if about == self._used:
            return
        self._used = about
        self._feeds = Feeds(settings.public, settings.site.url, prefixes)
        self._teller = self._made(settings)
        self._renewed.set()

    def _made(self, settings: Settings) -> Hub | Publisher | None:
        if settings.hub_address is None:
            return None
        contact = settings.site.contact or settings.site.url
        house = House(
            callbacks=Callbacks(settings.limits, f"feedhub/{__version__} (+{contact})"),
            topics=self._feeds,
            store=self._store,
            in_store=self._in_store,
            now=self._now,
        )
        kind = Hub if settings.websub.hub == "self" else Publisher
        return kind(house, settings.hub_address)

    async def announce(self, names: Iterable[str]) -> None:
        """These published files have changed. Tells nobody yet, and fails in nobody's way."""
        self._unsaid |= self._feeds.named(names)
        if self._teller is None or not self._unsaid:
            return
        saying = sorted(self._unsaid)
        try:
            await self._teller.announce(saying)
        except StoreError as error:
            log.error("websub: what is new will be told later: %s", error)
        else:
            self._unsaid -= {*saying}

    async def run(self) -> None:
        """Tell, for ever and as the settings say now."""
        while True:
            self._renewed.clear()
            telling = asyncio.create_task(self._tell())
            try:
                await self._renewed.wait()
            finally:
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)

    async def _tell(self) -> None:
        """Beginning with what has changed since anybody was last told."""
        while self._teller is not None:
            try:
                await self._teller.announce(self._feeds.addresses)
                await self._teller.run()
            except Exception:
                log.exception("websub: nobody can be told of news now")
                await asyncio.sleep(REST)

    async def once(self) -> None:
        """Tell a hub elsewhere of what it does not know, for a program that then ends."""
        if isinstance(self._teller, Publisher):
            await self._teller.tell()

    async def request(self, body: bytes, peer: str) -> Answer:
        """The answer to a form that came to our own hub from this IP address."""
        return await self._teller.request(body, peer) if isinstance(self._teller, Hub) else NO_HUB
