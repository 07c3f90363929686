"""Translations in SQLite: which entries are linked, and which addresses were declared."""

import json
from array import array
from collections.abc import Collection, Sequence
from datetime import datetime

from feedhub.dedupe.siblings import tongue
from feedhub.model import Entry, Kin
from feedhub.store.records import time_text
from feedhub.store.sqlite.database import Database, Row

# Entries that a translation is looked for among.
_MANY = 200

_KIN = "SELECT e.source, e.id, e.story, c.language, c.picture, c.clues"
_ABROAD = f"""{_KIN}
  FROM json_each(?) o JOIN tongues t ON t.source = o.value AND t.language <> ?
    JOIN clues c ON c.source = t.source AND c.language = t.language
      AND c.published BETWEEN ? AND ?
    JOIN entries e ON e.number = c.entry
  WHERE e.withdrawn IS NULL AND c.clues <> x'' ORDER BY c.published DESC, c.entry LIMIT {_MANY}"""
_ITS_CLUES = """clues c ON c.source = e.source AND c.language = e.language
    AND c.published = e.published AND c.entry = e.number"""
_OF_EACH_OTHER = f"""{_KIN}
  FROM declarations d JOIN entries e ON e.canonical_url = d.address JOIN {_ITS_CLUES}
  WHERE d.source = ?1 AND d.id = ?2 AND e.withdrawn IS NULL"""
_DECLARING = f"""{_KIN}
  FROM declarations d JOIN entries e ON e.source = d.source AND e.id = d.id JOIN {_ITS_CLUES}
  WHERE d.address = ? AND e.withdrawn IS NULL"""
_IN_DECLARATIONS = """
  SELECT id FROM declarations WHERE source = ? AND id IN (SELECT value FROM json_each(?))
  UNION SELECT address FROM declarations WHERE address IN (SELECT value FROM json_each(?))"""
_REMEMBER = """
  INSERT INTO clues (source, language, published, entry, picture, clues)
  VALUES (?, ?, ?, ?, ?, ?)"""
_FORGET = """
  DELETE FROM clues WHERE source = ? AND language = ? AND published = ? AND entry = ?"""
_SPEAK = "INSERT OR IGNORE INTO tongues (source, language) VALUES (?, ?)"
_NUMBER = "SELECT number FROM entries WHERE source = ? AND id = ?"


class Siblings:
    """The part of the store that links translations."""

    _db: Database

    def declare(self, source: str, id: str, addresses: Collection[str]) -> None:  # noqa: A002
        self._db.run("DELETE FROM declarations WHERE source = ? AND id = ?", (source, id))
        insert = "INSERT INTO declarations (source, id, address) VALUES (?, ?, ?)"
        self._db.many(insert, [(source, id, each) for each in addresses])

    def in_declarations(
        self, source: str, ids: Collection[str], addresses: Collection[str]
    ) -> set[str]:
        names = json.dumps([*ids]), json.dumps([*addresses])
        return set(self._db.column(_IN_DECLARATIONS, (source, *names)))

    def declared(self, source: str, id: str, address: str | None) -> list[Kin]:  # noqa: A002
        self._db.catch_up()
        rows = self._db.rows(_OF_EACH_OTHER, (source, id))
        if address is not None:
            rows += self._db.rows(_DECLARING, (address,))
        return list(map(_kin, rows))

    def abroad(
        self, sources: Collection[str], language: str, since: datetime, until: datetime
    ) -> list[Kin]:
        self._db.catch_up()
        span = time_text(since), time_text(until)
        return list(map(_kin, self._db.rows(_ABROAD, (json.dumps([*sources]), language, *span))))

    def _remember_clues(self, number: int, entry: Entry, clues: Sequence[int]) -> None:
        spoken = entry.source, entry.language
        self._db.later(_SPEAK, spoken)
        packed = array("I", clues).tobytes()
        row = (*spoken, time_text(entry.published), number, entry.image, packed)
        self._db.later(_REMEMBER, row)

    def _forget_clues(self, number: int, *about: str) -> None:
        """About the entry: source, language and publication."""
        self._db.catch_up()
        self._db.run(_FORGET, (*about, number))

    def link(self, one: Kin, other: Kin, score: float) -> bool:
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

    def _number(self, entry: Kin) -> int:
        number: int = self._db.value(_NUMBER, (entry.source, entry.id))
        return number

    def _linked(self, number: int, language: str) -> Row | None:
        found = "SELECT other, score FROM siblings WHERE one = ? AND language = ?"
        return self._db.row(found, (number, language))


def _kin(row: Row) -> Kin:
    *about, packed = row
    source, name, story, language, picture = about
    return Kin(
        source=source,
        id=name,
        story=story,
        language=language,
        picture=picture,
        clues=frozenset(array("I", packed)),
    )
