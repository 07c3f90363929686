"""From entries to stories in their channels: faces, withdrawals, floods, members that come and go."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feedhub.model import Entry, Grouping, Story
from feedhub.pipeline import intake
from feedhub.pipeline.intake import (
    Register,
    Taken,
    newest,
    relist,
    stories,
    take_in,
    unchanged,
)
from feedhub.pipeline.judging import BURST, Polled
from feedhub.store import Store
from feedhub.store.sqlite import SqliteStore
from tests.samples import MONDAY, TUESDAY, entry, organization, site, source
from tests.tellings import own

OTHER = source(name="toinen/feed", organization="toinen", domains=("toinen.example.fi",))
THIRD = source(name="kolmas/feed", organization="kolmas", domains=("kolmas.example.fi",))
REGISTER = Register.of(
    site(
        organizations=(
            organization(),
            organization(slug="toinen", name="Toinen", sources=(OTHER,)),
            organization(slug="kolmas", name="Kolmas", sources=(THIRD,)),
        )
    )
)
BRIDGE, DOCK, BUS = ("\n".join(each.paragraphs) for each in list(own())[:3])
HOSTS = {"kyla": "kyla.example.fi", "toinen": "toinen.example.fi", "kolmas": "kolmas.example.fi"}


def item(name: str, organization: str = "kyla", text: str = "", **changes: Any) -> Entry:
    address = f"{HOSTS[organization]}/{name}"
    title = changes.pop("title", f"Uutinen {name}")
    plain = entry(
        source=f"{organization}/feed",
        id=f"https://{address}",
        url=f"https://{address}",
        canonical_url=address,
        title=title,
        excerpt=text[:200],
        content_html=f"<p>{text or name}</p>",
        content_hash=f"{title} {text} {changes}",
    )
    return replace(plain, **changes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path)) as opened:
        opened.configure([f"{name}/feed" for name in HOSTS])
        yield opened


def poll(store: Store, *items: Entry, day: int = 0, **more: Any) -> Taken:
    now = TUESDAY + timedelta(days=day)
    seen = [replace(each, first_seen=now) for each in items]
    register = more.pop("register", REGISTER)
    with store.transaction():
        return take_in(store, Polled(entries=seen, **more), register, now=now)


def shown(store: Store, channel: str = "", **more: Any) -> list[Story]:
    ids = newest(store, channel, limit=more.pop("limit", 0), **more)
    return stories(store, ids, REGISTER)


def only(store: Store) -> Story:
    (story,) = shown(store)
    return story


def sources(story: Story) -> list[str]:
    return [each.source for each in story.members]


# Faces and members


def test_address_of_another_source_is_one_story(store: Store) -> None:
    poll(store, item("silta"))
    poll(store, item("silta", title="Silta", source="toinen/feed"))
    assert sources(only(store)) == ["kyla/feed", "toinen/feed"]
    assert only(store).members[1].reason == "same address in another source"


def test_copy_with_another_title_is_one_story(store: Store) -> None:
    poll(store, item("silta", text=BRIDGE, title="Levyjä kuoresta"))
    poll(store, item("a", "toinen", BRIDGE.upper(), title="Aivan toinen otsikko"), day=1)
    story = only(store)
    assert sources(story) == ["kyla/feed", "toinen/feed"]
    assert story.face.source == "kyla/feed"
    assert (story.members[1].reason, story.members[1].score) == ("same text in another source", 1.0)


def test_teaser_joins_the_whole_and_the_whole_the_teaser(store: Store) -> None:
    teaser = " ".join(BRIDGE.split()[:40])
    poll(store, item("a", "toinen", teaser))
    poll(store, item("silta", text=BRIDGE))
    poll(store, item("b", "kolmas", teaser))
    assert sources(only(store)) == ["toinen/feed", "kyla/feed", "kolmas/feed"]
    assert only(store).members[1].reason == "one text is a part of the other"


def test_texts_too_far_apart_in_time_are_two_stories(store: Store) -> None:
    poll(store, item("silta", text=BRIDGE))
    poll(store, item("a", "toinen", BRIDGE, published=MONDAY - timedelta(days=31)))
    assert len(shown(store)) == 2


def test_window_is_a_setting(store: Store) -> None:
    wide = replace(REGISTER, grouping=Grouping(window=timedelta(days=60)))
    poll(store, item("silta", text=BRIDGE))
    poll(store, item("a", "toinen", BRIDGE, published=MONDAY - timedelta(days=59)), register=wide)
    assert len(shown(store)) == 1


@pytest.mark.parametrize(("stories", "threshold"), [(1, 0.8), (2, 1.0)])
def test_threshold_is_a_setting(store: Store, stories: int, threshold: float) -> None:
    rules = replace(REGISTER, grouping=Grouping(threshold=threshold))
    poll(store, item("silta", text=BRIDGE))
    copy = BRIDGE.replace("sahanpurusta", "sahojen purusta")
    assert copy != BRIDGE
    poll(store, item("a", "toinen", copy), register=rules)
    assert stories == len(shown(store))


def test_one_source_tells_the_same_text_twice_as_two_stories(store: Store) -> None:
    poll(store, item("a", text=BRIDGE), item("b", text=BRIDGE, published=MONDAY - timedelta(1)))
    poll(store, item("c", "toinen", BRIDGE))
    assert sorted(len(story.members) for story in shown(store)) == [1, 2]


def test_same_title_alone_is_two_stories(store: Store) -> None:
    poll(store, item("a", text=BRIDGE, title="Tiedote"))
    poll(store, item("b", "toinen", DOCK, title="Tiedote"))
    assert len(shown(store)) == 2


def test_another_language_is_another_story(store: Store) -> None:
    poll(store, item("silta", text=BRIDGE))
    poll(store, item("a", "toinen", BRIDGE, language="sv"))
    poll(store, item("silta", source="kolmas/feed", language="en"))
    assert len(shown(store)) == 3


def test_late_original_becomes_the_face_and_the_id_stays(store: Store) -> None:
    borrowed = item("silta", text=BRIDGE, source="toinen/feed", id="https://toinen.example.fi/1")
    poll(store, borrowed)
    before = only(store)
    assert before.face.source == "toinen/feed"
    poll(store, item("silta", text=BRIDGE), day=1)
    after = only(store)
    assert after.face.source == "kyla/feed"
    assert (before.id, before.first_published) == (after.id, after.first_published)


def test_richest_copy_is_the_face_of_what_came_together(store: Store) -> None:
    poll(store, item("a", "toinen", " ".join(BRIDGE.split()[:50])))
    poll(store, item("silta", text=BRIDGE))
    assert only(store).face.source == "kyla/feed"


def test_face_that_is_removed_is_replaced(store: Store) -> None:
    poll(store, item("silta", text=BRIDGE), complete="kyla/feed")
    poll(store, item("a", "toinen", BRIDGE), day=1)
    before = only(store)
    poll(store, item("koulu"), day=2, complete="kyla/feed")
    after = next(story for story in shown(store) if story.id == before.id)
    assert sources(after) == ["toinen/feed"]
    assert after.face.source == "toinen/feed"
    assert before.first_published == after.first_published


def test_edit_of_a_member_leaves_the_story_together(store: Store) -> None:
    poll(store, item("silta", text=BRIDGE))
    poll(store, item("a", "toinen", BRIDGE))
    poll(store, item("a", "toinen", DOCK), day=1)
    assert sources(only(store)) == ["kyla/feed", "toinen/feed"]


def test_edit_may_show_that_two_stories_are_one(store: Store) -> None:
    poll(store, item("silta", text=BRIDGE))
    poll(store, item("a", "toinen", "Lisää tulossa."))
    older = {story.id for story in shown(store)}
    assert len(older) == 2
    poll(store, item("a", "toinen", BRIDGE), day=1)
    assert only(store).id in older
    gone = older - {only(store).id}
    assert gone == {story for story, _ in store.deletions("", since=MONDAY)}


def test_whole_text_joins_the_stories_of_its_parts(store: Store) -> None:
    first, last = " ".join(BRIDGE.split()[:40]), " ".join(BRIDGE.split()[20:60])
    poll(store, item("a", "toinen", first))
    poll(store, item("b", "kolmas", last))
    poll(store, item("silta", text=BRIDGE))
    assert len(only(store).members) == 3


def test_link_that_a_source_gives_to_everything_joins_nothing(store: Store) -> None:
    page = {"canonical_url": "kyla.example.fi/ajankohtaista"}
    poll(store, item("a", text=BRIDGE, **page))
    poll(store, item("b", text=DOCK, published=MONDAY + timedelta(hours=1), **page))
    poll(store, item("c", "toinen", BUS, **page))
    assert len(shown(store)) == 3


def test_home_page_joins_nothing(store: Store) -> None:
    poll(store, item("a", text=BRIDGE, canonical_url="kyla.example.fi"))
    poll(store, item("b", "toinen", DOCK, canonical_url="kyla.example.fi"))
    assert len(shown(store)) == 2


# Withdrawals

FEED = tuple(item(f"{number}", published=MONDAY - timedelta(days=number)) for number in range(8))


def without(*numbers: int) -> Sequence[Entry]:
    return [each for number, each in enumerate(FEED) if number not in numbers]


def gone(store: Store) -> list[str]:
    return sorted(each.entry.id[-1] for each in store.entries() if each.withdrawn)


def test_entry_missing_from_the_midst_is_withdrawn_after_three_checks(store: Store) -> None:
    poll(store, *FEED)
    for day in (1, 2):
        assert poll(store, *without(2), day=day).withdrawn == 0
    taken = poll(store, *without(2), day=3)
    assert (taken.withdrawn, gone(store)) == (1, ["2"])
    ((story, when),) = store.deletions("", since=MONDAY)
    assert when == TUESDAY + timedelta(days=3)
    assert story not in {each.id for each in shown(store)}


def test_unchanged_feed_is_a_check_too(store: Store) -> None:
    poll(store, *FEED)
    poll(store, *without(2), day=1)
    counts = [
        unchanged(store, "kyla/feed", REGISTER, now=TUESDAY + timedelta(days=day)).withdrawn
        for day in (2, 3)
    ]
    assert (counts, gone(store)) == ([0, 1], ["2"])
    assert unchanged(store, "kyla/feed", REGISTER, now=TUESDAY + timedelta(days=4)) == Taken()


def test_entry_that_comes_back_in_time_is_counted_anew(store: Store) -> None:
    poll(store, *FEED)
    for absent in ((2,), (2,), (), (2,), (2,)):
        poll(store, *without(*absent))
    assert gone(store) == []


def test_withdrawn_entry_comes_back_under_its_id(store: Store) -> None:
    poll(store, *FEED)
    before = {story.id for story in shown(store)}
    for _ in range(3):
        poll(store, *without(2))
    poll(store, *FEED)
    assert before == {story.id for story in shown(store)}
    assert store.deletions("", since=MONDAY) == []


@pytest.mark.parametrize(
    "left",
    [without(7), without(5, 6, 7), [], without(4, 5, 6, 7), without(0, 1, 2, 3), without(6)],
    ids=[
        "the oldest scrolled out",
        "three scrolled out",
        "the feed is empty",
        "the older half is missing",
        "the newer half is missing",
        "next to the old end",
    ],
)
def test_nothing_is_withdrawn_when(store: Store, left: Sequence[Entry]) -> None:
    poll(store, *FEED)
    for day in range(5):
        poll(store, *left, day=day)
    assert gone(store) == []


def test_entry_kept_at_the_top_for_years_does_not_hold_the_window_open(store: Store) -> None:
    pinned = item("pinned", published=MONDAY - timedelta(days=900))
    poll(store, pinned, *FEED)
    news = [item(f"new-{day}", published=MONDAY + timedelta(hours=day + 1)) for day in range(5)]
    for day in range(5):
        poll(store, pinned, *FEED[: 7 - day], *news[: day + 1], day=day)
    assert gone(store) == []


def test_partial_answer_withdraws_nothing(store: Store) -> None:
    poll(store, *FEED)
    for day in range(5):
        poll(store, *without(2), day=day, register=replace(REGISTER, checks=0))
    assert gone(store) == []


def test_folder_withdraws_at_once(store: Store) -> None:
    poll(store, *FEED, complete="kyla/feed")
    assert poll(store, *without(7), complete="kyla/feed").withdrawn == 1


def test_rewritten_file_is_the_same_entry(store: Store) -> None:
    poll(store, item("a", text=BRIDGE, canonical_url=None, url=None), complete="kyla/feed")
    new = item("a", text=DOCK, title="Toista", published=MONDAY - timedelta(days=9), url=None)
    poll(store, replace(new, canonical_url=None), day=1, complete="kyla/feed")
    assert only(store).face.title == "Toista"


# Floods


def undated(count: int, name: str = "x") -> list[Entry]:
    return [item(f"{name}-{number:02}", published=TUESDAY) for number in range(count)]


def test_undated_backlog_stands_behind_the_news(store: Store) -> None:
    poll(store, *undated(60))
    poll(store, *(item(f"n-{each}", "toinen", published=MONDAY) for each in range(5)))
    top = [story.face.id.rpartition("/")[2] for story in shown(store, limit=BURST + 5)]
    first = [f"x-{each:02}" for each in range(BURST)]
    assert [*sorted(first), *(f"n-{each}" for each in range(5))] == sorted(
        top, key=lambda name: (not name.startswith("x"), name)
    )
    assert len(shown(store)) == 65


def test_backlog_stays_behind_when_it_is_listed_anew(store: Store) -> None:
    poll(store, *undated(60))
    before = [story.id for story in shown(store)]
    relist(store, before, REGISTER)
    assert before == [story.id for story in shown(store)]


def test_all_are_listed_anew_however_few_at_a_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "AT_ONCE", 2)
    poll(store, *(item(f"{n}", published=MONDAY - timedelta(days=n)) for n in range(5)))
    before = [story.id for story in shown(store)]
    for each in before:
        store.unlist_story(each)
    assert "" in relist(store, store.every_story(), REGISTER)
    assert before == [story.id for story in shown(store)]


def test_dated_backlog_stands_where_its_dates_say(store: Store) -> None:
    poll(store, *(item(f"{n}", published=MONDAY - timedelta(days=100 + n)) for n in range(30)))
    poll(store, item("new", "toinen", published=MONDAY))
    assert shown(store, limit=1)[0].face.source == "toinen/feed"


def test_share_leaves_room_for_the_others(store: Store) -> None:
    poll(
        store,
        *(
            item(f"{number}", published=TUESDAY - timedelta(minutes=number))
            for number in range(1, 40)
        ),
    )
    poll(store, item("quiet", "toinen", published=MONDAY - timedelta(days=3)))
    faces = [story.face.source for story in shown(store, limit=10, share=0.3)]
    assert faces == ["kyla/feed"] * 3 + ["toinen/feed"]
    assert len(shown(store)) == 40
    assert len(store.unbound("")) == 40
