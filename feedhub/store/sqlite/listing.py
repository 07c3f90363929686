"""Channels in SQLite: which stories stand where, newest first."""

from collections.abc import Collection, Iterator
from datetime import datetime

from feedhub.model import Story
from feedhub.store import Listed
from feedhub.store.records import time_of, time_text
from feedhub.store.sqlite.database import Database
from feedhub.store.sqlite.volumes import Volumes

_NEWEST = """
  SELECT story FROM listing WHERE channel = ? ORDER BY published DESC, story LIMIT ? OFFSET ?"""
_RANKED = (
    "SELECT story, source FROM listing WHERE channel = ? ORDER BY published DESC, story LIMIT ?"
)
_LIST = "INSERT INTO listing (channel, published, story, source) VALUES (?, ?, ?, ?)"
_DELETE = """
  INSERT INTO deletions (channel, story, time) VALUES (?, ?, ?)
  ON CONFLICT (channel, story) DO UPDATE SET time = excluded.time"""

# To fill a channel with limited shares so many times its length is read at most.
_REACH = 20


class Listing(Volumes):
    """The part of the store that knows what stands in which channel."""

    _db: Database

    def list_story(
        self, story: Story, channels: Collection[str], *, rank: datetime | None = None
    ) -> set[str]:
        before = self._taken_out(story.id)
        self._db.many(_LIST, list(_places(story, channels, rank)))
        revive = "DELETE FROM deletions WHERE channel = ? AND story = ?"
        self._db.many(revive, [(channel, story.id) for channel in channels])
        self._announce([(channel, story.id) for channel in sorted(channels)])
        self._touch_story(story.id, before, channels)
        return before

    def list_new(self, stories: Collection[Listed]) -> None:
        self._db.many(_LIST, [place for each in stories for place in _places(*each)])
        self._announce(
            [(each, story.id) for story, channels, _ in stories for each in sorted(channels)]
        )
        everywhere = {channel for _, channels, _ in stories for channel in channels}
        self.touch((channel, None) for channel in sorted(everywhere))

    def unlist_story(self, story: str, *, now: datetime | None = None) -> set[str]:
        before = self._taken_out(story)
        if now is not None:
            self._db.many(_DELETE, [(each, story, time_text(now)) for each in sorted(before)])
        self._touch_story(story, before, ())
        return before

    def _taken_out(self, story: str) -> set[str]:
        return set(
            self._db.column("DELETE FROM listing WHERE story = ? RETURNING channel", (story,))
        )

    def deletions(self, channel: str, *, since: datetime) -> list[tuple[str, datetime]]:
        rows = self._db.rows(
            "SELECT story, time FROM deletions WHERE channel = ? AND time >= ? ORDER BY time, story",
            (channel, time_text(since)),
        )
        return [(story, time_of(time)) for story, time in rows]

    def listed(
        self, channel: str, *, limit: int, offset: int = 0, per_source: int | None = None
    ) -> list[str]:
        if per_source is None or not limit:
            return self._db.column(_NEWEST, (channel, limit or -1, offset))
        return list(self._shared_out(channel, limit, per_source))

    def _shared_out(self, channel: str, limit: int, per_source: int) -> Iterator[str]:
        taken: dict[str, int] = {}
        for story, source in self._db.rows(_RANKED, (channel, limit * _REACH)):
            taken[source] = taken.get(source, 0) + 1
            if taken[source] <= per_source:
                yield story
                limit -= 1
            if not limit:
                return

    def channels_with(self, story: str) -> list[str]:
        found = "SELECT channel FROM listing WHERE story = ? ORDER BY channel"
        return self._db.column(found, (story,))

    def every_story(self) -> Iterator[str]:
        return iter(self._db.column("SELECT id FROM stories ORDER BY first_published, id"))


def _places(
    story: Story, channels: Collection[str], rank: datetime | None
) -> Iterator[tuple[str, ...]]:
    published = time_text(rank or story.published)
    return ((each, published, story.id, story.face.source) for each in channels)
