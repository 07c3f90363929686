"""When a source is asked next, what is remembered of it, and how it is doing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def failed(status: int, retry_after: timedelta | None = None) -> Failed:
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
    return polling.after(of, memory, outcome, hints=hints, now=now)


def wait(memory: Memory, outcome: Outcome) -> timedelta:
    """How long until the next poll, without what the source's name adds."""
    memory = after(memory, outcome)
    assert memory.next_poll is not None
    return memory.next_poll - TUESDAY - JITTER


def good(**changes: Any) -> Memory:
    return replace(GOOD, **changes)


# How long to wait

WAITS: dict[str, tuple[Memory, Outcome, timedelta]] = {
    "a source is asked again after its interval": (GOOD, SAME, HOUR),
    "no freshness asks for a shorter wait": (GOOD, Unchanged(fresh_for=5 * MINUTE), HOUR),
    "a freshness that has passed asks for nothing": (GOOD, Unchanged(fresh_for=-DAY), HOUR),
    "freshness lengthens the wait": (GOOD, Unchanged(fresh_for=3 * HOUR), 3 * HOUR),
    "part of a second is waited out": (
        GOOD,
        Unchanged(fresh_for=HOUR + timedelta(milliseconds=1)),
        HOUR + timedelta(seconds=1),
    ),
    "freshness counts for a day at most": (GOOD, Unchanged(fresh_for=365 * DAY), DAY),
    "a wish read earlier holds for 304": (good(update_every=5 * HOUR), SAME, 5 * HOUR),
    "the longest wish wins": (
        good(update_every=5 * HOUR),
        Unchanged(fresh_for=6 * HOUR),
        6 * HOUR,
    ),
    "a wish counts for a day at most": (good(update_every=30 * DAY), SAME, DAY),
    "a wish holds for failures": (good(update_every=5 * HOUR), DOWN, 5 * HOUR),
    "a first failure waits an interval": (GOOD, DOWN, HOUR),
    "a second failure waits twice as long": (good(failures=1), DOWN, 2 * HOUR),
    "a fourth failure waits eight times as long": (good(failures=3), failed(404), 8 * HOUR),
    "a tenth failure waits a day": (good(failures=9), failed(500), DAY),
    "a thousandth failure waits a day": (good(failures=999), DOWN, DAY),
    "403 is a failure like others": (GOOD, failed(403), HOUR),
    "429 waits two intervals": (GOOD, failed(429), 2 * HOUR),
    "503 waits two intervals": (GOOD, failed(503), 2 * HOUR),
    "a second 429 waits four intervals": (good(failures=1), failed(429), 4 * HOUR),
    "a sixth 429 waits a day": (good(failures=5), failed(429), DAY),
    "Retry-After is obeyed": (GOOD, failed(429, 7 * HOUR), 7 * HOUR),
    "Retry-After is obeyed after many failures": (
        good(failures=9),
        failed(503, 7 * HOUR),
        7 * HOUR,
    ),
    "Retry-After shortens nothing": (GOOD, failed(503, 2 * MINUTE), HOUR),
    "Retry-After counts for a day at most": (GOOD, failed(429, 365 * DAY), DAY),
    "Retry-After in the past is no wish": (GOOD, failed(429, -HOUR), 2 * HOUR),
    "Retry-After of nought is no wish": (GOOD, failed(429, timedelta(0)), 2 * HOUR),
    "410 gets a second look after a day": (GOOD, GONE, DAY),
    "entries an hour apart ask for the interval": (good(rhythm=HOUR), SAME, HOUR),
    "entries two days apart are asked for every two hours": (good(rhythm=2 * DAY), SAME, 2 * HOUR),
    "entries a month apart stretch four intervals": (good(rhythm=30 * DAY), SAME, 4 * HOUR),
    "three days of silence stretch the wait": (good(newest=TUESDAY - 3 * DAY), SAME, 3 * HOUR),
    "two months of silence mean once a day": (good(newest=TUESDAY - 61 * DAY), SAME, DAY),
    "two months are no silence for a yearly report": (
        good(newest=TUESDAY - 61 * DAY, rhythm=300 * DAY),
        SAME,
        4 * HOUR,
    ),
    "a year is silence for everyone": (
        good(newest=TUESDAY - 366 * DAY, rhythm=300 * DAY),
        SAME,
        DAY,
    ),
    "a newest entry of tomorrow is no silence": (good(newest=TUESDAY + DAY), SAME, HOUR),
    "nothing is known of an empty feed's rhythm": (good(newest=None, rhythm=None), SAME, HOUR),
    "a feed without validators is asked a quarter as often": (
        good(etag=None, last_modified=None),
        SAME,
        4 * HOUR,
    ),
    "a feed that was never read is tried at its interval": (FRESH, DOWN, HOUR),
}


