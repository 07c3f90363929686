"""Addresses: what they mean, what a reader is given, and which of them are one page."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.urls import absolute, canonical, readable, tracking
from feedhub.urls import whole as rules

BASE = "https://kyla.example.fi/uutiset/silta"

WHOLE = {
    "a whole address stays": ("https://kyla.example.fi/a?b=c#d", "https://kyla.example.fi/a?b=c#d"),
    "an address without a path stays": ("https://kyla.example.fi", "https://kyla.example.fi"),
    "a scheme and host in small letters": (
        "https://kyla.example.fi/Aa",
        "HTTPS://Kyla.Example.FI/Aa",
    ),
    "a page beside": ("https://kyla.example.fi/uutiset/tie", "tie"),
    "a page above": ("https://kyla.example.fi/tie", "../tie"),
    "a page above the top": ("https://kyla.example.fi/tie", "../../../../tie"),
    "a path from the top": ("https://kyla.example.fi/tie", "/tie"),
    "a query": ("https://kyla.example.fi/uutiset/silta?p=1", "?p=1"),
    "a fragment": ("https://kyla.example.fi/uutiset/silta#kuva", "#kuva"),
    "another host with the same scheme": (
        "https://kuvat.example.fi/a.jpg",
        "//kuvat.example.fi/a.jpg",
    ),
    "a host without its scheme": ("https://www.kyla.example.fi/tie", "www.kyla.example.fi/tie"),
    "backslashes for slashes": (
        "https://kyla.example.fi/a/b?c=%5Cd",
        "https:\\\\kyla.example.fi\\a\\b?c=\\d",
    ),
    "backslashes before a host": ("https://kuvat.example.fi/a", "\\\\kuvat.example.fi\\a"),
    "backslashes in a path": ("https://kyla.example.fi/uutiset/a/b?c%5C", "a\\b?c\\"),
    "three slashes": ("https://kyla.example.fi/a", "https:///kyla.example.fi/a"),
    "one slash": ("https://kyla.example.fi/a", "https:/kyla.example.fi/a"),
    "white space around": (
        "https://kyla.example.fi/a",
        " \t\n https://kyla.example.fi/a \x00\u00a0\u200b",
    ),
    "a broken line": ("https://kyla.example.fi/abc", "https://kyla.example.fi/a\n\tbc"),
    "a blank within": ("https://kyla.example.fi/a%20b", "https://kyla.example.fi/a b"),
    "controls within": ("https://kyla.example.fi/a%01b%7Fc", "https://kyla.example.fi/a\x01b\x7fc"),
    "quotes and angles": ("https://kyla.example.fi/%22%3E%3Cb%3E", 'https://kyla.example.fi/"><b>'),
    "letters beyond ASCII": (
        "https://kyla.example.fi/kyl%C3%A4?%C3%B6=%C4%8D#%C3%A5",
        "https://kyla.example.fi/kylä?ö=č#å",
    ),
    "escapes stay as they are": (
        "https://kyla.example.fi/%7e%C3%a4%zz",
        "https://kyla.example.fi/%7e%C3%a4%zz",
    ),
    "a host of letters beyond ASCII": (
        "https://xn--kyl-sla.example.fi/",
        "https://Kylä.example.fi/",
    ),
    "a decomposed host": ("https://xn--kyl-sla.example.fi/", "https://kyla\u0308.example.fi/"),
    "a host in escapes": ("https://xn--kyl-sla.example.fi/", "https://kyl%C3%A4.example.fi/"),
    "a host with an emoji": ("https://xn--ls8h.example/", "https://💩.example/"),
    "a host with a full-width dot": ("https://kyla.example.fi/", "https://kyla。example．fi/"),
    "a host with an underline": (
        "https://kyla_uutiset.example.fi/",
        "https://kyla_uutiset.example.fi/",
    ),
    "a port": ("https://kyla.example.fi:8443/a", "https://kyla.example.fi:8443/a"),
    "an empty port": ("https://kyla.example.fi/a", "https://kyla.example.fi:/a"),
    "an address of the sixth version": (
        "https://[2001:db8::1]:80/a",
        "https://[2001:DB8:0::1]:80/a",
    ),
    "a secret is left out": ("https://kyla.example.fi/a", "https://user:secret@kyla.example.fi/a"),
    "a disguise is left out": ("https://evil.example/", "https://kyla.example.fi@evil.example/"),
    "the last of two at-signs counts": (
        "https://evil.example/",
        "https://a@kyla.example.fi@evil.example/",
    ),
    "a lone surrogate is what could not be read": ("https://kyla.example.fi/%EF%BF%BD", "/\ud800"),
}
NOWHERE = {
    "nothing": "",
    "white space": " \n\t",
    "a script": "javascript:alert(1)",
    "a script in capitals": "JavaScript:alert(1)",
    "a script over two lines": "java\nscript:alert(1)",
    "a script behind a control": "\x01javascript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "a mail address": "mailto:aili@example.fi",
    "a phone number": "tel:+358401234567",
    "a file": "file:///etc/passwd",
    "a file of Windows": "C:\\kuvat\\silta.jpg",
    "FTP": "ftp://kyla.example.fi/a",
    "an id that is no address": "urn:uuid:00000000-0000-4000-8000-000000000000",
    "a tag": "tag:kyla.example.fi,2026:1",
    "a scheme alone": "https://",
    "a scheme without slashes": "https:kyla.example.fi",
    "no host": "https://?p=1",
    "a dot for a host": "https://./a",
    "an empty label": "https://kyla..fi/",
    "a blank in the host": "https://kyla example.fi/",
    "an escape in the host": "https://kyla%00.example.fi/",
    "an unfinished escape in the host": "https://kyla%ff.example.fi/",
    "a bracket alone": "https://[::1/",
    "no address in brackets": "https://[kyla]/",
    "a zone in brackets": "https://[fe80::1%25eth0]/",
    "too high a port": "https://kyla.example.fi:65536/",
    "port 0": "https://kyla.example.fi:0/",
    "a word for a port": "https://kyla.example.fi:a/",
    "too long a host": f"https://{'a.' * 130}fi/",
    "too long an address": f"https://kyla.example.fi/{'a' * 2_048}",
    "too long when it is escaped": f"https://kyla.example.fi/{'ä' * 400}",
    "a megabyte": "https://kyla.example.fi/" + "a" * 1_000_000,
}


@pytest.mark.parametrize(("expected", "address"), WHOLE.values(), ids=WHOLE.keys())
def test_address_is_made_whole(expected: str, address: str) -> None:
    assert expected == absolute(address, BASE)


@pytest.mark.parametrize("address", NOWHERE.values(), ids=NOWHERE.keys())
def test_address_leads_nowhere(address: str) -> None:
    assert absolute(address, BASE) is None
    assert absolute(address, None) is None


@pytest.mark.parametrize(
    ("expected", "address", "base"),
    [
        (None, "tie", None),
        (None, "tie", ""),
        (None, "tie", "file:///srv/kyla/"),
        (None, "tie", "javascript:alert(1)"),
        ("https://kyla.example.fi/tie", "//kyla.example.fi/tie", None),
        ("http://kyla.example.fi/tie", "//kyla.example.fi/tie", "http://muu.example.fi/"),
        ("http://www.kyla.example.fi/", "www.kyla.example.fi/", "http://muu.example.fi/"),
        ("https://kyla.example.fi/tie", "tie", "https://user:secret@kyla.example.fi/"),
        ("https://kyla.example.fi/tie", "tie", " https://kyla.example.fi "),
    ],
)
def test_base_counts_when_it_is_an_address(
    expected: str | None, address: str, base: str | None
) -> None:
    assert expected == absolute(address, base)


# What a reader is given

READABLE = {
    "an address without parameters": ("https://kyla.example.fi/a", "https://kyla.example.fi/a"),
    "parameters that tell the page": (
        "https://kyla.example.fi/?id=5&p=1",
        "https://kyla.example.fi/?id=5&p=1",
    ),
    "trackers alone": (
        "https://kyla.example.fi/a",
        "https://kyla.example.fi/a?utm_source=rss&utm_medium=rss",
    ),
    "trackers among others": (
        "https://kyla.example.fi/?b=2&a=1",
        "https://kyla.example.fi/?b=2&fbclid=x&a=1",
    ),
    "trackers in capitals": ("https://kyla.example.fi/", "https://kyla.example.fi/?UTM_Source=x"),
    "trackers without a value": ("https://kyla.example.fi/", "https://kyla.example.fi/?gclid"),
    "trackers in escapes": ("https://kyla.example.fi/", "https://kyla.example.fi/?%75tm_source=x"),
    "trackers behind an ampersand escaped twice": (
        "https://kyla.example.fi/?a=1",
        "https://kyla.example.fi/?a=1&amp;utm_source=x",
    ),
    "a fragment stays": (
        "https://kyla.example.fi/a#kuva",
        "https://kyla.example.fi/a?utm_id=1#kuva",
    ),
    "a tracker in the fragment": (
        "https://kyla.example.fi/a",
        "https://kyla.example.fi/a#xtor=RSS-1",
    ),
    "trackers in the fragment": (
        "https://kyla.example.fi/a",
        "https://kyla.example.fi/a#utm_source=x&utm_id=1",
    ),
    "a tracker and more in the fragment": (
        "https://kyla.example.fi/a#kuva&xtor=1",
        "https://kyla.example.fi/a#kuva&xtor=1",
    ),
    "a session stays": (
        "https://kyla.example.fi/?PHPSESSID=1",
        "https://kyla.example.fi/?PHPSESSID=1",
    ),
    "everything else to the byte": (
        "HTTP://Kyla.example.fi:80//a/../%7e?&&B=%e4+&a==;#",
        "HTTP://Kyla.example.fi:80//a/../%7e?&&B=%e4+&a==;#",
    ),
    "a name that only begins alike": (
        "https://kyla.example.fi/?gclidx=1",
        "https://kyla.example.fi/?gclidx=1",
    ),
    "a name within a value": (
        "https://kyla.example.fi/?q=utm_source",
        "https://kyla.example.fi/?q=utm_source",
    ),
    "names of many meanings": (
        "https://kyla.example.fi/?ref=1&source=2&cid=3&sid=4&s=5&from=6&share=7",
        "https://kyla.example.fi/?ref=1&source=2&cid=3&sid=4&s=5&from=6&share=7",
    ),
}


@pytest.mark.parametrize(("expected", "address"), READABLE.values(), ids=READABLE.keys())
def test_reader_is_given_the_address_without_trackers(expected: str, address: str) -> None:
    assert expected == readable(address)


def test_source_keeps_a_parameter_that_tells_its_articles_apart() -> None:
    address = "https://kyla.example.fi/?xtor=5&utm_id=1"
    assert "https://kyla.example.fi/?xtor=5" == readable(address, keep=["Xtor"])
    assert "kyla.example.fi/?xtor=5" == canonical(address, keep=["Xtor"])


def test_every_tracker_is_named_once_in_small_letters() -> None:
    names = " ".join(tracking.NAMES_BY_VENDOR.values()).split()
    assert [] == [name for name, times in Counter(names).items() if times > 1]
    assert [] == [name for name in names if name != name.lower() or tracking.tracks(f"x{name}=1")]
    starts = " ".join(tracking.PREFIXES_BY_VENDOR.values()).split()
    assert [] == [name for name in names if name.startswith(tuple(starts))]
    assert all(
        tracking.tracks(f"{name}=1") for name in (*names, *(f"{start}x" for start in starts))
    )


# Which addresses are one page

SAME = {
    "the scheme": ("https://kyla.example.fi/a", "http://kyla.example.fi/a"),
    "the case of the scheme": ("https://kyla.example.fi/a", "HTTPS://kyla.example.fi/a"),
    "the case of the host": ("https://kyla.example.fi/a", "https://Kyla.Example.FI/a"),
    "www": ("https://kyla.example.fi/a", "https://www.kyla.example.fi/a"),
    "the port of https": ("https://kyla.example.fi/a", "https://kyla.example.fi:443/a"),
    "the port of http": ("https://kyla.example.fi/a", "http://kyla.example.fi:80/a"),
    "a dot after the host": ("https://kyla.example.fi/a", "https://kyla.example.fi./a"),
    "IDN": ("https://kylä.example.fi/a", "https://xn--kyl-sla.example.fi/a"),
    "IDN in capitals": ("https://kylä.example.fi/a", "https://KYLÄ.example.fi/a"),
    "IDN, decomposed": ("https://kylä.example.fi/a", "https://kyla\u0308.example.fi/a"),
    "a name and a password": ("https://kyla.example.fi/a", "https://user:secret@kyla.example.fi/a"),
    "the last slash": ("https://kyla.example.fi/a", "https://kyla.example.fi/a/"),
    "the slash of the home page": ("https://kyla.example.fi", "https://kyla.example.fi/"),
    "doubled slashes": ("https://kyla.example.fi/a/b", "https://kyla.example.fi//a//b"),
    "a dot segment": ("https://kyla.example.fi/a/b", "https://kyla.example.fi/a/./b"),
    "two dots": ("https://kyla.example.fi/a/b", "https://kyla.example.fi/a/c/../b"),
    "two dots in escapes": ("https://kyla.example.fi/a/b", "https://kyla.example.fi/a/c/%2e%2E/b"),
    "two dots at the top": ("https://kyla.example.fi/a", "https://kyla.example.fi/../a"),
    "index.html": ("https://kyla.example.fi/a/", "https://kyla.example.fi/a/index.html"),
    "index.php at the top": (
        "https://kyla.example.fi/?p=1",
        "https://kyla.example.fi/index.php?p=1",
    ),
    "Default.aspx": ("https://kyla.example.fi/a/", "https://kyla.example.fi/a/Default.aspx"),
    "the case of escapes": ("https://kyla.example.fi/%C3%A4", "https://kyla.example.fi/%c3%a4"),
    "escapes of what needs none": (
        "https://kyla.example.fi/~a-b",
        "https://kyla.example.fi/%7Ea%2Db",
    ),
    "escapes of letters": ("https://kyla.example.fi/abc", "https://kyla.example.fi/%61bc"),
    "escapes of brackets": ("https://kyla.example.fi/a(1)", "https://kyla.example.fi/a%281%29"),
    "a letter and its escape": ("https://kyla.example.fi/ä", "https://kyla.example.fi/%C3%A4"),
    "a letter in its two forms": ("https://kyla.example.fi/ä", "https://kyla.example.fi/a\u0308"),
    "a letter's two forms in escapes": (
        "https://kyla.example.fi/%C3%A4",
        "https://kyla.example.fi/a%CC%88",
    ),
    "a blank and its escape": ("https://kyla.example.fi/a b", "https://kyla.example.fi/a%20b"),
    "a plus for a blank in the query": (
        "https://kyla.example.fi/?q=a+b",
        "https://kyla.example.fi/?q=a%20b",
    ),
    "an address in the query": (
        "https://kyla.example.fi/?u=a/b",
        "https://kyla.example.fi/?u=a%2Fb",
    ),
    "square brackets in the query": (
        "https://kyla.example.fi/?a[]=1",
        "https://kyla.example.fi/?a%5b%5d=1",
    ),
    "a stray per cent sign": ("https://kyla.example.fi/100%", "https://kyla.example.fi/100%25"),
    "an empty query": ("https://kyla.example.fi/a", "https://kyla.example.fi/a?"),
    "empty parameters": ("https://kyla.example.fi/?a=1&b=2", "https://kyla.example.fi/?&a=1&&b=2&"),
    "the order of parameters": (
        "https://kyla.example.fi/?a=1&b=2",
        "https://kyla.example.fi/?b=2&a=1",
    ),
    "ampersands escaped twice": (
        "https://kyla.example.fi/?a=1&b=2",
        "https://kyla.example.fi/?a=1&amp;b=2",
    ),
    "a campaign": (
        "https://kyla.example.fi/a",
        "https://kyla.example.fi/a?utm_source=rss&utm_medium=rss",
    ),
    "a click": ("https://kyla.example.fi/?p=1", "https://kyla.example.fi/?p=1&fbclid=IwAR0"),
    "a newsletter": ("https://kyla.example.fi/a", "https://kyla.example.fi/a?mc_cid=1&mc_eid=2"),
    "Matomo": ("https://kyla.example.fi/a", "https://kyla.example.fi/a?pk_campaign=1&mtm_source=2"),
    "a session of PHP": (
        "https://kyla.example.fi/?p=1",
        "https://kyla.example.fi/?PHPSESSID=0a1b&p=1",
    ),
    "a session of Java": (
        "https://kyla.example.fi/a",
        "https://kyla.example.fi/a;jsessionid=0A1B.node1",
    ),
    "a session of Java before a query": (
        "https://kyla.example.fi/a?b=1",
        "https://kyla.example.fi/a;jsessionid=0A?b=1",
    ),
    "a session of ASP": ("https://kyla.example.fi/a", "https://kyla.example.fi/a?ASPSESSIONIDQQ=1"),
    "a session of ASP.NET": (
        "https://kyla.example.fi/a",
        f"https://kyla.example.fi/(S({'a1' * 12}))/a",
    ),
    "a fragment": ("https://kyla.example.fi/a", "https://kyla.example.fi/a#kommentit"),
    "an empty fragment": ("https://kyla.example.fi/a", "https://kyla.example.fi/a#"),
    "AMP at the end": ("https://kyla.example.fi/a/", "https://kyla.example.fi/a/amp/"),
    "AMP as a parameter": ("https://kyla.example.fi/a", "https://kyla.example.fi/a?amp=1"),
    "AMP as a parameter without a value": (
        "https://kyla.example.fi/a",
        "https://kyla.example.fi/a?amp",
    ),
    "AMP as an output": ("https://kyla.example.fi/a", "https://kyla.example.fi/a?outputType=amp"),
    "AMP as a host": ("https://kyla.example.fi/a", "https://amp.kyla.example.fi/a"),
    "AMP in a file's name": (
        "https://kyla.example.fi/a.html",
        "https://kyla.example.fi/a.amp.html",
    ),
    "AMP in Google's cache": (
        "https://kyla.example.fi/a",
        "https://kyla-example-fi.cdn.ampproject.org/c/s/kyla.example.fi/a?amp=1",
    ),
    "AMP in Google's viewer": (
        "https://kyla.example.fi/a",
        "https://www.google.com/amp/s/kyla.example.fi/a/amp",
    ),
    "everything at once": (
        "https://kylä.example.fi/ä?a=1&b=2",
        "http://WWW.xn--kyl-sla.example.fi:80/x/..//%c3%a4/amp/index.html?b=2&utm_id=1&a=1#kuva",
    ),
}
DIFFERENT = {
    "numbers of posts": ("https://kyla.example.fi/?p=1", "https://kyla.example.fi/?p=2"),
    "ids": ("https://kyla.example.fi/uutinen?id=5", "https://kyla.example.fi/uutinen?id=6"),
    "an id and none": ("https://kyla.example.fi/uutinen?id=5", "https://kyla.example.fi/uutinen"),
    "a post and the home page": ("https://kyla.example.fi/?p=1", "https://kyla.example.fi/"),
    "the case of the path": ("https://kyla.example.fi/a", "https://kyla.example.fi/A"),
    "the case of a value": ("https://kyla.example.fi/?v=aB", "https://kyla.example.fi/?v=Ab"),
    "the case of a name": ("https://kyla.example.fi/?a=1", "https://kyla.example.fi/?A=1"),
    "hosts": ("https://kyla.example.fi/a", "https://toinen.example.fi/a"),
    "parts of a site": ("https://kyla.example.fi/a", "https://blogi.kyla.example.fi/a"),
    "ports": ("https://kyla.example.fi/a", "https://kyla.example.fi:8443/a"),
    "languages": ("https://kyla.example.fi/fi/a", "https://kyla.example.fi/sv/a"),
    "languages as parameters": (
        "https://kyla.example.fi/a?lang=fi",
        "https://kyla.example.fi/a?lang=se",
    ),
    "pages of a list": ("https://kyla.example.fi/a?page=1", "https://kyla.example.fi/a?page=2"),
    "an escaped slash": ("https://kyla.example.fi/a/b", "https://kyla.example.fi/a%2Fb"),
    "an escaped question mark": ("https://kyla.example.fi/a?b", "https://kyla.example.fi/a%3Fb"),
    "an escaped ampersand": (
        "https://kyla.example.fi/?a=1&b=2",
        "https://kyla.example.fi/?a=1%26b=2",
    ),
    "an escaped plus": ("https://kyla.example.fi/?q=a+b", "https://kyla.example.fi/?q=a%2Bb"),
    "an escaped per cent sign": ("https://kyla.example.fi/%2541", "https://kyla.example.fi/A"),
    "a letter and the one without dots": ("https://kyla.example.fi/ä", "https://kyla.example.fi/a"),
    "Sámi letters": ("https://kyla.example.fi/č", "https://kyla.example.fi/c"),
    "bytes that are no UTF-8": ("https://kyla.example.fi/%E4", "https://kyla.example.fi/%C3%A4"),
    "the order of equal names": (
        "https://kyla.example.fi/?a=1&a=2",
        "https://kyla.example.fi/?a=2&a=1",
    ),
    "a hashbang": ("https://kyla.example.fi/#!/uutinen/1", "https://kyla.example.fi/#!/uutinen/2"),
    "a hashbang and the home page": (
        "https://kyla.example.fi/#!/uutinen/1",
        "https://kyla.example.fi/",
    ),
    "a route in the browser": (
        "https://kyla.example.fi/#/uutinen/1",
        "https://kyla.example.fi/#/uutinen/2",
    ),
    "a page about amplifiers": ("https://kyla.example.fi/amp/", "https://kyla.example.fi/"),
    "a page of a section on amplifiers": (
        "https://kyla.example.fi/amp/5",
        "https://kyla.example.fi/5",
    ),
    "an amplifier among parameters": (
        "https://kyla.example.fi/?amp=5",
        "https://kyla.example.fi/?amp=6",
    ),
    "a host named www": ("https://www.fi/a", "https://fi/a"),
    "a host that begins with www": ("https://wwwkyla.example.fi/a", "https://kyla.example.fi/a"),
    "www within a host": ("https://kylawww.example.fi/a", "https://kylaexample.fi/a"),
    "a page named index": ("https://kyla.example.fi/index", "https://kyla.example.fi/"),
    "a page below index.php": ("https://kyla.example.fi/index.php/a", "https://kyla.example.fi/a"),
    "names of many meanings": ("https://kyla.example.fi/?sid=1", "https://kyla.example.fi/?sid=2"),
    "references": ("https://kyla.example.fi/?ref=1", "https://kyla.example.fi/?ref=2"),
    "sessions of a conference": (
        "https://kyla.example.fi/?session=1",
        "https://kyla.example.fi/?session=2",
    ),
    "copies of nothing by AMP": (
        "https://cdn.ampproject.org/c/s/a..b",
        "https://cdn.ampproject.org/c/s/a..c",
    ),
    "a page of Google's": ("https://www.google.com/amp/kartat", "https://kartat/"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME.keys())
def test_spellings_of_one_page_have_one_key(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("expected", "address"),
    [
        ("kyla.example.fi", "https://www.kyla.example.fi/index.html"),
        ("kyla.example.fi/?p=1", "https://kyla.example.fi?p=1"),
        ("kyla.example.fi/uutiset/silta", "https://kyla.example.fi/uutiset/silta/"),
        ("kyla.example.fi/a?b=1#!c", "https://kyla.example.fi/a/?b=1#!c"),
        ("[2001:db8::1]:8080/a", "https://[2001:DB8::1]:8080/a"),
        ("urn:kyla:1", " urn:kyla:1\n"),
        ("", ""),
    ],
)
def test_key_is_host_and_path_and_query(expected: str, address: str) -> None:
    assert expected == canonical(address)


# Whatever comes

PIECES = st.sampled_from(
    [
        *(
            "https://",
            "http:",
            "//",
            "/",
            "\\",
            "kyla",
            "example.fi",
            "www.",
            "amp.",
            ":",
            "443",
            "80",
            "8080",
        ),
        *(
            "?",
            "&",
            "=",
            "#",
            "#!",
            "utm_source=1",
            "PHPSESSID=2",
            "amp",
            "amp=1",
            "amp;",
            "id=5",
            ";jsessionid=1",
        ),
        *(
            "index.html",
            "/amp/",
            ".amp",
            ".html",
            ".",
            "..",
            "%",
            "%2e",
            "%2F",
            "%41",
            "%c3%a4",
            "%e4",
            "%CC%88",
        ),
        *(
            "ä",
            "a\u0308",
            "\u212a",
            "\u037e",
            "。",
            "ß",
            "💩",
            "@",
            "[",
            "]",
            "::1",
            " ",
            "\n",
            "\x00",
            "\ud800",
            "+",
        ),
        *(
            "cdn.ampproject.org/c/s/",
            "www.google.fi/amp/s/",
            "(S(" + "a" * 24 + "))",
            "javascript:",
        ),
    ]
)
TAILS = st.lists(PIECES).map("".join)
PAGES = TAILS.map("https://kyla.example.fi/{}".format)
ADDRESSES = PAGES | TAILS.map("https://kyla.example.fi{}".format) | TAILS | st.text()


@given(ADDRESSES, st.none() | ADDRESSES)
def test_whole_address_is_a_web_address_and_its_own_whole_address(
    address: str, base: str | None
) -> None:
    whole = absolute(address, base)
    if whole is None:
        assert not address.startswith("https://kyla.example.fi/")
        return
    parts = urlsplit(whole)
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert (None, None) == (parts.username, parts.password)
    assert whole.isascii()
    assert whole.isprintable()
    assert " " not in whole
    assert [whole] * 2 == [absolute(whole, base), absolute(whole, None)]


@given(TAILS | st.text("aA0-_.:%/?#[]@ \\", max_size=8))
def test_settled_address_is_what_all_rules_would_leave(tail: str) -> None:
    address = f"https://kyla.example.fi{tail}"
    if rules._SETTLED.fullmatch(address):
        assert address == rules._whole(rules._LINES.sub("", address.strip(rules._AROUND)))


@given(ADDRESSES)
def test_readable_address_is_its_own_readable_address(address: str) -> None:
    clean = readable(address)
    assert clean == readable(clean)
    assert len(clean) <= len(address)


@given(ADDRESSES)
def test_key_is_its_own_key(address: str) -> None:
    key = canonical(address)
    if absolute(address, None) is not None:
        assert key == canonical(f"https://{key}")
    else:
        assert key == canonical(key)


@given(PAGES)
def test_readable_and_whole_addresses_have_the_key_of_the_written_one(address: str) -> None:
    whole = absolute(address, None)
    assert whole is not None
    assert [canonical(address)] * 2 == [canonical(whole), canonical(readable(whole))]


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "/",
        "../",
        "/amp",
        "%",
        "%41",
        "%c3",
        "ä",
        "&",
        "&a",
        ";jsessionid=",
        "@",
        "[",
        "\\",
        "#",
        ".",
    ],
)
def test_length_costs_little(piece: str) -> None:
    for times in (2_000 // len(piece), 1_000_000):
        address = "https://kyla.example.fi/" + piece * times
        whole = absolute(address, BASE)
        assert whole is None or len(whole) <= 2_048
        assert canonical(address) == canonical(whole or address)
        assert len(readable(address)) <= len(address)
