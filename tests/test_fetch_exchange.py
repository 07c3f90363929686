"""What an answer is, however the network cuts it up, and how much of it is held."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.fetch.exchange import MOST_WAITING, Exchange
from feedhub.fetch.faults import FetchError
from tests.fetching import limits
from tests.hostile import CHUNKED, PROMISED, TO_THE_END, chunk

OK = b"HTTP/1.1 200 OK\r\n"
FIVE = b"Content-Length: 5\r\n"
IN_CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n"

# What servers do by mistake, and is understood all the same.
TAKEN: dict[str, bytes] = {
    "a stated length": OK + FIVE + b"\r\nkylae",
    "a length in a header that is written small": OK + FIVE.lower() + b"\r\nkylae",
    "no length": OK + b"\r\nkylae",
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\nkylae",
    "no reason": b"HTTP/1.1 200\r\n\r\nkylae",
    "a reason in Finnish": "HTTP/1.1 200 Hyvä\r\n\r\nkylae".encode("latin-1"),
    "lines without CR": b"HTTP/1.1 200 OK\nContent-Length: 5\n\nkylae",
    "an empty line before all": b"\r\n" + OK + b"\r\nkylae",
    "more than the length": OK + FIVE + b"\r\nkylae and more",
    "more than the length, and the end announced": (
        OK + FIVE + b"Connection: close\r\n\r\nkylae and more"
    ),
    "length and chunks": OK + b"Content-Length: 9\r\n" + IN_CHUNKS + chunk(b"kylae") + chunk(b""),
    "chunks and length": (
        OK + IN_CHUNKS[:-2] + b"Content-Length: 9\r\n\r\n" + chunk(b"kylae") + chunk(b"")
    ),
    "a size of a chunk with spaces": OK + IN_CHUNKS + b"5  \r\nkylae\r\n0\r\n\r\n",
    "a size of a chunk with noughts": OK + IN_CHUNKS + b"0005\r\nkylae\r\n0\r\n\r\n",
    "chunks with a word": OK + IN_CHUNKS + b"5;a=b\r\nkylae\r\n0\r\n\r\n",
    "fields after the chunks": OK + IN_CHUNKS + chunk(b"kylae") + b"0\r\nX-Kyl: 1\r\n\r\n",
    "a folded field": OK + b"X-Kyl: a\r\n b\r\n\r\nkylae",
    "a control sign in a field": OK + b"X-Kyl: \x01\r\n\r\nkylae",
    "an offer of another protocol": OK + b"Upgrade: h2\r\nConnection: Upgrade\r\n\r\nkylae",
    "interim answers": b"HTTP/1.1 103 So\r\nContent-Length: 5\r\n\r\n" + OK + b"\r\nkylae",
}

REFUSED: dict[str, tuple[str, bytes]] = {
    "nothing": ("disconnected", b""),
    "half a line": ("disconnected", b"HTTP/1.1 2"),
    "half a head": ("disconnected", OK + b"X-Kyl"),
    "no HTTP": ("protocol", b"220 kyla.example.fi ESMTP\r\n"),
    "HTTP/2": ("protocol", b"HTTP/2 200\r\n\r\nkylae"),
    "a space in a name": ("protocol", OK + b"X Kyl: a\r\n\r\nkylae"),
    "a space before the colon": ("protocol", OK + b"X-Kyl : a\r\n\r\nkylae"),
    "a line without colon": ("protocol", OK + b"kylae\r\n\r\nkylae"),
    "a lone CR": ("protocol", OK + b"X-Kyl: a\rb: c\r\n\r\nkylae"),
    "NUL": ("protocol", OK + b"X-Kyl: \0\r\n\r\nkylae"),
    "two lengths": ("protocol", OK + FIVE + b"Content-Length: 6\r\n\r\nkylae"),
    "a length that is none": ("protocol", OK + b"Content-Length: 0x5\r\n\r\nkylae"),
    "another protocol": ("protocol", b"HTTP/1.1 101 So\r\nUpgrade: a\r\n\r\nkylae"),
    "packed and in chunks": (
        "protocol",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk(b"kylae") + chunk(b""),
    ),
    "packed and not in chunks": ("protocol", OK + b"Transfer-Encoding: gzip\r\n\r\nkylae"),
    "chunks that are none": ("protocol", CHUNKED + b"zz\r\n"),
    "less than the length": ("truncated", PROMISED + b"kylae"),
    "no last chunk": ("truncated", CHUNKED + chunk(b"kylae")),
    "half a last chunk": ("truncated", CHUNKED + chunk(b"kylae") + b"0\r\n"),
}


class Wire(asyncio.Transport):
    """A connection without a network: says what it is told to do."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def abort(self) -> None:
        self.done.append("abort")

    def pause_reading(self) -> None:
        self.done.append("pause")

    def resume_reading(self) -> None:
        self.done.append("resume")


