"""The feed samples: every one is read or refused by name, and as feedparser alone would read it.

Where the two differ, the reason has a name; feedparser's reading is then the worse one.
"""

import re
from calendar import timegm
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import feedparser
import pytest

from feedhub import dates, html
from feedhub.model import Document, RawEntry, RawFeed
from feedhub.parse import ParseError, read
from tests.samples import source

SAMPLES = Path(__file__).parents[2] / "shared" / "feeds"
ADDRESS = "https://partner.example/feed/"

pytestmark = [
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the feed samples are not here"),
    # feedparser warns of its own readings of old names.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:feedparser"),
]


@dataclass(frozen=True)
class Pair:
    """One field of one entry, as we and as feedparser read it."""

    name: str
    ours: str
    theirs: str
    entry: RawEntry
    item: Any


def _names(pair: Pair) -> list[str]:
    return [author.name for author in pair.entry.authors]


REASONS: dict[str, tuple[str, Callable[[Pair], bool]]] = {
    "feedparser takes an id that is no address for a link": (
        "link",
        lambda pair: not pair.ours and pair.theirs == pair.item.get("id"),
    ),
    "feedparser gives a link of a scheme that no reader opens": (
        "link",
        lambda pair: not pair.ours and pair.theirs.startswith("ftp:"),
    ),
    "feedparser leaves a link relative": (
        "link",
        lambda pair: pair.ours == urljoin(ADDRESS, pair.theirs),
    ),
    "feedparser leaves the host in upper case": (
        "link",
        lambda pair: pair.ours == pair.theirs.lower(),
    ),
    "feedparser takes the last of several links": (
        "link",
        lambda pair: pair.ours in [link.get("href") for link in pair.item.links[:-1]],
    ),
    "feedparser passes over the address that a rewritten link had": (
        "link",
        lambda pair: pair.ours == pair.item.get("feedburner_origlink"),
    ),
    "feedparser keeps the mail address beside the name": (
        "author",
        lambda pair: "@" in pair.theirs and _names(pair)[-1:] == [_without_mail(pair.theirs)],
    ),
    "feedparser gives a mail address for a name": (
        "author",
        lambda pair: not pair.ours and _without_mail(pair.theirs) == "",
    ),
    "feedparser gives one author of several": (
        "author",
        lambda pair: len(_names(pair)) > 1 and _without_mail(pair.theirs) in ["", *_names(pair)],
    ),
    "feedparser forgets the author whom the entry's source names": (
        "author",
        lambda pair: not pair.theirs and "authors" in pair.item.source,
    ),
}


def _without_mail(name: str) -> str:
    return re.sub(r"\S+@\S+", "", name).strip(" ()<>")


def samples() -> Iterator[tuple[str, bytes]]:
    for file in sorted(SAMPLES.rglob("*")):
        if file.is_file() and file.parent != SAMPLES:
            yield str(file.relative_to(SAMPLES)), file.read_bytes()


@cache
def outcomes() -> dict[str, RawFeed | ParseError]:
    """What came of every sample, by its path."""
    return {path: _outcome(body) for path, body in samples()}


def _outcome(body: bytes) -> RawFeed | ParseError:
    try:
        return read([Document(address=ADDRESS, body=body)], source())
    except ParseError as error:
        return error


@cache
def both() -> tuple[tuple[RawEntry, Any], ...]:
    """The entries of all well-formed RSS and Atom samples, by us and by feedparser alone."""
    entries: list[tuple[RawEntry, Any]] = []
    for path, body in samples():
        parsed = feedparser.parse(body)
        if parsed.bozo or not parsed.version:
            continue
        ours = outcomes()[path]
        assert isinstance(ours, RawFeed), path
        entries += zip(ours.entries, parsed.entries, strict=True)
    return tuple(entries)


def _plain(markup: str) -> str:
    """Of some titles feedparser keeps the escapes."""
    return html.plain(unescape(markup))


def pairs() -> Iterator[Pair]:
    for entry, item in both():
        title = entry.title.value if entry.title else ""
        fields = {
            "title": (_plain(title), _plain(item.get("title", ""))),
            "link": (entry.url or "", item.get("link") or ""),
            "id": (entry.id or "", item.get("id") or ""),
            "date": (
                entry.published or entry.updated or "",
                item.get("published") or item.get("updated") or "",
            ),
            "author": (", ".join(author.name for author in entry.authors), item.get("author", "")),
        }
        for name, (ours, theirs) in fields.items():
            yield Pair(name, ours, theirs.strip(), entry, item)


def test_every_sample_is_read_or_refused_by_name() -> None:
    refused = {path: each for path, each in outcomes().items() if isinstance(each, ParseError)}
    assert len(outcomes()) == 518
    assert {"not-a-feed"} == {error.fault.code for error in refused.values()}
    # Lists of feeds, and pages without anything of a feed.
    others = {path for path in refused if "opml" not in path.lower()}
    assert len(others) <= 3, others


def test_fields_agree_with_feedparser_but_for_named_reasons() -> None:
    found: Counter[str] = Counter()
    unexplained = []
    total = 0
    for pair in pairs():
        total += 1
        if pair.ours == pair.theirs:
            continue
        reason = next(
            (text for text, (name, test) in REASONS.items() if name == pair.name and test(pair)),
            None,
        )
        if reason is None:
            unexplained.append((pair.name, pair.ours, pair.theirs))
        else:
            found[reason] += 1
    assert total > 3_000
    assert [] == unexplained
    assert set(REASONS) == set(found)
    assert sum(found.values()) < total * 0.03


def test_dates_agree_with_feedparser_where_it_reads_them() -> None:
    read_by_both = differing = 0
    for entry, item in both():
        written = entry.published or entry.updated
        theirs = item.get("published_parsed") or item.get("updated_parsed")
        if written and theirs:
            moment = datetime.fromtimestamp(timegm(theirs), UTC)
            read_by_both += 1
            differing += moment != dates.read_date(written, timezone="UTC")
    assert read_by_both > 300
    assert differing == 0
