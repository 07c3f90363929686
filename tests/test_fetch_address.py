"""Addresses taken apart: one spelling for what is asked, none for what is nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.fetch.address import parse
from feedhub.fetch.faults import FetchError

GOOD = {
    "as it is": ("https://kyla.example.fi/feed/?a=1", "https://kyla.example.fi/feed/?a=1"),
    "no path": ("https://kyla.example.fi", "https://kyla.example.fi/"),
    "capitals": ("HTTPS://KYLA.example.FI/Feed", "https://kyla.example.fi/Feed"),
    "the usual port": ("https://kyla.example.fi:443/", "https://kyla.example.fi/"),
    "the other's usual port": ("http://kyla.example.fi:443/", "http://kyla.example.fi:443/"),
    "a final dot": ("https://kyla.example.fi./", "https://kyla.example.fi/"),
    "spaces around": ("  https://kyla.example.fi/ \n", "https://kyla.example.fi/"),
    "a fragment": ("https://kyla.example.fi/#uutiset", "https://kyla.example.fi/"),
    "a user name": ("https://u:p@kyla.example.fi/", "https://kyla.example.fi/"),
    "Finnish letters": (
        "https://kylä.fi/syöte?ä=ö",
        "https://xn--kyl-sla.fi/sy%C3%B6te?%C3%A4=%C3%B6",
    ),
    "Sámi letters": ("https://sámi.fi/ođđasat", "https://xn--smi-ela.fi/o%C4%91%C4%91asat"),
    "brackets in a query": ("https://a.fi/?a[0]=1", "https://a.fi/?a[0]=1"),
    "a bare percent sign": ("https://a.fi/100%", "https://a.fi/100%"),
    "an underscore": ("https://a_b.example.fi/", "https://a_b.example.fi/"),
    "an address of IPv4": ("http://93.184.216.34/", "http://93.184.216.34/"),
    "an address of IPv6": ("http://[2A00:1450:0::1]:8080/", "http://[2a00:1450::1]:8080/"),
    "an mapped address": ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
}


@pytest.mark.parametrize(("text", "expected"), GOOD.values(), ids=GOOD)
def test_address_is_written(text: str, expected: str) -> None:
    address = parse(text)
    assert expected == str(address)
    assert expected == str(parse(str(address)))


BAD = {
    "empty": "",
    "no scheme": "kyla.example.fi/feed",
    "another scheme": "ftp://kyla.example.fi/",
    "feed scheme": "feed://kyla.example.fi/",
    "no host": "https:///feed",
    "port 0": "https://kyla.example.fi:0/",
    "a port beyond all": "https://kyla.example.fi:65536/",
    "a port of letters": "https://kyla.example.fi:http/",
    "a space in the host": "https://kyla example.fi/",
    "a quoted host": "https://kyl%61.example.fi/",
    "two dots": "https://kyla..example.fi/",
    "a dot in front": "https://.example.fi/",
    "a hyphen in front": "https://-kyla.example.fi/",
    "a long label": f"https://{'a' * 64}.fi/",
    "a long host": f"https://{'a.' * 130}fi/",
    "a long address": f"https://a.fi/{'a' * 5_000}",
    "half brackets": "https://[::1/",
    "a zone": "https://[fe80::1%25eth0]/",
    "a number of three parts": "https://127.0.1/",
    "a hexadecimal number": "https://0x7f000001/",
    "a name that ends in a number": "https://kyla.example.1/",
    "an octal number": "https://0177.0.0.1/",
    "a number with zeros": "https://127.000.000.001/",
    "a backslash": "https://127.0.0.1\\@kyla.example.fi/",
    "letters that IDNA lacks": "https://ky\u200bl\u2028a.fi/",
    "a lone surrogate": "https://a.fi/\ud800",
    "a surrogate in the host": "https://\ud800.fi/",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_address_is_none(text: str) -> None:
    with pytest.raises(FetchError) as refused:
        parse(text)
    assert "bad-address" == refused.value.fault.code


@given(st.text())
@settings(deadline=None)
def test_any_text_is_an_address_or_none(text: str) -> None:
    for each in (text, f"https://{text}", f"http://a.fi/{text}"):
        try:
            address = parse(each)
        except FetchError:
            continue
        assert str(address).isascii()
        assert address == parse(str(address))
        assert not set(" \r\n\t\\#") & set(address.authority)
        assert not set(" \r\n\t#") & set(address.target)


def test_a_user_name_is_kept_apart() -> None:
    address = parse("https://k%C3%A4ytt%C3%A4j%C3%A4:sal%3Aasana@kyla.example.fi/")
    assert ("käyttäjä", "sal:asana") == address.userinfo
    assert "sal" not in f"{address} {address!r}"
    assert address == parse("https://kyla.example.fi/")


SERVERS = {
    "both usual ports": ("http://a.fi/", "https://a.fi/", True),
    "a port of its own": ("http://a.fi/", "http://a.fi:8080/", False),
    "another host": ("http://a.fi/", "http://b.fi/", False),
}


@pytest.mark.parametrize(("one", "other", "expected"), SERVERS.values(), ids=SERVERS)
def test_one_server(one: str, other: str, expected: bool) -> None:
    assert expected is (parse(one).server == parse(other).server)
