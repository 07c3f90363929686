"""The server on a real socket of the loopback interface."""

import asyncio
import errno
import socket
from pathlib import Path

import httpx
import pytest

from feedhub.web.app import create_app
from feedhub.web.server import Server, bind
from tests.face import FEED, published


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return published(tmp_path / "public")


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
