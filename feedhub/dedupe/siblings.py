"""Which entries tell one thing in several languages (pure): they are linked, never merged.

A translation keeps the numbers, the dates, the picture and the beginnings of names; it comes from
the same organization at about the same time. That is believed when one entry of a language fits
clearly better than all others.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from feedhub import urls
from feedhub.model import Entry, Kin

NEAR = timedelta(days=3)
"""How far apart an entry and its translation may have been published."""

DECLARED = 1.0
"""The score of what a source itself calls a translation."""

MIN_CLUES = 3
MIN_SHARE = 0.25
"""Of the clues of both, those that are in both."""
MARGIN = 1.5
"""How many times better than the next one the best must fit."""

# With the picture in common less will do.
_PICTURED_CLUES = 2
_PICTURED_SHARE = 0.15

# Endings differ from language to language; so much of a name's beginning is the same.
_STEM = 6
_NAME_LETTERS = 4

MAX_CHARACTERS = 10_000
"""What follows gives no clues."""

# What a sentence ends with, or begins behind; but "24. marraskuuta" goes on.
_STOP = r"""(?:[!?:;…•"“”„«»]|(?<![\d²³¹⁰⁴-⁹₀-₉])\.)"""
_LETTERS = r"[\w’'ʹʼ-]"
_IS_CLUE = rf"(?:(?<=\d)|(?<=[ (\[][^\W\d_])(?<!{_STOP} .)(?={_LETTERS}{{{_NAME_LETTERS - 1}}}))"
_NUMBER = r"(?<=\d)\d*(?:[.:/–-]\d+)*"
_NAME = rf"(?=({_LETTERS}{{{_NAME_LETTERS - 1},{_STEM - 1}}}))"
# Begin no clue. Most of a text is passed over in runs of them, in a third of the time that a search
# for the others takes: for capitals, digits, and all that is beyond the common letters.
_DULL = "".join(
    re.escape(each)
    for each in map(chr, range(0x660))
    if not (each.isupper() or each in "0123456789")
)
_CLUE = re.compile(rf"(?:[{_DULL}]++|[^{_DULL}](?!{_IS_CLUE}))*+(?:\Z|(.)(?:{_NUMBER}|{_NAME}))")
_ENDS = re.compile(rf"{_STOP} ")


@dataclass(frozen=True, slots=True)
class _Fit:
    common: int
    share: float
    pictured: bool
    """Whether both have the same picture."""

    def is_enough(self) -> bool:
        if self.pictured:
            return self.common >= _PICTURED_CLUES and self.share >= _PICTURED_SHARE
        return self.common >= MIN_CLUES and self.share >= MIN_SHARE


def declared(entry: Entry) -> tuple[str, ...]:
    """The canonical addresses of what the entry calls its translations."""
    found = (urls.canonical(each.url) for each in entry.translations)
    return tuple(sorted({each for each in found if each != entry.canonical_url}))


def tongue(language: str) -> str:
    """The language without script or region; empty when it is unknown."""
    base = language.partition("-")[0].lower()
    return "" if base == "und" else base


def siblings(entry: Kin, others: Sequence[Kin]) -> Iterator[tuple[Kin, float]]:
    """Of each other language the one entry that is the translation, if any, with its score."""
    own = tongue(entry.language)
    spoken: dict[str, list[Kin]] = {}
    for each in others if own else ():
        spoken.setdefault(tongue(each.language), []).append(each)
    for language in sorted(spoken.keys() - {"", own}):
        best = _best(entry, spoken[language])
        if best is not None:
            yield best


def _best(entry: Kin, others: Sequence[Kin]) -> tuple[Kin, float] | None:
    fits = [(_fit(entry, each), each) for each in others]
    fits.sort(key=lambda pair: (pair[0].share, pair[1].id), reverse=True)
    fit, best = fits[0]
    is_clear = len(fits) < 2 or fit.share >= MARGIN * fits[1][0].share
    return (best, round(fit.share, 3)) if is_clear and fit.is_enough() else None


def _fit(one: Kin, other: Kin) -> _Fit:
    common = len(one.clues & other.clues)
    pictured = one.picture is not None and one.picture == other.picture
    share = common / max(1, len(one.clues) + len(other.clues) - common)
    return _Fit(common, share, pictured)


def clues(line: str) -> tuple[int, ...]:
    """Numbers, and the beginnings of words that are written like names; 32 bits of each.

    The line has single spaces, as `flat` gives it.
    """
    # Its first word begins a sentence.
    line = f". {line[:MAX_CHARACTERS]}"
    found = (_clue(each, line) for each in _CLUE.finditer(line) if each[1])
    return tuple(sorted(crc32(each.encode()) for each in {*found} if each))


def _clue(found: re.Match[str], line: str) -> str:
    """A name without its ending, or a number of several signs; empty for what tells nothing."""
    start = found.start(1)
    piece = line.rfind(" ", 0, start) + 1
    if found[2] is None:
        number = line[start : found.end()]
        # "covid-19" and "h2020" are words.
        return number if len(number) > 1 and not line[piece].islower() else ""
    begins = piece < start and (line[piece:start].strip("([") or _ENDS.match(line, piece - 2))
    return "" if begins or not found[1].isupper() else (found[1] + found[2]).casefold()[:_STEM]
