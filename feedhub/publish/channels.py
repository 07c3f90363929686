"""The channels of a site, and where a story stands in it (pure).

A channel is the whole, a topic, an organization or a language; each has a page and three feeds.
"""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from feedhub.model import Site, Story
from feedhub.publish.characters import uri
from feedhub.publish.locale import language_name


class Channel(NamedTuple):
    """One stream of stories. `prefix` is where it stands below the public address."""

    prefix: str
    title: str
    language: str
    """BCP 47: what its own words, and most of its stories, are written in."""


def channels(site: Site) -> tuple[Channel, ...]:
    """All channels of the site, the whole first."""
    own = site.language
    return (
        Channel("", site.title, own),
        *(_part(site, f"topics/{each.slug}/", each.title, own) for each in site.topics),
        *(
            _part(site, f"organizations/{each.slug}/", each.name, each.language or own)
            for each in site.organizations
        ),
        *(
            _part(site, f"languages/{each}/", language_name(each), each)
            for each in dict.fromkeys(site.languages)
        ),
    )


def _part(site: Site, prefix: str, name: str, language: str) -> Channel:
    # A reader lists its feeds by these titles: each must say whose it is.
    return Channel(prefix, f"{site.title}: {name}", language)


def channels_of(story: Story, site: Site) -> tuple[str, ...]:
    """The prefixes of the channels that show the story.

    An organization's channel shows whatever one of its sources carries, whoever's text is shown.
    """
    return ("", *_topics(story, site), *_organizations(story, site), *_languages(story, site))


def _topics(story: Story, site: Site) -> Iterator[str]:
    named = story.face.topics
    return (f"topics/{each.slug}/" for each in site.topics if each.slug in named)


def _organizations(story: Story, site: Site) -> Iterator[str]:
    named = {each.source.partition("/")[0] for each in story.members}
    named.add(story.face.source.partition("/")[0])
    return (f"organizations/{each.slug}/" for each in site.organizations if each.slug in named)


def _languages(story: Story, site: Site) -> Iterator[str]:
    """The closest language of the site, by lookup (RFC 4647 section 3.4): sv-FI stands in sv."""
    known = {each.lower(): each for each in site.languages}
    tag = story.face.language.lower()
    while tag:
        if tag in known:
            yield f"languages/{known[tag]}/"
            return
        tag = tag.rpartition("-")[0]


def is_at_home(story: Story) -> bool:
    """Whether the story's page is one of the site's own, for want of one elsewhere."""
    return uri(story.face.url) is None


def page_address(story: Story, site: Site) -> str:
    """Where the whole story can be read."""
    return uri(story.face.url) or f"{site.url}{own_page(story.id)}"


def own_page(story: str) -> str:
    """Of a story's own page below the public address, by its id: that never changes, a title may."""
    return f"stories/{quote(story.removeprefix('urn:uuid:'), safe='', errors='replace')}.html"
