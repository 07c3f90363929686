"""What a new entry costs when much is stored: `python -m tests.bench.stories [SIZE …]`.

The stored entries are spread over ten years, and their texts are numbers, as the index sees them.
The new ones are a world of stories.py, published in the last month of those years.
"""

import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from feedhub.model import Entry
from feedhub.pipeline.intake import Polled, Register, newest, stories, take_in
from feedhub.store.records import entry_json, time_text
from feedhub.store.sqlite import SqliteStore
from feedhub.store.sqlite.sketches import packed, places, span_of
from tests.samples import TUESDAY, entry, site
from tests.stories import entries, world

SIZES = (1_000, 100_000, 1_000_000)
DAYS = 3_650
KEYS = 18
SOURCES = 500
TRIALS = 3
TEXT = "Silta lyhentää koulumatkaa kuusi kilometriä, ja se maksoi vähemmän kuin luultiin. " * 12

_ENTRY = """INSERT INTO entries (number, source, id, canonical_url, title, language, published, story, reason,
  score, keys, record) VALUES (?, ?, ?, ?, ?, 'fi', ?, ?, 'first of its story', 1.0, ?, ?)"""


def main(sizes: Sequence[int]) -> None:
    register = Register.of(site())
    new = entries(world("bench"))
    say = sys.stdout.write
    say(f"{len(new)} new entries; milliseconds of the processor each, best of {TRIALS}\n")
    say(f"{'stored':>10}{'new':>8}{'again':>8}{'newest 100':>12}{'search':>8}{'bytes each':>12}\n")
    for size in sizes:
        with TemporaryDirectory() as folder:
            fill(Path(folder), size)
            weight = sum(each.stat().st_size for each in Path(folder).iterdir()) / size
            with closing(SqliteStore(Path(folder))) as store:
                store.configure([*map(_source, range(SOURCES)), *{each.source for each in new}])
                first, again = best(store, new, register)
                begin = process_time()
                stories(store, newest(store, "", limit=100), register)
                shown = process_time() - begin
                begin = process_time()
                store.search("silta koulumatkaa", limit=50)
                sought = process_time() - begin
        say(
            f"{size:>10}{first:>8.2f}{again:>8.2f}{shown * 1_000:>12.1f}"
            f"{sought * 1_000:>8.1f}{weight:>12.0f}\n"
        )
        sys.stdout.flush()


def best(store: SqliteStore, new: Sequence[Entry], register: Register) -> tuple[float, float]:
    """Milliseconds to take in an entry that is new, and one that is known."""
    times = []
    for _ in range(TRIALS):
        with suppress(Undone), store.transaction():
            times.append([timed(store, new, register) for _ in range(2)])
            undo()
    first, again = (min(each) * 1_000 / len(new) for each in zip(*times, strict=True))
    return first, again


class Undone(Exception):  # noqa: N818
    """Nothing is wrong: the transaction is to leave nothing behind."""


def undo() -> None:
    raise Undone


def timed(store: SqliteStore, new: Sequence[Entry], register: Register) -> float:
    begin = process_time()
    for _, feed in groupby(new, key=lambda each: each.source):
        take_in(store, Polled(entries=list(feed)), register, now=TUESDAY)
    return process_time() - begin


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
    db.run(_ENTRY, (number, *where, title, when, story, packed(keys), entry_json(record)))
    sketch = "INSERT INTO sketches (place, entries) VALUES (?, ?)"
    db.many(sketch, [(each, packed([number])) for each in places(span_of(published), keys)])
    db.run("INSERT INTO clues VALUES (?, 'fi', ?, ?, NULL, x'')", (record.source, when, number))
    store._index([number])
    db.run("INSERT INTO stories (id, first_published) VALUES (?, ?)", (story, when))
    listed = "INSERT INTO listing VALUES ('', ?, ?, ?, ?)"
    db.run(listed, (when, story, record.source, when))


def _source(number: int) -> str:
    return f"kyla/feed-{number}"


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or SIZES)
