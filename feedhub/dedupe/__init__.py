"""Entry + neighbours -> verdict with its reason; group -> story.

Pure: it neither reads the store nor the clock. Evidence, strongest first: the same source and id;
the same source under another id (`identity`); the same canonical address in another source; the
same text in another source, or a part of it, near in time, with nothing that tells the two apart.
Never the title alone, never across languages, never two entries of one source by their texts.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import product
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from feedhub.dedupe.identity import body, edited, edits, is_page
from feedhub.dedupe.siblings import tongue
from feedhub.dedupe.traits import traits_of
from feedhub.likeness import MIN_WORDS, likeness, told_apart
from feedhub.model import (
    Entry,
    Group,
    Grouping,
    Member,
    Neighbours,
    Stored,
    Story,
    Traits,
    Translation,
    Verdict,
)

SAME_ID = "same source and id"
SAME_ADDRESS = "same address in another source"
SAME_TEXT = "same text in another source"
PART_OF_TEXT = "one text is a part of the other"
FIRST = "first of its story"
BY_OPERATOR = "by the operator"

# A text that is so much longer is the whole of which the other is a part.
_WHOLE = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Why an entry belongs to a group: the member it is like, and how much."""

    group: Group
    like: Stored
    reason: str
    score: float


def update(entry: Entry, stored: Stored, *, now: datetime, alias: str | None = None) -> Verdict:
    """The verdict on an entry that is stored already; it stays in its story."""
    kept = edited(stored.entry, entry, now)
    is_back = stored.withdrawn is not None
    changed = kept != stored.entry or is_back or alias is not None
    is_edited = stored.entry.content_hash != entry.content_hash
    return Verdict(
        entry=kept,
        story=stored.story,
        reason=stored.reason,
        score=stored.score,
        changed=changed,
        alias=alias,
        traits=traits_of(kept) if changed else Traits(),
        edits=edits(stored.entry, kept) if is_edited else (),
    )


def place(
    verdict: Verdict,
    links: Sequence[Link],
    rules: Grouping,
    *,
    parted: Collection[frozenset[str]] = (),
) -> Verdict:
    """The verdict with the story that the links lead to; without any it stays as it is.

    The best link decides, and the stories of the others are merged with it where nothing speaks
    against it; the one that was published first gives its id. A story that the entry had alone
    is merged as well. `parted` are pairs of stories that an operator put apart.
    """
    joined: list[Group] = []
    for group in (link.group for link in sorted(links, key=_rank)):
        stories = (verdict.story, *(each.story for each in joined))
        if not any(frozenset((group.story, each)) in parted for each in stories) and all(
            may_merge(group, each, rules) for each in joined
        ):
            joined.append(group)
    if not joined:
        return verdict
    best = next(link for link in links if link.group is joined[0])
    oldest = min(joined, key=lambda group: (group.first_published, group.story))
    left = {verdict.story, *(group.story for group in joined)} - {oldest.story}
    return replace(
        verdict,
        story=oldest.story,
        reason=best.reason,
        score=best.score,
        changed=True,
        merged=tuple(sorted(left)),
        like=(best.like.entry.source, best.like.entry.id),
    )


def _rank(link: Link) -> tuple[bool, float, datetime, str]:
    return link.reason != SAME_ADDRESS, -link.score, link.group.first_published, link.group.story


def at_address(entry: Entry, near: Neighbours) -> list[str]:
    """Stories of other sources at the entry's address, when that is the address of one thing."""
    if not near.elsewhere or not is_page(entry.canonical_url):
        return []
    own = [each for each in near.at_address if each.withdrawn is None]
    sources = Counter(each.entry.source for each in (*own, *near.elsewhere))
    if own or max(sources.values(), default=0) > 1:
        return []
    return list(dict.fromkeys(each.story for each in near.elsewhere))


def links(
    entry: Entry, groups: Sequence[Group], rules: Grouping, *, at_address: Collection[str]
) -> Iterator[Link]:
    """What ties the entry to each of the groups, unless something in a group speaks against it."""
    for group in groups:
        if not all(_share_language(entry, each.entry) for each in group.members):
            continue
        found = _by_address(entry, group) if group.story in at_address else None
        found = found or _by_text(entry, group, rules)
        if found is not None:
            yield found


