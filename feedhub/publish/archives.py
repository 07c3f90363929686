"""How a channel's whole history is bound into volumes: RFC 5005 section 4 (pure).

A volume is an archive document. A story is put into the channel's newest volume when the channel
first shows it, and stays there for ever: what is withdrawn leaves a gap, what comes later goes into
a later volume. So a volume is closed as soon as another one follows it, and from then on its set of
entries never grows, whatever dates its stories have. The newest volume is still open: its stories
stand in the channel's feed as well, so that nobody who follows the feed and its closed volumes
misses one.

Volumes are small, and of one month: 2026/11/1, 2026/11/2, 2026/12/1 …
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

VOLUME_SIZE = 50
"""Stories that are ever put into one volume; another number would move no story bound before."""


class Volume(NamedTuple):
    """One volume; volumes of a channel are ordered as they were begun."""

    year: int
    month: int
    number: int

    @property
    def path(self) -> str:
        """Of the document, below the channel's prefix."""
        return f"archive/{self.year:04}/{self.month:02}/{self.number}/atom.xml"


class Shelf(NamedTuple):
    """A volume with those that stand beside it, where there are any."""

    volume: Volume
    previous: Volume | None = None
    following: Volume | None = None

    @property
    def closed(self) -> bool:
        return self.following is not None


def volume_for(last: Volume | None, held: int, *, now: datetime) -> Volume:
    """Where a story goes that the channel now shows for the first time.

    `last` is the channel's newest volume and `held` how many stories were ever put into it.
    """
    this_month = Volume(now.year, now.month, 1)
    if last is None or last[:2] < this_month[:2]:
        return this_month
    # Also when the clock was set back: no volume is begun before the last one.
    return last if held < VOLUME_SIZE else last._replace(number=last.number + 1)


def feed_stories(newest: Sequence[str], unbound: Collection[str], *, limit: int) -> list[str]:
    """The ids that a channel's feed shows: those in the open volume, then the newest others.

    At most `limit`, unless the open volume alone holds more.
    """
    others = [each for each in newest if each not in unbound]
    return [*unbound, *others[: max(0, limit - len(unbound))]]