@pytest.mark.parametrize(("memory", "outcome", "expected"), WAITS.values(), ids=WAITS.keys())
def test_wait(memory: Memory, outcome: Outcome, expected: timedelta) -> None:
    assert expected == wait(memory, outcome)


def test_a_long_interval_is_the_operators_own() -> None:
    weekly = replace(FEED, interval=7 * DAY)
    memory = after(GOOD, SAME, of=weekly)
    assert memory.next_poll is not None
    assert 7 * DAY <= memory.next_poll - TUESDAY <= 7 * DAY + 30 * MINUTE
    assert not polling.is_due(memory, TUESDAY + 7 * DAY - MINUTE)


HINTS: dict[str, tuple[Hints, datetime, datetime]] = {
    "a feed's wish is heard": (
        Hints(update_every=2 * HOUR),
        datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    ),
    "hours that are skipped move a poll to their end": (
        Hints(skip_hours=(9, 10)),
        datetime(2026, 11, 24, 8, 20, tzinfo=UTC),
        datetime(2026, 11, 24, 11, 0, tzinfo=UTC),
    ),
    "hours may be skipped over midnight": (
        Hints(skip_hours=(22, 23, 0, 1)),
        datetime(2026, 11, 24, 21, 30, tzinfo=UTC),
        datetime(2026, 11, 25, 2, 0, tzinfo=UTC),
    ),
    "other hours change nothing": (
        Hints(skip_hours=(10,)),
        datetime(2026, 11, 24, 8, 20, tzinfo=UTC),
        datetime(2026, 11, 24, 9, 20, tzinfo=UTC),
    ),
    "a day that is skipped moves a poll to the next": (
        Hints(skip_days=(2,)),
        datetime(2026, 11, 24, 23, 30, tzinfo=UTC),
        datetime(2026, 11, 26, 0, 0, tzinfo=UTC) - 30 * MINUTE,
    ),
    "a skipped morning moves a poll to noon": (
        Hints(skip_days=(), skip_hours=tuple(range(12))),
        datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    ),
    "a weekend that is skipped keeps the hub away for a day": (
        Hints(skip_days=(5, 6)),
        datetime(2026, 11, 27, 23, 30, tzinfo=UTC),
        datetime(2026, 11, 28, 23, 30, tzinfo=UTC),
    ),
    "who skips every hour is asked once a day": (
        Hints(skip_hours=tuple(range(24))),
        datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
        datetime(2026, 11, 25, 8, 0, tzinfo=UTC),
    ),
}


@pytest.mark.parametrize(("hints", "now", "expected"), HINTS.values(), ids=HINTS.keys())
def test_hints_of_the_feed(hints: Hints, now: datetime, expected: datetime) -> None:
    asked = after(GOOD, BODY, hints=replace(hints, published=(now,)), now=now).next_poll
    assert expected + JITTER == asked
    # A later answer of 304 does not repeat them, and they hold all the same.
    read = after(GOOD, BODY, hints=replace(hints, published=(now,)), now=now - DAY)
    assert expected + JITTER == after(read, SAME, now=now).next_poll


