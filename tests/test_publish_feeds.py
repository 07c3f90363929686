"""Atom and RSS: valid whatever came in, with the origin named, and equal bytes for equal stories."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.model import Deleted, Enclosure, Site, Story, Translation
from feedhub.publish import soundness
from feedhub.publish.archives import Shelf, Volume
from feedhub.publish.channels import Channel, channels
from feedhub.publish.characters import uri
from feedhub.publish.feeds import Feeds
from feedhub.publish.items import NOTHING_YET
from feedhub.publish.locale import words
from tests import nasty
from tests.markup import hub, local
from tests.nasty import NOW, THOROUGHLY, many
from tests.rules import ATOM, CC, CONTENT, DC, LANG, Element, xml
from tests.samples import MONDAY, TUESDAY, entry, organization, site, source, story
from tests.validator import faults

HUB = "https://hub.example.net/"
SHELF = Shelf(Volume(2026, 11, 1))


def rendered(*stories: Story, at: Site | None = None, **wishes: Any) -> dict[str, bytes]:
    """The combined feed's three outputs, by name."""
    own = {each: wishes.pop(each) for each in ("hub", "visible_source") if each in wishes}
    where = at or hub()
    feeds = Feeds(where, **own)
    outputs = feeds.channel(channels(where)[0], feeds.items(stories), **wishes)
    return {each.name: each.body for each in outputs}


def atom_entry(*stories: Story, **wishes: Any) -> Element:
    found = xml(rendered(*stories, **wishes)["atom.xml"]).find(f"{ATOM}entry")
    assert found is not None
    return found


def rss_item(*stories: Story, **wishes: Any) -> Element:
    found = xml(rendered(*stories, **wishes)["rss.xml"]).find("channel/item")
    assert found is not None
    return found


def links(record: Element, rel: str) -> list[dict[str, str]]:
    found = (dict(link.attrib) for link in record.findall(f"{ATOM}link"))
    return [link for link in found if link.get("rel", "alternate") == rel]


@THOROUGHLY
@given(nasty.sites(), nasty.stories, st.booleans(), st.booleans())
def test_feeds_are_valid_whatever_came_in(
    at: Site, stories: list[Story], told: bool, visible: bool
) -> None:
    feeds = Feeds(at, hub=HUB if told else None, visible_source=visible)
    deleted = [Deleted(id="urn:uuid:00000000-0000-5000-8000-000000000009", when=MONDAY)] * told
    for channel in (channels(at)[0], channels(at)[-1]):
        for output in feeds.channel(channel, feeds.items(stories), deleted=deleted):
            assert faults(output, base=at.url, now=NOW) == [], output.name
            # The last gate lets it through, else the old file would stay for ever.
            soundness.check(output, now=NOW)


@THOROUGHLY
@given(nasty.sites(), nasty.stories, st.randoms())
def test_order_of_arrival_changes_no_byte(at: Site, stories: list[Story], dice: Any) -> None:
    before = rendered(*stories, at=at)
    shuffled = [*stories]
    dice.shuffle(shuffled)
    assert before == rendered(*shuffled, at=at)


@THOROUGHLY
@given(nasty.sites(), nasty.stories, st.randoms())
def test_entries_rendered_before_give_the_same_bytes(
    at: Site, stories: list[Story], dice: Any
) -> None:
    feeds = Feeds(at)
    prints = feeds.prints(feeds.items(stories))
    dice.shuffle(prints)
    assert rendered(*stories, at=at) == rendered(*stories, at=at, prints=prints)


@THOROUGHLY
@given(nasty.sites(), nasty.stories)
def test_feedparser_reads_the_same_stories_back(at: Site, stories: list[Story]) -> None:
    outputs = rendered(*stories, at=at)
    ordered = sorted(stories, key=lambda each: each.id)
    ordered.sort(key=lambda each: each.published, reverse=True)
    for name in ("atom.xml", "rss.xml"):
        parsed = feedparser.parse(outputs[name], sanitize_html=False)
        assert [each.id for each in ordered] == [each.id for each in parsed.entries]
        for each, read in zip(ordered, parsed.entries, strict=True):
            assert each.published.utctimetuple()[:6] == read.published_parsed[:6]
            address = uri(each.face.url)
            assert address in {None, read.link}
            assert read.source.title


