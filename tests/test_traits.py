"""What entries are found by is told fast, and is what a plain reading of their words tells.

Stores hold these numbers for years, so they may never change without a step that renews them.
"""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from zlib import crc32

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedhub.dedupe.siblings import clues
from feedhub.dedupe.traits import traits_of
from feedhub.html import flat as tags
from feedhub.html.flat import flat
from feedhub.likeness import sketch
from tests.samples import entry
from tests.tellings import own

TEXTS = [" ".join(each.paragraphs) for each in own()]
SIGNS = "aAäÄžŽéʹʼ'’´ \u0301ﬁ²½ßİ.,:;!?()[]\"”“«»–-…•0129/_@\u00ad\u200b٣Ⅰ𝐀"
WORDS = ["Inari", "inarissa", "1.000", "24.", "(Aili", "a.", "”Silta", "covid-19", "5G", "m²."]
LINES = st.one_of(
    st.text(st.sampled_from(SIGNS), max_size=60),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(SIGNS, max_size=5)), max_size=90).map(
        " ".join
    ),
).map(lambda text: " ".join(text.split()))
MARKUP = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<b>", "</b>", "<br>", '<img src="a" alt="a > b">', "&lt;b&gt;"),
            *("&nbsp;", "&amp;nbsp;", "sana", "äö", " ", "\n", "\t", "\xa0", "\u2003", "\u200b"),
        ]
    ),
    max_size=20,
).map("".join)
WORD = r"\d{1,3}(?:[ .]\d{3})+(?!\d)|\w+(?:['’‘ʼʹ´`]\w+)*['’ʼʹ]?"
"""A mark behind a number is a part of it: “2'” may be two minutes."""

# What the text of the last test has been stored with since there are stores.
KEYS_HELD = (
    208457019,
    1241912215,
    1940254598,
    1956470157,
    2319073222,
    2588821529,
    2636890708,
    2702057463,
    3793275649,
)
CLUES_HELD = (26550162, 562331981, 564263410, 1330857165, 2933874284)


def plainly_flat(clean: str) -> str:
    return " ".join(unescape(tags._TAG.sub(" ", tags._RUNNING.sub("", clean))).split())


def plain_clues(line: str) -> tuple[int, ...]:
    pieces = [".", *line.split()]
    found = {
        clue
        for before, piece in pairwise(pieces)
        if not piece[0].islower()
        for clue in clues_of(piece.lstrip("(["), before)
    }
    return tuple(sorted(crc32(each.encode()) for each in found))


def clues_of(piece: str, before: str) -> Iterator[str]:
    yield from (each for each in re.findall(r"\d+(?:[.:/–-]\d+)*", piece) if len(each) > 1)
    ended = before[-1] in '!?:;…•"“”„«»' or (before[-1] == "." and not before[-2:-1].isdigit())
    name = re.match(r"[^\W\d_][\w’'ʹʼ-]{3,}", piece)
    if name and piece[0].isupper() and not ended:
        yield name[0].casefold()[:6]


def plain_sketch(text: str) -> tuple[int, ...]:
    words = [number for piece in text[:2_000].split() for number in numbers_of(piece)]
    if len(words) < 20:
        return ()
    lowest = sorted(runs(words, 64 if len(words) >= 128 else 256))[:8]
    return tuple(sorted({*lowest, *sorted(runs(words[:60], 64))[:10]}))


def numbers_of(piece: str) -> Iterator[bytes]:
    seen = unicodedata.normalize("NFKC", re.sub("[\u00ad\u200b-\u200d\u2060\ufeff]", "", piece))
    for word in re.findall(WORD, seen):
        if word[0].isdigit():
            folded = word.replace(".", "").replace(" ", "").lstrip("0") or "0"
        else:
            folded = re.sub("['’‘ʼʹ´`]", "", word).casefold()
        mixed = crc32(folded.encode()) * 0x9E3779B1 % 2**32
        yield (mixed ^ mixed >> 15).to_bytes(4, "little")


def runs(words: list[bytes], limit: int) -> set[int]:
    places = (place for place in range(len(words) - 3) if words[place][0] < limit)
    return {crc32(b"".join(words[place : place + 4])) for place in places}


@given(line=LINES)
@settings(deadline=None)
def test_clues_are_those_of_each_piece(line: str) -> None:
    assert plain_clues(line) == clues(line)


@given(text=LINES)
@example(text="Inari " * 19 + "½'")
@settings(deadline=None)
def test_keys_are_those_of_each_run(text: str) -> None:
    assert plain_sketch(text) == sketch(text)


@given(markup=MARKUP)
@settings(deadline=None)
def test_white_space_of_any_kind_parts_words(markup: str) -> None:
    assert plainly_flat(markup) == flat(markup)


@pytest.mark.parametrize("text", TEXTS)
def test_traits_of_a_whole_text(text: str) -> None:
    traits = traits_of(entry(title="Silta", excerpt="", content_html=f"<p>{text}</p>"))
    assert plain_clues(f"Silta ; {text}") == traits.clues
    assert plain_sketch(text) == traits.keys


def test_traits_stay_what_stores_hold() -> None:
    text = "Sillan avajaiset pidetään 30.8.2026 klo 12, ja puhujana on Miia Ruokojärvi Ivalosta. "
    traits = traits_of(entry(excerpt="", content_html=f"<p>{text * 2}</p>"))
    assert KEYS_HELD == traits.keys
    assert CLUES_HELD == traits.clues
