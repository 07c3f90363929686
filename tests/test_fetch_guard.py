"""What must never be connected to, under any spelling, name, redirect or change of mind."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.fetch.address import parse
from feedhub.fetch.faults import FetchError
from feedhub.fetch.guard import Guard, is_public, redirected
from feedhub.model import Failed, Fetched
from tests.fetching import (
    FakeResolver,
    ask,
    body_of,
    fault_of,
    limits,
    resolver,
    web,
)
from tests.hostile import FEED, reply, serving
from tests.samples import source

FORBIDDEN = {
    "loopback": "127.0.0.1",
    "loopback by another number": "127.255.255.254",
    "this host": "0.0.0.0",
    "this network": "0.1.2.3",
    "private, of class A": "10.0.0.1",
    "private, the last of class A": "10.255.255.255",
    "private, of class B": "172.16.0.1",
    "private, the last of class B": "172.31.255.255",
    "private, of class C": "192.168.1.1",
    "shared by carriers": "100.64.0.1",
    "a cloud's metadata in the shared range": "100.100.100.200",
    "link-local": "169.254.1.1",
    "a cloud's metadata": "169.254.169.254",
    "a cloud's services under a public number": "168.63.129.16",
    "protocol assignments": "192.0.0.8",
    "metadata among protocol assignments": "192.0.0.192",
    "an example": "192.0.2.1",
    "a second example": "198.51.100.1",
    "a third example": "203.0.113.1",
    "a 6to4 relay": "192.88.99.1",
    "a benchmark": "198.18.0.1",
    "the last benchmark": "198.19.255.255",
    "multicast": "224.0.0.1",
    "the last multicast": "239.255.255.255",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified, of IPv6": "::",
    "loopback of IPv6": "::1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped private": "::ffff:10.0.0.1",
    "mapped metadata": "::ffff:169.254.169.254",
    "mapped this host": "::ffff:0:0",
    "translated as in SIIT": "::ffff:0:7f00:1",
    "compatible loopback": "::127.0.0.1",
    "compatible public": "::8.8.8.8",
    "loopback behind NAT64": "64:ff9b::7f00:1",
    "private behind NAT64": "64:ff9b::a00:1",
    "metadata behind NAT64": "64:ff9b::a9fe:a9fe",
    "local NAT64": "64:ff9b:1::7f00:1",
    "loopback by 6to4": "2002:7f00:1::",
    "private by 6to4": "2002:c0a8:101::1",
    "public by 6to4": "2002:808:808::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "loopback by ISATAP": "2a00:1450::5efe:7f00:1",
    "private by ISATAP": "2a00:1450::200:5efe:a00:1",
    "ORCHID": "2001:10::1",
    "newer ORCHID": "2001:20::1",
    "a benchmark of IPv6": "2001:2::1",
    "an example of IPv6": "2001:db8::1",
    "a newer example of IPv6": "3fff::1",
    "discarded": "100::1",
    "segment routing": "5f00::1",
    "unique local": "fc00::1",
    "a cloud's metadata of IPv6": "fd00:ec2::254",
    "link-local of IPv6": "fe80::1",
    "link-local with its link": "fe80::1%1",
    "site-local": "fec0::1",
    "multicast of IPv6": "ff02::1",
    "multicast of IPv6 to everywhere": "ff0e::1",
    "unassigned": "4000::1",
}
PUBLIC = {
    "of IPv4": "93.184.216.34",
    "just before a private one": "9.255.255.255",
    "just after a private one": "11.0.0.0",
    "just before shared": "100.63.255.255",
    "just after shared": "100.128.0.0",
    "just after class B": "172.32.0.0",
    "just before multicast": "223.255.255.255",
    "of IPv6": "2a00:1450:4026:804::200e",
    "of IPv6, after the assignments": "2001:200::1",
    "mapped": "::ffff:93.184.216.34",
    "behind NAT64": "64:ff9b::5db8:d822",
    "by ISATAP": "2a00:1450::5efe:808:808",
}


@pytest.mark.parametrize("address", FORBIDDEN.values(), ids=FORBIDDEN)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC.values(), ids=PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
@settings(deadline=None)
def test_every_address_is_judged_and_nothing_inner_is_public(ip: object) -> None:
    address = str(ip)
    if is_public(address) and ":" not in address:
        assert is_public(f"::ffff:{address}")
    if not is_public(address) and ":" not in address:
        assert not is_public(f"::ffff:{address}")
        assert not is_public(f"64:ff9b::{address}")


# Nothing is connected to

SPELLINGS = {
    "by its name": "localhost",
    "by its name with a dot": "localhost.",
    "in capitals": "LOCALHOST",
    "short": "127.1",
    "shorter": "127.0.1",
    "as one number": "2130706433",
    "in hexadecimal": "0x7f000001",
    "in hexadecimal parts": "0x7f.0.0.1",
    "in octal": "0177.0.0.1",
    "with zeros": "127.000.000.001",
    "with a dot": "127.0.0.1.",
    "in wide digits": "１２７.0.0.1",
    "with wide dots": "127。0。0。1",
    "in circles": "①②⑦.⓪.⓪.①",
    "as nothing": "0",
    "as this host": "0.0.0.0",
    "in IPv6": "[::1]",
    "in IPv6, mapped": "[::ffff:127.0.0.1]",
    "in IPv6, mapped in hexadecimal": "[::ffff:7f00:1]",
    "in IPv6, written out": "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "in IPv6 with a zone": "[::1%25lo]",
    "unspecified": "[::]",
    "behind a user name": "kyla.example.fi@127.0.0.1",
    "behind a user name and password": "kyla.example.fi:80@127.0.0.1",
    "quoted": "%31%32%37.0.0.1",
}


async def connections_to(address: str, by: FakeResolver | None = None) -> tuple[str, int]:
    """The fault of a poll at a host on the port of a real server, and what that server saw."""
    options = {"lookup": by} if by else {}
    async with serving(reply(body=FEED)) as server:
        port = server.address.rpartition(":")[2]
        closed = web(limits(allow_networks=()), **options)
        outcome = await ask(source(url=f"http://{address}:{port}/feed/"), by=closed)
        return fault_of(outcome), server.connections


@pytest.mark.parametrize("host", SPELLINGS.values(), ids=SPELLINGS)
def test_no_spelling_of_loopback_is_connected_to(host: str) -> None:
    code, connections = asyncio.run(connections_to(host))
    assert code in {"forbidden-address", "bad-address", "dns"}
    assert 0 == connections


@pytest.mark.parametrize("address", FORBIDDEN.values(), ids=FORBIDDEN)
def test_no_name_of_a_forbidden_address_is_connected_to(address: str) -> None:
    names = resolver(kyla_example_fi=address)
    assert ("forbidden-address", 0) == asyncio.run(connections_to("kyla.example.fi", names))


@pytest.mark.parametrize("found", [("93.184.216.34", "127.0.0.1"), ("127.0.0.1", "2a00:1450::1")])
def test_one_forbidden_address_among_public_ones_is_enough(found: tuple[str, ...]) -> None:
    names = resolver(kyla_example_fi=found)
    assert ("forbidden-address", 0) == asyncio.run(connections_to("kyla.example.fi", names))


REDIRECTS = {
    **{f"to {name}": f"http://[{each}]/" for name, each in FORBIDDEN.items() if ":" in each},
    **{f"to {name}": f"http://{each}/" for name, each in FORBIDDEN.items() if ":" not in each},
    **{f"to loopback {name}": f"http://{each}/" for name, each in SPELLINGS.items()},
    "to another scheme": "ftp://kyla.example.fi/feed",
    "to a file": "file:///etc/passwd",
    "to data": "data:application/rss+xml,<rss/>",
    "to gopher": "gopher://127.0.0.1:70/_GET",
    "to a script": "javascript:alert(1)",
    "to port 0": "http://kyla.example.fi:0/",
    "to a port beyond all": "http://kyla.example.fi:70000/",
    "to a host with a space": "http://kyla .example.fi/",
    "to a host with a backslash": "http://127.0.0.1\\@kyla.example.fi/",
    "to half an address": "http://[::1/",
}


@pytest.mark.parametrize("location", REDIRECTS.values(), ids=REDIRECTS)
def test_no_redirect_to_a_forbidden_place_is_followed(location: str) -> None:
    """The one server is allowed by host and port, and is the only one that is connected to."""
    quoted = location.encode().decode("latin-1")

    async def scenario() -> tuple[str, list[str], int]:
        names = resolver(start_example_fi="127.0.0.1", localhost=("127.0.0.1", "::1"))
        async with serving(reply(302, location=quoted)) as server:
            port = server.address.rpartition(":")[2]
            bounds = limits(allow_networks=(f"start.example.fi:{port}",))
            feed = source(url=f"http://start.example.fi:{port}/")
            outcome = await ask(feed, by=web(bounds, lookup=names))
            return fault_of(outcome), names.questions, server.connections

    code, questions, connections = asyncio.run(scenario())
    assert code in {"forbidden-address", "bad-address"}
    assert 1 == connections
    assert {"start.example.fi", "localhost"}.issuperset(questions)


def test_a_name_that_changes_its_answer_is_asked_once_and_taken_at_its_first_word() -> None:
    class Rebinding(FakeResolver):
        def __call__(self, host: str) -> tuple[str, ...]:
            super().__call__(host)
            return ("127.0.0.1",) if len(self.questions) == 1 else ("127.0.0.2",)

    async def scenario() -> tuple[bytes, int, int]:
        names = Rebinding({"kyla.example.fi": ("127.0.0.1",)})
        async with serving(reply(body=FEED)) as server:
            port = server.address.rpartition(":")[2]
            bounds = limits(allow_networks=("127.0.0.1/32",))
            feed = source(url=f"http://kyla.example.fi:{port}/")
            outcome = await ask(feed, by=web(bounds, lookup=names))
            return body_of(outcome), len(names.questions), server.connections

    assert (FEED, 1, 1) == asyncio.run(scenario())


def test_a_name_that_turns_private_between_hops_is_refused() -> None:
    answers: Iterator[tuple[str, ...]] = iter([("127.0.0.1",), ("10.0.0.1",)])

    async def scenario() -> tuple[str, int]:
        async with serving(reply(302, location="/elsewhere")) as server:
            port = server.address.rpartition(":")[2]
            bounds = limits(allow_networks=("127.0.0.1",))
            feed = source(url=f"http://kyla.example.fi:{port}/")
            outcome = await ask(feed, by=web(bounds, lookup=lambda _host: next(answers)))
            return fault_of(outcome), server.connections

    assert ("forbidden-address", 1) == asyncio.run(scenario())


# What the operator opens

OPENED = {
    "a network": ("10.0.0.0/8", "http://intra.example.fi/", "10.1.2.3", True),
    "another network": ("10.0.0.0/8", "http://intra.example.fi/", "192.168.0.1", False),
    "a network, mapped": ("10.0.0.0/8", "http://intra.example.fi/", "::ffff:10.1.2.3", True),
    "a network of IPv6": ("fd00::/8", "http://intra.example.fi/", "fd12::1", True),
    "an address": ("10.1.2.3", "http://intra.example.fi/", "10.1.2.3", True),
    "an address in brackets": ("[fd12::1]", "http://[fd12::1]/", "fd12::1", True),
    "an address and port": ("10.1.2.3:8080", "http://10.1.2.3:8080/", "10.1.2.3", True),
    "an address and another port": ("10.1.2.3:8080", "http://10.1.2.3/", "10.1.2.3", False),
    "an address of IPv6 and port": ("[fd12::1]:8080", "http://[fd12::1]:8080/", "fd12::1", True),
    "a host": ("intra.example.fi", "http://intra.example.fi/", "10.1.2.3", True),
    "a host in capitals": ("INTRA.example.fi.", "http://intra.example.fi/", "10.1.2.3", True),
    "a host of Finnish letters": ("kylä.fi", "http://xn--kyl-sla.fi/", "10.1.2.3", True),
    "another host": ("intra.example.fi", "http://other.example.fi/", "10.1.2.3", False),
    "a host below": ("example.fi", "http://intra.example.fi/", "10.1.2.3", False),
    "a host and port": ("intra.example.fi:8080", "http://intra.example.fi:8080/", "10.1.2.3", True),
    "a host and another port": ("intra.example.fi:80", "http://intra.example.fi:81/", "::1", False),
    "loopback by name": ("localhost", "http://localhost/", "127.0.0.1", True),
    "not metadata by name": ("intra.example.fi", "http://intra.example.fi/", "169.254.1.1", False),
    "metadata by network": ("169.254.0.0/16", "http://intra.example.fi/", "169.254.1.1", True),
    "not multicast by name": ("intra.example.fi", "http://intra.example.fi/", "ff02::1", False),
    "not this host by name": ("intra.example.fi", "http://intra.example.fi/", "0.0.0.0", False),
    "not broadcast by name": (
        "intra.example.fi",
        "http://intra.example.fi/",
        "::ffff:f000:1",
        False,
    ),
}


@pytest.mark.parametrize(("allowed", "url", "found", "expected"), OPENED.values(), ids=OPENED)
def test_the_operator_opens(allowed: str, url: str, found: str, expected: bool) -> None:
    for guard in (
        Guard.of(limits(allow_networks=(allowed,))),
        Guard.of(limits(allow_networks=()), source(allow_networks=(allowed,))),
    ):
        assert expected is (guard.refuses(parse(url), (found,)) is None)


PORTS = {
    "every port": ((), "http://kyla.example.fi:8080/", (), True),
    "a configured port": ((80, 443), "https://kyla.example.fi/", (), True),
    "another port": ((80, 443), "http://kyla.example.fi:8080/", (), False),
    "a port of an opened host": ((80,), "http://a.fi:8080/", ("a.fi:8080",), True),
    "another port of an opened host": ((80,), "http://a.fi:8081/", ("a.fi:8080",), False),
    "an opened host without port": ((80,), "http://a.fi:8080/", ("a.fi",), False),
}


@pytest.mark.parametrize(("ports", "url", "allowed", "expected"), PORTS.values(), ids=PORTS)
def test_ports(ports: tuple[int, ...], url: str, allowed: tuple[str, ...], expected: bool) -> None:
    guard = Guard.of(limits(ports=ports, allow_networks=allowed))
    fault = guard.refuses(parse(url), ("93.184.216.34",))
    assert expected is (fault is None)


def test_what_is_opened_for_one_source_is_closed_for_another() -> None:
    async def scenario() -> tuple[object, object]:
        async with serving(reply(body=FEED)) as server:
            asker = web(limits(allow_networks=()))
            opened = source(url=server.url(), allow_networks=("127.0.0.0/8",))
            return await ask(opened, by=asker), await ask(source(url=server.url()), by=asker)

    opened, closed = asyncio.run(scenario())
    assert isinstance(opened, Fetched)
    assert isinstance(closed, Failed)


# Redirects

LEADS = {
    "a path": ("https://a.fi/x/y?z", "../w", "https://a.fi/w"),
    "a query": ("https://a.fi/x?y", "?z=1", "https://a.fi/x?z=1"),
    "another host": ("https://a.fi/", "//b.fi/x", "https://b.fi/x"),
    "a fragment": ("https://a.fi/", "/x#y", "https://a.fi/x"),
    "Finnish letters": ("https://a.fi/", "/syöte", "https://a.fi/sy%C3%B6te"),
    "spaces around and within": ("https://a.fi/", " /a b ", "https://a.fi/a%20b"),
    "quoted letters": ("https://a.fi/", "/a%20b%C3%A4", "https://a.fi/a%20b%C3%A4"),
    "to the secure site": ("http://a.fi/x", "https://a.fi/x", "https://a.fi/x"),
    "to another insecure site": ("http://a.fi/x", "http://b.fi/x", "http://b.fi/x"),
    "a user name": ("https://a.fi/x", "https://u:p@b.fi/x", "https://b.fi/x"),
    "a site that names its insecure self": ("https://a.fi/x", "http://a.fi/x/", "https://a.fi/x/"),
}


@pytest.mark.parametrize(("at", "location", "expected"), LEADS.values(), ids=LEADS)
def test_redirect_leads_to(at: str, location: str, expected: str) -> None:
    assert expected == str(redirected(parse(at), location))


DOWNGRADES = {
    "to another site": ("https://a.fi/x", "http://b.fi/x"),
    "to itself": ("https://a.fi/x", "http://a.fi/x"),
    "to another port": ("https://a.fi/x", "http://a.fi:8080/x"),
    "from another port": ("https://a.fi:8443/x", "http://a.fi/x"),
}


@pytest.mark.parametrize(("at", "location"), DOWNGRADES.values(), ids=DOWNGRADES)
def test_a_secure_connection_is_never_left(at: str, location: str) -> None:
    with pytest.raises(FetchError) as refused:
        redirected(parse(at), location)
    assert "downgrade" == refused.value.fault.code
