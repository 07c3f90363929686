"""Throughput of dates and addresses: `python -m tests.bench.fields`."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter

from feedhub import dates, urls

DATES = {
    "RFC 5322": "Tue, 24 Nov 2026 10:00:00 +0200",
    "RFC 3339": "2026-11-24T10:00:00+02:00",
    "Finnish numbers": "24.11.2026 klo 10.00",
    "Finnish words": "tiistaina 24. marraskuuta 2026 klo 10.00",
    "Sámi words": "disdat, skábmamánu 24. b. 2026 ti. 10:00",
    "no date": "Päivitetty viimeksi eilen, " * 4,
}
ADDRESSES = {
    "plain": "https://www.kyla.example.fi/uutiset/kylan-uusi-silta-avattiin/",
    "with trackers": "https://www.kyla.example.fi/uutiset/silta/?utm_source=rss&utm_medium=rss&id=5",
    "with escapes": "https://www.kyla.example.fi/uutiset/kyl%c3%a4n-silta/?q=a+b",
    "of letters beyond ASCII": "https://www.kylä.example.fi/uutiset/kylän-uusi-silta/",
    "as long as may be": "https://kyla.example.fi/" + "%c3%a4/" * 289,
}
ZONE = "Europe/Helsinki"
SECONDS = 0.5
"""At least, for each figure."""


def rate(call: Callable[[], object]) -> float:
    """Calls a second."""
    calls, start = 0, perf_counter()
    while (spent := perf_counter() - start) < SECONDS:
        for _ in range(100):
            call()
        calls += 100
    return calls / spent


def figures() -> Iterator[str]:
    """One line a figure."""
    for name, text in DATES.items():
        yield f"dates.read_date  {name:26}{rate(partial(dates.read_date, text, timezone=ZONE)):12,.0f} /s"
    for name, url in ADDRESSES.items():
        yield f"urls.absolute    {name:26}{rate(partial(urls.absolute, url, None)):12,.0f} /s"
        yield f"urls.readable    {name:26}{rate(partial(urls.readable, url)):12,.0f} /s"
        yield f"urls.canonical   {name:26}{rate(partial(urls.canonical, url)):12,.0f} /s"


if __name__ == "__main__":
    for line in figures():
        sys.stdout.write(f"{line}\n")
