"""The pages of the site: stories for people, the same bytes for the same stories (pure)."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

from markupsafe import Markup

from feedhub.model import Output, Site, Story
from feedhub.publish.archives import Shelf, Volume
from feedhub.publish.channels import Channel, page_address
from feedhub.publish.characters import is_web
from feedhub.publish.locale import is_whole, words
from feedhub.publish.sheet import Catalogue, Link, Page, Sheet, split_prefix
from feedhub.publish.status import StatusRow, status_json, status_page

Month = tuple[int, int]
"""Year and month, 1 to 12."""

FEW_ORGANIZATIONS = 15
"""More are not listed on every page, only on their own."""

_STATIC = Path(__file__).parent / "static"
_KICKERS = {"topics": "topic", "organizations": "organization", "languages": "language"}


class Pages:
    """Renders the pages of one configuration of the site.

    `searchable` says that `/search` is served, so that a search form is of use.
    """

    def __init__(self, site: Site, *, searchable: bool = False) -> None:
        self._catalogue = Catalogue(site, searchable=searchable)
        self._words = words(site.language)

    def _sheet(self, page: Page) -> Sheet:
        return Sheet(self._catalogue, page, self._words)

    def channel(self, channel: Channel, stories: Sequence[Story]) -> Output:
        """A channel's page: its stories in the order given."""
        group, key = split_prefix(channel.prefix)
        catalogue = self._catalogue
        page = Page(
            name=f"{channel.prefix}index.html",
            title=catalogue.titles[channel.prefix],
            description=catalogue.site.description,
            prefix=channel.prefix,
            section="organizations/" if group == "organizations" else "",
            language=key if group == "languages" else None,
            image=next(filter(None, map(catalogue.picture, stories)), None),
        )
        # A reader of Swedish news is spoken to in Swedish.
        own = group == "languages" and is_whole(key)
        sheet = Sheet(catalogue, page, words(key) if own else self._words)
        partners = sheet.places("organizations")
        return sheet.output(
            "channel.html",
            kicker=sheet.words(_KICKERS[group]) if group else "",
            homepage=catalogue.organizations[key].homepage if group == "organizations" else None,
            cards=[sheet.card(story) for story in stories],
            filters=sheet.filters(),
            organizations=partners[:FEW_ORGANIZATIONS],
            more_organizations=len(partners) > FEW_ORGANIZATIONS,
        )

    def article(self, story: Story) -> Output:
        """The page of a story that has none elsewhere: an article of the site's own."""
        face = story.face
        catalogue = self._catalogue
        policy = catalogue.policy(story)
        page = Page(
            name=unquote(page_address(story, catalogue.site).removeprefix(catalogue.site.url)),
            title=face.title,
            description="" if policy == "link" else face.excerpt,
            language=face.language,
            image=catalogue.picture(story),
            kind="article",
        )
        sheet = self._sheet(page)
        source = catalogue.sources.get(face.source)
        return sheet.output(
            "article.html",
            card=sheet.card(story),
            # Cleaned by allow-list when the entry was made.
            content=Markup(face.content_html if policy == "full" else ""),  # noqa: S704
            authors=face.authors,
            attachments=[each for each in face.enclosures if policy == "full" and is_web(each.url)],
            licence=source.licence if source else None,
        )

    def volume(self, shelf: Shelf, stories: Sequence[Story]) -> Output:
        """One volume of the archive, for people; beside it stands its Atom document."""
        name, title = volume_page(shelf.volume), self._title(shelf.volume)
        sheet = self._sheet(Page(name=name, title=title, section="archive/"))
        return sheet.output(
            "volume.html",
            cards=[sheet.card(story) for story in stories],
            older=self._volume_link(sheet, shelf.previous) if shelf.previous else None,
            newer=self._volume_link(sheet, shelf.following) if shelf.following else None,
        )

    def archive(self, counts: Mapping[Month, int]) -> Output:
        """All months that have a page, with how many stories each has."""
        title = self._words("archive")
        sheet = self._sheet(Page(name="archive/index.html", title=title, section="archive/"))
        years = [
            (year, [(self._volume_link(sheet, Volume(*each, 1)), counts[each]) for each in months])
            for year, months in groupby(sorted(counts, reverse=True), key=lambda month: month[0])
        ]
        return sheet.output("archive.html", years=years)

    def _volume_link(self, sheet: Sheet, volume: Volume) -> Link:
        return Link(
            self._title(volume), f"{sheet.root}{volume_page(volume).removesuffix('index.html')}"
        )

    def _title(self, volume: Volume) -> str:
        month = self._words.month(volume.year, volume.month)
        return month if volume.number == 1 else f"{month} ({volume.number})"

    def standing(self) -> tuple[Output, ...]:
        """What no story changes: how to subscribe, the lists of channels, 404, the style sheet."""
        static = (
            Output(name=f"static/{file.name}", body=file.read_bytes())
            for file in sorted(_STATIC.iterdir())
        )
        return (self._subscribe(), *map(self._directory, _KICKERS), self._missing(), *static)

    def _subscribe(self) -> Output:
        title = self._words("subscribe.title")
        sheet = self._sheet(Page(name="subscribe/index.html", title=title, section="subscribe/"))
        groups = [(self._words(group), sheet.places(group)) for group in ("topics", "languages")]
        return sheet.output("subscribe.html", groups=groups)

    def _directory(self, group: str) -> Output:
        title = self._words(group)
        sheet = self._sheet(Page(name=f"{group}/index.html", title=title, section=f"{group}/"))
        return sheet.output("directory.html", places=sheet.places(group))

    def _missing(self) -> Output:
        page = Page(name="404.html", title=self._words("not_found"), listed=False)
        return self._sheet(page).output("missing.html")

    def status(self, rows: Sequence[StatusRow]) -> tuple[Output, Output]:
        """Every source's health, for people and for programs."""
        ordered = sorted(rows, key=lambda row: (row.source.organization_name, row.source.name))
        title = self._words("status.title")
        sheet = self._sheet(Page(name="status/index.html", title=title, section="status/"))
        return status_page(sheet, ordered), status_json(self._catalogue.site, ordered)

    def search(self, query: str, stories: Sequence[Story]) -> bytes:
        """The answer to a search; an empty query gives the form alone."""
        sheet = self._sheet(Page(name="search", title=self._words("search"), listed=False))
        cards = [sheet.card(story) for story in stories]
        return sheet.output("search.html", query=query, cards=cards).body


def volume_page(volume: Volume) -> str:
    """The name of a volume's page; a month's first volume has the address of the month."""
    month = f"archive/{volume.year:04}/{volume.month:02}/"
    return f"{month}index.html" if volume.number == 1 else f"{month}{volume.number}/index.html"
