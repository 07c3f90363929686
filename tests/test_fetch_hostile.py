"""Servers that do harm: each is found out in time, in few bytes, and by its right name."""

import asyncio
import time
import tracemalloc
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.fetch import bounds
from feedhub.model import Failed, Fetched
from tests.fetching import ask, ask_server, body_of, fault_of, limits, web
from tests.hostile import (
    CHUNKED,
    FEED,
    MEGABYTE,
    PACKERS,
    SERVERS,
    Asked,
    chunk,
    dripping,
    endless,
    head,
    packed,
    raw,
    reply,
    serving,
    stalled,
)
from tests.samples import source

DEADLINE = 0.5
LATE = 2.0
"""Seconds beyond the deadline."""
QUICK = limits(
    deadline=timedelta(seconds=DEADLINE), wire_bytes=MEGABYTE, decoded_bytes=2 * MEGABYTE
)


@pytest.mark.parametrize("name", SERVERS)
def test_harm_is_found_out_in_time(name: str) -> None:
    code, make = SERVERS[name]
    handler = make()
    start = time.monotonic()
    outcome, _ = ask_server(handler, by=lambda: web(QUICK))
    took = time.monotonic() - start
    assert isinstance(outcome, Failed)
    assert code == outcome.fault.code
    assert took <= DEADLINE + LATE
    assert code != "timeout" or took >= DEADLINE


@pytest.mark.parametrize(
    "name",
    [name for name, (code, _) in SERVERS.items() if code in ("too-large", "coding", "protocol")],
)
def test_harm_costs_little_memory(name: str) -> None:
    handler = SERVERS[name][1]()
    tracemalloc.start()
    try:
        ask_server(handler, by=lambda: web(QUICK))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * MEGABYTE


LINES = st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.1 304 So", b"HTTP/1.0 301 So", b"HTTP/2 200"])
FIELDS = st.sampled_from(
    [
        b"Content-Length: 5",
        b"Content-Length: 99999999999999999999",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: gzip",
        b"Content-Encoding: gzip",
        b"Content-Encoding: br",
        b"Location: //[",
        b"Location: \xff\xfe",
        b"ETag: \xff",
        b"Expires: \xff",
        b"Cache-Control: max-age=" + b"9" * 30,
        b" folded",
        b"no colon",
    ]
)
ENDS = st.sampled_from([b"\r\n\r\n", b"\n\n", b"\r\n", b""])


@given(LINES, st.lists(FIELDS, max_size=4), ENDS, st.binary(max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_answer_has_an_outcome(
    line: bytes, fields: list[bytes], end: bytes, body: bytes
) -> None:
    outcome, _ = ask_server(raw(b"\r\n".join([line, *fields]) + end + body), by=lambda: web(QUICK))
    assert isinstance(outcome, Failed | Fetched)
    assert not isinstance(outcome, Failed) or "answer cannot be read" not in outcome.fault.message


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "x-gzip", "GZIP", "identity"])
def test_an_honest_body_is_unpacked(coding: str) -> None:
    pack = PACKERS.get(coding.lower().removeprefix("x-"), bytes)
    assert FEED == body_of(ask_server(packed(coding, pack(FEED)))[0])


def test_a_body_of_the_largest_size_is_taken() -> None:
    body = bytes(range(250)) * (MEGABYTE // 250)
    outcome, _ = ask_server(reply(body=body), by=lambda: web(QUICK))
    assert body == body_of(outcome)


def test_a_byte_more_is_refused() -> None:
    outcome, _ = ask_server(raw(head(), bytes(MEGABYTE + 1)), by=lambda: web(QUICK))
    assert "too-large" == fault_of(outcome)


def test_a_header_of_nearly_the_largest_size_is_taken() -> None:
    handler = reply(body=FEED, x="a" * 65_000)
    assert FEED == body_of(ask_server(handler)[0])


def test_a_header_that_is_too_long_is_refused() -> None:
    handler = reply(body=FEED, x="a" * 66_000)
    assert "protocol" == fault_of(ask_server(handler)[0])


def test_interim_answers_are_passed_over() -> None:
    handler = raw(b"HTTP/1.1 103 Early\r\nLink: <a>\r\n\r\n", head(), FEED)
    assert FEED == body_of(ask_server(handler)[0])


def test_a_body_in_small_chunks_is_taken() -> None:
    handler = raw(CHUNKED, *[chunk(bytes([each])) for each in FEED], chunk(b""))
    assert FEED == body_of(ask_server(handler)[0])


def test_the_rest_of_an_answer_that_is_no_success_is_left() -> None:
    handler = endless(head(404), bytes(65_536))
    assert "http-404" == fault_of(ask_server(handler, by=lambda: web(QUICK))[0])


def test_an_idle_server_is_given_up_before_the_deadline() -> None:
    bounds = limits(idle=timedelta(seconds=0.2))
    start = time.monotonic()
    outcome, _ = ask_server(stalled(), by=lambda: web(bounds))
    assert "timeout" == fault_of(outcome)
    assert time.monotonic() - start < 2


def test_redirects_are_under_the_one_deadline() -> None:
    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        await raw(head(302, {"location": f"{asked.target}a"}))(asked, writer)

    outcome, server = ask_server(slow, by=lambda: web(QUICK))
    assert "timeout" == fault_of(outcome)
    assert 2 <= server.connections <= 3


@pytest.mark.parametrize("step", bounds.STEPS)
def test_large_bodies_come_one_after_another(step: tuple[int, int]) -> None:
    """More of them than there is room for, all at once: each comes whole."""
    size, room = step
    body = bytes(size + 1)
    count = room * 3

    async def scenario() -> list[bytes]:
        async with serving(reply(body=body)) as server, web(limits(per_host=count)) as asker:
            polls = [ask(source(url=server.url(f"/{n}")), by=asker) for n in range(count)]
            return [body_of(each) for each in await asyncio.gather(*polls)]

    assert [body] * count == asyncio.run(scenario())


def test_waiting_for_room_costs_no_time_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bodies that never end hold the room until their deadline; another waits beyond its own."""
    monkeypatch.setattr(bounds, "STEPS", ((1_000, 2),))
    slow = dripping(head() + bytes(2_000), b" ")
    quick = limits(deadline=timedelta(seconds=0.4), per_host=9)

    async def scenario() -> tuple[list[str], bytes, float]:
        loop = asyncio.get_running_loop()
        async with (
            serving(slow) as bad,
            serving(reply(body=bytes(2_000))) as good,
            web(quick) as asker,
        ):
            start = loop.time()
            hostile = [ask(source(url=bad.url(f"/{n}")), by=asker) for n in range(2)]
            first = asyncio.gather(*hostile)
            await asyncio.sleep(0.1)
            body = body_of(await ask(source(url=good.url()), by=asker))
            return [fault_of(each) for each in await first], body, loop.time() - start

    codes, body, took = asyncio.run(scenario())
    assert ["timeout"] * 2 == codes
    assert bytes(2_000) == body
    assert took < 0.4 + LATE
