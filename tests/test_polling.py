"""When a source is asked next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub import polling
from feedhub.model import Failed, Fault, Fetched, Gone, Memory, Outcome, Unchanged
from feedhub.polling import Hints
from tests.memories import (
    BODY,
    DAY,
    DOWN,
    FEED,
    FOLDER,
    FRESH,
    GONE,
    GOOD,
    HOUR,
    JITTER,
    MINUTE,
    SAME,
    THERE,
    after,
    failed,
    good,
)
from tests.samples import TUESDAY


def wait(memory: Memory, outcome: Outcome) -> timedelta:
    """How long until the next poll, without what the source's name adds."""
    memory = after(memory, outcome)
    assert memory.next_poll is not None
    return memory.next_poll - TUESDAY - JITTER


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
    "Retry-After of a broken page lengthens the wait": (GOOD, failed(404, 7 * HOUR), 7 * HOUR),
    "Retry-After of a broken page ends no back-off": (
        good(failures=3),
        failed(500, 2 * MINUTE),
        8 * HOUR,
    ),
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
    "ten times the usual is no silence yet": (
        good(newest=TUESDAY - 100 * DAY, rhythm=10 * DAY),
        SAME,
        4 * HOUR,
    ),
    "more than ten times the usual is silence": (
        good(newest=TUESDAY - 101 * DAY, rhythm=10 * DAY),
        SAME,
        DAY,
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
    "an ETag alone is a validator": (good(last_modified=None), SAME, HOUR),
    "a date alone is a validator": (good(etag=None), SAME, HOUR),
    "a feed that was never read is tried at its interval": (FRESH, DOWN, HOUR),
}


@pytest.mark.parametrize(("memory", "outcome", "expected"), WAITS.values(), ids=WAITS.keys())
def test_wait(memory: Memory, outcome: Outcome, expected: timedelta) -> None:
    assert expected == wait(memory, outcome)


def test_a_long_interval_is_the_operators_own() -> None:
    weekly = replace(FEED, interval=7 * DAY)
    memory = after(GOOD, SAME, of=weekly)
    assert memory.next_poll is not None
    assert 7 * DAY + JITTER * 5 <= memory.next_poll - TUESDAY <= 7 * DAY + 30 * MINUTE
    assert not polling.is_due(memory, TUESDAY + 7 * DAY - MINUTE)


def test_a_very_long_interval_is_not_doubled() -> None:
    rare = replace(FEED, interval=3_650 * DAY)
    memory = after(good(failures=40), failed(503), of=rare)
    assert memory.next_poll is not None
    assert 3_650 * DAY <= memory.next_poll - TUESDAY <= 3_651 * DAY


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
    "a clock set back by an hour is waited for": (
        good(next_poll=TUESDAY + 30 * DAY, last_poll=TUESDAY + HOUR),
        False,
    ),
    "a clock set back by more is not": (
        good(next_poll=TUESDAY + 30 * DAY, last_poll=TUESDAY + HOUR + MINUTE),
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
