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


@dataclass(frozen=True, slots=True)
class Poll:
    """What the hub remembered, what it asked, and what came of it."""

    at: datetime
    memory: Memory
    asked: Memory
    outcome: Outcome


@dataclass(slots=True)
class Month:
    """What came of one partner's month."""

    feed: Source
    world: Mapping[str, Server]
    memory: Memory
    visits: list[Visit] = field(default_factory=list)
    polls: list[Poll] = field(default_factory=list)
    late: timedelta = timedelta(0)
    """The longest time that an entry of this month waited until the hub had it."""

    @property
    def gaps(self) -> list[timedelta]:
        """The times between polls."""
        return [after.at - before.at for before, after in pairwise(self.polls)]

    @property
    def unconditional(self) -> int:
        """Requests for a whole body though validators had been given before."""
        given = False
        count = 0
        for visit in self.visits:
            count += given and not visit.request.conditional
            given = given or bool({"etag", "last-modified"} & visit.response.headers.keys())
        return count


# A fetcher, as plain as can be


def fetch(month: Month, asked: Memory, now: datetime) -> Outcome:
    """A conditional GET that follows redirects, with the outcomes of the real fetcher."""
    hops = list(follow(month.world, asked, now))
    month.visits += hops
    lasting = {301, 308}.issuperset(hop.response.status for hop in hops[:-1])
    moved_to = hops[-1].request.address if lasting and len(hops) > 1 else None
    return outcome_of(hops[-1].response, moved_to, now)


def follow(world: Mapping[str, Server], asked: Memory, now: datetime) -> Iterator[Visit]:
    address: str | None = asked.url or HOME
    while address:
        request = Request(address=address, etag=asked.etag, last_modified=asked.last_modified)
        response = world[address](request, now)
        yield Visit(now, request, response)
        address = response.headers.get("location")


def outcome_of(response: Response, moved_to: str | None, now: datetime) -> Outcome:
    headers = response.headers
    etag, last_modified = headers.get("etag"), headers.get("last-modified")
    fresh_for = freshness(headers)
    fault = Fault(code=f"http-{response.status}", message="It failed.")
    match response.status:
        case 200:
            return Fetched(
                documents=(Document(address=HOME, body=response.body),),
                etag=etag,
                last_modified=last_modified,
                fresh_for=fresh_for,
                moved_to=moved_to,
            )
        case 304:
            return Unchanged(
                etag=etag, last_modified=last_modified, fresh_for=fresh_for, moved_to=moved_to
            )
        case 410:
            return Gone(fault=fault)
        case _:
            return Failed(fault=fault, retry_after=retry_after(headers, now))


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


# A reader, as plain as can be


def hints_of(body: bytes) -> polling.Hints:
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


def read(outcome: Outcome, memory: Memory) -> tuple[Outcome, polling.Hints | None]:
    """What the pipeline makes of an outcome: a page is no feed, and the same bytes are no news."""
    if not isinstance(outcome, Fetched):
        return outcome, None
    body = outcome.documents[0].body
    if body.startswith(b"<html"):
        return Failed(fault=Fault(code="html", message="It is a page.")), None
    if body_hash(outcome) != memory.body_hash:
        return outcome, hints_of(body)
    same = Unchanged(
        etag=outcome.etag,
        last_modified=outcome.last_modified,
        fresh_for=outcome.fresh_for,
        moved_to=outcome.moved_to,
    )
    return same, None


def body_hash(fetched: Fetched) -> str:
    return sha256(fetched.documents[0].body).hexdigest()


def remember(feed: Source, memory: Memory, outcome: Outcome, now: datetime) -> Memory:
    """The memory after a poll."""
    judged, hints = read(outcome, memory)
    memory = polling.after(feed, memory, judged, hints=hints, now=now)
    return replace(memory, body_hash=body_hash(judged)) if isinstance(judged, Fetched) else memory


# The month


def live(feed: Source, world: Mapping[str, Server]) -> Month:
    """Poll one source for a month by a hub that starts anew at every tick."""
    month = Month(feed, world, Memory(source=feed.name))
    now = START
    while now < END:
        month.memory = polling.reconcile(feed, month.memory)
        if polling.is_due(month.memory, now):
            poll(month, now)
        now += TICK
    return month


def poll(month: Month, now: datetime) -> None:
    """Ask, read, and remember through the store's records."""
    before = month.memory
    asked = polling.validators(before, now)
    outcome = fetch(month, asked, now)
    month.polls.append(Poll(now, before, asked, outcome))
    month.memory = memory_of(memory_json(remember(month.feed, before, outcome, now)))
    if isinstance(outcome, Fetched):
        dates = hints_of(outcome.documents[0].body).published
        news = [date for date in dates if date > max(START, before.newest or START)]
        month.late = max([month.late, *(now - date for date in news)])
