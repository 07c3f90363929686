"""Stories out of the store, rendered, into the folder of published files (sync)."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from feedhub.config import Settings
from feedhub.fetch.files import asset
from feedhub.model import Deleted, Entry, Output, Site, Story
from feedhub.pipeline.intake import Register, newest
from feedhub.pipeline.printed import Printed
from feedhub.pipeline.prints import Prints
from feedhub.publish import opml, sitemap
from feedhub.publish.archives import Shelf, Volume, feed_stories, volume_for
from feedhub.publish.channels import Channel, channels, is_at_home, own_page
from feedhub.publish.feeds import Feeds
from feedhub.publish.output import Outbox, Published
from feedhub.publish.pages import Pages, volume_page
from feedhub.publish.sitemap import Listed
from feedhub.publish.status import StatusRow
from feedhub.store import ARCHIVE_PAGES, WHOLE, Part, Place, Store

GROUPS = ("topics/", "organizations/", "languages/")

DELETIONS = 50
"""So many of a channel's latest deletions its Atom feed tells of."""

_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Press:
    """Renders the channels of one configuration."""

    def __init__(self, settings: Settings, register: Register) -> None:
        self._settings = settings
        self._register = register
        self._channels = {each.prefix: each for each in channels(settings.site)}
        self._feeds = Feeds(
            settings.site,
            hub=settings.hub_address,
            visible_source=settings.publish.visible_source,
        )
        self._prints = Prints(self._feeds, register)
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
        self, store: Store, parts: Collection[Part], *, now: datetime, shrink_allowed: bool
    ) -> Printed:
        """Render these channels and volumes and replace the files that differ.

        `shrink_allowed` says that fewer entries than before are right, as after a change of the
        configuration; else a feed that suddenly lost most of its entries is refused.
        """
        owners: dict[str, Part] = {}
        outputs = self._parts(store, parts, owners)
        published = self._outbox.publish(outputs, now=now, shrink_allowed=shrink_allowed)
        held = dict.fromkeys(owners[name] for name in published.held)
        return replace(_printed(published), held=tuple(held))

    def _parts(
        self, store: Store, parts: Iterable[Part], owners: dict[str, Part]
    ) -> Iterator[Output]:
        """One output after the other, each noted under its name when it is asked for."""
        for part in parts:
            for output in self._part(store, *part):
                owners[output.name] = part
                yield output

    def _part(self, store: Store, prefix: str, place: Place | None) -> Iterable[Output]:
        if prefix == ARCHIVE_PAGES and place:
            return self._archive_page(store, Volume(*place))
        channel = self._channels.get(prefix)
        if channel is None:
            # It has left the configuration since it was touched.
            return ()
        if place is None:
            return self._channel(store, channel)
        return [self._document(store, channel, Volume(*place))]

    def archive(self, store: Store, *, now: datetime) -> Printed:
        """The page that leads to all pages of the archive."""
        return self._print([self._pages.archive(self._months(store))], now)

    def standing(self, *, now: datetime) -> Printed:
        """What no story changes; and take out what the configuration no longer has."""
        for group in GROUPS:
            known = {prefix.rstrip("/") for prefix in self.prefixes} | {f"{group}index.html"}
            there = self._outbox.within(group)
            self._outbox.withdraw(each for each in there if _unpacked(each) not in known)
        return self._print([*self._pages.standing(), opml.output(self._site)], now)

    def sitemap(self, store: Store, *, now: datetime) -> Printed:
        """The site's pages for search engines."""
        volumes = (Volume(*place) for place in store.volumes(WHOLE))
        names = [
            *(f"{prefix}index.html" for prefix in self.prefixes),
            *(f"{group}index.html" for group in GROUPS),
            *map(volume_page, volumes),
            *self._outbox.within("stories/"),
        ]
        pages = [Listed(name) for name in names if name.endswith(".html")]
        return self._print(sitemap.write(self._site, pages), now)

    def status(self, rows: Sequence[StatusRow], *, now: datetime) -> Printed:
        """Every source's health, for people and for programs."""
        return self._print(self._pages.status(rows), now)

    def withdraw(self, gone: Iterable[str]) -> None:
        """Take out the pages that these stories had on the site."""
        self._outbox.withdraw(own_page(story) for story in gone)

    def rest(self) -> None:
        """Keep nothing in memory until there is more to render."""
        self._prints.forget()

    def search(self, query: str, found: Sequence[Story]) -> bytes:
        """The page that answers a search."""
        return self._pages.search(query, found)

    def bind(self, store: Store, prefix: str, *, now: datetime) -> None:
        """Put what the channel newly shows into its archive, inside the caller's transaction."""
        last, held = store.last_volume(prefix)
        places: dict[str, Place] = {}
        for story in store.unbound(prefix):
            volume = volume_for(Volume(*last) if last else None, held, now=now)
            if last is not None and volume != last:
                # It is closed from now on and names the one that follows.
                store.touch([(prefix, last), *([(ARCHIVE_PAGES, last)] if prefix == WHOLE else [])])
            held = held + 1 if volume == last else 1
            places[story] = last = volume
        store.bind(prefix, places)

    def _print(self, outputs: Iterable[Output], now: datetime) -> Printed:
        return _printed(self._outbox.publish(outputs, now=now))

    # Channels

    def _channel(self, store: Store, channel: Channel) -> Iterator[Output]:
        prefix = channel.prefix
        last, _ = store.last_volume(prefix)
        shown, items = self._prints.read(store, self._shown(store, prefix, last))
        shown.sort(key=lambda story: (story.published, story.id), reverse=True)
        closed = store.beside(prefix, last)[0] if last else None
        gone = store.deletions(prefix, since=_BEGINNING)[-DELETIONS:]
        if prefix == WHOLE:
            self.withdraw(story for story, _ in gone)
        yield from self._feeds.channel(
            channel,
            items,
            prints=self._prints.of(store, [each.id for each in shown]),
            deleted=[Deleted(id=story, when=time) for story, time in gone],
            archive=Volume(*closed) if closed else None,
        )
        yield self._pages.channel(channel, shown)
        yield from self._own(shown)

    def _shown(self, store: Store, prefix: str, last: Place | None) -> list[str]:
        """The ids of the channel's newest stories, and of those in its last volume, still open."""
        limit = self._settings.publish.entries
        share = self._settings.publish.per_source_share if prefix == WHOLE else 1
        return feed_stories(
            newest(store, prefix, limit=limit, share=share),
            store.bound(prefix, last) if last else [],
            limit=limit,
        )

    # The archive

    def _document(self, store: Store, channel: Channel, volume: Volume) -> Output:
        shelf = self._shelf(store, channel.prefix, volume)
        bound = store.bound(channel.prefix, volume)
        return self._feeds.volume(channel, shelf, self._prints.of(store, bound))

    def _archive_page(self, store: Store, volume: Volume) -> Iterator[Output]:
        bound, _ = self._prints.read(store, store.bound(WHOLE, volume))
        yield self._pages.volume(self._shelf(store, WHOLE, volume), bound)
        yield from self._own(bound)

    def _shelf(self, store: Store, prefix: str, volume: Volume) -> Shelf:
        before, after = store.beside(prefix, volume)
        return Shelf(volume, Volume(*before) if before else None, Volume(*after) if after else None)

    def _months(self, store: Store) -> dict[tuple[int, int], int]:
        """How many stories were bound in each month of the archive."""
        months: dict[tuple[int, int], int] = {}
        for (year, month, _), held in store.volumes(WHOLE).items():
            months[year, month] = months.get((year, month), 0) + held
        return months

    # Articles of the site's own

    def _own(self, shown: Iterable[Story]) -> Iterator[Output]:
        for story in shown:
            if is_at_home(story):
                yield self._pages.article(story)
            yield from self._pictures(story)

    def _pictures(self, story: Story) -> Iterator[Output]:
        """Files beside an article that its story shows."""
        source = self._register.sources.get(story.face.source)
        if source is None or source.path is None:
            return
        below = f"{self._settings.rules.media}{source.name}/"
        for address in _addresses(story.face, below):
            found = asset(source, unquote(address.removeprefix(below)))
            # Between the look and the reading it may go; then the article has no picture yet.
            with suppress(OSError):
                if isinstance(found, Path):
                    name = unquote(address.removeprefix(self._site.url))
                    yield Output(name=name, body=found.read_bytes())


def _printed(published: Published) -> Printed:
    return Printed(rendered=published.given, changed=published.changed, refused=published.refused)


def _addresses(entry: Entry, below: str) -> list[str]:
    """The addresses below this one that the entry shows, each once."""
    quoted = re.findall(rf'"({re.escape(below)}[^"]+)"', entry.content_html)
    image = [entry.image] if entry.image and entry.image.startswith(below) else []
    return list(dict.fromkeys((*image, *map(unescape, quoted))))


def _unpacked(name: str) -> str:
    """A packed file's name without what its coding adds."""
    return name.removesuffix(".gz").removesuffix(".br")
