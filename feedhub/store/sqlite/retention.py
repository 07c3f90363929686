"""Retention in SQLite: what is older than what is kept is emptied, but never forgotten.

The rows stay, so that an item that its source still carries is not taken for a new one.
"""

from datetime import datetime

from feedhub.store import WHOLE
from feedhub.store.records import time_text
from feedhub.store.sqlite.listing import Listing
from feedhub.store.sqlite.search import SearchIndex

_OLD = "SELECT story FROM listing WHERE channel = ? AND published < ? LIMIT ?"
_EMPTY = """
  UPDATE entries SET record = json_set(record, '$.excerpt', ''), content = '' WHERE story = ?"""


class Retention(Listing, SearchIndex):
    """The part of the store that empties what is too old."""

    def outlived(self, before: datetime, *, limit: int) -> list[str]:
        return self._db.column(_OLD, (WHOLE, time_text(before), limit))

    def expire(self, story: str, *, now: datetime) -> None:
        self._db.run("UPDATE stories SET expired = ? WHERE id = ?", (time_text(now), story))
        for number in self._db.column("SELECT number FROM entries WHERE story = ?", (story,)):
            self._forget_words(number)
            self._db.run("DELETE FROM unindexed WHERE entry = ?", (number,))
        self._db.run(_EMPTY, (story,))
        self.unlist_story(story)
