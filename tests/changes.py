"""What organizations do to a story when they tell it anew: each change leaves it the same story."""

import re
from collections.abc import Callable
from dataclasses import replace

from tests.tellings import Dice, Telling

Change = Callable[[Telling, Dice], Telling]

ENOUGH_WORDS = 25


def same(telling: Telling, dice: Dice) -> Telling:
    return telling


def other_title(telling: Telling, dice: Dice) -> Telling:
    first = re.split(r"(?<=[.!?]) ", telling.paragraphs[0])[0]
    return replace(telling, title=" ".join(first.split()[:9]).rstrip(",.") + " …")


def header(telling: Telling, dice: Dice) -> Telling:
    return telling.reading(dice.pick(telling.frame["headers"]), *telling.paragraphs)


def footer(telling: Telling, dice: Dice) -> Telling:
    return telling.reading(*telling.paragraphs, dice.pick(telling.frame["footers"]))


def boilerplate(telling: Telling, dice: Dice) -> Telling:
    return telling.reading(*telling.paragraphs, telling.frame["boilerplate"])


def contacts(telling: Telling, dice: Dice) -> Telling:
    """The block of contacts, where there is one, is another organization's."""
    kept = [each for each in telling.paragraphs if not re.search(r"@|\(at?\)|puh\.|tel\.", each)]
    return telling.reading(*kept, dice.pick(telling.frame["contacts"]))


def order(telling: Telling, dice: Dice) -> Telling:
    middle = dice.some(telling.paragraphs[1:], len(telling.paragraphs))
    return telling.reading(telling.paragraphs[0], *middle)


TYPOGRAPHY = str.maketrans(
    {'"': "”", "'": "’", "-": "–", "“": '"', "”": '"', " ": "\u00a0", "…": "..."}
)


def typography(telling: Telling, dice: Dice) -> Telling:
    return telling.reading(*(each.translate(TYPOGRAPHY) for each in telling.paragraphs))


def excerpt(telling: Telling, dice: Dice) -> Telling:
    """The feed carries the first words only."""
    return replace(telling, cut=True)


def summary(telling: Telling, dice: Dice) -> Telling:
    """The first paragraphs that are long enough together."""
    lengths = [len(" ".join(telling.paragraphs[:n]).split()) for n in range(1, 15)]
    enough = next((n for n, words in enumerate(lengths, start=1) if words >= ENOUGH_WORDS), 14)
    return telling.reading(*telling.paragraphs[:enough])


def cut(telling: Telling, dice: Dice) -> Telling:
    """The last third is missing."""
    words = " ".join(telling.paragraphs).split()
    return telling.reading(" ".join(words[: max(40, len(words) * 2 // 3)]))


def edits(telling: Telling, dice: Dice) -> Telling:
    """One word in thirty is left out, doubled or mistyped."""

    def edited(word: str) -> str:
        if dice.below(30) or not word.islower():
            return word
        return dice.pick(("", f"{word} {word}", word[:1] + word[2:], f"hyvin {word}"))

    def corrected(text: str) -> str:
        return " ".join(" ".join(map(edited, text.split())).split())

    return telling.reading(*map(corrected, telling.paragraphs))


def left_out(telling: Telling, dice: Dice) -> Telling:
    """A paragraph from the middle is missing."""
    if len(telling.paragraphs) < 4:
        return telling
    gone = 1 + dice.below(len(telling.paragraphs) - 2)
    return telling.reading(*telling.paragraphs[:gone], *telling.paragraphs[gone + 1 :])


def added(telling: Telling, dice: Dice) -> Telling:
    """A paragraph of the organization's own in the middle."""
    there = 1 + dice.below(len(telling.paragraphs))
    before, after = telling.paragraphs[:there], telling.paragraphs[there:]
    return telling.reading(*before, telling.frame["added"], *after)


def capitals(telling: Telling, dice: Dice) -> Telling:
    first, *rest = telling.paragraphs
    words = first.split(" ")
    loud = " ".join([*map(str.upper, words[:4]), *words[4:]])
    return replace(telling.reading(loud, *rest), title=telling.title.upper())


def markup(telling: Telling, dice: Dice) -> Telling:
    dressed = dice.pick(("<div><em>{}</em></div>", "{}<br><br>", "<ul><li>{}</li></ul>"))
    return replace(telling, markup=dressed)


def dateline(telling: Telling, dice: Dice) -> Telling:
    line = f"{1 + dice.below(28)}.{1 + dice.below(12)}.2026 klo {7 + dice.below(12)}.15"
    return telling.reading(f"Julkaistu {line}", *telling.paragraphs)


def numerals(telling: Telling, dice: Dice) -> Telling:
    """Long numbers get spaces, and dates leading zeros."""

    def spaced(found: re.Match[str]) -> str:
        return f"{int(found[0]):,}".replace(",", "\u00a0")

    def padded(found: re.Match[str]) -> str:
        return f"{int(found[1]):02}.{int(found[2]):02}."

    def changed(text: str) -> str:
        text = re.sub(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.", padded, text)
        return re.sub(r"(?<![\d.])\d{5,6}(?![\d.])", spaced, text)

    return telling.reading(*map(changed, telling.paragraphs))


def captions(telling: Telling, dice: Dice) -> Telling:
    first, *rest = telling.paragraphs
    return telling.reading(first, telling.frame["caption"], *rest, "Lue myös: muut uutiset »")


def several(telling: Telling, dice: Dice) -> Telling:
    """Several changes at once, as they come in life."""
    for change in dice.some((other_title, header, footer, typography, contacts, captions), 3):
        telling = change(telling, dice)
    return telling


CHANGES: tuple[Change, ...] = (
    same,
    other_title,
    header,
    footer,
    boilerplate,
    contacts,
    order,
    typography,
    excerpt,
    summary,
    cut,
    edits,
    left_out,
    added,
    capitals,
    markup,
    dateline,
    numerals,
    captions,
    several,
)
