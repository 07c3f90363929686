"""The dates of an entry, and which rule gave them (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedhub import dates
from feedhub.model import RawEntry, Source

AS_WRITTEN = "as written"
IN_ADDRESS = "from the address, since no date is written"
CONFIGURED = "first seen: the source's dates are not to be trusted"
FETCH_TIME = "first seen: the feed dates every item to the time of its making"
FUTURE = "first seen: the written date “{}” lies in the future"
UNREADABLE = "first seen: no date can be read from “{}”"
UNDATED = "first seen: no date is written"

# A generator that stamps every item with the time of its making writes them within so short a
# time, and its file may have been kept for so long.
_AT_ONCE = timedelta(minutes=1)
_KEPT = timedelta(days=1)
_ABOUT_NOW = timedelta(minutes=5)
_FEW = 3

_SHOWN = 60
"""Characters of a written date that a rule repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When an entry was published and updated, neither later than now."""

    published: datetime
    updated: datetime
    rule: str


def when(raw: RawEntry, source: Source, distrust: str | None, now: datetime) -> When | None:
    """The entry's dates; None for a local article that is to wait for its own.

    `distrust` is the rule by which the source's dates are not believed.
    """
    if distrust is not None:
        return When(published=now, updated=now, rule=distrust)
    published, rule = _published(raw, source)
    if published is None:
        return When(published=now, updated=now, rule=rule)
    if published > now:
        late = FUTURE.format((raw.published or raw.updated or raw.url or "")[:_SHOWN])
        return None if raw.local else When(published=now, updated=now, rule=late)
    updated = dates.read_date(raw.updated, timezone=source.timezone) if raw.updated else None
    if updated is None or not published <= updated <= now:
        updated = published
    return When(published=published, updated=updated, rule=rule)


def distrust(entries: Sequence[RawEntry], source: Source, now: datetime) -> str | None:
    """The rule by which none of these entries' dates is believed, if there is one."""
    if source.dates == "first-seen":
        return CONFIGURED
    if len(entries) < _FEW or any(each.local for each in entries):
        return None
    read = [written(each, source) for each in entries]
    known = [each for each in read if each is not None]
    if len(known) < len(read):
        return None
    newest, oldest = max(known), min(known)
    at_once = newest - oldest <= _AT_ONCE and now - oldest <= _KEPT
    return FETCH_TIME if at_once or _is_about(now, newest, oldest) else None


def _is_about(now: datetime, newest: datetime, oldest: datetime) -> bool:
    return now - oldest <= _ABOUT_NOW and newest - now <= _ABOUT_NOW


def written(raw: RawEntry, source: Source) -> datetime | None:
    """The date that the entry itself gives."""
    for text in (raw.published, raw.updated):
        if text and (date := dates.read_date(text, timezone=source.timezone)):
            return date
    return None


def _published(raw: RawEntry, source: Source) -> tuple[datetime | None, str]:
    if date := written(raw, source):
        return date, AS_WRITTEN
    if raw.url and (date := dates.date_in_address(raw.url, timezone=source.timezone)):
        return date, IN_ADDRESS
    text = raw.published or raw.updated
    return None, UNREADABLE.format(text[:_SHOWN]) if text else UNDATED
