"""How alike two texts are, and what tells them apart.

Pure, and blind to what editors change without a thought: case, quotation marks, dashes, spaces, and
the order of paragraphs. Texts are compared by their runs of four words, since these survive moves,
cuts and additions. An index finds the texts worth comparing by a few keys of each (`sketch`); the
comparison itself reads the whole texts (`likeness`), and then looks for what differs where all else
is equal (`told_apart`): the date of an event, the place of a job.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from zlib import crc32

RUN = 4
"""Words to a run: fewer are common phrases, more are lost at every edit."""
MIN_WORDS = 20
"""A shorter text is no evidence: greetings and notices are alike everywhere."""
MAX_WORDS = 3_000
"""Words of a text that are compared; what follows adds nothing."""

_KEYS = 16
_HEAD_WORDS = 60
_HEAD_KEYS = 12
_SAMPLE = 4

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_APOSTROPHES = re.compile(r"['’‘ʼʹ´`]")
_WORD = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?!\d)|\w+(?:['’‘ʼʹ´`]\w+)*['’ʼʹ]?")
_STOP = re.compile(r"[.!?:;…•|\n]")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common, as shares from 0 to 1."""

    jaccard: float
    """Of all runs of four words, those in both."""
    containment: float
    """Of the shorter text's words, those that stand in the longer one in runs of four."""
    words: int
    """Of the shorter text."""


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    capital: bool
    opens: bool
    """Whether a sentence or a block may begin here."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text, read once."""

    text: str
    words: tuple[_Word, ...]
    runs: Mapping[int, Sequence[int]]
    """Where each run begins, by its hash."""


@lru_cache(maxsize=64)
def _read(text: str) -> _Reading:
    visible = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))
    words = tuple(_words(visible))[:MAX_WORDS]
    runs: dict[int, list[int]] = {}
    for place, key in enumerate(_hashes(words)):
        runs.setdefault(key, []).append(place)
    return _Reading(visible, words, runs)


def _words(text: str) -> Iterator[_Word]:
    end = 0
    for found in _WORD.finditer(text):
        between = text[end : found.start()]
        yield _Word(
            folded=_folded(found[0]),
            capital=found[0][0].isupper(),
            opens=end == 0 or bool(_STOP.search(between)),
            start=found.start(),
            end=found.end(),
        )
        end = found.end()


def _folded(word: str) -> str:
    if word[0].isdigit():
        digits = re.sub(r"[ .]", "", word)
        return (digits.lstrip("0") or "0").casefold()
    return _APOSTROPHES.sub("", word).casefold() or word


def _hashes(words: Sequence[_Word]) -> Iterator[int]:
    """A well mixed 64-bit number for each run of words: crc32 alone keeps patterns."""
    for place in range(len(words) - RUN + 1):
        run = " ".join(word.folded for word in words[place : place + RUN])
        mixed = crc32(run.encode()) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
        yield mixed ^ mixed >> 32


def sketch(text: str) -> tuple[int, ...]:
    """Keys to find like texts by: near copies, and a beginning and its whole, share several.

    Empty for a text that is too short to be compared.
    """
    reading = _read(text)
    if len(reading.words) < MIN_WORDS:
        return ()
    lowest = nsmallest(_KEYS, reading.runs)
    head = {key for key in _hashes(reading.words[:_HEAD_WORDS]) if key % _SAMPLE == 0}
    return tuple(sorted({*lowest, *nsmallest(_HEAD_KEYS, head)}))


def likeness(a: str, b: str) -> Likeness:
    """How alike two texts are; the same whichever comes first."""
    first, second = _read(a), _read(b)
    short, long = sorted((first, second), key=lambda each: len(each.words))
    common = len(short.runs.keys() & long.runs.keys())
    total = len(short.runs.keys() | long.runs.keys())
    covered = sum(_covered(short, long))
    return Likeness(
        jaccard=common / total if total else 0.0,
        containment=covered / len(short.words) if short.words else 0.0,
        words=len(short.words),
    )


def _covered(reading: _Reading, other: _Reading) -> list[bool]:
    """For each word, whether it stands in the other text in a run."""
    covered = [False] * len(reading.words)
    for key in reading.runs.keys() & other.runs.keys():
        for place in reading.runs[key]:
            covered[place : place + RUN] = [True] * RUN
    return covered
