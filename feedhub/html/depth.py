"""How deep elements are nested, as far as can be told by counting tags (pure)."""

import re
from collections import Counter
from collections.abc import Collection, Iterable

from feedhub.html.allowed import VOID

MAX_DEPTH = 200
"""Elements within each other. Whoever nests deeper gets the text only."""

_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]{0,20})")
ENDLESS = VOID | {
    "colgroup", "dd", "dt", "embed", "input", "li", "link", "meta", "optgroup", "option", "p",
    "source", "tbody", "td", "tfoot", "th", "thead", "tr",
}  # fmt: skip
"""These end where the next of them begins, so in what anybody wrote their number is no depth."""


def is_deep(markup: str, endless: Collection[str]) -> bool:
    """Whether more elements than allowed are open at once, as far as can be told by counting."""
    # Where so few begin, no more can be open; this tells of most texts.
    signs = markup.count("<")
    if signs <= MAX_DEPTH or signs - markup.count("</") <= MAX_DEPTH:
        return False
    tags = _TAG.findall(markup)
    begun = sum(
        times
        for (closes, name), times in Counter(tags).items()
        if not closes and name not in endless
    )
    return begun > MAX_DEPTH and _gets_deep(tags, endless)


def _gets_deep(tags: Iterable[tuple[str, str]], endless: Collection[str]) -> bool:
    opened: Counter[str] = Counter()
    depth = 0
    for closes, written in tags:
        name = written.lower()
        if name in endless:
            continue
        if not closes:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > MAX_DEPTH:
            return True
    return False
