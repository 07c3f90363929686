"""Worlds of feeds in which the truth is known, and the score of a grouping of them.

A world is made of families. A family holds tellings that are different stories (its kind says why
they look alike; a lone story has none) and copies of the first, each changed in one way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import combinations

from feedhub.model import Author, Entry, RawEntry, RawFeed, Rules, Text
from feedhub.normalize import normalize
from tests.changes import CHANGES
from tests.lookalikes import LOOKALIKES
from tests.samples import TUESDAY, source
from tests.tellings import Dice, Shelf, Telling, texts

PARTNERS = 12
EXCERPT_WORDS = 55
LONE_STORIES = 25
COPIES = 3

UNCOPIED = {"repeated", "notices"}
"""Kinds whose members are equal: nobody could say which of them a copy tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A telling in a partner's feed. Items of one `truth` are one story."""

    partner: int
    language: str
    raw: RawEntry
    kind: str
    """Of its family; empty for a lone story."""
    change: str
    """What made it a copy; empty for an original."""
    truth: tuple[int, int]
    """Its family, and its story there."""


def world(seed: object, told: Sequence[Telling] | None = None) -> list[Item]:
    """Every kind of family once, as far as there are texts, then lone stories."""
    dice = Dice(seed)
    shelf = Shelf(dice, texts() if told is None else told)
    items: list[Item] = []
    for number, make in enumerate([*dice.some(LOOKALIKES, 99), *[None] * LONE_STORIES]):
        try:
            stories = make(shelf) if make else [shelf.take()]
        except LookupError:
            continue
        items += _family(number, make.__name__ if make else "", stories, dice)
    return items


def _family(number: int, kind: str, stories: Sequence[Telling], dice: Dice) -> Iterator[Item]:
    taken = {story.place for story in stories}
    partners = dice.some([each for each in range(PARTNERS) if each not in taken], PARTNERS)
    day = TUESDAY - timedelta(days=5 + dice.below(20))
    changes = dice.some(CHANGES, 1 if kind else COPIES) if kind not in UNCOPIED else []
    whole = replace(stories[0], id=None, link=None, place=None, cut=False)
    copies = [(change.__name__, change(whole, dice)) for change in changes]
    tellings = [*(("", story) for story in stories), *copies]
    for place, (change, telling) in enumerate(tellings):
        truth = number, 0 if change else place
        partner = partners.pop() if telling.place is None else telling.place
        raw = _raw(telling, f"https://partner{partner}.example/{number}/{place}/", day, dice)
        yield Item(
            partner=partner,
            language=telling.language,
            raw=raw,
            kind=kind,
            change=change,
            truth=truth,
        )


def _raw(telling: Telling, address: str, day: datetime, dice: Dice) -> RawEntry:
    published = day + timedelta(minutes=dice.below(4 * 24 * 60))
    words = " ".join(telling.paragraphs).split()
    beginning = " ".join(words[:EXCERPT_WORDS]) + " […]"
    whole = "\n".join(map(telling.markup.format, telling.paragraphs))
    return RawEntry(
        id=telling.id or address,
        url=telling.link or address,
        title=Text(value=telling.title, kind="text"),
        summary=Text(value=beginning, kind="text") if telling.cut else None,
        content=None if telling.cut else Text(value=whole),
        published=format_datetime(published),
        language=telling.language,
    )


def entries(items: Sequence[Item]) -> list[Entry]:
    """The items as the hub normalizes them, feed by feed; the author is the item's number."""
    feeds: dict[int, list[RawEntry]] = defaultdict(list)
    for number, item in enumerate(items):
        feeds[item.partner].append(replace(item.raw, authors=(Author(name=str(number)),)))
    return [
        entry
        for partner, raws in feeds.items()
        for entry in normalize(
            RawFeed(entries=tuple(raws)),
            source(name=f"partner{partner}/feed"),
            Rules(),
            now=TUESDAY,
        ).entries
    ]


@dataclass(frozen=True, slots=True)
class Score:
    """How a grouping compares with the truth, over all pairs of items."""

    same: Mapping[str, tuple[int, int]]
    """By change: pairs of a story and its copy, and how many of them are together."""
    apart: Mapping[str, tuple[int, int]]
    """By lookalike: pairs that are different stories, and how many of them are together."""
    right: int
    """Pairs that are together and are one story."""
    together: int
    wanted: int
    """Pairs that are one story."""
    mistakes: tuple[tuple[int, int], ...]
    """Pairs of items, by number, that were judged wrongly."""

    @property
    def precision(self) -> float:
        return self.right / self.together if self.together else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            _sum(self.same, other.same),
            _sum(self.apart, other.apart),
            self.right + other.right,
            self.together + other.together,
            self.wanted + other.wanted,
            self.mistakes + other.mistakes,
        )

    def table(self) -> str:
        """The figures by kind, for a person."""
        lines = [f"precision {self.precision:.4f}   recall {self.recall:.4f}"]
        for heading, counts in (("told anew", self.same), ("looks alike", self.apart)):
            lines += ["", f"{heading:20}{'pairs':>8}{'together':>10}{'share':>8}"]
            lines += [
                f"{kind:20}{pairs:8}{joined:10}{joined / pairs:8.1%}"
                for kind, (pairs, joined) in sorted(counts.items())
            ]
        return "\n".join(lines)


def _sum(
    one: Mapping[str, tuple[int, int]], two: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    none = 0, 0
    return {
        kind: (
            one.get(kind, none)[0] + two.get(kind, none)[0],
            one.get(kind, none)[1] + two.get(kind, none)[1],
        )
        for kind in {**one, **two}
    }


def score(items: Sequence[Item], stories: Mapping[int, str]) -> Score:
    """Compare a grouping with the truth; `stories` is the story of each item by its number."""
    same: Counter[tuple[str, bool]] = Counter()
    apart: Counter[tuple[str, bool]] = Counter()
    mistakes = []
    right = together = wanted = 0
    for a, b in combinations(range(len(items)), 2):
        is_one = items[a].truth == items[b].truth
        joined = a in stories and stories[a] == stories.get(b)
        right, together, wanted = right + (is_one and joined), together + joined, wanted + is_one
        if is_one != joined:
            mistakes.append((a, b))
        if is_one and not items[a].change:
            same[items[b].change, joined] += 1
        elif not is_one and items[a].truth[0] == items[b].truth[0]:
            apart[items[a].kind, joined] += 1
    return Score(_pairs(same), _pairs(apart), right, together, wanted, tuple(mistakes))


def _pairs(counts: Counter[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    kinds = {kind for kind, _ in counts}
    return {kind: (counts[kind, True] + counts[kind, False], counts[kind, True]) for kind in kinds}
