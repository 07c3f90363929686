"""Two ways to the same records: that of a crowd, in a hurry, and that of one feed after another.

In a hurry feeds are fetched several at a time, read in worker processes without their long texts
and by the short way through feedparser, and kept many at once. The slow way does none of that.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar, TypeVarTuple

import pytest

from feedhub.config import Settings, load
from feedhub.model import Group, Stored
from feedhub.parse import feeds as parse_feeds
from feedhub.parse import parser, skeleton
from feedhub.pipeline import keeping
from feedhub.pipeline.hub import Hub
from tests.bench import farm
from tests.instance import feeds, instance
from tests.loopback import partner
from tests.test_samples_poll import SAMPLES, samples

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
EVERYTHING = 1 << 30
"""No text is so long as to be held back."""
FEEDS = 60
AGAIN = 12
"""So many feeds another organization carries too."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class InProcess:
    """In the place of the worker processes: reads in this one."""

    async def run(self, function: Callable[[*Ts], T], *args: *Ts) -> T:
        return function(*args)


class Records(NamedTuple):
    """What is stored: the entries, the groups that they make, and what stands in each channel."""

    entries: list[Stored]
    groups: list[Group]
    channels: dict[str, list[str]]


def records(hub: Hub) -> Records:
    store = hub.store
    return Records(
        entries=list(store.entries()),
        groups=store.groups(store.every_story()),
        channels={each: store.listed(each, limit=0) for each in sorted(hub.press.prefixes)},
    )


async def in_a_hurry(settings: Settings) -> tuple[list[str], Records]:
    """The sources in the order in which they were kept, and what is stored then."""
    async with Hub(settings, now=lambda: NOW) as hub:
        polls = [hub.poll(each) for each in hub.sources.values()]
        reports = [await each for each in asyncio.as_completed(polls)]
        return [each.source for each in reports], await hub.in_store(records, hub)


async def one_by_one(settings: Settings, order: Iterable[str]) -> Records:
    async with Hub(settings, now=lambda: NOW) as hub:
        hub.reader._pool = InProcess()  # type: ignore[assignment]
        for name in order:
            await hub.poll(hub.sources[name])
        return await hub.in_store(records, hub)


@contextmanager
def without_haste() -> Iterator[None]:
    """All that a feed says goes through feedparser, and by its own way."""
    with pytest.MonkeyPatch.context() as changes:
        # Nothing else comes meanwhile.
        changes.setattr(keeping, "REST", 0)
        changes.setattr(skeleton, "LONG", EVERYTHING)
        changes.setattr(parse_feeds, "parsed", parser.by_long_way)
        yield


def both_ways(folder: Path, pages: Mapping[str, bytes]) -> tuple[Records, Records]:
    """What the two ways make of these feeds, of which a second partner has the first few too."""
    copies = {f"{path}?toinen": body for path, body in [*pages.items()][:AGAIN]}
    with partner({**pages, **copies}) as server:
        config = instance(
            folder,
            kyla=feeds("Kylä", map(server.address, pages)),
            naapuri=feeds("Naapuri", map(server.address, copies)),
        )
        main = config / "feedhub.toml"
        main.write_text(main.read_text("utf-8").replace("[poll]", "[poll]\nper_host = 8"), "utf-8")
        settings = load(config)
        order, fast = asyncio.run(in_a_hurry(replace(settings, state=folder / "fast")))
        with without_haste():
            slow = asyncio.run(one_by_one(replace(settings, state=folder / "slow"), order))
    return fast, slow


def farmed() -> dict[str, bytes]:
    """Feeds of every kind, the broken ones too."""
    words, size = farm.vocabularies(), farm.Size(entries=(2, 6), paragraphs=(2, 12))
    return {
        f"/{each.path}": farm.render(each, words, seed=1, size=size) for each in farm.feeds(FEEDS)
    }


def test_the_farm_comes_to_the_same_both_ways(tmp_path: Path) -> None:
    fast, slow = both_ways(tmp_path, farmed())
    assert any(len(group.members) > 1 for group in fast.groups)
    assert slow.entries == fast.entries
    assert slow.groups == fast.groups
    assert slow.channels == fast.channels


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the feed samples are not here")
def test_the_samples_come_to_the_same_both_ways(tmp_path: Path) -> None:
    fast, slow = both_ways(tmp_path, samples(100))
    assert len(fast.entries) > 200
    assert slow.entries == fast.entries
    assert slow.groups == fast.groups
    assert slow.channels == fast.channels
