"""The checks themselves: each finds what it is there for."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from feedhub.model import Output
from feedhub.publish import opml
from feedhub.publish.archives import Shelf, Volume
from feedhub.publish.channels import channels
from feedhub.publish.feeds import Feeds
from tests.markup import hub
from tests.nasty import NOW, many
from tests.validator import faults, walk

BASE = "https://news.example.fi/"
CASES = Path(__file__).parents[2] / "shared" / "feeds" / "w3c+feedvalidator" / "testcases"


@cache
def sound() -> Mapping[str, bytes]:
    feeds, channel = Feeds(hub()), channels(hub())[0]
    first, second = Volume(2026, 11, 1), Volume(2026, 11, 2)
    outputs = feeds.channel(channel, feeds.items(many(2)), archive=second)
    volumes = [
        feeds.volume(channel, Shelf(first, None, second), feeds.prints(feeds.items(many(1)))),
        feeds.volume(
            channel, Shelf(second, first, Volume(2026, 12, 1)), feeds.prints(feeds.items(many(1)))
        ),
    ]
    lists = Output(name="opml.xml", body=opml.write(hub()))
    return {each.name: each.body for each in (*outputs, *volumes, lists)}


def found(name: str, body: bytes) -> str:
    return "\n".join(faults(Output(name=name, body=body), base=BASE, now=NOW))


@pytest.mark.parametrize("name", sound())
def test_sound_output_has_no_faults(name: str) -> None:
    assert not found(name, sound()[name])


SPOILT = {
    "MissingElement: id": ("atom.xml", r"<id>urn[^<]*</id>", ""),
    "DuplicateValue": ("atom.xml", r"00000000000[01]", "000000000001"),
    "InvalidUUID": ("atom.xml", "urn:uuid:0", "urn:uuid:x"),
    "InvalidRFC3339Date": ("atom.xml", r"\+00:00<", "<"),
    "ImplausibleDate": ("atom.xml", "2026-11-01", "2027-11-01"),
    "MissingElement: name": ("atom.xml", "<name>[^<]*</name>", ""),
    "MissingElement: source": ("atom.xml", "<source>.*?</source>", ""),
    "SelfDoesntMatchLocation": ("atom.xml", 'rel="self"', 'rel="via"'),
    "MissingAlternateLink": ("atom.xml", 'rel="alternate" type', 'rel="via" type'),
    "DuplicateAtomLink": ("atom.xml", '(<link href="https://kyla.example.fi/0"/>)', r"\1\1"),
    "UnregisteredAtomLinkRel": ("atom.xml", 'rel="self"', 'rel="own"'),
    "InvalidURLAttribute": ("atom.xml", "https://kyla.example.fi/0", "https:///0"),
    "InvalidFullLink": ("atom.xml", "https://kyla.example.fi/0", "/0"),
    "InvalidAttribute": ("atom.xml", 'type="text/html"', 'type="text"'),
    "MisplacedMetadata": ("atom.xml", "</feed>", "<subtitle/></feed>"),
    "InvalidTextType": ("atom.xml", "<summary>", '<summary type="CDATA">'),
    "InvalidLanguage": ("atom.xml", '<entry xml:lang="fi"', '<entry xml:lang="x y"'),
    "BadCharacters": ("atom.xml", "Uutinen", "Uutinen\x85"),
    "before it was published": ("atom.xml", "<published>2026-11-01", "<published>2026-11-02"),
    "MissingContentOrAlternate": ("atom.xml", r'<link href="https://kyla[^>]*>', ""),
    "InvalidRSSVersion": ("rss.xml", 'version="2.0"', 'version="2.1"'),
    "MissingDescription": ("rss.xml", "<description>Kylien[^<]*<", "<description><"),
    "MissingAtomSelfLink": ("rss.xml", 'rel="self"', 'rel="via"'),
    "InvalidRFC2822Date": ("rss.xml", r"Nov 2026", "Nov 26"),
    "IncorrectDOW": ("rss.xml", "Sun, 01 Nov", "Mon, 01 Nov"),
    "MissingElement: guid": ("rss.xml", "<guid.*?</guid>", ""),
    "InvalidPermalink": ("rss.xml", 'isPermaLink="false"', 'isPermaLink="true"'),
    "InvalidBooleanAttribute": ("rss.xml", ' isPermaLink="false"', ""),
    "DuplicateElement": ("rss.xml", "(<guid.*?</guid>)", r"\1\1"),
    "CharacterData": ("rss.xml", "Uutinen 0", "R&amp;D"),
    "ContainsRelRef": ("rss.xml", "Silta", '&lt;a href="/x"&gt;'),
    "MissingElement: source of": ("rss.xml", "<source.*?</source>", ""),
    "InvalidIntegerAttribute": ("rss.xml", "<guid", '<enclosure url="https://x.example/"/><guid'),
    "InvalidMIMEAttribute": ("rss.xml", "<guid", '<enclosure url="https://x.example/"/><guid'),
    "DuplicateItemSemantics": ("rss.xml", "<guid", "<author>a@x.example</author><guid"),
    "content:encoded before": (
        "rss.xml",
        "<description>Silta",
        "<content:encoded/><description>Silta",
    ),
    "version: ": ("feed.json", "version/1.1", "version/2"),
    "feed_url: ": ("feed.json", '/feed.json"', '/other.json"'),
    "unknown key": ("feed.json", '"language"', '"lang"'),
    "MissingContent": ("feed.json", '"content_text"', '"summary"'),
    "date_published": ("feed.json", '"date_published":"[^"]*"', '"date_published":5'),
    "authors: nothing": ("feed.json", '"name":"Aili Esimerkki"', ""),
    "InvalidOPMLVersion": ("opml.xml", 'opml version="2.0"', 'opml version="1"'),
    "MissingAttribute: text": ("opml.xml", " text=", " label="),
    "MissingAttribute: type": ("opml.xml", 'type="rss"', ""),
    "MissingCurrentInArchive": ("archive/2026/11/1/atom.xml", 'rel="current"', 'rel="via"'),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_fault_is_found(fault: str) -> None:
    name, pattern, replacement = SPOILT[fault]
    spoilt = re.sub(pattern, replacement, sound()[name].decode(), flags=re.DOTALL)
    assert fault in found(name, spoilt.encode())


def test_wrong_media_type_is_found() -> None:
    elsewhere = Output(name="atom.xml", body=sound()["archive/2026/11/1/atom.xml"])
    assert "SelfDoesntMatchLocation" in "\n".join(faults(elsewhere, base=BASE, now=NOW))


CHAINS = {
    "not closed": (r"<fh:archive\s*/>", ""),
    "MissingCurrentInArchive": ('rel="current"', 'rel="via"'),
    "LinkPastEnd": ("archive/2026/11/1/atom.xml", "archive/2026/10/1/atom.xml"),
    "next-archive of": ('rel="next-archive"', 'rel="via"'),
}


@pytest.mark.parametrize("fault", CHAINS)
def test_broken_chain_is_found(fault: str) -> None:
    pattern, replacement = CHAINS[fault]
    documents = {
        f"{BASE}{name}": re.sub(pattern, replacement, body.decode()).encode()
        for name, body in sound().items()
        if name.endswith("atom.xml")
    }
    _, wrong = walk(documents, f"{BASE}atom.xml")
    assert fault in "\n".join(wrong)


def test_loop_of_archives_comes_to_an_end() -> None:
    body = sound()["archive/2026/11/2/atom.xml"].replace(b"2026/11/1/", b"2026/11/2/")
    documents = {f"{BASE}atom.xml": sound()["atom.xml"], f"{BASE}archive/2026/11/2/atom.xml": body}
    assert [f"LinkPastEnd: {BASE}archive/2026/11/2/atom.xml"] == walk(documents, f"{BASE}atom.xml")[
        1
    ]


LOOKED_FOR = (
    *("DuplicateAtomLink", "DuplicateElement", "InvalidFullLink", "InvalidLink", "InvalidTAG"),
    *("InvalidRFC3339Date", "InvalidRSSVersion", "InvalidUriChar", "MisplacedMetadata"),
    *("MissingElement", "UnregisteredAtomLinkRel"),
)


def w3c_cases() -> list[Path]:
    """The W3C's own samples of what this module looks for, in the formats that are published."""
    expected = re.compile(rf"Expect:\s+({'|'.join(LOOKED_FOR)})\b")
    return sorted(
        each
        for folder in ("atom", "rss", "rss20")
        for each in (CASES / folder).rglob("*.xml")
        if expected.search(each.read_text("utf-8", errors="replace"))
    )


@pytest.mark.skipif(not CASES.is_dir(), reason="the feed samples are not here")
def test_samples_of_the_w3c_are_faulted() -> None:
    cases = w3c_cases()
    assert len(cases) >= 10
    for case in cases:
        body = case.read_bytes()
        name = "rss.xml" if b"<rss" in body else "atom.xml"
        expected = re.search(
            rf"Expect:\s+({'|'.join(LOOKED_FOR)})\b", body.decode("utf-8", "replace")
        )
        assert expected is not None
        names = _LINKS if expected[1] in _LINKS else {expected[1]}
        assert [each for each in names if each in found(name, body)], case.name


_LINKS = {"InvalidFullLink", "InvalidLink", "InvalidURLAttribute", "InvalidUriChar"}
