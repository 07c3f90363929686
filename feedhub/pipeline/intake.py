"""Entries into the store: each is judged beside its neighbours and put in its place (sync)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from feedhub import dedupe
from feedhub.dedupe import identity
from feedhub.model import (
    Entry,
    Group,
    Grouping,
    Happening,
    Neighbours,
    Site,
    Source,
    Stored,
    Story,
    Traits,
    Verdict,
)
from feedhub.pipeline.absence import CHECKS, missed, still_missed
from feedhub.pipeline.journal import verdict_lines, withdrawal_lines
from feedhub.pipeline.translations import link_translations
from feedhub.publish.channels import Places
from feedhub.store import Listed, Store

BURST = 10
"""So many undated entries of one poll are news; more are what the source had all along."""
BACKLOG = timedelta(days=30)
"""How far behind their date such entries stand among the newest."""


@dataclass(frozen=True, slots=True)
class Register:
    """What the configuration says of the partners, ready to be looked up for every story."""

    site: Site
    places: Places
    sources: Mapping[str, Source]
    owners: Mapping[str, Collection[str]]
    """The domains that the organization of each source owns."""
    kin: Mapping[str, Sequence[str]]
    """The sources of the organization that each source belongs to."""
    grouping: Grouping = field(default_factory=Grouping)
    checks: int = CHECKS
    """Polls that an entry must be missing from to be withdrawn; 0: absence tells nothing."""

    @classmethod
    def of(cls, site: Site, grouping: Grouping | None = None) -> Self:
        sources = {each.name: each for org in site.organizations for each in org.sources}
        owners = {name: source.domains for name, source in sources.items()}
        kin = {
            each.name: [own.name for own in org.sources]
            for org in site.organizations
            for each in org.sources
        }
        grouping = grouping or Grouping()
        return cls(
            site=site,
            places=Places(site),
            sources=sources,
            owners=owners,
            kin=kin,
            grouping=grouping,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """The entries that one poll of a source gave.

    `complete` names the source when these are all that it has: what is absent is withdrawn. Else
    what is missing from the midst of them is, after the register's number of checks.
    """

    entries: Sequence[Entry]
    traits: Mapping[str, Traits] = field(default_factory=dict)
    """By entry id, as far as they have been worked out."""
    complete: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a poll changed: counts of entries, and the channels that show it."""

    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    touched: frozenset[str] = frozenset()
    news: frozenset[str] = frozenset()
    """Ids, as the poll gave them, of what is new or changed."""


def take_in(store: Store, polled: Polled, register: Register, *, now: datetime) -> Taken:
    """Judge and keep the entries of one poll, oldest first, inside the caller's transaction."""
    poll = _Poll(store=store, polled=polled, rules=register.grouping, now=now)
    given = polled.entries
    ordered = sorted(given, key=lambda entry: (entry.published, entry.id))
    # What comes under its own id goes first, so that no other item is taken for it.
    strangers = [entry for entry in ordered if not poll.recognize(entry)]
    poll.backlog = _backlog(given, strangers)
    for entry in strangers:
        poll.identify(entry)
    source = polled.complete or (given[0].source if given else "")
    withdrawn = _withdraw(store, source, poll.gone(register.checks), now)
    store.log(poll.lines)
    linked = link_translations(store, poll.kept, register.kin.get(source, ()))
    touched = _list_new(store, poll.fresh.values(), register)
    others = [each for each in (*poll.stories, *withdrawn, *linked) if each not in poll.fresh]
    touched |= relist(store, others, register, now=now)
    return Taken(
        new=poll.new,
        changed=poll.changed,
        withdrawn=len(withdrawn),
        touched=touched,
        news=frozenset(poll.news),
    )


def unchanged(store: Store, source: str, register: Register, *, now: datetime) -> Taken:
    """The source says that nothing is new: what was missing from it still is."""
    gone = still_missed(store, source, checks=register.checks)
    withdrawn = _withdraw(store, source, gone, now)
    touched = relist(store, withdrawn, register, now=now)
    return Taken(withdrawn=len(withdrawn), touched=touched)


def _withdraw(store: Store, source: str, gone: Collection[str], now: datetime) -> list[str]:
    store.log(withdrawal_lines(source, sorted(gone), "its source carries it no more", now=now))
    return store.withdraw(source, gone, now=now)


