"""A few keys of a text, by which an index finds those that are worth comparing with it (pure)."""

from collections.abc import Iterator

from feedhub.likeness.words import NUMBER_BYTES, numbered, run_number, run_starts, visible

MIN_WORDS = 20
"""A shorter text is no evidence: greetings and notices are alike everywhere."""
MAX_CHARACTERS = 3_000
"""What follows gives no keys."""

_LOWEST_KEYS = 8
_HEAD_KEYS = 10
_HEAD_WORDS = 60

# Of a run's first word decides one byte whether it gives a key: one run in four does.
_CHOSEN = 64
# So many words have enough of those.
_MANY_WORDS = 128


def sketch(text: str) -> tuple[int, ...]:
    """Keys to find like texts by: near copies, and a beginning and its whole, share several.

    Empty for a text that is too short to be compared; each key is below 2**32.
    """
    numbers = b"".join(map(numbered, visible(text[:MAX_CHARACTERS]).split()))
    words = len(numbers) // NUMBER_BYTES
    if words < MIN_WORDS:
        return ()
    limit = _CHOSEN if words >= _MANY_WORDS else 256
    lowest = sorted(set(_keys(numbers, limit)))[:_LOWEST_KEYS]
    head = sorted(set(_keys(numbers[: NUMBER_BYTES * _HEAD_WORDS], _CHOSEN)))[:_HEAD_KEYS]
    return tuple(sorted({*lowest, *head}))


def _keys(numbers: bytes, limit: int) -> Iterator[int]:
    """The runs whose first word's number begins with a byte below the limit."""
    return (run_number(numbers, each) for each in run_starts(numbers) if numbers[each] < limit)
