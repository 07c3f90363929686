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
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nsmallest
from itertools import takewhile
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

# An excerpt tells the beginning of a text; before it may stand a header, a caption, a byline.
_PREFACE_WORDS = 80

# A difference of so many words on both sides is other news, not another fact.
_BLOCK_WORDS = 25
_LEAD_WORDS = 5
_FOOTER_WORDS = 12

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_WORD = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?!\d)|\w+(?:['’‘ʼʹ´`]\w+)*['’ʼʹ]?")
_MARKS = re.compile(r"['’‘ʼʹ´`]")
_STOP = re.compile(r"[.!?:;…•|\n\"“”„«»]|(?:^|\s)[-–—]")
_CONTACT = re.compile(r"@|\(at?\)|\b(?:puh|tel|gsm)\b|\+358|\b0\d{1,2}[ -]\d{3}", re.IGNORECASE)
_STAMP = re.compile(
    r"(?:media|lehdistö)?tiedote\b|julkaistu|päivitetty|pressmeddelande|publicerad|uppdaterad|"
    r"(?:press|news) release|published|updated",
    re.IGNORECASE,
)
_CALENDAR = re.compile(
    r"(?:maanantai|tiistai|keskiviik|torstai|perjantai|lauantai|sunnuntai|(?:tammi|helmi|maalis|"
    r"huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)kuu|(?:mån|tis|ons|tors|fre|lör|sön)dag|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|januar|februar|mars|march|april|ma[ij]|may|"
    r"jun[ie]|jul[iy]|august|(?:septem|octo|okto|novem|de[cs]em)ber)"
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of one text stands in another."""

    share: float
    """Of the shorter text's words, from 0 to 1, those in runs that the longer one begins with."""
    words: int
    """Of the shorter text."""
    longer: int
    """Words of the longer text."""


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    capital: bool
    """Written like a name."""
    opens: bool
    """Whether a sentence may begin here, so that a capital tells nothing."""
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
    words = tuple(_words(visible))
    runs: dict[int, list[int]] = {}
    for place, key in enumerate(_hashes(words)):
        runs.setdefault(key, []).append(place)
    return _Reading(visible, words, runs)


def _words(text: str) -> Iterator[_Word]:
    end = 0
    for _, found in zip(range(MAX_WORDS), _WORD.finditer(text), strict=False):
        word = found[0]
        yield _Word(
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


def _hashes(words: Sequence[_Word]) -> Iterator[int]:
    """A 32-bit number for each run of words, mixed: the low bits of crc32 alone keep patterns."""
    for place in range(len(words) - RUN + 1):
        run = " ".join(word.folded for word in words[place : place + RUN])
        mixed = crc32(run.encode()) * 0x9E3779B1 & 0xFFFFFFFF
        yield mixed ^ mixed >> 15


def sketch(text: str) -> tuple[int, ...]:
    """Keys to find like texts by: near copies, and a beginning and its whole, share several.

    Empty for a text that is too short to be compared; each key is below 2**32.
    """
    reading = _read(text)
    if len(reading.words) < MIN_WORDS:
        return ()
    head = {key for key in _hashes(reading.words[:_HEAD_WORDS]) if key % _SAMPLE == 0}
    lowest = nsmallest(_KEYS, reading.runs)
    return tuple(sorted({*lowest, *nsmallest(_HEAD_KEYS, head)}))


def likeness(a: str, b: str) -> Likeness:
    """How alike two texts are; the same whichever comes first."""
    short, long = sorted((_read(a), _read(b)), key=lambda each: len(each.words))
    near = len(short.words) + _PREFACE_WORDS
    common = {key for key in short.runs.keys() & long.runs.keys() if long.runs[key][0] < near}
    covered = sum(_covered(short, common))
    return Likeness(covered / max(1, len(short.words)), len(short.words), len(long.words))


def _covered(reading: _Reading, common: set[int]) -> list[bool]:
    """For each word, whether it stands in one of the runs."""
    covered = [False] * len(reading.words)
    for key in common:
        for place in reading.runs[key]:
            covered[place : place + RUN] = [True] * RUN
    return covered


# What tells apart


@dataclass(frozen=True, slots=True)
class _Gap:
    """What stands in one text where the other has something else."""

    ours: Sequence[_Word]
    theirs: Sequence[_Word]
    leads: bool = False
    """Whether it is the beginning of both texts."""
    trails: bool = False
    """Whether it is a sentence, or more, at the end of both texts."""

    def is_wider(self, words: int) -> bool:
        return min(len(self.ours), len(self.theirs)) >= words

    def parts(self) -> bool:
        """Whether each text has a part of its own here, not another word for a thing."""
        if not self.leads:
            return self.is_wider(_BLOCK_WORDS)
        longer = max(len(self.ours), len(self.theirs))
        return self.is_wider(_LEAD_WORDS) or (self.is_wider(RUN - 1) and longer >= _BLOCK_WORDS)


def told_apart(a: str, b: str, a_title: str, b_title: str) -> str | None:
    """What differs where all else is equal, in words; None when nothing does.

    Weighed are numbers, weekdays and months, names, and a word that is replaced throughout. What
    one text merely has more of is no evidence, nor is a footer or a block of contacts.
    """
    first, second = _read(a), _read(b)
    names = _names(first), _names(second)
    titles = _Gap(_read(a_title).words, _read(b_title).words)
    gaps = list(_gaps(first, second))
    if _are_alike(titles):
        gaps.insert(0, titles)
    elif any(gap.parts() for gap in gaps):
        return "each has a part of its own"
    return next(filter(None, (_difference(gap, names) for gap in gaps)), None) or _swapped(
        gaps, titles
    )


def _gaps(a: _Reading, b: _Reading) -> Iterator[_Gap]:
    common = a.runs.keys() & b.runs.keys()
    covered = _covered(b, common)
    for start, end in _bare(_covered(a, common)):
        left, right = _counterpart(a, b, start, end)
        ours, theirs = a.words[start:end], b.words[left:right]
        if not theirs or any(covered[left:right]) or _are_frames(a, ours, b, theirs):
            continue
        begins = all(words[0].opens or words[0].capital for words in (ours, theirs))
        yield _Gap(ours, theirs, leads=start == 0, trails=begins and end == len(a.words))


def _bare(covered: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The stretches that are not covered, unless nothing is."""
    start = 0
    for place in range(len(covered) + 1):
        if place == len(covered) or covered[place]:
            if start < place and any(covered):
                yield start, place
            start = place + 1


def _counterpart(a: _Reading, b: _Reading, start: int, end: int) -> tuple[int, int]:
    """Where in b the words stand that it has instead of those of a; an empty stretch for none."""
    lefts: Sequence[int] = [0]
    rights: Sequence[int] = [len(b.words)]
    if start > 0:
        (before,) = _hashes(a.words[start - RUN : start])
        lefts = [place + RUN for place in b.runs[before]]
    if end < len(a.words):
        (after,) = _hashes(a.words[end : end + RUN])
        rights = b.runs[after]
    pairs = [(left, right) for left in lefts for right in rights if left <= right]
    return min(pairs, key=lambda pair: pair[1] - pair[0], default=(0, 0))


def _are_frames(a: _Reading, ours: Sequence[_Word], b: _Reading, theirs: Sequence[_Word]) -> bool:
    """Whether both are blocks of contacts, or both the date of the publication."""
    texts = a.text[ours[0].start : ours[-1].end], b.text[theirs[0].start : theirs[-1].end]
    return all(map(_CONTACT.search, texts)) or all(map(_STAMP.match, texts))


def _difference(gap: _Gap, names: tuple[frozenset[str], frozenset[str]]) -> str | None:
    """The first kind of fact that each side of the gap has its own of."""
    if gap.is_wider(_FOOTER_WORDS if gap.trails else _BLOCK_WORDS):
        return None
    ours, theirs = ({word.folded for word in side} for side in (gap.ours, gap.theirs))
    facts = [
        ("a number", _numbers(ours), _numbers(theirs)),
        ("a day or month", _calendar(ours), _calendar(theirs)),
    ]
    if not gap.trails:
        facts.append(("a name", _named(gap.ours, names[0]), _named(gap.theirs, names[1])))
    for kind, mine, other in facts:
        own = _only(mine, other), _only(other, mine)
        if all(own):
            return f"{kind}: {' '.join(own[0])} / {' '.join(own[1])}"
    return None


def _only(ours: set[str], theirs: set[str]) -> list[str]:
    return [each for each in sorted(ours) if not any(_same(each, other) for other in theirs)]


def _numbers(words: set[str]) -> set[str]:
    return {word for word in words if word[0].isdigit()}


def _calendar(words: set[str]) -> set[str]:
    return {word for word in words if _CALENDAR.match(word)}


def _named(words: Sequence[_Word], names: frozenset[str]) -> set[str]:
    written = {word.folded for word in words if word.capital}
    return {word for word in written if any(_same(word, name) for name in names)}


def _names(reading: _Reading) -> frozenset[str]:
    """Words written like names where no sentence begins."""
    return frozenset(word.folded for word in reading.words if word.capital and not word.opens)


def _same(a: str, b: str) -> bool:
    """Whether two words are one but for inflection; numbers are compared as they are."""
    if a == b or a[0].isdigit() or b[0].isdigit():
        return a == b
    short, long = sorted((a, b), key=len)
    stem = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(short, long, strict=False))
    )
    if stem == len(short):
        return len(long) - stem <= 4
    return stem >= max(3, 0.6 * len(short)) and len(long) - stem <= 5


def _are_alike(titles: _Gap) -> bool:
    """Whether the titles differ by their numbers and two words at most."""
    ours, theirs = ({word.folded for word in side} for side in (titles.ours, titles.theirs))
    own = _only(ours, theirs), _only(theirs, ours)
    words = [sum(not word[0].isdigit() for word in each) for each in own]
    return len(own[0]) < len(ours) and max(words) <= 2


def _swapped(gaps: Sequence[_Gap], titles: _Gap) -> str | None:
    """A word in the place of another: two names, words of the titles, or the same pair twice."""
    swaps: list[tuple[str, str]] = []
    for gap, mine, other in ((each, *swap) for each in gaps for swap in _swaps(each)):
        pair = mine.folded, other.folded
        before = any(_same(pair[0], each[0]) and _same(pair[1], each[1]) for each in swaps)
        titled = _stands(pair[0], titles.ours) and _stands(pair[1], titles.theirs)
        names = mine.capital and other.capital
        if before or names or (titled and gap is not titles):
            return f"a word: {pair[0]} / {pair[1]}"
        swaps.append(pair)
    return None


def _stands(word: str, words: Sequence[_Word]) -> bool:
    return any(_same(word, each.folded) for each in words)


def _swaps(gap: _Gap) -> Iterator[tuple[_Word, _Word]]:
    """Words of the gap that stand in each other's place."""
    ours, theirs = ([word.folded for word in side] for side in (gap.ours, gap.theirs))
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    for kind, a, a_end, b, b_end in blocks:
        if kind == "replace":
            mine, other = gap.ours[a:a_end], gap.theirs[b:b_end]
            if gap.leads and a_end == len(ours) and b_end == len(theirs):
                # Before it may stand a header, so that only the last words face each other.
                mine, other = mine[-1:], other[-1:]
            if len(mine) == len(other):
                pairs = zip(mine, other, strict=True)
                yield from (pair for pair in pairs if not _same(pair[0].folded, pair[1].folded))
