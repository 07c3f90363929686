"""Whatever bytes come, they are read, or refused by a named fault, and never anything else."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedhub.model import Document, RawFeed
from feedhub.parse import ParseError, read
from feedhub.parse.characters import fit
from tests.samples import source
from tests.test_feeds import FEEDS, ITEMS

SAMPLES = Path(__file__).parents[2] / "shared" / "feeds"
LARGEST = 20_000

CODES = {
    "empty-body", "html", "not-a-feed", "not-well-formed", "parse-failed", "truncated",
}  # fmt: skip

# What makes a difference to a parser.
PARTS = [
    b"<", b">", b"&", b'"', b"'", b"\0", b"\xff", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"&#xD800;",
    b"&#1114112;", b"&nbsp;", b"<item>", b"</item>", b"<entry>", b"</channel>", b"<title>", b"<link/>",
    b"<image>", b"<textInput>", b"<width/>", b"<cloud/>", b"<source>", b"<tags>", b"<links>",
    b"<description>", b"<summary type='xhtml'>", b'<content mode="base64">', b"<media:player/>",
    b"<georss:point>a</georss:point>", b"<gml:pos>", b"<cc:license/>", b' xml:base="http://["',
    b' xml:lang="', b' type="', b"99999999999999999999", b"\xef\xbf\xbe", b"\xed\xa0\x80", b"{", b"[",
]  # fmt: skip


def judged(body: bytes, content_type: str | None = None) -> RawFeed | str:
    """The feed, sound in every text, or the code of the fault."""
    document = Document(address="https://a.example/", body=body, content_type=content_type)
    try:
        found = read([document], source())
    except ParseError as error:
        return error.fault.code
    written = json.dumps(asdict(found), ensure_ascii=False, default=str)
    assert written == fit(written)
    return found


@given(st.binary(max_size=300), st.none() | st.text(max_size=30))
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str | None) -> None:
    found = judged(body, content_type)
    assert isinstance(found, RawFeed) or found in CODES


@given(st.lists(st.sampled_from(PARTS) | st.binary(max_size=3), max_size=30))
def test_any_parts_of_feeds_are_read_or_refused(parts: list[bytes]) -> None:
    found = judged(b'<rss version="2.0"><channel>' + b"".join(parts))
    assert isinstance(found, RawFeed) or found in CODES


def changes(bodies: list[bytes]) -> st.SearchStrategy[bytes]:
    """One of these with a few parts cut out, doubled or put in."""

    def change(body: bytes, steps: list[tuple[float, float, bytes | None]]) -> bytes:
        for start, end, part in steps:
            first, last = sorted((int(start * len(body)), int(end * len(body))))
            middle = b"" if part is None else part or body[first:last]
            body = body[:first] + middle + body[last if part is None else first :]
        return body

    place = st.floats(0, 1)
    step = st.tuples(place, place, st.none() | st.just(b"") | st.sampled_from(PARTS))
    return st.builds(change, st.sampled_from(bodies), st.lists(step, min_size=1, max_size=4))


def files() -> list[bytes]:
    """The samples, else the documents of the tables of tests."""
    found = [each.read_bytes() for each in sorted(SAMPLES.rglob("*")) if each.is_file()]
    tables = [document.encode() for document, _ in (*ITEMS.values(), *FEEDS.values())]
    return [body for body in found if len(body) < LARGEST] or tables


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes(files()))
def test_damaged_samples_are_read_or_refused(body: bytes) -> None:
    found = judged(body)
    assert isinstance(found, RawFeed) or found in CODES


CUTS: dict[str, Callable[[str], str]] = {
    "RSS": lambda items: f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>',
    "RDF": lambda items: (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns="http://purl.org/rss/1.0/"><channel><title>T</title></channel>{items}</rdf:RDF>'
    ),
    "Atom": lambda items: (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{items}</feed>'
    ),
}


@pytest.mark.parametrize("name", CUTS)
def test_cut_at_any_byte_leaves_whole_entries_only(name: str) -> None:
    tag = "entry" if name == "Atom" else "item"
    words = "Ääkkösiä &amp; muuta " * 20
    items = "".join(
        f"<{tag}><title>{n}</title><summary>{words}</summary></{tag}>" for n in range(3)
    )
    body = CUTS[name](items).encode()
    for end in range(0, len(body), 7):
        found = judged(body[:end])
        whole = body[:end].count(f"</{tag}>".encode())
        if isinstance(found, RawFeed):
            titles = [entry.title.value for entry in found.entries if entry.title]
            assert [str(n) for n in range(whole)] == titles
            assert found.truncated or (name == "RSS" and b"</channel>" in body[:end])
        else:
            assert (found in CODES, 0) == (True, whole)
