"""The HTTP face: files, conditions, health and search (RFC 9110)."""

import asyncio
import gzip
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from feedhub.model import Story
from feedhub.web.app import create_app
from feedhub.web.files import Bodies, Files, feed_links
from feedhub.web.routes import search_route
from tests.face import FEED, MONDAY, ask, published, put
from tests.samples import story


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return published(tmp_path / "public")


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
    put(public / "atom.xml.gz", gzip.compress(b"another"))
    answer = ask(create_app(public), path)
    assert expected == answer.status_code
    assert "outside" not in answer.text


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
    put(public / "atom.xml", FEED)
    assert before == ask(create_app(public), "/atom.xml").headers["etag"]
    assert before.startswith('"')


def test_replaced_file_is_seen_at_once(public: Path) -> None:
    app = create_app(public)
    before = ask(app, "/atom.xml")
    fresh = public / "fresh"
    put(fresh, FEED.replace("silta", "sauna"))
    fresh.replace(public / "atom.xml")
    after = ask(app, "/atom.xml", headers={"if-none-match": before.headers["etag"]})
    assert 200 == after.status_code
    assert "sauna" in after.text


def test_conditional_request_reads_no_file(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(public)
    tag = ask(app, "/atom.xml").headers["etag"]
    monkeypatch.delattr("feedhub.web.files.represent")
    assert 304 == ask(app, "/atom.xml", headers={"if-none-match": tag}).status_code


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
    monkeypatch.setattr("feedhub.web.files.CACHED_BYTES", 0)
    app = create_app(public)
    assert [FEED, FEED] == [ask(app, "/atom.xml").text for _ in range(2)]


def test_number_of_remembered_files_is_bounded(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedhub.web.files.CACHED_COPIES", 1)
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
