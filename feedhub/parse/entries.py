"""One item as feedparser gives it -> one raw entry (pure; plain mappings come in)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedhub import urls
from feedhub.model import Author, RawEntry, Text, TextKind, Translation
from feedhub.parse import media
from feedhub.parse.skeleton import Skeleton

_KINDS: Mapping[str, TextKind] = {
    "text/html": "html",
    "application/xhtml+xml": "xhtml",
    "text/plain": "text",
}
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


def entry(item: Mapping[str, Any], around: Surroundings) -> RawEntry:
    """The raw entry that an item is."""
    title, summary, content = item.get("title_detail"), _summary(item), _content(item)
    details = [each for each in (content, summary, title) if each]
    language = item.get("language") or _first(details, "language")
    url = _url(item, language or around.language, around.base)
    return RawEntry(
        id=item.get("id") or None,
        url=url,
        title=_text(title, around),
        summary=_text(summary, around),
        content=_text(content, around),
        base=_base(_first(details, "base"), url, around.base),
        published=item.get("published") or item.get("created"),
        updated=item.get("updated"),
        authors=tuple(authors(item)) or tuple(authors(item.get("source") or {})),
        categories=tuple(_categories(item)),
        language=language,
        image=media.image(item, around.base),
        enclosures=tuple(media.enclosures(item, around.base)),
        translations=tuple(_translations(item, url, around.base)),
    )


def authors(record: Mapping[str, Any]) -> Iterator[Author]:
    """The persons of a feed, an entry or its `atom:source` that have a name."""
    for person in record.get("authors", ()):
        if name := person.get("name"):
            yield Author(name=name, email=person.get("email"), url=person.get("href"))


def _first(details: Sequence[Mapping[str, Any]], key: str) -> str | None:
    return next((each[key] for each in details if each.get(key)), None)


def _base(explicit: str | None, url: str | None, base: str) -> str:
    """`xml:base`, else the page that shows the entry, else what its links are relative to."""
    joined = urls.absolute(explicit, base) if explicit else None
    return joined or url or base


def _summary(item: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Without the copy that feedparser makes of a content when there is no summary."""
    summary: Mapping[str, Any] | None = item.get("summary_detail")
    if summary is not None and summary["value"]:
        return summary
    words = item.get("media_caption") or item.get("subtitle")
    return {"type": "text/plain", "value": words} if words and "content" not in item else None


def _content(item: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first content with markup, else the first of plain text."""
    contents = [each for each in item.get("content", ()) if each["value"]]
    marked = (each for each in contents if _KINDS.get(each["type"], "text") != "text")
    plain = (each for each in contents if each["type"] == "text/plain")
    return next(marked, None) or next(plain, None)


def _text(detail: Mapping[str, Any] | None, around: Surroundings) -> Text | None:
    if detail is None or not detail["value"]:
        return None
    value = around.skeleton.whole(detail["value"])
    kind = _KINDS.get(detail["type"], "text")
    if value is not detail["value"] and not around.atom:
        # RSS does not say which kind a text is, and nobody could look at one that was held back.
        kind = "html"
    return Text(value=value, kind=kind)


def _url(item: Mapping[str, Any], language: str | None, base: str) -> str | None:
    """The first of these that is an address: a rewritten link's origin, the links, the guid."""
    alternates = sorted(_alternates(item), key=lambda link: _distance(link, language))
    candidates = (
        item.get("feedburner_origlink"),
        item.get("pheedo_origlink"),
        *(link["href"] for link in alternates),
        item.get("link") if _is_link(item) else None,
    )
    return next(filter(None, (urls.absolute(each, base) for each in candidates if each)), None)


def _alternates(item: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    for link in item.get("links", ()):
        if link.get("rel") == "alternate" and link.get("href"):
            yield link


def _distance(link: Mapping[str, str], language: str | None) -> tuple[bool, bool]:
    """How far an alternate is from a page that a reader of the entry would open."""
    page = link.get("type", "text/html") in {"text/html", "application/xhtml+xml"}
    foreign = link.get("hreflang", "").lower() not in {"", (language or "").lower()}
    return not page, foreign


def _is_link(item: Mapping[str, Any]) -> bool:
    """An id stands in for a link only when it is a whole address."""
    link = item.get("link") or ""
    return link != item.get("id") or link.startswith(("http://", "https://"))


def _translations(item: Mapping[str, Any], url: str | None, base: str) -> Iterator[Translation]:
    for link in _alternates(item):
        address = urls.absolute(link["href"], base)
        if "hreflang" in link and address and address != url:
            yield Translation(language=link["hreflang"], url=address)


def _categories(item: Mapping[str, Any]) -> Iterator[str]:
    """The label for people where there is one (RFC 4287 section 4.2.2.3), else the term."""
    for tag in item.get("tags", ()):
        name = tag["label"] or tag["term"]
        if name and tag["scheme"] != _NO_CATEGORY:
            yield name
