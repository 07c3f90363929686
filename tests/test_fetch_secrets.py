"""What a source keeps secret: it goes to its own origin, and into no log, error or text."""

import asyncio
import logging
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from feedhub.fetch.address import parse
from feedhub.fetch.follow import Ask
from feedhub.fetch.guard import Guard
from feedhub.model import Fetched, Memory, Outcome
from tests.fetching import ask, ask_server, fetched, web
from tests.hostile import FEED, SERVERS, Asked, Handler, Server, reply, serving
from tests.samples import source

PASSWORD = "salasana-7"
KEY = "avain-7"
BASIC = b64encode(f"aili:{PASSWORD}".encode()).decode()
SECRETS = (PASSWORD, KEY, BASIC)

SECRET: dict[str, Any] = {
    "username": "aili",
    "password": PASSWORD,
    "headers": (("X-Key", KEY), ("Cookie", f"key={KEY}")),
}


def sent(server: Server) -> list[bool]:
    """For each request whether a secret was in it."""
    secret = [each.encode() for each in SECRETS]
    return [
        any(each in value for each in secret for _, value in asked.fields) for asked in server.asked
    ]


def leading(places: list[str]) -> Handler:
    """Redirects to these places, one after another, then gives the feed."""

    async def handle(asked: Asked, writer: asyncio.StreamWriter) -> None:
        answer = reply(302, location=places.pop(0)) if places else reply(body=FEED)
        await answer(asked, writer)

    return handle


def journey(
    *path: str, begin: Callable[[Server], str] = Server.url, **of: Any
) -> tuple[Outcome, Server, Server]:
    """A poll of a server "home" that is led to it and to another, "away", and back."""

    async def scenario() -> tuple[Outcome, Server, Server]:
        places: list[str] = []
        async with serving(leading(places)) as home, serving(leading(places)) as away:
            servers = {"home": home, "away": away}
            places += [servers[each].url(f"/{n}") for n, each in enumerate(path)]
            outcome = await ask(source(**{"url": begin(home), **SECRET, **of}))
            return outcome, home, away

    return asyncio.run(scenario())


def test_secrets_go_to_the_configured_origin() -> None:
    _, home, _ = journey("home", "home")
    assert [True] * 3 == sent(home)


def test_secrets_do_not_go_elsewhere() -> None:
    outcome, home, away = journey("away")
    assert isinstance(outcome, Fetched)
    assert ([True], [False]) == (sent(home), sent(away))


def test_secrets_stay_at_home_when_another_origin_leads_back() -> None:
    """It chose the address, and might learn from what comes of it."""
    _, home, away = journey("away", "home")
    assert ([True, False], [False]) == (sent(home), sent(away))


def test_a_user_name_in_the_address_is_used_and_taken_off() -> None:
    def begin(home: Server) -> str:
        return home.url("/").replace("//", f"//aili:{PASSWORD}@")

    plain = {"username": None, "password": None, "headers": ()}
    outcome, home, away = journey("home", "away", begin=begin, **plain)
    assert [BASIC.encode()] * 2 == [
        (each.first(b"authorization") or b"").removeprefix(b"Basic ") for each in home.asked
    ]
    assert [False] == sent(away)
    assert away.url("/1") == fetched(outcome).documents[0].address


def test_a_user_name_that_a_redirect_names_is_not_used() -> None:
    async def scenario() -> Server:
        places: list[str] = []
        async with serving(leading(places)) as server:
            places.append(server.url("/").replace("//", "//eve:arvaus@"))
            await ask(source(url=server.url("/feed/")))
            return server

    server = asyncio.run(scenario())
    assert [None, None] == [each.first(b"authorization") for each in server.asked]


def test_an_adopted_address_of_another_origin_gets_no_secrets() -> None:
    async def scenario() -> tuple[Server, Server]:
        async with serving(reply(body=FEED)) as home, serving(reply(body=FEED)) as away:
            feed = source(url=home.url(), **SECRET)
            await ask(feed, Memory(source="kyla/feed", url=away.url()))
            await ask(feed, Memory(source="kyla/feed", url=home.url("/uusi/")))
            return home, away

    home, away = asyncio.run(scenario())
    assert ([True], [False]) == (sent(home), sent(away))


ORIGINS = {
    "the same": ("https://a.fi/x", "https://a.fi/y", True),
    "the same by another spelling": ("https://a.fi/", "https://A.fi:443/", True),
    "another scheme": ("http://a.fi/", "https://a.fi/", False),
    "another port": ("https://a.fi/", "https://a.fi:8443/", False),
    "another host": ("https://a.fi/", "https://b.fi/", False),
    "a host below": ("https://a.fi/", "https://www.a.fi/", False),
    "a host above": ("https://www.a.fi/", "https://a.fi/", False),
}


@pytest.mark.parametrize(("at", "to", "kept"), ORIGINS.values(), ids=ORIGINS)
def test_secrets_belong_to_an_origin(at: str, to: str, kept: bool) -> None:
    asked = Ask(address=parse(at), headers={}, secrets={"x-key": KEY}, guard=Guard())
    assert kept is bool(asked.at(parse(to)).secrets)


def echo(asked: Asked, writer: asyncio.StreamWriter) -> Any:
    """A server that says back what it was told, in the status line, the header and the body."""
    told = b" ".join(value for _, value in asked.fields)
    writer.write(b"HTTP/1.1 500 " + told + b"\r\nX-Told: " + told + b"\r\nX: \0\r\n\r\n" + told)
    return writer.drain()


CASES: dict[str, Handler] = {
    "a good answer": reply(body=FEED, set_cookie="a=b"),
    "a refusal": reply(401, www_authenticate="Basic"),
    "a redirect to a bad place": reply(302, location="http://127.0.0.2:1/"),
    "an echo": echo,
    **{name: SERVERS[name][1]() for name in ("noise", "hangs up", "cut gzip", "10 GB announced")},
}


@pytest.mark.parametrize("name", CASES)
def test_no_secret_is_logged_or_told(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    outcome, server = ask_server(CASES[name], **SECRET)
    assert [True] == sent(server)
    said = f"{outcome!r} {outcome}"
    assert not [each for each in SECRETS if each in said]
    logged = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert not [each for each in SECRETS if each in logged]


def test_a_secret_that_cannot_be_sent_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    outcome, server = ask_server(reply(body=FEED), headers=(("X-Key", f"{KEY}\n{KEY}"),))
    assert [] == server.asked
    assert KEY not in f"{outcome!r}{caplog.text}"


def test_no_secret_is_in_the_text_of_what_carries_it() -> None:
    feed = source(url=f"https://aili:{PASSWORD}@kyla.example.fi/", **SECRET)
    carrier = web()._poll(feed, Memory(source="kyla/feed"), {})
    assert carrier.secrets
    assert not [each for each in SECRETS if each in f"{carrier!r}"]
