"""Translations in SQLite: which entries are linked, and which addresses were declared."""

from collections.abc import Collection
from datetime import datetime

from feedhub.dedupe.siblings import tongue
from feedhub.model import Entry, Stored, Translation
from feedhub.store.records import entry_of, time_text
from feedhub.store.sqlite.database import Database, Row
from feedhub.store.sqlite.rows import STORED, stored

# Entries of one source that a translation is looked for among.
_MANY = 20

_ABROAD = f"""{STORED}
  WHERE e.source = ? AND e.published BETWEEN ? AND ? AND e.withdrawn IS NULL
    AND e.language <> ?
  ORDER BY e.published DESC LIMIT ?"""
_OF_EACH_OTHER = f"""
  {STORED} JOIN declarations d ON d.address = e.canonical_url
  WHERE d.source = ?1 AND d.id = ?2 AND e.withdrawn IS NULL"""
_DECLARING = f"""
  {STORED} JOIN declarations d ON d.source = e.source AND d.id = e.id
  WHERE d.address = ? AND e.withdrawn IS NULL"""
_NUMBER = "SELECT number FROM entries WHERE source = ? AND id = ?"
_SHOWN = """
  SELECT DISTINCT b.record, b.story FROM entries a JOIN siblings s ON s.one = a.number
    JOIN entries b ON b.number = s.other JOIN sources o ON o.name = b.source
    JOIN stories t ON t.id = b.story
  WHERE a.story = ?1 AND b.story <> ?1 AND a.withdrawn IS NULL AND b.withdrawn IS NULL
    AND t.hidden IS NULL
  ORDER BY b.number"""


class Siblings:
    """The part of the store that links translations."""

    _db: Database

    def declare(self, source: str, id: str, addresses: Collection[str]) -> None:  # noqa: A002
        self._db.run("DELETE FROM declarations WHERE source = ? AND id = ?", (source, id))
        insert = "INSERT INTO declarations (source, id, address) VALUES (?, ?, ?)"
        self._db.many(insert, [(source, id, each) for each in addresses])

    def declared(self, source: str, id: str, address: str | None) -> list[Stored]:  # noqa: A002
        rows = self._db.rows(_OF_EACH_OTHER, (source, id))
        if address is not None:
            rows += self._db.rows(_DECLARING, (address,))
        return [stored(row) for row in rows]

    def abroad(
        self, sources: Collection[str], language: str, since: datetime, until: datetime
    ) -> list[Stored]:
        span = time_text(since), time_text(until)
        rows = (self._db.rows(_ABROAD, (each, *span, language, _MANY)) for each in sources)
        return [stored(row) for found in rows for row in found]

    def link(self, one: Entry, other: Entry, score: float) -> bool:
        first, second = self._number(one), self._number(other)
        sides = (first, tongue(other.language), second), (second, tongue(one.language), first)
        linked = [self._linked(here, language) for here, language, _ in sides]
        if any(known is not None and known[1] >= score for known in linked):
            return False
        for (here, _, _), known in zip(sides, linked, strict=True):
            if known is not None:
                delete = "DELETE FROM siblings WHERE (one, other) IN ((?1, ?2), (?2, ?1))"
                self._db.run(delete, (here, known[0]))
        insert = "INSERT INTO siblings (one, language, other, score) VALUES (?, ?, ?, ?)"
        self._db.many(insert, [(*side, score) for side in sides])
        return True

    def _number(self, entry: Entry) -> int:
        number: int = self._db.value(_NUMBER, (entry.source, entry.id))
        return number

    def _linked(self, number: int, language: str) -> Row | None:
        found = "SELECT other, score FROM siblings WHERE one = ? AND language = ?"
        return self._db.row(found, (number, language))

    def translations(self, story: str) -> list[tuple[Translation, str]]:
        rows = ((entry_of(record), there) for record, there in self._db.rows(_SHOWN, (story,)))
        return [
            (Translation(language=entry.language, url=entry.url), there)
            for entry, there in rows
            if entry.url is not None
        ]
