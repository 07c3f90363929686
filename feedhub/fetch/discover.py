"""From a home page, or any address of a site, to the feeds behind it.

Asked in turn, and only until something answers: the page itself, the feeds that it declares, then
what its publishing system is known to serve, what it links to by a telling name, and the paths
that most sites use. Feeds are recognized by their bytes, never by their type or name.

Tags are found by patterns of our own, since the parser of the standard library is quadratic: on
Python 3.11 it takes minutes for 128 kB of "<a ". These are linear, and read a bounded part.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol
from urllib.parse import urldefrag, urljoin, urlsplit

from feedhub import urls
from feedhub.fetch.recognize import Feed, recognize
from feedhub.model import Fault

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/html;q=0.8, */*;q=0.1"
)
MAX_REQUESTS = 8
"""After the page itself."""
MAX_PAGE_BYTES = 1_000_000

FEED_TYPES = frozenset(
    {
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/rdf+xml",
        "application/rss+xml",
        "application/xml",
        "text/xml",
    }
)

# What publishing systems serve, relative to the top of the site; the key is part of what they
# write into <meta name="generator">.
SYSTEMS = {
    "wordpress": ("feed/", "?feed=rss2"),
    "drupal": ("rss.xml",),
    "joomla": ("?format=feed&type=rss",),
    "typo3": ("rss.xml", "?type=9818"),
    "ghost": ("rss/",),
    "hugo": ("index.xml",),
    "jekyll": ("feed.xml",),
    "wix": ("blog-feed.xml",),
    "squarespace": ("?format=rss",),
}
COMMON_PATHS = ("feed/", "rss.xml", "feed.xml", "atom.xml", "rss", "index.xml", "feed.json")

NO_FEED = Fault(
    code="no-feed",
    message="No feed was found there.",
    remedy="Look for a link named RSS, Atom or feed on the site, or ask the organization for it.",
)


class Page(Protocol):
    """What came of a GET, redirects followed."""

    @property
    def address(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def content_type(self) -> str | None: ...
    @property
    def body(self) -> bytes: ...


class Getter(Protocol):
    """Whoever fetches pages: guarded, bounded and politely."""

    async def get(self, address: str, *, accept: str = ...) -> Page | Fault: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed, and the address to configure for it."""

    address: str
    feed: Feed
    comments: bool = False
    """It carries what readers say, not what the organization says."""


async def discover(web: Getter, address: str) -> tuple[Found, ...] | Fault:
    """The feeds behind an address, the best first; a Fault when there is none.

    The scheme may be left out: https is tried, then http.
    """
    page = await _first_page(web, address)
    if isinstance(page, Fault):
        return page
    if feed := recognize(page.body, page.content_type):
        return (_found(feed, page.address, page.address),)
    search = _Search(web)
    site = _Site.of(page)
    await search.all_of(site.declared)
    if not search.found:
        await search.first_of(chain(site.known, site.linked, site.common))
    return tuple(sorted(search.found, key=_worth)) or NO_FEED


async def _first_page(web: Getter, address: str) -> Page | Fault:
    address = address.strip()
    if "://" in address:
        return await _page(web, address)
    page = await _page(web, f"https://{address}")
    return await _page(web, f"http://{address}") if isinstance(page, Fault) else page


async def _page(web: Getter, address: str) -> Page | Fault:
    page = await web.get(address, accept=ACCEPT)
    if isinstance(page, Fault) or page.status == 200:
        return page
    message = f"The server answered with status {page.status} instead of a page."
    remedy = "Check the address in a browser."
    return Fault(code=f"http-{page.status}", message=message, remedy=remedy)


def _worth(found: Found) -> tuple[bool, bool]:
    return found.comments, found.feed.entries == 0


