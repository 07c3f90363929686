"""JSON Feed 1.1, and what `_feedhub` adds to it."""

import json
from typing import Any

import pytest
from hypothesis import given

from feedhub.model import Enclosure, Site, Story, Translation
from feedhub.publish.channels import channels
from feedhub.publish.feeds import Feeds
from tests import nasty
from tests.markup import hub, local
from tests.nasty import NOW, THOROUGHLY
from tests.samples import entry, organization, site, source, story
from tests.validator import faults


def feed(*stories: Story, at: Site | None = None, **wishes: Any) -> dict[str, Any]:
    where = at or hub()
    feeds = Feeds(where, **wishes)
    *_, output = feeds.channel(channels(where)[0], feeds.items(stories))
    assert output.name == "feed.json"
    assert faults(output, base=where.url, now=NOW) == []
    found: dict[str, Any] = json.loads(output.body)
    return found


def item(*stories: Story, **wishes: Any) -> dict[str, Any]:
    [found] = feed(*stories, **wishes)["items"]
    assert isinstance(found, dict)
    return found


def test_feed_says_what_it_is() -> None:
    said = feed(hub="https://hub.example.net/")
    assert {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Uutisvirta",
        "home_page_url": "https://news.example.fi/",
        "feed_url": "https://news.example.fi/feed.json",
        "description": "Kylien uutiset yhtenä virtana.",
        "favicon": "https://news.example.fi/static/favicon.svg",
        "language": "fi",
        "authors": [{"name": "Uutisvirta", "url": "https://news.example.fi/"}],
        "hubs": [{"type": "WebSub", "url": "https://hub.example.net/"}],
        "items": [],
    } == said


def test_item_tells_the_story_and_where_it_comes_from() -> None:
    others = entry(source="kaupunki/feed", url="https://kaupunki.example.fi/a")
    translations = (Translation(language="sv", url="https://kyla.example.fi/sv"),)
    told = story(others, face=entry(translations=translations))
    assert {
        "id": "urn:uuid:00000000-0000-5000-8000-000000000001",
        "url": "https://kyla.example.fi/uutiset/silta/",
        "title": "Kylän uusi silta avattiin",
        "content_text": "Silta lyhentää koulumatkaa kuusi kilometriä.",
        "date_published": "2026-11-23T08:00:00Z",
        "date_modified": "2026-11-23T08:00:00Z",
        "authors": [{"name": "Aili Esimerkki"}],
        "tags": ["Matkailu", "Liikenne"],
        "language": "fi",
        "_feedhub": {
            "organization": {
                "name": "Kyläyhdistys",
                "url": "https://kyla.example.fi/",
                "slug": "kyla",
            },
            "source": {
                "name": "kyla/feed",
                "title": "Kyläyhdistys",
                "url": "https://kyla.example.fi/feed/",
            },
            "also_published_by": [{"name": "Kaupunki", "url": "https://kaupunki.example.fi/a"}],
            "topics": ["matkailu"],
            "language": "fi",
            "translations": [{"language": "sv", "url": "https://kyla.example.fi/sv"}],
        },
    } == item(told)


def test_whole_content_comes_with_its_summary_and_attachments() -> None:
    files = (
        Enclosure(url="https://x.example/a.mp3", type="audio/mpeg", length=5, duration=7),
        Enclosure(url="https://x.example/a.mp3", type="audio/ogg"),
        Enclosure(url="https://x.example/b"),
    )
    found = item(story(face=local(enclosures=files, image="https://x.example/a.jpg")))
    assert "<p>Silta lyhentää koulumatkaa kuusi kilometriä.</p>" == found["content_html"]
    assert "Silta lyhentää koulumatkaa kuusi kilometriä." == found["summary"]
    assert "https://x.example/a.jpg" == found["image"]
    assert [
        {
            "url": "https://x.example/a.mp3",
            "mime_type": "audio/mpeg",
            "size_in_bytes": 5,
            "duration_in_seconds": 7,
        },
        {"url": "https://x.example/b", "mime_type": "application/octet-stream"},
    ] == found["attachments"]
    assert {
        "name": "CC BY 4.0",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    } == found["_feedhub"]["licence"]


@pytest.mark.parametrize("case", ["link only", "nothing to show"])
def test_title_stands_where_no_text_may_or_can(case: str) -> None:
    made = source(republish="link") if case == "link only" else source()
    told = entry() if case == "link only" else entry(excerpt=" ")
    found = item(story(face=told), at=site(organizations=(organization(sources=(made,)),)))
    assert found["title"] == found["content_text"]
    assert "content_html" not in found


@THOROUGHLY
@given(nasty.sites(), nasty.stories)
def test_stories_come_back_whole(at: Site, stories: list[Story]) -> None:
    read = {each["id"]: each for each in feed(*stories, at=at)["items"]}
    assert {each.id for each in stories} == read.keys()
    for each in stories:
        assert f"{each.published:%Y-%m-%dT%H:%M:%SZ}" == read[each.id]["date_published"]
        assert read[each.id]["_feedhub"]["organization"]["name"]
