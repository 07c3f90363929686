"""Packed answers: by negotiation, each with its own tag (RFC 9110 sections 8.4 and 12.5.3)."""

import gzip
from pathlib import Path

import brotli
import pytest

from feedhub.web.app import create_app
from tests.face import FEED, ask, published, put


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return published(tmp_path / "public")


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_feed_is_packed_as_asked(public: Path, coding: str) -> None:
    app = create_app(public)
    plain, packed = (ask(app, "/atom.xml", headers={"accept-encoding": x}) for x in ("", coding))
    assert coding == packed.headers["content-encoding"]
    assert int(packed.headers["content-length"]) < len(FEED) / 10
    assert "accept-encoding" == packed.headers["vary"] == plain.headers["vary"]
    assert plain.headers["etag"] != packed.headers["etag"]
    assert FEED == packed.text


def test_tag_belongs_to_one_coding(public: Path) -> None:
    app = create_app(public)
    tag = ask(app, "/atom.xml", headers={"accept-encoding": "gzip"}).headers["etag"]
    for coding, expected in (("gzip", 304), ("identity", 200)):
        headers = {"accept-encoding": coding, "if-none-match": tag}
        assert expected == ask(app, "/atom.xml", headers=headers).status_code


def test_what_packing_makes_no_smaller_goes_plain(public: Path) -> None:
    answer = ask(create_app(public), "/feed.json", headers={"accept-encoding": "gzip, br"})
    assert "content-encoding" not in answer.headers
    assert "accept-encoding" == answer.headers["vary"]


def test_image_is_not_packed(public: Path) -> None:
    answer = ask(create_app(public), "/media/kyla/kuva.png", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


SIBLINGS = {
    "of the same content": (FEED.encode(), True),
    "of what was there before": (b"<feed>before</feed>" * 9, False),
    "of more than the file": (FEED.encode() + b"<!-- and what follows -->", False),
    "of no coding": (None, False),
}


@pytest.mark.parametrize("coding", ["gzip", "br"])
@pytest.mark.parametrize("case", SIBLINGS)
def test_packed_sibling_is_taken_only_when_it_fits(public: Path, coding: str, case: str) -> None:
    content, taken = SIBLINGS[case]
    pack = gzip.compress if coding == "gzip" else brotli.compress
    sibling = b"not packed" if content is None else pack(content)
    put(public / f"atom.xml.{'gz' if coding == 'gzip' else 'br'}", sibling)
    answer = ask(create_app(public), "/atom.xml", headers={"accept-encoding": coding})
    assert FEED == answer.text
    assert taken == (str(len(sibling)) == answer.headers["content-length"])
