"""What is held back from the parser comes in again, and what is beyond all bounds stays out."""

from html import unescape
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.model import Document, RawEntry
from feedhub.parse import read
from feedhub.parse.bounds import MAX_DEPTH, MAX_RUN, MAX_TAGS, MAX_VALUE, shortened, within
from feedhub.parse.characters import fit
from feedhub.parse.skeleton import LONG, MAX_ENTRIES, skeleton
from tests.samples import source


def entries(body: str) -> tuple[RawEntry, ...]:
    document = Document(address="https://a.example/", body=body.encode(errors="surrogatepass"))
    return read([document], source()).entries


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def section(text: str) -> str:
    return f"<![CDATA[{text}]]>"


texts = st.text(
    st.sampled_from("aäđʹ <>&;#x0\n\t\"'") | st.characters(exclude_categories=()), max_size=60
).filter(lambda text: not is_encoded_twice(text))
ESCAPES = {
    "a section": lambda text: section(text.replace("]]>", "").replace("&#", "&")),
    "references": escape,
}


def unescaped(text: str, name: str) -> str:
    kept = text.replace("]]>", "").replace("&#", "&") if name == "a section" else text
    return fit(kept.replace("\r\n", "\n").replace("\r", "\n")).strip()


def is_encoded_twice(text: str) -> bool:
    """Whether feedparser would mend a short text, since its letters are the bytes of UTF-8."""
    try:
        return fit(text).encode("iso-8859-1").decode() != fit(text)
    except UnicodeError:
        return False


@pytest.mark.parametrize("length", [0, LONG], ids=["short", "long"])
@pytest.mark.parametrize("name", ESCAPES)
def test_what_was_encoded_twice_is_mended(name: str, length: int) -> None:
    text = f"{'x' * length}Søndag i Kárášjohka"
    twice = text.encode().decode("iso-8859-1")
    described = f"<description>{ESCAPES[name](twice)}</description>"
    (found,) = entries(rss(f"<item><title>t</title>{described}</item>"))
    assert found.summary is not None
    assert text == found.summary.value


@pytest.mark.parametrize("length", [0, LONG], ids=["short", "long"])
@pytest.mark.parametrize("name", ESCAPES)
@given(first=texts, second=texts)
def test_texts_come_out_as_they_went_in(name: str, length: int, first: str, second: str) -> None:
    written = [f"{'x' * length}{text}." for text in (first, second)]
    described = (f"<description>{ESCAPES[name](text)}</description>" for text in written)
    found = entries(rss("".join(f"<item><title>t</title>{each}</item>" for each in described)))
    values = [entry.summary.value for entry in found if entry.summary]
    assert [unescaped(text, name) for text in written] == values


HELD = {
    "a long section": (f"<description>{section('x' * LONG)}</description>", 1),
    "a section between spaces": (f"<description>\n {section('x' * LONG)}\n</description>", 1),
    "long escaped markup": (f"<content:encoded>{'&lt;p&gt;' * 60}</content:encoded>", 1),
    "a long text of Atom with its kind": (f'<summary type="html">{"x" * LONG}</summary>', 1),
    "a short text": ("<description>x</description>", 0),
    "markup that is not escaped": (f"<description>{'x' * LONG}<b>y</b></description>", 0),
    "two sections": (f"<description>{section('x' * LONG)}{section('y')}</description>", 0),
    "XHTML": (f'<content type="xhtml">{"x" * LONG}</content>', 0),
    "characters in base64": (f'<content mode="base64">{"QUJD" * LONG}</content>', 0),
    "a text that is cut": (f"<description>{'x' * LONG}", 0),
    "a section that is cut": (f"<description><![CDATA[{'x' * LONG}", 0),
}


@pytest.mark.parametrize("name", HELD)
def test_text_is_held_back_when_it_is_long_and_plain(name: str) -> None:
    written, count = HELD[name]
    found = skeleton(rss(f"<item>{written}</item>").encode())
    assert count == len(found.held)
    assert count == found.xml.count("\ufdd0".encode()) / 2


MENDED = {
    "a bare ampersand": ("a & b &", "a &amp; b &amp;"),
    "an address with ampersands": ("?a=1&b=2&copy=3", "?a=1&amp;b=2&amp;copy=3"),
    "names of XML": ("&amp;&lt;&gt;&quot;&apos;", "&amp;&lt;&gt;&quot;&apos;"),
    "names of HTML": ("&auml;&nbsp;&Auml;", "&#228;&#160;&#196;"),
    "names of nobody": ("&foo;", "&foo;"),
    "references": ("&#228;&#xe4;", "&#228;&#xe4;"),
    "a section": (section("a & b &auml;"), section("a & b &auml;")),
    "a section left open": ("<![CDATA[a & b", "<![CDATA[a & b"),
}


