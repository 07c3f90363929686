"""Documents made to harm whoever reads them: each is a few lines here and megabytes there."""

from collections.abc import Callable

LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
MEDIA = '<media:content xmlns:media="http://search.yahoo.com/mrss/" url="http://a/1.jpg"/>'
XHTML = (
    '<entry><title>x</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{}'
    "</div></content></entry>"
)
ATTRIBUTE = 'a{n}="1" '
NAMESPACE = 'xmlns:a{n}="u{n}" '
ENTITY = '<!ENTITY a "b">'
LINK = '<link href="http://kyla.example.fi/1" rel="alternate" hreflang="fi"/>'
JSON_FEED = '{"version":"https://jsonfeed.org/version/1.1","title":"Kylä"'

# A fault's code, or how many entries there are.
Outcome = str | int
Row = tuple[Outcome, Callable[[], str | bytes]]

OFTEN = 100_000
HUGE = 10_000_000


def rss(inside: str, doctype: str = "") -> str:
    return f'{doctype}<rss version="2.0"><channel><title>Kylä</title>{inside}</channel></rss>'


def item(inside: str) -> str:
    return rss(f"<item><title>Yksi</title><link>https://kyla.example.fi/1</link>{inside}</item>")


def titled(title: str, doctype: str = "") -> str:
    return rss(f"<item><title>{title}</title></item>", doctype)


def description(text: str) -> str:
    return f"<description>{text}</description>"


