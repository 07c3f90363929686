"""Builds the statistics of `feedhub.language` from labelled sentences and words of our own.

    python -m tests.language.build

Only the training half of the sentences is used, so the other half can judge. The same input gives
the same bytes. What goes into the file are counts of letter groups, as costs; no text can be read
back from it. `feedhub/language/NOTICE.md` names the data and its licence.
"""

import json
import math
import sys
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean

from feedhub.language.recognizer import COSTS_PER_NAT, DATA, LANGUAGES, STRANGE, groups, words
from tests.language.sentences import sentences

PHRASES = Path(__file__).with_name("phrases.toml")

SPARED = 0.05
"""The share of probability that a language spares for groups never seen in it."""

RARELY = 2
"""Groups seen less often than this, all languages together, are left out."""

FOLDS = 4
LONG = 60
"""Characters of a text that tells what is usual."""

Example = tuple[str, str]
"""A language and a text in it."""

Costs = dict[str, bytes]
"""Of each group, a byte a language."""


def build() -> bytes:
    """The data file."""
    read = [(each.language, each.text) for each in sentences() if each.half == 0]
    own = list(phrases())
    rivals = sorted({language for language, _ in own} - set(LANGUAGES))
    names = (*LANGUAGES, *rivals)
    return written(usual(read, own, names), costs([*read, *own], names))


def phrases() -> Iterable[Example]:
    """The words of our own, a line an example."""
    for language, text in tomllib.loads(PHRASES.read_text("utf-8")).items():
        yield from ((language, line) for line in text.strip().splitlines())


def costs(examples: Iterable[Example], names: tuple[str, ...]) -> Costs:
    """What every group costs in every language: its negative log-probability, smoothed."""
    seen: dict[str, Counter[str]] = {name: Counter() for name in names}
    for language, text in examples:
        seen[language].update(group for word in words(text) for group in groups(word))
    everywhere = sum(seen.values(), Counter[str]())
    kept = [group for group, times in everywhere.items() if times >= RARELY]
    totals = [seen[name].total() for name in names]

    def cost(times: int, total: int) -> int:
        probability = (times / total + SPARED / len(kept)) / (1 + SPARED)
        return min(round(-math.log(probability) * COSTS_PER_NAT), STRANGE)

    return {
        group: bytes(
            cost(seen[name][group], total) for name, total in zip(names, totals, strict=True)
        )
        for group in kept
    }


def usual(read: list[Example], own: list[Example], names: tuple[str, ...]) -> dict[str, int]:
    """How much a group costs on average in the texts of a language.

    Measured on texts that the costs were not counted from: the examples are dealt into folds, and
    each is judged by the others.
    """
    means: dict[str, list[float]] = {name: [] for name in names}
    for fold in range(FOLDS):
        others = [each for each in read if _fold(each) != fold]
        table = costs([*others, *own], names)
        for language, text in read:
            if _fold((language, text)) == fold and len(text) >= LONG:
                means[language].append(_mean(text, table, names.index(language)))
    return {name: round(fmean(means[name])) if means[name] else STRANGE for name in names}


def _fold(example: Example) -> int:
    return zlib.crc32(example[1].encode()) % FOLDS


def _mean(text: str, table: Mapping[str, bytes], place: int) -> float:
    found = [group for word in words(text) for group in groups(word)]
    return sum(table[group][place] if group in table else STRANGE for group in found) / len(found)


def written(means: dict[str, int], table: Costs) -> bytes:
    """The data file as `feedhub.language.recognizer.read` reads it."""
    ordered = sorted(table)
    head = json.dumps(means).encode()
    return b"\n".join(
        (head, "\t".join(ordered).encode(), b"".join(map(table.__getitem__, ordered)))
    )


if __name__ == "__main__":
    data = build()
    DATA.write_bytes(data)
    sys.stdout.write(f"{DATA.name}: {len(data)} bytes\n")
