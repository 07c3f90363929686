"""Stories in SQLite with all that they are made of: many of them for a few questions."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter

from feedhub.model import Group, Translation
from feedhub.store.records import time_of
from feedhub.store.sqlite.database import Database, Row
from feedhub.store.sqlite.rows import stored

AT_ONCE = 100
"""Stories that one question asks for: more save nothing, and their texts are held together."""

_MEMBERS = """
  SELECT t.id, t.first_published, t.hidden, t.backlog, t.expired, e.number,
    e.record, e.content, e.story, e.reason, e.score, e.withdrawn
  FROM json_each(?) o CROSS JOIN stories t ON t.id = o.value
    CROSS JOIN entries e ON e.story = t.id CROSS JOIN sources s ON s.name = e.source
  WHERE e.withdrawn IS NULL"""
_TRANSLATIONS = """
  SELECT DISTINCT o.value, b.number, b.language, json_extract(b.record, '$.url')
  FROM json_each(?) o CROSS JOIN entries a ON a.story = o.value
    CROSS JOIN siblings s ON s.one = a.number CROSS JOIN entries b ON b.number = s.other
    CROSS JOIN sources c ON c.name = b.source CROSS JOIN stories t ON t.id = b.story
  WHERE b.story <> a.story AND a.withdrawn IS NULL AND b.withdrawn IS NULL
    AND t.hidden IS NULL AND t.expired IS NULL
  ORDER BY b.number"""
_NUMBER = 5
"""The place of the entry's number in a row of `_MEMBERS`, before what `stored` reads."""


class Groups:
    """The part of the store that reads stories back."""

    _db: Database

    def groups(self, stories: Iterable[str]) -> list[Group]:
        return [group for some in _pieces(stories) for group in self._some(some)]

    def _some(self, stories: Sequence[str]) -> Iterator[Group]:
        asked = json.dumps([*dict.fromkeys(stories)])
        members: dict[str, list[Row]] = {}
        # Arrival decides their order, and not how they are found.
        for row in sorted(self._db.rows(_MEMBERS, (asked,)), key=itemgetter(_NUMBER)):
            members.setdefault(row[0], []).append(row)
        linked = self._translations(asked)
        return (_group(members[each], linked.get(each, ())) for each in stories if each in members)

    def _translations(self, stories: str) -> dict[str, list[Translation]]:
        """The linked translations of these stories (a JSON array) that are published."""
        found: dict[str, list[Translation]] = {}
        for story, _, language, url in self._db.rows(_TRANSLATIONS, (stories,)):
            if url is not None:
                found.setdefault(story, []).append(Translation(language=language, url=url))
        return found


def _pieces(stories: Iterable[str]) -> Iterator[list[str]]:
    left = iter(stories)
    while piece := list(islice(left, AT_ONCE)):
        yield piece


def _group(rows: Sequence[Row], translations: Sequence[Translation]) -> Group:
    """The group of one story, which has a row for each member."""
    story, first, hidden, backlog, expired, *_ = rows[0]
    return Group(
        story=story,
        first_published=time_of(first),
        members=tuple(stored(row[_NUMBER + 1 :]) for row in rows),
        hidden=hidden is not None,
        backlog=bool(backlog),
        expired=expired is not None,
        translations=tuple(translations),
    )
