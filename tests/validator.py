"""What the W3C feed validator says of an output, as far as it matters here; and a little more.

Faults are named as the validator names them (docs-xml/error in its sources), where it has a name.
Two of its warnings are not looked for, each for a reason:
  ContainsHTML   a title is plain text; one that speaks of `</b>` means just that
  BadCharacters  U+FFFD: what a partner's server broke cannot be mended here
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from feedhub.model import Output
from feedhub.publish.representation import media_type

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
DC = "{http://purl.org/dc/elements/1.1/}"
CC = "{http://backend.userland.com/creativeCommonsRssModule}license"
HISTORY = "{http://purl.org/syndication/history/1.0}archive"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Element = Any
Fault = str

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d:\d\d [+-]\d{4}"
)
_URI = re.compile(
    r"[a-zA-Z][0-9a-zA-Z+.-]*:(//)?(\[[0-9a-fA-F:]+\])?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+"
)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TAG = re.compile(r"tag:([\w.-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[^\s]*")
_MEDIA_TYPE = re.compile(r"[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+(;\s*charset=[\w-]+)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_REFERENCE = re.compile(r"<(?:a|img)\s[^>]*?(?:href|src)=[\"']([^\"']*)[\"']", re.IGNORECASE)
_RELATIONS = {
    *("alternate", "current", "enclosure", "hub", "license", "next-archive", "prev-archive"),
    *("related", "self", "via"),
}
_OF_FEEDS_ONLY = {"current", "next-archive", "prev-archive"}
_METADATA = ("id", "title", "updated")
_DATES = ("updated", "published", "modified", "issued", "created")
_TEXTS = ("title", "subtitle", "summary", "rights")
_LINK_ATTRIBUTES = {
    "type": _MEDIA_TYPE,
    "hreflang": _LANGUAGE,
    "length": re.compile(r"\d+"),
    "title": re.compile(r".+", re.DOTALL),
}
_UNKNOWN_CHARACTERS = re.compile(r"[\x80-\x9f]")


def faults(output: Output, *, base: str, now: datetime) -> list[Fault]:
    """Everything wrong with an output that stands below `base`, looked at `now`."""
    checks = _CHECKS.get(output.name.rpartition("/")[2])
    if checks is None:
        return []
    check, expected = checks
    address = f"{base}{output.name}"
    found = [*check(output.body, address, now)]
    if media_type(output.name) != expected:
        found.append(f"UnexpectedContentType: {media_type(output.name)}")
    return found


def xml(body: bytes) -> Element:
    """Raises when the bytes are not well-formed."""
    assert b"<!DOCTYPE" not in body
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, huge_tree=True))


def _atom(body: bytes, address: str, now: datetime) -> Iterator[Fault]:
    """RFC 4287 sections 4.1.1 and 4.1.2, RFC 5005 section 4, RFC 6721 section 3."""
    feed = xml(body)
    if feed.tag != f"{ATOM}feed":
        yield f"UndefinedElement: {feed.tag}"
    yield from _record(feed, now)
    yield from _feed_links(feed, address)
    order = [child.tag == f"{ATOM}entry" for child in feed]
    if order != sorted(order):
        yield "MisplacedMetadata: after an entry"
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        yield from _entry(entry, now, has_author=feed.find(f"{ATOM}author") is not None)
    yield from _twice(entry.findtext(f"{ATOM}id") for entry in entries)
    for gone in feed.findall(DELETED):
        yield from _identity(gone.get("ref", ""))
        yield from _rfc3339(gone.get("when"), now)
    yield from _text_everywhere(feed)


def _feed_links(feed: Element, address: str) -> Iterator[Fault]:
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    if links.get("self") != address:
        yield f"SelfDoesntMatchLocation: {links.get('self')} at {address}"
    if "alternate" not in links:
        yield "MissingAlternateLink: of the feed"
    if feed.find(HISTORY) is not None and "current" not in links:
        yield "MissingCurrentInArchive"


def _record(record: Element, now: datetime) -> Iterator[Fault]:
    """What a feed, an entry and a source have in common."""
    for name in _METADATA:
        texts = [(each.text or "").strip() for each in record.findall(ATOM + name)]
        if not any(texts):
            yield f"MissingElement: {name} of {record.tag}"
        if len(texts) > 1:
            yield f"DuplicateElement: {name} of {record.tag}"
    yield from _identity(record.findtext(f"{ATOM}id") or "")
    for date in record.iterchildren(*(ATOM + name for name in _DATES)):
        yield from _rfc3339(date.text, now)
    yield from _constructs(record)
    yield from _links(record)


def _constructs(record: Element) -> Iterator[Fault]:
    """RFC 4287 sections 3.1 and 3.2."""
    for person in record.iterchildren(f"{ATOM}author", f"{ATOM}contributor"):
        if not (person.findtext(f"{ATOM}name") or "").strip():
            yield "MissingElement: name of a person"
    for text in record.iterchildren(*(ATOM + name for name in _TEXTS)):
        if text.get("type", "text") not in {"text", "html", "xhtml"}:
            yield f"InvalidTextType: {text.tag}"


def _identity(identity: str) -> Iterator[Fault]:
    yield from _full(identity)
    if identity.startswith("urn:uuid:") and not _UUID.fullmatch(identity):
        yield f"InvalidUUID: {identity}"
    if identity.startswith("tag:") and not _TAG.fullmatch(identity):
        yield f"InvalidTAG: {identity}"


def _links(record: Element) -> Iterator[Fault]:
    links = record.findall(f"{ATOM}link")
    for link in links:
        rel = link.get("rel", "alternate")
        if rel in _OF_FEEDS_ONLY and record.tag != f"{ATOM}feed":
            yield f"FeedHistoryRelInEntry: {rel}"
        yield from _link(link, rel)
    kinds = Counter(
        (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
        for link in links
        if link.get("rel", "alternate") in {"alternate", "self"}
    )
    for kind, number in kinds.items():
        if number > 1:
            yield f"DuplicateAtomLink: {kind}"


def _link(link: Element, rel: str) -> Iterator[Fault]:
    if rel not in _RELATIONS:
        yield f"UnregisteredAtomLinkRel: {rel}"
    yield from _full(link.get("href"))
    for name, pattern in _LINK_ATTRIBUTES.items():
        value = link.get(name)
        if value is not None and not pattern.fullmatch(value):
            yield f"InvalidAttribute: {name}={value!r} of a link"


def _entry(entry: Element, now: datetime, *, has_author: bool) -> Iterator[Fault]:
    yield from _record(entry, now)
    if not has_author and entry.find(f"{ATOM}author") is None:
        yield "MissingElement: author of an entry"
    yield from _content(entry)
    sources = entry.findall(f"{ATOM}source")
    if len(sources) != 1:
        yield "MissingElement: source of an entry"
    for source in sources:
        yield from _record(source, now)
    if not _LANGUAGE.fullmatch(entry.get(LANG, "fi")):
        yield f"InvalidLanguage: {entry.get(LANG)}"
    if entry.findtext(f"{ATOM}published", "") > entry.findtext(f"{ATOM}updated", ""):
        yield "an entry was updated before it was published"


def _content(entry: Element) -> Iterator[Fault]:
    content = entry.find(f"{ATOM}content")
    if content is None:
        if not [link for link in entry.findall(f"{ATOM}link") if _is_alternate(link)]:
            yield "MissingContentOrAlternate"
    elif content.get("type", "text") in {"text", "html"}:
        if len(content):
            yield "UndefinedElement: in content"
        yield from _references(content.text)


def _is_alternate(link: Element) -> bool:
    return bool(link.get("rel", "alternate") == "alternate")


def _rss(body: bytes, address: str, now: datetime) -> Iterator[Fault]:
    """RSS 2.0 and the Board's profile of it."""
    root = xml(body)
    if root.tag != "rss" or root.get("version") != "2.0":
        yield f"InvalidRSSVersion: {root.get('version')}"
    for channel in root.findall("channel"):
        yield from _channel(channel, address, now)
    if len(root.findall("channel")) != 1:
        yield "MissingElement: channel"
    yield from _plain_titles(body)
    yield from _text_everywhere(root)


