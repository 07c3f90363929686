"""Authors, categories and topics (pure)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from feedhub import excerpt, html
from feedhub.model import Author, Topic

MAX_NAME = 100
MAX_AUTHORS = 20
MAX_CATEGORIES = 20

# No name is longer, and what is cut off is looked at no more.
_WRITTEN = 1_000

# Mail addresses, also those that are disguised from machines.
_MAIL = re.compile(
    r"(?i)(?:mailto:)?[^\s@<>()\[\],;\"]{1,64}"
    r"(?:@|\s?[(\[{]\s?(?:at|ät|ad|a|@|snabel-?a|miukumauku)\s?[)\]}]\s?)"
    r"[^\s@<>()\[\],;\"]{1,253}"
)
_EDGES = " \t()<>[]{}\"',;:|/–—-"
_PARTS = re.compile(r"[\s_-]+")


def authors(given: Iterable[Author]) -> tuple[str, ...]:
    """Names to publish: a mail address never is, and without a name nobody is."""
    bare = (_MAIL.sub(" ", _plain(each.name)).strip(_EDGES) for each in given)
    return _each_once(name for name in bare if any(map(str.isalnum, name)))[:MAX_AUTHORS]


def categories(given: Iterable[str]) -> tuple[str, ...]:
    """Each category once, as its author writes it."""
    return _each_once(map(_plain, given))[:MAX_CATEGORIES]


def vocabulary(topics: Sequence[Topic]) -> dict[str, tuple[str, ...]]:
    """The slugs that a category means, by its key."""
    meant: dict[str, tuple[str, ...]] = {}
    for topic in topics:
        for key in {_key(name) for name in (topic.slug, topic.title, *topic.categories)}:
            meant[key] = (*meant.get(key, ()), topic.slug)
    return meant


def topics(
    named: Iterable[str],
    given: Iterable[str],
    known: Sequence[Topic],
    meant: Mapping[str, tuple[str, ...]],
) -> tuple[str, ...]:
    """Slugs in the vocabulary's order: those named, and those that the categories mean."""
    wanted = {*named, *(slug for name in given for slug in meant.get(_key(name), ()))}
    return tuple(topic.slug for topic in known if topic.slug in wanted)


def _plain(name: str) -> str:
    return _words(name[:_WRITTEN])


# The same names stand at many entries.
@lru_cache(maxsize=1_024)
def _words(name: str) -> str:
    return html.plain(name)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    """Not longer than the cap, each once in its order."""
    short = (excerpt.shortened(html.one_line(name), MAX_NAME) for name in names)
    return tuple(dict.fromkeys(filter(None, short)))


def _key(name: str) -> str:
    """The same for a name in any case, with spaces, hyphens or underscores, as a hashtag or not.

    Accents stay: in the north they make other letters, and other words.
    """
    return _PARTS.sub(" ", name.casefold().lstrip("#")).strip()
