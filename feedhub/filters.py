"""Which entries of a source are wanted: its include and exclude rules (pure).

A rule is written `FIELD: PATTERN`; case does not matter and `*` stands for anything. A category or
an author must match as a whole, any other field need only contain the pattern.
"""

import re
from functools import lru_cache

from feedhub.model import Entry, Source

_WHOLE = ("category", "author")


def refusal(entry: Entry, text: str, source: Source) -> str | None:
    """Why the source's rules leave the entry out, or None. `text` is its whole plain text."""
    for rule in source.exclude:
        if _matches(rule, entry, text):
            return f"left out by exclude rule “{rule}”"
    if source.include and not any(_matches(rule, entry, text) for rule in source.include):
        return "matches no include rule"
    return None


def _matches(rule: str, entry: Entry, text: str) -> bool:
    name, _, pattern = rule.partition(":")
    field = name.strip()
    wanted = _compiled(pattern.strip(), field in _WHOLE)
    return any(wanted.search(value) for value in _values(field, entry, text))


def _values(field: str, entry: Entry, text: str) -> tuple[str, ...]:
    match field:
        case "title":
            return (entry.title,)
        case "category":
            return entry.categories
        case "url":
            return (entry.url or "",)
        case "author":
            return entry.authors
        case _:
            return (text,)


@lru_cache(maxsize=1_024)
def _compiled(pattern: str, whole: bool) -> re.Pattern[str]:
    body = ".*".join(map(re.escape, pattern.split("*")))
    return re.compile(rf"\A{body}\Z" if whole else body, re.IGNORECASE | re.DOTALL)
