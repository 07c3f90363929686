"""One page of the site as seen from where it stands: its words, its links, its stories (pure).

Links inside the site are relative, so that the pages work below any address; the addresses that a
reader copies are whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from feedhub.model import Output, Republish, Site, Story, Topic
from feedhub.publish.channels import channels, page_address
from feedhub.publish.characters import is_web, line
from feedhub.publish.locale import Words, language_name
from feedhub.publish.moments import rfc3339
from feedhub.publish.origins import Origins


class Feed(NamedTuple):
    """A feed's address and what it is."""

    name: str
    key: str
    type: str
    address: str


class Link(NamedTuple):
    """A name that leads somewhere, or nowhere when `href` is empty; a template writes it as it is.

    `language` is given where it is not the page's own; `prefix` where it leads to a channel.
    """

    text: str
    href: str = ""
    language: str = ""
    prefix: str = ""

    def __html__(self) -> str:
        return _linked(self)


FORMATS = (
    Feed("Atom", "atom", "application/atom+xml", "atom.xml"),
    Feed("RSS", "rss", "application/rss+xml", "rss.xml"),
    Feed("JSON Feed", "json", "application/feed+json", "feed.json"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a page shows of a story. `lang` is an HTML attribute or nothing."""

    title: str
    href: str
    lang: Markup
    excerpt: str
    picture: str | None
    organization: Link
    published: str
    """As HTML wants a moment."""
    date: str
    """The same in words."""
    tongue: Link | None
    """The story's language, where it is not the page's."""
    topics: tuple[Link, ...]
    elsewhere: tuple[Link, ...]
    """The other organizations that published it."""
    translations: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the frame round a page says of it. `name` is the output's."""

    name: str
    title: str
    description: str = ""
    prefix: str = ""
    """Of the channel whose feeds it offers."""
    section: str | None = None
    """The part of the site that the navigation marks, as a path."""
    language: str | None = None
    """Of the title, where it is not in the words of the page."""
    image: str | None = None
    kind: str = "website"
    """Open Graph's og:type."""
    listed: bool = True
    """Whether it has an address of its own that search engines may keep."""

    def is_at(self, path: str) -> bool:
        return self.name == f"{path}index.html"


class Catalogue:
    """The configured site, ready to be looked up for every story.

    `searchable` says that `/search` is served, so that a search form is of use.
    """

    def __init__(self, site: Site, *, searchable: bool = False) -> None:
        self.site = site
        self.searchable = searchable
        self.zone = ZoneInfo(site.timezone)
        self.prefixes = tuple(each.prefix for each in channels(site))
        self.topics = {each.slug: each.title for each in site.topics}
        self.organizations = {each.slug: each for each in site.organizations}
        self.sources = {each.name: each for org in site.organizations for each in org.sources}

    @cached_property
    def titles(self) -> dict[str, str]:
        """What each channel is called on the site, by its prefix."""
        return {prefix: self._title(prefix) for prefix in self.prefixes}

    @cached_property
    def origins(self) -> Origins:
        return Origins(self.site)

    @cached_property
    def vocabulary(self) -> tuple[Topic, ...]:
        """The topics as feeds name them."""
        return tuple(replace(each, title=line(each.title)) for each in self.site.topics)

    def _title(self, prefix: str) -> str:
        group, key = split_prefix(prefix)
        match group:
            case "topics":
                return self.topics[key]
            case "organizations":
                return self.organizations[key].name
            case "languages":
                return language_name(key)
            case _:
                return self.site.title

    def policy(self, story: Story) -> Republish:
        """How much may be shown; of a source that has left, no more than a link."""
        source = self.sources.get(story.face.source)
        return source.republish if source else "link"

    def picture(self, story: Story) -> str | None:
        """The lead image when it may be shown: over https, or one of the site's own."""
        image = story.face.image
        if image is None or self.policy(story) == "link":
            return None
        return image if image.startswith(("https://", self.site.url)) else None


@dataclass(frozen=True)
class Sheet:
    """One page being made: everything that depends on where it stands and what it speaks."""

    catalogue: Catalogue
    page: Page
    words: Words

    @cached_property
    def root(self) -> str:
        """The way from here to the start page."""
        if not self.page.listed:
            # Shown at whatever address was asked for, so no relative way would do.
            return urlsplit(self.catalogue.site.url).path
        return "../" * self.page.name.count("/") or "./"

    def local(self, address: str) -> str:
        """An address from here: relative when it is one of the site's own."""
        below = address.removeprefix(self.catalogue.site.url)
        return address if below == address else f"{self.root}{below}"

    def lang(self, language: str | None = None) -> Markup:
        """The HTML attribute for text in `language` (default: the site's), where one is due."""
        spoken = language or self.catalogue.site.language
        if spoken in {self.words.language, "und"}:
            return Markup()
        return Markup(f' lang="{escape(spoken)}"')  # noqa: S704 - what varies is escaped

    def feeds(self, prefix: str) -> tuple[Feed, ...]:
        """The three feeds of a channel, by their whole addresses."""
        base = f"{self.catalogue.site.url}{prefix}"
        return tuple(each._replace(address=f"{base}{each.address}") for each in FORMATS)

    def places(self, group: str) -> list[Link]:
        """Links to all channels of one group."""
        return [
            self._channel(prefix)
            for prefix in self.catalogue.prefixes
            if split_prefix(prefix)[0] == group
        ]

    def _channel(self, prefix: str) -> Link:
        group, key = split_prefix(prefix)
        language = key if group == "languages" else ""
        return Link(self.catalogue.titles[prefix], f"{self.root}{prefix}", language, prefix)

    def card(self, story: Story) -> Card:
        """The story as this page shows it, within what its source allows."""
        face = story.face
        catalogue = self.catalogue
        picture = catalogue.picture(story)
        return Card(
            title=face.title,
            href=self.local(page_address(story, catalogue.site)),
            lang=self.lang(face.language),
            excerpt="" if catalogue.policy(story) == "link" else face.excerpt,
            picture=self.local(picture) if picture else None,
            organization=self._organization(face.source),
            published=rfc3339(story.published),
            date=self.words.moment(story.published, catalogue.zone),
            tongue=self._tongue(face.language),
            topics=tuple(self._known(f"topics/{slug}/" for slug in face.topics)),
            elsewhere=tuple(self._elsewhere(story)),
            translations=tuple(self._translations(story)),
        )

    def _organization(self, source: str) -> Link:
        """Who published it; also of a source that has left the configuration."""
        known = self.catalogue.sources.get(source)
        slug = known.organization if known else source.partition("/")[0]
        found = self._known([f"organizations/{slug}/"])
        return found[0] if found else Link(known.organization_name if known else slug)

    def _known(self, prefixes: Iterable[str]) -> list[Link]:
        """Links to those of these channels that have a page."""
        return [self._channel(each) for each in prefixes if each in self.catalogue.titles]

    def _tongue(self, language: str) -> Link | None:
        """The language of a text, when a reader of this page should be told."""
        expected = self.page.language or self.catalogue.site.language
        if language in {expected, "und"}:
            return None
        known = self._known([f"languages/{language}/"])
        return known[0] if known else Link(language_name(language), language=language)

    def _elsewhere(self, story: Story) -> Iterator[Link]:
        """Who else published the story: each organization once, with its own address of it."""
        named = {_organization_of(story.face.source)}
        for member in sorted(story.members, key=lambda each: (each.source, each.id)):
            organization = _organization_of(member.source)
            if organization not in named:
                named.add(organization)
                address = member.url if is_web(member.url) else None
                yield Link(self._organization(member.source).text, address or "")

    def _translations(self, story: Story) -> Iterator[Link]:
        for each in story.translations:
            if is_web(each.url):
                yield Link(language_name(each.language), each.url, each.language)

    def filters(self) -> list[tuple[str, list[Link]]]:
        """The ways to narrow the news, each under its label."""
        everything = Link(self.words("all_news"), self.root)
        topics = [everything, *self.places("topics")]
        ways = [(self.words("topics"), topics), (self.words("languages"), self.places("languages"))]
        return [(label, links) for label, links in ways if links]

    def output(self, template: str, **values: object) -> Output:
        """The finished page."""
        site = self.catalogue.site
        text = _jinja.get_template(template).render(
            site=site,
            searchable=self.catalogue.searchable,
            zone=self.catalogue.zone,
            page=self.page,
            address=f"{site.url}{self.page.name.removesuffix('index.html')}",
            words=self.words,
            root=self.root,
            feeds=self.feeds,
            site_lang=self.lang(),
            title_lang=self.lang(self.page.language),
            **{"query": "", **values},
        )
        return Output(name=self.page.name, body=text.encode())


def split_prefix(prefix: str) -> tuple[str, str]:
    """A channel's group and key: "topics/travel/" is ("topics", "travel")."""
    group, _, key = prefix.rstrip("/").partition("/")
    return group, key


@lru_cache(maxsize=1024)  # The same organizations, topics and languages stand on every page.
def _linked(link: Link) -> str:
    text = escape(link.text)
    if not link.href:
        return text
    language = escape(link.language)
    spoken = f' lang="{language}" hreflang="{language}"' if language else ""
    return f'<a href="{escape(link.href)}"{spoken}>{text}</a>'


def _basename(address: str) -> str:
    return unquote(PurePosixPath(urlsplit(address).path).name) or address


def _breakable(address: str) -> Markup:
    """A long address may go on in the next line after a slash."""
    return Markup("/<wbr>").join(address.split("/"))


def _organization_of(source: str) -> str:
    return source.partition("/")[0]


_jinja = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_jinja.filters.update(rfc3339=rfc3339, basename=_basename, breakable=_breakable)