def atom(inside: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Kylä</title>{inside}</feed>'


def json(inside: str) -> str:
    return f'{JSON_FEED},"items":[{{"id":"a","title":"Yksi"{inside}}}]}}'


def numbered(form: str, count: int) -> str:
    return "".join(form.format(n=n) for n in range(count))


MONSTERS: dict[str, Row] = {
    # Too many.
    "entries": (500, lambda: rss(numbered("<item><title>{n}</title></item>", 100_000))),
    "entries of Atom": (
        500,
        lambda: atom(numbered("<entry><id>{n}</id><title>x</title></entry>", 100_000)),
    ),
    "items of JSON Feed": (
        500,
        lambda: json(numbered(',"x":0}},{{"id":"{n}","title":"x"', 100_000)),
    ),
    "categories": ("parse-failed", lambda: item("<category>x</category>" * OFTEN)),
    "enclosures": ("parse-failed", lambda: item('<enclosure url="http://a/1.mp3"/>' * OFTEN)),
    "links": ("parse-failed", lambda: atom(f"<entry><title>x</title>{LINK * OFTEN}</entry>")),
    "authors": (
        "parse-failed",
        lambda: atom("<entry>" + "<author><name>a</name></author>" * OFTEN),
    ),
    "pictures": ("parse-failed", lambda: item(MEDIA * 100_000)),
    "texts": ("parse-failed", lambda: item(description("x") * OFTEN)),
    "long texts": ("parse-failed", lambda: item(description("x" * 300) * 50_000)),
    "attributes": (
        1,
        lambda: rss(f"<item {numbered(ATTRIBUTE, OFTEN)}><title>Yksi</title></item>"),
    ),
    "namespaces": (0, lambda: rss("").replace("<rss ", f"<rss {numbered(NAMESPACE, OFTEN)}")),
    "declarations": ("parse-failed", lambda: rss("", f"<!DOCTYPE rss [{ENTITY * 1_000_000}]>")),
    "values of JSON": ("parse-failed", lambda: json(',"x":[' + "{}," * 5_000_000 + "0]")),
    # Too long.
    "title": (1, lambda: titled("a" * HUGE)),
    "title with one emoji": (1, lambda: titled("ä" * 9_000_000 + "\U0001f600")),
    "title of the feed": (0, lambda: rss("").replace("Kylä", "a b " * 2_500_000)),
    "title of JSON": (1, lambda: json(f',"summary":"{"a" * HUGE}"')),
    "guid": (1, lambda: item(f"<guid>{'a' * HUGE}</guid>")),
    "link": (1, lambda: rss(f"<item><title>x</title><link>http://a/{'a' * HUGE}</link></item>")),
    "author": (1, lambda: item(f"<author>{'(a@' * 3_000_000}</author>")),
    "date": (1, lambda: item(f"<pubDate>{'1 ' * 5_000_000}</pubDate>")),
    "duration": (1, lambda: item(f"<duration>{'1:' * 5_000_000}</duration>")),
    "text": (1, lambda: item(description("sana " * 2_000_000))),
    "text with markup": (
        1,
        lambda: item(description("<![CDATA[" + "<p>sana</p> " * 1_500_000 + "]]>")),
    ),
    "attribute": (1, lambda: rss(f'<item a="{"x" * HUGE}"><title>Yksi</title></item>')),
    "tag": (1, lambda: rss(f"<item{' ' * HUGE}><title>Yksi</title></item>")),
    "space": (0, lambda: rss(" " * 19_000_000)),
    "number of JSON": ("not-well-formed", lambda: json(f',"x":{"9" * 1_000_000}')),
    "reference": (1, lambda: item(description(f"&#{'9' * HUGE};"))),
    "base64": (
        1,
        lambda: atom(
            f'<entry><title>x</title><content type="image/png">{"QUJD" * 2_000_000}</content></entry>'
        ),
    ),
    # Too deep.
    "elements": ("parse-failed", lambda: rss("<a>" * 20_000 + "</a>" * 20_000)),
    "elements of an item": ("parse-failed", lambda: item("<b>" * 20_000 + "</b>" * 20_000)),
    "elements left open": ("parse-failed", lambda: item("<b>" * 2_000_000)),
    "XHTML": ("parse-failed", lambda: atom(XHTML.format("<b>" * 20_000 + "</b>" * 20_000))),
    "HTML": (1, lambda: item(description("<![CDATA[" + "<div>" * 200_000 + "]]>"))),
    "escaped HTML": (1, lambda: item(description("&lt;blockquote&gt;" * 200_000))),
    "lists of JSON": ("not-well-formed", lambda: json(',"x":' + "[" * 900_000)),
    "records of JSON": ("not-well-formed", lambda: '{"a":' * 900_000),
    # Begun over and over.
    "comments of HTML": (1, lambda: item(description("<![CDATA[" + "<!--" * 200_000 + "]]>"))),
    "comments in a title": (
        "parse-failed",
        lambda: item(f"<title><![CDATA[{'<!--' * 200_000}]]></title>"),
    ),
    "comments": ("parse-failed", lambda: rss("<!--" * 2_000_000)),
    "comments before all": ("parse-failed", lambda: "<!--" * 4_000_000),
    "instructions": ("parse-failed", lambda: "<?xml " * 2_000_000),
    "document types": ("parse-failed", lambda: "<!DOCTYPE " * 1_000_000),
    "sections": ("parse-failed", lambda: rss("<![CDATA[" * 1_000_000)),
    "texts left open": ("parse-failed", lambda: rss("<description>" * 700_000)),
    "tags left open": ("parse-failed", lambda: rss("<description a" * 700_000)),
    "angles": ("parse-failed", lambda: "<" * HUGE),
    "ampersands": (1, lambda: titled("&" * HUGE)),
    "references": (1, lambda: item(description("&#" * 5_000_000))),
    "entities": (1, lambda: item(description("&nbsp;" * 3_000_000))),
    # Exploding, or reaching out.
    "a billion laughs": (1, lambda: titled("&l9;", f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>')),
    "a large entity, often": (
        1,
        lambda: titled("&a;" * 50_000, f"<!DOCTYPE rss [{ENTITY.replace('b', 'b' * 50_000)}]>"),
    ),
    "marks of texts held back": (
        2,
        lambda: item(
            "</item><item>".join(
                (description("x" * 1_000_000), f"<title>{'&#xFDD0;0&#xFDD0;' * 9_000}</title>")
            )
        ),
    ),
    # Nothing at all.
    "zeros": ("empty-body", lambda: bytes(HUGE)),
    "white space": ("empty-body", lambda: " \n" * 5_000_000),
    "noise": ("not-a-feed", lambda: bytes((n * n * 31 + n // 7) % 251 for n in range(3_000_000))),
}
