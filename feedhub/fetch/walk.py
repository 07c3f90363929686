"""Listing and opening what lies in a folder, when nothing that lies there is trusted.

No link is followed on any step below the folder, what was opened is judged and not what was
listed, nothing that is no regular file is opened by name, and all counts are bounded.
"""

import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from feedhub.model import Fault

MAX_TEXT_BYTES = 1_000_000
MAX_DOCX_BYTES = 20_000_000
MAX_FILES = 2_000
"""A full folder takes some four seconds to parse; `python -m tests.bench.articles` measures it."""
MAX_NAMES = 50_000
"""Names of any kind that are looked at."""
MAX_DEPTH = 20

_TEXT = (".htm", ".html", ".markdown", ".md", ".txt", ".xhtml")
KINDS: Mapping[str, int] = dict.fromkeys(_TEXT, MAX_TEXT_BYTES) | {".docx": MAX_DOCX_BYTES}
"""Which files are articles, by the end of their name, and how many bytes they may have."""

_OTHER_KINDS = frozenset({".doc", ".odt", ".pages", ".rtf"})
# Hidden files, among them most of what editors leave behind, and the lock files of Word. Whatever
# else editors leave (x.md~, x.md.swp, #x.md#, x.md.part) has not the ending of an article.
_PASSED_OVER = (".", "~$")

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# Without O_NONBLOCK the opening of a pipe would wait for a writer.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

HELD = "Until then no article of this folder is withdrawn."


class WalkError(Exception):
    """The walk was given up; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Listed:
    """An article file as listed: its name below the folder, with slashes."""

    name: str
    status: os.stat_result


@dataclass(slots=True, kw_only=True)
class Walk:
    """One walk through a folder: the articles, and what was refused.

    `partial` says that something may be an article and was not taken; `vanished`, that something
    was there when it was listed and not a moment later.
    """

    deadline: float
    """By `time.monotonic()`."""
    files: list[Listed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    partial: bool = False
    vanished: bool = False
    names: int = 0

    def enter(self, folder: int, below: str = "") -> None:
        """List an open folder and those in it. Raises WalkError, and OSError for this folder."""
        with os.scandir(folder) as entries:
            for entry in entries:
                self.names += 1
                self.check()
                if not entry.name.startswith(_PASSED_OVER):
                    self._look(folder, entry, below + entry.name)

    def check(self) -> None:
        """Raise WalkError when this has gone on for too long."""
        if self.names > MAX_NAMES:
            raise WalkError(
                Fault(
                    code="too-many-names",
                    message=f"There are more than {MAX_NAMES} files in the folder.",
                    remedy="Keep the articles in a folder of their own.",
                )
            )
        if time.monotonic() > self.deadline:
            raise WalkError(
                Fault(
                    code="slow-folder",
                    message="The folder could not be read in time.",
                    remedy="Check the disk or the network folder that it is on.",
                )
            )

    def close(self) -> None:
        """Put all in order, and leave out the oldest of too many articles."""
        self.files.sort(key=lambda file: (-file.status.st_mtime_ns, file.name))
        for file in self.files[MAX_FILES : MAX_FILES + 1]:
            wrong = f"and older files are not read, beyond {MAX_FILES}"
            self.refuse(file.name, "too-many-files", wrong, "Move old articles to another folder.")
        self.files = sorted(self.files[:MAX_FILES], key=lambda file: file.name)
        self.faults.sort(key=lambda fault: fault.message)

    def refuse(self, name: str, code: str, wrong: str, remedy: str) -> None:
        """Pass over something that may be an article, and say why."""
        self.partial = True
        self.faults.append(refusal(name, code, wrong, f"{remedy} {HELD}"))

    def refuse_error(self, name: str, error: OSError) -> None:
        """Pass over what cannot be opened. What has vanished needs no words."""
        if isinstance(error, FileNotFoundError):
            self.partial = self.vanished = True
        else:
            wrong = f"cannot be read ({error.strerror})"
            self.refuse(name, "unreadable-file", wrong, "Check who may read it.")

    def _look(self, folder: int, entry: os.DirEntry[str], name: str) -> None:
        suffix = PurePosixPath(entry.name).suffix.lower()
        try:
            if entry.is_dir(follow_symlinks=False):
                self._descend(folder, entry.name, name)
            elif entry.is_symlink():
                # A link named like a picture is judged when an article shows it.
                if suffix in KINDS or not suffix:
                    wrong = "is a link, and links are not followed"
                    self.refuse(name, "link", wrong, "Put the file itself here.")
            elif suffix in KINDS:
                self._take(name, entry.stat(follow_symlinks=False))
            elif suffix in _OTHER_KINDS:
                wrong, remedy = f"is not read, being {suffix}", "Save it as .docx or as .txt."
                self.faults.append(refusal(name, "other-kind", wrong, remedy))
        except OSError as error:
            self.refuse_error(name, error)

    def _descend(self, folder: int, entry: str, name: str) -> None:
        if name.count("/") >= MAX_DEPTH:
            self.refuse(name, "too-deep", "lies too deep in other folders", "Move it up.")
            return
        inner = os.open(entry, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
        try:
            self.enter(inner, f"{name}/")
        finally:
            os.close(inner)

    def _take(self, name: str, status: os.stat_result) -> None:
        if shown(name) != name:
            wrong = "has signs in its name that cannot be shown"
            self.refuse(name, "file-name", wrong, "Give it a name of ordinary letters.")
        elif not stat.S_ISREG(status.st_mode):
            self.refuse(name, "special-file", "is no ordinary file", "Remove it.")
        else:
            self.files.append(Listed(name, status))


@contextmanager
def opened_folder(path: str) -> Iterator[int]:
    """The configured folder itself, which the operator may have reached by a link."""
    folder = os.open(path, _FOLDER)
    try:
        yield folder
    finally:
        os.close(folder)


@contextmanager
def opened_file(folder: int, name: str) -> Iterator[int]:
    """What lies at `name` below an open folder, whatever it is; a link raises OSError."""
    *above, last = name.split("/")
    with ExitStack() as opened:
        at = folder
        for each in above:
            at = os.open(each, _FOLDER | os.O_NOFOLLOW, dir_fd=at)
            opened.callback(os.close, at)
        file = os.open(last, _FILE, dir_fd=at)
        opened.callback(os.close, file)
        yield file


def refusal(name: str, code: str, wrong: str, remedy: str) -> Fault:
    """What is wrong with one file."""
    return Fault(code=code, message=f"{shown(name)}: {wrong}.", remedy=remedy)


def shown(name: str) -> str:
    """The name as it can be written: a mark for bytes that are no UTF-8 and for control signs."""
    text = name.encode(errors="surrogateescape").decode(errors="replace")
    return "".join(
        "\ufffd" if ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0 else each for each in text
    )
