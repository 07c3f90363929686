"""Include and exclude rules of a source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.filters import refusal
from tests.samples import entry, source

ENTRY = entry(
    title="Kylän uusi silta avattiin",
    categories=("Liikenne", "Avoimet työpaikat"),
    authors=("Aili Esimerkki",),
    url="https://kyla.example.fi/uutiset/silta/",
)
TEXT = "Silta lyhentää\nkoulumatkaa kuusi kilometriä."

MATCHES = {
    "a part of the title": ("title: uusi silta", True),
    "any case": ("title: UUSI Silta", True),
    "letters with accents": ("title: KYLÄN", True),
    "accents are letters": ("title: kylan", False),
    "a star within": ("title: kylän*avattiin", True),
    "several stars": ("title: *kyl*sil*av*", True),
    "parts in another order": ("title: silta*kylän", False),
    "parts that would overlap": ("title: avattiin*tiin", False),
    "a whole category": ("category: liikenne", True),
    "a part of a category": ("category: liike", False),
    "a category with a star": ("category: avoimet*", True),
    "a category with a star before": ("category: *paikat", True),
    "a star for nothing": ("category: *liikenne*", True),
    "a whole author": ("author: aili esimerkki", True),
    "a part of an author": ("author: aili", False),
    "a part of the address": ("url: /uutiset/", True),
    "a scheme in the pattern": ("url: https://kyla.example.fi/", True),
    "words of the text": ("text: koulumatkaa", True),
    "words across a line end": ("text: lyhentää koulumatkaa", True),
    "other words": ("text: tie", False),
    "signs that regular expressions know": ("title: .+", False),
    "spaces round it": (" title :  silta ", True),
}


@pytest.mark.parametrize(("rule", "matches"), MATCHES.values(), ids=MATCHES)
def test_rule(rule: str, matches: bool) -> None:
    excluded = f"left out by exclude rule “{rule}”" if matches else None
    assert excluded == refusal(ENTRY, TEXT, source(exclude=(rule,)))
    included = None if matches else "matches no include rule"
    assert included == refusal(ENTRY, TEXT, source(include=(rule,)))


def test_without_rules_everything_is_wanted() -> None:
    assert refusal(ENTRY, TEXT, source()) is None


def test_exclude_rules_win() -> None:
    rules = source(include=("title: silta",), exclude=("category: liikenne",))
    assert "left out by exclude rule “category: liikenne”" == refusal(ENTRY, TEXT, rules)


def test_one_include_rule_is_enough() -> None:
    assert refusal(ENTRY, TEXT, source(include=("title: tie", "title: silta"))) is None


def test_entry_without_the_field_matches_nothing() -> None:
    bare = entry(categories=(), authors=(), url=None)
    rules = ("category: x", "author: x", "url: x")
    assert [None] * 3 == [refusal(bare, "", source(exclude=(rule,))) for rule in rules]


@pytest.mark.timeout(5)
def test_text_made_to_take_long_does_not() -> None:
    slow = source(exclude=("text: a*a*a*a*a*a*a*a*b",))
    assert refusal(ENTRY, "a" * 200_000, slow) is None


@given(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=5), st.text("abc"))
def test_parts_in_their_order_always_match(parts: list[str], between: str) -> None:
    rule = f"text: {'*'.join(parts)}"
    text = between + between.join(parts) + between
    assert refusal(ENTRY, text, source(exclude=(rule,)))
