"""What a worker process does: take a task, run it within its limits, answer, wait for the next.

Tasks and answers are frames: a length in eight bytes, then so many bytes of a pickle. An empty
frame from the worker says that it is ready, or that it has begun with a task.
"""

import gc
import os
import pickle
import resource
import signal
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from feedhub.parse.errors import ParseError

LENGTH_BYTES = 8
SIGN = b""
WORN_BYTES = 64 * 1024 * 1024
"""A worker that has grown by so much ends, since Python gives little of such memory back."""
WARM = ("feedhub.parse.digest", "feedhub.parse.feeds", "feedhub.parse.jsonfeed")
"""What tasks need: imported before the first of them, so that none is slower than the others."""

Answer = tuple[Any, ParseError | None]
"""The result, or why there is none."""


def serve(deadline: float, memory_bytes: int) -> None:
    """Run tasks until nobody sends any more. `deadline` is for one task, in seconds."""
    inbox, outbox = _doors()
    _limit(memory_bytes)
    for each in WARM:
        import_module(each)
    gc.freeze()
    bounds = _resident() + WORN_BYTES
    # Whoever started this process may be gone.
    with suppress(BrokenPipeError):
        _send(outbox, SIGN)
        while _resident() <= bounds and (task := _receive(inbox)):
            _send(outbox, SIGN)
            signal.setitimer(signal.ITIMER_REAL, deadline)
            answer = _answer(task)
            signal.setitimer(signal.ITIMER_REAL, 0)
            _send(outbox, answer)


def _doors() -> tuple[BinaryIO, BinaryIO]:
    """Where tasks come from and answers go; what a library prints cannot come between them."""
    inbox, outbox = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return inbox, outbox


def _limit(memory_bytes: int) -> None:
    """Bound the memory, write no foreign bytes to a core file, and leave stopping to the pool.

    RLIMIT_DATA counts what a process can write to. RLIMIT_AS would count the libraries that are
    mapped too, so that one number would be another limit on every machine.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    # The system then ends the process wherever it hangs, be it in a library's C code.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _answer(task: bytes) -> bytes:
    try:
        function, arguments = pickle.loads(task)  # noqa: S301 -- written by the pool
        return _packed((function(*arguments), None))
    except ParseError as error:
        return _packed((None, error))
    except MemoryError:
        return _packed((None, _too_large()))
    except Exception as error:  # noqa: BLE001 -- one document's failure is no other's
        return _packed((None, ParseError.unexpected(error)))


def _packed(answer: Answer) -> bytes:
    return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)


def _too_large() -> ParseError:
    return ParseError.of(
        "parse-memory",
        "The feed takes too much memory to read.",
        "Ask its publisher to limit it to the newest posts.",
    )


def _receive(inbox: BinaryIO) -> bytes:
    length = int.from_bytes(inbox.read(LENGTH_BYTES))
    return inbox.read(length)


def _send(outbox: BinaryIO, frame: bytes) -> None:
    outbox.write(len(frame).to_bytes(LENGTH_BYTES))
    outbox.write(frame)
    outbox.flush()


def _resident() -> int:
    """Bytes of this process in memory; 0 where the system does not tell, so that none is worn."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()
