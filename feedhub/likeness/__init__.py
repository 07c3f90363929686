"""How alike two texts are, and what tells them apart.

Pure, and blind to what editors change without a thought: case, quotation marks, dashes, spaces, and
the order of paragraphs. Texts are compared by their runs of four words, since these survive moves,
cuts and additions. An index finds the texts worth comparing by a few keys of each (`sketch`); the
comparison itself reads the whole texts (`likeness`), and then looks for what differs where all else
is equal (`told_apart`): the date of an event, the place of a job.
"""

from dataclasses import dataclass

from feedhub.likeness.apart import told_apart
from feedhub.likeness.sketches import MIN_WORDS, sketch
from feedhub.likeness.words import covered_by, read

__all__ = ["MIN_WORDS", "Likeness", "likeness", "sketch", "told_apart"]

# An excerpt tells the beginning of a text; before it may stand a header, a caption, a byline.
_PREFACE_WORDS = 80


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of one text stands in another."""

    share: float
    """Of the shorter text's words, from 0 to 1, those in runs that the longer one begins with."""
    words: int
    """Of the shorter text."""
    longer: int
    """Words of the longer text."""


def likeness(a: str, b: str) -> Likeness:
    """How alike two texts are; the same whichever comes first."""
    short, long = sorted((read(a), read(b)), key=lambda each: each.length)
    near = short.length + _PREFACE_WORDS
    common = {key for key in short.runs.keys() & long.runs.keys() if long.runs[key][0] < near}
    covered = sum(covered_by(short, common))
    return Likeness(covered / max(1, short.length), short.length, long.length)
