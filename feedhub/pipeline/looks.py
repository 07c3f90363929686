"""Which page of a source to look at, and when an answer of 410 takes an entry back (pure).

A source is looked at once a day, at a time of day that its name decides, and one page at a time.
One that is gone (RFC 9110 section 15.5.11) is looked at again the next day: a mistake is mended by
then, and what was meant will still be so.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from feedhub.dedupe.identity import is_page
from feedhub.model import Look
from feedhub.pipeline.absence import CHECKS

DAY = timedelta(days=1)
WINDOW = timedelta(days=30)
"""Entries that were published before are not looked after."""
REST = timedelta(hours=23)
"""Between two looks at one source; the timetable is no more exact than an hour."""

GONE = 410
GONE_REASON = "its page answers 410 Gone"

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def is_due(source: str, last: datetime | None, now: datetime) -> bool:
    """Whether a source of this name, last looked at then, is to be looked at."""
    return last is None or _next(source, last + REST) <= now


def _next(source: str, time: datetime) -> datetime:
    """The first of the source's own times of day that is not before this time."""
    midnight = time.replace(hour=0, minute=0, second=0, microsecond=0)
    digest = blake2b(source.encode(), digest_size=4).digest()
    own = midnight + DAY * (int.from_bytes(digest) / 2**32)
    return own if own >= time else own + DAY


def choose(looks: Iterable[Look]) -> Look | None:
    """The page to look at now: one that was gone, else the one not looked at for the longest.

    Those of withdrawn entries are among them, since a page may come back.
    """
    pages = [each for each in looks if is_page(each.address)]
    return min(pages, key=_rank, default=None)


def _rank(look: Look) -> tuple[bool, datetime, datetime, str]:
    doubtful = look.stands and look.gone > 0
    return not doubtful, look.looked or _LONG_AGO, look.published, look.id


def learnt(look: Look, status: int | None) -> Look:
    """What is known once the page has answered with this status; None: there was no answer."""
    if status is None:
        return look
    return replace(look, gone=look.gone + 1 if status == GONE else 0)


def is_taken_back(look: Look) -> bool:
    """Whether the entry is to be withdrawn."""
    return look.stands and look.gone >= CHECKS