def connected() -> tuple[Exchange, Wire]:
    exchange, wire = Exchange(limits()), Wire()
    exchange.connection_made(wire)
    return exchange, wire


def told(*pieces: bytes) -> tuple[int, bytes, str | None]:
    """The status, the body and the fault of an answer that comes in these pieces."""

    async def scenario() -> tuple[int, bytes, str | None]:
        exchange, _ = connected()
        for each in pieces:
            exchange.data_received(each)
        exchange.eof_received()
        exchange.connection_lost(None)
        body = b""
        try:
            await exchange.head()
            async for each in exchange:
                body += each
        except FetchError as error:
            return exchange.status, body, error.fault.code
        return exchange.status, body, None

    return asyncio.run(scenario())


async def next_of(exchange: Exchange) -> bytes:
    return await anext(exchange)


@pytest.mark.parametrize("answer", TAKEN.values(), ids=TAKEN)
def test_it_is_taken(answer: bytes) -> None:
    assert (200, b"kylae", None) == told(answer)


@pytest.mark.parametrize(("code", "answer"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused(code: str, answer: bytes) -> None:
    assert code == told(answer)[2]


@given(
    st.sampled_from([*TAKEN.values(), *(answer for _, answer in REFUSED.values())]),
    st.lists(st.integers(0, 120), max_size=6),
)
def test_how_it_is_cut_up_tells_nothing(answer: bytes, cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(answer)]
    pieces = [answer[start:end] for start, end in pairwise(ends)]
    assert told(answer) == told(*filter(None, pieces))


def test_names_are_small_and_values_without_what_surrounds_them() -> None:
    exchange, _ = connected()
    exchange.data_received(OK + b'ETag: \t W/"\xe4" \r\nX-Kyl:\r\n\r\n')
    assert [(b"etag", b'W/"\xe4"'), (b"x-kyl", b"")] == exchange.fields


def test_what_is_not_taken_is_not_read() -> None:
    async def scenario() -> list[str]:
        exchange, wire = connected()
        piece = bytes(MOST_WAITING // 2)
        exchange.data_received(TO_THE_END)
        for _ in range(3):
            exchange.data_received(piece)
        assert ["pause"] == wire.done
        for _ in range(3):
            assert piece == await anext(exchange)
        waiting = asyncio.create_task(next_of(exchange))
        await asyncio.sleep(0)
        exchange.data_received(piece)
        assert piece == await waiting
        return wire.done

    assert ["pause", "resume"] == asyncio.run(scenario())


def test_nothing_is_read_after_a_fault() -> None:
    exchange, wire = connected()
    exchange.data_received(b"kylae\r\n")
    exchange.data_received(OK)
    assert ["abort"] == wire.done
    assert 0 == exchange.status


def test_a_break_is_told_as_it_is() -> None:
    async def scenario() -> None:
        exchange, _ = connected()
        exchange.data_received(TO_THE_END + b"kylae")
        exchange.connection_lost(ConnectionResetError())
        assert b"kylae" == await anext(exchange)
        with pytest.raises(ConnectionResetError):
            await anext(exchange)

    asyncio.run(scenario())
