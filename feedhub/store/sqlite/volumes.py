"""The archive in SQLite: which stories are bound in which volume of which channel.

And what of all that is to be rendered anew: it is remembered with the change itself, so that no
crash between the two leaves an output behind what is stored.
"""

from collections.abc import Collection, Iterable, Mapping

from feedhub.store import ARCHIVE_PAGES, WHOLE, Part, Place
from feedhub.store.sqlite.database import Database

_UNBOUND = "SELECT story FROM listing WHERE channel = ? AND year IS NULL ORDER BY number"
_BIND = """
  UPDATE listing SET year = ?, month = ?, volume = ? WHERE story = ? AND channel = ?"""
_LAST = """
  SELECT year, month, volume FROM listing WHERE channel = ? AND year IS NOT NULL
  ORDER BY year DESC, month DESC, volume DESC LIMIT 1"""
_HELD = """
  SELECT count(*) FROM listing WHERE channel = ? AND year = ? AND month = ? AND volume = ?"""
_STANDING = """
  SELECT story FROM listing
  WHERE channel = ? AND year = ? AND month = ? AND volume = ? AND published IS NOT NULL
  ORDER BY number"""
_ALL = """
  SELECT year, month, volume, count(*) FROM listing WHERE channel = ? AND year IS NOT NULL
  GROUP BY year, month, volume ORDER BY year, month, volume"""
_BEFORE = """
  SELECT year, month, volume FROM listing
  WHERE channel = ? AND year IS NOT NULL AND (year, month, volume) < (?, ?, ?)
  ORDER BY year DESC, month DESC, volume DESC LIMIT 1"""
_AFTER = """
  SELECT year, month, volume FROM listing
  WHERE channel = ? AND year IS NOT NULL AND (year, month, volume) > (?, ?, ?)
  ORDER BY year, month, volume LIMIT 1"""
_TOUCH = "INSERT OR IGNORE INTO touched (channel, year, month, volume) VALUES (?, ?, ?, ?)"
_TOUCH_VOLUME = """
  INSERT OR IGNORE INTO touched (channel, year, month, volume)
  SELECT ?, year, month, volume FROM listing
  WHERE channel = ? AND story = ? AND year IS NOT NULL"""
_TOUCH_ALL = """
  INSERT OR IGNORE INTO touched (channel, year, month, volume)
  SELECT DISTINCT ?, year, month, volume FROM listing
  WHERE channel = ? AND year IS NOT NULL"""
_TOUCHED_CHANNELS = "SELECT channel FROM touched WHERE year = 0 ORDER BY channel"
_TOUCHED_VOLUMES = """
  SELECT channel, year, month, volume FROM touched WHERE year > 0
  ORDER BY year, month, volume, channel = '', channel"""
_UNTOUCH = """
  DELETE FROM touched WHERE channel = ? AND year = ? AND month = ? AND volume = ?"""
_ITSELF: Place = (0, 0, 0)


class Volumes:
    """The part of the store that knows the archive."""

    _db: Database
    _changes = 0

    def unbound(self, channel: str) -> list[str]:
        return self._db.column(_UNBOUND, (channel,))

    def bind(self, channel: str, places: Mapping[str, Place]) -> None:
        self._db.many(_BIND, [(*place, story, channel) for story, place in places.items()])
        shown = (channel, ARCHIVE_PAGES) if channel == WHOLE else (channel,)
        self.touch((each, place) for each in shown for place in dict.fromkeys(places.values()))

    def last_volume(self, channel: str) -> tuple[Place | None, int]:
        last: Place | None = self._db.row(_LAST, (channel,))
        return last, self._db.value(_HELD, (channel, *last)) if last else 0

    def volumes(self, channel: str) -> dict[Place, int]:
        rows = self._db.rows(_ALL, (channel,))
        return {(year, month, number): held for year, month, number, held in rows}

    def beside(self, channel: str, volume: Place) -> tuple[Place | None, Place | None]:
        about = (channel, *volume)
        return self._db.row(_BEFORE, about), self._db.row(_AFTER, about)

    def bound(self, channel: str, volume: Place) -> list[str]:
        return self._db.column(_STANDING, (channel, *volume))

    def touch(self, parts: Iterable[Part]) -> None:
        self._db.many(_TOUCH, [(channel, *(place or _ITSELF)) for channel, place in parts])

    def touch_history(self, channels: Iterable[str]) -> None:
        self._db.many(_TOUCH_ALL, [(channel, channel) for channel in channels])
        self._db.run(_TOUCH_ALL, (ARCHIVE_PAGES, WHOLE))

    def edition(self) -> object:
        # The pragma tells what others have written, never what this connection has.
        return self._db.value("PRAGMA data_version"), self._changes

    def touched_channels(self) -> list[str]:
        return self._db.column(_TOUCHED_CHANNELS)

    def touched_volumes(self) -> list[Part]:
        return [(row[0], row[1:]) for row in self._db.rows(_TOUCHED_VOLUMES)]

    def untouch(self, parts: Iterable[Part]) -> None:
        self._db.many(_UNTOUCH, [(channel, *(place or _ITSELF)) for channel, place in parts])

    def _touch_story(self, story: str, before: Collection[str], after: Collection[str]) -> None:
        """What shows the story is to be rendered anew: not a closed volume that keeps it."""
        self._changes += 1
        moved = {*before} ^ {*after}
        self.touch((channel, None) for channel in {*before, *after})
        self._db.many(_TOUCH_VOLUME, [(channel, channel, story) for channel in sorted(moved)])
        self._db.run(_TOUCH_VOLUME, (ARCHIVE_PAGES, WHOLE, story))
