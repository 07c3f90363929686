"""Fetching from loopback in a test: short limits, no certificates, one call."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from feedhub.fetch.web import Web
from feedhub.model import Failed, Fetched, Gone, Limits, Memory, Outcome, Source
from tests.hostile import Handler, Server, serving
from tests.samples import TUESDAY, source

AGENT = "feedhub/0.1 (+https://news.example.fi/)"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody, and is made in no time."""
MEMORY = Memory(source="kyla/feed")


def limits(**changes: Any) -> Limits:
    """The usual limits without a pause between requests, and loopback allowed."""
    plain: dict[str, Any] = {"host_delay": timedelta(0), "allow_networks": ("127.0.0.1",)}
    return Limits(**plain | changes)


def web(bounds: Limits | None = None, **options: Any) -> Web:
    return Web(bounds or limits(), AGENT, **{"tls": NO_TLS, **options})


async def ask(feed: Source, memory: Memory = MEMORY, *, by: Web | None = None) -> Outcome:
    """One poll of this source on Tuesday."""
    async with by or web() as asker:
        return await asker.fetch(feed, memory, now=TUESDAY)


def ask_server(
    handler: Handler, memory: Memory = MEMORY, *, by: Callable[[], Web] = web, **of: Any
) -> tuple[Outcome, Server]:
    """What comes of asking a server that answers like this, and what it saw."""

    async def scenario() -> tuple[Outcome, Server]:
        async with serving(handler) as server:
            feed = source(**{"url": server.url("/feed/"), **of})
            return await ask(feed, memory, by=by()), server

    return asyncio.run(scenario())


def fetched(outcome: Outcome) -> Fetched:
    """The outcome, which must be a body."""
    assert isinstance(outcome, Fetched)
    return outcome


def body_of(outcome: Outcome) -> bytes:
    return fetched(outcome).documents[0].body


def fault_of(outcome: Outcome) -> str:
    """The code of the fault that an outcome must have."""
    assert isinstance(outcome, Failed | Gone)
    return outcome.fault.code


def resolver(**answers: str | Sequence[str]) -> "FakeResolver":
    """Knows these names; an underscore stands for a dot."""
    return FakeResolver(
        {
            name.replace("_", "."): (found,) if isinstance(found, str) else tuple(found)
            for name, found in answers.items()
        }
    )


class FakeResolver:
    """Answers from a table, and counts the questions."""

    def __init__(self, known: dict[str, tuple[str, ...]]) -> None:
        self.known = known
        self.questions: list[str] = []

    def __call__(self, host: str) -> tuple[str, ...]:
        self.questions.append(host)
        if host not in self.known:
            raise OSError("no such name")
        return self.known[host]
