"""The store in one SQLite file: the default, enough for hundreds of organizations."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from feedhub.model import Memory
from feedhub.store.records import memory_json, memory_of
from feedhub.store.sqlite.database import Database
from feedhub.store.sqlite.entries import Entries
from feedhub.store.sqlite.groups import Groups
from feedhub.store.sqlite.journal import Journal
from feedhub.store.sqlite.moderation import Moderation
from feedhub.store.sqlite.pages import Pages
from feedhub.store.sqlite.retention import Retention
from feedhub.store.sqlite.subscriptions import Subscriptions

FILE = "feedhub.sqlite3"


class SqliteStore(Entries, Groups, Retention, Moderation, Journal, Pages, Subscriptions):
    """A `Store` in one file of the state folder. Raises StoreError when it cannot be used."""

    def __init__(self, state: Path) -> None:
        self._db = Database(state / FILE)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._db.transaction(), self._gathering():
            yield

    def close(self) -> None:
        self._db.close()

    def configure(self, sources: Collection[str]) -> None:
        self._db.run("DELETE FROM sources")
        self._db.many("INSERT INTO sources (name) VALUES (?)", [(name,) for name in sources])

    def memories(self) -> dict[str, Memory]:
        rows = self._db.rows("SELECT source, record FROM memories")
        return {source: memory_of(record) for source, record in rows}

    def remember(self, memory: Memory) -> None:
        row = (memory.source, memory_json(memory))
        self._db.run("INSERT OR REPLACE INTO memories (source, record) VALUES (?, ?)", row)

    def request(self, sources: Iterable[str]) -> None:
        insert = "INSERT OR IGNORE INTO requests (source) VALUES (?)"
        self._db.many(insert, [(name,) for name in sources])

    def requested(self) -> set[str]:
        # Reading first keeps the usual, empty case free of a write.
        if self._db.row("SELECT 1 FROM requests LIMIT 1") is None:
            return set()
        return set(self._db.column("DELETE FROM requests RETURNING source"))

    def fact(self, name: str) -> str | None:
        value: str | None = self._db.value("SELECT value FROM facts WHERE name = ?", (name,))
        return value

    def note(self, name: str, value: str) -> None:
        self._db.run("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (name, value))
