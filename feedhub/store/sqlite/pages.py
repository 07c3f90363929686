"""What looks at entries' pages have told, in SQLite."""

from datetime import datetime

from feedhub.model import Look
from feedhub.store.records import time_of, time_text
from feedhub.store.sqlite.database import Database

_LOOK = """
  SELECT e.source, e.id, json_extract(e.record, '$.url'), e.published, e.withdrawn IS NULL,
    l.looked, coalesce(l.gone, 0)"""
# What was told of another address counts for nothing.
_AT = "l.source = e.source AND l.id = e.id AND l.address = json_extract(e.record, '$.url')"
_STANDING = f"""
  {_LOOK} FROM entries e LEFT JOIN looks l ON {_AT}
  WHERE e.source = ? AND e.published >= ? AND e.withdrawn IS NULL AND e.canonical_url IS NOT NULL
  ORDER BY e.published, e.id"""
_GONE = f"""
  {_LOOK} FROM looks l CROSS JOIN entries e ON {_AT}
  WHERE l.source = ? AND e.published >= ? AND l.gone > 0 AND e.withdrawn IS NOT NULL
  ORDER BY e.published, e.id"""
_LAST = "SELECT source, max(looked) FROM looks WHERE looked <= ? GROUP BY source"
_NOTE = "INSERT OR REPLACE INTO looks (source, id, address, looked, gone) VALUES (?, ?, ?, ?, ?)"


class Pages:
    """The part of the store that remembers what looks at pages have told."""

    _db: Database

    def looks(self, source: str, since: datetime) -> list[Look]:
        values = source, time_text(since)
        return [
            Look(
                source=name,
                id=entry,
                address=address,
                published=time_of(published),
                stands=bool(stands),
                looked=None if looked is None else time_of(looked),
                gone=gone,
            )
            for query in (_STANDING, _GONE)
            for name, entry, address, published, stands, looked, gone in self._db.rows(
                query, values
            )
        ]

    def last_looks(self, now: datetime) -> dict[str, datetime]:
        rows = self._db.rows(_LAST, (time_text(now),))
        return {source: time_of(looked) for source, looked in rows}

    def note_look(self, look: Look, *, now: datetime) -> None:
        row = (look.source, look.id, look.address, time_text(now), look.gone)
        self._db.run(_NOTE, row)

    def gone_looks(self, source: str, id: str) -> int:  # noqa: A002
        value = "SELECT gone FROM looks WHERE source = ? AND id = ?"
        return self._db.value(value, (source, id)) or 0
