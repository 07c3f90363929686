"""A text in which marks stand where a block ends, and where its author ended the teaser (pure)."""

from dataclasses import dataclass

from feedhub.html.allowed import FRAMES, INLINE
from feedhub.html.characters import single, unbroken, visible

MORE = "\ufdd0"
"""Stands where the author ended the teaser. `fit` leaves no noncharacter, so no text has it."""
END = "\ufdd1"
"""Stands where a block or a line ends."""

RUNNING = INLINE | {"img", "wbr", "source", *FRAMES}
"""Elements that do not end a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """What a content came to. `teaser` is None without a mark."""

    html: str
    text: str
    teaser: str | None
    image: str | None
    stands: bool = False
    """Whether the last cleaning has seen the HTML and found nothing to change."""
    ordinary: bool = False
    """Whether the text is known to have ordinary characters only; see `is_ordinary`."""


def teaser(marked: str) -> str | None:
    """The lines before the author's mark."""
    before, mark, _ = marked.partition(MORE)
    return lines(before) if mark else None


def lines(marked: str, *, ordinary: bool = False) -> str:
    """The words, one line a block."""
    text = unbroken(marked).replace(END, "\n")
    parts = single(text if ordinary else visible(text)).split("\n")
    return "\n".join(filter(None, map(str.strip, parts)))
