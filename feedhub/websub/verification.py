"""Whether a subscriber means what was asked in its name: asked of the subscriber (5.2, 5.3).

Anybody can write anybody's address into a form. So a wish waits, in memory only and not among too
many, until its callback has said yes to it; until then nothing that is stored changes.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hmac import compare_digest
from ipaddress import IPv6Address
from secrets import token_urlsafe
from typing import Literal, assert_never

from feedhub.model import Fault, Subscription
from feedhub.websub.house import House
from feedhub.websub.lanes import Key, Lanes
from feedhub.websub.waiting import Bell, is_success, may_pass
from feedhub.websub.wishes import Answer, Wish, appended

CHALLENGE_BYTES = 32
"""Of randomness."""
AGAIN = (timedelta(seconds=10), timedelta(minutes=1))
"""Pauses before a subscriber that did not answer is asked again; then it must ask anew."""

ACCEPTED = Answer(202, "Accepted. The callback will now be asked whether it agrees.\n")
NO_CALLBACK = Answer(400, "hub.callback must be an address that a server can have.\n")
CROWDED = Answer(
    429, "Too many requests of yours are waiting for their verification. Try again later.\n"
)
FULL = Answer(503, "Too many requests are waiting for their verification. Try again later.\n")

UNKNOWN_TOPIC = "This hub serves no such topic."
NO_ROOM = "This hub has no room for more subscriptions."

Verdict = Literal["agreed", "declined", "unreachable"]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many there may be."""

    subscriptions: int = 5_000
    at_host: int = 500
    """Of them with callbacks at one host: a service that reads for many needs one for each feed."""
    waiting: int = 1_000
    """Wishes that wait for their verification."""
    waiting_alike: int = 100
    """Of them with callbacks at one host, and of them from one sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A wish that waits for its verification."""

    wish: Wish
    host: str
    sender: str
    due: datetime
    tries: int = 0


