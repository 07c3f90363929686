"""Files of one folder, brought to the disk under other names before any of them is replaced.

So whoever reads, and whatever stops the program, there is the old file or the new one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_MODE = 0o666
"""What the process's umask leaves of it."""


class Replacing:
    """New files on their way into a folder. Every method raises OSError when the disk does."""

    def __init__(self, folder: int) -> None:
        self._folder = folder
        self._aside: set[str] = set()

    def write(self, name: str, body: bytes) -> None:
        """Write a file aside, under a name that the web never shows and the next try overwrites."""
        aside = _aside(name)
        self._aside.add(aside)
        file = os.open(aside, _NEW, _MODE, dir_fd=self._folder)
        try:
            rest = memoryview(body)
            while rest:
                rest = rest[os.write(file, rest) :]
            os.fsync(file)
        finally:
            os.close(file)

    def show(self, name: str) -> None:
        """Let the file that was written aside take the place of the one of this name."""
        aside = _aside(name)
        os.rename(aside, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        self._aside.discard(aside)

    def remove(self, name: str) -> None:
        """Take a file out, if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._folder)

    def clean(self) -> None:
        """Leave nothing aside."""
        for aside in self._aside:
            with suppress(OSError):
                os.unlink(aside, dir_fd=self._folder)


@contextmanager
def replacing(folder: Path) -> Iterator[Replacing]:
    """Replace files of the folder, which is made when there is none; it is on the disk in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, _FOLDER)
    files = Replacing(descriptor)
    try:
        yield files
        os.fsync(descriptor)
    finally:
        files.clean()
        os.close(descriptor)


def _aside(name: str) -> str:
    return f".{name}.part"
