"""Lists of subscriptions (OPML 1.0 and 2.0) -> organizations to be written down (pure)."""

from collections.abc import Iterator, Sequence

from lxml import etree

from feedhub.config.writing import NewFeed, NewOrganization, host_of, language_of, slug_of, unique


class ListError(Exception):
    """The file is no list of subscriptions; the message says why."""


def read(text: bytes) -> list[NewOrganization]:
    """An organization for each outline that holds feeds, and for each feed that stands alone.

    Raises ListError.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise ListError(f"it is no well-formed XML: {error}") from error
    body = root.find("body")
    if root.tag != "opml" or body is None:
        raise ListError("it is no OPML")
    taken: set[str] = set()
    found = []
    for name, feeds in _groups(body):
        slug = unique(slug_of(name or host_of(_address(feeds[0]))), taken)
        taken.add(slug)
        found.append(_organization(slug, name, feeds))
    return found


def _groups(parent: etree._Element) -> Iterator[tuple[str, Sequence[etree._Element]]]:
    for outline in parent.findall("outline"):
        feeds = (
            [outline] if _address(outline) else list(filter(_address, outline.findall("outline")))
        )
        if feeds:
            yield _name(outline), feeds
        if not _address(outline):
            # Groups may stand in groups.
            yield from _groups(_without(outline, feeds))


def _without(outline: etree._Element, feeds: Sequence[etree._Element]) -> etree._Element:
    for feed in feeds:
        outline.remove(feed)
    return outline


def _organization(slug: str, name: str, feeds: Sequence[etree._Element]) -> NewOrganization:
    homepage = next((each.get("htmlUrl") for each in feeds if _is_web(each.get("htmlUrl"))), None)
    language = next(filter(None, (language_of(each.get("language")) for each in feeds)), None)
    return NewOrganization(
        slug=slug,
        name=name or slug,
        homepage=homepage,
        language=language,
        feeds=[NewFeed(url=_address(each), title=_name(each)) for each in feeds],
    )


def _address(outline: etree._Element) -> str:
    address = (outline.get("xmlUrl") or "").strip()
    return address if _is_web(address) else ""


def _is_web(address: str | None) -> bool:
    return (address or "").startswith(("https://", "http://"))


def _name(outline: etree._Element) -> str:
    return (outline.get("title") or outline.get("text") or "").strip()
