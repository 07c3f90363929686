"""feedhub beside newsboat, sfeed and reader on one farm of feeds, in turn, in one run.

`python -m tests.bench.race [--feeds 1000] [--runs 3] [--only NAME] [--reader PYTHON] [--port 8600]`

nginx serves the farm on 50 addresses of the loopback network. Four phases: cold (nothing is known),
unchanged (the same again), again (once more: only from here on newsboat asks with what it was told
of a feed's last change, and is spared the bodies), changed (one feed in a hundred has a new story).
In each phase everybody runs once, and who begins is another in each run. Printed are medians of
wall and CPU seconds of all processes, their peak memory together, feedhub's wall time as a multiple
of each other's, and how many files feedhub has published. A contestant that is not installed is left
out: nginx, newsboat and sfeed are Debian's; reader wants an environment of its own, whose
interpreter `--reader` names.
"""

import argparse
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from tests.bench import farm

PORT = 8600
PHASES = ("cold", "unchanged", "again", "changed")
CHANGED_SHARE = 0.01
THREADS = 20
LOOK_EVERY = 0.1

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr crit; worker_processes 1;
events {{ worker_connections 2048; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  types {{ application/rss+xml rss; application/atom+xml atom; application/json json;
    application/rdf+xml rdf; }}
  {servers}
}}
"""
SERVER = "server {{ listen {address}:{port}; root {root}; }}"

CONFIG = """\
[site]
title = "Kilpailu"
url = "https://news.example.fi/"
[poll]
host_delay = "0s"
allow_networks = ["127.0.0.0/8"]
"""

READER = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
known = {feed.url for feed in reader.get_feeds()}
for address in open(sys.argv[2]).read().split():
    if address not in known:
        reader.add_feed(address)
reader.update_feeds(scheduled=False, workers=%d)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: seconds, seconds of processors, and MiB of memory at the peak."""

    wall: float
    cpu: float
    memory: float


@contextmanager
def served(folder: Path, scratch: Path, port: int) -> Iterator[None]:
    """nginx over the farm, one address a host."""
    servers = "\n".join(
        SERVER.format(address=address(host), port=port, root=folder / str(host))
        for host in range(farm.HOSTS)
    )
    config = scratch / "nginx.conf"
    config.write_text(NGINX.format(folder=scratch, servers=servers))
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        sys.exit("nginx is not installed; `apt-get install nginx-light` brings it")
    process = subprocess.Popen(
        [nginx, "-c", str(config), "-p", str(scratch)], stderr=subprocess.DEVNULL
    )
    time.sleep(0.5)
    if process.poll() is not None:
        sys.exit(f"nginx cannot serve at 127.0.1.x:{port}; try another --port")
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def address(host: int) -> str:
    return f"127.0.1.{host + 1}"


def addresses(count: int, port: int) -> list[str]:
    return [f"http://{address(feed.host)}:{port}/{feed.path}" for feed in farm.feeds(count)]


def contestants(
    folder: Path, urls: list[str], reader: str | None
) -> Iterator[tuple[str, list[str]]]:
    """Each program that is here: its name and the line that fetches everything once."""
    yield "feedhub", feedhub(configured(folder, urls))
    if program := shutil.which("newsboat"):
        yield "newsboat", _newsboat(folder, urls, program)
    if program := shutil.which("sfeed_update"):
        yield "sfeed", _sfeed(folder, urls, program)
    if reader:
        (folder / "update.py").write_text(READER % THREADS)
        (folder / "reader.txt").write_text("\n".join(urls))
        words = [folder / "update.py", folder / "reader.sqlite", folder / "reader.txt"]
        yield "reader", [reader, *map(str, words)]


def configured(folder: Path, urls: list[str]) -> Path:
    """A configuration of feedhub: twenty of these feeds belong to each organization."""
    config = folder / "config"
    (config / "organizations").mkdir(parents=True)
    (config / "feedhub.toml").write_text(CONFIG)
    for number in range(0, len(urls), 20):
        tables = "".join(f'[[feeds]]\nurl = "{each}"\n' for each in urls[number : number + 20])
        file = config / "organizations" / f"o{number}.toml"
        file.write_text(f'name = "Kumppani {number}"\n{tables}')
    return config


def feedhub(config: Path) -> list[str]:
    return [sys.executable, "-m", "feedhub", "--config", str(config), "poll", "--all"]


def _newsboat(folder: Path, urls: list[str], program: str) -> list[str]:
    (folder / "urls").write_text("\n".join(urls))
    (folder / "newsboat.conf").write_text(f"reload-threads {THREADS}\n")
    names = (("-u", "urls"), ("-c", "cache.db"), ("-C", "newsboat.conf"))
    files = [word for flag, name in names for word in (flag, str(folder / name))]
    return [program, *files, "-x", "reload"]