def test_feedparser_reads_text_language_and_authors() -> None:
    parsed = feedparser.parse(rendered(story())["atom.xml"])
    [read] = parsed.entries
    assert "Kylän uusi silta avattiin" == read.title
    assert "fi" == read.title_detail.language
    assert "Silta lyhentää koulumatkaa kuusi kilometriä." == read.summary
    assert [{"name": "Aili Esimerkki"}] == read.authors
    assert "https://kyla.example.fi/feed/" == read.source.id
    assert ["Matkailu", None] == [each.label for each in read.tags]


SCRIPT = """
import locale, sys
from contextlib import suppress
with suppress(locale.Error):
    locale.setlocale(locale.LC_ALL, "")
from feedhub.publish.channels import channels
from feedhub.publish.feeds import Feeds
from tests.markup import hub
from tests.nasty import many
feeds = Feeds(hub(), visible_source=True)
for each in feeds.channel(channels(hub())[0], feeds.items(many(20))):
    sys.stdout.buffer.write(each.body)
"""


def test_bytes_are_the_same_in_another_process_locale_and_zone() -> None:
    here = b"".join(rendered(*many(20), visible_source=True).values())
    for seed, language, zone in (("1", "fi_FI.UTF-8", "Asia/Tokyo"), ("2", "C", "UTC")):
        environ = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LC_ALL": language,
            "LANG": language,
            "TZ": zone,
            "PYTHONUTF8": "1",
        }
        root = Path(__file__).parents[1]
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=root, env=environ, capture_output=True, check=True
        )
        assert here == done.stdout


def test_dates_are_the_stories_own() -> None:
    edited = story(face=entry(updated=TUESDAY))
    outputs = rendered(edited)
    assert "2026-11-24T08:00:00+00:00" == xml(outputs["atom.xml"]).findtext(f"{ATOM}updated")
    channel = xml(outputs["rss.xml"]).find("channel")
    assert channel is not None
    assert "Tue, 24 Nov 2026 08:00:00 +0000" == channel.findtext("lastBuildDate")
    assert "Mon, 23 Nov 2026 08:00:00 +0000" == channel.findtext("item/pubDate")


def test_empty_channel_is_valid_and_stable() -> None:
    for output in Feeds(hub()).channel(channels(hub())[0], []):
        assert faults(output, base=hub().url, now=NOW) == []
    assert NOTHING_YET.isoformat() == xml(rendered()["atom.xml"]).findtext(f"{ATOM}updated")


# Attribution


def test_origin_is_named_in_atom() -> None:
    made = source(url="https://user:word@kyla.example.fi/feed/", title="Kylän uutiset")
    at = site(organizations=(organization(sources=(made,)),))
    found = atom_entry(story(face=entry(updated=TUESDAY)), at=at).find(f"{ATOM}source")
    assert found is not None
    assert "https://news.example.fi/organizations/kyla/#feed" == found.findtext(f"{ATOM}id")
    assert "Kylän uutiset" == found.findtext(f"{ATOM}title")
    assert "2026-11-24T08:00:00+00:00" == found.findtext(f"{ATOM}updated")
    assert "Kyläyhdistys" == found.findtext(f"{ATOM}author/{ATOM}name")
    assert [] == links(found, "self")
    assert ["https://kyla.example.fi/"] == [each["href"] for each in links(found, "alternate")]


SECRETS = {
    "in the address": source(url="https://a:word@kyla.example.fi/feed"),
    "beside the address": source(username="a", password="word"),
    "as a parameter": source(url="https://kyla.example.fi/feed?api_key=word"),
    "as a header": source(headers=(("Authorization", "word"),)),
}


@pytest.mark.parametrize("case", SECRETS)
def test_secrets_of_a_source_are_in_no_feed(case: str) -> None:
    at = site(organizations=(organization(sources=(SECRETS[case],)),))
    for body in rendered(story(), at=at, visible_source=True).values():
        assert b"word" not in body


