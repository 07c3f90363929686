"""The words of HTML that is clean, as every entry's is: no parser is needed for that (pure)."""

import re
from html import unescape

from feedhub.html.allowed import INLINE
from feedhub.html.characters import even

# In clean HTML every `<` begins a tag, unless it stands between the quotation marks of one.
_REST = r'[^<>"]*(?:"[^"]*"[^<>"]*)*>'
_RUNNING = re.compile(rf"</?(?:{'|'.join(sorted(INLINE | {'img', 'wbr'}))})(?=[ >]){_REST}")
_TAG = re.compile(rf"<{_REST}")


def flat(clean: str) -> str:
    """Its words on one line, as `plain` gives them; what is not seen stays."""
    blocks = _TAG.split(_RUNNING.sub("", clean))
    line = unescape(" ".join(filter(None, map(str.strip, blocks))))
    line = even(line.replace("\xa0", " ")).strip()
    # No other white space is printed; where there is none, no word need be looked at.
    return line if line.isprintable() else " ".join(line.split())