class Verification:
    """Lets wishes wait, asks their subscribers, and keeps what they agree to.

    `kept` is called when a subscription is kept: news may be owed to it already.
    """

    def __init__(self, house: House, bounds: Bounds, kept: Callable[[], None]) -> None:
        self._house = house
        self._bounds = bounds
        self._kept = kept
        self._bell = Bell(house.now)
        self._waiting: dict[Key, _Waiting] = {}
        """A newer wish for the same topic and callback replaces an older one."""

    def accept(self, wish: Wish, peer: str) -> Answer:
        """Let the wish wait. The answer depends on nothing that is found out later (5.1.2)."""
        host = self._house.callbacks.host(wish.callback)
        if host is None:
            return NO_CALLBACK
        key = (wish.topic, wish.callback)
        each = _Waiting(wish=wish, host=host, sender=_sender(peer), due=self._house.now())
        if key not in self._waiting and (refusal := self._crowded(each)):
            return refusal
        self._waiting[key] = each
        self._bell.ring()
        return ACCEPTED

    def _crowded(self, one: _Waiting) -> Answer | None:
        most = self._bounds.waiting_alike
        others = self._waiting.values()
        if sum(each.host == one.host for each in others) >= most:
            return CROWDED
        if sum(each.sender == one.sender for each in others) >= most:
            return CROWDED
        return FULL if len(others) >= self._bounds.waiting else None

    async def run(self) -> None:
        """Ask, for ever."""
        async with asyncio.TaskGroup() as tasks:
            lanes = Lanes(tasks, self._bell.ring)
            await self._dismiss(lanes)
            while True:
                await self._bell.wait(self._start(lanes))

    def _start(self, lanes: Lanes) -> datetime | None:
        """Start what is due. Returns when the next is."""
        now = self._house.now()
        for key, each in self._waiting.items():
            if each.due <= now:
                lanes.put(each.host, key, partial(self._judge, key, each))
        return min((each.due for each in self._waiting.values() if each.due > now), default=None)

    async def _judge(self, key: Key, each: _Waiting) -> None:
        later = None
        try:
            later = await self._settle(each)
        finally:
            # A newer wish may have taken its place meanwhile.
            if self._waiting[key] is each:
                del self._waiting[key]
                if later is not None:
                    self._waiting[key] = later

    async def _settle(self, each: _Waiting) -> _Waiting | None:
        """See to the wish. Returns it when it is to wait once more."""
        wish = each.wish
        if wish.mode == "subscribe" and not self._house.topics.knows(wish.topic):
            await self._deny(wish.topic, wish.callback, UNKNOWN_TOPIC)
            return None
        news = await self._house.in_store(self._house.store.news, wish.topic)
        asked = self._house.now()
        verdict = await self._ask(wish)
        match verdict:
            case "agreed":
                await self._keep(each, news, asked)
            case "unreachable" if each.tries < len(AGAIN):
                due = self._house.now() + AGAIN[each.tries]
                return replace(each, due=due, tries=each.tries + 1)
            case "unreachable" | "declined":
                log.info("websub: %s did not agree to %s", each.host, wish.mode)
            case _:
                assert_never(verdict)
        return None

    async def _ask(self, wish: Wish) -> Verdict:
        """A GET that only the subscriber can answer, and only when it means it (5.3)."""
        challenge = token_urlsafe(CHALLENGE_BYTES)
        arguments = {"mode": wish.mode, "topic": wish.topic, "challenge": challenge}
        if wish.mode == "subscribe":
            arguments["lease_seconds"] = str(int(wish.lease.total_seconds()))
        answer = await self._house.callbacks.get(wish.asking(**arguments))
        status, body = (answer, b"") if isinstance(answer, Fault) else answer
        if is_success(status) and compare_digest(body, challenge.encode()):
            return "agreed"
        return "unreachable" if may_pass(status) else "declined"

    async def _keep(self, each: _Waiting, news: int, asked: datetime) -> None:
        wish, store = each.wish, self._house.store
        if wish.mode == "unsubscribe":
            await self._house.in_store(store.unsubscribe, wish.topic, wish.callback)
            log.info("websub: %s has unsubscribed from %s", each.host, wish.topic)
            return
        subscription = Subscription(
            topic=wish.topic,
            callback=wish.callback,
            host=each.host,
            secret=wish.secret,
            expires=asked + wish.lease,
        )
        if await self._house.in_store(self._subscribe(subscription, news)):
            log.info("websub: %s has subscribed to %s", each.host, wish.topic)
            self._kept()
        else:
            await self._deny(wish.topic, wish.callback, NO_ROOM)

    def _subscribe(self, subscription: Subscription, news: int) -> Callable[[], bool]:
        return partial(
            self._house.store.subscribe,
            subscription,
            news,
            most=self._bounds.subscriptions,
            most_at_host=self._bounds.at_host,
            now=self._house.now(),
        )

    async def _dismiss(self, lanes: Lanes) -> None:
        """End the subscriptions to feeds that the site has no more (5.2)."""
        store = self._house.store
        for topic, callback in await self._house.in_store(store.subscribers):
            if not self._house.topics.knows(topic):
                await self._house.in_store(store.unsubscribe, topic, callback)
                host = self._house.callbacks.host(callback) or ""
                lanes.put(
                    host, (topic, callback), partial(self._deny, topic, callback, UNKNOWN_TOPIC)
                )

    async def _deny(self, topic: str, callback: str, reason: str) -> None:
        """Say that there is no such subscription, or no more; whether it is heard or not (5.2)."""
        said = {"hub.mode": "denied", "hub.topic": topic, "hub.reason": reason}
        await self._house.callbacks.get(appended(callback, said))


def _sender(peer: str) -> str:
    """Who sent a request: of an IPv6 address the network, since one sender has all of it."""
    try:
        address = IPv6Address(peer)
    except ValueError:
        return peer
    return str(address.ipv4_mapped or int(address) >> 64)
