"""Who the stories of a site come from, each worked out when first asked for (pure)."""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urljoin

from feedhub.model import Site, Source
from feedhub.publish.characters import line, uri


class Credit(NamedTuple):
    """A name, and where it leads."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The feed that a story came in (RFC 4287 section 4.2.11), without any secret."""

    organization: Credit
    slug: str
    source: str
    """ORGANIZATION/KEY"""
    id: str
    """An IRI."""
    title: str
    feed: str | None
    homepage: str | None


class Origins:
    """The partners of a site as its feeds name them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._organizations = {
            each.slug: Credit(line(each.name) or each.slug, uri(each.homepage))
            for each in site.organizations
        }
        self._sources = {
            source.name: source for each in site.organizations for source in each.sources
        }
        self._known: dict[str, Origin] = {}

    def organization(self, slug: str) -> Credit:
        """One that has left is named by its slug, and leads nowhere."""
        return self._organizations.get(slug) or Credit(slug)

    def of(self, source: str, story: str) -> Origin:
        """The origin of a story that can be read at this address."""
        origin = self._known.get(source) or self._origin(source, self._sources.get(source))
        if source in self._sources:
            self._known[source] = origin
        if origin.feed or origin.homepage:
            return origin
        # Of an organization that has left, no more is known than where its story stands.
        return replace(origin, homepage=urljoin(story, "/"))

    def _origin(self, name: str, source: Source | None) -> Origin:
        slug, _, key = name.partition("/")
        organization = self.organization(slug)
        feed = public_feed(source, self._site) if source else None
        return Origin(
            organization=organization,
            slug=slug,
            source=name,
            id=feed or f"{self._site.url}organizations/{slug}/#{key}",
            title=line((source and source.title) or "") or organization.name,
            feed=feed,
            homepage=uri(source.homepage if source else None) or organization.url,
        )


def public_feed(source: Source, site: Site) -> str | None:
    """The address at which anyone can subscribe to a source; None when it would tell a secret.

    A folder of articles has none of its own: its organization's feed on this site stands for it.
    """
    if source.url is None:
        return f"{site.url}organizations/{source.organization}/atom.xml"
    is_private = source.username is not None or "@" in source.url or _SECRET.search(source.url)
    return None if is_private else uri(source.url)


# Names of parameters that only their owner should know the value of.
_SECRET = re.compile(
    r"[?&](?:\w*[._-])?(?:(?:api|access|auth)?(?:key|token)|auth|pass(?:wd|word)?|pw|pwd|secret"
    r"|session|sid|sig|signature)=",
    re.IGNORECASE,
)
