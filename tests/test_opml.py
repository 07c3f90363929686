"""The lists: the sources as OPML, the pages as a sitemap."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.model import Organization, Output
from feedhub.publish import opml, sitemap
from feedhub.publish.sitemap import LIMIT, Listed
from tests import nasty
from tests.markup import hub
from tests.nasty import NOW, THOROUGHLY
from tests.rules import SITEMAP, xml
from tests.samples import MONDAY, organization, site, source
from tests.validator import faults

BASE = "https://news.example.fi/"


def feeds(*organizations: Organization) -> dict[str, str]:
    """Every listed feed's title by its address."""
    body = opml.write(site(organizations=organizations))
    assert faults(Output(name="opml.xml", body=body), base=BASE, now=NOW) == []
    return {
        each.get("xmlUrl"): each.get("text") for each in xml(body).iter("outline") if not len(each)
    }


def test_sources_are_listed_by_organization() -> None:
    outlines = [dict(each.attrib) for each in xml(opml.write(hub())).iter("outline")]
    assert ["Kaupunki", "Kaupunki", "Kyläyhdistys", "Kyläyhdistys", "Toimitus", "Toimitus"] == [
        each["text"] for each in outlines
    ]
    assert {
        "type": "rss",
        "text": "Kyläyhdistys",
        "title": "Kyläyhdistys",
        "xmlUrl": "https://kyla.example.fi/feed/",
        "htmlUrl": "https://kyla.example.fi/",
        "language": "fi",
    } == outlines[3]
    # A folder of articles can be subscribed to here.
    assert "https://news.example.fi/organizations/toimitus/atom.xml" == outlines[5]["xmlUrl"]


UNLISTED: dict[str, dict[str, Any]] = {
    "switched off": {"enabled": False},
    "with a password in its address": {"url": "https://a:word@kyla.example.fi/"},
    "with a user name": {"username": "a", "password": "word"},
    "with a key in its address": {"url": "https://kyla.example.fi/?format=rss&access_token=word"},
    "with a key of two letters": {"url": "https://kyla.example.fi/?pw=word"},
    "at no web address": {"url": "file:///etc/passwd"},
}


@pytest.mark.parametrize("case", UNLISTED)
def test_source_is_not_listed(case: str) -> None:
    made = organization(sources=(source(**UNLISTED[case]),))
    # A list must not be empty: the site itself can always be subscribed to.
    assert {f"{BASE}atom.xml": "Uutisvirta"} == feeds(made)


def test_switched_off_organization_is_not_listed() -> None:
    assert {f"{BASE}atom.xml": "Uutisvirta"} == feeds(organization(enabled=False))


def test_ordinary_parameters_are_no_secret() -> None:
    address = "https://kyla.example.fi/?feed=rss2&monkey=1&author=a"
    assert {address: "Kyläyhdistys"} == feeds(organization(sources=(source(url=address),)))


def test_headers_are_in_no_list() -> None:
    made = source(headers=(("X-Key", "word"),))
    assert b"word" not in opml.write(site(organizations=(organization(sources=(made,)),)))


@THOROUGHLY
@given(nasty.texts, nasty.texts, nasty.addresses)
def test_list_is_valid_whatever_is_configured(title: str, name: str, address: str) -> None:
    made = organization(name=name, sources=(source(title=title, url=address, homepage=address),))
    assert feeds(made)


# Sitemap


def written(*pages: Listed) -> dict[str, bytes]:
    outputs = sitemap.write(site(), pages)
    for each in outputs:
        assert faults(each, base=BASE, now=NOW) == []
    return {each.name: each.body for each in outputs}


def places(body: bytes) -> list[str | None]:
    return [each.text for each in xml(body).iter(f"{SITEMAP}loc")]


def test_pages_are_listed_by_their_addresses() -> None:
    files = written(Listed("topics/matkailu/index.html", MONDAY), Listed("index.html"))
    assert [BASE, f"{BASE}topics/matkailu/"] == places(files["sitemap.xml"])
    changed = [each.text for each in xml(files["sitemap.xml"]).iter(f"{SITEMAP}lastmod")]
    assert ["2026-11-23T08:00:00Z"] == changed
    assert b"Sitemap: https://news.example.fi/sitemap.xml\n" in files["robots.txt"]


@given(st.permutations([Listed("b.html"), Listed("a.html", MONDAY), Listed("c/index.html")]))
def test_order_of_the_pages_changes_no_byte(pages: list[Listed]) -> None:
    assert written(*sorted(pages)) == written(*pages)


def test_more_pages_than_a_file_may_hold_are_parted() -> None:
    files = written(*(Listed(f"stories/{number:06}.html") for number in range(LIMIT + 1)))
    parts = [f"{BASE}sitemap-1.xml", f"{BASE}sitemap-2.xml"]
    assert parts == places(files["sitemap.xml"])
    assert [LIMIT, 1] == [len(places(files[f"sitemap-{each}.xml"])) for each in (1, 2)]
