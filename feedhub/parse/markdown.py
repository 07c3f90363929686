"""Markdown -> HTML: CommonMark with tables and strikethrough. The door of markdown-it-py.

HTML inside the text is passed on, as everywhere where Markdown is written (so a `<!--more-->` comes
through); it is cleaned with all the rest, never here.
"""

import re

from markdown_it import MarkdownIt

MAX_CHARACTERS = 300_000
"""Some forty thousand words. The worst text of this length takes four seconds."""

_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_MORE = re.compile(r"<!--\s{0,9}more\s{0,9}-->")


def render(text: str) -> str:
    """The text as HTML, unsafe; at most MAX_CHARACTERS of it."""
    return str(_READER.render(_MORE.sub("<!--more-->", text[:MAX_CHARACTERS])))
