"""How many requests a second the face answers, beside nginx with the same file (`wrk` and nginx).

`python -m tests.bench.serving [SECONDS]` serves a combined feed of 100 stories from one process of
each, and asks for it whole and with its validator, in turn. The processor time of a request says more
than the rate where wrk and other programs share the cores.
"""

import asyncio
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
import uvloop

from feedhub.publish.channels import channels
from feedhub.publish.feeds import Feeds
from feedhub.publish.output import Outbox
from feedhub.web.app import create_app
from feedhub.web.server import Server, bind
from tests.samples import MONDAY, TUESDAY, entry, site, story

ROUNDS = 3
TICKS = os.sysconf("SC_CLK_TCK")
PORT = 8700
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; etag on; gzip_static on; open_file_cache max=100; sendfile on; tcp_nopush on;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  types {{ application/atom+xml xml; }}
  server {{ listen 127.0.0.1:{port}; root {folder}/public; }}
}}
"""


@dataclass(frozen=True)
class Served:
    """A process that serves the feed at this address."""

    pid: int
    address: str

    def processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def publish(folder: Path) -> None:
    """A combined feed as the hub publishes it."""
    text = "Kylän uusi silta avattiin, ja koulumatka lyheni kuusi kilometriä. " * 8
    stories = [
        story(
            face=entry(id=f"{n}", url=f"https://kyla.example.fi/{n}/", excerpt=text),
            id=f"urn:uuid:00000000-0000-5000-8000-{n:012}",
            published=MONDAY - timedelta(hours=n),
        )
        for n in range(100)
    ]
    shown = [replace(each, updated=each.published) for each in stories]
    feeds = Feeds(site())
    outputs = feeds.channel(channels(site())[0], feeds.items(shown))
    Outbox(folder).publish(outputs, now=TUESDAY)


@contextmanager
def nginx(folder: Path) -> Iterator[Served]:
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=PORT))
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin") or "nginx"
    with running([program, "-c", str(config), "-p", str(folder)], PORT) as served:
        yield served


@contextmanager
def feedhub(folder: Path) -> Iterator[Served]:
    line = [sys.executable, "-m", "tests.bench.serving", "serve", str(folder / "public")]
    with running(line, PORT + 1) as served:
        yield served


@contextmanager
def running(line: list[str], port: int) -> Iterator[Served]:
    process = subprocess.Popen(line)
    try:
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield Served(process.pid, f"http://127.0.0.1:{port}/atom.xml")
    finally:
        process.terminate()
        process.wait()


def serve(public: Path) -> None:
    async def forever() -> None:
        async with Server(create_app(public), bind("127.0.0.1", PORT + 1)):
            await asyncio.Event().wait()

    uvloop.run(forever())


def loaded(served: Served, seconds: int, headers: dict[str, str]) -> tuple[float, float]:
    """Requests a second, by wrk with one thread and 32 connections, and microseconds of one."""
    fields = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    line = ["wrk", "-t1", "-c32", f"-d{seconds}s", *fields, served.address]
    before = served.processor_seconds()
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    spent = served.processor_seconds() - before
    rate, number = (
        float(found[1]) if (found := re.search(pattern, said)) else 0.0
        for pattern in (r"Requests/sec:\s*([\d.]+)", r"(\d+) requests in")
    )
    return rate, spent / number * 1e6


def main(seconds: int) -> None:
    kinds = {"200": {"accept-encoding": "identity"}, "200 gzip": {"accept-encoding": "gzip"}}
    figures: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        publish(folder / "public")
        for _ in range(ROUNDS):
            for name, opened in (("nginx", nginx), ("feedhub", feedhub)):
                with opened(folder) as served:
                    etag = httpx.get(served.address, headers=kinds["200"]).headers["etag"]
                    known = {**kinds["200"], "if-none-match": etag}
                    for kind, headers in {**kinds, "304": known}.items():
                        figure = loaded(served, seconds, headers)
                        figures.setdefault((kind, name), []).append(figure)
        print(f"{(folder / 'public' / 'atom.xml').stat().st_size} bytes")
    for kind in (*kinds, "304"):
        (rate, spent), (their_rate, their_spent) = (
            tuple(map(statistics.median, zip(*figures[kind, name], strict=True)))
            for name in ("feedhub", "nginx")
        )
        print(
            f"{kind:9} requests a second: {rate:6.0f}, nginx {their_rate:6.0f}, ratio "
            f"{rate / their_rate:.2f}; processor us each: {spent:5.1f}, nginx {their_spent:5.1f}, "
            f"ratio {their_spent / spent:.2f}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
