"""A month of polling in a moment: what partners' servers see of a hub that restarts all the time.

The servers are models and the clock is a number. `pytest -s` prints the report.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import pairwise

import pytest

from feedhub import polling
from feedhub.model import Memory, Source
from tests.month import AWAY, END, HOME, SLACK, TICK, Month, live, poll
from tests.samples import source
from tests.servers import (
    DAY,
    HOUR,
    MINUTE,
    START,
    Server,
    always,
    between,
    deaf,
    every_other_day,
    expiring,
    later,
    publisher,
    stuck,
)

WHOLE_DAYS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A partner's servers, and what a month may cost them.

    `requests` is the least and the most; `late` bounds how long an entry waits for the hub, None
    where the partner itself stands in the way.
    """

    server: Server
    requests: tuple[int, int]
    late: timedelta | None = None
    elsewhere: Mapping[str, Server] = field(default_factory=dict)
    interval: timedelta = HOUR
    unconditional: int = 30 // WHOLE_DAYS


HOURLY = (600, 720)
"""Once an hour and a little, for thirty days."""
HOURLY_LATE = HOUR + SLACK
FAILING = (30, 45)
"""Back-off reaches a day within six polls; then one poll a day."""

PARTNERS: dict[str, Partner] = {
    "ETag and Last-Modified": Partner(server=publisher(), requests=HOURLY, late=HOURLY_LATE),
    "ETag only": Partner(server=publisher(validators=("etag",)), requests=HOURLY, late=HOURLY_LATE),
    "Last-Modified only": Partner(
        server=publisher(validators=("last-modified",)), requests=HOURLY, late=HOURLY_LATE
    ),
    "no validators": Partner(
        server=publisher(validators=()), requests=(160, 180), late=4 * HOUR + SLACK
    ),
    "an ETag of the moment": Partner(server=deaf(publisher()), requests=HOURLY, late=HOURLY_LATE),
    "stuck on 304": Partner(
        server=stuck(publisher()), requests=(400, 720), late=8 * DAY + 2 * HOUR, unconditional=23
    ),
    "news every hour": Partner(server=publisher(every=HOUR), requests=HOURLY, late=HOURLY_LATE),
    "news every three days": Partner(
        server=publisher(every=3 * DAY), requests=(215, 240), late=3 * HOUR + SLACK
    ),
    "news every two weeks": Partner(
        server=publisher(every=14 * DAY), requests=(165, 180), late=4 * HOUR + SLACK
    ),
    "silent for half a year": Partner(server=publisher(until=START - 180 * DAY), requests=(29, 31)),
    "silent for half a year, then news again": Partner(
        server=between(
            0 * DAY,
            10 * DAY,
            publisher(until=START - 180 * DAY),
            publisher(since=START + 10 * DAY + HOUR),
        ),
        requests=(420, 490),
        late=DAY + SLACK,
    ),
    "max-age of a minute": Partner(
        server=publisher(headers={"cache-control": "max-age=60"}),
        requests=HOURLY,
        late=HOURLY_LATE,
    ),
    "max-age of six hours": Partner(
        server=publisher(headers={"cache-control": "public, max-age=21600"}),
        requests=(110, 120),
        late=6 * HOUR + SLACK,
    ),
    "max-age of a year": Partner(
        server=publisher(headers={"cache-control": "max-age=31536000"}),
        requests=(29, 31),
        late=DAY + SLACK,
    ),
    "Expires in three hours": Partner(
        server=expiring(publisher(), 3 * HOUR), requests=(225, 240), late=3 * HOUR + SLACK
    ),
    "Expires in the past": Partner(
        server=expiring(publisher(), -1000 * DAY), requests=HOURLY, late=HOURLY_LATE
    ),
    "a ttl of two hours": Partner(
        server=publisher(channel="<ttl>120</ttl>"), requests=(330, 360), late=2 * HOUR + SLACK
    ),
    "a ttl of a month": Partner(
        server=publisher(channel="<ttl>43200</ttl>"), requests=(29, 31), late=DAY + SLACK
    ),
    "nights skipped": Partner(
        server=publisher(
            channel=f"<skipHours>{''.join(f'<hour>{n}</hour>' for n in range(6))}</skipHours>"
        ),
        requests=(480, 540),
        late=HOURLY_LATE,
    ),
    "weekends skipped": Partner(
        server=publisher(channel="<skipDays><day>Saturday</day><day>Sunday</day></skipDays>"),
        requests=(440, 540),
        late=2 * DAY,
    ),
    "429 for ever": Partner(server=always(429), requests=FAILING),
    "429 for two days": Partner(
        server=between(9 * DAY, 11 * DAY, always(429), publisher()),
        requests=(580, 690),
        late=2 * DAY + DAY + SLACK,
    ),
    "429 and Retry-After of 90 minutes": Partner(
        server=always(429, retry_after="5400"),
        requests=(430, 480),
    ),
    "429 and Retry-After as a date": Partner(server=later(429, 10 * HOUR), requests=(70, 73)),
    "503 and Retry-After of a minute": Partner(
        server=always(503, retry_after="60"),
        requests=HOURLY,
    ),
    "503 and Retry-After of ten days": Partner(
        server=always(503, retry_after="864000"),
        requests=(29, 31),
    ),
    "503 and Retry-After in the past": Partner(server=later(503, -DAY), requests=FAILING),
    "500 for ever": Partner(server=always(500), requests=FAILING),
    "403 for ever": Partner(server=always(403), requests=FAILING),
    "never an answer": Partner(server=always(0), requests=FAILING),
    "404 for a week": Partner(
        server=between(7 * DAY, 14 * DAY, always(404), publisher()),
        requests=(480, 560),
        late=8 * DAY + SLACK,
    ),
    "a page instead of the feed for a week": Partner(
        server=between(7 * DAY, 14 * DAY, always(200, b"<html>Huolto</html>"), publisher()),
        requests=(480, 560),
        late=8 * DAY + SLACK,
    ),
    "410 on the tenth day": Partner(
        server=between(10 * DAY, 30 * DAY, always(410), publisher()),
        requests=(215, 242),
        late=HOURLY_LATE,
    ),
    "410 by mistake for an hour": Partner(
        server=between(10 * DAY, 10 * DAY + 65 * MINUTE, always(410), publisher()),
        requests=(600, 700),
        late=DAY + SLACK,
    ),
    "moved for good": Partner(
        server=always(301, location=AWAY),
        elsewhere={AWAY: publisher()},
        requests=(660, 750),
        late=HOURLY_LATE,
    ),
    "moved every other day": Partner(
        server=every_other_day(always(301, location=AWAY), publisher()),
        elsewhere={AWAY: publisher()},
        requests=(960, 1080),
        late=HOURLY_LATE,
    ),
    "redirected for now": Partner(
        server=always(302, location=AWAY),
        elsewhere={AWAY: publisher()},
        requests=(1280, 1440),
        late=HOURLY_LATE,
    ),
    "asked every quarter of an hour by the operator": Partner(
        server=publisher(), requests=(1440, 2880), late=15 * MINUTE + SLACK, interval=15 * MINUTE
    ),
    "asked once a week by the operator": Partner(
        server=publisher(), requests=(5, 5), late=7 * DAY + HOUR, interval=7 * DAY
    ),
}


