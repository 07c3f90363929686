"""One short text for many values: equal as long as all of them are (pure)."""

import hashlib


def fingerprint(*values: object) -> str:
    """32 hexadecimal digits of what the values look like when they are written out."""
    return hashlib.blake2b(repr(values).encode(), digest_size=16).hexdigest()
