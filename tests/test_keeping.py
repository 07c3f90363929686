"""Polls kept together: the same store as one by one, and no poll at another's cost."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from feedhub.dedupe.traits import traits_of
from feedhub.model import Entry, Failed, Fault, Fetched, Memory, RawFeed, Unchanged
from feedhub.normalize import Normalized, Note
from feedhub.parse.digest import Digest
from feedhub.pipeline.intake import Register, Taken
from feedhub.pipeline.keeping import MOST, Ended, Keeper, Kept, Result, keep_all
from feedhub.store import StoreError
from feedhub.store.sqlite import SqliteStore
from tests.samples import TUESDAY, entry, site, source
from tests.stories import entries, world
from tests.tellings import own

REGISTER = Register.of(site())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path)) as opened:
        opened.configure([f"partner{number}/feed" for number in range(20)])
        yield opened


def ended(name: str, *items: Entry, prepared: bool = True) -> Ended:
    notes = {each.id: (Note("excerpt", "the first words of the text"),) for each in items}
    traits = {each.id: traits_of(each) for each in items} if prepared else {}
    normalized = Normalized(entries=items, notes=notes)
    return Ended(
        source=source(name=name),
        outcome=Fetched(documents=()),
        judged=Digest(feed=RawFeed(), normalized=normalized, traits=traits),
        judging="rules",
        memory=Memory(source=name),
    )


def rounds(*, prepared: bool) -> list[list[Ended]]:
    """Every feed of a world three times: new, with every third title edited, and unchanged."""
    feeds: dict[str, list[Entry]] = {}
    for each in entries(world("keeping", list(own()))):
        feeds.setdefault(each.source, []).append(each)
    first = [ended(name, *items, prepared=prepared) for name, items in feeds.items()]
    edited = [
        ended(name, *map(_edited, range(len(items)), items), prepared=prepared)
        for name, items in feeds.items()
    ]
    return [first, edited, [replace(each, outcome=Unchanged(), judged=None) for each in first]]


def _edited(number: int, item: Entry) -> Entry:
    if number % 3:
        return item
    return replace(item, title=f"{item.title} (päivitetty)", content_hash=f"{number} edited")


def contents(store: SqliteStore) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but the indexes of search, which belong to SQLite."""
    found = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    tables = [name for name in store._db.column(found) if not name.startswith(("words", "parts"))]
    return {name: sorted(store._db.rows(f"SELECT * FROM {name}"), key=repr) for name in tables}


def kept(store: SqliteStore, polls: Sequence[Ended], *, together: int) -> list[Result]:
    return [
        result
        for start in range(0, len(polls), together)
        for result in keep_all(store, REGISTER, polls[start : start + together], now=TUESDAY)
    ]


def test_fast_and_slow_runs_keep_the_same(store: SqliteStore, tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "slow")) as slow:
        slow.configure([f"partner{number}/feed" for number in range(20)])
        for polls, same in zip(rounds(prepared=True), rounds(prepared=False), strict=True):
            together = kept(store, polls, together=len(polls))
            assert together == kept(slow, same, together=1)
            assert contents(slow) == contents(store)
    assert len(contents(store)["entries"]) > 30
    assert len(contents(store)["revisions"]) > 10
    assert len({each.story for each in store.entries()}) < len(contents(store)["entries"]) - 10


def test_poll_that_fails_undoes_no_other(store: SqliteStore) -> None:
    bad = ended("partner1/feed", entry(source="partner1/feed", title="\ud800"))
    good = [ended(f"partner{n}/feed", entry(source=f"partner{n}/feed")) for n in (0, 2)]
    results = kept(store, [good[0], bad, good[1]], together=3)
    assert [Kept, UnicodeEncodeError, Kept] == [type(each) for each in results]
    assert ["partner0/feed", "partner2/feed"] == sorted(e.entry.source for e in store.entries())
    assert {"partner0/feed", "partner2/feed"} == store.memories().keys()


def test_each_poll_is_tried_alone_when_together_they_cannot_be_kept(store: SqliteStore) -> None:
    store._db.run(
        "CREATE TRIGGER full BEFORE INSERT ON entries WHEN new.source = 'partner1/feed' "
        "BEGIN SELECT raise(ROLLBACK, 'database or disk is full'); END"
    )
    polls = [ended(f"partner{n}/feed", entry(source=f"partner{n}/feed")) for n in range(3)]
    results = kept(store, polls, together=3)
    assert [Kept, StoreError, Kept] == [type(each) for each in results]
    assert "the disk is full" in str(results[1])
    assert ["partner0/feed", "partner2/feed"] == sorted(e.entry.source for e in store.entries())


def test_failed_poll_is_remembered(store: SqliteStore) -> None:
    fault = Fault(code="timeout", message="It is silent.")
    poll = replace(ended("partner0/feed"), outcome=Failed(fault=fault), judged=None)
    kept(store, [poll], together=1)
    assert store.memories()["partner0/feed"].fault == fault


# The keeper


class Shop:
    """Keeps whatever it is given, and notes what came together."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.trouble: Exception | None = None

    async def keep_all(self, polls: Sequence[Ended]) -> Sequence[Result]:
        self.batches.append(len(polls))
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        return [Kept(Taken(), replace(each.memory, polls=1)) for each in polls]


def poll(number: int) -> Ended:
    return ended(f"partner{number}/feed")


def test_first_poll_is_kept_at_once_and_the_others_together() -> None:
    async def run(shop: Shop) -> list[str]:
        keeper = Keeper(shop.keep_all)
        first = await keeper.keep(poll(0))
        others = await asyncio.gather(*(keeper.keep(poll(number)) for number in range(1, 9)))
        return [each.memory.source for each in (first, *others)]

    shop = Shop()
    assert [f"partner{number}/feed" for number in range(9)] == asyncio.run(run(shop))
    assert [1, 8] == shop.batches


def test_no_more_than_enough_are_kept_at_once() -> None:
    async def run(shop: Shop) -> None:
        keeper = Keeper(shop.keep_all)
        await asyncio.gather(*(keeper.keep(poll(number)) for number in range(MOST + 3)))

    shop = Shop()
    asyncio.run(run(shop))
    assert [MOST, 3] == shop.batches


def test_whoever_gave_up_is_not_kept() -> None:
    async def run(shop: Shop) -> None:
        keeper = Keeper(shop.keep_all)
        await keeper.keep(poll(0))
        waiting = [asyncio.create_task(keeper.keep(poll(number))) for number in range(1, 4)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        with suppress(asyncio.CancelledError):
            await waiting[1]
        await asyncio.gather(waiting[0], waiting[2])

    shop = Shop()
    asyncio.run(run(shop))
    assert [1, 2] == shop.batches


def test_trouble_is_told_to_all_and_the_next_are_kept() -> None:
    async def run(shop: Shop) -> tuple[list[BaseException | Kept], Kept]:
        keeper = Keeper(shop.keep_all)
        shop.trouble = StoreError("full")
        failed = await asyncio.gather(
            *(keeper.keep(poll(number)) for number in range(3)), return_exceptions=True
        )
        shop.trouble = None
        return failed, await keeper.keep(poll(3))

    failed, later = asyncio.run(run(Shop()))
    assert [StoreError] * 3 == [type(each) for each in failed]
    assert later.memory.polls == 1
