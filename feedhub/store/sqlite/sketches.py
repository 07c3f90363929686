"""The index of texts in SQLite: which stories have a text that could be like another.

A look-up reads a bounded number of rows, of the spans of days round the text's own: its cost does
not grow with what is stored. A key that many texts of a span have is boilerplate and tells nothing.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from feedhub.model import Entry
from feedhub.store.records import time_of
from feedhub.store.sqlite.database import Database

SPAN_DAYS = 60
COMMON = 60
"""Entries of one span that may have a key; what is more common is not looked up."""
CANDIDATES = 16

_DAY = 86_400
_KEY_BITS = 32
_NUMBER_BYTES = 4

_AT_PLACES = "SELECT place, entries FROM sketches WHERE place IN ({})"
_STORIES = "SELECT number, story FROM entries WHERE number IN ({}) AND withdrawn IS NULL"
_REMEMBER = """
  INSERT INTO sketches (place, entries) VALUES (?, ?)
  ON CONFLICT (place) DO UPDATE SET entries = CAST(entries || excluded.entries AS BLOB)
  WHERE length(entries) <= ?"""
_REWRITE = "UPDATE sketches SET entries = ? WHERE place = ?"


class Sketches:
    """The part of the store that finds texts by their keys."""

    _db: Database

    def alike(self, keys: Collection[int], published: datetime, *, window: timedelta) -> list[str]:
        spans = range(span_of(published - window), span_of(published + window) + 1)
        weights: Counter[int] = Counter()
        for _, found in self._at(place for span in spans for place in places(span, keys)):
            if len(found) <= COMMON:
                # The rarer a key, the more it tells.
                weights.update(dict.fromkeys(found, COMMON // max(1, len(found))))
        likely = sorted(weights, key=lambda entry: (-weights[entry], entry))[:CANDIDATES]
        if not likely:
            return []
        stories: dict[int, str] = dict(self._db.rows(_for_each(_STORIES, likely), likely))
        return list(dict.fromkeys(stories[each] for each in likely if each in stories))

    def _at(self, wanted: Iterable[int]) -> list[tuple[int, Sequence[int]]]:
        """The entries at each of these places that has some."""
        listed = list(wanted)
        rows = self._db.rows(_for_each(_AT_PLACES, listed), listed) if listed else []
        return [(place, array("I", entries)) for place, entries in rows]

    def _remember_sketch(self, number: int, entry: Entry, keys: Collection[int]) -> None:
        own, most = packed([number]), COMMON * _NUMBER_BYTES
        around = places(span_of(entry.published), keys)
        self._db.many(_REMEMBER, [(place, own, most) for place in around])

    def _forget_sketch(self, number: int, published: str, keys: bytes) -> None:
        found = self._at(places(span_of(time_of(published)), array("I", keys)))
        left = [(place, [each for each in entries if each != number]) for place, entries in found]
        self._db.many(_REWRITE, [(packed(entries), place) for place, entries in left])


def span_of(day: datetime) -> int:
    return int(day.timestamp()) // _DAY // SPAN_DAYS


def places(span: int, keys: Iterable[int]) -> Iterable[int]:
    """Where the index has these keys: those of a span of days lie together."""
    return ((span << _KEY_BITS) + key for key in keys)


def packed(numbers: Collection[int]) -> bytes:
    """Four bytes each."""
    return array("I", numbers).tobytes()


def _for_each(statement: str, values: Collection[int]) -> str:
    """The statement with a place for each value."""
    return statement.format(",".join("?" * len(values)))
