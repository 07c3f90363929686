"""Ordinary markup survives cleaning; what shows nothing goes; words stay apart."""

import re
import unicodedata
from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub import html, parse, urls
from feedhub.html.allowed import ATTRIBUTES, DROPPED, FRAMES, KEPT, RENAMED
from feedhub.html.characters import even, is_ordinary, visible
from feedhub.html.pictures import _place
from feedhub.model import Document
from tests.danger import dangers, resolve
from tests.samples import source

SAMPLES = Path(__file__).parents[2] / "shared/feeds/kurtmckee+feedparser/tests/wellformed/sanitize"
SITE = "https://kyla.example.fi"
PAGE = f"{SITE}/uutiset/silta"
REL = 'rel="nofollow noopener"'


def cleaned(markup: str) -> str:
    return html.digest(markup, resolve=resolve).html


KEPT_AS_IT_IS = {
    "paragraphs and emphasis": "<p>Uusi <strong>silta</strong> on <em>auki</em>.</p>",
    "headings": "<h2>Silta</h2><h3>Rakentaminen</h3><h4>Kaide</h4>",
    "lists": "<ul><li>yksi</li><li>kaksi<ol><li>a</li></ol></li></ul>",
    "a list that goes on counting": '<ol start="4" type="a" reversed=""><li value="7">x</li></ol>',
    "definitions": "<dl><dt>silta</dt><dd>vie yli</dd></dl>",
    "a table": (
        '<table><caption>Kulut</caption><thead><tr><th scope="col">Vuosi</th></tr></thead>'
        '<tbody><tr><td colspan="2" rowspan="1">2026</td></tr></tbody></table>'
    ),
    "columns": '<table><colgroup><col span="2"></colgroup><tbody><tr><td>1</td></tr></tbody></table>',
    "empty cells": "<table><tbody><tr><td></td><td>1</td></tr></tbody></table>",
    "a link": f'<a href="https://a.example/?b=1&amp;c=2#d" title="t" {REL}>x</a>',
    "a mail link": f'<a href="mailto:maija@a.example?subject=Silta" {REL}>x</a>',
    "a picture": '<img src="https://a.example/k.jpg" alt="Silta" width="640" height="480">',
    "a figure": (
        '<figure><img src="https://a.example/k.jpg" alt=""><figcaption>Silta</figcaption></figure>'
    ),
    "a quotation": "<blockquote><p>Hieno silta.</p></blockquote><p><q>On</q>, sanoi <cite>A</cite></p>",
    "code": "<pre><code>if a &lt; b:\n    c()</code></pre><p><kbd>x</kbd><samp>y</samp><var>z</var></p>",
    "small signs": "<p>H<sub>2</sub>O, m<sup>2</sup>, <s>1</s> <u>2</u> <mark>3</mark> <small>4</small></p>",
    "edits and times": '<p><del>a</del><ins>b</ins> <time datetime="2026-11-24">tänään</time></p>',
    "abbreviations": '<p><abbr title="Elinkeino">ELY</abbr> <dfn>x</dfn></p>',
    "ruby": "<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>",
    "languages": '<p lang="se">Ođđa <span lang="fi">silta</span> <bdi>x</bdi></p>',
    "directions": '<p dir="rtl">שלום <bdo dir="ltr">abc</bdo></p>',
    "line ends": "<p>a<br>b<wbr>c</p><hr>",
    "a detail": "<details><summary>Lisää</summary><p>teksti</p></details>",
    "sections": "<article><header>a</header><section>b</section><aside>c</aside></article>",
    "no-break spaces": "<p>5&nbsp;km</p>",
    "letters of every language": "<p>Åäö čđŋšŧž âáʹǩǧ Привет 🎉👩‍👩‍👧</p>",
    "plain words": "Silta &amp; tie, 5 &lt; 6",
}


