"""Whether an item is an entry that the hub already holds, under whatever id it comes.

Pure. The key is (source, id), but ids churn: sites are moved, regenerated and renumbered, and some
give one id to everything. An id or an address is believed unless all else says otherwise; without
either, only what is the same to the letter is the same entry.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from feedhub.html.flat import flat
from feedhub.likeness import MIN_WORDS, likeness
from feedhub.model import Edit, Entry, Neighbours, Stored

# Less of a text in common is another text: an edit seldom rewrites the half.
_KEPT = 0.5

# How much of a field's text an edit shows.
_SHOWN = 200


def body(entry: Entry) -> str:
    """The entry's text, and before it the summary when that is not a part of the text."""
    return with_summary(entry, flat(entry.content_html))


def with_summary(entry: Entry, text: str) -> str:
    # The end of an excerpt is not compared: there the hub may have put its own mark.
    summary = entry.excerpt[: len(entry.excerpt) * 3 // 4]
    return text if summary in text else f"{entry.excerpt}\n{text}".strip()


def title_key(entry: Entry) -> str:
    """The same for titles that differ in case and spaces only."""
    return " ".join(entry.title.casefold().split())


def is_itself(old: Entry, new: Entry) -> bool:
    """Whether two items that share an id or an address are one entry, edited or not.

    They are not when title and text are others and so is the date or the address: such an id
    names a place in the feed, such an address a list or the home page.
    """
    if title_key(old) == title_key(new) or _is_same_text(old, new, least=_KEPT):
        return True
    if _is_page(old) and old.canonical_url == new.canonical_url and old.id == new.id:
        return True
    if _is_dated(old) and _is_dated(new):
        return old.published == new.published
    return old.id == new.id and (old.canonical_url == new.canonical_url or not _is_page(new))


def own_id(entry: Entry) -> str:
    """An id for an item whose own is another entry's; the same whenever it comes again."""
    evidence = (entry.canonical_url if _is_page(entry) else None) or entry.title
    return f"{entry.id}#{hashlib.blake2b(evidence.encode(), digest_size=16).hexdigest()}"


def earlier_self(
    entry: Entry, near: Neighbours, *, poll: Mapping[str, Entry], taken: Collection[str]
) -> Stored | None:
    """The stored entry that this item is, though its id is another; None when there is none.

    `poll` are the items of the same poll by id, `taken` the ids of entries that some of them
    already are: an entry that still stands in the feed has not changed its id.
    """

    def is_free(stored: Stored) -> bool:
        name = stored.entry.id
        return name not in taken and not (name in poll and is_itself(stored.entry, poll[name]))

    return next(filter(is_free, _selves(entry, near)), None)


def _selves(entry: Entry, near: Neighbours) -> Iterator[Stored]:
    if near.former is not None and is_itself(near.former.entry, entry):
        yield near.former
    if _is_page(entry):
        yield from (each for each in near.at_address if is_itself(each.entry, entry))
    yield from (each for each in near.titled if _is_twin(each.entry, entry))


def _is_twin(old: Entry, new: Entry) -> bool:
    """Of two items with one title: whether date and text are one too, as after a move."""
    if _is_dated(old) and _is_dated(new):
        return old.published == new.published and _is_same_text(old, new, least=_KEPT)
    return body(old) == body(new)


def _is_same_text(old: Entry, new: Entry, *, least: float) -> bool:
    ours, theirs = body(old), body(new)
    if ours == theirs:
        return True
    alike = likeness(ours, theirs)
    return alike.words >= MIN_WORDS and alike.share >= least


def _is_dated(entry: Entry) -> bool:
    """Whether the source gave the date: else it is the time of the first look."""
    return entry.published != entry.first_seen


def _is_page(entry: Entry) -> bool:
    """Whether the address is one of a page: a site's home page tells nothing."""
    return is_page(entry.canonical_url)


def is_page(address: str | None) -> bool:
    """Whether a canonical address names a page, and not a whole site."""
    if address is None:
        return False
    _, _, path = address.removeprefix("https://").removeprefix("http://").partition("/")
    return path not in {"", "index.html", "index.php"}


def edited(old: Entry, new: Entry, now: datetime) -> Entry:
    """The record to keep when an entry is seen again.

    First-seen stays for ever, and stands in for a date that the source does not give. When
    nothing that a reader would notice has changed, what the author wrote is kept to the byte and
    only what the hub itself derives from it (topics, language, excerpt) follows its rules. A new
    address alone is no update.
    """
    if old.content_hash == new.content_hash:
        return replace(old, topics=new.topics, language=new.language, excerpt=new.excerpt)
    updated = new.updated if old.updated < new.updated <= now else now
    return replace(
        new,
        id=old.id,
        first_seen=old.first_seen,
        published=new.published if _is_dated(new) else old.published,
        updated=updated if _says_more(old, new) else old.updated,
    )


def _says_more(old: Entry, new: Entry) -> bool:
    return any(edit.field not in {"url", "image"} for edit in edits(old, new))


def edits(old: Entry, new: Entry) -> tuple[Edit, ...]:
    """What a reader would notice of the change from one record to the next."""
    before, after = _noticed(old), _noticed(new)
    return tuple(
        _edit(name, before[name], after[name]) for name in before if before[name] != after[name]
    )


def _edit(field: str, before: str, after: str) -> Edit:
    """The edit, shown from a little before the first difference."""
    common = takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
    start = max(0, sum(1 for _ in common) - _SHOWN // 4)
    end = start + _SHOWN
    return Edit(field=field, before=before[start:end], after=after[start:end])


def _noticed(entry: Entry) -> dict[str, str]:
    """The fields that a reader sees, as text."""
    return {
        "title": entry.title,
        "text": flat(entry.content_html),
        "excerpt": entry.excerpt,
        "url": entry.url or "",
        "image": entry.image or "",
        "authors": ", ".join(entry.authors),
        "categories": ", ".join(sorted(entry.categories)),
        "enclosures": " ".join(each.url for each in entry.enclosures),
        "translations": " ".join(sorted(each.url for each in entry.translations)),
    }