@cache
def month_of(name: str) -> Month:
    partner = PARTNERS[name]
    feed = source(name=f"kyla/{name}", url=HOME, interval=partner.interval)
    return live(feed, {HOME: partner.server, **partner.elsewhere})


each_partner = pytest.mark.parametrize("name", PARTNERS)


@each_partner
def test_requests_of_a_month(name: str) -> None:
    least, most = PARTNERS[name].requests
    assert least <= len(month_of(name).visits) <= most


@each_partner
def test_whole_bodies_are_asked_for_once_in_eight_days(name: str) -> None:
    assert month_of(name).unconditional <= PARTNERS[name].unconditional


@each_partner
def test_no_partner_is_asked_oftener_than_its_interval(name: str) -> None:
    assert min(month_of(name).gaps) >= PARTNERS[name].interval


@each_partner
def test_no_partner_is_left_alone_for_longer_than_a_day(name: str) -> None:
    longest = max(DAY, PARTNERS[name].interval)
    assert max(month_of(name).gaps) <= longest + timedelta(minutes=30) + TICK


@each_partner
def test_news_come_soon(name: str) -> None:
    late = PARTNERS[name].late
    assert late is None or timedelta(0) < month_of(name).late <= late


@each_partner
def test_validators_are_sent_as_they_came(name: str) -> None:
    received: tuple[str | None, str | None] = (None, None)
    for visit in month_of(name).visits:
        sent = (visit.request.etag, visit.request.last_modified)
        assert sent in {received, (None, None)}
        if visit.response.status == 200 and not visit.response.body.startswith(b"<html"):
            headers = visit.response.headers
            received = (headers.get("etag"), headers.get("last-modified"))


def waits_after(name: str, status: int) -> Iterator[timedelta]:
    for before, after in pairwise(month_of(name).polls):
        if before.response.status == status:
            yield after.at - before.at


def test_retry_after_is_waited_for() -> None:
    assert min(waits_after("429 and Retry-After of 90 minutes", 429)) >= 90 * MINUTE
    assert min(waits_after("429 and Retry-After as a date", 429)) >= 10 * HOUR
    assert min(waits_after("503 and Retry-After of ten days", 503)) >= DAY


@pytest.mark.parametrize("name", ["429 for ever", "503 and Retry-After in the past"])
def test_a_refusal_without_retry_after_doubles_the_wait(name: str) -> None:
    gaps = month_of(name).gaps
    expected = [2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, DAY]
    assert all(gap - wait <= SLACK for gap, wait in zip(gaps, expected, strict=False))
    assert all(gap >= wait for gap, wait in zip(gaps, expected, strict=False))


