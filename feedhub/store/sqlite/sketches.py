"""The index of texts in SQLite: which stories have a text that could be like another.

A look-up reads a bounded number of rows, of the spans of days round the text's own: its cost does
not grow with what is stored. A key that many texts of a span have is boilerplate and tells nothing.
"""

import json
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from feedhub.model import Entry
from feedhub.store import Text
from feedhub.store.records import time_of
from feedhub.store.sqlite.database import Database

SPAN_DAYS = 60
COMMON = 60
"""Entries of one span that may have a key; what is more common is not looked up."""
CANDIDATES = 16
MOST_PLACES = 50_000
"""So much of the index, some 5 MiB, is held between two writes, if one poll does not need more."""

_DAY = 86_400
_KEY_BITS = 32

_AT_PLACES = """
  SELECT s.place, s.entries FROM json_each(?) o CROSS JOIN sketches s ON s.place = o.value"""
_STORIES = """
  SELECT e.number, e.story FROM json_each(?) o CROSS JOIN entries e ON e.number = o.value
  WHERE e.withdrawn IS NULL"""
_WRITE = "INSERT OR REPLACE INTO sketches (place, entries) VALUES (?, ?)"


class _Excerpt:
    """Places of the index that were read, and what is to be written there."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._at: dict[int, bytes] = {}
        """The entries at each place that was read, packed; empty where there is no row."""
        self._changed: set[int] = set()

    def read(self, places: Iterable[int]) -> None:
        """Have all of these at hand."""
        unread = set(places).difference(self._at)
        if unread:
            self._at.update(dict.fromkeys(unread, b""))
            # Neighbours lie on the same page of the file.
            self._at.update(self._db.rows(_AT_PLACES, (json.dumps(sorted(unread)),)))

    def at(self, places: Collection[int]) -> Iterator[Sequence[int]]:
        return (array("I", found) for found in self._held(places) if found)

    def _held(self, places: Collection[int]) -> list[bytes]:
        try:
            return [self._at[place] for place in places]
        except KeyError:
            self.read(places)
            return [self._at[place] for place in places]

    def add(self, number: int, places: Collection[int]) -> None:
        one = packed((number,))
        for place, found in zip(places, self._held(places), strict=True):
            # One more than is looked up, so that it is known to be too many.
            if len(found) <= COMMON * len(one):
                self._at[place] = found + one
        self._changed.update(places)

    def remove(self, number: int, places: Collection[int]) -> None:
        for place, found in zip(places, self._held(places), strict=True):
            self._at[place] = packed([each for each in array("I", found) if each != number])
        self._changed.update(places)

    def write(self) -> None:
        self._db.many(_WRITE, [(place, self._at[place]) for place in sorted(self._changed)])
        self._changed.clear()

    def make_room(self) -> None:
        """Write and let go of what is at hand, when that is much."""
        if len(self._at) > MOST_PLACES:
            self.write()
            self._at.clear()


class Sketches:
    """The part of the store that finds texts by their keys."""

    _db: Database
    _gathered: _Excerpt | None = None

    @contextmanager
    def _gathering(self) -> Iterator[None]:
        """In here what is found and kept is read and written together."""
        excerpt = self._gathered = _Excerpt(self._db)
        try:
            yield
            excerpt.write()
        finally:
            self._gathered = None

    def gather(self, texts: Iterable[Text], *, window: timedelta) -> None:
        if self._gathered:
            self._gathered.make_room()
            self._gathered.read({place for text in texts for place in _around(*text, window)})

    def alike(self, keys: Collection[int], published: datetime, *, window: timedelta) -> list[str]:
        excerpt = self._gathered or _Excerpt(self._db)
        weights: Counter[int] = Counter()
        for found in excerpt.at(_around(keys, published, window)):
            if len(found) <= COMMON:
                # The rarer a key, the more it tells.
                weights.update(dict.fromkeys(found, COMMON // len(found)))
        likely = sorted(weights, key=lambda entry: (-weights[entry], entry))[:CANDIDATES]
        if not likely:
            return []
        stories: dict[int, str] = dict(self._db.rows(_STORIES, (json.dumps(likely),)))
        return list(dict.fromkeys(stories[each] for each in likely if each in stories))

    def _remember_sketch(self, number: int, entry: Entry, keys: Collection[int]) -> None:
        excerpt = self._gathered or _Excerpt(self._db)
        excerpt.add(number, places(span_of(entry.published), keys))
        if not self._gathered:
            excerpt.write()

    def _forget_sketch(self, number: int, published: str, keys: bytes) -> None:
        excerpt = self._gathered or _Excerpt(self._db)
        excerpt.remove(number, places(span_of(time_of(published)), array("I", keys)))
        if not self._gathered:
            excerpt.write()


def span_of(day: datetime) -> int:
    return int(day.timestamp()) // _DAY // SPAN_DAYS


def places(span: int, keys: Iterable[int]) -> list[int]:
    """Where the index has these keys: those of a span of days lie together."""
    return [(span << _KEY_BITS) + key for key in keys]


def _around(keys: Collection[int], published: datetime, window: timedelta) -> list[int]:
    """Where like texts of that time have these keys."""
    spans = range(span_of(published - window), span_of(published + window) + 1)
    return [place for span in spans for place in places(span, keys)]


def packed(numbers: Collection[int]) -> bytes:
    """Four bytes each."""
    return array("I", numbers).tobytes()
