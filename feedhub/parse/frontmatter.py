"""What stands above an article, between two lines of `---` (YAML) or `+++` (TOML). The door of ruamel.yaml.

A value is the characters that its author wrote: `no` is a language, `010` an id, and a date stays
as it is written, so nothing is guessed here about types. YAML (1.2) is read event by event, which
is all that this needs; aliases, anchors and tags are refused, so that nothing can be multiplied.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from feedhub.config.lines import line_of
from feedhub.parse.characters import fit

MAX_CHARACTERS = 32_000
MAX_DEPTH = 4
"""Of lists and tables in one another."""

Value: TypeAlias = "str | list[Value] | dict[str, Value]"

_BLOCK = re.compile(
    r"""(?msx)\A\s*^(?:
    ---[ \t]*\n (?P<yaml>.*?) ^(?:---|\.\.\.)
    | \+\+\+[ \t]*\n (?P<toml>.*?) ^\+\+\+
    )[ \t]*(?:\n|\Z)"""
)
_OPENING = re.compile(r"\s*(---|\+\+\+)[ \t]*\n")
_KEY_LINE = re.compile(r"(?m)^[ \t]*[^\W\d_][\w -]{0,40}:(?!//)")
_HASH_TAG = re.compile(r"(?m)^[\w -]+:[ \t]+#[^\s#]")
# A Mac writes a no-break space where the writer's finger was still on the option key.
_NO_BREAK_SPACE = re.compile(r"(?m)^([ \t]*[\w-]+:)\u00a0+")
_TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})

_QUOTE = 'Put the value in quotation marks, like title: "Lapland: a new start".'
_PAIR = "Write each line like key: value, with a space after the colon."
_YAML_WORDS = (
    ("mapping values are not allowed", "there is a second colon in this line", _QUOTE),
    ("character '\\t'", "there is a tab", "Use spaces instead of tabs."),
    (
        "cannot start any token",
        "the value begins with a sign that has a meaning of its own",
        _QUOTE,
    ),
    ("quoted scalar", "a quotation mark is not closed", "Close it at the end of the value."),
    ("flow", "a bracket is not closed", f"Close it, or: {_QUOTE[0].lower()}{_QUOTE[1:]}"),
    ("could not find expected ':'", "there is no colon after the key", _PAIR),
    ("expected <block end>", "something follows the value", _QUOTE),
)


class FrontMatterError(Exception):
    """The front matter cannot be read. `line` counts from 1 in the file."""

    def __init__(self, line: int, wrong: str, remedy: str) -> None:
        super().__init__(line, wrong, remedy)
        self.line = line
        self.wrong = wrong
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """Keys with their values as written, the line in the file of each, and the text below."""

    values: Mapping[str, Value]
    lines: Mapping[str, int]
    body: str


def split(text: str) -> FrontMatter:
    """Part an article from its front matter, if any. Raises FrontMatterError."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    block = _BLOCK.match(text)
    if block is None or (block["toml"] is None and not _has_keys(block["yaml"])):
        _check_closed(text)
        return FrontMatter(values={}, lines={}, body=text)
    kind = block.lastgroup or ""
    first = text.count("\n", 0, block.start(kind)) + 1
    if len(block[kind]) > MAX_CHARACTERS:
        raise FrontMatterError(first, "the front matter is too long", "Put the text below it.")
    values, lines = _READERS[kind](block[kind], first)
    return FrontMatter(values=values, lines=lines, body=text[block.end() :])


def _has_keys(block: str) -> bool:
    """Whether this is front matter, and no text between two rules."""
    return not block.strip() or _KEY_LINE.search(block) is not None


def _check_closed(text: str) -> None:
    opening = _OPENING.match(text)
    if opening and (opening[1] == "+++" or _KEY_LINE.match(text, opening.end())):
        line = text.count("\n", 0, opening.start(1)) + 1
        remedy = f"Add a line with nothing but {opening[1]} below the last key."
        raise FrontMatterError(line, "the front matter does not end", remedy)


# YAML


def _yaml(block: str, first: int) -> tuple[dict[str, Value], dict[str, int]]:
    if tag := _HASH_TAG.search(block):
        line = first + block.count("\n", 0, tag.start())
        raise FrontMatterError(line, "what follows # counts as a remark", _QUOTE)
    reader = _Yaml(_NO_BREAK_SPACE.sub(r"\1 ", block), first)
    try:
        return reader.read(), reader.lines
    except MarkedYAMLError as error:
        raise _in_words(error, first) from error
    except (YAMLError, ValueError) as error:
        raise FrontMatterError(first, "the front matter is no YAML", _QUOTE) from error


