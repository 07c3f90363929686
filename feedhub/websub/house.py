"""What telling needs of the rest of the house, which it does not know."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import ParamSpec, Protocol, TypeVar

from feedhub.model import Delivery, Fault, Subscription

P = ParamSpec("P")
T = TypeVar("T")


class Callbacks(Protocol):
    """Requests to addresses that somebody else chose: guarded, bounded, no redirect followed."""

    def host(self, address: str) -> str | None:
        """Whose server would be asked; None for an address that no server can have."""
        ...

    async def get(self, address: str) -> tuple[int, bytes] | Fault:
        """The status, and the body when it is a success and short."""
        ...

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> int | Fault:
        """The status."""
        ...


@dataclass(frozen=True, slots=True)
class Content:
    """What a feed says."""

    body: bytes = field(repr=False)
    media_type: str
    """The value of its Content-Type header field."""


class Topics(Protocol):
    """The feeds of the site, by their own addresses (rel=self)."""

    def knows(self, address: str) -> bool:
        """Whether this is a feed of the site."""
        ...

    async def content(self, address: str) -> Content | None:
        """What the feed says now; None when it is not published."""
        ...


class Shelf(Protocol):
    """The part of the store that knows whom to tell of what; see `feedhub.store.Store`."""

    def note_news(self, digests: Mapping[str, str], *, now: datetime) -> Collection[str]: ...

    def news(self, topic: str) -> int: ...

    def untold(self, since: datetime) -> dict[str, int]: ...

    def told(self, topic: str, news: int) -> None: ...

    def subscribe(
        self, subscription: Subscription, news: int, *, most: int, most_at_host: int, now: datetime
    ) -> bool: ...

    def unsubscribe(self, topic: str, callback: str) -> None: ...

    def subscribers(self) -> list[tuple[str, str]]: ...

    def lapse(self, now: datetime) -> None: ...

    def owed(self, now: datetime) -> list[tuple[str, str, str]]: ...

    def next_owed(self, now: datetime) -> datetime | None: ...

    def delivery(self, topic: str, callback: str, *, now: datetime) -> Delivery | None: ...

    def settle_delivery(
        self, delivery: Delivery, *, told: bool, failures: int, again: datetime
    ) -> None: ...


class InStore(Protocol):
    """Calls a function of the store on the store's own thread."""

    async def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """All of it together."""

    callbacks: Callbacks
    topics: Topics
    store: Shelf
    in_store: InStore
    now: Callable[[], datetime]

    async def note(self, addresses: Iterable[str]) -> bool:
        """Look what these feeds say, and remember it. Returns whether any of it is news."""
        digests = {}
        for address in addresses:
            content = await self.topics.content(address) if self.topics.knows(address) else None
            if content is not None:
                digests[address] = blake2b(content.body, digest_size=16).hexdigest()
        news = await self.in_store(self.store.note_news, digests, now=self.now())
        return bool(news)
