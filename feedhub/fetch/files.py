"""Folders of article files: source + memory -> the same outcomes as the web. The door to the disk.

A file that cannot be taken is a fault with its name, and the others stand. What is absent from a
folder has been withdrawn by its writers, so absence must be real:

- a file that was refused may be an article that is broken only for now: the answer is `partial`
- a folder that lost all its articles at once is a disk that is not there, until shown otherwise:
  it fails, and what is stored stays. Only a last article, in the very same folder as before, may
  be deleted like any other

Whoever wants to withdraw a whole folder of articles takes it out of the configuration.
"""

import hashlib
import os
import re
import stat
import time
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from errno import ENAMETOOLONG, ENOENT, ENOTDIR
from pathlib import Path, PurePosixPath

from feedhub.fetch.walk import KINDS, Walk, WalkError, opened_file, opened_folder, refusal, shown
from feedhub.model import (
    Document,
    Failed,
    Fault,
    Fetched,
    Limits,
    Memory,
    Outcome,
    Source,
    Unchanged,
)

MAX_FOLDER_BYTES = 50_000_000
"""Of all articles of one folder together."""
MAX_PICTURE_BYTES = 10_000_000
MAX_FAULTS = 50
"""Told one by one; of more, only how many they are."""

SETTLED = timedelta(minutes=5)
"""A file whose last change is so much older than its reading cannot have changed again unseen.

File systems count time in steps of up to two seconds, a file server has a clock of its own, and
`Memory.last_good` is noted a little after the reading.
"""

# By their first bytes. The ending must agree, since browsers are told the type by it.
_PICTURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), (".png",)),
    (re.compile(rb"\xff\xd8\xff"), (".jpg", ".jpeg")),
    (re.compile(rb"GIF8[79]a"), (".gif",)),
    (re.compile(rb"(?s)RIFF.{4}WEBP"), (".webp",)),
    (re.compile(rb"(?s).{4}ftypavi[fs]"), (".avif",)),
)
_PICTURE_HEAD = 16

_ETAG = re.compile(r'"([0-9a-f]+-[0-9a-f]+)-([0-9]+)-[0-9a-f]+"')


def read_folder(source: Source, memory: Memory, *, limits: Limits) -> Outcome:
    """The article files of a folder and below, in the order of their names.

    Unchanged when names, sizes and times are as before and old enough to be believed. `etag` is a
    fingerprint of our own: which folder, how many articles, and a hash of what the disk says.
    """
    path = source.path or ""
    walk = Walk(deadline=time.monotonic() + limits.deadline.total_seconds())
    try:
        with opened_folder(path) as folder:
            walk.enter(folder)
            return _outcome(folder, path, walk, memory)
    except WalkError as error:
        return Failed(fault=error.fault)
    except (OSError, ValueError) as error:
        return Failed(fault=_no_folder(path, error))


def asset(source: Source, name: str) -> Path | Fault:
    """The picture at `name` below a folder of articles, if it may be published."""
    path = source.path or ""
    # macOS writes letters and their marks apart, and the link in the article may not.
    forms = dict.fromkeys((name, *(unicodedata.normalize(each, name) for each in ("NFC", "NFD"))))
    found = [_picture(path, form) for form in forms]
    return next((each for each in found if isinstance(each, Path)), found[0])


def _outcome(folder: int, path: str, walk: Walk, memory: Memory) -> Outcome:
    walk.close()
    place = _place(folder)
    etag = f'"{place}-{len(walk.files)}-{_fingerprint(walk)}"'
    if memory.etag == etag and _is_settled(walk, memory):
        return Unchanged(etag=etag)
    if not walk.files and not walk.partial and _lost_all(place, memory):
        return Failed(fault=_emptied(path))
    documents = tuple(_documents(folder, path, walk))
    return Fetched(
        documents=documents,
        # What was seen in passing is looked at again.
        etag=None if walk.vanished else etag,
        partial=walk.partial,
        faults=_capped(walk.faults),
    )


# What the disk says


def _place(folder: int) -> str:
    """Which folder this is: an empty mount point is another than the disk that was mounted."""
    status = os.fstat(folder)
    return f"{status.st_dev:x}-{status.st_ino:x}"


def _fingerprint(walk: Walk) -> str:
    """Of all that changes when a file is written, replaced, renamed, or may be read at last."""
    seen = hashlib.blake2b(digest_size=16)
    for file in walk.files:
        now = file.status
        facts = (file.name, now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino, now.st_mode)
        seen.update(repr(facts).encode())
    seen.update(repr(walk.faults).encode())
    return seen.hexdigest()


