"""What feeds say of a story, and of themselves, before it is put into a format (pure).

Here, once for all formats, it is decided how much of a story goes out, and who is named for it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from typing import Protocol, TypeVar

from feedhub.model import Deleted, Enclosure, Site, Story, Topic, Translation
from feedhub.publish.channels import Channel, page_address
from feedhub.publish.characters import legal, line, uri
from feedhub.publish.licences import Licence, licence
from feedhub.publish.locale import Words, words
from feedhub.publish.origins import Credit, Origin
from feedhub.publish.sheet import Catalogue

NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed without entries was last updated; validators take no date before 1990."""

_TOLD = ("fi", "sv", "en")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_UNKNOWN_TYPE = "application/octet-stream"


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


class Published(Protocol):
    """Something that feeds put in order."""

    @property
    def id(self) -> str: ...

    @property
    def published(self) -> datetime: ...


R = TypeVar("R", bound=Published)


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


def newest_first(records: Iterable[R]) -> list[R]:
    """The same order in whatever order they come: by publication, then by id."""
    ordered = sorted(records, key=lambda each: each.id)
    ordered.sort(key=lambda each: each.published, reverse=True)
    return ordered


def items_of(stories: Sequence[Story], catalogue: Catalogue, *, visible_source: bool) -> list[Item]:
    """The stories as items, newest first, in whatever order they come."""
    items = [_item(each, catalogue) for each in newest_first(stories)]
    return [_with_source(each, catalogue.site) for each in items] if visible_source else items


def _item(story: Story, catalogue: Catalogue) -> Item:
    face = story.face
    policy = catalogue.policy(story)
    source = catalogue.sources.get(face.source)
    address = page_address(story, catalogue.site)
    origin = catalogue.origins.of(face.source, address)
    topics = tuple(each for each in catalogue.vocabulary if each.slug in face.topics)
    return Item(
        id=legal(story.id),
        url=address,
        title=line(face.title) or origin.organization.name,
        text="" if policy == "link" else legal(face.excerpt).strip(),
        html=legal(face.content_html).strip() if policy == "full" else "",
        image=uri(catalogue.picture(story)),
        enclosures=tuple(_enclosures(face.enclosures)) if policy == "full" else (),
        authors=_names(face.authors) or (origin.organization.name,),
        published=story.published,
        updated=max(story.updated, story.published),
        language=face.language if _is_language(face.language) else None,
        topics=topics,
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


def _also(story: Story, catalogue: Catalogue) -> tuple[Credit, ...]:
    """Each other organization once, in an order that no arrival changes."""
    face = story.face.source.partition("/")[0]
    found: dict[str, Credit] = {}
    for member in sorted(story.members, key=lambda each: (each.source, each.id)):
        slug = member.source.partition("/")[0]
        if slug != face and (slug not in found or found[slug].url is None):
            found[slug] = Credit(catalogue.origins.organization(slug).name, uri(member.url))
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
