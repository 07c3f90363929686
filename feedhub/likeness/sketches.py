"""A few keys of a text, by which an index finds those that are worth comparing with it (pure)."""

from feedhub.likeness.words import NUMBER_BYTES, chosen_runs, numbered

MIN_WORDS = 20
"""A shorter text is no evidence: greetings and notices are alike everywhere."""
MAX_CHARACTERS = 2_000
"""What follows gives no keys."""

_LOWEST_KEYS = 8
_HEAD_KEYS = 10
_HEAD_BYTES = 60 * NUMBER_BYTES

# Of a run's first word decides one byte whether it gives a key: one run in four does.
_CHOSEN = 64
# So many words have enough of those.
_MANY_WORDS = 128


def sketch(text: str) -> tuple[int, ...]:
    """Keys to find like texts by: near copies, and a beginning and its whole, share several.

    Empty for a text that is too short to be compared; each key is below 2**32.
    """
    numbers = b"".join(map(numbered, text[:MAX_CHARACTERS].split()))
    words = len(numbers) // NUMBER_BYTES
    if words < MIN_WORDS:
        return ()
    limit = _CHOSEN if words >= _MANY_WORDS else 256
    lowest = sorted(chosen_runs(numbers, limit))[:_LOWEST_KEYS]
    head = sorted(chosen_runs(numbers[:_HEAD_BYTES], _CHOSEN))[:_HEAD_KEYS]
    return tuple(sorted({*lowest, *head}))
