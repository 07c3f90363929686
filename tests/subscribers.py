"""A WebSub hub with all that it needs, and subscribers on loopback that do as they are told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from feedhub.fetch.callbacks import Callbacks
from feedhub.store import Store
from feedhub.store.sqlite import SqliteStore
from feedhub.websub.house import Content, House
from feedhub.websub.hub import Hub
from feedhub.websub.publisher import Publisher
from feedhub.websub.verification import Bounds
from feedhub.websub.wishes import Answer
from tests.fetching import AGENT, NO_TLS, limits
from tests.hostile import Asked, Handler, parsed, reply
from tests.samples import TUESDAY

P = ParamSpec("P")
T = TypeVar("T")

HUB = "https://news.example.fi/websub"
TOPIC = "https://news.example.fi/atom.xml"
OTHER = "https://news.example.fi/feed.json"
UNKNOWN = "https://news.example.fi/topics/none/atom.xml"
ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json; charset=utf-8"
HELD = 10
"""Seconds that anything in a test may take."""


def everywhere(_host: str) -> tuple[str, ...]:
    """Every name is this machine's."""
    return ("127.0.0.1",)


@dataclass(frozen=True, slots=True)
class Given:
    """A POST as it came."""

    asked: Asked
    body: bytes

    def header(self, name: str) -> str:
        return (self.asked.first(name.encode()) or b"").decode("latin-1")

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


async def echo(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Agree, as a subscriber does that has asked."""
    challenge = arguments(asked).get("hub.challenge", "")
    await reply(body=challenge.encode())(asked, writer)


def arguments(asked: Asked) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(asked.target).query, keep_blank_values=True))


@dataclass
class Subscriber:
    """What a subscriber does, and what it saw."""

    name: str = "lukija.example.fi"
    port: int = 0
    connections: int = 0
    when_asked: Handler = echo
    when_given: Handler = field(default_factory=lambda: reply(204))
    questions: list[Asked] = field(default_factory=list)
    gifts: list[Given] = field(default_factory=list)

    def address(self, target: str = "/salainen") -> str:
        return f"http://{self.name}:{self.port}{target}"

    @property
    def asked(self) -> list[dict[str, str]]:
        """The arguments of every GET."""
        return [arguments(each) for each in self.questions]

    @property
    def given(self) -> list[bytes]:
        """The body of every POST."""
        return [each.body for each in self.gifts]

    def has_got(self, count: int) -> bool:
        """Whether so many POSTs have come, no more and no fewer."""
        return len(self.gifts) == count

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve(parsed(await reader.readuntil(b"\r\n\r\n")), reader, writer)
        finally:
            writer.close()

    async def _serve(
        self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if asked.line.startswith(b"GET "):
            self.questions.append(asked)
            await self.when_asked(asked, writer)
        else:
            body = await reader.readexactly(int(asked.first(b"content-length") or b"0"))
            self.gifts.append(Given(asked, body))
            await self.when_given(asked, writer)


@asynccontextmanager
async def listening(*subscribers: Subscriber) -> AsyncIterator[None]:
    """Let them all listen, each on its own port."""
    tasks: set[asyncio.Task[None]] = set()

    def accept(subscriber: Subscriber) -> Callable[..., None]:
        return lambda *pair: tasks.add(asyncio.create_task(subscriber.serve(*pair)))

    async with AsyncExitStack() as exits:
        for each in subscribers:
            server = await asyncio.start_server(accept(each), "127.0.0.1", 0, backlog=1024)
            exits.callback(server.close)
            each.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Feeds:
    """The feeds of the site, as a test has them."""

    def __init__(self) -> None:
        self.contents = {
            TOPIC: Content("<feed>Kylä 1</feed>".encode(), ATOM),
            OTHER: Content(b'{"items": []}', JSON),
        }

    def knows(self, address: str) -> bool:
        return address in self.contents

    async def content(self, address: str) -> Content | None:
        return self.contents[address]


async def in_store(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return function(*args, **kwargs)


@dataclass
class World:
    """A house on a Tuesday, with a hub of its own in it."""

    store: Store
    feeds: Feeds = field(default_factory=Feeds)
    time: datetime = TUESDAY
    bounds: Bounds = field(default_factory=Bounds)
    patience: timedelta = timedelta(seconds=5)
    private: bool = True
    """Whether loopback may be reached."""

    def __post_init__(self) -> None:
        allowed = ("127.0.0.1",) if self.private else ()
        bounds = limits(deadline=self.patience, allow_networks=allowed)
        self.house = House(
            callbacks=Callbacks(bounds, AGENT, tls=NO_TLS, lookup=everywhere),
            topics=self.feeds,
            store=self.store,
            in_store=in_store,
            now=lambda: self.time,
        )
        self.hub = Hub(self.house, HUB, bounds=self.bounds)

    @asynccontextmanager
    async def running(self, teller: Hub | Publisher | None = None) -> AsyncIterator[None]:
        """Let the hub, or a publisher, run."""
        task = asyncio.create_task((teller or self.hub).run())
        try:
            async with asyncio.timeout(HELD):
                yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def request(self, peer: str = "192.0.2.1", **fields: str) -> Answer:
        """A form of these `hub.` parameters."""
        form = {f"hub.{name}": value for name, value in fields.items()}
        return await self.hub.request(urlencode(form).encode(), peer)

    async def wish(self, of: Subscriber, mode: str = "subscribe", **fields: str) -> Answer:
        """A wish in this subscriber's name, seen to."""
        plain = {"mode": mode, "topic": TOPIC, "callback": of.address()}
        answer = await self.request(**plain | fields)
        await self.until(lambda: not self.hub._verification._waiting)
        return answer

    async def publish(self, body: bytes, topic: str = TOPIC) -> None:
        """New bytes are served, and announced."""
        self.feeds.contents[topic] = Content(body, self.feeds.contents[topic].media_type)
        await self.hub.announce([topic])

    async def quiet(self) -> None:
        """Until nothing is under way and nothing is owed now."""
        await self.until(lambda: not self.store.owed(self.time))

    async def rested(self) -> None:
        """Until no wish is being seen to."""
        waiting = self.hub._verification._waiting
        await self.until(lambda: all(each.due > self.time for each in waiting.values()))

    def wait(self, span: timedelta) -> None:
        """Let time pass."""
        self.time += span
        self.hub._deliveries.ring()
        self.hub._verification._bell.ring()

    @staticmethod
    async def until(condition: Callable[[], Any]) -> None:
        """Look again whenever something may have happened."""
        while not condition():  # noqa: ASYNC110 - whatever it is may be anywhere
            await asyncio.sleep(0.002)

    def subscribed(self, to: str = TOPIC) -> list[str]:
        """The callbacks that are subscribed."""
        return [callback for topic, callback in self.store.subscribers() if topic == to]


Scene = Callable[[World, Subscriber], Awaitable[None]]


def play(scene: Scene, *others: Subscriber, **options: Any) -> Subscriber:
    """Play a scene with a running hub and one subscriber; returns the subscriber."""
    reader = Subscriber()

    async def whole() -> None:
        with TemporaryDirectory() as folder, closing(SqliteStore(Path(folder))) as store:
            world = World(store=store, **options)
            async with listening(reader, *others), world.running():
                await scene(world, reader)

    asyncio.run(whole())
    return reader
