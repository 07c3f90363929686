"""Which entries tell one thing in several languages (pure): they are linked, never merged.

A translation keeps the numbers, the dates, the picture and the beginnings of names; it comes from
the same organization at about the same time. That is believed when one entry of a language fits
clearly better than all others.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from feedhub import html, urls
from feedhub.model import Entry, Stored

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

_NUMBER = re.compile(r"\d+(?:[.:/–-]\d+)*")
_WORD = re.compile(r"[^\W\d_][\w’'ʹʼ-]*")
_STOP = re.compile(r"(?<!\d)\.|[!?:;…•\n\"“”«»]")


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


def siblings(entry: Entry, others: Sequence[Stored]) -> Iterator[tuple[Stored, float]]:
    """Of each other language the one entry that is the translation, if any, with its score."""
    own = tongue(entry.language)
    spoken: dict[str, list[Stored]] = {}
    for each in others if own else ():
        spoken.setdefault(tongue(each.entry.language), []).append(each)
    for language in sorted(spoken.keys() - {"", own}):
        best = _best(entry, spoken[language])
        if best is not None:
            yield best


def _best(entry: Entry, others: Sequence[Stored]) -> tuple[Stored, float] | None:
    fits = [(_fit(entry, each.entry), each) for each in others]
    fits.sort(key=lambda pair: (pair[0].share, pair[1].entry.id), reverse=True)
    fit, best = fits[0]
    is_clear = len(fits) < 2 or fit.share >= MARGIN * fits[1][0].share
    return (best, round(fit.share, 3)) if is_clear and fit.is_enough() else None


def _fit(one: Entry, other: Entry) -> _Fit:
    ours, theirs = _clues(one), _clues(other)
    common = len(ours & theirs)
    pictured = one.image is not None and one.image == other.image
    return _Fit(common, common / max(1, len(ours | theirs)), pictured)


@lru_cache(maxsize=256)
def _clues(entry: Entry) -> frozenset[str]:
    """Numbers, and the beginnings of words that are written like names."""
    text = f"{entry.title}\n{html.plain(entry.content_html)}"
    numbers = (each for each in _NUMBER.findall(text) if len(each) > 1)
    return frozenset((*numbers, *_names(text)))


def _names(text: str) -> Iterator[str]:
    end = 0
    for found in _WORD.finditer(text):
        opens = end == 0 or _STOP.search(text, end, found.start()) is not None
        if found[0][0].isupper() and not opens and len(found[0]) >= _NAME:
            yield found[0].casefold()[:_STEM]
        end = found.end()
