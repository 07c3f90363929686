"""Names and offsets of time zones."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

# Hours east of Greenwich. Names that several parts of the world use (IST, AST, GST …) are left out;
# RFC 5322 section 4.3 settles EST to PDT, and BST is British here.
HOURS = {
    "UTC": 0,
    "UT": 0,
    "GMT": 0,
    "Z": 0,
    # Western, Central and Eastern Europe, by their names in English, German, French and Swedish
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "MET": 1,
    "MEZ": 1,
    "HNEC": 1,
    "CEST": 2,
    "MEST": 2,
    "MESZ": 2,
    "HAEC": 2,
    "METDST": 2,
    "EET": 2,
    "OEZ": 2,
    "EEST": 3,
    "OESZ": 3,
    "EETDST": 3,
    "FET": 3,
    "TRT": 3,
    # Russia
    "MSK": 3,
    "MSD": 4,
    "SAMT": 4,
    "YEKT": 5,
    "OMST": 6,
    "KRAT": 7,
    "NOVT": 7,
    "IRKT": 8,
    "YAKT": 9,
    "VLAT": 10,
    "MAGT": 11,
    # North America
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
    "AKDT": -8,
    "HST": -10,
    # Elsewhere
    "SAST": 2,
    "HKT": 8,
    "SGT": 8,
    "AWST": 8,
    "JST": 9,
    "KST": 9,
    "ACST": 9.5,
    "ACDT": 10.5,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
}

OFFSET = r"[+-]\d{1,2}(?::?\d\d(?::?\d\d)?)?(?!\d)"
"""+2, +02, +0200, +02:00; with seconds for local mean times."""
PLACE = r"[A-Z][A-Za-z]+/[A-Za-z_]+(?:[/+-][A-Za-z0-9_]+)*"
"""An IANA name."""

_OFFSET = re.compile(r"(?i:UTC|GMT|UT|Z)? ?([+-])(\d{1,2})(?::?(\d\d)(?::?(\d\d))?)?", re.ASCII)
_PLACE = re.compile(PLACE)
_ANNOTATED = re.compile(r"([^\[\]]*)\[!?([^\[\]]*)\]")
_UNKNOWN = re.compile(r"[A-Z]{3,5}|[A-IK-Za-ik-z]")


def read_zone(text: str, local: tzinfo, day: date) -> tzinfo | None:
    """The zone that a whole text names, `local` for an empty one, None for one that is none.

    A name in brackets after an offset is a comment on it (RFC 9557 section 3.1). `day` is the
    day that the zone is for.
    """
    if "[" in text and (annotated := _ANNOTATED.fullmatch(text)):
        text = annotated[1].strip() or annotated[2]
    if not text:
        return local
    if offset := _OFFSET.fullmatch(text):
        return _offset(*offset.groups())
    return named(text, local, day)


@lru_cache(maxsize=64)
def _offset(sign: str, hours: str, minutes: str | None, seconds: str | None) -> tzinfo | None:
    """Within the bounds of RFC 3339 section 5.6; none in use is larger than 14 hours."""
    if int(hours) > 23 or int(minutes or 0) > 59 or int(seconds or 0) > 59:
        return None
    east = timedelta(hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return timezone(east if sign == "+" else -east)


def named(name: str, local: tzinfo, day: date) -> tzinfo | None:
    """The zone of a name.

    A name that nobody knows, and a single letter, is no more than UTC (RFC 5322 section 4.3),
    unless it is what clocks are called where the text was written.
    """
    if (hours := HOURS.get(name.upper())) is not None:
        return timezone(timedelta(hours=hours))
    if _PLACE.fullmatch(name):
        return _place(name)
    if not _UNKNOWN.fullmatch(name):
        return None
    noon = datetime.combine(day, time(12), local)
    return local if name == noon.tzname() else UTC


@lru_cache(maxsize=64)
def _place(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
