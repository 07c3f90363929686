"""Entries into the store, and stories into the channels that show them (sync)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Self

from feedhub import dedupe
from feedhub.model import Group, Grouping, Site, Source, Story
from feedhub.pipeline.absence import CHECKS, still_missed
from feedhub.pipeline.journal import normal_lines, withdrawal_lines
from feedhub.pipeline.judging import Poll, Polled
from feedhub.pipeline.translations import link_translations
from feedhub.publish.channels import Places
from feedhub.store import Listed, Store

AT_ONCE = 500
"""Stories that are read together to be listed: there may be more than memory has room for."""
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
    poll = Poll(store=store, polled=polled, rules=register.grouping, now=now)
    ordered = sorted(polled.entries, key=lambda entry: (entry.published, entry.id))
    # What comes under its own id goes first, so that no other item is taken for it.
    strangers = poll.recognize(ordered)
    poll.identify(strangers)
    source = poll.source
    withdrawn = _withdraw(store, source, poll.gone(register.checks), now)
    made = (
        normal_lines(entry, polled.notes.get(entry.id, ()))
        for entry in polled.entries
        if entry.id in poll.news
    )
    store.log((*poll.lines, *made), now=now)
    linked = link_translations(store, source, poll.kept, register.kin.get(source, ()))
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
    if not gone:
        return Taken()
    withdrawn = _withdraw(store, source, gone, now)
    touched = relist(store, withdrawn, register, now=now)
    return Taken(withdrawn=len(withdrawn), touched=touched)


def _withdraw(store: Store, source: str, gone: Collection[str], now: datetime) -> list[str]:
    store.log(withdrawal_lines(source, sorted(gone), "its source carries it no more"), now=now)
    return store.withdraw(source, gone, now=now)


def relist(
    store: Store, ids: Iterable[str], register: Register, *, now: datetime | None = None
) -> frozenset[str]:
    """Put stories into the channels where they now belong. Returns every channel touched.

    With `now` what is published no more is remembered as deleted.
    """
    touched: set[str] = set()
    left = iter(ids)
    while some := list(islice(left, AT_ONCE)):
        touched |= _relist(store, some, register, now)
    return frozenset(touched)


def _relist(
    store: Store, ids: Collection[str], register: Register, now: datetime | None
) -> set[str]:
    touched: set[str] = set()
    gone = set(ids)
    for group in store.groups(ids):
        if not (group.hidden or group.expired):
            story, channels, rank = _listed(group, register)
            touched.update(channels, store.list_story(story, channels, rank=rank))
            gone.discard(story.id)
    for each in sorted(gone):
        touched |= store.unlist_story(each, now=now)
    return touched


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
