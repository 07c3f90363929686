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
    title = _title(paragraphs)
    rest = paragraphs[1:] if title else paragraphs
    heading = f"<h1>{escape(title)}</h1>\n" if title else ""
    return heading + "\n".join(f"<p>{'<br>'.join(map(escape, each))}</p>" for each in rest)


def _title(paragraphs: list[list[str]]) -> str:
    """The first line when it stands alone or is underlined, and does not end like a sentence."""
    first, *below = paragraphs[0]
    alone = not below and len(paragraphs) > 1 and not first.endswith((".", ",", ":", ";"))
    underlined = len(below) == 1 and _RULE.fullmatch(below[0])
    return first if (alone or underlined) and len(first) <= MAX_TITLE else ""
