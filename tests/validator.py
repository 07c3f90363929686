"""What the W3C feed validator says of an output, as far as it matters here; and a little more.

Faults are named as the validator names them (docs-xml/error in its sources), where it has a name.
Two of its warnings are not looked for, each for a reason:
  ContainsHTML   a title is plain text; one that speaks of `</b>` means just that
  BadCharacters  U+FFFD: what a partner's server broke cannot be mended here
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from urllib.parse import urljoin

from feedhub.model import Output
from feedhub.publish.representation import media_type
from tests.rules import ATOM, HISTORY, Element, Fault, xml
from tests.rules_atom import atom
from tests.rules_json import json_feed
from tests.rules_lists import opml, sitemap
from tests.rules_rss import rss


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


_CHECKS: Mapping[str, tuple[Callable[[bytes, str, datetime], Iterator[Fault]], str]] = {
    "atom.xml": (atom, "application/atom+xml; charset=utf-8"),
    "rss.xml": (rss, "application/rss+xml; charset=utf-8"),
    "feed.json": (json_feed, "application/feed+json; charset=utf-8"),
    "opml.xml": (opml, "text/x-opml; charset=utf-8"),
    "sitemap.xml": (sitemap, "application/xml; charset=utf-8"),
}


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
