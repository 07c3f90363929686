"""The journal in SQLite: what became of every item, for as long as it is asked for."""

from collections.abc import Iterable
from datetime import datetime

from feedhub.model import Happening
from feedhub.store.records import time_of, time_text
from feedhub.store.sqlite.database import Database, Row

_LINE = "SELECT time, source, item, step, text FROM journal"


class Journal:
    """The part of the store that keeps the journal."""

    _db: Database

    def log(self, happenings: Iterable[Happening]) -> None:
        insert = "INSERT INTO journal (time, source, item, step, text) VALUES (?, ?, ?, ?, ?)"
        rows = [
            (time_text(each.time), each.source, each.item, each.step, each.text)
            for each in happenings
        ]
        self._db.many(insert, rows)

    def logged(self, source: str, item: str) -> list[Happening]:
        found = f"{_LINE} WHERE item = ? AND source = ? ORDER BY number"
        return [_happening(row) for row in self._db.rows(found, (item, source))]

    def logged_anywhere(self, item: str) -> list[Happening]:
        found = f"{_LINE} WHERE item = ? ORDER BY number"
        return [_happening(row) for row in self._db.rows(found, (item,))]

    def forget(self, before: datetime) -> None:
        for table in ("journal", "deletions"):
            self._db.run(f"DELETE FROM {table} WHERE time < ?", (time_text(before),))  # noqa: S608


def _happening(row: Row) -> Happening:
    time, source, item, step, text = row
    return Happening(time=time_of(time), source=source, item=item, step=step, text=text)
