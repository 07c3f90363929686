"""What goes out with a request, what comes of its answer, and what stays secret."""

import asyncio
import socket
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from feedhub.fetch import faults
from feedhub.fetch.discover import discover
from feedhub.fetch.web import ACCEPT, Page
from feedhub.model import Failed, Fault, Fetched, Gone, Memory, Outcome, Unchanged
from tests.fetching import (
    AGENT,
    ask,
    ask_server,
    body_of,
    fault_of,
    fetched,
    limits,
    resolver,
    web,
)
from tests.hostile import FEED, Asked, Handler, Server, head, hops, raw, reply, serving
from tests.samples import TUESDAY, source
from tests.servers import http_date

HOUR = timedelta(hours=1)
KNOWN = Memory(source="kyla/feed", etag='W/"1-\xe4"', last_modified="Mon, 23 Nov 2026 08:00:00 GMT")

# What goes out


def test_a_first_request_is_plain_and_honest() -> None:
    _, server = ask_server(reply(body=FEED))
    request = server.asked[0]
    host = server.address.removeprefix("http://").encode()
    expected = {
        b"host": host,
        b"user-agent": AGENT.encode(),
        b"accept": ACCEPT.encode(),
        b"accept-encoding": b"gzip",
        b"connection": b"close",
    }
    assert b"GET /feed/ HTTP/1.1" == request.line
    assert expected == {name.lower(): value for name, value in request.fields}


VALIDATORS = {
    "strong": '"abc"',
    "weak": 'W/"abc"',
    "bare": "abc",
    "with bytes beyond ASCII": '"\xe4\xff"',
    "with a comma": '"a, b"',
    "with spaces within": '"a  b"',
}


@pytest.mark.parametrize("etag", VALIDATORS.values(), ids=VALIDATORS)
@pytest.mark.parametrize("date", ["Mon, 23 Nov 2026 08:00:00 GMT", "2026-11-23", "eilen"])
def test_validators_go_back_byte_for_byte(etag: str, date: str) -> None:
    handler = reply(body=FEED, etag=etag, last_modified=date)
    first = fetched(ask_server(handler)[0])
    memory = Memory(source="kyla/feed", etag=first.etag, last_modified=first.last_modified)
    _, server = ask_server(handler, memory)
    assert [etag.encode("latin-1")] == server.asked[0].all(b"if-none-match")
    assert [date.encode("latin-1")] == server.asked[0].all(b"if-modified-since")
    assert [b"feed"] == server.asked[0].all(b"a-im")


@pytest.mark.parametrize(("etag", "date"), list(product([None, '"1"'], [None, "eilen"])))
def test_validators_are_never_made_up(etag: str | None, date: str | None) -> None:
    memory = Memory(source="kyla/feed", etag=etag, last_modified=date)
    _, server = ask_server(reply(body=FEED), memory)
    request = server.asked[0]
    assert (etag is not None) == bool(request.all(b"if-none-match"))
    assert (date is not None) == bool(request.all(b"if-modified-since"))
    assert bool(etag or date) == bool(request.all(b"a-im"))


def test_validators_go_along_with_redirects() -> None:
    _, server = ask_server(hops(2), KNOWN)
    assert [[b'W/"1-\xe4"']] * 3 == [each.all(b"if-none-match") for each in server.asked]


def test_nothing_of_one_answer_goes_into_the_next_request() -> None:
    """No cookies, no Referer, no Range, no fragment, no kept connection."""
    handler = reply(302, location="/there#part", set_cookie="a=b", refresh="1")
    _, server = ask_server(handler)
    names = {name.lower() for each in server.asked for name, _ in each.fields}
    assert {b"cookie", b"referer", b"range", b"origin"}.isdisjoint(names)
    assert ["/feed/", "/there"] == [each.target for each in server.asked]
    assert 2 == server.connections


def test_configured_headers_go_along_and_replace_ours() -> None:
    headers = (("X-Key", "avain"), ("Accept", "text/xml"), ("X-Name", "Kylä š"))
    _, server = ask_server(reply(body=FEED), headers=headers)
    request = server.asked[0]
    assert [b"avain"] == request.all(b"x-key")
    assert [b"text/xml"] == request.all(b"accept")
    assert ["Kylä š".encode()] == request.all(b"x-name")


@pytest.mark.parametrize("name", ["Host", "Range", "If-None-Match", "Accept-Encoding", "TE"])
def test_some_headers_are_ours_alone(name: str) -> None:
    _, server = ask_server(reply(body=FEED), headers=((name, "muu"),))
    assert b"muu" not in server.asked[0].all(name.lower().encode())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"username": "kylä", "password": "sala:sana"}, b"Basic a3lsw6Q6c2FsYTpzYW5h"),
        ({"username": "kylä"}, b"Basic a3lsw6Q6"),
        ({}, None),
    ],
)
def test_user_name_and_password(given: dict[str, Any], expected: bytes | None) -> None:
    _, server = ask_server(reply(body=FEED), **given)
    assert expected == server.asked[0].first(b"authorization")