def _channel(channel: Element, address: str, now: datetime) -> Iterator[Fault]:
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"Missing{name.title()}: of the channel"
    yield from _once(channel, "title", "link", "description", "language", "lastBuildDate", "docs")
    yield from _full(channel.findtext("link"))
    own = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if [link.get("href") for link in own] != [address]:
        yield f"MissingAtomSelfLink: of {address}"
    if not _LANGUAGE.fullmatch(channel.findtext("language") or ""):
        yield f"InvalidLanguage: {channel.findtext('language')}"
    for date in channel.iterchildren("lastBuildDate", "pubDate"):
        yield from _rfc822(date.text, now)
    items = channel.findall("item")
    for item in items:
        yield from _item(item, now)
    yield from _twice(item.findtext("guid") for item in items)


def _item(item: Element, now: datetime) -> Iterator[Fault]:
    for name in ("title", "link", "guid", "pubDate", "source", f"{DC}creator"):
        if not (item.findtext(name) or "").strip():
            yield f"MissingElement: {name} of an item"
    yield from _once(item, "title", "link", "description", "guid", "pubDate", "source", "enclosure")
    yield from _once(item, CONTENT, f"{DC}language", f"{DC}rights", CC)
    for element in item.iterchildren("link", CC):
        yield from _full(element.text)
    yield from _guid(item)
    for date in item.iterchildren("pubDate"):
        yield from _rfc822(date.text, now)
    for element in item.iterchildren("source", "enclosure"):
        yield from _web(element.get("url"))
    yield from _enclosure(item)
    for link in item.iterchildren(f"{ATOM}link"):
        yield from _link(link, link.get("rel"))
    yield from _item_texts(item)


