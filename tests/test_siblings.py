"""Translations: linked when the source says so, or when everything fits; never merged."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feedhub.dedupe import siblings
from feedhub.dedupe.traits import traits_of
from feedhub.model import Entry, Kin, Translation
from feedhub.pipeline import moderation
from feedhub.store import Store
from feedhub.store.sqlite import SqliteStore
from tests.samples import MONDAY, TUESDAY, entry
from tests.tellings import REAL, Dice, Telling, texts
from tests.test_intake import HOSTS, REGISTER, item, poll, shown

FI = "Sillan avajaiset pidetään Inarissa 30.8.2026, ja puhujana on Miia Ruokojärvi Ivalosta."
SE = "Šaldi rahppojuvvo Anáris 30.8.2026, ja sáhkavuorru lea Miia Ruokojärvi Avvilis."
SV = "Bron invigs i Enare 30.8.2026, och talare är Miia Ruokojärvi från Ivalo."
OTHER_SE = "Skuvla oažžu ođđa dáhki 15.6.2027, dadjá rektor Aslak Länsman Ohcejogas."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path)) as opened:
        opened.configure([f"{name}/feed" for name in HOSTS])
        yield opened


def also(store: Store) -> dict[str, list[str]]:
    """The languages that each story is also shown in, by its face's language."""
    return {
        each.face.language: [told.language for told in each.translations] for each in shown(store)
    }


def told(language: str, text: str, **more: Any) -> Entry:
    return item(language, text=text, title=f"{language}!", language=language, **more)


def test_translation_is_found_and_shown_on_both_sides(store: Store) -> None:
    poll(store, told("fi", FI))
    taken = poll(store, told("se", SE), told("smn", OTHER_SE, published=MONDAY), day=1)
    assert also(store) == {"fi": ["se"], "se": ["fi"], "smn": []}
    assert "languages/fi/" in taken.touched
    (finnish,) = [each for each in shown(store) if each.face.language == "fi"]
    expected = Translation(language="se", url="https://kyla.example.fi/se")
    assert finnish.translations == (expected,)


def test_three_languages_are_linked_with_each_other(store: Store) -> None:
    poll(store, told("fi", FI), told("se", SE), told("sv", SV))
    assert {name: sorted(others) for name, others in also(store).items()} == {
        "fi": ["se", "sv"],
        "se": ["fi", "sv"],
        "sv": ["fi", "se"],
    }


def test_polling_again_links_nothing_new(store: Store) -> None:
    poll(store, told("fi", FI), told("se", SE))
    assert poll(store, told("fi", FI), told("se", SE), day=1).touched == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"published": MONDAY - timedelta(days=4)},
        {"organization": "toinen"},
        {"language": "fi"},
        {"language": "und"},
    ],
    ids=["days later", "another organization", "the same language", "an unknown language"],
)
def test_no_translation_is(store: Store, changes: dict[str, Any]) -> None:
    poll(store, told("fi", FI))
    given = dict(changes)
    language = given.pop("language", "se")
    poll(store, replace(told("se", SE, **given), language=language))
    assert [[], []] == [list(each.translations) for each in shown(store)]


def test_declared_translation_is_linked_whatever_it_says(store: Store) -> None:
    page = Translation(language="se", url="https://kyla.example.fi/se")
    poll(store, told("fi", "Lyhyt."))
    poll(store, told("se", OTHER_SE, published=MONDAY - timedelta(days=60)))
    assert also(store) == {"fi": [], "se": []}
    poll(store, replace(told("fi", "Lyhyt."), translations=(page,), content_hash="x"), day=1)
    assert also(store) == {"fi": ["se"], "se": ["fi"]}


def test_declaration_waits_for_the_translation(store: Store) -> None:
    page = Translation(language="se", url="https://kyla.example.fi/se")
    poll(store, told("fi", "Lyhyt.", translations=(page,)))
    poll(store, told("se", OTHER_SE), day=1)
    assert also(store)["se"] == ["fi"]


def test_better_translation_takes_the_place_of_a_worse(store: Store) -> None:
    poll(store, told("se", SE.replace("Miia", "Maija")))
    poll(store, told("fi", FI))
    better = item("better", text=SE, title="!", language="se", published=MONDAY)
    page = Translation(language="fi", url="https://kyla.example.fi/fi")
    poll(store, replace(better, translations=(page,)), day=1)
    faces = {each.face.id: [one.url for one in each.translations] for each in shown(store)}
    assert faces[told("fi", FI).id] == [better.url]
    assert faces[told("se", SE).id] == []


def test_hidden_translation_is_not_shown(store: Store) -> None:
    poll(store, told("fi", FI), told("se", SE))
    moderation.hide(store, REGISTER, told("se", SE).id, now=TUESDAY)
    assert also(store) == {"fi": []}


def kin(record: Entry, story: str = "urn:story:1") -> Kin:
    return Kin(
        source=record.source,
        id=record.id,
        story=story,
        language=record.language,
        picture=record.image,
        clues=frozenset(traits_of(record).clues),
    )


def stored(told: Telling) -> Kin:
    record = entry(
        id=f"{told.tale} {told.language}",
        title=told.title,
        content_html=f"<p>{' '.join(told.paragraphs)}</p>",
        language=told.language,
    )
    return kin(record, told.tale)


def guesses(tellings: Sequence[Kin]) -> Iterator[tuple[Kin, Kin]]:
    for each in tellings:
        for other, _ in siblings.siblings(each, tellings):
            yield each, other


def test_picture_in_common_needs_less() -> None:
    bare = replace(entry(), title="Silta 30.8.2026, Ruokojärvi", content_html="", language="fi")
    other = replace(
        bare, title="Bron 30.8.2026, Ruokojärvi i Enare, i Ivalo och i Uleåborg", language="sv"
    )
    assert list(siblings.siblings(kin(bare), [kin(other)])) == []
    image = "https://kyla.example.fi/silta.jpg"
    pair = replace(bare, image=image), replace(other, image=image)
    assert len(list(siblings.siblings(kin(pair[0]), [kin(pair[1])]))) == 1


@pytest.mark.skipif(not REAL.exists(), reason="there are no real texts beside the checkout")
@pytest.mark.parametrize("seed", range(4))
def test_real_translations_are_found_among_eight_stories(seed: int) -> None:
    tales: dict[str, list[Kin]] = {}
    for each in texts():
        tales.setdefault(each.tale, []).append(stored(each))
    shelf = [each for tale in Dice(seed).some(list(tales.values()), 8) for each in tale]
    pairs = list(guesses(shelf))
    right = [one.story == other.story for one, other in pairs]
    wanted = sum(len(tales[each.story]) - 1 for each in shelf)
    assert sum(right) / len(right) >= 0.98
    assert sum(right) / wanted >= 0.80
