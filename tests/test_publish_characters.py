"""The last door for characters and addresses: its short ways lead where the long ones do."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedhub.publish import characters
from feedhub.publish.characters import legal, line, uri

ANY = st.text(
    st.characters(exclude_categories=()) | st.sampled_from(" \t\n\x7f\x85\xa0\ufffe\ud800")
)
PIECES = [
    "http",
    "https",
    "HTTPS",
    ":",
    "//",
    "a.example",
    "[::1]",
    ":80",
    ":x",
    "/",
    "?",
    "#",
    "@",
]
ADDRESSES = st.lists(st.sampled_from([*PIECES, "%", "%4", "%C3", "ä", " ", "~", "\\", "'"]) | ANY)


@given(ADDRESSES.map("".join) | ADDRESSES.map(lambda parts: f"https://a.example/{''.join(parts)}"))
@example("https://a.example")
@example("https://a.example/%4")
def test_address_by_the_short_way_is_the_one_by_the_long_way(address: str) -> None:
    assert uri(address) == characters._taken_apart(address)


@pytest.mark.parametrize(
    "given_", [f"https://a.example/{'%41' * 5_000}%", f"http://{'a' * 50_000} "]
)
def test_long_address_that_breaks_the_rule_late_costs_no_time(given_: str) -> None:
    assert uri(given_) == characters._taken_apart(given_)


@given(ANY)
def test_text_by_the_short_way_is_the_one_by_the_long_way(text: str) -> None:
    assert legal(text) == characters._ILLEGAL.sub("", text)
    assert line(text) == " ".join(characters._ILLEGAL.sub("", text).split())
