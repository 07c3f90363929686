"""The HTTP face over the ASGI transport, and once over a real socket (RFC 9110)."""

import asyncio
import errno
import gzip
import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.model import Story
from feedhub.publish.representation import acceptable, evaluate, http_date, published_name
from feedhub.web import Bodies, Files, Server, bind, create_app, feed_links, search_route
from tests.samples import story

FEED = "<feed>" + "Kylän uusi silta avattiin. " * 200 + "</feed>"
SUNDAY = "Sun, 22 Nov 2026 08:00:00 GMT"
MONDAY = "Mon, 23 Nov 2026 08:00:00 GMT"
TUESDAY = "Tue, 24 Nov 2026 08:00:00 GMT"
MONDAY_SECONDS = 1795420800


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """A folder of published files, all of Monday."""
    folder = tmp_path / "public"
    files = {
        "index.html": "<!doctype html><title>Uutisvirta</title>",
        "404.html": "<!doctype html><title>Sivua ei löydy</title>",
        "atom.xml": FEED,
        "rss.xml": FEED,
        "feed.json": "{}",
        "status.json": "{}",
        "opml.xml": "<opml/>",
        "sitemap.xml": "<urlset/>",
        "static/feedhub.css": "body { margin: 0 }",
        "static/favicon.svg": "<svg/>",
        "media/kyla/kuva.png": "png",
        "topics/matkailu/index.html": "<!doctype html><title>Matkailu</title>",
        "languages/index/empty.txt": "x",
        ".secret": "secret",
        "atom.xml.tmp": "half",
    }
    for name, text in files.items():
        _publish(folder / name, text)
    (tmp_path / "outside.txt").write_text("outside", "utf-8")
    return folder


def _publish(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (MONDAY_SECONDS, MONDAY_SECONDS))


