"""What header fields ask of whoever polls."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.fetch.fields import LONGEST, Fields
from tests.samples import TUESDAY
from tests.servers import http_date

HOUR = timedelta(hours=1)


def fields(**values: str) -> Fields:
    return Fields(
        (name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in values.items()
    )


LATER = http_date(TUESDAY + 2 * HOUR)

FRESH: dict[str, tuple[dict[str, str], timedelta | None]] = {
    "nothing said": ({}, None),
    "max-age": ({"cache_control": "max-age=3600"}, HOUR),
    "max-age among others": ({"cache_control": "public, max-age=3600, must-revalidate"}, HOUR),
    "max-age in capitals": ({"cache_control": "Max-Age=3600"}, HOUR),
    "max-age in quotes": ({"cache_control": 'max-age="3600"'}, HOUR),
    "max-age of nothing": ({"cache_control": "max-age=0"}, None),
    "max-age below nothing": ({"cache_control": "max-age=-5"}, None),
    "max-age of a word": ({"cache_control": "max-age=soon"}, None),
    "max-age of a thousand years": ({"cache_control": "max-age=31536000000"}, LONGEST),
    "max-age of eighteen digits": ({"cache_control": f"max-age={'9' * 18}"}, LONGEST),
    "only for shared caches": ({"cache_control": "s-maxage=3600"}, None),
    "max-age for something else": ({"cache_control": "x-max-age=3600"}, None),
    "no-cache beats max-age": ({"cache_control": "max-age=3600, no-cache"}, None),
    "no-store beats Expires": ({"cache_control": "no-store", "expires": LATER}, None),
    "Age shortens": ({"cache_control": "max-age=3600", "age": "600"}, timedelta(minutes=50)),
    "Age beyond max-age": ({"cache_control": "max-age=3600", "age": "7200"}, None),
    "Age of a word": ({"cache_control": "max-age=3600", "age": "old"}, HOUR),
    "Expires": ({"expires": LATER}, 2 * HOUR),
    "Expires by the server's clock": (
        {"expires": LATER, "date": http_date(TUESDAY + HOUR)},
        HOUR,
    ),
    "Expires in the past": ({"expires": http_date(TUESDAY - HOUR)}, None),
    "Expires of nothing": ({"expires": "0"}, None),
    "Expires of minus one": ({"expires": "-1"}, None),
    "Expires far off": ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, LONGEST),
    "Expires on no day": ({"expires": "Fri, 32 Dec 2026 23:59:59 GMT"}, None),
    "max-age beats Expires": ({"cache_control": "max-age=3600", "expires": LATER}, HOUR),
}


@pytest.mark.parametrize(("given", "expected"), FRESH.values(), ids=FRESH)
def test_fresh_for(given: dict[str, str], expected: timedelta | None) -> None:
    assert expected == fields(**given).fresh_for(TUESDAY)


RETRY: dict[str, tuple[str | None, timedelta | None]] = {
    "nothing said": (None, None),
    "seconds": ("3600", HOUR),
    "seconds with spaces": (" 3600 ", HOUR),
    "no time": ("0", timedelta(0)),
    "a date": (LATER, 2 * HOUR),
    "a date of RFC 850": ("Tuesday, 24-Nov-26 09:00:00 GMT", HOUR),
    "a date of C": ("Tue Nov 24 09:00:00 2026", HOUR),
    "a past date": (http_date(TUESDAY - HOUR), None),
    "below nothing": ("-60", None),
    "half a minute": ("30.5", None),
    "a word": ("later", None),
    "eighteen digits": ("9" * 18, LONGEST),
    "a thousand digits": ("9" * 1000, None),
    "digits of another script": ("²", None),
}


@pytest.mark.parametrize(("value", "expected"), RETRY.values(), ids=RETRY)
def test_retry_after(value: str | None, expected: timedelta | None) -> None:
    given = {} if value is None else {"retry_after": value}
    assert expected == fields(**given).retry_after(TUESDAY)


def test_a_date_is_in_utc() -> None:
    date = fields(date="Tue, 24 Nov 2026 10:00:00 +0200").date("date")
    assert TUESDAY == date
    assert date is not None
    assert UTC == date.tzinfo


@pytest.mark.parametrize("value", ['"abc"', 'W/"abc"', "abc", '"\xe4\xf6"', '"a, b"', '"a""'])
def test_a_validator_is_kept_byte_for_byte(value: str) -> None:
    assert value == fields(etag=value).validator("etag")


@pytest.mark.parametrize("value", ["", "a" * 3_000, '"a\x01"', '"a\x7f"'])
def test_a_validator_that_is_of_no_use_is_none(value: str) -> None:
    assert fields(etag=value).validator("etag") is None


@given(st.text(st.characters(max_codepoint=255)))
@settings(deadline=None)
def test_any_value_is_read(text: str) -> None:
    names = ("cache_control", "expires", "age", "retry_after", "date", "last_modified")
    read = fields(**dict.fromkeys(names, text))
    for wait in (read.fresh_for(TUESDAY), read.retry_after(TUESDAY)):
        assert wait is None or timedelta(0) <= wait <= LONGEST
    assert isinstance(read.date("date") or TUESDAY, datetime)
