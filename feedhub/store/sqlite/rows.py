"""Rows of entries, as the parts of the store read them."""

from feedhub.model import Stored
from feedhub.store.records import entry_of, time_of
from feedhub.store.sqlite.database import Row

STORED = "SELECT e.record, e.content, e.story, e.reason, e.score, e.withdrawn FROM entries e"
"""The beginning of a query whose rows `stored` reads."""


def stored(row: Row) -> Stored:
    record, content, story, reason, score, withdrawn = row
    return Stored(
        entry=entry_of(record, content),
        story=story,
        reason=reason,
        score=score,
        withdrawn=None if withdrawn is None else time_of(withdrawn),
    )
