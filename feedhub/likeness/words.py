"""A text read once: its words, and the runs of four that it is compared by (pure)."""

import re
import sys
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from zlib import crc32

RUN = 4
"""Words to a run: fewer are common phrases, more are lost at every edit."""
MAX_WORDS = 2_000
"""Words of a text that are compared; what follows adds nothing."""
NUMBER_BYTES = 4
"""Of the number that stands for a word, and of that for a run."""

_RUN_BYTES = RUN * NUMBER_BYTES

# Few words make up most of all texts.
_REMEMBERED = 16_384

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?!\d)|\w+(?:['’‘ʼʹ´`]\w+)*['’ʼʹ]?")
_MARKS = re.compile(r"['’‘ʼʹ´`]")
_AROUND = '.,:;!?()"”“«»–-'
"""What mostly stands around a word: no part of one, nor of another form of a letter."""
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


@dataclass(frozen=True)
class Reading:
    """A text, read once."""

    text: str
    """Without what is not seen."""
    numbers: bytes
    """Those of its words."""
    runs: Mapping[int, Sequence[int]]
    """Where each run begins, by its number."""

    @property
    def length(self) -> int:
        """In words."""
        return len(self.numbers) // NUMBER_BYTES

    @cached_property
    def spans(self) -> Sequence[tuple[int, int]]:
        """Where each word begins and ends."""
        return [found.span() for found in islice(_WORD.finditer(self.text), MAX_WORDS)]

    def cut(self, start: int, end: int) -> tuple[Word, ...]:
        """The words of these places. They are looked at one by one, which few places are worth."""
        return tuple(map(self._word, range(start, end)))

    def _word(self, place: int) -> Word:
        start, end = self.spans[place]
        written = self.text[start:end]
        return Word(
            folded=_folded(written),
            capital=written[0].isupper() and not written.isupper(),
            opens=place == 0 or bool(_STOP.search(self.text, self.spans[place - 1][1], start)),
            start=start,
            end=end,
        )

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All of them."""
        return self.cut(0, self.length)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        written = {self.text[start:end] for start, end in self.spans}
        return frozenset(map(_folded, written))

    @cached_property
    def names(self) -> Mapping[str, Collection[str]]:
        """Words written like names where no sentence begins, by their first letter."""
        names: defaultdict[str, set[str]] = defaultdict(set)
        for word in self.words:
            if word.capital and not word.opens:
                names[word.folded[0]].add(word.folded)
        return names

    def run_at(self, place: int) -> int:
        return run_number(self.numbers, place * NUMBER_BYTES)


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    seen = _visible(text)
    numbers = array("I", map(_remembered_number, _WORD.findall(seen)[:MAX_WORDS])).tobytes()
    runs: dict[int, list[int]] = {}
    for place, start in enumerate(run_starts(numbers)):
        runs.setdefault(run_number(numbers, start), []).append(place)
    return Reading(seen, numbers, runs)


def _visible(text: str) -> str:
    """The text without characters that are not seen, and with one form of each that is."""
    for character in _INVISIBLE:
        text = text.replace(character, "")
    return unicodedata.normalize("NFKC", text)


def _folded(word: str) -> str:
    if word[0].isdigit():
        return re.sub(r"[ .]", "", word).lstrip("0") or "0"
    return _MARKS.sub("", word).casefold()


def run_starts(numbers: bytes) -> range:
    """Where runs begin in the numbers of words."""
    return range(0, len(numbers) - NUMBER_BYTES * (RUN - 1), NUMBER_BYTES)


def run_number(numbers: bytes, start: int) -> int:
    """32 bits that stand for the run that begins there."""
    return crc32(numbers[start : start + _RUN_BYTES])


def _number(word: str) -> int:
    """32 bits that stand for the word, mixed: the low bits of crc32 alone keep patterns."""
    mixed = crc32(_folded(word).encode()) * 0x9E3779B1 & 0xFFFFFFFF
    return mixed ^ mixed >> 15


_remembered_number = lru_cache(maxsize=_REMEMBERED)(_number)


def _numbers(piece: str) -> bytes:
    word = piece.strip(_AROUND)
    if word.isalpha() and (word.isascii() or unicodedata.is_normalized("NFKC", word)):
        # Nothing is to be searched for or left out, as in most pieces.
        return _number(word).to_bytes(NUMBER_BYTES, sys.byteorder)
    return array("I", map(_number, _WORD.findall(_visible(piece)))).tobytes()


class _Pieces(dict[str, bytes]):
    """The numbers of pieces. One that is remembered is had in a fifth of `lru_cache`'s time."""

    def __missing__(self, piece: str) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        return self.setdefault(piece, _numbers(piece))


numbered = _Pieces().__getitem__
"""The numbers of the words in a piece of text without spaces: mostly one."""


def covered_by(reading: Reading, common: set[int]) -> list[bool]:
    """For each word, whether it stands in one of the runs."""
    covered = [False] * reading.length
    for run in common:
        for place in reading.runs[run]:
            covered[place : place + RUN] = [True] * RUN
    return covered
