"""Channels as JSON Feed 1.1, with what else is known of a story under `_feedhub` (pure).

There is no `next_url`: it would name a next page, and the older stories stand in Atom volumes.
"""

import json
from collections.abc import Iterable
from typing import Any

from feedhub.model import Enclosure
from feedhub.publish.items import Head, Item
from feedhub.publish.moments import rfc3339
from feedhub.publish.origins import Credit

VERSION = "https://jsonfeed.org/version/1.1"

Facts = dict[str, Any]

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write(head: Head, items: Iterable[Item]) -> bytes:
    """The feed as bytes; what is not known is left out."""
    facts = _known(
        version=VERSION,
        title=head.title,
        home_page_url=head.base,
        feed_url=f"{head.base}feed.json",
        description=head.description,
        favicon=head.icon,
        language=head.language,
        authors=[_credit(head.site)],
        hubs=[{"type": "WebSub", "url": head.hub}] if head.hub else None,
    )
    # An item a line: what lies packed is no smaller on one, and a person can find one.
    lines = ",\n".join(_written(_item(each)) for each in items)
    # Also without any the list must be there.
    return f'{_written(facts)[:-1]},"items":[\n{lines}\n]}}\n'.encode()


def _item(item: Item) -> Facts:
    # One of the two contents must be there; where no text may be shown, the title stands alone.
    content = (
        {"content_html": item.html} if item.html else {"content_text": item.text or item.title}
    )
    return _known(
        id=item.id,
        url=item.url,
        title=item.title,
        **content,
        summary=item.text if item.html else None,
        image=item.image,
        date_published=rfc3339(item.published),
        date_modified=rfc3339(item.updated),
        authors=[{"name": each} for each in item.authors],
        tags=[*(each.title for each in item.topics), *item.categories],
        language=item.language,
        attachments=[_attachment(each) for each in item.enclosures],
        _feedhub=_extension(item),
    )


def _extension(item: Item) -> Facts:
    """Where the story comes from, and what may be done with it."""
    origin, licence = item.origin, item.licence
    return _known(
        organization=_credit(origin.organization, slug=origin.slug),
        source=_known(name=origin.source, title=origin.title, url=origin.feed),
        also_published_by=[_credit(each) for each in item.also],
        topics=[each.slug for each in item.topics],
        language=item.language,
        translations=[{"language": each.language, "url": each.url} for each in item.translations],
        licence=_known(name=licence.name, url=licence.url) if licence else None,
    )


def _attachment(file: Enclosure) -> Facts:
    return _known(
        url=file.url,
        mime_type=file.type,
        size_in_bytes=file.length,
        duration_in_seconds=file.duration,
    )


def _credit(credit: Credit, **more: str) -> Facts:
    return _known(name=credit.name, url=credit.url, **more)


def _known(**facts: object) -> Facts:
    return {name: fact for name, fact in facts.items() if fact is not None and fact != []}
