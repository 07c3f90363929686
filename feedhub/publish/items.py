"""What feeds say of a story, and of themselves, before it is put into a format (pure).

Here, once for all formats, it is decided how much of a story goes out, and who is named for it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple, Protocol
from urllib.parse import urljoin

from feedhub.model import Deleted, Enclosure, Site, Source, Story, Topic, Translation
from feedhub.publish.channels import Channel, page_address
from feedhub.publish.characters import legal, line, uri
from feedhub.publish.licences import Licence, licence
from feedhub.publish.locale import Words, words
from feedhub.publish.sheet import Catalogue

NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed without entries was last updated; validators take no date before 1990."""

_TOLD = ("fi", "sv", "en")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_UNKNOWN_TYPE = "application/octet-stream"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A story as feeds give it out: legal characters, web addresses, and no more than allowed."""

    id: str
    url: str
    title: str
    text: str
    """Plain text: the excerpt, when it may be shown, and the visible source, when it is wanted."""
    html: str
    """The whole content, when all of it may be shown."""
    image: str | None
    enclosures: tuple[Enclosure, ...]
    authors: tuple[str, ...]
    """Never empty: where no person is named, the organization speaks."""
    published: datetime
    updated: datetime
    language: str | None
    topics: tuple[Topic, ...]
    categories: tuple[str, ...]
    """As the source gives them, without those that say the same as a topic."""
    origin: Origin
    also: tuple[Credit, ...]
    """The other organizations that published it, with their own addresses of it."""
    translations: tuple[Translation, ...]
    licence: Licence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a feed says of itself. Addresses are whole."""

    title: str
    description: str
    language: str
    site: Credit
    icon: str
    base: str
    """The channel's address: its page, below which its feeds stand."""
    self: str | None = None
    """The document's own address, where it is no feed of the channel but a volume of its archive."""
    updated: datetime
    hub: str | None = None
    previous: str | None = None
    """The archive document before this one (RFC 5005 section 4), by its address."""
    following: str | None = None
    closed: bool = False
    """Whether this is an archive document, whose set of entries grows no more."""
    deleted: tuple[Deleted, ...] = ()
    notice: tuple[str, ...] = ()
    """Lines for a person who sees the feed as it is written."""


class Updated(Protocol):
    """Something that tells when it was last changed."""

    @property
    def updated(self) -> datetime: ...


def head_of(
    channel: Channel, site: Site, items: Iterable[Updated], deleted: Iterable[Deleted] = ()
) -> Head:
    """What the channel's feeds say of themselves, as long as nothing else is said."""
    gone = tuple(sorted(deleted, key=lambda each: (each.when, each.id), reverse=True))
    moments = [*(each.updated for each in items), *(each.when for each in gone)]
    return Head(
        title=line(channel.title) or site.url,
        description=line(site.description) or line(site.title) or site.url,
        language=channel.language,
        site=Credit(line(site.title) or site.url, site.url),
        icon=f"{site.url}static/favicon.svg",
        base=f"{site.url}{channel.prefix}",
        updated=max(moments, default=NOTHING_YET),
        deleted=gone,
        notice=tuple(_notice(channel, site)),
    )


def _notice(channel: Channel, site: Site) -> Iterator[str]:
    """What the feed is, in the channel's language first, and where more is said."""
    for language in dict.fromkeys(words(each).language for each in (channel.language, *_TOLD)):
        yield words(language)("subscribe.opened")
    yield f"{site.url}{channel.prefix}"
    yield f"{site.url}subscribe/"


def items_of(stories: Sequence[Story], catalogue: Catalogue, *, visible_source: bool) -> list[Item]:
    """The stories as items, newest first, in whatever order they come."""
    ordered = sorted(stories, key=lambda story: story.id)
    ordered.sort(key=lambda story: story.published, reverse=True)
    items = [_item(each, catalogue) for each in ordered]
    return [_with_source(each, catalogue.site) for each in items] if visible_source else items


