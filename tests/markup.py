"""A small site and its pages, read back as a strict HTML parser reads them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

from feedhub.model import Entry, Output, Site, Story, Translation
from feedhub.polling import Health
from feedhub.publish.archives import Shelf, Volume
from feedhub.publish.channels import channels
from feedhub.publish.pages import Pages
from feedhub.publish.status import StatusRow
from tests.samples import entry, organization, site, source, story

ARTICLES = source(
    name="toimitus/articles",
    organization="toimitus",
    organization_name="Toimitus",
    homepage=None,
    url=None,
    path="/srv/articles",
    republish="full",
    licence="CC BY 4.0",
)
CITY = source(name="kaupunki/feed", organization="kaupunki", organization_name="Kaupunki")
PARTNERS = (
    organization(),
    organization(slug="kaupunki", name="Kaupunki", sources=(CITY,)),
    organization(slug="toimitus", name="Toimitus", homepage=None, sources=(ARTICLES,)),
)


def hub(**changes: Any) -> Site:
    """A site with a village, a city, and an editorial office that writes articles."""
    return site(**{"organizations": PARTNERS, **changes})


def local(**changes: Any) -> Entry:
    """An article of the site's own, without an address."""
    own = {"source": "toimitus/articles", "id": "juttu", "url": None, "canonical_url": None}
    return entry(**{**own, **changes})


def read(page: Output | bytes) -> Element:
    """The page's elements; raises when a strict parser finds a fault in it."""
    body = page.body if isinstance(page, Output) else page
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(body, transport_encoding="utf-8")
    return tree


def start_page(*stories: Story, at: Site | None = None, prefix: str = "") -> Element:
    return read(channel_page(stories, at or hub(), prefix))


def channel_page(stories: Sequence[Story], at: Site, prefix: str) -> Output:
    channel = next(each for each in channels(at) if each.prefix == prefix)
    return Pages(at).channel(channel, stories)


def text(element: Element | None) -> str:
    """All text below an element, with single spaces."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def classed(tree: Element, name: str) -> list[Element]:
    return [each for each in tree.iter() if name in (each.get("class") or "").split()]


def links(tree: Element) -> dict[str, str]:
    """Where each link leads, by its text."""
    return {text(each): each.get("href", "") for each in tree.iter("a")}


VOLUMES = [Volume(2026, 10, 1), Volume(2026, 11, 1), Volume(2026, 11, 2), Volume(2026, 12, 1)]


def every_page(at: Site, *, searchable: bool = False) -> list[Output]:
    """One of each kind of page."""
    pages = Pages(at, searchable=searchable)
    foreign = entry(
        source="kaupunki/feed",
        title="Nya <bron>",
        language="sv",
        image="https://kaupunki.example.fi/a.jpg",
        translations=(Translation(language="fi", url="https://kaupunki.example.fi/fi"),),
    )
    stories = [story(foreign, face=local()), story(face=foreign), story()]
    rows = [
        StatusRow(source=source(), health=health("ok")),
        StatusRow(source=CITY, health=health("timeout", state="broken")),
    ]
    return [
        *(pages.channel(each, stories) for each in channels(at)),
        pages.article(stories[0]),
        *(pages.volume(shelf, stories) for shelf in shelves(VOLUMES)),
        pages.archive({(2026, 11): 3, (2026, 10): 1, (2026, 12): 0}),
        *pages.standing(),
        *pages.status(rows),
        Output(name="search", body=pages.search("silta", stories)),
    ]


def shelves(volumes: Collection[Volume]) -> tuple[Shelf, ...]:
    """A channel's volumes beside each other, the oldest first."""
    ordered = sorted(volumes)
    before, after = [None, *ordered], [*ordered[1:], None]
    return tuple(map(Shelf, ordered, before, after))


def health(code: str, **changes: Any) -> Health:
    plain = {"state": "ok", "message": "Something odd.", "remedy": "Look at it."}
    return Health(code=code, **{**plain, **changes})


def html_pages(outputs: Iterable[Output]) -> Iterator[tuple[str, Element]]:
    for each in outputs:
        if each.name.endswith(".html") or each.name == "search":
            yield each.name, read(each)
