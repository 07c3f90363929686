"""Entry + neighbours -> verdict with its reason; group -> story.

Pure: it neither reads the store nor the clock. Evidence, strongest first: the same source and id;
the same source and canonical address under another id; the same canonical address elsewhere.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from feedhub.model import Entry, Group, Member, Neighbours, Stored, Story, Verdict

SAME_ID = "same source and id"
SAME_ADDRESS_IN_SOURCE = "same source and address under another id"
SAME_ADDRESS = "same address in another source"
FIRST = "first of its story"


def judge(
    entry: Entry, neighbours: Neighbours, *, present: Collection[str], now: datetime
) -> Verdict:
    """Where the entry belongs.

    `present` are the ids of the same poll: an address that two of them share tells nothing, so
    an entry that still stands in the feed under its own id has not changed its id.
    """
    if neighbours.same is not None:
        return _update(entry, neighbours.same, now)
    churned = neighbours.churned
    if churned is not None and churned.entry.id not in present:
        verdict = _update(entry, churned, now)
        return replace(verdict, reason=SAME_ADDRESS_IN_SOURCE, alias=entry.id, changed=True)
    if neighbours.elsewhere:
        story = neighbours.elsewhere[0].story
        return Verdict(entry=entry, story=story, reason=SAME_ADDRESS, score=1.0, changed=True)
    return Verdict(entry=entry, story=story_id(entry), reason=FIRST, score=1.0, changed=True)


def _update(entry: Entry, stored: Stored, now: datetime) -> Verdict:
    kept = edited(stored.entry, entry, now)
    return Verdict(
        entry=kept,
        story=stored.story,
        reason=stored.reason,
        score=stored.score,
        changed=kept != stored.entry or stored.withdrawn is not None,
    )


def edited(old: Entry, new: Entry, now: datetime) -> Entry:
    """The record to keep when an entry is seen again.

    First-seen stays for ever, and stands in for a date that the source does not give. When
    nothing that a reader would notice has changed, what the author wrote is kept to the byte and
    only what the hub itself derives from it (topics, language, excerpt) follows its rules.
    """
    undated = new.published == new.first_seen
    if old.content_hash == new.content_hash:
        return replace(old, topics=new.topics, language=new.language, excerpt=new.excerpt)
    return replace(
        new,
        id=old.id,
        first_seen=old.first_seen,
        published=old.published if undated else new.published,
        updated=new.updated if old.updated < new.updated <= now else now,
    )


def story_id(entry: Entry) -> str:
    """A story's id, from its first entry: the same for the same entry in any store, for ever."""
    return uuid5(NAMESPACE_URL, f"feedhub:{entry.source}\n{entry.id}").urn


def compose(group: Group, owners: Mapping[str, Collection[str]]) -> Story:
    """The story that a group makes. `owners` names the domains of each source's organization."""
    face = _face(group.members, owners)
    return Story(
        id=group.story,
        published=min(each.entry.published for each in group.members),
        updated=max(each.entry.updated for each in group.members),
        first_published=group.first_published,
        face=face.entry,
        members=tuple(_member(each) for each in group.members),
    )


def _face(members: Sequence[Stored], owners: Mapping[str, Collection[str]]) -> Stored:
    """The owner's entry of the address, else the first seen, else the richest."""

    def rank(stored: Stored) -> tuple[bool, datetime, int]:
        entry = stored.entry
        owned = _owns(owners.get(entry.source, ()), entry.url)
        return not owned, entry.first_seen, -len(entry.content_html)

    return min(members, key=rank)


def _owns(domains: Collection[str], address: str | None) -> bool:
    host = urlsplit(address or "").hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _member(stored: Stored) -> Member:
    entry = stored.entry
    return Member(
        source=entry.source,
        id=entry.id,
        url=entry.url,
        title=entry.title,
        reason=stored.reason,
        score=stored.score,
    )
