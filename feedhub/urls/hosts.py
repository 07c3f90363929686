"""The host of an address in the one form that names travel in. The door of idna."""

import re
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import unquote

import idna

MAX_LENGTH = 253
"""Characters of a name (RFC 1035 section 2.3.4)."""

_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")


def ascii_host(host: str) -> str | None:
    """The host in small ASCII letters, None when it can be no host."""
    name = host.lower()
    if not _NAME.fullmatch(name):
        name = _unusual(host) or ""
    return name if 0 < len(name) <= MAX_LENGTH else None


@lru_cache(maxsize=1_024)
def _unusual(host: str) -> str | None:
    """A host in brackets, with escapes, or of letters beyond ASCII."""
    try:
        if host.startswith("[") and "%" not in host:
            return f"[{IPv6Address(host[1:-1])}]"
        name = _encoded(unquote(host[:MAX_LENGTH], errors="strict"))
    except (ValueError, idna.IDNAError):
        return None
    return name if _NAME.fullmatch(name) else None


def _encoded(name: str) -> str:
    """ToASCII as browsers do it (UTS 46 section 4.2, not transitional).

    IDNA 2008 alone would refuse names that are in use, such as those with an emoji.
    """
    mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
    labels = (
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
        for label in mapped.split(".")
    )
    return ".".join(labels)
