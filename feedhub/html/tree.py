"""The tree between two cleanings: what becomes of each element. The door of selectolax.

Elements are visited from the last to the first, so that each is seen after all that it holds: a
removed node is never touched again, and a wrapper that has lost its content goes as well.
"""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from selectolax.lexbor import LexborHTMLParser, LexborNode

from feedhub.html.allowed import BLOCKS, CELLS, FRAMES, INLINE, LINK_REL, RENAMED
from feedhub.html.elements import Attributes, Resolve, film, is_unseen, kept, link, picture
from feedhub.html.marked import END, RUNNING, Tidied, lines, teaser

# Marks on elements while a tree is tidied.
_LEAD, _FILM = "data-lead", "data-film"

# Each parser drops one line end there, and would drop the next one after the next cleaning.
_PRE = re.compile(r"(<pre\b[^<>]*>)\n+")

_HOLLOW = INLINE | RENAMED.keys() | BLOCKS - {"tbody", "tfoot", "thead", "tr"}
"""Elements that say nothing when they are empty, but for the parts of a table that says more."""
_CHANGED = frozenset({"a", "img", "source", "span", *FRAMES, *RENAMED})
"""Elements of which more becomes than the same with fewer attributes."""
_ROOMS = frozenset({"article", "aside", "body", "dd", "div", "figure", "li", "section", *CELLS})
"""Elements in which a link on its own is a paragraph."""


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
    return Tidied(html=html, text=lines(marked), teaser=teaser(marked), image=image)


def words(markup: str) -> str:
    """The text of clean markup, one line a block."""
    return lines(_marked(_body(LexborHTMLParser(markup))))


def _body(tree: LexborHTMLParser) -> LexborNode:
    """Every document has one that is no set of frames, and those have been cleaned away."""
    return cast("LexborNode", tree.body)


def _visit(tree: LexborHTMLParser, node: LexborNode, resolve: Resolve) -> None:
    tag, attributes = node.tag or "", node.attributes
    unseen = bool(attributes) and is_unseen(attributes)
    if unseen or (tag in _HOLLOW and _is_hollow(node)):
        node.decompose()
    elif tag in _CHANGED:
        _change(tree, node, attributes, resolve)
    elif attributes:
        _set(node, attributes, kept(tag, attributes))


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
    elif tag == "a":
        _keep_or_unwrap(node, attributes, link(attributes, resolve))
    elif tag != "source":
        _keep_or_unwrap(node, attributes, kept(tag, attributes))


def _keep_or_unwrap(node: LexborNode, attributes: Attributes, stay: Mapping[str, str]) -> None:
    if stay:
        _set(node, attributes, stay)
    else:
        node.unwrap()


def _set(node: LexborNode, attributes: Attributes, stay: Mapping[str, str]) -> None:
    written = node.attrs
    for name in attributes:
        if name not in stay:
            del written[name]
    for name, value in stay.items():
        if value != attributes.get(name):
            written[name] = value


def _rename(tree: LexborHTMLParser, node: LexborNode, attributes: Attributes) -> None:
    tag = RENAMED[node.tag or ""]
    named = tree.create_node(tag)
    _set(named, {}, kept(tag, attributes))
    node.insert_before(named, move=True)
    for child in list(node.iter(include_text=True)):
        named.insert_child(child, move=True)
    node.decompose()


def _show(node: LexborNode, attributes: Attributes, resolve: Resolve) -> None:
    """A picture with an absolute address, unless it only counts."""
    shown = picture(attributes, resolve)
    if shown is None:
        node.decompose()
    else:
        _set(node, attributes, {**shown.attributes, **({_LEAD: ""} if shown.leads else {})})


def _link_film(tree: LexborHTMLParser, node: LexborNode, resolve: Resolve) -> None:
    """A link in the place of a film or a sound; other frames go."""
    address = film(node.tag or "", _sources(node), resolve)
    if address is not None:
        named = tree.create_node("a")
        _set(named, {}, {"href": address, "rel": LINK_REL, _FILM: ""})
        named.insert_child((node.attributes.get("title") or "").strip() or address)
        if node.parent is None or node.parent.tag in _ROOMS:
            paragraph = tree.create_node("p")
            paragraph.insert_child(named, move=True)
            named = paragraph
        node.insert_before(named, move=True)
    node.decompose()


def _sources(node: LexborNode) -> Iterator[str]:
    for each in (node, *node.iter()):
        if source := each.attributes.get("src"):
            yield source


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
        if node.tag not in RUNNING:
            node.insert_before(END)
            node.insert_after(END)
    return body.text()