def _item_texts(item: Element) -> Iterator[Fault]:
    for html in item.iterchildren("description", CONTENT):
        yield from _references(html.text)
    tags = [child.tag for child in item if child.tag in {"description", CONTENT}]
    if tags not in ([], ["description"], ["description", CONTENT], [CONTENT]):
        yield "content:encoded before description"


def _guid(item: Element) -> Iterator[Fault]:
    for guid in item.findall("guid"):
        permanent = guid.get("isPermaLink")
        if permanent not in {"true", "false"}:
            yield "InvalidBooleanAttribute: isPermaLink"
        if permanent == "true" and not re.match("https?://", guid.text or ""):
            yield f"InvalidPermalink: {guid.text}"


def _enclosure(item: Element) -> Iterator[Fault]:
    for file in item.findall("enclosure"):
        if not file.get("length", "").isdecimal():
            yield f"InvalidIntegerAttribute: length={file.get('length')}"
        if not _MEDIA_TYPE.fullmatch(file.get("type", "")):
            yield f"InvalidMIMEAttribute: {file.get('type')}"
    if item.find("author") is not None:
        yield "DuplicateItemSemantics: author beside dc:creator"


def _plain_titles(body: bytes) -> Iterator[Fault]:
    """The profile's way to write `&` and `<` in plain text: hexadecimal references."""
    for title in re.findall(rb"<title>([^<]*)</title>", body):
        if re.search(rb"&(?!#x)", title):
            yield f"CharacterData: {title.decode()}"


def _once(record: Element, *names: str) -> Iterator[Fault]:
    for name in names:
        if len(record.findall(name)) > 1:
            yield f"DuplicateElement: {name}"


def _json_feed(body: bytes, address: str, now: datetime) -> Iterator[Fault]:
    """JSON Feed 1.1, by its text."""
    feed = json.loads(body)
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"version: {feed.get('version')}"
    if not isinstance(feed.get("title"), str) or not feed["title"]:
        yield "MissingTitle"
    if feed.get("feed_url") != address:
        yield f"feed_url: {feed.get('feed_url')}"
    yield from _keys(feed, _FEED_KEYS)
    yield from _json_addresses(feed, "home_page_url", "feed_url", "icon", "favicon", "next_url")
    yield from _people(feed)
    for hub in feed.get("hubs", ()):
        if set(hub) != {"type", "url"}:
            yield "hubs: of another shape"
        yield from _web(hub.get("url"))
    if not isinstance(feed.get("items"), list):
        yield "MissingElement: items"
        return
    for item in feed["items"]:
        yield from _json_item(item, now)
    yield from _twice(item.get("id") for item in feed["items"])


