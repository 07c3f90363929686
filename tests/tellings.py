"""Texts to make feeds of, and dice to make them with.

The texts are real ones beside the checkout when they are there, else the stories of stories.toml.
"""

import gzip
import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("FEEDHUB_SHARED", HERE.parents[1] / "shared"))
REAL = SHARED / "dedup" / "base.jsonl.gz"
OWN: dict[str, Any] = tomllib.loads((HERE / "stories.toml").read_text("utf-8"))
SERIES: dict[str, Any] = OWN["series"]["fi"]

T = TypeVar("T")


class Dice:
    """Throws that a seed decides, the same on every machine."""

    def __init__(self, seed: object) -> None:
        self._seed = seed
        self._thrown = 0

    def below(self, limit: int) -> int:
        self._thrown += 1
        digest = hashlib.blake2b(f"{self._seed}:{self._thrown}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % limit

    def pick(self, things: Sequence[T]) -> T:
        return things[self.below(len(things))]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """So many of them, in any order, each once."""
        left = list(things)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A text as one source has it. `cut` leaves only the beginning in the feed."""

    title: str
    paragraphs: tuple[str, ...]
    language: str
    tale: str = ""
    """What it tells: the same for translations."""
    cut: bool = False
    markup: str = "<p>{}</p>"
    link: str | None = None
    id: str | None = None
    place: int | None = None
    """The partner whose feed it stands in, when that matters."""

    @property
    def frame(self) -> dict[str, Any]:
        """What editors of its language put round it."""
        frames: dict[str, dict[str, Any]] = OWN["frames"]
        return frames.get(self.language, frames["fi"])

    def reading(self, *paragraphs: str) -> Self:
        """The same telling with these paragraphs."""
        return replace(self, paragraphs=paragraphs)


class Shelf:
    """Tales to be told, each handed out once."""

    def __init__(self, dice: Dice, texts: Sequence[Telling]) -> None:
        tales: dict[str, list[Telling]] = {}
        for each in texts:
            tales.setdefault(each.tale, []).append(each)
        self.dice = dice
        self._tales = dice.some(list(tales.values()), len(tales))

    def take(self, language: str | None = None) -> Telling:
        """A telling in that language, or in any; its translations are gone with it."""
        return self._take(lambda each: language in {None, each.language}, 1)[0]

    def take_some(self, language: str, count: int) -> list[Telling]:
        return [self.take(language) for _ in range(count)]

    def take_translated(self) -> list[Telling]:
        """A tale in every language that it is told in: two or more."""
        return self._take(lambda _: True, 2)

    def _take(self, wanted: Callable[[Telling], bool], count: int) -> list[Telling]:
        for number, tale in enumerate(self._tales):
            found = list(filter(wanted, tale))
            if len(found) >= count:
                del self._tales[number]
                return self.dice.some(found, len(found))
        raise LookupError


@cache
def texts() -> tuple[Telling, ...]:
    """Every text to make worlds of."""
    return tuple(_real() if REAL.exists() else own())


def own() -> Iterator[Telling]:
    """The stories that are shipped with the tests."""
    for each in OWN["stories"]:
        yield Telling(**{**each, "paragraphs": tuple(each["paragraphs"])})


def _real() -> Iterator[Telling]:
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        for line in lines:
            story = json.loads(line)
            for language, text in story["texts"].items():
                yield Telling(
                    title=text["title"],
                    paragraphs=tuple(text["paras"]),
                    language=language,
                    tale=story["story"],
                )
