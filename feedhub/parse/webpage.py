"""An article written as a web page: what its head says, its body, and its heading (pure).

Patterns that run over the text once find the few tags that matter; comments and scripts are passed
over, whatever stands in them. Nothing is cleaned here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

MAX_HEADING = 3_000
MAX_FACTS = 100
_HEAD_BYTES = 4_096
"""In which a page names its charset; browsers look at 1,024 (WHATWG HTML section 13.2.3.2)."""

_TOKEN = re.compile(
    r"""(?isx)
    <!--.*?(?:-->|\Z)
    | <(script|style|template|textarea)\b.*?(?:</\1\s*>|\Z)
    | <(/?)([a-z][a-z0-9]*+)((?:[\s/](?:[^<>"']++|"[^"]*+"|'[^']*+')*+)?+)>
    """
)
_ATTRIBUTE = re.compile(
    r"""(?<![^\s"'/])([^\s=<>"'/]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++))"""
)
_CHARSET = re.compile(rb"""(?i)<meta\s[^<>]{0,200}?charset\s*+=\s*+["']?\s*+([\w.:-]{1,40})""")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# What pages call the keys of front matter, in <meta name> or <meta property>, small letters.
_META = {
    "date": "date",
    "dc.date": "date",
    "dcterms.date": "date",
    "dcterms.created": "date",
    "article:published_time": "date",
    "article:modified_time": "updated",
    "dcterms.modified": "updated",
    "author": "authors",
    "dc.creator": "authors",
    "description": "excerpt",
    "dc.description": "excerpt",
    "og:description": "excerpt",
    "keywords": "categories",
    "dc.language": "language",
    "language": "language",
    "og:image": "image",
    "og:image:url": "image",
    "twitter:image": "image",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart. `facts` have the names of front matter's keys."""

    title: str
    facts: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Headed:
    """HTML without its heading. `heading` is the HTML inside it, None when there is none."""

    heading: str | None
    body: str
    opens: bool = False
    """Nothing but white space and tags stands before the heading."""


@dataclass(slots=True)
class _Scan:
    """Where things stand in a page. Positions are of characters."""

    title: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    start: int = 0
    end: int | None = None
    metas: int = 0


def read(text: str) -> Page:
    """Take a page, or a part of one, to pieces."""
    scan = _Scan()
    for token in _TOKEN.finditer(text):
        name = (token[3] or "").lower()
        if token[2]:
            if name == "head":
                scan.start = token.end()
            elif name == "body":
                scan.end = token.start()
        elif name in _OPENINGS:
            _OPENINGS[name](scan, token)
    return Page(title=scan.title or "", facts=scan.facts, body=text[scan.start : scan.end])


def declared_charset(body: bytes) -> str | None:
    """The charset that a page names itself."""
    found = _CHARSET.search(body, 0, _HEAD_BYTES)
    return found[1].decode() if found else None


def behead(html: str) -> Headed:
    """Take the first heading of the first rank out of a text, else the first of any rank."""
    first = None
    for token in _TOKEN.finditer(html):
        name = (token[3] or "").lower()
        if token[2] or name not in _HEADINGS or (first and name != "h1"):
            continue
        first = token
        if name == "h1":
            break
    return _without(html, first) if first else Headed(None, html)


def _without(html: str, opening: re.Match[str]) -> Headed:
    closing = re.compile(rf"(?i)</{opening[3]}\s*+>")
    end = closing.search(html, opening.end(), opening.end() + MAX_HEADING)
    if end is None:
        return Headed(None, html)
    before = html[: opening.start()]
    return Headed(
        heading=html[opening.end() : end.start()],
        body=before + html[end.end() :],
        opens=not _TOKEN.sub("", before).strip(),
    )


def _html(scan: _Scan, token: re.Match[str]) -> None:
    attributes = _attributes(token[4])
    if language := attributes.get("lang") or attributes.get("xml:lang"):
        scan.facts.setdefault("language", language)


def _title(scan: _Scan, token: re.Match[str]) -> None:
    if scan.title is None:
        end = token.string.find("</", token.end())
        scan.title = unescape(token.string[token.end() : max(end, token.end())])
        scan.start = max(scan.start, token.string.find(">", end) + 1 if end >= 0 else 0)


def _meta(scan: _Scan, token: re.Match[str]) -> None:
    scan.metas += 1
    if scan.metas > MAX_FACTS:
        return
    attributes = _attributes(token[4])
    said = attributes.get("name") or attributes.get("property") or ""
    key = _META.get(said.lower())
    if key and attributes.get("content"):
        scan.facts.setdefault(key, attributes["content"])


def _link(scan: _Scan, token: re.Match[str]) -> None:
    attributes = _attributes(token[4])
    if attributes.get("rel", "").lower() == "canonical" and attributes.get("href"):
        scan.facts.setdefault("url", attributes["href"])


def _body(scan: _Scan, token: re.Match[str]) -> None:
    scan.start = token.end()


_OPENINGS = {"body": _body, "html": _html, "link": _link, "meta": _meta, "title": _title}


def _attributes(written: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(written[:5_000])
    return {name.lower(): unescape(a or b or c).strip() for name, a, b, c in reversed(found)}
