"""What the commands show of the store: plain values with the field names of the design."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from feedhub import polling
from feedhub.config import Settings
from feedhub.model import Memory, Site, Source, Stored, Story
from feedhub.publish.channels import page_address
from feedhub.store import Store
from feedhub.store.records import entry_json, time_text

Facts = dict[str, Any]


def source_facts(settings: Settings, store: Store, *, now: datetime) -> Iterator[Facts]:
    """Every configured source: health, last good poll, next poll, fault and remedy."""
    memories = store.memories()
    counts = store.counts()
    for source in settings.sources:
        memory = memories.get(source.name) or Memory(source=source.name)
        yield _source_facts(source, memory, counts.get(source.name, 0), now)


def _source_facts(source: Source, memory: Memory, entries: int, now: datetime) -> Facts:
    health = polling.health(source, memory, now)
    return {
        "source": source.name,
        "organization": source.organization_name,
        "address": _without_userinfo(memory.url or source.url) if source.url else source.path,
        "enabled": source.enabled,
        "state": health.state,
        "message": health.message,
        "remedy": health.remedy,
        "fault": memory.fault.code if memory.fault else None,
        "last_poll": _time(memory.last_poll),
        "last_good": _time(memory.last_good),
        "next_poll": _time(memory.next_poll) if source.enabled and not memory.retired else None,
        "entries": entries,
    }


def source_lines(facts: Facts) -> list[str]:
    """A source for a person: one line, and one more when something is to be done."""
    known = f"{facts['entries']} entries, last good {facts['last_good'] or 'never'}"
    lines = [f"{facts['source']}: {facts['state']}: {known}, next {facts['next_poll'] or '-'}"]
    said = f"{facts['message']} {facts['remedy']}".strip()
    return [*lines, f"  {said}"] if facts["fault"] else lines


def entry_facts(stored: Stored) -> Facts:
    """An entry with the field names of the common record, and its story."""
    facts: Facts = json.loads(entry_json(stored.entry))
    return {**facts, "story": stored.story, "withdrawn": _time(stored.withdrawn)}


def story_facts(story: Story, site: Site) -> Facts:
    """A story as it is published, with its members and why they are in it."""
    face = story.face
    return {
        "id": story.id,
        "title": face.title,
        "url": page_address(story, site),
        "published": time_text(story.published),
        "updated": time_text(story.updated),
        "language": face.language,
        "topics": list(face.topics),
        "excerpt": face.excerpt,
        "face": {"source": face.source, "id": face.id},
        "members": [
            {
                "source": each.source,
                "id": each.id,
                "url": each.url,
                "title": each.title,
                "reason": each.reason,
                "score": each.score,
            }
            for each in story.members
        ],
    }


def _time(time: datetime | None) -> str | None:
    return None if time is None else time_text(time)


def _without_userinfo(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
