"""RSS, RDF, Atom and CDF as raw feeds: each row is one thing that a format can say."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from feedhub.model import Author, Document, Enclosure, RawEntry, RawFeed, Text, Translation
from feedhub.parse import ParseError, feeds, read
from feedhub.publish.locale import words
from tests.samples import source

ADDRESS = "https://kyla.example.fi/feeds/news.xml"
HOME = "<link>https://kyla.example.fi/</link>"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "fh": "http://purl.org/syndication/history/1.0",
        "georss": "http://www.georss.org/georss",
        "gml": "http://www.opengis.net/gml",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "media": "http://search.yahoo.com/mrss/",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
    }.items()
)
LONG = "sana " * 100


def feed(body: str, address: str = ADDRESS) -> RawFeed:
    return read([Document(address=address, body=body.encode())], source())


def channel(head: str, items: str = "<item><title>Yksi</title></item>") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {NAMESPACES}>'
        f"<channel><title>Kylä</title>{head}{items}</channel></rss>"
    )


def rss(inside: str) -> str:
    return channel(HOME, f"<item>{inside}</item>")


def atom(inside: str, head: str = "", root: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {root}><title>Kylä</title>{head}'
        f"<entry>{inside}</entry></feed>"
    )


def wrong(record: RawEntry | RawFeed, expected: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are not as expected."""
    found = {name: getattr(record, name) for name in expected}
    return {name: value for name, value in found.items() if value != expected[name]}


def html(value: str) -> Text:
    return Text(value=value, kind="html")


def plain(value: str) -> Text:
    return Text(value=value, kind="text")


def xhtml(value: str) -> Text:
    return Text(value=value, kind="xhtml")


Row = tuple[str, Mapping[str, Any]]

