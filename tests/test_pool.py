"""The worker processes: one task's end is never another's."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feedhub.model import Document, Fault, Rules
from feedhub.parse import ParseError
from feedhub.parse.digest import digest
from feedhub.parse.pool import ParsePool
from tests import misdeeds
from tests.loopback import rss
from tests.samples import TUESDAY, source

MEBIBYTE = 1 << 20

Use = Callable[[ParsePool], Coroutine[Any, Any, None]]


def using(use: Use, *, workers: int = 1, deadline: float = 30, memory: int = 256) -> None:
    """Run the coroutine with a pool. `deadline` is in seconds, `memory` in mebibytes."""

    async def open_and_use() -> None:
        limit = timedelta(seconds=deadline)
        async with ParsePool(workers, deadline=limit, memory_bytes=memory * MEBIBYTE) as pool:
            await use(pool)

    asyncio.run(open_and_use())


async def fault(pool: ParsePool, function: Callable[[], object]) -> Fault:
    with pytest.raises(ParseError) as caught:
        await pool.run(function)
    return caught.value.fault


@dataclass(frozen=True)
class Row:
    task: Callable[[], object]
    code: str
    words: str
    deadline: float = 30
    survives: bool = False


ENDINGS = {
    "the task's own error comes through": Row(
        misdeeds.refuse, "not-a-feed", "something else", survives=True
    ),
    "any other exception is a fault": Row(
        misdeeds.stumble, "parse-failed", "RecursionError at misdeeds.py:", survives=True
    ),
    "a result that cannot come out is a fault": Row(
        misdeeds.unpicklable, "parse-failed", "AttributeError", survives=True
    ),
    "a task past its deadline": Row(misdeeds.hang, "parse-timeout", "too long", deadline=0.5),
    "a task past its deadline in C code": Row(
        misdeeds.hang_in_c, "parse-timeout", "too long", deadline=0.5
    ),
    "a task that takes too much memory": Row(
        misdeeds.swell, "parse-memory", "memory", survives=True
    ),
    "a worker that crashes": Row(misdeeds.crash, "parse-crash", "SIGABRT"),
    "a worker that leaves": Row(misdeeds.leave, "parse-crash", "exit code 3"),
    "a worker that is killed": Row(misdeeds.vanish, "parse-crash", "SIGKILL"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_task_ends_alone(name: str) -> None:
    row = ENDINGS[name]

    async def use(pool: ParsePool) -> None:
        before = await pool.run(misdeeds.process)
        found = await fault(pool, row.task)
        assert (row.code, True) == (found.code, row.words in found.message)
        after = await pool.run(misdeeds.process)
        assert row.survives == (before == after)

    using(use, deadline=row.deadline)


def test_neighbours_of_a_crash_go_on() -> None:
    async def use(pool: ParsePool) -> None:
        tasks = [pool.run(misdeeds.echo, number) for number in range(20)]
        crashes = [fault(pool, misdeeds.crash) for _ in range(3)]
        done = await asyncio.gather(*tasks[:10], *crashes, *tasks[10:])
        assert [*range(10), *range(10, 20)] == [*done[:10], *done[13:]]

    using(use, workers=2)


def test_deadline_counts_from_the_start_of_the_task() -> None:
    async def use(pool: ParsePool) -> None:
        tasks = [pool.run(misdeeds.rest, 0.3) for _ in range(5)]
        assert [0.3] * 5 == await asyncio.gather(*tasks)

    using(use, deadline=0.9)


def test_worker_that_was_stopped_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedhub.parse.pool.GRACE", timedelta(seconds=0.1))

    async def use(pool: ParsePool) -> None:
        assert (await fault(pool, misdeeds.stop)).code == "parse-timeout"
        assert await pool.run(misdeeds.echo, "again") == "again"

    using(use, deadline=0.4)


def test_idle_worker_that_was_killed_is_replaced() -> None:
    async def use(pool: ParsePool) -> None:
        for _ in range(3):
            os.kill(await pool.run(misdeeds.process), signal.SIGKILL)
        assert await pool.run(misdeeds.echo, "again") == "again"

    using(use)


def test_worker_that_has_grown_is_replaced() -> None:
    async def use(pool: ParsePool) -> None:
        small = await pool.run(misdeeds.grow, MEBIBYTE)
        large = await pool.run(misdeeds.grow, 100 * MEBIBYTE)
        assert small == large != await pool.run(misdeeds.process)

    using(use)


@pytest.mark.parametrize(("patience", "workers"), [(30.0, 1), (0.01, 2)])
def test_another_worker_is_started_for_who_has_waited(
    monkeypatch: pytest.MonkeyPatch, patience: float, workers: int
) -> None:
    monkeypatch.setattr("feedhub.parse.pool.PATIENCE", timedelta(seconds=patience))

    async def use(pool: ParsePool) -> None:
        used = {await pool.run(misdeeds.process) for _ in range(5)}
        assert len(used) == 1
        both = await asyncio.gather(*(pool.run(misdeeds.process_at_rest, 0.2) for _ in range(2)))
        assert len({*used, *both}) == workers

    using(use, workers=2)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_worker_leaves_stopping_to_the_pool(stop: signal.Signals) -> None:
    async def use(pool: ParsePool) -> None:
        worker = await pool.run(misdeeds.process)
        os.kill(worker, stop)
        assert worker == await pool.run(misdeeds.process)

    using(use)


def test_large_tasks_and_results_pass() -> None:
    async def use(pool: ParsePool) -> None:
        large = bytes(20 * MEBIBYTE)
        assert large == await pool.run(misdeeds.echo, large)

    using(use)


def test_printing_does_not_disturb_the_answer() -> None:
    async def use(pool: ParsePool) -> None:
        assert await pool.run(misdeeds.chatter) == "said"

    using(use)


def test_cancelled_task_frees_its_worker() -> None:
    async def use(pool: ParsePool) -> None:
        await pool.run(misdeeds.process)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await pool.run(misdeeds.hang)
        async with asyncio.timeout(10):
            assert await pool.run(misdeeds.echo, "again") == "again"

    using(use)


def test_closing_ends_stuck_and_waiting_tasks_at_once() -> None:
    async def close() -> None:
        clock = asyncio.get_running_loop().time
        async with ParsePool(
            2, deadline=timedelta(seconds=60), memory_bytes=256 * MEBIBYTE
        ) as pool:
            await pool.run(misdeeds.process)
            tasks = [asyncio.create_task(pool.run(misdeeds.hang)) for _ in range(4)]
            await asyncio.wait(tasks, timeout=0.05)
            begun = clock()
        assert clock() - begun < 2
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert {asyncio.CancelledError} == {type(each) for each in ended}
        with pytest.raises(asyncio.CancelledError):
            await pool.run(misdeeds.process)

    asyncio.run(close())


def test_workers_of_a_killed_program_end() -> None:
    code = (
        "import asyncio, os, signal, sys; from datetime import timedelta; from tests import misdeeds;"
        "from feedhub.parse.pool import ParsePool\n"
        "async def main():\n"
        "    pool = ParsePool(2, deadline=timedelta(seconds=1), memory_bytes=1 << 28)\n"
        "    print(await pool.run(misdeeds.process), flush=True)\n"
        "    task = asyncio.create_task(pool.run(misdeeds.hang))\n"
        "    await asyncio.wait([task], timeout=0.2)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())"
    )
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stderr=subprocess.PIPE
    ) as program:
        assert program.stderr is not None
        # The error output stays open as long as a worker holds it.
        assert program.stderr.read() == b""
    assert program.returncode == -signal.SIGKILL


def test_program_that_cannot_be_started_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    async def use(pool: ParsePool) -> None:
        found = await fault(pool, misdeeds.process)
        assert ("parse-crash", True) == (found.code, "cannot be started" in found.message)

    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    using(use)


def test_worker_that_dies_at_its_start_is_a_fault() -> None:
    async def use(pool: ParsePool) -> None:
        assert (await fault(pool, misdeeds.process)).code == "parse-crash"

    using(use, memory=1)


def test_feed_is_digested_in_a_worker() -> None:
    documents = (Document(address="https://kyla.example.fi/feed/", body=rss(("/1/", "Yksi", ""))),)

    async def use(pool: ParsePool) -> None:
        found = await pool.run(digest, documents, source(), Rules(), TUESDAY)
        assert [entry.title for entry in found.normalized.entries] == ["Yksi"]

    using(use)