def _json_item(item: Mapping[str, Any], now: datetime) -> Iterator[Fault]:
    yield from _keys(item, _ITEM_KEYS)
    if not item.get("id"):
        yield "MissingElement: id"
    if not {"content_html", "content_text"} & item.keys():
        yield "MissingContent: neither content_html nor content_text"
    yield from _json_addresses(item, "url", "external_url", "image", "banner_image")
    for name in ("date_published", "date_modified"):
        if name in item:
            yield from _rfc3339(item[name], now)
    yield from _references(item.get("content_html"))
    yield from _people(item)
    for file in item.get("attachments", ()):
        yield from _keys(file, _ATTACHMENT_KEYS)
        yield from _web(file.get("url"))
        if not _MEDIA_TYPE.fullmatch(file.get("mime_type", "")):
            yield "attachments: no mime_type"


def _people(record: Mapping[str, Any]) -> Iterator[Fault]:
    for author in record.get("authors", ()):
        if not {"name", "url", "avatar"} & author.keys():
            yield "authors: nothing known of one"
        yield from _json_addresses(author, "url", "avatar")


def _keys(record: Mapping[str, Any], known: Mapping[str, type]) -> Iterator[Fault]:
    """Each key is one of the format's, with a value of its type, or an extension (`_name`)."""
    for key, value in record.items():
        if key not in known:
            if not (key.startswith("_") and isinstance(value, dict)):
                yield f"unknown key: {key}"
        elif not isinstance(value, known[key]):
            yield f"{key}: {value!r} is no {known[key].__name__}"


def _json_addresses(record: Mapping[str, Any], *names: str) -> Iterator[Fault]:
    for name in names:
        if name in record:
            yield from _web(record[name])


_STRINGS = dict.fromkeys
_FEED_KEYS: dict[str, type] = {
    **_STRINGS(("version", "title", "home_page_url", "feed_url", "description"), str),
    **_STRINGS(("user_comment", "next_url", "icon", "favicon", "language"), str),
    **_STRINGS(("authors", "hubs", "items"), list),
    "expired": bool,
}
_ITEM_KEYS: dict[str, type] = {
    **_STRINGS(("id", "url", "external_url", "title", "content_html", "content_text"), str),
    **_STRINGS(("summary", "image", "banner_image", "language"), str),
    **_STRINGS(("date_published", "date_modified"), str),
    **_STRINGS(("authors", "tags", "attachments"), list),
}
_ATTACHMENT_KEYS: dict[str, type] = {
    **_STRINGS(("url", "mime_type", "title"), str),
    **_STRINGS(("size_in_bytes", "duration_in_seconds"), int),
}


def _opml(body: bytes, _address: str, _now: datetime) -> Iterator[Fault]:
    """OPML 2.0: a subscription list."""
    root = xml(body)
    if root.tag != "opml" or root.get("version") != "2.0":
        yield f"InvalidOPMLVersion: {root.get('version')}"
    outlines = [*root.iter("outline")]
    if not outlines:
        yield "MissingElement: outline"
    for outline in outlines:
        if not outline.get("text"):
            yield "MissingAttribute: text of an outline"
        if len(outline) == 0:
            if outline.get("type") != "rss":
                yield "MissingAttribute: type of an outline"
            yield from _web(outline.get("xmlUrl"))
        if outline.get("htmlUrl") is not None:
            yield from _web(outline.get("htmlUrl"))


def _sitemap(body: bytes, _address: str, now: datetime) -> Iterator[Fault]:
    """The sitemaps protocol 0.9."""
    root = xml(body)
    if root.tag not in {f"{SITEMAP}urlset", f"{SITEMAP}sitemapindex"}:
        yield f"UndefinedElement: {root.tag}"
    places = [each.text for each in root.iter(f"{SITEMAP}loc")]
    if len(places) > 50_000 or len(body) > 50 * 1024 * 1024:
        yield f"TooMany: {len(places)} addresses"
    for place in places:
        yield from _web(place)
    yield from _twice(places)
    for changed in root.iter(f"{SITEMAP}lastmod"):
        yield from _rfc3339(changed.text, now)


