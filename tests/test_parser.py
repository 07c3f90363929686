"""The short way through feedparser comes to what its own way comes to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.parse import parser
from feedhub.parse.parser import Parsed, by_long_way, parsed
from feedhub.parse.skeleton import skeleton
from tests.test_feeds import FEEDS, ITEMS
from tests.test_parse_any import files

# A place on the map that stands alone stops feedparser, by whatever way; `skeleton` leaves it out.
HANDLED = [
    name.removeprefix("_start_")
    for name in dir(parser._Reader)
    if name.startswith("_start_") and not name.startswith("_start_gml")
]
NAMES = [
    *(each.replace("_", ":", 1) for each in HANDLED), "a", "b", "blogChannel:x", "cm:extra", "comments",
    "div", "geom", "itunes:keywords", "lastBuildDate", "math", "media:caption", "media:keywords",
    "pubDate", "svg", "unread", "xhtml:div", "xhtml:title",
]  # fmt: skip
ATTRIBUTES = {
    "base": ["https://b.example/"],
    "domain": ["tag"],
    "href": ["/a?b=1&c=2", "https://a.example/\xe4"],
    "isPermaLink": ["false", "true"],
    "label": ["Uutiset"],
    "lang": ["sv"],
    "lastmod": ["2026-11-01"],
    "mode": ["base64", "escaped", "xml"],
    "rdf:about": ["https://a.example/1"],
    "REL": ["self"],
    "rel": ["alternate", "Enclosure", "self"],
    "src": ["a.png"],
    "term": ["uutiset"],
    "Type": ["html"],
    "type": ["HTML", "application/xhtml+xml", "image/png", "text/html", "text/plain", "xhtml"],
    "url": ["https://a.example/a.png"],
    "version": ["0.3", "2.0"],
    "xlink:href": ["/x"],
    "xml:base": ["../b/", "http://[", "https://b.example/c/../d"],
    "xml:lang": ["", "fi_FI", "se"],
    "xmlns": ["", "http://purl.org/rss/1.0/", "http://www.w3.org/1999/xhtml"],
    "xmlns:content": ["http://purl.org/dc/elements/1.1/"],
    "xmlns:dc": ["http://a.example/ns", "http://purl.org/rss/1.0/modules/content/"],
    "xmlns:xlink": ["http://www.w3.org/1999/xlink"],
}
TEXTS = [
    " \n ", "1", "<b>a</b> &amp;", "Aino (aino@a.example)", "Wed, 25 Nov 2026 08:00:00 +0200", "]]>",
    "\xe4\u0161", "\xc3\xa4", "\x85", "a, b", "aino@a.example", "dGVrc3Rp", "https://a.example/?a=1&b;",
]  # fmt: skip
ROOTS = {
    "rss": "rss",
    "RDF": "rdf:RDF",
    "Atom": 'feed xmlns="http://www.w3.org/2005/Atom"',
    "Atom 0.3": 'feed xmlns="http://purl.org/atom/ns#" version="0.3"',
    "Userland": 'rss xmlns="http://backend.userland.com/rss2"',
    "based": 'feed xml:base="https://b.example/a/"',
}
DECLARED = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "blogChannel": "http://backend.userland.com/blogChannelModule",
        "cc": "http://web.resource.org/cc/",
        "cm": "http://a.example/cm",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
        "creativecommons": "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "georss": "http://www.georss.org/georss",
        "gml": "http://www.opengis.net/gml",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "media": "http://search.yahoo.com/mrss/",
        "psc": "http://podlove.org/simple-chapters",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "xhtml": "http://www.w3.org/1999/xhtml",
        "xlink": "http://www.w3.org/1999/xlink",
    }.items()
)


def element(name: str, given: Mapping[str, str], within: Sequence[str]) -> str:
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in given.items())
    return f"<{name}{attributes}>{''.join(within)}</{name}>"


def elements() -> st.SearchStrategy[str]:
    """Any of the names within any others."""
    given = st.dictionaries(st.sampled_from(sorted(ATTRIBUTES)), st.integers(0, 5), max_size=3).map(
        lambda chosen: {
            key: ATTRIBUTES[key][at % len(ATTRIBUTES[key])] for key, at in chosen.items()
        }
    )
    texts = st.sampled_from(TEXTS).map(escape)
    return st.recursive(
        texts,
        lambda inner: st.builds(
            element,
            st.sampled_from(NAMES),
            st.just({}) | given,
            st.lists(inner, max_size=5),
        ),
        max_leaves=25,
    )


def outcome(way: Callable[[bytes], Parsed], xml: bytes) -> object:
    """What the way comes to, but for the dates that it has read; or what stopped it."""
    try:
        return told(way(xml))
    except Exception as error:  # noqa: BLE001 -- whatever feedparser throws
        return type(error)


def told(found: Parsed) -> object:
    shown = (found.version, dict(found.namespaces), found.sound)
    return *shown, undated(found.feed), [undated(each) for each in found.entries]


def undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: undated(each) for key, each in value.items() if not key.endswith("_parsed")}
    return [undated(each) for each in value] if isinstance(value, list) else value


@given(st.sampled_from(sorted(ROOTS)), st.lists(elements(), max_size=6))
def test_both_ways_come_to_the_same(root: str, within: list[str]) -> None:
    xml = f"<{ROOTS[root]} {DECLARED}>{''.join(within)}</{ROOTS[root].split()[0]}>".encode()
    assert outcome(by_long_way, xml) == outcome(parsed, xml)


def test_both_ways_come_to_the_same_of_the_samples() -> None:
    tables = [document.encode() for document, _ in (*ITEMS.values(), *FEEDS.values())]
    for body in (*files(), *tables):
        xml = skeleton(body.decode(errors="ignore").encode()).xml
        assert outcome(by_long_way, xml) == outcome(parsed, xml)


def test_a_sound_document_needs_no_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(parser, "by_long_way")
    found = parsed(b'<?xml version="1.0"?><rss version="2.0"><channel><item/></channel></rss>')
    assert ("rss20", 1, True) == (found.version, len(found.entries), found.sound)


OUT_OF_THE_ORDINARY = {
    "ill-formed": b"<rss><channel><item><title>Yksi</item></channel></rss>",
    "cut off": b"<rss><channel><item><title>Yksi</title></item>",
    "a document type": b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><title>&a;</title></channel></rss>',
    "a declaration in the midst": b'<rss><?xml version="1.0"?><channel/></rss>',
    "an undeclared prefix": b"<rss><channel><x:y>z</x:y></channel></rss>",
    "an unknown entity": b"<rss><channel><title>&zz;</title></channel></rss>",
    "nothing": b"",
}


@pytest.mark.parametrize("name", OUT_OF_THE_ORDINARY)
def test_what_is_out_of_the_ordinary_goes_the_long_way(name: str) -> None:
    xml = OUT_OF_THE_ORDINARY[name]
    assert outcome(by_long_way, xml) == outcome(parsed, xml)
