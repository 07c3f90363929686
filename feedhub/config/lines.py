"""Where in a TOML text a value stands, for messages that name a line.

`tomllib` forgets the lines. This reads only what is needed to find them again in a text that
tomllib has already accepted: table headers, keys, and strings over several lines to skip.
"""

import re
from collections.abc import Iterator, Sequence

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=\s*(.*)")
_PARTS = re.compile(_PART)
_LONG_QUOTES = ('"""', "'''")

Location = tuple[str | int, ...]


def line_of(text: str, location: Sequence[str | int]) -> int:
    """The line (from 1) of the value at `location`, else of the nearest table around it, else 0."""
    lines = dict(_places(text))
    for end in range(len(location), 0, -1):
        if found := lines.get(tuple(location[:end])):
            return found
    return 0


def _places(text: str) -> Iterator[tuple[Location, int]]:
    """Every header and key with its line; a table in an array of tables has its number."""
    table: Location = ()
    counts: dict[Location, int] = {}
    waiting_for = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if waiting_for:
            waiting_for = "" if waiting_for in line else waiting_for
        elif header := _HEADER.match(line):
            table = _table(_parts(header[2]), counts, in_array=header[1] == "[[")
            yield table, number
        elif key := _KEY.match(line):
            yield table + _parts(key[1]), number
            waiting_for = _opened(key[2])


def _parts(dotted: str) -> Location:
    return tuple(part.strip("\"'") for part in _PARTS.findall(dotted))


def _table(name: Location, counts: dict[Location, int], *, in_array: bool) -> Location:
    """The location that a header opens; below an array of tables, that of its newest table."""
    location: Location = ()
    for part in name[:-1]:
        location += (part,)
        if location in counts:
            location += (counts[location],)
    location += name[-1:]
    if not in_array:
        return location
    counts[location] = counts.get(location, -1) + 1
    return (*location, counts[location])


def _opened(value: str) -> str:
    """The quotes that this value opens and leaves open over the line's end, else nothing."""
    for quotes in _LONG_QUOTES:
        if quotes in value and value.count(quotes) % 2:
            return quotes
    return ""
