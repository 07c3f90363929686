"""Moments as published files write them (pure)."""

from datetime import datetime


def rfc3339(time: datetime) -> str:
    """As HTML, JSON and XML want a moment; `time` is in UTC."""
    return f"{time.isoformat(timespec='seconds')[:19]}Z"
