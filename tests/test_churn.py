"""Ids that churn inside a source: every kind, and how many stories there should be after it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedhub.dedupe import identity
from feedhub.model import Edit, Entry
from feedhub.pipeline.intake import Register, Taken, take_in
from feedhub.pipeline.judging import Polled
from feedhub.store import Store
from feedhub.store.sqlite import SqliteStore
from tests.samples import MONDAY, TUESDAY, entry, organization, site, source

OTHER = source(name="toinen/feed", organization="toinen", domains=("toinen.example.fi",))
SITE = site(
    organizations=(organization(), organization(slug="toinen", name="Toinen", sources=(OTHER,)))
)
REGISTER = Register.of(SITE)

THINGS = (
    ("silta", "Kylän uusi silta avattiin", "Silta lyhentää koulumatkaa kuusi kilometriä."),
    ("koulu", "Koulu saa uuden katon", "Katto vaihdetaan kesän aikana, ja oppilaat saavat apua."),
    ("lumi", "Ensilumi satoi tunturiin", "Latuja ajetaan heti, kun lunta on kymmenen senttiä."),
    ("jokl", "Joen ylitys onnistuu jo jalan", "Jään paksuus mitataan joka aamu kello seitsemän."),
)

Change = Callable[[Entry, int], Entry]


def item(number: int, **changes: Any) -> Entry:
    """The newest item of a feed has the highest number."""
    slug, title, text = THINGS[number]
    published = MONDAY + timedelta(hours=number)
    plain = entry(
        id=f"https://kyla.example.fi/?p={number}",
        url=f"https://kyla.example.fi/uutiset/{slug}/",
        canonical_url=f"kyla.example.fi/uutiset/{slug}",
        title=title,
        excerpt=text,
        content_html=f"<p>{text}</p>",
        published=published,
        updated=published,
        content_hash=f"{number}" * 32,
    )
    return replace(plain, **changes)


FEED = (item(0), item(1), item(2))


def each(change: Change, items: Sequence[Entry] = FEED) -> tuple[Entry, ...]:
    """All items of the feed, changed; what a reader would notice has another hash."""
    changed = (change(old, number) for number, old in enumerate(items))
    return tuple(
        new if identity.edits(old, new) == () else replace(new, content_hash=f"{number}" * 31 + "x")
        for number, (old, new) in enumerate(zip(items, changed, strict=True))
    )


def renamed(**names: str) -> Change:
    """Fields that are filled in with the item's number and slug."""

    def change(old: Entry, number: int) -> Entry:
        words = {"n": number, "slug": THINGS[number][0]}
        filled: dict[str, Any] = {name: text.format(**words) for name, text in names.items()}
        return replace(old, **filled)

    return change


def undated(old: Entry, number: int) -> Entry:
    return replace(old, published=old.first_seen, updated=old.first_seen)


def without_addresses(old: Entry, number: int) -> Entry:
    return replace(old, url=None, canonical_url=None)


HOME = {"url": "https://kyla.example.fi/", "canonical_url": "kyla.example.fi"}
GUIDS = renamed(id="guid-{n}")
MOVED = renamed(
    id="https://uusi.example.fi/?p={n}",
    url="https://uusi.example.fi/uutiset/{slug}/",
    canonical_url="uusi.example.fi/uutiset/{slug}",
)
PERMALINKS = renamed(
    id="https://kyla.example.fi/2026/11/{slug}/",
    url="https://kyla.example.fi/2026/11/{slug}/",
    canonical_url="kyla.example.fi/2026/11/{slug}",
)
REGENERATED = renamed(
    id="tag:kyla,{n}", url="https://kyla.example.fi/a/{n}", canonical_url="kyla.example.fi/a/{n}"
)
SECURED = renamed(id="http://kyla.example.fi/?p={n}", url="http://kyla.example.fi/uutiset/{slug}/")
LINKED_HOME = renamed(**HOME)
SPOKEN_OF = tuple(replace(old, id="guid-1") for old in FEED)
PLACES = ("place-1", "place-2", "place-3", "place-4")


def by_place(*numbers: int) -> tuple[Entry, ...]:
    """A feed that gives its ids to the places in it, newest first."""
    return tuple(item(number, id=name) for number, name in zip(numbers, PLACES, strict=False))


def singly(items: Sequence[Entry]) -> tuple[tuple[Entry, ...], ...]:
    """A feed of one item, which is another one at each poll."""
    return tuple((one,) for one in items)


