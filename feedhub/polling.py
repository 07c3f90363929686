"""When a source is asked next, what is remembered of it, and how it is doing (pure).

A source is never asked oftener than its interval. All else only lengthens the wait, and never
beyond a day: freshness (RFC 9111 section 4.2), ttl and sy:updatePeriod, skipHours and skipDays,
Retry-After (RFC 9110 section 10.2.3), failures in a row, and the source's own rhythm. On top
comes a little that its name decides, so that sources asked together part company and stay apart.

The rhythm is judged gently, for news should be out soon: a source that publishes once in n days is
asked n times as rarely, up to four intervals apart; only one that is quiet, which takes months, is
asked once a day. One that gives no validators has to send its whole feed whenever it is asked, and
is asked once in four intervals. A folder of articles burdens nobody: a look every minute.
"""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Literal, assert_never
from urllib.parse import SplitResult, urlsplit

from feedhub.model import Failed, Fault, Fetched, Gone, Memory, Outcome, Source, Unchanged

State = Literal["new", "ok", "quiet", "failing", "broken", "gone", "disabled"]

ZERO = timedelta(0)
DAY = timedelta(days=1)

LONGEST = DAY
"""No answer of a source keeps the hub away for longer."""
RESCAN = timedelta(minutes=1)
RESCAN_LONGEST = timedelta(minutes=5)

WHOLE_EVERY = timedelta(days=8)
"""How long 304 is believed; then one request without validators finds out a stuck server."""
WHOLE_EVERY_STUCK = DAY

JITTER_SHARE = 0.1
"""Of the interval; at most half an hour, so that it leads from no hour past the next."""
JITTER_LONGEST = timedelta(minutes=30)
CLOCK_SLACK = timedelta(hours=1)
"""A clock set back by less is waited for."""

INTERVALS_APART = 4
RECENT_ENTRIES = 10

QUIET_RHYTHMS = 10
QUIET_SOONEST = timedelta(days=60)
QUIET_LATEST = timedelta(days=365)

OVERLOADED = frozenset({"http-429", "http-503"})
DOUBLINGS = 20
"""Enough for any interval to reach the longest wait."""

BROKEN_FAILURES = 3
BROKEN_AFTER = DAY
GONE_LOOKS = 2

MOVED_POLLS = 3
MOVED_FOR = DAY
FORSAKEN_FAILURES = 3

# A dotted name whose last label is no number, so that no spelling of an IP address fits.
_PUBLIC_NAME = re.compile(r"[^:]+\.(?!(?:local|localhost|internal|lan|arpa)$)[a-z][a-z0-9-]*")