ITEMS: dict[str, Row] = {
    # Links.
    "a link": (
        rss("<link>https://kyla.example.fi/1</link><guid>x1</guid>"),
        {"url": "https://kyla.example.fi/1", "id": "x1", "base": "https://kyla.example.fi/1"},
    ),
    "a guid that is an address stands for the link": (
        rss("<guid>https://kyla.example.fi/1</guid>"),
        {"url": "https://kyla.example.fi/1", "id": "https://kyla.example.fi/1"},
    ),
    "a guid stands for an empty link": (
        rss("<link> </link><guid>https://kyla.example.fi/1</guid>"),
        {"url": "https://kyla.example.fi/1"},
    ),
    "a guid that says that it is no link": (
        rss('<guid isPermaLink="false">https://kyla.example.fi/1</guid>'),
        {"url": None, "id": "https://kyla.example.fi/1"},
    ),
    "a guid that is no address": (rss("<guid>tag:kyla,1</guid>"), {"url": None}),
    "a guid beside the link": (
        rss("<guid>https://a.example/g</guid><link>https://a.example/l</link>"),
        {"url": "https://a.example/l", "id": "https://a.example/g"},
    ),
    "a link to nowhere": (rss("<link>javascript:alert(1)</link>"), {"url": None}),
    "a link relative to the site": (
        rss("<link>/uutiset/1</link>"),
        {"url": "https://kyla.example.fi/uutiset/1"},
    ),
    "a link relative to the feed": (
        channel("", "<item><link>1.html</link></item>"),
        {"url": "https://kyla.example.fi/feeds/1.html"},
    ),
    "a link in a section, with spaces": (
        rss("<link>\n <![CDATA[ https://a.example/?a=1&b=2 ]]> </link>"),
        {"url": "https://a.example/?a=1&b=2"},
    ),
    "a link with bare ampersands": (
        rss("<link>https://a.example/?a=1&copy=2&b</link>"),
        {"url": "https://a.example/?a=1&copy=2&b"},
    ),
    "a link of Atom in RSS": (
        rss('<atom:link rel="alternate" href="https://a.example/1"/>'),
        {"url": "https://a.example/1"},
    ),
    "a link that was rewritten to be counted": (
        rss(
            "<link>https://counter.example/x</link>"
            "<feedburner:origLink>https://a.example/1</feedburner:origLink>"
        ),
        {"url": "https://a.example/1"},
    ),
    "an alternate among the links of Atom": (
        atom(
            '<link rel="self" href="/self"/><link rel="replies" href="/replies"/>'
            '<link href="/1"/><link rel="alternate" href="/2"/>'
        ),
        {"url": "https://kyla.example.fi/1"},
    ),
    "a page before a file": (
        atom(
            '<link rel="alternate" type="application/pdf" href="/1.pdf"/>'
            '<link rel="alternate" type="text/html" href="/1.html"/>'
        ),
        {"url": "https://kyla.example.fi/1.html"},
    ),
    "the page in the entry's language, the others as translations": (
        atom(
            '<link hreflang="se" href="/se/1"/><link hreflang="fi" href="/fi/1"/>',
            root='xml:lang="fi"',
        ),
        {
            "url": "https://kyla.example.fi/fi/1",
            "translations": (Translation(language="se", url="https://kyla.example.fi/se/1"),),
        },
    ),
    "an id of Atom that is no link": (atom("<id>urn:x:1</id>"), {"url": None, "id": "urn:x:1"}),
    # Bases.
    "the base of a feed": (
        atom(
            '<link href="1"/><content type="html">x</content>',
            root='xml:base="https://b.example/d/"',
        ),
        {"url": "https://b.example/d/1", "base": "https://b.example/d/"},
    ),
    "the base of a content": (
        atom(
            '<link href="1"/><content type="html" xml:base="sub/">x</content>',
            root='xml:base="https://b.example/d/"',
        ),
        {"url": "https://b.example/d/1", "base": "https://b.example/d/sub/"},
    ),
    "a base relative to the feed": (
        atom('<link href="1"/>', root='xml:base="/d/"'),
        {"url": "https://kyla.example.fi/d/1"},
    ),
    # Texts.
    "a summary beside a content": (
        rss(
            "<description>Lyhyt</description>"
            "<content:encoded><![CDATA[<p>Pitkä</p>]]></content:encoded>"
        ),
        {"summary": html("Lyhyt"), "content": html("<p>Pitkä</p>")},
    ),
    "a content before the summary": (
        rss(
            "<content:encoded><![CDATA[<p>Pitkä</p>]]></content:encoded>"
            "<description>Lyhyt</description>"
        ),
        {"summary": html("Lyhyt"), "content": html("<p>Pitkä</p>")},
    ),
    "long texts": (
        rss(
            f"<description>{LONG}</description>"
            f"<content:encoded><![CDATA[<p>{LONG}</p>]]></content:encoded>"
        ),
        {"summary": html(LONG.strip()), "content": html(f"<p>{LONG}</p>")},
    ),
    "a content without a summary": (
        rss("<content:encoded>&lt;p&gt;Hei&lt;/p&gt;</content:encoded>"),
        {"summary": None, "content": html("<p>Hei</p>")},
    ),
    "markup that is escaped": (
        rss("<description>&lt;p&gt;Hei &amp;amp; moi&lt;/p&gt;</description>"),
        {"summary": html("<p>Hei &amp; moi</p>")},
    ),
    "markup that is escaped, and long": (
        rss(f"<description>&lt;p&gt;{LONG}&amp;amp; moi&lt;/p&gt;</description>"),
        {"summary": html(f"<p>{LONG}&amp; moi</p>")},
    ),
    "markup that is not escaped": (
        rss("<description><p>Hei <b>moi</b></p></description>"),
        {"summary": xhtml("<p>Hei <b>moi</b></p>")},
    ),
    "two descriptions": (
        rss("<description>Yksi</description><description>Kaksi</description>"),
        {"summary": html("Yksi"), "content": plain("Kaksi")},
    ),
    "an empty description": (rss("<description/>"), {"summary": None, "content": None}),
    "a caption that is no description": (
        rss(
            '<media:content url="https://a.example/1.jpg" medium="image"><media:description>'
            "Kuva</media:description><media:title>Kuvan nimi</media:title></media:content>"
            "<title>Nimi</title><description>Teksti</description>"
        ),
        {"title": plain("Nimi"), "summary": html("Teksti")},
    ),
    "a caption where nothing else is said": (
        atom(
            f'<title>Video</title><media:group {NAMESPACES}><media:description type="plain">'
            "Kuvaus</media:description></media:group>"
        ),
        {"summary": plain("Kuvaus")},
    ),
    "plain text of Atom": (
        atom('<summary>a &lt;b&gt; c</summary><content type="text">x &amp;lt; y</content>'),
        {"summary": plain("a <b> c"), "content": plain("x &lt; y")},
    ),
    "plain text of Atom, and long": (
        atom(f"<summary>a &lt;b&gt; {LONG}</summary>"),
        {"summary": plain(f"a <b> {LONG.strip()}")},
    ),
    "XHTML of Atom": (
        atom(
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
            "<p>Hei <em>moi</em> &lt;x</p></div></content>"
        ),
        {"content": xhtml("<p>Hei <em>moi</em> &lt;x</p>")},
    ),
    "XHTML of Atom by a prefix": (
        atom(
            '<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml">'
            "<h:p>Hei</h:p></h:div></content>"
        ),
        {"content": xhtml("<p>Hei</p>")},
    ),
    "long details in XHTML": (
        atom(
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><details>'
            f"<summary>{LONG}</summary></details></div></content>"
        ),
        {"content": xhtml(f"<details><summary>{LONG.strip()}</summary></details>")},
    ),
    "a content elsewhere": (
        atom('<content type="text/html" src="https://a.example/1"/><summary>Hei</summary>'),
        {"summary": plain("Hei"), "content": None},
    ),
    "a picture for a content": (
        atom('<content type="image/png">iVBORw0KGgo=</content>'),
        {"content": None},
    ),
    # Titles.
    "a title with markup": (
        rss("<title>Ti &lt;b&gt;x&lt;/b&gt; &amp;amp; y</title>"),
        {"title": html("Ti <b>x</b> &amp; y")},
    ),
    "a title in a section": (
        rss("<title><![CDATA[A <i>b</i> & c]]></title>"),
        {"title": html("A <i>b</i> & c")},
    ),
    "a title with names of HTML": (
        rss("<title>K&auml;sityö&nbsp;&ndash; messut</title>"),
        {"title": plain("Käsityö\xa0– messut")},
    ),
    "a plain title of Atom": (
        atom("<title>1 &lt; 2 &amp;amp;</title>"),
        {"title": plain("1 < 2 &amp;")},
    ),
    "a title of Atom with markup": (
        atom('<title type="html">A &amp;amp; &lt;b&gt;B&lt;/b&gt;</title>'),
        {"title": html("A &amp; <b>B</b>")},
    ),
    "a title of Atom in XHTML": (
        atom(
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>B</b></div></title>'
        ),
        {"title": xhtml("A <b>B</b>")},
    ),
    # Dates, as written.
    "the date of RSS": (
        rss("<pubDate>ma, 23 marras 2026 klo 10.00</pubDate>"),
        {"published": "ma, 23 marras 2026 klo 10.00", "updated": None},
    ),
    "the date of Dublin Core": (rss("<dc:date>2026-11-24</dc:date>"), {"updated": "2026-11-24"}),
    "dates of Atom in RSS": (
        rss("<atom:published>2026-11-23</atom:published><atom:updated>2026-11-24</atom:updated>"),
        {"published": "2026-11-23", "updated": "2026-11-24"},
    ),
    "dates of Atom": (
        atom("<updated>2026-11-24</updated><published>2026-11-23</published>"),
        {"published": "2026-11-23", "updated": "2026-11-24"},
    ),
    # Authors.
    "an author with a mail address": (
        rss("<author>aili@kyla.example.fi (Aili Esimerkki)</author>"),
        {"authors": (Author(name="Aili Esimerkki", email="aili@kyla.example.fi"),)},
    ),
    "a mail address alone": (rss("<author>aili@kyla.example.fi</author>"), {"authors": ()}),
    "a mail address with a long end": (
        rss("<dc:creator>aili@kyla.example (Aili)</dc:creator>"),
        {"authors": (Author(name="Aili", email="aili@kyla.example"),)},
    ),
    "a mail address with a long end alone": (
        rss("<author>aili.esimerkki@kyla.museum.example</author>"),
        {"authors": ()},
    ),
    "an author without a mail address": (
        rss("<author>Aili Esimerkki</author>"),
        {"authors": (Author(name="Aili Esimerkki"),)},
    ),
    "creators of Dublin Core": (
        rss("<dc:creator><![CDATA[Aili & Co]]></dc:creator><dc:creator>Ánte</dc:creator>"),
        {"authors": (Author(name="Aili & Co"), Author(name="Ánte"))},
    ),
    "a photographer is no author": (
        rss("<media:credit>Kuvaaja</media:credit><dc:creator>Aili</dc:creator>"),
        {"authors": (Author(name="Aili"),)},
    ),
    "authors of Atom": (
        atom(
            "<author><name>Aili</name><uri>https://a.example/</uri></author>"
            "<author><name/></author><author><name>Ánte</name><email>a@b.fi</email></author>"
        ),
        {
            "authors": (
                Author(name="Aili", url="https://a.example/"),
                Author(name="Ánte", email="a@b.fi"),
            )
        },
    ),
    "the author of the source": (
        atom("<source><title>S</title><author><name>Lähde</name></author></source>"),
        {"authors": (Author(name="Lähde"),)},
    ),
    # What else there is.
    "categories of every kind": (
        rss(
            "<category>Liikenne</category><category domain='x'>Talvi/tiet</category>"
            "<dc:subject>Kunta</dc:subject><itunes:keywords>poro, hanka</itunes:keywords>"
        ),
        {"categories": ("Liikenne", "Talvi/tiet", "Kunta", "poro", "hanka")},
    ),
    "the label of a category": (
        atom(
            '<category term="t" label="Liikenne"/><category term="Talvi"/><category '
            'scheme="http://schemas.google.com/g/2005#kind" term="http://x/#post"/>'
        ),
        {"categories": ("Liikenne", "Talvi")},
    ),
    "elements of no format": (
        rss(
            "<links>x</links><authors>y</authors><image>z</image><tags>w</tags><where/>"
            "<content>v</content><player/><width/><link>https://a.example/1</link>"
            "<dc:creator>Aili</dc:creator>"
        ),
        {"url": "https://a.example/1", "authors": (Author(name="Aili"),)},
    ),
    "a place that is none": (
        rss(
            "<title>Yksi</title><georss:point>täällä</georss:point><georss:where><gml:Point>"
            "<gml:pos>x y z</gml:pos></gml:Point></georss:where><georss:box/>"
        ),
        {"title": plain("Yksi")},
    ),
    "the language of Dublin Core": (rss("<dc:language>se</dc:language>"), {"language": "se"}),
    "the language of an entry": (
        atom("<title>x</title>", root='xml:lang="fi"').replace("<entry>", '<entry xml:lang="smn">'),
        {"language": "smn"},
    ),
    "an episode": (
        rss(
            "<itunes:author>Aili</itunes:author><itunes:duration>1:02:03</itunes:duration>"
            '<itunes:image href="https://a.example/k.jpg"/><itunes:summary>Jakso</itunes:summary>'
            '<enclosure url="https://a.example/1.mp3" type="audio/mpeg" length="12"/>'
        ),
        {
            "authors": (Author(name="Aili"),),
            "image": "https://a.example/k.jpg",
            "summary": plain("Jakso"),
            "enclosures": (
                Enclosure(
                    url="https://a.example/1.mp3", type="audio/mpeg", length=12, duration=3723
                ),
            ),
        },
    ),
    # Other formats.
    "RSS 0.91": (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel>'
        "<title>T</title><item><title>Yö &auml;</title><link>https://a.example/1</link></item>"
        "</channel></rss>",
        {"title": plain("Yö ä"), "url": "https://a.example/1"},
    ),
    "RSS 1.0": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="http://purl.org/rss/1.0/" {NAMESPACES}><channel rdf:about="https://a.example/">'
        '<textinput rdf:resource="https://a.example/s"/></channel>'
        '<item rdf:about="https://a.example/id"><title>Yksi</title><link>https://a.example/1</link>'
        "<dc:creator>Aili</dc:creator><dc:date>2026-11-24</dc:date></item>"
        '<textinput rdf:about="https://a.example/s"><title>Hae</title><name>q</name></textinput>'
        "</rdf:RDF>",
        {
            "id": "https://a.example/id",
            "url": "https://a.example/1",
            "title": plain("Yksi"),
            "updated": "2026-11-24",
        },
    ),
    "Atom 0.3": (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry>'
        '<title mode="escaped" type="text/html">A &amp;amp; b</title>'
        '<link rel="alternate" type="text/html" href="https://a.example/1"/>'
        "<issued>2026-11-23</issued><modified>2026-11-24</modified><created>2025-01-01</created>"
        '<content type="text/html" mode="escaped">&lt;p&gt;x&lt;/p&gt;</content></entry></feed>',
        {
            "title": html("A &amp; b"),
            "published": "2026-11-23",
            "updated": "2026-11-24",
            "content": html("<p>x</p>"),
        },
    ),
    "CDF": (
        '<CHANNEL HREF="https://a.example/"><TITLE>T</TITLE><ITEM HREF="https://a.example/1" '
        'LASTMOD="2026-11-24T10:00"><TITLE>Yksi</TITLE><ABSTRACT>Hei</ABSTRACT></ITEM></CHANNEL>',
        {
            "url": "https://a.example/1",
            "title": plain("Yksi"),
            "summary": plain("Hei"),
            "updated": "2026-11-24T10:00",
        },
    ),
    "Atom without its namespace": (
        '<feed><title>T</title><entry><title>Yksi</title><link href="/1"/></entry></feed>',
        {"title": plain("Yksi"), "url": "https://kyla.example.fi/1"},
    ),
    # Documents that are somewhat broken.
    "words of a program before the document": (
        f"<br />\n<b>Notice</b>: undefined in <b>/f.php</b><br />\n{rss('<title>Yksi</title>')}",
        {"title": plain("Yksi")},
    ),
    "empty lines before the document": (
        f"\n\n {rss('<title>Yksi</title>')}",
        {"title": plain("Yksi")},
    ),
    "words after the document": (
        f"{rss('<title>Yksi</title>')}\nx <!-- y",
        {"title": plain("Yksi")},
    ),
    "XML 1.1": (
        rss("<title>Yksi</title>").replace('version="1.0"', 'version="1.1"', 1),
        {"title": plain("Yksi")},
    ),
    "tags that do not match": (
        rss("<title>Yksi</title><description><p>Hei</description>"),
        {"title": plain("Yksi"), "summary": xhtml("<p>Hei")},
    ),
    "a prefix that was never declared": (
        rss("<title>Yksi</title><x:y>z</x:y>"),
        {"title": plain("Yksi")},
    ),
    "line ends of Windows": (
        rss("<title>Yksi\r\n kaksi</title>"),
        {"title": plain("Yksi\n kaksi")},
    ),
}


