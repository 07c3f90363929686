"""The index of texts in SQLite: which stories have a text that could be like another.

A look-up reads a bounded number of rows, of the spans of days round the text's own: its cost does
not grow with what is stored. A key that many texts of a span have is boilerplate and tells nothing.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from feedhub.model import Entry
from feedhub.store.records import time_of
from feedhub.store.sqlite.database import Database

SPAN_DAYS = 30
COMMON = 60
"""Entries of one span that may have a key; what is more common is not looked up."""
CANDIDATES = 16

_DAY = 86_400

_WITH_KEYS = "SELECT span, key, entry FROM sketches WHERE span IN ({}) AND key IN ({})"
_STORIES = "SELECT number, story FROM entries WHERE number IN ({}) AND withdrawn IS NULL"
# The limit keeps the rows of a key few, so that no look-up reads many.
_REMEMBER = """
  INSERT OR IGNORE INTO sketches (span, key, entry) SELECT ?1, ?2, ?3
  WHERE NOT EXISTS (SELECT 1 FROM sketches WHERE span = ?1 AND key = ?2 LIMIT 1 OFFSET ?4)"""
_FORGET = "DELETE FROM sketches WHERE span = ? AND key = ? AND entry = ?"


class Sketches:
    """The part of the store that finds texts by their keys."""

    _db: Database

    def alike(self, keys: Collection[int], published: datetime, *, window: timedelta) -> list[str]:
        spans = range(span_of(published - window), span_of(published + window) + 1)
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for span, key, entry in self._db.rows(_listed(_WITH_KEYS, spans, keys), (*spans, *keys)):
            found[span, key].append(entry)
        weights: Counter[int] = Counter()
        for entries in found.values():
            if len(entries) <= COMMON:
                # The rarer a key, the more it tells.
                weights.update(dict.fromkeys(entries, COMMON // len(entries)))
        likely = sorted(weights, key=lambda entry: (-weights[entry], entry))[:CANDIDATES]
        stories: dict[int, str] = dict(self._db.rows(_listed(_STORIES, likely), likely))
        return list(dict.fromkeys(stories[each] for each in likely if each in stories))

    def _forget_sketch(self, number: int, published: str, packed: bytes) -> None:
        span = span_of(time_of(published))
        self._db.many(_FORGET, [(span, key, number) for key in array("I", packed)])

    def _remember_sketch(self, number: int, entry: Entry, keys: Collection[int]) -> None:
        span = span_of(entry.published)
        self._db.many(_REMEMBER, [(span, key, number, COMMON) for key in keys])

    @staticmethod
    def _packed(keys: Collection[int]) -> bytes:
        """Four bytes a key."""
        return array("I", keys).tobytes()


def _listed(statement: str, *values: Collection[int]) -> str:
    """The statement with a place for each of the values."""
    return statement.format(*(",".join("?" * len(each)) for each in values))


def span_of(day: datetime) -> int:
    return int(day.timestamp()) // _DAY // SPAN_DAYS
