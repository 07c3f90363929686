"""What a worker process may be made to do by a document; run there by the pool's tests."""

import os
import signal
import time
from collections.abc import Callable

from feedhub.parse import ParseError


def echo(value: object) -> object:
    return value


def process() -> int:
    """The worker that runs this."""
    return os.getpid()


def refuse() -> None:
    raise ParseError.of("not-a-feed", "There is something else.", "Ask for another address.")


def stumble() -> None:
    raise RecursionError


def hang() -> None:
    while True:
        pass


def hang_in_c() -> int:
    """A loop that never comes back to Python, where no signal handler would be run."""
    return sum(iter(int, 1))


def stop() -> None:
    """As under a debugger: no alarm wakes it."""
    os.kill(os.getpid(), signal.SIGSTOP)


def swell() -> int:
    """Take a gigabyte, and more."""
    return len([bytearray(1 << 20) for _ in range(4_096)])


def grow(size: int) -> int:
    """Leave so many bytes behind that are never given back."""
    KEPT.append(bytearray(b"x") * size)
    return os.getpid()


def crash() -> None:
    os.abort()


def leave() -> None:
    os._exit(3)


def vanish() -> None:
    """As the system does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def chatter() -> str:
    """Print in the middle of the protocol."""
    os.write(1, b"chatter" * 3)
    return "said"


def unpicklable() -> Callable[[], None]:
    return lambda: None


def rest(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


KEPT: list[bytearray] = []
