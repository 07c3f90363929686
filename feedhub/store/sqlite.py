"""The store in one SQLite file: the default, enough for hundreds of organizations."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path

from feedhub.model import Entry, Group, Memory, Neighbours, Stored, Verdict
from feedhub.store import StoreError
from feedhub.store.records import (
    entry_json,
    entry_of,
    memory_json,
    memory_of,
    time_of,
    time_text,
)

# How long to wait for another process (a backup, a command) to let go of the file.
_PATIENCE_SECONDS = 30

_STORED = "SELECT e.record, e.story, e.reason, e.score, e.withdrawn FROM entries e"

_SAME = f"{_STORED} WHERE e.source = ? AND e.id = ?"
_BY_ALIAS = f"{_STORED} JOIN aliases a ON a.source = e.source AND a.id = e.id WHERE a.source = ? AND a.alias = ?"
_BY_ADDRESS = f"{_STORED} WHERE e.canonical_url = ? ORDER BY e.number"
_MEMBERS = f"""{_STORED} JOIN sources s ON s.name = e.source
  WHERE e.story = ? AND e.withdrawn IS NULL ORDER BY e.number"""
_KEEP = """
  INSERT INTO entries (source, id, canonical_url, published, story, reason, score, record)
  VALUES (:source, :id, :canonical_url, :published, :story, :reason, :score, :record)
  ON CONFLICT (source, id) DO UPDATE SET canonical_url = excluded.canonical_url,
    published = excluded.published, story = excluded.story, reason = excluded.reason, score = excluded.score,
    record = excluded.record, withdrawn = NULL"""
_NEWEST = """
  SELECT story FROM listing WHERE channel = ? ORDER BY published DESC, story LIMIT ? OFFSET ?"""


FILE = "feedhub.sqlite3"


class SqliteStore:
    """A `Store` in one file of the state folder. Raises StoreError when it cannot be used."""

    def __init__(self, state: Path) -> None:
        self._path = path = state / FILE
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _opened(path)
            _upgrade(self._db, path)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(_explained(path, error)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(_explained(self._path, error)) from error

    def close(self) -> None:
        self._db.close()

    def configure(self, sources: Collection[str]) -> None:
        self._db.execute("DELETE FROM sources")
        self._db.executemany("INSERT INTO sources (name) VALUES (?)", [(name,) for name in sources])

    def memories(self) -> dict[str, Memory]:
        rows = self._db.execute("SELECT source, record FROM memories")
        return {source: memory_of(record) for source, record in rows}

    def remember(self, memory: Memory) -> None:
        row = (memory.source, memory_json(memory))
        self._db.execute("INSERT OR REPLACE INTO memories (source, record) VALUES (?, ?)", row)

    def neighbours(self, entry: Entry) -> Neighbours:
        key = (entry.source, entry.id)
        same = self._one(_SAME, *key) or self._one(_BY_ALIAS, *key)
        if entry.canonical_url is None:
            return Neighbours(same=same)
        near = [_stored(row) for row in self._db.execute(_BY_ADDRESS, (entry.canonical_url,))]
        own = [each for each in near if each.entry.source == entry.source]
        return Neighbours(
            same=same,
            churned=own[0] if own else None,
            elsewhere=tuple(each for each in near if each.entry.source != entry.source),
        )

    def settle(self, verdict: Verdict, *, now: datetime) -> None:
        entry = verdict.entry
        first = "INSERT OR IGNORE INTO stories (id, first_published) VALUES (?, ?)"
        self._db.execute(first, (verdict.story, time_text(now)))
        values = {
            "source": entry.source,
            "id": entry.id,
            "canonical_url": entry.canonical_url,
            "published": time_text(entry.published),
            "story": verdict.story,
            "reason": verdict.reason,
            "score": verdict.score,
            "record": entry_json(entry),
        }
        self._db.execute(_KEEP, values)
        if verdict.alias is not None:
            alias = "INSERT OR REPLACE INTO aliases (source, alias, id) VALUES (?, ?, ?)"
            self._db.execute(alias, (entry.source, verdict.alias, entry.id))

    def withdraw(self, source: str, present: Collection[str], *, now: datetime) -> list[str]:
        there = "SELECT id, story FROM entries WHERE source = ? AND withdrawn IS NULL"
        absent = [row for row in self._db.execute(there, (source,)) if row[0] not in present]
        update = "UPDATE entries SET withdrawn = ? WHERE source = ? AND id = ?"
        self._db.executemany(update, [(time_text(now), source, each) for each, _ in absent])
        return [story for _, story in absent]

    def groups(self, stories: Iterable[str]) -> list[Group]:
        found = (self._group(story) for story in stories)
        return [group for group in found if group is not None]

    def _group(self, story: str) -> Group | None:
        members = tuple(_stored(row) for row in self._db.execute(_MEMBERS, (story,)))
        if not members:
            return None
        first = self._value("SELECT first_published FROM stories WHERE id = ?", story)
        return Group(story=story, first_published=time_of(first or ""), members=members)

    def every_story(self) -> Iterator[str]:
        rows = self._db.execute("SELECT id FROM stories ORDER BY first_published, id").fetchall()
        return (story for (story,) in rows)

    def list_story(self, story: str, published: datetime, channels: Collection[str]) -> set[str]:
        before = self.unlist_story(story)
        rows = [(channel, time_text(published), story) for channel in channels]
        self._db.executemany(
            "INSERT INTO listing (channel, published, story) VALUES (?, ?, ?)", rows
        )
        return before

    def unlist_story(self, story: str) -> set[str]:
        removal = "DELETE FROM listing WHERE story = ? RETURNING channel"
        return {row[0] for row in self._db.execute(removal, (story,)).fetchall()}

    def listed(self, channel: str, *, limit: int, offset: int = 0) -> list[str]:
        return [row[0] for row in self._db.execute(_NEWEST, (channel, limit or -1, offset))]

    def entries(self, *, source: str | None = None, limit: int = 0) -> Iterator[Stored]:
        where = "WHERE e.source = ?" if source else "WHERE ? IS NULL"
        newest = f"{_STORED} {where} ORDER BY e.published DESC, e.number LIMIT ?"
        return map(_stored, self._db.execute(newest, (source, limit or -1)))

    def counts(self) -> dict[str, int]:
        rows = self._db.execute(
            "SELECT source, count(*) FROM entries WHERE withdrawn IS NULL GROUP BY source"
        )
        return dict(rows.fetchall())

    def request(self, sources: Iterable[str]) -> None:
        insert = "INSERT OR IGNORE INTO requests (source) VALUES (?)"
        self._db.executemany(insert, [(name,) for name in sources])

    def requested(self) -> set[str]:
        # Reading first keeps the usual, empty case free of a write.
        if self._value("SELECT 1 FROM requests LIMIT 1") is None:
            return set()
        taken = self._db.execute("DELETE FROM requests RETURNING source")
        return {row[0] for row in taken.fetchall()}

    def fact(self, name: str) -> str | None:
        return self._value("SELECT value FROM facts WHERE name = ?", name)

    def note(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (name, value))

    def _one(self, query: str, *values: str) -> Stored | None:
        row = self._db.execute(query, values).fetchone()
        return None if row is None else _stored(row)

    def _value(self, query: str, *values: str) -> str | None:
        row = self._db.execute(query, values).fetchone()
        return None if row is None else str(row[0])


_Row = tuple[str, str, str, float, str | None]


def _stored(row: _Row) -> Stored:
    record, story, reason, score, withdrawn = row
    return Stored(
        entry=entry_of(record),
        story=story,
        reason=reason,
        score=score,
        withdrawn=None if withdrawn is None else time_of(withdrawn),
    )


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that commits only when told, shared between threads that take turns."""
    db = sqlite3.connect(
        path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
    )
    db.execute("PRAGMA journal_mode = WAL")
    # What WAL may lose to a power cut is polled again and gets the same ids.
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _upgrade(db: sqlite3.Connection, path: Path) -> None:
    """Run the numbered migrations that this file has not seen, each in one transaction."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    steps = _migrations()
    if version > len(steps):
        raise StoreError(
            f"{path}: was written by a newer feedhub (schema {version}, this one knows "
            f"{len(steps)}); install that version again, or restore an older copy of the file"
        )
    for number, script in enumerate(steps[version:], start=version + 1):
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


def _migrations() -> list[str]:
    folder = resources.files("feedhub.store") / "schema" / "sqlite"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return [file.read_text("utf-8") for file in files if file.name.endswith(".sql")]


def _explained(path: Path, error: Exception) -> str:
    """What is wrong with the file and what to do, in a sentence."""
    said = str(error)
    if "locked" in said:
        return f"{path}: another program holds the file; wait for it, or stop it"
    if "malformed" in said or "not a database" in said:
        return (
            f"{path}: the file is damaged ({said}); nothing was written to it. Set it aside and "
            "restore a copy, or start with an empty store: the partners are then polled anew"
        )
    return f"{path}: the store cannot be used ({said}); check the folder's rights and free space"
