"""Partners of every caching behaviour, and what a month of polling may cost each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from tests.month import AWAY, HOME, SLACK, Month, live
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
