"""A day, a time of the day and a zone -> a moment, where there is such a one."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
"""1970 is what an empty field, or seconds taken for milliseconds, come out as."""
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""A later year is a slip of the pen; nobody holds an article back that long."""


class Clock(NamedTuple):
    """A time of the day as written: 24:00 and second 60 may occur."""

    hour: int
    minute: int = 0
    second: int = 0


MIDNIGHT = Clock(0)


def moment(day: date, clock: Clock, zone: tzinfo) -> datetime | None:
    """The moment in UTC, None for a time that no clock shows or an absurd year.

    24:00 is the midnight that ends the day (ISO 8601). A leap second counts as the one before it,
    so that it stays in its day. A local time that occurs twice, when clocks go back, is the first;
    one that never occurs, when they go forward, is told by the clock that was not yet moved
    (RFC 5545 section 3.3.5).
    """
    hour, minute, second = clock
    possible = hour <= 23 and minute <= 59 and second <= 60
    if not (possible or clock == (24, 0, 0)):
        return None
    if not EARLIEST.year - 1 <= day.year <= LATEST.year:
        return None
    local = datetime.combine(day, time(hour % 24, minute, min(second, 59)), zone)
    if hour == 24:
        local += timedelta(days=1)
    told = local.astimezone(UTC)
    return told if EARLIEST <= told < LATEST else None


def twelve_hours(hour: int, half: str) -> int | None:
    """The hour of the day that an hour of a half day is; `half` is "a", "p" or empty."""
    if not half:
        return hour
    if half == "p" and 13 <= hour <= 23:
        return hour  # "15:30 PM" is redundant, and plain.
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half == "p" else 0)
