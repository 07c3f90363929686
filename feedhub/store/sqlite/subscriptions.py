"""News of the feeds in SQLite, and who is to be told of them.

A feed's news are counted, and every subscriber's share is a count too: so what is owed to whom is
one comparison, whatever was under way when the program ended.
"""

from collections.abc import Mapping
from datetime import datetime

from feedhub.model import Delivery, Subscription
from feedhub.store.records import time_of, time_text
from feedhub.store.sqlite.database import Database

_NOTE = """
  INSERT INTO topics (address, digest, news, changed) VALUES (?, ?, 1, ?)
  ON CONFLICT (address) DO UPDATE
  SET digest = excluded.digest, news = news + 1, changed = excluded.changed
  WHERE digest <> excluded.digest RETURNING address"""
_UNTOLD = "SELECT address, news FROM topics WHERE pinged < news AND changed >= ? ORDER BY address"
_IS_KNOWN = "SELECT 1 FROM subscriptions WHERE topic = ? AND callback = ?"
_KEEP = """
  INSERT INTO subscriptions (topic, callback, host, secret, expires, told, again)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (topic, callback) DO UPDATE SET
    secret = excluded.secret, expires = excluded.expires, failures = 0, again = excluded.again"""
_OWED = """
  FROM subscriptions s JOIN topics t ON t.address = s.topic
  WHERE s.told < t.news AND s.expires > ?1"""
# Who takes what it is given comes before who did not, else one after the other.
_DUE = f"""
  SELECT s.topic, s.callback, s.host {_OWED} AND s.again <= ?1
  ORDER BY s.failures > 0, s.told, s.topic, s.callback"""
_NEXT = f"SELECT min(s.again) {_OWED} AND s.again > ?1"
_DELIVERY = f"""
  SELECT s.topic, s.callback, s.host, s.secret, s.expires, t.news, t.changed, s.failures
  {_OWED} AND s.again <= ?1 AND s.topic = ?2 AND s.callback = ?3"""
_SETTLE = """
  UPDATE subscriptions SET told = max(told, ?), failures = ?, again = ?
  WHERE topic = ? AND callback = ?"""


class Subscriptions:
    """The part of the store that knows whom to tell of what."""

    _db: Database

    def note_news(self, digests: Mapping[str, str], *, now: datetime) -> set[str]:
        rows = (
            self._db.row(_NOTE, (topic, digest, time_text(now)))
            for topic, digest in digests.items()
        )
        return {row[0] for row in rows if row}

    def news(self, topic: str) -> int:
        return self._db.value("SELECT news FROM topics WHERE address = ?", (topic,)) or 0

    def untold(self, since: datetime) -> dict[str, int]:
        return dict(self._db.rows(_UNTOLD, (time_text(since),)))

    def told(self, topic: str, news: int) -> None:
        self._db.run("UPDATE topics SET pinged = ? WHERE address = ?", (news, topic))

    def subscribe(
        self, subscription: Subscription, news: int, *, most: int, most_at_host: int, now: datetime
    ) -> bool:
        each = subscription
        if self._db.row(_IS_KNOWN, (each.topic, each.callback)) is None:
            count = "SELECT count(*), sum(host = ?) FROM subscriptions"
            every, at_host = self._db.rows(count, (each.host,))[0]
            if every >= most or (at_host or 0) >= most_at_host:
                return False
        expires, again = time_text(each.expires), time_text(now)
        row = (each.topic, each.callback, each.host, each.secret, expires, news, again)
        self._db.run(_KEEP, row)
        return True

    def unsubscribe(self, topic: str, callback: str) -> None:
        delete = "DELETE FROM subscriptions WHERE topic = ? AND callback = ?"
        self._db.run(delete, (topic, callback))

    def subscribers(self) -> list[tuple[str, str]]:
        return self._db.rows("SELECT topic, callback FROM subscriptions")

    def lapse(self, now: datetime) -> None:
        # Reading first keeps the usual, empty case free of a write.
        end = (time_text(now),)
        if self._db.row("SELECT 1 FROM subscriptions WHERE expires <= ? LIMIT 1", end):
            self._db.run("DELETE FROM subscriptions WHERE expires <= ?", end)

    def owed(self, now: datetime) -> list[tuple[str, str, str]]:
        return self._db.rows(_DUE, (time_text(now),))

    def next_owed(self, now: datetime) -> datetime | None:
        again: str | None = self._db.value(_NEXT, (time_text(now),))
        return None if again is None else time_of(again)

    def delivery(self, topic: str, callback: str, *, now: datetime) -> Delivery | None:
        row = self._db.row(_DELIVERY, (time_text(now), topic, callback))
        if row is None:
            return None
        *_, host, secret, expires, news, changed, failures = row
        to = Subscription(
            topic=topic, callback=callback, host=host, secret=secret, expires=time_of(expires)
        )
        return Delivery(subscription=to, news=news, changed=time_of(changed), failures=failures)

    def settle_delivery(
        self, delivery: Delivery, *, told: bool, failures: int, again: datetime
    ) -> None:
        to = delivery.subscription
        news = delivery.news if told else 0
        self._db.run(_SETTLE, (news, failures, time_text(again), to.topic, to.callback))
