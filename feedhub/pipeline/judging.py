"""One poll's items, each judged beside its neighbours and put in its place (sync)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from feedhub import dedupe
from feedhub.dedupe import identity
from feedhub.model import (
    Entry,
    Group,
    Grouping,
    Neighbours,
    Stored,
    Traits,
    Verdict,
)
from feedhub.pipeline.absence import CHECKS, missed
from feedhub.pipeline.journal import verdict_lines
from feedhub.store import Lines, Store

if TYPE_CHECKING:
    from feedhub.normalize.apart import Note

BURST = 10
"""So many undated entries of one poll are news; more are what the source had all along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """The entries that one poll of a source gave.

    `complete` names the source when these are all that it has: what is absent is withdrawn. Else
    what is missing from the midst of them is, after the register's number of checks.
    """

    entries: Sequence[Entry]
    traits: Mapping[str, Traits] = field(default_factory=dict)
    """By entry id, as far as they have been worked out."""
    notes: Mapping[str, Sequence["Note"]] = field(default_factory=dict)
    """By entry id: how each was made."""
    complete: str | None = None


@dataclass(kw_only=True)
class Poll:
    """One poll's items on their way into the store."""

    store: Store
    polled: Polled
    rules: Grouping
    now: datetime
    backlog: frozenset[str] = frozenset()
    dates: dict[str, datetime] = field(default_factory=dict)
    """The stored entries that the items of this poll are: their ids and publications."""
    stories: dict[str, None] = field(default_factory=dict)
    kept: list[Verdict] = field(default_factory=list)
    fresh: dict[str, Group] = field(default_factory=dict)
    """Stories that begin with an entry of this poll."""
    lines: list[Lines] = field(default_factory=list)
    """For the journal."""
    news: set[str] = field(default_factory=set)
    unrelated: Collection[str] = ()
    """Ids of the items that share nothing with what was stored before them."""
    marks: set[str] = field(default_factory=set)
    """Ids, addresses and titles of what was kept."""
    new: int = 0
    changed: int = 0

    def __post_init__(self) -> None:
        self.items = {entry.id: entry for entry in self.polled.entries}
        # A file's name is always the same item's.
        self.keeps_ids = self.polled.complete is not None

    @property
    def source(self) -> str:
        """The source's name; every item is of one."""
        given = self.polled.entries
        return self.polled.complete or (given[0].source if given else "")

    def recognize(self, given: Collection[Entry]) -> list[Entry]:
        """Update the entries that are stored under the ids of these items. Returns the others."""
        held = self.store.held(self.source, [each.id for each in given])
        return [each for each in given if not self._recognize(each, held.get(each.id))]

    def _recognize(self, entry: Entry, stored: Stored | None) -> bool:
        """Update what is stored under the item's id, if it is this item."""
        if stored is None or not (self.keeps_ids or identity.is_itself(stored.entry, entry)):
            return False
        # Its story may have been merged since it was looked up.
        is_moved = any(stored.story in verdict.merged for verdict in self.kept)
        self._update(entry, (self._known(entry) or stored) if is_moved else stored)
        return True

    def _known(self, entry: Entry) -> Stored | None:
        return self.store.known(entry.source, entry.id)

    def identify(self, strangers: Collection[Entry]) -> None:
        """Find out which entries these items are under other ids, or keep them as new ones."""
        self.backlog = _backlog(self.polled.entries, strangers)
        self.unrelated = self.store.unrelated(self.source, strangers)
        known = ((self.polled.traits.get(each.id), each.published) for each in strangers)
        texts = [(traits.keys, published) for traits, published in known if traits]
        self.store.gather(texts, window=self.rules.window)
        for entry in strangers:
            self._identify(entry)

    def _identify(self, entry: Entry) -> None:
        is_unrelated = self._is_unrelated(entry)
        near = Neighbours() if is_unrelated else self.store.neighbours(entry)
        # One id for everything, or for a place in the feed, is no name for this entry.
        is_anothers = not is_unrelated and self._known(entry) is not None
        earlier = identity.earlier_self(entry, near, poll=self.items, taken=self.dates)
        if earlier is not None:
            is_known = is_anothers or _is_one(near.former, earlier)
            self._update(entry, earlier, alias=None if is_known else entry.id)
            return
        own = replace(entry, id=identity.own_id(entry)) if is_anothers else entry
        if not (is_anothers and self._recognize(own, self._known(own))):
            self._begin(own, entry.id, near)

    def _begin(self, entry: Entry, given: str, near: Neighbours) -> None:
        """Keep an entry that is new; `given` is its id as the poll gave it."""
        self.new += 1
        self.news.add(given)
        verdict = dedupe.first(entry, self.polled.traits.get(given))
        if given in self.backlog:
            verdict = replace(verdict, backlog=True)
        self._keep(self._placed(verdict, near), None)

    def _is_unrelated(self, entry: Entry) -> bool:
        """Whether nothing has its id, address or title: stored before, or kept of this poll."""
        return entry.id in self.unrelated and self.marks.isdisjoint(_marks(entry))

    def _update(self, entry: Entry, stored: Stored, alias: str | None = None) -> None:
        verdict = dedupe.update(entry, stored, now=self.now, alias=alias)
        self.dates[verdict.entry.id] = verdict.entry.published
        if not verdict.changed or self._is_gone(stored, verdict):
            return
        self.changed += 1
        self.news.add(entry.id)
        if verdict.edits or stored.withdrawn is not None:
            verdict = self._placed_anew(verdict)
        self._keep(verdict, stored)

    def _is_gone(self, stored: Stored, verdict: Verdict) -> bool:
        """Whether the source only repeats what was taken back with its page."""
        if stored.withdrawn is None or verdict.edits:
            return False
        return self.store.gone_looks(stored.entry.source, stored.entry.id) >= CHECKS

    def _placed_anew(self, verdict: Verdict) -> Verdict:
        """An edited entry that is alone in its story may turn out to be part of another."""
        own = self.store.groups([verdict.story])
        if any(len(group.members) > 1 for group in own):
            return verdict
        return self._placed(verdict, self.store.neighbours(verdict.entry))

    def _placed(self, verdict: Verdict, near: Neighbours) -> Verdict:
        entry = verdict.entry
        at_address = dedupe.at_address(entry, near)
        keys = verdict.traits.keys
        alike = self.store.alike(keys, entry.published, window=self.rules.window)
        stories = dict.fromkeys((*at_address, *alike))
        stories.pop(verdict.story, None)
        if not stories:
            return verdict
        groups = self.store.groups(stories)
        links = dedupe.links(entry, groups, self.rules, at_address=at_address)
        parted = self.store.parted((verdict.story, *stories))
        return dedupe.place(verdict, list(links), self.rules, parted=parted)

    def _keep(self, verdict: Verdict, known: Stored | None) -> None:
        entry = verdict.entry
        self.dates[entry.id] = entry.published
        self.marks.update(_marks(entry))
        if self.store.settle(verdict, now=self.now) and known is None:
            self.fresh[verdict.story] = dedupe.alone(verdict, self.now)
        for story in verdict.merged:
            self.fresh.pop(story, None)
        self.lines.append(verdict_lines(verdict, known))
        self.stories.update(dict.fromkeys((verdict.story, *verdict.merged)))
        self.kept.append(verdict)

    def gone(self, checks: int) -> Collection[str]:
        """Ids of stored entries of the source that it has taken back."""
        if self.polled.complete:
            return self.store.standing(self.polled.complete).keys() - self.dates.keys()
        if not self.polled.entries or not checks:
            return ()
        return missed(self.store, self.source, self.dates, checks=checks)


def _marks(entry: Entry) -> set[str]:
    return {entry.id, entry.canonical_url or entry.id, identity.title_key(entry)}


def _is_one(one: Stored | None, other: Stored) -> bool:
    return one is not None and one.entry.id == other.entry.id


def _backlog(given: Sequence[Entry], strangers: Collection[Entry]) -> frozenset[str]:
    """Ids of what only looks new: of many undated strangers, all but the first of the feed.

    Such come with a new source, and from one that was set up anew.
    """
    unknown = {each.id for each in strangers}
    undated = [
        each.id for each in given if each.id in unknown and each.published == each.first_seen
    ]
    return frozenset(undated[BURST:])
