"""What a worker process may be made to do by a document; run there by the pool's tests."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from feedhub.model import Document, Fault, Rules
from feedhub.parse import ParseError
from feedhub.parse.digest import Digest, digest
from tests.samples import TUESDAY, source


def echo(value: object) -> object:
    return value


def process() -> int:
    """The worker that runs this."""
    return os.getpid()


def process_at_rest(seconds: float) -> int:
    """The same, after a while."""
    time.sleep(seconds)
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


def memory() -> tuple[int, int, int]:
    """This worker, and its megabytes in memory: all, and without the others' part of what is shared."""
    rollup = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    kilobytes = {name: int(size) for name, size, *_ in map(str.split, rollup[1:])}
    return os.getpid(), kilobytes["Rss:"] // 1000, kilobytes["Pss:"] // 1000


def weigh(document: Document) -> tuple[Digest | Fault, float, int]:
    """What comes of a document, in how many seconds of work, and how many bytes it took."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = _peak()
    begun = time.process_time()
    found: Digest | Fault
    try:
        found = digest([document], source(), Rules(), TUESDAY)
    except ParseError as error:
        found = error.fault
    return found, time.process_time() - begun, _peak() - before


def _peak() -> int:
    """The most that this process has had in memory since its peak was last forgotten."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) * 1024


KEPT: list[bytearray] = []