@pytest.mark.parametrize("markup", KEPT_AS_IT_IS.values(), ids=KEPT_AS_IT_IS)
def test_ordinary_markup_is_kept_as_it_is(markup: str) -> None:
    assert markup == cleaned(markup)


CHANGED = {
    "a relative link": ('<a href="../tie/?a=1">x</a>', f'<a href="{SITE}/uutiset/tie/?a=1" {REL}>x</a>'),
    "a link below the page": ('<a href="#a">x</a>', f'<a href="{PAGE}/#a" {REL}>x</a>'),
    "a link without scheme": ('<a href="//a.example">x</a>', f'<a href="https://a.example" {REL}>x</a>'),
    "a link broken by a line end": ('<a href="/a\n  b">x</a>', f'<a href="{SITE}/a%20b" {REL}>x</a>'),
    "a link to nowhere": ('<a name="x">a</a> <a href="tel:112">b</a>', "a b"),
    "a relative picture": ('<img src="k.jpg">', f'<img src="{PAGE}/k.jpg">'),
    "a picture loaded late": (
        '<img src="data:image/gif;base64,R0lG" data-src="k.jpg" loading="lazy">',
        f'<img src="{PAGE}/k.jpg">',
    ),
    "a picture in several sizes": (
        '<picture><source srcset="k.webp"><img srcset="k2.jpg 2x" src="k.jpg" sizes="9px"></picture>',
        f'<img src="{PAGE}/k.jpg">',
    ),
    "a size with its unit": ('<img src="k.jpg" width="50%">', f'<img src="{PAGE}/k.jpg">'),
    "the looks of Word": (
        '<p class="MsoNormal" style="margin:0"><span style="font-size:9pt"><o:p>Silta</o:p></span></p>'
        "<!--[if gte mso 9]><xml>x</xml><![endif]--><p class=MsoNormal><o:p>&nbsp;</o:p></p>",
        "<p>Silta</p>",
    ),
    "the looks of Google Docs": (
        '<b style="font-weight:normal" id="docs-1"><p dir="ltr"><span style="x:y">Silta</span></p></b><br>',
        '<b><p dir="ltr">Silta</p></b><br>',
    ),
    "a block of WordPress": (
        '<!-- wp:image {"id":3} --><figure class="wp-block-image"><img src="/k.jpg" class="wp-image-3"'
        ' srcset="a 1x" loading="lazy" decoding="async" alt="s"/></figure><!-- /wp:image -->',
        f'<figure><img src="{SITE}/k.jpg" alt="s"></figure>',
    ),
    "a field of Drupal": (
        '<div class="field field--name-body"><div property="schema:text"><p>Silta</p></div></div>',
        "<div><div><p>Silta</p></div></div>",
    ),
    "a heading of the page": ("<h1 id=a lang=fi>Silta</h1>", '<h2 lang="fi">Silta</h2>'),
    "old elements": (
        "<center><font color=red>a</font></center><strike>b</strike><tt>c</tt><dir><li>d</dir>",
        "<div>a</div><s>b</s><code>c</code><ul><li>d</li></ul>",
    ),
    "the language of XHTML": ('<p xml:lang="smn">x</p>', '<p lang="smn">x</p>'),
    "a wrong language": ('<p lang="x y">x</p>', "<p>x</p>"),
    "empty wrappers": ("<div><p> </p><p><span><b>&nbsp;<br></b></span></p><ul><li></li></ul></div>a", "a"),
    "an empty table": ("<table><tr><td> </td></tr></table>a", "<table><tbody><tr><td> </td></tr></tbody></table>a"),
    "a wrapper of a pixel": (
        '<p><a href="/x"><img src="https://pixel.wp.com/b.gif?x=1"></a></p><p>a</p>', "<p>a</p>"
    ),
    "hidden text": ('<div style="display: none">halpaa</div><p hidden>x</p><p>a</p>', "<p>a</p>"),
    "share buttons": ('<p>a</p><div class="sharedaddy sd-block"><p>Jaa:</p></div>', "<p>a</p>"),
    "an unclosed list": ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
    "a form": ("<form><label>Nimi</label><input><button>Lähetä</button></form>", "<div>Nimi</div>"),
    "a sign of less": ("jos a <b tai 1 <2", "jos a &lt;b tai 1 &lt;2"),
    "a sign of less before a tag": ("a <b <i>c</i>", "a &lt;b <i>c</i>"),
    "a tag cut off by the end": ("teksti <stro", "teksti"),
    "a tag cut off in its address": ('teksti <a href="https://a', "teksti"),
    "a film": (
        '<figure><iframe src="//www.youtube-nocookie.com/embed/abcDEF_-123?x=1" title="Avajaiset">'
        "</iframe></figure>",
        f'<figure><p><a href="https://www.youtube.com/watch?v=abcDEF_-123" {REL}>Avajaiset</a></p></figure>',
    ),
    "a film within a line": (
        '<p>ks. <iframe src="https://player.vimeo.com/video/123"></iframe></p>',
        f'<p>ks. <a href="https://vimeo.com/123" {REL}>https://vimeo.com/123</a></p>',
    ),
    "a film of one's own": (
        "<video controls><source src='a.mp4'>Selaimesi ei tue videota.</video>",
        f'<p><a href="{PAGE}/a.mp4" {REL}>{PAGE}/a.mp4</a></p>',
    ),
    "empty lines before code": ("<pre>" + "\n" * 40 + "a\n  b</pre>", "<pre>a\n  b</pre>"),
    "a frame that is no film": ('<p>a</p><iframe src="https://maps.example/"></iframe>', "<p>a</p>"),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "expected"), CHANGED.values(), ids=CHANGED)