EXPIRED = Fault(
    code="expired",
    message="The feed says that it is finished; nothing new will come there.",
    remedy="Ask the organization where it publishes now, and configure that address.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a parsed feed tells about when to ask again; fields as in RawFeed."""

    update_every: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    published: tuple[datetime, ...] = ()
    """Of its entries, in any order."""
    expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source is doing, for the operator and the partner.

    `code` is stable and names the sentence in every language: a fault's own code, or `moved`,
    `empty`, or the name of the state. `silent_since` is the last good poll of a source that
    fails and the newest entry of a quiet one; None when there was none, or it is not silent.
    """

    state: State
    code: str
    message: str
    remedy: str = ""
    silent_since: datetime | None = None


def reconcile(source: Source, memory: Memory) -> Memory:
    """The memory, or an empty one when it was learnt at another address or folder."""
    configured = source.url or source.path
    if memory.configured not in (None, configured):
        return Memory(source=memory.source, configured=configured)
    return memory if memory.configured else replace(memory, configured=configured)


def is_due(memory: Memory, now: datetime) -> bool:
    """Whether to ask now. A time so far off that the clock must have been set back has come."""
    if memory.retired:
        return False
    if memory.next_poll is None or memory.next_poll <= now:
        return True
    planned = memory.next_poll - (memory.last_poll or memory.next_poll)
    return memory.next_poll - now > max(LONGEST + JITTER_LONGEST, planned + CLOCK_SLACK)


def validators(memory: Memory, now: datetime) -> Memory:
    """The memory to ask with: without validators when no whole body has come for [8] days."""
    whole = memory.whole_since
    believed = WHOLE_EVERY_STUCK if memory.stuck else WHOLE_EVERY
    if whole is not None and whole <= now < whole + believed:
        return memory
    return replace(memory, etag=None, last_modified=None)


def _has_validators(memory: Memory) -> bool:
    return memory.etag is not None or memory.last_modified is not None


def after(
    source: Source, memory: Memory, outcome: Outcome, *, hints: Hints | None, now: datetime
) -> Memory:
    """What to remember when `outcome` came of asking with `validators(memory, now)`.

    `hints` come with a body that was parsed. A body that could not be parsed is a Failed: the
    validators of the last good body stay, since 304 to them means that the good one is back.
    """
    match outcome:
        case Fetched():
            learnt = _after_body(source, memory, outcome, hints or Hints(), now)
        case Unchanged():
            learnt = _after_unchanged(source, memory, outcome, now)
        case Gone():
            learnt = _after_gone(memory, outcome.fault)
        case Failed():
            learnt = _after_failure(memory, outcome.fault)
        case _:
            assert_never(outcome)
    refused = outcome.refused if isinstance(outcome, Failed) else None
    learnt = replace(learnt, last_poll=now, polls=memory.polls + 1, refused=refused)
    next_poll = None if learnt.retired else _next_poll(source, learnt, outcome, now)
    return replace(learnt, next_poll=next_poll)


def health(source: Source, memory: Memory, now: datetime) -> Health:
    """How the source is doing, in plain English."""
    if not source.enabled:
        remedy = "Set enabled = true in the organization's file to poll it."
        return Health(state="disabled", code="disabled", message="Switched off.", remedy=remedy)
    if memory.fault is not None:
        return _ill(memory, memory.fault, now)
    if memory.last_good is None:
        return Health(state="new", code="new", message="Not polled yet.")
    return _well(memory, now)


# What is learnt


def _after_body(
    source: Source, memory: Memory, fetched: Fetched, hints: Hints, now: datetime
) -> Memory:
    # What a part leaves out is still there.
    kept = (memory.newest,) if fetched.partial and memory.newest is not None else ()
    newest = max((*hints.published, *kept), default=memory.newest)
    learnt = replace(
        _moving(source, memory, fetched.moved_to, now),
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        whole_since=memory.whole_since if fetched.partial else now,
        stuck=_is_stuck(memory, fetched, newest, now),
        update_every=hints.update_every,
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
        newest=newest,
        rhythm=memory.rhythm if fetched.partial else _rhythm(hints.published),
    )
    return _good(learnt, now, expired=hints.expired)


def _is_stuck(memory: Memory, fetched: Fetched, newest: datetime | None, now: datetime) -> bool:
    """Whether the server says 304 to whatever it is asked, by what a whole answer shows."""
    if _has_validators(validators(memory, now)):
        return False
    same = (fetched.etag, fetched.last_modified) == (memory.etag, memory.last_modified)
    return memory.stuck or (same and _has_validators(memory) and newest != memory.newest)


def _after_unchanged(source: Source, memory: Memory, unchanged: Unchanged, now: datetime) -> Memory:
    asked = validators(memory, now)
    learnt = replace(
        _moving(source, memory, unchanged.moved_to, now),
        etag=unchanged.etag or asked.etag,
        last_modified=unchanged.last_modified or asked.last_modified,
        # Without validators the answer was a whole body, the same as before.
        whole_since=memory.whole_since if _has_validators(asked) else now,
    )
    return _good(learnt, now, expired=memory.fault == EXPIRED)


def _good(memory: Memory, now: datetime, *, expired: bool) -> Memory:
    fault = EXPIRED if expired else None
    return replace(memory, last_good=now, failures=0, fault=fault, gone=0, retired=expired)


def _after_failure(memory: Memory, fault: Fault) -> Memory:
    failed = replace(memory, failures=memory.failures + 1, fault=fault)
    return _forsake(failed) if failed.failures >= FORSAKEN_FAILURES else failed


def _after_gone(memory: Memory, fault: Fault) -> Memory:
    gone = memory.gone + 1
    return replace(_forsake(_after_failure(memory, fault)), gone=gone, retired=gone >= GONE_LOOKS)


def _forsake(memory: Memory) -> Memory:
    """Go back to the configured address: what it was left for has not lasted."""
    if memory.url is None:
        return memory
    return replace(memory, url=None, etag=None, last_modified=None)


# Permanent redirects


def _moving(source: Source, memory: Memory, target: str | None, now: datetime) -> Memory:
    """Adopt the target of permanent redirects when enough polls over enough time agree on it."""
    if target is None or not _is_adoptable(source, target):
        return replace(memory, moved_to=None, moved_polls=0, moved_since=None)
    polls, since = 1, now
    if target == memory.moved_to and memory.moved_since is not None:
        polls, since = memory.moved_polls + 1, min(memory.moved_since, now)
    if polls < MOVED_POLLS or now - since < MOVED_FOR:
        return replace(memory, moved_to=target, moved_polls=polls, moved_since=since)
    url = None if target == source.url else target
    return replace(memory, url=url, moved_to=None, moved_polls=0, moved_since=None)


def _is_adoptable(source: Source, target: str) -> bool:
    """Whether the target may be asked directly from now on.

    Never a private place, never a step from https down to http, and never another origin when
    the source's secrets would then be sent to it.
    """
    try:
        old, new = urlsplit(source.url or ""), urlsplit(target)
        same_origin = _origin(old) == _origin(new)
    except ValueError:
        return False
    has_secrets = bool(source.headers or source.username or source.password)
    public = _PUBLIC_NAME.fullmatch(new.hostname or "") is not None and "@" not in new.netloc
    schemes = ("https",) if old.scheme == "https" else ("https", "http")
    return public and new.scheme in schemes and (same_origin or not has_secrets)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """RFC 6454 section 4."""
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default


# How long to wait


def _next_poll(source: Source, memory: Memory, outcome: Outcome, now: datetime) -> datetime:
    if source.path is not None:
        return now + min(RESCAN * _doubled(memory.failures), RESCAN_LONGEST)
    ceiling = max(LONGEST, source.interval)
    wish = max(_standing_wish(source, memory, now), _wish(source, memory, outcome))
    wait = min(max(wish, source.interval), ceiling)
    # Whole seconds, rounded up: never too soon.
    soonest = now + timedelta(seconds=max(1, math.ceil(wait.total_seconds()))) + _jitter(source)
    awake = _first_awake(memory, soonest, max(soonest, now + ceiling))
    return soonest if awake == soonest else awake + _jitter(source)


def _standing_wish(source: Source, memory: Memory, now: datetime) -> timedelta:
    """How long to wait by what is known of the source, whatever it answered this time."""
    return max(_pace(source, memory, now), memory.update_every or ZERO)


def _wish(source: Source, memory: Memory, outcome: Outcome) -> timedelta:
    """How long this answer asks to wait."""
    match outcome:
        case Fetched() | Unchanged():
            return outcome.fresh_for or ZERO
        case Gone():
            return LONGEST
        case Failed():
            asked = outcome.retry_after or ZERO
            step = min(source.interval, LONGEST)
            if outcome.fault.code not in OVERLOADED:
                return max(asked, step * _doubled(memory.failures - 1))
            return asked if asked > ZERO else step * _doubled(memory.failures)
    assert_never(outcome)


def _doubled(times: int) -> int:
    return 1 << min(times, DOUBLINGS)


def _first_awake(memory: Memory, time: datetime, latest: datetime) -> datetime:
    """The first moment outside the hours and days that the feed wants skipped, or `latest`."""
    while time < latest and (time.hour in memory.skip_hours or time.weekday() in memory.skip_days):
        time = time.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(time, latest)


def _jitter(source: Source) -> timedelta:
    """Always the same for one source; whole seconds."""
    digest = blake2b(source.name.encode(), digest_size=4).digest()
    longest = min(source.interval * JITTER_SHARE, JITTER_LONGEST)
    return timedelta(seconds=int(longest.total_seconds() * int.from_bytes(digest) / 2**32))


# The source's own rhythm


def _pace(source: Source, memory: Memory, now: datetime) -> timedelta:
    """The wait that the source's own rhythm allows."""
    if _is_quiet(memory, now):
        return LONGEST
    if memory.last_good is not None and not _has_validators(memory):
        return source.interval * INTERVALS_APART
    gap = max(memory.rhythm or ZERO, _silence(memory, now))
    return source.interval * min(gap / DAY, INTERVALS_APART)


def _rhythm(published: Collection[datetime]) -> timedelta | None:
    """The mean time between the newest entries.

    A mean, since a burst of entries on one day would make a median nothing at all.
    """
    newest = sorted(published, reverse=True)[:RECENT_ENTRIES]
    if len(newest) < 3 or newest[0] == newest[-1]:
        return None
    return (newest[0] - newest[-1]) / (len(newest) - 1)


def _silence(memory: Memory, now: datetime) -> timedelta:
    return now - memory.newest if memory.newest is not None else ZERO


def _is_quiet(memory: Memory, now: datetime) -> bool:
    """Whether nothing has come for months, and for much longer than is usual for it."""
    usual = (memory.rhythm or ZERO) * QUIET_RHYTHMS
    return _silence(memory, now) > min(max(usual, QUIET_SOONEST), QUIET_LATEST)


# Health


def _ill(memory: Memory, fault: Fault, now: datetime) -> Health:
    return Health(
        state=_ill_state(memory, now),
        code=fault.code,
        message=fault.message,
        remedy=fault.remedy,
        silent_since=memory.last_good,
    )


def _ill_state(memory: Memory, now: datetime) -> State:
    if memory.retired:
        return "gone"
    lasting = memory.last_good is None or now - memory.last_good >= BROKEN_AFTER
    return "broken" if lasting and memory.failures >= BROKEN_FAILURES else "failing"


def _well(memory: Memory, now: datetime) -> Health:
    if memory.newest is None:
        remedy = "Nothing needs mending when the organization has published nothing yet."
        message = "It can be read, but there is nothing in it."
        return Health(state="quiet", code="empty", message=message, remedy=remedy)
    if _is_quiet(memory, now):
        return Health(
            state="quiet",
            code="quiet",
            message=f"It can be read, but nothing new has come since {memory.newest:%Y-%m-%d}.",
            remedy="Ask the organization whether it publishes somewhere else now.",
            silent_since=memory.newest,
        )
    if memory.url is not None:
        message = f"It works, and has moved for good to {memory.url}."
        remedy = "Write the new address into the organization's file."
        return Health(state="ok", code="moved", message=message, remedy=remedy)
    return Health(state="ok", code="ok", message="It works.")
