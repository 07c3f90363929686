"""Bytes to the server's protocol and the bytes that it gives back, without a socket."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from feedhub.web.app import App
from feedhub.web.recall import recalling

REST = b""
DATE = b"Wed, 25 Nov 2026 08:00:00 GMT"


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.paused = False
        self.ended = asyncio.Event()

    @property
    def closed(self) -> bool:
        return self.ended.is_set()

    def write(self, data: bytes) -> None:
        self.written += data

    def writelines(self, lines: Iterable[bytes]) -> None:
        self.write(b"".join(lines))

    def close(self) -> None:
        self.ended.set()

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def get_extra_info(self, _name: str) -> None:
        return None


class House:
    """The protocols of one server: `recalling` is ours, else the plain one of the library."""

    def __init__(self, app: App, *, recalls: bool = True, access_log: bool = False) -> None:
        self.state = ServerState()
        self.state.default_headers = [(b"date", DATE)]
        http = recalling(app.files) if recalls else HttpToolsProtocol
        self.config = uvicorn.Config(
            app, http=http, lifespan="off", ws="none", log_config=None, access_log=access_log
        )
        self.config.load()

    def connection(self) -> tuple[Any, Wire]:
        wire = Wire()
        make: Any = self.config.http_protocol_class
        protocol = make(config=self.config, server_state=self.state, app_state={})
        protocol.connection_made(wire)
        return protocol, wire

    async def settle(self) -> None:
        while self.state.tasks:
            await asyncio.wait(self.state.tasks)
            await asyncio.sleep(0)

    async def ask(self, pieces: Sequence[bytes]) -> tuple[bytes, bool]:
        """All that one connection answers to these pieces, and whether it was closed.

        At REST, the next piece waits until all before it has been answered.
        """
        protocol, wire = self.connection()
        for piece in pieces:
            # A real transport delivers nothing while reading is paused, nor after the end.
            if wire.paused or piece == REST:
                await self.settle()
            if piece != REST and not wire.closed:
                protocol.data_received(piece)
        await self.settle()
        protocol.connection_lost(None)
        return wire.written, wire.closed