def _is_settled(walk: Walk, memory: Memory) -> bool:
    """Whether every file had been at rest for a while when the folder was last read.

    A memory without `body_hash` asks for the bodies anew, to judge them by other settings.
    """
    if memory.last_good is None or memory.body_hash is None:
        return False
    latest = (memory.last_good - SETTLED).timestamp()
    return all(max(x.status.st_mtime, x.status.st_ctime) < latest for x in walk.files)


def _lost_all(place: str, memory: Memory) -> bool:
    """Whether published articles are gone, and not by deleting a last one."""
    if memory.newest is None:
        return False
    before = _ETAG.fullmatch(memory.etag or "")
    return before is None or before[1] != place or int(before[2]) > 1


# What is read


def _documents(folder: int, path: str, walk: Walk) -> Iterator[Document]:
    left = MAX_FOLDER_BYTES
    for file in walk.files:
        walk.check()
        document = _document(folder, path, file.name, walk)
        if document is None:
            continue
        left -= len(document.body)
        if left < 0:
            wrong = "and what follows it is not read, since the folder has become too large"
            walk.refuse(file.name, "folder-too-large", wrong, "Move old articles to another one.")
            return
        yield document


def _document(folder: int, path: str, name: str, walk: Walk) -> Document | None:
    """One article, or None and a fault in the walk."""
    limit = KINDS[PurePosixPath(name).suffix.lower()]
    try:
        with opened_file(folder, name) as file:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode):
                walk.refuse(name, "special-file", "is no ordinary file", "Remove it.")
                return None
            body = _bytes(file, limit + 1) if status.st_size <= limit else None
    except OSError as error:
        walk.refuse_error(name, error)
        return None
    if body is None or len(body) > limit:
        wrong = f"is larger than {limit // 1_000_000} MB"
        walk.refuse(name, "too-large-file", wrong, "Shorten it, or make its pictures smaller.")
        return None
    address = str(Path(path, name))
    return Document(name=name, address=address, body=body, modified=_time(status.st_mtime))


def _bytes(file: int, limit: int) -> bytes:
    with open(file, "rb", closefd=False) as stream:
        return stream.read(limit)


def _time(seconds: float) -> datetime | None:
    """None for what a broken disk says that is no time at all."""
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
    except (OSError, OverflowError, ValueError):
        return None


# Pictures


def _picture(path: str, name: str) -> Path | Fault:
    if any(each.startswith(".") or not each for each in name.split("/")):
        return refusal(name, "hidden-file", "is not published", "Put it in a visible folder.")
    try:
        with opened_folder(path) as folder, opened_file(folder, name) as file:
            wrong = _unfit(file, PurePosixPath(name).suffix.lower())
    except (OSError, ValueError):
        return refusal(name, "missing-file", "is not there, or is a link", "Check its name.")
    if wrong is None:
        return Path(path, name)
    return refusal(name, "no-picture", wrong, "Use a PNG, JPEG, GIF, WebP or AVIF picture.")


def _unfit(file: int, suffix: str) -> str | None:
    """Why an open file is no picture to publish, else None."""
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode):
        return "is no ordinary file"
    if status.st_size > MAX_PICTURE_BYTES:
        return f"is larger than {MAX_PICTURE_BYTES // 1_000_000} MB"
    head = _bytes(file, _PICTURE_HEAD)
    if not any(suffix in suffixes and magic.match(head) for magic, suffixes in _PICTURES):
        return f"is no picture that ends in {suffix}" if suffix else "has no ending"
    return None


# What is told


def _no_folder(path: str, error: OSError | ValueError) -> Fault:
    """Why the folder as a whole cannot be read."""
    number = error.errno if isinstance(error, OSError) else ENOENT
    if number in {ENOENT, ENAMETOOLONG}:
        return Fault(
            code="missing-folder",
            message=f"There is no folder {shown(path)}.",
            remedy="Make it, connect the disk that it is on, or correct its path.",
        )
    if number == ENOTDIR:
        return Fault(
            code="not-a-folder",
            message=f"{shown(path)} is not a folder.",
            remedy="Name the folder that the articles lie in.",
        )
    return Fault(
        code="unreadable-folder",
        message=f"The folder {shown(path)} cannot be read ({os.strerror(number or 0)}).",
        remedy="Check the disk or network folder that it is on, and who may read it.",
    )


def _emptied(path: str) -> Fault:
    return Fault(
        code="emptied-folder",
        message=f"All articles have vanished from {shown(path)} at once; they stay published.",
        remedy=(
            "Connect the disk or network folder that they are on. If they were removed on purpose, "
            "take the folder out of the organization's file."
        ),
    )


def _capped(faults: list[Fault]) -> tuple[Fault, ...]:
    if len(faults) <= MAX_FAULTS:
        return tuple(faults)
    rest = Fault(
        code="more-faults",
        message=f"{len(faults) - MAX_FAULTS} more files are refused.",
        remedy="Mend those above first.",
    )
    return (*faults[:MAX_FAULTS], rest)
