"""Stories out of the store, rendered, into the folder of published files (sync)."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from feedhub.config import Settings
from feedhub.fetch.files import asset
from feedhub.model import Entry, Fault, Output, Site, Story
from feedhub.pipeline.intake import Register, newest
from feedhub.publish import opml, render_channel
from feedhub.publish.channels import channels, page_address
from feedhub.publish.output import Outbox
from feedhub.publish.pages import Pages
from feedhub.publish.status import StatusRow
from feedhub.store import Store

GROUPS = ("topics/", "organizations/", "languages/")
STORIES = "stories/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """How many files were rendered, which of them differ, and which were refused and why."""

    rendered: int = 0
    changed: tuple[str, ...] = ()
    refused: tuple[Fault, ...] = ()

    def __add__(self, other: "Printed") -> "Printed":
        return Printed(
            rendered=self.rendered + other.rendered,
            changed=self.changed + other.changed,
            refused=self.refused + other.refused,
        )


class Press:
    """Renders the channels of one configuration."""

    def __init__(self, settings: Settings, register: Register) -> None:
        self._settings = settings
        self._register = register
        self._channels = {each.prefix: each for each in channels(settings.site)}
        self._pages = Pages(settings.site, searchable=True)
        self._outbox = Outbox(settings.public)

    @property
    def _site(self) -> Site:
        return self._settings.site

    @property
    def prefixes(self) -> frozenset[str]:
        """Every channel that this configuration has."""
        return frozenset(self._channels)

    def publish(
        self, store: Store, prefixes: Collection[str], *, now: datetime, shrink_allowed: bool
    ) -> Printed:
        """Render these channels and replace the files that differ.

        `shrink_allowed` says that fewer entries than before are right, as after a change of the
        configuration; else a feed that suddenly lost most of its entries is refused.
        """
        return self._print(self._channel_files(store, prefixes), now, shrink_allowed=shrink_allowed)

    def standing(self, *, now: datetime) -> Printed:
        """What no story changes; and take out what the configuration no longer has."""
        outputs = [*self._pages.standing(), Output(name="opml.xml", body=opml.write(self._site))]
        for group in GROUPS:
            known = {prefix.rstrip("/") for prefix in self.prefixes} | {f"{group}index.html"}
            self._outbox.withdraw(
                each for each in self._outbox.within(group) if _unpacked(each) not in known
            )
        return self._print(outputs, now)

    def status(self, rows: Sequence[StatusRow], *, now: datetime) -> Printed:
        """Every source's health, for people and for programs."""
        return self._print(self._pages.status(rows), now)

    def search(self, query: str, stories: Sequence[Story]) -> bytes:
        """The page that answers a search."""
        return self._pages.search(query, stories)

    def _print(
        self, outputs: Iterable[Output], now: datetime, *, shrink_allowed: bool = False
    ) -> Printed:
        rendered = list(outputs)
        published = self._outbox.publish(rendered, now=now, shrink_allowed=shrink_allowed)
        return Printed(rendered=len(rendered), changed=published.changed, refused=published.refused)

    def _channel_files(self, store: Store, prefixes: Collection[str]) -> Iterator[Output]:
        limit = self._settings.publish.entries
        shown: dict[str, Story] = {}
        for prefix in sorted(self.prefixes.intersection(prefixes)):
            channel = self._channels[prefix]
            stories = newest(store, prefix, self._register, limit=limit)
            yield from render_channel(self._site, channel, stories)
            yield self._pages.channel(channel, stories)
            shown.update({story.id: story for story in stories})
        for story in shown.values():
            yield from self._article(story)
            yield from self._pictures(story)

    def _article(self, story: Story) -> Iterator[Output]:
        """The page of a story that has none elsewhere."""
        if page_address(story, self._site).startswith(f"{self._site.url}{STORIES}"):
            yield self._pages.article(story)

    def _pictures(self, story: Story) -> Iterator[Output]:
        """Files beside an article that its story shows."""
        source = self._register.sources.get(story.face.source)
        if source is None or source.path is None:
            return
        below = f"{self._settings.rules.media}{source.name}/"
        for address in _addresses(story.face, below):
            found = asset(source, unquote(address.removeprefix(below)))
            if isinstance(found, Path):
                name = unquote(address.removeprefix(self._site.url))
                yield Output(name=name, body=found.read_bytes())


def _addresses(entry: Entry, below: str) -> list[str]:
    """The addresses below this one that the entry shows, each once."""
    quoted = re.findall(rf'"({re.escape(below)}[^"]+)"', entry.content_html)
    image = [entry.image] if entry.image and entry.image.startswith(below) else []
    return list(dict.fromkeys((*image, *map(unescape, quoted))))


def _unpacked(name: str) -> str:
    """A packed file's name without what its coding adds."""
    return name.removesuffix(".gz").removesuffix(".br")
