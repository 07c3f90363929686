"""The labelled sentences that language recognition is trained on and judged by.

They lie outside the project, are cut in two halves for good, and are never copied into it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "shared" / "langid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One labelled sentence; `half` is 0 (to train on) or 1 (to judge by)."""

    language: str
    text: str
    half: int


def sentences(folder: Path = FOLDER) -> Iterator[Sentence]:
    """All of them, in the order of the files."""
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text("utf-8").strip("\n").split("\n"):
            language, text, origin = line.split("\t")
            # Pages repeat their own phrases, so a page goes to one half as a whole; a treebank is
            # one file, so there the sentence decides.
            key = origin if ".news." in path.name else text
            yield Sentence(language=language, text=text, half=half(key))


def half(key: str) -> int:
    """0 or 1, by a hash: the same for ever."""
    return hashlib.blake2b(key.encode(), digest_size=1).digest()[0] % 2