def test_jitter_leads_into_no_skipped_hour() -> None:
    now = datetime(2026, 11, 24, 7, 59, tzinfo=UTC)
    asked = after(GOOD, BODY, hints=Hints(skip_hours=(9,), published=(now,)), now=now).next_poll
    assert datetime(2026, 11, 24, 10, 0, tzinfo=UTC) + JITTER == asked


def test_sources_asked_together_part_company() -> None:
    sources = [replace(FEED, name=f"partner-{n}/feed") for n in range(500)]
    times = [after(GOOD, SAME, of=each).next_poll for each in sources]
    waits = sorted(time - TUESDAY for time in times if time)
    assert waits[0] >= HOUR
    assert waits[-1] <= HOUR + 6 * MINUTE
    assert len(set(waits)) > 250


FOLDERS: dict[str, tuple[int, Outcome, timedelta]] = {
    "a folder is looked at every minute": (0, SAME, MINUTE),
    "nothing lengthens that": (0, Fetched(documents=(), fresh_for=DAY), MINUTE),
    "a folder that is missing is looked for again soon": (0, DOWN, 2 * MINUTE),
    "a folder that stays away is looked for every five minutes": (50, DOWN, 5 * MINUTE),
}


@pytest.mark.parametrize(("failures", "outcome", "expected"), FOLDERS.values(), ids=FOLDERS.keys())
def test_folder(failures: int, outcome: Outcome, expected: timedelta) -> None:
    memory = replace(GOOD, source=FOLDER.name, failures=failures, update_every=DAY)
    hints = Hints(update_every=DAY, skip_hours=tuple(range(24)))
    assert TUESDAY + expected == after(memory, outcome, of=FOLDER, hints=hints).next_poll


# Validators


def test_validators_are_kept_as_they_came() -> None:
    memory = after(GOOD, BODY, hints=Hints())
    assert ('"2"', "Tue, 24 Nov 2026 08:00:00 GMT") == (memory.etag, memory.last_modified)
    assert TUESDAY == memory.whole_since


def test_validators_that_a_body_lacks_are_forgotten() -> None:
    memory = after(GOOD, Fetched(documents=(), etag='"3"'), hints=Hints())
    assert ('"3"', None) == (memory.etag, memory.last_modified)


def test_304_brings_new_validators_and_keeps_the_others() -> None:
    memory = after(GOOD, Unchanged(etag='"3"'))
    assert ('"3"', GOOD.last_modified) == (memory.etag, memory.last_modified)
    assert GOOD.whole_since == memory.whole_since


def test_failures_keep_the_validators_of_the_last_good_body() -> None:
    memory = after(GOOD, Failed(fault=Fault(code="html", message="It is a page.")))
    assert (GOOD.etag, GOOD.last_modified) == (memory.etag, memory.last_modified)
    assert (GOOD.whole_since, GOOD.last_good) == (memory.whole_since, memory.last_good)


ASKED: dict[str, tuple[Memory, str | None]] = {
    "validators are sent": (GOOD, GOOD.etag),
    "they are sent for eight days": (good(whole_since=TUESDAY - 8 * DAY + HOUR), GOOD.etag),
    "after eight days a whole body is asked for": (good(whole_since=TUESDAY - 8 * DAY), None),
    "a stuck server is believed for a day": (good(whole_since=TUESDAY - DAY, stuck=True), None),
    "a whole body of tomorrow shows a wrong clock": (good(whole_since=TUESDAY + DAY), None),
    "nobody knows when the last whole body came": (good(whole_since=None), None),
}


@pytest.mark.parametrize(("memory", "expected"), ASKED.values(), ids=ASKED.keys())
def test_what_is_sent(memory: Memory, expected: str | None) -> None:
    asked = polling.validators(memory, TUESDAY)
    assert (expected, expected and memory.last_modified) == (asked.etag, asked.last_modified)
    assert memory == replace(asked, etag=memory.etag, last_modified=memory.last_modified)


