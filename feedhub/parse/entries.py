"""One item as feedparser gives it -> one raw entry (pure; plain mappings come in)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feedhub import urls
from feedhub.model import Author, RawEntry, Text, TextKind, Translation
from feedhub.parse import media
from feedhub.parse.records import Record, detail, listed, text
from feedhub.parse.skeleton import Skeleton

_KINDS: Mapping[str, TextKind] = {
    "text/html": "html",
    "application/xhtml+xml": "xhtml",
    "text/plain": "text",
}
_MAIL = re.compile(r"[^\s()<>@]++@[^\s()<>@]++")
# Blogger's note of what sort of item it is.
_NO_CATEGORY = "http://schemas.google.com/g/2005#kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the entries of one feed have in common.

    `base` is what their links are relative to when no `xml:base` says: in Atom the document
    (RFC 3986 section 5.1.3); for RSS, which has no rule, the site that the channel links to.
    """

    skeleton: Skeleton
    language: str | None
    base: str
    atom: bool


def entry(item: Record, around: Surroundings) -> RawEntry:
    """The raw entry that an item is."""
    title, summary, content = detail(item, "title_detail"), _summary(item), _content(item)
    details = [each for each in (content, summary, title) if each]
    language = text(item, "language") or _first(details, "language")
    url = _url(item, language or around.language, around.base)
    return RawEntry(
        id=text(item, "id"),
        url=url,
        title=_text(title, around),
        summary=_text(summary, around),
        content=_text(content, around),
        base=_base(_first(details, "base"), url, around.base),
        published=text(item, "published") or text(item, "created"),
        updated=text(item, "updated"),
        authors=tuple(authors(item)) or tuple(authors(detail(item, "source") or {})),
        categories=tuple(_categories(item)),
        language=language,
        image=media.image(item, around.base),
        enclosures=tuple(media.enclosures(item, around.base)),
        translations=tuple(_translations(item, url, around.base)),
    )


def authors(record: Record) -> Iterator[Author]:
    """The persons of a feed, an entry or its `atom:source` that have a name."""
    written = text(record, "author") or ""
    for person in listed(record, "authors"):
        name, email = text(person, "name"), text(person, "email")
        if name and email and email in written and name in written:
            # feedparser takes what follows the fourth letter of an address's end for the name.
            name, email = _MAIL.sub("", written).strip(" ()<>,;"), _mail(written)
        if name:
            yield Author(name=name, email=email, url=text(person, "href"))


def _mail(written: str) -> str | None:
    found = _MAIL.search(written)
    return found[0] if found else None


def _kind(construct: Record) -> TextKind:
    return _KINDS.get(construct.get("type", ""), "text")


def _first(details: Sequence[Record], key: str) -> str | None:
    return next((each[key] for each in details if each.get(key)), None)


def _base(explicit: str | None, url: str | None, base: str) -> str:
    """`xml:base`, else the page that shows the entry, else what its links are relative to."""
    joined = urls.absolute(explicit, base) if explicit else None
    return joined or url or base


def _summary(item: Record) -> Record | None:
    """Without the copy that feedparser makes of a content when there is no summary."""
    summary = detail(item, "summary_detail")
    if summary and summary.get("value"):
        return summary
    words = text(item, "media_caption") or text(item, "subtitle")
    return {"type": "text/plain", "value": words} if words and "content" not in item else None


def _content(item: Record) -> Record | None:
    """The first content with markup, else the first of plain text."""
    contents = [each for each in listed(item, "content") if each.get("value")]
    marked = (each for each in contents if _kind(each) != "text")
    plain = (each for each in contents if each.get("type") == "text/plain")
    return next(marked, None) or next(plain, None)


def _text(construct: Record | None, around: Surroundings) -> Text | None:
    parsed = text(construct, "value") if construct else None
    if construct is None or parsed is None:
        return None
    value = around.skeleton.whole(parsed)
    # RSS does not say which kind a text is, and nobody could look at one that was held back.
    guessed = value is parsed or around.atom
    return Text(value=value, kind=_kind(construct) if guessed else "html")


def _url(item: Record, language: str | None, base: str) -> str | None:
    """The first of these that is an address: a rewritten link's origin, the links, the guid."""
    alternates = sorted(_alternates(item), key=lambda link: _distance(link, language))
    candidates = (
        text(item, "feedburner_origlink"),
        text(item, "pheedo_origlink"),
        *(link["href"] for link in alternates),
        text(item, "link") if _is_link(item) else None,
    )
    return next(filter(None, (urls.absolute(each, base) for each in candidates if each)), None)


def _alternates(item: Record) -> Iterator[Record]:
    for link in listed(item, "links"):
        if link.get("rel") == "alternate" and link.get("href"):
            yield link


def _distance(link: Record, language: str | None) -> tuple[bool, bool]:
    """How far an alternate is from a page that a reader of the entry would open."""
    page = link.get("type", "text/html") in {"text/html", "application/xhtml+xml"}
    foreign = link.get("hreflang", "").lower() not in {"", (language or "").lower()}
    return not page, foreign


def _is_link(item: Record) -> bool:
    """An id stands in for a link only when it is a whole address."""
    link = text(item, "link") or ""
    return link != item.get("id") or link.startswith(("http://", "https://"))


def _translations(item: Record, url: str | None, base: str) -> Iterator[Translation]:
    for link in _alternates(item):
        address = urls.absolute(link["href"], base) if "hreflang" in link else None
        if address and address != url:
            yield Translation(language=link["hreflang"], url=address)


def _categories(item: Record) -> Iterator[str]:
    """The label for people where there is one (RFC 4287 section 4.2.2.3), else the term."""
    for tag in listed(item, "tags"):
        name = tag.get("label") or tag.get("term")
        if name and tag.get("scheme") != _NO_CATEGORY:
            yield name
