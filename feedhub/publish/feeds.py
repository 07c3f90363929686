"""Channels as feeds: Atom 1.0 and RSS 2.0 by feedgen, JSON Feed 1.1 by our own hand.

The same stories give the same bytes whenever, wherever and in whatever order they are rendered: no
clock is read, and every date that feedgen would take from it is set.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import NamedTuple

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from feedhub.model import Deleted, Output, Site, Story
from feedhub.publish import jsonfeed
from feedhub.publish.archives import Shelf, Volume
from feedhub.publish.channels import Channel, channels
from feedhub.publish.characters import uri
from feedhub.publish.extensions import AtomEntry, AtomHead, RssHead, RssItem
from feedhub.publish.items import Head, Item, head_of, items_of, newest_first
from feedhub.publish.sheet import Catalogue

GENERATOR = "feedhub"
_ATOM_TYPE = "application/atom+xml"
_RSS_TYPE = "application/rss+xml"

# What feedgen wrote begins and ends so; in texts the sign is escaped.
_ENTRY, _ENTRY_END = b"<entry", b"</entry>\n"
_END = b"</feed>"
_PLAIN = re.compile(rb"<(?:title|category|source|dc:creator|dc:rights)[ >][^<]*")
_REFERENCES = {b"&amp;": b"&#x26;", b"&lt;": b"&#x3C;", b"&gt;": b"&#x3E;"}
_NAMED = re.compile(b"|".join(_REFERENCES))


class Print(NamedTuple):
    """A story as an Atom entry: the same bytes in whatever feed of the site it stands."""

    id: str
    published: datetime
    updated: datetime
    body: bytes


class Feeds:
    """Renders the feeds of one configuration.

    `hub` is the WebSub hub that tells of news; `visible_source` adds a line to every text that
    names its origin, since many readers show no source.
    """

    def __init__(self, site: Site, *, hub: str | None = None, visible_source: bool = False) -> None:
        self._site = site
        self._catalogue = Catalogue(site)
        self._whole = channels(site)[0]
        self._hub = uri(hub)
        self._visible_source = visible_source

    def channel(
        self,
        channel: Channel,
        items: Sequence[Item],
        *,
        prints: Sequence[Print] | None = None,
        deleted: Iterable[Deleted] = (),
        archive: Volume | None = None,
    ) -> tuple[Output, Output, Output]:
        """A channel's three feeds.

        `prints` are the items as Atom entries where they have been rendered already; `archive` is the
        channel's newest closed volume.
        """
        head = head_of(channel, self._site, items, deleted)
        head = replace(head, hub=self._hub, previous=_address(head, archive))
        entries = printed(head, items) if prints is None else newest_first(prints)
        return (
            Output(name=f"{channel.prefix}atom.xml", body=atom(head, entries)),
            Output(name=f"{channel.prefix}rss.xml", body=rss(head, items)),
            Output(name=f"{channel.prefix}feed.json", body=jsonfeed.write(head, items)),
        )

    def items(self, stories: Sequence[Story]) -> list[Item]:
        """What is said of the stories in any feed, newest first, in whatever order they come."""
        return items_of(stories, self._catalogue, visible_source=self._visible_source)

    def prints(self, items: Sequence[Item]) -> list[Print]:
        """The items as Atom entries, to be bound in the volumes of any channel."""
        return printed(head_of(self._whole, self._site, items), items)

    def volume(self, channel: Channel, shelf: Shelf, prints: Iterable[Print]) -> Output:
        """One volume of the channel's archive.

        In Atom alone: RFC 5005 is written for it, and the same history in three formats would be
        three times the files for no reader that walks it.
        """
        ordered = newest_first(prints)
        head = head_of(channel, self._site, ordered)
        head = replace(
            head,
            self=_address(head, shelf.volume),
            previous=_address(head, shelf.previous),
            following=_address(head, shelf.following),
            closed=shelf.closed,
        )
        return Output(name=f"{channel.prefix}{shelf.volume.path}", body=atom(head, ordered))


def _address(head: Head, volume: Volume | None) -> str | None:
    return f"{head.base}{volume.path}" if volume else None


def atom(head: Head, entries: Iterable[Print]) -> bytes:
    """An Atom feed document, or an archive document (RFC 4287, RFC 5005)."""
    feed = _atom(head)
    feed.subtitle(head.description)
    feed.icon(head.icon)
    feed.author(name=head.site.name, uri=head.site.url)
    links = {
        "alternate": (head.base, "text/html"),
        "self": (head.self or f"{head.base}atom.xml", _ATOM_TYPE),
        "current": (head.self and f"{head.base}atom.xml", _ATOM_TYPE),
        "prev-archive": (head.previous, _ATOM_TYPE),
        "next-archive": (head.following, _ATOM_TYPE),
    }
    feed.link([{"rel": rel, "href": to, "type": kind} for rel, (to, kind) in links.items() if to])
    if head.hub:
        feed.link(rel="hub", href=head.hub)
    opened, _, _ = feed.atom_str().rpartition(_END)
    return b"".join((opened, *(each.body for each in entries), _written(_END)))


def printed(head: Head, items: Sequence[Item]) -> list[Print]:
    """The items as the entries of an Atom feed of this site, each by itself."""
    feed = _atom(head)
    for item in items:
        _atom_entry(feed, item)
    _, sign, entries = feed.atom_str().partition(_ENTRY)
    *bodies, _ = (sign + entries).split(_ENTRY_END)
    return [
        Print(item.id, item.published, item.updated, body + _ENTRY_END)
        for item, body in zip(items, bodies, strict=True)
    ]


def _atom(head: Head) -> FeedGenerator:
    feed = _feed(head, AtomHead, AtomEntry)
    # All documents of one history have one id.
    feed.id(f"{head.base}atom.xml")
    return feed


def _atom_entry(feed: FeedGenerator, item: Item) -> None:
    entry = _entry(feed, item)
    entry.published(item.published)
    entry.author([{"name": each} for each in item.authors])
    if item.text:
        entry.summary(item.text)
    if item.html:
        entry.content(item.html, type="html")
    if item.licence:
        entry.rights(item.licence.name)


def rss(head: Head, items: Iterable[Item]) -> bytes:
    """An RSS 2.0 document by the RSS Board's profile."""
    feed = _feed(head, RssHead, RssItem)
    feed.link(rel="self", href=f"{head.base}rss.xml", type=_RSS_TYPE)
    # feedgen makes the link that came last the channel's own.
    feed.link(rel="alternate", href=head.base)
    feed.lastBuildDate(head.updated)
    feed.docs("https://www.rssboard.org/rss-specification")
    for item in items:
        _rss_item(feed, item)
    return _PLAIN.sub(_hexadecimal, _written(feed.rss_str()))


