"""Stories as Atom entries, each rendered once for all the volumes that hold it (sync)."""

from collections.abc import Sequence

from feedhub.model import Story
from feedhub.pipeline.intake import Register, stories
from feedhub.publish.feeds import Feeds, Print
from feedhub.publish.items import Item
from feedhub.store import Store

MOST_BYTES = 24 << 20
"""So much of what was rendered is remembered: some 15,000 excerpts."""


class Prints:
    """Remembers what it rendered, as long as no story changes."""

    def __init__(self, feeds: Feeds, register: Register) -> None:
        self._feeds = feeds
        self._register = register
        self._known: dict[str, Print] = {}
        self._bytes = 0
        self._read: dict[str, Item] = {}
        """What was read last: its entries are often asked for next."""
        self._edition: object = None

    def read(self, store: Store, ids: Sequence[str]) -> tuple[list[Story], list[Item]]:
        """Those of these stories that still have a member, in the order asked, and as items."""
        self._keep_up(store)
        found = stories(store, ids, self._register)
        items = self._feeds.items(found)
        self._read = {each.id: each for each in items}
        return found, items

    def of(self, store: Store, ids: Sequence[str]) -> list[Print]:
        """The entries of those of these stories that still have a member, in the order asked."""
        self._keep_up(store)
        unknown = [each for each in ids if each not in self._known]
        unread = [each for each in unknown if each not in self._read]
        items = [self._read[each] for each in unknown if each in self._read]
        items += self._feeds.items(stories(store, unread, self._register))
        for each in self._feeds.prints(items):
            self._known[each.id] = each
            self._bytes += len(each.body)
        return [self._known[each] for each in ids if each in self._known]

    def _keep_up(self, store: Store) -> None:
        edition = store.edition()
        if edition != self._edition or self._bytes > MOST_BYTES:
            self.forget()
            self._edition = edition

    def forget(self) -> None:
        """Give the room back."""
        self._known.clear()
        self._read.clear()
        self._bytes = 0
