"""Entries into the store: each is judged beside its neighbours and put in its place (sync)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from feedhub import dedupe
from feedhub.model import Entry, Site, Source, Story
from feedhub.publish.channels import channels_of
from feedhub.store import Store


@dataclass(frozen=True, slots=True)
class Register:
    """What the configuration says of the partners, ready to be looked up for every story."""

    site: Site
    sources: Mapping[str, Source]
    owners: Mapping[str, Collection[str]]
    """The domains that the organization of each source owns."""

    @classmethod
    def of(cls, site: Site) -> Self:
        sources = {each.name: each for org in site.organizations for each in org.sources}
        owners = {name: source.domains for name, source in sources.items()}
        return cls(site=site, sources=sources, owners=owners)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a poll changed: counts of entries, and the channels that show it."""

    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    touched: frozenset[str] = frozenset()


def take_in(
    store: Store,
    entries: Iterable[Entry],
    register: Register,
    *,
    now: datetime,
    complete: str | None = None,
) -> Taken:
    """Judge and keep entries, oldest first, inside the caller's transaction.

    `complete` names the source when these are all that it has: what is absent is withdrawn.
    """
    ordered = sorted(entries, key=lambda entry: entry.published)
    present = {entry.id for entry in ordered}
    kept: set[str] = set()
    stories: dict[str, None] = {}
    new = changed = 0
    for entry in ordered:
        neighbours = store.neighbours(entry)
        verdict = dedupe.judge(entry, neighbours, present=present, now=now)
        kept.add(verdict.entry.id)
        if verdict.changed:
            store.settle(verdict, now=now)
            stories[verdict.story] = None
            known = neighbours.same is not None or verdict.alias is not None
            new, changed = new + (not known), changed + known
    withdrawn = store.withdraw(complete, kept, now=now) if complete else []
    touched = relist(store, (*stories, *withdrawn), register)
    return Taken(new=new, changed=changed, withdrawn=len(withdrawn), touched=touched)


def relist(store: Store, ids: Collection[str], register: Register) -> frozenset[str]:
    """Put stories into the channels where they now belong. Returns every channel touched."""
    touched: set[str] = set()
    gone = set(ids)
    for group in store.groups(ids):
        story = dedupe.compose(group, register.owners)
        channels = channels_of(story, register.site)
        touched.update(channels, store.list_story(story.id, story.published, channels))
        gone.discard(story.id)
    for each in sorted(gone):
        touched |= store.unlist_story(each)
    return frozenset(touched)


def newest(store: Store, channel: str, register: Register, *, limit: int) -> list[Story]:
    """A channel's newest stories; a limit of 0 means all."""
    groups = store.groups(store.listed(channel, limit=limit))
    return [dedupe.compose(group, register.owners) for group in groups]
