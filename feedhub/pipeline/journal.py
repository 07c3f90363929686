"""What the journal says of every item, in words for an operator and a partner (sync).

The words of the steps are stable; `explain` reads them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from feedhub.model import Dropped, Entry, Stored, Verdict
from feedhub.store import Lines, Store
from feedhub.store.records import time_text

if TYPE_CHECKING:
    from feedhub.normalize.apart import Note

KEEP = timedelta(days=90)
"""How long the journal reaches back."""

NORMALIZED = "normalized"
DROPPED = "dropped"
KEPT = "kept"
EDITED = "edited"
RENAMED = "renamed"
GROUPED = "grouped"
MERGED = "merged"
WITHDRAWN = "withdrawn"
MODERATED = "moderated"

_SHOWN = 120


def note_dropped(
    store: Store, source: str, everything: Iterable[Dropped], *, now: datetime
) -> None:
    """Write down which items of a poll were dropped why, unless it was the same reason before."""
    for dropped in everything:
        text = f"{short(dropped.title)}: {dropped.reason}"
        for item in _names(dropped):
            lines = store.logged(source, item)
            if not lines or (lines[-1].step, lines[-1].text) != (DROPPED, text):
                store.log([(source, item, [(DROPPED, text)])], now=now)


def _names(dropped: Dropped) -> dict[str, None]:
    """What somebody may ask for it by."""
    return dict.fromkeys(filter(None, (dropped.id or dropped.title, dropped.url)))


def normal_lines(entry: Entry, notes: Iterable["Note"]) -> Lines:
    """How an entry was made of what its source gave."""
    return entry.source, entry.id, [(NORMALIZED, _normal_text(entry, each)) for each in notes]


def _normal_text(entry: Entry, note: "Note") -> str:
    """A field before and after normalizing, and the rule."""
    value = getattr(entry, note.field)
    if isinstance(value, datetime):
        value = time_text(value)
    after = ", ".join(value) if isinstance(value, tuple) else value or ""
    return f"{note.field}: {short(note.before)} → {short(after)}: {note.rule}"


def verdict_lines(verdict: Verdict, known: Stored | None) -> Lines:
    """What a verdict did; `known` is the entry as it was stored before, None for a new one."""
    return verdict.entry.source, verdict.entry.id, [*_steps(verdict, known)]


def _steps(verdict: Verdict, known: Stored | None) -> Iterator[tuple[str, str]]:
    if known is None:
        yield KEPT, f"a new entry: {short(verdict.entry.title)}"
    elif known.withdrawn is not None:
        yield KEPT, "back again after it was withdrawn"
    if verdict.alias is not None:
        yield RENAMED, f"its source calls it {short(verdict.alias)} now; it is the same entry"
    for edit in verdict.edits:
        yield EDITED, f"{edit.field}: {short(edit.before)} → {short(edit.after)}"
    if verdict.like is not None:
        like = " ".join(verdict.like)
        yield GROUPED, f"{verdict.reason}: {like}, score {verdict.score:g}, {verdict.story}"
    elif known is None:
        yield GROUPED, f"{verdict.reason}, {verdict.story}"
    for story in verdict.merged:
        yield MERGED, f"{story} is part of {verdict.story} now"


def withdrawal_lines(source: str, items: Iterable[str], reason: str) -> Iterator[Lines]:
    return ((source, item, [(WITHDRAWN, reason)]) for item in items)


def moderation_lines(entry: Entry, text: str) -> Lines:
    return entry.source, entry.id, [(MODERATED, text)]


def short(text: str) -> str:
    """The beginning of a text, in quotation marks."""
    return f"“{text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + '…'}”"
