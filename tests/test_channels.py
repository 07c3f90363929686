"""Where a story stands, and where it can be read."""

import pytest

from feedhub.publish.channels import Places, channels, is_at_home, page_address
from feedhub.publish.sheet import FORMATS
from tests.markup import channel_page, hub, links, local, read, text
from tests.samples import entry, organization, site, story


def test_site_has_a_channel_for_the_whole_and_each_part() -> None:
    expected = {
        "": "Uutisvirta",
        "topics/matkailu/": "Uutisvirta: Matkailu",
        "organizations/kyla/": "Uutisvirta: Kyläyhdistys",
        "languages/fi/": "Uutisvirta: suomi",
        "languages/sms/": "Uutisvirta: sääʹmǩiõll",
    }
    made = {each.prefix: each.title for each in channels(site(languages=("fi", "sms", "fi")))}
    assert expected == made


def test_channel_speaks_the_language_of_its_stories() -> None:
    at = site(organizations=(organization(language="sv"),), languages=("fi", "se"))
    spoken = {each.prefix: each.language for each in channels(at)}
    assert {
        "": "fi",
        "topics/matkailu/": "fi",
        "organizations/kyla/": "sv",
        "languages/fi/": "fi",
        "languages/se/": "se",
    } == spoken


def test_story_stands_in_its_topics_organizations_and_language() -> None:
    told = story(entry(source="kaupunki/feed"), face=entry(topics=("poissa", "matkailu")))
    expected = (
        "",
        "topics/matkailu/",
        "organizations/kyla/",
        "organizations/kaupunki/",
        "languages/fi/",
    )
    assert expected == Places(hub()).of(told)


LANGUAGES = {
    "fi": ("languages/fi/",),
    "sv-FI": ("languages/sv/",),
    "SE": ("languages/se/",),
    "en-x-y": ("languages/en/",),
    "de": (),
    "und": (),
    "": (),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_of_a_story_is_looked_up(language: str) -> None:
    found = Places(site(topics=(), organizations=())).of(story(face=entry(language=language)))
    assert ("", *LANGUAGES[language]) == found


def test_story_of_a_partner_that_has_left_stands_in_the_whole_only() -> None:
    at = site(organizations=(), topics=(), languages=())
    assert ("",) == Places(at).of(story())


OWN = "https://news.example.fi/stories/00000000-0000-5000-8000-000000000001.html"
PAGES = {
    "https://kyla.example.fi/a": "https://kyla.example.fi/a",
    "https://kyla.example.fi/ä": "https://kyla.example.fi/%C3%A4",
    "javascript:alert(1)": OWN,
    None: OWN,
}


@pytest.mark.parametrize("address", PAGES)
def test_story_has_a_page_somewhere(address: str | None) -> None:
    told = story(face=entry(url=address))
    assert PAGES[address] == page_address(told, site())
    assert is_at_home(told) == (PAGES[address] == OWN)


def test_page_of_a_strange_id_stays_in_its_folder() -> None:
    told = story(face=local(), id="../../a b\ud800")
    assert "https://news.example.fi/stories/..%2F..%2Fa%20b%3F.html" == page_address(told, site())


@pytest.mark.parametrize("prefix", [each.prefix for each in channels(hub())])
def test_page_of_a_channel_names_its_feeds_and_says_what_they_are_for(prefix: str) -> None:
    page = read(channel_page([], hub(), prefix))
    shown = [text(each) for each in page.iter("code")]
    addresses = [f"https://news.example.fi/{prefix}{each.address}" for each in FORMATS]
    assert addresses == shown
    alternates = [each.get("href") for each in page.iter("link") if each.get("rel") == "alternate"]
    assert addresses == alternates
    [told] = [each for each in page.iter("section") if each.get("id") == "subscribe"]
    assert len(text(told)) > 200
    assert [each for each in links(told).values() if each.endswith("subscribe/")]