@pytest.mark.parametrize("name", ITEMS)
def test_item_says(name: str) -> None:
    document, expected = ITEMS[name]
    (entry,) = feed(document).entries
    assert {} == wrong(entry, expected)


FEEDS: dict[str, Row] = {
    "its title and home": (channel(HOME), {"title": "Kylä", "url": "https://kyla.example.fi/"}),
    "a title with markup, on one line": (
        channel("").replace("Kylä", "&lt;b&gt;Kylä&lt;/b&gt;\n &amp;amp; lapin tiet"),
        {"title": "Kylä & lapin tiet"},
    ),
    "its language": (channel("<language>fi-FI</language>"), {"language": "fi-FI"}),
    "its language in Atom": (atom("", root='xml:lang="se"'), {"language": "se"}),
    "its editor": (
        channel("<managingEditor>m@a.fi (Mikko)</managingEditor>"),
        {"authors": (Author(name="Mikko", email="m@a.fi"),)},
    ),
    "its author in Atom": (
        atom("", head="<author><name>Kylä</name></author>"),
        {"authors": (Author(name="Kylä"),)},
    ),
    "its image": (
        channel(f"{HOME}<image><url>/logo.png</url><title>Logo</title><width/></image>"),
        {"image": "https://kyla.example.fi/logo.png", "title": "Kylä"},
    ),
    "its logo": (
        atom("", head="<icon>/icon.png</icon><logo>/logo.png</logo>"),
        {"image": "https://kyla.example.fi/logo.png"},
    ),
    "its icon": (
        atom("", head="<icon>/icon.png</icon>"),
        {"image": "https://kyla.example.fi/icon.png"},
    ),
    "a search form that is not the feed": (
        channel(f"{HOME}<textInput><title>Hae</title><link>https://a.example/s</link></textInput>"),
        {"title": "Kylä", "url": "https://kyla.example.fi/"},
    ),
    "how long it keeps": (channel("<ttl>90</ttl>"), {"update_every": timedelta(minutes=90)}),
    "no number of minutes": (channel("<ttl>soon</ttl>"), {"update_every": None}),
    "how often it changes": (
        channel(
            "<sy:updatePeriod> Daily </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
        ),
        {"update_every": timedelta(hours=12)},
    ),
    "the longer of two wishes": (
        channel("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>"),
        {"update_every": timedelta(hours=1)},
    ),
    "a wish beyond a year": (channel("<ttl>9999999</ttl>"), {"update_every": timedelta(days=365)}),
    "hours and days to skip": (
        channel(
            "<skipHours><hour>0</hour><hour>23</hour><hour>24</hour></skipHours>"
            "<skipDays><day>Saturday</day><day> sunday </day></skipDays>"
        ),
        {"skip_hours": (0, 23), "skip_days": (5, 6)},
    ),
    "every hour to skip is none": (
        channel(f"<skipHours>{''.join(f'<hour>{n}</hour>' for n in range(24))}</skipHours>"),
        {"skip_hours": ()},
    ),
    "that it is complete": (channel("<fh:complete/>"), {"complete": True}),
    "nothing of being complete": (channel(""), {"complete": False}),
    "that it is complete, by another prefix": (
        atom("", head='<h:complete xmlns:h="http://purl.org/syndication/history/1.0"/>'),
        {"complete": True},
    ),
    "that it has no entries": (channel("", items=""), {"entries": (), "truncated": False}),
}


