"""New entries linked with their translations (sync)."""

from collections.abc import Collection, Iterator, Sequence

from feedhub.dedupe import siblings
from feedhub.model import Entry, Kin, Verdict
from feedhub.store import Store


def link_translations(
    store: Store, source: str, verdicts: Sequence[Verdict], kin: Collection[str]
) -> set[str]:
    """Link a source's new or edited entries. Returns the stories of what they were linked with.

    `kin` are the sources of the organization: the hub finds translations among its entries only.
    """
    linked: set[str] = set()
    # Few entries declare anything, and few are declared: the others need not be asked about.
    entries = [each.entry for each in verdicts]
    addresses = [each.canonical_url for each in entries if each.canonical_url]
    named = store.in_declarations(source, [each.id for each in entries], addresses)
    for verdict in verdicts:
        one = _kin(verdict)
        named |= _declare(store, verdict.entry)
        for other, score in _found(store, verdict.entry, one, kin, named):
            if store.link(one, other, score):
                linked.add(other.story)
    return linked


def _declare(store: Store, entry: Entry) -> set[str]:
    """Remember what an entry calls its translations. Returns the names that stand there now."""
    addresses = siblings.declared(entry)
    if not addresses:
        return set()
    store.declare(entry.source, entry.id, addresses)
    return {entry.id, *addresses}


def _kin(verdict: Verdict) -> Kin:
    entry = verdict.entry
    return Kin(
        source=entry.source,
        id=entry.id,
        story=verdict.story,
        language=entry.language,
        picture=entry.image,
        clues=frozenset(verdict.traits.clues),
    )


def _found(
    store: Store, entry: Entry, one: Kin, sources: Collection[str], named: Collection[str]
) -> Iterator[tuple[Kin, float]]:
    if entry.id in named or entry.canonical_url in named:
        language = siblings.tongue(entry.language)
        for each in store.declared(entry.source, entry.id, entry.canonical_url):
            if siblings.tongue(each.language) not in {language, ""} and language:
                yield each, siblings.DECLARED
    if one.clues:
        since, until = entry.published - siblings.NEAR, entry.published + siblings.NEAR
        yield from siblings.siblings(one, store.abroad(sources, entry.language, since, until))
