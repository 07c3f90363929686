"""Full-text search: beginnings of words, parts of compounds, every letter of every language."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedhub.pipeline import moderation
from feedhub.store import Store
from feedhub.store.sqlite import SqliteStore
from tests.samples import MONDAY, TUESDAY
from tests.test_intake import HOSTS, REGISTER, item, poll

TEXTS = {
    "silta": ("Kylän uusi silta avattiin", "Silta lyhentää koulumatkaa Inarissa kuusi kilometriä."),
    "karajat": ("Saamelaiskäräjien kokous", "Kokous pidetään Sajoksessa, ja aiheena on laki."),
    "haa": ("Hääpaikka järven rannalla", "Juhlat pidetään kesällä."),
    "haapa": ("Haapaikka ja koivukko", "Metsä kasvaa."),
    "smn": ("Sämitigge čuákkim", "Čuákkim tollui Aanaarist."),
    "sms": ("Sääʹmteeʹǧǧ såbbar", "Såbbar leäi Njauddâmest."),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path)) as opened:
        opened.configure([f"{name}/feed" for name in HOSTS])
        for hour, (name, (title, text)) in enumerate(TEXTS.items()):
            poll(
                opened, item(name, text=text, title=title, published=MONDAY + timedelta(hours=hour))
            )
        yield opened


def found(store: Store, query: str, limit: int = 10) -> list[str]:
    groups = store.groups(store.search(query, limit=limit))
    return [group.members[0].entry.id.rpartition("/")[2] for group in groups]


@pytest.mark.parametrize(
    ("expected", "query"),
    [
        (["silta"], "silta"),
        (["silta"], "SILTA avattiin"),
        (["silta"], "inari"),
        (["silta"], "Inariin"),
        (["silta"], "kilom uusi"),
        (["karajat"], "käräjien"),
        (["haa"], "hääpaikka"),
        (["haapa"], "haapaikka"),
        (["smn"], "ČUÁKKIM"),
        (["sms"], "sääʹmteeʹǧǧ"),
        (["haa", "karajat"], "pidetään"),
        ([], "silta koivukko"),
        ([], "olematon"),
        ([], "  "),
        ([], '"*() - AND'),
    ],
    ids=[
        "a word",
        "two words in capitals",
        "the beginning of a word",
        "another form of a word",
        "beginnings of two words",
        "the end of a compound",
        "an accent makes another word",
        "no accent makes another word",
        "Inari Sámi",
        "Skolt Sámi",
        "newest first",
        "words of two stories",
        "no such word",
        "nothing",
        "signs of the index's own language",
    ],
)
def test_search_finds(store: Store, expected: list[str], query: str) -> None:
    assert expected == found(store, query)


def test_no_more_than_asked_for_are_found(store: Store) -> None:
    assert ["haa"] == found(store, "pidetään", limit=1)


def test_edited_text_is_found_by_its_new_words(store: Store) -> None:
    poll(store, item("silta", text="Laituri laskettiin veteen.", title="Laituri", published=MONDAY))
    assert found(store, "koulumatkaa") == []
    assert found(store, "laituri") == ["silta"]


def test_entries_are_indexed_in_pieces_each_once(store: Store) -> None:
    assert [4, 2, 0] == [store.index(limit=4) for _ in range(3)]
    assert ["silta"] == found(store, "koulumatkaa")


def test_hidden_and_withdrawn_are_not_found(store: Store) -> None:
    moderation.hide(store, REGISTER, item("silta").id, now=TUESDAY)
    store.withdraw("kyla/feed", [item("haapa").id], now=TUESDAY)
    assert found(store, "silta") == []
    assert found(store, "koivukko") == []


@given(query=st.text(max_size=60))
@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_query_is_answered(store: Store, query: str) -> None:
    assert len(store.search(query, limit=3)) <= 3
