"""New entries linked with their translations (sync)."""

from collections.abc import Collection, Iterable, Iterator

from feedhub.dedupe import siblings
from feedhub.model import Entry, Stored
from feedhub.store import Store


def link_translations(store: Store, entries: Iterable[Entry], kin: Collection[str]) -> set[str]:
    """Link entries that are new or edited. Returns the stories of what they were linked with.

    `kin` are the sources of the organization: the hub finds translations among its entries only.
    """
    return {
        other.story
        for entry in entries
        for other, score in _found(store, entry, kin)
        if store.link(entry, other.entry, score)
    }


def _found(store: Store, entry: Entry, kin: Collection[str]) -> Iterator[tuple[Stored, float]]:
    addresses = siblings.declared(entry)
    if addresses:
        store.declare(entry.source, entry.id, addresses)
    language = siblings.tongue(entry.language)
    for each in store.declared(entry.source, entry.id, entry.canonical_url):
        if siblings.tongue(each.entry.language) not in {language, ""} and language:
            yield each, siblings.DECLARED
    since, until = entry.published - siblings.NEAR, entry.published + siblings.NEAR
    yield from siblings.siblings(entry, store.abroad(kin, entry.language, since, until))
