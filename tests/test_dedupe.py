"""Verdicts and stories, without a store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from feedhub import dedupe
from feedhub.dedupe import identity
from feedhub.model import Entry, Group, Grouping, Neighbours, Stored, Translation, Verdict
from tests.samples import MONDAY, TUESDAY, entry
from tests.tellings import own

RULES = Grouping()
BRIDGE, DOCK = ("\n".join(each.paragraphs) for each in list(own())[:2])
LATER = TUESDAY + timedelta(days=1)


def stored(record: Entry, story: str = "urn:story:1", **more: Any) -> Stored:
    return Stored(entry=record, story=story, reason="first", score=1.0, **more)


def group(*members: Entry, story: str = "urn:story:1", **more: Any) -> Group:
    plain = Group(
        story=story,
        first_published=TUESDAY,
        members=tuple(stored(each, story) for each in members),
    )
    return replace(plain, **more)


def told(source: str, text: str = BRIDGE, **more: Any) -> Entry:
    plain = entry(source=source, id=source, canonical_url=f"{source}/1", content_html=text)
    return replace(plain, excerpt=text[:100], **more)


def placed(record: Entry, *groups: Group, at: Sequence[str] = (), **more: Any) -> Verdict:
    links = list(dedupe.links(record, groups, RULES, at_address=at))
    return dedupe.place(dedupe.first(record), links, RULES, **more)


# Faces

OWNERS = {"a/feed": ["a.fi"], "b/feed": ["b.fi"]}


@pytest.mark.parametrize(
    ("face", "members"),
    [
        ("b/feed", [("a/feed", "https://x.b.fi/1", 0, 9), ("b/feed", "https://b.fi/1", 5, 1)]),
        ("a/feed", [("b/feed", "https://c.fi/1", 5, 9), ("a/feed", "https://c.fi/1", 0, 1)]),
        ("b/feed", [("a/feed", "https://c.fi/1", 0, 1), ("b/feed", "https://c.fi/1", 0, 9)]),
        ("b/feed", [("a/feed", "https://evilb.fi/1", 0, 9), ("b/feed", "https://b.fi/1", 1, 1)]),
        ("a/feed", [("b/feed", "https://c.fi/1", 0, 1), ("a/feed", "https://c.fi/1", 0, 1)]),
    ],
    ids=[
        "the owner of the address",
        "else the first seen",
        "else the richest",
        "a name that ends alike owns nothing",
        "else by its name",
    ],
)
def test_face_is(face: str, members: Sequence[tuple[str, str, int, int]]) -> None:
    entries = [
        entry(
            source=source,
            url=url,
            first_seen=TUESDAY + timedelta(hours=hours),
            content_html="x" * length,
        )
        for source, url, hours, length in members
    ]
    for order in (entries, entries[::-1]):
        assert face == dedupe.compose(group(*order), OWNERS).face.source


def test_story_spans_its_members() -> None:
    early = told("a/feed", published=MONDAY, updated=LATER)
    late = told("b/feed", published=TUESDAY, updated=TUESDAY)
    story = dedupe.compose(group(late, early), OWNERS)
    assert (story.published, story.updated) == (MONDAY, LATER)


def test_story_shows_each_language_once_and_not_its_own() -> None:
    declared = Translation(language="sv", url="https://a.fi/sv")
    linked = tuple(
        Translation(language=language, url=f"https://b.fi/{language}")
        for language in ("sv", "se", "fi-FI")
    )
    face = told("a/feed", translations=(declared,))
    story = dedupe.compose(group(face, translations=linked), OWNERS)
    assert [declared, linked[1]] == list(story.translations)


def test_story_id_comes_from_its_first_entry() -> None:
    one = dedupe.story_id(entry())
    assert one == dedupe.story_id(entry(title="Toinen", first_seen=MONDAY))
    assert one != dedupe.story_id(entry(source="b/feed"))
    assert one.startswith("urn:uuid:")


# Places


def test_entry_like_no_other_founds_a_story() -> None:
    verdict = placed(told("a/feed"), group(told("b/feed", DOCK)))
    assert (verdict.reason, verdict.merged) == (dedupe.FIRST, ())
    assert verdict.story == dedupe.story_id(told("a/feed"))


def test_entry_joins_the_story_of_its_text() -> None:
    verdict = placed(told("a/feed"), group(told("b/feed", BRIDGE.upper())))
    assert (verdict.story, verdict.reason, verdict.score) == (
        "urn:story:1",
        dedupe.SAME_TEXT,
        1.0,
    )
    assert verdict.like == ("b/feed", "b/feed")


def test_address_is_stronger_than_text() -> None:
    record = told("a/feed", canonical_url="b.fi/1")
    text = group(told("c/feed"), story="urn:story:text")
    address = group(told("b/feed", DOCK, canonical_url="b.fi/1"), story="urn:story:address")
    verdict = placed(record, text, address, at=["urn:story:address"])
    assert verdict.reason == dedupe.SAME_ADDRESS


def test_stories_that_one_entry_ties_are_merged_under_the_older_id() -> None:
    first, last = " ".join(BRIDGE.split()[:40]), " ".join(BRIDGE.split()[20:60])
    young = group(told("b/feed", first), story="urn:young", first_published=LATER)
    old = group(told("c/feed", last), story="urn:old")
    verdict = placed(told("a/feed"), young, old)
    assert verdict.story == "urn:old"
    assert set(verdict.merged) == {"urn:young", dedupe.story_id(told("a/feed"))}


def test_stories_of_one_source_are_not_merged() -> None:
    young = group(told("b/feed", id="1"), story="urn:young", first_published=LATER)
    old = group(told("b/feed", id="2"), story="urn:old")
    verdict = placed(told("a/feed"), young, old)
    assert verdict.story == "urn:old"
    assert verdict.merged == (dedupe.story_id(told("a/feed")),)


def test_parted_stories_are_not_joined() -> None:
    record = told("a/feed")
    apart = frozenset((dedupe.story_id(record), "urn:story:1"))
    assert placed(record, group(told("b/feed")), parted=[apart]).reason == dedupe.FIRST
    young = group(told("c/feed"), story="urn:young", first_published=LATER)
    both = placed(
        record, group(told("b/feed")), young, parted=[frozenset(("urn:young", "urn:story:1"))]
    )
    assert both.merged == (dedupe.story_id(record),)


@pytest.mark.parametrize(
    "other",
    [
        told("a/feed", id="2"),
        told("b/feed", language="sv"),
        told("b/feed", published=MONDAY - timedelta(days=31)),
        told("b/feed", DOCK),
        told("b/feed", "Lyhyt viesti, joka on kaikilla sama. " * 2),
    ],
    ids=["its own source", "another language", "long ago", "another text", "a short text"],
)
def test_entry_joins_no_story_of(other: Entry) -> None:
    assert placed(told("a/feed"), group(other)).reason == dedupe.FIRST


def test_one_member_that_is_told_apart_keeps_the_entry_out() -> None:
    series = "Tervetuloa kylätalolle {} kello 18, jolloin kahvia on tarjolla. " + BRIDGE
    monday, friday = series.format("maanantaina 3.5."), series.format("perjantaina 14.5.")
    verdict = placed(told("a/feed", friday), group(told("b/feed", BRIDGE), told("c/feed", monday)))
    assert verdict.reason == dedupe.FIRST


@pytest.mark.parametrize("language", ["fi-FI", "FI", "und"])
def test_language_is_compared_without_its_region(language: str) -> None:
    verdict = placed(told("a/feed", language=language), group(told("b/feed")))
    assert verdict.reason == dedupe.SAME_TEXT


# Addresses

PAGE = "b.fi/uutiset/silta"


@pytest.mark.parametrize(
    ("stories", "address", "near"),
    [
        (["s1"], PAGE, Neighbours(elsewhere=(stored(told("b/feed"), "s1"),))),
        ([], "b.fi", Neighbours(elsewhere=(stored(told("b/feed"), "s1"),))),
        ([], None, Neighbours()),
        (
            [],
            PAGE,
            Neighbours(elsewhere=tuple(stored(told("b/feed", id=name), name) for name in "xy")),
        ),
        (
            [],
            PAGE,
            Neighbours(
                at_address=(stored(told("a/feed"), "s2"),),
                elsewhere=(stored(told("b/feed"), "s1"),),
            ),
        ),
        (
            ["s1"],
            PAGE,
            Neighbours(
                at_address=(stored(told("a/feed"), "s2", withdrawn=MONDAY),),
                elsewhere=(stored(told("b/feed"), "s1"),),
            ),
        ),
    ],
    ids=[
        "of a page is evidence",
        "of a home page is none",
        "may be missing",
        "that a source gives to two entries is none",
        "that its own source gave before is none",
        "of a withdrawn entry may be used again",
    ],
)
def test_address(stories: list[str], address: str | None, near: Neighbours) -> None:
    assert stories == dedupe.at_address(entry(canonical_url=address), near)


# Edits


def edit(**changes: Any) -> Entry:
    return dedupe.update(entry(content_hash="new", **changes), stored(entry()), now=LATER).entry


def test_edit_keeps_id_and_first_look() -> None:
    kept = edit(id="other", first_seen=LATER, title="Uusi")
    assert (kept.id, kept.first_seen, kept.title) == (entry().id, TUESDAY, "Uusi")


def test_undated_edit_keeps_the_date() -> None:
    assert edit(published=LATER, first_seen=LATER, title="Uusi").published == MONDAY


@pytest.mark.parametrize(
    ("expected", "given"),
    [(TUESDAY, TUESDAY), (LATER, MONDAY), (LATER, LATER + timedelta(days=9))],
    ids=["its own date", "now when it gives none", "now when it gives a later one"],
)
def test_edit_is_dated(expected: Any, given: Any) -> None:
    assert expected == edit(updated=given, title="Uusi").updated


def test_same_text_follows_the_rules_of_the_hub() -> None:
    again = entry(topics=("uusi",), excerpt="Uusi […]", content_html="<p>other markup</p>")
    verdict = dedupe.update(again, stored(entry()), now=LATER)
    assert (verdict.entry.topics, verdict.entry.excerpt) == (("uusi",), "Uusi […]")
    assert verdict.entry.content_html == entry().content_html
    assert verdict.edits == ()


def test_unchanged_entry_changes_nothing() -> None:
    verdict = dedupe.update(entry(first_seen=LATER), stored(entry()), now=LATER)
    assert (verdict.changed, verdict.entry) == (False, entry())


@pytest.mark.parametrize("more", [{"alias": "other"}, {}])
def test_alias_and_return_are_changes(more: dict[str, str]) -> None:
    known = stored(entry(), withdrawn=None if more else MONDAY)
    assert dedupe.update(entry(), known, now=LATER, **more).changed


@pytest.mark.parametrize(
    ("expected", "address"),
    [
        (True, "a.fi/uutiset/1"),
        (True, "https://a.fi/?p=1"),
        (False, "a.fi"),
        (False, "https://a.fi/"),
        (False, "a.fi/index.html"),
        (False, None),
    ],
)
def test_home_page_is_no_page(expected: bool, address: str | None) -> None:
    assert expected == identity.is_page(address)