def test_an_unchanged_whole_body_counts_as_whole() -> None:
    memory = after(good(whole_since=TUESDAY - 9 * DAY), Unchanged(etag='"9"'))
    assert ('"9"', None) == (memory.etag, memory.last_modified)
    assert TUESDAY == memory.whole_since


def test_a_part_is_no_whole_body() -> None:
    before = good(whole_since=TUESDAY - 3 * DAY)
    memory = after(before, replace(BODY, partial=True), hints=Hints(published=(TUESDAY,)))
    assert (TUESDAY - 3 * DAY, '"2"') == (memory.whole_since, memory.etag)
    assert (TUESDAY, DAY) == (memory.newest, memory.rhythm)


STUCK: dict[str, tuple[Memory, Fetched, bool]] = {
    "news under old validators": (
        good(whole_since=TUESDAY - 9 * DAY),
        replace(BODY, etag=GOOD.etag, last_modified=GOOD.last_modified),
        True,
    ),
    "news under new validators": (good(whole_since=TUESDAY - 9 * DAY), BODY, False),
    "still stuck while whole bodies have to be asked for": (
        good(whole_since=TUESDAY - DAY, stuck=True),
        BODY,
        True,
    ),
    "mended when it answers a conditional request with a body": (
        good(whole_since=TUESDAY - HOUR, stuck=True),
        BODY,
        False,
    ),
    "a feed without validators": (
        good(etag=None, last_modified=None),
        Fetched(documents=()),
        False,
    ),
}


@pytest.mark.parametrize(("memory", "outcome", "expected"), STUCK.values(), ids=STUCK.keys())
def test_stuck_server(memory: Memory, outcome: Fetched, expected: bool) -> None:
    assert expected is after(memory, outcome, hints=Hints(published=(TUESDAY,))).stuck


def test_old_validators_of_the_same_entries_are_believed() -> None:
    before = good(whole_since=TUESDAY - 9 * DAY)
    body = replace(BODY, etag=GOOD.etag, last_modified=GOOD.last_modified)
    assert not after(before, body, hints=Hints(published=(TUESDAY - HOUR,))).stuck


# What is learnt


def test_good_answer_ends_the_failures() -> None:
    memory = after(good(failures=4, fault=TIMEOUT, gone=1), SAME)
    assert (0, None, 0, TUESDAY) == (memory.failures, memory.fault, memory.gone, memory.last_good)
    assert (8, TUESDAY) == (memory.polls, memory.last_poll)


def test_failure_is_counted_and_kept() -> None:
    memory = after(good(failures=1), DOWN)
    assert (2, TIMEOUT, GOOD.last_good) == (memory.failures, memory.fault, memory.last_good)
    assert (8, TUESDAY) == (memory.polls, memory.last_poll)


RHYTHMS: dict[str, tuple[tuple[timedelta, ...], timedelta | None]] = {
    "no entries": ((), None),
    "two entries are too few": ((DAY, 2 * DAY), None),
    "one entry a day": ((2 * DAY, DAY, 3 * DAY), DAY),
    "a burst and then nothing for a month": ((HOUR, HOUR, HOUR, HOUR, 29 * HOUR), 7 * HOUR),
    "all of one moment": ((DAY, DAY, DAY), None),
    "only the newest ten count": ((*(n * HOUR for n in range(10)), 900 * DAY), HOUR),
}


@pytest.mark.parametrize(("ages", "expected"), RHYTHMS.values(), ids=RHYTHMS.keys())
def test_rhythm(ages: tuple[timedelta, ...], expected: timedelta | None) -> None:
    hints = Hints(published=tuple(TUESDAY - age for age in ages))
    memory = after(GOOD, BODY, hints=hints)
    assert expected == memory.rhythm
    assert max(hints.published, default=GOOD.newest) == memory.newest


