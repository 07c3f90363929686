"""What feedgen does not write, or writes wrongly, added through its extension interface.

feedgen 1.0 keeps only the address of an entry's link, and has no source with an id, no language of
an entry, no archives (RFC 5005), no tombstones (RFC 6721) and no hub. Atom elements are made without
a namespace, since feedgen declares the default one as if it were an attribute. feedgen makes the
extensions itself, without arguments; what they write is set before it asks for it.
"""

from collections.abc import Iterator
from email.utils import format_datetime
from typing import Any

from lxml import etree

from feedhub.publish.items import Head, Item
from feedhub.publish.moments import rfc3339

Element = etree._Element  # noqa: SLF001  (lxml has no public name for its own type)

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_CC = "http://backend.userland.com/creativeCommonsRssModule"
_MEDIA = "http://search.yahoo.com/mrss/"
_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Link = dict[str, str]
"""The attributes of a link element."""


class AtomHead:
    """The parts of an Atom feed beside its entries."""

    head: Head

    def extend_ns(self) -> dict[str, str]:
        own = {"fh": _HISTORY} if self.head.closed else {}
        return own | ({"at": _TOMBSTONES} if self.head.deleted else {}) | {"media": _MEDIA}

    def extend_atom(self, feed: Element) -> Element:
        _explain(feed, self.head)
        if self.head.closed:
            etree.SubElement(feed, f"{{{_HISTORY}}}archive")
        for each in self.head.deleted:
            gone = {"ref": each.id, "when": rfc3339(each.when)}
            etree.SubElement(feed, f"{{{_TOMBSTONES}}}deleted-entry", gone)
        return feed


class AtomEntry:
    """The parts of an Atom entry."""

    item: Item

    def extend_atom(self, entry: Element) -> Element:
        item = self.item
        entry.tail = "\n"
        if item.language:
            entry.set(_LANG, item.language)
        for link in _links(item):
            etree.SubElement(entry, "link", link)
        if item.image:
            etree.SubElement(entry, f"{{{_MEDIA}}}thumbnail", {"url": item.image})
        _source(entry, item)
        return entry


def _source(entry: Element, item: Item) -> None:
    """RFC 4287 section 4.2.11: what the entry's feed of origin says of itself."""
    origin = item.origin
    source = etree.SubElement(entry, "source")
    etree.SubElement(source, "id").text = origin.id
    etree.SubElement(source, "title").text = origin.title
    # Its own date would change all its entries here with every poll; it had this one at least.
    etree.SubElement(source, "updated").text = item.updated.isoformat()
    author = etree.SubElement(source, "author")
    etree.SubElement(author, "name").text = origin.organization.name
    if origin.feed:
        etree.SubElement(source, "link", {"rel": "self", "href": origin.feed})
    if origin.homepage:
        etree.SubElement(source, "link", {"rel": "alternate", "href": origin.homepage})


class RssHead:
    """The parts of an RSS channel beside its items."""

    head: Head

    def extend_ns(self) -> dict[str, str]:
        return {"dc": _DC, "creativeCommons": _CC, "media": _MEDIA}

    def extend_rss(self, rss: Element) -> Element:
        _explain(rss, self.head)
        if self.head.hub:
            _atom_link(rss[0], {"rel": "hub", "href": self.head.hub})
        return rss


class RssItem:
    """The parts of an RSS item."""

    item: Item

    def extend_rss(self, element: Element) -> Element:
        item = self.item
        element.tail = "\n"
        # feedgen's own way to write a date sets the locale of the whole process, for a moment.
        etree.SubElement(element, "pubDate").text = format_datetime(item.published)
        for author in item.authors:
            _dublin(element, "creator", author)
        if item.language:
            _dublin(element, "language", item.language)
        for link in (*_translations(item), *_related(item)):
            _atom_link(element, link)
        if item.image:
            etree.SubElement(element, f"{{{_MEDIA}}}thumbnail", {"url": item.image})
        if item.licence:
            _dublin(element, "rights", item.licence.name)
            if item.licence.url:
                etree.SubElement(element, f"{{{_CC}}}license").text = item.licence.url
        return element


def _dublin(element: Element, name: str, text: str) -> None:
    etree.SubElement(element, f"{{{_DC}}}{name}").text = text


def _atom_link(element: Element, link: Link) -> None:
    etree.SubElement(element, f"{{{_ATOM}}}link", link)


def _links(item: Item) -> Iterator[Link]:
    """All of an Atom entry's links but the bare one to the story."""
    yield from _translations(item)
    yield from _related(item)
    yield from _enclosures(item)
    yield from _licence(item)


def _translations(item: Item) -> Iterator[Link]:
    """The same text in other languages, and after them the story once more, with its own.

    Some readers follow the first alternate link and some the last: both must find the story.
    RFC 4287 section 4.1.2 forbids only two of the same type and language.
    """
    for each in item.translations:
        yield {"rel": "alternate", "hreflang": each.language, "href": each.url}
    if item.translations:
        own = {"hreflang": item.language} if item.language else {"type": "text/html"}
        yield {"rel": "alternate", **own, "href": item.url}


def _related(item: Item) -> Iterator[Link]:
    """Where others published the same story."""
    for each in item.also:
        if each.url:
            yield {"rel": "related", "title": each.name, "href": each.url}


def _enclosures(item: Item) -> Iterator[Link]:
    for each in item.enclosures:
        size = {} if each.length is None else {"length": str(each.length)}
        yield {"rel": "enclosure", "type": str(each.type), **size, "href": each.url}


def _licence(item: Item) -> Iterator[Link]:
    """RFC 4946."""
    if item.licence and item.licence.url:
        yield {"rel": "license", "href": item.licence.url}


def _explain(root: Any, head: Head) -> None:
    """Tells a person who opened the feed in a browser what it is, and where its page is.

    Browsers show feeds as they are written (no style sheet is read for their media types), so that
    a comment at the top is the first thing seen. What XML forbids in one is left out.
    """
    lines = [each for each in head.notice if "--" not in each]
    root.addprevious(etree.Comment("\n".join(("", *lines, ""))))
