"""Documents in, finished entries out: what a worker process does with one poll's bytes.

Parsing, cleaning and judging happen in one call, so that foreign bytes are read by a process that
may be killed and finished records cross its border once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from feedhub import parse
from feedhub.dedupe.traits import traits_of
from feedhub.model import Document, RawFeed, Rules, Source, Traits
from feedhub.normalize import Normalized, normalize


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one poll came to: the feed's own facts, without its raw entries, and the entries."""

    feed: RawFeed
    normalized: Normalized
    traits: Mapping[str, Traits] = field(default_factory=dict)
    """Those of the entries, by id: what costs time and needs no store is done here."""


def digest(documents: Sequence[Document], source: Source, rules: Rules, now: datetime) -> Digest:
    """Parse and judge the documents of one poll. Raises ParseError when nothing is usable."""
    feed = parse.read(documents, source)
    normalized = normalize(feed, source, rules, now=now)
    lines = normalized.lines
    traits = {each.id: traits_of(each, lines[each.id]) for each in normalized.entries}
    return Digest(
        feed=replace(feed, entries=()), normalized=replace(normalized, lines={}), traits=traits
    )
