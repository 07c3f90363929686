"""Dates as most feeds write them: RFC 5322 section 3.3 to the letter, with seconds."""

import re
from datetime import date, datetime, tzinfo

from feedhub.dates.clocks import Clock, moment
from feedhub.dates.zones import read_zone

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DATE = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(\d\d?) ({'|'.join(_MONTHS)}) (\d{{4}})"
    r" (\d\d):(\d\d):(\d\d) (GMT|UTC|[+-]\d{4})",
    re.ASCII,
)


def read_mail(text: str, local: tzinfo) -> datetime | None:
    """The moment, as `read_words` would find it too, part by part; None for any other form."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None
    number, month, year, hour, minute, second, zone = parts.groups()
    try:
        day = date(int(year), _MONTHS.index(month) + 1, int(number))
    except ValueError:
        return None
    there = read_zone(zone, local, day)
    clock = Clock(int(hour), int(minute), int(second))
    return moment(day, clock, there) if there is not None else None
