"""A few keys of a text, by which an index finds those that are worth comparing with it (pure)."""

from bisect import bisect_left
from itertools import compress

from feedhub.likeness.words import NUMBER_BYTES, RUN, numbered, run_number, run_starts

MIN_WORDS = 20
"""A shorter text is no evidence: greetings and notices are alike everywhere."""
MAX_CHARACTERS = 2_000
"""What follows gives no keys."""

_LOWEST_KEYS = 8
_HEAD_KEYS = 10
_HEAD_WORDS = 60
_HEAD_END = (_HEAD_WORDS - RUN + 1) * NUMBER_BYTES
"""Before it begin the runs that stand in the head."""

# Of a run's first word decides one byte whether it gives a key: one run in four does.
_CHOSEN = bytes(byte < 64 for byte in range(256))
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
    starts = run_starts(numbers)
    chosen = list(compress(starts, numbers[::NUMBER_BYTES].translate(_CHOSEN)))
    keys = [run_number(numbers, each) for each in chosen]
    head = keys[: bisect_left(chosen, _HEAD_END)]
    if words < _MANY_WORDS:
        keys = [run_number(numbers, each) for each in starts]
    lowest = sorted({*keys})[:_LOWEST_KEYS]
    return tuple(sorted({*lowest, *sorted({*head})[:_HEAD_KEYS]}))
