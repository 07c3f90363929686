"""Entries that a source no longer carries: when that means that they were taken back (sync).

An entry scrolls out of a feed at its old end; one that is missing from the midst was deleted. Since
feeds are also cut short and emptied by mistake, it is believed after several polls in a row only,
and not at all when half of the feed is missing.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from datetime import datetime

from feedhub.store import Store

CHECKS = 3
"""Polls in a row that an entry must be missing from."""

# Entries that are kept at the top for years stand at the old end of the window: an entry is in its
# midst when at least this share of the feed is older.
_OLDER = 0.25


def missed(store: Store, source: str, present: Mapping[str, datetime], *, checks: int) -> list[str]:
    """Count what is missing from the midst of a feed; the ids that have been for long enough.

    `present` has the publication of each entry that the feed carries.
    """
    before = store.missing(source)
    absent = _absent(store, source, present)
    counts = {name: before.get(name, 0) + 1 for name in absent}
    store.miss(source, {**dict.fromkeys(before.keys() - counts.keys(), 0), **counts})
    return sorted(name for name, count in counts.items() if count >= checks)


def _absent(store: Store, source: str, present: Mapping[str, datetime]) -> Collection[str]:
    """Entries that the feed should carry, were it whole; none when it lost the half of them."""
    dates = sorted(present.values())
    if not dates:
        return ()
    standing = store.standing(source, since=dates[0])
    absent = [
        name
        for name, published in standing.items()
        if name not in present and bisect_left(dates, published) >= _OLDER * len(dates)
    ]
    return absent if len(absent) < len(dates) else ()


def still_missed(store: Store, source: str, *, checks: int) -> list[str]:
    """The feed is unchanged: what was missing still is. The ids that have been for long enough."""
    counts = {name: count + 1 for name, count in store.missing(source).items()}
    store.miss(source, counts)
    return sorted(name for name, count in counts.items() if count >= checks)
