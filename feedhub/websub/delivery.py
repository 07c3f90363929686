"""New bytes to the subscribers (section 7): signed, again and again, and none in another's way.

What is owed stands in the store. A subscriber that cannot be reached is tried again at growing
intervals; after PERSISTENCE this news is given up, but not the subscriber, which is told of the
next. Only its own word (410) or the end of its lease ends a subscription.
"""

import asyncio
import hmac
import logging
from collections import OrderedDict
from datetime import datetime, timedelta
from functools import partial

from feedhub.model import Delivery, Fault
from feedhub.websub.house import Content, House
from feedhub.websub.lanes import Lanes
from feedhub.websub.waiting import Bell, is_success, pause_after

PERSISTENCE = timedelta(hours=6)
"""How long one piece of news is tried."""
KEPT_CONTENTS = 8
"""Feeds whose bytes are kept while they go out."""
GONE = 410

log = logging.getLogger(__name__)


class Deliveries:
    """Gives every subscriber what it is owed. `address` is the hub's own."""

    def __init__(self, house: House, address: str) -> None:
        self._house = house
        self._address = address
        self._bell = Bell(house.now)
        self._contents: OrderedDict[tuple[str, int], Content | None] = OrderedDict()

    def ring(self) -> None:
        """There may be something new."""
        self._bell.ring()

    async def run(self) -> None:
        """Deliver, for ever."""
        async with asyncio.TaskGroup() as tasks:
            lanes = Lanes(tasks, self._bell.ring)
            while True:
                await self._bell.wait(await self._start(lanes))

    async def _start(self, lanes: Lanes) -> datetime | None:
        """Start what is due. Returns when the next is."""
        now, store = self._house.now(), self._house.store
        await self._house.in_store(store.lapse, now)
        for topic, callback, host in await self._house.in_store(store.owed, now):
            lanes.put(host, (topic, callback), partial(self._deliver, topic, callback))
        return await self._house.in_store(store.next_owed, now)

    async def _deliver(self, topic: str, callback: str) -> None:
        """What is owed now, which may be more or less than when it was found."""
        now, store = self._house.now(), self._house.store
        delivery = await self._house.in_store(store.delivery, topic, callback, now=now)
        if delivery is not None:
            await self._give(delivery)

    async def _give(self, delivery: Delivery) -> None:
        to = delivery.subscription
        content = await self._content(to.topic, delivery.news)
        if content is None:
            await self._settle(delivery, told=True, failures=delivery.failures)
            return
        headers = self._headers(delivery, content)
        answer = await self._house.callbacks.post(to.callback, content.body, headers)
        if is_success(answer):
            await self._settle(delivery, told=True, failures=0)
        elif answer == GONE:
            await self._house.in_store(self._house.store.unsubscribe, to.topic, to.callback)
            log.info("websub: %s wants no more of %s", to.host, to.topic)
        else:
            await self._failed(delivery, answer)

    async def _failed(self, delivery: Delivery, answer: int | Fault) -> None:
        too_late = self._house.now() - delivery.changed >= PERSISTENCE
        await self._settle(delivery, told=too_late, failures=delivery.failures + 1)
        to = delivery.subscription
        said = answer.code if isinstance(answer, Fault) else answer
        if not delivery.failures:
            log.info("websub: %s does not take the news of %s: %s", to.host, to.topic, said)

    async def _settle(self, delivery: Delivery, *, told: bool, failures: int) -> None:
        pause = pause_after(failures) if failures else timedelta(0)
        settle = partial(
            self._house.store.settle_delivery,
            delivery,
            told=told,
            failures=failures,
            again=self._house.now() + pause,
        )
        await self._house.in_store(settle)

    async def _content(self, topic: str, news: int) -> Content | None:
        """What the feed says since its latest news, or later."""
        key = topic, news
        if key not in self._contents:
            self._contents[key] = await self._house.topics.content(topic)
            while len(self._contents) > KEPT_CONTENTS:
                self._contents.popitem(last=False)
        return self._contents[key]

    def _headers(self, delivery: Delivery, content: Content) -> dict[str, str]:
        to = delivery.subscription
        headers = {
            "content-type": content.media_type,
            "link": f'<{self._address}>; rel="hub", <{to.topic}>; rel="self"',
        }
        if to.secret is not None:
            headers["x-hub-signature"] = signature(to.secret, content.body)
        return headers


def signature(secret: str, body: bytes) -> str:
    """Of the body, by HMAC (RFC 2104) with SHA-256 (section 7.1)."""
    return f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"
