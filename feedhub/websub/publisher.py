"""A WebSub hub elsewhere is told which feeds have changed (section 6).

How is left to the two; what every public hub takes is a form that names the feed. What it was not
told yet stands in the store, each feed once, however often it has changed.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from feedhub.model import Fault
from feedhub.websub.house import House
from feedhub.websub.waiting import Bell, is_down, is_success, may_pass, pause_after

PERSISTENCE = timedelta(days=1)
"""How old news may be that a hub is still told of."""
GONE = 410
FORM = {"content-type": "application/x-www-form-urlencoded"}

log = logging.getLogger(__name__)


class Publisher:
    """Tells the hub at `address` while `run` runs."""

    def __init__(self, house: House, address: str) -> None:
        self._house = house
        self._hub = address
        self._bell = Bell(house.now)
        self._failures = 0
        self._again: datetime | None = None

    async def announce(self, topics: Iterable[str]) -> None:
        """These feeds may have new bytes. Only remembers it: `run` tells the hub."""
        if await self._house.note(topics):
            self._bell.ring()

    async def run(self) -> None:
        """Tell, for ever, what was left of the last time first."""
        while True:
            await self._bell.wait(await self.tell())

    async def tell(self) -> datetime | None:
        """Tell what the hub does not know. Returns when to try again, if that is needed."""
        now, store = self._house.now(), self._house.store
        if self._again is not None and now < self._again:
            return self._again
        failure = None
        for topic, news in (await self._house.in_store(store.untold, now - PERSISTENCE)).items():
            answer = await self._ping(topic)
            if is_down(answer):
                return self._later(answer)
            if may_pass(answer):
                failure = answer
            else:
                await self._house.in_store(store.told, topic, news)
        if failure is not None:
            return self._later(failure)
        self._well()
        return None

    async def _ping(self, topic: str) -> int | Fault:
        """Tell of one feed; of one that the site has no more there is nothing to tell."""
        if not self._house.topics.knows(topic):
            return GONE
        # Some hubs know the feed by the one name, some by the other.
        form = {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
        answer = await self._house.callbacks.post(self._hub, urlencode(form).encode(), FORM)
        if not is_success(answer) and not may_pass(answer):
            log.warning("websub: %s refuses news of %s: %s", self._hub, topic, answer)
        return answer

    def _later(self, answer: int | Fault) -> datetime:
        said = answer.message if isinstance(answer, Fault) else f"It answered {answer}."
        if not self._failures:
            log.warning("websub: %s cannot be told now: %s It is tried again.", self._hub, said)
        self._failures += 1
        self._again = self._house.now() + pause_after(self._failures)
        return self._again

    def _well(self) -> None:
        if self._failures:
            log.info("websub: %s has been told of everything", self._hub)
        self._failures, self._again = 0, None
