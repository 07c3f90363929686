"""JSON Feed 1.0 and 1.1: bytes -> raw feed. A reader of our own, which no wrong type stops.

What has not the type of the specification counts as absent; numbers as ids are kept, and unknown
keys are passed over (JSON Feed 1.1, "Items" and "Extensions").
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from feedhub import urls
from feedhub.model import Author, Enclosure, RawEntry, RawFeed, Text
from feedhub.parse.characters import fit
from feedhub.parse.errors import ParseError

MAX_ITEMS = 1_000
"""Of a longer feed the first and the last half as many are read, as of XML."""
MAX_LINKS = 50
MAX_VALUES = 1_000_000
"""Brackets and commas, which bound the number of values: each costs many times its own bytes."""

Object = Mapping[str, Any]


def parse(utf8: bytes, address: str) -> RawFeed:
    """The feed in a document that came from this address. Raises ParseError when it holds none."""
    feed = _loaded(utf8)
    if not isinstance(feed, dict) or not _is_feed(feed):
        raise ParseError.of(
            "not-a-feed",
            "There is JSON of another kind where a feed was expected.",
            "Ask for the address of the JSON Feed, RSS or Atom feed.",
        )
    home = urls.absolute(_string(feed, "home_page_url") or "", address)
    base = home or address
    items = [each for each in _list(feed, "items") if isinstance(each, dict)]
    taken = items if len(items) <= MAX_ITEMS else items[: MAX_ITEMS // 2] + items[-MAX_ITEMS // 2 :]
    return RawFeed(
        title=_string(feed, "title"),
        url=home,
        language=_string(feed, "language"),
        authors=tuple(_authors(feed)),
        image=_address(feed, base, "icon", "favicon"),
        expired=feed.get("expired") is True,
        entries=tuple(_entry(item, base) for item in taken),
    )


def _loaded(utf8: bytes) -> object:
    if sum(map(utf8.count, (b"{", b"[", b","))) > MAX_VALUES:
        raise ParseError.of(
            "parse-failed",
            "The feed is too large to be read.",
            "Ask its publisher to limit it to the newest posts.",
        )
    try:
        return json.loads(utf8)
    except (ValueError, RecursionError) as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ParseError.of(
            "not-well-formed",
            f"The JSON is broken{where}.",
            "Ask its publisher to test it with a JSON Feed validator.",
        ) from error


def _is_feed(value: Object) -> bool:
    named = "jsonfeed.org/version/" in str(value.get("version"))
    return named or ("title" in value and isinstance(value.get("items"), list))


def _entry(item: Object, base: str) -> RawEntry:
    url = _address(item, base, "url", "external_url")
    return RawEntry(
        id=_id(item),
        url=url,
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=_content(item),
        base=url or base,
        published=_string(item, "date_published"),
        updated=_string(item, "date_modified"),
        authors=tuple(_authors(item)),
        categories=tuple(_strings(item, "tags")),
        language=_string(item, "language"),
        image=_address(item, base, "image", "banner_image"),
        enclosures=tuple(_attachments(item, base)),
    )


def _string(record: Object, key: str) -> str | None:
    value = record.get(key)
    return fit(value).strip() or None if isinstance(value, str) else None


def _list(record: Object, key: str) -> list[Any]:
    value = record.get(key)
    return value if isinstance(value, list) else []


def _strings(record: Object, key: str) -> Iterator[str]:
    return (fit(value) for value in _list(record, key) if isinstance(value, str))


def _count(record: Object, key: str) -> int | None:
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 < value < 1e15 else None


def _id(item: Object) -> str | None:
    """A string; a number is written as one (JSON Feed 1.1, "id")."""
    value = item.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _string(item, "id")


def _text(item: Object, key: str) -> Text | None:
    value = _string(item, key)
    return Text(value=value, kind="text") if value else None


def _content(item: Object) -> Text | None:
    markup = _string(item, "content_html")
    return Text(value=markup, kind="html") if markup else _text(item, "content_text")


def _address(record: Object, base: str, *keys: str) -> str | None:
    """The first of these keys that holds an address."""
    given = (_string(record, key) for key in keys)
    return next(filter(None, (urls.absolute(each, base) for each in given if each)), None)


def _authors(record: Object) -> Iterator[Author]:
    """`authors` of version 1.1, and `author` of version 1.0 where there are none."""
    for person in _list(record, "authors") or [record.get("author")]:
        name = _string(person, "name") if isinstance(person, dict) else None
        if name:
            yield Author(name=name, url=_string(person, "url"))


def _attachments(item: Object, base: str) -> Iterator[Enclosure]:
    for file in _list(item, "attachments")[:MAX_LINKS]:
        address = _address(file, base, "url") if isinstance(file, dict) else None
        if address:
            yield Enclosure(
                url=address,
                type=_string(file, "mime_type"),
                length=_count(file, "size_in_bytes"),
                duration=_count(file, "duration_in_seconds"),
            )