_CHECKS: Mapping[str, tuple[Callable[[bytes, str, datetime], Iterator[Fault]], str]] = {
    "atom.xml": (_atom, "application/atom+xml; charset=utf-8"),
    "rss.xml": (_rss, "application/rss+xml; charset=utf-8"),
    "feed.json": (_json_feed, "application/feed+json; charset=utf-8"),
    "opml.xml": (_opml, "text/x-opml; charset=utf-8"),
    "sitemap.xml": (_sitemap, "application/xml; charset=utf-8"),
}


def _full(address: str | None) -> Iterator[Fault]:
    if not address or not _URI.fullmatch(address):
        yield f"InvalidFullLink: {address}"
    elif address.startswith(("http:", "https:")):
        yield from _web(address)


def _web(address: str | None) -> Iterator[Fault]:
    if not address or not re.match(r"https?://[^/?#@]+([/?#]|$)", address):
        yield f"InvalidURLAttribute: {address}"
    elif not _URI.fullmatch(address):
        yield f"InvalidUriChar: {address}"


def _rfc3339(date: object, now: datetime) -> Iterator[Fault]:
    if not isinstance(date, str) or not _RFC3339.fullmatch(date):
        yield f"InvalidRFC3339Date: {date}"
        return
    try:
        yield from _plausible(datetime.fromisoformat(date), now)
    except ValueError:
        yield f"InvalidRFC3339Date: {date}"


def _rfc822(date: str | None, now: datetime) -> Iterator[Fault]:
    if not date or not _RFC822.fullmatch(date):
        yield f"InvalidRFC2822Date: {date}"
        return
    moment = parsedate_to_datetime(date)
    if moment.weekday() != ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(date[:3]):
        yield f"IncorrectDOW: {date}"
    yield from _plausible(moment, now)


def _plausible(moment: datetime, now: datetime) -> Iterator[Fault]:
    if moment.year < 1990 or moment > now + timedelta(minutes=5):
        yield f"ImplausibleDate: {moment}"


def _references(html: str | None) -> Iterator[Fault]:
    """Links and images in HTML lead somewhere from anywhere."""
    for reference in _REFERENCE.findall(html or ""):
        if not re.match(r"(https?://|mailto:)", reference, re.IGNORECASE):
            yield f"ContainsRelRef: {reference}"


def _twice(values: Iterable[str | None]) -> Iterator[Fault]:
    for value, number in Counter(values).items():
        if number > 1:
            yield f"DuplicateValue: {value}"


def _text_everywhere(root: Element) -> Iterator[Fault]:
    for element in root.iter(etree.Element):
        if _UNKNOWN_CHARACTERS.search(element.text or ""):
            yield f"BadCharacters: {element.tag}"


def walk(documents: Mapping[str, bytes], start: str) -> tuple[list[str], list[Fault]]:
    """All entries that are found from a feed on, back through its archive, and what is wrong.

    RFC 5005 section 4: `documents` are the bytes at each address.
    """
    found: dict[str, None] = {}
    faulty: list[Fault] = []
    seen: list[str] = []
    at: str | None = start
    newer: str | None = None
    while at is not None:
        if at in seen or at not in documents:
            return [*found], [*faulty, f"LinkPastEnd: {at}"]
        seen.append(at)
        feed = xml(documents[at])
        links = {
            link.get("rel"): urljoin(at, link.get("href")) for link in feed.iter(f"{ATOM}link")
        }
        faulty += _volume(feed, links, at=at, start=start, newer=newer)
        found |= dict.fromkeys(entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry"))
        newer, at = (at if at != start else None), _own_link(feed, "prev-archive")
    return [*found], faulty


def _volume(
    feed: Element, links: Mapping[str, str], *, at: str, start: str, newer: str | None
) -> Iterator[Fault]:
    if at == start:
        return
    if feed.find(HISTORY) is None:
        yield f"not closed: {at}"
    if _own_link(feed, "current") != start:
        yield f"MissingCurrentInArchive: {at}"
    if newer is not None and _own_link(feed, "next-archive") != newer:
        yield f"next-archive of {at} is not {newer}"


def _own_link(feed: Element, rel: str) -> str | None:
    for link in feed.findall(f"{ATOM}link"):
        if link.get("rel") == rel:
            address: str = link.get("href")
            return address
    return None
