"""Remember and recall: what a store does, in words of the domain.

A store is used from one thread at a time. What belongs together stands in one `transaction`;
outside of one, each call is its own.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from feedhub.model import (
    Delivery,
    Entry,
    Group,
    Happening,
    Kin,
    Look,
    Memory,
    Neighbours,
    Revision,
    Stored,
    Story,
    Subscription,
    Verdict,
)
from feedhub.store.archive import ARCHIVE_PAGES, WHOLE, Archive, Part, Place

__all__ = ["ARCHIVE_PAGES", "WHOLE", "Listed", "Part", "Place", "Store", "StoreError"]

Listed = tuple[Story, Collection[str], datetime | None]
"""A story, its channels, and where it stands in them when that is not its publication."""

Lines = tuple[str, str, Sequence[tuple[str, str]]]
"""For the journal: source and id of an item, and what happened to it, each a step and its text."""

Text = tuple[Collection[int], datetime]
"""What a text is found by: the keys of its sketch, and its publication."""


class StoreError(Exception):
    """The store cannot be used; the message says why and what to do."""


class Store(Archive, Protocol):
    """Sources' memories, entries, and the stories that they make."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing: an exception inside undoes every call since its start."""
        ...

    def close(self) -> None: ...

    def configure(self, sources: Collection[str]) -> None:
        """Name the sources of the current configuration; entries of others are set aside."""
        ...

    def memories(self) -> dict[str, Memory]:
        """Every source's memory by the source's name."""
        ...

    def remember(self, memory: Memory) -> None: ...

    def known(self, source: str, id: str) -> Stored | None:  # noqa: A002
        """The entry of this source that has this id, withdrawn or not."""
        ...

    def held(self, source: str, ids: Collection[str]) -> dict[str, Stored]:
        """The entries of this source that have these ids, withdrawn or not, by id."""
        ...

    def unrelated(self, source: str, entries: Collection[Entry]) -> set[str]:
        """Ids of those entries of the source that share nothing with what is stored.

        No id, now or formerly, and no title of the source, and no address of any source.
        """
        ...

    def neighbours(self, entry: Entry) -> Neighbours:
        """What could be the same as this entry, and is not stored under its id."""
        ...

    def alike(self, keys: Collection[int], published: datetime, *, window: timedelta) -> list[str]:
        """Stories with an entry that has some of these keys and was published about then.

        The likeliest come first; there are a dozen or two at most, however much is stored.
        """
        ...

    def gather(self, texts: Iterable[Text], *, window: timedelta) -> None:
        """Inside a transaction: let these texts be looked up by `alike`, and kept, faster.

        What they share with others is read at once, and written at the transaction's end.
        """
        ...

    def settle(self, verdict: Verdict, *, now: datetime) -> bool:
        """Keep a judged entry in its place. Returns whether its story is new, published `now`."""
        ...

    def revisions(self, source: str, id: str) -> list[Revision]:  # noqa: A002
        """What became of an entry, oldest first."""
        ...

    def standing(self, source: str, since: datetime | None = None) -> dict[str, datetime]:
        """The publications of the source's entries that are not withdrawn, later than `since`."""
        ...

    def missing(self, source: str) -> dict[str, int]:
        """How many polls in a row each entry of the source has been missing, if it has."""
        ...

    def miss(self, source: str, missing: Mapping[str, int]) -> None:
        """Remember how many polls in a row each of these entries has been missing."""
        ...

    def withdraw(self, source: str, ids: Collection[str], *, now: datetime) -> list[str]:
        """Set aside these entries of the source. Returns the stories of those that stood."""
        ...

    def looks(self, source: str, since: datetime) -> list[Look]:
        """What is known of the pages of the source's entries that were published since then.

        Withdrawn entries are among them when their pages were last found gone.
        """
        ...

    def last_looks(self, now: datetime) -> dict[str, datetime]:
        """When a page of each source was last looked at, until now."""
        ...

    def note_look(self, look: Look, *, now: datetime) -> None:
        """Remember what a look has told."""
        ...

    def gone_looks(self, source: str, id: str) -> int:  # noqa: A002
        """How many looks in a row said that the entry's page is gone."""
        ...

    def groups(self, stories: Iterable[str]) -> list[Group]:
        """The stories of these ids that still have a member, in the order asked."""
        ...

    def every_story(self) -> Iterator[str]:
        """The id of every story, in the order of first publication."""
        ...

    def list_story(
        self, story: Story, channels: Collection[str], *, rank: datetime | None = None
    ) -> set[str]:
        """Let the story stand in these channels only. Returns the channels it stood in before.

        `rank` is where it stands among the newest, when that is not its publication.
        """
        ...

    def list_new(self, stories: Collection[Listed]) -> None:
        """Let stories that never stood anywhere stand in their channels."""
        ...

    def unlist_story(self, story: str, *, now: datetime | None = None) -> set[str]:
        """Take the story out of every channel. Returns the channels it stood in.

        With `now` it is remembered as deleted there.
        """
        ...

    def listed(
        self, channel: str, *, limit: int, offset: int = 0, per_source: int | None = None
    ) -> list[str]:
        """Ids of a channel's newest stories; a limit of 0 means all.

        `per_source` is how many of them may have their face from one source.
        """
        ...

    def channels_with(self, story: str) -> list[str]:
        """The channels that the story stands in."""
        ...

    def deletions(self, channel: str, *, since: datetime) -> list[tuple[str, datetime]]:
        """Stories that stood in the channel and are published no more, and since when."""
        ...

    def declare(self, source: str, id: str, addresses: Collection[str]) -> None:  # noqa: A002
        """Remember the canonical addresses that an entry calls its translations."""
        ...

    def in_declarations(
        self, source: str, ids: Collection[str], addresses: Collection[str]
    ) -> set[str]:
        """Which of the source's ids have declared translations, and which addresses are such."""
        ...

    def declared(self, source: str, id: str, address: str | None) -> list[Kin]:  # noqa: A002
        """Entries that an entry at this address calls its translations, or that call it one."""
        ...

    def abroad(
        self, sources: Collection[str], language: str, since: datetime, until: datetime
    ) -> list[Kin]:
        """Entries of these sources in other languages, published in that time; not too many."""
        ...

    def link(self, one: Kin, other: Kin, score: float) -> bool:
        """Link two stored entries as translations, unless one has a better one in that language."""
        ...

    def search(self, query: str, *, limit: int) -> list[str]:
        """Ids of listed stories that have all the words, as beginnings or parts; newest first."""
        ...

    def index(self, *, limit: int) -> int:
        """Make so many entries more known to `search`, the newest first. Returns how many."""
        ...

    def find(self, name: str, address: str | None = None) -> list[Stored]:
        """Entries with this id, now or formerly, of this story, or at this canonical address."""
        ...

    def hide(self, story: str, since: datetime | None) -> None:
        """Remember that the story is not to be published; None undoes it."""
        ...

    def move(self, source: str, id: str, story: str, *, reason: str, now: datetime) -> None:  # noqa: A002
        """Put an entry into another story, which may be a new one."""
        ...

    def part(self, one: str, other: str) -> None:
        """Remember for good that the entries of these two stories are not one story."""
        ...

    def rejoin(self, one: str, other: str) -> None:
        """Forget that these stories were parted."""
        ...

    def parted(self, stories: Collection[str]) -> set[frozenset[str]]:
        """Which pairs of these stories have entries that were parted."""
        ...

    def log(self, lines: Iterable[Lines], *, now: datetime) -> None:
        """Write into the journal what happened to items."""
        ...

    def logged(self, source: str, item: str) -> list[Happening]:
        """What the journal says of an item, oldest first."""
        ...

    def logged_anywhere(self, item: str) -> list[Happening]:
        """What the journal says of items with this id in any source, oldest first."""
        ...

    def outlived(self, before: datetime, *, limit: int) -> list[str]:
        """Published stories that are older than that."""
        ...

    def expire(self, story: str, *, now: datetime) -> None:
        """Publish the story no more, and forget its texts; its id is never used again."""
        ...

    def forget(self, before: datetime) -> None:
        """Take what is older out of the journal and out of the deletions.

        Older looks at pages, too, unless they said that a page is gone.
        """
        ...

    def note_news(self, digests: Mapping[str, str], *, now: datetime) -> set[str]:
        """Remember what these feeds say, by address. Returns those that say something new."""
        ...

    def news(self, topic: str) -> int:
        """How often the feed at this address has had news."""
        ...

    def untold(self, since: datetime) -> dict[str, int]:
        """Feeds with news since then that a hub elsewhere was not told of, and how many of them."""
        ...

    def told(self, topic: str, news: int) -> None:
        """A hub elsewhere has been told of so many news of the feed."""
        ...

    def subscribe(
        self, subscription: Subscription, news: int, *, most: int, most_at_host: int, now: datetime
    ) -> bool:
        """Keep a subscription of one who knows so many news; False when there are too many.

        One to the same feed and callback replaces what is known of it, and owes as much.
        """
        ...

    def unsubscribe(self, topic: str, callback: str) -> None: ...

    def subscribers(self) -> list[tuple[str, str]]:
        """The feed and the callback of every subscription."""
        ...

    def lapse(self, now: datetime) -> None:
        """Forget the subscriptions that have expired."""
        ...

    def owed(self, now: datetime) -> list[tuple[str, str, str]]:
        """Feed, callback and its host of every delivery whose time has come."""
        ...

    def next_owed(self, now: datetime) -> datetime | None:
        """When the next delivery is to be tried again, of those whose time has not come."""
        ...

    def delivery(self, topic: str, callback: str, *, now: datetime) -> Delivery | None:
        """What is owed to this subscriber now, if anything."""
        ...

    def settle_delivery(
        self, delivery: Delivery, *, told: bool, failures: int, again: datetime
    ) -> None:
        """Remember how a delivery went, and from when on the next one may be tried.

        `told` says that nothing of it is owed any more; news since then are.
        """
        ...

    def entries(self, *, source: str | None = None, limit: int = 0) -> Iterator[Stored]:
        """Stored entries, newest publication first, withdrawn ones too; 0 means all."""
        ...

    def counts(self) -> dict[str, int]:
        """How many entries each source has."""
        ...

    def request(self, sources: Iterable[str]) -> None:
        """Ask the running daemon to poll these sources now; "" asks it to publish anew."""
        ...

    def requested(self) -> set[str]:
        """What was asked since the last call; it is forgotten with this one."""
        ...

    def fact(self, name: str) -> str | None:
        """A small fact of the hub itself."""
        ...

    def note(self, name: str, value: str) -> None:
        """Remember a small fact."""
        ...
