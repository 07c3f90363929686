"""Looking into feedparser's records: whatever stands under a key is had in its kind, or not at all.

An element that feedparser does not know becomes a text under its own name, and `<tags>`, `<links>`
and `<image>` are such names in real feeds, beside the lists and records that it keeps there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]


def listed(record: Record, key: str) -> Sequence[Record]:
    """The records under a key, as plain ones: feedparser's own take ten times as long to look into."""
    values = record.get(key)
    return [dict(each) for each in values if isinstance(each, dict)] if values else ()


def detail(record: Record, key: str) -> Record | None:
    """The record under a key."""
    value = record.get(key)
    return dict(value) if isinstance(value, dict) else None


def text(record: Record, key: str) -> str | None:
    """The characters under a key, unless there are none."""
    value = record.get(key)
    return value or None if isinstance(value, str) else None
