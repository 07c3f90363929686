"""Markup that is cleaned as it stands comes to what the tree would have made of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedhub import html
from tests.attacks import ROWS
from tests.danger import dangers, resolve
from tests.test_html import CHANGED, KEPT_AS_IT_IS, NOT_LEADING, WORDS

Tidy = tuple[html.Cleaned, html.Cleaned]


def cleaned(markup: str) -> Tidy:
    return html.digest(markup, resolve=resolve), html.skim(markup, resolve=resolve)


def by_tree(markup: str) -> Tidy:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "straightened", lambda *_, **_options: None)
        return cleaned(markup)


STRAIGHT = {
    "paragraphs": "<p class='x'>a <strong>b</strong></p>\n<P>c<br />d<BR></P>",
    "a heading of the page": "<h1>a</h1>",
    "a block of WordPress": (
        '<!-- wp:image {"id":3} -->\n<figure class="wp-block-image size-large"><img decoding="async"'
        ' src="https://a.example/k.jpg" srcset="https://a.example/k.jpg 1x" alt="" width="640"'
        ' height="480" /><figcaption>s</figcaption></figure>\n<!-- /wp:image -->'
    ),
    "links": (
        '<a href="https://a.example/?a=1&amp;b=2" target="_blank" rel="noopener">a</a>'
        '<a href="/b" title="c &#8211; &quot;d&quot;">e</a> <a href="mailto:a@b.example">f</a>'
    ),
    "references": "&#8220;a&#8221; &auml;&nbsp;&hellip; b & c &amp; d&#39;e",
    "looks": '<p style="x:y"><span style="z:ä"><em>a</em></span> b</p>',
    "empty paragraphs": "<p>a</p><p>&nbsp;</p><div><p><b> <br></b></p></div><p>b</p>",
    "a counter": '<p>a</p><p><img src="https://pixel.wp.com/b.gif?x=1"></p>',
    "anchors": '<h2><a id="a"></a>b</h2><p><a name="c">d</a></p>',
    "a teaser": "<p>a</p><p><!--more--></p><p>b</p>",
    "line ends": "<p>a\r\nb\rc</p>",
}  # fmt: skip


@pytest.mark.parametrize("markup", STRAIGHT.values(), ids=STRAIGHT)
def test_well_written_markup_needs_no_tree(markup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = by_tree(markup)
    monkeypatch.setattr(html, "tidied", None)
    assert expected == cleaned(markup)


ENTANGLED = {
    "an empty paragraph that ends another": "a<p><p></p>b</p>",
    "an anchor across a block": "<a name=x><abbr><div>a</a>b</div></abbr>",
    "anchors within each other": '<a name="x"><abbr>a<a name="y">b</a>c</abbr></a>',
    "looks across another element": "<span><abbr>a</span>b</abbr>",
    "looks before a table": '<table><span class="x">a</span><tr><td>b</td></tr></table>',
    "looks beside a language": '<span class="x">a<span lang="fi">b</span>c</span>',
    "an anchor beside a link": '<a id="x">a</a><a href="/b">c</a>',
    "a sign in a title": '<a href="/a" title="b > c">d</a> <abbr title="&lt;e">f</abbr>',
    "an attribute twice": '<p dir="ltr" dir="rtl">a</p><a href="/b" href="/c">d</a>',
    "a disputed reference": '<a href="/?a=1&copy=2&copy;">b</a>&notit; &copy &#x80; &#13;c',
    "a comment in a comment": "a<!-- <p> -->b<!--- c -->d<!-->e<!---->f<!-- g --!>h",
    "a comment in a reference": "&am<!-- -->p;b &l<!--more-->t;i&gt; &#<!-- x -->60;",
    "a comment in a tag": "<<!-- -->b>a</b> <<!--more-->i>c</i> a<!-- -->&amp;<!-- -->lt;",
    "letters that come together": (
        "e<!-- -->\u0301\u09c7<span>\u09be</span>&#228;\u0304\u09c7<!-- x -->\u09be\u09c7<!--more-->\u09be"
    ),
    "a mark behind a tag": "<b>a</b>&#x338;b",
    "no characters": "a&#xfffe;&#x1b;&#xd83d;<b>&#0;</b>\ufdd0",
    "hidden and furniture": '<p hidden>a</p><p class="b sharedaddy">c</p>',
    "no host that parsers agree on": (
        '<a href="http://1.2.3.4.5/">a</a><a href="https://xn--a/">b</a><a href="http://c:99999/">d'
    ),
    "empty lines before code": "<pre>\n\na</pre><pre>b</pre>",
    "white space at the ends": "\u2003 <p> a </p>\u2003\xa0",
    "an empty element with its space": "a<b> </b>b<i>\u2003</i>c",
    "columns that say nothing": "<table><colgroup><col></colgroup></table>a",
    "empty elements within each other": "<div><p>" * 12 + "</p></div>" * 12 + "a",
    "looks too deep": "<div><span>" * 150 + "a" + "</span></div>" * 150,
    "paragraphs that are not closed": "<p>a" * 250 + "<h1>b</h1>",
    "a raw text": "<title><b></title>a<textarea></b></textarea><plaintext>c",
    "a teaser in an empty element": "<div><p><!--more--> </p></div><b><!--more--></b>a",
}  # fmt: skip


@pytest.mark.parametrize("markup", ENTANGLED.values(), ids=ENTANGLED)
def test_entangled_markup_comes_to_what_the_tree_tells(markup: str) -> None:
    assert by_tree(markup) == cleaned(markup)


EXAMPLES = (*KEPT_AS_IT_IS.values(), *NOT_LEADING.values(), *STRAIGHT.values())
ROWS_OF_TESTS = (*EXAMPLES, *(row[0] for row in (*CHANGED.values(), *WORDS.values())))


@pytest.mark.parametrize("markup", ROWS_OF_TESTS, ids=range(len(ROWS_OF_TESTS)))
def test_examples_come_to_what_the_tree_tells(markup: str) -> None:
    assert by_tree(markup) == cleaned(markup)
    assert by_tree(f"<div>{markup} <!--more-->{markup}") == cleaned(
        f"<div>{markup} <!--more-->{markup}"
    )


@pytest.mark.parametrize("markup", [markup for _, markup in ROWS[::2]])
def test_attacks_come_to_what_the_tree_tells(markup: str) -> None:
    assert by_tree(markup) == cleaned(markup)


NAMES = (
    "p", "div", "span", "a", "b", "abbr", "h1", "h2", "ul", "li", "table", "tbody", "tr", "td",
    "pre", "details", "summary", "ruby", "rt", "dl", "dt", "section", "main", "font", "button",
)  # fmt: skip
BEGUN = ("a href='/x'", 'span lang="fi"', 'p class="x"', "p dir=rtl", 'a id="x"', 'b style="x:y"')
WORDS_BETWEEN = st.sampled_from([
    "sana", " ", "\n", "&nbsp;", "&amp;", "&#8211;", "&", "ä", "\u0301", "\u09be", "\u2003", "<br>",
    "<br />", "<hr>", "<wbr>", "<img src='/k.jpg'>", '<img src="https://pixel.wp.com/b.gif">',
    "<!-- x -->", "<!--more-->", "&l", "t;", "<", ">", "\r\n", *(f"<{name}>" for name in BEGUN),
    *(f"<{name}>" for name in NAMES), *(f"</{name}>" for name in NAMES),
])  # fmt: skip


def element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from((*NAMES, *BEGUN))
    return st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
        tags,
        st.lists(inside, max_size=4),
    )


@settings(max_examples=600, deadline=None)
@given(st.lists(st.recursive(WORDS_BETWEEN, element, max_leaves=12), max_size=5).map("".join))
def test_any_markup_comes_to_what_the_tree_tells(markup: str) -> None:
    found = cleaned(markup)
    assert by_tree(markup) == found
    assert [] == dangers(found[0].html)
