"""A month of polling in a moment: what partners' servers see of a hub that restarts all the time.

The servers are models and the clock is a number. `pytest -s` prints the report.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from feedhub import polling
from feedhub.model import Failed, Memory, Source
from tests.month import AWAY, END, HOME, SLACK, TICK, Month, poll
from tests.month_partners import PARTNERS, month_of
from tests.samples import source
from tests.servers import (
    DAY,
    HOUR,
    MINUTE,
    START,
    publisher,
)

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


def waits_after(name: str, code: str) -> Iterator[timedelta]:
    for before, after in pairwise(month_of(name).polls):
        if isinstance(before.outcome, Failed) and before.outcome.fault.code == code:
            yield after.at - before.at


def test_retry_after_is_waited_for() -> None:
    assert min(waits_after("429 and Retry-After of 90 minutes", "http-429")) >= 90 * MINUTE
    assert min(waits_after("429 and Retry-After as a date", "http-429")) >= 10 * HOUR
    assert min(waits_after("503 and Retry-After of ten days", "http-503")) >= DAY


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


def start(feed: Source) -> Month:
    """A source that has been polled once."""
    month = Month(feed, {HOME: publisher()}, Memory(source=feed.name))
    poll(month, START)
    return month


def tick(month: Month, now: datetime) -> None:
    if polling.is_due(month.memory, now):
        poll(month, now)


def test_a_hub_that_slept_catches_up_once_and_spreads_out() -> None:
    months = [start(feed) for feed in crowd(200)]
    for minute in range(75):
        for month in months:
            tick(month, START + 12 * HOUR + minute * MINUTE)
    assert {3} == {len(month.visits) for month in months}
    again = [month.visits[2].at for month in months]
    assert max(map(again.count, again)) <= len(months) / 4


@pytest.mark.parametrize("jump", [-900 * DAY, -3 * DAY, 3 * DAY, 900 * DAY])
def test_a_clock_that_jumps_costs_one_request_at_most(jump: timedelta) -> None:
    month = start(source(url=HOME))
    for minute in range(0, 60, 5):
        tick(month, START + jump + minute * MINUTE)
    assert 2 == len(month.visits)


@pytest.mark.parametrize("jump", [-3 * HOUR, -HOUR])
def test_a_clock_set_back_by_hours_delays_by_these_hours(jump: timedelta) -> None:
    month = start(source(url=HOME))
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