def test_410_retires_after_a_second_look() -> None:
    once = after(GOOD, GONE)
    assert (1, False) == (once.gone, once.retired)
    twice = after(once, GONE, now=TUESDAY + DAY)
    assert (2, True, None) == (twice.gone, twice.retired, twice.next_poll)
    assert not polling.is_due(twice, TUESDAY + 1000 * DAY)


def test_an_outage_between_two_410_earns_no_third_look() -> None:
    assert after(after(after(GOOD, GONE), DOWN), GONE).retired


def test_a_retired_source_that_answers_again_is_polled_again() -> None:
    revived = after(good(gone=2, retired=True, fault=GONE.fault), BODY, hints=Hints())
    assert (0, False, None) == (revived.gone, revived.retired, revived.fault)
    assert revived.next_poll is not None


def test_a_retired_source_that_fails_stays_retired() -> None:
    assert after(good(gone=2, retired=True, fault=GONE.fault), DOWN).retired


def test_a_feed_that_has_expired_is_polled_no_more() -> None:
    memory = after(GOOD, BODY, hints=Hints(expired=True))
    assert (True, "expired", None) == (
        memory.retired,
        memory.fault and memory.fault.code,
        memory.next_poll,
    )
    assert TUESDAY == memory.last_good
    assert after(memory, SAME).retired
    assert not after(memory, BODY, hints=Hints()).retired


# Permanent redirects

THERE = "https://uusi.example.fi/feed/"


def moved(*polls: tuple[timedelta, str | None], of: Source = FEED) -> Memory:
    """The memory after good polls at these times that were redirected to these targets."""
    memory = GOOD
    for time, target in polls:
        memory = after(memory, Unchanged(moved_to=target), of=of, now=TUESDAY + time)
    return memory


MOVES: dict[str, tuple[tuple[tuple[timedelta, str | None], ...], str | None]] = {
    "one redirect is no move": (((0 * DAY, THERE),), None),
    "two redirects are no move": (((0 * DAY, THERE), (3 * DAY, THERE)), None),
    "three within a day are no move": (
        ((0 * DAY, THERE), (HOUR, THERE), (23 * HOUR, THERE)),
        None,
    ),
    "three over a day are a move": (((0 * DAY, THERE), (HOUR, THERE), (DAY, THERE)), THERE),
    "a poll that was not redirected starts anew": (
        ((0 * DAY, THERE), (DAY, THERE), (2 * DAY, None), (3 * DAY, THERE), (4 * DAY, THERE)),
        None,
    ),
    "another target starts anew": (
        ((0 * DAY, THERE), (DAY, f"{THERE}?1"), (2 * DAY, THERE), (3 * DAY, THERE)),
        None,
    ),
}


@pytest.mark.parametrize(("polls", "expected"), MOVES.values(), ids=MOVES.keys())
def test_move(polls: tuple[tuple[timedelta, str | None], ...], expected: str | None) -> None:
    assert expected == moved(*polls).url


LASTING = (0 * DAY, DAY, 2 * DAY)


def test_a_move_leaves_no_half_counted_one() -> None:
    memory = moved(*((time, THERE) for time in LASTING))
    assert (None, 0, None) == (memory.moved_to, memory.moved_polls, memory.moved_since)
    assert GOOD.etag == memory.etag


def test_failures_do_not_interrupt_a_move() -> None:
    memory = after(moved((0 * DAY, THERE), (DAY, THERE)), DOWN, now=TUESDAY + 2 * DAY)
    memory = after(memory, Unchanged(moved_to=THERE), now=TUESDAY + 3 * DAY)
    assert THERE == memory.url


def test_a_move_back_home_is_the_configured_address() -> None:
    memory = replace(moved(*((time, THERE) for time in LASTING)), etag='"3"')
    for day in (3, 4, 5):
        memory = after(memory, Unchanged(moved_to=FEED.url), now=TUESDAY + day * DAY)
    assert memory.url is None


