"""Grouping judged in worlds whose truth is known, on seeds that were never tuned on.

`python -m tests.test_stories [FIRST [LAST]]` prints the table by kind for other seeds.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from feedhub import dedupe
from feedhub.dedupe.traits import traits_of
from feedhub.model import Entry
from feedhub.pipeline.intake import Register, take_in
from feedhub.pipeline.judging import Polled
from feedhub.store.sqlite import SqliteStore
from tests.changes import CHANGES
from tests.samples import TUESDAY, site
from tests.stories import UNCOPIED, Item, Score, entries, score, world
from tests.tellings import Dice, own

REGISTER = Register.of(site())
JUDGED = range(1_000, 1_006)

SERIES = (
    *("events_by_date", "events_by_place", "events_by_hour", "events_on_tour"),
    *("jobs", "jobs_elsewhere", "people", "weeklies", "reports", "later_years"),
)
NEVER = ("same_id", "same_link", "same_title", "repeated", "notices", "translations")


def grouped(items: Sequence[Entry], polls: int = 1) -> dict[tuple[str, str], str]:
    """The story of each entry, when every feed is polled in the order of the entries."""
    feeds: dict[str, list[Entry]] = {}
    for each in items:
        feeds.setdefault(each.source, []).append(each)
    with TemporaryDirectory() as folder, closing(SqliteStore(Path(folder))) as store:
        store.configure(list(feeds))
        with store.transaction():
            for feed in [*feeds.values()] * polls:
                take_in(store, Polled(entries=feed), REGISTER, now=TUESDAY)
        found = list(store.entries())
    return {(each.entry.source, each.entry.id): each.story for each in found}


def scored(items: Sequence[Item]) -> Score:
    records = entries(items)
    stories = grouped(records)
    return score(items, {int(e.authors[0]): stories[e.source, e.id] for e in records})


def judged(seeds: Sequence[int]) -> Score:
    first, *rest = (scored(world(seed)) for seed in seeds)
    for each in rest:
        first += each
    return first


def shares(counts: Mapping[str, tuple[int, int]], kinds: Sequence[str]) -> dict[str, float]:
    """Of the pairs that are different stories, the share that is together, by kind."""
    return {kind: counts[kind][1] / counts[kind][0] for kind in kinds if kind in counts}


def test_unseen_worlds_are_grouped_right() -> None:
    found = judged(JUDGED)
    sys.stdout.write(found.table())
    assert found.precision >= 0.98
    assert found.recall >= 0.90
    wrong = shares(found.apart, SERIES)
    assert len(wrong) >= 8
    assert max(wrong.values()) <= 0.05
    assert {0.0} == set(shares(found.apart, NEVER).values())
    # Of few texts of our own not every change is drawn.
    names = [change.__name__ for change in CHANGES if change.__name__ in found.same]
    copies = {name: found.same[name] for name in names}
    assert len(copies) >= 12
    assert min(together / pairs for pairs, together in copies.values()) >= 0.75


def test_polling_again_groups_the_same() -> None:
    records = entries(world("again", list(own())))
    assert grouped(records) == grouped(records, polls=2)


Key = tuple[str, str]
Stories = set[frozenset[Key]]


def partition(records: Sequence[Entry]) -> Stories:
    stories: dict[str, set[Key]] = {}
    for key, story in grouped(records).items():
        stories.setdefault(story, set()).add(key)
    return set(map(frozenset, stories.values()))


def key(record: Entry) -> Key:
    return record.source, record.id


def pairs(records: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Those that the store's index would have compared."""
    keys = {key(each): frozenset(traits_of(each).keys) for each in records}
    for one, other in combinations(records, 2):
        could_be_one = one.source != other.source and one.language == other.language
        if could_be_one and not keys[key(one)].isdisjoint(keys[key(other)]):
            yield one, other


def is_linked(one: Entry, other: Entry) -> bool:
    group = dedupe.alone(dedupe.first(other), TUESDAY)
    return any(dedupe.links(one, [group], REGISTER.grouping, at_address=()))


def is_told_apart(one: Entry, other: Entry) -> bool:
    """By their texts, or because one source tells both."""
    ours, theirs = (dedupe.alone(dedupe.first(each), TUESDAY) for each in (one, other))
    return not dedupe.may_merge(ours, theirs, REGISTER.grouping)


def linked(records: Sequence[Entry]) -> Stories:
    """What hangs together when the links of every two are followed."""
    stories = {key(each): {key(each)} for each in records}
    for one, other in pairs(records):
        if is_linked(one, other):
            stories[key(one)] |= stories[key(other)]
            stories.update(dict.fromkeys(stories[key(one)], stories[key(one)]))
    return set(map(frozenset, stories.values()))


@pytest.mark.parametrize("seed", [*range(1_100, 1_106), 1_112, 1_166])
def test_order_of_arrival_decides_nothing_that_the_texts_decide(seed: int) -> None:
    """It decides only what an entry belongs to that is like two others which are told apart.

    A copy that leaves out what tells two job advertisements apart goes with the first of them.
    """
    items = [each for each in world(seed, list(own())) if each.kind not in UNCOPIED]
    records = entries(items)
    known = {key(each): each for each in records}

    def agree(story: Iterable[Key]) -> bool:
        return not any(is_told_apart(known[a], known[b]) for a, b in combinations(story, 2))

    clear = {story for story in linked(records) if agree(story)}
    assert sum(map(len, clear)) >= 0.75 * len(records)
    for order in (records, Dice(("order", seed)).some(records, len(records)), records[::-1]):
        found = partition(order)
        assert clear <= found
        assert all(map(agree, found))


def test_nothing_is_one_story_across_languages() -> None:
    records = entries(world(1_200))
    stories = grouped(records)
    spoken: dict[str, set[str]] = {}
    for each in records:
        spoken.setdefault(stories[each.source, each.id], set()).add(each.language)
    assert {1} == {len(languages) for languages in spoken.values()}


def test_one_text_in_two_languages_is_two_stories() -> None:
    told = entries([each for each in world(1_300) if not each.kind][:1])
    other = "sv" if told[0].language == "fi" else "fi"
    copy = replace(told[0], source="toinen/feed", language=other, canonical_url=None)
    assert len(partition([*told, copy])) == 2


if __name__ == "__main__":
    first, last = (int(each) for each in (*sys.argv[1:], "1000", "1050")[:2])
    sys.stdout.write(judged(range(first, last)).table())
