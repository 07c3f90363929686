"""The month's fetcher told the truth: the real one, on loopback, comes to the same memories."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from feedhub.fetch.web import Web
from feedhub.model import Fetched, Limits, Memory, Outcome, Unchanged
from tests.fetching import AGENT, NO_TLS
from tests.month import AWAY, HOME, Poll, remember
from tests.month_partners import PARTNERS, month_of
from tests.samples import source
from tests.servers import ZERO, Request, Server, http_date

PATHS = {HOME: "/feed/", AWAY: "/uusi/"}


@dataclass
class Loopback:
    """Models of servers behind a real socket, at a time that the test sets."""

    world: Mapping[str, Server]
    now: datetime
    base: str = ""

    def local(self, address: str) -> str:
        return self.base + PATHS[address]

    def public(self, address: str | None) -> str | None:
        return next((each for each in PATHS if address == self.local(each)), None)


@contextmanager
def served(world: Mapping[str, Server], now: datetime) -> Iterator[Loopback]:
    loopback = Loopback(world, now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(loopback))
    server.daemon_threads = True
    loopback.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = loopback.public(loopback.base + self.path) or ""
            request = Request(
                address=address,
                etag=self.headers.get("If-None-Match"),
                last_modified=self.headers.get("If-Modified-Since"),
            )
            answer = loopback.world[address](request, loopback.now)
            if answer.status == 0:
                return
            self.send_response_only(answer.status)
            for name, value in {"date": http_date(loopback.now), **answer.headers}.items():
                self.send_header(name, loopback.local(value) if name == "location" else value)
            if answer.status != 304:
                self.send_header("content-length", str(len(answer.body)))
                self.send_header("content-type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def really_fetched(loopback: Loopback, polls: list[Poll]) -> list[Outcome]:
    """What the real fetcher makes of the servers at the times of these polls."""
    feed = source(url=loopback.local(HOME), allow_networks=("127.0.0.1",))

    async def fetch_all() -> list[Outcome]:
        async with Web(Limits(host_delay=ZERO), AGENT, tls=NO_TLS) as web:
            return [await fetch(web, poll) for poll in polls]

    async def fetch(web: Web, poll: Poll) -> Outcome:
        loopback.now = poll.at
        url = loopback.local(poll.asked.url) if poll.asked.url else None
        outcome = await web.fetch(feed, replace(poll.asked, url=url), now=poll.at)
        if isinstance(outcome, Fetched | Unchanged):
            return replace(outcome, moved_to=loopback.public(outcome.moved_to))
        return outcome

    return asyncio.run(fetch_all())


def telling(polls: list[Poll]) -> list[Poll]:
    """The first poll of each kind: of what was asked, what was answered and what was known."""
    kinds: dict[object, Poll] = {}
    for poll in polls:
        code = getattr(getattr(poll.outcome, "fault", None), "code", "")
        moved = getattr(poll.outcome, "moved_to", None)
        asked = (poll.asked.etag is None, poll.asked.last_modified is None, poll.asked.url)
        kinds.setdefault((type(poll.outcome), code, moved, *asked), poll)
    return list(kinds.values())


def without_words(memory: Memory) -> Memory:
    """The fault's sentence is the fetcher's own."""
    return replace(memory, fault=None)


@pytest.mark.parametrize("name", PARTNERS)
def test_the_real_fetcher_leaves_the_same_memory(name: str) -> None:
    month = month_of(name)
    polls = telling(month.polls)
    with served(month.world, month.polls[0].at) as loopback:
        outcomes = really_fetched(loopback, polls)
    for poll, outcome in zip(polls, outcomes, strict=True):
        expected = remember(month.feed, poll.memory, poll.outcome, poll.at)
        memory = remember(month.feed, poll.memory, outcome, poll.at)
        assert without_words(expected) == without_words(memory)
