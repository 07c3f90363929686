"""What an operator decided, in SQLite: stories hidden, entries moved and parted."""

from collections.abc import Collection
from datetime import datetime
from itertools import combinations

from feedhub.model import Stored
from feedhub.store.records import time_text
from feedhub.store.sqlite.database import Database
from feedhub.store.sqlite.rows import STORED, stored

# Answered by indexes alone.
_NAMED = """
  SELECT number FROM entries WHERE id = :name
  UNION SELECT number FROM entries WHERE story = :name
  UNION SELECT number FROM entries WHERE canonical_url = :address
  UNION SELECT e.number FROM aliases a JOIN entries e ON e.source = a.source AND e.id = a.id
    WHERE a.alias = :name
  ORDER BY number"""
_NUMBERED = f"{STORED} WHERE e.number = ?"
_PART = """
  INSERT OR IGNORE INTO partings (one, other)
  SELECT a.number, b.number FROM entries a JOIN entries b WHERE a.story = ?1 AND b.story = ?2
  UNION SELECT b.number, a.number FROM entries a JOIN entries b WHERE a.story = ?1 AND b.story = ?2"""
_REJOIN = """
  DELETE FROM partings WHERE
    one IN (SELECT number FROM entries WHERE story IN (?1, ?2)) AND
    other IN (SELECT number FROM entries WHERE story IN (?1, ?2))"""
_PARTED = """
  SELECT 1 FROM entries a JOIN partings p ON p.one = a.number JOIN entries b ON b.number = p.other
  WHERE a.story = ? AND b.story = ? LIMIT 1"""


class Moderation:
    """The part of the store that remembers what an operator decided."""

    _db: Database

    def find(self, name: str, address: str | None = None) -> list[Stored]:
        numbers = self._db.column(_NAMED, {"name": name, "address": address})
        rows = (self._db.rows(_NUMBERED, (number,))[0] for number in numbers)
        return [stored(row) for row in rows]

    def hide(self, story: str, since: datetime | None) -> None:
        hidden = None if since is None else time_text(since)
        self._db.run("UPDATE stories SET hidden = ? WHERE id = ?", (hidden, story))

    def move(self, source: str, id: str, story: str, *, reason: str, now: datetime) -> None:  # noqa: A002
        first = "INSERT OR IGNORE INTO stories (id, first_published) VALUES (?, ?)"
        self._db.run(first, (story, time_text(now)))
        update = "UPDATE entries SET story = ?, reason = ?, score = 1.0 WHERE source = ? AND id = ?"
        self._db.run(update, (story, reason, source, id))

    def part(self, one: str, other: str) -> None:
        self._db.run(_PART, (one, other))

    def rejoin(self, one: str, other: str) -> None:
        self._db.run(_REJOIN, (one, other))

    def parted(self, stories: Collection[str]) -> set[frozenset[str]]:
        if self._db.row("SELECT 1 FROM partings LIMIT 1") is None:
            return set()
        pairs = combinations(sorted(stories), 2)
        return {frozenset(pair) for pair in pairs if self._db.row(_PARTED, pair) is not None}
