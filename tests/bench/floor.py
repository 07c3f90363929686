"""What a cold pass would cost if only the libraries worked: `python -m tests.bench.floor [FEEDS]`.

Of the feeds of a farm: feedparser reads them, nh3 cleans every content once, sqlite3 keeps every
entry with what it is found by, feedgen writes every story once for Atom and a hundred of each
channel for RSS, and the archive's volumes are packed and written. No judging, no pages, no network.
All times are of the processor, the best of several rounds, for one entry and for so many feeds.
"""

import os
import sqlite3
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import nh3
from feedgen.feed import FeedGenerator

from feedhub.model import Entry
from feedhub.parse.characters import read_utf8
from feedhub.parse.parser import parsed
from feedhub.parse.skeleton import skeleton
from feedhub.publish.packing import GZIP_LEVEL
from feedhub.store.records import entry_json
from tests.bench.digest import Sample, best, documents
from tests.samples import TUESDAY

SHOWN = 0.4
"""The share of the farm's entries that stand among the hundred of some channel."""
COPIES = 3
"""Volumes that hold a story: of the whole, of its organization, of its language."""
VOLUME = 50
KEYS = 16
TOGETHER = 750
"""Entries that are kept in one transaction."""

say = sys.stdout.write


def kept(entries: Sequence[Entry]) -> None:
    """Every entry in one row, sixteen keys that it is found by, and three places."""
    with TemporaryDirectory() as folder:
        store = sqlite3.connect(Path(folder) / "floor.sqlite3", isolation_level=None)
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("PRAGMA synchronous = NORMAL")
        store.execute("CREATE TABLE entries (id TEXT PRIMARY KEY, record TEXT, content TEXT)")
        store.execute("CREATE TABLE keys (key INTEGER, entry INTEGER, PRIMARY KEY (key, entry))")
        store.execute("CREATE TABLE places (channel INTEGER, id TEXT, PRIMARY KEY (channel, id))")
        for start in range(0, len(entries), TOGETHER):
            some = list(enumerate(entries[start : start + TOGETHER], start))
            store.execute("BEGIN")
            rows = [(f"{n}{each.id}", entry_json(each), each.content_html) for n, each in some]
            store.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
            keys = [(zlib.crc32(b"%d" % (n * KEYS + k)), n) for n, _ in some for k in range(KEYS)]
            store.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", sorted(keys))
            places = [(k, f"{n}{each.id}") for n, each in some for k in range(COPIES)]
            store.executemany("INSERT INTO places VALUES (?, ?)", places)
            store.execute("COMMIT")
        store.close()


def written(entries: Sequence[Entry], form: Callable[[FeedGenerator], bytes]) -> list[bytes]:
    """All entries in feeds of fifty."""
    return [
        form(_feed(entries[start : start + VOLUME])) for start in range(0, len(entries), VOLUME)
    ]


def _feed(entries: Sequence[Entry]) -> FeedGenerator:
    feed = FeedGenerator()
    feed.id("https://uutiset.example.fi/atom.xml")
    feed.title("Uutiset")
    feed.description("Uutiset")
    feed.link(href="https://uutiset.example.fi/")
    feed.updated(TUESDAY)
    for each in entries:
        item = feed.add_entry(order="append")
        item.id(each.id)
        item.title(each.title)
        item.link(href=each.url or "https://uutiset.example.fi/")
        item.published(TUESDAY)
        item.updated(TUESDAY)
        item.author([{"name": name} for name in each.authors])
        item.category([{"term": term} for term in each.categories])
        item.summary(each.excerpt)
    return feed


def out(volumes: Sequence[bytes]) -> None:
    """Every volume as it is and packed, brought to the disk and renamed."""
    with TemporaryDirectory() as folder:
        for number, body in enumerate(volumes):
            for name, data in ((f"{number}", body), (f"{number}.gz", _packed(body))):
                part = Path(folder) / f".{name}.part"
                with part.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                part.rename(Path(folder) / name)


def _packed(body: bytes) -> bytes:
    return zlib.compress(body, GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)


def floors(sample: Sample) -> dict[str, Callable[[], object]]:
    """What each library does in a pass."""
    entries, contents = sample.entries, sample.contents()
    utf8 = [read_utf8(each.body) for each in sample.documents]
    short = [skeleton(each).xml for each in utf8 if not each.startswith(b"{")]
    volumes = written(entries, FeedGenerator.atom_str) * COPIES
    shown = entries[: round(SHOWN * len(entries))]
    return {
        "feedparser reads": lambda: [parsed(each) for each in short],
        "nh3 cleans": lambda: [nh3.clean(each) for each in contents],
        "sqlite3 keeps": lambda: kept(entries),
        "feedgen writes Atom": lambda: written(entries, FeedGenerator.atom_str),
        "feedgen writes RSS": lambda: written(shown, FeedGenerator.rss_str),
        "volumes packed and written": lambda: out(volumes),
    }


def main() -> None:
    feeds = int(sys.argv[1]) if sys.argv[1:] else 100
    sample = Sample.of([each for some in documents(feeds).values() for each in some])
    count, total = len(sample.entries), 0.0
    say(f"{'library':30}{'us an entry':>12}{'s for 1,000 feeds':>20}\n")
    for name, work in floors(sample).items():
        taken = best(work)
        total += taken
        say(f"{name:30}{taken / count * 1e6:12.0f}{taken * 1000 / feeds:20.2f}\n")
    say(f"{'all':30}{total / count * 1e6:12.0f}{total * 1000 / feeds:20.2f}\n")


if __name__ == "__main__":
    main()
