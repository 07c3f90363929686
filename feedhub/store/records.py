"""Records as JSON and back: how a store writes them down and how the commands print them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, create_model

from feedhub.model import Edit, Entry, Memory

_ENTRY = TypeAdapter(Entry)
_MEMORY = TypeAdapter(Memory)
_EDITS = TypeAdapter(tuple[Edit, ...])
_LINES = TypeAdapter(list[tuple[str, str]])

_CONTENT = "content_html"
_ABOUT: dict[str, Any] = {
    each.name: (each.type, ...) for each in fields(Entry) if each.name != _CONTENT
}
_RECORD = create_model("_RECORD", **_ABOUT)

_SECONDS = len("YYYY-MM-DDTHH:MM:SS")


def entry_json(entry: Entry) -> str:
    """The entry with the field names of the common record."""
    return _ENTRY.dump_json(entry).decode()


def record_json(entry: Entry) -> str:
    """The entry without its HTML, which is long and stored as it is."""
    return _ENTRY.dump_json(entry, exclude={_CONTENT}).decode()


def entry_of(record: str, content: str) -> Entry:
    """The entry that `record_json` wrote, with its HTML."""
    return Entry(content_html=content, **vars(_RECORD.model_validate_json(record)))


def memory_json(memory: Memory) -> str:
    """The memory, without the fields that say nothing."""
    return _MEMORY.dump_json(memory, exclude_defaults=True).decode()


def memory_of(text: str) -> Memory:
    """The memory that `memory_json` wrote."""
    return _MEMORY.validate_json(text)


def edits_json(edits: tuple[Edit, ...]) -> str:
    return _EDITS.dump_json(edits).decode()


def edits_of(text: str) -> tuple[Edit, ...]:
    """The edits that `edits_json` wrote."""
    return _EDITS.validate_json(text)


def lines_json(lines: Sequence[tuple[str, str]]) -> str:
    """Pairs of texts."""
    return _LINES.dump_json([*lines]).decode()


def lines_of(text: str) -> list[tuple[str, str]]:
    """The pairs that `lines_json` wrote."""
    return _LINES.validate_json(text)


def time_text(time: datetime) -> str:
    """YYYY-MM-DDTHH:MM:SSZ: such texts sort as their times do."""
    return f"{time.isoformat()[:_SECONDS]}Z"


def time_of(text: str) -> datetime:
    """The time that `time_text` wrote."""
    return datetime.fromisoformat(text)
