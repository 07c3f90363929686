"""How soon 1 000 subscribers have news: `python -m tests.bench.websub [SUBSCRIBERS [DEAD]]`.

The hub stands in the real HTTP face, with the real store on its own thread; the subscribers live in
another process, each at its own address of the loopback network, and check signature and bytes.
Among them are dead ones (50), which take the connection and never answer.
"""

import asyncio
import hmac
import multiprocessing
import resource
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from ipaddress import IPv4Address
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode

import httpx

from feedhub.fetch.callbacks import Callbacks
from feedhub.model import Limits
from feedhub.store import Store
from feedhub.store.sqlite import SqliteStore
from feedhub.web.app import create_app
from feedhub.web.routes import hub_route
from feedhub.web.server import Server, bind
from feedhub.websub.house import Content, House
from feedhub.websub.hub import Hub
from feedhub.websub.verification import Bounds
from tests.fetching import AGENT, NO_TLS
from tests.hostile import parsed, reply
from tests.subscribers import ATOM, HUB, TOPIC, Feeds, World, echo

NEWS = b"<feed>" + b"Silta avattiin. " * 12_500 + b"</feed>"
"""200 kB."""
SECRET = "0123456789abcdef" * 2
SIGNATURE = f"sha256={hmac.digest(SECRET.encode(), NEWS, 'sha256').hex()}".encode()
FIRST_DEAD = IPv4Address("127.0.1.0")
FIRST = IPv4Address("127.1.0.0")
"""The dead have the lower addresses, and so their turn before all others."""
ASKING = 20

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Readers:
    """All subscribers in one process; they tell when each has its news."""

    count: int
    pipe: Connection
    times: dict[str, float] = field(default_factory=dict)
    faults: int = 0
    silent: list[asyncio.StreamWriter] = field(default_factory=list)
    """Connections that stay open without an answer."""

    async def run(self) -> None:
        server = await asyncio.start_server(self.serve, "0.0.0.0", 0, backlog=4_096)
        async with server:
            self.pipe.send(server.sockets[0].getsockname()[1])
            await asyncio.to_thread(self.pipe.recv)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = writer.get_extra_info("sockname")[0]
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = parsed(await reader.readuntil(b"\r\n\r\n"))
            if asked.line.startswith(b"GET "):
                await echo(asked, writer)
            elif IPv4Address(here) < FIRST:
                self.silent.append(writer)
                return
            else:
                body = await reader.readexactly(int(asked.first(b"content-length") or b"0"))
                await reply(204)(asked, writer)
                self.note(here, asked.first(b"x-hub-signature") == SIGNATURE and body == NEWS)
        writer.close()

    def note(self, name: str, is_right: bool) -> None:
        self.faults += not is_right or name in self.times
        self.times[name] = time.monotonic()
        if len(self.times) == self.count:
            self.pipe.send((self.faults, list(self.times.values())))


def readers(count: int, pipe: Connection) -> None:
    asyncio.run(Readers(count, pipe).run())


@asynccontextmanager
async def running(store: Store, clerk: ThreadPoolExecutor) -> AsyncIterator[tuple[Hub, Feeds, str]]:
    """A hub that runs and is served."""

    async def in_store(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(clerk, partial(function, *args, **kwargs))

    feeds = Feeds()
    house = House(
        callbacks=Callbacks(Limits(allow_networks=("127.0.0.0/8",)), AGENT, tls=NO_TLS),
        topics=feeds,
        store=store,
        in_store=in_store,
        now=lambda: datetime.now(UTC).replace(microsecond=0),  # noqa: TID251 - a real clock
    )
    # All of them ask at once and from one address, as nobody does in earnest.
    hub = Hub(house, HUB, bounds=Bounds(waiting=10_000, waiting_alike=10_000))
    await hub.announce([TOPIC])
    listener = bind("127.0.0.1", 0)
    app = create_app(Path("/nowhere"), routes=[hub_route(hub.request)])
    async with Server(app, listener):
        task = asyncio.create_task(hub.run())
        yield hub, feeds, f"http://127.0.0.1:{listener.getsockname()[1]}/websub"
        task.cancel()


async def subscribe(address: str, callbacks: list[str]) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        free = asyncio.Semaphore(ASKING)

        async def one(callback: str) -> None:
            form = {"mode": "subscribe", "topic": TOPIC, "callback": callback, "secret": SECRET}
            body = urlencode({f"hub.{name}": value for name, value in form.items()})
            fields = {"content-type": "application/x-www-form-urlencoded"}
            async with free:
                answer = await client.post(address, content=body, headers=fields)
            assert 202 == answer.status_code, answer.text

        await asyncio.gather(*map(one, callbacks))


async def lateness(stop: asyncio.Event) -> float:
    """How late the loop was at most, in seconds, looked at every 10 ms."""
    worst = 0.0
    while not stop.is_set():
        start = time.monotonic()
        await asyncio.sleep(0.01)
        worst = max(worst, time.monotonic() - start - 0.01)
    return worst


async def measure(count: int, dead: int, pipe: Connection, store: Store) -> None:
    port = await asyncio.to_thread(pipe.recv)
    names = [*(FIRST_DEAD + each for each in range(dead)), *(FIRST + each for each in range(count))]
    with ThreadPoolExecutor(1) as clerk:
        async with running(store, clerk) as (hub, feeds, address):
            start = time.monotonic()
            await subscribe(address, [f"http://{name}:{port}/salainen" for name in names])
            await World.until(lambda: len(store.subscribers()) == len(names))
            print(f"{len(names)} subscribed and verified in {time.monotonic() - start:.2f} s")
            feeds.contents[TOPIC] = Content(NEWS, ATOM)
            stop = asyncio.Event()
            late = asyncio.create_task(lateness(stop))
            start, burnt = time.monotonic(), time.process_time()
            await hub.announce([TOPIC])
            faults, times = await asyncio.to_thread(pipe.recv)
            burnt = time.process_time() - burnt
            stop.set()
            waits = sorted(each - start for each in times)
            print(
                f"{count} have {len(NEWS) // 1000} kB, with {dead} dead among them: first after "
                f"{waits[0]:.2f} s, half after {median(waits):.2f} s, all after {waits[-1]:.2f} s; "
                f"wrong or double: {faults}"
            )
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"hub: {burnt:.2f} s of processor, {most} MB, loop late {await late:.2f} s")


def main() -> None:
    count, dead = (*map(int, sys.argv[1:]), *(1_000, 50)[len(sys.argv) - 1 :])
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=readers, args=(count, theirs))
    process.start()
    with TemporaryDirectory() as folder, closing(SqliteStore(Path(folder))) as store:
        asyncio.run(measure(count, dead, ours, store))
    ours.send("end")
    process.join()


if __name__ == "__main__":
    main()
