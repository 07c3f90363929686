"""Worker processes for foreign bytes: a document that hangs, explodes or crashes costs one task.

Each worker is a program of its own, started when it is first needed and kept for later tasks. It is
not forked from this process, whose threads may hold any lock, and it shares no channel with other
workers that it could leave broken. It holds nothing worth saving, so it is always ended by a kill.

A worker ends by itself when a task runs past the deadline: the system's alarm counts from the
task's start, reaches into hanging C code, needs no attention of a busy event loop, and comes even
when this process is gone. What waits here is for a worker that cannot do even that.
"""

import asyncio
import pickle
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar, TypeVarTuple, cast

from feedhub.parse.errors import ParseError
from feedhub.parse.worker import LENGTH_BYTES, Answer

STARTING = timedelta(seconds=30)
"""How long a worker may take to begin; its imports take a fraction of a second."""
GRACE = timedelta(seconds=5)
"""After the deadline, for a worker that was stopped or has lost its alarm."""
PATIENCE = timedelta(seconds=0.5)
"""How long a task waits for a worker that is busy before another one is started. A start takes as
long as some dozen tasks, so that for a few it is not worth while."""
PIECE = 1 << 20
"""Bytes handed over at once, so that no second copy of a large task piles up on the way."""

# The worker sees the modules that this process sees, and nothing of its command line.
_PROGRAM = (
    "import sys; deadline, memory_bytes, *sys.path = sys.argv[1:]; "
    "from feedhub.parse.worker import serve; serve(float(deadline), int(memory_bytes))"
)
_LOST = (EOFError, OSError)

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class ParsePool:
    """Runs functions in at most `workers` processes; what goes in and out must be picklable.

    `deadline` is for one task, from when it begins to run. `memory_bytes` is what one worker may
    write to, what its libraries need included.
    """

    def __init__(self, workers: int, *, deadline: timedelta, memory_bytes: int) -> None:
        line = [sys.executable, "-c", _PROGRAM, str(deadline.total_seconds()), str(memory_bytes)]
        self._places = [_Place(line, deadline) for _ in range(workers)]
        self._unused = list(self._places)
        # The last one used comes first, so that a quiet hub keeps one worker and not all.
        self._free: asyncio.LifoQueue[_Place] = asyncio.LifoQueue()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers at once. Whoever still waits for a result is cancelled."""
        await asyncio.gather(*(place.close() for place in self._places))

    async def run(self, function: Callable[[*Ts], T], *args: *Ts) -> T:
        """What the function returns. Raises ParseError: its own, or one for how the task ended."""
        place = await self._place()
        try:
            result, error = await place.do(pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL))
        finally:
            self._free.put_nowait(place)
        if error is not None:
            raise error
        return cast("T", result)

    async def _place(self) -> "_Place":
        """One that is free: the first at once, a further one when others are busy for long."""
        if self._unused and len(self._unused) < len(self._places):
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    return await self._free.get()
        return self._unused.pop() if self._unused else await self._free.get()


class _Place:
    """Where one worker works, at one task at a time; one that is lost is replaced by a new one."""

    def __init__(self, line: Sequence[str], deadline: timedelta) -> None:
        self._line = line
        self._patience = (deadline + GRACE).total_seconds()
        self._worker: Process | None = None
        self._closed = False

    async def do(self, task: bytes) -> tuple[Any, ParseError | None]:
        """What came of the task. A worker that did not end it in good order is ended."""
        try:
            await self._begin(task)
            return await self._answer()
        except BaseException:
            await self._end()
            raise

    async def close(self) -> None:
        """End the worker and start no other."""
        self._closed = True
        await self._end()

    async def _begin(self, task: bytes) -> None:
        """Have a worker take the task: the one that is here, or a new one when that has gone."""
        while True:
            waiting = self._worker is not None
            try:
                async with asyncio.timeout(STARTING.total_seconds()):
                    await self._hand_over(task)
            except _LOST as error:
                code = await self._end()
                self._check_open()
                if not waiting:
                    raise _crash(code) from error
            else:
                return

    async def _hand_over(self, task: bytes) -> None:
        if self._worker is None:
            self._check_open()
            self._worker = await asyncio.create_subprocess_exec(
                *self._line, *sys.path, stdin=PIPE, stdout=PIPE, limit=PIECE
            )
            self._check_open()
            await self._frame()
        inbox = cast("asyncio.StreamWriter", self._worker.stdin)
        inbox.write(len(task).to_bytes(LENGTH_BYTES))
        for start in range(0, len(task), PIECE):
            inbox.write(task[start : start + PIECE])
            await inbox.drain()
        await self._frame()

    async def _answer(self) -> Answer:
        try:
            async with asyncio.timeout(self._patience):
                frame = await self._frame()
        except TimeoutError:
            raise _too_slow() from None
        except _LOST:
            code = await self._end()
            self._check_open()
            raise (_too_slow() if code == -signal.SIGALRM else _crash(code)) from None
        return cast("Answer", pickle.loads(frame))  # noqa: S301 -- written by our own worker

    async def _frame(self) -> bytes:
        if self._worker is None:
            raise EOFError
        outbox = cast("asyncio.StreamReader", self._worker.stdout)
        length = int.from_bytes(await outbox.readexactly(LENGTH_BYTES))
        return await outbox.readexactly(length)

    def _check_open(self) -> None:
        """A task that ended because the pool was closed is no fault of its document."""
        if self._closed:
            raise asyncio.CancelledError

    async def _end(self) -> int | None:
        """Be rid of the worker, if there is one; its exit code, negative for a signal."""
        worker, self._worker = self._worker, None
        if worker is None:
            return None
        if cast("asyncio.StreamReader", worker.stdout).at_eof():
            # It is ending by itself, and is to be asked why.
            with suppress(TimeoutError):
                return await asyncio.wait_for(worker.wait(), GRACE.total_seconds())
        with suppress(ProcessLookupError):
            worker.kill()
        return await worker.wait()


def _too_slow() -> ParseError:
    return ParseError.of(
        "parse-timeout",
        "The feed takes too long to read.",
        "Ask its publisher to limit it to the newest posts.",
    )


def _crash(code: int | None) -> ParseError:
    return ParseError.of(
        "parse-crash",
        f"The program that reads feeds broke down over this one ({_ending(code)}).",
        "Ask its publisher to test it with a feed validator.",
    )


def _ending(code: int | None) -> str:
    if code is None:
        return "it cannot be started"
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
