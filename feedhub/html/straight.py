"""Markup that is written well is cleaned as it stands, tag by tag, without a tree.

Most of what is published comes out of programs that close what they open. Its tags are written
anew, none is added or left out, and nh3 is the judge: when it reads in the outcome letter for
letter what stands there, then the order of the tags is the tree, and what shows nothing can be
taken out of the letters. Then nh3 judges again. Whatever it would have written otherwise, or is
not understood here at once, is for the tree.
"""

import re
import unicodedata
from collections.abc import Container, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from html import escape, unescape
from html.entities import html5
from typing import NamedTuple

from feedhub.html import cleaners
from feedhub.html.allowed import CELLS, KEPT, LAZY, LINK_REL, MAX_BYTES
from feedhub.html.characters import is_ordinary, is_within
from feedhub.html.elements import Resolve, is_unseen, kept, link, picture
from feedhub.html.marked import END, MORE, RUNNING, Tidied, lines, teaser

# A tag; or a comment in which nothing stands that might end it sooner.
_TAG = re.compile(r"(<(?:/?[A-Za-z][^<>]*+|!--(?:[^<>-]|-(?!-))*+--)>)")
# What would become another text when a comment or a mark behind it goes.
_CUT = re.compile(rf"<|&[#\w]*(?:{MORE}|\Z)")
_VALUE = r"""(?:=(?:"([^"]*)"|'([^']*)'))?"""
_ATTRIBUTE = re.compile(rf"[ \t\n]+([A-Za-z][A-Za-z0-9:_-]*+){_VALUE}")
_BEGIN = re.compile(
    rf"([A-Za-z][A-Za-z0-9]*+)((?:[ \t\n]+[A-Za-z][A-Za-z0-9:_-]*+{_VALUE})*+)[ \t\n]*+/?"
)

_REFERENCE = re.compile(r"&(?:#?\w{1,31};|(?![#\w]))")
# Attributes of which more becomes than the same or nothing.
_FOR_THE_TREE = {"hidden", "xml:lang", *LAZY}
_LONGEST = 200
"""Of a tag that is remembered."""

# An address that nh3 and `resolve` are sure to agree on.
_ADDRESS = re.compile(
    r"(?:https?://(?![^/?#]*xn--)(?:[a-z0-9][a-z0-9-]*+\.)++[a-z]{2,}(?=[/?#]|\Z)"
    r"|mailto:(?=[\w.-]+@)|(?=[/?#]|\Z))[^\s<>\"`\\]*+"
)

_NOWHERE = f'<a rel="{LINK_REL}">'
"""A link that has lost its address, until it goes."""
_GONE = "<img>"
"""A picture that shows nothing, until it goes."""

_FULL = {*CELLS, "colgroup", "tbody", "tfoot", "thead", "tr"}
"""Elements that may stand without content, but for those that always do."""
_HOLLOW = re.compile(
    r"<(?!br|wbr|col)([a-z0-9]++)(?: [^<>]*+)?>"
    r"(?:\s|&nbsp;|</?(?:br|wbr|col|colgroup)(?: [^<>]*+)?>)*+"
    rf"</(?!(?:{'|'.join(_FULL)})>)\1>"
)
_GROUPS = {"<tbody>", "<tfoot>", "<thead>"}
"""One of these stands around rows: nh3 would add it, and need not be asked."""
_NESTED = 8
"""Hollow elements within each other that are taken out here."""


class _Tag(NamedTuple):
    """A tag, written anew; and the address of a picture that may stand for the text."""

    html: str
    leads: str | None = None


# A page has a first heading of its own. No other renamed element ends just where its namesake does.
_SAME = {name: name for name in KEPT} | {"h1": "h2"}
_BARE = {
    f"<{end}{name}>": _Tag(f"<{end}{same}>") for name, same in _SAME.items() for end in ("", "/")
}
_COMMENT = _Tag("")


class _Breaks(dict[str, str]):
    """What stands in a text for a tag. A tag with attributes is known by its name."""

    def __missing__(self, tag: str) -> str:
        return self[f"{tag.partition(' ')[0]}>"]


_BREAKS = _Breaks({tag: "" if tag.strip("</>") in RUNNING else END for tag in _BARE} | {"": ""})


def straightened(markup: str, resolve: Resolve, *, ordinary: bool = False) -> Tidied | None:
    """What a tree would come to, with nothing left to clean; None when in doubt.

    The markup is fit and not too deep. When it is ordinary, so is its text: no reference is
    written as a character that is not.
    """
    pieces = _TAG.split(_one_kind(markup))
    tags = _tags(pieces[1::2], resolve)
    if tags is None:
        return None
    if "&" in markup:
        pieces[0::2] = map(_spelled, pieces[0::2])
    pieces[1::2] = [tags[each].html for each in pieces[1::2]]
    written, kinds = "".join(pieces).strip(), {each.html for each in tags.values()}
    joins = _COMMENT.html in kinds or MORE in written
    shown = None if joins and any(map(_CUT.search, pieces[0::2])) else _judged(written, kinds)
    if shown is None or (joins and not unicodedata.is_normalized("NFC", shown)):
        return None
    if shown != written:
        pieces = _TAG.split(_shown(written, kinds) or "")
    marked = _marked(pieces)
    image = next((each.leads for each in tags.values() if each.leads), None)
    return Tidied(
        html=shown,
        text=lines(marked, ordinary=ordinary),
        teaser=teaser(marked),
        image=image,
        stands=True,
        ordinary=ordinary,
    )


def _one_kind(markup: str) -> str:
    """With one kind of line end, and one way to write a no-break space."""
    if "\r" in markup:
        markup = markup.replace("\r\n", "\n").replace("\r", "\n")
    return markup.replace("\xa0", "&nbsp;")