@pytest.mark.parametrize("name", FEEDS)
def test_feed_says(name: str) -> None:
    document, expected = FEEDS[name]
    assert {} == wrong(feed(document), expected)


def test_cut_feed_is_never_complete() -> None:
    found = feed(channel("<fh:complete/>").removesuffix("</channel></rss>"))
    assert (True, False, 1) == (found.truncated, found.complete, len(found.entries))


REFUSED = {
    "nothing": ("", "empty-body"),
    "white space": ("\ufeff \n", "empty-body"),
    "a web page": ("<!DOCTYPE html><html><head><title>x</title></head></html>", "html"),
    "a web page behind a comment": ("<!-- x -->\n<HTML lang='fi'>", "html"),
    "a web page as XML": ('<?xml version="1.0"?><html xmlns="http://x">', "html"),
    "a list of feeds": ('<opml version="2.0"><body/></opml>', "not-a-feed"),
    "a site map": ("<urlset><url><loc>x</loc></url></urlset>", "not-a-feed"),
    "words": ("Palvelu on suljettu.", "not-a-feed"),
    "JSON of another kind": ('{"items": []}', "not-a-feed"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_feed_is_refused_by_name(name: str) -> None:
    body, code = REFUSED[name]
    with pytest.raises(ParseError) as caught:
        feed(body)
    assert code == caught.value.fault.code
    assert caught.value.fault.message == str(caught.value)


def test_what_a_library_throws_is_the_documents_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise KeyError("a secret")

    monkeypatch.setattr(feeds, "parsed", stumble)
    with pytest.raises(ParseError) as caught:
        feed(channel(""))
    found = caught.value.fault
    assert ("parse-failed", True) == (found.code, "(KeyError at test_feeds.py:" in found.message)
    assert "secret" not in found.message


def test_want_of_memory_is_left_to_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    def want(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(feeds, "parsed", want)
    with pytest.raises(MemoryError):
        feed(channel(""))


def test_faults_have_sentences_in_every_language() -> None:
    codes = {code for _, code in REFUSED.values()} | {
        "not-well-formed", "parse-crash", "parse-failed", "parse-memory", "parse-timeout",
        "truncated",
    }  # fmt: skip
    for language in ("fi", "sv", "en"):
        assert set() == {code for code in codes if words(language).fault(code) is None}