def test_markup_is_put_in_order(markup: str, expected: str) -> None:
    assert expected == cleaned(markup)
    assert expected == cleaned(expected)


COUNTERS = (
    "https://feeds.feedburner.com/~r/kyla/~4/abc",
    "http://feeds.feedburner.com/~ff/kyla?d=1",
    "http://kyla.feedsportal.com/c/1/mf.gif",
    "https://ad.doubleclick.net/x",
    "https://pixel.wp.com/b.gif?host=kyla",
    "http://stats.wordpress.com/b.gif?x",
    "https://feeds.wordpress.com/1.0/comments/kyla.wordpress.com/1/",
    "https://tilastot.kyla.example/matomo.php?idsite=1",
    "https://counter.theconversation.com/content/1/count.gif",
    "https://www.facebook.com/tr?id=1",
)


@pytest.mark.parametrize("address", COUNTERS)
def test_counter_goes(address: str) -> None:
    assert "<p>a</p>" == cleaned(f'<p>a<img src="{address}" alt=""></p>')


@pytest.mark.parametrize(
    "attributes",
    ['width="1" height="1"', "width=0", 'height="1px"', 'style="width:1px;height:1px"', "hidden"],
)
def test_picture_of_one_pixel_goes(attributes: str) -> None:
    assert "a" == cleaned(f'a<img src="https://a.example/x.gif" {attributes}>')


NOT_LEADING = {
    "a small one": '<img src="/a.jpg" width="60" height="60">',
    "an emoji": '<img src="https://s.w.org/images/core/emoji/15/72x72/1f600.png" class="wp-smiley">',
    "a smiley": '<img src="/wp-includes/images/smilies/icon_smile.gif">',
    "a portrait": '<img src="https://secure.gravatar.com/avatar/1?s=96">',
    "an icon": '<img src="/theme/icons/facebook.png">',
    "a share button": '<img src="/img/share-button.png">',
    "a spacer": '<img src="/spacer.gif">',
    "one that the class tells": '<img src="/a.jpg" class="avatar photo">',
    "one written into the page": '<img src="data:image/png;base64,iVBORw0KGgo=">',
}