def test_the_adopted_address_is_asked_in_place_of_the_configured_one() -> None:
    async def scenario() -> tuple[Outcome, Server]:
        async with serving(reply(body=FEED)) as server:
            memory = Memory(source="kyla/feed", url=server.url("/uusi/"))
            return await ask(source(url=server.url("/vanha/")), memory), server

    outcome, server = asyncio.run(scenario())
    assert ["/uusi/"] == [each.target for each in server.asked]
    assert server.url("/uusi/") == fetched(outcome).documents[0].address


# What comes of it

NOT_MODIFIED = raw(head(304, {"etag": '"2"', "cache-control": "max-age=3600"}))


def test_a_body_is_fetched() -> None:
    date = http_date(TUESDAY - HOUR)
    handler = reply(
        body=FEED,
        etag='"1"',
        last_modified=date,
        content_type="application/rss+xml; charset=utf-8",
        cache_control="max-age=3600",
    )
    outcome, server = ask_server(handler)
    document = fetched(outcome).documents[0]
    assert FEED == document.body
    assert server.url("/feed/") == document.address
    assert "application/rss+xml; charset=utf-8" == document.content_type
    assert TUESDAY - HOUR == document.modified
    got = fetched(outcome)
    assert ('"1"', date, HOUR, None) == (got.etag, got.last_modified, got.fresh_for, got.moved_to)
    assert not got.partial


def test_nothing_is_new() -> None:
    outcome, _ = ask_server(NOT_MODIFIED, KNOWN)
    assert Unchanged(etag='"2"', fresh_for=HOUR) == outcome


def test_304_to_a_request_without_validators_is_a_fault() -> None:
    assert Failed(fault=faults.UNASKED_304) == ask_server(NOT_MODIFIED)[0]


@pytest.mark.parametrize("im", ["feed", "Feed", "feed;x=1"])
def test_news_alone_are_partial(im: str) -> None:
    outcome, _ = ask_server(reply(226, FEED, im=im, etag='"2"'), KNOWN)
    assert fetched(outcome).partial
    assert '"2"' == fetched(outcome).etag


@pytest.mark.parametrize("im", ["vcdiff", "feed, gzip", ""])
def test_another_manipulation_is_a_fault(im: str) -> None:
    assert "http-226" == fault_of(ask_server(reply(226, FEED, im=im), KNOWN)[0])


def test_gone() -> None:
    outcome, _ = ask_server(reply(410))
    assert isinstance(outcome, Gone)
    assert "http-410" == outcome.fault.code


@pytest.mark.parametrize(
    "status", [201, 202, 204, 205, 206, 300, 305, 400, 401, 403, 404, 500, 503]
)
def test_another_status_is_a_fault(status: int) -> None:
    handler = raw(head(status, {"content-length": "0"}))
    assert f"http-{status}" == fault_of(ask_server(handler, KNOWN)[0])


def test_203_is_a_success() -> None:
    assert FEED == body_of(ask_server(reply(203, FEED))[0])


@pytest.mark.parametrize("status", [429, 503, 404])
@pytest.mark.parametrize("value", ["3600", http_date(TUESDAY + HOUR)])
def test_retry_after(status: int, value: str) -> None:
    outcome, _ = ask_server(reply(status, retry_after=value))
    assert isinstance(outcome, Failed)
    assert HOUR == outcome.retry_after


def test_an_empty_body_and_a_page_are_left_to_the_parser() -> None:
    assert b"" == body_of(ask_server(reply())[0])
    assert b"<html>" == body_of(ask_server(reply(body=b"<html>"))[0])


MOVES = {
    "301": ([301], True),
    "308": ([308], True),
    "301 and 308": ([301, 308], True),
    "302": ([302], False),
    "303": ([303], False),
    "307": ([307], False),
    "301, then 302": ([301, 302], False),
    "302, then 301": ([302, 301], False),
    "nothing": ([], False),
}


def chain(statuses: list[int], last: Handler, location: str = "") -> Handler:
    """One redirect of each status, to /1, /2 and so on or to the location, then the last answer."""
    steps = iter(enumerate(statuses, start=1))

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        number, status = next(steps, (0, 0))
        answer = reply(status, location=location or f"/{number}") if status else last
        await answer(asked, writer)

    return handle


@pytest.mark.parametrize(("statuses", "lasting"), MOVES.values(), ids=MOVES)
def test_a_move_is_named_when_every_redirect_was_permanent(
    statuses: list[int], lasting: bool
) -> None:
    outcome, server = ask_server(chain(statuses, reply(body=FEED)))
    target = server.url(f"/{len(statuses)}")
    assert (target if lasting else None) == fetched(outcome).moved_to
    outcome, server = ask_server(chain(statuses, NOT_MODIFIED), KNOWN)
    assert isinstance(outcome, Unchanged)
    assert lasting is (outcome.moved_to is not None)


