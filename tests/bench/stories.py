"""What a new entry costs when much is stored: `python -m tests.bench.stories [SIZE …]`.

The stored entries are spread over ten years, and their texts are numbers, as the index sees them.
Two kinds of entries are new: those of some feeds of farm.py, which are like no other and come with
their traits, as from a worker; and a world of stories.py, published in the last month of those
years, most of which are like others and have to be compared.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from feedhub.model import Document, Entry, Memory, Rules, Unchanged
from feedhub.parse.digest import digest
from feedhub.pipeline.intake import Register, newest, stories, take_in
from feedhub.pipeline.judging import Polled
from feedhub.pipeline.keeping import Ended, keep_all
from feedhub.store.records import record_json, time_text
from feedhub.store.sqlite import SqliteStore
from feedhub.store.sqlite.sketches import packed, places, span_of
from tests.bench import farm
from tests.samples import TUESDAY, entry, site, source
from tests.stories import entries, world

SIZES = (1_000, 100_000, 1_000_000)
DAYS = 3_650
KEYS = 18
SOURCES = 500
FEEDS = 100
TRIALS = 3
TEXT = "Silta lyhentää koulumatkaa kuusi kilometriä, ja se maksoi vähemmän kuin luultiin. " * 12

_ENTRY = """INSERT INTO entries (number, source, id, canonical_url, title, language, published, story, reason,
  score, keys, record, content) VALUES (?, ?, ?, ?, ?, 'fi', ?, ?, 'first of its story', 1.0, ?, ?, ?)"""


def main(sizes: Sequence[int]) -> None:
    register = Register.of(site())
    alike = [Polled(entries=feed) for feed in by_source(entries(world("bench")))]
    lone = list(farm_polls())
    say = sys.stdout.write
    say(f"{_count(lone)} new entries like no other, {_count(alike)} like others;\n")
    say("milliseconds of the processor, the best of some trials\n")
    say("    stored     lone    alike    again  unchanged  newest 100   search  bytes each\n")
    for size in sizes:
        with TemporaryDirectory() as folder:
            fill(Path(folder), size)
            weight = sum(each.stat().st_size for each in Path(folder).iterdir()) / size
            with closing(SqliteStore(Path(folder))) as store:
                sources = {each.source for polled in (*lone, *alike) for each in polled.entries}
                store.configure([*map(_source, range(SOURCES)), *sources])
                new, again = best(store, lone, register)
                compared, _ = best(store, alike, register)
                still = spent(partial(_unchanged, store, register)) / SOURCES
                shown = spent(lambda: stories(store, newest(store, "", limit=100), register))
                sought = spent(lambda: store.search("silta koulumatkaa", limit=50))
        say(
            f"{size:>10}{new:>9.3f}{compared:>9.2f}{again:>9.3f}{still:>11.3f}{shown:>12.1f}"
            f"{sought:>9.1f}{weight:>12.0f}\n"
        )
        sys.stdout.flush()


def farm_polls() -> Iterator[Polled]:
    """Some feeds of the farm as a worker hands them over."""
    words = farm.vocabularies()
    for feed in farm.feeds(FEEDS):
        if feed.kind != "broken":
            body = farm.render(feed, words, seed=1)
            told = source(name=f"tila/feed-{feed.number}")
            found = digest([Document(address="https://a.fi/", body=body)], told, Rules(), TUESDAY)
            yield Polled(entries=found.normalized.entries, traits=found.traits)


def by_source(items: Sequence[Entry]) -> Iterator[list[Entry]]:
    return (list(feed) for _, feed in groupby(items, key=lambda each: each.source))


def _count(polls: Sequence[Polled]) -> int:
    return sum(len(polled.entries) for polled in polls)


def best(store: SqliteStore, polls: Sequence[Polled], register: Register) -> tuple[float, float]:
    """Milliseconds to take in an entry that is new, and one that is known, in one transaction."""
    times = []
    for _ in range(TRIALS):
        with suppress(Undone), store.transaction():
            work = partial(_take_in, store, polls, register)
            times.append([spent(work) / _count(polls) for _ in range(2)])
            undo()
    first, again = (min(each) for each in zip(*times, strict=True))
    return first, again


class Undone(Exception):  # noqa: N818
    """Nothing is wrong: the transaction is to leave nothing behind."""


def undo() -> None:
    raise Undone


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of the processor that the work takes."""
    begin = process_time()
    work()
    return (process_time() - begin) * 1_000


def _take_in(store: SqliteStore, polls: Sequence[Polled], register: Register) -> None:
    for polled in polls:
        take_in(store, polled, register, now=TUESDAY)


def _unchanged(store: SqliteStore, register: Register) -> None:
    polls = [
        Ended(
            source=source(name=_source(number)),
            outcome=Unchanged(),
            judged=None,
            judging="",
            memory=Memory(source=_source(number)),
        )
        for number in range(SOURCES)
    ]
    keep_all(store, register, polls, now=TUESDAY)


def fill(folder: Path, size: int) -> None:
    """So many entries by direct SQL, each a story of its own, in the order of their days."""
    with closing(SqliteStore(folder)) as store, store.transaction():
        for number in range(1, size + 1):
            _insert(store, number, size)


def _insert(store: SqliteStore, number: int, size: int) -> None:
    db = store._db
    published = TUESDAY - timedelta(days=DAYS * (1 - number / size))
    address = f"https://partner.example/{number}/"
    record = replace(
        entry(source=_source(number % SOURCES), id=address, url=address),
        canonical_url=address.removeprefix("https://").rstrip("/"),
        title=f"Uutinen {number}",
        content_html=f"<p>{TEXT}</p>",
        published=published,
        updated=published,
        first_seen=published,
    )
    keys = [(number * KEYS + each) * 0x9E3779B1 & 0xFFFFFFFF for each in range(KEYS)]
    when, story = time_text(published), f"urn:story:{number}"
    title = number * 0x9E3779B97F4A7C1 & 0x7FFFFFFFFFFFFFFF
    where = record.source, record.id, record.canonical_url
    texts = record_json(record), record.content_html
    db.run(_ENTRY, (number, *where, title, when, story, packed(keys), *texts))
    sketch = "INSERT INTO sketches (place, entries) VALUES (?, ?)"
    db.many(sketch, [(each, packed([number])) for each in places(span_of(published), keys)])
    db.run("INSERT INTO clues VALUES (?, 'fi', ?, ?, NULL, x'')", (record.source, when, number))
    store._index([number])
    db.run("INSERT INTO stories (id, first_published) VALUES (?, ?)", (story, when))
    listed = "INSERT INTO listing (channel, published, story, source) VALUES ('', ?, ?, ?)"
    db.run(listed, (when, story, record.source))


def _source(number: int) -> str:
    return f"kyla/feed-{number}"


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or SIZES)
