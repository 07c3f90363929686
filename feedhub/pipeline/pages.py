"""Asks the pages of entries: for a picture that the feed does not give, and whether they are gone.

A feed is published to be polled, its pages are not: few are asked, one after the other, and a page
that does not answer is no fault of its source.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feedhub.dedupe.identity import is_page
from feedhub.model import Entry, Look, Source
from feedhub.pipeline import looks
from feedhub.pipeline.intake import relist
from feedhub.pipeline.journal import withdrawal_lines
from feedhub.store import Store

if TYPE_CHECKING:
    from feedhub.normalize import Normalized
    from feedhub.parse.digest import Digest
    from feedhub.pipeline.hub import Hub

PICTURES = 5
"""Pages that are asked for a picture after one poll."""
PATIENCE = timedelta(minutes=1)
"""For all of these together: what is news should not wait for its picture."""
LOOKS = 50
"""Pages that are looked at in one round, of which there is one an hour."""

RECENT = 20
"""Entries of a source that a picture is compared with."""

IMAGE_OF_PAGE = "the picture that its page names"

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Pictures = dict[Entry, str | None]

log = logging.getLogger(__name__)


# Pictures


async def with_pictures(hub: "Hub", digest: "Digest") -> "Digest":
    """What a poll came to, with the pictures that the pages of new and edited entries name.

    Of these the newest are asked. An edited entry keeps the picture that it has when its page is
    not asked, or cannot be read. What makes two entries equal does not change: one that is polled
    again without an edit stays as it is stored.
    """
    bare = [each for each in digest.normalized.entries if each.image is None and each.url]
    wanting = await hub.in_store(_wanting, hub.store, bare)
    newest = sorted(wanting, key=lambda entry: entry.published, reverse=True)
    named: Pictures = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE.total_seconds()):
            for entry in newest[:PICTURES]:
                named[entry] = await hub.reader.picture(entry.url or "", wanting[entry])
    pictures = wanting | await hub.in_store(_own, hub.store, named)
    return replace(digest, normalized=_illustrated(digest.normalized, pictures))


def _wanting(store: Store, bare: Iterable[Entry]) -> Pictures:
    """The entries that are new or edited and have a page, each with the picture that it had."""
    wanting: Pictures = {}
    for entry in bare:
        known = list(_known(store, entry))
        if is_page(entry.canonical_url) and all(
            each.content_hash != entry.content_hash for each in known
        ):
            own = (each.image for each in known if each.canonical_url == entry.canonical_url)
            wanting[entry] = next(own, None)
    return wanting


def _known(store: Store, entry: Entry) -> Iterator[Entry]:
    """What is stored that may be this entry, under its id or another."""
    known, near = store.known(entry.source, entry.id), store.neighbours(entry)
    for each in (known, near.former, *near.at_address, *near.titled):
        if each is not None:
            yield each.entry


def _own(store: Store, named: Pictures) -> Pictures:
    """Each entry with its own picture: what other pages name too is the emblem of their site."""
    addresses = {entry.canonical_url for entry in named}
    recent = [
        stored.entry.image
        for source in {entry.source for entry in named}
        for stored in store.entries(source=source, limit=RECENT)
        if stored.entry.canonical_url not in addresses
    ]
    shown = Counter((*named.values(), *recent))
    return {entry: picture if shown[picture] == 1 else None for entry, picture in named.items()}


def _illustrated(normalized: "Normalized", pictures: Pictures) -> "Normalized":
    from feedhub.normalize.apart import Note  # noqa: PLC0415 -- few starts need it

    found = {entry: picture for entry, picture in pictures.items() if picture}
    note = Note("image", IMAGE_OF_PAGE)
    told = {entry.id: (*normalized.notes.get(entry.id, ()), note) for entry in found}
    return replace(
        normalized,
        entries=tuple(
            replace(each, image=found[each]) if each in found else each
            for each in normalized.entries
        ),
        notes={**normalized.notes, **told},
    )


# Pages that are gone


async def look_around(hub: "Hub") -> None:
    """Look at one page of each feed whose daily look is due, and take back what is gone."""
    looked = 0
    for source in await _due(hub):
        looked += await _look(hub, source)
        if looked == LOOKS:
            break


async def _due(hub: "Hub") -> list[Source]:
    """The feeds in use whose daily look is due, the oldest debt first."""
    now = hub.now()
    last = await hub.in_store(hub.store.last_looks, now)
    due = [
        source
        for name, source in hub.sources.items()
        if source.url and source.enabled and not hub.memories[name].retired
        if looks.is_due(name, last.get(name), now)
    ]
    return sorted(due, key=lambda source: last.get(source.name, _LONG_AGO))


async def _look(hub: "Hub", source: Source) -> bool:
    """Whether the source has a page to look at, which then was."""
    since = hub.now() - looks.WINDOW
    page = looks.choose(await hub.in_store(hub.store.looks, source.name, since))
    if page is None:
        return False
    learnt = looks.learnt(page, await hub.reader.status(page.address))
    hub.publisher.stale |= bool(await hub.in_store(_remember, hub, learnt))
    return True


def _remember(hub: "Hub", look: Look) -> frozenset[str]:
    """Keep what a look told, and withdraw an entry that is gone. Returns the channels touched."""
    now, store = hub.now(), hub.store
    with store.transaction():
        store.note_look(look, now=now)
        stories = (
            store.withdraw(look.source, [look.id], now=now) if looks.is_taken_back(look) else []
        )
        if stories:
            store.log(withdrawal_lines(look.source, [look.id], looks.GONE_REASON), now=now)
            log.info("%s: withdrawn, %s: %s", look.source, looks.GONE_REASON, look.address)
        return relist(store, stories, hub.register, now=now)
