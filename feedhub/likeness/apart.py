"""What tells two texts apart that are alike: the date of an event, the place of a job (pure)."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from feedhub.likeness.words import RUN, Reading, Word, covered_by, read

# A difference of so many words on both sides is other news, not another fact.
_BLOCK_WORDS = 25
_LEAD_WORDS = 5
_FOOTER_WORDS = 12

# A letter that is left out of so long a word is a slip.
_TYPO_LETTERS = 5

# In a wider difference words are not held against each other: they only happen to face.
_FACING_WORDS = 60

_CONTACT = re.compile(r"@|\(at?\)|\b(?:puh|tel|gsm)\b|\+358|\b0\d{1,2}[ -]\d{3}", re.IGNORECASE)
_STAMP = re.compile(
    r"(?:media|lehdistö)?tiedote\b|julkaistu|päivitetty|pressmeddelande|publicerad|uppdaterad|"
    r"(?:press|news) release|published|updated",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"(?:julkaistu|päivitetty|publicerad|uppdaterad|published|updated)"
    r"(?:[\W\d]|\b(?:klo|kl|at|on)\b)*",
    re.IGNORECASE,
)
_CALENDAR = re.compile(
    r"(?:maanantai|tiistai|keskiviik|torstai|perjantai|lauantai|sunnuntai|(?:tammi|helmi|maalis|"
    r"huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)kuu|(?:mån|tis|ons|tors|fre|lör|sön)dag|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|januar|februar|march|april|august|"
    r"(?:septem|octo|okto|novem|de[cs]em)ber|(?:mars|ma[ijy]|jun[ie]|jul[iy])\b)"
)


@dataclass(frozen=True, slots=True)
class _Gap:
    """What stands in one text where the other has something else."""

    ours: Sequence[Word]
    theirs: Sequence[Word]
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


@dataclass(frozen=True, slots=True)
class _Fact:
    """Something that differs, and how each text has it."""

    kind: str
    ours: str = ""
    theirs: str = ""


def told_apart(a: str, b: str, a_title: str, b_title: str) -> str | None:
    """What differs where all else is equal, in words; None when nothing does.

    Weighed are numbers, weekdays and months, names, and a word that is replaced throughout. What
    one text merely has more of is no evidence, nor is a footer or a block of contacts.
    """
    # The same two texts are held against each other the same way, whichever comes first.
    is_turned = (len(b), b, b_title) < (len(a), a, a_title)
    found = _found(b, a, b_title, a_title) if is_turned else _found(a, b, a_title, b_title)
    if found is None:
        return None
    ours, theirs = (found.theirs, found.ours) if is_turned else (found.ours, found.theirs)
    return f"{found.kind}: {ours} / {theirs}" if ours else found.kind


def _found(a: str, b: str, a_title: str, b_title: str) -> _Fact | None:
    first, second = read(a), read(b)
    titles = _Gap(read(a_title).words, read(b_title).words)
    gaps = list(_gaps(first, second))
    if _are_alike(titles):
        gaps.insert(0, titles)
    elif any(gap.parts() for gap in gaps):
        return _Fact("each has a part of its own")
    facts = (_difference(gap, first, second) for gap in gaps)
    return next(filter(None, facts), None) or _swapped(gaps, titles, (first, second))


def _gaps(a: Reading, b: Reading) -> Iterator[_Gap]:
    common = a.runs.keys() & b.runs.keys()
    covered = covered_by(b, common)
    for start, end in _bare(covered_by(a, common)):
        left, right = _counterpart(a, b, start, end)
        ours, theirs = a.cut(start, end), b.cut(left, right)
        if not theirs or any(covered[left:right]) or _are_frames(a, ours, b, theirs):
            continue
        begins = all(words[0].opens or words[0].capital for words in (ours, theirs))
        yield _Gap(ours, theirs, leads=start == 0, trails=begins and end == a.length)


def _bare(covered: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The stretches that are not covered, unless nothing is."""
    start = 0
    for place in range(len(covered) + 1):
        if place == len(covered) or covered[place]:
            if start < place and any(covered):
                yield start, place
            start = place + 1