def test_a_clock_set_back_delays_a_move_only() -> None:
    memory = good(moved_to=THERE, moved_polls=2, moved_since=TUESDAY + 900 * DAY)
    memory = after(memory, Unchanged(moved_to=THERE))
    assert (None, TUESDAY) == (memory.url, memory.moved_since)
    assert THERE == after(memory, Unchanged(moved_to=THERE), now=TUESDAY + DAY).url


REFUSED: dict[str, tuple[Source, str]] = {
    "a loopback address": (FEED, "https://127.0.0.1/feed"),
    "a private address": (FEED, "https://10.1.2.3/feed"),
    "an address as one number": (FEED, "https://2130706433/feed"),
    "an address in hexadecimal parts": (FEED, "https://0x7f.0.0.0x1/feed"),
    "an IPv6 address": (FEED, "https://[::ffff:10.1.2.3]/feed"),
    "a name without a dot": (FEED, "https://intra/feed"),
    "localhost by its long name": (FEED, "https://a.localhost/feed"),
    "a home network's name": (FEED, "https://nas.local/feed"),
    "a step down from https": (FEED, "http://uusi.example.fi/feed/"),
    "another scheme": (FEED, "ftp://uusi.example.fi/feed"),
    "no address": (FEED, "https://[/feed"),
    "a port that is none": (FEED, "https://uusi.example.fi:99999/feed"),
    "another host, with a password to lose": (replace(FEED, password="x"), THERE),
    "another port, with a header to lose": (
        replace(FEED, headers=(("X-Key", "x"),)),
        "https://kyla.example.fi:8443/feed/",
    ),
}


@pytest.mark.parametrize(("of", "target"), REFUSED.values(), ids=REFUSED.keys())
def test_target_that_is_never_adopted(of: Source, target: str) -> None:
    memory = moved(*((time, target) for time in LASTING), of=of)
    assert (None, None) == (memory.url, memory.moved_to)


def test_secrets_stay_with_their_origin() -> None:
    secret = replace(FEED, username="x", password="y")
    target = "https://kyla.example.fi:443/uusi/"
    assert target == moved(*((time, target) for time in LASTING), of=secret).url


def test_a_step_up_to_https_is_adopted() -> None:
    plain = replace(FEED, url="http://kyla.example.fi/feed/")
    assert THERE == moved(*((time, THERE) for time in LASTING), of=plain).url


def test_an_adopted_address_that_fails_is_left() -> None:
    memory = good(url=THERE)
    for _ in range(2):
        memory = after(memory, DOWN)
    assert (THERE, GOOD.etag) == (memory.url, memory.etag)
    memory = after(memory, DOWN)
    assert (None, None, None) == (memory.url, memory.etag, memory.last_modified)


def test_the_second_look_goes_to_the_configured_address() -> None:
    once = after(good(url=THERE), GONE)
    assert (None, False) == (once.url, once.retired)
    assert after(once, GONE).retired


# Restarts, clocks, configurations

DUE: dict[str, tuple[Memory, bool]] = {
    "a new source is due": (FRESH, True),
    "a source is due at its time": (good(next_poll=TUESDAY), True),
    "a source is not due before": (good(next_poll=TUESDAY + timedelta(seconds=1)), False),
    "a day is waited for": (good(next_poll=TUESDAY + DAY + 30 * MINUTE), False),
    "a month is not": (good(next_poll=TUESDAY + 30 * DAY), True),
    "a month that was planned is waited for": (
        good(next_poll=TUESDAY + 30 * DAY, last_poll=TUESDAY),
        False,
    ),
    "a clock set back a year is found out": (
        good(next_poll=TUESDAY + 365 * DAY, last_poll=TUESDAY + 365 * DAY - HOUR),
        True,
    ),
    "a clock set back by seconds is waited for": (
        good(next_poll=TUESDAY + 30 * DAY, last_poll=TUESDAY + timedelta(seconds=9)),
        False,
    ),
    "a retired source is never due": (good(retired=True, next_poll=None), False),
}


