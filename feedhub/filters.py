"""Which entries of a source are wanted: its include and exclude rules (pure).

A rule is written `FIELD: PATTERN`; case does not matter and `*` stands for anything. A category or
an author must match as a whole, any other field need only contain the pattern.
"""

from collections.abc import Iterator
from unicodedata import normalize

from feedhub.model import Entry, Source

_WHOLE = frozenset({"category", "author"})


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
    field, wanted = name.strip(), _folded(pattern).strip()
    if field not in _WHOLE:
        wanted = f"*{wanted}*"
    return any(_is_like(_folded(value), wanted) for value in _values(field, entry, text))


def _values(field: str, entry: Entry, text: str) -> Iterator[str]:
    match field:
        case "title":
            yield entry.title
        case "category":
            yield from entry.categories
        case "url":
            yield entry.url or ""
        case "author":
            yield from entry.authors
        case _:
            yield text


def _folded(text: str) -> str:
    """In one case and with single spaces, so that a line end parts no words of a pattern."""
    return " ".join(normalize("NFC", text.casefold()).split())


def _is_like(text: str, pattern: str) -> bool:
    """Whether the text is the pattern's parts in their order, whatever stands for the stars.

    Each part is taken where it first occurs, which never misses a match and, unlike a regular
    expression with several stars, takes no longer for a text that was made to take long.
    """
    first, *middle = pattern.split("*")
    if not middle:
        return text == pattern
    last = middle.pop()
    place = len(first)
    if not text.startswith(first):
        return False
    for part in middle:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return text.endswith(last) and len(text) - len(last) >= place
