"""Entries in SQLite: found by id, address and title, kept and withdrawn."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from feedhub.dedupe.identity import title_key
from feedhub.model import Entry, Neighbours, Revision, Stored, Verdict
from feedhub.store.records import edits_json, edits_of, record_json, time_of, time_text
from feedhub.store.sqlite.database import Database, Value
from feedhub.store.sqlite.rows import STORED, stored
from feedhub.store.sqlite.search import SearchIndex
from feedhub.store.sqlite.siblings import Siblings
from feedhub.store.sqlite.sketches import Sketches, packed

MAX_ALIASES = 10
MAX_REVISIONS = 20

# A look-up reads no more than this: at a home page's address there may be thousands of entries.
_NEAR = 20

_SAME = f"{STORED} WHERE e.source = ? AND e.id = ?"
_FORMER = f"""
  {STORED} JOIN aliases a ON a.source = e.source AND a.id = e.id WHERE a.source = ? AND a.alias = ?"""
_AT_ADDRESS = f"""
  {STORED} WHERE e.canonical_url = ? AND e.source = ? AND e.id <> ? ORDER BY e.number DESC LIMIT {_NEAR}"""
_TITLED = f"""
  {STORED} WHERE e.source = ? AND e.title = ? AND e.id <> ? ORDER BY e.number DESC LIMIT {_NEAR}"""
_ELSEWHERE = f"""
  {STORED} WHERE e.canonical_url = ? AND e.source <> ? AND e.withdrawn IS NULL
  ORDER BY e.number LIMIT {_NEAR}"""
_HELD = """
  SELECT e.record, e.content, e.story, e.reason, e.score, e.withdrawn FROM entries e
  WHERE e.source = ? AND e.id IN (SELECT value FROM json_each(?))"""
_SHARED = """
  SELECT id FROM entries WHERE source = ?1 AND id IN (SELECT value FROM json_each(?2))
  UNION ALL SELECT alias FROM aliases
    WHERE source = ?1 AND alias IN (SELECT value FROM json_each(?2))
  UNION ALL SELECT title FROM entries
    WHERE source = ?1 AND title IN (SELECT value FROM json_each(?3))
  UNION ALL SELECT canonical_url FROM entries
    WHERE canonical_url IN (SELECT value FROM json_each(?4))"""
_ADD = """
  INSERT INTO entries
    (source, id, canonical_url, title, language, published, story, reason, score, keys, record,
     content)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, id) DO NOTHING"""
_REPLACE = """
  UPDATE entries SET source = ?, id = ?, canonical_url = ?, title = ?, language = ?, published = ?,
    story = ?, reason = ?, score = ?, keys = ?, record = ?, content = ?, withdrawn = NULL, missing = 0
  WHERE number = ?"""
_INDEXED = """
  SELECT number, language, published, keys FROM entries WHERE source = ? AND id = ?"""
_FIRST = "INSERT OR IGNORE INTO stories (id, first_published, backlog) VALUES (?, ?, ?)"
_STANDING = """
  SELECT id, published FROM entries WHERE source = ? AND withdrawn IS NULL AND published > ?"""
_MISSING = "SELECT id, missing FROM entries WHERE source = ? AND missing > 0 AND withdrawn IS NULL"
_OLDER_REVISIONS = """
  DELETE FROM revisions WHERE number IN (SELECT number FROM revisions
    WHERE source = ?1 AND id = ?2 ORDER BY number DESC LIMIT -1 OFFSET ?3)"""
_OLDER_ALIASES = """
  DELETE FROM aliases WHERE number IN (SELECT number FROM aliases
    WHERE source = ?1 AND id = ?2 ORDER BY number DESC LIMIT -1 OFFSET ?3)"""


class Entries(Sketches, SearchIndex, Siblings):
    """The part of the store that holds entries."""

    _db: Database

    def known(self, source: str, id: str) -> Stored | None:  # noqa: A002
        row = self._db.row(_SAME, (source, id))
        return None if row is None else stored(row)

    def held(self, source: str, ids: Collection[str]) -> dict[str, Stored]:
        found = map(stored, self._db.rows(_HELD, (source, json.dumps([*ids]))))
        return {each.entry.id: each for each in found}

    def unrelated(self, source: str, entries: Collection[Entry]) -> set[str]:
        titles = {each.id: _hashed(title_key(each)) for each in entries}
        addresses = {each.id: each.canonical_url for each in entries}
        about = (json.dumps([*each]) for each in (titles, titles.values(), addresses.values()))
        shared = {*self._db.column(_SHARED, (source, *about))} if entries else set()
        return {name for name in titles if shared.isdisjoint((name, titles[name], addresses[name]))}

    def neighbours(self, entry: Entry) -> Neighbours:
        def found(query: str, *values: str | int) -> tuple[Stored, ...]:
            return tuple(map(stored, self._db.rows(query, values)))

        source, name, address = entry.source, entry.id, entry.canonical_url
        former = self._db.row(_FORMER, (source, name))
        return Neighbours(
            former=None if former is None else stored(former),
            at_address=found(_AT_ADDRESS, address, source, name) if address else (),
            titled=found(_TITLED, source, _hashed(title_key(entry)), name),
            elsewhere=found(_ELSEWHERE, address, source) if address else (),
        )

    def settle(self, verdict: Verdict, *, now: datetime) -> bool:
        self._merge(verdict)
        is_new = self._db.changes(_FIRST, (verdict.story, time_text(now), verdict.backlog)) > 0
        number = self._write(verdict)
        entry, traits = verdict.entry, verdict.traits
        self._remember_sketch(number, entry, traits.keys)
        self._remember_clues(number, entry, traits.clues)
        self._index_later(number)
        self._remember_change(verdict, now)
        return is_new

    def _write(self, verdict: Verdict) -> int:
        """Put the entry into its row. Returns its number."""
        entry = verdict.entry
        row = (
            entry.source,
            entry.id,
            entry.canonical_url,
            _hashed(title_key(entry)),
            entry.language,
            time_text(entry.published),
            verdict.story,
            verdict.reason,
            verdict.score,
            packed(verdict.traits.keys),
            record_json(entry),
            entry.content_html,
        )
        number = self._db.insert(_ADD, row)
        return number or self._overwrite(row, entry)

    def _overwrite(self, row: tuple[Value, ...], entry: Entry) -> int:
        number, language, published, keys = self._db.rows(_INDEXED, (entry.source, entry.id))[0]
        self._forget_sketch(number, published, keys)
        self._forget_clues(number, entry.source, language, published)
        self._forget_words(number)
        self._db.run(_REPLACE, (*row, number))
        return int(number)

    def _merge(self, verdict: Verdict) -> None:
        """Move the entries of stories that are one with this one; what was hidden stays hidden."""
        for story in verdict.merged:
            self._db.run("UPDATE entries SET story = ? WHERE story = ?", (verdict.story, story))
            hide = """UPDATE stories SET hidden = coalesce(hidden,
                (SELECT hidden FROM stories WHERE id = ?)) WHERE id = ?"""
            self._db.run(hide, (story, verdict.story))

    def _remember_change(self, verdict: Verdict, now: datetime) -> None:
        key = verdict.entry.source, verdict.entry.id
        if verdict.alias is not None:
            alias = "INSERT OR REPLACE INTO aliases (source, alias, id) VALUES (?, ?, ?)"
            self._db.run(alias, (key[0], verdict.alias, key[1]))
            self._db.run(_OLDER_ALIASES, (*key, MAX_ALIASES))
        if verdict.edits:
            revision = "INSERT INTO revisions (source, id, time, edits) VALUES (?, ?, ?, ?)"
            self._db.run(revision, (*key, time_text(now), edits_json(verdict.edits)))
            self._db.run(_OLDER_REVISIONS, (*key, MAX_REVISIONS))

    def revisions(self, source: str, id: str) -> list[Revision]:  # noqa: A002
        rows = self._db.rows(
            "SELECT time, edits FROM revisions WHERE source = ? AND id = ? ORDER BY number",
            (source, id),
        )
        return [Revision(time=time_of(time), edits=edits_of(edits)) for time, edits in rows]

    def withdraw(self, source: str, ids: Collection[str], *, now: datetime) -> list[str]:
        found = (self.known(source, each) for each in ids)
        there = [each for each in found if each is not None and each.withdrawn is None]
        update = "UPDATE entries SET withdrawn = ? WHERE source = ? AND id = ?"
        self._db.many(update, [(time_text(now), source, each.entry.id) for each in there])
        return [each.story for each in there]

    def standing(self, source: str, since: datetime | None = None) -> dict[str, datetime]:
        start = "" if since is None else time_text(since)
        rows = self._db.rows(_STANDING, (source, start))
        return {name: time_of(published) for name, published in rows}

    def missing(self, source: str) -> dict[str, int]:
        return dict(self._db.rows(_MISSING, (source,)))

    def miss(self, source: str, missing: Mapping[str, int]) -> None:
        update = "UPDATE entries SET missing = ? WHERE source = ? AND id = ?"
        self._db.many(update, [(count, source, name) for name, count in missing.items()])

    def entries(self, *, source: str | None = None, limit: int = 0) -> Iterator[Stored]:
        where = "WHERE e.source = ?" if source else "WHERE ? IS NULL"
        newest = f"{STORED} {where} ORDER BY e.published DESC, e.number LIMIT ?"
        return map(stored, self._db.each(newest, (source, limit or -1)))

    def counts(self) -> dict[str, int]:
        rows = self._db.rows(
            "SELECT source, count(*) FROM entries WHERE withdrawn IS NULL GROUP BY source"
        )
        return dict(rows)


def _hashed(text: str) -> int:
    """64 bits of a hash, as SQLite holds them."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)
