"""The words of clean HTML without a parser: the same as with one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub import html
from feedhub.html.flat import flat

PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<b>", "</b>", '<a href="https://a.fi/?a=1&amp;b=2">', "</a>", "<br>"),
        *("<ul><li>", "</li></ul>", "<table><tr><td>", "</td><td>", "</td></tr></table>", "<hr>"),
        *("<pre>", "</pre>", "<h2>", "</h2>", '<img src="https://a.fi/a.png" alt="a > b">'),
        *('<abbr title="1 < 2">', "</abbr>", "&lt;b&gt;", "&amp;amp;", "&nbsp;", "<wbr>"),
        *("sana", "toinen sana", "äö", " ", "\n", "&quot;", "'", "<", ">", "<!-- a -->"),
    ]
)


@pytest.mark.parametrize(
    ("expected", "markup"),
    [
        ("Yksi kaksi", "<p>Yksi</p><p>kaksi</p>"),
        ("Yksikaksi", "<p>Yksi<b>kaksi</b></p>"),
        ("Yksi kaksi", "<p>Yksi<br>kaksi</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("&lt;", "<p>&amp;lt;</p>"),
        ("linkki", '<p><a href="https://a.fi/" title="a > b">linkki</a></p>'),
        ("", '<p><img src="https://a.fi/a.png" alt="kuva"></p>'),
        ("a b", "<p>a&nbsp;\n b</p>"),
    ],
    ids=[
        "a block ends a word",
        "an inline element does not",
        "a line end does",
        "references",
        "a reference in a reference",
        "signs in an attribute",
        "no alternative text",
        "white space of every kind",
    ],
)
def test_words_of(expected: str, markup: str) -> None:
    assert expected == flat(markup)


@given(markup=st.lists(PIECES, max_size=25).map("".join))
@settings(deadline=None)
def test_words_are_those_that_a_parser_finds(markup: str) -> None:
    clean = html.digest(markup, resolve=lambda address: address).html
    assert html.plain(clean) == html.one_line(flat(clean))


SIGNS = st.sampled_from(
    ["\xa0", "&#160;", "&nbsp;\n", "\t", "  ", "\xad", "&shy;", "\u0301", "\u2003", "<!--more-->"]
)


@given(markup=st.lists(PIECES | SIGNS, max_size=25).map("".join))
@settings(deadline=None)
def test_cleaning_finds_them_too(markup: str) -> None:
    found = html.digest(markup, resolve=lambda address: address)
    assert flat(found.html) == found.line
