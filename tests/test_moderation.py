"""What an operator decides stays decided, whatever the sources do afterwards."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from feedhub.pipeline import moderation
from feedhub.store import Store
from feedhub.store.sqlite import SqliteStore
from tests.samples import MONDAY, TUESDAY
from tests.test_intake import BRIDGE, DOCK, HOSTS, REGISTER, item, only, poll, shown, sources

SILTA = item("silta", text=BRIDGE)
COPY = item("a", "toinen", BRIDGE)
DOCKED = item("laituri", "kolmas", DOCK)
LATER = TUESDAY + timedelta(days=2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path)) as opened:
        opened.configure([f"{name}/feed" for name in HOSTS])
        poll(opened, SILTA)
        poll(opened, COPY)
        poll(opened, DOCKED, day=1)
        yield opened


def steps(store: Store, source: str, item: str) -> list[tuple[str, str]]:
    return [(each.step, each.text) for each in store.logged(source, item)]


def test_hidden_story_is_published_no_more(store: Store) -> None:
    (story,) = [each for each in shown(store) if len(each.members) == 2]
    done = moderation.hide(store, REGISTER, story.id, now=LATER)
    assert (done.done, done.said) == (True, f"hidden: {story.id}")
    assert "" in done.touched
    poll(store, item("silta", text=BRIDGE, title="Korjattu"), day=3)
    poll(store, item("b", "kolmas", BRIDGE), day=1)
    assert [["kolmas/feed"]] == [sources(each) for each in shown(store)]
    assert store.deletions("", since=MONDAY) == [(story.id, LATER)]


def test_unhidden_story_comes_back_under_its_id(store: Store) -> None:
    before = shown(store)
    for act in (moderation.hide, moderation.unhide):
        act(store, REGISTER, SILTA.id, now=LATER)
    assert before == shown(store)
    assert store.deletions("", since=MONDAY) == []


@pytest.mark.parametrize(
    "name",
    [
        COPY.id,
        "http://toinen.example.fi/a",
        "https://toinen.example.fi/a?utm_source=x",
    ],
)
def test_split_takes_the_named_entry_out_for_good(store: Store, name: str) -> None:
    before = next(each.id for each in shown(store) if len(each.members) == 2)
    assert moderation.split(store, REGISTER, name, now=LATER).done
    assert [["kolmas/feed"], ["kyla/feed"], ["toinen/feed"]] == sorted(map(sources, shown(store)))
    assert before in {each.id for each in shown(store) if sources(each) == ["kyla/feed"]}
    poll(store, item("a", "toinen", BRIDGE, title="Korjattu"), day=1)
    poll(store, item("silta", text=BRIDGE, title="Korjattu"), day=1)
    assert len(shown(store)) == 3


def test_split_of_the_first_entry_leaves_the_id_with_the_rest(store: Store) -> None:
    before = next(each.id for each in shown(store) if len(each.members) == 2)
    moderation.split(store, REGISTER, SILTA.id, now=LATER)
    assert ["toinen/feed"] == sources(next(each for each in shown(store) if each.id == before))
    assert len(shown(store)) == 3


def test_split_of_a_story_parts_all_of_it(store: Store) -> None:
    poll(store, item("b", "kolmas", BRIDGE))
    story = next(each.id for each in shown(store) if len(each.members) == 3)
    moderation.split(store, REGISTER, story, now=LATER)
    assert [1, 1, 1, 1] == [len(each.members) for each in shown(store)]
    assert moderation.split(store, REGISTER, story, now=LATER) == moderation.Moderated(
        f"{story} has one entry only; there is nothing to split", done=False
    )


def test_third_copy_joins_one_of_two_split_stories(store: Store) -> None:
    moderation.split(store, REGISTER, COPY.id, now=LATER)
    poll(store, item("b", "kolmas", BRIDGE), day=1)
    assert [1, 1, 2] == sorted(len(each.members) for each in shown(store))


def test_join_makes_one_story_for_good(store: Store) -> None:
    older = next(each.id for each in shown(store) if len(each.members) == 2)
    done = moderation.join(store, REGISTER, DOCKED.id, SILTA.id, now=LATER)
    assert done.done
    story = only(store)
    assert older == story.id
    assert sources(story) == ["kyla/feed", "toinen/feed", "kolmas/feed"]
    assert story.members[2].reason == "joined by the operator"
    poll(store, item("laituri", "kolmas", DOCK, title="Korjattu"), day=1)
    assert len(only(store).members) == 3


def test_join_undoes_a_split(store: Store) -> None:
    moderation.split(store, REGISTER, COPY.id, now=LATER)
    moderation.join(store, REGISTER, COPY.id, SILTA.id, now=LATER)
    assert [1, 2] == sorted(len(each.members) for each in shown(store))
    again = moderation.join(store, REGISTER, COPY.id, SILTA.id, now=LATER)
    assert (again.done, again.touched) == (False, frozenset())


@pytest.mark.parametrize("act", [moderation.hide, moderation.unhide, moderation.split])
def test_unknown_name_is_said(store: Store, act: object) -> None:
    done = act(store, REGISTER, "https://a.fi/none", now=LATER)  # type: ignore[operator]
    assert done == moderation.Moderated(
        "“https://a.fi/none”: no entry has this id or address", done=False
    )
    assert not moderation.join(store, REGISTER, SILTA.id, "none", now=LATER).done


def test_story_is_found_by_the_address_of_its_own_page(store: Store) -> None:
    story = next(each for each in shown(store) if len(each.members) == 2)
    page = f"https://news.example.fi/stories/{story.id.removeprefix('urn:uuid:')}.html"
    assert [SILTA.id, COPY.id] == [each.entry.id for each in moderation.find(store, page)]


def test_decision_is_in_the_journal(store: Store) -> None:
    moderation.hide(store, REGISTER, SILTA.id, now=LATER)
    assert ("moderated", "hidden by the operator") == steps(store, "kyla/feed", SILTA.id)[-1]
