"""The words of HTML that is clean, as every entry's is: no parser is needed for that (pure)."""

import re
from html import unescape

from feedhub.html.allowed import INLINE
from feedhub.html.characters import one_line

# In clean HTML every `<` begins a tag, unless it stands between the quotation marks of one.
_REST = r'[^<>"]*(?:"[^"]*"[^<>"]*)*>'
_RUNNING = re.compile(rf"</?(?:{'|'.join(sorted(INLINE | {'img', 'wbr'}))})(?=[ >]){_REST}")
_TAG = re.compile(rf"<{_REST}")


def flat(clean: str) -> str:
    """The same as `plain`, of clean HTML only: its words on one line."""
    return one_line(unescape(_TAG.sub(" ", _RUNNING.sub("", clean))))
