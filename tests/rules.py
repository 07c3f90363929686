"""What the W3C feed validator asks of addresses, dates and texts, whatever the format.

Faults are named as the validator names them, where it has a name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

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
MEDIA_TYPE = re.compile(r"[^\s()<>,;:\\\"/\[\]?=]+/[^\s()<>,;:\\\"/\[\]?=]+(;\s*charset=[\w-]+)?")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_REFERENCE = re.compile(r"<(?:a|img)\s[^>]*?(?:href|src)=[\"']([^\"']*)[\"']", re.IGNORECASE)
_RELATIONS = {
    *("alternate", "current", "enclosure", "hub", "license", "next-archive", "prev-archive"),
    *("related", "self", "via"),
}
_LINK_ATTRIBUTES = {
    "type": MEDIA_TYPE,
    "hreflang": LANGUAGE,
    "length": re.compile(r"\d+"),
    "title": re.compile(r".+", re.DOTALL),
}
_UNKNOWN_CHARACTERS = re.compile(r"[\x80-\x9f]")


def xml(body: bytes) -> Element:
    """Raises when the bytes are not well-formed."""
    assert b"<!DOCTYPE" not in body
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, huge_tree=True))


def full_link(address: str | None) -> Iterator[Fault]:
    if not address or not _URI.fullmatch(address):
        yield f"InvalidFullLink: {address}"
    elif address.startswith(("http:", "https:")):
        yield from web_address(address)


def web_address(address: str | None) -> Iterator[Fault]:
    if not address or not re.match(r"https?://[^/?#@]+([/?#]|$)", address):
        yield f"InvalidURLAttribute: {address}"
    elif not _URI.fullmatch(address):
        yield f"InvalidUriChar: {address}"


def rfc3339_date(date: object, now: datetime) -> Iterator[Fault]:
    if not isinstance(date, str) or not _RFC3339.fullmatch(date):
        yield f"InvalidRFC3339Date: {date}"
        return
    try:
        yield from _plausible(datetime.fromisoformat(date), now)
    except ValueError:
        yield f"InvalidRFC3339Date: {date}"


def rfc822_date(date: str | None, now: datetime) -> Iterator[Fault]:
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


def references(html: str | None) -> Iterator[Fault]:
    """Links and images in HTML lead somewhere from anywhere."""
    for reference in _REFERENCE.findall(html or ""):
        if not re.match(r"(https?://|mailto:)", reference, re.IGNORECASE):
            yield f"ContainsRelRef: {reference}"


def twice(values: Iterable[str | None]) -> Iterator[Fault]:
    for value, number in Counter(values).items():
        if number > 1:
            yield f"DuplicateValue: {value}"


def characters(root: Element) -> Iterator[Fault]:
    for element in root.iter(etree.Element):
        if _UNKNOWN_CHARACTERS.search(element.text or ""):
            yield f"BadCharacters: {element.tag}"


def link_element(link: Element, rel: str) -> Iterator[Fault]:
    if rel not in _RELATIONS:
        yield f"UnregisteredAtomLinkRel: {rel}"
    yield from full_link(link.get("href"))
    for name, pattern in _LINK_ATTRIBUTES.items():
        value = link.get(name)
        if value is not None and not pattern.fullmatch(value):
            yield f"InvalidAttribute: {name}={value!r} of a link"
