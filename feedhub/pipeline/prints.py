"""Stories as Atom entries, each rendered once for all the volumes that hold it (sync)."""

from collections.abc import Sequence

from feedhub.pipeline.intake import Register, stories
from feedhub.publish.feeds import Feeds, Print
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
        self._edition: object = None

    def of(self, store: Store, ids: Sequence[str]) -> list[Print]:
        """The entries of those of these stories that still have a member, in the order asked."""
        edition = store.edition()
        if edition != self._edition or self._bytes > MOST_BYTES:
            self.forget()
            self._edition = edition
        unknown = [each for each in ids if each not in self._known]
        for each in self._feeds.prints(stories(store, unknown, self._register)):
            self._known[each.id] = each
            self._bytes += len(each.body)
        return [self._known[each] for each in ids if each in self._known]

    def forget(self) -> None:
        """Give the room back."""
        self._known.clear()
        self._bytes = 0