@dataclass(slots=True)
class _Search:
    """Fetches candidates one after another, each once and few in all."""

    web: Getter
    found: list[Found] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    async def all_of(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            await self._try(address)

    async def first_of(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            await self._try(address)
            if self.found:
                return

    async def _try(self, address: str) -> None:
        if address in self._asked or len(self._asked) >= MAX_REQUESTS:
            return
        self._asked.add(address)
        page = await _page(self.web, address)
        if isinstance(page, Fault) or page.address in self._seen:
            return
        self._seen.add(page.address)
        if feed := recognize(page.body, page.content_type):
            self.found.append(_found(feed, address, page.address))


def _found(feed: Feed, asked: str, final: str) -> Found:
    """The feed at the address to remember.

    A redirect inside the site is the site tidying its addresses; one that leads elsewhere may be
    for today only, and polling will adopt it when it lasts.
    """
    at_home = _host(asked) == _host(final)
    address = _tidy(final if at_home else asked)
    words = f"{urlsplit(address).path} {feed.title}"
    return Found(address=address, feed=feed, comments=_COMMENTS.search(words) is not None)


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _tidy(address: str) -> str:
    return urldefrag(urls.readable(address)).url


# What a page says of feeds

_COMMENTS = re.compile(r"(?i)\b(?:comment|komment|kommeant)")
_FEEDISH = re.compile(r"(?i)(?:\b(?:rss|atom)\b|\.rdf\b|\bfeeds?\b|\bsyöte)")
_WORDPRESS = "https://api.w.org/"
_WORDPRESS_API = "wp-json/"

# A comment, an element whose text is no markup, or a tag of interest with its attributes. No part
# of it runs over a "<", so that the whole page is read once however it was made.
_TAG = re.compile(
    r"""(?ix) < (?: (?P<comment>!--) | (?P<raw>script|style|template)\b
    | (?P<name>link|base|meta|a)\b
      (?P<attributes> (?: [^<>"'] | "[^"<]{0,4000}" | '[^'<]{0,4000}' )*+ ) > )"""
)
_ATTRIBUTE = re.compile(
    r"""(?x) (?<![\w:-]) ([\w:-]++) \s*+ = \s*+ (?: "([^"]*+)" | '([^']*+)' | ([^\s"'>]++) )"""
)
_RAW_ENDS = {name: re.compile(rf"(?i)</{name}\b") for name in ("script", "style", "template")}

Attributes = dict[str, str]
Tag = tuple[str, Attributes]


def _tags(text: str) -> Iterator[Tag]:
    """The names and attributes of the tags of interest, in order, comments and scripts left out."""
    position = 0
    while tag := _TAG.search(text, position):
        position = tag.end()
        if tag["name"]:
            yield tag["name"].lower(), _attributes(tag["attributes"])
        elif tag["comment"]:
            position = text.find("-->", position)
        elif end := _RAW_ENDS[tag["raw"].lower()].search(text, position):
            position = end.end()
        else:
            return
        if position < 0:
            return


def _attributes(text: str) -> Attributes:
    """The first of a name counts (HTML section 13.2.5.33)."""
    pairs = _ATTRIBUTE.findall(text)
    return {
        name.lower(): html.unescape("".join(values)).strip() for name, *values in reversed(pairs)
    }


@dataclass(frozen=True, slots=True)
class _Site:
    """The addresses to try, in the order of the evidence for them."""

    declared: tuple[str, ...]
    known: tuple[str, ...]
    linked: tuple[str, ...]
    common: tuple[str, ...]

    @classmethod
    def of(cls, page: Page) -> "_Site":
        tags = list(_tags(page.body[:MAX_PAGE_BYTES].decode(errors="replace")))
        base = _base(tags, page.address)
        top = _top(tags, page.address)
        declared = _addresses((each for name, each in tags if _declares(name, each)), base)
        return cls(
            declared=tuple(sorted(declared, key=lambda each: bool(_COMMENTS.search(each)))),
            known=tuple(urljoin(top, path) for path in _known_paths(tags)),
            linked=_addresses((each for name, each in tags if _links(name, each)), base),
            common=tuple(urljoin(top, path) for path in COMMON_PATHS),
        )


def _declares(name: str, attributes: Attributes) -> bool:
    """Whether this is a feed of the page (the autodiscovery of RSS and Atom)."""
    rel = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    # oEmbed and the REST API of WordPress are alternates too, under types of feeds.
    embed = re.search(r"oembed|wp-json", attributes.get("href", ""))
    return name == "link" and "alternate" in rel and kind in FEED_TYPES and not embed


def _links(name: str, attributes: Attributes) -> bool:
    words = f"{attributes.get('href', '')} {attributes.get('title', '')}"
    return name == "a" and _FEEDISH.search(words) is not None


def _addresses(tags: Iterable[Attributes], base: str) -> tuple[str, ...]:
    absolute = (urls.absolute(each["href"], base) for each in tags if each.get("href"))
    return tuple(dict.fromkeys(_tidy(address) for address in absolute if address))


def _known_paths(tags: Iterable[Tag]) -> Iterator[str]:
    """What the site's publishing system serves, by what it says of itself."""
    for _, attributes in tags:
        generator = attributes.get("name", "").lower() == "generator"
        content = attributes.get("content", "").lower() if generator else ""
        if attributes.get("rel") == _WORDPRESS:
            content = "wordpress"
        for system, paths in SYSTEMS.items():
            if system in content:
                yield from paths


def _base(tags: Iterable[Tag], address: str) -> str:
    """What relative addresses of the page are relative to (HTML section 2.4.3)."""
    bases = (each["href"] for name, each in tags if name == "base" and each.get("href"))
    return urls.absolute(next(bases, ""), address) or address


def _top(tags: Iterable[Tag], address: str) -> str:
    """The top of the site; WordPress names its own, which may be a folder."""
    for _, attributes in tags:
        api = urls.absolute(attributes.get("href", ""), address) or ""
        if attributes.get("rel") == _WORDPRESS and api.endswith(_WORDPRESS_API):
            return api.removesuffix(_WORDPRESS_API)
    return urljoin(address, "/")
