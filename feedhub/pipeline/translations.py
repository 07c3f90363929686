"""New entries linked with their translations (sync)."""

from collections.abc import Collection, Iterable, Iterator

from feedhub.dedupe import siblings
from feedhub.model import Entry, Kin, Verdict
from feedhub.store import Store


def link_translations(store: Store, verdicts: Iterable[Verdict], kin: Collection[str]) -> set[str]:
    """Link entries that are new or edited. Returns the stories of what they were linked with.

    `kin` are the sources of the organization: the hub finds translations among its entries only.
    """
    linked: set[str] = set()
    for verdict in verdicts:
        one = _kin(verdict)
        for other, score in _found(store, verdict.entry, one, kin):
            if store.link(one, other, score):
                linked.add(other.story)
    return linked


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
    store: Store, entry: Entry, one: Kin, sources: Collection[str]
) -> Iterator[tuple[Kin, float]]:
    addresses = siblings.declared(entry)
    if addresses:
        store.declare(entry.source, entry.id, addresses)
    language = siblings.tongue(entry.language)
    for each in store.declared(entry.source, entry.id, entry.canonical_url):
        if siblings.tongue(each.language) not in {language, ""} and language:
            yield each, siblings.DECLARED
    if not one.clues:
        return
    since, until = entry.published - siblings.NEAR, entry.published + siblings.NEAR
    yield from siblings.siblings(one, store.abroad(sources, entry.language, since, until))
