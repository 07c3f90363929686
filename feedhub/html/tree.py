"""The tree between two cleanings: what becomes of each element. The door of selectolax.

Elements are visited from the last to the first, so that each is seen after all that it holds: a
removed node is never touched again, and a wrapper that has lost its content goes as well.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from feedhub.html.allowed import (
    BLOCKS,
    CELLS,
    FRAMES,
    INLINE,
    LAZY,
    LINK_REL,
    RENAMED,
    may_have,
    may_stay,
)
from feedhub.html.characters import even, one_line, single, visible
from feedhub.html.pictures import counts, decorates, is_dot, is_hidden, is_large

Resolve = Callable[[str], str | None]
"""A written address -> an absolute http or https address, or None."""

MORE = "\ufdd0"
"""Stands where the author ended the teaser. `fit` leaves no noncharacter, so no text has it."""
_END = "\ufdd1"
"""Stands where a block or a line ends."""

MAX_ADDRESS = 2_048

Attributes = Mapping[str, str | None]

# Marks on elements while a tree is tidied.
_LEAD, _FILM = "data-lead", "data-film"

# Each parser drops one line end there, and would drop the next one after the next cleaning.
_PRE = re.compile(r"(<pre\b[^<>]*>)\n+")

_MAIL = re.compile(r"(?i)mailto:[^\s<>\"]+@[^\s<>\"]+")
# No part of an address (RFC 3986 section 2), and the end of an attribute to careless programs.
_UNQUOTED = re.compile(r"[\s\"<>`]")

_LINE_ENDS = re.compile(r"[\t\r\n]")

_RUNNING = INLINE | {"img", "wbr", "source", *FRAMES}
"""Elements that do not end a line."""
_HOLLOW = INLINE | RENAMED.keys() | BLOCKS - {"tbody", "tfoot", "thead", "tr"}
"""Elements that say nothing when they are empty, but for the parts of a table that says more."""
_CHANGED = frozenset({"a", "img", "source", "span", *FRAMES, *RENAMED})
"""Elements of which more becomes than the same with fewer attributes."""
_ROOMS = frozenset({"article", "aside", "body", "dd", "div", "figure", "li", "section", *CELLS})
"""Elements in which a link on its own is a paragraph."""

# Share buttons and related posts of WordPress' plugins, and words for screen readers only.
_FURNITURE = re.compile(
    r"(?:^|\s)(?:addtoany_\S+|essb_\S+|feedflare|heateor_\S+|jp-relatedposts|post-share\S*"
    r"|screen-reader-text|sd-sharing\S*|share-buttons?|sharedaddy|shariff\S*|sociable"
    r"|social-share\S*|ssba\S*|visually-hidden|wpcnt|yarpp\S*)(?:\s|$)"
)

# Players that show a film, and the page that shows the same where one is known.
_PLAYERS = (
    (re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,20})"),
     r"https://www.youtube.com/watch?v=\1"),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d{1,20})"), r"https://vimeo.com/\1"),
    (re.compile(
        r"(https?://(?:[\w-]+\.)*(?:areena\.yle\.fi|arenan\.yle\.fi|dailymotion\.com"
        r"|dreambroker\.com|embed\.ted\.com|svtplay\.se|tv\.nrk\.no|youtu\.be|youtube\.com"
        r"|vimeo\.com)/\S*)"), r"\1"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """What a tree came to. `html` is for the last cleaning; `teaser` is None without a mark."""

    html: str
    text: str
    teaser: str | None
    image: str | None


def tidied(markup: str, resolve: Resolve) -> Tidied:
    """Make links absolute, and leave out what shows nothing."""
    tree = LexborHTMLParser(markup)
    body = _body(tree)
    for node in reversed(list(body.traverse())[1:]):
        _visit(tree, node, resolve)
    found = body.css(f"[{_LEAD}],[{_FILM}]")
    pictures = [node for node in found if node.tag == "img"]
    films = [node for node in found if node.tag == "a"]
    image = pictures[0].attributes["src"] if pictures else None
    for node in found:
        del node.attrs[_LEAD if node.tag == "img" else _FILM]
    html = _PRE.sub(r"\1", (body.inner_html or "").strip())
    for node in films:
        node.decompose()
    marked = _marked(body)
    before, mark, _ = marked.partition(MORE)
    teaser = _lines(before) if mark else None
    return Tidied(html=html, text=_lines(marked), teaser=teaser, image=image)


def words(markup: str) -> str:
    """The text of clean markup, one line a block."""
    return _lines(_marked(_body(LexborHTMLParser(markup))))


def _body(tree: LexborHTMLParser) -> LexborNode:
    """Every document has one that is no set of frames, and those have been cleaned away."""
    return cast("LexborNode", tree.body)


def _visit(tree: LexborHTMLParser, node: LexborNode, resolve: Resolve) -> None:
    tag, attributes = node.tag or "", node.attributes
    unseen = bool(attributes) and _is_unseen(attributes)
    if unseen or (tag in _HOLLOW and _is_hollow(node)):
        node.decompose()
    elif tag in _CHANGED:
        _change(tree, node, attributes, resolve)
    elif attributes:
        _set(node, attributes, _kept(tag, attributes))


def _is_unseen(attributes: Attributes) -> bool:
    return bool(_FURNITURE.search(attributes.get("class") or "")) or is_hidden(attributes)


def _change(
    tree: LexborHTMLParser, node: LexborNode, attributes: Attributes, resolve: Resolve
) -> None:
    tag = node.tag or ""
    if tag in FRAMES:
        _link_film(tree, node, resolve)
    elif tag == "img":
        _show(node, attributes, resolve)
    elif tag in RENAMED:
        _rename(tree, node, attributes)
    elif tag != "source":
        kept = _kept(tag, attributes)
        _keep_or_unwrap(node, attributes, _link(kept, resolve) if tag == "a" else kept)


def _keep_or_unwrap(node: LexborNode, attributes: Attributes, kept: Mapping[str, str]) -> None:
    if kept:
        _set(node, attributes, kept)
    else:
        node.unwrap()


def _kept(tag: str, attributes: Attributes) -> dict[str, str]:
    """The attributes that may stay."""
    if may_have(tag).isdisjoint(attributes):
        return {}
    given = {name: value or "" for name, value in attributes.items()}
    if "xml:lang" in given:
        given.setdefault("lang", given["xml:lang"])
    return {name: value for name, value in given.items() if may_stay(tag, name, value)}


def _set(node: LexborNode, attributes: Attributes, kept: Mapping[str, str]) -> None:
    written = node.attrs
    for name in attributes:
        if name not in kept:
            del written[name]
    for name, value in kept.items():
        if value != attributes.get(name):
            written[name] = value


def _link(kept: dict[str, str], resolve: Resolve) -> dict[str, str]:
    """The attributes of a link; none at all when it leads nowhere."""
    address = _address(kept.get("href"), resolve)
    return {**kept, "href": address, "rel": LINK_REL} if address else {}


def _address(written: str | None, resolve: Resolve) -> str | None:
    # Line ends in an address are none to a browser (WHATWG URL, section 4.4).
    given = one_line(_LINE_ENDS.sub("", written or ""))
    if not given or len(given) > MAX_ADDRESS:
        return None
    address = given if _MAIL.fullmatch(given) else resolve(given)
    quoted = _UNQUOTED.sub(lambda match: quote(match[0]), address or "")
    return quoted if quoted and len(quoted) <= MAX_ADDRESS else None


def _rename(tree: LexborHTMLParser, node: LexborNode, attributes: Attributes) -> None:
    tag = RENAMED[node.tag or ""]
    named = tree.create_node(tag)
    _set(named, {}, _kept(tag, attributes))
    node.insert_before(named, move=True)
    for child in list(node.iter(include_text=True)):
        named.insert_child(child, move=True)
    node.decompose()


def _show(node: LexborNode, attributes: Attributes, resolve: Resolve) -> None:
    """A picture with an absolute address, unless it only counts."""
    written = [attributes.get(name) for name in (*LAZY[:2], "src", *LAZY[2:])]
    found = (_address(each, resolve) for each in written if each)
    address = next((each for each in found if each and not each.startswith("mailto:")), None)
    decorative = address is not None and decorates(address)
    if address is None or is_dot(attributes) or (decorative and counts(address)):
        node.decompose()
        return
    kept = {**_kept("img", attributes), "src": address}
    if is_large(attributes) and not decorative:
        kept[_LEAD] = ""
    _set(node, attributes, kept)


def _link_film(tree: LexborHTMLParser, node: LexborNode, resolve: Resolve) -> None:
    """A link in the place of a film or a sound; other frames go."""
    address = next(filter(None, (_film(each, node.tag, resolve) for each in _sources(node))), None)
    if address is not None:
        link = tree.create_node("a")
        _set(link, {}, {"href": address, "rel": LINK_REL, _FILM: ""})
        link.insert_child((node.attributes.get("title") or "").strip() or address)
        if node.parent is None or node.parent.tag in _ROOMS:
            paragraph = tree.create_node("p")
            paragraph.insert_child(link, move=True)
            link = paragraph
        node.insert_before(link, move=True)
    node.decompose()


def _sources(node: LexborNode) -> Iterator[str]:
    for each in (node, *node.iter()):
        if source := each.attributes.get("src"):
            yield source


def _film(written: str, tag: str | None, resolve: Resolve) -> str | None:
    address = _address(written, resolve)
    if address is None or tag != "iframe":
        return address
    for player, page in _PLAYERS:
        if match := player.match(address):
            return match.expand(page)
    return None


def _is_hollow(node: LexborNode) -> bool:
    child = node.first_child
    while child is not None:
        if child.is_text_node:
            if (child.text_content or "").strip():
                return False
        elif child.tag not in {"br", "wbr", "col", "colgroup"}:
            return False
        child = child.next
    return True


def _marked(body: LexborNode) -> str:
    """The text with a mark at the beginning and end of every block, and at every line end."""
    for node in list(body.traverse())[1:]:
        if node.tag not in _RUNNING:
            node.insert_before(_END)
            node.insert_after(_END)
    return body.text()


def _lines(marked: str) -> str:
    lines = single(visible(even(marked).replace(_END, "\n"))).split("\n")
    return "\n".join(filter(None, map(str.strip, lines)))
