"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, and CDF: bytes -> raw feed.

feedparser is trusted with the names and the nesting of the formats and with little else. It is
given a short document in UTF-8 (see `characters` and `skeleton`), it cleans nothing, joins no
address but by an explicit `xml:base`, and its reading of dates is left unused.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from feedhub import html, urls
from feedhub.model import RawFeed
from feedhub.parse.entries import Surroundings, authors, entry
from feedhub.parse.errors import ParseError
from feedhub.parse.parser import Parsed, parsed
from feedhub.parse.records import Record, detail, text
from feedhub.parse.skeleton import Skeleton, skeleton

_HISTORY = "http://purl.org/syndication/history/1.0"

_WEB_PAGE = re.compile(
    rb"(?is)\s*+(?:<\?[^>]*+>\s*+)?+(?:<!--.{0,1000}?-->\s*+)?+<(?:!doctype\s++)?html\b"
)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]{0,60})")
_SKIP = re.compile(r"(?is)<skip(?:hours|days)\b[^<>]*+>.{0,2000}?</skip")
_HOUR = re.compile(r"(?i)<hour>\s*+(\d{1,2})\s*+<")
_DAY = re.compile(r"(?i)<day>\s*+(mon|tue|wed|thu|fri|sat|sun)[a-z]*+\s*+<")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_HEAD = 20_000
"""Characters in which a feed says things about itself that feedparser does not keep."""


def parse(utf8: bytes, address: str) -> RawFeed:
    """The feed in a document that came from this address. Raises ParseError when it holds none."""
    if _WEB_PAGE.match(utf8):
        raise ParseError.of(
            "html",
            "There is a web page where a feed was expected.",
            "Ask for the address of the RSS or Atom feed, or let `feedhub add` find it.",
        )
    short = skeleton(utf8)
    if not short.xml:
        raise _too_large()
    found = parsed(short.xml)
    if not found.version and not found.entries:
        raise _no_feed(utf8)
    return _feed(address, short, found)


def _no_feed(utf8: bytes) -> ParseError:
    root = _ROOT.search(utf8)
    found = f"a document of the type <{root[1].decode()}>" if root else "something else"
    return ParseError.of(
        "not-a-feed",
        f"There is {found} where a feed was expected.",
        "Ask for the address of the RSS, Atom or JSON feed.",
    )


def _too_large() -> ParseError:
    return ParseError.of(
        "parse-failed",
        "The feed is too large or too deeply nested to be read.",
        "Ask its publisher to limit it to the newest posts.",
    )


def _broken_off() -> ParseError:
    return ParseError.of(
        "truncated",
        "The feed breaks off before its first entry ends.",
        "This often passes by itself. If it goes on, tell whoever runs the server.",
    )


def _feed(address: str, short: Skeleton, found: Parsed) -> RawFeed:
    facts = dict(found.feed)
    home = urls.absolute(text(facts, "link") or "", address)
    atom = found.version.startswith("atom")
    around = Surroundings(
        skeleton=short,
        language=text(facts, "language"),
        base=address if atom else home or address,
        atom=atom,
    )
    entries = found.entries
    # What is not well-formed may have been cut off; then the last entry may be a half one.
    halves = None if found.sound else short.halves()
    if halves is not None:
        entries = entries[: len(entries) - halves]
        if not entries:
            raise _broken_off()
    head = short.xml[:_HEAD].decode(errors="ignore")
    complete = halves is None and not short.capped
    return RawFeed(
        title=_title(facts, short),
        url=home,
        language=around.language,
        authors=tuple(authors(facts)),
        image=_image(facts, around.base),
        update_every=_update_every(facts),
        skip_hours=tuple(sorted(_skip_hours(head))),
        skip_days=tuple(sorted(_skip_days(head))),
        complete=complete and _says_complete(facts, found.namespaces),
        entries=tuple(entry(dict(each), around) for each in entries),
        truncated=halves is not None,
    )


def _title(facts: Record, short: Skeleton) -> str | None:
    value = short.whole(text(facts, "title") or "")
    plain = (detail(facts, "title_detail") or {}).get("type") == "text/plain"
    return (html.one_line(value) if plain else html.plain(value)) or None


def _image(facts: Record, base: str) -> str | None:
    image = detail(facts, "image") or {}
    candidates = (text(image, "href"), text(facts, "logo"), text(facts, "icon"))
    return next(filter(None, (urls.absolute(each, base) for each in candidates if each)), None)


def _update_every(facts: Record) -> timedelta | None:
    """The longer of what ttl (minutes) and the syndication module say, within a year."""
    wishes = [*_ttl(facts), *_syndication(facts)]
    longest = max(wishes, default=timedelta())
    return min(longest, _PERIODS["yearly"]) if longest > timedelta() else None


def _ttl(facts: Record) -> Iterator[timedelta]:
    if minutes := _number(facts.get("ttl")):
        yield timedelta(minutes=minutes)


def _syndication(facts: Record) -> Iterator[timedelta]:
    period = _PERIODS.get(str(facts.get("sy_updateperiod")).lower())
    if period:
        yield period / (_number(facts.get("sy_updatefrequency")) or 1)


def _number(value: object) -> int:
    """A count of up to seven digits; 0 for anything else."""
    digits = str(value).strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 7 else 0


def _skip_hours(head: str) -> set[int]:
    """RSS 0.91 counts them from 1 to 24, RSS 2.0 from 0 to 23; feedparser keeps the last only."""
    hours = {int(hour) % 24 for part in _SKIP.findall(head) for hour in _HOUR.findall(part)}
    return hours if len(hours) < 24 else set()


def _skip_days(head: str) -> set[int]:
    names = [day.lower() for part in _SKIP.findall(head) for day in _DAY.findall(part)]
    return {_DAYS.index(name) for name in names}


def _says_complete(facts: Record, namespaces: Mapping[str, str]) -> bool:
    """RFC 5005 section 2, by whatever prefix."""
    prefixes = [prefix for prefix, uri in namespaces.items() if uri == _HISTORY]
    return any(f"{prefix.lower()}_complete" in facts for prefix in prefixes)
