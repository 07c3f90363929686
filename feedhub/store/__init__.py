"""Remember and recall: what a store does, in words of the domain.

A store is used from one thread at a time. What belongs together stands in one `transaction`;
outside of one, each call is its own.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from feedhub.model import Entry, Group, Memory, Neighbours, Stored, Verdict


class StoreError(Exception):
    """The store cannot be used; the message says why and what to do."""


class Store(Protocol):
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

    def neighbours(self, entry: Entry) -> Neighbours:
        """What could be the same as this entry."""
        ...

    def settle(self, verdict: Verdict, *, now: datetime) -> None:
        """Keep a judged entry in its place; a new story is first published `now`."""
        ...

    def withdraw(self, source: str, present: Collection[str], *, now: datetime) -> list[str]:
        """Set aside the source's entries that are not `present`, by id. Returns their stories."""
        ...

    def groups(self, stories: Iterable[str]) -> list[Group]:
        """The stories of these ids that still have a member, in the order asked."""
        ...

    def every_story(self) -> Iterator[str]:
        """The id of every story, in the order of first publication."""
        ...

    def list_story(self, story: str, published: datetime, channels: Collection[str]) -> set[str]:
        """Let the story stand in these channels only. Returns the channels it stood in before."""
        ...

    def unlist_story(self, story: str) -> set[str]:
        """Take the story out of every channel. Returns the channels it stood in."""
        ...

    def listed(self, channel: str, *, limit: int, offset: int = 0) -> list[str]:
        """Ids of a channel's newest stories; a limit of 0 means all."""
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
