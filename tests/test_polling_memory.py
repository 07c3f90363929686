"""What is remembered of a source after each answer, and how it is doing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from feedhub import polling
from feedhub.model import Failed, Fault, Fetched, Memory, Source, Unchanged
from feedhub.polling import Hints
from tests.memories import (
    BODY,
    DAY,
    DOWN,
    FEED,
    FRESH,
    GONE,
    GOOD,
    HOUR,
    SAME,
    THERE,
    TIMEOUT,
    after,
    good,
)
from tests.samples import TUESDAY

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
    "they are sent at once after a whole body": (good(whole_since=TUESDAY), GOOD.etag),
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


def test_a_part_that_mends_an_old_entry_makes_no_source_quiet() -> None:
    before = good(newest=TUESDAY - DAY)
    mended = Hints(published=(TUESDAY - 900 * DAY,))
    assert TUESDAY - DAY == after(before, replace(BODY, partial=True), hints=mended).newest
    assert TUESDAY - 900 * DAY == after(before, BODY, hints=mended).newest


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
    "a name and a password": (FEED, "https://a:b@uusi.example.fi/feed/"),
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


@pytest.mark.parametrize(("scheme", "port"), [("https", 443), ("http", 80)])
def test_secrets_stay_with_their_origin(scheme: str, port: int) -> None:
    url = f"{scheme}://kyla.example.fi/feed/"
    secret = replace(FEED, url=url, username="x", password="y")
    target = f"{scheme}://kyla.example.fi:{port}/uusi/"
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
    assert (code in {"moved", "empty", "quiet", "timeout"}) == bool(health.remedy)


def test_a_disabled_source_is_disabled_whatever_happened() -> None:
    health = polling.health(replace(FEED, enabled=False), good(fault=TIMEOUT), TUESDAY)
    assert ("disabled", "Switched off.") == (health.state, health.message)
    assert "enabled = true" in health.remedy


def test_a_fault_speaks_for_itself() -> None:
    health = polling.health(FEED, good(fault=TIMEOUT, failures=1), TUESDAY)
    assert (TIMEOUT.message, TIMEOUT.remedy) == (health.message, health.remedy)


def test_a_moved_source_names_its_new_address() -> None:
    assert THERE in polling.health(FEED, replace(WELL, url=THERE), TUESDAY).message
