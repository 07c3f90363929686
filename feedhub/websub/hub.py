"""A WebSub hub of our own, for our own feeds: whoever subscribes gets their new bytes."""

import asyncio
from collections.abc import Iterable

from feedhub.websub.delivery import Deliveries
from feedhub.websub.house import House
from feedhub.websub.verification import Bounds, Verification
from feedhub.websub.wishes import Answer, read


class Hub:
    """Takes subscription requests at `address`, and tells subscribers while `run` runs."""

    def __init__(self, house: House, address: str, *, bounds: Bounds | None = None) -> None:
        self._house = house
        self._deliveries = Deliveries(house, address)
        self._verification = Verification(house, bounds or Bounds(), self._deliveries.ring)

    async def request(self, body: bytes, peer: str) -> Answer:
        """The answer to a form that came from this IP address (section 5.1)."""
        wish = read(body)
        return wish if isinstance(wish, Answer) else self._verification.accept(wish, peer)

    async def announce(self, topics: Iterable[str]) -> None:
        """These feeds may have new bytes. Only remembers it: `run` tells the subscribers."""
        if await self._house.note(topics):
            self._deliveries.ring()

    async def run(self) -> None:
        """Verify and deliver, for ever, what was left of the last time first."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._verification.run())
            tasks.create_task(self._deliveries.run())