def _by_address(entry: Entry, group: Group) -> Link | None:
    for each in group.members:
        if each.entry.canonical_url == entry.canonical_url:
            return Link(group=group, like=each, reason=SAME_ADDRESS, score=1.0)
    return None


def _by_text(entry: Entry, group: Group, rules: Grouping) -> Link | None:
    if any(each.entry.source == entry.source for each in group.members):
        return None
    pairs = [(_tie(entry, each.entry, rules), each) for each in group.members]
    ties = [(tie, each) for tie, each in pairs if tie is not None]
    if not ties or any(tie.apart for tie, _ in ties):
        return None
    tie, like = max(ties, key=lambda pair: pair[0].share)
    return Link(group=group, like=like, reason=tie.reason, score=round(tie.share, 3))


@dataclass(frozen=True, slots=True)
class _Tie:
    """How two texts that are alike are related."""

    share: float
    reason: str
    apart: str | None
    """What tells them apart, in words."""


def _tie(one: Entry, other: Entry, rules: Grouping) -> _Tie | None:
    """None for texts that are not alike, or too far apart in time."""
    if abs(one.published - other.published) > rules.window:
        return None
    ours, theirs = _text(one), _text(other)
    alike = likeness(ours, theirs)
    if alike.words < MIN_WORDS or alike.share < rules.threshold:
        return None
    apart = told_apart(ours, theirs, one.title, other.title)
    reason = PART_OF_TEXT if alike.longer > _WHOLE * alike.words else SAME_TEXT
    return _Tie(alike.share, reason, apart)


@lru_cache(maxsize=64)
def _text(entry: Entry) -> str:
    return body(entry)


def may_merge(one: Group, other: Group, rules: Grouping) -> bool:
    """Whether two groups could be one story: no source twice, one language, nothing against it."""
    pairs = [(a.entry, b.entry) for a, b in product(one.members, other.members)]
    return all(
        a.source != b.source
        and _share_language(a, b)
        and ((tie := _tie(a, b, rules)) is None or tie.apart is None)
        for a, b in pairs
    )


def _share_language(one: Entry, other: Entry) -> bool:
    ours, theirs = tongue(one.language), tongue(other.language)
    return ours == theirs or not (ours and theirs)


def first(entry: Entry, traits: Traits | None = None) -> Verdict:
    """The verdict on an entry that is like no other: a story of its own.

    Its traits are found out here unless they are known.
    """
    return Verdict(
        entry=entry,
        story=story_id(entry),
        reason=FIRST,
        score=1.0,
        changed=True,
        traits=traits or traits_of(entry),
    )


def alone(verdict: Verdict, now: datetime) -> Group:
    """The group of a story that begins `now` with this verdict."""
    member = Stored(
        entry=verdict.entry, story=verdict.story, reason=verdict.reason, score=verdict.score
    )
    return Group(
        story=verdict.story, first_published=now, members=(member,), backlog=verdict.backlog
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
        translations=tuple(_translations(face.entry, group)),
    )


def _translations(face: Entry, group: Group) -> Iterator[Translation]:
    """Each language once; what the source itself declares goes first."""
    spoken = {tongue(face.language)}
    for each in (*face.translations, *group.translations):
        language = tongue(each.language)
        if language not in spoken:
            spoken.add(language)
            yield each


def _face(members: Sequence[Stored], owners: Mapping[str, Collection[str]]) -> Stored:
    """The owner's entry of the address, else the first seen, else the richest."""
    if len(members) == 1:
        return members[0]

    def rank(stored: Stored) -> tuple[bool, datetime, int, str, str]:
        entry = stored.entry
        owned = owns(owners.get(entry.source, ()), urlsplit(entry.url or "").hostname or "")
        return not owned, entry.first_seen, -len(entry.content_html), entry.source, entry.id

    return min(members, key=rank)


def owns(domains: Collection[str], host: str) -> bool:
    """Whether a host is one of the domains or below one of them."""
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
