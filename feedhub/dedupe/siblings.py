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
_NAME = 4

MAX_CHARACTERS = 10_000
"""What follows gives no clues."""

_NUMBER = re.compile(r"\d+(?:[.:/–-]\d+)*")
_WORD = re.compile(r"[^\W\d_][\w’'ʹʼ-]*")
# What a sentence ends with, or begins behind.
_STOPS = frozenset('!?:;…•"“”„«»')


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


def clues(text: str) -> tuple[int, ...]:
    """Numbers, and the beginnings of words that are written like names; 32 bits of each."""
    pieces = [".", *text[:MAX_CHARACTERS].split()]
    places = [place for place, piece in enumerate(pieces) if not piece[0].islower()][1:]
    found = {
        clue for place in places for clue in _clues(pieces[place].lstrip("(["), pieces[place - 1])
    }
    return tuple(sorted(crc32(each.encode()) for each in found))


def _clues(piece: str, before: str) -> Iterator[str]:
    """What a piece between spaces tells; a capital tells nothing where a sentence may begin."""
    yield from (each for each in _NUMBER.findall(piece) if len(each) > 1)
    if piece[:1].isupper() and not _is_stop(before):
        name = _WORD.match(piece)
        if name is not None and len(name[0]) >= _NAME:
            yield name[0].casefold()[:_STEM]


def _is_stop(piece: str) -> bool:
    if piece[-1] == ".":
        return not piece[-2:-1].isdigit()
    return piece[-1] in _STOPS
