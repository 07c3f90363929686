"""Full-text search in SQLite: the newest stories that have all the words, or parts of them.

Newest first, since the index can be read in that order: an answer costs what it shows, not what
matches. Entries are indexed after they are kept, when there is time: that costs as much as all else.
"""

import re
from collections.abc import Collection, Iterator

from feedhub.dedupe.identity import body
from feedhub.html import one_line
from feedhub.store.records import entry_of
from feedhub.store.sqlite.database import Database

MAX_WORDS = 8
MAX_TEXT = 10_000
"""Characters of a text that are searched by word; by parts only title and excerpt are."""
HURRY = 100
"""Entries that a search waits for, the newest, when they are not indexed yet."""

_WORD = re.compile(r"\w{1,40}")
_TRIGRAM = 3

# A word that is found in no form is cut by its ending: inflections share this much.
_STEM = 0.7
_SHORTEST = 4

_STORIES = """
  SELECT e.story FROM {index} i JOIN entries e ON e.number = i.rowid
  WHERE i.{index} MATCH ? AND e.withdrawn IS NULL
    AND EXISTS (SELECT 1 FROM listing l WHERE l.story = e.story AND l.published IS NOT NULL)
  ORDER BY i.rowid DESC LIMIT ?"""
_INDEX_LATER = "INSERT OR IGNORE INTO unindexed (entry) VALUES (?)"
_WAITING = "SELECT entry FROM unindexed ORDER BY entry DESC LIMIT ?"
_RECORD = "SELECT record, content FROM entries WHERE number = ?"
_ADD_WORDS = "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)"
_ADD_PARTS = "INSERT INTO parts (rowid, title, text) VALUES (?, ?, ?)"
_IN_WORDS = _STORIES.replace("{index}", "words")
_IN_PARTS = _STORIES.replace("{index}", "parts")

# A story may have several entries that match.
_MEMBERS = 4


class SearchIndex:
    """The part of the store that finds stories by their words."""

    _db: Database

    def search(self, query: str, *, limit: int) -> list[str]:
        self.index(limit=HURRY)
        found: dict[str, None] = {}
        for statement, match in _questions(query):
            stories = self._db.column(statement, (match, limit * _MEMBERS))
            found.update(dict.fromkeys(stories))
            if len(found) >= limit:
                break
        return list(found)[:limit]

    def index(self, *, limit: int) -> int:
        numbers = self._db.column(_WAITING, (limit,))
        if numbers:
            with self._db.transaction():
                self._index(numbers)
        return len(numbers)

    def _index(self, numbers: Collection[int]) -> None:
        for number in numbers:
            entry = entry_of(*self._db.rows(_RECORD, (number,))[0])
            self._db.run(_ADD_WORDS, (number, entry.title, one_line(body(entry)[:MAX_TEXT])))
            self._db.run(_ADD_PARTS, (number, entry.title, entry.excerpt))
        delete = "DELETE FROM unindexed WHERE entry = ?"
        self._db.many(delete, [(number,) for number in numbers])

    def _index_later(self, number: int) -> None:
        self._db.later(_INDEX_LATER, (number,))

    def _forget_words(self, number: int) -> None:
        self._db.run("DELETE FROM words WHERE rowid = ?", (number,))
        self._db.run("DELETE FROM parts WHERE rowid = ?", (number,))


def _questions(query: str) -> Iterator[tuple[str, str]]:
    """Statements with what they match, strictest first: beginnings, parts, and shorter beginnings."""
    words = [word.casefold() for word in _WORD.findall(query)][:MAX_WORDS]
    if not words:
        return
    yield _IN_WORDS, " ".join(f'"{word}"*' for word in words)
    if min(map(len, words)) >= _TRIGRAM:
        yield _IN_PARTS, " ".join(f'"{word}"' for word in words)
    stems = [word[: max(_SHORTEST, round(_STEM * len(word)))] for word in words]
    if stems != words:
        yield _IN_WORDS, " ".join(f'"{stem}"*' for stem in stems)
