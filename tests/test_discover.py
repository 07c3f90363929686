"""From a home page to its feeds."""

import asyncio
import time
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.fetch.discover import MAX_REQUESTS, Found, discover
from feedhub.fetch.recognize import Feed, recognize
from feedhub.model import Fault

HOME = "https://kyla.example.fi/"
RSS = b"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>
<title>Kyl&#228;n uutiset</title><language>fi</language>
<item><title>Silta</title><pubDate>Mon, 23 Nov 2026 10:00:00 EET</pubDate></item>
<item><title>Tie</title></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="sv"><title>Byns nyheter</title>
<entry><title>Bron</title><updated>2026-11-23T08:00:00Z</updated></entry></feed>"""
COMMENTS = b"<rss version='2.0'><channel><title>Comments on: Silta</title><item/></channel></rss>"
EMPTY = b"<rss version='2.0'><channel><title>Tapahtumat</title></channel></rss>"
TIMEOUT = Fault(code="timeout", message="It did not answer in time.")


@dataclass(frozen=True)
class Answer:
    """A page, as the fetcher gives it."""

    address: str
    status: int
    content_type: str | None
    body: bytes


@dataclass
class Site:
    """Answers by address: bytes, another address to be redirected to, a status or a Fault."""

    pages: dict[str, bytes | str | int | Fault]
    asked: list[str] = field(default_factory=list)

    async def get(self, address: str, *, accept: str = "") -> Answer | Fault:
        assert "application/atom+xml" in accept
        self.asked.append(address)
        page = self.pages.get(address, 404)
        while isinstance(page, str):
            address, page = page, self.pages.get(page, 404)
        if isinstance(page, Fault):
            return page
        if isinstance(page, int):
            return Answer(address, page, "text/html", b"<p>No.</p>")
        return Answer(address, 200, "text/html; charset=utf-8", page)

    def discover(self, address: str = HOME) -> list[str] | Fault:
        """The addresses found."""
        found = asyncio.run(discover(self, address))
        return found if isinstance(found, Fault) else [each.address for each in found]


def page(*tags: str) -> bytes:
    return f"<!doctype html><html><head>{''.join(tags)}</head><body>Hei</body></html>".encode()


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}" title="Sivu &raquo; syöte">'


def test_a_feed_is_found_at_its_own_address() -> None:
    site = Site({HOME: RSS})
    found = asyncio.run(discover(site, HOME))
    newest = "Mon, 23 Nov 2026 10:00:00 EET"
    feed = Feed(kind="rss", title="Kylän uutiset", language="fi", entries=2, newest=newest)
    assert (Found(address=HOME, feed=feed),) == found
    assert [HOME] == site.asked


DECLARED: dict[str, tuple[bytes, list[str]]] = {
    "a whole address": (page(link(f"{HOME}rss")), [f"{HOME}rss"]),
    "a relative address": (page(link("rss")), [f"{HOME}rss"]),
    "an address without a scheme": (page(link("//kyla.example.fi/rss")), [f"{HOME}rss"]),
    "an address below the base": (
        page('<base href="/uutiset/">', link("feed")),
        [f"{HOME}uutiset/feed"],
    ),
    "Atom": (page(link("atom", "application/atom+xml")), [f"{HOME}atom"]),
    "a type with parameters and capitals": (
        page(link("rss", "Application/RSS+XML; charset=utf-8", "home ALTERNATE")),
        [f"{HOME}rss"],
    ),
    "attributes without quotes": (
        page("<LINK href=/rss type=application/rss+xml rel=alternate>"),
        [f"{HOME}rss"],
    ),
    "a tag over several lines": (
        page("<link\n rel='alternate'\n type='application/rss+xml'\n href='rss'\n/>"),
        [f"{HOME}rss"],
    ),
    "a character reference": (page(link("?a=1&amp;b=2")), [f"{HOME}?a=1&b=2"]),
    "a greater-than sign in a title": (
        page('<link title="a > b" rel="alternate" type="text/xml" href="rss">'),
        [f"{HOME}rss"],
    ),
    "an address with a fragment": (page(link("rss#top")), [f"{HOME}rss"]),
    "the same feed twice": (page(link("rss"), link("/rss#x")), [f"{HOME}rss"]),
    "two addresses that lead to one feed": (page(link("rss"), link("alias")), [f"{HOME}rss"]),
    "several feeds in their order": (
        page(link("atom", "application/atom+xml"), link("rss")),
        [f"{HOME}atom", f"{HOME}rss"],
    ),
    "comments last": (
        page(link("comments/feed/"), link("rss")),
        [f"{HOME}rss", f"{HOME}comments/feed/"],
    ),
    "comments by their title last": (
        page(link("keskustelu"), link("rss")),
        [f"{HOME}rss", f"{HOME}keskustelu"],
    ),
    "an empty feed after the others": (
        page(link("empty"), link("rss")),
        [f"{HOME}rss", f"{HOME}empty"],
    ),
    "a feed after a page that is none": (page(link("none"), link("rss")), [f"{HOME}rss"]),
    "a feed after one that fails": (page(link("slow"), link("rss")), [f"{HOME}rss"]),
}
DECLARED_PAGES: dict[str, bytes | str | int | Fault] = {
    f"{HOME}rss": RSS,
    f"{HOME}uutiset/feed": RSS,
    f"{HOME}?a=1&b=2": RSS,
    f"{HOME}atom": ATOM,
    f"{HOME}alias": f"{HOME}rss",
    f"{HOME}comments/feed/": RSS,
    f"{HOME}keskustelu": COMMENTS,
    f"{HOME}empty": EMPTY,
    f"{HOME}none": page(),
    f"{HOME}slow": TIMEOUT,
}


@pytest.mark.parametrize(("home", "expected"), DECLARED.values(), ids=DECLARED.keys())
def test_declared_feeds(home: bytes, expected: list[str]) -> None:
    assert expected == Site({**DECLARED_PAGES, HOME: home}).discover()


UNDECLARED: dict[str, bytes] = {
    "a commented-out tag": page(f"<!-- {link('rss')} -->"),
    "a tag in a script": page(f"<script>x = '{link('rss')}'</script>"),
    "a tag in an unfinished comment": page(f"<!-- {link('rss')}"),
    "a tag in an unfinished style": page(f"<style>{link('rss')}"),
    "a stylesheet": page(link("rss", "text/css", "stylesheet")),
    "another language of the page": page('<link rel="alternate" hreflang="sv" href="rss">'),
    "an oEmbed document": page(link("wp-json/oembed/1.0/embed?url=x", "text/xml")),
    "the REST API of WordPress": page(link("wp-json/wp/v2/pages/2", "application/json")),
    "an address that is none": page(link("javascript:rss"), link(""), link("http://[")),
    "a link to a page of another subject": page('<a href="/rss-ohje">?</a>', "<a>RSS</a>"),
}


@pytest.mark.parametrize("home", UNDECLARED.values(), ids=UNDECLARED.keys())
def test_what_declares_no_feed(home: bytes) -> None:
    pages: dict[str, bytes | str | int | Fault] = {
        f"{HOME}wp-json/oembed/1.0/embed?url=x": RSS,
        f"{HOME}wp-json/wp/v2/pages/2": RSS,
    }
    found = Site({**pages, HOME: home}).discover()
    assert isinstance(found, Fault)
    assert "no-feed" == found.code


GENERATOR = '<meta name="Generator" content="{}">'
REST = '<link rel="https://api.w.org/" href="{}">'
GUESSED: dict[str, tuple[bytes, str]] = {
    "WordPress by its generator": (page(GENERATOR.format("WordPress 6.9")), f"{HOME}feed/"),
    "WordPress by its REST API": (page(REST.format("/wp-json/")), f"{HOME}?feed=rss2"),
    "WordPress in a folder": (page(REST.format("/blogi/wp-json/")), f"{HOME}blogi/feed/"),
    "Drupal": (page(GENERATOR.format("Drupal 11 (drupal.org)")), f"{HOME}rss.xml"),
    "Joomla": (page(GENERATOR.format("Joomla!")), f"{HOME}?format=feed&type=rss"),
    "Wix": (page(GENERATOR.format("Wix.com Website Builder")), f"{HOME}blog-feed.xml"),
    "a link with a telling address": (
        page('<a href="/tiedotteet.rdf">x</a>'),
        f"{HOME}tiedotteet.rdf",
    ),
    "a link with a telling title": (page('<a title="RSS-syöte" href="/t/1">x</a>'), f"{HOME}t/1"),
    "the path of most sites": (page(), f"{HOME}feed/"),
    "another common path": (page(), f"{HOME}atom.xml"),
}


@pytest.mark.parametrize(("home", "address"), GUESSED.values(), ids=GUESSED.keys())
def test_feeds_that_are_not_declared(home: bytes, address: str) -> None:
    assert [address] == Site({HOME: home, address: RSS}).discover()


def test_common_paths_are_those_of_the_site_and_not_of_the_page() -> None:
    site = Site({f"{HOME}yhteys/": page(), f"{HOME}feed/": RSS})
    assert [f"{HOME}feed/"] == site.discover(f"{HOME}yhteys/")


def test_declared_feeds_end_the_search() -> None:
    site = Site({HOME: page(GENERATOR.format("WordPress"), link("rss")), f"{HOME}rss": RSS})
    assert [f"{HOME}rss"] == site.discover()
    assert [HOME, f"{HOME}rss"] == site.asked


def test_few_requests_are_sent_and_none_twice() -> None:
    links = [link(f"{n}") for n in range(50)] + [f'<a href="/rss/{n}">' for n in range(50)]
    site = Site({HOME: page(*links)})
    assert isinstance(site.discover(), Fault)
    assert MAX_REQUESTS + 1 == len(site.asked) == len(set(site.asked))


def test_a_page_that_fails_is_a_fault() -> None:
    assert TIMEOUT == Site({HOME: TIMEOUT}).discover()
    fault = Site({HOME: 500}).discover()
    assert isinstance(fault, Fault)
    assert ("http-500", True) == (fault.code, "500" in fault.message)


def test_the_scheme_may_be_left_out() -> None:
    site = Site({"https://kyla.example.fi": TIMEOUT, "http://kyla.example.fi": RSS})
    assert ["http://kyla.example.fi"] == site.discover(" kyla.example.fi ")
    assert ["https://kyla.example.fi"] == Site({"https://kyla.example.fi": RSS}).discover(
        "kyla.example.fi"
    )


REDIRECTS: dict[str, tuple[str, str]] = {
    "a redirect inside the site is tidied up": (f"{HOME}rss/", f"{HOME}rss/"),
    "the site may say www": ("https://www.kyla.example.fi/rss", "https://www.kyla.example.fi/rss"),
    "a redirect to another host may not last": ("https://cdn.example/x?token=1", f"{HOME}rss"),
}


@pytest.mark.parametrize(("target", "expected"), REDIRECTS.values(), ids=REDIRECTS.keys())
def test_redirected_feed(target: str, expected: str) -> None:
    site = Site({HOME: page(link("rss")), f"{HOME}rss": target, target: RSS})
    assert [expected] == site.discover()


# What bytes are feeds

FEEDS: dict[str, tuple[bytes, Feed | None]] = {
    "RSS 2.0": (EMPTY, Feed(kind="rss", title="Tapahtumat")),
    "Atom 1.0": (
        ATOM,
        Feed(
            kind="atom",
            title="Byns nyheter",
            language="sv",
            entries=1,
            newest="2026-11-23T08:00:00Z",
        ),
    ),
    "Atom under a prefix": (
        b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry /></a:feed>',
        Feed(kind="atom", entries=1),
    ),
    "Atom without its namespace": (b"<feed><entry></entry></feed>", Feed(kind="atom", entries=1)),
    "RDF": (
        b'<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel><title>A &amp;amp; B</title>'
        b"<dc:language>se</dc:language></channel><item><dc:date>2026-11-23</dc:date></item></rdf:RDF>",
        Feed(kind="rdf", title="A & B", language="se", entries=1, newest="2026-11-23"),
    ),
    "JSON Feed": (
        rb'{"version": "https://jsonfeed.org/version/1.1", "title": "O\u0111\u0111asat", "language": "se",'
        b'"items": [{"id": "1", "date_published": "2026-11-23T08:00:00Z"}]}',
        Feed(kind="json", title="Ođđasat", language="se", entries=1, newest="2026-11-23T08:00:00Z"),
    ),
    "JSON Feed of wrong types": (
        b'{"version": "https://jsonfeed.org/version/1", "title": 5, "items": {"a": 1}}',
        Feed(kind="json"),
    ),
    "a prolog of all kinds": (
        b"\xef\xbb\xbf\n<?xml version='1.0'?><!-- <feed> --><?x y?><!DOCTYPE rss [<!ENTITY a '>'>]>"
        b"<rss><channel></channel></rss>",
        Feed(kind="rss"),
    ),
    "a title in CDATA": (
        b"<rss><title><![CDATA[ Tie & <b>silta</b> ]]></title></rss>",
        Feed(kind="rss", title="Tie & silta"),
    ),
    "a title of an entry is not the feed's": (
        b"<rss><item><title>Silta</title></item></rss>",
        Feed(kind="rss", entries=1),
    ),
    "a date of a later entry is not the newest": (
        b"<rss><item></item><item><pubDate>x</pubDate></item></rss>",
        Feed(kind="rss", entries=2),
    ),
    "letters of the declared encoding": (
        "<?xml version='1.0' encoding='ISO-8859-1'?><rss><title>Kylä</title></rss>".encode(
            "latin-1"
        ),
        Feed(kind="rss", title="Kylä"),
    ),
    "an encoding that is none": (
        "<?xml version='1.0' encoding='x-kylä'?><rss><title>Kylä</title></rss>".encode(),
        Feed(kind="rss", title="Kylä"),
    ),
    "UTF-16": (
        "\ufeff<rss><title>Kylä</title></rss>".encode("utf-16-le"),
        Feed(kind="rss", title="Kylä"),
    ),
    "a title without an end": (
        b"<rss><title>" + b"x" * 5000,
        Feed(kind="rss", title="x" * 300),
    ),
    "a cut feed": (RSS[:140], Feed(kind="rss", title="Kylän uutiset", language="fi", entries=1)),
    "what no terminal and no file can take": (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "Kyl\\ud800\\u001b[2J\\u202e",'
        b' "language": "fi\\u0000", "items": [{"date_published": "\\u001b2026'
        + b"6" * 200
        + b'"}]}',
        Feed(kind="json", title="Kyl[2J", entries=1, newest="2026" + "6" * 96),
    ),
    "controls in XML": (
        b"<rss><title>Kyl\x1b[2J</title><item><pubDate>\x1b2026</pubDate></item></rss>",
        Feed(kind="rss", title="Kyl[2J", entries=1, newest="2026"),
    ),
    "a page": (page(), None),
    "a page about feeds": (b"<html><feed></feed></html>", None),
    "RDF of another subject": (b"<rdf:RDF><Person/></rdf:RDF>", None),
    "another vocabulary's feed": (b'<feed xmlns="urn:animals"></feed>', None),
    "an outline": (b"<opml></opml>", None),
    "another JSON": (b'{"version": "1.0", "items": []}', None),
    "broken JSON": (b'{"version": ', None),
    "deep JSON": (b'{"a":' * 100_000, None),
    "nothing": (b"", None),
    "bytes": (bytes(range(256)), None),
}


@pytest.mark.parametrize(("body", "expected"), FEEDS.values(), ids=FEEDS.keys())
def test_recognized(body: bytes, expected: Feed | None) -> None:
    assert expected == recognize(body)


def test_the_header_names_the_encoding() -> None:
    body = "<?xml version='1.0' encoding='utf-8'?><rss><title>Kylä</title></rss>".encode("latin-1")
    feed = recognize(body, 'application/rss+xml; charset="ISO-8859-1"')
    assert "Kylä" == (feed and feed.title)


MARKUP = st.sampled_from(
    ("<", ">", "<a ", "<link ", "<!--", "-->", "<script>", "</", "<?", "<![CDATA[", "]]>", "<rss>")
)
NOISE = MARKUP | st.sampled_from((" ", "=", '"', "'", "href", "rel=alternate", "&", "{", "ä", "\0"))
SOUP = st.lists(NOISE, max_size=60).map("".join)


@settings(deadline=None, max_examples=200)
@given(SOUP | st.binary(max_size=80).map(lambda body: body.decode("latin-1")))
def test_no_page_breaks_the_search(soup: str) -> None:
    site = Site({HOME: soup.encode()})
    site.discover()
    assert len(site.asked) <= MAX_REQUESTS + 1


FLOODS = (
    *("<!--", "<a ", "<a href='", '<a "', "<a b='c' ", "<link a=", "<script>", "<script></", "<?"),
    *("<a b", "a=", "<![CDATA[", "<!DOCTYPE [", "]", "<title>", "<rss><title><![CDATA[", "<item"),
    *(
        "<a " + "b" * 5000,
        "<a b" + " " * 5000,
        '<a "' + "b" * 3990 + '"',
        "{",
        "<meta name=generator",
    ),
)


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_read_in_a_moment(flood: str) -> None:
    site = Site({HOME: (flood * (1_000_000 // len(flood))).encode()})
    start = time.perf_counter()
    site.discover()
    assert time.perf_counter() - start < 5