Polls = Sequence[Sequence[Entry]]

STORIES: dict[str, tuple[int, Polls]] = {
    "the same again": (3, (FEED, FEED)),
    "the items in another order": (3, (FEED, FEED[::-1])),
    "guids change once": (3, (FEED, each(GUIDS))),
    "guids change at every poll": (
        3,
        (FEED, *(each(renamed(id=f"guid-{{n}}-{poll}")) for poll in range(15))),
    ),
    "guids change and the old ones come back": (3, (FEED, each(GUIDS), FEED)),
    "guids go away and the address takes their place": (
        3,
        (FEED, each(renamed(id="https://kyla.example.fi/uutiset/{slug}/"))),
    ),
    "guids change while the text is edited": (
        3,
        (FEED, each(lambda old, n: replace(GUIDS(old, n), content_html="<p>Aivan muuta.</p>"))),
    ),
    "guids change while the title is edited": (
        3,
        (FEED, each(lambda old, n: replace(GUIDS(old, n), title=f"{n}: uutinen"))),
    ),
    "http becomes https": (3, (each(SECURED), FEED)),
    "the site moves to another domain": (3, (FEED, each(MOVED))),
    "the site moves there and back": (3, (FEED, each(MOVED), FEED)),
    "permalinks change": (3, (FEED, each(PERMALINKS))),
    "the site is regenerated with other ids and addresses": (3, (FEED, each(REGENERATED))),
    "an undated feed is regenerated": (3, (each(undated), each(undated, each(REGENERATED)))),
    "a regenerated site loses its dates": (3, (FEED, each(undated, each(REGENERATED)))),
    "items without addresses get other ids": (
        3,
        (each(without_addresses), each(without_addresses, each(GUIDS))),
    ),
    "one guid for all, one item a poll": (3, singly(SPOKEN_OF)),
    "one guid for all, one item a poll, all over again": (3, (*singly(SPOKEN_OF),) * 2),
    "one guid and one link for all, one item a poll": (3, singly(each(LINKED_HOME, SPOKEN_OF))),
    "one link for all, one item a poll": (3, singly(each(LINKED_HOME))),
    "one link for all, and guids that change": (
        3,
        (*singly(each(LINKED_HOME)), *singly(each(LINKED_HOME, each(GUIDS)))),
    ),
    "one list page as the link of all, one item a poll": (
        3,
        singly(each(renamed(canonical_url="kyla.example.fi/uutiset"))),
    ),
    "ids of places, and the feed moves on": (
        4,
        (by_place(2, 1, 0), by_place(3, 2, 1), by_place(3, 2, 1, 0)),
    ),
    "ids of places, and the feed is turned round": (3, (by_place(2, 1, 0), by_place(0, 1, 2))),
    "two ids are swapped": (
        2,
        ((item(0), item(1)), (item(0, id=item(1).id), item(1, id=item(0).id))),
    ),
    "an item is told twice under two ids and addresses": (
        2,
        ((item(0), REGENERATED(item(0), 0)),),
    ),
    "an item is told twice, and one of the two scrolls out": (
        2,
        ((item(0), REGENERATED(item(0), 0)), (item(0),), (item(0), REGENERATED(item(0), 0))),
    ),
    "the same notice again on another day": (
        2,
        ((item(0),), (REGENERATED(item(0, published=MONDAY - timedelta(days=7)), 0),)),
    ),
    "another item under the same title": (
        2,
        ((item(0),), (item(1, title=item(0).title),)),
    ),
    "an edit of the title": (3, (FEED, each(renamed(title="Korjattu otsikko {n}")))),
    "an edit of title and text": (
        3,
        (FEED, each(renamed(title="Korjattu {n}", content_html="<p>Kaikki on toisin {n}.</p>"))),
    ),
    "an edit of title, text and address of an undated item": (
        1,
        (
            (undated(item(0), 0),),
            (replace(undated(item(0), 0), title="Uusi", content_html="<p>Eri.</p>"),),
        ),
    ),
    "another source with the same ids": (
        6,
        (FEED, tuple(item(n, source="toinen/feed", canonical_url=f"b.fi/{n}") for n in range(3))),
    ),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path)) as opened:
        opened.configure(["kyla/feed", "toinen/feed"])
        yield opened


def poll(store: Store, items: Sequence[Entry], day: int = 0) -> Taken:
    now = TUESDAY + timedelta(days=day)
    with store.transaction():
        polled = Polled(entries=[replace(one, first_seen=now) for one in items])
        return take_in(store, polled, REGISTER, now=now)


