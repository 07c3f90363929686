"""Which of the nine languages a text is in, by the letter groups of its words (pure).

A naive Bayes classifier: the data file says what each group of letters costs in each language (its
negative log-probability), and the language in which the whole text costs least has won. The file
also holds some rivals, languages that feedhub does not publish but that look like one it does; a
text that a rival wins, or that costs more than texts of the winner usually do, is "und".

Nothing here has a random part: the same text is always judged alike.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat
from operator import add
from pathlib import Path
from struct import Struct

LANGUAGES = ("fi", "sv", "en", "se", "smn", "sms", "nb", "nn", "ru")
"""What can be recognised, as BCP 47 tags."""

UNDETERMINED = "und"

DATA = Path(__file__).with_name("statistics.bin")

LONGEST_GROUP = 4
"""Letters in a group, the spaces round a word included; the whole word is a group too."""

COSTS_PER_NAT = 16
"""Costs are whole numbers below 256: natural logarithms in sixteenths."""

STRANGE = 14 * COSTS_PER_NAT
"""What a group costs, in every language, that the file does not hold."""

_SLACK = 168
"""How much dearer than usual, times the root of its letters, a group may be: the longest of chances.

Measured: the costs of a language's own texts spread by 40 to 55 in this unit, and not one in a
thousand of them goes beyond three and a half times that.
"""

_LETTERS_OF_A_KIND = 100
"""Beyond these many letters a text's subject, and not chance, makes it dearer than others."""

PIECE = 400
"""Characters looked at in each of three places of a long text."""

_PART = 0.3
"""The share of a text in two languages that a part must have to count."""

_LONGEST_WORD = 32
_REMEMBERED = 16_384
"""Words of which it is remembered what they cost: few make up most of all texts."""
_FEWEST_WORDS = 3
"""With fewer plain words than this, names are looked at too."""

# A chunk that is an address, a tag or a number; written so that no input makes it backtrack.
_NOISE = re.compile(r"(?<!\S)(?:[^\s@#_\d\\/.]|\.(?![^\W\d_]))*+[@#_\d\\/.]\S*")
_NOISY = re.compile(r"[@#_\d\\/.](?:(?<!\.)|(?=[^\W\d_]))")
"""What makes a chunk noise; most texts have none."""
# Without noise there is no digit and no underscore; the sign of softness is a letter to `re`.
_TOKEN = re.compile(r"\w+(?:'\w+)*+|[.!?:;\n–—-]")
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_APOSTROPHES = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "ʹ", "′": "ʹ", "ˊ": "ʹ"}

# The costs of a group lie side by side in one integer, four bytes a language, so that adding two
# integers adds all languages at once; no text that is looked at overflows a field.
_FIELD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The data file, read."""

    languages: tuple[str, ...]
    """The nine and the rivals, in the order of the fields."""
    usual: Mapping[str, int]
    """What a group costs, on average, in the language's own texts."""
    costs: Mapping[str, int]
    """Of each group of letters: the packed costs."""
    strange: int
    """The packed costs of a group that is not among them."""
    fields: Struct
    """Of what words cost: of each language, then the number of groups, and that of letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a text sounds like.

    `best` is the language with the least cost, a rival included; `lead` is by how many nats it
    beats the next; `excess` by how many nats a group costs more than is usual in it.
    """

    best: str
    lead: float
    excess: float
    letters: int
    """How many letters the judgement rests on."""
    parts: tuple[str, ...]
    """What it is: `best`, or all that larger parts of the text are in; nothing when unlike any."""

    @property
    def is_known(self) -> bool:
        """Whether it sounds like one of the nine, and like nothing else."""
        return self.best in LANGUAGES and self.excess <= 0


def recognize(text: str) -> str:
    """The language of the text, or "und" when it is none of the nine or nothing can be told."""
    heard = listen(text)
    return heard.best if heard and heard.is_known else UNDETERMINED


def listen(text: str) -> Heard | None:
    """How the text is judged; None when it has no words.

    A text in two languages sounds like neither, so then the longer of its parts is judged.
    """
    looked_at = sample(text)
    heard = _judged(words(looked_at))
    if heard is None or heard.excess <= 0:
        return heard
    return _longest_part(looked_at, heard.letters) or heard


