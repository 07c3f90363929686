"""Plain text -> HTML: paragraphs, line ends as they stand, and a first line that is a title (pure)."""

import re
from html import escape

MAX_TITLE = 150
"""A longer first line is the beginning of the text."""

_GAP = re.compile(r"\n[ \t]*\n\s*")
_RULE = re.compile(r"(?:={3,}|-{3,})[ \t]*")


def render(text: str) -> str:
    """The text as HTML, safe."""
    paragraphs = [[line.strip() for line in each.split("\n")] for each in _GAP.split(text.strip())]
    first = paragraphs[0]
    heading = ""
    if title_lines := _title_lines(first, alone=len(paragraphs) > 1):
        heading = f"<h1>{escape(first[0])}</h1>\n"
        paragraphs[0] = first[title_lines:]
    marked = (f"<p>{'<br>'.join(map(escape, each))}</p>" for each in paragraphs if any(each))
    return heading + "\n".join(marked)


def _title_lines(lines: list[str], *, alone: bool) -> int:
    """How many first lines are the title: one that is underlined, or one that stands alone.

    A line that ends like a sentence, or leads on to the next, is no title.
    """
    first, *below = lines
    if len(first) > MAX_TITLE:
        return 0
    if below and _RULE.fullmatch(below[0]):
        return 2
    return int(alone and not below and not first.endswith((".", ",", ":", ";")))