LOCATIONS = {
    "quoted": (b"/sy%C3%B6te", "/sy%C3%B6te"),
    "UTF-8": ("/syöte".encode(), "/sy%C3%B6te"),
    "ISO-8859-1": ("/syöte".encode("latin-1"), "/sy%F6te"),
    "a space": (b"/sy te", "/sy%20te"),
    "a bare percent sign": (b"/100%", "/100%"),
}


@pytest.mark.parametrize(("location", "expected"), LOCATIONS.values(), ids=LOCATIONS)
def test_a_location_is_followed_in_whatever_bytes_it_comes(location: bytes, expected: str) -> None:
    _, server = ask_server(chain([302], reply(body=FEED), location.decode("latin-1")))
    assert expected == server.asked[1].target


@pytest.mark.parametrize(("count", "good"), [(5, True), (6, False)])
def test_five_redirects_are_followed_and_no_more(count: int, good: bool) -> None:
    outcome, server = ask_server(hops(count))
    assert good is isinstance(outcome, Fetched)
    assert 6 == server.connections


# Connections


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = asyncio.run(ask(source(url=f"http://127.0.0.1:{port}/")))
    assert "refused" == fault_of(outcome)


def test_a_name_that_is_not_known() -> None:
    outcome = asyncio.run(ask(source(), by=web(lookup=resolver())))
    assert "dns" == fault_of(outcome)


def test_the_next_address_is_tried_when_one_leads_nowhere() -> None:
    async def scenario() -> Outcome:
        names = resolver(kyla_example_fi=("::1", "127.0.0.1"))
        async with serving(reply(body=FEED)) as server:
            port = server.address.rpartition(":")[2]
            bounds = limits(allow_networks=("127.0.0.1", "::1"))
            feed = source(url=f"http://kyla.example.fi:{port}/")
            return await ask(feed, by=web(bounds, lookup=names))

    assert FEED == body_of(asyncio.run(scenario()))


def test_a_fetch_that_is_cancelled_is_no_outcome() -> None:
    async def scenario() -> None:
        asked = asyncio.Event()

        async def handle(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
            asked.set()
            await asyncio.Event().wait()

        async with serving(handle) as server:
            poll = asyncio.create_task(ask(source(url=server.url())))
            await asked.wait()
            poll.cancel()
            await poll

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(scenario())


def test_an_error_that_nobody_foresaw_is_one_sources_fault() -> None:
    outcome = asyncio.run(ask(source(), by=web(lookup=lambda _host: ("no address",))))
    assert "protocol" == fault_of(outcome)
    assert isinstance(outcome, Failed)
    assert "(ValueError at " in outcome.fault.message


@pytest.mark.parametrize("url", ["", "kyla.example.fi", "ftp://kyla.example.fi/", "http://[::1/"])
def test_a_bad_address_is_a_fault(url: str) -> None:
    assert "bad-address" == fault_of(asyncio.run(ask(source(url=url))))


@pytest.mark.parametrize(
    "headers", [(("X-Key", "a\nb"),), (("X Key", "a"),), (("", "a"),), (("X", "\x7f"),)]
)
def test_a_header_that_cannot_be_sent_is_a_fault(headers: tuple[tuple[str, str], ...]) -> None:
    outcome, server = ask_server(reply(body=FEED), headers=headers)
    assert Failed(fault=faults.UNSENDABLE) == outcome
    assert [] == server.asked


# Pages, for those who look for feeds


def look(handler: Handler, path: str = "/", **options: str) -> tuple[Page | Fault, Server]:
    async def scenario() -> tuple[Page | Fault, Server]:
        async with serving(handler) as server, web() as asker:
            return await asker.get(server.url(path), **options), server

    return asyncio.run(scenario())


def test_a_page_comes_with_its_address_and_type() -> None:
    handler = chain([302], reply(body=b"<p>Kyl\xc3\xa4", content_type="text/html"))
    page, server = look(handler, accept="text/html")
    expected = Page(
        address=server.url("/1"), status=200, content_type="text/html", body=b"<p>Kyl\xc3\xa4"
    )
    assert expected == page
    assert [[b"text/html"]] * 2 == [each.all(b"accept") for each in server.asked]


def test_a_page_that_is_not_there_has_a_status_and_no_body() -> None:
    page, _ = look(reply(404, b"Ei ole"))
    assert isinstance(page, Page)
    assert (404, b"") == (page.status, page.body)


def test_a_page_that_cannot_be_had_is_a_fault() -> None:
    page, _ = look(raw(b"noise\r\n\r\n"))
    assert faults.PROTOCOL == page


def test_feeds_are_discovered_through_it() -> None:
    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        link = b'<link rel="alternate" type="application/rss+xml" href="/feed/">'
        pages = {"/": link, "/feed/": FEED}
        await reply(body=pages[asked.target])(asked, writer)

    async def scenario() -> tuple[list[str], str]:
        async with serving(handle) as server, web() as asker:
            found = await discover(asker, server.url("/"))
            assert not isinstance(found, Fault)
            return [each.address for each in found], server.url("/feed/")

    found, expected = asyncio.run(scenario())
    assert [expected] == found
