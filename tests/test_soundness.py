"""The last gate: what may go out, and what is held back and why."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedhub.model import Output
from feedhub.publish import soundness
from feedhub.publish.soundness import Unsound, check, count

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x:feed</id><title>Uutisvirta</title>
<updated>2026-11-24T08:00:00Z</updated>{entries}</feed>"""
ENTRY = """<entry><id>urn:x:1</id><title>Silta</title><updated>2026-11-23T08:00:00Z</updated>
<link href="https://kyla.example.fi/silta/"/><content type="html">&lt;p&gt;Auki.&lt;/p&gt;</content></entry>"""
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Uutisvirta</title><link>https://news.example.fi/</link><description>Uutiset</description>
{items}</channel></rss>"""
ITEM = """<item><title>Silta</title><guid isPermaLink="false">urn:x:1</guid>
<link>https://kyla.example.fi/silta/</link><pubDate>Mon, 23 Nov 2026 08:00:00 +0000</pubDate>
<content:encoded>&lt;p&gt;Auki.&lt;/p&gt;</content:encoded></item>"""
JSON_ITEM: Mapping[str, Any] = {
    "id": "urn:x:1",
    "url": "https://kyla.example.fi/silta/",
    "content_html": "<p>Auki.</p>",
    "date_published": "2026-11-23T08:00:00Z",
}


def atom(*entries: str) -> Output:
    return Output(name="atom.xml", body=ATOM.format(entries="".join(entries)).encode())


def rss(*items: str) -> Output:
    return Output(name="topics/x/rss.xml", body=RSS.format(items="".join(items)).encode())


def json_feed(*items: Mapping[str, Any], **changes: Any) -> Output:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Uutisvirta", "items": items}
    return Output(name="feed.json", body=json.dumps(feed | changes).encode())


def other(name: str, body: str | bytes) -> Output:
    return Output(name=name, body=body.encode() if isinstance(body, str) else body)


SOUND = {
    "atom": atom(ENTRY, ENTRY.replace(":1<", ":2<")),
    "atom without entries": atom(),
    "atom that is ahead by a clock's slack": atom(ENTRY.replace("23T08:00", "24T08:04")),
    "atom that tells of a script": atom(ENTRY.replace("Auki", "&amp;lt;script&amp;gt; on tagi")),
    "rss": rss(ITEM, ITEM.replace(":1<", ":2<")),
    "json": json_feed(JSON_ITEM),
    "opml": other("opml.xml", '<opml version="2.0"/>'),
    "page": other("index.html", "<!doctype html><title>x</title></html>\n"),
    "picture": other("media/a.png", b"\x89PNG"),
}


@pytest.mark.parametrize("output", SOUND.values(), ids=SOUND.keys())
def test_sound_output_goes_out(output: Output) -> None:
    check(output, now=NOW)


def changed(item: str, old: str, new: str) -> str:
    assert old in item
    return item.replace(old, new)


UNSOUND = {
    "nothing": (other("index.html", ""), "empty"),
    "cut-off xml": (other("atom.xml", ATOM[:150]), "well-formed"),
    "a control character": (atom(changed(ENTRY, "Silta", "Sil\x0bta")), "well-formed"),
    "an entity": (other("opml.xml", "<!DOCTYPE opml [<!ENTITY a 'b'>]><opml>&a;</opml>"), "type"),
    "rss as atom": (other("atom.xml", RSS.format(items="")), "root"),
    "atom as rss": (other("rss.xml", ATOM.format(entries="")), "root"),
    "an entry without title": (atom(changed(ENTRY, "<title>Silta</title>", "")), "title"),
    "two dates of update": (
        atom(changed(ENTRY, "<link", "<updated>2026-11-23T08:00:00Z</updated><link")),
        "updated",
    ),
    "an id twice": (atom(ENTRY, ENTRY), "twice"),
    "an id twice in rss": (rss(ITEM, ITEM), "twice"),
    "an id twice in json": (json_feed(JSON_ITEM, JSON_ITEM), "twice"),
    "an empty id": (atom(changed(ENTRY, "urn:x:1", "")), "no id"),
    "a date of tomorrow": (atom(changed(ENTRY, "2026-11-23", "2026-11-25")), "future"),
    "a date of tomorrow in rss": (rss(changed(ITEM, "23 Nov", "25 Nov")), "future"),
    "a date of tomorrow in json": (
        json_feed({**JSON_ITEM, "date_published": "2026-11-25T08:00:00Z"}),
        "future",
    ),
    "no date": (atom(changed(ENTRY, "2026-11-23T08:00:00Z", "eilen")), "RFC 3339"),
    "no date in rss": (rss(changed(ITEM, "Mon, 23 Nov 2026 08:00:00 +0000", "x")), "RFC 822"),
    "a date without zone": (atom(changed(ENTRY, "00:00Z", "00:00")), "zone"),
    "a date without zone in rss": (rss(changed(ITEM, "+0000", "-0000")), "zone"),
    "a feed without id": (
        other("atom.xml", changed(ATOM, "<id>urn:x:feed</id>", "").format(entries=ENTRY)),
        "exactly one id",
    ),
    "a link without address": (atom(changed(ENTRY, "<link href=", "<link rel=")), "address"),
    "an address without host": (atom(changed(ENTRY, "kyla.example.fi", "")), "address"),
    "a link to a script": (atom(changed(ENTRY, "https://kyla", "javascript:kyla")), "address"),
    "a relative link": (rss(changed(ITEM, "https://kyla.example.fi", "")), "address"),
    "a link that is no address": (rss(changed(ITEM, "//kyla.", "//[kyla.")), "address"),
    "a picture from the disk": (json_feed({**JSON_ITEM, "image": "file:///etc/a.png"}), "address"),
    "a script": (atom(changed(ENTRY, "Auki.", "&lt;script&gt;")), "dangerous"),
    "a handler": (rss(changed(ITEM, "&lt;p&gt;", "&lt;p onclick=x&gt;")), "dangerous"),
    "a javascript link": (
        json_feed({**JSON_ITEM, "content_html": '<a href=" javascript:x">a</a>'}),
        "dangerous",
    ),
    "json that is none": (other("status.json", "{"), "JSON"),
    "a json feed of another version": (json_feed(version="2"), "version"),
    "a json item without content": (
        json_feed({key: value for key, value in JSON_ITEM.items() if key != "content_html"}),
        "neither",
    ),
    "a page that breaks off": (other("index.html", "<!doctype html><p>"), "end"),
    "a page in another charset": (other("index.html", b"<p>\xe4</html>"), "UTF-8"),
}


@pytest.mark.parametrize(("output", "reason"), UNSOUND.values(), ids=UNSOUND.keys())
def test_unsound_output_is_held_back(output: Output, reason: str) -> None:
    with pytest.raises(Unsound, match=reason):
        check(output, now=NOW)


MARKUP = st.lists(
    st.sampled_from(
        ["<", ">", "a", "p ", "ScRipt", "ſtyle", " on", "\u2003on", "click", "=", " = "]
    )
    | st.sampled_from(["href", "src", '"', "'", " ", "javaſcript:", "DATA:", "data", ":", "x", "ä"])
)


@given(MARKUP.map("".join))
@example("<p title='>' onclick=x")
@example("<a href=\n'\u2003VBScript:")
def test_danger_is_found_as_fast_as_by_the_whole_rule(text: str) -> None:
    found = soundness._DANGEROUS.search(text)
    expected = [found[0]] if found else []
    assert expected == [*soundness._findings([text])][:1]


@given(
    st.text(":[]/80ä@?#", max_size=9).map(lambda rest: f"https://a.example{rest}")
    | st.text(max_size=20)
)
def test_address_is_judged_by_its_beginning_as_by_all_of_it(address: str) -> None:
    if soundness._WHOLE.match(address):
        parts = urlsplit(address)
        assert parts.scheme in {"http", "https"}
        assert parts.netloc


@given(st.binary(max_size=200), st.sampled_from(["atom.xml", "rss.xml", "feed.json", "a.html"]))
def test_any_bytes_are_judged_and_none_crash(body: bytes, name: str) -> None:
    with pytest.raises(Unsound, match=r".+"):
        check(Output(name=name, body=body), now=NOW)


def test_entries_are_counted() -> None:
    two = JSON_ITEM, {**JSON_ITEM, "id": "2"}
    outputs = atom(ENTRY, ENTRY), rss(ITEM, ITEM), json_feed(*two)
    assert [2, 2, 2] == [count(output) for output in outputs]
    assert 0 == count(other("feed.json", "[]"))
