"""How fast foreign bytes become entries, step by step: `python -m tests.bench.parse [FEEDS]`.

Prints for the feeds of a farm what one process does in each step alone, then what the worker
processes do of all of it, and how much memory they hold.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import feedparser

from feedhub.model import Document, Rules
from feedhub.parse import read
from feedhub.parse.characters import read_utf8
from feedhub.parse.digest import digest
from feedhub.parse.pool import ParsePool
from feedhub.parse.skeleton import skeleton
from tests.bench.farm import feeds, render, vocabularies
from tests.misdeeds import memory
from tests.samples import TUESDAY, source

WORKERS = 2
MEMORY_BYTES = 512 << 20
SOURCE = source()
RULES = Rules()

say = sys.stdout.write


def documents(count: int) -> list[Document]:
    words = vocabularies()
    bodies = ((feed, render(feed, words, 1)) for feed in feeds(count))
    return [
        Document(address=f"https://kyla.example.fi/{feed.path}", body=body)
        for feed, body in bodies
        if feed.kind != "broken"
    ]


def decoded(document: Document) -> object:
    return read_utf8(document.body, document.content_type)


def held_back(document: Document) -> object:
    return skeleton(read_utf8(document.body, document.content_type))


def parsed(document: Document) -> object:
    return read([document], SOURCE)


def digested(document: Document) -> object:
    return digest([document], SOURCE, RULES, TUESDAY)


def by_feedparser(document: Document) -> object:
    return feedparser.parse(document.body)


STEPS: dict[str, Callable[[Document], object]] = {
    "decode": decoded,
    "decode, hold back": held_back,
    "decode, hold back, parse": parsed,
    "all, with cleaning and judging": digested,
    "feedparser alone, for comparison": by_feedparser,
}


def line(name: str, documents: Sequence[Document], seconds: float) -> None:
    size = sum(len(each.body) for each in documents) / 1e6
    say(
        f"{name:34}{seconds:7.2f} s{len(documents) / seconds:9.0f} feeds/s{size / seconds:8.1f} MB/s\n"
    )


async def in_workers(documents: Sequence[Document]) -> None:
    limit = timedelta(seconds=10)
    async with ParsePool(WORKERS, deadline=limit, memory_bytes=MEMORY_BYTES) as pool:
        begun = time.perf_counter()
        await pool.run(os.getpid)
        say(f"\nThe first worker is ready after {time.perf_counter() - begun:.2f} s\n")
        begun = time.perf_counter()
        tasks = (pool.run(digest, [each], SOURCE, RULES, TUESDAY) for each in documents)
        await asyncio.gather(*tasks)
        line(f"all, in {WORKERS} workers", documents, time.perf_counter() - begun)
        found = await asyncio.gather(*(pool.run(memory) for _ in range(WORKERS)))
        for pid, resident, own in sorted(found):
            say(f"worker {pid}: {resident} MB resident, {own} MB of its own\n")


def main() -> None:
    given = documents(int(sys.argv[1]) if sys.argv[1:] else 200)
    say(f"{len(given)} feeds, {sum(len(each.body) for each in given) / 1e6:.1f} MB\n\n")
    for name, step in STEPS.items():
        begun = time.perf_counter()
        for document in given:
            step(document)
        line(name, given, time.perf_counter() - begun)
    asyncio.run(in_workers(given))


if __name__ == "__main__":
    main()