def _sfeed(folder: Path, urls: list[str], program: str) -> list[str]:
    lines = "\n".join(f'feed "f{number}" "{each}"' for number, each in enumerate(urls))
    settings = f'sfeedpath="{folder}/sfeed"\nmaxjobs={THREADS}\n'
    (folder / "sfeedrc").write_text(f"{settings}feeds() {{\n{lines}\n}}\n")
    return [program, str(folder / "sfeedrc")]


def measure(line: list[str], folder: Path) -> Cost:
    """Run the line to its end; no other's writing to the disk goes on meanwhile."""
    os.sync()
    environment = {**os.environ, "HOME": str(folder), "FEEDHUB_STATE": str(folder / "var")}
    # What pip has installed is compiled; so is a checkout that has run before, if it may be.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(
        line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    peak = _Peak(process.pid)
    if process.wait() != 0:
        sys.exit(f"{line[0]} ended with {process.returncode}: {' '.join(line)}")
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, peak.stop())


def published(folder: Path) -> int:
    """How many files feedhub has published below this home."""
    public = folder / "var" / "public"
    return sum(1 for each in public.rglob("*") if each.is_file())


class _Peak:
    """The largest memory of a process and all that it started, shared pages counted once."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._peak = 0
        self._done = Event()
        self._thread = Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(LOOK_EVERY):
            self._peak = max(self._peak, sum(map(_pss, _family(self._process))))

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return self._peak / 1024


def _family(process: int) -> Iterator[int]:
    """The process and all below it, whichever of its threads began them."""
    yield process
    try:
        threads = [*Path(f"/proc/{process}/task").iterdir()]
        children = [
            each for thread in threads for each in (thread / "children").read_text().split()
        ]
    except OSError:
        # It has ended meanwhile.
        return
    for child in children:
        yield from _family(int(child))


def _pss(process: int) -> int:
    """KiB."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(x.split()[1]) for x in text.splitlines() if x.startswith("Pss:")), 0)


Table = dict[tuple[str, str], list[Cost]]


def race(options: argparse.Namespace) -> Table:
    """All runs, by phase and contestant."""
    costs: Table = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        ground = Path(scratch)
        # nginx's workers are nobody, and have to read it.
        ground.chmod(0o755)
        size = farm.write(ground / "farm", options.feeds)
        sys.stdout.write(f"{options.feeds} feeds, {size / 1e6:.0f} MB\n")
        with served(ground / "farm", ground, options.port):
            for run in range(options.runs):
                _round(ground, run, options, costs)
                farm.write(ground / "farm", options.feeds)
    return costs


def _round(ground: Path, run: int, options: argparse.Namespace, costs: Table) -> None:
    folder = ground / str(run)
    folder.mkdir()
    urls = addresses(options.feeds, options.port)
    lines = list(contestants(folder, urls, options.reader))
    lines = [each for each in lines if options.only in (None, each[0])]
    first = run % len(lines)
    for phase in PHASES:
        if phase == "changed":
            farm.change(ground / "farm", options.feeds, CHANGED_SHARE)
        for name, line in (*lines[first:], *lines[:first]):
            cost = measure(line, folder)
            costs[phase, name].append(cost)
            sys.stdout.write(
                f"run {run} {phase:9} {name:9} {cost.wall:7.2f} s  cpu {cost.cpu:7.2f} s  "
                f"{cost.memory:6.0f} MiB{_shown(name, folder)}\n"
            )
            sys.stdout.flush()


def _shown(name: str, folder: Path) -> str:
    return f"  {published(folder):6} files" if name == "feedhub" else ""


def report(costs: Mapping[tuple[str, str], list[Cost]]) -> None:
    """Medians, and feedhub's wall time as a multiple of each contestant's."""
    sys.stdout.write("\nmedians      wall s    cpu s   MiB   feedhub / this\n")
    for (phase, name), runs in sorted(costs.items(), key=lambda each: PHASES.index(each[0][0])):
        wall, cpu, memory = (
            statistics.median(getattr(run, field) for run in runs)
            for field in ("wall", "cpu", "memory")
        )
        ours = costs.get((phase, "feedhub"), runs)
        ratio = statistics.median(run.wall for run in ours) / wall
        sys.stdout.write(f"{phase:9} {name:9} {wall:7.2f} {cpu:8.2f} {memory:5.0f}   {ratio:.2f}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help="the one contestant that runs: feedhub, newsboat, ...")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--reader", help="the interpreter of an environment with reader")
    report(race(parser.parse_args()))
