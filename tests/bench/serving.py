"""How many requests a second the face answers, beside nginx with the same file (`wrk` and nginx).

`python -m tests.bench.serving [SECONDS]` serves a combined feed of 100 stories from one process of
each, and asks for it whole and with its validator, in turn.
"""

import asyncio
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import uvloop

from feedhub.publish.channels import channels
from feedhub.publish.feeds import Feeds
from feedhub.publish.output import Outbox
from feedhub.web import Server, bind, create_app
from tests.samples import MONDAY, TUESDAY, entry, site, story

ROUNDS = 3
PORT = 8700
NGINX = """
daemon off; pid {folder}/pid; error_log stderr crit; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; etag on; gzip_static on; open_file_cache max=100; sendfile on; tcp_nopush on;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  types {{ application/atom+xml xml; }}
  server {{ listen 127.0.0.1:{port}; root {folder}/public; }}
}}
"""


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
    outputs = Feeds(site()).channel(channels(site())[0], shown)
    Outbox(folder).publish(outputs, now=TUESDAY)


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=PORT))
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    process = subprocess.Popen([program or "nginx", "-c", str(config), "-p", str(folder)])
    try:
        time.sleep(0.5)
        yield f"http://127.0.0.1:{PORT}/atom.xml"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def feedhub(folder: Path) -> Iterator[str]:
    line = [sys.executable, "-m", "tests.bench.serving", "serve", str(folder / "public")]
    process = subprocess.Popen(line)
    try:
        time.sleep(1)
        yield f"http://127.0.0.1:{PORT + 1}/atom.xml"
    finally:
        process.terminate()
        process.wait()


def serve(public: Path) -> None:
    async def forever() -> None:
        async with Server(create_app(public), bind("127.0.0.1", PORT + 1)):
            await asyncio.Event().wait()

    uvloop.run(forever())


def rate(address: str, seconds: int, headers: dict[str, str]) -> float:
    """Requests a second, by wrk with one thread and 32 connections."""
    fields = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    line = ["wrk", "-t1", "-c32", f"-d{seconds}s", *fields, address]
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s*([\d.]+)", said)
    return float(found[1]) if found else 0.0


def main(seconds: int) -> None:
    kinds = {"200": {"accept-encoding": "identity"}, "200 gzip": {"accept-encoding": "gzip"}}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        publish(folder / "public")
        rates: dict[tuple[str, str], list[float]] = {}
        for _ in range(ROUNDS):
            for name, served in (("nginx", nginx), ("feedhub", feedhub)):
                with served(folder) as address:
                    etag = httpx.get(address, headers=kinds["200"]).headers["etag"]
                    known = {**kinds["200"], "if-none-match": etag}
                    for kind, headers in {**kinds, "304": known}.items():
                        rates.setdefault((kind, name), []).append(rate(address, seconds, headers))
        print(f"{(folder / 'public' / 'atom.xml').stat().st_size} bytes, requests a second")
        for kind in (*kinds, "304"):
            ours, theirs = (statistics.median(rates[kind, name]) for name in ("feedhub", "nginx"))
            print(f"{kind:9} feedhub {ours:8.0f}  nginx {theirs:8.0f}  ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
