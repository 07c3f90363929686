"""What OPML 2.0 and the sitemaps protocol ask."""

from collections.abc import Iterator
from datetime import datetime

from tests.rules import SITEMAP, Fault, rfc3339_date, twice, web_address, xml


def opml(body: bytes, _address: str, _now: datetime) -> Iterator[Fault]:
    """OPML 2.0: a subscription list."""
    root = xml(body)
    if root.tag != "opml" or root.get("version") != "2.0":
        yield f"InvalidOPMLVersion: {root.get('version')}"
    outlines = [*root.iter("outline")]
    if not outlines:
        yield "MissingElement: outline"
    for outline in outlines:
        if not outline.get("text"):
            yield "MissingAttribute: text of an outline"
        if len(outline) == 0:
            if outline.get("type") != "rss":
                yield "MissingAttribute: type of an outline"
            yield from web_address(outline.get("xmlUrl"))
        if outline.get("htmlUrl") is not None:
            yield from web_address(outline.get("htmlUrl"))


def sitemap(body: bytes, _address: str, now: datetime) -> Iterator[Fault]:
    """The sitemaps protocol 0.9."""
    root = xml(body)
    if root.tag not in {f"{SITEMAP}urlset", f"{SITEMAP}sitemapindex"}:
        yield f"UndefinedElement: {root.tag}"
    places = [each.text for each in root.iter(f"{SITEMAP}loc")]
    if len(places) > 50_000 or len(body) > 50 * 1024 * 1024:
        yield f"TooMany: {len(places)} addresses"
    for place in places:
        yield from web_address(place)
    yield from twice(places)
    for changed in root.iter(f"{SITEMAP}lastmod"):
        yield from rfc3339_date(changed.text, now)
