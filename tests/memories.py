"""What a hub may remember of a source, and what may come of asking it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from feedhub import polling
from feedhub.model import Failed, Fault, Fetched, Gone, Memory, Outcome, Source, Unchanged
from feedhub.polling import Hints
from tests.samples import TUESDAY, source

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

FEED = source(name="kyla/feed", interval=HOUR)
FOLDER = source(name="kyla/articles", url=None, path="/srv/articles")
JITTER = timedelta(seconds=318)
"""What the name kyla/feed adds to an interval of an hour."""

FRESH = Memory(source="kyla/feed")
GOOD = replace(
    FRESH,
    configured="https://kyla.example.fi/feed/",
    next_poll=TUESDAY,
    last_poll=TUESDAY - HOUR,
    last_good=TUESDAY - HOUR,
    polls=7,
    etag='W/"1"',
    last_modified="Mon, 23 Nov 2026 08:00:00 GMT",
    whole_since=TUESDAY - DAY,
    newest=TUESDAY - HOUR,
    rhythm=DAY,
)
TIMEOUT = Fault(code="timeout", message="It did not answer in time.", remedy="Try later.")
BODY = Fetched(documents=(), etag='"2"', last_modified="Tue, 24 Nov 2026 08:00:00 GMT")
SAME = Unchanged()
DOWN = Failed(fault=TIMEOUT)
GONE = Gone(fault=Fault(code="http-410", message="It is gone."))
THERE = "https://uusi.example.fi/feed/"
"""Where permanent redirects point."""


def failed(status: int, retry_after: timedelta | None = None) -> Failed:
    """An answer with this status."""
    fault = Fault(code=f"http-{status}", message=f"It answered {status}.")
    return Failed(fault=fault, retry_after=retry_after)


def after(
    memory: Memory,
    outcome: Outcome,
    *,
    of: Source = FEED,
    hints: Hints | None = None,
    now: datetime = TUESDAY,
) -> Memory:
    """What is remembered of the feed when an answer came on Tuesday."""
    return polling.after(of, memory, outcome, hints=hints, now=now)


def good(**changes: Any) -> Memory:
    """The memory of a source in order, with these fields changed."""
    return replace(GOOD, **changes)
