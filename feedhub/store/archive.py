"""Remember the archive: which stories are bound in which volume, and what is to be rendered anew."""

from collections.abc import Iterable, Mapping
from typing import Protocol

Place = tuple[int, int, int]
"""A volume of a channel's archive: year, month, and its number in that month."""
Part = tuple[str, Place | None]
"""What is rendered as one: a channel, or one volume of its archive."""

WHOLE = ""
"""The channel of all stories."""
ARCHIVE_PAGES = "archive/"
"""Stands for a channel in the parts that are the pages of the whole's archive."""


class Archive(Protocol):
    """The part of a store that knows the volumes of channels."""

    def unbound(self, channel: str) -> list[str]:
        """Stories that the channel shows and that stand in no volume yet, in their order."""
        ...

    def bind(self, channel: str, places: Mapping[str, Place]) -> None:
        """Put each of these stories into a volume, for good."""
        ...

    def last_volume(self, channel: str) -> tuple[Place | None, int]:
        """The channel's newest volume, and how many stories were ever put into it."""
        ...

    def volumes(self, channel: str) -> dict[Place, int]:
        """All volumes of the channel, the oldest first, and how many stories each ever got."""
        ...

    def beside(self, channel: str, volume: Place) -> tuple[Place | None, Place | None]:
        """The volumes before and after this one."""
        ...

    def bound(self, channel: str, volume: Place) -> list[str]:
        """The stories in a volume that the channel still shows, in the order of their binding."""
        ...

    def touch(self, parts: Iterable[Part]) -> None:
        """These are to be rendered anew; listing or unlisting a story touches what shows it.

        A closed volume is touched only when it loses a story, gets it back, or gets a successor.
        """
        ...

    def touch_history(self, channels: Iterable[str]) -> None:
        """Every volume of these channels, and all pages of the archive, are to be rendered anew."""
        ...

    def edition(self) -> object:
        """Equal as long as nothing has changed of what stories show, whoever changed it."""
        ...

    def touched_channels(self) -> list[str]:
        """The channels that are to be rendered anew, the whole first."""
        ...

    def touched_volumes(self) -> list[Part]:
        """The volumes that are to be rendered anew, the oldest first; of a place the page first."""
        ...

    def untouch(self, parts: Iterable[Part]) -> None:
        """These have been rendered."""
        ...
