"""The site's pages for search engines, by the sitemaps protocol 0.9 (pure).

Only pages of the site's own: a story that stands elsewhere is for its own site to name.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree as ET

from feedhub.model import Output, Site
from feedhub.publish.moments import rfc3339

LIMIT = 50_000
"""Addresses in one file; where there are more, sitemap.xml lists files of so many."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Listed(NamedTuple):
    """A page by the name of its output, and when what it shows last changed, where that is known."""

    name: str
    changed: datetime | None = None


def write(site: Site, pages: Iterable[Listed]) -> tuple[Output, ...]:
    """sitemap.xml, the files that it lists, and robots.txt, which leads to it."""
    ordered = sorted(set(pages), key=lambda page: page.name)
    return (*_files(site, ordered), _robots(site))


def _files(site: Site, pages: Sequence[Listed]) -> Iterator[Output]:
    if len(pages) <= LIMIT:
        yield Output(name="sitemap.xml", body=_written(site, "urlset", "url", pages))
        return
    parts = [pages[start : start + LIMIT] for start in range(0, len(pages), LIMIT)]
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        yield Output(name=name, body=_written(site, "urlset", "url", part))
    index = _written(site, "sitemapindex", "sitemap", list(map(Listed, names)))
    yield Output(name="sitemap.xml", body=index)


def _written(site: Site, root: str, element: str, pages: Iterable[Listed]) -> bytes:
    tree = ET.Element(root, xmlns=_NAMESPACE)
    for page in pages:
        below = ET.SubElement(tree, element)
        ET.SubElement(below, "loc").text = site.url + quote(page.name.removesuffix("index.html"))
        if page.changed is not None:
            ET.SubElement(below, "lastmod").text = rfc3339(page.changed)
    ET.indent(tree, "")
    written: bytes = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _robots(site: Site) -> Output:
    # Searches have no end, and nothing in them that is not elsewhere.
    text = f"User-agent: *\nDisallow: /search\n\nSitemap: {site.url}sitemap.xml\n"
    return Output(name="robots.txt", body=text.encode())
