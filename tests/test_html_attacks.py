"""No markup that attacks gets through, neither alone nor in a whole feed."""

from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub import html
from feedhub.model import Document, Entry, Rules
from feedhub.parse.digest import digest
from tests.attacks import ATTACKS, ROWS
from tests.danger import dangers, parsed, resolve
from tests.samples import TUESDAY, source

WRAPPERS = (
    "{}",
    "<p>Ennen {} jälkeen</p>",
    "<table><tr>{}<td>solu</table>",
    "<a href='https://ok.example/'><b>{}</a></b>",
    "<ul><li>{}</ul>",
    "<svg>{}</svg>",
    "<math><mtext>{}</mtext></math>",
    "<select>{}</select>",
    "<blockquote title='{}'>x</blockquote>",
)


@pytest.mark.parametrize("dangerous", [
    "<script>x</script>",
    "<svg></svg>",
    "<p onclick=x>",
    "<p style=x>",
    "<a href=' javascript:x'>",
    "<a href='java\nscript:x'>",
    "<a href=x>",
    "<img src='data:x'>",
    "<table><form></table>",
    "<!-- x -->",
])  # fmt: skip
def test_judge_sees_danger(dangerous: str) -> None:
    assert dangers(dangerous)


def test_judge_lets_ordinary_markup_pass() -> None:
    assert [] == dangers(
        "<p>a <a href='https://ok.example/'>b</a><img src='https://ok.example/a'></p>"
    )


@pytest.mark.parametrize(("way", "markup"), ROWS, ids=range(len(ROWS)))
def test_attack_comes_to_nothing(way: str, markup: str) -> None:
    for wrapper in WRAPPERS:
        cleaned = html.digest(wrapper.replace("{}", markup), resolve=resolve)
        assert [] == dangers(cleaned.html), wrapper
        assert cleaned.html == html.digest(cleaned.html, resolve=resolve).html, wrapper


@pytest.mark.parametrize(("way", "markup"), ROWS, ids=range(len(ROWS)))
def test_words_of_an_attack_are_only_words(way: str, markup: str) -> None:
    words = html.plain(markup)
    assert html.fit(words) == words == html.one_line(words)


RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>{0}</title><link>https://kyla.example.fi/</link><description>{0}</description>{1}
</channel></rss>"""
ITEM = """<item><title>{0} otsikko {2}</title><link>https://kyla.example.fi/{2}</link>
<guid isPermaLink="false">{2}</guid><dc:creator>{0}</dc:creator><category>{0}</category>
<description>{0}</description><content:encoded>{0}</content:encoded>
<enclosure url={1} type={1} length={1} /><media:thumbnail url={1} /></item>"""


def address_in(markup: str) -> str:
    """What of an attack stands in an attribute, if anything does."""
    tree = parsed(markup)
    values = [value for each in tree.iter() for value in each.attrib.values()]
    return next((value for value in values if ":" in value), "javascript:alert(1)")


def fields(entry: Entry) -> list[str]:
    files = [text for each in entry.enclosures for text in (each.url, each.type or "a/b")]
    return [entry.url or "", entry.image or "https://none.example/", *files]


@pytest.mark.parametrize("way", ATTACKS)
def test_feed_of_attacks_is_read_and_harmless(way: str) -> None:
    written = [html.fit(markup) for markup in ATTACKS[way]]
    items = "".join(
        ITEM.format(escape(markup), quoteattr(html.fit(address_in(markup))), number)
        for number, markup in enumerate(written)
    )
    body = RSS.format(escape(written[0]), items).encode()
    document = Document(address="https://kyla.example.fi/feed/", body=body)
    entries = digest((document,), source(), Rules(), TUESDAY).normalized.entries
    assert len(written) == len(entries)
    for entry in entries:
        assert [] == dangers(entry.content_html)
        texts = (entry.title, entry.excerpt, *entry.authors, *entry.categories)
        assert all(html.fit(text) == text and "\n" not in text for text in texts)
        assert all(each.startswith(("http://", "https://")) for each in addresses(entry))


def addresses(entry: Entry) -> list[str]:
    given = (entry.url, entry.image, *(each.url for each in entry.enclosures))
    return [each for each in given if each is not None]


PIECES = st.sampled_from([
    *(markup for _, markup in ROWS[::3]),
    *"<>\"'=/ \n\x00\u0338`&;-!",
    "<p>", "</p>", "<a href=", "<img src=x ", "<table>", "<td>", "</table>", "<b>", "</b>",
    "<li>", "<!--", "-->", "<svg>", "</svg>", "<math>", "<style>", "</style>", "<title>",
    "</title>", "<pre>\n", "&lt;", "&#x338;", "\ufdd0", "<![CDATA[", "]]>", "<span lang=fi>",
])  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_shuffled_attacks_come_to_nothing_and_cleaning_settles(markup: str) -> None:
    cleaned = html.digest(markup, resolve=resolve)
    assert [] == dangers(cleaned.html)
    assert cleaned.html == html.digest(cleaned.html, resolve=resolve).html
    assert html.fit(cleaned.html) == cleaned.html