@pytest.mark.parametrize("first", NOT_LEADING.values(), ids=NOT_LEADING)
def test_first_real_picture_leads(first: str) -> None:
    markup = f'{first}<p>a</p><img src="/iso/silta.jpg"><img src="/iso/tie.jpg">'
    assert f"{SITE}/iso/silta.jpg" == html.digest(markup, resolve=resolve).image
    assert html.digest(first, resolve=resolve).image is None


WORDS = {
    "blocks": ("<p>a</p><p>b</p>c<div>d</div>", "a\nb\nc\nd"),
    "line ends": ("a<br>b<br/>c", "a\nb\nc"),
    "list items": ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
    "cells": ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", "a\nb\nc"),
    "headings": ("<h1>a</h1>b<h2>c</h2>", "a\nb\nc"),
    "sections and old elements": ("<main>a</main><center>b</center><nav>c</nav>d", "a\nb\nc\nd"),
    "running elements": ("a<b>b</b><i>c</i><a href=/>d</a> <span>e</span>", "abcd e"),
    "white space": ("<p>  a\n\tb  </p>\n\n<p>c</p>", "a b\nc"),
    "no-break spaces": ("<p>&nbsp;5&nbsp;km&nbsp;</p>", "5\xa0km"),
    "entities once": ("&amp;lt;b&amp;gt; &lt;i&gt; &auml;&#8211;&#x2013;&#150;", "&lt;b&gt; <i> ä–––"),
    "alternative texts": ('a<img src="/k.jpg" alt="kuva">b', "ab"),
    "scripts and styles": ("a<script>b</script><style>c</style><template>d</template>e", "ae"),
    "what is for others": ("a<noscript>b</noscript><textarea>c</textarea><title>d</title>e", "ae"),
    "comments": ("a<!-- b -->c", "ac"),
    "films": ('<iframe src="//youtu.be/abcdefg" title="b">c</iframe><p>a</p>', "a"),
    "soft hyphens and marks of direction": ("kun&shy;ta\u200b \u202ea", "kunta a"),
    "a sign of less": ("a <b ja c<d", "a <b ja c<d"),
    "decomposed letters": ("a\u0308a&#x308;", "ää"),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "expected"), WORDS.values(), ids=WORDS)
def test_words_of_markup(markup: str, expected: str) -> None:
    assert expected == html.digest(markup, resolve=resolve).text
    assert expected == html.text(markup)
    assert " ".join(expected.split()) == html.plain(markup)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>a b</p><!--more--><p>c</p>", "a b"),
        ("<p>a b<!-- more Lue lisää --></p><p>c</p>", "a b"),
        ('<p>a b<span id="more-12"></span></p><p>c</p>', "a b"),
        ("<!--more--><p>c</p>", ""),
        ("<p>a b</p><!--moreover--><p>c</p>", None),
        ("&lt;!--more--&gt; a", None),
    ],
)
def test_teaser_ends_at_the_mark(markup: str, expected: str | None) -> None:
    found = html.digest(markup, resolve=resolve)
    assert expected == found.teaser
    assert "more" not in found.html.replace("&lt;!--more", "")


def test_cap_falls_between_words_and_outside_tags() -> None:
    words = "<p>sana ääkköset &amp; loput <a href='https://a.example/'>linkki</a></p>" * 4_000
    found = html.digest(words, resolve=resolve)
    assert len(found.html.encode()) <= html.MAX_BYTES
    assert {"sana", "ääkköset", "&", "loput", "linkki"} == set(found.text.split())
    assert [] == dangers(found.html[-2_000:].partition("<p>")[2])


def test_long_base_does_not_make_a_text_long() -> None:
    far = f"https://a.example/{'a' * 2_000}/"
    found = html.digest("<a href=b>x</a>" * 10_000, resolve=lambda given: far + given)
    assert len(found.html.encode()) <= html.MAX_BYTES
    assert found.html == html.digest(found.html, resolve=lambda given: given).html


