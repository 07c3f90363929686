"""A hub that has been at it for years: how it starts, and how soon one new story is out.

`python -m tests.bench.large [STORIES]` (default 100,000). The store is filled by SQL; the first start
lists and renders everything, as after a change of the configuration; the second is a plain restart.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from feedhub.config import load
from feedhub.pipeline.hub import Hub
from tests.bench.stories import SOURCES, fill

CONFIG = """\
[site]
title = "Suuri"
url = "https://news.example.fi/"
"""


def configured(folder: Path) -> Path:
    config = folder / "config"
    (config / "organizations").mkdir(parents=True)
    (folder / "articles").mkdir()
    (config / "feedhub.toml").write_text(CONFIG)
    feeds = "".join(
        f'[[feeds]]\nkey = "feed-{n}"\nurl = "https://partner{n}.example/feed"\n'
        for n in range(SOURCES)
    )
    (config / "organizations" / "kyla.toml").write_text(f'name = "Kylä"\n{feeds}')
    own = f'name = "Toimitus"\nlanguage = "fi"\n[[articles]]\npath = "{folder / "articles"}"\n'
    (config / "organizations" / "toimitus.toml").write_text(own)
    return config


async def started(config: Path) -> float:
    """Seconds from nothing to all outputs out."""
    begin = time.perf_counter()
    async with Hub(load(config)) as hub:
        await hub.publish()
        return time.perf_counter() - begin


async def news(config: Path, folder: Path) -> list[float]:
    """For each of some new articles the seconds until every output shows it."""
    taken = []
    async with Hub(load(config)) as hub:
        source = hub.sources["toimitus/articles"]
        await hub.poll(source)
        await hub.publish()
        for number in range(7):
            (folder / "articles" / f"uutinen-{number}.md").write_text(
                f"# Uutinen {number}\n\nTeksti.\n"
            )
            begin = time.perf_counter()
            await hub.poll(source)
            printed = await hub.publish()
            taken.append(time.perf_counter() - begin)
            assert "atom.xml" in printed.changed
    return sorted(taken)


def main(size: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ["FEEDHUB_STATE"] = str(folder / "var")
        config = configured(folder)
        begin = time.perf_counter()
        fill(folder / "var", size)
        print(f"{size:,} stories filled in {time.perf_counter() - begin:.0f} s")
        print(f"everything anew   {asyncio.run(started(config)):7.2f} s", flush=True)
        print(f"start             {asyncio.run(started(config)):7.2f} s", flush=True)
        taken = asyncio.run(news(config, folder))
        print(
            f"one new story out {taken[len(taken) // 2]:7.2f} s (of {len(taken)}, worst {taken[-1]:.2f})"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
