"""Stories out of the store, rendered, into the folder of published files (sync)."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from feedhub.config import Settings
from feedhub.fetch.files import asset
from feedhub.model import Entry, Fault, Output, Story
from feedhub.pipeline.intake import Register, newest
from feedhub.publish import opml, pages, render_channel
from feedhub.publish.channels import channels
from feedhub.publish.output import Outbox
from feedhub.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """How many files were rendered, which of them differ, and which were refused and why."""

    rendered: int = 0
    changed: tuple[str, ...] = ()
    refused: tuple[Fault, ...] = ()


class Press:
    """Renders the channels of one configuration."""

    def __init__(self, settings: Settings, register: Register) -> None:
        self._settings = settings
        self._register = register
        self._channels = {each.prefix: each for each in channels(settings.site)}
        self._outbox = Outbox(settings.public)

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
        outputs = list(self._outputs(store, prefixes))
        published = self._outbox.publish(outputs, now=now, shrink_allowed=shrink_allowed)
        return Printed(rendered=len(outputs), changed=published.changed, refused=published.refused)

    def _outputs(self, store: Store, prefixes: Collection[str]) -> Iterator[Output]:
        limit = self._settings.publish.entries
        site = self._settings.site
        for prefix in sorted(self.prefixes.intersection(prefixes)):
            stories = newest(store, prefix, self._register, limit=limit)
            yield from render_channel(site, self._channels[prefix], stories)
            yield pages.channel_page(site, self._channels[prefix], stories)
            yield from self._pictures(stories)
        yield Output(name="opml.xml", body=opml.write(site))

    def _pictures(self, stories: Iterable[Story]) -> Iterator[Output]:
        """Files beside the articles that these stories show."""
        media = self._settings.rules.media
        for story in stories:
            source = self._register.sources.get(story.face.source)
            if source is None or source.path is None:
                continue
            below = f"{media}{source.name}/"
            for address in _addresses(story.face, below):
                found = asset(source, unquote(address.removeprefix(below)))
                if isinstance(found, Path):
                    yield Output(
                        name=unquote(address.removeprefix(self._settings.site.url)),
                        body=found.read_bytes(),
                    )


def _addresses(entry: Entry, below: str) -> list[str]:
    """The addresses below this one that the entry shows, each once."""
    quoted = re.findall(rf'"({re.escape(below)}[^"]+)"', entry.content_html)
    image = [entry.image] if entry.image and entry.image.startswith(below) else []
    return list(dict.fromkeys((*image, *map(unescape, quoted))))
