"""Raw entries become entries of the common record, each field by a rule that can be told."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub import html, normalize
from feedhub.model import (
    Author,
    Enclosure,
    Entry,
    RawEntry,
    RawFeed,
    Rules,
    Text,
    Topic,
    Translation,
)
from feedhub.normalize import Normalized
from feedhub.normalize.times import CONFIGURED, FETCH_TIME, IN_ADDRESS, UNDATED
from tests.danger import dangers
from tests.samples import TUESDAY, source

NOW = TUESDAY
SITE = "https://kyla.example.fi"
RAW = RawEntry(
    id="1",
    url=f"{SITE}/uutiset/silta/",
    title=Text(value="Uusi silta avattiin", kind="text"),
    content=Text(value="<p>Kylän uusi silta lyhentää koulumatkaa kuusi kilometriä.</p>"),
    published="Mon, 23 Nov 2026 08:00:00 GMT",
)


def html_text(value: str) -> Text:
    return Text(value=value, kind="html")


def raw(**changes: Any) -> RawEntry:
    return replace(RAW, **changes)


def poll(
    *entries: RawEntry, rules: Rules | None = None, at: datetime = NOW, **changes: Any
) -> Normalized:
    feed = {key: changes.pop(key) for key in ("url", "language", "authors") if key in changes}
    return normalize.normalize(
        RawFeed(entries=entries, **feed), source(**changes), rules or Rules(), now=at
    )


def one(rules: Rules | None = None, **changes: Any) -> Entry:
    (entry,) = poll(raw(**changes), rules=rules).entries
    return entry


def notes(found: Normalized) -> Mapping[str, str]:
    """The rules of the first entry by field."""
    return {each.field: each.rule for each in found.notes[found.entries[0].id]}


def test_plain_item_becomes_an_entry() -> None:
    entry = one()
    assert "kyla/feed" == entry.source
    assert f"{SITE}/uutiset/silta/" == entry.url
    assert "Uusi silta avattiin" == entry.title
    assert "Kylän uusi silta lyhentää koulumatkaa kuusi kilometriä." == entry.excerpt
    assert "<p>Kylän uusi silta lyhentää koulumatkaa kuusi kilometriä.</p>" == entry.content_html
    assert datetime(2026, 11, 23, 8, tzinfo=UTC) == entry.published == entry.updated
    assert NOW == entry.first_seen
    assert "fi" == entry.language


LONG = " ".join(f"sana{number}" for number in range(90))
FIRST = " ".join(f"sana{number}" for number in range(55)) + " […]"
EXCERPTS = {
    "the author's own stands": ("<p>Oma &amp; lyhyt.</p>", "<p>Muu</p>", "Oma & lyhyt."),
    "its markup is gone": ("<b>Oma</b><br>lyhyt", "<p>Muu</p>", "Oma lyhyt"),
    "WordPress' own cut stands": ("Alku [&#8230;]", "<p>Muu</p>", "Alku […]"),
    "without one the text begins": (None, f"<p>{LONG}</p>", FIRST),
    "one of pictures only is none": ('<img src="/k.jpg">', "<p>Teksti</p>", "Teksti"),
    "one of links only is none": ("<a href='/'>Lue lisää</a>", "<p>Teksti</p>", "Teksti"),
    "one that is the title only is none": ("Uusi silta avattiin", "<p>Teksti</p>", "Teksti"),
    "one as long as a text is cut": (f"<p>{LONG}</p>", None, FIRST),
    "the mark ends the text": (None, "<p>Alku</p><!--more--><p>Loput</p>", "Alku"),
    "a mark at the beginning is none": (None, "<!--more--><p>Loput</p>", "Loput"),
    "a repeated title is dropped": (None, "<h1>Uusi silta avattiin</h1><p>väki</p>", "väki"),
    "nothing is nothing": (None, None, ""),
}  # fmt: skip


@pytest.mark.parametrize(("summary", "content", "expected"), EXCERPTS.values(), ids=EXCERPTS)
def test_excerpt(summary: str | None, content: str | None, expected: str) -> None:
    texts: dict[str, Any] = {
        "summary": html_text(summary) if summary else None,
        "content": html_text(content) if content else None,
    }
    assert expected == one(**texts).excerpt


def test_title_is_kept_in_the_excerpt_when_so_configured() -> None:
    content = html_text("<h1>Uusi silta avattiin</h1><p>väki</p>")
    assert "Uusi silta avattiin väki" == one(Rules(drop_title=False), content=content).excerpt


def test_excerpt_of_an_article_stands_whatever_its_length() -> None:
    summary = Text(value=LONG, kind="text")
    assert LONG == one(summary=summary, local=True, document="silta.md").excerpt


def test_plain_text_becomes_paragraphs() -> None:
    content = Text(value="a < b\r\nc\n \nd & e\n", kind="text")
    assert "<p>a &lt; b<br>c</p><p>d &amp; e</p>" == one(content=content).content_html


TITLES = {
    "of plain text": (Text(value="A & <b>B</b>", kind="text"), "A & <b>B</b>"),
    "of markup": (html_text("A &amp; <b>B</b><br>C"), "A & B C"),
    "on several lines": (Text(value=" A\n\tB ", kind="text"), "A B"),
    "with controls and marks of direction": (Text(value="A\x00\u202eB\ufffe", kind="text"), "AB"),
    "decomposed": (Text(value="Ka\u0308sivarsi", kind="text"), "Käsivarsi"),
    "missing": (None, "Kylän uusi silta lyhentää koulumatkaa kuusi kilometriä."),
    "empty": (html_text("<b> </b>"), "Kylän uusi silta lyhentää koulumatkaa kuusi kilometriä."),
}


@pytest.mark.parametrize(("title", "expected"), TITLES.values(), ids=TITLES)
def test_title(title: Text | None, expected: str) -> None:
    assert expected == one(title=title).title


def test_title_made_of_the_text_is_short_and_leaves_the_excerpt_whole() -> None:
    found = poll(raw(title=None, content=html_text(f"<p>{LONG}</p>")))
    assert " ".join(LONG.split()[:12]) + "…" == found.entries[0].title
    assert FIRST == found.entries[0].excerpt
    assert "the first words of the text, since there is no title" == notes(found)["title"]


def test_item_with_an_address_only_is_titled_by_it() -> None:
    assert f"{SITE}/uutiset/silta/" == one(title=None, content=None).title


def test_item_with_nothing_is_dropped() -> None:
    found = poll(RawEntry(id="1", content=html_text("<p>&nbsp;</p>")))
    assert [("1", normalize.EMPTY)] == [(each.id, each.reason) for each in found.dropped]


CAPS = {
    "title": (lambda entry: len(entry.title), 300),
    "author": (lambda entry: max(map(len, entry.authors)), 100),
    "authors": (lambda entry: len(entry.authors), 20),
    "category": (lambda entry: max(map(len, entry.categories)), 100),
    "categories": (lambda entry: len(entry.categories), 20),
    "enclosures": (lambda entry: len(entry.enclosures), 5),
    "content": (lambda entry: len(entry.content_html.encode()), 200_000),
    "excerpt": (lambda entry: len(entry.excerpt), 600),
    "id": (lambda entry: len(entry.id), 2_048),
}
HUGE = poll(
    raw(
        id="x" * 5_000,
        title=Text(value="ääkkösiä " * 5_000, kind="text"),
        content=html_text("<p>äänekäs &amp; sanoja</p>" * 50_000),
        authors=tuple(Author(name=f"{number} {'Nimi' * 100}") for number in range(50)),
        categories=tuple(f"{number} {'luokka ' * 100}" for number in range(50)),
        enclosures=tuple(Enclosure(url=f"/{number}.mp3") for number in range(50)),
    )
)


@pytest.mark.parametrize(("measure", "most"), CAPS.values(), ids=CAPS)
def test_field_is_capped(measure: Any, most: int) -> None:
    (entry,) = HUGE.entries
    assert most * 0.9 < measure(entry) <= most or entry.id.startswith("urn:feedhub:")
    assert measure(entry) <= most


def test_address_that_is_too_long_or_none_is_left_out() -> None:
    for address in (f"{SITE}/{'a' * 2_100}", "javascript:alert(1)", "tag:x,2026:1"):
        found = poll(raw(url=address))
        assert (None, None) == (found.entries[0].url, found.entries[0].canonical_url)
        assert notes(found)["url"].startswith("left out: “")


AUTHORS = {
    "a name": ("Maija Meikäläinen", ("Maija Meikäläinen",)),
    "RSS' address and name": ("maija@a.example (Maija Meikäläinen)", ("Maija Meikäläinen",)),
    "name and address": ("Maija Meikäläinen <maija@a.example>", ("Maija Meikäläinen",)),
    "name and escaped address": ("Maija &lt;maija@a.example&gt;", ("Maija",)),
    "an address only": ("noreply@a.example", ()),
    "an address as link": ("mailto:maija@a.example", ()),
    "an address without dots": ("root@localhost", ()),
    "a disguised address": ("maija(at)a.example", ()),
    "a disguised address and a name": ("Maija, maija [ät] a.example", ("Maija",)),
    "two names": ("Maija & Matti", ("Maija & Matti",)),
    "markup": ("<b>Maija</b><script>x</script>", ("Maija",)),
    "signs": ("–", ()),
    "a name with an at sign in the middle": ("Kylä @ Lappi", ("Kylä @ Lappi",)),
}


@pytest.mark.parametrize(("written", "expected"), AUTHORS.values(), ids=AUTHORS)
def test_author_has_a_name_and_no_address(written: str, expected: tuple[str, ...]) -> None:
    assert expected == one(authors=(Author(name=written, email="maija@a.example"),)).authors


def test_feed_lends_its_authors() -> None:
    lent = (Author(name="Toimitus"),)
    nobody = (Author(name="noreply@a.example"),)
    assert ("Toimitus",) == poll(raw(authors=nobody), authors=lent).entries[0].authors
    own = poll(raw(authors=(Author(name="Maija"),)), authors=lent)
    assert ("Maija",) == own.entries[0].authors


VOCABULARY = Rules(
    topics=(
        Topic(slug="matkailu", title="Matkailu", categories=("Tourism", "turism", "mátkkoštus")),
        Topic(slug="alykas-erikoistuminen", title="Älykäs erikoistuminen", categories=("S3",)),
        Topic(slug="tyo", title="Työ", categories=("Työ", "tourism jobs")),
    )
)
TOPICS = {
    "its title": ("matkailu", ("matkailu",)),
    "another language": ("Turism", ("matkailu",)),
    "Sámi": ("MÁTKKOŠTUS", ("matkailu",)),
    "a hashtag": ("#tourism", ("matkailu",)),
    "hyphens and underscores": ("Älykäs_erikoistuminen", ("alykas-erikoistuminen",)),
    "its slug": ("alykas-erikoistuminen", ("alykas-erikoistuminen",)),
    "entities": ("Ty&ouml;", ("tyo",)),
    "other letters": ("Alykas erikoistuminen 2", ()),
    "a part of a name": ("tourism jobs in the north", ()),
}


@pytest.mark.parametrize(("category", "expected"), TOPICS.values(), ids=TOPICS)
def test_category_means_a_topic(category: str, expected: tuple[str, ...]) -> None:
    assert expected == one(VOCABULARY, categories=(category,)).topics


def test_topics_of_source_and_article_are_joined_in_the_order_of_the_vocabulary() -> None:
    item = raw(topics=("tyo", "unknown"), categories=("S3",))
    found = poll(item, rules=VOCABULARY, topics=("matkailu",))
    assert ("matkailu", "alykas-erikoistuminen", "tyo") == found.entries[0].topics


def test_categories_are_given_once_and_clean() -> None:
    given = ("Liikenne", " Liikenne ", "<b>Sillat</b>", "", "Tiede &amp; taide")
    assert ("Liikenne", "Sillat", "Tiede & taide") == one(categories=given).categories


YESTERDAY = "Mon, 23 Nov 2026 08:00:00 GMT"
DATES = {
    "as written": (YESTERDAY, None, datetime(2026, 11, 23, 8, tzinfo=UTC), "as written"),
    "only updated": (None, YESTERDAY, datetime(2026, 11, 23, 8, tzinfo=UTC), "as written"),
    "in the future": ("2026-11-25T00:00:00Z", None, NOW, "lies in the future"),
    "a moment in the future": ("2026-11-24T08:00:01Z", None, NOW, "lies in the future"),
    "unreadable": ("eilen illalla", None, NOW, "no date can be read from “eilen illalla”"),
    "absent": (None, None, NOW, UNDATED),
}


@pytest.mark.parametrize(("published", "updated", "expected", "rule"), DATES.values(), ids=DATES)
def test_date(published: str | None, updated: str | None, expected: datetime, rule: str) -> None:
    found = poll(raw(published=published, updated=updated))
    assert expected == found.entries[0].published
    assert rule in notes(found)["published"]


UPDATES = {
    "later": ("2026-11-23T09:00:00Z", datetime(2026, 11, 23, 9, tzinfo=UTC)),
    "before publication": ("2026-11-22T09:00:00Z", datetime(2026, 11, 23, 8, tzinfo=UTC)),
    "in the future": ("2026-11-25T09:00:00Z", datetime(2026, 11, 23, 8, tzinfo=UTC)),
    "unreadable": ("x", datetime(2026, 11, 23, 8, tzinfo=UTC)),
}


@pytest.mark.parametrize(("updated", "expected"), UPDATES.values(), ids=UPDATES)
def test_update(updated: str, expected: datetime) -> None:
    assert expected == one(updated=updated).updated


def test_date_in_the_address_stands_in() -> None:
    found = poll(raw(published=None, url=f"{SITE}/2026/11/03/silta/"))
    assert datetime(2026, 11, 2, 22, tzinfo=UTC) == found.entries[0].published
    assert IN_ADDRESS == notes(found)["published"]


def test_source_whose_dates_are_not_trusted_is_dated_by_first_sight() -> None:
    found = poll(raw(), dates="first-seen")
    assert (NOW, NOW) == (found.entries[0].published, found.entries[0].updated)
    assert CONFIGURED == notes(found)["published"]


def dated(*ages: timedelta) -> list[RawEntry]:
    """Items of these ages."""
    return [
        raw(id=str(number), url=f"{SITE}/{number}", published=(NOW - age).isoformat())
        for number, age in enumerate(ages)
    ]


SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
STAMPED = {
    "all dated now": ((SECOND, SECOND * 2, SECOND * 3), True),
    "all dated about now": ((MINUTE, MINUTE * 3, -MINUTE), True),
    "all dated alike, out of a cache": ((HOUR * 5, HOUR * 5, HOUR * 5 + SECOND), True),
    "all dated alike, long ago": ((HOUR * 50, HOUR * 50, HOUR * 50), False),
    "two only": ((SECOND, SECOND), False),
    "one of them older": ((SECOND, SECOND, HOUR), False),
    "written through the day": ((HOUR, HOUR * 3, HOUR * 7), False),
}


@pytest.mark.parametrize(("ages", "stamped"), STAMPED.values(), ids=STAMPED)
def test_feed_that_stamps_every_item_is_recognised(
    ages: tuple[timedelta, ...], stamped: bool
) -> None:
    found = poll(*dated(*ages))
    assert stamped == (FETCH_TIME == notes(found)["published"])
    assert all(entry.published <= NOW for entry in found.entries)


def test_article_waits_for_its_date_and_a_draft_for_ever() -> None:
    later = raw(published="2026-11-25", local=True, document="a.md")
    found = poll(later, raw(id="2", draft=True))
    assert (1, [normalize.HELD, normalize.DRAFT]) == (
        found.held,
        [each.reason for each in found.dropped],
    )
    (entry,) = poll(later, at=NOW + timedelta(days=2)).entries
    assert datetime(2026, 11, 24, 22, tzinfo=UTC) == entry.published


PICTURES = {
    "an enclosed one comes first": (
        (Enclosure(url="/a.jpg", type="image/jpeg"),),
        "/b.jpg",
        "/a.jpg",
    ),
    "one enclosed without its type": ((Enclosure(url="/a.png"),), "/b.jpg", "/a.png"),
    "a sound is none": ((Enclosure(url="/a.mp3", type="audio/mpeg"),), "/b.jpg", "/b.jpg"),
    "then the one that is named": ((), "/b.jpg", "/b.jpg"),
    "a portrait is none": ((), "https://secure.gravatar.com/avatar/1?s=96", "/c.jpg"),
    "an address of no use is none": ((), "javascript:alert(1)", "/c.jpg"),
    "then the first in the text": ((), None, "/c.jpg"),
}


@pytest.mark.parametrize(("enclosures", "named", "expected"), PICTURES.values(), ids=PICTURES)
def test_lead_picture(enclosures: tuple[Enclosure, ...], named: str | None, expected: str) -> None:
    content = html_text('<img src="/t.gif" width="1"><img src="/c.jpg"><p>x</p>')
    assert SITE + expected == one(enclosures=enclosures, image=named, content=content).image


def test_picture_of_the_summary_serves_a_content_without() -> None:
    assert f"{SITE}/s.jpg" == one(summary=html_text('<img src="/s.jpg">a')).image


def test_links_are_relative_to_the_base_the_page_and_the_feed_in_this_order() -> None:
    content = html_text('<a href="x">a</a>')
    bases = [
        one(content=content, base="https://b.example/c/"),
        one(content=content),
        poll(raw(content=content, url=None), url="https://f.example/").entries[0],
        poll(raw(content=content, url=None), homepage="https://h.example/").entries[0],
    ]
    expected = ["https://b.example/c/x", f"{SITE}/uutiset/silta/x", "https://f.example/x"]
    found = [entry.content_html.split('"')[1] for entry in bases]
    assert [*expected, "https://h.example/x"] == found


def test_links_of_an_article_lead_to_where_its_folder_is_published() -> None:
    entry = one(
        content=html_text('<img src="kuva ä.jpg">'), local=True, document="2026/silta.md", base=None
    )
    assert "http://127.0.0.1:8080/media/kyla/feed/2026/kuva%20%C3%A4.jpg" == entry.image


def test_enclosures_are_absolute_typed_and_given_once() -> None:
    given = (
        Enclosure(url="/a.mp3", type="Audio/MPEG", length=9, duration=3),
        Enclosure(url=f"{SITE}/a.mp3", type="audio/mpeg", length=9, duration=3),
        Enclosure(url="javascript:alert(1)"),
        Enclosure(url="/b.mp3", type="<script>"),
    )
    expected = (
        Enclosure(url=f"{SITE}/a.mp3", type="audio/mpeg", length=9, duration=3),
        Enclosure(url=f"{SITE}/b.mp3"),
    )
    assert expected == one(enclosures=given).enclosures


def test_translations_are_absolute() -> None:
    given = (Translation(language="sv", url="/sv"), Translation(language="en", url="data:x"))
    assert (Translation(language="sv", url=f"{SITE}/sv"),) == one(translations=given).translations


def item(**changes: Any) -> RawEntry:
    """Another item: its title differs unless it is given."""
    return raw(**{"content": html_text(f"<p>{changes.get('title') or 'x'}</p>"), **changes})


def titled(value: str) -> Text:
    return Text(value=value, kind="text")


def test_shared_id_is_no_identity() -> None:
    items = [raw(url=f"{SITE}/{number}", title=titled(str(number))) for number in range(3)]
    first = poll(*items)
    assert len({entry.id for entry in first.entries}) == 3
    again = poll(*reversed(items))
    assert {entry.id for entry in first.entries} == {entry.id for entry in again.entries}


def test_shared_address_is_no_evidence() -> None:
    items = [raw(id=str(number), title=titled(str(number))) for number in range(3)]
    found = poll(*items)
    assert [None] * 3 == [entry.canonical_url for entry in found.entries]
    assert [RAW.url] * 3 == [entry.url for entry in found.entries]


def test_home_page_is_no_evidence() -> None:
    home = raw(url="http://kyla.example.fi")
    assert poll(home).entries[0].canonical_url is None
    assert (
        poll(raw(url="https://f.example/"), url="http://f.example").entries[0].canonical_url is None
    )


def test_items_that_share_an_id_and_the_home_page_are_no_versions_of_one() -> None:
    items = [raw(url=f"{SITE}/", title=titled(str(number))) for number in range(3)]
    found = poll(*items)
    assert {"0", "1", "2"} == {entry.title for entry in found.entries}
    assert 3 == len({entry.id for entry in found.entries})
    again = poll(*reversed(items))
    assert {entry.id for entry in found.entries} == {entry.id for entry in again.entries}


def test_versions_of_an_entry_are_one_and_the_latest() -> None:
    old, new = raw(), raw(title=titled("Uusittu"), updated="2026-11-23T12:00:00Z")
    for items in ((old, new), (new, old)):
        (entry,) = poll(*items).entries
        assert ("1", "Uusittu") == (entry.id, entry.title)
        assert entry.canonical_url is not None


def test_copy_under_another_id_is_one_entry() -> None:
    (entry,) = poll(raw(), raw(id="http://kyla.example.fi/?p=1")).entries
    assert "1" == entry.id
    assert entry.canonical_url is not None


def test_notices_repeated_on_one_page_stay_apart() -> None:
    later = raw(id="2", published="Tue, 24 Nov 2026 07:00:00 GMT")
    assert len(poll(raw(), later).entries) == 2


def test_ids_without_one() -> None:
    assert f"{SITE}/uutiset/silta/" == one(id=None).id
    bare: dict[str, Any] = {"id": None, "url": None}
    first = one(**bare)
    assert first.id.startswith("urn:feedhub:")
    assert first.id == one(**bare, content=html_text("<p>Korjattu teksti.</p>")).id
    assert first.id != one(**bare, title=titled("Toinen")).id


def test_fetch_time_does_not_move_into_an_id() -> None:
    items = [
        raw(id=None, url=None, title=titled(str(each)), published=NOW.isoformat())
        for each in range(3)
    ]
    later = [replace(each, published=(NOW + HOUR).isoformat()) for each in items]
    ids = [entry.id for entry in poll(*items).entries]
    assert ids == [entry.id for entry in poll(*later, at=NOW + HOUR).entries]


def test_newest_entries_are_taken_wherever_they_stand() -> None:
    items = dated(HOUR * 30, HOUR * 9, HOUR * 20, HOUR * 2)
    found = poll(*items, rules=Rules(max_entries=2))
    assert ["1", "3"] == [entry.id for entry in found.entries]
    assert [("0", normalize.OVER), ("2", normalize.OVER)] == [
        (each.id, each.reason) for each in found.dropped
    ]


def test_rules_leave_out_with_their_reason() -> None:
    found = poll(raw(), exclude=("title: silta",))
    assert ((), "left out by exclude rule “title: silta”") == (
        found.entries,
        found.dropped[0].reason,
    )
    assert "matches no include rule" == poll(raw(), include=("text: tie",)).dropped[0].reason


SAME_TO_A_READER = {
    "other markup": {"content": html_text("<div>Kylän <b>uusi</b> silta lyhentää koulumatkaa kuusi kilometriä.</div>")},
    "other white space": {"content": html_text("<p>Kylän uusi  silta lyhentää\nkoulumatkaa kuusi kilometriä. </p>")},
    "another date": {"published": "Mon, 23 Nov 2026 09:00:00 GMT"},
    "a tracker in the address": {"url": f"{SITE}/uutiset/silta/?utm_source=rss"},
    "another order of categories": {"categories": ("b", "a")},
    "a tracking pixel": {"content": html_text(f'{RAW.content.value}<img src="/x.gif" width=1>' if RAW.content else "")},
}  # fmt: skip
OTHER_TO_A_READER = {
    "another title": {"title": titled("Vanha silta suljettiin")},
    "another word": {"content": html_text("<p>Kylän uusi silta lyhentää koulumatkaa viisi kilometriä.</p>")},
    "another summary": {"summary": titled("Toinen")},
    "another picture": {"image": "/a.jpg"},
    "another file": {"enclosures": (Enclosure(url="/a.mp3"),)},
    "another author": {"authors": (Author(name="Maija"),)},
    "another category": {"categories": ("c",)},
    "another address": {"url": f"{SITE}/uutiset/tie/"},
}  # fmt: skip


@pytest.mark.parametrize("changes", SAME_TO_A_READER.values(), ids=SAME_TO_A_READER)
def test_hash_is_blind_to(changes: dict[str, Any]) -> None:
    plain: dict[str, Any] = {"categories": ("a", "b")}
    assert one(**plain).content_hash == one(**{**plain, **changes}).content_hash


@pytest.mark.parametrize("changes", OTHER_TO_A_READER.values(), ids=OTHER_TO_A_READER)
def test_hash_sees(changes: dict[str, Any]) -> None:
    plain: dict[str, Any] = {"categories": ("a", "b")}
    assert one(**plain).content_hash != one(**{**plain, **changes}).content_hash


def test_every_field_that_was_judged_tells_its_rule() -> None:
    told = notes(poll(raw(content=html_text('<img src="/a.jpg"><p>Kylän silta.</p>'))))
    assert "the first words of the text" == told["excerpt"]
    assert "as written" == told["published"]
    assert "the first picture in the text" == told["image"]
    assert told["language"]


WILD = st.text(max_size=40)
MAYBE = st.none() | WILD
TEXTS = st.none() | st.builds(Text, value=WILD, kind=st.sampled_from(["text", "html", "xhtml"]))
RAWS = st.builds(
    RawEntry,
    id=MAYBE,
    url=MAYBE | st.just(f"{SITE}/a"),
    title=TEXTS,
    summary=TEXTS,
    content=TEXTS,
    base=MAYBE,
    published=MAYBE | st.datetimes().map(str),
    updated=MAYBE,
    authors=st.lists(st.builds(Author, name=WILD), max_size=3).map(tuple),
    categories=st.lists(WILD, max_size=3).map(tuple),
    language=MAYBE,
    image=MAYBE,
    enclosures=st.lists(st.builds(Enclosure, url=WILD, type=MAYBE), max_size=3).map(tuple),
    translations=st.lists(st.builds(Translation, language=WILD, url=WILD), max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(RAWS, max_size=4).map(tuple))
def test_whatever_is_written_becomes_fit_records(raws: tuple[RawEntry, ...]) -> None:
    found = poll(*raws)
    assert len(raws) >= len(found.entries) + len(found.dropped)
    assert len({entry.id for entry in found.entries}) == len(found.entries)
    assert {entry.id for entry in found.entries} == found.notes.keys()
    for entry in found.entries:
        assert entry.title
        assert entry.published <= entry.updated <= NOW
        assert [] == dangers(entry.content_html)
        texts = (entry.id, entry.title, entry.excerpt, *entry.authors, *entry.categories)
        assert list(texts) == [html.fit(text) for text in texts]
        json.dumps(texts).encode()
        assert escape(entry.title)


def test_parameter_that_the_source_needs_is_no_tracker() -> None:
    address = "https://kyla.example.fi/uutiset?gclid=7&utm_source=feed"
    needs = source(keep_parameters=("gclid",))
    feed = RawFeed(entries=(RawEntry(id="1", url=address, title=Text(value="Silta")),))
    (kept,) = normalize.normalize(feed, needs, Rules(), now=TUESDAY).entries
    assert "https://kyla.example.fi/uutiset?gclid=7" == kept.url
    assert "kyla.example.fi/uutiset?gclid=7" == kept.canonical_url
