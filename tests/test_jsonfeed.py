"""JSON Feed as a raw feed; a wrong type counts as absent and stops nothing."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.model import Author, Document, Enclosure, RawEntry, RawFeed, Text
from feedhub.parse import ParseError, read
from tests.samples import source

ADDRESS = "https://kyla.example.fi/feeds/news.json"
VERSION = "https://jsonfeed.org/version/1.1"

WRONG: list[Any] = [None, True, 0, -1, 1.5, "", " ", "x", [], [None], [[]], {}, {"name": 1}, [{}]]


def feed(body: str | bytes) -> RawFeed:
    encoded = body if isinstance(body, bytes) else body.encode()
    return read([Document(address=ADDRESS, body=encoded)], source())


def written(**facts: Any) -> str:
    return json.dumps({"version": VERSION, "title": "Kylä", "items": [], **facts})


def entry(**facts: Any) -> RawEntry:
    (only,) = feed(written(items=[facts])).entries
    return only


def html(value: str) -> Text:
    return Text(value=value, kind="html")


def plain(value: str) -> Text:
    return Text(value=value, kind="text")


ITEMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an id": ({"id": "urn:1"}, {"id": "urn:1", "url": None}),
    "a number for an id": ({"id": 17}, {"id": "17"}),
    "a truth for an id": ({"id": True}, {"id": None}),
    "an address": ({"url": "https://a.example/1"}, {"url": "https://a.example/1"}),
    "an id that is an address is no link": ({"id": "https://a.example/1"}, {"url": None}),
    "a relative address": ({"url": "1"}, {"url": "https://kyla.example.fi/feeds/1"}),
    "an address to nowhere": ({"url": "javascript:x"}, {"url": None}),
    "an external address": (
        {"external_url": "https://b.example/1"},
        {"url": "https://b.example/1"},
    ),
    "its own address before an external one": (
        {"external_url": "https://b.example/1", "url": "https://a.example/1"},
        {"url": "https://a.example/1"},
    ),
    "a plain title": ({"title": "A <b> & c"}, {"title": plain("A <b> & c")}),
    "HTML before plain text": (
        {"content_text": "Hei", "content_html": "<p>Hei</p>"},
        {"content": html("<p>Hei</p>")},
    ),
    "plain text": ({"content_text": "Hei"}, {"content": plain("Hei")}),
    "a summary": ({"summary": "Hei"}, {"summary": plain("Hei")}),
    "dates, as written": (
        {"date_published": "2026-11-23T10:00:00+02:00", "date_modified": "huomenna"},
        {"published": "2026-11-23T10:00:00+02:00", "updated": "huomenna"},
    ),
    "authors": (
        {"authors": [{"name": "Aili", "url": "https://a.example/"}, {"avatar": "x"}, "Ánte"]},
        {"authors": (Author(name="Aili", url="https://a.example/"),)},
    ),
    "the author of version 1.0": (
        {"author": {"name": "Aili"}},
        {"authors": (Author(name="Aili"),)},
    ),
    "tags": ({"tags": ["poro", 1, None, "hanka"]}, {"categories": ("poro", "hanka")}),
    "a language": ({"language": "sms"}, {"language": "sms"}),
    "an image": ({"image": "/1.jpg"}, {"image": "https://kyla.example.fi/1.jpg"}),
    "a banner where there is no image": (
        {"banner_image": "https://a.example/b.jpg"},
        {"image": "https://a.example/b.jpg"},
    ),
    "attachments": (
        {
            "attachments": [
                {
                    "url": "/1.mp3",
                    "mime_type": "audio/mpeg",
                    "size_in_bytes": 12,
                    "duration_in_seconds": 90.5,
                },
                {"url": "javascript:x"},
                {"mime_type": "audio/mpeg"},
                "x",
            ]
        },
        {
            "enclosures": (
                Enclosure(
                    url="https://kyla.example.fi/1.mp3", type="audio/mpeg", length=12, duration=90
                ),
            )
        },
    ),
    "absurd numbers": (
        {
            "attachments": [
                {"url": "/1.mp3", "size_in_bytes": 1e300, "duration_in_seconds": -5},
            ]
        },
        {"enclosures": (Enclosure(url="https://kyla.example.fi/1.mp3"),)},
    ),
    "two halves of one character": ({"title": "\ud83d\ude00"}, {"title": plain("😀")}),
    "half a character": ({"title": "a\ud83db", "id": "x\udc00"}, {"title": plain("ab"), "id": "x"}),
    "control characters": ({"title": "a\x00\x0bb\ufdd0"}, {"title": plain("a b")}),
    "the letters of Sámi": ({"title": "Sääʹmteʹǧǧ, đŋŧ"}, {"title": plain("Sääʹmteʹǧǧ, đŋŧ")}),
    "what nobody knows": ({"_feedhub": {"x": [1]}, "title": "Yksi"}, {"title": plain("Yksi")}),
}


@pytest.mark.parametrize("name", ITEMS)
def test_item_says(name: str) -> None:
    facts, expected = ITEMS[name]
    found = entry(**facts)
    assert expected == {field: getattr(found, field) for field in expected}


FEEDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "its title": ({}, {"title": "Kylä", "entries": (), "expired": False, "complete": False}),
    "its home": ({"home_page_url": "/"}, {"url": "https://kyla.example.fi/"}),
    "its language": ({"language": "fi-FI"}, {"language": "fi-FI"}),
    "its authors": ({"authors": [{"name": "Aili"}]}, {"authors": (Author(name="Aili"),)}),
    "its author, of version 1.0": (
        {"author": {"name": "Aili"}, "authors": []},
        {"authors": (Author(name="Aili"),)},
    ),
    "its icon": ({"icon": "/i.png"}, {"image": "https://kyla.example.fi/i.png"}),
    "its smaller icon": ({"favicon": "/f.png"}, {"image": "https://kyla.example.fi/f.png"}),
    "that it is finished": ({"expired": True}, {"expired": True}),
    "a word about being finished": ({"expired": "no"}, {"expired": False}),
    "items that are none": ({"items": ["x", None, 5]}, {"entries": ()}),
}


@pytest.mark.parametrize("name", FEEDS)
def test_feed_says(name: str) -> None:
    facts, expected = FEEDS[name]
    found = feed(written(**facts))
    assert expected == {field: getattr(found, field) for field in expected}


ENCODED = {
    "UTF-8 with its mark": "utf-8-sig",
    "UTF-16 with its mark": "utf-16",
    "UTF-16 without its mark": "utf-16-le",
    "Windows-1252": "cp1252",
}


@pytest.mark.parametrize("name", ENCODED)
def test_feed_is_read_in_any_charset(name: str) -> None:
    body = f'{{"version":"{VERSION}","title":"Kylän äänet","items":[]}}'.encode(ENCODED[name])
    assert feed(body).title == "Kylän äänet"


REFUSED = {
    "JSON of another kind": ('{"items": []}', "not-a-feed", "JSON of another kind"),
    "a list": ("[1, 2]", "not-a-feed", "JSON of another kind"),
    "JSON that is cut": ('{\n"version": "x"', "not-well-formed", "in line 2"),
    "words in braces": ("{{ title }}", "not-well-formed", "in line 1"),
    "deep nesting": ('{"a":' * 100_000, "not-well-formed", "broken"),
    "millions of values": ("[" + "0," * 2_000_000, "parse-failed", "too large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_feed_is_refused_by_name(name: str) -> None:
    body, code, words = REFUSED[name]
    with pytest.raises(ParseError) as caught:
        feed(body)
    assert (code, True) == (caught.value.fault.code, words in caught.value.fault.message)


def test_newest_of_too_many_items_are_kept_at_either_end() -> None:
    found = feed(written(items=[{"id": str(n)} for n in range(5_000)]))
    ids = [entry.id for entry in found.entries]
    assert [*map(str, range(500)), *map(str, range(4_500, 5_000))] == ids


KEYS = [
    "attachments", "author", "authors", "banner_image", "content_html", "content_text",
    "date_modified", "date_published", "external_url", "id", "image", "language", "summary",
    "tags", "title", "url",
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_wrong_type_of_one_key_leaves_the_others(key: str) -> None:
    right = {"id": "urn:1", "title": "Yksi", "tags": ["poro"]}
    kept = {"id": "urn:1", "title": plain("Yksi"), "categories": ("poro",)}
    kept.pop({"tags": "categories"}.get(key, key), None)
    for value in WRONG:
        found = entry(**{**right, key: value})
        assert kept == {field: getattr(found, field) for field in kept}, value


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=10)
    | st.sampled_from(["https://a.example/1", "http://[", "//", "2026-11-24"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYS, "name", "mime_type"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(items=st.lists(st.dictionaries(st.sampled_from(KEYS), values, max_size=6), max_size=3))
def test_any_values_give_as_many_entries(items: list[dict[str, Any]]) -> None:
    found = feed(written(items=items))
    assert len(items) == len(found.entries)
    # Half a character would raise here.
    json.dumps(asdict(found), ensure_ascii=False).encode()
