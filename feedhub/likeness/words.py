"""A text read once: its words, and the runs of four that it is compared by (pure)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

RUN = 4
"""Words to a run: fewer are common phrases, more are lost at every edit."""
MAX_WORDS = 2_000
"""Words of a text that are compared; what follows adds nothing."""

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_WORD = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?!\d)|\w+(?:['’‘ʼʹ´`]\w+)*['’ʼʹ]?")
_MARKS = re.compile(r"['’‘ʼʹ´`]")
_STOP = re.compile(r"[.!?:;…•|\n\"“”„«»]|(?:^|\s)[-–—]")


@dataclass(frozen=True, slots=True)
class Word:
    folded: str
    capital: bool
    """Written like a name."""
    opens: bool
    """Whether a sentence may begin here, so that a capital tells nothing."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, read once."""

    text: str
    words: tuple[Word, ...]
    runs: Mapping[int, Sequence[int]]
    """Where each run begins, by its hash."""


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    visible = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))
    words = tuple(_words(visible))
    runs: dict[int, list[int]] = {}
    for place, key in enumerate(hashes(words)):
        runs.setdefault(key, []).append(place)
    return Reading(visible, words, runs)


def _words(text: str) -> Iterator[Word]:
    end = 0
    for _, found in zip(range(MAX_WORDS), _WORD.finditer(text), strict=False):
        word = found[0]
        yield Word(
            folded=_folded(word),
            capital=word[0].isupper() and not word.isupper(),
            opens=end == 0 or bool(_STOP.search(text, end, found.start())),
            start=found.start(),
            end=found.end(),
        )
        end = found.end()


def _folded(word: str) -> str:
    if word[0].isdigit():
        return re.sub(r"[ .]", "", word).lstrip("0") or "0"
    return _MARKS.sub("", word).casefold()


def hashes(words: Sequence[Word]) -> Iterator[int]:
    """A 32-bit number for each run of words, mixed: the low bits of crc32 alone keep patterns."""
    for place in range(len(words) - RUN + 1):
        run = " ".join(word.folded for word in words[place : place + RUN])
        mixed = crc32(run.encode()) * 0x9E3779B1 & 0xFFFFFFFF
        yield mixed ^ mixed >> 15


def covered_by(reading: Reading, common: set[int]) -> list[bool]:
    """For each word, whether it stands in one of the runs."""
    covered = [False] * len(reading.words)
    for key in common:
        for place in reading.runs[key]:
            covered[place : place + RUN] = [True] * RUN
    return covered