@pytest.mark.parametrize(("memory", "expected"), DUE.values(), ids=DUE.keys())
def test_due(memory: Memory, expected: bool) -> None:
    memory = memory if memory.last_poll != GOOD.last_poll else replace(memory, last_poll=None)
    assert expected is polling.is_due(memory, TUESDAY)


def test_a_night_of_sleep_is_caught_up_once() -> None:
    woken = TUESDAY + 12 * HOUR
    assert polling.is_due(GOOD, woken)
    assert not polling.is_due(after(GOOD, SAME, now=woken), woken + 59 * MINUTE)


def test_reconciling_keeps_what_is_remembered() -> None:
    assert GOOD == polling.reconcile(FEED, GOOD)


def test_reconciling_notes_the_address() -> None:
    assert replace(FRESH, configured=FEED.url) == polling.reconcile(FEED, FRESH)
    assert FOLDER.path == polling.reconcile(FOLDER, Memory(source=FOLDER.name)).configured


def test_a_new_address_starts_anew() -> None:
    elsewhere = replace(FEED, url=THERE)
    retired = good(retired=True, url="https://vanha.example.fi/")
    assert Memory(source=FEED.name, configured=THERE) == polling.reconcile(elsewhere, retired)


# Health

WELL = good(next_poll=TUESDAY + HOUR)
HEALTH: dict[str, tuple[Memory, str, str, datetime | None]] = {
    "never polled": (FRESH, "new", "new", None),
    "in order": (WELL, "ok", "ok", None),
    "moved for good": (replace(WELL, url=THERE), "ok", "moved", None),
    "readable but empty": (replace(WELL, newest=None), "quiet", "empty", None),
    "nothing new for months": (
        replace(WELL, newest=TUESDAY - 61 * DAY),
        "quiet",
        "quiet",
        TUESDAY - 61 * DAY,
    ),
    "a first failure": (
        replace(WELL, failures=1, fault=TIMEOUT),
        "failing",
        "timeout",
        WELL.last_good,
    ),
    "many failures in half a day": (
        replace(WELL, failures=9, fault=TIMEOUT, last_good=TUESDAY - 12 * HOUR),
        "failing",
        "timeout",
        TUESDAY - 12 * HOUR,
    ),
    "failures for a day": (
        replace(WELL, failures=3, fault=TIMEOUT, last_good=TUESDAY - DAY),
        "broken",
        "timeout",
        TUESDAY - DAY,
    ),
    "two failures after a weekend without power": (
        replace(WELL, failures=2, fault=TIMEOUT, last_good=TUESDAY - 3 * DAY),
        "failing",
        "timeout",
        TUESDAY - 3 * DAY,
    ),
    "never good": (replace(FRESH, failures=3, fault=TIMEOUT), "broken", "timeout", None),
    "gone once": (
        replace(WELL, failures=1, gone=1, fault=GONE.fault),
        "failing",
        "http-410",
        WELL.last_good,
    ),
    "retired": (
        replace(WELL, gone=2, retired=True, fault=GONE.fault),
        "gone",
        "http-410",
        WELL.last_good,
    ),
}


@pytest.mark.parametrize(
    ("memory", "state", "code", "silent_since"), HEALTH.values(), ids=HEALTH.keys()
)
def test_health(memory: Memory, state: str, code: str, silent_since: datetime | None) -> None:
    health = polling.health(FEED, memory, TUESDAY)
    assert (state, code, silent_since) == (health.state, health.code, health.silent_since)
    assert health.message.endswith(".")


def test_a_disabled_source_is_disabled_whatever_happened() -> None:
    health = polling.health(replace(FEED, enabled=False), good(fault=TIMEOUT), TUESDAY)
    assert ("disabled", "Switched off.") == (health.state, health.message)
    assert "enabled = true" in health.remedy


