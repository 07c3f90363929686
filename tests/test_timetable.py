"""What takes longer than from one look of the timetable to the next."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from feedhub.daemon import Daemon
from feedhub.store import StoreError
from tests.samples import TUESDAY


def daemon() -> Daemon:
    hub, face = SimpleNamespace(now=lambda: TUESDAY), SimpleNamespace()
    return Daemon(cast("Any", hub), cast("Any", face))


def test_work_that_goes_on_is_not_begun_again() -> None:
    begun: list[int] = []
    gate = asyncio.Event()

    async def work() -> None:
        begun.append(1)
        await gate.wait()

    async def look_twice() -> int:
        at_work = daemon()
        for _ in range(2):
            at_work._start("index", work)
            await asyncio.sleep(0)
        gate.set()
        await at_work.longer["index"]
        at_work._start("index", work)
        await at_work.longer["index"]
        return len(begun)

    assert 2 == asyncio.run(look_twice())


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        pytest.param(StoreError("no room"), "no room", id="a store that is full"),
        pytest.param(ValueError("a bug"), "index did not end as planned", id="a bug"),
    ],
)
def test_failed_work_is_told_of(
    failure: Exception, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise failure

    async def look() -> None:
        at_work = daemon()
        at_work._start("index", fail)
        await asyncio.wait([at_work.longer["index"]])

    asyncio.run(look())
    assert expected in caplog.text
