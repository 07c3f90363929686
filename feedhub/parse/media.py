"""The image and the files of an item: RSS enclosures, Atom links, Media RSS and podcast tags (pure)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce

from feedhub import urls
from feedhub.model import Enclosure
from feedhub.parse.records import Record, detail, listed, text

MIN_WIDTH = 60
"""Pixels: what is declared as narrower is an icon and says nothing of the entry."""
MAX_LINKS = 50
"""Of more links of one item the rest is left unread."""

_PICTURE = re.compile(r"(?i)\.(?:avif|gif|jpe?g|png|webp)(?:[?#]|$)")
# What a video site names as its content, and no browser runs any more.
_PLAYER = "application/x-shockwave-flash"
# Some hosts name the author's portrait as the first picture of every entry.
_PORTRAIT = re.compile(r"(?i)://(?:(?:[\w-]+\.)?gravatar\.com|avatars\d*\.githubusercontent\.com)/")


def image(item: Record, base: str) -> str | None:
    """The address of the item's picture: the widest of Media RSS, else the podcast's."""
    pictures = [each for each in listed(item, "media_content") if _is_picture(each)]
    cover = detail(item, "image") or {}
    thumbnails = listed(item, "media_thumbnail")
    candidates = (*_widest(pictures), *_widest(thumbnails), {"url": text(cover, "href")})
    written = (text(each, "url") for each in candidates)
    addresses = (urls.absolute(each, base) for each in written if each)
    return next((each for each in addresses if each and not _PORTRAIT.search(each)), None)


def enclosures(item: Record, base: str) -> Iterator[Enclosure]:
    """Files to listen to, watch or read, each once; pictures only when they were enclosed."""
    seen = set()
    duration = seconds(item.get("itunes_duration"))
    for given in _given(item):
        address = urls.absolute(given.url, base)
        if address and address not in seen:
            seen.add(address)
            yield replace(given, url=address, duration=given.duration or duration)
            duration = None


def seconds(written: object) -> int | None:
    """A duration written as seconds, MM:SS or HH:MM:SS."""
    parts = str(written or "").strip().partition(".")[0].split(":")
    if len(parts) > 3 or not all(part.isdecimal() and len(part) <= 6 for part in parts):
        return None
    return reduce(lambda total, part: total * 60 + int(part), parts, 0) or None


def size(written: object) -> int | None:
    """A number of bytes; None for what is no number or absurd."""
    digits = str(written or "").strip()
    return int(digits) or None if digits.isdecimal() and len(digits) <= 15 else None


def _given(item: Record) -> Iterator[Enclosure]:
    for link in listed(item, "links")[:MAX_LINKS]:
        if link.get("rel") == "enclosure" and link.get("href"):
            length = size(link.get("length"))
            yield Enclosure(url=link["href"], type=link.get("type"), length=length)
    for file in listed(item, "media_content")[:MAX_LINKS]:
        if file.get("url") and not _is_picture(file) and file.get("type") != _PLAYER:
            yield Enclosure(
                url=file["url"],
                type=file.get("type"),
                length=size(file.get("filesize")),
                duration=seconds(file.get("duration")),
            )


def _is_picture(file: Record) -> bool:
    kind = file.get("medium") or file.get("type", "").partition("/")[0]
    return kind == "image" or (not kind and bool(_PICTURE.search(file.get("url", ""))))


def _widest(pictures: Iterable[Record]) -> list[Record]:
    large = (each for each in pictures if _width(each) == 0 or _width(each) >= MIN_WIDTH)
    return sorted(large, key=_width, reverse=True)


def _width(file: Record) -> int:
    return size(file.get("width")) or 0