def _backlog(given: Sequence[Entry], strangers: Collection[Entry]) -> frozenset[str]:
    """Ids of what only looks new: of many undated strangers, all but the first of the feed.

    Such come with a new source, and from one that was set up anew.
    """
    unknown = {each.id for each in strangers}
    undated = [
        each.id for each in given if each.id in unknown and each.published == each.first_seen
    ]
    return frozenset(undated[BURST:])


@dataclass(kw_only=True)
class _Poll:
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
    lines: list[Happening] = field(default_factory=list)
    """For the journal."""
    news: set[str] = field(default_factory=set)
    new: int = 0
    changed: int = 0

    def __post_init__(self) -> None:
        self.items = {entry.id: entry for entry in self.polled.entries}
        # A file's name is always the same item's.
        self.keeps_ids = self.polled.complete is not None

    def recognize(self, entry: Entry) -> bool:
        """Update the entry that is stored under the item's id, if it is this item."""
        stored = self.store.known(entry.source, entry.id)
        if stored is None or not (self.keeps_ids or identity.is_itself(stored.entry, entry)):
            return False
        self._update(entry, stored)
        return True

    def identify(self, entry: Entry) -> None:
        """Find out which entry the item is under another id, or keep it as a new one."""
        near = self.store.neighbours(entry)
        # One id for everything, or for a place in the feed, is no name for this entry.
        is_anothers = self.store.known(entry.source, entry.id) is not None
        earlier = identity.earlier_self(entry, near, poll=self.items, taken=self.dates)
        if earlier is not None:
            is_known = is_anothers or _is_one(near.former, earlier)
            self._update(entry, earlier, alias=None if is_known else entry.id)
            return
        own = replace(entry, id=identity.own_id(entry)) if is_anothers else entry
        if not (is_anothers and self.recognize(own)):
            self.new += 1
            verdict = replace(
                dedupe.first(own, self.polled.traits.get(entry.id)),
                backlog=entry.id in self.backlog,
            )
            self.news.add(entry.id)
            self._keep(self._placed(verdict, near), None)

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
        if self.store.settle(verdict, now=self.now) and known is None:
            self.fresh[verdict.story] = dedupe.alone(verdict, self.now)
        for story in verdict.merged:
            self.fresh.pop(story, None)
        self.lines += verdict_lines(verdict, known, now=self.now)
        self.stories.update(dict.fromkeys((verdict.story, *verdict.merged)))
        self.kept.append(verdict)

    def gone(self, checks: int) -> Collection[str]:
        """Ids of stored entries of the source that it has taken back."""
        if self.polled.complete:
            return self.store.standing(self.polled.complete).keys() - self.dates.keys()
        if not self.polled.entries or not checks:
            return ()
        source = self.polled.entries[0].source
        return missed(self.store, source, self.dates, checks=checks)


def _is_one(one: Stored | None, other: Stored) -> bool:
    return one is not None and one.entry.id == other.entry.id


def relist(
    store: Store, ids: Collection[str], register: Register, *, now: datetime | None = None
) -> frozenset[str]:
    """Put stories into the channels where they now belong. Returns every channel touched.

    With `now` what is published no more is remembered as deleted.
    """
    touched: set[str] = set()
    gone = set(ids)
    for group in store.groups(ids):
        if not (group.hidden or group.expired):
            story, channels, rank = _listed(group, register)
            touched.update(channels, store.list_story(story, channels, rank=rank))
            gone.discard(story.id)
    for each in sorted(gone):
        touched |= store.unlist_story(each, now=now)
    return frozenset(touched)


def _list_new(store: Store, groups: Collection[Group], register: Register) -> frozenset[str]:
    """Put stories where they belong that never stood anywhere. Returns every channel touched."""
    listed = [_listed(group, register) for group in groups]
    store.list_new(listed)
    return frozenset(channel for _, channels, _ in listed for channel in channels)


def _listed(group: Group, register: Register) -> Listed:
    story = dedupe.compose(group, register.owners)
    rank = story.published - BACKLOG if group.backlog else None
    return story, register.places.of(story), rank


def newest(store: Store, channel: str, *, limit: int, share: float = 1.0) -> list[str]:
    """Ids of a channel's newest stories; a limit of 0 means all.

    No source is the face of more than its `share` of the limit, from 0 to 1; what it has more
    stands in the archive.
    """
    most = max(1, int(share * limit)) if share < 1 else None
    return store.listed(channel, limit=limit, per_source=most)


def stories(store: Store, ids: Iterable[str], register: Register) -> list[Story]:
    """The stories of these ids that still have a member, in the order asked."""
    return [dedupe.compose(group, register.owners) for group in store.groups(ids)]
