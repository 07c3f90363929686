"""Addresses of the web, taken apart once, so that what is checked is also what is asked (pure)."""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from feedhub.fetch.faults import BAD_ADDRESS, FetchError
from feedhub.urls.hosts import ascii_host

PORTS = {"http": 80, "https": 443}
LONGEST = 4_096
"""Characters."""

_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)*{_LABEL}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# What RFC 3986 lets stand, and "%", since what is quoted already stays so.
_STAYS = "!$%&'()*+,/:;=?@[]~"

Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An http or https address without its fragment (RFC 9110 section 4.2)."""

    scheme: str
    host: str
    """Lower case, ASCII (RFC 5890), without a final dot; an IP address without brackets."""
    port: int
    target: str
    """Path and query, ASCII."""
    userinfo: tuple[str, str] | None = field(default=None, repr=False, compare=False)
    """User name and password, in no text of the address."""

    @property
    def origin(self) -> Origin:
        """RFC 6454 section 4."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The value of the Host header field."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def server(self) -> str:
        """What is one server to us: a host, and apart from it each of its unusual ports."""
        return self.host if self.port in PORTS.values() else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def parse(text: str, base: Address | None = None) -> Address:
    """An absolute address, or one relative to `base`; raises FetchError for anything else."""
    if len(text) > LONGEST:
        raise FetchError(BAD_ADDRESS)
    try:
        parts = urlsplit(urljoin(str(base), text.strip()) if base else text.strip())
        return _address(parts)
    except ValueError:
        raise FetchError(BAD_ADDRESS) from None


def _address(parts: SplitResult) -> Address:
    if parts.scheme not in PORTS or "\\" in parts.netloc:
        raise ValueError
    port = PORTS[parts.scheme] if parts.port is None else parts.port
    if port == 0:
        raise ValueError
    return Address(
        scheme=parts.scheme,
        host=_host(parts.hostname or ""),
        port=port,
        target=_target(parts),
        userinfo=_userinfo(parts),
    )


def _host(name: str) -> str:
    """A name that DNS can have, or an IP address in its one usual spelling."""
    if ":" in name:
        return str(_unscoped(IPv6Address(name)))
    plain = name if name.isascii() else ascii_host(name) or ""
    plain = plain.removesuffix(".")
    if not _NAME.fullmatch(plain):
        raise ValueError
    # A host that ends in a number is an IPv4 address to some and a name to others (as 127.1 is),
    # and nobody has such a name.
    return str(IPv4Address(plain)) if _NUMBER.fullmatch(plain.rpartition(".")[2]) else plain


def _unscoped(address: IPv6Address) -> IPv6Address:
    if address.scope_id is not None:
        raise ValueError
    return address


def _target(parts: SplitResult) -> str:
    query = f"?{quote(parts.query, safe=_STAYS)}" if parts.query else ""
    return quote(parts.path or "/", safe=_STAYS) + query


def _userinfo(parts: SplitResult) -> tuple[str, str] | None:
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")