def test_origin_is_named_in_rss() -> None:
    item = rss_item(story())
    found = item.find("source")
    assert found is not None
    assert ("Kyläyhdistys", {"url": "https://kyla.example.fi/feed/"}) == (found.text, found.attrib)
    assert "Aili Esimerkki" == item.findtext(f"{DC}creator")
    assert "fi" == item.findtext(f"{DC}language")


def test_organization_speaks_where_no_person_is_named() -> None:
    nameless = story(face=entry(authors=("", " ")))
    assert "Kyläyhdistys" == atom_entry(nameless).findtext(f"{ATOM}author/{ATOM}name")
    assert "Kyläyhdistys" == rss_item(nameless).findtext(f"{DC}creator")


def test_articles_of_the_site_come_from_its_own_feed() -> None:
    own = story(face=local())
    address = "https://news.example.fi/organizations/toimitus/atom.xml"
    assert address == atom_entry(own).findtext(f"{ATOM}source/{ATOM}id")
    page = "https://news.example.fi/stories/00000000-0000-5000-8000-000000000001.html"
    assert page == rss_item(own).findtext("link")


def test_others_who_published_it_are_linked_once_each() -> None:
    others = (
        entry(source="kaupunki/feed", id="2", url=None),
        entry(source="kaupunki/feed", id="3", url="https://kaupunki.example.fi/silta"),
        entry(source="kyla/toinen", id="4", url="https://kyla.example.fi/toinen"),
    )
    expected = [
        {"rel": "related", "title": "Kaupunki", "href": "https://kaupunki.example.fi/silta"}
    ]
    assert expected == links(atom_entry(story(*others)), "related")
    assert expected == links(rss_item(story(*reversed(others))), "related")


def test_translations_are_alternate_links() -> None:
    translations = (
        Translation(language="sv", url="https://kyla.example.fi/sv"),
        Translation(language="SV", url="https://kyla.example.fi/sv2"),
        Translation(language="fi", url="https://kyla.example.fi/fi"),
        Translation(language="se", url="javascript:alert(1)"),
    )
    translated = story(face=entry(translations=translations))
    expected = [
        {"rel": "alternate", "hreflang": "sv", "href": "https://kyla.example.fi/sv"},
        {"rel": "alternate", "hreflang": "fi", "href": "https://kyla.example.fi/uutiset/silta/"},
    ]
    assert [{"href": expected[1]["href"]}, *expected] == links(atom_entry(translated), "alternate")
    assert expected == links(rss_item(translated), "alternate")


LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa 3.0": "https://creativecommons.org/licenses/by-sa/3.0/",
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "https://kyla.example.fi/ehdot": "https://kyla.example.fi/ehdot",
    "Vain omaan käyttöön": None,
}


@pytest.mark.parametrize("name", LICENCES)
def test_licence_of_the_original_is_named(name: str) -> None:
    at = site(organizations=(organization(sources=(source(licence=name),)),))
    found, item = atom_entry(story(), at=at), rss_item(story(), at=at)
    expected = [LICENCES[name]] * bool(LICENCES[name])
    assert (name, name) == (found.findtext(f"{ATOM}rights"), item.findtext(f"{DC}rights"))
    assert expected == [each["href"] for each in links(found, "license")]
    assert expected == [each.text for each in item.findall(CC)]


VISIBLE = {
    "fi": "Lähde: Kyläyhdistys. Julkaistu myös täällä: Kaupunki",
    "sv": "Källa: Kyläyhdistys. Publicerad även av: Kaupunki",
    "en": "Source: Kyläyhdistys. Also published by: Kaupunki",
    "und": "Lähde: Kyläyhdistys. Julkaistu myös täällä: Kaupunki",
}


@pytest.mark.parametrize("language", VISIBLE)
def test_source_is_seen_in_the_storys_language(language: str) -> None:
    told = story(entry(source="kaupunki/feed"), face=entry(language=language))
    summary = atom_entry(told, visible_source=True).findtext(f"{ATOM}summary") or ""
    assert ["Silta lyhentää koulumatkaa kuusi kilometriä.", VISIBLE[language]] == summary.split(
        "\n\n"
    )
    description = rss_item(told, visible_source=True).findtext("description") or ""
    assert description.endswith(VISIBLE[language])