def _rss_item(feed: FeedGenerator, item: Item) -> None:
    entry = _entry(feed, item)
    entry.guid(item.id, permalink=False)
    if item.text:
        # The description is HTML, the text is not.
        entry.description("<br>\n".join(map(escape, item.text.split("\n"))))
    if item.html:
        entry.content(item.html)
    if item.enclosures:
        file = item.enclosures[0]
        entry.enclosure(file.url, str(file.length or 0), str(file.type))
    entry.source(item.origin.feed or item.origin.homepage, item.origin.title)


def _feed(head: Head, head_extension: type, item_extension: type) -> FeedGenerator:
    """A feed with what both formats say alike."""
    feed = FeedGenerator()
    feed.register_extension("feedhub", head_extension, item_extension)
    feed.feedhub.head = head
    feed.title(head.title)
    feed.description(head.description)
    feed.language(head.language)
    feed.generator(GENERATOR)
    feed.updated(head.updated)
    return feed


def _entry(feed: FeedGenerator, item: Item) -> FeedEntry:
    entry = feed.add_entry(order="append")
    entry.feedhub.item = item
    entry.id(item.id)
    entry.title(item.title)
    # An entry's link keeps nothing but its address; all others are written by the extension.
    entry.link(href=item.url)
    entry.updated(item.updated)
    scheme = f"{feed.feedhub.head.site.url}topics/"
    topics = ({"term": each.slug, "scheme": scheme, "label": each.title} for each in item.topics)
    entry.category([*topics, *({"term": each} for each in item.categories)])
    return entry


def _written(document: bytes) -> bytes:
    return document + b"\n"


def _hexadecimal(element: re.Match[bytes]) -> bytes:
    """Plain text as the profile wants it: it is read right by most of those who read HTML in it."""
    return _NAMED.sub(lambda found: _REFERENCES[found[0]], element[0])
