"""Every written form of a date that partners use, read right or refused."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub import dates
from feedhub.dates import names
from feedhub.dates.mail import read_mail
from feedhub.dates.words import read_words

FEEDS = Path(__file__).parents[2] / "shared" / "feeds"
HELSINKI = "Europe/Helsinki"

# 24 November 2026, 10:00 in Helsinki
TEN = {
    "RFC 5322": "Tue, 24 Nov 2026 10:00:00 +0200",
    "RFC 5322 without its weekday": "24 Nov 2026 10:00:00 +0200",
    "RFC 5322 without seconds": "Tue, 24 Nov 2026 10:00 +0200",
    "RFC 5322 with a comment": "Tue, 24 Nov 2026 10:00:00 +0200 (EET)",
    "RFC 5322 folded over two lines": "Tue, 24 Nov 2026\r\n 10:00:00 +0200",
    "RFC 5322 in capitals": "TUE, 24 NOV 2026 10:00:00 +0200",
    "RFC 5322 with a wrong weekday": "Sun, 24 Nov 2026 10:00:00 +0200",
    "RFC 5322 with a weekday of four letters": "Tues, 24 Nov 2026 10:00:00 +0200",
    "RFC 5322 with a German weekday": "Di, 24 Nov 2026 10:00:00 +0200",
    "RFC 5322 with the month in full": "Tue, 24 November 2026 10:00:00 +0200",
    "RFC 5322 with a colon in the offset": "Tue, 24 Nov 2026 10:00:00 +02:00",
    "RFC 5322 without a blank before the offset": "Tue, 24 Nov 2026 10:00:00+0200",
    "RFC 5322 without a zone": "Tue, 24 Nov 2026 10:00:00",
    "RFC 822 with a year of two digits": "Tue, 24 Nov 26 10:00:00 +0200",
    "RFC 2822 with a year of three digits": "Tue, 24 Nov 126 10:00:00 +0200",
    "RFC 822 in UTC by name": "Tue, 24 Nov 2026 08:00:00 GMT",
    "RFC 822 in UT": "Tue, 24 Nov 2026 08:00:00 UT",
    "RFC 822 in Zulu time": "Tue, 24 Nov 2026 08:00:00 Z",
    "RFC 822 in Eastern time": "Tue, 24 Nov 2026 03:00:00 EST",
    "RFC 822 in Pacific time": "Tue, 24 Nov 2026 00:00:00 PST",
    "RFC 822 with a military letter": "Tue, 24 Nov 2026 08:00:00 A",
    "RFC 5322 with an unknown zone": "Tue, 24 Nov 2026 08:00:00 XQT",
    "RFC 5322 with a zone of minus nothing": "Tue, 24 Nov 2026 08:00:00 -0000",
    "RFC 5322 west of Greenwich": "Mon, 23 Nov 2026 22:30:00 -0930",
    "RFC 850": "Tuesday, 24-Nov-26 08:00:00 GMT",
    "a cookie's date": "Tue, 24-Nov-2026 10:00:00 +0200",
    "asctime": "Tue Nov 24 10:00:00 2026",
    "date(1)": "Tue Nov 24 10:00:00 EET 2026",
    "date(1) in British English": "Tue 24 Nov 10:00:00 EET 2026",
    "date(1) in American English": "Tue 24 Nov 2026 10:00:00 AM EET",
    "Git": "Tue Nov 24 10:00:00 2026 +0200",
    "Twitter": "Tue Nov 24 08:00:00 +0000 2026",
    "JavaScript": "Tue Nov 24 2026 10:00:00 GMT+0200 (Eastern European Standard Time)",
    "JavaScript in Finnish": "Tue Nov 24 2026 10:00:00 GMT+0200 (Itä-Euroopan normaaliaika)",
    "Ruby": "2026-11-24 10:00:00 +0200",
    "Go": "2026-11-24 10:00:00 +0200 EET",
    "PHP with an IANA name": "2026-11-24 10:00:00 Europe/Helsinki",
    "PostgreSQL": "2026-11-24 10:00:00.5+02",
    "SQL": "2026-11-24 10:00:00",
    "Java with a zone in brackets": "2026-11-24T10:00+02:00[Europe/Helsinki]",
    "RFC 9557 with a zone and no offset": "2026-11-24T03:00:00[America/New_York]",
    "RFC 9557 with an elective zone": "2026-11-24T08:00:00Z[!Europe/Helsinki]",
    "JSON of ASP.NET": "/Date(1795507200000)/",
    "JSON of ASP.NET, escaped": "\\/Date(1795507200000+0200)\\/",
    "Unix seconds": "1795507200",
    "Unix seconds with a fraction": "1795507200.25",
    "Unix milliseconds": "1795507200000",
    "Unix microseconds": "1795507200000000",
    "RFC 3339": "2026-11-24T10:00:00+02:00",
    "RFC 3339 in UTC": "2026-11-24T08:00:00Z",
    "RFC 3339 in small letters": "2026-11-24t08:00:00z",
    "RFC 3339 with a blank": "2026-11-24 08:00:00Z",
    "RFC 3339 with an underline": "2026-11-24_08:00:00Z",
    "RFC 3339 with nine decimals": "2026-11-24T08:00:00.123456789Z",
    "RFC 3339 with a true minus": "2026-11-24T06:00:00\N{MINUS SIGN}02:00",
    "RFC 3339 between blanks": " \n2026-11-24T08:00:00Z\t",
    "RFC 3339 in full-width digits": "２０２６-11-24T08:00:00Z",
    "W3CDTF without seconds": "2026-11-24T10:00+02:00",
    "ISO 8601 with an offset of hours": "2026-11-24T10:00:00+02",
    "ISO 8601 with an offset without a colon": "2026-11-24T10:00:00+0200",
    "ISO 8601 with a blank before the offset": "2026-11-24T10:00:00 +02:00",
    "ISO 8601 without a zone": "2026-11-24T10:00:00",
    "ISO 8601 basic": "20261124T080000Z",
    "ISO 8601 basic with an offset": "20261124T100000+0200",
    "ISO 8601 basic to the minute": "20261124T1000",
    "ISO 8601 basic to the hour": "20261124T10",
    "fourteen digits": "20261124100000",
    "twelve digits": "202611241000",
    "ISO 8601 week date": "2026-W48-2T10:00:00",
    "ISO 8601 basic week date": "2026W482T080000Z",
    "ISO 8601 ordinal date": "2026-328T10:00",
    "ISO 8601 basic ordinal date": "2026328T100000+0200",
    "ISO 8601 with a comma before nothing": "2026-11-24T10:00:00,000+02:00",
    "one digit for the hour": "2026-11-24T8:00:00Z",
    "Central European Time": "24 Nov 2026 09:00 CET",
    "Central European Summer Time": "24 Nov 2026 10:00 CEST",
    "Eastern European Summer Time": "24 Nov 2026 11:00 EEST",
    "Moscow time": "24 Nov 2026 11:00 MSK",
    "Western European Time": "24 Nov 2026 08:00 WET",
    "Western European Summer Time": "24 Nov 2026 09:00 WEST",
    "British Summer Time": "24 Nov 2026 09:00 BST",
    "a zone's name in small letters": "24 Nov 2026 10:00 eet",
    "GMT and hours": "24 Nov 2026 10:00 GMT+2",
    "GMT and hours and minutes": "24 Nov 2026 10:00:00 GMT+02:00",
    "UTC and an offset": "24 Nov 2026 10:00:00 UTC+02:00",
    "UTC and hours": "2026-11-24 10:00 UTC+2",
    "an offset and a name": "24 Nov 2026 10:00 +0200 EET",
    "Finnish numbers": "24.11.2026 klo 10.00",
    "Finnish numbers with a colon": "24.11.2026 klo 10:00",
    "Finnish numbers to the second": "24.11.2026 klo 10.00.00",
    "Finnish numbers to the hour": "24.11.2026 klo 10",
    "Finnish numbers without klo": "24.11.2026 10.00",
    "Finnish numbers with a comma": "24.11.2026, 10:00",
    "Finnish numbers with blanks": "24. 11. 2026 klo 10.00",
    "Finnish numbers with a blank before the year": "24.11. 2026 klo 10.00",
    "Finnish numbers with a weekday": "ti 24.11.2026 klo 10.00",
    "Finnish numbers with a full weekday": "Tiistaina 24.11.2026 klo 10.00",
    "Finnish numbers with a year of two digits": "24.11.26 klo 10.00",
    "Finnish numbers with no-break spaces": "24.11.2026\N{NO-BREAK SPACE}klo\N{NO-BREAK SPACE}10.00",
    "Finnish time before the date": "klo 10.00 24.11.2026",
    "Finnish in full": "tiistaina 24. marraskuuta 2026 klo 10.00",
    "Finnish by CLDR": "tiistai 24. marraskuuta 2026 klo 10.00.00",
    "Finnish without a blank after the day": "24.marraskuuta 2026 klo 10.00",
    "Finnish in the genitive": "24. marraskuun 2026 klo 10",
    "Finnish abbreviated": "24. marras 2026 klo 10.00",
    "Finnish abbreviated with a dot": "24. marrask. 2026 klo 10.00",
    "Finnish date(1)": "ti 24. marras 2026 10.00.00",
    "Finnish words in an RFC 822 date": "ti, 24 marras 2026 10:00:00 +0200",
    "Finnish words and an offset": "ti, 24 marraskuu 2026 10:00:00 +0200",
    "Swedish in full": "tisdag den 24 november 2026 kl. 10.00",
    "Swedish with a definite weekday": "tisdagen den 24 november 2026 kl 10:00",
    "Swedish with an ordinal": "den 24:e november 2026 kl 10",
    "Swedish in an RFC 822 date": "tis, 24 nov 2026 10:00:00 +0200",
    "Norwegian Bokmål": "tirsdag 24. november 2026 kl. 10:00",
    "Norwegian Nynorsk": "tysdag 24. november 2026 kl. 10:00",
    "Norwegian in an RFC 822 date": "tir, 24 nov 2026 10:00:00 +0200",
    "Russian in full": "вторник, 24 ноября 2026 г. в 10:00",
    "Russian with a full word for the year": "24 ноября 2026 года, 10:00",
    "Russian in an RFC 822 date": "Вт, 24 Ноя 2026 11:00:00 +0300",
    "Russian abbreviated with a dot": "24 нояб. 2026, 10:00",
    "Northern Sámi": "disdat, skábmamánu 24. b. 2026 ti. 10:00",
    "Northern Sámi in the nominative": "skábmamánnu 24. 2026 10:00",
    "Northern Sámi, day first": "24. skábmamánu 2026 dii. 10",
    "Northern Sámi abbreviated": "maŋ, skáb 24. b. 2026 10:00:00 EET",
    "Northern Sámi in an RFC 822 date": "maŋ, 24 skáb 2026 10:00:00 +0200",
    "Inari Sámi": "majebargâ, skammâmáánu 24. p. 2026 tme 10.00",
    "Inari Sámi abbreviated": "maj, skammâ 24. 2026 10.00",
    "Skolt Sámi with an acute": "mââibargg, skamm´mään 24. p. 2026 10.00",
    "Skolt Sámi with a prime": "skammʹmään 24. peiʹvv 2026 10:00",
    "Skolt Sámi without apostrophes": "skammmään 24. 2026 10:00",
    "English in full": "Tuesday, November 24, 2026 at 10:00 AM",
    "English with an ordinal": "November 24th, 2026 10:00",
    "English, day first": "24th of November 2026 at 10:00",
    "English with a dotted half": "Nov. 24, 2026 10:00 a.m.",
    "English with an hour alone": "Nov 24, 2026 10am",
    "English with the year first": "2026 Nov 24 10:00",
    "hyphens around a name": "24-Nov-2026 10:00",
    "the year first and a name": "2026-Nov-24 10:00:00",
    "slashes": "24/11/2026 10:00",
    "slashes with the year first": "2026/11/24 10:00:00",
    "slashes where the first cannot be a day's month": "11/24/2026 10:00",
    "slashes with a year of two digits": "24/11/26 10:00",
    "American slashes": "11/24/2026 10:00:00 AM",
    "hyphens with the day first": "24-11-2026 10:00",
    "dots with the year first": "2026.11.24 10:00",
    "an ISO day and a Finnish time": "2026-11-24 klo 10.00",
}

# 24 November 2026 in Helsinki
DAY = {
    "a day of W3CDTF": "2026-11-24",
    "a basic day": "20261124",
    "a week day": "2026-W48-2",
    "an ordinal day": "2026-328",
    "Finnish numbers alone": "24.11.2026",
    "Finnish numbers, the year apart": "24.11. 2026",
    "Finnish words alone": "24. marraskuuta 2026",
    "Swedish words alone": "den 24 november 2026",
    "Northern Sámi alone": "skábmamánu 24. beaivvi 2026",
    "English words alone": "24 November 2026",
    "slashes alone": "24/11/2026",
    "RFC 822 without a time": "Tue, 24 Nov 2026",
    "midnight as 00:00": "2026-11-24T00:00:00",
    "midnight as the end of the day before": "2026-11-23T24:00:00",
    "midnight as 12 AM": "November 24, 2026 12:00 AM",
}

OTHERS = {
    "a month of W3CDTF is its first moment": ("2026-10-31T22:00", "2026-11"),
    "a year of W3CDTF is its first moment": ("2025-12-31T22:00", "2026"),
    "a week is its Monday": ("2026-11-22T22:00", "2026-W48"),
    "a month in words is its first moment": ("2026-10-31T22:00", "marraskuu 2026"),
    "an XML Schema date has a zone": ("2026-11-24T00:00", "2026-11-24Z"),
    "an hour may have a fraction": ("2026-11-24T08:30", "2026-11-24T10,5"),
    "a minute may have a fraction": ("2026-11-24T08:15:30", "2026-11-24T10:15.5"),
    "a dot after an hour is no fraction": ("2026-11-24T08:30", "2026-11-24 10.30"),
    "a leap second stays in its day": ("2016-12-31T23:59:59", "2016-12-31T23:59:60Z"),
    "a leap second in an RFC 822 date": ("2015-06-30T23:59:59", "30 Jun 2015 23:59:60 GMT"),
    "12 PM is noon": ("2026-11-24T10:00", "Nov 24, 2026 12:00 PM"),
    "PM of an hour past noon is redundant": ("2026-11-24T13:30", "Nov 24, 2026 15:30 PM"),
    "PM after an ISO date": ("2026-11-24T20:05", "2026-11-24 10:05:00 PM"),
    "slashes tell the day first": ("2026-11-05T08:00", "5/11/2026 10:00"),
    "slashes with AM tell the month first": ("2026-05-11T07:00", "5/11/2026 10:00 AM"),
    "slashes with PM tell the day first where they must": (
        "2026-05-13T19:00",
        "13/5/2026 10:00 PM",
    ),
    "dots tell the day first": ("2026-11-04T22:00", "5.11.2026"),
    "summer time counts": ("2026-07-01T07:00", "1.7.2026 klo 10.00"),
    "a standard time's name in summer is taken at its word": (
        "2026-07-01T08:00",
        "1 Jul 2026 10:00 EET",
    ),
    "the hour that occurs twice is the first": ("2026-10-25T00:30", "25.10.2026 klo 3.30"),
    "the hour that never occurs is by the unmoved clock": (
        "2026-03-29T01:30",
        "29.3.2026 klo 3.30",
    ),
    "short years before 50 are of this century": ("2049-01-31T22:00", "1 Feb 49"),
    "short years from 50 are of the last century": ("1995-01-31T22:00", "1 Feb 95"),
    "years of three digits count from 1900": ("1999-01-31T22:00", "1 Feb 99"),
    "an archive holds 1995": ("1995-06-01T09:00", "Thu, 01 Jun 1995 12:00:00 +0300"),
    "29 February of a leap year": ("2024-02-28T22:00", "29.2.2024"),
    "day 366 of a leap year": ("2024-12-30T22:00", "2024-366"),
    "week 53 of a long year": ("2026-12-27T22:00", "2026-W53-1"),
    "May in Finnish": ("2026-05-23T21:00", "24. toukokuuta 2026"),
    "May in Swedish": ("2026-05-23T21:00", "24 maj 2026"),
    "May in Norwegian": ("2026-05-23T21:00", "24. mai 2026"),
    "May in Russian": ("2026-05-23T21:00", "24 мая 2026 г."),
    "May in Northern Sámi": ("2026-05-23T21:00", "miessemánu 24. b. 2026"),
    "May in Inari Sámi": ("2026-05-23T21:00", "vyesimáánu 24. 2026"),
    "May in Skolt Sámi": ("2026-05-23T21:00", "vueʹssmään 24. 2026"),
    "March in Skolt Sámi": ("2026-03-23T22:00", "pâˊzzlâšttammään 24. 2026"),
    "December in Norwegian": ("2026-12-23T22:00", "24. des. 2026"),
    "a quarter of an hour east": ("2026-11-24T04:15", "2026-11-24T10:00+05:45"),
}

REFUSED = {
    "nothing": "",
    "blanks": " \t\n",
    "a word": "eilen",
    "two words": "5 minuuttia sitten",
    "a relative date": "tomorrow",
    "30 February": "2026-02-30",
    "30 February in words": "30 February 2026",
    "30 February in numbers": "30.2.2026",
    "29 February of a common year": "2026-02-29",
    "month 13": "2026-13-01",
    "month 13 in numbers": "24.13.2026",
    "month 13 on both sides of a slash": "13/13/2026",
    "month 0": "2026-00-10",
    "day 0": "0 Nov 2026",
    "day 32": "Mon, 32 Nov 2026 10:00:00 GMT",
    "day 366 of a common year": "2026-366",
    "day 0 of a year": "2026-000",
    "week 54": "2026-W54-1",
    "week 0": "2026-W00-1",
    "hour 25": "2026-11-24T25:00:00",
    "a minute past 24:00": "2026-11-24T24:01:00",
    "minute 60": "24.11.2026 klo 10.60",
    "second 61": "2026-11-24T10:00:61Z",
    "13 AM": "Nov 24, 2026 13:00 AM",
    "0 PM": "Nov 24, 2026 0:30 PM",
    "an offset of 99 hours": "2026-11-24T10:00:00+99:99",
    "an RFC 822 offset of 99 hours": "Tue, 24 Nov 2026 10:00:00 +9999",
    "an offset of 60 minutes": "2026-11-24T10:00:00+02:60",
    "a zone that is none": "2026-11-24T10:00:00 Uhr",
    "the military letter that is none": "24 Nov 2026 10:00 J",
    "an IANA name that is none": "2026-11-24 10:00 Europe/Rovaniemi",
    "a path for an IANA name": "2026-11-24T10:00[../../../etc/passwd]",
    "a year of five digits": "10000-01-01",
    "a year of thirty digits": "24 Nov " + "1" * 30,
    "a day of thirty digits": "1" * 30 + " Nov 2026",
    "a year before the common era": "-0044-03-15",
    "a year of long ago": "1794-06-01",
    "a year far off": "2999-01-01",
    "a year far off in words": "24. marraskuuta 3026",
    "the zero of Unix": "1970-01-01T00:00:00Z",
    "the zero of Unix east of Greenwich": "1970-01-01T02:00:00+02:00",
    "seconds taken for milliseconds": "1970-01-21T18:45:07Z",
    "the zero of .NET": "0001-01-01T00:00:00",
    "the zero of MySQL": "0000-00-00 00:00:00",
    "the zero of spreadsheets": "1899-12-30",
    "the zero of Windows": "1601-01-01T00:00:00Z",
    "the number nought": "0",
    "minus one": "-1",
    "negative Unix time": "-1795507200",
    "Unix time of too few digits": "17955072",
    "Unix time of eleven digits": "17955072000",
    "a phone number": "040 123 4567",
    "a day without a year": "24.11.",
    "a day without a year in words": "24. marraskuuta klo 10",
    "a time alone": "klo 10.00",
    "a weekday alone": "tiistaina",
    "two days": "24.11.2026 - 25.11.2026",
    "two days with one month": "24.–25.11.2026",
    "two days in words": "24.–25. marraskuuta 2026",
    "two months": "24. marraskuuta joulukuuta 2026",
    "two times": "24.11.2026 klo 10.00–12.00",
    "two times with colons": "24.11.2026 klo 10:00-12:00",
    "two hours": "24.11.2026 klo 10-12",
    "a month with a time": "marraskuu 2026 klo 10",
    "hyphens with a year of two digits": "26-11-24",
    "two years": "2026 Nov 2026",
    "a sentence with a date in it": "Päivitetty viimeksi 24.11.2026 ylläpidon toimesta",
    "a version": "1.2.3",
    "an IP address": "10.11.20.26",
    "an address": "https://kyla.example.fi/2026/11/24/silta/",
    "a date and markup": "<time>2026-11-24</time>",
    "a date and too many blanks": "24.11.2026" + " " * 3_000 + "10.00",
    "ten thousand digits": "1" * 10_000,
}


def read(text: str, timezone: str = HELSINKI) -> datetime | None:
    return dates.read_date(text, timezone=timezone)


@pytest.mark.parametrize("text", TEN.values(), ids=TEN.keys())
def test_moment_is_read(text: str) -> None:
    assert datetime(2026, 11, 24, 8, tzinfo=UTC) == read(text)


@pytest.mark.parametrize("text", DAY.values(), ids=DAY.keys())
def test_day_begins_at_its_midnight(text: str) -> None:
    assert datetime(2026, 11, 23, 22, tzinfo=UTC) == read(text)


@pytest.mark.parametrize(("expected", "text"), OTHERS.values(), ids=OTHERS.keys())
def test_rule_holds(expected: str, text: str) -> None:
    assert datetime.fromisoformat(expected).replace(tzinfo=UTC) == read(text)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_date_is_refused(text: str) -> None:
    assert read(text) is None


# Names


def test_every_name_means_one_month() -> None:
    assert {*range(1, 13)} == {*names.MONTHS.values()}
    pairs = list(names._written())
    assert [] == [(name, month) for name, month in pairs if names.MONTHS[name] != month]


def test_no_month_is_a_weekday_or_small_word() -> None:
    assert set() == names.MONTHS.keys() & (names.WEEKDAYS | names.SMALL_WORDS)


def test_every_month_name_is_read_in_any_case() -> None:
    for name, month in names.MONTHS.items():
        cases = {name, name.upper(), name.capitalize()}
        assert {datetime(2026, month, 3, tzinfo=UTC)} == {
            read(f"3. {each} 2026", "UTC") for each in cases
        }


def test_every_weekday_is_read_and_left_at_that() -> None:
    texts = {f"{name.capitalize()} 24.11.2026 10:00" for name in names.WEEKDAYS}
    assert {datetime(2026, 11, 24, 8, tzinfo=UTC)} == {read(text) for text in texts}


# Where the text was written


@pytest.mark.parametrize(
    ("expected", "timezone"),
    [
        (10, "UTC"),
        (8, HELSINKI),
        (9, "Europe/Stockholm"),
        (7, "Europe/Moscow"),
        (15, "America/New_York"),
    ],
)
def test_time_without_a_zone_is_local(expected: int, timezone: str) -> None:
    assert datetime(2026, 11, 24, expected, tzinfo=UTC) == read("24.11.2026 klo 10.00", timezone)


@pytest.mark.parametrize(
    ("expected", "timezone"),
    [("04:30", "Asia/Kolkata"), ("08:00", "Asia/Jerusalem"), ("10:00", HELSINKI)],
)
def test_local_name_of_a_zone_is_known_where_it_is_used(expected: str, timezone: str) -> None:
    told = read("24 Nov 2026 10:00 IST", timezone)
    assert datetime.fromisoformat(f"2026-11-24T{expected}Z") == told


# Whatever comes

DAYS = st.dates(date(1971, 1, 2), date(2099, 12, 30))
MOMENTS = st.builds(datetime.combine, DAYS, st.times(), st.just(UTC))
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda each: timezone(timedelta(minutes=each)))
PIECES = st.sampled_from(
    [
        *(
            "24",
            "11",
            "2026",
            "26",
            "0",
            "99",
            "10:00",
            "10.00",
            "24:00",
            "klo",
            "kl.",
            "PM",
            "am",
            "T",
            "W48",
        ),
        *(
            ".",
            ":",
            "-",
            "/",
            ",",
            " ",
            "+",
            "+0200",
            "-99",
            "(",
            ")",
            "[",
            "]",
            "Z",
            "EET",
            "GMT+2",
            "Europe/",
        ),
        *(
            "Nov",
            "marraskuuta",
            "tis",
            "skábmamánu",
            "ноября",
            "´",
            "\ud800",
            "٢",
            "²",
            "\x00",
            "\N{SOFT HYPHEN}",
        ),
    ]
)


@given(MOMENTS, OFFSETS)
def test_what_machines_write_is_read_back(moment: datetime, offset: timezone) -> None:
    whole, there = moment.replace(microsecond=0), moment.astimezone(offset)
    assert [whole] * 6 == [
        read(there.isoformat()),
        read(there.isoformat(sep=" ")),
        read(format_datetime(there)),
        read(there.strftime("%Y%m%dT%H%M%S%z")),
        read(there.strftime("%G-W%V-%uT%H:%M:%S%z")),
        read(there.strftime("%Y-%jT%H:%M:%S%z")),
    ]


@given(
    st.builds(
        "{}{} {} {} {:02}:{:02}:{:02} {}".format,
        st.sampled_from(["", "Tue, ", "Foo, ", "tue, "]),
        st.integers(0, 32),
        st.sampled_from(["Jan", "Feb", "Mar", "May", "Aug", "Dec", "Xxx", "nov", "Mai"]),
        st.sampled_from(["2026", "2024", "1970", "0000", "2100", "26"]),
        st.integers(0, 25),
        st.integers(0, 61),
        st.integers(0, 61),
        st.sampled_from(["GMT", "UTC", "+0200", "-0330", "-0000", "+2359", "+2460", "EST", "+2"]),
    )
)
def test_mail_dates_are_read_as_words_are(text: str) -> None:
    local = ZoneInfo(HELSINKI)
    assert read_mail(text, local) in {None, read_words(text, local)}
    assert read_words(text, local) == read(text)


@given(MOMENTS)
def test_what_people_write_is_read_back(moment: datetime) -> None:
    local = moment.replace(second=0, microsecond=0).astimezone(ZoneInfo(HELSINKI))
    first = local.replace(fold=0).astimezone(UTC)
    month = names._FINNISH.split()[local.month - 1]
    assert [first] * 4 == [
        read(f"{local.day}.{local.month}.{local.year} klo {local.hour}.{local:%M}"),
        read(f"{local.day}. {month}kuuta {local.year} klo {local:%H.%M}"),
        read(f"{local.day}/{local.month}/{local.year} {local:%H:%M}"),
        read(f"{local:%d %B %Y %I:%M %p}"),
    ]


@given(st.integers(1_000_000_000, 4_102_444_799))
def test_clocks_of_machines_are_read_back(seconds: int) -> None:
    texts = (
        str(seconds),
        f"{seconds}.9",
        f"{seconds}123",
        f"{seconds}123456",
        f"/Date({seconds}123)/",
    )
    assert {datetime.fromtimestamp(seconds, UTC)} == {read(text) for text in texts}


@given(st.text() | st.text("0123456789.:-/+TZ WEINovklo,") | st.lists(PIECES).map("".join))
def test_any_text_is_a_moment_in_range_or_none(text: str) -> None:
    told = read(text)
    if told is not None:
        assert (UTC, 0) == (told.tzinfo, told.microsecond)
        assert 1971 <= told.year <= 2099
        assert [told] * 3 == [read(text), read(told.isoformat()), read(format_datetime(told))]


@pytest.mark.parametrize(
    "piece", ["1", "1.", "-1", "(", "((", "Nov ", "1:1", "+1", "[", "´", " ", "klo 1-", "a,"]
)
def test_length_costs_nothing(piece: str) -> None:
    assert read(piece * 1_000_000) is None
    assert read(f"24.11.2026 {piece * 100}") in {None, datetime(2026, 11, 23, 22, tzinfo=UTC)}


# The dates of foreign feeds

_ELEMENT = re.compile(
    r"<(?:[\w-]+:)?(?:pubDate|published|updated|modified|issued|created|date|lastBuildDate)\b[^<>]*>"
    r"\s*(?:<!\[CDATA\[)?([^<\]]{1,150})"
)
_MEMBER = re.compile(r'"date_(?:published|modified)"\s*:\s*"([^"]{1,150})"')

# What the other readers read wrong.
KNOWN_BETTER = {
    "email.utils": [
        (r"\d PM$", "it leaves PM unread"),
    ],
    "dateutil": [
        (r" (?!GMT|UTC)[A-Z]{3,5}$", "it leaves the names of zones unread"),
        (r"^\d\d-\d\d", "it takes the rest of a date that is not whole from today"),
        (r" \d{4} GMT$", "four digits are a year, not a time"),
    ],
}


def harvest() -> Iterator[str]:
    for file in FEEDS.rglob("*"):
        text = file.read_bytes().decode(errors="replace") if file.is_file() else ""
        for found in (*_ELEMENT.findall(text), *_MEMBER.findall(text)):
            yield unescape(found).strip()


def other_readings(text: str) -> Iterator[tuple[str, datetime]]:
    parser = pytest.importorskip("dateutil.parser")
    for name, reader in (("email.utils", parsedate_to_datetime), ("dateutil", parser.parse)):
        if any(re.search(pattern, text) for pattern, _ in KNOWN_BETTER[name]):
            continue
        try:
            told = reader(text)
        except (ValueError, OverflowError):
            continue
        aware = told if told.tzinfo else told.replace(tzinfo=UTC)
        yield name, aware.astimezone(UTC).replace(microsecond=0)


@pytest.mark.skipif(not FEEDS.is_dir(), reason="the feed samples are not here")
@pytest.mark.filterwarnings("ignore:tzname")
def test_dates_of_foreign_feeds_are_read_as_others_read_them() -> None:
    texts = {*harvest()}
    assert len(texts) >= 400
    compared = [
        (text, name, told, read(text, "UTC"))
        for text in texts
        for name, told in other_readings(text)
    ]
    assert len(compared) >= 600
    assert [] == [each for each in compared if each[2] != each[3]]


# Addresses

DATED = {
    "three segments": "https://kyla.example.fi/2026/11/24/silta/",
    "three segments below others": "https://kyla.example.fi/uutiset/2026/11/24/silta",
    "three segments at the end": "https://kyla.example.fi/blogi/2026/11/24",
    "three segments and a file": "https://kyla.example.fi/2026/11/24.html",
    "the beginning of a segment": "https://kyla.example.fi/uutiset/2026-11-24-silta",
    "a whole segment": "https://kyla.example.fi/2026-11-24/silta",
    "a file's name": "https://kyla.example.fi/2026-11-24.html",
    "an article's file": "uutiset/2026-11-24-silta.md",
    "a bare file": "2026-11-24-silta.md",
    "the first of two days": "https://kyla.example.fi/2026/11/24/2026-10-01-silta",
    "the first that is a day": "https://kyla.example.fi/2026/13/24/2026-11-24-silta",
    "a query behind it": "https://kyla.example.fi/2026-11-24?p=1",
    "a long address": "https://kyla.example.fi/2026/11/24/" + "a" * 10_000,
}
UNDATED = {
    "none": "https://kyla.example.fi/silta/",
    "a year and a month are no day": "https://kyla.example.fi/2026/11/silta/",
    "a number of things is no day": "https://kyla.example.fi/2026/11/24-vinkkia-jouluun.html",
    "a page of a month is no day": "https://kyla.example.fi/2026/11/4/",
    "eight digits are a number": "https://kyla.example.fi/uutiset/20261124",
    "eight digits in a name are a number": "https://kyla.example.fi/a/74-20111224",
    "a date in a name is when the thing happens": "https://kyla.example.fi/kokous-2026-11-24",
    "a Finnish date in a name is too": "https://kyla.example.fi/kokous-24-11-2026",
    "more digits": "https://kyla.example.fi/2026-11-241",
    "no such day": "https://kyla.example.fi/2026/02/30/silta",
    "a year of long ago": "https://kyla.example.fi/1794/06/01/silta",
    "a query": "https://kyla.example.fi/?d=/2026/11/24/",
    "a fragment": "https://kyla.example.fi/silta#/2026/11/24/",
    "a host": "https://2026-11-24.example.fi/silta",
    "digits of other scripts": "https://kyla.example.fi/٢٠٢٦/١١/٢٤/",
    "far behind": "https://kyla.example.fi/" + "a/" * 2_000 + "2026/11/24/",
    "nothing": "",
}


@pytest.mark.parametrize("url", DATED.values(), ids=DATED.keys())
def test_address_tells_its_day(url: str) -> None:
    assert datetime(2026, 11, 23, 22, tzinfo=UTC) == dates.date_in_address(url, timezone=HELSINKI)


@pytest.mark.parametrize("url", UNDATED.values(), ids=UNDATED.keys())
def test_address_tells_no_day(url: str) -> None:
    assert dates.date_in_address(url, timezone=HELSINKI) is None


@given(DAYS)
def test_every_day_in_an_address_is_read(day: date) -> None:
    expected = datetime(day.year, day.month, day.day, tzinfo=UTC)
    addresses = (f"https://example.fi/{day:%Y/%m/%d}/a", f"https://example.fi/{day.isoformat()}-a")
    assert [expected] * 2 == [dates.date_in_address(each, timezone="UTC") for each in addresses]


@given(st.text() | st.text("0123456789/-.:?#"))
def test_any_address_is_looked_at(url: str) -> None:
    told = dates.date_in_address(url, timezone=HELSINKI)
    assert told is None or told.tzinfo is UTC
