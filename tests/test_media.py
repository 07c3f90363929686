"""The picture and the files of an item, and how long and large they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.model import Enclosure
from feedhub.parse import media

BASE = "https://kyla.example.fi/uutiset/"

SECONDS = {
    "3723": 3723,
    "62:03": 3723,
    "1:02:03": 3723,
    "01:02:03": 3723,
    " 90 ": 90,
    "90.5": 90,
    "1:02:03.25": 3723,
    "0": None,
    "00:00": None,
    "": None,
    "-5": None,
    "1:2:3:4": None,
    "1::3": None,
    "an hour": None,
    "1h 2min": None,
    "PT1H2M": None,
    "9999999": None,
    "１２": 12,
    "²": None,
}


@pytest.mark.parametrize("written", SECONDS)
def test_duration_is_seconds(written: str) -> None:
    assert SECONDS[written] == media.seconds(written)


SIZES = {"12": 12, " 12 ": 12, "0": None, "-1": None, "1.5": None, "12 MB": None, "9" * 16: None}


@pytest.mark.parametrize("written", SIZES)
def test_size_is_bytes(written: str) -> None:
    assert SIZES[written] == media.size(written)


@given(st.none() | st.integers() | st.floats() | st.text(max_size=30))
def test_any_number_is_positive_or_absent(written: object) -> None:
    assert all(each is None or each > 0 for each in (media.seconds(written), media.size(written)))


def picture(url: str, **facts: str) -> dict[str, str]:
    return {"url": url, "medium": "image", **facts}


PORTRAIT = "https://secure.gravatar.com/avatar/1?s=96"

IMAGES: dict[str, tuple[dict[str, Any], str | None]] = {
    "none": ({}, None),
    "the picture of Media RSS": ({"media_content": [picture("a.jpg")]}, f"{BASE}a.jpg"),
    "the widest picture": (
        {"media_content": [picture("a.jpg", width="90"), picture("b.jpg", width="900")]},
        f"{BASE}b.jpg",
    ),
    "the first of equal pictures": (
        {"media_content": [picture("a.jpg"), picture("b.jpg", width="wide")]},
        f"{BASE}a.jpg",
    ),
    "a picture by its media type": (
        {"media_content": [{"url": "a", "type": "image/webp"}]},
        f"{BASE}a",
    ),
    "a picture by its name": ({"media_content": [{"url": "a.PNG?w=1"}]}, f"{BASE}a.PNG?w=1"),
    "a film is no picture": (
        {"media_content": [{"url": "a.jpg", "medium": "video"}], "media_thumbnail": [{"url": "t"}]},
        f"{BASE}t",
    ),
    "the widest thumbnail": (
        {"media_thumbnail": [{"url": "a", "width": "120"}, {"url": "b", "width": "480"}]},
        f"{BASE}b",
    ),
    "the cover of an episode": ({"image": {"href": "/k.jpg"}}, "https://kyla.example.fi/k.jpg"),
    "a portrait of the author is passed over": (
        {"media_content": [picture(PORTRAIT)], "media_thumbnail": [{"url": "t.jpg"}]},
        f"{BASE}t.jpg",
    ),
    "a portrait at another host": (
        {"media_thumbnail": [{"url": "https://avatars3.githubusercontent.com/u/1?s=96"}]},
        None,
    ),
    "an icon is passed over": (
        {"media_thumbnail": [{"url": "i.png", "width": "32"}], "image": {"href": "k.jpg"}},
        f"{BASE}k.jpg",
    ),
    "an address to nowhere": ({"media_content": [picture("javascript:x")]}, None),
    "records of the wrong kind": (
        {"media_content": "a.jpg", "media_thumbnail": ["b"], "image": "c"},
        None,
    ),
}


@pytest.mark.parametrize("name", IMAGES)
def test_image_of_an_item(name: str) -> None:
    item, expected = IMAGES[name]
    assert expected == media.image(item, BASE)


def enclosed(href: str, **facts: str) -> dict[str, str]:
    return {"rel": "enclosure", "href": href, **facts}


FILES: dict[str, tuple[dict[str, Any], list[Enclosure]]] = {
    "none": ({"links": [{"rel": "alternate", "href": "/1"}]}, []),
    "an enclosure": (
        {"links": [enclosed("1.mp3", type="audio/mpeg", length="12")]},
        [Enclosure(url=f"{BASE}1.mp3", type="audio/mpeg", length=12)],
    ),
    "an enclosed picture": (
        {"links": [enclosed("1.jpg", type="image/jpeg", length="x")]},
        [Enclosure(url=f"{BASE}1.jpg", type="image/jpeg")],
    ),
    "the duration belongs to the first file": (
        {"links": [enclosed("1.mp3"), enclosed("2.mp3")], "itunes_duration": "1:00"},
        [Enclosure(url=f"{BASE}1.mp3", duration=60), Enclosure(url=f"{BASE}2.mp3")],
    ),
    "a film of Media RSS": (
        {
            "media_content": [
                {"url": "1.mp4", "type": "video/mp4", "filesize": "9", "duration": "90"}
            ]
        },
        [Enclosure(url=f"{BASE}1.mp4", type="video/mp4", length=9, duration=90)],
    ),
    "the same file twice": (
        {"links": [enclosed("1.mp4")], "media_content": [{"url": "1.mp4", "type": "video/mp4"}]},
        [Enclosure(url=f"{BASE}1.mp4")],
    ),
    "pictures of Media RSS are no files": ({"media_content": [picture("1.jpg")]}, []),
    "a player is no file": (
        {"media_content": [{"url": "v", "type": "application/x-shockwave-flash"}]},
        [],
    ),
    "an address to nowhere": ({"links": [enclosed("javascript:x"), enclosed("")]}, []),
    "records of the wrong kind": ({"links": "1.mp3", "media_content": [1]}, []),
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_an_item(name: str) -> None:
    item, expected = FILES[name]
    assert expected == list(media.enclosures(item, BASE))


def test_files_beyond_the_cap_are_left_unread() -> None:
    item = {"links": [enclosed(f"{n}.mp3") for n in range(1_000)]}
    assert media.MAX_LINKS == len(list(media.enclosures(item, BASE)))
