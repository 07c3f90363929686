"""What the text of JSON Feed 1.1 asks."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tests.rules import MEDIA_TYPE, Fault, references, rfc3339_date, twice, web_address


def json_feed(body: bytes, address: str, now: datetime) -> Iterator[Fault]:
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
        yield from web_address(hub.get("url"))
    if not isinstance(feed.get("items"), list):
        yield "MissingElement: items"
        return
    for item in feed["items"]:
        yield from _json_item(item, now)
    yield from twice(item.get("id") for item in feed["items"])


def _json_item(item: Mapping[str, Any], now: datetime) -> Iterator[Fault]:
    yield from _keys(item, _ITEM_KEYS)
    if not item.get("id"):
        yield "MissingElement: id"
    if not {"content_html", "content_text"} & item.keys():
        yield "MissingContent: neither content_html nor content_text"
    yield from _json_addresses(item, "url", "external_url", "image", "banner_image")
    for name in ("date_published", "date_modified"):
        if name in item:
            yield from rfc3339_date(item[name], now)
    yield from references(item.get("content_html"))
    yield from _people(item)
    for file in item.get("attachments", ()):
        yield from _keys(file, _ATTACHMENT_KEYS)
        yield from web_address(file.get("url"))
        if not MEDIA_TYPE.fullmatch(file.get("mime_type", "")):
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
            yield from web_address(record[name])


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