def test_source_is_a_link_in_whole_content() -> None:
    at = site(organizations=(organization(sources=(source(republish="full"),)),))
    content = atom_entry(story(), at=at, visible_source=True).findtext(f"{ATOM}content") or ""
    assert content.endswith('<p>Lähde: <a href="https://kyla.example.fi/">Kyläyhdistys</a></p>')


# Policy

FULL = entry(
    content_html="<p>Koko juttu</p>",
    excerpt="Ote",
    image="https://kyla.example.fi/a.jpg",
    enclosures=(
        Enclosure(url="https://kyla.example.fi/a.mp3", type="audio/mpeg", length=5, duration=7),
        Enclosure(url="https://kyla.example.fi/b.pdf"),
    ),
)
POLICIES = {
    "link": (),
    "excerpt": (b"Ote", b"a.jpg"),
    "full": (b"Ote", b"a.jpg", b"Koko", b"a.mp3"),
}


@pytest.mark.parametrize("policy", POLICIES)
def test_no_more_goes_out_than_the_source_allows(policy: Any) -> None:
    at = site(organizations=(organization(sources=(source(republish=policy),)),))
    outputs = rendered(story(face=FULL), at=at)
    feeds = Feeds(at)
    volume = feeds.volume(channels(at)[0], SHELF, feeds.prints(feeds.items([story(face=FULL)])))
    for body in (*outputs.values(), volume.body):
        assert POLICIES[policy] == tuple(each for each in POLICIES["full"] if each in body)
        assert "Kylän uusi silta avattiin".encode() in body


def test_source_that_has_left_shows_a_link_only() -> None:
    for body in rendered(story(face=FULL), at=site(organizations=())).values():
        assert not [each for each in POLICIES["full"] if each in body]
        assert b"https://kyla.example.fi/uutiset/silta/" in body


def test_attachments_keep_what_is_known_of_them() -> None:
    at = site(organizations=(organization(sources=(source(republish="full"),)),))
    expected = [
        {
            "rel": "enclosure",
            "type": "audio/mpeg",
            "length": "5",
            "href": "https://kyla.example.fi/a.mp3",
        },
        {
            "rel": "enclosure",
            "type": "application/octet-stream",
            "href": "https://kyla.example.fi/b.pdf",
        },
    ]
    assert expected == links(atom_entry(story(face=FULL), at=at), "enclosure")
    item = rss_item(story(face=FULL), at=at)
    assert [{"url": "https://kyla.example.fi/a.mp3", "length": "5", "type": "audio/mpeg"}] == [
        each.attrib for each in item.findall("enclosure")
    ]
    assert ["description", CONTENT] == [
        each.tag for each in item if each.tag in {"description", CONTENT}
    ]


# What a feed says of itself


def test_feed_leads_to_its_page_itself_and_the_hub() -> None:
    at = hub()
    channel = next(each for each in channels(at) if each.prefix == "languages/sv/")
    outputs = {each.name: each.body for each in Feeds(at, hub=HUB).channel(channel, [])}
    feed = xml(outputs["languages/sv/atom.xml"])
    base = "https://news.example.fi/languages/sv/"
    assert [(base, "text/html")] == [
        (each["href"], each["type"]) for each in links(feed, "alternate")
    ]
    assert [f"{base}atom.xml"] == [each["href"] for each in links(feed, "self")]
    assert [HUB] == [each["href"] for each in links(feed, "hub")]
    assert "sv" == feed.get(LANG)
    rss_channel = xml(outputs["languages/sv/rss.xml"]).find("channel")
    assert rss_channel is not None
    assert (base, "sv") == (rss_channel.findtext("link"), rss_channel.findtext("language"))
    assert [f"{base}rss.xml"] == [each["href"] for each in links(rss_channel, "self")]
    assert [HUB] == [each["href"] for each in links(rss_channel, "hub")]


def test_without_a_hub_none_is_named() -> None:
    assert b"hub" not in rendered()["atom.xml"].replace(b"feedhub", b"")