class _Yaml:
    """Builds plain values out of the events of one block."""

    def __init__(self, block: str, first: int) -> None:
        self.lines: dict[str, int] = {}
        self._first = first
        # Without `plug_ins` every reader would search the disk for some.
        self._events: Iterator[Event] = YAML(typ="safe", pure=True, plug_ins=[]).parse(block)

    def read(self) -> dict[str, Value]:
        event = self._next()
        while isinstance(event, StreamStartEvent | DocumentStartEvent):
            event = self._next()
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, depth=0)
        if isinstance(event, StreamEndEvent):
            return {}
        raise self._error(event, "there is no key with a colon", _PAIR)

    def _next(self) -> Event:
        return next(self._events)

    def _error(self, event: Event, wrong: str, remedy: str) -> FrontMatterError:
        return FrontMatterError(self._line(event), wrong, remedy)

    def _line(self, event: Event) -> int:
        mark: StringMark = event.start_mark
        return self._first + int(mark.line)

    def _value(self, event: Event, depth: int) -> Value:
        self._check(event, depth)
        if isinstance(event, ScalarEvent):
            plain = event.style is None and event.value in _NOTHING
            return "" if plain else fit(event.value)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(depth)
        return self._mapping(event, depth)

    def _check(self, event: Event, depth: int) -> None:
        marked = isinstance(event, NodeEvent) and (event.anchor or getattr(event, "tag", None))
        if marked or isinstance(event, AliasEvent):
            raise self._error(event, "the value begins with &, * or !", _QUOTE)
        if depth > MAX_DEPTH:
            raise self._error(event, "there are too many lists in one another", _QUOTE)

    def _sequence(self, depth: int) -> list[Value]:
        values: list[Value] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            values.append(self._value(event, depth + 1))
        return values

    def _mapping(self, start: Event, depth: int) -> dict[str, Value]:
        self._check(start, depth)
        values: dict[str, Value] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._value(event, depth + 1)
            if not isinstance(key, str):
                raise self._error(event, "a key is no word", _PAIR)
            if key in values:
                raise self._error(event, f'"{key}" is there twice', "Remove one of the two.")
            if depth == 0:
                self.lines[key] = self._line(event)
            values[key] = self._value(self._next(), depth + 1)
        return values


def _in_words(error: MarkedYAMLError, first: int) -> FrontMatterError:
    """The error for a person who has never heard of YAML."""
    said = f"{error.problem} {error.context}"
    known = (row[1:] for row in _YAML_WORDS if row[0] in said)
    wrong, remedy = next(known, ("this cannot be read", _QUOTE))
    # Where it began says more than where the text ended without an end of it.
    began = "not closed" in wrong or "no colon" in wrong
    mark = (error.context_mark if began else None) or error.problem_mark
    return FrontMatterError(first + (int(mark.line) if mark else 0), wrong, remedy)


# TOML


def _toml(block: str, first: int) -> tuple[dict[str, Value], dict[str, int]]:
    try:
        table = tomllib.loads(block, parse_float=str)
        values = {key: _written(value, depth=1) for key, value in table.items()}
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line = int(place[1]) - 1 if place and place[1] else block.rstrip().count("\n")
        said = _TOML_PLACE.sub("", str(error))
        remedy = 'Write each line like key = "value".'
        raise FrontMatterError(first + line, f"this is no TOML ({said})", remedy) from error
    except (RecursionError, ValueError) as error:
        remedy = "Write simple values only."
        raise FrontMatterError(first, "the front matter is no TOML", remedy) from error
    return values, {key: first - 1 + (line_of(block, (key,)) or 1) for key in values}


def _written(value: Any, depth: int) -> Value:
    """A TOML value as the characters it was written with, or such as mean the same."""
    if depth > MAX_DEPTH:
        message = "lists in one another"
        raise ValueError(message)
    if isinstance(value, dict):
        return {fit(key): _written(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_written(each, depth + 1) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | clock_time):
        return value.isoformat()
    return fit(str(value))


_READERS = {"yaml": _yaml, "toml": _toml}
