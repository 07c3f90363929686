"""One hub at a time on one state folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_FILE = "feedhub.lock"


class CannotStart(Exception):  # noqa: N818  (it is no bug but a message to the operator)
    """Something outside keeps the program from starting; the message says what and what to do."""


@contextmanager
def alone(state: Path) -> Iterator[bool]:
    """Hold the state folder; False when another process holds it.

    The lock is the kernel's: it ends with its process, however that ends.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = os.open(state / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        advice = "make the folder writable, or name another with FEEDHUB_STATE"
        raise CannotStart(f"{state}: cannot be written ({error.strerror}); {advice}") from error
    try:
        yield _locked(lock)
    finally:
        os.close(lock)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    os.truncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    return True
