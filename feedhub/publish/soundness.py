"""Whether a finished output may go out: it is parsed back and held against what is promised (pure).

The last gate, and blind on purpose to how an output was made: what a feed validator or a reader
would stumble over is found here, before anyone else can.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from feedhub.model import Output

SLACK = timedelta(minutes=5)
"""How far a date may be ahead of the clock."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"

# What cleaning never lets through, so that finding it here means that it was not cleaned.
_DANGEROUS = re.compile(
    r"<(?:script|style|iframe|object|embed|form|base|meta|link|svg|math)\b"
    r"|<[a-z][^>]*\son[a-z]+\s*=|(?:href|src)\s*=\s*[\"']?\s*(?:javascript|vbscript|data):",
    re.IGNORECASE,
)
# Where neither of these finds anything, the pattern above does not either; and they are ten times as
# fast, since each begins with a sign that is looked for first.
_SUSPECT_TAG = re.compile(
    r"<(?:(?:script|style|iframe|object|embed|form|base|meta|link|svg|math)\b"
    r"|[a-z][^>]*\son[a-z]+\s*=)",
    re.IGNORECASE,
)
_SUSPECT_VALUE = re.compile(r"=\s*[\"']?\s*(?:javascript|vbscript|data):", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:entry|item)[ >]")
# What begins so has a scheme and a host, whatever follows.
_WHOLE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#]|\Z)")

_NAMES = {"a": "http://www.w3.org/2005/Atom"}
_NOT_ONE = {
    name: etree.XPath(
        f"boolean((/a:feed | /a:feed/a:entry)[count(a:{name}) != 1])", namespaces=_NAMES
    )
    for name in ("id", "title", "updated")
}


class Unsound(Exception):  # noqa: N818  (it is a finding about one output, not a bug)
    """What is wrong with an output, in words."""


def check(output: Output, *, now: datetime) -> None:
    """Raise Unsound when the output must not go out."""
    if not output.body:
        raise Unsound("it is empty")
    name = output.name.rpartition("/")[2]
    for ending, checked in _CHECKS.items():
        if name.endswith(ending):
            checked(output.body, now)
            return


def count(output: Output) -> int:
    """How many entries a feed has; 0 when that cannot be told."""
    if not output.name.endswith(".json"):
        return len(_ENTRY.findall(output.body))
    try:
        return len(json.loads(output.body)["items"])
    except (ValueError, KeyError, TypeError):
        return 0


def _xml(body: bytes, _now: datetime) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Unsound(f"it is no well-formed XML: {error.msg}") from error
    if root.getroottree().docinfo.doctype:
        raise Unsound("it has a document type declaration")
    return root


def _atom(body: bytes, now: datetime) -> None:
    """RFC 4287 sections 4.1.1 and 4.1.2."""
    feed = _xml(body, now)
    if feed.tag != f"{_ATOM}feed":
        raise Unsound(f"its root is {feed.tag!r}")
    for name, is_missing in _NOT_ONE.items():
        if is_missing(feed):
            raise Unsound(f"a record has not exactly one {name}")
    _distinct(each.text or "" for each in feed.iterfind(f"{_ATOM}entry/{_ATOM}id"))
    dates = {date.text for date in feed.iter(f"{_ATOM}updated", f"{_ATOM}published")}
    _past(map(_rfc3339, dates.union(each.get("when") for each in feed.iter(_DELETED))), now)
    _web(link.get("href") for link in feed.iter(f"{_ATOM}link"))
    _clean(text.text for text in feed.iter(f"{_ATOM}content") if text.get("type") == "html")


