"""The one SQLite file: opened, brought up to date, and its errors put into words."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from feedhub.store import StoreError

# How long to wait for another process (a backup, a command) to let go of the file.
PATIENCE_SECONDS = 30

CACHE_KIB = 16 * 1024
"""What the newest entries touch of the indexes fits into it."""
CHECKPOINT_PAGES = 8_000
"""Changed pages, of 4 KiB each, that may wait to be moved from the log into the file.

With half of it an eighth more is written while a thousand new sources are polled, and with twice as
much hardly less.
"""

Value = str | bytes | int | float | None
Values = Sequence[Value] | dict[str, Value]
Row = tuple[Any, ...]


class Database:
    """Statements in, plain rows out. Raises StoreError when the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._later: dict[str, dict[tuple[Value, ...], None]] = {}
        """Statements that wait, and the rows of each."""
        with self._errors_named():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _opened(path)
            try:
                _upgrade(self._db, path)
            except BaseException:
                self._db.close()
                raise

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(_explained(self._path, error)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an exception inside undoes every statement since its start."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.catch_up()
            self.run("COMMIT")
        except BaseException:
            self._later.clear()
            # A full disk has ended the transaction already.
            if self._db.in_transaction:
                self.run("ROLLBACK")
            raise

    def run(self, statement: str, values: Values = ()) -> None:
        self._execute(statement, values)

    def insert(self, statement: str, values: Values) -> int:
        """Run an INSERT of one row. Returns the row's number; 0 when it was left out."""
        cursor = self._execute(statement, values)
        return (cursor.lastrowid or 0) if cursor.rowcount > 0 else 0

    def changes(self, statement: str, values: Values = ()) -> int:
        """Run the statement. Returns how many rows it changed."""
        return self._execute(statement, values).rowcount

    def many(self, statement: str, rows: Iterable[Values]) -> None:
        try:
            self._db.executemany(statement, rows)
        except sqlite3.Error as error:
            raise StoreError(_explained(self._path, error)) from error

    def later(self, statement: str, row: tuple[Value, ...]) -> None:
        """Run the statement with this row before the transaction ends, together with its others.

        It is one that neither minds what others wait nor when it runs again; what reads its table
        inside of the transaction calls `catch_up` before. Outside of one it runs at once.
        """
        self._later.setdefault(statement, {})[row] = None
        if not self._db.in_transaction:
            self.catch_up()

    def catch_up(self) -> None:
        """Run the statements that wait."""
        while self._later:
            self.many(*self._later.popitem())

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(_explained(self._path, error)) from error

    def _execute(self, statement: str, values: Values) -> sqlite3.Cursor:
        # A `with` block would take as long as the statement: there are many.
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreError(_explained(self._path, error)) from error

    def row(self, statement: str, values: Values = ()) -> Row | None:
        found = self.rows(statement, values)
        return found[0] if found else None

    def value(self, statement: str, values: Values = ()) -> Any:
        """The first column of the first row, None when there is no row."""
        found = self.row(statement, values)
        return None if found is None else found[0]

    def column(self, statement: str, values: Values = ()) -> list[Any]:
        return [row[0] for row in self.rows(statement, values)]

    def each(self, statement: str, values: Values = ()) -> Iterator[Row]:
        """Row by row, for an answer that may be as long as the store."""
        with self._errors_named():
            yield from self._db.execute(statement, values)

    def close(self) -> None:
        self._db.close()


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that commits only when told, shared between threads that take turns."""
    db = sqlite3.connect(
        path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        db.execute("PRAGMA journal_mode = WAL")
        # What WAL may lose to a power cut is polled again and gets the same ids.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    except BaseException:
        db.close()
        raise
    return db


def _upgrade(db: sqlite3.Connection, path: Path) -> None:
    """Run the numbered migrations that this file has not seen, all in one transaction."""
    if _version(db) == len(_migrations()):
        return
    db.execute("BEGIN IMMEDIATE")
    # Another process may have upgraded the file while this one waited.
    version, steps = _version(db), _migrations()
    if version > len(steps):
        raise StoreError(
            f"{path}: was written by a newer feedhub (schema {version}, this one knows "
            f"{len(steps)}); install that version again, or restore an older copy of the file"
        )
    for script in steps[version:]:
        for statement in _statements(script):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {len(steps)}")
    db.execute("COMMIT")


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _migrations() -> list[str]:
    folder = resources.files("feedhub.store") / "schema" / "sqlite"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return [file.read_text("utf-8") for file in files if file.name.endswith(".sql")]


_SENTENCES = {
    "locked": "another program holds the file; wait for it, or stop it",
    "readonly": "the file or its folder may not be written to; mend their rights",
    "disk is full": "the disk is full; make room. What was published stays as it is",
}


def _explained(path: Path, error: Exception) -> str:
    """What is wrong with the file and what to do, in a sentence."""
    said = str(error)
    for sign, sentence in _SENTENCES.items():
        if sign in said:
            return f"{path}: {sentence}"
    if "malformed" in said or "not a database" in said:
        return (
            f"{path}: the file is damaged ({said}); nothing was written to it. Set it aside and "
            "restore a copy, or start with an empty store: the partners are then polled anew"
        )
    return f"{path}: the store cannot be used ({said}); check the folder's rights and free space"
