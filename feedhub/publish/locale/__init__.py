"""The words of the pages, one TOML file a language, and how they are said.

A word that a language lacks comes from the language that its file names as `fallback`, and in the
end from English. A word is named by its place in the file: `news`, `status.lead`.
"""

import re
import tomllib
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LAST_RESORT = "en"

_FILES = {path.stem: path for path in Path(__file__).parent.glob("*.toml")}
_STATUS_CODE = re.compile(r"http-(\d)\d\d")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """All words of one language."""

    language: str
    """BCP 47."""
    table: Mapping[str, str]

    def __call__(self, name: str, **values: object) -> str:
        """One word or sentence; raises KeyError for a name that no file has."""
        said = self.table[name]
        return said.format(**values) if values else said

    def day(self, time: datetime, zone: ZoneInfo) -> str:
        """The date, as in "24. marraskuuta 2026"."""
        return self._dated("date.day", time.astimezone(zone))

    def moment(self, time: datetime, zone: ZoneInfo) -> str:
        """Date and time of day, as in "24. marraskuuta 2026 klo 10.00"."""
        return self._dated("date.moment", time.astimezone(zone))

    def month(self, year: int, month: int) -> str:
        """As a heading: "Marraskuu 2026"."""
        name = self(f"date.months.{month - 1}")
        said = self("date.month", month=name, number=month, year=year)
        return said[:1].upper() + said[1:]

    def _dated(self, pattern: str, local: datetime) -> str:
        return self(
            pattern,
            day=local.day,
            month=self(f"date.months.{local.month - 1}"),
            number=local.month,
            year=local.year,
            hour=local.hour,
            minute=local.minute,
        )

    def fault(self, code: str) -> tuple[str, str] | None:
        """What a fault's code says and what mends it; None for an unknown code.

        An HTTP status without a sentence of its own has that of its class (RFC 9110 section 15).
        """
        status = _STATUS_CODE.fullmatch(code)
        codes = (code, f"http-{status[1]}xx", "http-xxx") if status else (code,)
        for each in codes:
            if f"faults.{each}.message" in self.table:
                number = code.removeprefix("http-")
                message = self(f"faults.{each}.message", number=number)
                return message, self(f"faults.{each}.remedy", number=number)
        return None


@lru_cache
def words(language: str) -> Words:
    """The words of a language, or of English when there is no file for it."""
    spoken = next((each for each in _ranges(language) if each in _FILES), LAST_RESORT)
    return Words(spoken, dict(ChainMap(*_tables(spoken))))


def is_whole(language: str) -> bool:
    """Whether every word is there in the language itself."""
    own = [each for each in _ranges(language) if each in _FILES]
    return bool(own) and "fallback" not in _table(own[0])


def language_name(code: str) -> str:
    """A language by its own name, as in "davvisámegiella"; else its code."""
    names = words(LAST_RESORT).table
    known = (f"language_names.{each}" for each in _ranges(code))
    return next((names[each] for each in known if each in names), code)


def _ranges(language: str) -> tuple[str, str]:
    """The tag and its primary subtag, in lower case (RFC 4647 section 3.4)."""
    tag = language.lower()
    return tag, tag.partition("-")[0]


def _tables(language: str) -> list[dict[str, str]]:
    """The tables of the language and of those it falls back to, ending with English."""
    tables = [_table(language)]
    while language != LAST_RESORT:
        language = tables[-1].get("fallback", LAST_RESORT)
        tables.append(_table(language))
    return tables


@lru_cache
def _table(language: str) -> dict[str, str]:
    return dict(_flat(tomllib.loads(_FILES[language].read_text("utf-8"))))


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every string below a TOML value, by the path of its keys and indexes."""
    if isinstance(value, str):
        yield name, value
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in pairs:
        yield from _flat(below, f"{name}.{key}" if name else str(key))