def _judged(told: list[str]) -> Heard | None:
    if not told:
        return None
    statistics = _statistics()
    *costs, count, letters = statistics.fields.unpack(
        sum(map(_costs.__getitem__, told)).to_bytes(statistics.fields.size, "little")
    )
    least, best = min(zip(costs, statistics.languages, strict=True))
    second = sorted(costs)[1]
    allowed = statistics.usual[best] + _SLACK / math.sqrt(min(letters, _LETTERS_OF_A_KIND))
    excess = (least / count - allowed) / COSTS_PER_NAT
    return Heard(
        best=best,
        lead=(second - least) / COSTS_PER_NAT,
        excess=excess,
        letters=letters,
        parts=(best,) if excess <= 0 else (),
    )


def _longest_part(text: str, letters: int) -> Heard | None:
    """How the largest part is judged, a part being all sentences of one language."""
    parts: dict[str, list[str]] = defaultdict(list)
    for sentence in _SENTENCE_END.split(text):
        told = words(sentence)
        heard = _judged(told)
        if heard and heard.is_known:
            parts[heard.best] += told
    large = {each: told for each, told in parts.items() if _size(told) >= letters * _PART}
    longest = _judged(max(large.values(), key=_size, default=[]))
    return replace(longest, parts=tuple(large)) if longest else None


def _size(told: list[str]) -> int:
    return sum(map(len, told))


def sample(text: str) -> str:
    """The text, or the beginning, the middle and the end of a long one."""
    if len(text) <= 3 * PIECE:
        return text
    middle = (len(text) - PIECE) // 2
    return f"{text[:PIECE]}\n{text[middle : middle + PIECE]}\n{text[-PIECE:]}"


def words(text: str) -> list[str]:
    """The words that tell a language, in small letters.

    Addresses, tags and numbers do not tell one, nor do names: words with a capital inside a
    sentence, unless little else is there (a heading in capitals, a list of names).
    """
    plain: list[str] = []
    names: list[str] = []
    begins = True
    for token in _TOKEN.findall(_without_noise(text)):
        first = token[0]
        if not first.isalpha():
            begins = True
            continue
        (plain if begins or first.islower() else names).append(token)
        begins = False
    told = plain if len(plain) >= _FEWEST_WORDS else plain + names
    return [each.lower()[:_LONGEST_WORD] for each in told]


def _without_noise(text: str) -> str:
    for written, meant in _APOSTROPHES.items():
        text = text.replace(written, meant)
    return _NOISE.sub(" ", text) if _NOISY.search(text) else text


def groups(word: str) -> list[str]:
    """The groups of letters of a word, its ends marked by spaces: from two letters to all."""
    marked = f" {word} "
    found = [marked] if len(marked) > LONGEST_GROUP else []
    grown = [*marked]
    for size in range(1, LONGEST_GROUP):
        grown = [*map(add, grown, marked[size:])]
        found += grown
    return found


class _Words(dict[str, int]):
    """What words cost. One that is remembered is had in a fifth of `lru_cache`'s time."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        return self.setdefault(word, _cost(word))


_costs = _Words()


def _cost(word: str) -> int:
    """The packed costs of a word; above them of how many groups they are, and its letters."""
    statistics = _statistics()
    found = groups(word)
    costs = sum(map(statistics.costs.get, found, repeat(statistics.strange)))
    sizes = len(found) | len(word) << 8 * _FIELD
    return costs | sizes << 8 * _FIELD * len(statistics.languages)


@cache
def _statistics() -> Statistics:
    return read(DATA.read_bytes())


def read(data: bytes) -> Statistics:
    """The data file: a line of JSON, a line of groups parted by tabs, and their costs as bytes."""
    head, line, costs = data.split(b"\n", 2)
    usual: dict[str, int] = json.loads(head)
    found = line.decode().split("\t")
    width = len(usual) * _FIELD
    spread = bytearray(len(costs) * _FIELD)
    spread[::_FIELD] = costs
    fields = bytes(spread)
    packed = (
        int.from_bytes(fields[at : at + width], "little") for at in range(0, len(fields), width)
    )
    # Three groups in four cost what another does.
    kept: dict[int, int] = {}
    return Statistics(
        languages=tuple(usual),
        usual=usual,
        costs={
            group: kept.setdefault(cost, cost) for group, cost in zip(found, packed, strict=True)
        },
        strange=sum(STRANGE << (8 * _FIELD * place) for place in range(len(usual))),
        fields=Struct(f"<{len(usual) + 2}I"),
    )