def test_410_gets_one_more_request() -> None:
    month = month_of("410 on the tenth day")
    assert 2 == sum(visit.response.status == 410 for visit in month.visits)
    assert "gone" == polling.health(month.feed, month.memory, END).state


def test_410_by_mistake_retires_nobody() -> None:
    assert (
        "ok" == polling.health(source(), month_of("410 by mistake for an hour").memory, END).state
    )


def test_a_week_of_404_costs_a_dozen_requests() -> None:
    for name in ("404 for a week", "a page instead of the feed for a week"):
        during = [each for each in month_of(name).visits if 7 <= (each.at - START).days < 14]
        assert len(during) <= 13


def test_a_page_instead_of_a_feed_is_never_believed() -> None:
    month = month_of("a page instead of the feed for a week")
    during = [each for each in month.visits if 7 <= (each.at - START).days < 14]
    assert all(each.request.conditional for each in during)
    assert month.memory.fault is None


def test_skipped_hours_are_skipped() -> None:
    visits = month_of("nights skipped").visits
    assert min(visit.at.hour for visit in visits[1:]) == 6


def test_skipped_days_see_one_request_a_day() -> None:
    visits = month_of("weekends skipped").visits
    weekend = [visit for visit in visits if visit.at.weekday() >= 5]
    assert len(weekend) <= 8


def test_a_lasting_move_is_adopted_after_a_day() -> None:
    month = month_of("moved for good")
    home = [visit for visit in month.visits if visit.request.address == HOME]
    assert AWAY == month.memory.url
    assert home[-1].at - home[0].at >= DAY
    assert len(home) <= 26
    assert "moved" == polling.health(month.feed, month.memory, END).code


@pytest.mark.parametrize("name", ["moved every other day", "redirected for now"])
def test_a_passing_move_is_not_adopted(name: str) -> None:
    assert month_of(name).memory.url is None


def test_a_stuck_server_is_asked_for_a_whole_body_daily_once_found_out() -> None:
    month = month_of("stuck on 304")
    whole = [visit.at for visit in month.visits if not visit.request.conditional]
    assert whole[1] - whole[0] >= 8 * DAY
    assert all(DAY <= gap <= DAY + 2 * HOUR for gap in (b - a for a, b in pairwise(whole[1:])))


# Clocks that jump


def crowd(count: int) -> list[Source]:
    return [source(name=f"partner-{n}/feed", url=HOME) for n in range(count)]


def test_a_hub_that_slept_catches_up_once_and_spreads_out() -> None:
    months = [Month(feed, {HOME: publisher()}, Memory(source=feed.name)) for feed in crowd(200)]
    for month in months:
        month.memory = poll(month, month.memory, START)
    woken = START + 12 * HOUR
    for minute in range(75):
        now = woken + minute * MINUTE
        for month in months:
            if polling.is_due(month.memory, now):
                month.memory = poll(month, month.memory, now)
    assert {3} == {len(month.visits) for month in months}
    again = [month.visits[2].at for month in months]
    assert max(map(again.count, again)) <= len(months) / 4


@pytest.mark.parametrize("jump", [-900 * DAY, -3 * DAY, 3 * DAY, 900 * DAY])
def test_a_clock_that_jumps_costs_one_request_at_most(jump: timedelta) -> None:
    feed = source(url=HOME)
    month = Month(feed, {HOME: publisher()}, Memory(source=feed.name))
    month.memory = poll(month, month.memory, START)
    for minute in range(0, 60, 5):
        now = START + jump + minute * MINUTE
        if polling.is_due(month.memory, now):
            month.memory = poll(month, month.memory, now)
    assert 2 == len(month.visits)


@pytest.mark.parametrize("jump", [-3 * HOUR, -HOUR])
def test_a_clock_set_back_by_hours_delays_by_these_hours(jump: timedelta) -> None:
    month = live(source(url=HOME), {HOME: publisher()}, until=START + MINUTE)
    due = month.memory.next_poll
    assert due is not None
    assert not polling.is_due(month.memory, START + jump)
    assert polling.is_due(month.memory, due)


# The report

COLUMNS = "{:<48} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}"


def hours(span: timedelta) -> str:
    return f"{span / HOUR:.1f} h"


def report(names: Sequence[str]) -> str:
    """A line a partner: what its server saw in thirty days."""
    heads = ("server", "requests", "304", "again", "shortest", "longest", "late")
    return "\n".join([COLUMNS.format(*heads), *map(_line, names)])


def _line(name: str) -> str:
    month = month_of(name)
    return COLUMNS.format(
        name,
        len(month.visits),
        sum(visit.response.status == 304 for visit in month.visits),
        month.unconditional,
        hours(min(month.gaps)),
        hours(max(month.gaps)),
        hours(month.late) if month.late else "-",
    )


def test_report() -> None:
    table = report(list(PARTNERS))
    sys.stdout.write(f"\n{table}\n")
    assert len(PARTNERS) + 1 == len(table.splitlines())
