"""What a feed costs where there are 20,000 of them, beside what it costs where there are 1,000.

`python -m tests.bench.scale [--small 1000] [--large 20000] [--runs 1] [--port 8600]`

Two farms of feeds of the same kinds and sizes, each with a state of its own, served as in race.py.
Both are polled as there by `feedhub poll --all`: cold, unchanged, changed. Printed for each pass are
milliseconds of processors and of wall time for one feed, their ratios (1: twice the feeds cost twice
as much), the peak memory of all processes together, and for how long the event loop stood still.

The feeds are a fifth of the size of those in the race, 21 KB with 6 entries, so that what every feed
costs is more beside what its text does: 20,000 make 430 MB.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import farm, race

PHASES = ("cold", "unchanged", "changed")
SIZE = farm.Size(entries=(3, 9), paragraphs=(6, 24))


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass over so many feeds took.

    And for how many seconds the loop stood still, and how many of them the program was at work.
    """

    feeds: int
    cost: race.Cost
    still: float
    work: float
    place: str

    @property
    def cpu(self) -> float:
        """Milliseconds a feed."""
        return 1_000 * self.cost.cpu / self.feeds

    @property
    def wall(self) -> float:
        """Milliseconds a feed."""
        return 1_000 * self.cost.wall / self.feeds


Passes = dict[tuple[str, int], list[Pass]]


def measured(options: argparse.Namespace) -> Passes:
    """All passes, by phase and number of feeds."""
    passes: Passes = defaultdict(list)
    for run in range(options.runs):
        for count in (options.small, options.large):
            with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
                for phase, each in over(Path(scratch), count, options.port):
                    passes[phase, count].append(each)
                    print(f"run {run} {phase:9} {line(each)}", flush=True)
    return passes


def over(ground: Path, count: int, port: int) -> Iterator[tuple[str, Pass]]:
    """The passes over a farm of so many feeds."""
    # nginx's workers are nobody, and have to read it.
    ground.chmod(0o755)
    size = farm.write(ground / "farm", count, size=SIZE)
    print(f"{count:,} feeds, {size / 1e6:.0f} MB", flush=True)
    config = race.configured(ground, race.addresses(count, port))
    with race.served(ground / "farm", ground, port):
        for phase in PHASES:
            if phase == "changed":
                farm.change(ground / "farm", count, race.CHANGED_SHARE, size=SIZE)
            yield phase, one_pass(ground, config, count)


def one_pass(ground: Path, config: Path, count: int) -> Pass:
    told = ground / "watched.json"
    words = [sys.executable, "-m", "tests.bench.watched", str(told)]
    cost = race.measure([*words, "--config", str(config), "poll", "--all"], ground)
    return Pass(feeds=count, cost=cost, **json.loads(told.read_text()))


def line(one: Pass) -> str:
    return (
        f"{one.feeds:6} feeds  wall {one.cost.wall:7.2f} s  cpu {one.cost.cpu:7.2f} s  "
        f"{one.cost.memory:5.0f} MiB  still {one.still:5.2f} s "
        f"(work {one.work:.2f} s) {one.place}"
    )


def report(passes: Passes, small: int, large: int) -> None:
    """Medians of few and many beside each other, and the longest standstill of all runs."""
    print(f"\n{'':26}{small:>9,}{large:>9,}{'ratio':>7}")
    for phase in PHASES:
        few, many = passes[phase, small], passes[phase, large]
        for label, field in (("cpu ms a feed", "cpu"), ("wall ms a feed", "wall")):
            print(row(phase, label, [median(few, field), median(many, field)]))
        memory = [statistics.median(one.cost.memory for one in runs) for runs in (few, many)]
        print(row(phase, "MiB", memory))
        print(row(phase, "loop still s", [max(x.still for x in runs) for runs in (few, many)]))


def median(runs: Sequence[Pass], field: str) -> float:
    return statistics.median([float(getattr(one, field)) for one in runs])


def row(phase: str, label: str, pair: Sequence[float]) -> str:
    few, many = pair
    return f"{phase:10}{label:16}{few:9.2f}{many:9.2f}{many / few:7.2f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--port", type=int, default=race.PORT)
    parser.add_argument("--scratch", type=Path, help="a folder with 4 GB of room")
    chosen = parser.parse_args()
    report(measured(chosen), chosen.small, chosen.large)