def ask(
    app: Any, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """One request; no content coding is asked for unless `headers` do."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            fields = {"accept-encoding": "identity", **(headers or {})}
            return await client.request(method, path, headers=fields)

    return asyncio.run(asked())


TYPES = {
    "/": "text/html; charset=utf-8",
    "/atom.xml": "application/atom+xml; charset=utf-8",
    "/rss.xml": "application/rss+xml; charset=utf-8",
    "/feed.json": "application/feed+json; charset=utf-8",
    "/status.json": "application/json; charset=utf-8",
    "/opml.xml": "text/x-opml; charset=utf-8",
    "/sitemap.xml": "application/xml; charset=utf-8",
    "/static/feedhub.css": "text/css; charset=utf-8",
    "/static/favicon.svg": "image/svg+xml",
    "/media/kyla/kuva.png": "image/png",
}


@pytest.mark.parametrize("path", TYPES)
def test_every_file_has_its_media_type(public: Path, path: str) -> None:
    answer = ask(create_app(public), path)
    assert (200, TYPES[path]) == (answer.status_code, answer.headers["content-type"])
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "none" == answer.headers["accept-ranges"]


def test_page_may_load_nothing_foreign_but_images(public: Path) -> None:
    policy = ask(create_app(public), "/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "img-src https: 'self'" in policy
    assert "script" not in policy


def test_drawing_may_run_nothing(public: Path) -> None:
    headers = ask(create_app(public), "/static/favicon.svg").headers
    assert headers["content-security-policy"].endswith("sandbox")


def test_body_is_the_file(public: Path) -> None:
    answer = ask(create_app(public), "/atom.xml")
    assert FEED == answer.text
    assert MONDAY == answer.headers["last-modified"]
    assert str(len(FEED.encode())) == answer.headers["content-length"]


def test_range_is_not_served(public: Path) -> None:
    answer = ask(create_app(public), "/atom.xml", headers={"range": "bytes=0-4"})
    assert (200, FEED) == (answer.status_code, answer.text)


def test_head_has_the_header_of_get_and_no_body(public: Path) -> None:
    app = create_app(public)
    head, get = ask(app, "/atom.xml", "HEAD"), ask(app, "/atom.xml")
    assert get.headers == head.headers
    assert b"" == head.content


# What is found

FOUND = {
    "a folder's page": ("/topics/matkailu/", 200),
    "a name with an encoded letter": ("/%61tom.xml", 200),
    "no such file": ("/nowhere.xml", 404),
    "a folder without a page": ("/languages/index/", 404),
    "a folder without a page and slash": ("/languages/index", 404),
    "a file as a folder": ("/atom.xml/", 404),
    "a way out": ("/../outside.txt", 404),
    "an encoded way out": ("/%2e%2e/outside.txt", 404),
    "a way out with an encoded slash": ("/topics/..%2f..%2f..%2foutside.txt", 404),
    "a way out with backslashes": ("/..%5coutside.txt", 404),
    "a whole path": ("//etc/passwd", 404),
    "a hidden file": ("/.secret", 404),
    "a half-written file": ("/atom.xml.tmp", 404),
    "a sibling for a coding": ("/atom.xml.gz", 404),
    "an empty segment": ("/topics//matkailu/", 404),
    "a zero byte": ("/atom.xml%00.html", 404),
    "a name that is too long": ("/" + "a" * 5000, 404),
}


@pytest.mark.parametrize("case", FOUND)
def test_only_published_files_are_found(public: Path, case: str) -> None:
    path, expected = FOUND[case]
    _publish(public / "atom.xml.gz", gzip.compress(b"another"))
    answer = ask(create_app(public), path)
    assert expected == answer.status_code
    assert "outside" not in answer.text


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=30))
def test_name_never_leads_outside(path: str) -> None:
    name = published_name(path)
    if name is not None:
        assert not name.startswith("/")
        assert not {"", ".", ".."} & set(name.split("/"))


def test_unknown_address_is_answered_with_the_sites_own_page(public: Path) -> None:
    answer = ask(create_app(public), "/nowhere/")
    assert "Sivua ei löydy" in answer.text
    assert "text/html; charset=utf-8" == answer.headers["content-type"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_missing_page_needs_no_file(tmp_path: Path) -> None:
    answer = ask(create_app(tmp_path / "never-made"), "/")
    assert (404, "Not found.") == (answer.status_code, answer.text)


def test_file_that_vanishes_after_the_look_is_not_found(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(public)
    found = (public / "atom.xml").stat()
    (public / "atom.xml").unlink()
    monkeypatch.setattr(Files, "_look", lambda *_: found)
    assert 404 == ask(app, "/atom.xml").status_code


def test_folder_without_slash_leads_to_its_page(public: Path) -> None:
    answer = ask(create_app(public), "/topics/matkailu?page=1")
    assert 308 == answer.status_code
    assert "./matkailu/?page=1" == answer.headers["location"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused_with_those_allowed(public: Path, method: str) -> None:
    answer = ask(create_app(public), "/atom.xml", method)
    assert (405, "GET, HEAD") == (answer.status_code, answer.headers["allow"])


# Conditional requests

TAG = '"abc"'
CONDITIONS = {
    "none": ({}, 200),
    "the same tag": ({"if-none-match": '"abc"'}, 304),
    "the same tag as weak": ({"if-none-match": 'W/"abc"'}, 304),
    "another tag": ({"if-none-match": '"xyz"'}, 200),
    "a list with the tag": ({"if-none-match": '"xyz", W/"abc" , "q"'}, 304),
    "a tag with a comma": ({"if-none-match": '"x,y", "abc"'}, 304),
    "any tag": ({"if-none-match": "*"}, 304),
    "a tag without quotes": ({"if-none-match": "abc"}, 200),
    "the same date": ({"if-modified-since": MONDAY}, 304),
    "a later date": ({"if-modified-since": TUESDAY}, 304),
    "an earlier date": ({"if-modified-since": SUNDAY}, 200),
    "no date": ({"if-modified-since": "yesterday"}, 200),
    "an impossible date": ({"if-modified-since": "Mon, 99 Nov 2026 08:00:00 GMT"}, 200),
    "a date in RFC 850 form": ({"if-modified-since": "Monday, 23-Nov-26 08:00:00 GMT"}, 304),
    "a date in asctime form": ({"if-modified-since": "Mon Nov 23 08:00:00 2026"}, 304),
    "another tag beats a later date": (
        {"if-none-match": '"xyz"', "if-modified-since": TUESDAY},
        200,
    ),
    "the same tag beats an earlier date": (
        {"if-none-match": '"abc"', "if-modified-since": SUNDAY},
        304,
    ),
    "if-match with the tag": ({"if-match": '"abc"'}, 200),
    "if-match with any": ({"if-match": "*"}, 200),
    "if-match with a weak tag": ({"if-match": 'W/"abc"'}, 412),
    "if-match with another tag": ({"if-match": '"xyz"'}, 412),
    "if-match beats if-unmodified-since": (
        {"if-match": '"abc"', "if-unmodified-since": SUNDAY},
        200,
    ),
    "if-unmodified-since before": ({"if-unmodified-since": SUNDAY}, 412),
    "if-unmodified-since after": ({"if-unmodified-since": TUESDAY}, 200),
    "if-unmodified-since without a date": ({"if-unmodified-since": "x"}, 200),
}


@pytest.mark.parametrize("case", CONDITIONS)
def test_conditions_are_judged_in_their_order(case: str) -> None:
    headers, expected = CONDITIONS[case]
    asked = {name.encode(): value.encode() for name, value in headers.items()}
    assert expected == evaluate(asked, TAG.encode(), MONDAY_SECONDS)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_condition_gets_an_answer(tags: bytes, date: bytes) -> None:
    asked = {b"if-none-match": tags, b"if-modified-since": date, b"if-unmodified-since": date}
    assert evaluate(asked, b'"abc"', MONDAY_SECONDS) in {200, 304, 412}
    assert http_date(date) is None or isinstance(http_date(date), int)


def test_own_tag_is_answered_with_304_and_the_validators(public: Path) -> None:
    app = create_app(public)
    first = ask(app, "/atom.xml")
    again = ask(app, "/atom.xml", headers={"if-none-match": first.headers["etag"]})
    assert (304, b"") == (again.status_code, again.content)
    for name in ("etag", "last-modified", "cache-control", "vary"):
        assert first.headers[name] == again.headers[name]
    assert "content-type" not in again.headers
    assert "content-length" not in again.headers


def test_own_date_is_answered_with_304(public: Path) -> None:
    answer = ask(create_app(public), "/atom.xml", headers={"if-modified-since": MONDAY})
    assert 304 == answer.status_code


def test_tags_on_several_lines_are_one_list(public: Path) -> None:
    app = create_app(public)
    tag = ask(app, "/atom.xml").headers["etag"]

    async def asked() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            lines = [("if-none-match", tag), ("if-none-match", '"other"')]
            lines.append(("accept-encoding", "identity"))
            return (await client.get("/atom.xml", headers=lines)).status_code

    assert 304 == asyncio.run(asked())


def test_tag_is_strong_and_of_the_content_alone(public: Path) -> None:
    before = ask(create_app(public), "/atom.xml").headers["etag"]
    (public / "atom.xml").unlink()
    _publish(public / "atom.xml", FEED)
    assert before == ask(create_app(public), "/atom.xml").headers["etag"]
    assert before.startswith('"')


def test_replaced_file_is_seen_at_once(public: Path) -> None:
    app = create_app(public)
    before = ask(app, "/atom.xml")
    fresh = public / "fresh"
    _publish(fresh, FEED.replace("silta", "sauna"))
    fresh.replace(public / "atom.xml")
    after = ask(app, "/atom.xml", headers={"if-none-match": before.headers["etag"]})
    assert 200 == after.status_code
    assert "sauna" in after.text


def test_conditional_request_reads_no_file(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(public)
    tag = ask(app, "/atom.xml").headers["etag"]
    monkeypatch.delattr("feedhub.web.represent")
    assert 304 == ask(app, "/atom.xml", headers={"if-none-match": tag}).status_code


# Content codings

PREFERRED = {
    "": (),
    "identity": (),
    "gzip": ("gzip",),
    "x-gzip": ("gzip",),
    "br": ("br",),
    "gzip, deflate, br, zstd": ("br", "gzip"),
    "gzip;q=1.0, br;q=0.5": ("gzip", "br"),
    "br;q=0, gzip": ("gzip",),
    "*": ("br", "gzip"),
    "*;q=0": (),
    "gzip;q=0, *": ("br",),
    "identity, gzip;q=0.5": (),
    "identity;q=0.5, gzip;q=0.5": ("gzip",),
    "gzip;q=nonsense": (),
    "GZIP;Q=0.8": ("gzip",),
    ",, ;q=1": (),
}


@pytest.mark.parametrize("field", PREFERRED)
def test_codings_are_weighed(field: str) -> None:
    assert PREFERRED[field] == acceptable(field.encode())


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=60))
def test_any_list_of_codings_gets_an_answer(field: bytes) -> None:
    assert set(acceptable(field)) <= {"br", "gzip"}


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
    "of more than the file": (FEED.encode() + b"x", False),
    "of no coding": (None, False),
}


@pytest.mark.parametrize("coding", ["gzip", "br"])
@pytest.mark.parametrize("case", SIBLINGS)
def test_packed_sibling_is_taken_only_when_it_fits(public: Path, coding: str, case: str) -> None:
    content, taken = SIBLINGS[case]
    pack = gzip.compress if coding == "gzip" else brotli.compress
    sibling = b"not packed" if content is None else pack(content)
    _publish(public / f"atom.xml.{'gz' if coding == 'gzip' else 'br'}", sibling)
    answer = ask(create_app(public), "/atom.xml", headers={"accept-encoding": coding})
    assert FEED == answer.text
    assert taken == (str(len(sibling)) == answer.headers["content-length"])


# Caching in memory


def test_cache_forgets_what_was_used_longest_ago() -> None:
    bodies = Bodies(limit=100)
    for tag in (b"a", b"b", b"c", b"d"):
        bodies.keep(tag, b"x" * 25)
    assert bodies.get(b"a") is not None
    bodies.keep(b"e", b"x" * 25)
    assert [True, False] == [bodies.get(tag) is not None for tag in (b"a", b"b")]


def test_cache_takes_no_giant() -> None:
    bodies = Bodies(limit=100)
    bodies.keep(b"a", b"x" * 26)
    assert bodies.get(b"a") is None


def test_uncached_body_is_read_again(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedhub.web.CACHED_BYTES", 0)
    app = create_app(public)
    assert [FEED, FEED] == [ask(app, "/atom.xml").text for _ in range(2)]


def test_number_of_remembered_files_is_bounded(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedhub.web.CACHED_COPIES", 1)
    app = create_app(public)
    for path in ("/atom.xml", "/rss.xml", "/atom.xml"):
        assert FEED == ask(app, path).text


# Links, health and search


def test_feeds_name_themselves_and_their_hub(public: Path) -> None:
    links = feed_links("https://news.example.fi/", "https://hub.example.fi/")
    app = create_app(public, links=links)
    expected = (
        '<https://news.example.fi/atom.xml>; rel="self", <https://hub.example.fi/>; rel="hub"'
    )
    assert expected == ask(app, "/atom.xml").headers["link"]
    assert "link" not in ask(app, "/").headers


def test_feed_without_hub_names_itself_alone() -> None:
    link = feed_links("https://news.example.fi/", None)
    expected = '<https://news.example.fi/topics/a/rss.xml>; rel="self"'
    assert expected == link("topics/a/rss.xml")


@pytest.mark.parametrize(("ok", "status"), [(True, 200), (False, 503)])
def test_health_is_told_to_watchers(public: Path, ok: bool, status: int) -> None:
    async def health() -> dict[str, object]:
        return {"ok": ok, "sources": 3}

    answer = ask(create_app(public, health=health), "/healthz")
    assert (status, {"ok": ok, "sources": 3}) == (answer.status_code, answer.json())
    assert "no-store" == answer.headers["cache-control"]


class Library:
    """Finds the same story for every query, and remembers the queries."""

    def __init__(self) -> None:
        self.queries: list[tuple[str, int]] = []

    async def search(self, query: str, limit: int) -> Sequence[Story]:
        self.queries.append((query, limit))
        return [story()]

    @staticmethod
    def page(query: str, stories: Sequence[Story]) -> bytes:
        return f"{query}: {[each.face.title for each in stories]}".encode()


QUERIES = {
    "a word": ("?q=silta", "silta"),
    "letters of the north": ("?q=s%C3%A4%C3%A4%CA%B9m", "sääʹm"),
    "spaces and control characters": ("?q=+uusi%00%0a+silta+", "uusi silta"),
    "a very long word": ("?q=" + "a" * 5000, "a" * 200),
}


@pytest.mark.parametrize("case", QUERIES)
def test_search_asks_for_the_tidy_query(public: Path, case: str) -> None:
    query, expected = QUERIES[case]
    library = Library()
    app = create_app(public, routes=[search_route(library.search, library.page)])
    answer = ask(app, f"/search{query}")
    assert [(expected, 50)] == library.queries
    assert f"{expected}: ['Kylän uusi silta avattiin']" == answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_empty_query_searches_nothing(public: Path) -> None:
    library = Library()
    app = create_app(public, routes=[search_route(library.search, library.page)])
    assert ": []" == ask(app, "/search?q=+").text
    assert [] == library.queries


# Over a real socket


def test_server_answers_on_a_socket_and_ends_cleanly(public: Path) -> None:
    async def scenario() -> tuple[httpx.Response, httpx.Response]:
        listener = bind("127.0.0.1", 0)
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with Server(create_app(public), listener), httpx.AsyncClient(base_url=base) as client:
            first = await client.get("/atom.xml")
            tag = first.headers["etag"]
            return first, await client.get("/atom.xml", headers={"if-none-match": tag})

    first, again = asyncio.run(scenario())
    assert FEED == first.text
    assert "date" in first.headers
    assert "server" not in first.headers
    assert (304, b"") == (again.status_code, again.content)


def test_body_does_not_wait_for_the_header_to_be_acknowledged() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert 0 != listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_port_in_use_is_an_error_before_anything_starts() -> None:
    with bind("127.0.0.1", 0) as listener, pytest.raises(OSError, match="in use") as error:
        bind("127.0.0.1", listener.getsockname()[1])
    assert errno.EADDRINUSE == error.value.errno


def test_server_that_cannot_start_says_why(public: Path) -> None:
    async def scenario() -> None:
        listener = bind("127.0.0.1", 0)
        listener.close()
        async with Server(create_app(public), listener):
            pytest.fail("it cannot have started")

    with pytest.raises(OSError, match="descriptor"):
        asyncio.run(scenario())