def _judged(written: str, kinds: AbstractSet[str]) -> str | None:
    """What goes out, when nh3 changes neither it nor what had not been taken out of it yet."""
    if "<tr>" in kinds and kinds.isdisjoint(_GROUPS):
        return None
    html = written.replace(MORE, "").strip() if MORE in written else written
    shown = _shown(html, kinds) if _stands(html) else None
    if shown is None or shown == html:
        return shown
    # Letters that no tag parts any more may become one.
    return shown if unicodedata.is_normalized("NFC", shown) and _stands(shown) else None


def _tags(written: list[str], resolve: Resolve) -> dict[str, _Tag] | None:
    """Each tag once, in the order of the text, and what becomes of it."""
    tags: dict[str, _Tag] = {}
    for each in dict.fromkeys(written):
        tag = _BARE.get(each) or _rewritten(each, resolve)
        if tag is None:
            return None
        tags[each] = tag
    return tags


def _rewritten(tag: str, resolve: Resolve) -> _Tag | None:
    if tag.startswith(("<a ", "<img ")):
        return _addressed(tag, resolve)
    if tag.startswith("<!"):
        return _COMMENT
    return _plain(tag) if len(tag) <= _LONGEST else None


@lru_cache(maxsize=1_024)
def _plain(tag: str) -> _Tag | None:
    """A tag without an address; a site writes the same few again and again."""
    ended = f"{tag[:-1].rstrip(' /').lower()}>"
    if ended in _BARE:
        return _BARE[ended]
    name, attributes = _read(tag) or ("", {})
    return _tag(name, kept(name, attributes)) if name in _SAME else None


def _addressed(tag: str, resolve: Resolve) -> _Tag | None:
    name, attributes = _read(tag) or ("", {})
    addresses = [each for each in map(attributes.get, ("href", "src")) if each is not None]
    if not name or not all(map(_ADDRESS.fullmatch, addresses)):
        return None
    if name == "a":
        stay = link(attributes, resolve)
        return _tag(name, stay) if stay else _Tag(_NOWHERE)
    shown = picture(attributes, resolve)
    if shown is None:
        return _Tag(_GONE)
    return _tag(name, shown.attributes, leads=shown.leads)


def _read(tag: str) -> tuple[str, Mapping[str, str | None]] | None:
    """The name of a begun element that is to be seen, and its attributes; None when unclear."""
    begun = _BEGIN.fullmatch(tag, 1, len(tag) - 1)
    if begun is None:
        return None
    given = _ATTRIBUTE.findall(begun[2])
    attributes = {name.lower(): _meant(double or single) for name, double, single in given}
    told = None not in attributes.values() and len(attributes) == len(given)
    plain = told and _FOR_THE_TREE.isdisjoint(attributes) and not is_unseen(attributes)
    return (begun[1].lower(), attributes) if plain else None


def _tag(name: str, attributes: Mapping[str, str], *, leads: bool = False) -> _Tag | None:
    """The tag as nh3 writes it; None where it may do so in more than one way."""
    values = "".join(
        f' {name}="{_written(value, quote=True)}"' for name, value in attributes.items()
    )
    if "&lt;" in values or "&gt;" in values:
        return None
    return _Tag(f"<{_SAME[name]}{values}>", attributes["src"] if leads else None)


def _written(text: str, *, quote: bool = False) -> str:
    escaped = escape(text, quote=False).replace("\xa0", "&nbsp;")
    return escaped.replace('"', "&quot;") if quote else escaped


def _meant(value: str) -> str | None:
    """What is written as the value of an attribute; None when parsers might dispute it."""
    if "&" not in value:
        return value
    meant = [_character(each) for each in _REFERENCE.findall(value)]
    if None in meant or len(meant) != value.count("&"):
        return None
    return _REFERENCE.sub(lambda match: _character(match[0]) or "", value)


def _spelled(text: str) -> str:
    """Text with only such references as nh3 writes, as far as they are beyond dispute."""
    return _REFERENCE.sub(_respelled, text) if "&" in text else text


def _respelled(reference: re.Match[str]) -> str:
    character = _character(reference[0])
    return reference[0] if character is None else _written(character)


@lru_cache(maxsize=1_024)
def _character(reference: str) -> str | None:
    """The ordinary character that a reference stands for, or a sign of its own."""
    character = "&" if reference == "&" else unescape(reference)
    named = reference[1:] in html5 or reference[:2] == "&#" or reference == "&"
    return character if named and len(character) == 1 and is_ordinary(character) else None


def _stands(html: str) -> bool:
    """Whether the last cleaning and all before it find nothing to change, nor to cut."""
    return is_within(html, MAX_BYTES) and cleaners.last.clean(html) == html


def _shown(html: str, kinds: Container[str]) -> str | None:
    """Without what shows nothing; None when what does is entangled with what does not."""
    shown = html.replace(_GONE, "") if _GONE in kinds else html
    for _ in range(_NESTED):
        left = _HOLLOW.sub("", shown)
        if left == shown:
            return _unwrapped(shown, kinds)
        shown = left
    return None


def _unwrapped(html: str, kinds: Container[str]) -> str | None:
    for begin, end in (("<span>", "</span>"), (_NOWHERE, "</a>")):
        if begin in kinds:
            if html.count(begin) != html.count(end):
                return None
            html = html.replace(begin, "").replace(end, "")
    return html.strip()


def _marked(pieces: list[str]) -> str:
    """The text with a mark where a block or a line ends."""
    pieces[1::2] = map(_BREAKS.__getitem__, pieces[1::2])
    text = "".join(pieces)
    return _read_back(text) if "&" in text else text


def _read_back(text: str) -> str:
    text = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("&amp;", "&")