def _counterpart(a: Reading, b: Reading, start: int, end: int) -> tuple[int, int]:
    """Where in b the words stand that it has instead of those of a; an empty stretch for none."""
    lefts: Sequence[int] = [0]
    rights: Sequence[int] = [b.length]
    if start > 0:
        lefts = [place + RUN for place in b.runs[a.run_at(start - RUN)]]
    if end < a.length:
        rights = b.runs[a.run_at(end)]
    pairs = ((left, bisect_left(rights, left)) for left in lefts)
    stretches = ((left, rights[place]) for left, place in pairs if place < len(rights))
    return min(stretches, key=lambda pair: pair[1] - pair[0], default=(0, 0))


def _are_frames(a: Reading, ours: Sequence[Word], b: Reading, theirs: Sequence[Word]) -> bool:
    """Whether both are blocks of contacts, or both the date of the publication."""
    texts = a.text[ours[0].start : ours[-1].end], b.text[theirs[0].start : theirs[-1].end]
    return (
        all(map(_CONTACT.search, texts))
        or all(map(_STAMP.match, texts))
        or any(map(_DATELINE.fullmatch, texts))
    )


def _difference(gap: _Gap, first: Reading, second: Reading) -> _Fact | None:
    """The first kind of fact that each side of the gap has its own of."""
    if gap.is_wider(_FOOTER_WORDS if gap.trails else _BLOCK_WORDS):
        return None
    ours, theirs = ({word.folded for word in side} for side in (gap.ours, gap.theirs))
    facts = [
        ("a number", _numbers(ours), _numbers(theirs)),
        ("a day or month", _calendar(ours), _calendar(theirs)),
    ]
    if not gap.trails:
        facts.append(("a name", _named(gap.ours, first), _named(gap.theirs, second)))
    for kind, mine, other in facts:
        own = _only(mine, other), _only(other, mine)
        if all(own):
            return _Fact(kind, " ".join(own[0]), " ".join(own[1]))
    return None


def _only(ours: set[str], theirs: set[str]) -> list[str]:
    return [each for each in sorted(ours) if not any(_same(each, other) for other in theirs)]


def _numbers(words: set[str]) -> set[str]:
    return {word for word in words if word[0].isdigit()}


def _calendar(words: set[str]) -> set[str]:
    return {word for word in words if _CALENDAR.match(word)}


def _named(words: Sequence[Word], reading: Reading) -> set[str]:
    written = {word.folded for word in words if word.capital}
    return {
        word
        for word in written
        if any(_same(word, name) for name in reading.names.get(word[0], ()))
    }


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
    if len(long) - len(short) == 1 and long[stem + 1 :] == short[stem:]:
        return len(short) >= _TYPO_LETTERS
    return stem >= max(3, 0.6 * len(short)) and len(long) - stem <= 5


def _are_alike(titles: _Gap) -> bool:
    """Whether the titles differ by their numbers and two words at most."""
    ours, theirs = ({word.folded for word in side} for side in (titles.ours, titles.theirs))
    own = _only(ours, theirs), _only(theirs, ours)
    words = [sum(not word[0].isdigit() for word in each) for each in own]
    return len(own[0]) < len(ours) and max(words) <= 2


def _swapped(gaps: Sequence[_Gap], titles: _Gap, texts: Sequence[Reading]) -> _Fact | None:
    """A word in the place of another: two names, words of the titles, or the same pair twice.

    Of a title's words only those count that do not stand in both texts.
    """
    swaps: list[tuple[str, str]] = []
    for gap, mine, other in ((each, *swap) for each in gaps for swap in _swaps(each)):
        pair = mine.folded, other.folded
        if gap is titles and any(_is_shared(word, texts) for word in pair):
            continue
        before = any(_same(pair[0], each[0]) and _same(pair[1], each[1]) for each in swaps)
        titled = _stands(pair[0], titles.ours) and _stands(pair[1], titles.theirs)
        if before or (mine.capital and other.capital) or (titled and gap is not titles):
            return _Fact("a word", *pair)
        swaps.append(pair)
    return None


def _is_shared(word: str, texts: Sequence[Reading]) -> bool:
    return all(word in each.vocabulary for each in texts)


def _stands(word: str, words: Sequence[Word]) -> bool:
    return any(_same(word, each.folded) for each in words)


def _swaps(gap: _Gap) -> Iterator[tuple[Word, Word]]:
    """Words of the gap that stand in each other's place."""
    if max(len(gap.ours), len(gap.theirs)) > _FACING_WORDS:
        return
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
