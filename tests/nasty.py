"""Stories that no partner means well with: any characters, any addresses, any dates."""

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from feedhub.model import Enclosure, Entry, Member, Site, Story, Translation
from tests.markup import ARTICLES, CITY
from tests.samples import ENTRY, organization, site, source

NOW = datetime(2026, 12, 1, tzinfo=UTC)
THOROUGHLY = settings(
    max_examples=40,
    deadline=None,
    # A failing example is large, and to make it small would take minutes.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
SOURCES = ("kyla/feed", "kaupunki/feed", "toimitus/articles", "poissa/feed")
"""The last of them is not in the configuration any more."""

characters = st.characters(exclude_categories=())
"""Lone surrogates, controls and noncharacters too."""
texts = st.text(characters, max_size=40) | st.sampled_from(
    [
        "</b>",
        "AT&T",
        "&amp;",
        "&#x26;",
        "]]>",
        "<![CDATA[",
        "\x00",
        "\ud800",
        "\ufffe",
        "a\r\nb",
        "<?x",
    ]
)
addresses = st.sampled_from(
    [
        *("https://kyla.example.fi/a", "http://kyla.example.fi:8080/?a=1&b=2#c"),
        *("https://kyla.example.fi/ä ö", "https://sääm.example/ǩ", "https://x.example/?t[a]=1|2"),
        *("https://user:word@kyla.example.fi/", "https://[::1]/", "https://x.example/100%"),
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "//x.example/",
            "/x",
            "",
            "https://",
            "ftp://x/",
        ),
        *("https://[", "https://x:99999/", "https://x.example/\ud800", "https://exa mple/"),
    ]
)
moments = st.datetimes(datetime(1990, 1, 2), datetime(2026, 11, 30), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
languages = st.sampled_from(["fi", "sv", "en", "se", "smn", "sms", "sv-FI", "und", "x y", "", "de"])
html = texts.map(
    lambda text: f'<p>{escape(text)} <a href="https://x.example/">x</a></p>'
) | st.just("")
enclosures = st.builds(
    Enclosure,
    url=addresses,
    type=st.none() | st.sampled_from(["audio/mpeg", "audio", "", "a/b c", "x\x00/y"]),
    length=st.none() | st.integers(0, 10**12),
    duration=st.none() | st.integers(0, 10**6),
)


def lists(values: Any) -> Any:
    return st.lists(values, max_size=3).map(tuple)


entries = st.builds(
    Entry,
    source=st.sampled_from(SOURCES),
    id=texts,
    url=st.none() | addresses,
    canonical_url=st.none(),
    title=texts,
    excerpt=texts,
    content_html=html,
    authors=lists(texts),
    published=moments,
    updated=moments,
    first_seen=moments,
    language=languages,
    categories=lists(texts),
    topics=lists(st.sampled_from(["matkailu", "poissa"])),
    image=st.none() | addresses,
    enclosures=lists(enclosures),
    translations=lists(st.builds(Translation, language=languages, url=addresses)),
    content_hash=st.just(""),
)


@st.composite
def _story(draw: Any) -> Story:
    face = draw(entries)
    others = draw(lists(entries))
    return Story(
        id=UUID(int=draw(st.integers(0, 2**128 - 1))).urn,
        published=face.published,
        updated=face.updated,
        first_published=face.first_seen,
        face=face,
        members=tuple(_member(each) for each in (face, *others)),
    )


def _member(entry: Entry) -> Member:
    return Member(
        source=entry.source, id=entry.id, url=entry.url, title=entry.title, reason="", score=1
    )


stories = st.lists(_story(), max_size=5, unique_by=lambda story: story.id)

ALL = st.sampled_from(["link", "excerpt", "full"])


@st.composite
def sites(draw: Any) -> Site:
    """Sites of three partners, each with a policy of its own."""
    partners = (
        organization(sources=(replace(source(), republish=draw(ALL), licence=draw(texts)),)),
        organization(
            slug="kaupunki", name=draw(texts), sources=(replace(CITY, republish=draw(ALL)),)
        ),
        organization(
            slug="toimitus",
            name="Toimitus",
            homepage=None,
            sources=(replace(ARTICLES, republish=draw(ALL)),),
        ),
    )
    return site(title=draw(texts) or "x", description=draw(texts), organizations=partners)


def many(number: int, **changes: Any) -> list[Story]:
    """Stories with ids and dates of their own."""
    return [numbered(each, **changes) for each in range(number)]


def numbered(number: int, **changes: Any) -> Story:
    moment = datetime(2026, 11, 1 + number // 1440 % 28, number // 60 % 24, number % 60, tzinfo=UTC)
    own = {
        "id": f"{number}",
        "title": f"Uutinen {number}",
        "url": f"https://kyla.example.fi/{number}",
    }
    dates = {"published": moment, "updated": moment, "first_seen": moment}
    face = replace(ENTRY, **{**own, **dates, **changes})
    return Story(
        id=UUID(int=number).urn,
        published=moment,
        updated=face.updated,
        first_published=moment,
        face=face,
        members=(_member(face),),
    )
