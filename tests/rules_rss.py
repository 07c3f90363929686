"""What the W3C feed validator and the RSS Board ask of RSS 2.0."""

import re
from collections.abc import Iterator
from datetime import datetime

from tests.rules import (
    ATOM,
    CC,
    CONTENT,
    DC,
    LANGUAGE,
    MEDIA_TYPE,
    Element,
    Fault,
    characters,
    full_link,
    link_element,
    references,
    rfc822_date,
    twice,
    web_address,
    xml,
)


def rss(body: bytes, address: str, now: datetime) -> Iterator[Fault]:
    """RSS 2.0 and the Board's profile of it."""
    root = xml(body)
    if root.tag != "rss" or root.get("version") != "2.0":
        yield f"InvalidRSSVersion: {root.get('version')}"
    for channel in root.findall("channel"):
        yield from _channel(channel, address, now)
    if len(root.findall("channel")) != 1:
        yield "MissingElement: channel"
    yield from _plain_titles(body)
    yield from characters(root)


def _channel(channel: Element, address: str, now: datetime) -> Iterator[Fault]:
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"Missing{name.title()}: of the channel"
    yield from _once(channel, "title", "link", "description", "language", "lastBuildDate", "docs")
    yield from full_link(channel.findtext("link"))
    own = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if [link.get("href") for link in own] != [address]:
        yield f"MissingAtomSelfLink: of {address}"
    if not LANGUAGE.fullmatch(channel.findtext("language") or ""):
        yield f"InvalidLanguage: {channel.findtext('language')}"
    for date in channel.iterchildren("lastBuildDate", "pubDate"):
        yield from rfc822_date(date.text, now)
    items = channel.findall("item")
    for item in items:
        yield from _item(item, now)
    yield from twice(item.findtext("guid") for item in items)


def _item(item: Element, now: datetime) -> Iterator[Fault]:
    for name in ("title", "link", "guid", "pubDate", "source", f"{DC}creator"):
        if not (item.findtext(name) or "").strip():
            yield f"MissingElement: {name} of an item"
    yield from _once(item, "title", "link", "description", "guid", "pubDate", "source", "enclosure")
    yield from _once(item, CONTENT, f"{DC}language", f"{DC}rights", CC)
    for element in item.iterchildren("link", CC):
        yield from full_link(element.text)
    yield from _guid(item)
    for date in item.iterchildren("pubDate"):
        yield from rfc822_date(date.text, now)
    for element in item.iterchildren("source", "enclosure"):
        yield from web_address(element.get("url"))
    yield from _enclosure(item)
    for link in item.iterchildren(f"{ATOM}link"):
        yield from link_element(link, link.get("rel"))
    yield from _item_texts(item)


def _item_texts(item: Element) -> Iterator[Fault]:
    for html in item.iterchildren("description", CONTENT):
        yield from references(html.text)
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
        if not MEDIA_TYPE.fullmatch(file.get("type", "")):
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