def _item(story: Story, catalogue: Catalogue) -> Item:
    face = story.face
    policy = catalogue.policy(story)
    source = catalogue.sources.get(face.source)
    origin = _origin(story, source, catalogue)
    topics = tuple(each for each in catalogue.site.topics if each.slug in face.topics)
    return Item(
        id=legal(story.id),
        url=page_address(story, catalogue.site),
        title=line(face.title) or origin.organization.name,
        text="" if policy == "link" else legal(face.excerpt).strip(),
        html=legal(face.content_html).strip() if policy == "full" else "",
        image=uri(catalogue.picture(story)),
        enclosures=tuple(_enclosures(face.enclosures)) if policy == "full" else (),
        authors=_names(face.authors) or (origin.organization.name,),
        published=story.published,
        updated=max(story.updated, story.published),
        language=face.language if _is_language(face.language) else None,
        topics=tuple(replace(each, title=line(each.title)) for each in topics),
        categories=_categories(face.categories, topics),
        origin=origin,
        also=_also(story, catalogue),
        translations=_translations(story.translations, face.language),
        licence=licence(source.licence if source else None),
    )


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(line, given))))


def _is_language(tag: str) -> bool:
    return tag != "und" and _LANGUAGE.fullmatch(tag) is not None


def _categories(given: Iterable[str], topics: Iterable[Topic]) -> tuple[str, ...]:
    said = {each.title.casefold() for each in topics}
    return tuple(each for each in _names(given) if each.casefold() not in said)


def _enclosures(given: Iterable[Enclosure]) -> Iterable[Enclosure]:
    files = {address: each for each in reversed([*given]) if (address := uri(each.url))}
    for address, each in reversed(files.items()):
        known = each.type is not None and _MEDIA_TYPE.fullmatch(each.type)
        yield replace(each, url=address, type=each.type if known else _UNKNOWN_TYPE)


def _translations(given: Iterable[Translation], own: str) -> tuple[Translation, ...]:
    """One of each language that is not the story's own."""
    found: dict[str, Translation] = {}
    for each in given:
        address = uri(each.url)
        if address and _is_language(each.language) and each.language.lower() != own.lower():
            found.setdefault(each.language.lower(), replace(each, url=address))
    return tuple(found[language] for language in sorted(found))


def _origin(story: Story, source: Source | None, catalogue: Catalogue) -> Origin:
    name = story.face.source
    slug = name.partition("/")[0]
    organization = _organization(slug, catalogue)
    feed = public_feed(source, catalogue.site) if source else None
    homepage = uri(source.homepage if source else None) or organization.url
    # Of an organization that has left, no more is known than where its story stands.
    root = urljoin(page_address(story, catalogue.site), "/")
    return Origin(
        organization=organization,
        slug=slug,
        source=name,
        id=feed or f"{catalogue.site.url}organizations/{slug}/#{name.partition('/')[2]}",
        title=line((source and source.title) or "") or organization.name,
        feed=feed,
        homepage=homepage or (None if feed else root),
    )


def _organization(slug: str, catalogue: Catalogue) -> Credit:
    known = catalogue.organizations.get(slug)
    return Credit(line(known.name) or slug, uri(known.homepage)) if known else Credit(slug)


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


def _also(story: Story, catalogue: Catalogue) -> tuple[Credit, ...]:
    """Each other organization once, in an order that no arrival changes."""
    face = story.face.source.partition("/")[0]
    found: dict[str, Credit] = {}
    for member in sorted(story.members, key=lambda each: (each.source, each.id)):
        slug = member.source.partition("/")[0]
        if slug != face and (slug not in found or found[slug].url is None):
            found[slug] = Credit(_organization(slug, catalogue).name, uri(member.url))
    return tuple(found.values())


def _with_source(item: Item, site: Site) -> Item:
    """The item with a line that names its origin, for readers that show no source."""
    said = words(item.language or site.language)
    text = _source_line(said, [each.name for each in (item.origin.organization, *item.also)])
    html = _source_line(said, map(_linked, (item.origin.organization, *item.also)))
    return replace(
        item,
        text=f"{item.text}\n\n{text}".strip(),
        html=f"{item.html}\n<p>{html}</p>" if item.html else "",
    )


def _source_line(said: Words, names: Iterable[str]) -> str:
    origin, *others = names
    label, also = said("origin"), said("also_published")
    first = f"{label} {origin}"
    return f"{first}. {also} {', '.join(others)}" if others else first


def _linked(credit: Credit) -> str:
    name = escape(credit.name)
    return f'<a href="{escape(credit.url)}">{name}</a>' if credit.url else name