def undated_then(items: Sequence[Entry], day: int) -> list[Entry]:
    """What the hub makes of items without a date: they are published when they are seen."""
    now = TUESDAY + timedelta(days=day)
    return [replace(one, published=now, updated=now) if is_undated(one) else one for one in items]


def is_undated(one: Entry) -> bool:
    return one.published == one.first_seen


def stories(store: Store) -> set[str]:
    return {stored.story for stored in store.entries() if not stored.withdrawn}


@pytest.mark.parametrize(("expected", "polls"), STORIES.values(), ids=STORIES)
def test_churn_makes_no_story(store: Store, expected: int, polls: Polls) -> None:
    seen: set[str] = set()
    for day, items in enumerate(polls):
        poll(store, undated_then(items, day), day)
        assert seen <= stories(store), "an id was lost"
        seen = stories(store)
    assert expected == len(seen)
    assert expected == sum(1 for _ in store.entries())


@pytest.mark.parametrize(("expected", "polls"), STORIES.values(), ids=STORIES)
def test_last_poll_again_changes_nothing(store: Store, expected: int, polls: Polls) -> None:
    for items in polls:
        poll(store, items)
    before = list(store.entries())
    again = poll(store, polls[-1], day=1)
    assert (0, 0, frozenset()) == (again.new, again.changed, again.touched)
    assert before == list(store.entries())


WAYS = st.sampled_from((GUIDS, MOVED, PERMALINKS, REGENERATED, LINKED_HOME, undated))


@st.composite
def polls_of_a_wild_feed(draw: st.DrawFn) -> list[list[Entry]]:
    """Some of the items at each poll, in any order, under ids and addresses of any kind."""
    items = [item(number) for number in range(4)]
    return [
        [
            draw(WAYS)(item(number), number)
            for number in draw(st.lists(st.integers(0, len(items) - 1), unique=True, max_size=4))
        ]
        for _ in range(draw(st.integers(1, 4)))
    ]


@given(polls=polls_of_a_wild_feed())
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_feed_does_no_id_is_lost(tmp_path: Path, polls: list[list[Entry]]) -> None:
    with TemporaryDirectory(dir=tmp_path) as folder, closing(SqliteStore(Path(folder))) as store:
        store.configure(["kyla/feed"])
        seen: dict[str, str] = {}
        for items in polls:
            poll(store, items)
            now = {each.entry.id: each.story for each in store.entries()}
            assert seen.items() <= now.items()
            seen = now
        poll(store, polls[-1])
        assert seen == {each.entry.id: each.story for each in store.entries()}


def test_entry_keeps_its_first_id_and_first_look(store: Store) -> None:
    poll(store, FEED)
    poll(store, each(REGENERATED), day=1)
    kept = store.known("kyla/feed", item(0).id)
    assert kept is not None
    assert kept.entry.first_seen == TUESDAY
    assert kept.entry.url == "https://kyla.example.fi/a/0"


def test_moved_address_alone_is_no_update(store: Store) -> None:
    poll(store, FEED)
    poll(store, each(REGENERATED), day=1)
    assert {item(n).updated for n in range(3)} == {one.entry.updated for one in store.entries()}


def test_edit_is_kept_with_what_it_changed(store: Store) -> None:
    poll(store, [item(0)])
    poll(store, [item(0, title="Silta on auki", content_hash="x" * 32)], day=1)
    (revision,) = store.revisions("kyla/feed", item(0).id)
    assert revision.time == TUESDAY + timedelta(days=1)
    assert (Edit(field="title", before=item(0).title, after="Silta on auki"),) == revision.edits


def test_meaningless_change_is_no_edit(store: Store) -> None:
    poll(store, [item(0)])
    again = poll(store, [item(0, content_html=f"<p class='b'>{item(0).excerpt}</p>")], day=1)
    assert again.changed == 0
    assert store.revisions("kyla/feed", item(0).id) == []


def test_long_edit_is_shown_from_where_it_begins() -> None:
    before = entry(content_html="<p>" + "sana " * 100 + "loppu</p>")
    after = entry(content_html="<p>" + "sana " * 100 + "toinen loppu</p>")
    (edit,) = identity.edits(before, after)
    assert edit.field == "text"
    assert edit.before.endswith("sana loppu")
    assert edit.after.endswith("sana toinen loppu")
    assert len(edit.after) < 100
