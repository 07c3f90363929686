"""Records for tests: whole and plausible, changed where a test wants it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from feedhub.model import Entry, Member, Organization, Site, Source, Story, Topic

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

ENTRY = Entry(
    source="kyla/feed",
    id="https://kyla.example.fi/?p=1",
    url="https://kyla.example.fi/uutiset/silta/",
    canonical_url="kyla.example.fi/uutiset/silta",
    title="Kylän uusi silta avattiin",
    excerpt="Silta lyhentää koulumatkaa kuusi kilometriä.",
    content_html="<p>Silta lyhentää koulumatkaa kuusi kilometriä.</p>",
    authors=("Aili Esimerkki",),
    published=MONDAY,
    updated=MONDAY,
    first_seen=TUESDAY,
    language="fi",
    categories=("Liikenne",),
    topics=("matkailu",),
    image=None,
    enclosures=(),
    translations=(),
    content_hash="0" * 32,
)


def entry(**changes: Any) -> Entry:
    """An entry of kyla/feed, with these fields changed."""
    return replace(ENTRY, **changes)


def source(**changes: Any) -> Source:
    """The feed of the organization `kyla`."""
    plain = Source(
        name="kyla/feed",
        organization="kyla",
        organization_name="Kyläyhdistys",
        homepage="https://kyla.example.fi/",
        url="https://kyla.example.fi/feed/",
        language="fi",
        domains=("kyla.example.fi",),
    )
    return replace(plain, **changes)


def organization(**changes: Any) -> Organization:
    """The organization `kyla` with its one feed."""
    plain = Organization(
        slug="kyla",
        name="Kyläyhdistys",
        homepage="https://kyla.example.fi/",
        language="fi",
        domains=("kyla.example.fi",),
        sources=(source(),),
    )
    return replace(plain, **changes)


def site(**changes: Any) -> Site:
    """A site with one topic and the organization `kyla`."""
    plain = Site(
        title="Uutisvirta",
        description="Kylien uutiset yhtenä virtana.",
        url="https://news.example.fi/",
        language="fi",
        languages=("fi", "sv", "en", "se", "smn", "sms"),
        timezone="Europe/Helsinki",
        topics=(Topic(slug="matkailu", title="Matkailu", categories=("tourism",)),),
        organizations=(organization(),),
    )
    return replace(plain, **changes)


def story(*others: Entry, face: Entry = ENTRY, **changes: Any) -> Story:
    """A story whose face is `face`, with the other entries as its further members."""
    members = tuple(
        Member(
            source=each.source, id=each.id, url=each.url, title=each.title, reason="first", score=1
        )
        for each in (face, *others)
    )
    plain = Story(
        id="urn:uuid:00000000-0000-5000-8000-000000000001",
        published=face.published,
        updated=face.updated,
        first_published=face.first_seen,
        face=face,
        members=members,
        translations=face.translations,
    )
    return replace(plain, **changes)
