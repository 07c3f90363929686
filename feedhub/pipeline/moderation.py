"""What an operator decides over stories, for good: hide, unhide, split and join (sync).

A name is the id of a story or of an entry, an address, or the address of a story's own page.
Each runs inside the caller's transaction and says what it did; what it changed is to be published.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from feedhub import dedupe, urls
from feedhub.model import Entry, Group, Stored
from feedhub.pipeline.intake import Register, relist
from feedhub.pipeline.journal import moderation_lines, short
from feedhub.store import Store

SPLIT = "split off by the operator"
JOINED = "joined by the operator"

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Moderated:
    """What came of it: a sentence for the operator, and the channels that show it."""

    said: str
    touched: frozenset[str] = frozenset()
    done: bool = True


def find(store: Store, name: str) -> list[Stored]:
    """The entries that a name means."""
    found = store.find(name, urls.canonical(name) if "://" in name else None)
    page = _UUID.search(name)
    return found or (store.find(f"urn:uuid:{page[0]}") if page else [])


def hide(store: Store, register: Register, name: str, *, now: datetime) -> Moderated:
    """Publish the story no more, whatever its sources do."""
    return _set_hidden(store, register, name, now, hidden=True)


def unhide(store: Store, register: Register, name: str, *, now: datetime) -> Moderated:
    """Publish a hidden story again, under its old id."""
    return _set_hidden(store, register, name, now, hidden=False)


def _set_hidden(
    store: Store, register: Register, name: str, now: datetime, *, hidden: bool
) -> Moderated:
    found = find(store, name)
    stories = list(dict.fromkeys(each.story for each in found))
    if not stories:
        return _unknown(name)
    for story in stories:
        store.hide(story, now if hidden else None)
    word = "hidden" if hidden else "shown again"
    store.log((moderation_lines(each.entry, f"{word} by the operator") for each in found), now=now)
    touched = relist(store, stories, register, now=now)
    return Moderated(f"{word}: {', '.join(stories)}", touched)


def split(store: Store, register: Register, name: str, *, now: datetime) -> Moderated:
    """Take an entry out of its story; given a story's id, make a story of each of its entries."""
    found = find(store, name)
    groups = store.groups(dict.fromkeys(each.story for each in found))
    if not groups:
        return _unknown(name)
    (group,) = groups[:1]
    leaving = _leaving(group, found)
    if not leaving:
        return Moderated(f"{group.story} has one entry only; there is nothing to split", done=False)
    stories = [group.story]
    for each in leaving:
        own = _own_story(each.entry, stories)
        store.move(each.entry.source, each.entry.id, own, reason=SPLIT, now=now)
        for story in stories:
            store.part(own, story)
        stories.append(own)
        store.log([moderation_lines(each.entry, f"{SPLIT}: it is {own} now")], now=now)
    touched = relist(store, stories, register, now=now)
    return Moderated(f"split: {', '.join(stories)}", touched)


def _leaving(group: Group, found: Sequence[Stored]) -> Sequence[Stored]:
    """The members to make stories of; one member stays."""
    if len(group.members) < 2:
        return ()
    named = [each for each in group.members if each in found]
    return named if len(named) < len(group.members) else group.members[1:]


def _own_story(entry: Entry, taken: Sequence[str]) -> str:
    """An id for the entry's own story; it may have founded the story that it leaves."""
    own = dedupe.story_id(entry)
    if own not in taken:
        return own
    return uuid5(NAMESPACE_URL, f"feedhub:split:{entry.source}\n{entry.id}").urn


def join(store: Store, register: Register, one: str, other: str, *, now: datetime) -> Moderated:
    """Make two stories one; it keeps the id of the one that was published first."""
    sides = [find(store, each) for each in (one, other)]
    for name, found in zip((one, other), sides, strict=True):
        if not found:
            return _unknown(name)
    groups = store.groups(dict.fromkeys(found[0].story for found in sides))
    if len(groups) < 2:
        return Moderated(f"{short(one)} and {short(other)} are one story already", done=False)
    older, younger = sorted(groups, key=lambda group: (group.first_published, group.story))
    store.rejoin(older.story, younger.story)
    for each in younger.members:
        store.move(each.entry.source, each.entry.id, older.story, reason=JOINED, now=now)
        store.log([moderation_lines(each.entry, f"{JOINED}: {older.story}")], now=now)
    touched = relist(store, (older.story, younger.story), register, now=now)
    return Moderated(f"joined: {younger.story} is part of {older.story} now", touched)


def _unknown(name: str) -> Moderated:
    return Moderated(f"{short(name)}: no entry has this id or address", done=False)