def test_a_fault_speaks_for_itself() -> None:
    health = polling.health(FEED, good(fault=TIMEOUT, failures=1), TUESDAY)
    assert (TIMEOUT.message, TIMEOUT.remedy) == (health.message, health.remedy)


def test_a_moved_source_names_its_new_address() -> None:
    assert THERE in polling.health(FEED, replace(WELL, url=THERE), TUESDAY).message


# Properties

SPANS = st.timedeltas(min_value=-400 * DAY, max_value=400 * DAY)
LONG_SPANS = st.none() | SPANS
INTERVALS = st.integers(60, 86_400).map(lambda seconds: timedelta(seconds=seconds))
TIMES = SPANS.map(lambda span: (TUESDAY + span).replace(microsecond=0))
VALIDATORS = st.none() | st.text(max_size=3)
TARGETS = st.sampled_from((None, THERE, "https://127.0.0.1/", "x:"))
CODES = st.sampled_from(("timeout", "http-404", "http-429", "http-503", "html"))
FAULTS = CODES.map(lambda code: Fault(code=code, message="It failed."))
OUTCOMES = st.one_of(
    st.builds(
        Fetched,
        documents=st.just(()),
        etag=VALIDATORS,
        fresh_for=LONG_SPANS,
        moved_to=TARGETS,
        partial=st.booleans(),
    ),
    st.builds(Unchanged, etag=VALIDATORS, fresh_for=LONG_SPANS, moved_to=TARGETS),
    st.builds(Gone, fault=FAULTS),
    st.builds(Failed, fault=FAULTS, retry_after=LONG_SPANS),
)
HINTED = st.builds(
    Hints,
    update_every=LONG_SPANS,
    skip_hours=st.frozensets(st.integers(0, 23)).map(tuple),
    skip_days=st.frozensets(st.integers(0, 6)).map(tuple),
    published=st.lists(TIMES, max_size=5).map(tuple),
    expired=st.booleans(),
)
HISTORIES = st.lists(st.tuples(TIMES, OUTCOMES, HINTED), min_size=1, max_size=6)
NAMES = st.text(min_size=1, max_size=8).map(lambda name: f"{name}/feed")


@settings(deadline=None, max_examples=150)
@given(NAMES, INTERVALS, HISTORIES)
def test_the_next_poll_is_neither_too_soon_nor_too_far(
    name: str, interval: timedelta, history: list[tuple[datetime, Outcome, Hints]]
) -> None:
    feed = replace(FEED, name=name, interval=interval)
    memory = Memory(source=name)
    for now, outcome, hints in history:
        memory = after(memory, outcome, of=feed, hints=hints, now=now)
        if memory.next_poll is None:
            assert memory.retired
            continue
        jitter = min(interval / 10, 30 * MINUTE)
        assert interval <= memory.next_poll - now <= DAY + jitter
        assert not polling.is_due(memory, now)
        assert polling.is_due(memory, memory.next_poll)
        assert memory.next_poll.microsecond == 0


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2000), FAULTS, INTERVALS)
def test_more_failures_never_mean_a_shorter_wait(
    failures: int, fault: Fault, interval: timedelta
) -> None:
    feed = replace(FEED, interval=interval)
    waits = [
        after(good(failures=count), Failed(fault=fault), of=feed).next_poll
        for count in (failures, failures + 1)
    ]
    assert waits[0] is not None
    assert waits[1] is not None
    assert waits[0] <= waits[1]


@settings(deadline=None, max_examples=100)
@given(HISTORIES)
def test_health_always_has_words(history: list[tuple[datetime, Outcome, Hints]]) -> None:
    memory = GOOD
    for now, outcome, hints in history:
        memory = after(memory, outcome, hints=hints, now=now)
        health = polling.health(FEED, memory, now)
        assert health.message
        assert (memory.fault is None) == (health.state in {"new", "ok", "quiet"})
