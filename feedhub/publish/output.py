"""Outputs into the folder of published files: checked, then replaced whole, and only when they differ.

A file is written aside, brought to the disk and renamed, so that whoever reads, and whatever stops
the program, there is the old file or the new one. Beside what is text lie its packed forms, for web
servers that send them as they are.
"""

import gzip
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

import brotli

from feedhub.model import Fault, Output
from feedhub.publish.representation import is_text
from feedhub.publish.soundness import Unsound, check, count

MAY_VANISH = 0.5
"""The share of a feed's entries that may be gone at once without anybody having said so."""
FEW = 8
"""Of a feed with fewer entries any number may go."""

_FEED = re.compile(r"(?:^|/)(?:atom\.xml|rss\.xml|feed\.json)$")
_SHRUNK = "Look at `feedhub sources`; when it is right so, `feedhub publish` lets it through."
_FLAWED = "The last good file stays. This is a fault of feedhub: please report it."
_NO_ROOM = "The last good file stays. Check the folder's rights and the free space."


@dataclass(frozen=True, slots=True)
class Published:
    """The names of the files that were replaced, and why others were not."""

    changed: tuple[str, ...] = ()
    refused: tuple[Fault, ...] = ()


class Outbox:
    """The folder of published files. One process at a time writes to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(
        self, outputs: Iterable[Output], *, now: datetime, shrink_allowed: bool = False
    ) -> Published:
        """Replace the files that differ.

        The files of one folder go out together: when one of them is refused, the others wait.
        """
        changed: list[str] = []
        refused: list[Fault] = []
        ordered = sorted(outputs, key=lambda output: _folder_of(output.name))
        for _, group in groupby(ordered, key=lambda output: _folder_of(output.name)):
            together = [each for each in group if self._differs(each)]
            faults = [*self._faults(together, now, shrink_allowed=shrink_allowed)]
            if not faults:
                faults = [*self._replace_all(together, changed)]
            refused += faults
        return Published(tuple(changed), tuple(refused))

    def withdraw(self, names: Iterable[str]) -> tuple[str, ...]:
        """Take files, or folders with all that is in them, out. Returns those that were there."""
        return tuple(name for name in sorted(names) if self._remove(self._folder / name))

    def within(self, folder: str) -> frozenset[str]:
        """The names of the folders and files that stand in a folder."""
        try:
            return frozenset(f"{folder}{each.name}" for each in (self._folder / folder).iterdir())
        except OSError:
            return frozenset()

    def _differs(self, output: Output) -> bool:
        path = self._folder / output.name
        try:
            # Most files have another size when they are others, and need not be read.
            return path.stat().st_size != len(output.body) or path.read_bytes() != output.body
        except OSError:
            return True

    def _faults(
        self, outputs: Iterable[Output], now: datetime, *, shrink_allowed: bool
    ) -> Iterator[Fault]:
        for output in outputs:
            try:
                check(output, now=now)
            except Unsound as error:
                yield _fault("output-unsound", output, f"{error}.", _FLAWED)
                continue
            if not shrink_allowed and self._collapses(output):
                yield _fault("output-shrunk", output, "most of its entries are gone.", _SHRUNK)

    def _collapses(self, output: Output) -> bool:
        if not _FEED.search(output.name):
            return False
        try:
            before = count(replace(output, body=(self._folder / output.name).read_bytes()))
        except OSError:
            return False
        return before >= FEW and count(output) < before * (1 - MAY_VANISH)

    def _replace_all(self, outputs: Iterable[Output], changed: list[str]) -> Iterator[Fault]:
        for output in outputs:
            try:
                self._replace(output)
            except OSError as error:
                reason = error.strerror or str(error)
                yield _fault(
                    "output-unwritten", output, f"it cannot be written: {reason}.", _NO_ROOM
                )
            else:
                changed.append(output.name)

    def _replace(self, output: Output) -> None:
        """The plain file last: until then readers have the old one, and the packed ones are checked."""
        path = self._folder / output.name
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = [_stage(path, output.body)]
        if is_text(output.name):
            staged += [
                _stage(path.with_name(f"{path.name}.gz"), gzip.compress(output.body, 6, mtime=0)),
                _stage(path.with_name(f"{path.name}.br"), brotli.compress(output.body, quality=5)),
            ]
        for part, final in reversed(staged):
            part.replace(final)
        _bring_to_disk(path.parent)

    def _remove(self, path: Path) -> bool:
        if path.is_dir():
            shutil.rmtree(path)
            return True
        there = path.is_file()
        for name in (path.name, f"{path.name}.gz", f"{path.name}.br"):
            path.with_name(name).unlink(missing_ok=True)
        return there


def _folder_of(name: str) -> str:
    return name.rpartition("/")[0]


def _fault(code: str, output: Output, said: str, remedy: str) -> Fault:
    return Fault(code=code, message=f"{output.name}: {said}", remedy=remedy)


def _stage(final: Path, body: bytes) -> tuple[Path, Path]:
    """Write aside under a name that the web never shows and that the next try overwrites."""
    part = final.with_name(f".{final.name}.part")
    try:
        with part.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part, final


def _bring_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
