"""Models of partners' web servers: functions from a request and its time to a response.

They keep no clock and open no socket, so that a month passes in a moment; a handler of a real
server on loopback can call them just as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

ZERO = timedelta(0)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START = datetime(2026, 11, 2, tzinfo=UTC)
"""A Monday; the month begins."""
BEGINNING = datetime(2020, 1, 1, 8, 25, tzinfo=UTC)
"""The first entry of a partner."""
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A GET, with the validators that it carried."""

    address: str
    etag: str | None = None
    last_modified: str | None = None

    @property
    def conditional(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Header names are in lower case. Status 0 stands for no answer within the deadline."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Server = Callable[[Request, datetime], Response]


def http_date(time: datetime) -> str:
    """IMF-fixdate (RFC 9110 section 5.6.7)."""
    return format_datetime(time, usegmt=True)


def rss(newest: datetime, every: timedelta, *, since: datetime, channel: str = "") -> bytes:
    """The ten newest entries of a partner that has published this often since then."""
    dates = [newest - every * age for age in range(10)]
    items = "".join(
        f"<item><guid>{date:%Y%m%d%H%M}</guid><title>Uutinen {date:%d.%m.%Y %H.%M}</title>"
        f"<pubDate>{http_date(date)}</pubDate></item>"
        for date in dates
        if date >= since
    )
    return (
        f'<rss version="2.0"><channel><title>Kylä</title>{channel}{items}</channel></rss>'.encode()
    )


def publisher(
    *,
    every: timedelta = DAY,
    since: datetime = BEGINNING,
    until: datetime = LATEST,
    validators: tuple[str, ...] = ("etag", "last-modified"),
    headers: Mapping[str, str] | None = None,
    channel: str = "",
) -> Server:
    """A well-behaved server that gives these validators and these headers."""

    def serve(request: Request, now: datetime) -> Response:
        newest = since + (min(now, until) - since) // every * every
        known = {"etag": f'W/"{newest:%Y%m%d%H%M}"', "last-modified": http_date(newest)}
        given = {name: known[name] for name in validators} | dict(headers or {})
        if _is_known(request, given):
            return Response(status=304, headers=given)
        return Response(headers=given, body=rss(newest, every, since=since, channel=channel))

    return serve


def _is_known(request: Request, given: Mapping[str, str]) -> bool:
    """If-None-Match beats If-Modified-Since (RFC 9110 section 13.2.2)."""
    if "etag" in given and request.etag is not None:
        return request.etag == given["etag"]
    return "last-modified" in given and request.last_modified == given["last-modified"]


def deaf(server: Server) -> Server:
    """Always sends the whole body, under an ETag of the moment."""

    def serve(request: Request, now: datetime) -> Response:
        answer = server(replace(request, etag=None, last_modified=None), now)
        return replace(answer, headers={**answer.headers, "etag": f'"{now.timestamp()}"'})

    return serve


def stuck(server: Server) -> Server:
    """Says 304 to every conditional request, and one ETag is all that it knows."""

    def serve(request: Request, now: datetime) -> Response:
        if request.conditional:
            return Response(status=304)
        return replace(server(request, now), headers={"etag": '"1"'})

    return serve


def always(status: int, body: bytes = b"", **headers: str) -> Server:
    """Gives one answer; an underscore in a header's name stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Response(status=status, headers=named, body=body)
    return lambda _request, _now: answer


def between(since: timedelta, until: timedelta, then: Server, server: Server) -> Server:
    """Another server during a time of the month."""
    return lambda request, now: (then if since <= now - START < until else server)(request, now)


def every_other_day(then: Server, server: Server) -> Server:
    """Another server every other day."""
    return lambda request, now: (then if (now - START) // DAY % 2 else server)(request, now)


def later(status: int, wait: timedelta) -> Server:
    """Refuses, and names the moment from which it will answer."""

    def serve(request: Request, now: datetime) -> Response:
        return Response(status=status, headers={"retry-after": http_date(now + wait)})

    return serve


def expiring(server: Server, wait: timedelta) -> Server:
    """Gives Date and Expires, and no Cache-Control."""

    def serve(request: Request, now: datetime) -> Response:
        answer = server(request, now)
        dates = {"date": http_date(now), "expires": http_date(now + wait)}
        return replace(answer, headers={**answer.headers, **dates})

    return serve
