"""A publisher that is killed again and again, each time a little later: `FOLDER TIMES`.

A process of its own, since only one without threads may fork; forking makes a hundred kills cheap.
"""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from feedhub.model import Output
from feedhub.publish.output import Outbox

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
NAMES = ("atom.xml", "topics/x/atom.xml")
LONGEST = 0.02
"""Seconds that a publisher lives at most; it replaces a file in a tenth of that."""


def feed(name: str, number: int) -> Output:
    head = f"<id>urn:x</id><title>{number}</title><updated>2026-11-23T08:00:00Z</updated>"
    body = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{"<x/>" * 2_000}</feed>'
    return Output(name=name, body=body.encode())


def publish_for_ever(folder: Path, number: int) -> None:
    outbox = Outbox(folder)
    while True:
        outbox.publish([feed(name, number) for name in NAMES], now=NOW)
        number += 1


def is_whole(path: Path) -> bool:
    body = path.read_bytes()
    return body.startswith(b"<feed ") and body.endswith(b"</feed>")


def main(folder: Path, times: int) -> None:
    Outbox(folder).publish([feed(name, 0) for name in NAMES], now=NOW)
    torn = 0
    for time_ in range(times):
        publisher = os.fork()
        if publisher == 0:
            publish_for_ever(folder, time_ * 1_000)
        time.sleep(LONGEST * time_ / times)
        os.kill(publisher, signal.SIGKILL)
        os.waitpid(publisher, 0)
        torn += not all(is_whole(folder / name) for name in NAMES)
    sys.stdout.write(f"killed {times} times, torn {torn}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
