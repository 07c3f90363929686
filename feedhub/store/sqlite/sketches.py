"""The index of texts in SQLite: which stories have a text that could be like another.

A look-up reads a bounded number of rows, of the spans of days round the text's own: its cost does
not grow with what is stored. A key that many texts of a span have is boilerplate and tells nothing.
"""

from array import array
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from feedhub.model import Entry
from feedhub.store.sqlite.database import Database

SPAN_DAYS = 30
COMMON = 60
"""Entries of one span that may have a key; what is more common is not looked up."""
CANDIDATES = 16

_DAY = 86_400

_WITH_KEY = "SELECT entry FROM sketches WHERE span = ? AND key = ? LIMIT ?"
_ITS_KEYS = "SELECT number, published, keys FROM entries WHERE source = ? AND id = ?"


class Sketches:
    """The part of the store that finds texts by their keys."""

    _db: Database

    def alike(self, keys: Collection[int], published: datetime, *, window: timedelta) -> list[str]:
        weights: Counter[int] = Counter()
        spans = range(span_of(published - window), span_of(published + window) + 1)
        for span in spans:
            for key in keys:
                found = self._with_key(span, key)
                if len(found) <= COMMON:
                    # The rarer a key, the more it tells.
                    weights.update(dict.fromkeys(found, COMMON // max(1, len(found))))
        likely = sorted(weights, key=lambda entry: (-weights[entry], entry))[:CANDIDATES]
        story = "SELECT story FROM entries WHERE number = ? AND withdrawn IS NULL"
        rows = (self._db.value(story, (entry,)) for entry in likely)
        return list(dict.fromkeys(each for each in rows if each is not None))

    def _with_key(self, span: int, key: int) -> list[int]:
        """Entries with the key; one more than is common when there are more."""
        return self._db.column(_WITH_KEY, (span, key, COMMON + 1))

    def _forget_sketch(self, source: str, id: str) -> None:  # noqa: A002
        row = self._db.row(_ITS_KEYS, (source, id))
        if row is not None:
            number, published, packed = row
            span = span_of(datetime.fromisoformat(published))
            delete = "DELETE FROM sketches WHERE span = ? AND key = ? AND entry = ?"
            self._db.many(delete, [(span, key, number) for key in array("I", packed)])

    def _remember_sketch(self, number: int, entry: Entry, keys: Collection[int]) -> None:
        span = span_of(entry.published)
        insert = "INSERT OR IGNORE INTO sketches (span, key, entry) VALUES (?, ?, ?)"
        rare = [key for key in keys if len(self._with_key(span, key)) <= COMMON]
        self._db.many(insert, [(span, key, number) for key in rare])

    @staticmethod
    def _packed(keys: Collection[int]) -> bytes:
        """Four bytes a key."""
        return array("I", keys).tobytes()


def span_of(day: datetime) -> int:
    return int(day.timestamp()) // _DAY // SPAN_DAYS
