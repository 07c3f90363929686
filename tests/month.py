"""A hub without sockets or clock: what partners' servers see of it in a month.

What is decided is decided by `polling`, and what is remembered goes through the store's own records
every time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import pairwise

from feedhub import polling
from feedhub.model import Document, Failed, Fault, Fetched, Gone, Memory, Outcome, Source, Unchanged
from feedhub.store.records import memory_json, memory_of
from tests.servers import DAY, MINUTE, START, Request, Response, Server

END = START + 30 * DAY
TICK = 5 * MINUTE
"""How often the hub restarts, and looks at what is due."""
SLACK = TICK + 6 * MINUTE
"""What a tick and the stable jitter may add to a wait."""

HOME = "https://kyla.example.fi/feed/"
AWAY = "https://uusi.example.fi/feed/"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as the server saw it, and its answer."""

    at: datetime
    request: Request
    response: Response


@dataclass(slots=True)
class Month:
    """What came of one partner's month."""

    feed: Source
    world: Mapping[str, Server]
    memory: Memory
    visits: list[Visit] = field(default_factory=list)
    late: timedelta = timedelta(0)
    """The longest time that an entry of this month waited until the hub had it."""

    @property
    def polls(self) -> list[Visit]:
        """The first request of each poll."""
        return [each for n, each in enumerate(self.visits) if each.at != self._before(n)]

    def _before(self, number: int) -> datetime | None:
        return self.visits[number - 1].at if number else None

    @property
    def gaps(self) -> list[timedelta]:
        return [after.at - before.at for before, after in pairwise(self.polls)]

    @property
    def unconditional(self) -> int:
        """Polls that asked for a whole body though validators had been given before."""
        given = False
        count = 0
        for visit in self.visits:
            count += given and not visit.request.conditional
            given = given or bool({"etag", "last-modified"} & visit.response.headers.keys())
        return count


# A fetcher and a reader, as plain as can be


def ask(month: Month, memory: Memory, now: datetime) -> Outcome:
    """A conditional GET that follows redirects, with the outcomes of the real fetcher."""
    asked = polling.validators(memory, now)
    hops = list(follow(month.world, asked, now))
    month.visits += hops
    lasting = {301, 308}.issuperset(hop.response.status for hop in hops[:-1])
    moved_to = hops[-1].request.address if lasting and len(hops) > 1 else None
    return outcome_of(hops[-1].response, moved_to, memory.body_hash, now)


def follow(world: Mapping[str, Server], asked: Memory, now: datetime) -> Iterator[Visit]:
    address: str | None = asked.url or HOME
    while address:
        request = Request(address=address, etag=asked.etag, last_modified=asked.last_modified)
        response = world[address](request, now)
        yield Visit(now, request, response)
        address = response.headers.get("location")


def outcome_of(
    response: Response, moved_to: str | None, body_hash: str | None, now: datetime
) -> Outcome:
    headers = response.headers
    fault = Fault(code=f"http-{response.status}", message="It failed.")
    match response.status:
        case 200 if response.body.startswith(b"<html"):
            return Failed(fault=Fault(code="html", message="It is a page."))
        case 200 | 304:
            good = Unchanged(
                etag=headers.get("etag"),
                last_modified=headers.get("last-modified"),
                fresh_for=freshness(headers),
                moved_to=moved_to,
            )
            same = sha256(response.body).hexdigest() == body_hash
            return good if response.status == 304 or same else fetched(good, response.body)
        case 410:
            return Gone(fault=fault)
        case _:
            return Failed(fault=fault, retry_after=retry_after(headers, now))


def fetched(good: Unchanged, body: bytes) -> Fetched:
    return Fetched(
        documents=(Document(address=HOME, body=body),),
        etag=good.etag,
        last_modified=good.last_modified,
        fresh_for=good.fresh_for,
        moved_to=good.moved_to,
    )


def freshness(headers: Mapping[str, str]) -> timedelta | None:
    """RFC 9111 section 4.2.1."""
    age = re.search(r"max-age=(\d+)", headers.get("cache-control", ""))
    if age:
        return timedelta(seconds=int(age[1]))
    if "expires" not in headers:
        return None
    return parsedate_to_datetime(headers["expires"]) - parsedate_to_datetime(headers["date"])


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """RFC 9110 section 10.2.3."""
    value = headers.get("retry-after")
    if value is None:
        return None
    if value.isdigit():
        return timedelta(seconds=int(value))
    return parsedate_to_datetime(value) - now


def read(body: bytes) -> polling.Hints:
    """What the models' feeds can say."""
    text = body.decode()
    ttl = re.search(r"<ttl>(\d+)</ttl>", text)
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return polling.Hints(
        update_every=int(ttl[1]) * MINUTE if ttl else None,
        skip_hours=tuple(int(hour) for hour in re.findall(r"<hour>(\d+)</hour>", text)),
        skip_days=tuple(days.index(day) for day in re.findall(r"<day>(\w+)</day>", text)),
        published=tuple(
            parsedate_to_datetime(date) for date in re.findall(r"<pubDate>(.*?)</pubDate>", text)
        ),
    )


# The month


def live(feed: Source, world: Mapping[str, Server], *, until: datetime = END) -> Month:
    """Poll one source for a month by a hub that starts anew at every tick."""
    month = Month(feed, world, Memory(source=feed.name))
    now = START
    while now < until:
        remembered = polling.reconcile(feed, month.memory)
        if polling.is_due(remembered, now):
            month.memory = memory_of(memory_json(poll(month, remembered, now)))
        now += TICK
    return month


def poll(month: Month, memory: Memory, now: datetime) -> Memory:
    outcome = ask(month, memory, now)
    if not isinstance(outcome, Fetched):
        return polling.after(month.feed, memory, outcome, hints=None, now=now)
    body = outcome.documents[0].body
    hints = read(body)
    news = [date for date in hints.published if date > max(START, memory.newest or START)]
    month.late = max([month.late, *(now - date for date in news)])
    memory = polling.after(month.feed, memory, outcome, hints=hints, now=now)
    return replace(memory, body_hash=sha256(body).hexdigest())
