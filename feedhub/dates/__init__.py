"""Written dates -> moments in UTC with whole seconds, or None (pure).

What is read is what RFC 822, 2822 and 5322, RFC 3339, ISO 8601, W3CDTF, asctime and Unix clocks
write, and what people and publishing systems write in Finland's surroundings. A text is read whole
or not at all: what is impossible, ambiguous or not understood is no date, since the day it was
first seen is a better guess than a wrong day. A zone-less date is in the time of its organization.
"""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from feedhub.dates.clocks import MIDNIGHT, moment
from feedhub.dates.iso import read_iso, read_unix
from feedhub.dates.mail import read_mail
from feedhub.dates.words import read_words

MAX_LENGTH = 120
"""Characters. The longest date in use, that of JavaScript with its zone in words, takes 70."""
MAX_ADDRESS = 2_048
"""Characters of an address that are looked at."""

# Minus signs and dashes are hyphens here, and what joins or marks letters is not looked at: soft
# hyphens, directional marks, and the many apostrophes that Skolt Sámi is written with.
_ALIKE = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2212",
    "------",
    "\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff'\u00b4\u02b9\u02bc\u02c8\u02ca\u2018\u2019\u2032",
)
_FOLDING = re.compile(r"\s+")

_HOST = re.compile(r"(?i)[a-z][a-z0-9+.-]*://[^/?#]*")
# The date of a post in the addresses of the common publishing systems: three whole segments, or
# the beginning of one. Nothing else is safe: a year and a month are no day, "/2026/11/24-tips" may
# be counting tips, eight digits are as often the number of an article, and a date at the end of a
# name tells when the thing happens that the text is about.
_DATED = re.compile(
    r"(?:^|/)(?:(\d{4})/(\d\d)/(\d\d)(?=/|\.\w{1,5}$|$)|(\d{4})-(\d\d)-(\d\d)(?=[-_/.]|$))",
    re.ASCII,
)


def read_date(text: str, *, timezone: str) -> datetime | None:
    """The moment that the text tells; a date alone is the first moment of its day.

    `timezone` is an IANA name and stands where the text names no zone.
    """
    if len(text) > MAX_LENGTH:
        text = text.strip() if len(text) <= MAX_ADDRESS else ""
    return _read(text, timezone) if len(text) <= MAX_LENGTH else None


# The dates of one feed are read to judge the feed, and once more for each entry.
@lru_cache(maxsize=1_024)
def _read(text: str, timezone: str) -> datetime | None:
    tidied = _tidied(text)
    if not tidied:
        return None
    local = ZoneInfo(timezone)
    found = read_mail(tidied, local) or read_unix(tidied)
    return found or read_iso(tidied, local) or read_words(tidied, local)


def _tidied(text: str) -> str:
    """On one line and in the simplest characters."""
    if not text.isascii() or "'" in text:
        text = unicodedata.normalize("NFKC", text.translate(_ALIKE))
    return _FOLDING.sub(" ", text).strip()


def date_in_address(url: str, *, timezone: str) -> datetime | None:
    """The first moment of the day that the path of an address names; a bare path will do."""
    path = re.split(r"[?#]", _HOST.sub("", url[:MAX_ADDRESS], count=1), maxsplit=1)[0]
    for found in _DATED.finditer(path):
        year, month, day = (int(number) for number in found.groups() if number is not None)
        try:
            return moment(date(year, month, day), MIDNIGHT, ZoneInfo(timezone))
        except ValueError:
            continue
    return None