@pytest.mark.parametrize("name", MENDED)
def test_ampersands_are_mended(name: str) -> None:
    written, expected = MENDED[name]
    assert f"<rss><title>{expected}" == skeleton(f"<rss><title>{written}".encode()).xml.decode()


def test_document_within_bounds_stays_as_it_is() -> None:
    document = rss("<item><title>Yksi</title></item>" * MAX_ENTRIES).encode()
    found = skeleton(document)
    assert (document, False) == (found.xml, found.capped)


def test_document_with_too_many_entries_loses_its_middle() -> None:
    found = skeleton(rss("<item>x</item>" * (MAX_ENTRIES + 1)).encode())
    assert (MAX_ENTRIES, True) == (found.xml.count(b"</item>"), found.capped)


NESTED = b"<a>" * (MAX_DEPTH + 1)
MANY = b"<b/>" * 20_001

DEEP: dict[str, tuple[bytes, int | None]] = {
    "few tags, however deep": (NESTED, None),
    "many tags side by side": (MANY, None),
    "too deep among many": (MANY + NESTED, len(MANY) + 3 * MAX_DEPTH),
    "closed in between": (MANY + b"<a></a>" * 2 * MAX_DEPTH, None),
    "opened anew in each entry": (MANY + b"<item><p>" * 2 * MAX_DEPTH, None),
    "tags in a section": (MANY + b"<![CDATA[" + NESTED + b"]]>", None),
    "tags in a comment": (MANY + b"<!--" + NESTED + b"-->", None),
    "tags in a section left open": (MANY + b"<![CDATA[" + NESTED, None),
    "too many": (b"<" * (MAX_TAGS + 1), MAX_TAGS),
}


@pytest.mark.parametrize("name", DEEP)
def test_reading_ends_where_it_gets_too_deep(name: str) -> None:
    document, end = DEEP[name]
    assert (len(document) if end is None else end) == within(document)


SHORTENED = {
    "a text": (b"<a>" + b"x" * 300_000, b"<a>" + b"x" * (MAX_RUN - 2)),
    "a text, not within a letter": (
        b"<a>." + "ä".encode() * 150_000,
        b"<a>." + "ä".encode() * (MAX_RUN // 2 - 2),
    ),
    "a text, not within a reference": (
        b"<a>" + b"x" * (MAX_RUN - 5) + b"&amp;" + b"y" * 10,
        b"<a>" + b"x" * (MAX_RUN - 5),
    ),
    "an attribute": (b'<a b="' + b"x" * 20_000 + b'" c="d">', b'<a b="" c="d">'),
    "an attribute in other quotes": (b"<a b='" + b"x" * 20_000 + b"'>", b'<a b="">'),
    "an attribute that is long enough": (
        b'<a b="' + b"x" * MAX_VALUE + b'">' + b"y" * 100,
        b'<a b="">' + b"y" * 100,
    ),
    "a tag": (b"<a" + b" " * 90_000 + b">x</a>", b"<a" + b" " * 49_999 + b">x</a>"),
}


@pytest.mark.parametrize("name", SHORTENED)
def test_what_is_too_long_is_shortened(name: str) -> None:
    written, expected = SHORTENED[name]
    assert expected == shortened(written)
    assert expected == shortened(expected)


COUNTS = {
    "the page of comments": "<comments>https://a.example/1#c</comments>",
    "how many comments there are": "<slash:comments>3</slash:comments>",
    "the feed of comments": "<wfw:commentRss>https://a.example/1/feed</wfw:commentRss>",
    "the number of the post": '<post-id xmlns="com-wordpress:feed-additions:1">7</post-id>',
    "all of them": "<comments/><slash:comments>3</slash:comments>\n<comments>x</comments>",
}
PREFIXES = 'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"'


@pytest.mark.parametrize("counts", COUNTS.values(), ids=COUNTS)
def test_item_is_the_same_without_what_says_how_much_it_is_commented_on(counts: str) -> None:
    item = "<item><title>t</title>{}<link>https://a.example/1</link><guid>g</guid></item>"
    document = rss(item.format(counts)).replace("<rss ", f"<rss {PREFIXES} ", 1)
    assert entries(rss(item.format(""))) == entries(document)
    assert b"3<" not in skeleton(document.encode()).xml


REFERENCES = ["&amp;", "&gt;", "&lt;", "&quot;", "&#39;", "&nbsp;", "&amp", "&", "lt;", "#60;", "x"]


@given(st.lists(st.sampled_from(REFERENCES)).map("".join))
def test_held_text_is_freed_of_escapes_once(text: str) -> None:
    written = text.ljust(LONG, ".")
    short = skeleton(f"<rss><item><description>{written}</description></item></rss>".encode())
    assert (unescape(written).strip(),) == short.held
