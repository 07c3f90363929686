"""The journal in SQLite: what became of every item, for as long as it is asked for."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from feedhub.model import Happening
from feedhub.store import Lines
from feedhub.store.records import lines_json, lines_of, time_of, time_text
from feedhub.store.sqlite.database import Database, Row

_ROWS = "SELECT time, source, item, lines FROM journal"


class Journal:
    """The part of the store that keeps the journal."""

    _db: Database

    def log(self, lines: Iterable[Lines], *, now: datetime) -> None:
        insert = "INSERT INTO journal (time, source, item, lines) VALUES (?, ?, ?, ?)"
        time = time_text(now)
        said: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for source, item, steps in lines:
            said.setdefault((source, item), []).extend(steps)
        self._db.many(
            insert, [(time, *item, lines_json(steps)) for item, steps in said.items() if steps]
        )

    def logged(self, source: str, item: str) -> list[Happening]:
        found = f"{_ROWS} WHERE item = ? AND source = ? ORDER BY number"
        return [each for row in self._db.rows(found, (item, source)) for each in _happenings(row)]

    def logged_anywhere(self, item: str) -> list[Happening]:
        found = f"{_ROWS} WHERE item = ? ORDER BY number"
        return [each for row in self._db.rows(found, (item,)) for each in _happenings(row)]

    def forget(self, before: datetime) -> None:
        for table in ("journal", "deletions"):
            self._db.run(f"DELETE FROM {table} WHERE time < ?", (time_text(before),))  # noqa: S608
        # Its source may still carry what was taken back with its page.
        self._db.run("DELETE FROM looks WHERE looked < ? AND gone = 0", (time_text(before),))


def _happenings(row: Row) -> Iterator[Happening]:
    time, source, item, lines = row
    for step, text in lines_of(lines):
        yield Happening(time=time_of(time), source=source, item=item, step=step, text=text)
