"""Dates for people: the name of a month or three numbers, and a time of the day beside them."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from feedhub.dates.clocks import MIDNIGHT, Clock, moment, twelve_hours
from feedhub.dates.names import HOUR_WORDS, MONTHS, SMALL_WORDS, WEEKDAYS
from feedhub.dates.zones import OFFSET, PLACE, named, read_zone

_COMMENT = re.compile(r"\([^()]*\)")
# Whatever language its day is named in, a word before the first comma tells no more than the day.
_OPENING = re.compile(r" ?[^\W\d_]+\.?,")
_WORD = re.compile(r"\d+|[^\W\d_]+")

_NUMBERS = re.compile(
    r"""(?x) (?<![\d.:/-])
    (?: (?P<year>\d{4}) \ ?([./-])\ ? (?P<month>\d{1,2}) \ ?\2\ ? (?P<day>\d{1,2})
      | (?P<first>\d{1,2}) \ ?(?P<mark>[./-])\ ? (?P<second>\d{1,2}) \ ?(?P=mark)\ ? (?P<last>\d{4}|\d\d)
    ) (?![\d:/-])"""
)

_HALF = r"(?: ?(?P<half>[AaPp])\.? ?[Mm]\b\.?)"
_CLOCKS = (
    re.compile(
        r"(?<![\d.:-])(?P<hour>\d{1,2})[.:](?P<minute>\d\d)(?:[.:](?P<second>\d\d)(?:[.,]\d+)?)?(?!\d)"
        rf"{_HALF}?"
    ),
    re.compile(
        rf"(?<!\w)(?i:{'|'.join(HOUR_WORDS)})\.? ?(?P<hour>\d{{1,2}})(?![\d.:]){_HALF}?"
        r"(?P<minute>)(?P<second>)"
    ),
    re.compile(rf"(?<![\d.:-])(?P<hour>\d{{1,2}}){_HALF}(?P<minute>)(?P<second>)"),
)
_ZONE = re.compile(rf"(?:^|(?<= ))(?:(?i:UTC|GMT|UT) ?{OFFSET}|[+-]\d\d:?\d\d(?!\d)|{PLACE})")
# After "klo" a hyphen and a second time are an end, not an offset.
_RANGE = re.compile(r"(?i)(?<!\w)klo?\b.*\d ?-\d")


@dataclass(slots=True)
class _Words:
    """What words and numbers were left when the day in numbers and the time were taken out."""

    months: list[int] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Of zones, or not understood."""

    @classmethod
    def of(cls, text: str) -> "_Words":
        words = cls()
        for word in _WORD.findall(text):
            folded = word.casefold()
            if word.isdecimal():
                words.numbers.append(word)
            elif folded in MONTHS:
                words.months.append(MONTHS[folded])
            elif not _tells_nothing(word, folded):
                words.names.append(word)
        return words


def _tells_nothing(word: str, folded: str) -> bool:
    # A single capital is a military zone.
    return folded in WEEKDAYS or (word if len(word) == 1 else folded) in SMALL_WORDS


def read_words(text: str, local: tzinfo) -> datetime | None:
    """The moment that a text tells, None unless every word and number of it is understood."""
    text = _COMMENT.sub(" ", text)
    opening = _OPENING.match(text)
    rest = text[opening.end() :] if opening else text
    try:
        return _told(rest, local) if not _RANGE.search(rest) else None
    except (ValueError, OverflowError):
        return None


def _told(text: str, local: tzinfo) -> datetime | None:
    """Raises ValueError or OverflowError when there is no such day."""
    numbers = None if _Words.of(text).months else _NUMBERS.search(text)
    rest = _without(text, numbers)
    time = next(filter(None, (each.search(rest) for each in _CLOCKS)), None)
    rest = _without(rest, time)
    zone = _ZONE.search(rest)
    words = _Words.of(_without(rest, zone))
    clock = _clock(time)
    day = _day_in_numbers(numbers, time, words) if numbers else _day_in_words(words, time)
    if day is None or clock is None:
        return None
    there = _zone(zone, words, local, day)
    return moment(day, clock, there) if there is not None else None


def _without(text: str, part: re.Match[str] | None) -> str:
    return f"{text[: part.start()]} {text[part.end() :]}" if part else text


def _clock(time: re.Match[str] | None) -> Clock | None:
    if time is None:
        return MIDNIGHT
    hour = twelve_hours(int(time["hour"]), (time["half"] or "").lower())
    return (
        Clock(hour, int(time["minute"] or 0), int(time["second"] or 0))
        if hour is not None
        else None
    )


def _day_in_numbers(
    numbers: re.Match[str], time: re.Match[str] | None, words: _Words
) -> date | None:
    """The day comes before the month, unless it cannot, or the clock is an American one."""
    if words.months or words.numbers:
        return None
    if numbers["year"]:
        return date(int(numbers["year"]), int(numbers["month"]), int(numbers["day"]))
    day, month, mark = int(numbers["first"]), int(numbers["second"]), numbers["mark"]
    if mark == "-" and len(numbers["last"]) == 2:
        return None  # As likely year, month and day.
    american = mark == "/" and time is not None and time["half"]
    if mark != "." and day <= 12 and (american or month > 12):
        day, month = month, day
    return date(_year(numbers["last"]), month, day)


def _day_in_words(words: _Words, time: re.Match[str] | None) -> date | None:
    """A month and a year alone are the month's first day, when no time is told."""
    if len(words.months) != 1 or not 1 <= len(words.numbers) <= 2:
        return None
    years = [each for each in words.numbers if len(each) == 4] or words.numbers[1:]
    if len(years) != 1:
        return None
    days = list(words.numbers)
    days.remove(years[0])
    if not days and time is not None:
        return None
    return date(_year(years[0]), words.months[0], int(days[0]) if days else 1)


def _year(written: str) -> int:
    """Short years by RFC 5322 section 4.3."""
    year = int(written)
    if len(written) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(written) == 3 else year


def _zone(zone: re.Match[str] | None, words: _Words, local: tzinfo, day: date) -> tzinfo | None:
    """The offset or place, else the name, else `local`; None when a name is none."""
    names = [named(each, local, day) for each in words.names]
    if None in names or len(names) > 1:
        return None
    return read_zone(zone[0], local, day) if zone else next(iter(names), local)
