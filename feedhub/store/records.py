"""Records as JSON and back: how a store writes them down and how the commands print them."""

from datetime import datetime

from pydantic import TypeAdapter

from feedhub.model import Edit, Entry, Memory

_ENTRY = TypeAdapter(Entry)
_MEMORY = TypeAdapter(Memory)
_EDITS = TypeAdapter(tuple[Edit, ...])
_LINES = TypeAdapter(tuple[tuple[str, str], ...])

_SECONDS = len("YYYY-MM-DDTHH:MM:SS")


def entry_json(entry: Entry) -> str:
    """The entry with the field names of the common record."""
    return _ENTRY.dump_json(entry).decode()


def entry_of(text: str) -> Entry:
    """The entry that `entry_json` wrote; a field that it does not know has its default."""
    return _ENTRY.validate_json(text)


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


def lines_json(lines: tuple[tuple[str, str], ...]) -> str:
    return _LINES.dump_json(lines).decode()


def lines_of(text: str) -> tuple[tuple[str, str], ...]:
    """The pairs that `lines_json` wrote."""
    return _LINES.validate_json(text)


def time_text(time: datetime) -> str:
    """YYYY-MM-DDTHH:MM:SSZ: such texts sort as their times do."""
    return f"{time.isoformat()[:_SECONDS]}Z"


def time_of(text: str) -> datetime:
    """The time that `time_text` wrote."""
    return datetime.fromisoformat(text)