def _rss(body: bytes, now: datetime) -> None:
    """RSS 2.0, and the RSS Board's profile of it."""
    root = _xml(body, now)
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise Unsound(f"its root is {root.tag!r}, or it has no channel")
    if not all(channel.findtext(name) for name in ("title", "link", "description")):
        raise Unsound("the channel has not title, link and description")
    items = channel.findall("item")
    _distinct(item.findtext("guid") or "" for item in items)
    _past(map(_rfc822, {date.text for date in channel.iter("pubDate", "lastBuildDate")}), now)
    _web(link.text for link in channel.iter("link"))
    _web(link.get("href") for link in channel.iter(f"{_ATOM}link"))
    _web(file.get("url") for file in channel.iter("enclosure"))
    _clean(text.text for text in channel.iter(_CONTENT, "description"))


def _json_feed(body: bytes, now: datetime) -> None:
    """JSON Feed 1.1."""
    try:
        _check_items(_json(body, now), now)
    except (AttributeError, KeyError, TypeError) as error:
        raise Unsound(f"it has not the shape of a JSON Feed ({error})") from error


def _check_items(feed: Mapping[str, Any], now: datetime) -> None:
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not feed.get("title"):
        raise Unsound("it has not the version or no title")
    items: list[Mapping[str, Any]] = feed["items"]
    _distinct(item["id"] for item in items)
    dates = {item.get(key) for item in items for key in ("date_published", "date_modified")}
    _past(map(_rfc3339, filter(None, dates)), now)
    _web(item[key] for item in items for key in ("url", "external_url", "image") if key in item)
    _web(file["url"] for item in items for file in item.get("attachments", ()))
    _clean(item.get("content_html") for item in items)
    for item in items:
        if "content_html" not in item and "content_text" not in item:
            raise Unsound(f"{item['id']} has neither content_html nor content_text")


def _json(body: bytes, _now: datetime) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise Unsound(f"it is no JSON: {error}") from error


def _page(body: bytes, _now: datetime) -> None:
    if not body.rstrip().endswith(b"</html>"):
        raise Unsound("the page does not come to its end")
    _decoded(body)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Unsound(f"it is no UTF-8: {error.reason}") from error


_CHECKS: Mapping[str, Callable[[bytes, datetime], object]] = {
    "atom.xml": _atom,
    "rss.xml": _rss,
    "feed.json": _json_feed,
    ".xml": _xml,
    ".json": _json,
    ".html": _page,
}


def _distinct(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if not each or each in seen:
            raise Unsound(f"the id “{each}” stands in it twice" if each else "an entry has no id")
        seen.add(each)


def _past(dates: Iterable[datetime], now: datetime) -> None:
    latest = max(dates, default=now)
    if latest > now + SLACK:
        raise Unsound(f"the date {latest:%Y-%m-%dT%H:%M:%SZ} lies in the future")


def _rfc3339(text: str | None) -> datetime:
    try:
        date = datetime.fromisoformat(text or "")
    except ValueError as error:
        raise Unsound(f"“{text}” is no date of RFC 3339") from error
    return _zoned(date, text)


@lru_cache(maxsize=1024)  # The same stories stand in several channels, and again the next time.
def _rfc822(text: str | None) -> datetime:
    try:
        date = parsedate_to_datetime(text or "")
    except ValueError as error:
        raise Unsound(f"“{text}” is no date of RFC 822") from error
    return _zoned(date, text)


def _zoned(date: datetime, text: str | None) -> datetime:
    if date.tzinfo is None:
        raise Unsound(f"the date “{text}” names no zone")
    return date


def _web(addresses: Iterable[str | None]) -> None:
    for address in {each for each in addresses if not (each and _WHOLE.match(each))}:
        try:
            parts = urlsplit(address or "")
        except ValueError as error:
            raise Unsound(f"“{address}” is no address") from error
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise Unsound(f"“{address}” is no whole web address")


def _clean(texts: Iterable[str | None]) -> None:
    for found in _findings(texts):
        raise Unsound(f"it holds dangerous markup: {found[:60]}")


def _findings(texts: Iterable[str | None]) -> Iterator[str]:
    for text in texts:
        if text and (_SUSPECT_TAG.search(text) or _SUSPECT_VALUE.search(text)):
            yield from (found[0] for found in _DANGEROUS.finditer(text))
