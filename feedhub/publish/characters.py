"""Which characters and addresses may stand in an output (pure).

Records are cleaned when they are made; here is the last door, so that one bad record can spoil
neither a whole feed nor a whole site.
"""

import re
from urllib.parse import quote, urlsplit

# What XML 1.0 section 2.2 cannot hold, lone surrogates among them, and the C1 controls besides.
_ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_URI = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(?::\d+)?"
    r"(?:[/?#](?:[A-Za-z0-9;/?:@&=+$.\-_!~*'(),#]|%[0-9A-Fa-f]{2})*)?"
)
# An address without port, user name and brackets that the rule above allows: most are, and need no
# taking apart.
_PLAIN_URI = re.compile(
    r"https?://[A-Za-z0-9._~-]++(?:[/?#](?:[A-Za-z0-9;/?:@&=+$.\-_!~*'(),#]++|%[0-9A-Fa-f]{2})*+)?"
)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT = "%;/?:@&=+$.-_!~*'(),"


def line(text: str) -> str:
    """The text on one line, without what XML cannot hold."""
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text
    return " ".join(legal(text).split())


def legal(text: str) -> str:
    """The text without what XML cannot hold."""
    # All that it cannot hold is unprintable, though not the other way round.
    if text.replace("\n", "").replace("\xa0", "").isprintable():
        return text
    return _ILLEGAL.sub("", text)


def uri(address: str | None) -> str | None:
    """A web address as RFC 3986 spells it, without user name and password; else None.

    RSS 2.0 takes no others: a letter or a bracket that the rule does not allow is encoded.
    """
    if address and _PLAIN_URI.fullmatch(address):
        return address
    return _taken_apart(address or "")


def _taken_apart(address: str) -> str | None:
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    if _URI.fullmatch(address) and "@" not in parts.netloc:
        return address
    place = _ascii_host(host) + (f":{port}" if port is not None else "")
    path, query, fragment = map(_quoted, (parts.path, parts.query, parts.fragment))
    found = parts._replace(netloc=place, path=path, query=query, fragment=fragment).geturl()
    return found if _URI.fullmatch(found) else None


def is_web(address: str | None) -> bool:
    """Whether a browser may be sent there."""
    return uri(address) is not None


def _ascii_host(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _quoted(part: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", part), safe=_KEPT, errors="replace")
