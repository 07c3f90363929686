"""A story's entry is rendered once, and again as soon as anyone has changed a story."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from feedhub.pipeline import moderation, prints
from feedhub.pipeline.prints import Prints
from feedhub.publish.feeds import Feeds, Print
from feedhub.publish.items import Item
from feedhub.store import WHOLE, Store
from feedhub.store.sqlite import SqliteStore
from tests.samples import TUESDAY
from tests.test_intake import HOSTS, REGISTER, item, poll


class Counted(Feeds):
    """Feeds that remember what they were asked to render."""

    def __init__(self) -> None:
        super().__init__(REGISTER.site)
        self.rendered: list[str] = []

    def prints(self, items: Sequence[Item]) -> list[Print]:
        self.rendered += [each.title for each in items]
        return super().prints(items)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path)) as opened:
        opened.configure([f"{name}/feed" for name in HOSTS])
        yield opened


def shown(printing: Prints, store: Store) -> list[bytes]:
    return [each.body for each in printing.of(store, store.listed(WHOLE, limit=0))]


def test_story_is_rendered_once(store: Store) -> None:
    feeds = Counted()
    printing = Prints(feeds, REGISTER)
    poll(store, item("a"), item("b"))
    first = shown(printing, store)
    poll(store, item("a"), item("b"), item("c"))
    assert first == [each for each in shown(printing, store) if b"Uutinen c" not in each]
    assert ["Uutinen a", "Uutinen b", "Uutinen c"] == sorted(feeds.rendered)


def test_edited_story_is_rendered_anew(store: Store) -> None:
    printing = Prints(Counted(), REGISTER)
    poll(store, item("a"), item("b"))
    shown(printing, store)
    poll(store, item("a", title="Korjattu otsikko"), item("b"), day=1)
    assert 1 == sum(b"Korjattu otsikko" in each for each in shown(printing, store))


def test_what_another_program_changed_is_rendered_anew(store: Store, tmp_path: Path) -> None:
    printing = Prints(Counted(), REGISTER)
    poll(store, item("a"), item("b"))
    ids = store.listed(WHOLE, limit=0)
    assert 2 == len(printing.of(store, ids))
    with closing(SqliteStore(tmp_path)) as other, other.transaction():
        moderation.hide(other, REGISTER, ids[0], now=TUESDAY)
    before = store.edition()
    assert 1 == len(shown(printing, store))
    assert before == store.edition()


def test_no_more_is_remembered_than_there_is_room_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prints, "MOST_BYTES", 1)
    feeds = Counted()
    printing = Prints(feeds, REGISTER)
    poll(store, item("a"))
    assert shown(printing, store) == shown(printing, store)
    assert ["Uutinen a", "Uutinen a"] == feeds.rendered
