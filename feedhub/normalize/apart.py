"""The entries of one poll, told apart (pure).

An id that several items share is no identity, and an address that several share, or that is the
home page, is no evidence. Versions of one entry (RFC 4287 section 4.1.1), and copies of it under
two ids, are one entry.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from feedhub.model import Entry

SHARED_ID = "made of the shared id and the address or title, since several items have one id"
SHARED_ADDRESS = "no evidence: several items of the feed have it"
HOME = "no evidence: it is the home page"


class Note(NamedTuple):
    """Why a field of an entry is as it is. `before` is the beginning of what the source wrote."""

    field: str
    rule: str
    before: str = ""


class Noted(NamedTuple):
    """An entry, the notes on its fields, and the words of its HTML on one line."""

    entry: Entry
    notes: tuple[Note, ...]
    line: str


def told_apart(judged: Sequence[Noted], homes: Collection[str]) -> list[Noted]:
    """Each entry once, with an id of its own. `homes` are canonical addresses of front pages."""
    entries = _copies_joined(_versions_joined(judged, homes))
    ids = Counter(each.entry.id for each in entries)
    addresses = Counter(each.entry.canonical_url for each in entries)
    told = []
    for entry, notes, line in entries:
        own, why = entry, list(notes)
        if ids[entry.id] > 1:
            own = replace(own, id=f"{entry.id}#{digest(_place(entry, homes))}")
            why.append(Note("id", SHARED_ID))
        if entry.canonical_url and (
            addresses[entry.canonical_url] > 1 or entry.canonical_url in homes
        ):
            own = replace(own, canonical_url=None)
            shared = addresses[entry.canonical_url] > 1
            why.append(Note("canonical_url", SHARED_ADDRESS if shared else HOME))
        told.append(Noted(own, tuple(why), line))
    return told


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _place(entry: Entry, homes: Collection[str]) -> str:
    """What sets it apart from others of one id: where it stands, unless anything may stand there."""
    address = entry.canonical_url
    return address if address and address not in homes else entry.title


def _versions_joined(judged: Sequence[Noted], homes: Collection[str]) -> list[Noted]:
    """Of entries with one id at one place, the one that was updated last."""
    newest: dict[tuple[str, str], Noted] = {}
    for each in judged:
        key = each.entry.id, _place(each.entry, homes)
        kept = newest.setdefault(key, each)
        if each.entry.updated > kept.entry.updated:
            newest[key] = each
    return list(newest.values())


def _copies_joined(judged: Sequence[Noted]) -> list[Noted]:
    """Of entries that differ in their ids only, the first."""
    first: dict[object, Noted] = {}
    for each in judged:
        entry = each.entry
        address = entry.canonical_url
        first.setdefault(
            (address, entry.content_hash, entry.published) if address else entry.id, each
        )
    return list(first.values())
