"""The program, with a watch on its event loop.

`python -m tests.bench.watched FILE ARGUMENT...` runs `feedhub ARGUMENT...` and writes into FILE, as
JSON, for how many seconds the loop stood still at the longest, where, and for how many of them the
program was at work. A task that sleeps for 10 ms is woken late when another keeps the loop, when a
thread keeps the interpreter, or when the machine is busy: all of them count, and where there was
less work than standing still it was the machine.
"""

import asyncio
import json
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from threading import Event, Thread, main_thread
from types import FrameType
from typing import Any, TypeVar

import uvloop

import feedhub
from feedhub.cli import main

EVERY = 0.01
"""Seconds."""
LATE = 0.1
"""From so many seconds on it is asked what the loop is busy with."""
PACKAGE = str(Path(feedhub.__file__).parent)

T = TypeVar("T")


class Watch:
    """How long the loop stood still at the longest, and what it was seen at meanwhile."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.work = 0.0
        self.place = ""
        self._seen = ""
        self._woken = time.perf_counter()
        self._done = Event()

    async def over(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work gives, watched from its first step to its last."""
        thread = Thread(target=self._look)
        thread.start()
        waking = asyncio.create_task(self._wake())
        # So that it sleeps before the work begins.
        await asyncio.sleep(0)
        try:
            return await work
        finally:
            # What came last has not woken it yet.
            await asyncio.sleep(EVERY)
            waking.cancel()
            self._done.set()
            thread.join()

    async def _wake(self) -> None:
        # The loop's own clock stands still while the loop does.
        clock = time.perf_counter
        while True:
            self._woken, worked = clock(), time.process_time()
            await asyncio.sleep(EVERY)
            late = clock() - self._woken - EVERY
            if late > self.longest:
                self.longest, self.place = late, self._seen
                self.work = time.process_time() - worked
            self._seen = ""

    def _look(self) -> None:
        """On a thread of its own."""
        while not self._done.wait(LATE / 2):
            if time.perf_counter() - self._woken > LATE:
                self._seen = _place(sys._current_frames().get(main_thread().ident or 0))


def _place(frame: FrameType | None) -> str:
    """The innermost function of ours that this frame is in, and the innermost of all."""
    inner = frame.f_code.co_qualname if frame is not None else ""
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(PACKAGE):
            file = Path(code.co_filename).relative_to(PACKAGE)
            own = f"{file}:{frame.f_lineno} {code.co_qualname}"
            return own if own.endswith(inner) else f"{own} > {inner}"
        frame = frame.f_back
    return inner


def run(file: Path, arguments: list[str]) -> None:
    """Run the command; it ends this program, as always."""
    watch, start = Watch(), uvloop.run

    def watched(work: Coroutine[Any, Any, T]) -> T:
        try:
            return start(watch.over(work))
        finally:
            seen = {"still": watch.longest, "work": watch.work, "place": watch.place}
            file.write_text(json.dumps(seen))

    uvloop.run = watched  # type: ignore[assignment]
    main(arguments)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
