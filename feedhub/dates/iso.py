"""Dates for machines: ISO 8601 with its profiles RFC 3339 and W3CDTF, and Unix times."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from feedhub.dates.clocks import EARLIEST, LATEST, MIDNIGHT, Clock, moment
from feedhub.dates.zones import read_zone

# Seconds have 9 or 10 digits between 1973 and 2286; fewer are a year, a day, or too long ago. The
# second form is how ASP.NET writes milliseconds into JSON; its offset is there for display.
_UNIX = re.compile(
    r"(?P<s>\d{9,10})(?:[.,]\d+)?|(?P<ms>\d{13})|(?P<us>\d{16})"
    r"|\\?/Date\((?P<net>\d{12,13})(?:[+-]\d{4})?\)\\?/",
    re.ASCII,
)
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "net": 1_000}

_DAY = r"""
    (?P<year>\d{4})
    (?: - (?P<month>\d{1,2}) (?: - (?P<day>\d{1,2}) )? (?!\d)
      | -? [Ww] (?P<week>\d\d) (?: -? (?P<weekday>[1-7]) )? (?!\d)
      | -? (?P<ordinal>\d{3}) (?!\d)
      | (?P<basic>\d{4})
    )?
"""
# An hour with a fraction takes a comma: "10.30" is half past ten.
_CLOCK = r"""
    (?: (?P<hour>\d{1,2}) : (?P<minute>\d\d) (?: : (?P<second>\d\d) )?
      | (?P<hours>\d\d) (?: (?P<minutes>\d\d) (?P<seconds>\d\d)? | (?!\.) )
    )
    (?: [.,] (?P<fraction>\d+) )?
"""
_ISO = re.compile(rf"(?x) {_DAY} (?: (?: [Tt_ ] | (?<=\d{{8}}) ) {_CLOCK} )? \s? (?P<zone>.*)")
_WHOLE = ("day", "week", "ordinal", "basic")
"""Without one of these, a day is not told."""


def read_unix(text: str) -> datetime | None:
    """Seconds, milliseconds or microseconds since 1970, by the number of digits."""
    found = _UNIX.fullmatch(text)
    if found is None:
        return None
    digits, unit = next((found[name], unit) for name, unit in _UNITS.items() if found[name])
    told = datetime.fromtimestamp(int(digits) // unit, UTC)
    return told if EARLIEST <= told < LATEST else None


def read_iso(text: str, local: tzinfo) -> datetime | None:
    """The moment of a date and time; of a part of a date its first moment, as in W3CDTF."""
    parts = _ISO.fullmatch(text)
    if parts is None:
        return None
    clock, whole = _clock(parts), any(parts[name] for name in _WHOLE)
    if not whole and (clock != MIDNIGHT or parts["zone"]):
        return None
    try:
        day = _day(parts)
    except (ValueError, OverflowError):
        return None
    zone = read_zone(parts["zone"], local, day)
    return moment(day, clock, zone) if zone is not None else None


def _day(parts: re.Match[str]) -> date:
    """Raises ValueError or OverflowError when there is no such day."""
    year = int(parts["year"])
    if parts["week"]:
        return date.fromisocalendar(year, int(parts["week"]), int(parts["weekday"] or 1))
    if parts["ordinal"]:
        return _ordinal(year, int(parts["ordinal"]))
    if parts["basic"]:
        return date(year, int(parts["basic"][:2]), int(parts["basic"][2:]))
    return date(year, int(parts["month"] or 1), int(parts["day"] or 1))


def _ordinal(year: int, number: int) -> date:
    day = date(year, 1, 1) + timedelta(days=number - 1)
    if day.year != year:
        raise ValueError(number)
    return day


def _clock(parts: re.Match[str]) -> Clock:
    """The fraction is one of the smallest part written (ISO 8601-1 section 5.3.1.4)."""
    hour, minute, second = parts["hour"], parts["minute"], parts["second"]
    if hour is None:
        hour, minute, second = parts["hours"], parts["minutes"], parts["seconds"]
    if hour is None:
        return MIDNIGHT
    clock = Clock(int(hour), int(minute or 0), int(second or 0))
    if second or not parts["fraction"]:
        return clock
    whole = 60 if minute else 3600
    seconds = int(parts["fraction"]) * whole // 10 ** len(parts["fraction"])
    return Clock(clock.hour, clock.minute + seconds // 60, seconds % 60)
