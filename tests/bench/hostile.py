"""One pass over a crowd of hostile sources and a few healthy ones, through the whole hub.

`python -m tests.bench.hostile [--hostile N] [--deadline 30s]` prints how long the pass took, when
the news of the healthy ones were published, and how far memory grew. Every source has a host of its
own on loopback; the servers are another process.
"""

import argparse
import asyncio
import json
import logging
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from feedhub.config import load
from feedhub.pipeline.hub import Hub
from tests.hostile import SERVERS, Asked, Handler, reply, serving
from tests.instance import feeds
from tests.loopback import rss

HEALTHY = 3
HEALTHY_TITLE = "Terve uutinen"
PAGE_BYTES = 4096
LOOK_EVERY = 0.05
"""Seconds between looks at memory and at the published feed."""

MAIN = """\
[site]
title = "Uutisvirta"
url = "https://news.example.fi/"

[poll]
deadline = "{deadline}"
allow_networks = ["127.0.0.0/8"]
"""

ITEM = "<item><guid>{n}</guid><title>Uutinen {n}</title></item>"
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


def feed(inside: str, doctype: str = "") -> bytes:
    return f'{doctype}<rss version="2.0"><channel><title>K</title>{inside}</channel></rss>'.encode()


# Bytes that are well fetched, and hard to read.
DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "a hundred thousand entries": lambda: feed("".join(ITEM.format(n=n) for n in range(100_000))),
    "a title of nine megabytes": lambda: feed(f"<item><title>{'a' * 9_000_000}</title></item>"),
    "a hundred thousand levels": lambda: feed("<a>" * 100_000),
    "an entity bomb": lambda: feed(
        "<item><title>&l9;</title></item>", f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>'
    ),
    "an outer entity": lambda: feed(
        "<item><title>&x;</title></item>",
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ),
    "comments without end": lambda: feed(
        f"<item><description>{'&lt;!--' * 200_000}</description></item>"
    ),
}


def handlers() -> dict[str, Handler]:
    """The hostile servers by their names."""
    found = {name: make() for name, (_, make) in SERVERS.items()}
    return found | {name: reply(body=make()) for name, make in DOCUMENTS.items()}


async def news(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A healthy feed, another at each host."""
    host = (asked.first(b"host") or b"").decode()
    text = f"Silta numero {host} lyhentää koulumatkaa {host} kilometriä."
    await reply(body=rss((f"/{host}/", f"{HEALTHY_TITLE} {host}", text)))(asked, writer)


async def serve() -> None:
    """Serve every kind on a port of its own, print the ports, and stay."""
    async with AsyncExitStack() as exits:
        ports = {}
        for name, handler in {**handlers(), "healthy": news}.items():
            server = await exits.enter_async_context(serving(handler, host="0.0.0.0"))
            ports[name] = int(server.address.rpartition(":")[2])
        sys.stdout.write(f"{json.dumps(ports)}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


@contextmanager
def served() -> Iterator[dict[str, int]]:
    """The ports of the servers, by kind, until the block ends."""
    command = [sys.executable, "-m", "tests.bench.hostile", "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as servers:
        assert servers.stdout is not None
        try:
            yield json.loads(servers.stdout.readline())
        finally:
            servers.kill()


def addresses(ports: dict[str, int], hostile: int, only: str) -> dict[str, str]:
    """An address for each organization; the healthy ones come last in the order of names."""
    kinds = [name for name in ports if name != "healthy" and only in name]
    bad = [kinds[n % len(kinds)] for n in range(hostile)]
    crowd = {f"partner-{n:03}": name for n, name in enumerate([*bad, *["healthy"] * HEALTHY])}
    crowd["partner-warm"] = "healthy"
    return {
        slug: f"http://127.0.{n // 250 + 1}.{n % 250 + 1}:{ports[name]}/"
        for n, (slug, name) in enumerate(crowd.items())
    }


def instance(folder: Path, sources: dict[str, str], deadline: str) -> Path:
    """A configuration with these organizations."""
    config = folder / "config"
    (config / "organizations").mkdir(parents=True)
    (config / "feedhub.toml").write_text(MAIN.format(deadline=deadline), "utf-8")
    for slug, address in sources.items():
        (config / "organizations" / f"{slug}.toml").write_text(feeds(slug, [address]), "utf-8")
    return config


@dataclass
class Watch:
    """What is seen from outside while the pass goes on."""

    feed: Path
    started: float
    first_memory: int
    healthy: float = 0.0
    most_memory: int = 0
    longest_stall: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)

    async def look(self) -> None:
        """Look until cancelled; a look that comes late tells how long the loop stood still."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(LOOK_EVERY)
            late = loop.time() - before - LOOK_EVERY
            self.longest_stall = max(self.longest_stall, late)
            self.most_memory = max(self.most_memory, resident())
            if not self.healthy and self._news() > HEALTHY:
                self.healthy = loop.time() - self.started

    def _news(self) -> int:
        text = self.feed.read_text("utf-8") if self.feed.is_file() else "{}"
        items = json.loads(text).get("items", ())
        # The source that the program was warmed up with has one too.
        return sum(item["title"].startswith(HEALTHY_TITLE) for item in items)


def resident() -> int:
    """Bytes of memory of this process."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE_BYTES


async def one_pass(config: Path, *, warm: str) -> tuple[Watch, float]:
    """Poll every source once, after a first poll of the source `warm`, which loads the program."""
    async with Hub(load(config)) as hub:
        async for _ in hub.refresh([hub.sources[warm]]):
            pass
        loop = asyncio.get_running_loop()
        watch = Watch(hub.settings.public / "feed.json", loop.time(), resident())
        looking = asyncio.create_task(watch.look())
        async for report in hub.refresh([each for each in hub.due() if each.name != warm]):
            watch.faults[report.fault.code if report.fault else "none"] += 1
        took = loop.time() - watch.started
        looking.cancel()
        return watch, took


def report(watch: Watch, took: float) -> str:
    """What came of it, a line each."""
    grown = (watch.most_memory - watch.first_memory) / 1e6
    faults = ", ".join(f"{count} {code}" for code, count in watch.faults.most_common())
    return "\n".join(
        (
            f"pass                      {took:6.1f} s",
            f"healthy news published    {watch.healthy:6.1f} s after the start",
            f"memory grown at most      {grown:6.1f} MB",
            f"event loop stood still    {watch.longest_stall:6.2f} s at most",
            f"faults                    {faults}",
        )
    )


def main() -> None:
    """Measure, or serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hostile", type=int, default=150)
    parser.add_argument("--deadline", default="30s")
    parser.add_argument("--only", default="", help="kinds of servers whose names contain this")
    parser.add_argument("--serve", action="store_true", help="be the servers")
    options = parser.parse_args()
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    if options.serve:
        asyncio.run(serve())
        return
    with TemporaryDirectory() as folder, served() as ports:
        crowd = addresses(ports, options.hostile, options.only)
        config = instance(Path(folder), crowd, options.deadline)
        sys.stdout.write(report(*asyncio.run(one_pass(config, warm="partner-warm/feed"))) + "\n")


if __name__ == "__main__":
    main()
