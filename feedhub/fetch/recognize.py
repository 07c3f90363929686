"""Whether bytes are a feed, and what it says of itself at first sight.

No parser: patterns that run over the text once find the root element, the title, the language and
the number of entries, of a broken feed too. The entries themselves are read elsewhere.
"""

import html
import json
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from typing import Literal

from feedhub.html import one_line

Kind = Literal["rss", "rdf", "atom", "json"]

JSON_FEED = "https://jsonfeed.org/version/"
MAX_TITLE = 300
MAX_DATE = 100

_PROLOG = re.compile(r"(?is)\s*+(?:<\?.*?\?>|<!--.*?-->|<!doctype[^\[>]*+(?:\[.*?\]\s*+)?>)")
_ROOT = re.compile(r"\s*+<(?:[\w.-]++:)?([\w.-]++)([^<>]*+)>")
_CHANNEL = re.compile(r"<(?:[\w.-]++:)?channel[\s>]")
_ENTRY = re.compile(r"<(?:[\w.-]++:)?(?:item|entry)[\s>]")
_TITLE = re.compile(r"(?s)<title\b[^<>]*+>\s*+(?:<!\[CDATA\[(.{0,2000}?)\]\]>|([^<]{0,2000}))")
_LANGUAGE = re.compile(r"<(?:dc:)?language>\s*+([A-Za-z0-9-]{2,35})\s*+<")
_XML_LANG = re.compile(r"""xml:lang\s*+=\s*+["']([A-Za-z0-9-]{2,35})["']""")
_TAG = re.compile(r"[A-Za-z0-9-]{2,35}")
_DATE = re.compile(r"<(?:dc:)?(?:pubDate|published|updated|modified|issued|date)>([^<]{1,100})<")

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*+=\s*+["']([\w.-]{1,40})["']""")
_CHARSET = re.compile(r"""(?i)charset\s*+=\s*+["']?([\w.-]{1,40})""")
_BOMS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself."""

    kind: Kind
    title: str = ""
    """Plain text."""
    language: str | None = None
    entries: int = 0
    newest: str | None = None
    """The date of its first entry, as written."""


def recognize(body: bytes, content_type: str | None = None) -> Feed | None:
    """The feed that these bytes are, or None. The type serves to decode only."""
    text = _decoded(body, content_type or "").lstrip("\ufeff \t\r\n")
    return _json_feed(text) if text.startswith("{") else _xml_feed(text)


def _decoded(body: bytes, content_type: str) -> str:
    """By BOM, header and declaration, in this order (RFC 7303 section 3); wrong bytes replaced."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body.decode(encoding, errors="replace")
    header, declared = _CHARSET.search(content_type), _DECLARED.match(body.lstrip()[:200])
    name = header[1] if header else declared[1].decode() if declared else "utf-8"
    try:
        return body.decode(name, errors="replace")
    except (LookupError, UnicodeError):
        return body.decode(errors="replace")


def _json_feed(text: str) -> Feed | None:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith(JSON_FEED):
        return None
    items = feed["items"] if isinstance(feed.get("items"), list) else []
    first = items[0] if items and isinstance(items[0], dict) else {}
    return Feed(
        kind="json",
        title=_plain(_string(feed.get("title")) or ""),
        language=_language(_string(feed.get("language")) or ""),
        entries=len(items),
        newest=_date(_string(first.get("date_published")) or _string(first.get("date_modified"))),
    )


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _language(text: str) -> str | None:
    return text if _TAG.fullmatch(text) else None


def _date(text: str | None) -> str | None:
    return one_line(text or "")[:MAX_DATE] or None


def _xml_feed(text: str) -> Feed | None:
    position = 0
    while prolog := _PROLOG.match(text, position):
        position = prolog.end()
    root = _ROOT.match(text, position)
    kind = _kind(root[1], root[2], text) if root else None
    if root is None or kind is None:
        return None
    entries = [entry.start() for entry in _ENTRY.finditer(text, root.end())]
    head = text[root.end() : entries[0]] if entries else text[root.end() :]
    language = _LANGUAGE.search(head) or _XML_LANG.search(root[2])
    newest = _DATE.search(text, *entries[:2]) if entries else None
    return Feed(
        kind=kind,
        title=_title(head),
        language=language[1] if language else None,
        entries=len(entries),
        newest=_date(newest[1] if newest else None),
    )


def _kind(root: str, attributes: str, text: str) -> Kind | None:
    """By the root element; RDF and `feed` mean other things as well."""
    match root.lower():
        case "rss":
            return "rss"
        case "rdf":
            return "rdf" if _CHANNEL.search(text) else None
        case "feed":
            return "atom" if "atom" in attributes.lower() or "xmlns" not in attributes else None
        case _:
            return None


def _title(head: str) -> str:
    title = _TITLE.search(head)
    return _plain(title[1] or html.unescape(title[2] or "")) if title else ""


def _plain(text: str) -> str:
    """One line without markup, fit for a terminal and a file."""
    return one_line(html.unescape(re.sub(r"<[^<>]*+>", "", text)))[:MAX_TITLE]
