"""What every store does, by its contract."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedhub.model import Edit, Enclosure, Entry, Fault, Memory, Story, Traits, Translation, Verdict
from feedhub.store import Store
from feedhub.store.records import entry_of, memory_json, memory_of, record_json
from feedhub.store.sqlite import SqliteStore
from feedhub.store.sqlite.entries import MAX_ALIASES, MAX_REVISIONS
from feedhub.store.sqlite.groups import AT_ONCE
from feedhub.store.sqlite.sketches import COMMON
from tests.samples import MONDAY, TUESDAY, entry, story

OTHER = entry(source="toinen/feed", id="2")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path)) as opened:
        opened.configure(["kyla/feed", "toinen/feed"])
        yield opened


def keep(store: Store, kept: Entry, story: str = "urn:story:1", **more: Any) -> None:
    verdict = Verdict(entry=kept, story=story, reason="first", score=1.0, changed=True, **more)
    store.settle(verdict, now=TUESDAY)


def told(name: str, published: datetime, **more: Any) -> Story:
    return replace(story(**more), id=name, published=published)


def alike(store: Store, *keys: int) -> list[str]:
    return store.alike(keys, MONDAY, window=timedelta(days=30))


def stories(store: Store, channel: str, limit: int = 0) -> list[str]:
    return store.listed(channel, limit=limit)


def test_entry_comes_back_whole(store: Store) -> None:
    full = entry(
        enclosures=(Enclosure(url="https://a.fi/a.mp3", type="audio/mpeg", length=5, duration=60),),
        translations=(Translation(language="se", url="https://a.fi/se"),),
        image="https://a.fi/a.png",
    )
    keep(store, full)
    (stored,) = store.entries()
    assert full == stored.entry
    assert (stored.story, stored.reason, stored.score) == ("urn:story:1", "first", 1.0)


def test_memory_comes_back_whole(store: Store) -> None:
    memory = Memory(
        source="kyla/feed",
        next_poll=TUESDAY,
        etag='W/"ä\\"',
        failures=3,
        fault=Fault(code="timeout", message="It did not answer.", remedy="Look at it."),
    )
    store.remember(memory)
    assert {"kyla/feed": memory} == store.memories()


def test_memory_is_replaced(store: Store) -> None:
    store.remember(Memory(source="kyla/feed", failures=1))
    store.remember(Memory(source="kyla/feed", failures=2))
    assert store.memories()["kyla/feed"].failures == 2


def test_id_is_known_only_within_its_source(store: Store) -> None:
    keep(store, entry())
    same = store.known("kyla/feed", entry().id)
    assert same is not None
    assert entry() == same.entry
    assert store.known("toinen/feed", entry().id) is None


def test_former_id_finds_the_entry(store: Store) -> None:
    keep(store, entry(), alias="new-id")
    found = store.neighbours(entry(id="new-id", canonical_url=None)).former
    assert found is not None
    assert entry().id == found.entry.id


def test_only_the_newest_former_ids_are_kept(store: Store) -> None:
    for number in range(MAX_ALIASES + 5):
        keep(store, entry(), alias=f"guid-{number}")
    assert store.neighbours(entry(id="guid-4")).former is None
    assert store.neighbours(entry(id="guid-5")).former is not None


def test_same_address_is_a_neighbour_of_its_kind(store: Store) -> None:
    keep(store, entry())
    near = store.neighbours(entry(id="other"))
    assert ["kyla/feed"] == [each.entry.source for each in near.at_address]
    assert near.elsewhere == ()
    far = store.neighbours(OTHER)
    assert far.at_address == ()
    assert ["kyla/feed"] == [each.entry.source for each in far.elsewhere]


def test_same_title_is_a_neighbour_within_its_source(store: Store) -> None:
    keep(store, entry())
    moved = entry(id="other", canonical_url=None, title=entry().title.upper())
    assert [entry().id] == [each.entry.id for each in store.neighbours(moved).titled]
    assert store.neighbours(replace(moved, source="toinen/feed")).titled == ()


def test_entry_without_address_has_no_neighbours_by_address(store: Store) -> None:
    keep(store, entry(canonical_url=None))
    assert store.neighbours(entry(source="toinen/feed", canonical_url=None)).elsewhere == ()


def test_crowd_at_one_address_is_not_read_whole(store: Store) -> None:
    for number in range(40):
        keep(store, entry(id=f"{number}"), story=f"urn:story:{number}")
    assert len(store.neighbours(entry(id="new")).at_address) == 20
    assert len(store.neighbours(OTHER).elsewhere) == 20


def test_texts_are_found_by_their_keys(store: Store) -> None:
    keep(store, entry(), traits=Traits(keys=(1, 2, 3)))
    keep(store, entry(id="2"), story="urn:story:2", traits=Traits(keys=(3, 4, 2**32 - 1)))
    assert alike(store, 3, 4) == ["urn:story:2", "urn:story:1"]
    assert alike(store, 2**32 - 1) == ["urn:story:2"]
    assert alike(store, 9) == []


def test_texts_are_found_in_their_window(store: Store) -> None:
    keep(store, entry(), traits=Traits(keys=(1,)))
    near, far = timedelta(days=30), timedelta(days=100)
    assert store.alike([1], MONDAY + near, window=near) == ["urn:story:1"]
    assert store.alike([1], MONDAY - near, window=near) == ["urn:story:1"]
    assert store.alike([1], MONDAY + far, window=near) == []


def test_edited_text_is_found_by_its_new_keys_only(store: Store) -> None:
    keep(store, entry(), traits=Traits(keys=(1, 2)))
    keep(store, entry(title="Uusi"), traits=Traits(keys=(2, 3)))
    assert alike(store, 1) == []
    assert alike(store, 3) == ["urn:story:1"]


def test_key_that_every_text_has_is_not_looked_up(store: Store) -> None:
    for number in range(COMMON + 1):
        keep(
            store,
            entry(id=f"{number}"),
            story=f"urn:story:{number}",
            traits=Traits(keys=(7, 1_000 + number)),
        )
    assert alike(store, 7) == []
    assert alike(store, 7, 1_003) == ["urn:story:3"]


def test_what_is_gathered_is_found_and_kept_as_ever(store: Store) -> None:
    keep(store, OTHER, traits=Traits(keys=(7, 8)), story="urn:story:1")
    with store.transaction():
        store.gather([((7,), MONDAY)], window=timedelta(days=30))
        assert alike(store, 7) == ["urn:story:1"]
        keep(store, entry(id="2"), traits=Traits(keys=(7, 9)), story="urn:story:2")
        assert alike(store, 7) == ["urn:story:1", "urn:story:2"]
        assert alike(store, 9) == ["urn:story:2"]
        keep(store, OTHER, traits=Traits(keys=(8,)), story="urn:story:1")
    assert alike(store, 7) == ["urn:story:2"]
    assert alike(store, 8) == ["urn:story:1"]
    assert alike(store, 9) == ["urn:story:2"]


def test_what_was_gathered_in_vain_is_forgotten(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.gather([((7,), MONDAY)], window=timedelta(days=30))
            keep(store, entry(), traits=Traits(keys=(7,)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert alike(store, 7) == []


def test_unrelated_entries_share_neither_id_nor_address_nor_title(store: Store) -> None:
    keep(store, entry(), alias="formerly")
    apart = entry(id="apart", canonical_url="kyla.example.fi/apart", title="Toinen otsikko")
    given = [
        apart,
        replace(apart, id=entry().id),
        replace(apart, id="formerly"),
        replace(apart, id="titled", title=entry().title.upper()),
        replace(apart, id="there", canonical_url=entry().canonical_url),
        replace(apart, id="nowhere", canonical_url=None),
    ]
    assert store.unrelated("kyla/feed", given) == {"apart", "nowhere"}
    assert store.unrelated("toinen/feed", given) == {each.id for each in given} - {"there"}


def test_many_stories_are_read_as_one_by_one(store: Store) -> None:
    ids = [f"urn:story:{number}" for number in range(AT_ONCE + 3)]
    for number, name in enumerate(ids):
        keep(store, entry(id=name, canonical_url=None), story=name)
        if number % 7 == 0:
            keep(store, replace(OTHER, id=name, canonical_url=None), story=name)
    asked = [*ids[::-1], "urn:none", ids[0]]
    groups = store.groups(asked)
    assert groups == [group for each in asked for group in store.groups([each])]
    assert [each for each in asked if each != "urn:none"] == [each.story for each in groups]


def test_edits_are_remembered_in_order_and_not_for_ever(store: Store) -> None:
    for number in range(MAX_REVISIONS + 3):
        keep(store, entry(), edits=(Edit(field="title", before="a", after=f"{number}"),))
    kept = store.revisions("kyla/feed", entry().id)
    last = [str(number) for number in range(3, MAX_REVISIONS + 3)]
    assert last == [each.edits[0].after for each in kept]
    assert kept[0].time == TUESDAY


def test_merged_story_has_the_entries_of_both(store: Store) -> None:
    keep(store, entry())
    keep(store, entry(id="2"), story="urn:story:2")
    keep(store, OTHER, merged=("urn:story:2",))
    (group,) = store.groups(["urn:story:1", "urn:story:2"])
    assert [entry().id, "2", "2"] == [each.entry.id for each in group.members]


def test_settling_again_updates_in_place(store: Store) -> None:
    keep(store, entry())
    keep(store, entry(title="Korjattu otsikko"))
    assert ["Korjattu otsikko"] == [each.entry.title for each in store.entries()]


def test_first_publication_never_changes(store: Store) -> None:
    keep(store, entry())
    verdict = Verdict(entry=OTHER, story="urn:story:1", reason="same", score=1, changed=True)
    store.settle(verdict, now=TUESDAY + timedelta(days=3))
    (group,) = store.groups(["urn:story:1"])
    assert group.first_published == TUESDAY
    assert [each.entry.source for each in group.members] == ["kyla/feed", "toinen/feed"]


def test_group_leaves_out_sources_that_are_not_configured(store: Store) -> None:
    keep(store, entry())
    keep(store, OTHER)
    store.configure(["toinen/feed"])
    (group,) = store.groups(["urn:story:1"])
    assert [each.entry.source for each in group.members] == ["toinen/feed"]
    store.configure([])
    assert store.groups(["urn:story:1"]) == []


def test_entry_is_withdrawn_and_comes_back(store: Store) -> None:
    keep(store, entry())
    keep(store, entry(id="2"), story="urn:story:2")
    assert store.withdraw("kyla/feed", [entry().id], now=TUESDAY) == ["urn:story:1"]
    assert store.groups(["urn:story:1"]) == []
    assert store.counts() == {"kyla/feed": 1}
    assert store.withdraw("kyla/feed", [entry().id], now=TUESDAY) == []
    keep(store, entry())
    assert len(store.groups(["urn:story:1"])) == 1


def test_standing_entries_are_counted_when_missing(store: Store) -> None:
    keep(store, entry())
    keep(store, entry(id="2", published=TUESDAY))
    keep(store, OTHER)
    store.miss("kyla/feed", {"2": 2})
    assert store.standing("kyla/feed") == {entry().id: MONDAY, "2": TUESDAY}
    assert store.standing("kyla/feed", MONDAY) == {"2": TUESDAY}
    assert store.missing("kyla/feed") == {"2": 2}
    keep(store, entry(id="2", published=TUESDAY))
    assert store.missing("kyla/feed") == {}


def test_channel_lists_newest_first(store: Store) -> None:
    store.list_story(told("a", MONDAY), ["", "topics/matkailu/"])
    store.list_story(told("b", TUESDAY), [""])
    store.list_story(told("c", TUESDAY), [""])
    assert stories(store, "") == ["b", "c", "a"]
    assert stories(store, "", limit=1) == ["b"]
    assert store.listed("", limit=2, offset=1) == ["c", "a"]
    assert stories(store, "topics/matkailu/") == ["a"]


def test_story_of_the_backlog_stands_behind_the_news(store: Store) -> None:
    store.list_story(told("a", MONDAY), [""])
    store.list_story(told("b", TUESDAY), [""], rank=MONDAY - timedelta(days=30))
    assert stories(store, "") == ["a", "b"]


def test_one_source_takes_no_more_than_its_share(store: Store) -> None:
    for number in range(5):
        store.list_story(told(f"a{number}", TUESDAY), [""])
    store.list_story(told("b", MONDAY, face=OTHER), [""])
    assert store.listed("", limit=3, per_source=2) == ["a0", "a1", "b"]
    assert store.listed("", limit=9, per_source=2) == ["a0", "a1", "b"]
    assert len(store.listed("", limit=9)) == 6


def test_listing_again_moves_the_story(store: Store) -> None:
    assert store.list_story(told("a", MONDAY), ["", "topics/matkailu/"]) == set()
    assert store.list_story(told("a", TUESDAY), [""]) == {"", "topics/matkailu/"}
    assert stories(store, "topics/matkailu/") == []
    assert store.unlist_story("a") == {""}
    assert stories(store, "") == []


def test_deleted_story_is_remembered_where_it_stood(store: Store) -> None:
    store.list_story(told("a", MONDAY), ["", "topics/matkailu/"])
    store.list_story(told("b", MONDAY), [""])
    store.unlist_story("a", now=TUESDAY)
    store.unlist_story("b")
    assert store.deletions("", since=MONDAY) == [("a", TUESDAY)]
    assert store.deletions("topics/matkailu/", since=TUESDAY) == [("a", TUESDAY)]
    assert store.deletions("", since=TUESDAY + timedelta(seconds=1)) == []
    store.list_story(told("a", MONDAY), [""])
    assert store.deletions("", since=MONDAY) == []


def test_request_is_taken_once(store: Store) -> None:
    store.request(["kyla/feed", ""])
    store.request(["kyla/feed"])
    assert store.requested() == {"kyla/feed", ""}
    assert store.requested() == set()


def test_failed_transaction_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            keep(store, entry())
            store.remember(Memory(source="kyla/feed"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(store.entries()) == []
    assert store.memories() == {}


def test_entries_are_newest_first_and_of_one_source(store: Store) -> None:
    keep(store, entry())
    keep(store, entry(id="2", published=TUESDAY))
    keep(store, OTHER)
    assert [each.entry.id for each in store.entries(limit=1)] == ["2"]
    assert [each.entry.id for each in store.entries(source="toinen/feed")] == ["2"]
    assert len(list(store.entries())) == 3


def test_facts_are_kept(store: Store) -> None:
    assert store.fact("listing") is None
    store.note("listing", "a")
    store.note("listing", "b")
    assert store.fact("listing") == "b"


def test_store_survives_its_process(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path)) as first:
        keep(first, entry())
    with closing(SqliteStore(tmp_path)) as second:
        assert [entry()] == [each.entry for each in second.entries()]


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)


@given(title=TEXTS, content=TEXTS, categories=st.lists(TEXTS, max_size=3).map(tuple))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_survives_writing(title: str, content: str, categories: tuple[str, ...]) -> None:
    record = replace(entry(), title=title, content_html=content, categories=categories)
    assert record == entry_of(record_json(record), record.content_html)


def test_memory_without_news_is_short() -> None:
    text = memory_json(Memory(source="kyla/feed"))
    assert text == '{"source":"kyla/feed"}'
    assert memory_of(text) == Memory(source="kyla/feed")


def test_what_is_said_of_an_item_at_once_is_told_in_its_order(store: Store) -> None:
    said = [("kept", "1"), ("grouped", "2"), ("normalized", "3")]
    with store.transaction():
        store.log(
            [
                ("kyla/feed", "a", said[:2]),
                ("kyla/feed", "b", said[:1]),
                ("kyla/feed", "a", said[2:]),
            ],
            now=MONDAY,
        )
        assert said == [(each.step, each.text) for each in store.logged("kyla/feed", "a")]
    assert said[:1] == [(each.step, each.text) for each in store.logged("kyla/feed", "b")]


def test_what_waits_for_the_end_of_a_transaction_is_kept_or_forgotten_with_it(
    store: SqliteStore,
) -> None:
    def fail() -> None:
        with store.transaction():
            keep(store, entry())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.transaction():
        keep(store, OTHER)
    for table in ("tongues", "clues", "unindexed"):
        assert len(store._db.rows(f"SELECT * FROM {table}")) == 1