def test_feed_opened_in_a_browser_says_what_it_is() -> None:
    channel = Channel("languages/sv/", "Svenska", "sv")
    atom, rss, _ = Feeds(hub()).channel(channel, [])
    for output in (atom, rss):
        [comment] = xml(output.body).xpath("preceding-sibling::comment()")
        said = [line for line in comment.text.split("\n") if line]
        assert said[0] == words("sv")("subscribe.opened")
        assert words("en")("subscribe.opened") in said
        base = "https://news.example.fi/"
        assert [f"{base}languages/sv/", f"{base}subscribe/"] == said[-2:]


def test_address_that_no_comment_may_hold_is_left_out_of_it() -> None:
    at = hub(url="https://xn--sm-viaa.example/")
    for body in rendered(at=at).values():
        assert b"<!--\nAvasitko" in body or body.startswith(b"{")
    [comment] = xml(rendered(at=at)["atom.xml"]).xpath("preceding-sibling::comment()")
    assert "xn--" not in comment.text


def test_title_is_plain_text_by_hexadecimal_references() -> None:
    body = rendered(story(face=entry(title="A&B <i> > &amp;", categories=("R&D",))))["rss.xml"]
    assert b"<title>A&#x26;B &#x3C;i&#x3E; &#x3E; &#x26;amp;</title>" in body
    assert b"<category>R&#x26;D</category>" in body


def test_withdrawn_stories_leave_a_tombstone() -> None:
    early = Deleted(id="urn:uuid:1", when=MONDAY)
    late = Deleted(id="urn:uuid:2", when=TUESDAY)
    body = rendered(story(), deleted=[early, late])["atom.xml"]
    assert body == rendered(story(), deleted=[late, early])["atom.xml"]
    found = xml(body).findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert [
        {"ref": "urn:uuid:2", "when": "2026-11-24T08:00:00Z"},
        {"ref": "urn:uuid:1", "when": "2026-11-23T08:00:00Z"},
    ] == [each.attrib for each in found]
    # The feed has changed when the last of them went.
    assert "2026-11-24T08:00:00+00:00" == xml(body).findtext(f"{ATOM}updated")


ADDRESSES = {
    "https://kyla.example.fi/a?b=1#c": "https://kyla.example.fi/a?b=1#c",
    "https://kyla.example.fi/@a": "https://kyla.example.fi/@a",
    "https://kyla.example.fi/?t[a]=ä b": "https://kyla.example.fi/?t%5Ba%5D=%C3%A4%20b",
    "https://user:word@kyla.example.fi/": "https://kyla.example.fi/",
    "https://sääm.example/": "https://xn--sm-viaa.example/",
    "https://[::1]:8080/": "https://[::1]:8080/",
    "https://x.example/100%": "https://x.example/100%25",
    "https://x.example/\ud800": "https://x.example/?",
    "HTTP://x.example/": "http://x.example/",
    "javascript:alert(1)": None,
    "https://": None,
    "https://x:99999/": None,
    "https://[": None,
    "https://exa mple/": None,
    "/x": None,
}


@pytest.mark.parametrize("given_address", ADDRESSES)
def test_addresses_are_spelled_as_rss_wants_them(given_address: str) -> None:
    assert ADDRESSES[given_address] == uri(given_address)


@given(nasty.addresses | nasty.texts)
def test_address_that_was_spelled_out_stays_so(address: str) -> None:
    once = uri(address)
    assert once == uri(once)


def test_channel_of_another_prefix_has_its_own_addresses() -> None:
    made = Feeds(hub()).channel(Channel("topics/matkailu/", "Matkailu", "fi"), [])
    assert ["topics/matkailu/atom.xml", "topics/matkailu/rss.xml", "topics/matkailu/feed.json"] == [
        each.name for each in made
    ]


def test_feed_of_a_leap_second_of_history_keeps_its_year() -> None:
    old = datetime(1990, 1, 2, tzinfo=UTC)
    assert "Tue, 02 Jan 1990 00:00:00 +0000" == rss_item(
        story(face=entry(published=old, updated=old))
    ).findtext("pubDate")
