"""Outputs into the folder of published files: checked, then replaced whole, and only when they differ.

A file is written aside, brought to the disk and renamed, so that whoever reads, and whatever stops
the program, there is the old file or the new one. Beside what is text lie its packed forms, for web
servers that send them as they are.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path

from feedhub.model import Fault, Output
from feedhub.publish.packing import CODINGS, forms
from feedhub.publish.replacing import Replacing, replacing
from feedhub.publish.soundness import Unsound, check, count

WRITERS = 4
"""Threads that check, pack and write: mostly they wait for the disk."""
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

    given: int = 0
    changed: tuple[str, ...] = ()
    refused: tuple[Fault, ...] = ()
    held: tuple[str, ...] = ()
    """The names of what was refused."""

    def __add__(self, other: "Published") -> "Published":
        return Published(
            given=self.given + other.given,
            changed=self.changed + other.changed,
            refused=self.refused + other.refused,
            held=self.held + other.held,
        )


class Outbox:
    """The folder of published files. One process at a time writes to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(
        self, outputs: Iterable[Output], *, now: datetime, shrink_allowed: bool = False
    ) -> Published:
        """Replace the files that differ, while those that come after them are being rendered.

        Files of one folder that come one after the other go out together: when one of them is
        refused, the others wait. No more than a few folders are in hand at once.
        """
        finish = partial(self._publish, now=now, shrink_allowed=shrink_allowed)
        published = Published()
        underway: dict[str, Future[Published]] = {}
        with ThreadPoolExecutor(WRITERS, thread_name_prefix="outbox") as writers:
            for folder, group in groupby(outputs, key=_folder_of):
                together = [*group]
                # One thread at a time writes to a folder.
                while folder in underway or len(underway) > WRITERS:
                    published += underway.pop(next(iter(underway))).result()
                underway[folder] = writers.submit(finish, together)
            return sum((each.result() for each in underway.values()), published)

    def _publish(
        self, outputs: Sequence[Output], *, now: datetime, shrink_allowed: bool
    ) -> Published:
        """One folder's."""
        together = [each for each in outputs if self._differs(each)]
        faults = dict(self._faults(together, now, shrink_allowed=shrink_allowed))
        changed: list[str] = []
        if together and not faults:
            faults = dict(self._replace(together, changed))
        return Published(len(outputs), tuple(changed), tuple(faults.values()), tuple(faults))

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
    ) -> Iterator[tuple[str, Fault]]:
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

    def _replace(
        self, outputs: Sequence[Output], changed: list[str]
    ) -> Iterator[tuple[str, Fault]]:
        one = outputs[0]
        try:
            with replacing(self._folder / _folder_of(one)) as files:
                for one in outputs:
                    _write(files, one)
                for one in outputs:
                    _show(files, one)
                    changed.append(one.name)
        except OSError as error:
            reason = error.strerror or str(error)
            yield _fault("output-unwritten", one, f"it cannot be written: {reason}.", _NO_ROOM)

    def _remove(self, path: Path) -> bool:
        if path.is_dir():
            shutil.rmtree(path)
            return True
        there = path.is_file()
        for name in (path.name, *(f"{path.name}{each.suffix}" for each in CODINGS.values())):
            path.with_name(name).unlink(missing_ok=True)
        return there


def _folder_of(output: Output) -> str:
    return output.name.rpartition("/")[0]


def _fault(code: str, output: Output, said: str, remedy: str) -> tuple[str, Fault]:
    return output.name, Fault(code=code, message=f"{output.name}: {said}", remedy=remedy)


def _write(files: Replacing, output: Output) -> None:
    name = output.name.rpartition("/")[2]
    for coding in forms(output.name):
        files.write(f"{name}{coding.suffix}", coding.pack(output.body))
    files.write(name, output.body)


def _show(files: Replacing, output: Output) -> None:
    """The plain file last: until then readers have the old one, and the packed ones are checked."""
    name = output.name.rpartition("/")[2]
    packed = forms(output.name)
    for coding in CODINGS.values():
        if coding in packed:
            files.show(f"{name}{coding.suffix}")
        else:
            # Of a time when it lay in this form: what it holds is old.
            files.remove(f"{name}{coding.suffix}")
    files.show(name)
