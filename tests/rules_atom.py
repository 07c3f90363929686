"""What the W3C feed validator asks of Atom."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from tests.rules import (
    ATOM,
    DELETED,
    HISTORY,
    LANG,
    LANGUAGE,
    Element,
    Fault,
    characters,
    full_link,
    link_element,
    references,
    rfc3339_date,
    twice,
    xml,
)

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TAG = re.compile(r"tag:([\w.-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[^\s]*")
_OF_FEEDS_ONLY = {"current", "next-archive", "prev-archive"}
_METADATA = ("id", "title", "updated")
_DATES = ("updated", "published", "modified", "issued", "created")
_TEXTS = ("title", "subtitle", "summary", "rights")


def atom(body: bytes, address: str, now: datetime) -> Iterator[Fault]:
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
    yield from twice(entry.findtext(f"{ATOM}id") for entry in entries)
    for gone in feed.findall(DELETED):
        yield from _identity(gone.get("ref", ""))
        yield from rfc3339_date(gone.get("when"), now)
    yield from characters(feed)


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
        yield from rfc3339_date(date.text, now)
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
    yield from full_link(identity)
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
        yield from link_element(link, rel)
    kinds = Counter(
        (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
        for link in links
        if link.get("rel", "alternate") in {"alternate", "self"}
    )
    for kind, number in kinds.items():
        if number > 1:
            yield f"DuplicateAtomLink: {kind}"


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
    if not LANGUAGE.fullmatch(entry.get(LANG, "fi")):
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
        yield from references(content.text)


def _is_alternate(link: Element) -> bool:
    return bool(link.get("rel", "alternate") == "alternate")