def test_picture_within_the_page_does_not_push_out_the_text() -> None:
    image = f'<img src="data:image/png;base64,{"iVBOR" * 100_000}">'
    assert "ennen\njälkeen" == html.text(f"<p>ennen</p>{image}<p>jälkeen</p>")


@pytest.mark.parametrize("markup", [*KEPT_AS_IT_IS.values(), *(row[0] for row in CHANGED.values())])
def test_skimming_finds_all_but_the_html(markup: str) -> None:
    whole = html.digest(f"{markup}<!--more-->x", resolve=resolve)
    assert replace(whole, html="", line="") == html.skim(f"{markup}<!--more-->x", resolve=resolve)


ONE_PARAGRAPH = st.lists(
    st.sampled_from([
        "sana", " ", "\n", "\t", "\x0b", "\x01", "\x85", "\xa0", "\u2028", "\u200b", "\u0301", "\u0338",
        "\ud800", "\ufdd1", "&amp;", "&lt;b", "&nbsp;", "&quot;", "&#160;", "&#173;", "&#8203;",
        "&#8230;", "&#8232;", "[", "å", "data:a/b," + "x" * 600,
    ]),
    max_size=8,
).map("".join)  # fmt: skip


@settings(max_examples=400)
@given(
    st.sampled_from(["", "<p>", "\n<p>"]),
    ONE_PARAGRAPH,
    st.sampled_from(["", "</p>", "</p>\n"]),
)
def test_one_paragraph_is_skimmed_as_any_markup_is(begin: str, inside: str, end: str) -> None:
    markup = f"{begin}{inside}{end}"
    assert html.skim(f"{markup}<!-- -->", resolve=resolve) == html.skim(markup, resolve=resolve)


SLOW = {
    "unclosed comments": "<!--" * 200_000,
    "unclosed tags": "<a " * 40_000,
    "tags in quotes": '<a "' * 40_000,
    "nested blocks": "<div>" * 40_000,
    "nested lists": "<ul><li>" * 25_000,
    "nested letters": "<b>" * 66_000,
    "letters across paragraphs": "<b><p>" * 30_000,
    "tables within tables": "<table><td>" * 18_000,
    "tables that hide the ends": "<div><table></div></table>" * 8_000,
    "attributes": "<a " + " ".join(f"a{number}=1" for number in range(20_000)) + ">x",
    "signs of less": "<" * 200_000,
    "references": "&" * 200_000,
    "marks on one letter": "a" + "\u0327\u0301" * 100_000,
    "unfinished marks": "<!--more" * 25_000,
    "unfinished data": "data:a/" * 30_000,
    "spaces of two kinds": " \t" * 100_000,
    "pictures": "<img src=a>" * 18_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("markup", SLOW.values(), ids=SLOW)
def test_no_markup_takes_long(markup: str) -> None:
    found = html.digest(markup, resolve=resolve)
    assert len(found.html.encode()) <= html.MAX_BYTES
    assert len(html.plain(markup)) <= html.MAX_BYTES


def test_markup_nested_too_deep_leaves_its_words() -> None:
    markup = "<div>" * 5_000 + "sana & <!-- x --><script>y</script>toinen" + "</div>" * 5_000
    assert "<p>sana &amp; toinen</p>" == re.sub("</p><p>", " ", cleaned(markup))


@pytest.mark.parametrize("within", ["", "<p>x</p>" * 300, "<b>x</b>" * 300])
def test_elements_stand_as_deep_as_allowed_and_no_deeper(within: str) -> None:
    deep, deeper = (
        f"{'<div>' * depth}{within}a{'</div>' * depth}"
        for depth in (html.MAX_DEPTH - 1, html.MAX_DEPTH + 1)
    )
    assert cleaned(deep).count("<div>") == html.MAX_DEPTH - 1
    assert cleaned(deeper).count("<div>") == 0
    assert cleaned(deeper).endswith("<p>a</p>")


def test_markup_that_does_not_settle_leaves_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_ROUNDS", 0)
    assert "<p>a &lt;b</p><p>c</p>" == cleaned("<main>a &lt;b</main><ul><li>c</ul>")


def test_no_word_of_the_list_is_on_two_lists() -> None:
    lists = (KEPT, DROPPED, FRAMES, set(RENAMED))
    assert len(set().union(*lists)) == sum(map(len, lists))
    assert set(RENAMED.values()) <= KEPT
    assert ATTRIBUTES.keys() - {"*"} <= KEPT


CLEAN_WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=30
).filter(lambda text: text.strip() != "")


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_fit_text_can_be_written_anywhere(text: str) -> None:
    fit = html.fit(text)
    assert fit == html.fit(fit) == unicodedata.normalize("NFC", fit)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", fit)
    fit.encode()


