"""Whose turn it is: few at once, few at a host, starts apart, and the slow stand aside."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from feedhub.fetch import turns
from feedhub.fetch.turns import Turn, Turns
from feedhub.model import Failed, Fetched
from tests.fetching import ask, fault_of, limits, web
from tests.hostile import FEED, Server, hops, reply, serving, stalled
from tests.samples import source

DELAY = 0.1


class Busy:
    """Counts who is at it."""

    def __init__(self) -> None:
        self.now = 0
        self.most = 0
        self.starts: list[float] = []
        self.names: list[str] = []

    async def visit(self, table: Turns, host: str, *, name: str = "", span: float = 0.02) -> None:
        async with table.at(host):
            self.starts.append(asyncio.get_running_loop().time())
            self.names.append(name)
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(span)
            self.now -= 1


def visits(*hosts: str, span: float = 0.02, **bounds: object) -> Busy:
    """These hosts visited at the same time."""

    async def scenario() -> Busy:
        busy, table = Busy(), Turns(limits(**bounds))
        named = [busy.visit(table, host, name=f"{n}", span=span) for n, host in enumerate(hosts)]
        await asyncio.gather(*named)
        return busy

    return asyncio.run(scenario())


def test_one_request_at_a_time_at_a_host() -> None:
    assert 1 == visits(*["a"] * 5).most


def test_as_many_at_a_host_as_configured() -> None:
    assert 2 == visits(*["a"] * 5, per_host=2).most


def test_hosts_are_asked_side_by_side() -> None:
    assert 5 == visits(*"abcde").most


def test_no_more_in_all_than_configured() -> None:
    assert 3 == visits(*"abcdefgh", concurrency=3).most


def test_starts_at_a_host_are_apart() -> None:
    starts = visits(*["a"] * 4, per_host=4, host_delay=timedelta(seconds=DELAY)).starts
    assert min(after - before for before, after in pairwise(starts)) >= DELAY


def test_starts_at_other_hosts_are_not() -> None:
    starts = visits(*"abcd", host_delay=timedelta(seconds=9)).starts
    assert starts[-1] - starts[0] < 1


def test_turns_come_in_order() -> None:
    expected = [f"{n}" for n in range(9)]
    assert expected == visits(*["a"] * 9).names
    assert expected == visits(*"abcdefghi", concurrency=1).names


def test_who_waits_for_a_busy_host_takes_no_place_from_others() -> None:
    busy = visits("a", "a", "a", "a", "b", concurrency=2, span=0.1)
    assert "4" in busy.names[:2]


def test_the_slow_stand_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    busy = visits(*"abcdefgh", concurrency=2, span=1.0)
    assert 2 < busy.most
    assert busy.starts[-1] - busy.starts[0] < 0.9


def test_so_many_stand_aside_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    monkeypatch.setattr(turns, "SLOW_SHARE", 2)
    assert 6 == visits(*"abcdefghijklmnop", concurrency=2, span=0.2).most


def test_hosts_are_forgotten() -> None:
    async def scenario() -> tuple[int, int]:
        table = Turns(limits(host_delay=timedelta(seconds=0.5), concurrency=99))
        await asyncio.gather(*[Busy().visit(table, f"{n}") for n in range(99)])
        during = len(table)
        await asyncio.sleep(0.6)
        return during, len(table)

    assert (99, 0) == asyncio.run(scenario())


def test_a_host_that_is_asked_again_is_not_forgotten_between() -> None:
    async def scenario() -> list[float]:
        busy, table = Busy(), Turns(limits(host_delay=timedelta(seconds=DELAY)))
        for _ in range(3):
            await busy.visit(table, "a")
            await asyncio.sleep(DELAY / 2)
        return busy.starts

    starts = asyncio.run(scenario())
    assert min(after - before for before, after in pairwise(starts)) >= DELAY


@pytest.mark.parametrize("after", [0.0, 0.02, 0.06])
def test_who_gives_up_leaves_nothing_behind(after: float) -> None:
    """Cancelled in turn, at the door, or while asking."""

    async def scenario() -> int:
        busy, table = Busy(), Turns(limits(concurrency=1, host_delay=timedelta(seconds=0.05)))
        crowd = [asyncio.create_task(busy.visit(table, "a", span=9)) for _ in range(3)]
        await asyncio.sleep(after)
        for each in crowd:
            each.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        await asyncio.wait_for(busy.visit(table, "a"), 1)
        await asyncio.sleep(0.1)
        return len(table)

    assert 0 == asyncio.run(scenario())


def test_a_fetch_keeps_its_turn_while_it_stays_at_its_host() -> None:
    async def scenario() -> list[str]:
        busy, table = Busy(), Turns(limits())
        async with Turn(table) as turn:
            await turn.move("a")
            other = asyncio.create_task(busy.visit(table, "a"))
            await asyncio.sleep(0.01)
            await asyncio.wait_for(turn.move("a"), 1)
            before = list(busy.names)
            await turn.move("b")
            await asyncio.wait_for(other, 1)
        return before

    assert [] == asyncio.run(scenario())


# Through the whole fetch


def polls(
    handler: Callable[..., Awaitable[None]], count: int, **bounds: object
) -> tuple[list[object], Server]:
    async def scenario() -> tuple[list[object], Server]:
        async with serving(handler) as server, web(limits(**bounds)) as asker:
            feeds = [source(url=server.url(f"/{n}")) for n in range(count)]
            return await asyncio.gather(*[ask(each, by=asker) for each in feeds]), server

    return asyncio.run(scenario())


def test_a_server_sees_one_request_at_a_time_and_a_pause_between() -> None:
    outcomes, server = polls(reply(body=FEED), 4, host_delay=timedelta(seconds=DELAY))
    assert all(isinstance(each, Fetched) for each in outcomes)
    assert 1 == server.most_at_once
    assert min(b - a for a, b in pairwise(server.starts)) >= DELAY - 0.01


def test_waiting_for_a_turn_costs_no_time() -> None:
    """Four silent servers of one host, each with a whole deadline of its own."""
    outcomes, server = polls(stalled(), 4, deadline=timedelta(seconds=0.3))
    assert ["timeout"] * 4 == [fault_of(each) for each in outcomes if isinstance(each, Failed)]
    assert 4 == server.connections
    assert min(b - a for a, b in pairwise(server.starts)) >= 0.25


def test_a_redirect_to_a_busy_host_waits_for_its_turn_in_time() -> None:
    async def scenario() -> tuple[list[object], Server]:
        async with serving(reply(body=FEED)) as busy:
            away = reply(302, location=busy.url("/"))
            async with serving(away) as one, serving(away) as two:
                pause = timedelta(seconds=0.4)
                bounds = limits(deadline=timedelta(seconds=0.3), host_delay=pause)
                async with web(bounds) as asker:
                    feeds = [source(url=each.url()) for each in (one, two)]
                    return await asyncio.gather(*[ask(each, by=asker) for each in feeds]), busy

    outcomes, busy = asyncio.run(scenario())
    assert all(isinstance(each, Fetched) for each in outcomes)
    assert busy.starts[1] - busy.starts[0] >= 0.39


def test_redirects_within_a_host_need_no_further_turn() -> None:
    outcomes, _ = polls(hops(3), 1, host_delay=timedelta(seconds=60))
    assert isinstance(outcomes[0], Fetched)
