"""Which addresses, ports and redirects are allowed (pure).

The whole public internet, and of private networks what the operator has named. The tables are our
own, since what Python calls global differs from release to release, and covers addresses that carry
a private one inside. What a name stands for is judged by every address that it resolves to, and the
connection goes to the addresses that were judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from feedhub.fetch.address import PORTS, Address, parse
from feedhub.fetch.faults import DOWNGRADE, FORBIDDEN_ADDRESS, FORBIDDEN_PORT, FetchError
from feedhub.model import Fault, Limits, Source

IP = IPv4Address | IPv6Address

# The special-purpose registries of IANA (RFC 6890), and what else belongs to nobody's public server.
FORBIDDEN = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # shared by carriers (RFC 6598)
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's own services, under a public number
        "169.254.0.0/16",  # link-local, and the metadata of clouds (RFC 3927)
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # 6to4 relays, given up (RFC 7526)
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocol assignments, Teredo among them (RFC 4380)
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4, given up (RFC 7526)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
PUBLIC_V6 = IPv6Network("2000::/3")
"""All that is assigned as global unicast (RFC 4291 section 2.4)."""
MAPPED = IPv6Network("::ffff:0:0/96")
"""An IPv4 address in IPv6 dress (RFC 4291 section 2.5.5.2)."""
NAT64 = IPv6Network("64:ff9b::/96")
"""An IPv4 address behind a translator; how a network without IPv4 reaches it (RFC 6052)."""
ISATAP = 0x5EFE
"""The third quarter of an address that carries an IPv4 address (RFC 5214 section 6.1)."""

# What a name in allow_networks does not open, since whoever runs the name could point it there.
NEVER_BY_NAME = tuple(
    ip_network(each)
    for each in ("0.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")
) + tuple(ip_network(each) for each in ("::/128", "fe80::/10", "ff00::/8"))


def is_public(address: str) -> bool:
    """Whether this IP address is a public host's."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and (ip.scope_id is not None or _hides_ipv4(ip)):
        return False
    judged = _unwrapped(ip)
    if isinstance(judged, IPv6Address) and judged not in PUBLIC_V6:
        return False
    return not _is_in(judged, FORBIDDEN)


def _unwrapped(ip: IP) -> IP:
    """The IPv4 address that a mapped or translated one stands for."""
    if isinstance(ip, IPv6Address) and (ip in MAPPED or ip in NAT64):
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip


def _hides_ipv4(ip: IPv6Address) -> bool:
    """Whether a tunnel would lead to an IPv4 address that is not public."""
    if (int(ip) >> 32) & 0xFDFF_FFFF != ISATAP:
        return False
    return _is_in(IPv4Address(int(ip) & 0xFFFF_FFFF), FORBIDDEN)


def _is_in(ip: IP, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(ip.version == each.version and ip in each for each in networks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What one source may reach."""

    ports: frozenset[int] = frozenset()
    """Empty means every port."""
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    hosts: frozenset[tuple[str, int | None]] = frozenset()
    """Hosts, and the one port of each that is open; None for all."""

    @classmethod
    def of(cls, limits: Limits, source: Source | None = None) -> "Guard":
        """By the operator's settings and those of the source's organization."""
        allowed = [*limits.allow_networks, *(source.allow_networks if source else ())]
        networks = tuple(each for each in map(_network, allowed) if each is not None)
        hosts = frozenset(_host_and_port(each) for each in allowed if _network(each) is None)
        return cls(ports=frozenset(limits.ports), networks=networks, hosts=hosts)

    def refuses(self, address: Address, found: Iterable[str]) -> Fault | None:
        """Why these IP addresses of its host must not be connected to; None when they may.

        One bad address among them is enough: a public name has no reason for it.
        """
        opened = bool({(address.host, None), (address.host, address.port)} & self.hosts)
        if self.ports and address.port not in self.ports | self._opened_ports(address.host):
            return FORBIDDEN_PORT
        if all(self._may_reach(each, by_name=opened) for each in found):
            return None
        return FORBIDDEN_ADDRESS

    def _opened_ports(self, host: str) -> frozenset[int]:
        return frozenset(port for name, port in self.hosts if name == host and port is not None)

    def _may_reach(self, address: str, *, by_name: bool) -> bool:
        ip = _unwrapped(ip_address(address))
        if is_public(address) or _is_in(ip, self.networks):
            return True
        return by_name and not _is_in(ip, NEVER_BY_NAME)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None


def _host_and_port(text: str) -> tuple[str, int | None]:
    """Of "host" or "host:port"."""
    return parse(f"http://{text}").host, urlsplit(f"//{text}").port


def redirected(at: Address, location: str) -> Address:
    """Where a redirect leads (RFC 9110 section 10.2.2); raises FetchError when it must not.

    A secure connection is never left. A site that by mistake names its own http address is asked
    by https, as a browser would that knows it by HSTS (RFC 6797 section 8.3).
    """
    target = parse(location, at)
    if at.scheme == "http" or target.scheme == "https":
        return target
    secure = replace(target, scheme="https", port=PORTS["https"])
    same_site = target.host == at.host and (at.port, target.port) == (443, 80)
    if not same_site or secure == at:
        raise FetchError(DOWNGRADE)
    return secure
