"""What is answered from memory is what the ordinary way answers, byte for byte."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedhub.publish.representation import Headers
from feedhub.web.app import App, create_app
from tests.face import FEED, MONDAY, ask, published, put
from tests.wire import DATE, REST, House


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return published(tmp_path / "public")


def head(line: str = "GET /atom.xml HTTP/1.1", *fields: str) -> bytes:
    return "\r\n".join([line, "Host: hub", *fields, "", ""]).encode()


FEED_HEAD = head()
TUESDAY = "Tue, 24 Nov 2026 08:00:00 GMT"
SUNDAY = "Sun, 22 Nov 2026 08:00:00 GMT"


def tag_of(app: App, coding: str = "identity") -> str:
    tag: str = ask(app, "/atom.xml", headers={"accept-encoding": coding}).headers["etag"]
    return tag


# From a request to whether it is answered from memory the third time that it is seen. {tag} and
# {packed} stand for the feed's own entity tags, plain and with gzip.
REQUESTS: dict[str, tuple[list[bytes], bool]] = {
    "the feed": ([head()], True),
    "a page": ([head("GET / HTTP/1.1", "accept-encoding: br, gzip")], True),
    "a picture": ([head("GET /media/kyla/kuva.png HTTP/1.1")], True),
    "gzip": ([head("GET /atom.xml HTTP/1.1", "Accept-Encoding: gzip, deflate")], True),
    "brotli": ([head("GET /atom.xml HTTP/1.1", "Accept-Encoding: gzip, br")], True),
    "no coding at all": ([head("GET /atom.xml HTTP/1.1", "Accept-Encoding: *;q=0")], True),
    "HEAD": ([head("HEAD /atom.xml HTTP/1.1")], True),
    "HEAD of what is unchanged": ([head("HEAD /atom.xml HTTP/1.1", "If-None-Match: {tag}")], True),
    "own tag": ([head("GET /atom.xml HTTP/1.1", "If-None-Match: {tag}")], True),
    "own tag as weak": ([head("GET /atom.xml HTTP/1.1", "if-none-match: W/{tag}")], True),
    "own tag for gzip": (
        [head("GET /atom.xml HTTP/1.1", "Accept-Encoding: gzip", "If-None-Match: {packed}")],
        True,
    ),
    "own tag, another coding": (
        [head("GET /atom.xml HTTP/1.1", "Accept-Encoding: gzip", "If-None-Match: {tag}")],
        True,
    ),
    "own tag on the second line": (
        [head("GET /atom.xml HTTP/1.1", 'If-None-Match: "x"', "If-None-Match: {tag}")],
        True,
    ),
    "another tag beats the date": (
        [head("GET /atom.xml HTTP/1.1", 'If-None-Match: "x"', f"If-Modified-Since: {TUESDAY}")],
        True,
    ),
    "own date": ([head("GET /atom.xml HTTP/1.1", f"If-Modified-Since: {MONDAY}")], True),
    "an earlier date": ([head("GET /atom.xml HTTP/1.1", f"If-Modified-Since: {SUNDAY}")], True),
    "a condition that fails": ([head("GET /atom.xml HTTP/1.1", 'If-Match: "x"')], False),
    "a range": ([head("GET /atom.xml HTTP/1.1", "Range: bytes=0-4")], True),
    "a query": ([head("GET /atom.xml?from=mail HTTP/1.1")], True),
    "an encoded letter": ([head("GET /%61tom.xml HTTP/1.1")], True),
    "a whole address": ([head("GET http://hub/atom.xml HTTP/1.1")], True),
    "keep-alive": ([head("GET /atom.xml HTTP/1.1", "Connection: keep-alive")], True),
    "close": ([head("GET /atom.xml HTTP/1.1", "Connection: close")], False),
    "HTTP/1.0": ([head("GET /atom.xml HTTP/1.0")], False),
    "HTTP/1.0 kept alive": ([head("GET /atom.xml HTTP/1.0", "Connection: keep-alive")], False),
    "an upgrade": (
        [head("GET /atom.xml HTTP/1.1", "Connection: upgrade", "Upgrade: h2c")],
        False,
    ),
    "an expectation": ([head("GET /atom.xml HTTP/1.1", "Expect: 100-continue")], False),
    "a body": ([head("GET /atom.xml HTTP/1.1", "Content-Length: 4"), b"body"], False),
    "a body of nothing": ([head("GET /atom.xml HTTP/1.1", "Content-Length: 0")], False),
    "a body in chunks": (
        [head("GET /atom.xml HTTP/1.1", "Transfer-Encoding: chunked"), b"0\r\n\r\n"],
        False,
    ),
    "a form": ([head("POST /atom.xml HTTP/1.1", "Content-Length: 4"), b"a=bc"], False),
    "no such file": ([head("GET /nowhere.xml HTTP/1.1")], False),
    "a way out": ([head("GET /../outside.txt HTTP/1.1")], False),
    "a folder without slash": ([head("GET /topics/matkailu HTTP/1.1")], False),
    "a route": ([head("GET /healthz HTTP/1.1")], False),
    "a very long head": ([head("GET /atom.xml HTTP/1.1", f"Cookie: {'x' * 3000}")], False),
    "no HTTP": ([b"nonsense\r\n\r\n"], False),
    "two at once": ([head() + head()], False),
    "two in turn": ([head(), REST, head()], True),
    "two in turn, of two kinds": ([head(), REST, head("HEAD /atom.xml HTTP/1.1")], True),
    "in two pieces": ([head()[:30], REST, head()[30:]], False),
    "letter by letter": ([bytes([each]) for each in head()], False),
    "one and a half": ([head() + head()[:9], REST, head()[9:]], False),
    "an empty line before": ([b"\r\n" + head()], True),
    "empty lines alone": ([b"\r\n\r\n"], False),
    "empty lines later": ([head(), REST, b"\r\n\r\n", REST, head()], True),
    "an empty line after": ([head() + b"\r\n"], False),
    "nonsense after": ([head() + b"\0\0\r\n\r\n"], False),
    "a half, then a whole": ([b"GET /rss.xml HTTP/1.1\r\nX: ", REST, head()], False),
    "a whole in a body": (
        [head("POST /atom.xml HTTP/1.1", "Content-Length: 200"), REST, head(), b"x" * 200],
        False,
    ),
}


def filled(app: App, pieces: Sequence[bytes]) -> list[bytes]:
    tags = {b"{tag}": tag_of(app), b"{packed}": tag_of(app, "gzip")}
    for mark, tag in tags.items():
        pieces = [piece.replace(mark, tag.encode()) for piece in pieces]
    return list(pieces)


def recalls_of(house: House) -> list[bytes]:
    """Fills with the heads that this server answers from memory."""
    recalled: list[bytes] = []
    heads = house.config.http_protocol_class.heads  # type: ignore[attr-defined]
    answer = heads.answer

    def noting(head: bytes, default: Headers) -> tuple[bytes, bytes] | None:
        found: tuple[bytes, bytes] | None = answer(head, default)
        if found:
            recalled.append(head)
        return found

    heads.answer = noting
    return recalled


@pytest.mark.parametrize("case", REQUESTS)
def test_answer_is_that_of_the_ordinary_way(public: Path, case: str) -> None:
    app = create_app(public)
    pieces, is_recalled = filled(app, REQUESTS[case][0]), REQUESTS[case][1]

    async def scenario() -> None:
        ours, plain = House(app), House(app, recalls=False)
        expected = await plain.ask(pieces)
        # The first time reads the file, the second time the head.
        assert [expected, expected] == [await ours.ask(pieces) for _ in range(2)]
        recalled = recalls_of(ours)
        assert expected == await ours.ask(pieces)
        assert is_recalled == bool(recalled)

    asyncio.run(scenario())


PIECES = [
    FEED_HEAD,
    FEED_HEAD,
    head("HEAD /atom.xml HTTP/1.1"),
    head("GET /rss.xml HTTP/1.1", "accept-encoding: gzip"),
    head("GET /atom.xml HTTP/1.1", f"If-Modified-Since: {MONDAY}"),
    head("GET /nowhere.xml HTTP/1.1"),
    head("POST /atom.xml HTTP/1.1", "Content-Length: 60"),
    head("GET /atom.xml HTTP/1.1", "Connection: close"),
    FEED_HEAD[:20],
    FEED_HEAD[20:],
    b"\r\n",
    b"\0",
    REST,
    REST,
]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_any_conversation_goes_as_it_would_the_ordinary_way(
    tmp_path: Path, pieces: list[bytes]
) -> None:
    folder = tmp_path / "public"
    app = create_app(folder if folder.exists() else published(folder))

    async def scenario() -> None:
        ours, plain = House(app), House(app, recalls=False)
        for each in PIECES:
            for _ in range(2):
                await ours.ask([each])
        said = await plain.ask(pieces)
        if b"HTTP/1.1 400" in said[0]:
            # The library refuses nonsense before it has answered what came before that. We do not
            # always, and need not.
            calm = [each for piece in pieces for each in (piece, REST)]
            assert await plain.ask(calm) == await ours.ask(calm)
        else:
            assert said == await ours.ask(pieces)

    asyncio.run(scenario())


# The file, and the time


def twice_seen(app: App) -> House:
    """A server that has seen a request for the feed twice, and so knows it."""
    house = House(app)

    async def scenario() -> None:
        for _ in range(2):
            await house.ask([FEED_HEAD])

    asyncio.run(scenario())
    return house


def body_of(house: House) -> bytes:
    return asyncio.run(house.ask([FEED_HEAD]))[0].partition(b"\r\n\r\n")[2]


def test_replaced_file_is_seen_at_once(public: Path) -> None:
    house = twice_seen(create_app(public))
    fresh = public / "fresh"
    put(fresh, FEED.replace("silta", "sauna"))
    fresh.replace(public / "atom.xml")
    assert [FEED.replace("silta", "sauna").encode()] * 3 == [body_of(house) for _ in range(3)]


def test_replaced_file_that_another_request_has_read_is_seen(public: Path) -> None:
    house = twice_seen(create_app(public))
    assert FEED.encode() == body_of(house)
    fresh = public / "fresh"
    put(fresh, FEED.replace("silta", "sauna"))
    fresh.replace(public / "atom.xml")
    asyncio.run(house.ask([head("GET /atom.xml?other HTTP/1.1")]))
    recalled = recalls_of(house)
    answer = asyncio.run(house.ask([FEED_HEAD]))
    assert [FEED_HEAD] == recalled
    assert answer == asyncio.run(House(create_app(public), recalls=False).ask([FEED_HEAD]))


def test_file_that_is_gone_is_not_found(public: Path) -> None:
    house = twice_seen(create_app(public))
    (public / "atom.xml").unlink()
    assert asyncio.run(house.ask([FEED_HEAD]))[0].startswith(b"HTTP/1.1 404")


def test_folder_in_the_files_place_is_not_taken_for_it(public: Path) -> None:
    house = twice_seen(create_app(public))
    (public / "atom.xml").unlink()
    (public / "atom.xml").mkdir()
    assert asyncio.run(house.ask([FEED_HEAD]))[0].startswith(b"HTTP/1.1 404")


def test_body_that_was_forgotten_is_read_again(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedhub.web.files.CACHED_BYTES", 0)
    house = twice_seen(create_app(public))
    assert FEED.encode() == body_of(house)


def test_date_goes_on(public: Path) -> None:
    house = twice_seen(create_app(public))
    later = b"Wed, 25 Nov 2026 08:00:01 GMT"
    for date in (DATE, later):
        house.state.default_headers = [(b"date", date)]
        assert b"\r\ndate: " + date in asyncio.run(house.ask([FEED_HEAD]))[0]


# Limits


def test_heads_seen_longest_ago_are_forgotten(
    public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedhub.web.recall.REMEMBERED", 2)
    house = twice_seen(create_app(public))
    first, second = (head(f"GET /atom.xml?{n} HTTP/1.1") for n in range(2))

    async def scenario() -> list[bytes]:
        for each in (first, FEED_HEAD, second):
            await house.ask([each])
        recalled = recalls_of(house)
        for each in (FEED_HEAD, second, first):
            await house.ask([each])
        return recalled

    assert [FEED_HEAD, second] == asyncio.run(scenario())


def test_who_reads_slowly_is_waited_for(public: Path) -> None:
    house = twice_seen(create_app(public))

    async def scenario() -> tuple[bytes, bytes]:
        protocol, wire = house.connection()
        protocol.pause_writing()
        protocol.data_received(FEED_HEAD)
        await asyncio.sleep(0)
        before = wire.written
        protocol.resume_writing()
        await house.settle()
        protocol.connection_lost(None)
        return before, wire.written

    before, after = asyncio.run(scenario())
    assert b"" == before
    assert after.startswith(b"HTTP/1.1 200")


def test_every_request_is_logged_where_requests_are_logged(
    public: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(create_app(public), access_log=True)

    async def scenario() -> None:
        for _ in range(4):
            await house.ask([FEED_HEAD])

    with caplog.at_level("INFO", "uvicorn.access"):
        asyncio.run(scenario())
    assert 4 == len(caplog.records)


def test_answered_requests_are_counted_and_the_silent_connection_is_ended(public: Path) -> None:
    house = twice_seen(create_app(public))
    house.config.timeout_keep_alive = 0

    async def scenario() -> int:
        protocol, wire = house.connection()
        before = house.state.total_requests
        protocol.data_received(FEED_HEAD)
        answered = house.state.total_requests - before
        await wire.ended.wait()
        protocol.connection_lost(None)
        return answered

    assert 1 == asyncio.run(scenario())


def test_waiting_connection_is_closed_when_the_server_ends(public: Path) -> None:
    house = twice_seen(create_app(public))

    async def scenario() -> bool:
        protocol, wire = house.connection()
        protocol.data_received(FEED_HEAD)
        protocol.shutdown()
        protocol.connection_lost(None)
        return wire.closed

    assert asyncio.run(scenario())
