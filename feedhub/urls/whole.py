"""An address as written, and what it is relative to -> a whole http or https address.

The rules are those of browsers (WHATWG URL, section 4.4), so that a link leads where a reader's
browser would have led, with three differences: a name and a password before the host are left out,
since they are a secret or a disguise; `www.` at the beginning is a host whose scheme was forgotten,
since no folder is called so; and an address that is longer than any page's is none.
"""

import re
from functools import lru_cache
from urllib.parse import urljoin

from feedhub.urls.hosts import MAX_LENGTH as MAX_HOST
from feedhub.urls.hosts import ascii_host

MAX_LENGTH = 2_048
"""Characters, before and after what must be written with escapes is."""

# What a feed's indentation, or a word processor, leaves around an address.
_AROUND = "".join(map(chr, range(0x21))) + "\x7f\x85\xa0\u200b\u200e\u200f\u2028\u2029\u2060\ufeff"
_LINES = re.compile(r"[\t\n\r]+")

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB = re.compile(r"(?is)(https?):[/\\]+([^/\\?#]*)([^?#]*)(.*)")
_PATH = re.compile(r"[^?#]*")
# An address to which none of these rules would change anything; most are.
_SETTLED = re.compile(
    r"https?://[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:[/?#][!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]*)?"
)
_FORGOTTEN_SCHEME = re.compile(r"(?i)www\.[^\s/?#.]+\.[^\s/?#]")
_AUTHORITY = re.compile(r"(?:.*@)?(\[[^\]@]*\]|[^:@]*)(?::(\d{0,5}))?", re.DOTALL)
_HIGHEST_PORT = 65_535

# Characters that may not stand in an address (RFC 3986 section 2), of which browsers leave brackets.
_UNSAFE = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]")


def absolute(address: str, base: str | None) -> str | None:
    """The whole address, None when it is empty, too long or leads to no web page.

    `base` is the address of what the link stands in. A result is made of ASCII letters, and is
    its own whole address.
    """
    if len(address) <= MAX_HOST and _SETTLED.fullmatch(address):
        return address
    if len(address) > MAX_LENGTH:
        return None
    text = _LINES.sub("", address.strip(_AROUND))
    if not text:
        return None
    if not _SCHEME.match(text):
        text = _joined(text, base)
    return _whole(text)


def _joined(text: str, base: str | None) -> str:
    """A relative reference made absolute (RFC 3986 section 5.2); an empty text when it cannot be."""
    root = _base(base) if base else None
    scheme = root.partition(":")[0] if root else "https"
    if text.startswith(("//", "\\\\", "/\\", "\\/")):
        return f"{scheme}:{text}"
    if _FORGOTTEN_SCHEME.match(text):
        return f"{scheme}://{text}"
    if root is None:
        return ""
    slashed = _PATH.sub(lambda path: path[0].replace("\\", "/"), text, count=1)
    return urljoin(root, slashed)


@lru_cache(maxsize=256)
def _base(base: str) -> str | None:
    return absolute(base, None)


def _whole(text: str) -> str | None:
    parts = _WEB.fullmatch(text)
    place = _place(parts[2]) if parts else None
    if parts is None or place is None:
        return None
    rest = parts[3].replace("\\", "/") + parts[4]
    whole = f"{parts[1].lower()}://{place}{_UNSAFE.sub(_escaped, rest)}"
    return whole if len(whole) <= MAX_LENGTH else None


def _escaped(unsafe: re.Match[str]) -> str:
    # A lone surrogate stands for what could not be read.
    character = "\ufffd" if "\ud800" <= unsafe[0] <= "\udfff" else unsafe[0]
    return "".join(f"%{byte:02X}" for byte in character.encode())


@lru_cache(maxsize=1_024)
def _place(authority: str) -> str | None:
    """The host, and the port where one is given; a feed's links lead to few of them, time and again."""
    parts = _AUTHORITY.fullmatch(authority)
    host = ascii_host(parts[1]) if parts else None
    if parts is None or host is None:
        return None
    if not parts[2]:
        return host
    port = int(parts[2])
    return f"{host}:{port}" if 0 < port <= _HIGHEST_PORT else None
