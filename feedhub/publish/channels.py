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


class Places:
    """Which channels of a site show a story, looked up for one after the other."""

    def __init__(self, site: Site) -> None:
        self._topics = {each.slug: f"topics/{each.slug}/" for each in site.topics}
        slugs = [each.slug for each in site.organizations]
        self._organizations = {
            slug: (rank, f"organizations/{slug}/") for rank, slug in enumerate(slugs)
        }
        self._languages = {each.lower(): f"languages/{each}/" for each in site.languages}

    def of(self, story: Story) -> tuple[str, ...]:
        """The channels' prefixes, each group in the order of the configuration.

        An organization's channel shows whatever one of its sources carries, whoever's text is shown.
        """
        named = story.face.topics
        topics = (prefix for slug, prefix in self._topics.items() if slug in named) if named else ()
        return ("", *topics, *self._carriers(story), *self._language(story))

    def _carriers(self, story: Story) -> Iterator[str]:
        sources = {story.face.source, *(each.source for each in story.members)}
        slugs = {each.partition("/")[0] for each in sources}
        known = sorted(self._organizations[each] for each in slugs if each in self._organizations)
        return (prefix for _, prefix in known)

    def _language(self, story: Story) -> Iterator[str]:
        """The closest language of the site, by lookup (RFC 4647 section 3.4): sv-FI stands in sv."""
        tag = story.face.language.lower()
        while tag:
            if tag in self._languages:
                yield self._languages[tag]
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
