"""Header fields of an answer, and what they ask of whoever polls (pure).

Values are text of ISO-8859-1, which keeps every byte, so that a validator goes back as it came.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

ZERO = timedelta(0)
LONGEST = timedelta(days=366)
"""Of any wait that a server names; more is taken for this."""
LONGEST_VALIDATOR = 2_048
"""Characters; a longer one is not kept, since sending it back might be refused."""

_SENDABLE = re.compile(r"[\t\x20-\x7e\x80-\xff]+")
_SECONDS = re.compile(r"[0-9]{1,18}")
_MAX_AGE = re.compile(r'(?i)(?:^|[,\s])max-age\s*=\s*"?([0-9]{1,18})')
_NO_CACHE = re.compile(r"(?i)(?:^|[,\s])no-(?:cache|store)\s*(?:[,;]|$)")


class Fields:
    """The header fields of one answer; names are in lower case."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._fields = [
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw
        ]

    def __repr__(self) -> str:
        return f"Fields({len(self._fields)})"

    def all(self, name: str) -> Iterator[str]:
        """The values of this field, in order."""
        return (value for each, value in self._fields if each == name)

    def first(self, name: str) -> str | None:
        return next(self.all(name), None)

    def validator(self, name: str) -> str | None:
        """ETag or Last-Modified, byte for byte; None when it is of no use."""
        value = self.first(name) or ""
        return value if len(value) <= LONGEST_VALIDATOR and _SENDABLE.fullmatch(value) else None

    def number(self, name: str) -> int | None:
        """The value when it is digits only."""
        value = (self.first(name) or "").strip()
        return int(value) if _SECONDS.fullmatch(value) else None

    def date(self, name: str) -> datetime | None:
        """An HTTP date (RFC 9110 section 5.6.7)."""
        try:
            date = parsedate_to_datetime(self.first(name) or "")
            return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    def fresh_for(self, now: datetime) -> timedelta | None:
        """How long not to ask again (RFC 9111 sections 4.2.1 and 4.2.3); None for no wish."""
        lifetime = self._lifetime(now)
        if lifetime is None:
            return None
        left = lifetime - _span(self.number("age") or 0)
        return left if left > ZERO else None

    def _lifetime(self, now: datetime) -> timedelta | None:
        cache_control = ",".join(self.all("cache-control"))
        if _NO_CACHE.search(cache_control):
            return None
        if age := _MAX_AGE.search(cache_control):
            return _span(int(age[1]))
        expires = self.date("expires")
        return None if expires is None else min(expires - (self.date("date") or now), LONGEST)

    def retry_after(self, now: datetime) -> timedelta | None:
        """How long to stay away (RFC 9110 section 10.2.3); None for no wish."""
        seconds = self.number("retry-after")
        if seconds is not None:
            return _span(seconds)
        date = self.date("retry-after")
        return None if date is None or date <= now else min(date - now, LONGEST)


def _span(seconds: int) -> timedelta:
    return timedelta(seconds=min(seconds, LONGEST.total_seconds()))
