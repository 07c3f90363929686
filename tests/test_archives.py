"""A channel's history in volumes: complete at every moment, and closed for good (RFC 5005)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.model import Site, Story
from feedhub.publish.archives import (
    VOLUME_SIZE,
    Shelf,
    Volume,
    feed_stories,
    volume_for,
)
from feedhub.publish.channels import Channel
from feedhub.publish.feeds import Feeds
from tests.markup import shelves
from tests.nasty import NOW, THOROUGHLY, numbered
from tests.rules import ATOM, HISTORY, xml
from tests.samples import site
from tests.validator import faults, walk

START = datetime(2026, 1, 1, tzinfo=UTC)
TOPIC = Channel("topics/matkailu/", "Matkailu", "fi")
ADDRESS = "https://news.example.fi/topics/matkailu/atom.xml"
LIMIT = 100


class Library:
    """A channel as the hub keeps it: each story bound into a volume when it is first shown."""

    def __init__(self) -> None:
        self.bound: dict[int, Volume] = {}
        self.gone: set[int] = set()

    def show(self, number: int, now: datetime) -> None:
        last = max(self.bound.values(), default=None)
        held = sum(each == last for each in self.bound.values())
        self.bound.setdefault(number, volume_for(last, held, now=now))

    def stories(self, volume: Volume) -> list[Story]:
        return [
            numbered(each)
            for each, at in self.bound.items()
            if at == volume and each not in self.gone
        ]

    def published(self, at: Site) -> dict[str, bytes]:
        """Every Atom document of the channel, by its address."""
        feeds = Feeds(at)
        volumes = {*self.bound.values()}
        there = {each.id: each for each in map(numbered, self.bound.keys() - self.gone)}
        newest = sorted(there, key=lambda each: (there[each].published, each), reverse=True)
        unbound = [each.id for each in self.stories(max(volumes))] if volumes else []
        shown = [there[each] for each in feed_stories(newest[:LIMIT], unbound, limit=LIMIT)]
        closed = [each.volume for each in shelves(volumes) if each.closed]
        newest_closed = closed[-1] if closed else None
        atom, *_ = feeds.channel(TOPIC, feeds.items(shown), archive=newest_closed)
        bound = [
            feeds.volume(TOPIC, each, feeds.prints(feeds.items(self.stories(each.volume))))
            for each in shelves(volumes)
        ]
        for each in (atom, *bound):
            assert faults(each, base=at.url, now=NOW) == []
        return {f"{at.url}{each.name}": each.body for each in (atom, *bound)}


moves = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 70), st.booleans()), min_size=1, max_size=8
)
"""Each: hours that pass (the clock may also be set back), stories that come, and whether one goes."""


@settings(THOROUGHLY, max_examples=15)
@given(moves)
def test_history_is_complete_at_every_moment_and_closed_for_good(
    steps: Sequence[tuple[int, int, bool]],
) -> None:
    library, numbers, now = Library(), count(1), START
    closed: dict[str, set[str]] = {}
    for hours, coming, leaving in steps:
        now += timedelta(hours=hours) if hours < 350 else timedelta(hours=-hours)
        for number in [next(numbers) for _ in range(coming)]:
            library.show(number, now)
        if leaving and library.bound:
            library.gone.add(min(library.bound.keys() - library.gone, default=0))
    documents = library.published(site())
    found, wrong = walk(documents, ADDRESS)
    assert wrong == []
    assert {numbered(each).id for each in library.bound.keys() - library.gone} == {*found}
    for address, body in documents.items():
        if xml(body).find(HISTORY) is not None:
            closed[address] = ids(body)
    for number in [next(numbers) for _ in range(60)]:
        library.show(number, now)
    after = library.published(site())
    assert closed == {address: ids(after[address]) for address in closed}
    assert {address: documents[address] for address in closed} == {
        address: after[address] for address in closed
    }


def ids(body: bytes) -> set[str]:
    return {each.findtext(f"{ATOM}id", "") for each in xml(body).findall(f"{ATOM}entry")}


def test_volumes_are_of_a_month_and_of_a_size() -> None:
    november = Volume(2026, 11, 1)
    late, next_day = datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    assert november == volume_for(None, 0, now=late)
    assert november == volume_for(november, VOLUME_SIZE - 1, now=late)
    assert Volume(2026, 11, 2) == volume_for(november, VOLUME_SIZE, now=late)
    assert Volume(2026, 12, 1) == volume_for(november, 1, now=next_day)


def test_clock_that_is_set_back_opens_no_older_volume() -> None:
    december = Volume(2026, 12, 3)
    november = datetime(2026, 11, 30, tzinfo=UTC)
    assert december == volume_for(december, 1, now=november)
    assert Volume(2026, 12, 4) == volume_for(december, VOLUME_SIZE, now=november)


def test_volumes_stand_in_the_order_they_were_begun() -> None:
    first, second, third = Volume(2026, 11, 2), Volume(2026, 11, 10), Volume(2026, 12, 1)
    assert [first, second, third] == sorted([third, first, second])


def test_document_says_whether_it_is_closed() -> None:
    feeds = Feeds(site())
    shelf = Shelf(Volume(2026, 11, 2), Volume(2026, 11, 1), Volume(2026, 12, 1))
    closed = feeds.volume(TOPIC, shelf, feeds.prints(feeds.items([numbered(1)])))
    assert "topics/matkailu/archive/2026/11/2/atom.xml" == closed.name
    base = "https://news.example.fi/topics/matkailu/"
    assert {
        "alternate": base,
        "self": f"{base}archive/2026/11/2/atom.xml",
        "current": f"{base}atom.xml",
        "prev-archive": f"{base}archive/2026/11/1/atom.xml",
        "next-archive": f"{base}archive/2026/12/1/atom.xml",
    } == {each.get("rel"): each.get("href") for each in xml(closed.body).findall(f"{ATOM}link")}
    assert xml(closed.body).find(HISTORY) is not None
    assert ADDRESS == xml(closed.body).findtext(f"{ATOM}id")
    still_open = feeds.volume(
        TOPIC, shelf._replace(following=None), feeds.prints(feeds.items([numbered(1)]))
    )
    assert xml(still_open.body).find(HISTORY) is None


def test_volume_without_stories_is_still_valid() -> None:
    emptied = Feeds(site()).volume(TOPIC, Shelf(Volume(2026, 11, 1)), [])
    assert faults(emptied, base=site().url, now=NOW) == []


def test_feed_shows_what_is_bound_nowhere_else_before_the_newest() -> None:
    assert ["old", "new", "b"] == feed_stories(["new", "b", "c"], ["old", "new"], limit=3)
    assert ["a", "b"] == feed_stories(["c"], ["a", "b"], limit=1)
    assert ["c"] == feed_stories(["c", "d"], [], limit=1)
