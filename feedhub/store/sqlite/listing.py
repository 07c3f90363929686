"""Channels in SQLite: which stories stand where, newest first."""

from collections.abc import Collection, Iterator
from datetime import datetime

from feedhub.model import Story
from feedhub.store import Listed
from feedhub.store.records import time_of, time_text
from feedhub.store.sqlite.database import Database
from feedhub.store.sqlite.volumes import Volumes

# What stands nowhere among the newest has no publication there.
_NEWEST = """
  SELECT story FROM listing WHERE channel = ? AND published IS NOT NULL
  ORDER BY published DESC, story LIMIT ? OFFSET ?"""
_RANKED = """
  SELECT story, source FROM listing WHERE channel = ? AND published IS NOT NULL
  ORDER BY published DESC, story LIMIT ?"""
_STANDS_IN = """
  SELECT channel FROM listing WHERE story = ? AND published IS NOT NULL ORDER BY channel"""
_LIST = """
  INSERT INTO listing (story, channel, published, source) VALUES (?, ?, ?, ?)
  ON CONFLICT (story, channel) DO UPDATE SET published = excluded.published, source = excluded.source
  WHERE published IS NOT excluded.published OR source <> excluded.source"""
_UNLIST = "UPDATE listing SET published = NULL WHERE story = ? AND channel = ?"
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
        before = {*self.channels_with(story.id)}
        self._take_out(story.id, before.difference(channels))
        self._db.many(_LIST, _places(story, channels, rank))
        revive = "DELETE FROM deletions WHERE channel = ? AND story = ?"
        self._db.many(revive, [(channel, story.id) for channel in channels])
        self._touch_story(story.id, before, channels)
        return before

    def list_new(self, stories: Collection[Listed]) -> None:
        self._db.many(_LIST, [place for each in stories for place in _places(*each)])
        everywhere = {channel for _, channels, _ in stories for channel in channels}
        self.touch((channel, None) for channel in sorted(everywhere))

    def unlist_story(self, story: str, *, now: datetime | None = None) -> set[str]:
        before = {*self.channels_with(story)}
        self._take_out(story, before)
        if now is not None:
            self._db.many(_DELETE, [(each, story, time_text(now)) for each in sorted(before)])
        self._touch_story(story, before, ())
        return before

    def _take_out(self, story: str, channels: Collection[str]) -> None:
        self._db.many(_UNLIST, [(story, channel) for channel in channels])

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
        return self._db.column(_STANDS_IN, (story,))

    def every_story(self) -> Iterator[str]:
        rows = self._db.each("SELECT id FROM stories ORDER BY first_published, id")
        return (row[0] for row in rows)


def _places(
    story: Story, channels: Collection[str], rank: datetime | None
) -> Iterator[tuple[str, ...]]:
    published = time_text(rank or story.published)
    return ((story.id, each, published, story.face.source) for each in sorted(channels))
