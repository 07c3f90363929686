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
    return _each_once(_author(each.name[:_WRITTEN]) for each in given)[:MAX_AUTHORS]


def categories(given: Iterable[str]) -> tuple[str, ...]:
    """Each category once, as its author writes it."""
    return _each_once(_category(each[:_WRITTEN]) for each in given)[:MAX_CATEGORIES]


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


# The same names stand at many entries.
@lru_cache(maxsize=1_024)
def _author(written: str) -> str:
    """The name to publish, empty when there is none."""
    name = _MAIL.sub(" ", html.plain(written)).strip(_EDGES)
    return _short(name) if any(map(str.isalnum, name)) else ""


@lru_cache(maxsize=1_024)
def _category(written: str) -> str:
    return _short(html.plain(written))


def _short(name: str) -> str:
    return excerpt.shortened(html.one_line(name), MAX_NAME)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, names)))


@lru_cache(maxsize=1_024)
def _key(name: str) -> str:
    """The same for a name in any case, with spaces, hyphens or underscores, as a hashtag or not.

    Accents stay: in the north they make other letters, and other words.
    """
    return _PARTS.sub(" ", name.casefold().lstrip("#")).strip()
