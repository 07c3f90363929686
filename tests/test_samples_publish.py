"""Every feed sample, read and published again: valid, and read back into the same stories."""

from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import pytest

from feedhub import parse
from feedhub.dedupe import story_id
from feedhub.model import Document, Entry, Output, Republish, Rules, Story
from feedhub.normalize import normalize
from feedhub.publish import soundness
from feedhub.publish.archives import Shelf, Volume
from feedhub.publish.channels import channels
from feedhub.publish.characters import line, uri
from feedhub.publish.feeds import Feeds
from tests.nasty import NOW
from tests.samples import organization, site, source, story
from tests.validator import faults

SAMPLES = Path(__file__).parents[2] / "shared" / "feeds"
SUFFIXES = {".xml", ".rss", ".rdf", ".atom", ".json"}
AT_ONCE = 200

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the feed samples are not here")


def entries(number: int, body: bytes) -> tuple[Entry, ...]:
    """What the hub makes of one sample; nothing where it can make nothing of it."""
    own = source(name=f"kyla/{number}", url=f"https://kyla.example.fi/{number}")
    document = Document(address=own.url or "", body=body)
    try:
        return normalize(parse.read([document], own), own, Rules(), now=NOW).entries
    except parse.ParseError:
        return ()


@cache
def stories() -> tuple[Story, ...]:
    files = sorted(each for each in SAMPLES.rglob("*") if each.suffix in SUFFIXES)
    found: dict[str, Story] = {}
    for number, file in enumerate(files):
        for entry in entries(number, file.read_bytes()):
            found[story_id(entry)] = story(face=entry, id=story_id(entry))
    return tuple(found.values())


@cache
def published(policy: Republish) -> tuple[Output, ...]:
    """All stories in feeds of so many, and a volume of each."""
    names = {each.face.source for each in stories()}
    sources = tuple(
        source(name=name, republish=policy, licence="CC BY 4.0") for name in sorted(names)
    )
    at = site(organizations=(organization(sources=sources),))
    feeds, channel = Feeds(at, hub="https://hub.example.net/", visible_source=True), channels(at)[0]
    made: list[Output] = []
    for start in range(0, len(stories()), AT_ONCE):
        some = stories()[start : start + AT_ONCE]
        made += feeds.channel(channel, feeds.items(some))
        made.append(
            feeds.volume(channel, Shelf(Volume(2026, 11, 1)), feeds.prints(feeds.items(some)))
        )
    return tuple(made)


def test_samples_make_many_stories() -> None:
    assert len(stories()) > 500


@pytest.mark.parametrize("policy", ["link", "excerpt", "full"])
def test_all_that_is_published_of_them_is_valid(policy: Any) -> None:
    wrong = [
        fault for each in published(policy) for fault in faults(each, base=site().url, now=NOW)
    ]
    assert wrong == []
    for each in published(policy):
        soundness.check(each, now=NOW)


def test_feedparser_reads_all_of_them_back() -> None:
    read = {
        each.id: each
        for output in published("excerpt")
        if output.name == "atom.xml"
        for each in feedparser.parse(output.body, sanitize_html=False).entries
    }
    assert {each.id for each in stories()} == read.keys()
    for each in stories():
        found = read[each.id]
        assert line(each.face.title) == line(found.title)
        assert uri(each.face.url) in {None, found.link}
        assert each.published.utctimetuple()[:6] == found.published_parsed[:6]
        assert each.updated.utctimetuple()[:6] <= found.updated_parsed[:6]
        assert found.summary.startswith(each.face.excerpt.strip())
