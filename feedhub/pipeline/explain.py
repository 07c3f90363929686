"""What became of one item, for whoever asks why it is there, or why it is not (sync).

The first line answers in one sentence; what follows is how the hub came to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from feedhub import dedupe
from feedhub.model import Group, Happening, Memory, Stored
from feedhub.pipeline import journal
from feedhub.pipeline.intake import Register
from feedhub.pipeline.moderation import find
from feedhub.store import Store
from feedhub.store.records import time_text

NEWEST = 100
"""The length of a feed, when nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """All that is known of one entry."""

    stored: Stored
    group: Group | None
    channels: Sequence[str]
    happenings: Sequence[Happening]
    is_newest: bool
    """Whether its story stands among the newest of the combined feed."""
    is_configured: bool


def explain(store: Store, register: Register, name: str, *, newest: int = NEWEST) -> list[str]:
    """Lines for a person; the name is an id, an address, or the address of a story's page."""
    found = find(store, name)
    if not found:
        return _unstored(store, register, name)
    top = set(store.listed("", limit=newest))
    lines: list[str] = []
    for stored in found:
        case = _case(store, register, stored, top)
        lines += ["", *_told(case, register)] if lines else _told(case, register)
        lines += _of_source(store.memories().get(stored.entry.source))
    return lines


def _case(store: Store, register: Register, stored: Stored, top: set[str]) -> _Case:
    entry = stored.entry
    return _Case(
        stored=stored,
        group=next(iter(store.groups([stored.story])), None),
        channels=store.channels_with(stored.story),
        happenings=store.logged(entry.source, entry.id),
        is_newest=stored.story in top,
        is_configured=entry.source in register.sources,
    )


def _told(case: _Case, register: Register) -> list[str]:
    entry = case.stored.entry
    return [
        _answer(case, register),
        "",
        f"{entry.source}  {entry.id}",
        f"  title      {entry.title}",
        f"  address    {entry.url or '-'} (compared as {entry.canonical_url or '-'})",
        f"  published  {time_text(entry.published)}, updated {time_text(entry.updated)}",
        f"  seen       first {time_text(entry.first_seen)}",
        f"  language   {entry.language}, topics {', '.join(entry.topics) or '-'}",
        *_story_lines(case),
        *map(_journal_line, case.happenings),
    ]


def _answer(case: _Case, register: Register) -> str:
    """Is it there, and if not, why: one sentence."""
    stored, group = case.stored, case.group
    if not case.is_configured:
        return f"It is not published: its source {stored.entry.source} is not configured any more."
    if stored.withdrawn is not None:
        reason = "its source carries it no more"
        return f"It was withdrawn at {time_text(stored.withdrawn)}: {reason}."
    if group is None or group.hidden:
        return "It is not published: an operator has hidden its story."
    if group.expired:
        return "It is published no more: it is older than [publish] keep says."
    story = dedupe.compose(group, register.owners)
    where = f"since {time_text(group.first_published)} as {group.story}"
    if story.face.source != stored.entry.source:
        shown = journal.short(story.face.title)
        where += f", shown as {shown} of {story.face.source}, which tells the same"
    if not case.is_newest:
        where += "; newer stories have taken its place in the feeds, it stands in the archive"
    return f"It is published {where}."


def _story_lines(case: _Case) -> Iterator[str]:
    yield f"  story      {case.stored.story}: {_why(case.stored)}"
    channels = ", ".join(each or "the whole" for each in case.channels)
    yield f"  stands in  {channels or '-'}"
    for each in case.group.members if case.group else ():
        if each != case.stored:
            yield f"  also in it {each.entry.source}  {each.entry.id}: {_why(each)}"


def _why(stored: Stored) -> str:
    return f"{stored.reason}, score {stored.score:g}"


def _journal_line(happening: Happening) -> str:
    return f"  {time_text(happening.time)}  {happening.step:10}  {happening.text}"


def _of_source(memory: Memory | None) -> list[str]:
    """When the source was last read, and what ails it."""
    if memory is None or memory.last_poll is None:
        return ["  its source has not been read yet"]
    good = time_text(memory.last_good) if memory.last_good else "never"
    fault = f"; at fault: {memory.fault.message}" if memory.fault else ""
    return [f"  its source was asked {time_text(memory.last_poll)}, last good {good}{fault}"]


def _unstored(store: Store, register: Register, name: str) -> list[str]:
    """The answer for an item that was dropped, or never seen."""
    lines = store.logged_anywhere(name)
    dropped = [each for each in lines if each.step == journal.DROPPED]
    if dropped:
        last = dropped[-1]
        said = f"It is not published: {last.source} carries it, but {last.text}."
        return [said, "", *map(_journal_line, lines), *_of_source(_memory(store, last.source))]
    days = journal.KEEP.days
    answer = [f"Nothing with this id or address has been seen in the last {days} days."]
    for source in _sources_of(register, name):
        answer += [f"{source} would carry it:", *_of_source(_memory(store, source))]
    return answer


def _memory(store: Store, source: str) -> Memory | None:
    return store.memories().get(source)


def _sources_of(register: Register, name: str) -> list[str]:
    """Sources of the organization that owns the address."""
    host = urlsplit(name).hostname or ""
    return [source for source, domains in register.owners.items() if dedupe.owns(domains, host)]
