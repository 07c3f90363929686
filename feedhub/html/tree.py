"""The tree between two cleanings: what becomes of each element. The door of selectolax.

Elements are visited from the last to the first, so that each is seen after all that it holds: a
removed node is never touched again, and a wrapper that has lost its content goes as well.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from feedhub.html.allowed import BLOCKS, CELLS, FRAMES, INLINE, LAZY, RENAMED
from feedhub.html.characters import one_line, spaced
from feedhub.html.pictures import counts, decorates, is_dot, is_hidden, is_large

Resolve = Callable[[str], str | None]
"""A written address -> an absolute http or https address, or None."""

MORE = "\ufdd0"
"""Stands where the author ended the teaser. `fit` leaves no noncharacter, so no text has it."""
_END = "\ufdd1"
"""Stands where a block or a line ends."""

MAX_ADDRESS = 2_048

_MAIL = re.compile(r"(?i)mailto:[^\s<>\"]+@[^\s<>\"]+")
# No part of an address (RFC 3986 section 2), and the end of an attribute to careless programs.
_UNQUOTED = re.compile(r"[\s\"<>`]")

_LINE_ENDS = re.compile(r"[\t\r\n]")

_RUNNING = INLINE | {"img", "wbr", "source", *FRAMES}
"""Elements that do not end a line."""
_HOLLOW = INLINE | BLOCKS - {"tbody", "tfoot", "thead", "tr"}
"""Elements that say nothing when they are empty, but for the parts of a table that says more."""
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
    body = tree.body
    if body is None:
        return Tidied(html="", text="", teaser=None, image=None)
    for node in reversed(list(body.traverse())[1:]):
        _visit(tree, node, resolve)
    html, image = body.inner_html or "", _lead(body)
    for link in body.css("a[data-frame]"):
        link.decompose()
    raw = _marked(body)
    before, mark, _ = raw.partition(MORE)
    teaser = _lines(before) if mark else None
    return Tidied(html=html, text=_lines(raw), teaser=teaser, image=image)


def words(markup: str) -> str:
    """The text of clean markup, one line a block."""
    body = LexborHTMLParser(markup).body
    return _lines(_marked(body)) if body is not None else ""


def _visit(tree: LexborHTMLParser, node: LexborNode, resolve: Resolve) -> None:
    attributes = node.attributes
    if _FURNITURE.search(attributes.get("class") or "") or is_hidden(attributes):
        node.decompose()
    elif node.tag in FRAMES:
        _link_frame(tree, node, resolve)
    elif node.tag == "img":
        _show(node, resolve)
    elif node.tag in _HOLLOW and _is_hollow(node):
        node.decompose()
    else:
        _keep(tree, node, resolve)


def _keep(tree: LexborHTMLParser, node: LexborNode, resolve: Resolve) -> None:
    attributes = node.attributes
    if "xml:lang" in attributes and "lang" not in attributes:
        node.attrs["lang"] = attributes["xml:lang"]
    if node.tag == "a":
        _link(node, resolve)
    elif node.tag == "span" and not {"lang", "xml:lang", "dir"} & attributes.keys():
        node.unwrap()
    elif node.tag in RENAMED:
        _rename(tree, node)


def _link(node: LexborNode, resolve: Resolve) -> None:
    address = _address(node.attributes.get("href"), resolve)
    if address is None:
        node.unwrap()
    else:
        node.attrs["href"] = address


def _address(written: str | None, resolve: Resolve) -> str | None:
    # Line ends in an address are none to a browser (WHATWG URL, section 4.4).
    given = one_line(_LINE_ENDS.sub("", written or ""))
    if not given or len(given) > MAX_ADDRESS:
        return None
    address = given if _MAIL.fullmatch(given) else resolve(given)
    quoted = _UNQUOTED.sub(lambda match: quote(match[0]), address or "")
    return quoted if quoted and len(quoted) <= MAX_ADDRESS else None


def _rename(tree: LexborHTMLParser, node: LexborNode) -> None:
    named = tree.create_node(RENAMED[node.tag or ""])
    for name in ("lang", "dir", "title"):
        if value := node.attributes.get(name):
            named.attrs[name] = value
    node.insert_before(named, move=True)
    for child in list(node.iter(include_text=True)):
        named.insert_child(child, move=True)
    node.decompose()


def _show(node: LexborNode, resolve: Resolve) -> None:
    """A picture with an absolute address, unless it only counts."""
    attributes = node.attributes
    written = [attributes.get(name) for name in (*LAZY[:2], "src", *LAZY[2:])]
    found = (_address(each, resolve) for each in written if each)
    address = next((each for each in found if each and not each.startswith("mailto:")), None)
    if address is None or is_dot(attributes) or counts(address):
        node.decompose()
    else:
        node.attrs["src"] = address


def _link_frame(tree: LexborHTMLParser, node: LexborNode, resolve: Resolve) -> None:
    """A link in the place of a film or a sound; other frames go."""
    address = next(filter(None, (_film(each, node.tag, resolve) for each in _sources(node))), None)
    if address is not None:
        link = tree.create_node("a")
        link.attrs["href"] = address
        link.attrs["data-frame"] = ""
        link.insert_child((node.attributes.get("title") or "").strip() or address)
        parent = node.parent
        if parent is None or parent.tag in _ROOMS:
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
    for child in node.iter(include_text=True):
        if child.is_text_node:
            if (child.text_content or "").strip():
                return False
        elif child.tag not in {"br", "wbr", "col", "colgroup"}:
            return False
    return True


def _lead(body: LexborNode) -> str | None:
    """The first picture that shows something."""
    for each in body.css("img"):
        attributes: Mapping[str, str | None] = each.attributes
        address = attributes.get("src") or ""
        if is_large(attributes) and not decorates(address):
            return address
    return None


def _marked(body: LexborNode) -> str:
    """The text with a mark at the beginning and end of every block, and at every line end."""
    for node in list(body.traverse())[1:]:
        if node.tag not in _RUNNING:
            node.insert_before(_END)
            node.insert_after(_END)
    return body.text()


def _lines(marked: str) -> str:
    return "\n".join(filter(None, map(spaced, marked.split(_END))))
