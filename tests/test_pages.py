"""The pages of stories: what they show, and what they may."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub.model import Enclosure, Output, Translation
from feedhub.publish.archives import Shelf, Volume
from feedhub.publish.channels import channels
from feedhub.publish.locale import words
from feedhub.publish.pages import Pages
from feedhub.publish.sheet import FORMATS
from tests.markup import (
    channel_page,
    classed,
    hub,
    links,
    local,
    read,
    start_page,
    text,
)
from tests.samples import entry, organization, source, story


def test_story_shows_what_it_is_and_where_it_comes_from() -> None:
    [shown] = classed(start_page(story()), "story")
    assert links(shown) == {
        "Kylän uusi silta avattiin": "https://kyla.example.fi/uutiset/silta/",
        "Kyläyhdistys": "./organizations/kyla/",
        "Matkailu": "./topics/matkailu/",
    }
    assert "Silta lyhentää koulumatkaa kuusi kilometriä." == text(classed(shown, "excerpt")[0])


MOMENTS = {
    "fi": "24. marraskuuta 2026 klo 10.05",
    "sv": "24 november 2026 kl. 10.05",
    "en": "24 November 2026, 10:05",
    "se": "24.11.2026 10.05",
}


@pytest.mark.parametrize("language", MOMENTS)
def test_time_is_told_as_the_language_does(language: str) -> None:
    when = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)
    tree = start_page(story(published=when), at=hub(language=language))
    shown = next(tree.iter("time"))
    assert (MOMENTS[language], "2026-11-24T08:05:00Z") == (text(shown), shown.get("datetime"))


def test_summer_time_is_the_zones_own() -> None:
    helsinki = ZoneInfo("Europe/Helsinki")
    summer = datetime(2026, 6, 30, 22, 5, tzinfo=UTC)
    assert "1. heinäkuuta 2026 klo 1.05" == words("fi").moment(summer, helsinki)
    assert "1. heinäkuuta 2026" == words("fi").day(summer, helsinki)


def test_foreign_language_is_named_and_marked() -> None:
    [shown] = classed(start_page(story(face=entry(language="sv"))), "story")
    assert "svenska" == text(classed(shown, "tag")[0])
    marked = [each.tag for each in shown.iter() if each.get("lang") == "sv"]
    assert ["h2", "a", "p"] == marked


@pytest.mark.parametrize("language", ["fi", "und"])
def test_own_or_unknown_language_is_not_marked(language: str) -> None:
    [shown] = classed(start_page(story(face=entry(language=language))), "story")
    assert not classed(shown, "tag")
    assert not [each for each in shown.iter() if each.get("lang")]


def test_others_who_published_it_are_named_once() -> None:
    others = [
        entry(id="again"),
        entry(source="kaupunki/feed", url="https://kaupunki.example.fi/silta"),
        entry(source="kaupunki/feed", url="https://kaupunki.example.fi/silta-2"),
        entry(source="poissa/feed", url=None),
    ]
    [note] = classed(start_page(story(*others)), "note")
    assert "Julkaistu myös täällä: Kaupunki, poissa" == text(note)
    assert {"Kaupunki": "https://kaupunki.example.fi/silta"} == links(note)


def test_translations_are_linked_by_the_names_of_their_languages() -> None:
    translations = (
        Translation(language="sv", url="https://kyla.example.fi/sv"),
        Translation(language="se", url="https://kyla.example.fi/se"),
        Translation(language="en", url="javascript:alert(1)"),
    )
    [note] = classed(start_page(story(face=entry(translations=translations))), "note")
    assert "Muilla kielillä: svenska, davvisámegiella" == text(note)
    assert ["sv", "se"] == [each.get("hreflang") for each in note.iter("a")]


PICTURES = {
    "none": (None, None),
    "over https": ("https://kyla.example.fi/a.jpg", "https://kyla.example.fi/a.jpg"),
    "over http": ("http://kyla.example.fi/a.jpg", None),
    "of the site's own": ("https://news.example.fi/media/kyla/a.jpg", "./media/kyla/a.jpg"),
    "of no web address": ("data:image/png;base64,AAAA", None),
}


@pytest.mark.parametrize("case", PICTURES)
def test_picture_is_shown_when_it_is_safe_to(case: str) -> None:
    given_image, shown = PICTURES[case]
    tree = start_page(story(face=entry(image=given_image)))
    assert [shown] * bool(shown) == [each.get("src") for each in tree.iter("img")]
    og_image = [
        each.get("content") for each in tree.iter("meta") if each.get("property") == "og:image"
    ]
    assert [given_image] * bool(shown) == og_image


POLICIES = {"link": (False, False), "excerpt": (True, False), "full": (True, True)}


@pytest.mark.parametrize("policy", POLICIES)
def test_no_page_shows_more_than_the_source_allows(policy: str) -> None:
    has_excerpt, has_content = POLICIES[policy]
    office = organization(
        slug="toimitus",
        sources=(source(name="toimitus/articles", organization="toimitus", republish=policy),),
    )
    face = local(
        excerpt="Tiivistelmä.",
        content_html="<p>Koko teksti.</p>",
        image="https://news.example.fi/media/a.jpg",
        enclosures=(Enclosure(url="https://news.example.fi/media/liite.pdf"),),
    )
    pages = Pages(hub(organizations=(office,)))
    stories = [story(face=face)]
    shown = [
        channel_page(stories, hub(organizations=(office,)), ""),
        pages.article(stories[0]),
        pages.volume(Shelf(Volume(2026, 11, 1)), stories),
        Output(name="search", body=pages.search("x", stories)),
    ]
    bodies = [each.body.decode() for each in shown]
    assert has_excerpt == any("Tiivistelmä." in each for each in bodies)
    assert has_excerpt == any("media/a.jpg" in each for each in bodies)
    assert has_content == any("Koko teksti." in each for each in bodies)
    assert has_content == any("liite.pdf" in each for each in bodies)


def test_story_of_a_source_that_has_left_is_a_link_only() -> None:
    [shown] = classed(start_page(story(face=entry(source="poissa/feed"))), "story")
    assert not classed(shown, "excerpt")
    assert "poissa" in text(classed(shown, "byline")[0])


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1))
def test_no_text_becomes_markup(foreign: str) -> None:
    shown = f"<script>{foreign}</script> ' \" & <"
    tree = start_page(story(face=entry(title=shown, excerpt=shown)))
    [card] = classed(tree, "story")
    assert " ".join(shown.split()) == text(card.find("h2")) == text(classed(card, "excerpt")[0])
    assert not list(tree.iter("script"))


# Channels


def test_channel_page_offers_its_own_feeds() -> None:
    tree = start_page(prefix="topics/matkailu/")
    expected = [f"https://news.example.fi/topics/matkailu/{each.address}" for each in FORMATS]
    assert expected == [text(each) for each in tree.iter("code")]
    alternates = [each for each in tree.iter("link") if each.get("rel") == "alternate"]
    assert expected == [each.get("href") for each in alternates]
    assert [each.type for each in FORMATS] == [each.get("type") for each in alternates]
    canonical = next(each for each in tree.iter("link") if each.get("rel") == "canonical")
    assert "https://news.example.fi/topics/matkailu/" == canonical.get("href")


def test_channel_page_says_what_it_shows() -> None:
    for prefix, title in {
        "topics/matkailu/": "Matkailu",
        "organizations/kaupunki/": "Kaupunki",
        "languages/se/": "davvisámegiella",
    }.items():
        tree = start_page(prefix=prefix)
        assert title == text(tree.find(".//h1"))
        assert f"{title} – Uutisvirta" == text(tree.find(".//title"))
        current = {text(each) for each in tree.iter("a") if each.get("aria-current") == "page"}
        assert title in current


def test_page_of_a_language_speaks_it() -> None:
    tree = start_page(story(face=entry(language="sv")), prefix="languages/sv/")
    assert "sv" == tree.get("lang")
    assert "Prenumerera på nyheterna" in [text(each) for each in tree.iter("h2")]
    [shown] = classed(tree, "story")
    assert not classed(shown, "tag")
    assert "fi" == classed(shown, "topics")[0].get("lang")


def test_page_of_a_language_without_words_speaks_the_sites() -> None:
    tree = start_page(prefix="languages/sms/")
    assert "fi" == tree.get("lang")
    assert ["sms"] == [each.get("lang") for each in tree.iter("h1")]


def test_empty_channel_says_so() -> None:
    assert "Täällä ei ole vielä uutisia." == text(classed(start_page(), "empty")[0])


def test_many_organizations_have_a_page_of_their_own() -> None:
    many = tuple(
        organization(slug=f"o{number:02}", name=f"Yhdistys {number}", sources=())
        for number in range(30)
    )
    tree = start_page(at=hub(organizations=many))
    listed = [each for each in links(classed(tree, "partners")[0]) if each.startswith("Yhdistys")]
    assert 15 == len(listed)
    assert "./organizations/" == links(tree)["Kaikki organisaatiot"]
    pages = {each.name: each for each in Pages(hub(organizations=many)).standing()}
    assert 30 == len(list(read(pages["organizations/index.html"]).iter("li"))) - _frame_items()


def _frame_items() -> int:
    """How many list items the frame round every page has."""
    pages = {each.name: each for each in Pages(hub()).standing()}
    return len(list(read(pages["404.html"]).iter("li")))


# Articles


def test_article_of_the_sites_own_has_a_page() -> None:
    face = local(
        content_html="<p>Koko <b>teksti</b>.</p>",
        enclosures=(
            Enclosure(url="https://news.example.fi/media/ohje%20kirja.pdf", length=2_000_000),
        ),
    )
    page = Pages(hub()).article(story(face=face))
    tree = read(page)
    assert "Koko teksti." == text(classed(tree, "content")[0])
    assert "Kirjoittajat: Aili Esimerkki" in [text(each) for each in classed(tree, "note")]
    assert "Lisenssi: CC BY 4.0" in [text(each) for each in classed(tree, "note")]
    assert "ohje kirja.pdf" in links(tree)
    assert "2.0 MB" in text(tree)
    start = links(start_page(story(face=face)))
    assert f"./{page.name}" == start["Kylän uusi silta avattiin"]


@pytest.mark.parametrize("inside", [True, False])
def test_lead_image_is_shown_once(inside: bool) -> None:
    image = "https://news.example.fi/media/a.jpg?x=1&y=2"
    content = f'<p><img src="{image.replace("&", "&amp;")}" alt=""></p>' if inside else "<p>x</p>"
    face = local(content_html=content, image=image)
    assert 1 == len(list(read(Pages(hub()).article(story(face=face))).iter("img")))


# The archive


def test_volume_leads_to_its_neighbours() -> None:
    shelf = Shelf(Volume(2026, 11, 2), Volume(2026, 11, 1), Volume(2027, 1, 1))
    page = Pages(hub()).volume(shelf, [story()])
    assert "archive/2026/11/2/index.html" == page.name
    assert "Marraskuu 2026 (2)" == text(next(read(page).iter("h1")))
    turn = links(classed(read(page), "turn")[0])
    assert {
        "← Marraskuu 2026": "../../../../archive/2026/11/",
        "Tammikuu 2027 →": "../../../../archive/2027/01/",
    } == turn


def test_first_volume_has_the_address_of_its_month() -> None:
    assert "archive/2026/11/index.html" == Pages(hub()).volume(Shelf(Volume(2026, 11, 1)), []).name


def test_archive_lists_years_and_months_newest_first() -> None:
    tree = read(Pages(hub()).archive({(2025, 12): 3, (2026, 1): 1, (2026, 11): 14}))
    years = [text(each) for each in classed(tree, "year")]
    assert ["2026 Marraskuu 2026 (14) Tammikuu 2026 (1)", "2025 Joulukuu 2025 (3)"] == years


# Search


def test_search_form_is_there_only_when_there_is_a_search() -> None:
    for searchable in (True, False):
        page = Pages(hub(), searchable=searchable).channel(channels(hub())[0], [])
        assert searchable == bool(list(read(page).iter("form")))


def test_search_page_repeats_the_query_as_text() -> None:
    tree = read(Pages(hub(), searchable=True).search('"><script>', [story()]))
    box = next(each for each in tree.iter("input"))
    assert '"><script>' == box.get("value")
    assert "Löytyi: 1" in text(tree)
    assert ["noindex"] == [x.get("content") for x in tree.iter("meta") if x.get("name") == "robots"]


def test_search_without_a_find_gives_advice() -> None:
    tree = read(Pages(hub(), searchable=True).search("silta", []))
    assert "Haulla ei löytynyt uutisia." in text(tree)