def test_ordinary_characters_are_kept_whatever_stands_beside_them() -> None:
    every = [chr(point) for point in range(0x110000)]
    ordinary = set(filter(is_ordinary, every))
    assert set("aZ5 äőčđŋʼЖ–“”…€\t\r\n\xa0") < ordinary
    pairs = [unicodedata.decomposition(each).split() for each in every]
    seconds = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<"}
    assert ordinary.isdisjoint(seconds)
    for each in ordinary:
        assert not unicodedata.combining(each)
        # Beside another character, texts are looked at closely.
        assert f"\U0001f309{each}" == html.fit(f"\U0001f309{each}") == visible(f"\U0001f309{each}")


@pytest.mark.parametrize("place", range(31))
def test_heap_of_marks_is_thinned_wherever_it_lies(place: int) -> None:
    before = "e" * place
    assert before + "x" + "\u0327" * 30 + "e" == html.fit(before + "x" + "\u0327" * 31 + "e")


@settings(max_examples=200)
@given(st.text(st.sampled_from(" \t\r\n\xa0\u2003a"), max_size=60))
def test_white_space_is_evened_as_a_pattern_would(text: str) -> None:
    assert re.sub(r"[ \t\r\n]+", " ", text) == even(text)


@settings(max_examples=200)
@given(CLEAN_WORDS)
def test_escaped_words_come_back(words: str) -> None:
    assert html.one_line(words) == html.plain(escape(words))


def absolute(address: str) -> str | None:
    return urls.absolute(address, f"{PAGE}/")


@settings(max_examples=200)
@given(st.text(st.sampled_from("aB/:.?#@%;1\\ å"), max_size=30))
def test_place_of_a_picture_is_found_as_a_whole_parser_finds_it(address: str) -> None:
    whole = urls.absolute(address, f"{PAGE}/")
    if whole is not None:
        parts = urlsplit(whole)
        assert (parts.hostname, parts.path) == _place(whole)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab/:.?#[]@%&=;\\ åе<>\"'\u0338\u200b"), max_size=30))
def test_link_stays_as_it_is_once_it_is_clean(address: str) -> None:
    once = html.digest(f'<a href="{escape(address)}">x</a>', resolve=absolute).html
    assert once == html.digest(once, resolve=absolute).html
    assert [] == dangers(once)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples lie beside the checkout only")
def test_words_in_acceptable_samples_are_kept() -> None:
    """Each sample holds one empty element or attribute; a word is put into it."""
    samples = [path.read_text("utf-8") for path in sorted(SAMPLES.glob("acceptable_*.xml"))]
    filled = [each.replace("&gt;&lt;/", "&gt;sana&lt;/") for each in samples if "&gt;&lt;/" in each]
    documents = [Document(address=f"{SITE}/atom", body=each.encode()) for each in filled]
    feeds = [parse.read((each,), source()) for each in documents]
    contents = [feed.entries[0].content or feed.entries[0].summary for feed in feeds]
    kept = [each is not None and html.text(each.value) == "sana" for each in contents]
    assert len(kept) >= 25
    assert sum(kept) / len(kept) >= 0.95
