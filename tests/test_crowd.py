"""Many calls side by side: few at once, all of them in the end, and none after a failure."""

import asyncio
from collections.abc import Collection
from pathlib import Path

import pytest

from feedhub.config import load
from feedhub.model import Memory
from feedhub.pipeline import hub
from feedhub.pipeline.crowd import side_by_side
from feedhub.pipeline.hub import Hub
from tests.instance import feeds, instance


class Crowd:
    """Calls that end when they are let go; how many there are at once is counted."""

    def __init__(self) -> None:
        self.inside = self.most = self.begun = 0

    async def call(self, number: int) -> int:
        self.begun += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        # Some take longer than others.
        for _ in range(1 + number % 5):
            await asyncio.sleep(0)
        self.inside -= 1
        if number == 13:
            raise ValueError(number)
        return number


@pytest.mark.parametrize("count", [0, 1, 3, 12], ids=str)
def test_all_of_them_come_and_few_are_inside(count: int) -> None:
    crowd = Crowd()

    async def results() -> list[int]:
        return [each async for each in side_by_side(map(crowd.call, range(count)), most=3)]

    assert list(range(count)) == sorted(asyncio.run(results()))
    assert min(3, count) == crowd.most


def test_they_go_on_while_nobody_waits_for_results() -> None:
    crowd = Crowd()

    async def results() -> int:
        async for _ in side_by_side(map(crowd.call, range(10)), most=2):
            for _ in range(100):
                await asyncio.sleep(0)
            break
        return crowd.begun

    assert asyncio.run(results()) == 10


def test_none_begins_after_a_failure() -> None:
    crowd = Crowd()

    async def results() -> None:
        async for _ in side_by_side(map(crowd.call, range(1_000)), most=2):
            pass

    with pytest.raises(ValueError, match="13"):
        asyncio.run(results())
    assert crowd.begun < 20


def test_none_begins_when_the_program_ends() -> None:
    crowd = Crowd()

    async def ended() -> None:
        results = side_by_side(map(crowd.call, range(4, 1_000, 5)), most=2)
        waiting = asyncio.ensure_future(anext(results))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(ended())
    assert crowd.begun == 2


ROOMS: dict[str, tuple[Collection[str], list[str]]] = {
    "nobody": ((), ["kyla/feed", "kyla/feed-2", "kyla/feed-3"]),
    "the first": (("kyla/feed",), ["kyla/feed-2", "kyla/feed-3"]),
    "another": (("kyla/feed-4",), ["kyla/feed", "kyla/feed-2"]),
    "as many as there may be": (("kyla/feed", "kyla/feed-2", "kyla/feed-3"), []),
    "more": (("kyla/feed", "kyla/feed-2", "kyla/feed-3", "kyla/feed-4"), []),
}


@pytest.mark.parametrize("name", ROOMS)
def test_daemon_begins_what_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    under_way, expected = ROOMS[name]
    monkeypatch.setattr(hub, "AT_WORK", 3)
    config = instance(tmp_path, kyla=feeds("Kylä", [f"https://a.example/{n}" for n in range(5)]))
    crowd = Hub(load(config))
    crowd.memories = {name: Memory(source=name) for name in crowd.sources}
    assert expected == [each.name for each in crowd.next(under_way)]
